"""Arbeitnow job board API: `/api/job-board-api?page=N`, newest first; each employer has a feed of its own here."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from simulator.answer import Answer, Ask, Told, digest, dumped
from simulator.boards import answered, first_part, number_of, opened_at, rows_of
from simulator.model import Posting, Traits
from simulator.prose import compose, content

if TYPE_CHECKING:
    from simulator.market import World

TENANTS = True
ROWS = "data"
TRAITS = Traits(boards=0.05)
PER_PAGE = 8  # 100 are served in truth: small boards shall have pages, too
EMPTY_LIST = b'{"data":[],"links":{"first":null,"last":null,"prev":null,"next":null},"meta":{"current_page":1}}'
NOT_FOUND = Answer(404, b'{"message":"Not Found"}')
EMPLOYMENT = {"full_time": ["Full-Time"], "contract": ["Freelance"], "internship": ["Internship", "Part-Time"]}


def new_token(company: str, rng: Random) -> str:
    """The name of a feed."""
    return f"{company.lower().replace(' ', '-')}-{rng.randrange(10)}"


def new_id(rng: Random) -> str:
    """A slug."""
    return f"position-{rng.randrange(100_000, 1_000_000_000)}"


def robots() -> Answer:
    """robots.txt of the board."""
    return Answer(200, b"User-agent: *\nAllow: /\n", "text/plain")


def token_of(path: str) -> str:
    """The feed, here the first part of the path."""
    return first_part(path, "api/job-board-api")


def answer(world: World, ask: Ask) -> Answer:
    """One page of the feed; 404 for an unknown one."""
    token = token_of(ask.path)
    listed = rows_of(world, "arbeitnow", token, ask.at)
    if listed is None:
        return NOT_FOUND
    asked = ask.query.get("page", "")
    page = number_of(asked, 1)
    newest = sorted(listed, key=opened_at, reverse=True)
    postings = newest[(page - 1) * PER_PAGE : page * PER_PAGE]
    goes_on = len(newest) > page * PER_PAGE
    key = ("arbeitnow", token, page, goes_on)
    return answered(world, key, postings, ask.at, lambda: _page(postings, ask.at, page, goes_on), ask.at)


def _page(postings: list[Posting], at: datetime, page: int, goes_on: bool) -> Answer:
    base = "https://www.arbeitnow.com/api/job-board-api"
    search = digest(at.isoformat().encode())[:12]  # another one at each request
    links = {
        "first": f"{base}?search={search}&page=1",
        "last": None,
        "prev": f"{base}?search={search}&page={page - 1}" if page > 1 else None,
        "next": f"{base}?search={search}&page={page + 1}" if goes_on else None,
    }
    meta = {"current_page": page, "from": 1, "path": base, "per_page": PER_PAGE, "to": len(postings)}
    return Answer(200, dumped({"data": [row(posting, at) for posting in postings], "links": links, "meta": meta}))


def row(posting: Posting, at: datetime) -> dict[str, Any]:
    """One advertisement."""
    version = posting.versions[posting.version_at(at)]
    prose = compose(posting, version)
    parts = [prose.intro, *prose.body, *prose.closing]
    company = posting.employer.company.lower().replace(" ", "-")
    return {
        "slug": posting.external_id,
        "company_name": posting.employer.company,
        "title": version.title,
        "description": "".join(f"<h2>{part.heading}</h2>{content(part)}" for part in parts),
        "remote": posting.work_mode == "remote",
        "url": f"https://www.arbeitnow.com/jobs/companies/{company}/{posting.external_id}",
        "tags": [posting.department],
        "job_types": EMPLOYMENT[posting.employment],
        "location": posting.places[0].city,
        "created_at": int(opened_at(posting).timestamp()),
    }


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep: the first place alone, and no pay."""
    version = posting.versions[posting.version_at(at)]
    created_at = opened_at(posting)
    return Told(title=version.title, places=(posting.places[0].city,), posted_at=created_at, posted_basis="created_at")
