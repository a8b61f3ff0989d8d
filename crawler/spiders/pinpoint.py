"""Pinpoint postings feed: one answer holds the whole board, on a host of the employer's own.

Traps: hidden pay is served all the same; there is no date of posting and no company; a list of exactly a thousand rows
may be cut off; whom one reports to may be a person's name and is dropped.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urljoin

from crawler.spiders import fields, listing, pay
from store.posting import Pay, Place, Posting

CAP = 1000
PARTS = ("key_responsibilities", "skills_knowledge_expertise", "benefits")
PAY = frozenset({"compensation", *(f"compensation_{part}" for part in ("minimum", "maximum", "currency", "frequency"))})
KEYS = fields.keys("title deadline_at")
USED = fields.names("url path description employment_type workplace_type job location reporting_to")
USED |= PAY.union(PARTS, (f"{name}_header" for name in PARTS))
USED_JOB = fields.names("id requisition_id department")
USED_PLACE = fields.names("id name city province")
MARKS = fields.names("path job workplace_type key_responsibilities")  # others have a `data` too


class Pinpoint(listing.Usual):
    """See `listing.Platform`."""

    name = "pinpoint"
    host = "https://{token}.pinpointhq.com"
    path = "/postings.json"
    no_board = (404,)

    def parse(self, body: bytes, content_type: str, url: str, _board: listing.Board, /) -> listing.Page:
        rows = fields.mapping(listing.load_json(body, content_type)).get("data")
        if not isinstance(rows, list) or (rows and not any(MARKS & fields.mapping(row).keys() for row in rows)):
            raise listing.NotAListing("no Pinpoint list: an object with postings in `data` is due")
        return listing.page_of(rows, partial(_posting, url), complete=len(rows) != CAP)


PLATFORM = Pinpoint()


def _posting(base: str, row: dict[str, Any]) -> Posting:
    row = row if row.get("compensation_visible") in (True, None) else fields.left_over(row, PAY)
    job, place, told = fields.mapping(row.get("job")), fields.mapping(row.get("location")), _pay(row)
    path = fields.text(row.get("path"))
    return fields.posting(
        row,
        KEYS,
        USED,
        url=fields.text(row.get("url")) or (urljoin(base, path) if path else ""),
        body_html=_body(row, "" if told else fields.text(row.get("compensation"))),
        places=(_place(row.get("location")),),
        work_mode=fields.first_text(row, "workplace_type workplace_type_text"),
        employment=fields.first_text(row, "employment_type employment_type_text"),
        department=fields.text_in(job.get("department"), "name") or fields.text_in(row.get("department"), "name"),
        requisition=fields.text(job.get("requisition_id")),
        opening=fields.native_id(job.get("id")),
        pay=told,
        more={"job": fields.left_over(job, USED_JOB), "location": fields.left_over(place, USED_PLACE)},
    )


def _body(row: dict[str, Any], pay_words: str) -> str:
    parts = [fields.section(*fields.texts_at(row, f"{name}_header {name}")) for name in PARTS]
    return fields.joined([row.get("description"), *parts, pay_words and f"<p>{fields.html_of(pay_words)}</p>"], "\n")


def _place(told: Any) -> Place:
    city, region = fields.texts_at(fields.mapping(told), "city province")
    return Place(label=fields.text_in(told, "name") or fields.joined([city, region], ", "), city=city, region=region)


def _pay(row: dict[str, Any]) -> tuple[Pay, ...]:
    low, high = (fields.typed_number(row.get(f"compensation_{end}")) for end in ("minimum", "maximum"))
    period, currency, words = fields.texts_at(row, "compensation_frequency compensation_currency compensation")
    named = pay.period_named(period) if period else pay.period_of(words)
    return pay.pay_of(low, high, currency, named, [period, words], component=pay.component_of(words))
