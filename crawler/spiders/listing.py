"""What every platform module shares: one HTTP answer comes in, one `Page` of clean postings goes out.

A platform is a small class; it fetches nothing and imports no Scrapy. Its answers are data from strangers: any field
may be missing or of another type. Such a field reads as empty; a row without an id or a title is reported in
`Page.malformed`; an answer that is not this platform's list raises `NotAListing`.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn, Protocol, runtime_checkable
from urllib.parse import quote, unquote

from crawler.hygiene import clean
from crawler.spiders.fields import ID_CAP, native_id
from store.posting import Posting

UNSAFE = frozenset("/\\?#")
MOST_ROWS: Final = 50_000  # the largest board known has some thousands
MOST_ADVERTISED: Final = 2**31 - 1
BYTE_ORDER_MARKS: Final = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)


class NotAListing(ValueError):
    """The answer is not a list of this platform; `reason` says what it is instead."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unusable(ValueError):
    """A row that cannot become a posting; the message says why."""


@dataclass(frozen=True, slots=True)
class Board:
    """One employer's list on one platform, as in `boards.csv`."""

    platform: str
    token: str
    company: str = ""
    sector: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer of a platform, read.

    A board was seen whole when every page of it is `complete`, all of their `next_urls` were read, and as many rows
    were listed as any of them advertised.
    """

    postings: list[Posting]
    listed: int  # rows on the page, unlisted and malformed ones included
    advertised: int | None = None  # the total that the platform claims
    hidden: int = 0  # rows marked as not listed, left out
    malformed: list[str] = field(default_factory=list)  # "id or row number: reason"
    next_urls: tuple[str, ...] = ()
    complete: bool = True  # False when the page itself shows that rows are missing
    window: bool = False  # True for the newest rows of many: what left it need not be closed


class Platform(Protocol):
    """What the engine needs of a platform; its module ends with `PLATFORM = ItsClass()`. Most are a `usual.Usual`.

    `host` is where it lives; `{token}` stands in it where each board has a host of its own. `accept` is what its
    answers are. `too_often` are the statuses that say what 429 says elsewhere. `overlaps` where several pages may name
    the same further one.
    """

    name: str
    host: str
    accept: str
    too_often: tuple[int, ...]
    overlaps: bool
    parser_version: int

    def first_url(self, endpoint: str, token: str) -> str: ...
    def headers(self) -> dict[str, str]:
        """What its own host alone is told, as a key from the environment."""
        ...

    def parse(self, body: bytes, content_type: str, url: str, board: Board, /) -> Page: ...
    def instead(self, board: Board, url: str, status: int, location: str, /) -> Page | None:
        """The page that an answer other than 200 stands for, None where it stands for none."""
        ...

    def is_no_board(self, status: int, body: bytes, /) -> bool: ...


@runtime_checkable
class Detailed(Platform, Protocol):
    """A platform whose list lacks the texts: each posting that may matter has an answer of its own."""

    def detail_url(self, endpoint: str, token: str, posting: Posting, /) -> str: ...
    def parse_detail(self, body: bytes, content_type: str, posting: Posting, /) -> Posting: ...
    def is_gone(self, status: int, body: bytes, /) -> bool: ...


def load_json(body: bytes, content_type: str = "") -> Any:
    """The JSON value of an answer; raises `NotAListing` for HTML, broken JSON, wrong encodings, NaN, deep nesting."""
    if "html" in content_type.lower():
        raise NotAListing("served as HTML where JSON is due")
    text = _decoded(body)
    if not text.strip():
        raise NotAListing("empty body")
    if text.lstrip().startswith("<"):
        raise NotAListing("HTML or XML where JSON is due")
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
    except RecursionError:
        raise NotAListing("JSON nested too deep") from None
    except json.JSONDecodeError as error:
        raise NotAListing(f"broken JSON: {error.msg} at character {error.pos}") from None
    except NotAListing:
        raise
    except ValueError:
        raise NotAListing("JSON with a number too long to read") from None


def board_url(endpoint: str, path: str, token: str) -> str:
    """The address of a board; `endpoint` or `path` holds `{token}`. ValueError for a token that would leave it."""
    return (endpoint.rstrip("/") + path).replace("{token}", quoted_token(token))


def post_url(url: str, value: Any) -> str:
    """The name of a POST of a JSON value, used wherever a URL is: the fragment, which is never sent, holds the body."""
    return f"{url}#{json.dumps(value, sort_keys=True, separators=(',', ':'))}"


def quoted_token(token: str) -> str:
    """The token quoted once for a URL path, also when it came quoted; ValueError when it could change the path."""
    plain = unquote(token, errors="strict")
    if not plain.strip() or len(plain) > ID_CAP:
        raise ValueError(f"board token {token!r} is empty or longer than {ID_CAP} characters")
    if ".." in plain or plain == "." or not plain.isprintable() or not UNSAFE.isdisjoint(plain):
        raise ValueError(f"board token {token!r} holds a slash, '..', '?', '#' or a control character")
    return quote(plain, safe="")


def read_rows(rows: Iterable[Any], read: Callable[[dict[str, Any]], Posting]) -> tuple[list[Posting], list[str]]:
    """Clean postings of the usable rows, and for each of the others its id or row number with the reason."""
    postings: dict[str, Posting] = {}
    malformed = []
    for at, row in enumerate(rows, 1):
        try:
            posting = _usable(row, read)
            if postings.setdefault(posting.external_id, posting) != posting:
                raise Unusable("listed twice with different content")
        except Exception as reason:  # noqa: BLE001  whatever a stranger's row breaks, the other rows are read
            malformed.append(
                f"{_row_name(row, at)}: {reason if isinstance(reason, Unusable) else type(reason).__name__}"
            )
    return list(postings.values()), malformed


def page_of(
    rows: list[Any],
    read: Callable[[dict[str, Any]], Posting],
    *,
    advertised: float | None = None,
    hidden: int = 0,
    next_url: str | None = None,
    next_urls: Iterable[str] = (),
    complete: bool = True,
    window: bool = False,
) -> Page:
    """The page of these rows; `hidden` more were served but are not listed. NotAListing for more than any board has."""
    if len(rows) > MOST_ROWS:
        raise NotAListing(f"{len(rows)} rows in one list")
    postings, malformed = read_rows(rows, read)
    return Page(
        postings=postings,
        listed=len(rows) + hidden,
        advertised=int(advertised) if advertised is not None and 0 <= advertised <= MOST_ADVERTISED else None,
        hidden=hidden,
        malformed=malformed,
        next_urls=(next_url,) if next_url else tuple(next_urls),
        complete=complete,
        window=window,
    )


def number_in(url: str, name: str, otherwise: int) -> int:
    """The number that the query of an address holds under `name`, of at most six digits; `otherwise` without one."""
    told = _under(name).search(url)
    return int(told[0]) if told else otherwise


def with_number(url: str, name: str, number: int) -> str:
    """The same address with another number under `name`; as it is where it holds none."""
    return _under(name).sub(str(number), url)


def page_after(url: str, n_rows: int, n_pages: float, name: str = "page", first: int = 1) -> str | None:
    """The next of `n_pages` whose number, from `first` on, the address tells; None behind the last or an empty one."""
    n_read = number_in(url, name, first - 1) - first + 1
    return with_number(url, name, n_read + first) if n_rows and 0 < n_read < n_pages else None


def rows_after(url: str, n_rows: int, size: float, total: float | None, name: str = "offset") -> str | None:
    """The next page where the address tells the number of the first row; without a total a full page leads on."""
    first = number_in(url, name, -1)
    leads_on = n_rows >= size if total is None else first + n_rows < total
    return with_number(url, name, first + n_rows) if first >= 0 and n_rows and leads_on else None


def is_missing_page(status: int, body: bytes) -> bool:
    """A 404 of the service itself; one with an HTML page may come from anything in between."""
    return status == 404 and not body.lstrip().startswith(b"<")


def is_gone_page(status: int, _body: bytes) -> bool:
    """404 and 410 say that a posting of its own page is no more."""
    return status in (404, 410)


def _usable(row: Any, read: Callable[[dict[str, Any]], Posting]) -> Posting:
    if not isinstance(row, dict):
        raise Unusable(f"{type(row).__name__} where an object is due")
    posting = clean(read(row))
    if not posting.external_id:
        raise Unusable("no usable id")
    if not posting.title:
        raise Unusable("no title")
    return posting


def _row_name(row: Any, number: int) -> str:
    told = native_id(row.get("id")) if isinstance(row, dict) else ""
    return told if told.isprintable() and told else f"row {number}"


def _under(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=[?&]{name}=)\d{{1,6}}(?!\d)")


def _decoded(body: bytes) -> str:
    encoding = next((name for mark, name in BYTE_ORDER_MARKS if body.startswith(mark)), "utf-8")
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotAListing(f"not {encoding.upper().removesuffix('-SIG')}: byte {error.start}") from None


def _refuse_constant(name: str) -> NoReturn:
    raise NotAListing(f"{name} is no JSON number")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise NotAListing(f"number out of range: {digits[:40]}")
    return value
