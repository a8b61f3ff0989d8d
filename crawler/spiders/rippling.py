"""Rippling job boards, first version of the API: a list with one row for every location, and a page of each posting.

Traps: rows of one posting share its `uuid` and count as one, their places in an order of our own since nothing tells
the first; no total is told.
"""

from __future__ import annotations

from dataclasses import replace

from crawler.spiders import fields, listing
from crawler.spiders.rippling_posting import posting_of
from crawler.spiders.usual import OwnPages, Told
from store.posting import Posting


class Rippling(OwnPages):
    def merged(self, rows: list[fields.Row]) -> fields.Row:
        """One row, with the locations of all."""
        parts = [row.get("workLocation") for row in rows]
        known = {"id": rows[0]["uuid"], "departmentId": fields.at(rows[0], "department.id")}
        return rows[0] | known | {"workLocation": parts, "workLocations": sorted(set(fields.texts(parts, "label")))}

    def posting(self, row: fields.Row) -> Posting:
        return posting_of(row)

    def listed(self, row: fields.Row, _told: Told) -> Posting:
        posting = posting_of(row)
        return replace(posting, external_id=posting.external_id and listing.quoted_token(posting.external_id))


PLATFORM = Rippling()
