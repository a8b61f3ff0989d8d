"""Gem job board API: the whole board in one answer, rows much like Greenhouse's.

Traps: the answer is a bare array (one source says Greenhouse's object; both are read), so nothing proves that it is
whole; ids are texts; offices hold their place in an object; the work mode and the contract have fields of their own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from crawler.spiders import fields, greenhouse, listing
from store.posting import Posting

OWN = fields.names("location_type employment_type first_published_at content_plain created_at updated_at")


class Gem(listing.Usual):
    """See `listing.Platform`."""

    name = "gem"
    host = "https://api.gem.com"
    path = "/job_board/v0/{token}/job_posts/"

    def parse(self, body: bytes, content_type: str, _url: str, _board: listing.Board, /) -> listing.Page:
        answer = listing.load_json(body, content_type)
        told = fields.mapping(answer)
        rows = told.get("jobs") if "meta" in told and "apiVersion" not in told else answer
        if not isinstance(rows, list) or (rows and not any("title" in fields.mapping(row) for row in rows)):
            raise listing.NotAListing("no Gem list: an array of job posts is due")
        total = fields.number(fields.mapping(told.get("meta")).get("total"))
        return listing.page_of(rows, _posting, advertised=total, complete=rows is answer or total == len(rows))


PLATFORM = Gem()


def _posting(row: dict[str, Any]) -> Posting:
    posting = greenhouse.posting_of(_as_greenhouse(row))
    return replace(
        posting,
        work_mode=fields.text(row.get("location_type")) or posting.work_mode,
        employment=fields.text(row.get("employment_type")) or posting.employment,
    )


def _as_greenhouse(row: dict[str, Any]) -> dict[str, Any]:
    """The row under Greenhouse's names."""
    named = {key: value for key, value in row.items() if key not in OWN}
    plain = fields.html_of(fields.text(row.get("content_plain")))
    named["content"] = fields.text(row.get("content")) or (plain and f"<p>{plain}</p>")
    named["first_published"] = row.get("first_published") or row.get("first_published_at")
    if "offices" in row:
        named["offices"] = [_office(fields.mapping(office)) for office in fields.items(row["offices"])]
    return named


def _office(office: dict[str, Any]) -> dict[str, Any]:
    place = office.get("location")
    return office | {"location": place.get("name")} if isinstance(place, dict) else office
