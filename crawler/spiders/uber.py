"""Uber's careers search: a POST for each hundred rows, texts in Markdown. The only board is `uber`.

Traps: the host wants a header (`headers`) and its robots.txt may close `/api/`; a page that ignores its number repeats
the first; the total is the lower half of a 64-bit number; `creationDate` is when it was made in the ATS; pay stands in
the text, one sentence for each zone; a pipeline is no opening.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from crawler.spiders import listing
from store.posting import Place, Posting

LIMIT: Final = 100
PATH = "/api/loadSearchJobsResults?localeCode=en"
FILTERS = ("department", "lineOfBusinessName", "location", "programAndPlatform", "team")
USED = frozenset({"id", "title", "description", "department", "team", "timeType", "creationDate", "updatedDate"})
USED |= {"isPipeline", "location", "allLocations"}
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
AWAY = 0xE000  # where escaped marks are kept, among characters without a meaning
BACK = {AWAY + code: code for code in range(33, 127)}
INLINE = (
    (re.compile(r"!\[[^\[\]]{0,300}\]\([^()\s]{0,1000}\)"), ""),
    (re.compile(r"\[([^\[\]]{1,300})\]\([^()\s]{0,1000}\)"), r"\1"),
    (re.compile(r"(\*\*|__)(?=\S)(.{1,1000}?)(?<=\S)\1"), r"<b>\2</b>"),
    (re.compile(r"(?<![\w*])([*_])(?=\S)([^*_]{1,1000})(?<=\S)\1(?![\w*])"), r"<i>\2</i>"),
)
BLOCKS = ((re.compile(r"#{1,6}\s+"), "<h3>{}</h3>"), (re.compile(r"(?:[-*+]|\d{1,2}\.)\s+"), "<li>{}</li>"))
LISTS = re.compile(r"<li>.*(?:\n<li>.*)*")


class Uber:
    """See `listing.Platform`."""

    name = "uber"
    host = "https://www.uber.com"
    parser_version = 1

    def headers(self) -> dict[str, str]:
        """What the host wants of every asker."""
        return {"x-csrf-token": "x"}

    def first_url(self, endpoint: str, token: str) -> str:
        return _query(listing.board_url(endpoint or self.host, PATH, token), 0, LIMIT)

    def parse(self, body: bytes, content_type: str, url: str, _board: listing.Board, /) -> listing.Page:
        answer = listing.mapping(listing.load_json(body, content_type))
        told = listing.mapping(answer.get("data"))
        rows = [] if told.get("results") is None and "totalResults" in told else told.get("results")
        if not isinstance(rows, list) or answer.get("status", "success") != "success":
            raise listing.NotAListing("no list of Uber: an array `data.results` is due, with status success")
        low = listing.mapping(told.get("totalResults")).get("low", told.get("totalResults"))
        total = listing.number(low)
        return listing.page_of(rows, _posting, advertised=total, next_url=_following(url, len(rows), total or None))

    is_no_board = staticmethod(listing.is_missing_page)


PLATFORM = Uber()


def _query(address: str, page: int, size: int) -> str:
    asked = {"limit": size, "page": page, "params": {name: [] for name in FILTERS}}
    return listing.post_url(address, asked)


def _following(url: str, n_rows: int, total: float | None) -> str | None:
    """The next page, until the total is reached or a page is empty; a first page that is short tells the true size."""
    address, _, posted = url.partition("#")
    asked = listing.mapping(json.loads(posted or "{}"))
    page, size = asked.get("page", 0), asked.get("limit", LIMIT)
    size = min(size, n_rows) if page == 0 else size
    is_last = not n_rows or (total is not None and page * size + n_rows >= total)
    return None if is_last else _query(address, page + 1, size)


def _posting(row: dict[str, Any]) -> Posting:
    posting_id, created_at = listing.native_id(row.get("id")), listing.iso_time(row.get("creationDate"))
    return Posting(
        external_id=posting_id,
        title=listing.text(row.get("title")),
        url=f"https://www.uber.com/global/en/careers/list/{posting_id}/",
        body_html=_html(listing.text(row.get("description"))),
        places=_places(row),
        employment=listing.text(row.get("timeType")),
        department=listing.text(row.get("department")),
        team=listing.text(row.get("team")),
        is_prospect=row.get("isPipeline") is True,
        posted_at=created_at,
        posted_basis="created_at" if created_at else "",
        served=listing.left_over(row, USED),
    )


def _places(row: dict[str, Any]) -> tuple[Place, ...]:
    told = map(listing.mapping, [row.get("location"), *listing.items(row.get("allLocations"))])
    return tuple(place for place in dict.fromkeys(map(_place, told)) if place.label)


def _place(told: dict[str, Any]) -> Place:
    city, region, country = (listing.text(told.get(key)).strip() for key in ("city", "region", "country"))
    names = (city, region, listing.text(told.get("countryName")).strip() or country)
    return Place(label=", ".join(dict.fromkeys(filter(None, names))), city=city, region=region, country=country)


def _html(markdown: str) -> str:
    """Headings, list items and paragraphs, a line each; of links the words, of images nothing."""
    html = "\n".join(filter(None, (_block(line.strip()) for line in markdown.splitlines())))
    return LISTS.sub(r"<ul>\n\g<0>\n</ul>", html)


def _block(line: str) -> str:
    for start, form in BLOCKS:
        if found := start.match(line):
            return form.format(_inline(line[found.end() :]))
    told = _inline(line)
    return f"<p>{told}</p>" if told else ""


def _inline(line: str) -> str:
    told = ESCAPED.sub(lambda mark: chr(AWAY + ord(mark[1])), listing.html_of(line))
    for pattern, html in INLINE:
        told = pattern.sub(html, told)
    return told.translate(BACK).strip()
