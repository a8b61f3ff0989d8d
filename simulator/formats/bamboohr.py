"""BambooHR careers: `/careers/list` on a host of each employer, and `/careers/{id}/detail` with text, date and pay."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from simulator.answer import Answer, Ask, Told, dumped
from simulator.boards import answered, rows_of
from simulator.model import Place, Posting, Traits, Version
from simulator.prose import compose, content

if TYPE_CHECKING:
    from simulator.market import World

TENANTS = True
ROWS = "result"
TRAITS = Traits(boards=0.05, one_place=True)
EMPTY_LIST = b'{"meta":{"totalCount":0},"result":[]}'
NOT_FOUND = Answer(302, b"", "text/html; charset=utf-8", {"Location": "https://www.bamboohr.com/"})
GONE = Answer(404, b'{"error":"Not Found"}')
MODES = {"onsite": "0", "remote": "1", "hybrid": "2"}
STATUSES = {"full_time": "Full Time", "contract": "Contractor", "internship": "Intern"}
NOWHERE = {"country": None, "state": None, "province": None, "city": None}
OF_THE_MARKET = ("AI", "Machine Learning", "Search", "Personalisation", "Perception", "Core Models")


def new_token(company: str, rng: Random) -> str:
    """A sub-domain."""
    return company.lower().replace(" ", "") + str(rng.randrange(10))


def new_id(rng: Random) -> str:
    """A number; an employer's own count, here drawn far apart."""
    return str(rng.randrange(20, 90_000_000))


def robots() -> Answer:
    """robots.txt of an employer."""
    return Answer(200, b"User-agent: *\nDisallow: /login\n", "text/plain")


def token_of(path: str) -> str:
    """The sub-domain, here the first part of the path."""
    parts = path.strip("/").split("/")
    return parts[0] if len(parts) > 2 and parts[1] == "careers" else ""


def answer(world: World, ask: Ask) -> Answer:
    """The list or one opening; an unknown employer is sent to the vendor's own site."""
    token, rest = token_of(ask.path), ask.path.strip("/").split("/")[2:]
    postings = rows_of(world, "bamboohr", token, ask.at)
    if postings is None:
        return NOT_FOUND
    if rest != ["list"]:
        return _detail(postings, ask.at, rest)
    return answered(world, ("bamboohr", token), postings, ask.at, lambda: _list(postings, ask.at))


def _list(postings: list[Posting], at: datetime) -> Answer:
    rows = [{"id": posting.external_id} | row(posting, at) for posting in postings]
    return Answer(200, dumped({"meta": {"totalCount": len(rows)}, "result": rows}))


def _detail(postings: list[Posting], at: datetime, rest: list[str]) -> Answer:
    for posting in postings:
        if rest == [posting.external_id, "detail"]:
            return Answer(200, dumped({"result": {"jobOpening": opening(posting, at), "formFields": {}}}))
    return GONE


def row(posting: Posting, at: datetime) -> dict[str, Any]:
    """What the list tells of an opening: neither text nor date."""
    place, is_remote = posting.places[0], posting.work_mode == "remote"
    return {
        "jobOpeningName": posting.versions[posting.version_at(at)].title,
        "departmentId": str(18_000 + len(posting.department)),
        "departmentLabel": posting.department,
        "employmentStatusLabel": STATUSES[posting.employment],
        "employmentType": None,
        "location": {"city": None, "state": None} if is_remote else {"city": place.city, "state": place.region},
        "atsLocation": _typed(place) if is_remote else NOWHERE,
        "isRemote": 1 if is_remote else None,
        "locationType": MODES[posting.work_mode],
    }


def _typed(place: Place) -> dict[str, Any]:
    """Canadian regions are provinces."""
    names = ("province", "state") if place.country == "CA" else ("state", "province")
    return {"country": place.address_country, names[0]: place.region, names[1]: None, "city": place.city}


def opening(posting: Posting, at: datetime) -> dict[str, Any]:
    """One opening."""
    version = posting.versions[posting.version_at(at)]
    prose = compose(posting, version)
    told = row(posting, at)
    country = posting.places[0].address_country if told["location"]["city"] else None
    parts = [prose.intro, *prose.body, *prose.closing]
    return told | {
        "jobOpeningShareUrl": f"https://{posting.employer.token}.bamboohr.com/careers/{posting.external_id}",
        "jobOpeningStatus": "Open",
        "location": told["location"] | {"postalCode": None, "addressCountry": country},
        "description": "".join(f"<p><strong>{part.heading}</strong></p>{content(part)}" for part in parts),
        "datePosted": f"{_posted_at(posting):%Y-%m-%d}",
        "minimumExperience": None,
        "compensation": _compensation(posting, version),
    }


def _posted_at(posting: Posting) -> datetime:
    return posting.spells[0].opened_at.replace(hour=0, minute=0, second=0, microsecond=0)


def _compensation(posting: Posting, version: Version) -> str | None:
    """Free text."""
    pay = version.pay
    told = f"{pay.currency} {pay.low:,} - {pay.high:,} per {pay.period}"
    return told if posting.discloses in ("structured", "both") else None


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep: of a job far from this market the list alone, which tells no date and no country."""
    title, place = posting.versions[posting.version_at(at)].title, posting.places[0]
    is_read = posting.scope != "out" or any(word in title for word in OF_THE_MARKET)
    has_country = is_read or posting.work_mode == "remote"
    names = (place.city, place.region, place.address_country if has_country else "")
    return Told(
        title=title,
        places=(", ".join(dict.fromkeys(name for name in names if name)),),
        posted_at=_posted_at(posting) if is_read else None,
        posted_basis="published_at" if is_read else "",
    )
