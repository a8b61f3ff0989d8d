"""What a row of a USAJobs search tells of a posting: it lies in three objects, one within the other.

Traps: what stays is the number in a posting's address, not the announcement's; pay is text with codes and no currency;
a public notice is a standing register; most texts are plain, some are HTML, some are lists.
"""

from __future__ import annotations

import re
from typing import Any

from crawler.spiders import fields, pay
from store.posting import Pay, Place, Posting

CONTROL_NUMBER = re.compile(r"/(\d{6,12})/?(?:\?|$)")
TAG = re.compile(r"</?[a-z]", re.I)
CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
PERIODS = {"PA": "year", "PM": "month", "PD": "day", "PH": "hour"}  # BW, two weeks, is no period of ours
MODES = {"RemoteIndicator": "remote", "TeleworkEligible": "telework eligible"}
INTRO = "AgencyMarketingStatement"
BODY = "JobSummary MajorDuties Requirements KeyRequirements QualificationSummary Education"
END = "Evaluations OtherInformation Benefits RequiredDocuments HowToApply WhatToExpectNext"
KEYS = fields.Keys(
    "title=PositionTitle company=OrganizationName department=DepartmentName requisition=PositionID "
    "deadline_at=ApplicationCloseDate",
    f"{INTRO} {BODY} {END} PositionURI ApplyURI PositionLocation PositionSchedule PositionOfferingType UserArea "
    "PositionRemuneration PublicationStartDate PositionFormattedDescription MatchedObjectDescriptor RelevanceRank "
    "AgencyContactEmail AgencyContactPhone ApplyOnlineUrl DetailStatusUrl RemoteIndicator TeleworkEligible",
)


def posting_of(row: dict[str, Any]) -> Posting:
    """The posting of a row."""
    descriptor = fields.mapping(row.get("MatchedObjectDescriptor"))
    told = row | descriptor | fields.mapping(fields.mapping(descriptor.get("UserArea")).get("Details"))
    uri = fields.text(told.get("PositionURI")).replace(":443/", "/", 1)
    control, ranges = CONTROL_NUMBER.search(uri), _pay(told.get("PositionRemuneration"))
    kinds = (fields.texts(told.get(name), "Name") for name in ("PositionSchedule", "PositionOfferingType"))
    return fields.posting(
        told,
        KEYS,
        external_id=control[1] if control else fields.native_id(told.get("MatchedObjectId")),
        url=uri,
        intro_html=_html(told, INTRO),
        body_html=_html(told, BODY),
        conclusion_html=_html(told, END),
        places=_places(told),
        work_mode="; ".join(mode for name, mode in MODES.items() if told.get(name) is True),
        employment=fields.joined(kind for part in kinds for kind in part),
        pay=ranges,
        is_prospect="public notice" in fields.text(told.get("PositionTitle")).lower(),
        posted=(fields.day_time(told.get("PublicationStartDate")), "published_at"),
        more={} if ranges else {"PositionRemuneration": told.get("PositionRemuneration")},
    )


def _html(told: dict[str, Any], names: str) -> str:
    """The parts below their names as headings; a part is a text or a list of texts."""
    values = {name: told.get(name) for name in names.split()}
    parts = {name: value if isinstance(value, list) else [value] for name, value in values.items()}
    texts = (fields.section(CAPITAL.sub(" ", name), "".join(map(_line, part))) for name, part in parts.items())
    return fields.joined(texts, "\n")


def _line(value: Any) -> str:
    line = fields.text(value).strip()
    return line if TAG.search(line) else fields.paragraph(line)


def _places(told: dict[str, Any]) -> tuple[Place, ...]:
    places = fields.labelled(_place(fields.mapping(part)) for part in fields.items(told.get("PositionLocation")))
    return places or fields.places_of([fields.text(told.get("PositionLocationDisplay"))])


def _place(part: dict[str, Any]) -> Place:
    names = fields.texts_at(part, "LocationName CityName CountrySubDivisionCode CountryCode")
    label, city, region, country = (name.strip() for name in names)
    return Place(label=label or city, city=city.removesuffix(f", {region}"), region=region, country=country)


def _pay(ranges: Any) -> tuple[Pay, ...]:
    """Typed ranges; 0 stands where nothing is paid or told."""
    told = [_range(fields.mapping(part)) for part in fields.items(ranges)]
    return tuple(one for one in told if one.low or one.high)


def _range(part: dict[str, Any]) -> Pay:
    code, words = fields.texts_at(part, "RateIntervalCode Description")
    low, high = (fields.typed_number(part.get(name)) for name in ("MinimumRange", "MaximumRange"))
    period = PERIODS.get(code.upper(), "") or pay.period_of(f"{code}. {words}")
    return pay.typed_pay(low, high, "", period, [code, words])
