"""Greenhouse Job Board API: one answer holds the whole board and its own count, so completeness can be proved.

Traps: `content` is HTML escaped once more; `updated_at` moves by itself and is no posting date; an opening may be
posted once per city (`internal_job_id`), a post without one is a talent pool; a place may be a mere work model.
"""

from __future__ import annotations

import re
from typing import Any

from crawler.spiders import fields, pay
from crawler.spiders.usual import Told, Usual
from store.posting import Posting

MODELS = "remote|hybrid|distributed|on-?site|in-office|flexible|anywhere"
WORK_MODEL = re.compile(rf"(?:fully |100% )?(?:{MODELS})(?:-friendly)?", re.I)
PERSON = re.compile(r"recruiter|manager|sourcer|coordinator|interview|owner|contact", re.I)


class Greenhouse(Usual):
    def is_complete(self, told: Told) -> bool:
        return told.total == len(told.rows)

    def posting(self, row: fields.Row) -> Posting:
        html, own = fields.unescaped(fields.text(row.get("content"))), _own_fields(row)
        intro, rest = fields.cut_div(html, "content-intro")
        conclusion, rest = fields.cut_div(rest, "content-conclusion")
        place = fields.text(fields.at(row, "location.name")).strip()
        model = place if WORK_MODEL.fullmatch(place) else ""
        offices = fields.texts(row.get("offices"), "location") or fields.texts(row.get("offices"), "name")
        return self.read(
            row,
            body_html=rest,
            intro_html=intro,
            conclusion_html=conclusion,
            places=fields.places_of((offices if model or not place else []) or re.split(r"[;|]", place)),
            work_mode=fields.text(own.get("location type")) or model,
            employment=fields.text(own.get("employment type")),
            department="; ".join(fields.texts(row.get("departments"), "name")),
            opening=fields.native_id(row.get("internal_job_id")),
            pay=pay.greenhouse_pay(row.get("pay_input_ranges"), html, fields.text(row.get("title"))),
            is_prospect="internal_job_id" in row and row["internal_job_id"] is None,
            posted=(fields.iso_time(row.get("first_published")), "first_published"),
            more={"metadata": own},
        )


PLATFORM = Greenhouse()


def _own_fields(row: fields.Row) -> dict[str, Any]:
    """The employer's own fields by lower-case name, those that name a person left out."""
    told = {}
    for field in fields.objects(row.get("metadata")):
        name, value = fields.text(field.get("name")).strip().lower(), field.get("value")
        if name and value not in fields.EMPTY and field.get("value_type") != "user" and not PERSON.search(name):
            told[name] = "; ".join(map(fields.text, value)) if isinstance(value, list) else value
    return told
