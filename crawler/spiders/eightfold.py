"""Eightfold career sites: ten rows a page, the text on a page of its own. A board is `host|domain`, or `host|domain|v2`
where the site answers the older interface alone.

Traps: replicas order rows of one day differently, so pages may repeat rows and lack others; some sites end at 2,000
rows; a page of a posting that is gone may show another one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from crawler.spiders import fields, listing
from crawler.spiders.eightfold_posting import posting_of
from crawler.spiders.eightfold_site import list_url, posting_url, site_url
from crawler.spiders.usual import OwnPages, Told
from store.posting import Posting

CAP: Final = 2_000  # a total that is just this may stand for more
TEXT = fields.names("jobDescription job_description")
GONE = re.compile(rb'\A\s*\{\s*"status"\s*:\s*4(?:04|10)\b|"isFallback"\s*:\s*true')


class Eightfold(OwnPages):
    def first_url(self, endpoint: str, token: str) -> str:
        return list_url(endpoint or self.host, token)

    def load(self, body: bytes, content_type: str) -> Any:
        """The older interface answers what the newer holds in `data`."""
        answer = fields.mapping(listing.load_json(body, content_type))
        told = answer if "positions" in answer else fields.mapping(answer.get("data"))
        return told if answer.get("status", 200) == 200 else {}

    def is_complete(self, told: Told) -> bool:
        return told.total != CAP

    def posting(self, row: fields.Row) -> Posting:
        return posting_of(row)

    def listed(self, row: fields.Row, told: Told) -> Posting:
        """With the address at the site where the row tells no whole one."""
        posting, path = posting_of(row), fields.text(row.get("positionUrl"))
        own = f"/careers/job/{listing.quoted_token(posting.external_id)}" if posting.external_id else ""
        page_url = site_url(told.board.token) + (path if path.startswith("/") else own)
        return replace(posting, url=posting.url or page_url)

    def detail_url(self, endpoint: str, token: str, posting: Posting) -> str:
        return posting_url(endpoint or self.host, token, posting.external_id)

    def load_detail(self, body: bytes, content_type: str) -> fields.Row:
        answer = fields.mapping(listing.load_json(body, content_type))
        return fields.mapping(answer.get("data")) or answer

    def is_detail(self, row: fields.Row, posting: Posting) -> bool:
        return fields.native_id(row.get("id")) == posting.external_id and not TEXT.isdisjoint(row)

    def is_gone(self, status: int, body: bytes) -> bool:
        return super().is_gone(status, body) or (status == 200 and GONE.search(body) is not None)


PLATFORM = Eightfold()
