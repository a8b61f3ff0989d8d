"""The one boundary that every posting passes before it leaves a spider.

Both database engines must keep the same text and find it again: PostgreSQL refuses NUL and lone surrogates, SQLite
stores a NUL and then fails to match behind it, JSON columns refuse NaN. So text becomes NFC without control characters,
lengths and numbers are bounded, and contacts are masked. `clean` is idempotent.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from crawler.contacts import mask
from store.posting import Pay, Place, Posting

TITLE_CAP: Final = 500
LABEL_CAP: Final = 300
RAW_CAP: Final = 1_000
URL_CAP: Final = 2_048
BODY_CAP_BYTES: Final = 1024 * 1024
SERVED_CAP_BYTES: Final = 16_384
SERVED_TEXT_CAP: Final = 2_000
SERVED_ITEMS_CAP: Final = 100
SERVED_DEPTH_CAP: Final = 6
AGAIN_CAP: Final = 16_384
AMOUNT_CAP: Final = 1e12
EXACT_INT_CAP: Final = 2**53  # larger integers do not survive a JSON column
CUT_KEY: Final = "_cut"  # names in `served` the texts that were longer than their cap

_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
_CONTROL_BYTES = bytes(b for b in (*range(9), *range(11, 32), 127))
_DROPPED = re.compile(f"[{_CONTROL}]")
_NONCHARACTERS = "".join(chr(plane * 0x10000 + low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
_UNSTORABLE = re.compile(f"[\ud800-\udfff\ufdd0-\ufdef{_NONCHARACTERS}]")
_SUSPECT_BYTES = (b"\xbf\xbe", b"\xbf\xbf", b"\xef\xb7")  # in the UTF-8 form of every noncharacter
_MARKS = [chr(code) for code in range(0x300, 0x1E950) if unicodedata.combining(chr(code))]
_LOW, _ALL = "".join(mark for mark in _MARKS if mark < "\U00010000"), "".join(_MARKS)
_MARK_FLOOD = re.compile(f"[{_ALL}][{_ALL}]{{29}}[{_ALL}]++")
_FLOOD_HINT = re.compile(f"[{_LOW}\U00010000-\U0001ffff][{_LOW}\U00010000-\U0001ffff]{{30}}")  # much faster, too wide
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TERMINAL = re.compile("(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b]*|\x1b.")
_FORMULA = "=+-@ "
_WEB = re.compile(r"https?://[^\s/?#]", re.I)


def clean(posting: Posting) -> Posting:
    """The same posting, fit for both engines: NFC, no control characters, within caps, contacts masked.

    A body over its cap is cut and named under `served["_cut"]`. `external_id` and `title` may come back empty when
    nothing usable was in them; the caller counts such a row as malformed.
    """
    bodies = {name: clean_body(getattr(posting, name)) for name in ("body_html", "intro_html", "conclusion_html")}
    cut = sorted(name for name, (_, is_cut) in bodies.items() if is_cut)
    labels = ("company", "work_mode", "employment", "department", "team", "requisition", "opening", "language")
    texts: dict[str, Any] = {name: clean_label(getattr(posting, name)) for name in labels}
    texts |= {name: text for name, (text, _) in bodies.items()}
    return replace(
        posting,
        external_id=_without_bidi(posting.external_id).strip()[:LABEL_CAP].strip(),
        title=clean_label(posting.title, TITLE_CAP),
        url=clean_url(posting.url),
        deadline_at=clean_label(posting.deadline_at),
        places=tuple(place for place in map(clean_place, posting.places) if place != Place()),
        pay=tuple(map(clean_pay, posting.pay)),
        served=clean_served({CUT_KEY: cut} | posting.served if cut else posting.served),
        **texts,
    )


def clean_text(text: str) -> str:
    """NFC text without control characters (tab and newline stay); what no engine can store becomes U+FFFD."""
    if not _is_storable(text):
        text = _DROPPED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        text = _UNSTORABLE.sub("\ufffd", text)
    return text if text.isascii() else _normal(text)


def clean_label(text: str, cap: int = LABEL_CAP) -> str:
    """A masked one-field text: trimmed, at most `cap` characters, without marks that reverse the reading direction."""
    return _clean_short(text, cap) if len(text) <= LABEL_CAP else _clean_label(text, cap)


def clean_name(text: str) -> str:
    """A name that somebody wrote into a file or a command: a label in one printable line, without the sequences that
    terminals obey and the beginnings that spreadsheets run. May come back empty.
    """
    text = _TERMINAL.sub("", text[: 4 * LABEL_CAP])
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return clean_label(line.lstrip(_FORMULA)).lstrip(_FORMULA)


@lru_cache(maxsize=16_384)  # countries, departments and teams come by the hundred; long texts are not kept
def _clean_short(text: str, cap: int) -> str:
    return _clean_label(text, cap)


def _clean_label(text: str, cap: int) -> str:
    if not text:
        return ""
    text = _without_bidi(text).strip()
    told = mask(text[:cap]).strip()
    while told != text:  # a cut can leave a number that looks like a phone number where there was a longer one
        text, told = told, mask(told[:cap]).strip()
    return told


def clean_body(text: str) -> tuple[str, bool]:
    """A masked text of at most 1 MiB of UTF-8, and whether it had to be cut."""
    return _clean_again(text) if len(text) <= AGAIN_CAP else _clean_body(text)


@lru_cache(maxsize=2048)  # an employer's introduction stands in all its postings, and a posting in two crawls
def _clean_again(text: str) -> tuple[str, bool]:
    return _clean_body(text)


def _clean_body(text: str) -> tuple[str, bool]:
    if not text:
        return "", False
    text = clean_text(text)
    shorter = _first_bytes(text)
    is_cut = len(shorter) < len(text)
    told = mask(shorter)
    while told != text:
        text, told = told, mask(_first_bytes(told))
    return told, is_cut


def clean_url(text: str) -> str:
    """An http(s) address of at most 2,048 characters, otherwise ''."""
    url = clean_label(text, URL_CAP + 1)
    return url if len(url) <= URL_CAP and _WEB.match(url) else ""


def clean_place(place: Place) -> Place:
    """The place with clean labels."""
    return Place(
        label=clean_label(place.label),
        city=clean_label(place.city),
        region=clean_label(place.region),
        country=clean_label(place.country),
    )


def clean_pay(pay: Pay) -> Pay:
    """The pay statement with finite bounded amounts, a three-letter currency or '', and clean labels."""
    return replace(
        pay,
        low=clean_amount(pay.low),
        high=clean_amount(pay.high),
        currency=clean_currency(pay.currency),
        label=clean_label(pay.label),
        raw=clean_label(pay.raw, RAW_CAP),
    )


def clean_amount(value: float | None) -> float | None:
    """A finite amount from 0 to 1e12, otherwise None (the platform's own words stay in `raw`)."""
    if value is None or not 0 <= value <= AMOUNT_CAP:
        return None
    return float(value)


def clean_currency(text: str) -> str:
    """Three ASCII letters in upper case, otherwise ''."""
    code = text.strip().upper()
    return code if len(code) == 3 and code.isascii() and code.isalpha() else ""


def clean_served(served: dict[str, Any]) -> dict[str, Any]:
    """Left-over keys of a platform, masked through all levels; the largest are left out beyond 16 KiB in all."""
    told = _clean_value(served, 0)
    sizes = {key: len(json.dumps({key: value}, ensure_ascii=False).encode()) for key, value in told.items()}
    kept, used = set(), 0
    for key in sorted(sizes, key=lambda key: (key != CUT_KEY, sizes[key], key)):
        used += sizes[key]
        if used <= SERVED_CAP_BYTES:
            kept.add(key)
    return {key: value for key, value in told.items() if key in kept}


def _clean_value(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return clean_label(value, SERVED_TEXT_CAP)
    if isinstance(value, dict):
        return _clean_items(value, depth)
    if isinstance(value, list):
        return [_clean_value(part, depth + 1) for part in value[:SERVED_ITEMS_CAP]] if depth < SERVED_DEPTH_CAP else []
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int) and abs(value) > EXACT_INT_CAP:
        return str(value)[:LABEL_CAP]
    return value


def _clean_items(value: dict[Any, Any], depth: int) -> dict[str, Any]:
    if depth >= SERVED_DEPTH_CAP:
        return {}
    items = list(value.items())[:SERVED_ITEMS_CAP]
    return {clean_label(str(key)): _clean_value(part, depth + 1) for key, part in items}


def _is_storable(text: str) -> bool:
    """A cheap test that nearly all texts pass: no control byte and no byte pair of a noncharacter in the UTF-8 form."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return False
    return len(data.translate(None, _CONTROL_BYTES)) == len(data) and not any(mark in data for mark in _SUSPECT_BYTES)


def _normal(text: str) -> str:
    """NFC. Runs of combining marks are cut to 30 before, since sorting them takes quadratic time, and after."""
    if not _FLOOD_HINT.search(text):
        return unicodedata.normalize("NFC", text)
    text = _MARK_FLOOD.sub(_first_marks, text)
    return _MARK_FLOOD.sub(_first_marks, unicodedata.normalize("NFC", text))


def _first_marks(match: re.Match[str]) -> str:
    return match[0][:30]


def _without_bidi(text: str) -> str:
    return clean_text(text if text.isascii() else _BIDI.sub("", text))


def _first_bytes(text: str) -> str:
    if len(text) * 4 <= BODY_CAP_BYTES:
        return text
    data = text.encode()
    return text if len(data) <= BODY_CAP_BYTES else data[:BODY_CAP_BYTES].decode(errors="ignore")
