"""USAJobs search API: an occupational series, read to its proven end, or a search for words, which is a window.

A board is the number of a series (`1560`) or the words. Traps: what stays is the number in a posting's address, not
the announcement's; pay is text with codes and no currency; a public notice is a standing register; see `headers`.
"""

from __future__ import annotations

import os
import re
from typing import Any

from crawler.spiders import listing, pay
from store.posting import Pay, Place, Posting

PAGE_SIZE = 500
NUMBER = re.compile(r"(?<=[?&]Page=)\d{1,6}(?!\d)")
CONTROL_NUMBER = re.compile(r"/(\d{6,12})/?(?:\?|$)")
TAG = re.compile(r"</?[a-z]", re.I)
CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
PERIODS = {"PA": "year", "PM": "month", "PD": "day", "PH": "hour"}  # BW, two weeks, is no period of ours
BODY = ("JobSummary", "MajorDuties", "Requirements", "KeyRequirements", "QualificationSummary", "Education")
END = ("Evaluations", "OtherInformation", "Benefits", "RequiredDocuments", "HowToApply", "WhatToExpectNext")
MODES = {"RemoteIndicator": "remote", "TeleworkEligible": "telework eligible"}
USED = frozenset({"PositionID", "PositionTitle", "PositionURI", "ApplyURI", "PositionLocation", "OrganizationName"})
USED |= {"DepartmentName", "PositionSchedule", "PositionOfferingType", "PositionRemuneration", "UserArea", *BODY}
USED |= {"PublicationStartDate", "ApplicationCloseDate", "PositionFormattedDescription"}
USED_DETAILS = frozenset({*BODY, *END, *MODES, "AgencyMarketingStatement", "AgencyContactEmail", "AgencyContactPhone"})
USED_DETAILS |= {"ApplyOnlineUrl", "DetailStatusUrl"}


class UsaJobs:
    """See `listing.Platform`."""

    name = "usajobs"
    host = "https://data.usajobs.gov"
    parser_version = 1

    def headers(self) -> dict[str, str]:
        """What the host wants to know of the asker; {} when the operator has named no key and address."""
        key, email = (os.environ.get(name, "").strip() for name in ("USAJOBS_KEY", "USAJOBS_EMAIL"))
        return {"Authorization-Key": key, "User-Agent": email} if key and email else {}

    def first_url(self, endpoint: str, token: str) -> str:
        asked = "JobCategoryCode" if token.isdigit() else "Keyword"
        path = f"/api/Search?{asked}={{token}}&ResultsPerPage={PAGE_SIZE}&Page=1"
        return listing.board_url(endpoint or self.host, path, token)

    def parse(self, body: bytes, content_type: str, url: str, _board: listing.Board, /) -> listing.Page:
        answer = listing.mapping(listing.load_json(body, content_type))
        found = listing.mapping(answer.get("SearchResult"))
        rows, total = found.get("SearchResultItems"), listing.number(found.get("SearchResultCountAll"))
        if not isinstance(rows, list):
            raise listing.NotAListing("no USAJobs list: an object with `SearchResult.SearchResultItems` is due")
        n_pages = listing.typed_number(listing.mapping(found.get("UserArea")).get("NumberOfPages"))
        is_whole = listing.number(found.get("SearchResultCount")) in (None, len(rows))
        return listing.page_of(
            rows,
            _posting,
            advertised=total,
            next_url=_following(url, len(rows), n_pages),
            complete=is_whole,
            window="?JobCategoryCode=" not in url,
        )

    is_no_board = staticmethod(listing.is_missing_page)


PLATFORM = UsaJobs()


def _following(url: str, n_rows: int, n_pages: float | None) -> str | None:
    """The address of the next page; without a number of pages, a full page leads on."""
    told = NUMBER.search(url)
    if told is None or not n_rows:
        return None
    goes_on = n_rows >= PAGE_SIZE if n_pages is None else int(told[0]) < n_pages
    return NUMBER.sub(str(int(told[0]) + 1), url) if goes_on else None


