"""Workday CXS: a POST for each twenty rows, a page of its own for each text. A board is `tenant|wdN|Site`.

Traps: `total` is right on the first page only, null where too many rows are asked, and may stand at a cap, behind which
page 1 comes again: so the first page names all others, and a board above the cap is read by the values of a facet.
Titles and places are part of a path, its end is the id; "6 Locations" is no place; `postedOn` moves by itself.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any, Final

from crawler.spiders import facets, fields, listing
from crawler.spiders.usual import OwnPages
from crawler.spiders.workday_posting import posting_of, with_text
from crawler.spiders.workday_site import api_url, site_url
from store.posting import Posting

LIMIT: Final = 20  # more are refused
CAP: Final = 2_000  # rows that one query gives


class Workday(OwnPages):
    def first_url(self, endpoint: str, token: str) -> str:
        return _query(api_url(endpoint or self.host, token) + "/jobs", {}, 0)

    def is_list(self, answer: Any) -> bool:
        return type(answer.get("total")) is int and answer["total"] >= 0

    def parse(self, body: bytes, content_type: str, url: str, board: listing.Board, /) -> listing.Page:
        answer = self.load(body, content_type)
        rows = self.rows_of(answer)
        total, page = answer["total"], partial(listing.page_of, read=partial(posting_of, site=site_url(board.token)))
        address, _, posted = url.partition("#")
        asked = fields.mapping(json.loads(posted or "{}"))
        if asked.get("offset"):
            return page(rows)
        told, applied = facets.counts_of(answer.get("facets")), fields.mapping(asked.get("appliedFacets"))
        open_facets = {name: counts for name, counts in told.items() if name not in applied}
        n_rows = facets.n_rows(total, open_facets, CAP) or 0
        shares = facets.shares(open_facets, n_rows, min(CAP, total)) if n_rows >= CAP or n_rows > total else []
        if shares:
            return page([], advertised=n_rows, next_urls=[_query(address, applied | share, 0) for share in shares])
        others = [_query(address, applied, offset) for offset in range(LIMIT, min(total, CAP), LIMIT)]
        proved = n_rows == total < CAP and len(rows) <= total
        return page(rows, advertised=total, complete=proved, next_urls=others)

    def detail_url(self, endpoint: str, token: str, posting: Posting, /) -> str:
        return api_url(endpoint or self.host, token) + posting.url.removeprefix(site_url(token))

    def parse_detail(self, body: bytes, content_type: str, posting: Posting, /) -> Posting:
        answer = self.load_detail(body, content_type)
        if not isinstance(answer.get("jobPostingInfo"), dict):
            raise listing.NotAListing(self.detail_due)
        return with_text(posting, answer)

    def is_no_board(self, status: int, body: bytes, /) -> bool:
        return listing.is_missing_page(404 if status == 422 else status, body)

    def is_gone(self, status: int, body: bytes, /) -> bool:
        return super().is_gone(status, body) or (status == 403 and b'"S22"' in body)


PLATFORM = Workday()


def _query(address: str, applied: dict[str, Any], offset: int) -> str:
    return listing.post_url(address, {"appliedFacets": applied, "limit": LIMIT, "offset": offset, "searchText": ""})
