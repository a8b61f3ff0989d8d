"""What a row of an Eightfold list, or the page of a posting, tells of it, in the words of either interface.

Traps: times are seconds; `location` is the primary place, `standardizedLocations` are their own, shorter words.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from crawler.spiders import fields
from store.posting import Place, Posting

EMPLOYMENT = re.compile(r"efcustomText\w*(?:EmploymentType|TimeType)")
TEXTS = {
    "title": "name posting_name",
    "url": "publicUrl canonicalPositionUrl",
    "body_html": "jobDescription job_description",
    "work_mode": "workLocationOption work_location_option",
    "department": "department",
    "team": "business_unit",
    "requisition": "displayJobId display_job_id",
}
TIMES = {"postedTs": "published_at", "creationTs": "created_at", "t_create": "created_at"}  # the first that is told
USED = fields.names(" ".join(TEXTS.values())) - {"posting_name"}
OF_VISITORS = "positionExtraDetails positionUserActions"  # and of employees
KEYS = fields.Keys(
    "",
    f"location locations positionUrl postedTs t_update stars isHot hot solrScore jdHighlight {OF_VISITORS} "
    + " ".join(USED),
)


def posting_of(row: dict[str, Any]) -> Posting:
    """The posting, with what the row holds of it."""
    kinds = sorted(key for key in row if EMPLOYMENT.fullmatch(key))
    return fields.posting(
        fields.left_over(row, frozenset(kinds)),
        KEYS,
        employment="; ".join(dict.fromkeys(word for key in kinds for word in _words(row[key]))),
        places=_places(row),
        posted=_posted(row),
        **_texts(row),
    )


def _texts(row: dict[str, Any]) -> dict[str, Any]:
    told = {ours: fields.texts_at(row, theirs) for ours, theirs in TEXTS.items()}
    return {ours: next((text for text in texts if text.strip()), "") for ours, texts in told.items()}


def _posted(row: dict[str, Any]) -> tuple[datetime | None, str]:
    times = ((fields.epoch_s_time(fields.number(row.get(key))), basis) for key, basis in TIMES.items())
    return next(((at, basis) for at, basis in times if at), (None, ""))


def _words(value: Any) -> list[str]:
    """The texts of a list, or a text."""
    told = (fields.text(part).strip() for part in (value if isinstance(value, list) else [value]))
    return [word for word in told if word]


def _places(row: dict[str, Any]) -> tuple[Place, ...]:
    """Printed labels, the primary first; city, region and country where the site's own short form tells all three."""
    labels, short = (_words(row.get(key)) for key in ("locations", "standardizedLocations"))
    parts = {}
    for label, told in zip(labels, short, strict=False) if len(labels) == len(short) else ():
        names = [name.strip() for name in told.split(",")]
        if len(names) == 3:
            parts[label] = dict(zip(("city", "region", "country"), names, strict=True))
    places = fields.places_of([row.get("location"), *labels])
    return tuple(replace(place, **parts.get(place.label, {})) for place in places)
