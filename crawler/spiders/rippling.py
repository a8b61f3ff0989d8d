"""Rippling job boards, first version of the API: a list with one row for every location, and a page of each posting.

Traps: rows of one posting share its `uuid` and count as one, their places in an order of our own since nothing tells
the first; `createdOn` is when it was made in the ATS; `employmentType.label` is the code, `.id` the employer's own
words; several pay ranges are zones, all kept; no total is told.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from crawler.spiders import listing, pay
from store.posting import Pay, Posting

TEXTS = {"title": "name", "url": "url", "company": "companyName", "language": "language"}
USED = frozenset({"id", "uuid", "description", "createdOn", "employmentType", "workLocations", "board"})
USED |= frozenset(TEXTS.values())
REPEATED = frozenset({"@context", "@type", "description"})  # in `jsonLd`


class Rippling:
    """See `listing.Detailed`."""

    name = "rippling"
    host = "https://api.rippling.com"
    parser_version = 1

    def first_url(self, endpoint: str, token: str) -> str:
        return listing.board_url(endpoint or self.host, "/platform/api/ats/v1/board/{token}/jobs", token)

    def parse(self, body: bytes, content_type: str, _url: str, _board: listing.Board, /) -> listing.Page:
        rows = listing.load_json(body, content_type)
        if not isinstance(rows, list) or (rows and not any("uuid" in listing.mapping(row) for row in rows)):
            raise listing.NotAListing("no Rippling list: an array of postings with `uuid` is due")
        return listing.page_of(_merged(rows), _posting)

    def detail_url(self, endpoint: str, token: str, posting: Posting, /) -> str:
        return f"{self.first_url(endpoint, token)}/{listing.quoted_token(posting.external_id)}"

    def parse_detail(self, body: bytes, content_type: str, posting: Posting, /) -> Posting:
        row = listing.mapping(listing.load_json(body, content_type))
        if "description" not in row:
            raise listing.NotAListing("no Rippling posting: an object with `description` is due")
        told = _told(row)
        return replace(posting, **told | {"served": posting.served | told["served"]})

    is_no_board = staticmethod(listing.is_missing_page)
    is_gone = staticmethod(listing.is_gone_page)


PLATFORM = Rippling()


def _merged(rows: list[Any]) -> list[Any]:
    """One row a posting, with the locations of all its rows; a row that names no posting stays as it is."""
    postings: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        same = listing.native_id(listing.mapping(row).get("uuid")), listing.text(listing.mapping(row).get("name"))
        postings.setdefault(same, []).append(row)
    return [one for (uuid, _), held in postings.items() for one in ([_joined(held)] if uuid else held)]


def _joined(rows: list[dict[str, Any]]) -> dict[str, Any]:
    parts = [row.get("workLocation") for row in rows]
    known = {"id": rows[0]["uuid"], "departmentId": listing.mapping(rows[0].get("department")).get("id")}
    return rows[0] | known | {"workLocation": parts, "workLocations": sorted(set(listing.texts(parts, "label")))}


def _posting(row: dict[str, Any]) -> Posting:
    uuid = listing.native_id(row.get("uuid"))
    return replace(Posting(external_id=listing.quoted_token(uuid) if uuid else "", title=""), **_told(row))


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """The fields that a row of the list, or a posting of its own page, fills."""
    told: dict[str, Any] = {name: listing.text(row.get(key)) for name, key in TEXTS.items()}
    texts = {key: listing.text(value) for key, value in listing.mapping(row.get("description")).items()}
    told["intro_html"], role = texts.pop("company", ""), texts.pop("role", listing.text(row.get("description")))
    told["body_html"] = "\n".join(part for part in (role, *(texts[key] for key in sorted(texts))) if part)
    told["places"] = listing.places_of(map(listing.text, listing.items(row.get("workLocations"))))
    told["employment"] = _named(row.get("employmentType"), "label", "id")
    told["department"] = _named(row.get("department"), "name", "label")
    ranges = [_pay(listing.mapping(part)) for part in listing.items(row.get("payRangeDetails"))]
    told["pay"] = tuple(one for one in ranges if not one.low is one.high is None)
    if posted_at := listing.iso_time(row.get("createdOn")) or listing.day_time(row.get("createdOn")):
        told |= {"posted_at": posted_at, "posted_basis": "created_at"}
    left = listing.left_over(row | {"jsonLd": listing.left_over(listing.mapping(row.get("jsonLd")), REPEATED)}, USED)
    return {name: value for name, value in told.items() if value} | {"served": left}


def _named(told: Any, *keys: str) -> str:
    """What an object says under these keys, or the text that stands in its place."""
    names = [listing.text(part).strip() for part in (*map(listing.mapping(told).get, keys), told)]
    return "; ".join(dict.fromkeys(name for name in names if name))


def _pay(told: dict[str, Any]) -> Pay:
    """One zone; a frequency that is no period stays in `raw`."""
    place, frequency = (listing.text(told.get(name)).strip() for name in ("location", "frequency"))
    low, high = (listing.typed_number(told.get(name)) for name in ("rangeStart", "rangeEnd"))
    period = frequency.lower() if frequency.lower() in pay.PERIODS else ""
    return replace(pay.typed_pay(low, high, told.get("currency"), period, [frequency, place]), label=place)
