"""Workday CXS: POST `/wday/cxs/{tenant}/{site}/jobs` for twenty rows, GET `.../job/{place}/{title}_{id}` for a text.

`CAP`, `CAPS_TOTAL` and `HAS_FACETS` may be set by a test: how many rows one query gives, whether its total stops there
as well, and whether facets are told. Behind the last row, or the cap, page 1 comes again (`WRAPS`) or nothing.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hashlib import md5
from random import Random
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from simulator.answer import Answer, Ask, Told, dumped, kept
from simulator.data import pick
from simulator.model import Place, Posting, Traits
from simulator.prose import compose, content

if TYPE_CHECKING:
    from simulator.market import World

TENANTS = True
ROWS = "jobPostings"
TRAITS = Traits(boards=0.05)
EMPTY_LIST = b'{"total":0,"jobPostings":[],"facets":[],"userAuthenticated":false}'
NOT_FOUND = Answer(422, b'{"errorCode":"HTTP_422","httpStatus":422,"message":"","messageParams":{}}')
BAD_REQUEST = Answer(400, b'{"errorCode":"HTTP_400","httpStatus":400,"message":"","messageParams":{}}')
TOO_MANY = Answer(200, b'{"total":null,"jobPostings":[],"userAuthenticated":false}')
GONE = (
    Answer(404, b'{"errorCode":"HTTP_404","httpStatus":404,"message":"","messageParams":{}}'),
    Answer(403, b'{"errorCode":"S22","httpStatus":403,"message":"","messageParams":{}}'),
)
LIMIT = 20
CAP = 2_000
CAPS_TOTAL = True
WRAPS = True
HAS_FACETS = True
SITES = ("External", "Careers", "External_Career_Site")
TIME = {"internship": "Part time"}
WORKER = {"full_time": "Regular", "contract": "Fixed Term", "internship": "Intern"}
MODES = ({"remote": "Remote", "hybrid": "Hybrid"}, {"remote": "Remote", "hybrid": "Flexible", "onsite": "Office"})


def new_token(company: str, rng: Random) -> str:
    """Tenant, instance and site."""
    return f"{company.lower().replace(' ', '')}|wd{pick(rng, (1, 3, 5, 12, 103))}|{pick(rng, SITES)}"


def new_id(rng: Random) -> str:
    """A requisition, with a number behind it where it stands on several sites."""
    return f"JR{rng.randrange(1_000_000, 10_000_000)}{pick(rng, ('', '', '-1', '-2'))}"


def robots() -> Answer:
    """robots.txt of a tenant."""
    lines = (*(f"Allow: /{site}/" for site in SITES), "Disallow: /Internal/", "Disallow: /refreshFacet/")
    return Answer(200, "\n".join(["User-agent: *", *lines, ""]).encode(), "text/plain")


def token_of(path: str) -> str:
    """The board, here the first part of the path; its tenant and site must be those further on."""
    token, _, rest = unquote(path).strip("/").partition("/")
    names = token.split("|")
    return token if len(names) == 3 and f"{rest}/".startswith(f"wday/cxs/{names[0]}/{names[2]}/") else ""


def answer(world: World, ask: Ask) -> Answer:
    """The list or a posting; 422 for an unknown tenant or site."""
    token = token_of(ask.path)
    employer = world.boards.get(("workday", token))
    if employer is None or not employer.has_board(ask.at):
        return NOT_FOUND
    rest = unquote(ask.path).split("/", 6)[-1]
    found: list[Posting] = kept(world, ("workday", token), ask.at, lambda: _newest_first(world, token, ask.at))
    if rest == "jobs":
        return _list(found, ask)
    end = rest.rpartition("_")[2] if rest.startswith("job/") else ""
    told = next((posting for posting in found if posting.external_id == end), None)
    return GONE[employer.style & 1] if told is None else Answer(200, dumped(detail(told, ask.at)))


def _newest_first(world: World, token: str, at: datetime) -> list[Posting]:
    return sorted(world.listed("workday", token, at), key=lambda one: (_start_on(one), one.external_id), reverse=True)


def _list(postings: list[Posting], ask: Ask) -> Answer:
    """A page of the query; too large a one is refused in one of two ways."""
    try:
        asked = json.loads(ask.body or b"")
        limit, offset, filters = asked["limit"], asked["offset"], asked["appliedFacets"]
    except (ValueError, KeyError, TypeError):
        return BAD_REQUEST
    if limit > LIMIT:
        return (BAD_REQUEST, TOO_MANY)[len(postings) % 2]
    found = [posting for posting in postings if _chosen(posting, filters)]
    return Answer(200, dumped(_page(found, limit, offset, ask.at)))


def _page(found: list[Posting], limit: int, offset: int, at: datetime) -> dict[str, Any]:
    within = found[:CAP]
    start = 0 if WRAPS and offset >= len(within) else offset
    total = len(within if CAPS_TOTAL else found)
    return {
        "total": total if offset == 0 else 0,
        "jobPostings": [row(posting, at) for posting in within[start : start + limit]],
        "facets": _facets(found) if HAS_FACETS else [],
        "userAuthenticated": False,
    }


FACETS: dict[str, tuple[str, Callable[[Posting], list[str]]]] = {
    "jobFamilyGroup": ("Job Category", lambda one: [one.department]),
    "timeType": ("Time Type", lambda one: [_time_type(one)]),
    "careerLevel": ("Career Level", lambda one: [one.level]),
    "jobFamily": ("Job Family", lambda one: [one.family]),
    "workerSubType": ("Job Type", lambda one: [WORKER[one.employment]]),
    "locations": ("Locations", lambda one: [_label(place) for place in _places(one)]),
}


def _facets(found: list[Posting]) -> list[dict[str, Any]]:
    """Counts of each facet; those of the places stand in a group and count a posting once a place."""
    *flat, places = (_facet(found, parameter) for parameter in FACETS)
    return [*flat, {"facetParameter": "locationMainGroup", "values": [places]}]


def _facet(found: list[Posting], parameter: str) -> dict[str, Any]:
    descriptor, read = FACETS[parameter]
    counts = Counter(value for posting in found for value in read(posting))
    values = [{"descriptor": value, "id": _hex(value), "count": count} for value, count in counts.most_common()]
    return {"facetParameter": parameter, "descriptor": descriptor, "values": values}


def _chosen(posting: Posting, filters: dict[str, list[str]]) -> bool:
    """Any value of a facet, all facets."""
    return all(not {_hex(value) for value in FACETS[name][1](posting)}.isdisjoint(ids) for name, ids in filters.items())


def _hex(name: str) -> str:
    return md5(name.encode(), usedforsecurity=False).hexdigest()


def row(posting: Posting, at: datetime) -> dict[str, Any]:
    """One row of a list; some tenants show more bullets, the time type or the work mode."""
    places, style = [_label(place) for place in _places(posting)], posting.employer.style
    requisition = posting.external_id.partition("-")[0]
    mode = _mode(posting)
    return {
        "title": posting.versions[posting.version_at(at)].title,
        "externalPath": _path(posting, at),
        "locationsText": places[0] if len(places) == 1 else f"{len(places)} Locations",
        "postedOn": _posted_on((at.date() - _start_on(posting).date()).days),
        "bulletFields": [requisition, posting.department] if style & 2 else [requisition],
        **({"timeType": _time_type(posting)} if style & 4 else {}),
        **({"remoteType": mode} if style & 8 and mode else {}),
    }


def detail(posting: Posting, at: datetime) -> dict[str, Any]:
    """A posting's own page."""
    places, employer = _places(posting), posting.employer
    tenant, instance, site = employer.token.split("|")
    country = {"descriptor": places[0].address_country, "id": _hex(places[0].country)}
    path, start_on = _path(posting, at), _start_on(posting)
    info = {
        "id": _hex(posting.external_id),
        "title": posting.versions[posting.version_at(at)].title,
        "jobDescription": _html(posting, at),
        "location": _label(places[0]),
        "additionalLocations": [_label(place) for place in places[1:]],
        "postedOn": _posted_on((at.date() - start_on.date()).days),
        "startDate": f"{start_on:%Y-%m-%d}" if _is_dated(posting) else None,
        "timeType": _time_type(posting),
        "jobReqId": posting.external_id.partition("-")[0],
        "jobPostingId": path.rpartition("/")[2],
        "jobPostingSiteId": site,
        "country": country,
        "canApply": True,
        "posted": True,
        "includeResumeParsing": True,
        "jobRequisitionLocation": {
            "descriptor": places[0].office,
            "country": country | {"alpha2Code": places[0].country},
        },
        "externalUrl": f"https://{tenant}.{instance}.myworkdayjobs.com/{site}{path}",
        "questionnaireId": _hex(tenant),
        "remoteType": _mode(posting),
    }
    return {
        "jobPostingInfo": {name: value for name, value in info.items() if value not in (None, [], "")},
        "hiringOrganization": {"name": f"{employer.company}, Inc.", "url": ""},
        "similarJobs": [],
        "userAuthenticated": False,
    }


