"""Pinpoint postings feed: `/postings.json` on a host of each employer; hidden pay is served with its numbers."""

from __future__ import annotations

import html
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from simulator.answer import Answer, Ask, Told, dumped
from simulator.boards import answered, first_part
from simulator.model import Pay, Posting, Traits, Version
from simulator.prose import compose, content

if TYPE_CHECKING:
    from simulator.market import World

TENANTS = True
ROWS = "data"
CAP = 1000
TRAITS = Traits(boards=0.05, leaves_empty=0.3, one_place=True)
EMPTY_LIST = b'{"data":[]}'
NOT_FOUND = Answer(404, b"<!DOCTYPE html><title>Not found</title><h1>Not found</h1>", "text/html; charset=utf-8")
EMPLOYMENT = {
    "full_time": ("permanent_full_time", "Full Time"),
    "contract": ("contract", "Contract"),
    "internship": ("internship", "Internship"),
}
MODES = {"remote": ("remote", "Remote"), "hybrid": ("hybrid", "Hybrid"), "onsite": ("onsite", "On-site")}
PARTS = {
    "key_responsibilities": ("duties",),
    "skills_knowledge_expertise": ("requirements", "preferred"),
    "benefits": ("benefits", "pay"),
}


def new_token(company: str, rng: Random) -> str:
    """A sub-domain."""
    return f"{company.lower().replace(' ', '')}{rng.randrange(10)}"


def new_id(rng: Random) -> str:
    """A number."""
    return str(rng.randrange(100_000, 1_000_000_000))


def robots() -> Answer:
    """robots.txt of an employer."""
    return Answer(200, b"User-agent: *\nDisallow: /mydata\nDisallow: /admin\nDisallow: /companies\n", "text/plain")


def token_of(path: str) -> str:
    """The sub-domain, here the first part of the path."""
    return first_part(path, "postings.json")


def answer(world: World, ask: Ask) -> Answer:
    """The feed; a page for people where there is no such employer."""
    token = token_of(ask.path)
    employer = world.boards.get(("pinpoint", token))
    if employer is None:
        return NOT_FOUND
    if not employer.has_board(ask.at):
        gone = employer.leaves_at is not None and ask.at >= employer.leaves_at
        return Answer(200, EMPTY_LIST) if gone and employer.leaves_as == "empty" else NOT_FOUND
    postings = world.listed("pinpoint", token, ask.at)
    return answered(world, ("pinpoint", token), postings, ask.at, lambda: _list(postings, ask.at))


def _list(postings: list[Posting], at: datetime) -> Answer:
    return Answer(200, dumped({"data": [row(posting, at) for posting in postings[:CAP]]}))


def row(posting: Posting, at: datetime) -> dict[str, Any]:
    """One posting. Some employers' rows name no address."""
    version = posting.versions[posting.version_at(at)]
    path = f"/en/postings/{posting.external_id}"
    url = {"url": f"https://{posting.employer.token}.pinpointhq.com{path}"} if posting.employer.style % 4 else {}
    (employment, employment_text), (mode, mode_text) = EMPLOYMENT[posting.employment], MODES[posting.work_mode]
    return {
        "id": posting.external_id,
        "title": version.title,
        **url,
        "path": path,
        **_texts(posting, version),
        "employment_type": employment,
        "employment_type_text": employment_text,
        "workplace_type": mode,
        "workplace_type_text": mode_text,
        **_compensation(posting, version.pay),
        "deadline_at": _deadline(posting),
        "reporting_to": None,
        "job": _job(posting),
        "location": _location(posting),
    }


def _texts(posting: Posting, version: Version) -> dict[str, str]:
    """The description and three headed parts; what fits none of them stands in the description."""
    prose = compose(posting, version)
    headed = {kind for kinds in PARTS.values() for kind in kinds}
    others = [prose.intro, *(part for part in prose.body if part.kind not in headed), *prose.closing]
    told = {"description": "".join(f"<h3>{html.escape(part.heading)}</h3>{content(part)}" for part in others)}
    for name, kinds in PARTS.items():
        held = [part for part in prose.body if part.kind in kinds]
        told |= {f"{name}_header": held[0].heading if held else "", name: "".join(content(part) for part in held)}
    return told


def _compensation(posting: Posting, pay: Pay) -> dict[str, Any]:
    """Typed pay; where it is not told, half of the employers have typed it all the same and hide it."""
    shown = posting.discloses in ("structured", "both")
    typed = shown or posting.employer.style % 2 == 0
    return {
        "compensation": f"{pay.currency} {pay.low:,} - {pay.high:,} / {pay.period}" if shown else None,
        "compensation_minimum": float(pay.low) if typed else None,
        "compensation_maximum": float(pay.high) if typed else None,
        "compensation_currency": pay.currency if typed else None,
        "compensation_frequency": pay.period if typed else None,
        "compensation_visible": shown,
    }


def _deadline(posting: Posting) -> str | None:
    last_at = posting.spells[0].opened_at + timedelta(days=60)
    return f"{last_at:%Y-%m-%d}T23:59:59+00:00" if posting.text_seed % 4 == 0 else None


def _job(posting: Posting) -> dict[str, Any]:
    department = {"id": str(sum(posting.department.encode())), "name": posting.department}
    return {
        "id": str(posting.opening),
        "requisition_id": f"REQ-{posting.opening % 100_000}",
        "department": department,
        "division": None,
    }


def _location(posting: Posting) -> dict[str, Any]:
    place = posting.places[0]
    known = {"id": str(sum(place.label.encode())), "city": place.city, "name": place.label}
    return known | {"postal_code": "", "province": place.region, "street_address": ""}


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep: no date, and no pay that is hidden."""
    version = posting.versions[posting.version_at(at)]
    pay = version.pay
    shown = posting.discloses in ("structured", "both")
    return Told(
        title=version.title,
        places=(posting.places[0].label,),
        pay=((pay.low, pay.high, pay.currency, pay.period, ""),) if shown else (),
    )
