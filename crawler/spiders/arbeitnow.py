"""Arbeitnow job board API: the newest advertisements of many employers, a hundred a page, so only a window is read.

Traps: `links.next` carries a token that changes by itself, so the next address is built here; `created_at` is in
seconds; there is no pay; the tags are the board's own, not the employer's skills.
"""

from __future__ import annotations

from typing import Any

from crawler.spiders import fields, listing
from store.posting import Posting

MOST_PAGES = 10  # the newest 1,000; read daily
KEYS = fields.keys("external_id=slug title url company=company_name body_html=description")
USED = fields.names("location remote job_types created_at")


class Arbeitnow(listing.Usual):
    """See `listing.Platform`. There is one feed, whatever the board is called."""

    name = "arbeitnow"
    host = "https://www.arbeitnow.com"
    path = "/api/job-board-api?page=1"

    def parse(self, body: bytes, content_type: str, url: str, _board: listing.Board, /) -> listing.Page:
        answer = fields.mapping(listing.load_json(body, content_type))
        rows, page = answer.get("data"), listing.number_in(url, "page", MOST_PAGES)
        if not isinstance(rows, list) or not answer.keys() & {"links", "meta"}:
            raise listing.NotAListing("no Arbeitnow list: an object with `data` and `links` is due")
        goes_on = rows and page < MOST_PAGES and fields.text(fields.mapping(answer.get("links")).get("next"))
        following = listing.with_number(url, "page", page + 1) if goes_on else None
        return listing.page_of(rows, _posting, next_url=following, window=True)


PLATFORM = Arbeitnow()


def _posting(row: dict[str, Any]) -> Posting:
    return fields.posting(
        row,
        KEYS,
        USED,
        places=fields.places_of([fields.text(row.get("location"))]),
        work_mode="remote" if row.get("remote") is True else "",
        employment=fields.joined(fields.items(row.get("job_types"))),
        posted=(fields.epoch_s_time(row.get("created_at")), "created_at"),
    )
