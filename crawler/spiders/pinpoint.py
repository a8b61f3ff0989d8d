"""Pinpoint postings feed: one answer holds the whole board, on a host of the employer's own.

Traps: hidden pay is served all the same; there is no date of posting and no company; a list of exactly a thousand rows
may be cut off; whom one reports to may be a person's name and is dropped.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from html import escape
from typing import Any, Final
from urllib.parse import urljoin

from crawler.spiders import listing, pay
from store.posting import Pay, Place, Posting

CAP: Final = 1000
PERIODS = {word: period for period in pay.PERIODS for word in (period, f"{period}ly")} | {"daily": "day"}
PARTS = ("key_responsibilities", "skills_knowledge_expertise", "benefits")
PAY = frozenset({"compensation"} | {f"compensation_{name}" for name in ("minimum", "maximum", "currency", "frequency")})
USED = PAY | {"id", "title", "url", "path", "description", *PARTS, *(f"{name}_header" for name in PARTS)}
USED |= {"employment_type", "workplace_type", "deadline_at", "job", "location", "reporting_to"}
USED_JOB = frozenset({"id", "requisition_id", "department"})
USED_PLACE = frozenset({"id", "name", "city", "province"})
MARKS = frozenset({"path", "job", "workplace_type", "key_responsibilities"})  # others have a `data` too


class Pinpoint:
    """See `listing.Platform`."""

    name = "pinpoint"
    host = "https://{token}.pinpointhq.com"
    parser_version = 1

    def first_url(self, endpoint: str, token: str) -> str:
        return listing.board_url(endpoint or self.host, "/postings.json", token)

    def parse(self, body: bytes, content_type: str, url: str, _board: listing.Board, /) -> listing.Page:
        rows = listing.mapping(listing.load_json(body, content_type)).get("data")
        if not isinstance(rows, list) or (rows and not any(MARKS & listing.mapping(row).keys() for row in rows)):
            raise listing.NotAListing("no Pinpoint list: an object with postings in `data` is due")
        return listing.page_of(rows, partial(_posting, url), complete=len(rows) != CAP)

    @staticmethod
    def is_no_board(status: int, _body: bytes, /) -> bool:
        return status == 404  # of a host of the employer's own, maybe as a page for people


PLATFORM = Pinpoint()


def _posting(base: str, row: dict[str, Any]) -> Posting:
    row = row if row.get("compensation_visible") in (True, None) else listing.left_over(row, PAY)
    job, place = listing.mapping(row.get("job")), listing.mapping(row.get("location"))
    more = {"job": listing.left_over(job, USED_JOB), "location": listing.left_over(place, USED_PLACE)}
    told, path = _pay(row), listing.text(row.get("path"))
    return Posting(
        external_id=listing.native_id(row.get("id")),
        title=listing.text(row.get("title")),
        url=listing.text(row.get("url")) or (urljoin(base, path) if path else ""),
        body_html=_body(row, "" if told else listing.text(row.get("compensation"))),
        places=(_place(row.get("location")),),
        work_mode=listing.text(row.get("workplace_type")) or listing.text(row.get("workplace_type_text")),
        employment=listing.text(row.get("employment_type")) or listing.text(row.get("employment_type_text")),
        department=_named(job.get("department")) or _named(row.get("department")),
        requisition=listing.text(job.get("requisition_id")),
        opening=listing.native_id(job.get("id")),
        deadline_at=listing.text(row.get("deadline_at")),
        pay=told,
        served=listing.left_over(row, USED) | {name: left for name, left in more.items() if left},
    )


def _named(value: Any) -> str:
    return listing.text(listing.mapping(value).get("name")) or listing.text(value)


def _body(row: dict[str, Any], pay_words: str) -> str:
    parts = [listing.text(row.get("description"))]
    for name in PARTS:
        heading, content = escape(listing.text(row.get(f"{name}_header")), quote=False), listing.text(row.get(name))
        parts.append(f"<h3>{heading}</h3>{content}" if heading and content else content)
    return "\n".join(part for part in [*parts, f"<p>{listing.html_of(pay_words)}</p>" if pay_words else ""] if part)


def _place(told: Any) -> Place:
    city, region = (listing.text(listing.mapping(told).get(name)) for name in ("city", "province"))
    return Place(label=_named(told) or ", ".join(filter(None, (city, region))), city=city, region=region)


def _pay(row: dict[str, Any]) -> tuple[Pay, ...]:
    low, high = (listing.typed_number(row.get(f"compensation_{name}")) for name in ("minimum", "maximum"))
    period, words = (listing.text(row.get(name)) for name in ("compensation_frequency", "compensation"))
    named = PERIODS.get(period.lower(), "") if period else pay.period_of(words)
    typed = pay.typed_pay(low, high, row.get("compensation_currency"), named, [period, words])
    return () if low is high is None else (replace(typed, component=pay.component_of(words)),)
