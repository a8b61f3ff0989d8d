"""Arbeitnow job board API: the newest advertisements of many employers, a hundred a page, so only a window is read.

Traps: `links.next` carries a token that changes by itself, so the next address is built here; `created_at` is in
seconds; there is no pay; the tags are the board's own, not the employer's skills. There is one feed, whatever the board
is called.
"""

from __future__ import annotations

from typing import Any

from crawler.spiders import fields
from crawler.spiders.usual import Told, Usual
from store.posting import Posting

MOST_PAGES = 10  # the newest 1,000; read daily


class Arbeitnow(Usual):
    def is_list(self, answer: Any) -> bool:
        return not answer.keys().isdisjoint({"links", "meta"})

    def next_url(self, told: Told) -> str | None:
        return told.next_of(MOST_PAGES) if fields.text(fields.at(told.answer, "links.next")) else None

    def posting(self, row: fields.Row) -> Posting:
        return self.read(
            row,
            places=fields.places_of([fields.text(row.get("location"))]),
            work_mode="remote" if row.get("remote") is True else "",
            employment=fields.joined(fields.items(row.get("job_types"))),
            posted=(fields.epoch_s_time(row.get("created_at")), "created_at"),
        )


PLATFORM = Arbeitnow()