def _html(posting: Posting, at: datetime) -> str:
    """Pay stands in the text or nowhere: there is no field for it."""
    in_words = replace(posting, discloses="text") if posting.discloses == "structured" else posting
    prose = compose(in_words, posting.versions[posting.version_at(at)])
    parts = [f"<p><b>{part.heading}</b></p>{content(part)}" for part in (prose.intro, *prose.body, *prose.closing)]
    return '<p style="text-align:inherit"></p>'.join(parts).replace("'", "&#39;").replace("+", "&#43;")


def _path(posting: Posting, at: datetime) -> str:
    title = posting.versions[posting.version_at(at)].title
    return f"/job/{_slug(_label(posting.places[0]))}/{_slug(title)}_{posting.external_id}"


def _slug(words: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "-", words)


def _label(place: Place) -> str:
    """Country first, as most tenants print it."""
    return ", ".join(part for part in (place.country, place.region, place.city) if part)


def _is_dated(posting: Posting) -> bool:
    """Postings far from this market have neither a date nor a second place on their pages, which few would read."""
    return posting.scope != "out"


def _places(posting: Posting) -> tuple[Place, ...]:
    return posting.places if _is_dated(posting) else posting.places[:1]


def _mode(posting: Posting) -> str:
    return MODES[posting.employer.style >> 4 & 1].get(posting.work_mode, "")


def _time_type(posting: Posting) -> str:
    return TIME.get(posting.employment, "Full time")


def _start_on(posting: Posting) -> datetime:
    return posting.spells[0].opened_at.replace(hour=0, minute=0, second=0, microsecond=0)


def _posted_on(n_days: int) -> str:
    if n_days < 2:
        return ("Posted Today", "Posted Yesterday")[n_days]
    return f"Posted {n_days} Days Ago" if n_days <= 30 else "Posted 30+ Days Ago"


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep."""
    return Told(
        title=posting.versions[posting.version_at(at)].title,
        places=tuple(dict.fromkeys(_label(place) for place in _places(posting))),
        posted_at=_start_on(posting) if _is_dated(posting) else None,
        posted_basis="start_date" if _is_dated(posting) else "",
    )
