"""The Muse public jobs API: the newest advertisements of many employers, twenty a page, so only a window is read.

A board is a category of the feed, or `all`. Traps: pages count from 0; "Flexible / Remote" stands among the places; a
search that ran out of time says so and is not whole; there is no pay; 403 means too many requests.
"""

from __future__ import annotations

from crawler.spiders import fields
from crawler.spiders.usual import Told, Usual
from store.posting import Posting

MOST_PAGES = 25  # the newest 500; read daily, of 500 requests an hour without a key


class TheMuse(Usual):
    def next_url(self, told: Told) -> str | None:
        return told.next_of(min(_n_pages(told), MOST_PAGES), first=0)

    def is_complete(self, told: Told) -> bool:
        is_full = len(told.rows) >= (fields.number(told.answer.get("items_per_page")) or 0)
        is_last = told.number("page") + 1 >= _n_pages(told)
        return told.answer.get("timed_out") is not True and (is_full or is_last)

    def posting(self, row: fields.Row) -> Posting:
        places, published = fields.texts(row.get("locations"), "name"), row.get("publication_date")
        return self.read(
            row,
            places=fields.places_of(places),
            work_mode=next((place for place in places if "remote" in place.lower().split()), ""),
            department=fields.joined(fields.texts(row.get("categories"), "name")),
            posted=(fields.iso_time(published) or fields.day_time(published), "published_at"),
        )


PLATFORM = TheMuse()


def _n_pages(told: Told) -> float:
    return fields.number(told.answer["page_count"]) or 0