def _posting(row: dict[str, Any]) -> Posting:
    told = listing.mapping(row.get("MatchedObjectDescriptor"))
    details = listing.mapping(listing.mapping(told.get("UserArea")).get("Details"))
    texts, uri = told | details, listing.text(told.get("PositionURI")).replace(":443/", "/", 1)
    control, title = CONTROL_NUMBER.search(uri), listing.text(told.get("PositionTitle"))
    published_at, ranges = listing.day_time(told.get("PublicationStartDate")), _pay(told.get("PositionRemuneration"))
    return Posting(
        external_id=control[1] if control else listing.native_id(row.get("MatchedObjectId")),
        title=title,
        url=uri,
        company=listing.text(told.get("OrganizationName")),
        body_html=_html(texts, BODY),
        intro_html=_html(texts, ("AgencyMarketingStatement",)),
        conclusion_html=_html(texts, END),
        places=_places(told),
        work_mode="; ".join(mode for name, mode in MODES.items() if details.get(name) is True),
        employment="; ".join(_names(told, "PositionSchedule") + _names(told, "PositionOfferingType")),
        department=listing.text(told.get("DepartmentName")),
        requisition=listing.text(told.get("PositionID")),
        deadline_at=listing.text(told.get("ApplicationCloseDate")),
        pay=ranges,
        is_prospect="public notice" in title.lower(),
        posted_at=published_at,
        posted_basis="published_at" if published_at else "",
        served=_served(row, told, details, has_pay=bool(ranges)),
    )


def _html(told: dict[str, Any], names: tuple[str, ...]) -> str:
    """The parts under their names as headings; a part is a text or a list of texts."""
    parts = []
    for name in names:
        value = told.get(name)
        said = "".join(map(_paragraph, value if isinstance(value, list) else [value]))
        parts += [f"<h3>{CAPITAL.sub(' ', name)}</h3>{said}"] if said else []
    return "\n".join(parts)


def _paragraph(value: Any) -> str:
    """Most texts are plain, some are HTML."""
    line = listing.text(value).strip()
    return line if not line or TAG.search(line) else f"<p>{listing.html_of(line)}</p>"


def _names(told: dict[str, Any], key: str) -> list[str]:
    return listing.texts(told.get(key), "Name")


def _places(told: dict[str, Any]) -> tuple[Place, ...]:
    places = dict.fromkeys(_place(listing.mapping(part)) for part in listing.items(told.get("PositionLocation")))
    return tuple(p for p in places if p.label) or listing.places_of([listing.text(told.get("PositionLocationDisplay"))])


def _place(part: dict[str, Any]) -> Place:
    names = ("LocationName", "CityName", "CountrySubDivisionCode", "CountryCode")
    label, city, region, country = (listing.text(part.get(name)).strip() for name in names)
    return Place(label=label or city, city=city.removesuffix(f", {region}"), region=region, country=country)


def _pay(ranges: Any) -> tuple[Pay, ...]:
    """Typed ranges; 0 stands where nothing is paid or told."""
    told = [_range(listing.mapping(part)) for part in listing.items(ranges)]
    return tuple(one for one in told if one.low or one.high)


def _range(part: dict[str, Any]) -> Pay:
    code, words = (listing.text(part.get(name)) for name in ("RateIntervalCode", "Description"))
    low, high = (listing.typed_number(part.get(name)) for name in ("MinimumRange", "MaximumRange"))
    period = PERIODS.get(code.upper(), "") or pay.period_of(f"{code}. {words}")
    return pay.typed_pay(low, high, "", period, [code, words])


def _served(row: dict[str, Any], told: dict[str, Any], details: dict[str, Any], *, has_pay: bool) -> dict[str, Any]:
    used = USED if has_pay else USED - {"PositionRemuneration"}
    left = listing.left_over(row, frozenset({"MatchedObjectDescriptor", "RelevanceRank"}))
    return left | listing.left_over(told, used) | listing.left_over(details, USED_DETAILS)
