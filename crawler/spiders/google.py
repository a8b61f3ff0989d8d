"""Google careers: rows by position, with whole texts, in a script of the list pages.

Traps: a position may shift (see `google_posting`); a page that was cut off lacks its end; a total may be missing; a
page behind the last one repeats rows.
"""

from __future__ import annotations

import re
from functools import partial

from crawler.spiders import fields, listing
from crawler.spiders.google_posting import at, posting_of

PER_PAGE = 20
DATA = re.compile(rb"AF_initDataCallback\(\{key:\s*'ds:1',[^<]{0,99}?\bdata:(.*?)</script>.*</html\s*>", re.S)


class Google(listing.Usual):
    """See `listing.Platform`."""

    name = "google"
    host = "https://www.google.com"
    path = "/about/careers/applications/jobs/results/?hl=en_US&q=&location=&page=1"

    def headers(self) -> dict[str, str]:
        return {"Accept": "text/html"}

    def parse(self, body: bytes, _type: str, url: str, _board: listing.Board, /) -> listing.Page:
        if (script := DATA.search(body)) is None:
            raise listing.NotAListing("no Google page: a script `ds:1` and the end of the page are due")
        told = fields.items(listing.load_json(script[1][: script[1].rfind(b"]") + 1]))
        found, total, size = at(told, 0), fields.number(at(told, 2)), fields.number(at(told, 3))
        if not isinstance(found, list) and (found is not None or total is None):
            raise listing.NotAListing("no Google list: an array of rows, or a total, is due")
        rows = [_by_position(row) if isinstance(row, list) else row for row in fields.items(found)]
        following = listing.page_after(url, len(rows), size or PER_PAGE, total)
        read = partial(posting_of, site=self.host)
        return listing.page_of(rows, read, advertised=total, next_url=following, window=total is None)

    def is_no_board(self, status: int, _body: bytes, /) -> bool:
        return status == 404  # as a page for people


PLATFORM = Google()


def _by_position(row: list[object]) -> dict[str, object]:
    return {str(n): value for n, value in enumerate(row)}
