"""Workable widget list: one answer holds the whole board, with one row for every location of a job.

Traps: the rows of a job are merged by `shortcode` and count as one, their places in an order of our own since nothing
tells the first; rows of a job that contradict each other are reported; `published_on` is the last publication.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from crawler.spiders import fields, listing
from store.posting import Place, Posting

KEYS = fields.keys("external_id=shortcode title employment=employment_type requisition=code body_html=description")
OWN = {"city": "city", "region": "state", "country": "country"}  # of a location -> of its row
USED_PLACE = frozenset(OWN) | {"countryCode"}
USED = fields.names("telecommuting department url shortlink application_url published_on locations city state country")


class Workable(listing.Usual):
    """See `listing.Platform`."""

    name = "workable"
    host = "https://apply.workable.com"
    path = "/api/v1/widget/accounts/{token}?details=true"

    def parse(self, body: bytes, content_type: str, _url: str, _board: listing.Board, /) -> listing.Page:
        due = "no Workable list: an object with `name` and `jobs` is due"
        told = listing.load_listing(body, content_type, due, "jobs", "name")
        rows = [_joined(same) for same in listing.grouped(told["jobs"], _job)]
        return listing.page_of(rows, partial(_posting, fields.text(told["name"])))


PLATFORM = Workable()


def _job(row: Any) -> tuple[str, ...]:
    """What the rows of one job share; () of a row that names no job."""
    shortcode, *more = fields.texts_at(fields.mapping(row), "shortcode title description")
    return (shortcode, *more) if shortcode else ()


def _joined(rows: list[Any]) -> Any:
    """The one row of a job, with the locations of all its rows; a row that names no job as it is."""
    if not _job(rows[0]):
        return rows[0]
    rows = sorted(rows, key=lambda row: json.dumps(_locations(row), sort_keys=True, ensure_ascii=False))
    return rows[0] | {"id": rows[0]["shortcode"], "locations": [part for row in rows for part in _locations(row)]}


def _locations(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The locations of a row; a single one takes what it lacks from the row itself."""
    parts = fields.objects(row.get("locations")) or [{}]
    own = {to: parts[0].get(to) or row.get(name) for to, name in OWN.items()}
    return parts if len(parts) > 1 else [parts[0] | own]


def _posting(company: str, row: dict[str, Any]) -> Posting:
    parts, department = fields.objects(row.get("locations")), row.get("department")
    return fields.posting(
        row,
        KEYS,
        USED,
        url=fields.first_text(row, "url shortlink"),
        company=company,
        places=tuple(dict.fromkeys(map(_place, parts))),
        work_mode="Remote" if row.get("telecommuting") is True else "",
        department=fields.joined(fields.items(department) or [department]),
        posted=(fields.day_time(row.get("published_on")), "published_at"),
        more={"locations": [part for part in parts if any(fields.left_over(part, USED_PLACE).values())]},
    )


def _place(part: dict[str, Any]) -> Place:
    city, region, country, code = fields.texts_at(part, "city region country countryCode")
    country = country or code
    return Place(label=fields.label_of(city, region, country), city=city, region=region, country=country)
