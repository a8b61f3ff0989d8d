"""Remote OK API: an array that begins with its terms. Each board is a feed of one employer's jobs.

Every text ends with a sentence that tells bots from people; the word in it is another one each day.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from simulator.answer import Answer, Ask, Told, digest, dumped, kept, state_of
from simulator.boards import first_part, opened_at, rows_of
from simulator.model import Posting, Traits, Version
from simulator.prose import compose, content

if TYPE_CHECKING:
    from simulator.market import World

TENANTS = True
TRAITS = Traits(boards=0.05)
LEGAL = "Name the source and link to it."
EMPTY_LIST = dumped([{"last_updated": 1794733363, "legal": LEGAL}])
NOT_FOUND = Answer(404, b'{"error":"not found"}')
ROBOTS = b"User-agent: *\nAllow: /\nCrawl-delay: 1\nDisallow: /*?action=get_jobs\nDisallow: /track-ad\n"
WORDS = ("LUCID", "CALM", "SPLENDOR", "AMICABLY", "SWANKY")
TAG = "R" + b64encode(b"192.0.2.1").decode()
TRAP = (
    "<br/><br/>Please mention the word **{word}** and tag {tag} when applying to show you read the job post completely "
    "(#{tag}). This is a beta feature to avoid spam applicants. Companies can search these words to find applicants "
    "that read this and see they're human."
)


def new_token(company: str, rng: Random) -> str:
    """A tag."""
    return f"{company.lower().replace(' ', '-')}-{rng.randrange(100)}"


def new_id(rng: Random) -> str:
    """A number."""
    return str(rng.randrange(1_000_000, 1_900_000))


def robots() -> Answer:
    """robots.txt of the site."""
    return Answer(200, ROBOTS, "text/plain")


def token_of(path: str) -> str:
    """The tag, here the first part of the path."""
    return first_part(path, "api")


def answer(world: World, ask: Ask) -> Answer:
    """The feed, newest first; 404 for an unknown one."""
    token = token_of(ask.path)
    listed = rows_of(world, "remoteok", token, ask.at)
    if listed is None:
        return NOT_FOUND
    postings = listed[::-1]
    state = (ask.at.date(), *(state_of(posting, ask.at) for posting in postings))
    found: Answer = kept(world, ("remoteok", token), state, lambda: _list(postings, ask.at))
    return found


def _list(postings: list[Posting], at: datetime) -> Answer:
    midnight = datetime.combine(at.date(), datetime.min.time(), at.tzinfo)
    terms = {"last_updated": int(midnight.timestamp()), "legal": LEGAL}
    body = dumped([terms, *(job(posting, at) for posting in postings)])
    return Answer(200, body, "application/json", {"ETag": f'"{digest(body)[:32]}"'})


def job(posting: Posting, at: datetime) -> dict[str, Any]:
    """One job."""
    version = posting.versions[posting.version_at(at)]
    slug = f"remote-{posting.family}-{posting.employer.token}-{posting.external_id}".replace("_", "-")
    opened = opened_at(posting)
    low, high = _salary(posting, version)
    return {
        "slug": slug,
        "id": posting.external_id,
        "epoch": int(opened.timestamp()),
        "date": opened.isoformat(),
        "company": posting.employer.company,
        "company_logo": "",
        "position": version.title,
        "tags": ["design", "digital nomad", *posting.tools[:3]],
        "description": _text(posting, version, at),
        "location": f"{posting.places[0].city}, ",
        "apply_url": f"https://remoteOK.com/remote-jobs/{slug}",
        "salary_min": low,
        "salary_max": high,
        "logo": "",
        "url": f"https://remoteOK.com/remote-jobs/{slug}",
    }


def _text(posting: Posting, version: Version, at: datetime) -> str:
    prose = compose(posting, version)
    parts = (prose.intro, *prose.body, *prose.closing)
    word = WORDS[(at.toordinal() + posting.text_seed) % len(WORDS)]
    return "".join(f"<strong>{part.heading}</strong><br>{content(part)}" for part in parts) + TRAP.format(
        word=word, tag=TAG
    )


def _salary(posting: Posting, version: Version) -> tuple[int, int]:
    """By the year alone, and 0 where it is not told."""
    if posting.discloses not in ("structured", "both") or version.pay.period != "year":
        return 0, 0
    return version.pay.low, version.pay.high


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep."""
    version = posting.versions[posting.version_at(at)]
    low, high = _salary(posting, version)
    place = posting.places[0].city
    return Told(
        title=version.title,
        places=(place,) if place else (),
        posted_at=opened_at(posting),
        posted_basis="published_at",
        pay=((low, high, "", "", ""),) if low or high else (),
    )
