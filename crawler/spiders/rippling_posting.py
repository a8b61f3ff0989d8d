"""What a row of a Rippling list, or the page of a posting, tells of it.

Traps: `createdOn` is when it was made in the ATS; `employmentType.label` is the code, `.id` the employer's own words;
several pay ranges are zones, all kept.
"""

from __future__ import annotations

from typing import Any

from crawler.spiders import fields, pay
from store.posting import Pay, Posting

KEYS = fields.Keys(
    "external_id=uuid title=name url company=companyName language",
    "id description createdOn employmentType workLocations board",
)
REPEATED = fields.names("@context @type description")  # in `jsonLd`


def posting_of(row: dict[str, Any]) -> Posting:
    """The posting, with what the row holds of it."""
    texts = fields.mapping(row.get("description")) or {"role": row.get("description")}
    others = [texts[key] for key in sorted(texts) if key not in ("company", "role")]
    created = row.get("createdOn")
    return fields.posting(
        row | {"jsonLd": fields.left_over(fields.mapping(row.get("jsonLd")), REPEATED)},
        KEYS,
        intro_html=fields.text(texts.get("company")),
        body_html=fields.joined([texts.get("role"), *others], "\n"),
        places=fields.places_of(map(fields.text, fields.items(row.get("workLocations")))),
        employment=_named(row.get("employmentType"), "label id"),
        department=_named(row.get("department"), "name label"),
        pay=tuple(one for part in fields.items(row.get("payRangeDetails")) for one in _pay(fields.mapping(part))),
        posted=(fields.iso_time(created) or fields.day_time(created), "created_at"),
    )


def _named(told: Any, keys: str) -> str:
    """What an object says under these keys, or the text that stands in its place."""
    names = [*fields.texts_at(fields.mapping(told), keys), fields.text(told)]
    return fields.joined(dict.fromkeys(name.strip() for name in names))


def _pay(zone: dict[str, Any]) -> tuple[Pay, ...]:
    """The range of one zone; a frequency that is no period stays in `raw`."""
    place = fields.text(zone.get("location")).strip()
    return pay.pay_at(zone, "rangeStart rangeEnd currency frequency", place, label=place)
