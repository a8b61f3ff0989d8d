"""Uber's careers search: POST `/api/loadSearchJobsResults`, pages counted from 0; each employer's board is a site here.

Asked beyond its end it tells no rows, and pages whose number it cannot read are the first one. Texts are Markdown.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from simulator.answer import Answer, Ask, Told, dumped
from simulator.boards import answered, first_part, rows_of
from simulator.model import Place, Posting, Traits
from simulator.prose import Section, compose

if TYPE_CHECKING:
    from simulator.market import World

TENANTS = True
ROWS = "data.results"
TRAITS = Traits(boards=0.05, prospects=0.02)
MOST_PER_PAGE = 4  # 100 in truth: small boards shall have pages, too
EMPTY_LIST = b'{"status":"success","data":{"results":[],"totalResults":{"low":0,"high":0,"unsigned":false}}}'
NOT_FOUND = Answer(404, b'{"status":"failure","data":{"code":404,"message":"Not Found"}}')
NO_BODY = Answer(400, b'{"status":"failure","data":{"code":400,"message":"params are due"}}')
TIME_TYPES = {"full_time": "Full-Time", "contract": "Contract", "internship": "Intern"}
LEVELS = {"intern": "", "junior": "3", "mid": "4", "senior": "5A"}


def new_token(company: str, rng: Random) -> str:
    """A name."""
    return company.lower().replace(" ", "") + str(rng.randrange(10))


def new_id(rng: Random) -> str:
    """A number."""
    return str(rng.randrange(100_000, 100_000_000))


def robots() -> Answer:
    """robots.txt of the site."""
    return Answer(200, b"User-agent: *\nDisallow: /account/\n", "text/plain")


def token_of(path: str) -> str:
    """The site, here the first part of the path."""
    return first_part(path, "api/loadSearchJobsResults")


def answer(world: World, ask: Ask) -> Answer:
    """One page; 400 without a query."""
    token = token_of(ask.path)
    listed = rows_of(world, "uber", token, ask.at)
    if listed is None:
        return NOT_FOUND
    try:
        asked = json.loads(ask.body or b"")
        limit, page = min(int(asked.get("limit", 10)), MOST_PER_PAGE), int(asked.get("page", 0))
    except (ValueError, TypeError, AttributeError):
        return NO_BODY
    rows = listed
    return answered(world, ("uber", token, limit, page), rows, ask.at, lambda: _page(rows, ask.at, limit, page))


def _page(postings: list[Posting], at: datetime, limit: int, page: int) -> Answer:
    shown = postings[page * limit : (page + 1) * limit]
    total = {"low": len(postings), "high": 0, "unsigned": False}
    data = {"results": [row(posting, at) for posting in shown], "totalResults": total}
    return Answer(200, dumped({"status": "success", "data": data}))


def row(posting: Posting, at: datetime) -> dict[str, Any]:
    """One opening."""
    version = posting.versions[posting.version_at(at)]
    places = [_place(place) for place in posting.places]
    return {
        "id": int(posting.external_id),
        "title": version.title,
        "description": _markdown(posting, at),
        "department": posting.department,
        "type": "",
        "programAndPlatform": "",
        "location": places[0],
        "featured": posting.text_seed % 9 == 0,
        "level": LEVELS.get(posting.level, "5B"),
        "creationDate": _stamp(_created_at(posting)),
        "otherLevels": None,
        "team": posting.team or posting.family,
        "portalID": "EXTERNAL",
        "isPipeline": posting.is_prospect,
        "statusID": "D31001",
        "statusName": "Approved",
        "updatedDate": _stamp(version.valid_from),
        "uniqueSkills": "",
        "timeType": TIME_TYPES[posting.employment],
        "allLocations": places,
    }


def _markdown(posting: Posting, at: datetime) -> str:
    """Headings of a kind with the employer; pay stands in the text or nowhere."""
    in_words = replace(posting, discloses="text") if posting.discloses == "structured" else posting
    prose = compose(in_words, posting.versions[posting.version_at(at)])
    heading = "**{}**" if posting.employer.style & 1 else "## {}"
    parts = [prose.intro, *prose.body, *prose.closing]
    return "\n\n".join(f"{heading.format(part.heading)}\n\n{_lines(part)}" for part in parts)


def _lines(part: Section) -> str:
    lines = [line.replace("*", "\\*").replace("_", "\\_") for line in part.lines]
    return "\n".join(f"- {line}" for line in lines) if part.bulleted else "\n\n".join(lines)


def _place(place: Place) -> dict[str, Any]:
    names = {"country": place.country, "region": place.region or None, "city": place.city}
    return names | {"countryName": place.address_country}


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M}:00.000Z"


def _created_at(posting: Posting) -> datetime:
    """Made in the ATS some days before it is published."""
    return (posting.spells[0].opened_at - timedelta(days=posting.text_seed % 9)).replace(second=0, microsecond=0)


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep; pay is never typed."""
    labels = (", ".join(dict.fromkeys(filter(None, (p.city, p.region, p.address_country)))) for p in posting.places)
    return Told(
        title=posting.versions[posting.version_at(at)].title,
        places=tuple(dict.fromkeys(labels)),
        posted_at=_created_at(posting),
        posted_basis="created_at",
    )
