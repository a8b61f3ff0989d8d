"""Google careers: rows by position, with whole texts, in a script of the list pages.

Traps: a position may shift (see `google_posting`); a page that was cut off lacks its end; a total may be missing; a
page behind the last one repeats rows.
"""

from __future__ import annotations

import re
from typing import Any

from crawler.spiders import fields, listing
from crawler.spiders.google_posting import at, posting_of
from crawler.spiders.usual import Told, Usual
from store.posting import Posting

DATA = re.compile(rb"AF_initDataCallback\(\{key:\s*'ds:1',[^<]{0,99}?\bdata:(.*?)</script>.*</html\s*>", re.S)


class Google(Usual):
    def load(self, body: bytes, _type: str) -> Any:
        """The positions of the page by names of our own."""
        if (script := DATA.search(body)) is None:
            raise listing.NotAListing("no Google page: a script `ds:1` and the end of the page are due")
        told = fields.items(listing.load_json(script[1][: script[1].rfind(b"]") + 1]))
        found, total, size = (at(told, n) for n in (0, 2, 3))
        rows = [] if found is None and fields.number(total) is not None else found
        return {"rows": rows, "total": total, "size": fields.number(size) or self.size}

    def next_url(self, told: Told) -> str | None:
        return told.after_page(told.answer["size"])

    def rows_of(self, answer: Any) -> list[Any]:
        return [_by_position(row) if isinstance(row, list) else row for row in super().rows_of(answer)]

    def posting(self, row: fields.Row) -> Posting:
        return posting_of(row, self.host)


PLATFORM = Google()


def _by_position(row: list[Any]) -> fields.Row:
    return {str(n): value for n, value in enumerate(row)}
