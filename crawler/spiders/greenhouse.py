"""Greenhouse Job Board API: one answer holds the whole board and its own count, so completeness can be proved.

Traps: `content` is HTML escaped once more; `updated_at` moves by itself and is no posting date; an opening may be
posted once per city (`internal_job_id`), a post without one is a talent pool; a place may be a mere work model.
"""

from __future__ import annotations

import re
from typing import Any

from crawler.spiders import fields, listing, pay
from store.posting import Posting

KEYS = fields.keys("title url=absolute_url company=company_name requisition=requisition_id language")
KEYS |= fields.keys("deadline_at=application_deadline")
USED = fields.names("content location internal_job_id departments first_published pay_input_ranges metadata")
USED |= fields.names("questions location_questions demographic_questions compliance data_compliance")  # never kept
FOREIGN = fields.names("apiVersion job-count hits")  # of other platforms' lists of `jobs`
MODELS = "remote|hybrid|distributed|on-?site|in-office|flexible|anywhere"
WORK_MODEL = re.compile(rf"(?:fully |100% )?(?:{MODELS})(?:-friendly)?", re.I)
PERSON = re.compile(r"recruiter|manager|sourcer|coordinator|interview|owner|contact", re.I)


class Greenhouse(listing.Usual):
    """See `listing.Platform`."""

    name = "greenhouse"
    host = "https://boards-api.greenhouse.io"
    path = "/v1/boards/{token}/jobs?content=true&pay_transparency=true"

    def parse(self, body: bytes, content_type: str, _url: str, _board: listing.Board, /) -> listing.Page:
        due = "no Greenhouse list: an object with `jobs` and `meta` is due"
        answer = listing.load_listing(body, content_type, due, "jobs", foreign=FOREIGN)
        total = fields.number(fields.mapping(answer.get("meta")).get("total"))
        return listing.page_of(answer["jobs"], posting_of, advertised=total, complete=total == len(answer["jobs"]))


PLATFORM = Greenhouse()


def posting_of(row: dict[str, Any]) -> Posting:
    """The posting of a row, also of Gem's."""
    html, own = fields.unescaped(fields.text(row.get("content"))), _own_fields(row)
    intro, rest = fields.cut_div(html, "content-intro")
    conclusion, rest = fields.cut_div(rest, "content-conclusion")
    place = fields.text(fields.mapping(row.get("location")).get("name")).strip()
    model = place if WORK_MODEL.fullmatch(place) else ""
    offices = fields.texts(row.get("offices"), "location") or fields.texts(row.get("offices"), "name")
    return fields.posting(
        row,
        KEYS,
        USED,
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


def _own_fields(row: dict[str, Any]) -> dict[str, Any]:
    """The employer's own fields by lower-case name, those that name a person left out."""
    told = {}
    for field in fields.objects(row.get("metadata")):
        name, value = fields.text(field.get("name")).strip().lower(), field.get("value")
        if name and value not in fields.EMPTY and field.get("value_type") != "user" and not PERSON.search(name):
            told[name] = "; ".join(map(fields.text, value)) if isinstance(value, list) else value
    return told
