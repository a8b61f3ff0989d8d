"""What the fields of a stranger's row hold: any of them may be missing or of another type, and then reads as empty."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import escape
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser

from store.posting import Place, Posting

ID_CAP: Final = 200
MOST_MARKUP: Final = 20_000  # characters of a small piece of HTML; parsing costs the square of its depth
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EMPTY: Final[tuple[Any, ...]] = (None, "", [], {})
_DIV = re.compile(r"<div\b|</div\s*>", re.I)
_TYPED = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,12})(?:[.,](\d{1,2}))?")


def keys(told: str) -> dict[str, str]:
    """`title url=careers_url` as ours -> theirs."""
    pairs = (pair.partition("=") for pair in told.split())
    return {ours: theirs or ours for ours, _, theirs in pairs}


def names(told: str) -> frozenset[str]:
    """The words as a set of keys."""
    return frozenset(told.split())


def posting(
    row: dict[str, Any],
    named: dict[str, str],
    used: frozenset[str] = frozenset(),
    *,
    posted: tuple[datetime | None, str] = (None, ""),
    **told: Any,
) -> Posting:
    """A posting whose text fields stand in the row under `named` (ours -> theirs); `told` holds the others.

    Its id, where `told` has none, is the row's under `named["external_id"]` or `id`. What neither names goes to
    `served`, what is in `used` left out. `posted` is a time, or None, and its basis.
    """
    values: dict[str, Any] = {ours: text(row.get(theirs)) for ours, theirs in named.items()}
    values["external_id"] = native_id(row.get(named.get("external_id", "id")))
    values["served"] = left_over(row, used.union(named.values(), ("id",)))
    if posted[0] is not None:
        values |= {"posted_at": posted[0], "posted_basis": posted[1]}
    return Posting(**values | told)


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
