"""USAJobs search API: an occupational series, read to its proven end, or a search for words, which is a window.

A board is the number of a series (`1560`) or the words. Traps: the host wants a key and an address, see `headers`;
the number of pages is a text; a page may hold fewer rows than it says.
"""

from __future__ import annotations

import os

from crawler.spiders import fields, listing
from crawler.spiders.usajobs_posting import posting_of
from crawler.spiders.usual import Told, Usual
from store.posting import Posting

PAGE_SIZE = 500


class UsaJobs(Usual):
    def headers(self) -> dict[str, str]:
        """What the host wants to know of the asker; {} when the operator has named no key and address."""
        key, email = (os.environ.get(name, "").strip() for name in ("USAJOBS_KEY", "USAJOBS_EMAIL"))
        return {"Authorization-Key": key, "User-Agent": email} if key and email else {}

    def first_url(self, endpoint: str, token: str) -> str:
        asked = "JobCategoryCode" if token.isdigit() else "Keyword"
        path = f"/api/Search?{asked}={{token}}&ResultsPerPage={PAGE_SIZE}&Page=1"
        return listing.board_url(endpoint or self.host, path, token)

    def next_url(self, told: Told) -> str | None:
        n_pages = fields.typed_number(fields.at(told.answer, "UserArea.NumberOfPages"))
        return told.after_page(PAGE_SIZE, "Page") if n_pages is None else told.next_of(n_pages, "Page")

    def is_complete(self, told: Told) -> bool:
        return fields.number(told.answer.get("SearchResultCount")) in (None, len(told.rows))

    def is_window(self, told: Told) -> bool:
        return "?JobCategoryCode=" not in told.url

    def posting(self, row: fields.Row) -> Posting:
        return posting_of(row)


PLATFORM = UsaJobs()
