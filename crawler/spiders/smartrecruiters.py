"""SmartRecruiters Posting API: pages of 100 with a total, texts on pages of their own. Off: robots.txt closes it.

Traps: an unknown company is an empty list; a list tells no address for people; how a closed posting answers is not
confirmed, so either way is read.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from crawler.spiders import fields, listing
from crawler.spiders.smartrecruiters_posting import posting_of
from crawler.spiders.usual import OwnPages, Told
from store.posting import Posting

CLOSED = re.compile(rb'"active"\s*:\s*false')


class SmartRecruiters(OwnPages):
    def is_list(self, answer: Any) -> bool:
        return type(answer.get("totalFound")) is int and answer["totalFound"] >= 0

    def posting(self, row: fields.Row) -> Posting:
        return posting_of(row)

    def listed(self, row: fields.Row, told: Told) -> Posting:
        """With the address for people that it has unless the row tells one."""
        posting, company = posting_of(row), fields.text(fields.at(row, "company.identifier")) or told.board.token
        end = listing.quoted_token(posting.external_id) if posting.external_id else ""
        return replace(posting, url=posting.url or f"https://jobs.smartrecruiters.com/{company}/{end}")

    def is_detail(self, row: fields.Row, _posting: Posting) -> bool:
        return isinstance(row.get("jobAd"), dict)

    def is_gone(self, status: int, body: bytes) -> bool:
        return super().is_gone(status, body) or (status == 200 and CLOSED.search(body) is not None)


PLATFORM = SmartRecruiters()
