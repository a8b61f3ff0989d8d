"""USAJobs search API: an occupational series, read to its proven end, or a search for words, which is a window.

A board is the number of a series (`1560`) or the words. Traps: the host wants a key and an address, see `headers`;
the number of pages is a text; a page may hold fewer rows than it says.
"""

from __future__ import annotations

import os

from crawler.spiders import fields, listing
from crawler.spiders.usajobs_posting import posting_of

PAGE_SIZE = 500


class UsaJobs(listing.Usual):
    """See `listing.Platform`."""

    name = "usajobs"
    host = "https://data.usajobs.gov"

    def headers(self) -> dict[str, str]:
        """What the host wants to know of the asker; {} when the operator has named no key and address."""
        key, email = (os.environ.get(name, "").strip() for name in ("USAJOBS_KEY", "USAJOBS_EMAIL"))
        return {"Authorization-Key": key, "User-Agent": email} if key and email else {}

    def first_url(self, endpoint: str, token: str) -> str:
        asked = "JobCategoryCode" if token.isdigit() else "Keyword"
        path = f"/api/Search?{asked}={{token}}&ResultsPerPage={PAGE_SIZE}&Page=1"
        return listing.board_url(endpoint or self.host, path, token)

    def parse(self, body: bytes, content_type: str, url: str, _board: listing.Board, /) -> listing.Page:
        found = fields.mapping(fields.mapping(listing.load_json(body, content_type)).get("SearchResult"))
        rows, page = found.get("SearchResultItems"), listing.number_in(url, "Page", 0)
        if not isinstance(rows, list):
            raise listing.NotAListing("no USAJobs list: an object with `SearchResult.SearchResultItems` is due")
        n_pages = fields.typed_number(fields.mapping(found.get("UserArea")).get("NumberOfPages"))
        leads_on = len(rows) >= PAGE_SIZE if n_pages is None else page < n_pages
        return listing.page_of(
            rows,
            posting_of,
            advertised=fields.number(found.get("SearchResultCountAll")),
            next_url=listing.with_number(url, "Page", page + 1) if page and rows and leads_on else None,
            complete=fields.number(found.get("SearchResultCount")) in (None, len(rows)),
            window="?JobCategoryCode=" not in url,
        )


PLATFORM = UsaJobs()
