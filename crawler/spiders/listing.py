"""What every platform module shares: one HTTP answer comes in, one `Page` of clean postings goes out.

A platform is a small class with `first_url`, `parse` and `is_no_board`; it fetches nothing and imports no Scrapy. Its
answers are data from strangers: any field may be missing or of another type. Such a field reads as empty; a row without
an id or a title is reported in `Page.malformed`; an answer that is not this platform's list raises `NotAListing`.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import escape
from typing import Any, Final, NoReturn, Protocol, runtime_checkable
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser

from crawler.hygiene import clean
from store.posting import Place, Posting

UNSAFE = frozenset("/\\?#")
ID_CAP: Final = 200
MOST_ROWS: Final = 50_000  # the largest board known has some thousands
MOST_ADVERTISED: Final = 2**31 - 1
MOST_MARKUP: Final = 20_000  # characters of a small piece of HTML; parsing costs the square of its depth
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EMPTY: Final[tuple[Any, ...]] = (None, "", [], {})
BYTE_ORDER_MARKS: Final = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
_TYPED = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,12})(?:[.,](\d{1,2}))?")
_DIV = re.compile(r"<div\b|</div\s*>", re.I)


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
    """What the engine needs of a platform; its module ends with `PLATFORM = ItsClass()`.

    `host` is where it lives; `{token}` stands in it where each board has a host of its own.
    """

    name: str
    host: str
    parser_version: int

    def first_url(self, endpoint: str, token: str) -> str: ...
    def parse(self, body: bytes, content_type: str, url: str, board: Board, /) -> Page: ...
    def is_no_board(self, status: int, body: bytes, /) -> bool: ...


@runtime_checkable
class Keyed(Platform, Protocol):
    """A platform that wants a key: headers for its own host, from the environment."""

    def headers(self) -> dict[str, str]: ...


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
    for number, row in enumerate(rows, 1):
        try:
            posting = _usable(row, read)
            if postings.setdefault(posting.external_id, posting) != posting:
                raise Unusable("listed twice with different content")
        except Exception as reason:  # noqa: BLE001  whatever a stranger's row breaks, the other rows are read
            malformed.append(
                f"{_row_name(row, number)}: {reason if isinstance(reason, Unusable) else type(reason).__name__}"
            )
    return list(postings.values()), malformed


def page_of(
    rows: list[Any],
    read: Callable[[dict[str, Any]], Posting],
    *,
    advertised: float | None = None,
    hidden: int = 0,
    next_url: str | None = None,
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
        next_urls=(next_url,) if next_url else (),
        complete=complete,
        window=window,
    )


def next_page_url(url: str, step: int) -> str:
    """The same address with `skip` moved on by `step`."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    skip = query.get("skip", "")
    query["skip"] = str(step + (int(skip) if skip.isascii() and skip.isdigit() and len(skip) < 9 else 0))
    return urlunsplit(parts._replace(query=urlencode(query), fragment=""))


def is_missing_page(status: int, body: bytes) -> bool:
    """A 404 of the service itself; one with an HTML page may come from anything in between."""
    return status == 404 and not body.lstrip().startswith(b"<")


def is_gone_page(status: int, _body: bytes) -> bool:
    """404 and 410 say that a posting of its own page is no more."""
    return status in (404, 410)


def text(value: Any) -> str:
    """A string as it is, a number as digits, anything else ''."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def native_id(value: Any) -> str:
    """An id as text; '' for anything but a string or an integer of at most 200 characters."""
    told = text(value).strip() if not isinstance(value, float) else ""
    return told if len(told) <= ID_CAP else ""


def number(value: Any) -> float | None:
    """A number as float, None for anything else (also for true and false)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e300 else None


def mapping(value: Any) -> dict[str, Any]:
    """A JSON object, {} for anything else."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """A JSON array, [] for anything else."""
    return value if isinstance(value, list) else []


def texts(value: Any, key: str) -> list[str]:
    """The trimmed non-empty texts under `key` in an array of objects."""
    told = (text(mapping(part).get(key)).strip() for part in items(value))
    return [part for part in told if part]


def places_of(labels: Iterable[str]) -> tuple[Place, ...]:
    """Places of printed labels, each once, in their order."""
    return tuple(Place(label=label) for label in dict.fromkeys(label.strip() for label in labels) if label)


def iso_time(value: Any) -> datetime | None:
    """Aware UTC time of an ISO 8601 text with offset; None without an offset or outside 1990-2099."""
    try:
        at = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo is not None and 1990 <= at.year < 2100 else None


def epoch_ms_time(value: Any) -> datetime | None:
    """Aware UTC time of milliseconds since 1970; None outside 1990-2099."""
    ms = number(value)
    if ms is None or not 631_152_000_000 <= ms < 4_102_444_800_000:
        return None
    return EPOCH + timedelta(milliseconds=ms)


def spaced_time(value: Any) -> datetime | None:
    """Aware UTC time of `2026-08-05 10:10:39 UTC`; None for anything else."""
    told = text(value).strip()
    return iso_time(told.removesuffix("UTC").strip() + "+00:00") if told.endswith("UTC") else None


def day_time(value: Any) -> datetime | None:
    """Aware UTC midnight of a day or of an ISO time without a zone; None for anything else."""
    return iso_time(f"{text(value).strip()[:10]}T00:00:00+00:00")


def rfc822_time(value: Any) -> datetime | None:
    """Aware UTC time of a mail or feed date with a zone; None for anything else."""
    try:
        at = parsedate_to_datetime(text(value))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return iso_time(at.isoformat())


def typed_number(value: Any) -> float | None:
    """A number, also one that was typed as text ("60000", "60,000", "18.50", "18,50"); None for anything else."""
    told = _TYPED.fullmatch(text(value).strip())
    return float(f"{told[1].replace(',', '')}.{told[2] or 0}") if told else number(value)


def left_over(row: dict[str, Any], used: frozenset[str]) -> dict[str, Any]:
    """The keys of a row that no field of a posting holds, empty ones left out."""
    return {key: value for key, value in row.items() if key not in used and value not in EMPTY}


def html_of(plain: str) -> str:
    """Plain text as HTML with its line breaks."""
    return escape(plain, quote=False).replace("\n", "<br>")


def plain_of(html: str) -> str:
    """The text of a small piece of HTML on one line."""
    body = LexborHTMLParser(html[:MOST_MARKUP]).body if "<" in html or "&" in html else None
    return " ".join((body.text(separator=" ") if body else html).split())


def cut_div(html: str, css_class: str) -> tuple[str, str]:
    """(inner HTML of the first `div` of that class, the rest); ('', html) when there is none or it does not end.

    Cut in the text, not in a parsed tree: what is kept stays as printed, whatever version of a parser is installed.
    """
    named = rf"(?<![\w-]){css_class}(?![\w-])"
    opening = re.search(rf"<div[^<>]{{0,300}}?\bclass=[\"'][^\"'<>]{{0,300}}?{named}[^<>]*>", html)
    if opening is None:
        return "", html
    depth = 1
    for tag in _DIV.finditer(html, opening.end()):
        depth += -1 if tag[0].startswith("</") else 1
        if depth == 0:
            return html[opening.end() : tag.start()], html[: opening.start()] + html[tag.end() :]
    return "", html


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
