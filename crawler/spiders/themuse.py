"""The Muse public jobs API: the newest advertisements of many employers, twenty a page, so only a window is read.

A board is a category of the feed, or `all`. Traps: pages count from 0; "Flexible / Remote" stands among the places; a
search that ran out of time says so and is not whole; there is no pay; 403 means too many requests.
"""

from __future__ import annotations

import re
from typing import Any

from crawler.spiders import listing
from store.posting import Posting

MOST_PAGES = 25  # the newest 500; read daily, of 500 requests an hour without a key
NUMBER = re.compile(r"(?<=[?&]page=)\d{1,6}(?!\d)")
USED = frozenset({"id", "name", "contents", "publication_date", "locations", "categories", "refs", "company"})
USED |= {"short_name", "model_type"}  # the title and the kind of the record once more


class TheMuse:
    """See `listing.Platform`."""

    name = "themuse"
    host = "https://www.themuse.com"
    parser_version = 1

    def first_url(self, endpoint: str, token: str) -> str:
        category = "" if token == "all" else "&category={token}"
        path = f"/api/public/jobs?page=0&descending=true{category}"
        return listing.board_url(endpoint or self.host, path, token)

    def parse(self, body: bytes, content_type: str, url: str, _board: listing.Board, /) -> listing.Page:
        answer = listing.mapping(listing.load_json(body, content_type))
        rows = answer.get("results")
        if not isinstance(rows, list) or "page_count" not in answer:
            raise listing.NotAListing("no list of The Muse: an object with `results` and `page_count` is due")
        page, n_pages = _page(url), listing.number(answer.get("page_count")) or 0
        is_full = len(rows) >= (listing.number(answer.get("items_per_page")) or 0)
        following = NUMBER.sub(str(page + 1), url) if rows and page + 1 < min(n_pages, MOST_PAGES) else None
        is_whole = answer.get("timed_out") is not True and (is_full or page + 1 >= n_pages)
        return listing.page_of(rows, _posting, next_url=following, complete=is_whole, window=True)

    is_no_board = staticmethod(listing.is_missing_page)


PLATFORM = TheMuse()


def _page(url: str) -> int:
    told = NUMBER.search(url)
    return int(told[0]) if told else MOST_PAGES


def _posting(row: dict[str, Any]) -> Posting:
    places, told = listing.texts(row.get("locations"), "name"), row.get("publication_date")
    published_at = listing.iso_time(told) or listing.day_time(told)
    company, refs = listing.mapping(row.get("company")), listing.mapping(row.get("refs"))
    left = {"company": listing.left_over(company, frozenset({"name"}))}
    left["refs"] = listing.left_over(refs, frozenset({"landing_page"}))
    return Posting(
        external_id=listing.native_id(row.get("id")),
        title=listing.text(row.get("name")),
        url=listing.text(refs.get("landing_page")),
        company=listing.text(company.get("name")),
        body_html=listing.text(row.get("contents")),
        places=listing.places_of(places),
        work_mode=next((place for place in places if "remote" in place.lower().split()), ""),
        department="; ".join(listing.texts(row.get("categories"), "name")),
        posted_at=published_at,
        posted_basis="published_at" if published_at else "",
        served=listing.left_over(row, USED) | {key: value for key, value in left.items() if value},
    )
