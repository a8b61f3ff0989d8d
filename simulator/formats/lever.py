"""Lever postings API: `/v0/postings/{site}[/{id}]`, HTML unless JSON is asked for, pages without a total."""

from __future__ import annotations

import html
import uuid
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from simulator.answer import Answer, Ask, digest, dumped, kept, state_of
from simulator.boards import number_of
from simulator.data import pick
from simulator.model import Posting, Traits, Version
from simulator.prose import Section, compose, content, items, plain

if TYPE_CHECKING:
    from simulator.market import World

INTERVALS = {"year": "per-year-salary", "month": "per-month-salary", "hour": "per-hour-wage"}
COMMITMENTS = {"full_time": "Full-time", "contract": "Contract", "internship": "Internship"}
TRAITS = Traits(boards=0.2, leaves_empty=0.5)
EMPTY_LIST = b"[]"
NOT_FOUND = Answer(404, b'{"ok":false,"error":"Document not found"}')


def new_token(company: str, rng: Random) -> str:
    """A slug whose case counts."""
    slug = company.replace(" ", "")
    return pick(rng, (slug.lower(), slug, company.lower().replace(" ", "-")))


def new_id(rng: Random) -> str:
    """A random UUID."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def robots() -> Answer:
    """robots.txt of the API host."""
    return Answer(200, b"User-agent: *\nAllow: /\nCrawl-delay: 1\n", "text/plain")


def token_of(path: str) -> str:
    """The site in a path (case matters), "" when there is none."""
    parts = path.strip("/").split("/")
    return parts[2] if len(parts) > 2 and parts[:2] == ["v0", "postings"] else ""


def answer(world: World, ask: Ask) -> Answer:
    """The API's response: 404 for an unknown site or posting, an empty list for some companies that left."""
    site = token_of(ask.path)
    employer = world.boards.get(("lever", site))
    rest = ask.path.strip("/").split("/")[3:]
    if employer is None or len(rest) > 1:
        return NOT_FOUND
    gone = employer.leaves_at is not None and ask.at >= employer.leaves_at
    if not employer.has_board(ask.at) and not (gone and employer.leaves_as == "empty" and not rest):
        return NOT_FOUND
    postings = world.listed("lever", site, ask.at)
    return _detail(postings, ask, rest[0]) if rest else _list(world, postings, ask, site)


def _valid(body: bytes, content_type: str = "application/json; charset=utf-8") -> Answer:
    return Answer(200, body, content_type, {"ETag": f'W/"{len(body):x}-{digest(body)[:27]}"'})


def _wants_json(ask: Ask) -> bool:
    """The parameter wins over the header; without either the answer is a page for people."""
    return ask.query["mode"] == "json" if "mode" in ask.query else "application/json" in ask.accept


def _list(world: World, postings: list[Posting], ask: Ask, site: str) -> Answer:
    skip, limit = number_of(ask.query.get("skip", ""), 0), number_of(ask.query.get("limit", ""), 10_000)
    page = postings[skip : skip + limit]
    state = tuple(state_of(posting, ask.at) for posting in page)
    if not _wants_json(ask):
        return _valid(_as_page(page, ask.at), "text/html; charset=utf-8")

    def make() -> Answer:
        return _valid(b"[" + b",".join(_kept_job(world, posting, ask.at) for posting in page) + b"]")

    found: Answer = kept(world, ("lever", site, skip, limit), state, make)
    return found


def _as_page(postings: list[Posting], at: datetime) -> bytes:
    titles = [posting.versions[posting.version_at(at)].title for posting in postings]
    return f"<div class='lever'><ul>{items(titles)}</ul></div>".encode()


def _detail(postings: list[Posting], ask: Ask, external_id: str) -> Answer:
    for posting in postings:
        if posting.external_id == external_id:
            return _valid(dumped(job(posting, ask.at)))
    return NOT_FOUND


def _kept_job(world: World, posting: Posting, at: datetime) -> bytes:
    found: bytes = kept(world, posting.posting_id, state_of(posting, at), lambda: dumped(job(posting, at)))
    return found


def job(posting: Posting, at: datetime) -> dict[str, Any]:
    """One posting object; optional keys are absent when unset, as served."""
    version = posting.versions[posting.version_at(at)]
    url = f"https://jobs.lever.co/{posting.employer.token}/{posting.external_id}"
    # what the platform tells is the creation in the ATS, which precedes publication
    created_at = posting.spells[0].opened_at - timedelta(days=posting.text_seed % 20)
    return {
        **_texts(posting, version),
        "categories": _categories(posting),
        "createdAt": int(created_at.timestamp() * 1000) + posting.text_seed % 1000,
        "id": posting.external_id,
        "text": version.title,
        "country": posting.places[0].country,
        "workplaceType": posting.work_mode,
        "hostedUrl": url,
        "applyUrl": f"{url}/apply",
        **_pay(posting, version),
    }


def _categories(posting: Posting) -> dict[str, Any]:
    categories: dict[str, Any] = {
        "commitment": COMMITMENTS[posting.employment],
        "department": posting.department,
        "location": posting.places[0].label,
        "team": posting.team or "Engineering",
        "allLocations": [place.label for place in posting.places],
    }
    for unused, number in (("commitment", 15), ("department", 6)):
        if posting.employer.style % number == 0:
            del categories[unused]
    return categories


def _texts(posting: Posting, version: Version) -> dict[str, Any]:
    """Opening and body make the description, bulleted sections the lists; pay in words stands in the closing text."""
    prose = compose(posting, version)
    lists = [section for section in prose.body if section.bulleted]
    role = [section for section in prose.body if section.kind == "role"]
    after = [section for section in prose.body if section.kind == "pay"] + list(prose.closing)
    intro = [prose.intro] if posting.employer.style % 5 < 2 else []  # the others put it into the body
    opening, body = _divs(intro), _divs(role if intro else [prose.intro, *role])
    opening_plain, body_plain = plain(intro), plain(role if intro else [prose.intro, *role])
    return {
        "additionalPlain": plain(after),
        "additional": _divs(after),
        "descriptionPlain": "\n\n".join(part for part in (opening_plain, body_plain) if part),
        "description": opening + body,
        "lists": [{"text": part.heading, "content": f"\n{items(part.lines)}"} for part in lists],
        "opening": opening,
        "openingPlain": opening_plain,
        "descriptionBody": body,
        "descriptionBodyPlain": body_plain,
    }


def _divs(sections: list[Section]) -> str:
    return "".join(f"<div><b>{html.escape(part.heading)}</b></div><div>{content(part)}</div>" for part in sections)


def _pay(posting: Posting, version: Version) -> dict[str, Any]:
    if posting.discloses not in ("structured", "both"):
        return {}
    low = min([version.pay.low, *(zone[1] for zone in version.pay.zones)])
    high = max([version.pay.high, *(zone[2] for zone in version.pay.zones)])
    told = {"interval": INTERVALS[version.pay.period], "currency": version.pay.currency, "min": low, "max": high}
    if posting.text_seed % 3:
        return {"salaryRange": told}
    line = "The range depends on place and experience."
    return {"salaryRange": told, "salaryDescription": f"<div>{line}</div>", "salaryDescriptionPlain": line}
