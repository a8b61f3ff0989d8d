"""Eightfold career sites: ten rows a page, the text on a page of its own. A board is `host|domain`, or `host|domain|v2`
where the site answers the older interface alone.

Traps: replicas order rows of one day differently, so pages may repeat rows and lack others; some sites end at 2,000
rows; a page of a posting that is gone may show another one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any, Final

from crawler.spiders import fields, listing
from crawler.spiders.eightfold_posting import posting_of
from crawler.spiders.eightfold_site import LIMIT, list_url, posting_url, site_url
from store.posting import Posting

CAP: Final = 2_000  # a total that is just this may stand for more
TEXT = fields.names("jobDescription job_description")
GONE = re.compile(rb'\A\s*\{\s*"status"\s*:\s*4(?:04|10)\b|"isFallback"\s*:\s*true')


class Eightfold(listing.Usual):
    """See `listing.Platform` and `listing.Detailed`."""

    name = "eightfold"
    host = "https://{token}"

    def first_url(self, endpoint: str, token: str) -> str:
        return list_url(endpoint or self.host, token)

    def parse(self, body: bytes, content_type: str, url: str, board: listing.Board, /) -> listing.Page:
        answer = fields.mapping(listing.load_json(body, content_type))
        told = answer if "positions" in answer else fields.mapping(answer.get("data"))
        rows, total = told.get("positions"), fields.number(told.get("count"))
        if not isinstance(rows, list) or answer.get("status", 200) != 200:
            raise listing.NotAListing("no Eightfold list: an array `positions` is due, with status 200")
        read = partial(_listed, site=site_url(board.token))
        following = listing.rows_after(url, len(rows), LIMIT, total or None, "start")
        return listing.page_of(rows, read, advertised=total, next_url=following, complete=total != CAP)

    def detail_url(self, endpoint: str, token: str, posting: Posting, /) -> str:
        return posting_url(endpoint or self.host, token, posting.external_id)

    def parse_detail(self, body: bytes, content_type: str, posting: Posting, /) -> Posting:
        answer = fields.mapping(listing.load_json(body, content_type))
        row = fields.mapping(answer.get("data")) or answer
        if fields.native_id(row.get("id")) != posting.external_id or TEXT.isdisjoint(row):
            raise listing.NotAListing("no Eightfold posting: this posting's `id` and a text are due")
        return fields.with_more(posting, posting_of(row))

    def is_gone(self, status: int, body: bytes, /) -> bool:
        return super().is_gone(status, body) or (status == 200 and GONE.search(body) is not None)


PLATFORM = Eightfold()


def _listed(row: dict[str, Any], site: str) -> Posting:
    """A posting of the list, with the address at the site where the row tells no whole one."""
    posting, path = posting_of(row), fields.text(row.get("positionUrl"))
    own = f"/careers/job/{listing.quoted_token(posting.external_id)}" if posting.external_id else ""
    return replace(posting, url=posting.url or site + (path if path.startswith("/") else own))
