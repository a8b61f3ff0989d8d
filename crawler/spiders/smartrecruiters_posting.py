"""What a row of a SmartRecruiters list, or the page of a posting, tells of it.

Traps: `fullLocation` has empty parts; `department` may be `{}`; how pay is typed is not confirmed, so both are read.
"""

from __future__ import annotations

from typing import Any

from crawler.spiders import fields, pay
from store.posting import Place, Posting

KEYS = fields.Keys(
    "title=name url=postingUrl requisition=refNumber opening=jobId company=company.name language=language.code "
    "department=department.label team=function.label employment=typeOfEmployment.label",
    "releasedDate creator ref applyUrl referralUrl jobAd location.city location.region location.country "
    "location.fullLocation location.remote location.hybrid",
)
USED_PAY = fields.names("min max currency period salary")
SECTIONS = ("companyDescription", "jobDescription", "qualifications", "additionalInformation")


def posting_of(row: dict[str, Any]) -> Posting:
    """The posting, with what the row holds of it."""
    as_text = {key: row.get(key) for key in KEYS.rests if not isinstance(row.get(key), dict)}
    location, ranges = fields.mapping(row.get("location")), pay.pay_at(_salary(row))
    intro, *body, conclusion = (_html(_sections(row).get(name)) for name in SECTIONS)
    return fields.posting(
        row | (_left_of_pay(row) if ranges else {}),
        KEYS,
        intro_html=intro,
        body_html=fields.joined(body, "\n"),
        conclusion_html=conclusion,
        places=_places(location),
        work_mode="; ".join(mode for mode in ("remote", "hybrid") if location.get(mode) is True),
        pay=ranges,
        posted=(fields.iso_time(row.get("releasedDate")), "published_at"),
        more=as_text | {"sections": fields.left_over(_sections(row), frozenset(SECTIONS))},
    )


def _left_of_pay(row: dict[str, Any]) -> dict[str, Any]:
    return {"compensation": fields.left_over(fields.mapping(row["compensation"]) | _salary(row), USED_PAY)}


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
