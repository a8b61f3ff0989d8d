"""Apple jobs: rows in the hydration data of search pages, twenty a page; texts and pay on a page of each posting.

Traps: the data is JSON in a text literal; the list is the whole one, but closes only where a total proves that.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any

from crawler.spiders import fields, listing
from crawler.spiders.apple_posting import posting_of
from store.posting import Posting

PER_PAGE = 20
DATA = re.compile(rb'__staticRouterHydrationData\s*=\s*JSON\.parse\(("(?:[^"\\]++|\\.)*+")\).*</html\s*>', re.S)


class Apple(listing.Usual):
    """See `listing.Detailed`."""

    name = "apple"
    host = "https://jobs.apple.com"
    path = "/en-us/search?page=1&sort=newest"

    def headers(self) -> dict[str, str]:
        return {"Accept": "text/html"}

    def parse(self, body: bytes, _type: str, url: str, _board: listing.Board, /) -> listing.Page:
        search = _data(body, "search")
        rows, total = search.get("searchResults"), fields.number(search.get("totalRecords"))
        if not isinstance(rows, list):
            raise listing.NotAListing("no Apple list: an array `searchResults` is due")
        following, read = listing.page_after(url, len(rows), PER_PAGE, total), partial(posting_of, site=self.host)
        return listing.page_of(rows, read, advertised=total, next_url=following, window=total is None)

    def detail_url(self, endpoint: str, token: str, posting: Posting, /) -> str:
        return listing.board_url(endpoint or self.host, posting.url.removeprefix(self.host), token)

    def parse_detail(self, body: bytes, _type: str, posting: Posting, /) -> Posting:
        row = fields.mapping(_data(body, "jobDetails").get("jobsData"))
        if fields.native_id(row.get("positionId")) != posting.external_id or not fields.text(row.get("description")):
            raise listing.NotAListing("no Apple posting: `jobsData` of this position with a `description` is due")
        return replace(fields.with_more(posting, posting_of(row, self.host)), url=posting.url)

    def is_no_board(self, status: int, _body: bytes, /) -> bool:
        return status == 404  # as a page for people


PLATFORM = Apple()


def _data(body: bytes, route: str) -> dict[str, Any]:
    """What the page tells for a route; NotAListing for a page without, or one that was cut off."""
    if (literal := DATA.search(body)) is None:
        raise listing.NotAListing("no Apple page: hydration data and the end of the page are due")
    told = fields.mapping(listing.load_json(fields.text(listing.load_json(literal[1])).encode(errors="replace")))
    return fields.mapping(fields.mapping(told.get("loaderData")).get(route))
