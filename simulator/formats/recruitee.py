"""Recruitee offers feed: `/api/offers/` on a host of each employer, the whole board in one answer."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from simulator.answer import Answer, Ask, Told, digest, dumped
from simulator.boards import answered, first_part, opened_at, rows_of
from simulator.model import Place, Posting, Traits, Version
from simulator.prose import compose, content

if TYPE_CHECKING:
    from simulator.market import World

TENANTS = True
ROWS = "offers"
TRAITS = Traits(boards=0.05)
EMPTY_LIST = b'{"offers":[]}'
NOT_FOUND = Answer(404, b'{"error":"Not Found"}')
EMPLOYMENT = {"full_time": "fulltime_permanent", "contract": "freelance", "internship": "internship"}


def new_token(company: str, rng: Random) -> str:
    """A sub-domain."""
    return company.lower().replace(" ", "") + str(rng.randrange(10))


def new_id(rng: Random) -> str:
    """A number."""
    return str(rng.randrange(1_000_000, 3_000_000))


def robots() -> Answer:
    """robots.txt of an employer."""
    return Answer(200, b"User-agent: *\nDisallow: /v/\n", "text/plain")


def token_of(path: str) -> str:
    """The sub-domain, here the first part of the path."""
    return first_part(path, "api/offers")


def answer(world: World, ask: Ask) -> Answer:
    """The feed; 404 for an unknown employer."""
    token = token_of(ask.path)
    postings = rows_of(world, "recruitee", token, ask.at)
    if postings is None:
        return NOT_FOUND
    return answered(world, ("recruitee", token), postings, ask.at, lambda: _list(postings, ask.at))


def _list(postings: list[Posting], at: datetime) -> Answer:
    body = dumped({"offers": [offer(posting, at) for posting in postings]})
    return Answer(200, body, headers={"ETag": f'W/"{digest(body)[:32]}"'})


def offer(posting: Posting, at: datetime) -> dict[str, Any]:
    """One offer."""
    version = posting.versions[posting.version_at(at)]
    prose = compose(posting, version)
    duties = [part for part in prose.body if part.kind in ("role", "duties")]
    others = [part for part in prose.body if part not in duties]
    return {
        "id": int(posting.external_id),
        "title": version.title,
        "status": "published",
        "company_name": posting.employer.company,
        "department": posting.department,
        "employment_type_code": EMPLOYMENT[posting.employment],
        "remote": posting.work_mode == "remote",
        "hybrid": posting.work_mode == "hybrid",
        "on_site": posting.work_mode == "onsite",
        "location": _label(posting.places[0]),
        "locations": [_location(place) for place in posting.places],
        "published_at": f"{opened_at(posting):%Y-%m-%d %H:%M:%S} UTC",
        "updated_at": f"{version.valid_from:%Y-%m-%d %H:%M:%S} UTC",
        "close_at": None,
        "careers_url": f"https://{posting.employer.token}.recruitee.com/o/{posting.external_id}",
        "description": _html([prose.intro, *duties]),
        "requirements": _html([*others, *prose.closing]),
        "salary": _salary(posting, version),
    }


def _html(parts: list[Any]) -> str:
    return "".join(f"<h3>{part.heading}</h3>{content(part)}" for part in parts)


def _label(place: Place) -> str:
    return ", ".join(dict.fromkeys(part for part in (place.city, place.region, place.address_country) if part))


def _location(place: Place) -> dict[str, Any]:
    return {"name": place.label, "city": place.city, "state": place.region, "country": place.address_country}


def _salary(posting: Posting, version: Version) -> dict[str, Any] | None:
    """Some boards type numbers, others texts."""
    if posting.discloses not in ("structured", "both"):
        return None
    as_typed = str if posting.text_seed % 2 else int
    pay = version.pay
    return {"min": as_typed(pay.low), "max": as_typed(pay.high), "period": pay.period, "currency": pay.currency}


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep."""
    version = posting.versions[posting.version_at(at)]
    pay = version.pay
    ranges = ((pay.low, pay.high, pay.currency, pay.period, ""),) if _salary(posting, version) else ()
    return Told(
        title=version.title,
        places=tuple(dict.fromkeys(_label(place) for place in posting.places)),
        posted_at=opened_at(posting),
        posted_basis="published_at",
        pay=ranges,
    )
