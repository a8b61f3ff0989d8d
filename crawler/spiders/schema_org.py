"""schema.org JobPosting as pages carry it (JSON-LD, else microdata), into postings.

Traps: the type may be a list and the posting sit in `@graph`, `mainEntity` or a list's items; scripts come in CDATA
guards, entity-encoded, with raw control characters, illegal escapes and missing commas; every property has several
shapes; an amount of 0 means none; an `estimatedSalary` is somebody's guess and kept apart; a `validThrough` that was
reckoned to the second may be another one in the next answer; some sites repeat the first address under every place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape
from itertools import islice
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from crawler.spiders import fields, pay
from crawler.spiders.markup import job_postings, many, value_of
from store.posting import Pay, Place, Posting

__all__ = ["job_postings", "posting_of"]
PERIODS: Final = {"HOUR": "hour", "DAY": "day", "WEEK": "week", "MONTH": "month", "YEAR": "year"}
PERIODS_CODED: Final = {"HUR": "hour", "WEE": "week", "MON": "month", "ANN": "year"}  # UN/CEFACT, of `unitCode`
TEXTS: tuple[str, ...] = ("description", "responsibilities", "qualifications", "skills", "experienceRequirements")
TEXTS += ("educationRequirements", "jobBenefits")
USED = frozenset(TEXTS) | {"title", "name", "url", "identifier", "datePosted", "validThrough", "employmentType"}
USED |= {"hiringOrganization", "jobLocation", "jobLocationType", "baseSalary", "@context", "@type", "@id"}
USED |= {"image", "logo", "applicationContact", "author", "creator"}
ADDRESS: Final = ("addressLocality", "addressRegion", "addressCountry")
USED_OF_PARTS = frozenset(ADDRESS) | {"address", "@type", "@id", "@context", "logo", "image", "telephone", "faxNumber"}
USED_OF_PARTS |= {"email", "contactPoint", "openingHoursSpecification"}
MOST_PARTS: Final = 500  # places of a posting, and pay ranges; the most seen is a place for each of some hundred towns
TIMES: Final = (fields.iso_time, fields.day_time)
_TAG = re.compile(r"<[a-zA-Z/!]")
_BY_THE_SECOND = re.compile(r"[T ]\d\d:(?:(?!00|15|30|45|59)\d\d|\d\d:(?!00|59)\d\d)")
_BETWEEN = re.compile(r"[-\u2010-\u2015]|\b(?:to|bis|à)\b", re.I)
_AT_MOST = re.compile(r"\s*(?:up to|max|bis|jusqu)", re.I)
_AT_LEAST = re.compile(r"\s*(?:from|min|ab|starting|dès|à partir)\b", re.I)
_THOUSANDS = re.compile(r"\d ?k\b", re.I)
_NO_PAY = re.compile(r"\b40[13] ?\(?[kb]\)?", re.I)


def posting_of(row: dict[str, Any], url: str = "") -> Posting:
    """One JobPosting as a posting; its id is the identifier, else the url."""
    posted_at = next(filter(None, (told(row.get("datePosted")) for told in TIMES)), None)
    address = fields.text(row.get("url")).strip() or url
    company = value_of(row.get("hiringOrganization"), "name")
    offers, deadline = _offers(row), fields.text(row.get("validThrough")).strip()
    return Posting(
        external_id=identifier_of(row) or fields.native_id(address[-fields.ID_CAP :]),
        title=fields.plain_of(value_of(row.get("title") or row.get("name"), "name")),
        url=address,
        company="" if company.lower() == "confidential" else company,
        body_html="\n".join(part for part in (_html(row, name) for name in TEXTS) if part),
        places=_places(row),
        work_mode="; ".join(filter(None, (value_of(part, "name") for part in many(row.get("jobLocationType"))))),
        employment="; ".join(filter(None, (value_of(part, "name") for part in many(row.get("employmentType"))))),
        deadline_at="" if _BY_THE_SECOND.search(deadline) else deadline,
        pay=offers,
        posted_at=posted_at,
        posted_basis="date_posted" if posted_at else "",
        served=_served(row, has_pay=bool(offers), has_date=posted_at is not None),
    )


def identifier_of(row: dict[str, Any]) -> str:
    """The employer's id of a posting; '' when there is none, and for one that only repeats the employer's name."""
    told = fields.native_id(value_of(row.get("identifier"), "value"))
    return "" if told == value_of(row.get("hiringOrganization"), "name") else told


def n_left_out(row: dict[str, Any]) -> int:
    """How many places and pay ranges a posting has beyond the first `MOST_PARTS` of each, which alone are read."""
    counts = len(_printed_places(row)), sum(1 for _ in _printed_offers(row))
    return sum(max(0, count - MOST_PARTS) for count in counts)


def own_postings(rows: list[dict[str, Any]], url: str) -> list[dict[str, Any]]:
    """Those of a page's postings that it is the page of: the one it is named after, else all without another page.

    A posting that stands there once for each of its places becomes one.
    """
    if len(rows) > 1:
        matching = [row for row in rows if _is_named(row, url)]
        rows = matching or [row for row in rows if _page(value_of(row.get("url"), "@id"), url) == _page(url, url)]
    own: dict[str, dict[str, Any]] = {}
    for row in rows:
        told = [identifier_of(row)] if identifier_of(row) else [fields.text(row.get(name)) for name in ("url", "title")]
        first = own.setdefault(" ".join(told), row)
        if first is not row:
            first["jobLocation"] = many(first.get("jobLocation")) + many(row.get("jobLocation"))
    return list(own.values())


def _is_named(row: dict[str, Any], url: str) -> bool:
    """Whether an address is the posting's, or holds its identifier as a word."""
    told, known = fields.text(row.get("url")).strip(), identifier_of(row)
    if told and _page(told, url) == _page(url, url) and "#" not in told:
        return True
    return bool(known) and re.search(rf"(?<![^\W_]){re.escape(known)}(?![^\W_])", url, re.I) is not None


