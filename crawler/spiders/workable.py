"""Workable widget list: one answer holds the whole board, with one row for every location of a job.

Traps: the rows of a job are merged by `shortcode` and count as one, their places in an order of our own since nothing
tells the first; rows of a job that contradict each other are reported; `published_on` is the last publication.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from crawler.spiders import listing
from store.posting import Place, Posting

OWN = {"city": "city", "region": "state", "country": "country"}  # of a location -> of its row
USED_PLACE = frozenset(OWN) | {"countryCode"}
USED = frozenset({"id", "shortcode", "title", "code", "employment_type", "telecommuting", "department", "description"})
USED |= {"url", "shortlink", "application_url", "published_on", "locations", *OWN.values()}


class Workable:
    """See `listing.Platform`."""

    name = "workable"
    host = "https://apply.workable.com"
    parser_version = 1

    def first_url(self, endpoint: str, token: str) -> str:
        return listing.board_url(endpoint or self.host, "/api/v1/widget/accounts/{token}?details=true", token)

    def parse(self, body: bytes, content_type: str, _url: str, _board: listing.Board, /) -> listing.Page:
        told = listing.mapping(listing.load_json(body, content_type))
        if "name" not in told or not isinstance(told.get("jobs"), list):
            raise listing.NotAListing("no Workable list: an object with `name` and `jobs` is due")
        return listing.page_of(_merged(told["jobs"]), partial(_posting, listing.text(told["name"])))

    is_no_board = staticmethod(listing.is_missing_page)


PLATFORM = Workable()


def _merged(rows: list[Any]) -> list[Any]:
    """One row a job, with the locations of all its rows; a row that names no job stays as it is."""
    jobs: dict[tuple[str, ...], list[Any]] = {}
    for row in rows:
        same = tuple(listing.text(listing.mapping(row).get(name)) for name in ("shortcode", "title", "description"))
        jobs.setdefault(same, []).append(row)
    return [one for (shortcode, *_), held in jobs.items() for one in ([_joined(held)] if shortcode else held)]


def _joined(rows: list[dict[str, Any]]) -> dict[str, Any]:
    rows = sorted(rows, key=lambda row: json.dumps(_locations(row), sort_keys=True, ensure_ascii=False))
    return rows[0] | {"id": rows[0]["shortcode"], "locations": [part for row in rows for part in _locations(row)]}


def _locations(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The locations of a row; a single one takes what it lacks from the row itself."""
    parts = [part for part in listing.items(row.get("locations")) if isinstance(part, dict)] or [{}]
    own = {to: parts[0].get(to) or row.get(name) for to, name in OWN.items()}
    return parts if len(parts) > 1 else [parts[0] | own]


def _posting(company: str, row: dict[str, Any]) -> Posting:
    published_at, told = listing.day_time(row.get("published_on")), row.get("department")
    parts = [listing.mapping(part) for part in listing.items(row.get("locations"))]
    more = [part for part in parts if any(value for name, value in part.items() if name not in USED_PLACE)]
    return Posting(
        external_id=listing.native_id(row.get("shortcode")),
        title=listing.text(row.get("title")),
        url=listing.text(row.get("url")) or listing.text(row.get("shortlink")),
        company=company,
        body_html=listing.text(row.get("description")),
        places=tuple(dict.fromkeys(map(_place, parts))),
        work_mode="Remote" if row.get("telecommuting") is True else "",
        employment=listing.text(row.get("employment_type")),
        department="; ".join(name for name in map(listing.text, listing.items(told) or [told]) if name),
        requisition=listing.text(row.get("code")),
        posted_at=published_at,
        posted_basis="published_at" if published_at else "",
        served=listing.left_over(row, USED) | ({"locations": more} if more else {}),
    )


def _place(part: dict[str, Any]) -> Place:
    city, region, country, code = (listing.text(part.get(name)) for name in (*OWN, "countryCode"))
    label = ", ".join(name for name in dict.fromkeys((city, region, country or code)) if name)
    return Place(label=label, city=city, region=region, country=country or code)
