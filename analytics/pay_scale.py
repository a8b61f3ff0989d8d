"""The points of a public salary scale: many amounts in one row that together are one range."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analytics.pay_table import Amount
from analytics.pay_words import has_any

_LEAST_POINTS = 4
_STEP = 1.2  # from one point to the next
_HEAD_CHARS = 140
_WORDS = ("scale", "spine", "schaal", "skala", "grille", "escala", "points")
# "€63,006, €64,697 LSI1, €66,386 LSI2" (long service increments); in cells or lines too
_JOINT = re.compile(
    r"[ ]?\(?(?:LSI ?\d?|\d(?:st|nd|rd) LSI ?\d?|NMAX|max)?\)?\*?[ ]?(?:[,;/|–—-]|\n)?\s{0,2}(?:and )?", re.I
)


def points(text: str, amounts: Sequence[Amount]) -> int:
    """How many amounts from the first on are the rising points of one scale, 0 where they are none."""
    if len(amounts) < _LEAST_POINTS:
        return 0
    last = 0
    while last + 1 < len(amounts) and _goes_on(text, amounts[last], amounts[last + 1]):
        last += 1
    if last + 1 < _LEAST_POINTS:
        return 0
    head = text[max(0, amounts[0].start - _HEAD_CHARS) : amounts[0].start].lower()
    return last + 1 if has_any(head, _WORDS) else 0


def _goes_on(text: str, one: Amount, other: Amount) -> bool:
    is_rising = one.grouped and other.grouped and one.value < other.value <= _STEP * one.value
    return is_rising and one.mark == other.mark and _JOINT.fullmatch(text[one.end : other.start][:24]) is not None