def _page(told: str, url: str) -> str:
    """What tells pages of a site apart in an address."""
    try:
        parts = urlsplit(urljoin(url, told))
    except ValueError:
        return told
    return f"{parts.path.rstrip('/')}?{parts.query}"


def is_expired(row: dict[str, Any], now: datetime) -> bool:
    """Whether `validThrough` has passed; a day, or a time without a zone, has when it is over everywhere."""
    told = row.get("validThrough")
    day = fields.day_time(told)
    until = fields.iso_time(told) or (day + timedelta(hours=36) if day else None)
    return until is not None and until < now


def _served(row: dict[str, Any], *, has_pay: bool, has_date: bool) -> dict[str, Any]:
    """What no field holds: whole properties, and the rest of those that were read in part."""
    told = fields.left_over(row, USED)
    read = {"hiringOrganization": "name", "identifier": "value", "jobLocation": ""}
    told |= {name: _rest(row.get(name), {key}) for name, key in read.items()}
    told["validThrough"] = row.get("validThrough") if _BY_THE_SECOND.search(str(row.get("validThrough"))) else None
    told["baseSalary"] = None if has_pay else row.get("baseSalary")
    told["datePosted"] = None if has_date else row.get("datePosted")
    return fields.left_over(told, frozenset())


def _rest(value: Any, used: set[str]) -> Any:
    """An object (or several) without what was read of it; addresses melt into their places."""
    if isinstance(value, list):
        return [rest for part in value if (rest := _rest(part, used)) not in fields.EMPTY]
    if not isinstance(value, dict):
        return None
    flat = value | fields.mapping(value.get("address"))
    return fields.left_over(flat, USED_OF_PARTS | used)


def _html(row: dict[str, Any], name: str) -> str:
    """One text property as HTML; those after the description under their name, so that sections stay apart."""
    told = "<br>".join(filter(None, (_marked_up(_text(part)) for part in many(row.get(name)))))
    if not told or name == "description":
        return told
    heading = re.sub("([A-Z])", r" \1", name).capitalize()
    return f"<h3>{heading}</h3>{told}"


def _marked_up(told: str) -> str:
    """HTML as it was served, entity-written HTML decoded, plain text with its line breaks."""
    for _ in range(2):
        if not _TAG.search(told) and "&" in told:
            told = unescape(told)
    return told if _TAG.search(told) else fields.html_of(told.strip())


def _text(value: Any) -> str:
    if not isinstance(value, dict):
        return fields.text(value)
    months = fields.typed_number(value.get("monthsOfExperience"))
    told = value_of(value.get("credentialCategory"), "name") or value_of(value.get("description"), "@value")
    return told or (f"{months:g} months of experience" if months else value_of(value, "name"))


