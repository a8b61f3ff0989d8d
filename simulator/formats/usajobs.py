"""USAJobs search API: `/api/Search?JobCategoryCode=N&Page=1`; an employer's board is an occupational series here.

The key and the address that the host asks for are not looked at: a format does not see them.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from zlib import crc32

from simulator.answer import Answer, Ask, Told, dumped
from simulator.boards import answered, first_part, number_of
from simulator.model import Pay, Place, Posting, Traits, Version
from simulator.prose import Section, compose

if TYPE_CHECKING:
    from simulator.market import World

TENANTS = True
TRAITS = Traits(boards=0.05)
ROWS = "SearchResult.SearchResultItems"
MOST_PER_PAGE = 4  # 500 in truth: small boards shall have pages, too
EMPTY_LIST = (
    b'{"LanguageCode":"EN","SearchParameters":{},"SearchResult":{"SearchResultCount":0,"SearchResultCountAll":0,'
    b'"SearchResultItems":[],"UserArea":{"NumberOfPages":"0"}}}'
)
NOT_FOUND = Answer(404, b'{"Message":"No HTTP resource was found that matches the request"}')
RATES = {"year": ("PA", "Per Year"), "month": ("PM", "Per Month"), "hour": ("PH", "Per Hour")}
SCHEDULES = {"full_time": ("Full-time", "1"), "contract": ("Part-time", "2"), "internship": ("Intermittent", "4")}


def new_token(company: str, _: Random) -> str:
    """A number, as a series has."""
    return str(crc32(company.encode()))


def new_id(rng: Random) -> str:
    """A control number."""
    return str(rng.randrange(400_000_000, 999_999_999))


def robots() -> Answer:
    """robots.txt of the API host."""
    return Answer(404, b"")


def token_of(path: str) -> str:
    """The series, here the first part of the path, too."""
    return first_part(path, "api/Search")


def answer(world: World, ask: Ask) -> Answer:
    """One page of the search; nothing found for an unknown series."""
    token = token_of(ask.path)
    if not token:
        return NOT_FOUND
    rows = world.listed("usajobs", ask.query.get("JobCategoryCode", ""), ask.at)
    size = max(1, min(number_of(ask.query.get("ResultsPerPage", ""), 250), MOST_PER_PAGE))
    page = max(1, number_of(ask.query.get("Page", ""), 1))
    return answered(world, ("usajobs", token, size, page), rows, ask.at, lambda: _page(rows, ask.at, size, page))


def _page(rows: list[Posting], at: datetime, size: int, page: int) -> Answer:
    shown = rows[(page - 1) * size : page * size]
    result = {
        "SearchResultCount": len(shown),
        "SearchResultCountAll": len(rows),
        "SearchResultItems": [item(posting, at, rank) for rank, posting in enumerate(shown)],
        "UserArea": {"NumberOfPages": str(-(-len(rows) // size))},
    }
    return Answer(200, dumped({"LanguageCode": "EN", "SearchParameters": {}, "SearchResult": result}))


def item(posting: Posting, at: datetime, rank: int) -> dict[str, Any]:
    """One announcement."""
    version = posting.versions[posting.version_at(at)]
    name, code = SCHEDULES[posting.employment]
    descriptor = {
        "PositionID": _announcement(posting),
        "PositionTitle": version.title,
        "PositionURI": f"https://www.usajobs.gov:443/job/{posting.external_id}",
        "ApplyURI": [f"https://www.usajobs.gov:443/job/{posting.external_id}?PostingChannelID="],
        "PositionLocationDisplay": posting.places[0].label if len(posting.places) == 1 else "Multiple Locations",
        "PositionLocation": [_location(place) for place in posting.places],
        "OrganizationName": posting.employer.company,
        "DepartmentName": f"Department of {posting.employer.sector}",
        "JobCategory": [{"Name": "Data Science", "Code": "1560"}],
        "JobGrade": [{"Code": "GS"}],
        "PositionSchedule": [{"Name": name, "Code": code}],
        "PositionOfferingType": [{"Name": "Permanent", "Code": "15317"}],
        **_texts(posting, version),
        "PositionRemuneration": _remuneration(posting, version.pay),
        "PositionStartDate": _stamp(_day(posting)),
        "PositionEndDate": _stamp(_day(posting) + timedelta(days=400)),
        "PublicationStartDate": _stamp(_day(posting)),
        "ApplicationCloseDate": _stamp(_day(posting) + timedelta(days=400)),
    }
    return {
        "MatchedObjectId": _announcement(posting),
        "MatchedObjectDescriptor": descriptor,
        "RelevanceRank": rank + at.day % 7,
    }


def _texts(posting: Posting, version: Version) -> dict[str, Any]:
    prose = compose(posting, version)
    by_kind = {part.kind: part for part in prose.body}
    closing = [by_kind["benefits"], *([by_kind["pay"]] if "pay" in by_kind else []), *prose.closing]
    details = {
        "JobSummary": _lines(by_kind["role"]),
        "MajorDuties": list(by_kind["duties"].lines),
        "LowGrade": "13",
        "HighGrade": "14",
        "TeleworkEligible": posting.work_mode == "hybrid",
        "RemoteIndicator": posting.work_mode == "remote",
        "AgencyMarketingStatement": _lines(prose.intro),
        "Education": _lines(by_kind["preferred"]),
        "OtherInformation": "\n".join(map(_lines, closing)),
    }
    area = {"Details": details, "IsRadialSearch": False}
    return {"QualificationSummary": _lines(by_kind["requirements"]), "UserArea": area}


def _lines(section: Section) -> str:
    return "\n".join(section.lines)


def _announcement(posting: Posting) -> str:
    return f"DS-{posting.spells[0].opened_at.year}-{posting.opening % 10_000:04}"


def _location(place: Place) -> dict[str, Any]:
    name = f"{place.city}, {place.region}"
    where = {"LocationName": name, "CountryCode": place.address_country, "CountrySubDivisionCode": place.region}
    return where | {"CityName": name, "Longitude": -77.0, "Latitude": 38.9}


def _remuneration(posting: Posting, pay: Pay) -> list[dict[str, str]]:
    if posting.discloses not in ("structured", "both"):
        return [{"MinimumRange": "0.0", "MaximumRange": "0.0", "RateIntervalCode": "WC", "Description": ""}]
    code, words = RATES[pay.period]
    amounts = {"MinimumRange": f"{pay.low}.0", "MaximumRange": str(pay.high)}
    return [amounts | {"RateIntervalCode": code, "Description": words}]


def _day(posting: Posting) -> datetime:
    return datetime.combine(posting.spells[0].opened_at.date(), time(), UTC)


def _stamp(day: datetime) -> str:
    return f"{day:%Y-%m-%dT%H:%M:%S}.0000"


def told(posting: Posting, at: datetime) -> Told:
    """What the spider should keep: whole days, and pay without a currency."""
    version = posting.versions[posting.version_at(at)]
    pay = version.pay
    is_told = posting.discloses in ("structured", "both")
    return Told(
        title=version.title,
        places=tuple(dict.fromkeys(f"{place.city}, {place.region}" for place in posting.places)),
        posted_at=_day(posting),
        posted_basis="published_at",
        pay=((float(pay.low), float(pay.high), "", pay.period, ""),) if is_told else (),
    )
