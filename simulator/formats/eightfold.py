"""Eightfold career sites: `/api/pcsx/search` and `.../position_details`, on some sites the older `/api/apply/v2`.

`CAP` may be set by a test: behind so many rows there is nothing, whatever the count says.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from simulator.answer import Answer, Ask, Told, dumped, kept, state_of
from simulator.data import pick
from simulator.model import Place, Posting, Traits
from simulator.prose import compose, content

if TYPE_CHECKING:
    from simulator.market import World

TENANTS = True
ROWS = "positions"
TRAITS = Traits(boards=0.05)
PER_PAGE = 4  # ten in truth: small boards shall have pages, too
CAP = 2_000
EMPTY_LIST = b'{"status":200,"error":{"message":"","body":""},"data":{"count":0,"sortBy":"timestamp","positions":[]}}'
NOT_FOUND = Answer(404, b'{"status":404,"error":{"message":"Not Found","body":""},"data":null}')
OTHER_INTERFACE = (
    Answer(403, b'{"message":"PCSX is not enabled for this user."}'),
    Answer(403, b'{"message":"Not authorized for PCSX"}'),
)
PATHS = {"api/pcsx/search", "api/pcsx/position_details", "api/apply/v2/jobs"}
KINDS = {"full_time": "Full-Time", "contract": "Contract", "internship": "Internship"}


def new_token(company: str, rng: Random) -> str:
    """Host and domain; the older interface alone on some sites."""
    name = company.lower().replace(" ", "") + str(rng.randrange(10))
    host = pick(rng, (f"{name}.eightfold.ai", f"careers.{name}.example"))
    return f"{host}|{name}.example{pick(rng, ('', '', '|v2'))}"


def new_id(rng: Random) -> str:
    """A large number."""
    return str(rng.randrange(400_000_000_000, 2_000_000_000_000_000))


def robots() -> Answer:
    """robots.txt of a site."""
    return Answer(200, b"User-agent: *\nAllow: /api/pcsx\nDisallow: /api/auth\n", "text/plain")


def token_of(path: str) -> str:
    """The board, here the first part of the path."""
    token, _, rest = unquote(path).strip("/").partition("/")
    return token if rest in PATHS or rest.startswith("api/apply/v2/jobs/") else ""


def answer(world: World, ask: Ask) -> Answer:
    """A page of the search, or one position; 403 for the interface that the site has not."""
    token, rest = token_of(ask.path), unquote(ask.path).strip("/").partition("/")[2]
    employer = world.boards.get(("eightfold", token))
    if employer is None or not employer.has_board(ask.at) or ask.query.get("domain") != token.split("|")[1]:
        return NOT_FOUND
    is_old = token.endswith("|v2")
    if is_old != rest.startswith("api/apply/"):
        return OTHER_INTERFACE[0 if is_old else 1]
    found: list[Posting] = kept(world, ("eightfold", token), ask.at, lambda: _newest_first(world, token, ask.at))
    position = rest.removeprefix("api/apply/v2/jobs").strip("/") if is_old else ask.query.get("position_id", "")
    if position or rest.endswith("position_details"):
        return _detail(found, position, ask.at)
    start = ask.query.get("start", "0")
    state = (CAP, *(state_of(posting, ask.at) for posting in found))
    page: Answer = kept(world, ("eightfold", token, start), state, lambda: _page(found, start, ask.at, is_old))
    return page


def _newest_first(world: World, token: str, at: datetime) -> list[Posting]:
    found = world.listed("eightfold", token, at)
    return sorted(found, key=lambda one: (_posted_at(one), one.external_id), reverse=True)


def _page(found: list[Posting], start: str, at: datetime, is_old: bool) -> Answer:
    first = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 0
    shown = found[first : min(first + PER_PAGE, CAP)]
    if is_old:
        return Answer(200, dumped({"positions": [old_row(posting, at) for posting in shown], "count": len(found)}))
    data = {"count": len(found), "sortBy": "timestamp", "positions": [row(posting, at) for posting in shown]}
    return Answer(200, dumped(_envelope(data)))


def _envelope(data: Any) -> dict[str, Any]:
    return {"status": 200, "error": {"message": "", "body": ""}, "data": data}


def _detail(found: list[Posting], position: str, at: datetime) -> Answer:
    one = next((posting for posting in found if posting.external_id == position), None)
    if one is None:
        return NOT_FOUND
    if one.employer.token.endswith("|v2"):
        return Answer(200, dumped(old_row(one, at) | {"job_description": _html(one, at)}))
    more = {
        "jobDescription": _html(one, at),
        "location": _label(one.places[0]),
        "publicUrl": f"{_site(one)}/careers/job/{one.external_id}",
        "efcustomTextEmploymentType": [KINDS[one.employment]],
        "jdHighlight": [],
        "positionExtraDetails": {"videos": [], "pymww": {"people": [], "count": 0}},
        "positionUserActions": {"isSaved": False, "applyAction": {"status": "log_in"}},
    }
    return Answer(200, dumped(_envelope(row(one, at) | more) | {"metadata": None}))


def row(posting: Posting, at: datetime) -> dict[str, Any]:
    """A position as the newer interface lists it."""
    return {
        "id": int(posting.external_id),
        "displayJobId": _requisition(posting),
        "name": posting.versions[posting.version_at(at)].title,
        "locations": [_label(place) for place in posting.places],
        "standardizedLocations": [_short(place) for place in posting.places],
        "postedTs": int(_posted_at(posting).timestamp()),
        "solrScore": None,
        "stars": at.day % 5,
        "department": posting.department,
        "creationTs": int(_created_at(posting).timestamp()),
        "isHot": 0,
        "workLocationOption": _mode(posting),
        "locationFlexibility": None,
        "atsJobId": _requisition(posting),
        "positionUrl": f"/careers/job/{posting.external_id}",
    }


def old_row(posting: Posting, at: datetime) -> dict[str, Any]:
    """A position as the older interface lists it."""
    title = posting.versions[posting.version_at(at)].title
    return {
        "id": int(posting.external_id),
        "name": title,
        "posting_name": title,
        "location": _label(posting.places[0]),
        "locations": [_label(place) for place in posting.places],
        "hot": at.day % 2,
        "department": posting.department,
        "business_unit": posting.team or posting.employer.sector,
        "t_update": int(posting.versions[posting.version_at(at)].valid_from.timestamp()),
        "t_create": int(_created_at(posting).timestamp()),
        "ats_job_id": _requisition(posting),
        "display_job_id": _requisition(posting),
        "type": "ATS",
        "job_description": "",
        "stars": 0,
        "work_location_option": _mode(posting),
        "canonicalPositionUrl": f"{_site(posting)}/careers/job/{posting.external_id}",
        "isPrivate": False,
    }


def _html(posting: Posting, at: datetime) -> str:
    """Pay stands in the text or nowhere: there is no field for it."""
    in_words = replace(posting, discloses="text") if posting.discloses == "structured" else posting
    prose = compose(in_words, posting.versions[posting.version_at(at)])
    parts = [prose.intro, *prose.body, *prose.closing]
    return "<br>".join(f"<b>{part.heading}</b>{content(part)}" for part in parts)


def _site(posting: Posting) -> str:
    return f"https://{posting.employer.token.partition('|')[0]}"


def _label(place: Place) -> str:
    """Country first, as the largest of them prints it."""
    return ", ".join(part for part in (place.address_country, place.region, place.city) if part)


def _short(place: Place) -> str:
    return ", ".join((place.city, place.region, place.country)) if place.region else place.country


def _mode(posting: Posting) -> str:
    return "remote_local" if posting.work_mode == "remote" else posting.work_mode


def _requisition(posting: Posting) -> str:
    return f"JR{posting.opening}"


def _posted_at(posting: Posting) -> datetime:
    return posting.spells[0].opened_at.replace(hour=0, minute=0, second=0, microsecond=0)


def _created_at(posting: Posting) -> datetime:
    return _posted_at(posting) - timedelta(days=posting.text_seed % 6)


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep; pay is never typed."""
    is_old = posting.employer.token.endswith("|v2")
    return Told(
        title=posting.versions[posting.version_at(at)].title,
        places=tuple(dict.fromkeys(_label(place) for place in posting.places)),
        posted_at=_created_at(posting) if is_old else _posted_at(posting),
        posted_basis="created_at" if is_old else "published_at",
    )
