"""Remote OK API: an array of the hundred newest jobs of many employers; the token is a tag or `all`.

Traps: one element of the array, the first, is the terms and no job; every text ends with a sentence that tells bots
from people, with the caller's address in it; tags are no skills; pay 0 is none, and neither currency nor period is
named; places end in a comma, and some jobs are on site. What left the list need not be closed.
"""

from __future__ import annotations

import re
from typing import Any

from crawler.spiders import fields, listing, pay
from store.posting import Posting

KEYS = fields.keys("title=position url company")
USED = fields.names("epoch date company_logo logo description location salary_min salary_max")
MOST_TRAP = 1_000  # characters from the sentence to the end of a text; an employer's own may stand further up
_TRAP = re.compile(r"(?:\s|<br ?/?>|<p>)*(?:Please|When applying,) mention the word\b", re.I)


class RemoteOk(listing.Usual):
    """See `listing.Platform`."""

    name = "remoteok"
    host = "https://remoteok.com"
    path = "/api?tag={token}"
    path_of_all = "/api"

    def parse(self, body: bytes, content_type: str, _url: str, _board: listing.Board, /) -> listing.Page:
        rows = fields.items(listing.load_json(body, content_type))
        jobs = [row for row in rows if "legal" not in fields.mapping(row)]
        if len(jobs) == len(rows) and not any("position" in fields.mapping(row) for row in rows):
            raise listing.NotAListing("no Remote OK list: an array with an element of `legal` terms is due")
        return listing.page_of(jobs, _posting, window=True)


PLATFORM = RemoteOk()


def _posting(row: dict[str, Any]) -> Posting:
    low, high = (fields.typed_number(row.get(name)) or None for name in ("salary_min", "salary_max"))
    return fields.posting(
        row,
        KEYS,
        USED,
        body_html=_without_trap(fields.text(row.get("description"))),
        places=fields.places_of([fields.text(row.get("location")).rstrip(", ")]),
        pay=pay.pay_of(low, high, "", "", []),
        posted=(fields.iso_time(row.get("date")) or fields.epoch_s_time(row.get("epoch")), "published_at"),
    )


def _without_trap(html: str) -> str:
    """The text before the sentence for bots."""
    found = list(_TRAP.finditer(html, max(0, len(html) - MOST_TRAP)))
    return html[: found[-1].start()] if found else html
