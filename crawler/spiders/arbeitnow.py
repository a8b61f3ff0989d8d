"""Arbeitnow job board API: the newest advertisements of many employers, a hundred a page, so only a window is read.

Traps: `links.next` carries a token that changes by itself, so the next address is built here; `created_at` is in
seconds; there is no pay; the tags are the board's own, not the employer's skills.
"""

from __future__ import annotations

import re
from typing import Any

from crawler.spiders import listing
from store.posting import Posting

MOST_PAGES = 10  # the newest 1,000; read daily
NUMBER = re.compile(r"(?<=[?&]page=)\d{1,6}(?!\d)")
USED = frozenset({"slug", "title", "description", "url", "company_name", "location", "remote", "job_types"})
USED |= {"created_at"}


class Arbeitnow:
    """See `listing.Platform`. There is one feed, whatever the board is called."""

    name = "arbeitnow"
    host = "https://www.arbeitnow.com"
    parser_version = 1

    def first_url(self, endpoint: str, token: str) -> str:
        return listing.board_url(endpoint or self.host, "/api/job-board-api?page=1", token)

    def parse(self, body: bytes, content_type: str, url: str, _board: listing.Board, /) -> listing.Page:
        answer = listing.mapping(listing.load_json(body, content_type))
        rows = answer.get("data")
        if not isinstance(rows, list) or not answer.keys() & {"links", "meta"}:
            raise listing.NotAListing("no Arbeitnow list: an object with `data` and `links` is due")
        goes_on = rows and listing.text(listing.mapping(answer.get("links")).get("next"))
        return listing.page_of(rows, _posting, next_url=_following(url) if goes_on else None, window=True)

    is_no_board = staticmethod(listing.is_missing_page)


PLATFORM = Arbeitnow()


def _following(url: str) -> str | None:
    """The address of the next page, None after the last one that is read."""
    told = NUMBER.search(url)
    page = int(told[0]) if told else MOST_PAGES
    return NUMBER.sub(str(page + 1), url) if page < MOST_PAGES else None


def _posting(row: dict[str, Any]) -> Posting:
    seconds = listing.typed_number(row.get("created_at"))
    created_at = listing.epoch_ms_time(seconds * 1000) if seconds is not None else None
    types = map(listing.text, listing.items(row.get("job_types")))
    return Posting(
        external_id=listing.native_id(row.get("slug")),
        title=listing.text(row.get("title")),
        url=listing.text(row.get("url")),
        company=listing.text(row.get("company_name")),
        body_html=listing.text(row.get("description")),
        places=listing.places_of([listing.text(row.get("location"))]),
        work_mode="remote" if row.get("remote") is True else "",
        employment="; ".join(part for part in types if part),
        posted_at=created_at,
        posted_basis="created_at" if created_at else "",
        served=listing.left_over(row, USED),
    )
