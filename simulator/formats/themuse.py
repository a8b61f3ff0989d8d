"""The Muse public jobs API: `/api/public/jobs?page=N` from 0; each employer's board is a feed here."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from zlib import crc32

from simulator.answer import Answer, Ask, Told, dumped
from simulator.boards import answered, opened_at, rows_of
from simulator.model import Posting, Traits
from simulator.prose import compose, content

if TYPE_CHECKING:
    from simulator.market import World

TENANTS = True
ROWS = "results"
TRAITS = Traits(boards=0.05)
PER_PAGE = 4  # 20 are served in truth: small boards shall have pages, too
EMPTY_LIST = b'{"page":0,"page_count":0,"items_per_page":4,"took":1,"timed_out":false,"total":0,"results":[]}'
NOT_FOUND = Answer(404, b'{"code":404,"error":"The resource could not be found"}')
BAD_REQUEST = Answer(400, b'{"code":400,"error":"page is required"}')
ANYWHERE = "Flexible / Remote"


def new_token(company: str, rng: Random) -> str:
    """The name of a category."""
    return f"{company} {rng.randrange(10)}"


def new_id(rng: Random) -> str:
    """A number."""
    return str(rng.randrange(10_000_000, 3_000_000_000))


def robots() -> Answer:
    """robots.txt of the site."""
    return Answer(200, b"User-agent: *\nDisallow: /user/\n", "text/plain")


def token_of(path: str) -> str:
    """The feed, here the first part of the path, quoted there."""
    parts = path.strip("/").split("/")
    return unquote(parts[0]) if parts[1:] == ["api", "public", "jobs"] else ""


def answer(world: World, ask: Ask) -> Answer:
    """One page; 404 for an unknown feed, 400 without a page, no rows behind the last."""
    token, asked = ask.query.get("category", ""), ask.query.get("page", "")
    listed = rows_of(world, "themuse", token, ask.at)
    if listed is None:
        return NOT_FOUND
    if not (asked.isascii() and asked.isdigit() and len(asked) < 6):
        return BAD_REQUEST
    newest_first = ask.query.get("descending") == "true"
    rows = sorted(listed, key=opened_at, reverse=newest_first)
    key = ("themuse", token, asked, newest_first)
    return answered(world, key, rows, ask.at, lambda: _page(rows, ask.at, int(asked)), ask.at)


def _page(rows: list[Posting], at: datetime, page: int) -> Answer:
    shown = rows[page * PER_PAGE : (page + 1) * PER_PAGE]
    told = {
        "page": page,
        "page_count": -(-len(rows) // PER_PAGE),
        "items_per_page": PER_PAGE,
        "took": at.minute + 3,
        "timed_out": False,
        "total": len(rows),
        "results": [row(posting, at) for posting in shown],
    }
    limits = {"X-RateLimit-Limit": "500", "X-RateLimit-Remaining": "480", "X-RateLimit-Reset": "3000"}
    return Answer(200, dumped(told), headers=limits)


def row(posting: Posting, at: datetime) -> dict[str, Any]:
    """One advertisement."""
    version = posting.versions[posting.version_at(at)]
    prose = compose(posting, version)
    parts = [prose.intro, *prose.body, *prose.closing]
    company = posting.employer.company
    short, slug = company.lower().replace(" ", ""), version.title.lower().replace(" ", "-")
    return {
        "contents": "".join(f"<p><b>{part.heading}</b></p>{content(part)}" for part in parts),
        "name": version.title,
        "type": "external",
        "publication_date": f"{opened_at(posting):%Y-%m-%dT%H:%M:%SZ}",
        "short_name": slug,
        "model_type": "jobs",
        "id": int(posting.external_id),
        "locations": [{"name": name} for name in _places(posting)],
        "categories": [{"name": posting.department}],
        "levels": [{"name": "Senior Level", "short_name": "senior"}] if "Senior" in version.title else [],
        "tags": [],
        "refs": {"landing_page": f"https://www.themuse.com/jobs/{short}/{posting.external_id}"},
        "company": {"id": crc32(company.encode()) % 100_000, "short_name": short, "name": company},
    }


def _places(posting: Posting) -> list[str]:
    """Places with their region in the words of the site, remote work among them."""
    labels = [f"{place.city}, {place.region}" for place in posting.places]
    return labels + ([ANYWHERE] if posting.work_mode == "remote" else [])


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep; no pay."""
    return Told(
        title=posting.versions[posting.version_at(at)].title,
        places=tuple(dict.fromkeys(_places(posting))),
        posted_at=opened_at(posting),
        posted_basis="published_at",
    )
