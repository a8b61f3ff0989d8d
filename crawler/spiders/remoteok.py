"""Remote OK API: an array of the hundred newest jobs of many employers; the token is a tag or `all`.

Traps: one element of the array, the first, is the terms and no job; every text ends with a sentence that tells bots
from people, with the caller's address in it; tags are no skills; pay 0 is none, and neither currency nor period is
named; places end in a comma, and some jobs are on site. What left the list need not be closed.
"""

from __future__ import annotations

import re
from typing import Any

from crawler.spiders import fields, listing, pay
from crawler.spiders.usual import Usual
from store.posting import Posting

MOST_TRAP = 1_000  # characters from the sentence to the end of a text; an employer's own may stand further up
_TRAP = re.compile(r"(?:\s|<br ?/?>|<p>)*(?:Please|When applying,) mention the word\b", re.I)


class RemoteOk(Usual):
    def rows_of(self, answer: Any) -> list[Any]:
        if not answer:
            raise listing.NotAListing(self.due)
        return [row for row in super().rows_of(answer) if "legal" not in fields.mapping(row)]

    def posting(self, row: fields.Row) -> Posting:
        low, high = (fields.typed_number(row.get(name)) or None for name in ("salary_min", "salary_max"))
        return self.read(
            row,
            body_html=_without_trap(fields.text(row.get("description"))),
            places=fields.places_of([fields.text(row.get("location")).rstrip(", ")]),
            pay=pay.pay_of(low, high, "", "", []),
            posted=(fields.iso_time(row.get("date")) or fields.epoch_s_time(row.get("epoch")), "published_at"),
        )


PLATFORM = RemoteOk()


def _without_trap(html: str) -> str:
    """The text before the sentence for bots."""
    found = list(_TRAP.finditer(html, max(0, len(html) - MOST_TRAP)))
    return html[: found[-1].start()] if found else html
