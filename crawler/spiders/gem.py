"""Gem job board API: the whole board in one answer, rows much like Greenhouse's.

Traps: the answer is a bare array (one source says Greenhouse's object; both are read), so nothing proves that it is
whole; ids are texts; offices hold their place in an object; the work mode and the contract have fields of their own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from crawler.spiders import greenhouse, listing
from store.posting import Posting

OWN = frozenset({"location_type", "employment_type", "first_published_at", "content_plain", "created_at", "updated_at"})


class Gem:
    """See `listing.Platform`."""

    name = "gem"
    host = "https://api.gem.com"
    parser_version = 1

    def first_url(self, endpoint: str, token: str) -> str:
        return listing.board_url(endpoint or self.host, "/job_board/v0/{token}/job_posts/", token)

    def parse(self, body: bytes, content_type: str, _url: str, _board: listing.Board, /) -> listing.Page:
        answer = listing.load_json(body, content_type)
        told = listing.mapping(answer)
        rows = told.get("jobs") if "meta" in told and "apiVersion" not in told else answer
        if not isinstance(rows, list) or (rows and not any("title" in listing.mapping(row) for row in rows)):
            raise listing.NotAListing("no Gem list: an array of job posts is due")
        total = listing.number(listing.mapping(told.get("meta")).get("total"))
        return listing.page_of(rows, _posting, advertised=total, complete=rows is answer or total == len(rows))

    is_no_board = staticmethod(listing.is_missing_page)


PLATFORM = Gem()


def _posting(row: dict[str, Any]) -> Posting:
    posting = greenhouse._posting(_as_greenhouse(row))
    return replace(
        posting,
        work_mode=listing.text(row.get("location_type")) or posting.work_mode,
        employment=listing.text(row.get("employment_type")) or posting.employment,
    )


def _as_greenhouse(row: dict[str, Any]) -> dict[str, Any]:
    """The row under Greenhouse's names."""
    named = {key: value for key, value in row.items() if key not in OWN}
    plain = listing.html_of(listing.text(row.get("content_plain")))
    named["content"] = listing.text(row.get("content")) or (plain and f"<p>{plain}</p>")
    named["first_published"] = row.get("first_published") or row.get("first_published_at")
    if "offices" in row:
        named["offices"] = [_office(listing.mapping(office)) for office in listing.items(row["offices"])]
    return named


def _office(office: dict[str, Any]) -> dict[str, Any]:
    place = office.get("location")
    return office | {"location": place.get("name")} if isinstance(place, dict) else office
