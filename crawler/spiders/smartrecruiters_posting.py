"""What a row of a SmartRecruiters list, or the page of a posting, tells of it.

Traps: `fullLocation` has empty parts; `department` may be `{}`; how pay is typed is not confirmed, so both are read.
"""

from __future__ import annotations

from typing import Any

from crawler.spiders import fields, pay
from store.posting import Pay, Place, Posting

KEYS = fields.keys("title=name url=postingUrl requisition=refNumber opening=jobId")
USED = fields.names("releasedDate creator ref applyUrl referralUrl jobAd")
INNER = {"company": ("company", "name"), "language": ("language", "code"), "department": ("department", "label")}
INNER |= {"team": ("function", "label"), "employment": ("typeOfEmployment", "label")}
USED_WITHIN = {key: frozenset({name}) for key, name in INNER.values()}
USED_WITHIN |= {"location": fields.names("city region country fullLocation remote hybrid")}
USED_PAY = fields.names("min max currency period salary")
SECTIONS = ("companyDescription", "jobDescription", "qualifications", "additionalInformation")


def posting_of(row: dict[str, Any]) -> Posting:
    """The posting, with what the row holds of it."""
    location, ranges = fields.mapping(row.get("location")), _pay(_salary(row))
    intro, *body, conclusion = (_html(_sections(row).get(name)) for name in SECTIONS)
    return fields.posting(
        row | _left(row, bool(ranges)),
        KEYS,
        USED,
        intro_html=intro,
        body_html=fields.joined(body, "\n"),
        conclusion_html=conclusion,
        places=_places(location),
        work_mode="; ".join(mode for mode in ("remote", "hybrid") if location.get(mode) is True),
        pay=ranges,
        posted=(fields.iso_time(row.get("releasedDate")), "published_at"),
        **_inner_texts(row),
    )


def _inner_texts(row: dict[str, Any]) -> dict[str, Any]:
    return {ours: fields.text(fields.mapping(row.get(key)).get(part)) for ours, (key, part) in INNER.items()}


def _left(row: dict[str, Any], is_paid: bool) -> dict[str, Any]:
    """The objects that a field holds in part, with the rest of each."""
    within = {key: used for key, used in USED_WITHIN.items() if isinstance(row.get(key), dict)}
    left = {key: fields.left_over(row[key], used) for key, used in within.items()}
    left["sections"] = fields.left_over(_sections(row), frozenset(SECTIONS))
    if is_paid:
        left["compensation"] = fields.left_over(fields.mapping(row["compensation"]) | _salary(row), USED_PAY)
    return left


def _sections(row: dict[str, Any]) -> dict[str, Any]:
    return fields.mapping(fields.mapping(row.get("jobAd")).get("sections"))


def _salary(row: dict[str, Any]) -> dict[str, Any]:
    compensation = fields.mapping(row.get("compensation"))
    return fields.mapping(compensation.get("salary")) or compensation


def _html(section: Any) -> str:
    title, html = (told.strip() for told in fields.texts_at(fields.mapping(section), "title text"))
    return fields.section(title, html)


def _places(told: dict[str, Any]) -> tuple[Place, ...]:
    city, region, country = (name.strip() for name in fields.texts_at(told, "city region country"))
    names = fields.text(told.get("fullLocation")).split(",") if told.get("fullLocation") else [city, region, country]
    label = fields.label_of(*(name.strip() for name in names))
    return (Place(label=label, city=city, region=region, country=country),) if label else ()


def _pay(told: dict[str, Any]) -> tuple[Pay, ...]:
    period = fields.text(told.get("period")).strip()
    low, high = (fields.typed_number(told.get(key)) for key in ("min", "max"))
    return pay.pay_of(low, high, told.get("currency"), pay.period_named(period), [period])
