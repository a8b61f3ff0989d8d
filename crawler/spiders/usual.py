"""What most platforms have in common: an answer with an array of rows, each row a posting.

The platform's table says where things stand, its spider overrides what is special: nearly all write `posting`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from crawler.platforms import platforms
from crawler.spiders import fields, listing
from crawler.spiders.fields import Row
from store.posting import Posting


@dataclass(frozen=True, slots=True)
class Told:
    """A list as it was answered: the value that holds the rows, the rows, the total it claims, what was asked for."""

    answer: Any
    rows: list[Any]
    total: float | None
    url: str
    board: listing.Board

    def after_rows(self, size: int, name: str = "offset") -> str | None:
        """The next page of `size` rows where the address tells the number of the first row."""
        return listing.rows_after(self.url, len(self.rows), size, self.total or None, name)

    def after_page(self, size: float, name: str = "page") -> str | None:
        """The next page of `size` rows where the address tells the number of the page, from 1."""
        return self.next_of(self.total / size if self.total else math.inf if len(self.rows) >= size else 0, name)

    def next_of(self, n_pages: float, name: str = "page", first: int = 1) -> str | None:
        """The same where the number of pages is known; `first` is the number of the first."""
        return listing.page_after(self.url, len(self.rows), n_pages, name, first)

    def number(self, name: str) -> int:
        """The number under a name in the address, 0 without one."""
        return listing.number_in(self.url, name, 0)


class Usual:
    """A list at a `path` of the `host`, with `{token}` in one of them.

    Its name is its module's. The attributes down to `too_often` are the keys of its table `[NAME.spider]` in
    `crawler/platforms.toml`, which tells where things stand; what is special, a spider overrides.
    """

    name = ""
    host = ""
    host_eu = ""  # where the boards are whose token ends in `|eu`
    path = ""
    path_of_all = ""  # where the token `all` stands for a whole feed, of which the others name parts
    accept = "application/json"  # what its answers are
    within = ""  # the object that holds the rows, as `data` or `data.list`; "" for the answer itself
    rows = ""  # their key in it; "" where the answer is the bare array
    due = ""  # what is said of an answer that is no such list
    beside = ""  # keys that stand beside the rows in every answer
    foreign = ""  # keys that show the list of another platform
    marks = ""  # keys of which some row must hold one
    same = ""  # keys that the rows of one posting have in common, its id first, where it has several rows
    total = ""  # where the total stands in the object that holds the rows
    window = False  # True for the newest rows of many: what left it need not be closed
    is_proved_by_total = False  # True where a list without a total is a window
    offset = ""  # the number of the first row, as the address calls it
    page = ""  # or that of the page, from 1
    size = 0  # rows of a page
    keys = ""  # of a row, ours=theirs; see `fields.Keys`
    used = ""  # keys of a row that are read otherwise, or never kept
    detail_path = ""  # with `{id}`: where a posting stands with its text; see `OwnPages`
    detail = ""  # the object that holds it, as `within`
    detail_mark = ""  # the key that every such object has
    detail_due = ""  # what is said of an answer that is none
    no_board: Sequence[int] = ()  # the statuses that say so even with a page for people
    too_often: Sequence[int] = ()  # the statuses that say what 429 says elsewhere

    read_keys: fields.Keys
    overlaps = False
    parser_version = 1

    def __init_subclass__(cls) -> None:
        cls.name = cls.__module__.rpartition(".")[2]
        for key, value in platforms().get(cls.name, {}).get("spider", {}).items():
            if not hasattr(Usual, key):
                raise TypeError(f"platforms.toml: [{cls.name}.spider] holds {key}, which no spider knows")
            setattr(cls, key, value)
        cls.read_keys = fields.Keys(cls.keys, cls.used)

    # -- a posting

    def posting(self, row: Row, /) -> Posting:
        """The posting that a row tells."""
        return self.read(row)

    def listed(self, row: Row, _told: Told, /) -> Posting:
        """The same where the list tells something of every row: the company, or where its pages are."""
        return self.posting(row)

    def read(self, row: Row, **told: Any) -> Posting:
        """The posting of a row with `told` besides what `keys` name; see `fields.posting`."""
        return fields.posting(row, self.read_keys, **told)

    # -- a list

    def load(self, body: bytes, content_type: str, /) -> Any:
        """The value that holds the rows; NotAListing for what cannot be read at all."""
        return fields.at(listing.load_json(body, content_type), self.within)

    def rows_of(self, answer: Any, /) -> list[Any]:
        """The rows of an answer, those of one posting merged; NotAListing where it is none of this platform's lists."""
        holder = fields.mapping(answer)
        rows = holder.get(self.rows) if self.rows else answer
        is_ours = holder.keys() >= fields.names(self.beside) and fields.names(self.foreign).isdisjoint(holder)
        if not isinstance(rows, list) or not is_ours or not self._is_marked(rows) or not self.is_list(answer):
            raise listing.NotAListing(self.due)
        return self._merged(rows) if self.same else rows

    def is_list(self, _answer: Any, /) -> bool:
        """Whether an answer with such rows is a list of this platform, where that takes more to see."""
        return True

    def merged(self, rows: list[Row], /) -> Row:
        """The one row of the rows of a posting."""
        return rows[0]

    def _is_marked(self, rows: list[Any]) -> bool:
        marks = fields.names(self.marks)
        return not marks or not rows or any(not marks.isdisjoint(fields.mapping(row)) for row in rows)

    def _merged(self, rows: list[Any]) -> list[Any]:
        groups: dict[Any, list[Any]] = {}
        for at, row in enumerate(rows):
            told = fields.texts_at(fields.mapping(row), self.same)
            groups.setdefault(tuple(told) if told[0] else at, []).append(row)
        return [self.merged(group) if isinstance(key, tuple) else group[0] for key, group in groups.items()]

    def is_hidden(self, _row: Row, /) -> bool:
        """Whether a row was served but is not listed."""
        return False

    def next_url(self, told: Told, /) -> str | None:
        """Where the list goes on."""
        if self.offset:
            return told.after_rows(self.size, self.offset)
        return told.after_page(self.size, self.page) if self.page else None

    def is_complete(self, _told: Told, /) -> bool:
        """False where the answer does not hold all that it claims."""
        return True

    def is_window(self, told: Told, /) -> bool:
        """Whether rows that are missing need not be closed."""
        return self.window or (self.is_proved_by_total and told.total is None)

    def parse(self, body: bytes, content_type: str, url: str, board: listing.Board, /) -> listing.Page:
        """The page that an answer is; NotAListing for any other answer."""
        answer = self.load(body, content_type)
        rows = self.rows_of(answer)
        total = fields.number(fields.at(answer, self.total)) if self.total else None
        told = Told(answer, rows, total, url, board)
        shown = [row for row in rows if not self.is_hidden(fields.mapping(row))]
        return listing.page_of(
            shown,
            lambda row: self.listed(row, told),
            advertised=told.total,
            hidden=len(rows) - len(shown),
            next_url=self.next_url(told),
            complete=self.is_complete(told),
            window=self.is_window(told),
        )

    # -- a board

    def first_url(self, endpoint: str, token: str) -> str:
        """Where the list of a board begins."""
        path = self.path_of_all if self.path_of_all and token == "all" else self.path
        name, _, instance = unquote(token).partition("|")
        if self.host_eu and instance == "eu":
            return listing.board_url(endpoint or self.host_eu, path, name)
        return listing.board_url(endpoint or self.host, path, token)

    def headers(self) -> dict[str, str]:
        """What its own host alone is told."""
        return {}

    def instead(self, _board: listing.Board, _url: str, _status: int, _location: str, /) -> listing.Page | None:
        """No answer but 200 is a page."""
        return None

    def is_no_board(self, status: int, body: bytes, /) -> bool:
        """A 404 of the service itself, or what `no_board` names."""
        return status in self.no_board or listing.is_missing_page(status, body)


class OwnPages(Usual):
    """A list without texts: each posting has an answer of its own, which `posting` reads as well."""

    def detail_url(self, endpoint: str, token: str, posting: Posting, /) -> str:
        """Where a posting stands with its text."""
        path = self.detail_path.replace("{id}", listing.quoted_token(posting.external_id))
        return listing.board_url(endpoint or self.host, path, token)

    def load_detail(self, body: bytes, content_type: str, /) -> Row:
        """The object that holds a posting, {} where there is none."""
        return fields.mapping(fields.at(listing.load_json(body, content_type), self.detail))

    def is_detail(self, row: Row, _posting: Posting, /) -> bool:
        """Whether it is the posting that was asked for, with its text."""
        return self.detail_mark in row

    def parse_detail(self, body: bytes, content_type: str, posting: Posting, /) -> Posting:
        """The posting with what its own page fills; NotAListing for any other answer."""
        row = self.load_detail(body, content_type)
        if not self.is_detail(row, posting):
            raise listing.NotAListing(self.detail_due)
        return fields.with_more(posting, self.posting(row))

    def is_gone(self, status: int, body: bytes, /) -> bool:
        """What a posting that is no more says."""
        return listing.is_gone_page(status, body)
