"""One number as money: its value, the currency mark beside it and its scale, seen in a short slice around it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from analytics.pay_currency import (
    DOLLAR,
    RAND,
    currencies,
    mark_codes,
    mark_ends,
    mark_patterns,
    mark_starts,
)
from analytics.pay_table import is_step

_THOUSANDS = re.compile(r"\d{1,3}(?:([,.'’ ])\d{3})(?:\1\d{3}){0,3}(?:[.,]\d{1,2})?|\d{1,2}(?:,\d{2}){1,3},\d{3}")
_DECIMALS = re.compile(r"\d{1,9}[.,]\d{1,2}")
SCALES = {
    **dict.fromkeys(("k", "tsd", "tys", "thousand", "tis", "mil"), 1e3),
    **dict.fromkeys(("m", "mm", "mn", "million", "millions", "mio", "mln", "millionen"), 1e6),
    **dict.fromkeys(("b", "bn", "billion", "billions", "mrd", "milliarden", "milliards"), 1e9),
    **dict.fromkeys(("t", "tn", "trillion", "trillions"), 1e12),
    **dict.fromkeys(("l", "lpa", "lakh", "lakhs", "lac", "lacs"), 1e5),
    **dict.fromkeys(("cr", "crore", "crores"), 1e7),
    **dict.fromkeys(("万", "만"), 1e4),  # ten thousand, of yen and of won
}
_WORD_SCALES = "|".join(sorted((re.escape(s) for s in SCALES if len(s) > 1 and s.isascii()), key=len, reverse=True))
_SCALE = re.compile(
    rf"(?P<near>[kKmMbBtTL])(?:(?=(?:EUR|USD|GBP|CHF|PLN)\b)|(?![^\W_]))"
    rf"|[ ]?-?(?P<word>T(?=€|EUR\b)|[kK](?=€|£|(?:EUR|USD|GBP|CHF|PLN)\b)"
    rf"|(?:[kKL]|(?i:{_WORD_SCALES}))(?![^\W_]))\.?|(?P<wan>[万만])"
)
_SCALE_STARTS = frozenset("kKmMbBtTlLcC万만")
OWN_SCALES = frozenset(("k", "lpa", "lakh", "lakhs", "lac", "lacs", "crore", "crores", "万", "만"))  # mean money alone
_CLOSERS = frozenset(",.")
_COMMON_MARKS = frozenset("$€£")
_NO_GROUPS = {ord(char): None for char in ",.'’ "}
_CLOSE = re.compile(r"(?:[.,][-–—])(?!\d)")
_NOT_MONEY = re.compile(
    r" ?(?:%|percent|prozent|\+? ?(?:x|years?|yrs?|months?|weeks?|days?|hours?|hrs?|employees|people|users|customers"
    r"|jahre|ans|tage|jours|st|nd|rd|th)\b|:\d|/\d(?!\d{0,2}(?: ?[kK]\b|[.,]\d{3}))|[kK]?\(k\)|\([bk]\))",
    re.I,
)


@dataclass(slots=True)  # not frozen, which makes it three times as fast to make; nobody changes one
class Amount:
    """One number as money: `value` in major units, `mark` the currency mark as printed ("" for a bare number)."""

    value: float
    mark: str
    scale: str  # "k", "million", "lpa", lower case
    grouped: bool  # 120,000: a number no one writes for a year or a phone
    start: int
    end: int


def amounts_of(text: str, spans: Iterable[tuple[int, int]]) -> list[Amount]:
    """The numbers there that are money."""
    found: list[Amount] = []
    for start, end in spans:
        told = _of_window(text[max(0, start - 9) : start], text[start:end], text[end : end + 26])
        if told is not None:
            value, mark, scale, grouped, back, used = told
            amount = Amount(value, mark, scale, grouped, start - back, end + used)
            if not is_step(text, amount):
                found.append(amount)
    return found


def _of_window(head: str, printed: str, tail: str) -> tuple[float, str, str, bool, int, int] | None:
    """Of the amount printed between two bits of text: value, mark, scale, grouped, and how far it reaches into them."""
    value, grouped = _value(printed)
    if value is None:
        return None
    mark, back = _mark_before(head, grouped or tail[:1] in ("k", "K", "m"))
    scale_found = _SCALE.match(tail) if tail.lstrip(" -")[:1] in _SCALE_STARTS else None
    scale = (scale_found["near"] or scale_found["word"] or scale_found["wan"]).lower() if scale_found else ""
    if scale and not _is_scale(printed, scale, scale_found, mark, tail):
        scale, scale_found = "", None
    if not mark and not scale and _NOT_MONEY.match(tail):
        return None
    used = scale_found.end() if scale_found else 0
    closed = _CLOSE.match(tail, used) if tail[used : used + 1] in _CLOSERS else None
    used = closed.end() if closed else used
    mark_after = _mark_after(tail, used + (tail[used : used + 1] == "+"))
    if scale == "t" and mark_after and mark_codes()[mark_after["mark"]] == "EUR":
        scale = "tsd"  # T€, TEUR
    if mark_after and (not mark or mark_codes()[mark] == DOLLAR):
        mark = mark_after["mark"] if mark_after["mark"] != DOLLAR or not mark else mark
        used = mark_after.end()
    elif mark_after:
        used = mark_after.end()
    return value * SCALES.get(scale, 1.0), mark, scale, grouped, back, used


def _mark_after(tail: str, used: int) -> re.Match[str] | None:
    is_start = tail[used : used + 3].lstrip(" (")[:1] in mark_starts()
    return mark_patterns()[1].match(tail, used) if is_start else None


def _is_scale(printed: str, scale: str, found: re.Match[str] | None, mark: str, tail: str) -> bool:
    if printed in ("401", "403", "457") or found is None:
        return False
    if scale in OWN_SCALES or len(scale) > 2:
        return True
    return bool(mark) or mark_patterns()[1].match(tail, found.end()) is not None


def _mark_before(head: str, grouped: bool) -> tuple[str, int]:
    """The mark at the end of what stands before a number, and how many characters it begins before that end."""
    if head[-1:] in _COMMON_MARKS and not head[-2:-1].isalpha() and not head[:-1].rstrip(" :")[-1:].isupper():
        return head[-1:], 1  # no capitals before it: no other dollar than the plain one
    two = head.rstrip(" :")[-2:]
    if not (two in mark_ends() or two[-1:] in mark_ends()) or (head[-1].isspace() and head[-1] != " "):
        return "", 0
    found = mark_patterns()[0].search(head)
    if found is None or (found["mark"] == RAND and not grouped):
        return "", 0
    mark, code = found["mark"], found["code"]
    if code and code in currencies() and mark_codes()[mark] == DOLLAR:
        mark = code
    return mark, len(head) - found.start()


def _value(printed: str) -> tuple[float | None, bool]:
    """The number behind "120,000", "70.000", "1,5", "28,00,000", and whether it has groups of thousands."""
    if printed.isdigit():
        return (float(printed), False) if len(printed) <= 10 else (None, False)
    if _THOUSANDS.fullmatch(printed) and not printed.startswith("0"):
        whole, decimals = printed, ""
        if printed[-3] in ".," or printed[-2] in ".,":
            cut = max(printed.rfind("."), printed.rfind(","))
            whole, decimals = printed[:cut], printed[cut + 1 :]
        digits = whole.translate(_NO_GROUPS)
        return (float(f"{digits}.{decimals or 0}"), True) if len(digits) <= 13 else (None, False)
    if _DECIMALS.fullmatch(printed):
        return float(printed.replace(",", ".")), False
    return None, False
