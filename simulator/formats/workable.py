"""Workable widget list: the whole board in one answer, a row for every location; texts only with `details=true`."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from simulator.answer import Answer, Ask, Told, dumped
from simulator.boards import answered
from simulator.model import Employer, Place, Posting, Traits, Version
from simulator.prose import compose, content, intro

if TYPE_CHECKING:
    from simulator.market import World

TRAITS = Traits(boards=0.05, leaves_empty=0.3)
EMPTY_LIST = b'{"name":"","description":null,"jobs":[]}'
NOT_FOUND = Answer(404, b"Not Found", "text/plain; charset=utf-8")
EMPLOYMENT = {"full_time": "Full-time", "contract": "Contract", "internship": "Other"}
DEGREES = ("Bachelor's Degree", "Master's Degree", "")


def new_token(company: str, rng: Random) -> str:
    """A slug."""
    return f"{company.lower().replace(' ', '-')}-{rng.randrange(10)}"


def new_id(rng: Random) -> str:
    """A short code of ten hexadecimal digits."""
    return f"{rng.getrandbits(40):010X}"


def robots() -> Answer:
    """robots.txt of the host that all employers share."""
    return Answer(
        200, b"User-agent: *\nContent-Signal: search=yes, ai-input=yes, ai-train=no\nDisallow:\n", "text/plain"
    )


def token_of(path: str) -> str:
    """The account in a path; "" when there is none."""
    parts = path.strip("/").split("/")
    return parts[4] if len(parts) == 5 and parts[:4] == ["api", "v1", "widget", "accounts"] else ""


def answer(world: World, ask: Ask) -> Answer:
    """The list; 404 for an unknown account."""
    employer = world.boards.get(("workable", token_of(ask.path)))
    if employer is None:
        return NOT_FOUND
    if not employer.has_board(ask.at):
        gone = employer.leaves_at is not None and ask.at >= employer.leaves_at
        return _list(employer, [], ask.at, False) if gone and employer.leaves_as == "empty" else NOT_FOUND
    postings, details = world.listed("workable", employer.token, ask.at), ask.query.get("details") == "true"
    key = ("workable", employer.token, details)
    return answered(world, key, postings, ask.at, lambda: _list(employer, postings, ask.at, details))


def _list(employer: Employer, postings: list[Posting], at: datetime, details: bool) -> Answer:
    about = "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in intro(employer).lines)
    rows = [row for posting in reversed(postings) for row in jobs(posting, at, details)]
    return Answer(200, dumped({"name": employer.company, "description": about, "jobs": rows}))


def jobs(posting: Posting, at: datetime, details: bool) -> list[dict[str, Any]]:
    """The rows of one job. Some employers leave the region out of the locations."""
    version = posting.versions[posting.version_at(at)]
    url = f"https://apply.workable.com/j/{posting.external_id}"
    told = {
        "title": version.title,
        "shortcode": posting.external_id,
        "code": f"R-{posting.opening}" if posting.employer.style % 3 == 0 else None,
        "employment_type": EMPLOYMENT[posting.employment],
        "telecommuting": posting.work_mode == "remote",
        "department": [posting.department] if posting.employer.style % 5 == 0 else posting.department,
        "url": url,
        "shortlink": url,
        "application_url": f"{url}/apply",
        "published_on": f"{_published_at(posting):%Y-%m-%d}",
        "created_at": f"{_published_at(posting) - timedelta(days=posting.text_seed % 40):%Y-%m-%d}",
    }
    more = {
        "education": DEGREES[posting.text_seed % 3],
        "experience": "Entry level" if posting.years < 2 else "Mid-Senior level",
        "function": "",
        "industry": posting.employer.sector,
    }
    text = {"description": _text(posting, version)} if details else {}
    return [told | _place(place) | more | _locations(place, posting) | text for place in posting.places]


def _place(place: Place) -> dict[str, str]:
    return {"country": place.address_country, "city": place.city, "state": place.region}


def _locations(place: Place, posting: Posting) -> dict[str, Any]:
    region = place.region if posting.employer.style % 2 else None
    code = {"countryCode": place.country, "hidden": False}
    return {"locations": [{"country": place.address_country, "city": place.city, "region": region, **code}]}


def _text(posting: Posting, version: Version) -> str:
    """One text of all parts. There is no field for pay: what other platforms type is said in words."""
    spoken = replace(posting, discloses="text") if posting.discloses == "structured" else posting
    prose = compose(spoken, version)
    parts = [prose.intro, *prose.body, *prose.closing]
    return "".join(f"<p><strong>{html.escape(part.heading)}</strong></p>{content(part)}" for part in parts)


def _published_at(posting: Posting) -> datetime:
    return datetime.combine(posting.spells[0].opened_at.date(), time(), UTC)


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep: the places in an order of its own, since the rows name no first."""
    version = posting.versions[posting.version_at(at)]
    ordered = sorted(posting.places, key=lambda place: (place.city, place.address_country, place.region))
    labels = (dict.fromkeys((place.city, place.region, place.address_country)) for place in ordered)
    return Told(
        title=version.title,
        places=tuple(dict.fromkeys(", ".join(part for part in parts if part) for parts in labels)),
        posted_at=_published_at(posting),
        posted_basis="published_at",
    )
