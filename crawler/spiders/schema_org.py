"""schema.org JobPosting as pages carry it (JSON-LD), into postings.

Traps: the type may be a list and the posting sit in `@graph`, `mainEntity` or a list's items; scripts come in CDATA
guards, entity-encoded, with raw control characters, illegal escapes and missing commas; every property has several
shapes; an amount of 0 means none; an `estimatedSalary` is somebody's guess and kept apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser

from crawler.spiders import listing, pay
from store.posting import Pay, Place, Posting

MOST_POSTINGS: Final = 500
DEEPEST: Final = 12
PERIODS: Final = {"HOUR": "hour", "DAY": "day", "WEEK": "week", "MONTH": "month", "YEAR": "year"}
PERIODS_SPOKEN: Final = {"HOURLY": "HOUR", "DAILY": "DAY", "WEEKLY": "WEEK", "MONTHLY": "MONTH", "YEARLY": "YEAR"}
TEXTS: tuple[str, ...] = ("description", "responsibilities", "qualifications", "skills", "experienceRequirements")
TEXTS += ("educationRequirements", "jobBenefits")
USED = frozenset(TEXTS) | {"title", "name", "url", "identifier", "datePosted", "validThrough", "employmentType"}
USED |= {"hiringOrganization", "jobLocation", "jobLocationType", "baseSalary", "@context", "@type", "@id", "logo"}
_GUARDS = re.compile(r"^\s*(?://\s*)?(?:<!\[CDATA\[|<!--)|(?://\s*)?(?:\]\]>|-->)\s*$")
_ILLEGAL_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])')
_MISSING_COMMA = re.compile(r'(?<=["\d\]}el])(\s*\n\s*)(?="[^"\n]{1,60}"\s*:)')


def job_postings(html: str) -> list[dict[str, Any]]:
    """Every JobPosting object of a page, in its order; [] when it has none that can be read."""
    found: list[dict[str, Any]] = []
    for script in LexborHTMLParser(html).css("script[type]"):
        if (script.attributes.get("type") or "").strip().lower().endswith("ld+json"):
            found += _walk(_loaded(script.text()), 0)
    return found[:MOST_POSTINGS]


def posting_of(row: dict[str, Any], url: str = "") -> Posting:
    """One JobPosting as a posting; its id is the identifier, else the url."""
    posted_at = listing.iso_time(row.get("datePosted")) or listing.day_time(row.get("datePosted"))
    address = listing.text(row.get("url")) or url
    return Posting(
        external_id=listing.native_id(_value(row.get("identifier"), "value")) or listing.native_id(address[-200:]),
        title=listing.plain_of(_value(row.get("title") or row.get("name"), "name")),
        url=address,
        company=_value(row.get("hiringOrganization"), "name"),
        body_html="\n".join(part for part in (_html(row, name) for name in TEXTS) if part),
        places=tuple(place for part in _many(row.get("jobLocation")) if (place := _place(part)).label),
        work_mode="; ".join(map(listing.text, _many(row.get("jobLocationType")))),
        employment="; ".join(map(listing.text, _many(row.get("employmentType")))),
        deadline_at=listing.text(row.get("validThrough")),
        pay=tuple(told for part in _many(row.get("baseSalary")) if (told := _pay(part)) is not None),
        posted_at=posted_at,
        posted_basis="date_posted" if posted_at else "",
        served=listing.left_over(row, USED),
    )


def _loaded(script: str) -> Any:
    """The value of a script, mended where it can be; None when it cannot."""
    bare = _GUARDS.sub("", _GUARDS.sub("", script)).strip()
    for mended in (bare, unescape(bare), _MISSING_COMMA.sub(r",\1", _ILLEGAL_ESCAPE.sub("", bare))):
        try:
            return json.loads(mended, strict=False, parse_constant=lambda _: None)
        except (ValueError, RecursionError):
            continue
    return None


def _walk(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for part in value:
            yield from _walk(part, depth + 1)
    elif isinstance(value, dict):
        row = {_key(key): part for key, part in value.items()}
        if "JobPosting" in map(_last, _many(row.get("@type"))):
            yield row
            return
        for name in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item"):
            yield from _walk(row.get(name), depth + 1)


def _key(key: str) -> str:
    """Some pages write PascalCase keys."""
    return key[0].lower() + key[1:] if key[:1].isupper() else key


def _last(kind: Any) -> str:
    return listing.text(kind).rpartition("/")[2]


def _many(value: Any) -> list[Any]:
    return (
        [part for part in value if part not in listing.EMPTY]
        if isinstance(value, list)
        else ([] if value in listing.EMPTY else [value])
    )


def _value(value: Any, key: str) -> str:
    """A text, or what an object (or the first of several) holds under `key`."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return listing.text(value.get(key) if isinstance(value, dict) else value).strip()


def _html(row: dict[str, Any], name: str) -> str:
    """One text property as HTML; those after the description under their name, so that sections stay apart."""
    told = "\n".join(filter(None, map(_text, _many(row.get(name)))))
    if told and "<" not in told and "&lt;" in told:
        told = unescape(told)
    if not told or name == "description":
        return told
    heading = re.sub("([A-Z])", r" \1", name).capitalize()
    return f"<h3>{heading}</h3>{told if '<' in told else listing.html_of(told)}"


def _text(value: Any) -> str:
    if isinstance(value, dict):
        months = listing.number(value.get("monthsOfExperience"))
        told = listing.text(value.get("credentialCategory")) or listing.text(value.get("description"))
        return told or (f"{months:g} months of experience" if months else listing.text(value.get("name")))
    return listing.text(value)


def _place(part: Any) -> Place:
    """A place by its name where it has one (some sites repeat the first address under each), else by its address."""
    if not isinstance(part, dict):
        return Place(label=listing.text(part).strip())
    address = part.get("address")
    parts = listing.mapping(address)
    city, region = (_value(parts.get(name), "name") for name in ("addressLocality", "addressRegion"))
    country = _value(listing.mapping(parts.get("addressCountry")).get("name") or parts.get("addressCountry"), "name")
    joined = ", ".join(dict.fromkeys(filter(None, (city, region, country))))
    name = _value(part.get("name"), "name")
    if name and name != joined:
        return Place(label=name, country=country)
    return Place(label=joined or listing.text(address).strip(), city=city, region=region, country=country)


def _pay(told: Any) -> Pay | None:
    """A MonetaryAmount, its QuantitativeValue, a bare number or a text with separators."""
    outer = listing.mapping(told)
    inner = listing.mapping(outer.get("value")) or outer
    unit = (_value(inner.get("unitText"), "name") or _value(outer.get("unitText"), "name")).upper()
    single = inner.get("value") if outer else told
    low, high = (_amount(inner.get(name)) for name in ("minValue", "maxValue"))
    if low is None and high is None:
        low = high = _amount(single)
    if low is None and high is None:
        return None
    currency = listing.text(outer.get("currency")) or listing.text(inner.get("currency"))
    return pay.typed_pay(low, high, currency, PERIODS.get(PERIODS_SPOKEN.get(unit, unit), ""), [unit])


def _amount(value: Any) -> float | None:
    """An amount; None for 0 and for what is none."""
    told = listing.typed_number(value)
    if told is None and isinstance(value, str):
        told = pay.amount_of(value)
    return told or None
