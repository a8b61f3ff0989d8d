"""Gem job board API: `/job_board/v0/{board}/job_posts/`, the whole board as a bare array with Greenhouse's keys."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any
from zlib import crc32

from simulator.answer import Answer, Ask, Told, dumped
from simulator.boards import answered, opened_at, rows_of
from simulator.model import Place, Posting, Traits
from simulator.prose import compose, content, plain

if TYPE_CHECKING:
    from simulator.market import World

TRAITS = Traits(boards=0.05)
EMPTY_LIST = b"[]"
NOT_FOUND = Answer(404, b'{"message":"Not Found"}')
MODES = {"remote": "remote", "hybrid": "hybrid", "onsite": "in_office"}
EMPLOYMENT = {"full_time": "full_time", "contract": "contract", "internship": "intern"}


def new_token(company: str, rng: Random) -> str:
    """The name in the address of the board; its case counts."""
    return f"{company.lower().replace(' ', '-')}{rng.randrange(10)}"


def new_id(rng: Random) -> str:
    """A text, mostly of digits."""
    return str(4_000_000_000 + rng.randrange(5_000_000_000)) if rng.random() < 0.8 else f"am9i{rng.randrange(10**12)}"


def robots() -> Answer:
    """There are no rules: the host refuses."""
    return Answer(403, b'{"message":"Forbidden"}')


def token_of(path: str) -> str:
    """The board in a path; the slash at its end is due."""
    parts = path.split("/")
    right = len(parts) == 6 and parts[:3] == ["", "job_board", "v0"] and parts[4:] == ["job_posts", ""]
    return parts[3] if right else ""


def answer(world: World, ask: Ask) -> Answer:
    """The board; 404 for an unknown one."""
    token = token_of(ask.path)
    postings = rows_of(world, "gem", token, ask.at)
    if postings is None:
        return NOT_FOUND
    return answered(world, ("gem", token), postings, ask.at, lambda: _list(postings, ask.at))


def _list(postings: list[Posting], at: datetime) -> Answer:
    return Answer(200, dumped([post(posting, at) for posting in postings]))


def post(posting: Posting, at: datetime) -> dict[str, Any]:
    """One job post."""
    version = posting.versions[posting.version_at(at)]
    prose = compose(posting, version)
    parts = [prose.intro, *prose.body, *prose.closing]
    department: dict[str, Any] = {
        "id": _number(posting.department),
        "name": posting.department,
        "parent_id": None,
        "child_ids": [],
    }
    return {
        "id": posting.external_id,
        "title": version.title,
        "first_published_at": opened_at(posting).isoformat(),
        "internal_job_id": str(posting.opening),
        "content": "".join(f"<h3>{part.heading}</h3>{content(part)}" for part in parts),
        "content_plain": plain(parts),
        "created_at": posting.spells[0].opened_at.isoformat(),
        "updated_at": version.valid_from.isoformat(),
        "departments": [department],
        "offices": [_office(place) for place in posting.places],
        "absolute_url": f"https://jobs.gem.com/{posting.employer.token}/{posting.external_id}",
        "location": {"name": "; ".join(place.label for place in posting.places)},
        "location_type": MODES[posting.work_mode],
        "employment_type": EMPLOYMENT[posting.employment],
        "requisition_id": f"R-{posting.opening % 100_000}",
    }


def _office(place: Place) -> dict[str, Any]:
    tree: dict[str, Any] = {"parent_id": None, "child_ids": []}
    tree |= {"parent_office_external_id": None, "child_office_external_ids": []}
    return {"id": _number(place.office), "name": place.city, "location": {"name": place.office}} | tree


def _number(name: str) -> str:
    return str(4_000_000 + crc32(name.encode()) % 100_000)


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep; pay stands in the text alone."""
    return Told(
        title=posting.versions[posting.version_at(at)].title,
        places=tuple(dict.fromkeys(place.label for place in posting.places)),
        posted_at=opened_at(posting),
        posted_basis="first_published",
    )
