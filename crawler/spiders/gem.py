"""Gem job board API: the whole board in one answer, rows much like Greenhouse's.

Traps: the answer is a bare array (one source says Greenhouse's object; both are read), so nothing proves that it is
whole; ids are texts; offices hold their place in an object; the work mode and the contract have fields of their own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from crawler.spiders import fields, listing
from crawler.spiders.greenhouse import Greenhouse
from crawler.spiders.usual import Told
from store.posting import Posting


class Gem(Greenhouse):
    def rows_of(self, answer: Any) -> list[Any]:
        told = fields.mapping(answer)
        rows = told.get("jobs") if "meta" in told and "apiVersion" not in told else answer
        if not isinstance(rows, list) or (rows and not any("title" in fields.mapping(row) for row in rows)):
            raise listing.NotAListing(self.due)
        return rows

    def is_complete(self, told: Told) -> bool:
        return told.rows is told.answer or super().is_complete(told)

    def posting(self, row: fields.Row) -> Posting:
        posting = super().posting(row | _as_greenhouse(row))
        mode, employment = fields.texts_at(row, "location_type employment_type")
        return replace(posting, work_mode=mode or posting.work_mode, employment=employment or posting.employment)


PLATFORM = Gem()


def _as_greenhouse(row: fields.Row) -> fields.Row:
    """What stands there under another name, or in another form."""
    html, plain = fields.text(row.get("content")), fields.html_of(fields.text(row.get("content_plain")))
    return {
        "content": html or (plain and f"<p>{plain}</p>"),
        "first_published": row.get("first_published") or row.get("first_published_at"),
        "offices": [_office(fields.mapping(office)) for office in fields.items(row.get("offices"))],
    }


def _office(office: fields.Row) -> fields.Row:
    place = office.get("location")
    return office | {"location": place.get("name")} if isinstance(place, dict) else office
