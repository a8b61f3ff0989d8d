"""Amazon jobs search: `/en/search.json` by offset; each employer's board is a search of its own here."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from simulator.answer import Answer, Ask, Told, dumped
from simulator.boards import answered, first_part, number_of, rows_of
from simulator.model import Posting, Traits
from simulator.prose import Section, compose

if TYPE_CHECKING:
    from simulator.market import World

TENANTS = True
ROWS = "jobs"
TRAITS = Traits(boards=0.05, one_place=True)
MOST = 4  # a hundred are served in truth: small boards shall have pages, too
CAP = 10_000
EMPTY_LIST = b'{"error":null,"hits":0,"facets":{},"content":{},"jobs":[]}'
NOT_FOUND = Answer(404, b'{"status":404,"error":"Not Found"}')
BEYOND = Answer(200, b'{"error":"Unable to process the request","hits":0,"jobs":[]}')
SCHEDULES = {"full_time": "full-time", "contract": "contract", "internship": "full-time"}


def new_token(company: str, rng: Random) -> str:
    """A word of our own: the site has no tokens."""
    return company.lower().replace(" ", "") + str(rng.randrange(10))


def new_id(rng: Random) -> str:
    """A number."""
    return str(rng.randrange(2_000_000, 99_000_000))


def robots() -> Answer:
    """robots.txt of the site."""
    return Answer(200, b"User-agent: *\nDisallow: /internal/\n", "text/plain")


def token_of(path: str) -> str:
    """The search, here the first part of the path."""
    return first_part(path, "en/search.json")


def answer(world: World, ask: Ask) -> Answer:
    """One page; an error beyond the cap, no rows behind the last."""
    token, offset = token_of(ask.path), number_of(ask.query.get("offset", ""), 0)
    listed = rows_of(world, "amazon", token, ask.at)
    if listed is None:
        return NOT_FOUND
    limit = min(number_of(ask.query.get("result_limit", ""), 10), 100)
    if offset + limit >= CAP:
        return BEYOND
    rows = sorted(listed, key=_posted_at, reverse=ask.query.get("sort") == "recent")
    key = ("amazon", token, offset, limit)
    return answered(world, key, rows, ask.at, lambda: _page(rows, ask.at, offset, limit), ask.at.replace(minute=0))


def _page(rows: list[Posting], at: datetime, offset: int, limit: int) -> Answer:
    shown = rows[offset : offset + min(limit, MOST)]
    jobs = [row(posting, at) for posting in shown]
    return Answer(200, dumped({"error": None, "hits": len(rows), "facets": {}, "content": {}, "jobs": jobs}))


def row(posting: Posting, at: datetime) -> dict[str, Any]:
    """One advertisement."""
    version, place = posting.versions[posting.version_at(at)], posting.places[0]
    prose = compose(posting, version)
    wanted = [part for part in prose.body if part.kind == "requirements"]
    liked = [part for part in prose.body if part.kind in ("preferred", "benefits", "pay")]
    others = [prose.intro, *(part for part in prose.body if part not in [*wanted, *liked])]
    path = version.title.lower().replace(" ", "-").replace("/", "-")
    return {
        "basic_qualifications": _text(wanted, headed=False),
        "business_category": posting.team or posting.department.lower().replace(" ", "-"),
        "city": place.city,
        "company_name": posting.employer.company,
        "country_code": place.country,
        "description": _text(others),
        "description_short": prose.intro.lines[0][:200],
        "id": str(UUID(int=Random(posting.external_id).getrandbits(128))),
        "id_icims": posting.external_id,
        "is_intern": True if posting.employment == "internship" else None,
        "is_manager": None,
        "job_category": posting.department,
        "job_family": posting.family,
        "job_path": f"/en/jobs/{posting.external_id}/{path}",
        "job_schedule_type": SCHEDULES[posting.employment],
        "location": f"{place.country}, {place.region}, {place.city}",
        "normalized_location": _label(posting),
        "posted_date": f"{_posted_at(posting):%B} {_posted_at(posting).day:2d}, {_posted_at(posting).year}",
        "preferred_qualifications": _text([*liked, *prose.closing], headed=False),
        "salary": None,
        "state": place.region,
        "team": {"id": None, "label": posting.department, "title": posting.department},
        "title": version.title,
        "updated_time": f"about {1 + at.hour} hours",
        "url_next_step": f"https://account.amazon.jobs/jobs/{posting.external_id}/apply",
    }


def _text(parts: list[Section], headed: bool = True) -> str:
    """Lines with `<br/>`, bullet points as they are typed."""
    lines = []
    for part in parts:
        lines += [part.heading] if headed else []
        lines += [f"- {line}" if part.bulleted else line for line in part.lines]
    return "<br/>".join(line.replace("&", "&amp;").replace("<", "&lt;") for line in lines)


def _label(posting: Posting) -> str:
    place = posting.places[0]
    return f"{place.city}, {place.region}, {place.country}"


def _posted_at(posting: Posting) -> datetime:
    return posting.spells[0].opened_at.replace(hour=0, minute=0, second=0, microsecond=0)


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep: a day, one place, pay in the text alone."""
    return Told(
        title=posting.versions[posting.version_at(at)].title,
        places=(_label(posting),),
        posted_at=_posted_at(posting),
        posted_basis="published_at",
    )