# places ------------------------------------------------------------------------------------------------------------


def _places(row: dict[str, Any]) -> tuple[Place, ...]:
    """Each place once, in order; without any, where applicants may live.

    An address that is repeated under another name is the first place's: there the name is right, and it alone.
    """
    places: dict[Place, str] = {}
    for part in _printed_places(row)[:MOST_PARTS]:
        place, name = _place(part), _name(part)
        if name and places.get(place) not in (None, "", name):
            place = Place(label=name)
        places.setdefault(place, name)
    return tuple(place for place in places if place.label)


def _printed_places(row: dict[str, Any]) -> list[Any]:
    return many(row.get("jobLocation")) or many(row.get("applicantLocationRequirements"))


def _place(part: Any) -> Place:
    address = next(iter(many(fields.mapping(part).get("address"))), "")
    parts = fields.mapping(address) or fields.mapping(part)
    city, region, country = (value_of(parts.get(name), "name") for name in ADDRESS)
    joined = ", ".join(dict.fromkeys(filter(None, (city, region, country))))
    label = joined or unescape(fields.text(address)).strip() or _name(part)
    return Place(label=label, city=city, region=region, country=country)


def _name(part: Any) -> str:
    return value_of(part, "name")


# pay ---------------------------------------------------------------------------------------------------------------


def _offers(row: dict[str, Any]) -> tuple[Pay, ...]:
    """The offers of `baseSalary`: MonetaryAmounts with one or several QuantitativeValues, bare numbers, texts."""
    currency = fields.text(row.get("salaryCurrency"))
    found = (_pay(outer, value, currency) for outer, value in islice(_printed_offers(row), MOST_PARTS))
    return tuple(offer for offer in found if offer is not None)


def _printed_offers(row: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for part in many(row.get("baseSalary")):
        outer = fields.mapping(part)
        inner = [value for value in many(outer.get("value")) if isinstance(value, dict)]
        yield from ((outer, value) for value in inner or [outer or {"value": part}])


def _pay(outer: dict[str, Any], inner: dict[str, Any], currency: str) -> Pay | None:
    units = (told.get(name) for told in (inner, outer) for name in ("unitText", "unitCode"))
    unit = next(filter(None, (value_of(told, "name") for told in units)), "")
    ends, printed = (inner.get("minValue"), inner.get("maxValue")), inner.get("value")
    low, high = map(_amount, ends)
    if low is None and high is None:
        (low, high), ends = _range(printed), (None if isinstance(printed, str) else printed, None)
    if low is None and high is None:
        return None
    words = [unit, printed if isinstance(printed, str) else ""]
    period = (PERIODS | PERIODS_CODED).get(unit.upper()) or pay.period_of(" ".join(words))
    currency = fields.text(outer.get("currency")) or fields.text(inner.get("currency")) or currency
    told = pay.typed_pay(*ends, currency, period, words)
    return replace(told, low=low, high=high, label=fields.text(outer.get("name")) if "value" in outer else "")


def _range(value: Any) -> tuple[float | None, float | None]:
    """Both ends of a bare amount or of a short text such as "120,000 - 150,000", "up to 60k"."""
    if not isinstance(value, str):
        return _amount(value), _amount(value)
    told = _NO_PAY.sub("", value)[:100]
    ends = [end for part in _BETWEEN.split(told, maxsplit=1) if (end := _amount(part)) is not None]
    if _THOUSANDS.search(told):
        ends = [end * 1000 if end < 1000 else end for end in ends]
    if len(ends) == 2:
        return ends[0], ends[1]
    low, high = (ends[0], ends[0]) if ends else (None, None)
    return None if _AT_MOST.match(told) else low, None if _AT_LEAST.match(told) else high


def _amount(value: Any) -> float | None:
    """An amount; None for 0 and for what is none. "60.000" are sixty thousand."""
    if isinstance(value, str):
        four_decimals = re.fullmatch(r"\s*(\d{1,12}\.\d{4})\s*", value)
        told = float(four_decimals[1]) if four_decimals else pay.amount_of(value)
    else:
        told = fields.number(value)
    return told if told and told > 0 else None
