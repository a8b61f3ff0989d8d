"""Rippling job boards, first version of the API: a list with one row for every location, and a page of each posting.

Traps: rows of one posting share its `uuid` and count as one, their places in an order of our own since nothing tells
the first; no total is told.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from crawler.spiders import fields, listing
from crawler.spiders.rippling_posting import posting_of
from store.posting import Posting

DUE = "no Rippling list: an array of postings with `uuid` is due"


class Rippling(listing.Usual):
    """See `listing.Detailed`."""

    name = "rippling"
    host = "https://api.rippling.com"
    path = "/platform/api/ats/v1/board/{token}/jobs"

    def parse(self, body: bytes, content_type: str, _url: str, _board: listing.Board, /) -> listing.Page:
        rows = listing.load_rows(body, content_type, DUE, "uuid")
        return listing.page_of([_joined(group) for group in listing.grouped(rows, _same)], _listed)

    def detail_url(self, endpoint: str, token: str, posting: Posting, /) -> str:
        return f"{self.first_url(endpoint, token)}/{listing.quoted_token(posting.external_id)}"

    def parse_detail(self, body: bytes, content_type: str, posting: Posting, /) -> Posting:
        row = fields.mapping(listing.load_json(body, content_type))
        if "description" not in row:
            raise listing.NotAListing("no Rippling posting: an object with `description` is due")
        return fields.with_more(posting, posting_of(row))


PLATFORM = Rippling()


def _same(row: Any) -> tuple[str, ...]:
    """What the rows of one posting have in common; () for a row that names none."""
    told = fields.mapping(row)
    uuid = fields.native_id(told.get("uuid"))
    return (uuid, fields.text(told.get("name"))) if uuid else ()


def _joined(rows: list[Any]) -> Any:
    """One row, with the locations of all rows of its posting."""
    if not _same(rows[0]):
        return rows[0]
    parts = [row.get("workLocation") for row in rows]
    known = {"id": rows[0]["uuid"], "departmentId": fields.mapping(rows[0].get("department")).get("id")}
    return rows[0] | known | {"workLocation": parts, "workLocations": sorted(set(fields.texts(parts, "label")))}


def _listed(row: dict[str, Any]) -> Posting:
    posting = posting_of(row)
    return replace(posting, external_id=listing.quoted_token(posting.external_id)) if posting.external_id else posting
