"""SmartRecruiters Posting API: `/v1/companies/{company}/postings[/{id}]`, newest first, with an ETag.

An unknown company has an empty list. `REFUSES` may be set by a test: robots.txt as it is in truth, closed to all others
than one named robot.
"""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from simulator.answer import Answer, Ask, Told, digest, dumped, kept, state_of
from simulator.boards import number_of, opened_at
from simulator.data import pick
from simulator.model import Place, Posting, Traits, Version
from simulator.prose import Section, compose, content

if TYPE_CHECKING:
    from simulator.market import World

ROWS = "content"
REFUSES = False
TRAITS = Traits(boards=0.05, leaves_empty=1.0, one_place=True)
MOST_PER_PAGE = 4  # 100 in truth: small boards shall have pages, too
EMPTY_LIST = b'{"offset":0,"limit":4,"totalFound":0,"content":[]}'
NOT_FOUND = Answer(200, EMPTY_LIST)
GONE = Answer(404, b'{"message":"Posting not found","errors":[]}')
TYPES = {"full_time": ("permanent", "Full-time"), "contract": ("contract", "Contract")}
TYPES |= {"internship": ("intern", "Intern")}
TITLES = {"companyDescription": "Company Description", "jobDescription": "Job Description"}
TITLES |= {"qualifications": "Qualifications", "additionalInformation": "Additional Information"}


def new_token(company: str, rng: Random) -> str:
    """An identifier, with a number where the name was taken."""
    return company.replace(" ", "") + pick(rng, ("", "", "1", "3"))


def new_id(rng: Random) -> str:
    """A number of fifteen digits."""
    return str(rng.randrange(743_000_000_000_000, 745_000_000_000_000))


def robots() -> Answer:
    """robots.txt of the API host."""
    closed = b"User-agent: LinkedInBot\nAllow: /v1/companies/\n\nUser-agent: *\nDisallow: /\n"
    return Answer(200, closed if REFUSES else b"User-agent: *\nDisallow: /internal/\n", "text/plain")


def token_of(path: str) -> str:
    """The company in a path, "" when there is none."""
    parts = path.strip("/").split("/")
    return parts[2] if len(parts) in (4, 5) and [*parts[:2], parts[3]] == ["v1", "companies", "postings"] else ""


def answer(world: World, ask: Ask) -> Answer:
    """A page of the list, or one posting."""
    token, rest = token_of(ask.path), ask.path.strip("/").split("/")[4:]
    employer = world.boards.get(("smartrecruiters", token))
    found = world.listed("smartrecruiters", token, ask.at) if employer and employer.has_board(ask.at) else []
    if rest:
        one = next((posting for posting in found if posting.external_id == rest[0]), None)
        return _validated(detail(one, ask.at)) if one else GONE
    limit = max(1, min(number_of(ask.query.get("limit", ""), 10), MOST_PER_PAGE))
    offset = number_of(ask.query.get("offset", ""), 0)
    state = tuple(state_of(posting, ask.at) for posting in found)
    key = ("smartrecruiters", token, limit, offset)
    page: Answer = kept(world, key, state, lambda: _validated(_page(found, limit, offset, ask.at)))
    return page


def _validated(told: dict[str, Any]) -> Answer:
    body = dumped(told)
    return Answer(200, body, headers={"ETag": f'"{digest(body)[:32]}"'})


def _page(found: list[Posting], limit: int, offset: int, at: datetime) -> dict[str, Any]:
    newest_first = sorted(found, key=lambda one: (opened_at(one), one.external_id), reverse=True)
    rows = [row(posting, at) for posting in newest_first[offset : offset + limit]]
    return {"offset": offset, "limit": limit, "totalFound": len(found), "content": rows}


