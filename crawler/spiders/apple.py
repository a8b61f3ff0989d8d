"""Apple jobs: rows in the hydration data of search pages, twenty a page; texts and pay on a page of each posting.

Traps: the data is JSON in a text literal; the list is the whole one, but closes only where a total proves that.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from crawler.spiders import fields, listing
from crawler.spiders.apple_posting import posting_of
from crawler.spiders.usual import OwnPages
from store.posting import Posting

DATA = re.compile(rb'__staticRouterHydrationData\s*=\s*JSON\.parse\(("(?:[^"\\]++|\\.)*+")\).*</html\s*>', re.S)


class Apple(OwnPages):
    def load(self, body: bytes, _type: str) -> Any:
        return _data(body, "search")

    def posting(self, row: fields.Row) -> Posting:
        return posting_of(row, self.host)

    def detail_url(self, endpoint: str, token: str, posting: Posting) -> str:
        return listing.board_url(endpoint or self.host, posting.url.removeprefix(self.host), token)

    def load_detail(self, body: bytes, _type: str) -> fields.Row:
        return fields.mapping(_data(body, "jobDetails").get("jobsData"))

    def is_detail(self, row: fields.Row, posting: Posting) -> bool:
        is_same = fields.native_id(row.get("positionId")) == posting.external_id
        return is_same and fields.text(row.get("description")) != ""

    def parse_detail(self, body: bytes, content_type: str, posting: Posting) -> Posting:
        return replace(super().parse_detail(body, content_type, posting), url=posting.url)


PLATFORM = Apple()


def _data(body: bytes, route: str) -> fields.Row:
    """What the page tells for a route; NotAListing for a page without, or one that was cut off."""
    if (literal := DATA.search(body)) is None:
        raise listing.NotAListing("no Apple page: hydration data and the end of the page are due")
    told = listing.load_json(fields.text(listing.load_json(literal[1])).encode(errors="replace"))
    return fields.mapping(fields.at(told, f"loaderData.{route}"))
