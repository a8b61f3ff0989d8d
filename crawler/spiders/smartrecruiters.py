"""SmartRecruiters Posting API: pages of 100 with a total, texts on pages of their own. Off: robots.txt closes it.

Traps: an unknown company is an empty list; a list tells no address for people; how a closed posting answers is not
confirmed, so either way is read.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any

from crawler.spiders import fields, listing
from crawler.spiders.smartrecruiters_posting import posting_of
from store.posting import Posting

LIMIT = 100
CLOSED = re.compile(rb'"active"\s*:\s*false')


class SmartRecruiters(listing.Usual):
    """See `listing.Platform` and `listing.Detailed`."""

    name = "smartrecruiters"
    host = "https://api.smartrecruiters.com"
    path = f"/v1/companies/{{token}}/postings?limit={LIMIT}&offset=0"

    def parse(self, body: bytes, content_type: str, url: str, board: listing.Board, /) -> listing.Page:
        answer = fields.mapping(listing.load_json(body, content_type))
        rows, total = answer.get("content"), answer.get("totalFound")
        if not isinstance(rows, list) or type(total) is not int or total < 0:
            raise listing.NotAListing("no SmartRecruiters list: `content` and a number in `totalFound` are due")
        following = listing.rows_after(url, len(rows), LIMIT, total)
        return listing.page_of(rows, partial(_listed, token=board.token), advertised=total, next_url=following)

    def detail_url(self, endpoint: str, token: str, posting: Posting, /) -> str:
        path = f"/v1/companies/{{token}}/postings/{listing.quoted_token(posting.external_id)}"
        return listing.board_url(endpoint or self.host, path, token)

    def parse_detail(self, body: bytes, content_type: str, posting: Posting, /) -> Posting:
        row = fields.mapping(listing.load_json(body, content_type))
        if not isinstance(row.get("jobAd"), dict):
            raise listing.NotAListing("no SmartRecruiters posting: an object with `jobAd` is due")
        return fields.with_more(posting, posting_of(row))

    def is_gone(self, status: int, body: bytes, /) -> bool:
        return super().is_gone(status, body) or (status == 200 and CLOSED.search(body) is not None)


PLATFORM = SmartRecruiters()


def _listed(row: dict[str, Any], token: str) -> Posting:
    """A posting of the list, with the address for people that it has unless the row tells one."""
    posting, company = posting_of(row), fields.mapping(row.get("company"))
    end = listing.quoted_token(posting.external_id) if posting.external_id else ""
    path = f"{fields.text(company.get('identifier')) or token}/{end}"
    return replace(posting, url=posting.url or f"https://jobs.smartrecruiters.com/{path}")
