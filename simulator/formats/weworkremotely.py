"""We Work Remotely RSS: the newest remote jobs. Each board is a category with one employer's jobs."""

from __future__ import annotations

import html
from datetime import datetime, timedelta
from email.utils import format_datetime
from random import Random
from typing import TYPE_CHECKING

from simulator.answer import Answer, Ask, Told, digest
from simulator.boards import answered, opened_at, rows_of
from simulator.model import Posting, Traits, Version
from simulator.prose import compose, content

if TYPE_CHECKING:
    from simulator.market import World

TENANTS = True
TRAITS = Traits(boards=0.05)
XML_TYPE = "application/rss+xml; charset=utf-8"
SITE = "https://weworkremotely.com"
TOP = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss">\n<channel>'
    f"<title>We Work Remotely: Remote jobs</title><link>{SITE}/remote-jobs.rss</link><ttl>60</ttl>\n"
)
BOTTOM = "</channel></rss>\n"
EMPTY_LIST = f"{TOP}{BOTTOM}".encode()
NOT_FOUND = Answer(404, b"Not Found", "text/plain")
TYPES = {"full_time": "Full-Time", "contract": "Contract", "internship": "Full-Time"}
FIRST_LETTER_OF_FLAGS = 0x1F1E6
ANYWHERE = "Anywhere in the World"


def new_token(company: str, rng: Random) -> str:
    """A category."""
    return f"{company.lower().replace(' ', '-')}-{rng.randrange(100)}"


def new_id(rng: Random) -> str:
    """The last part of an address."""
    return f"job-{rng.randrange(10_000, 99_999)}-{rng.randrange(100, 999)}"


def robots() -> Answer:
    """robots.txt of the site."""
    return Answer(200, b"User-agent: *\nDisallow: /admin\nDisallow: /account\n", "text/plain")


def token_of(path: str) -> str:
    """The category, here the first part of the path."""
    parts = path.strip("/").split("/")
    is_feed = parts[1:] == ["remote-jobs.rss"] or (parts[1:2] == ["categories"] and path.endswith("-jobs.rss"))
    return parts[0] if is_feed else ""


def answer(world: World, ask: Ask) -> Answer:
    """The feed, newest first; 404 for an unknown one."""
    token = token_of(ask.path)
    listed = rows_of(world, "weworkremotely", token, ask.at)
    if listed is None:
        return NOT_FOUND
    postings = listed[::-1]
    return answered(world, ("weworkremotely", token), postings, ask.at, lambda: _feed(postings, ask.at))


def _feed(postings: list[Posting], at: datetime) -> Answer:
    body = (TOP + "".join(item(posting, at) for posting in postings) + BOTTOM).encode()
    return Answer(200, body, XML_TYPE, {"ETag": f'W/"{digest(body)[:32]}"'})


def item(posting: Posting, at: datetime) -> str:
    """One item; some titles name no company, and a logo is not always there."""
    version = posting.versions[posting.version_at(at)]
    opened = opened_at(posting)
    link = f"{SITE}/remote-jobs/{posting.external_id}"
    parts = {
        "title": _title(posting, version),
        "region": ANYWHERE,
        "country": _country(posting),
        "state": posting.places[0].region,
        "skills": ", ".join(posting.tools[:2]),
        "category": posting.department,
        "type": TYPES[posting.employment],
        "description": _text(posting, version, link),
        "pubDate": format_datetime(opened),
        "expires_at": format_datetime(opened + timedelta(days=30)),
        "guid": link,
        "link": link,
    }
    logo = '<media:content url="https://logos.example/l.gif" type="image/png"/>' if _has_logo(posting) else ""
    told = "".join(f"<{name}>{html.escape(value, quote=False)}</{name}>\n" for name, value in parts.items())
    return f"<item>{logo}{told}</item>\n"


def _title(posting: Posting, version: Version) -> str:
    return version.title if posting.text_seed % 11 == 0 else f"{posting.employer.company}: {version.title}"


def _country(posting: Posting) -> str:
    """A flag and the name, or nothing."""
    place = posting.places[0]
    code = place.country.upper()
    if posting.text_seed % 3 == 0 or not place.address_country:
        return ""
    flag = "".join(chr(FIRST_LETTER_OF_FLAGS + ord(letter) - ord("A")) for letter in code)
    return f"{flag} {place.address_country}"


def _has_logo(posting: Posting) -> bool:
    return posting.text_seed % 2 == 0


def _text(posting: Posting, version: Version, link: str) -> str:
    prose = compose(posting, version)
    logo = '<img src="https://logos.example/l.gif?w=50&h=50" />' if _has_logo(posting) else ""
    seat = f"\n\n<p>\n  <strong>Headquarters:</strong> {posting.places[0].city}\n</p>\n\n"
    body = "\n".join(f"<h3>{part.heading}</h3>{content(part)}" for part in (prose.intro, *prose.body, *prose.closing))
    return f'{logo}{seat}{body}\n\n<p><strong>To apply:</strong> <a href="{link}">{link}</a></p>\n'


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep; pay stands in the text alone."""
    version = posting.versions[posting.version_at(at)]
    country = _country(posting).partition(" ")[2]
    return Told(
        title=version.title,
        places=(ANYWHERE, country) if country else (ANYWHERE,),
        posted_at=opened_at(posting),
        posted_basis="published_at",
    )