def row(posting: Posting, at: datetime) -> dict[str, Any]:
    """What the list tells of a posting."""
    employer, place = posting.employer, posting.places[0]
    kind_id, kind = TYPES[posting.employment]
    return {
        "id": posting.external_id,
        "name": posting.versions[posting.version_at(at)].title,
        "uuid": _uuid(posting, "posting"),
        "jobAdId": _uuid(posting, "ad"),
        "defaultJobAd": True,
        "refNumber": _requisition(posting),
        "company": {"identifier": employer.token, "name": employer.company},
        "releasedDate": f"{opened_at(posting):%Y-%m-%dT%H:%M:%S}.000Z",
        "location": _location(place, posting.work_mode),
        "industry": {"id": employer.sector.lower().replace(" ", "_"), "label": employer.sector},
        "department": {"id": "10", "label": posting.department} if employer.style & 1 else {},
        "function": {"id": "engineering", "label": "Engineering"},
        "typeOfEmployment": {"id": kind_id, "label": kind},
        "experienceLevel": {"id": "not_applicable", "label": "Not Applicable"},
        "customField": [
            {"fieldId": "COUNTRY", "fieldLabel": "Country/Region", "valueId": place.country.lower()}
            | {"valueLabel": place.address_country}
        ],
        "visibility": "PUBLIC",
        "ref": f"https://api.smartrecruiters.com/v1/companies/{employer.token.lower()}/postings/{posting.external_id}",
        "creator": {"name": "A. Recruiter"},
        "language": {"code": "en", "label": "English", "labelNative": "English (US)"},
    }


def detail(posting: Posting, at: datetime) -> dict[str, Any]:
    """A posting with its text."""
    version = posting.versions[posting.version_at(at)]
    slug = re.sub(r"[^a-z0-9]+", "-", version.title.lower()).strip("-")
    url = f"https://jobs.smartrecruiters.com/{posting.employer.token}/{posting.external_id}-{slug}"
    compensation = _compensation(posting, version)
    return row(posting, at) | {
        "active": True,
        "postingUrl": url,
        "applyUrl": f"{url}?oga=true",
        "jobId": _uuid(posting, "job"),
        "jobAd": {"sections": _sections(posting, version)},
        **({"compensation": compensation} if compensation else {}),
    }


def _sections(posting: Posting, version: Version) -> dict[str, Any]:
    prose = compose(posting, version)
    of_the_job = [part for part in prose.body if part.kind in ("role", "duties")]
    demands = [part for part in prose.body if part.kind in ("requirements", "preferred")]
    others = [part for part in prose.body if part not in (*of_the_job, *demands)]
    parts = ([prose.intro], of_the_job, demands, [*others, *prose.closing])
    told = zip(TITLES.items(), parts, strict=True)
    return {name: {"title": title, "text": _html(part)} for (name, title), part in told}


def _html(parts: list[Section]) -> str:
    return "".join(f"<p><strong>{part.heading}</strong></p>{content(part)}" for part in parts)


def _location(place: Place, mode: str) -> dict[str, Any]:
    """Where there is no region the printed place has an empty part."""
    names = {"city": place.city, "region": place.region, "country": place.country.lower()}
    flags = {"remote": mode == "remote", "hybrid": mode == "hybrid"}
    printed = ", ".join((place.city, place.region, place.address_country))
    return {name: value for name, value in names.items() if value} | flags | {"fullLocation": printed}


def _compensation(posting: Posting, version: Version) -> dict[str, Any] | None:
    """Postings far from this market tell no pay on their pages, which few would read."""
    if posting.scope == "out" or posting.discloses not in ("structured", "both"):
        return None
    pay = version.pay
    return {"salary": {"min": pay.low, "max": pay.high, "currency": pay.currency, "period": pay.period.upper()}}


def _requisition(posting: Posting) -> str:
    return f"REF{posting.opening}X"


def _uuid(posting: Posting, what: str) -> str:
    return str(uuid.UUID(int=Random(f"{posting.external_id}/{what}").getrandbits(128), version=4))


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep: one place a posting."""
    version, place = posting.versions[posting.version_at(at)], posting.places[0]
    pay = version.pay
    label = ", ".join(dict.fromkeys(filter(None, (place.city, place.region, place.address_country))))
    return Told(
        title=version.title,
        places=(label,),
        posted_at=opened_at(posting),
        posted_basis="published_at",
        pay=((pay.low, pay.high, pay.currency, pay.period, ""),) if _compensation(posting, version) else (),
    )
