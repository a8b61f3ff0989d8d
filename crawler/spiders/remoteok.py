"""Remote OK API: an array of the hundred newest jobs of many employers; the token is a tag or `all`.

Traps: one element of the array, the first, is the terms and no job; every text ends with a sentence that tells bots
from people, with the caller's address in it; tags are no skills; pay 0 is none, and neither currency nor period is
named; places end in a comma, and some jobs are on site. What left the list need not be closed.
"""

from __future__ import annotations

import re
from typing import Any

from crawler.spiders import listing, pay
from store.posting import Pay, Posting

ALL = "all"
USED = frozenset({"id", "epoch", "date", "company", "company_logo", "logo", "position", "description", "location"})
USED |= {"url", "salary_min", "salary_max"}
MOST_TRAP = 1_000  # characters from the sentence to the end of a text; an employer's own may stand further up
_TRAP = re.compile(r"(?:\s|<br ?/?>|<p>)*(?:Please|When applying,) mention the word\b", re.I)


class RemoteOk:
    """See `listing.Platform`."""

    name = "remoteok"
    host = "https://remoteok.com"
    parser_version = 1

    def first_url(self, endpoint: str, token: str) -> str:
        path = "/api" + ("" if token == ALL else "?tag={token}")
        return listing.board_url(endpoint or self.host, path, token)

    def parse(self, body: bytes, content_type: str, _url: str, _board: listing.Board, /) -> listing.Page:
        rows = listing.items(listing.load_json(body, content_type))
        jobs = [row for row in rows if "legal" not in listing.mapping(row)]
        if len(jobs) == len(rows) and not any("position" in listing.mapping(row) for row in rows):
            raise listing.NotAListing("no Remote OK list: an array with an element of `legal` terms is due")
        return listing.page_of(jobs, _posting, window=True)

    is_no_board = staticmethod(listing.is_missing_page)


PLATFORM = RemoteOk()


def _posting(row: dict[str, Any]) -> Posting:
    epoch_s = listing.typed_number(row.get("epoch")) or 0
    published_at = listing.iso_time(row.get("date")) or listing.epoch_ms_time(epoch_s * 1000)
    return Posting(
        external_id=listing.native_id(row.get("id")),
        title=listing.text(row.get("position")),
        url=listing.text(row.get("url")),
        company=listing.text(row.get("company")),
        body_html=_without_trap(listing.text(row.get("description"))),
        places=listing.places_of([listing.text(row.get("location")).rstrip(", ")]),
        pay=_pay(row),
        posted_at=published_at,
        posted_basis="published_at" if published_at else "",
        served=listing.left_over(row, USED),
    )


def _without_trap(html: str) -> str:
    """The text before the sentence for bots."""
    found = list(_TRAP.finditer(html, max(0, len(html) - MOST_TRAP)))
    return html[: found[-1].start()] if found else html


def _pay(row: dict[str, Any]) -> tuple[Pay, ...]:
    low, high = (listing.typed_number(row.get(name)) or None for name in ("salary_min", "salary_max"))
    typed = pay.typed_pay(low, high, "", "", [])
    return () if typed.low is typed.high is None else (typed,)
