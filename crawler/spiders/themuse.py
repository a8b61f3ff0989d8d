"""The Muse public jobs API: the newest advertisements of many employers, twenty a page, so only a window is read.

A board is a category of the feed, or `all`. Traps: pages count from 0; "Flexible / Remote" stands among the places; a
search that ran out of time says so and is not whole; there is no pay; 403 means too many requests.
"""

from __future__ import annotations

from typing import Any

from crawler.spiders import fields, listing
from store.posting import Posting

MOST_PAGES = 25  # the newest 500; read daily, of 500 requests an hour without a key
DUE = "no list of The Muse: an object with `results` and `page_count` is due"
KEYS = fields.keys("title=name body_html=contents")
USED = fields.names("publication_date locations categories refs company short_name model_type")


class TheMuse(listing.Usual):
    """See `listing.Platform`."""

    name = "themuse"
    host = "https://www.themuse.com"
    path = "/api/public/jobs?page=0&descending=true&category={token}"
    path_of_all = "/api/public/jobs?page=0&descending=true"

    def parse(self, body: bytes, content_type: str, url: str, _board: listing.Board, /) -> listing.Page:
        answer = listing.load_listing(body, content_type, DUE, "results", "page_count")
        rows, n_pages = answer["results"], fields.number(answer["page_count"]) or 0
        n_read = listing.number_in(url, "page", MOST_PAGES) + 1
        is_full = len(rows) >= (fields.number(answer.get("items_per_page")) or 0)
        is_whole = answer.get("timed_out") is not True and (is_full or n_read >= n_pages)
        following = listing.with_number(url, "page", n_read) if rows and n_read < min(n_pages, MOST_PAGES) else None
        return listing.page_of(rows, _posting, next_url=following, complete=is_whole, window=True)


PLATFORM = TheMuse()


def _posting(row: dict[str, Any]) -> Posting:
    places, published = fields.texts(row.get("locations"), "name"), row.get("publication_date")
    company, refs = fields.mapping(row.get("company")), fields.mapping(row.get("refs"))
    return fields.posting(
        row,
        KEYS,
        USED,
        url=fields.text(refs.get("landing_page")),
        company=fields.text(company.get("name")),
        places=fields.places_of(places),
        work_mode=next((place for place in places if "remote" in place.lower().split()), ""),
        department=fields.joined(fields.texts(row.get("categories"), "name")),
        posted=(fields.iso_time(published) or fields.day_time(published), "published_at"),
        more={
            "company": fields.left_over(company, fields.names("name")),
            "refs": fields.left_over(refs, fields.names("landing_page")),
        },
    )
