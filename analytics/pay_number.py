"""The numbers of a text that may be money: those that a sign beside them marks as such, and those next to one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analytics.pay_currency import sign_pattern

MAX_NUMBERS = 1000
_NEAR_CHARS = 24  # the most that can stand between the ends of a range where a mark stands at one end only

_DIGITS = bytes(48 if 48 <= code < 58 else 32 for code in range(256))
_NUMBER = re.compile(
    r"[0-9](?:[0-9]{0,2}(?:(?:[,.'’][0-9]{2,3}){1,4}+"
    r"|(?: [0-9]{3}){1,3}+(?:,[0-9]{2})?+(?![,.'’ ]?[0-9]))(?![0-9])(?:[.,][0-9]{1,2}(?![0-9]))?"
    r"|[0-9]*+(?:[.,][0-9]{1,2}(?![0-9]))?)"
)


def marked(text: str) -> tuple[list[tuple[int, int]], bool]:
    """Bounds of the numbers that a sign marks as money, and of the numbers beside those; whether some were left out."""
    kept: list[tuple[int, int]] = []
    last: tuple[int, int] | None = None  # the number before, when nothing marked it
    open_to = -1  # a number up to here may be the second end of a range
    for count, (start, end, is_signed) in enumerate(_numbers(text)):
        if count >= MAX_NUMBERS:
            return kept, True
        if is_signed:
            if last is not None and start - last[1] <= _NEAR_CHARS:
                kept.append(last)
            kept.append((start, end))
            open_to, last = end + _NEAR_CHARS, None
        elif start <= open_to:
            kept.append((start, end))
            open_to, last = -1, None
        else:
            last = (start, end)
    return kept, False


def _numbers(text: str) -> Iterator[tuple[int, int, bool]]:
    """Bounds of the numbers of a text, and whether a sign marks each as money."""
    # A search in a string of zeros and blanks costs a fraction of what the regex engine needs to find digits.
    digits = text.encode("latin-1", "replace").translate(_DIGITS)
    signs, number = sign_pattern().match, _NUMBER.match
    start = digits.find(b"0")
    while start >= 0:
        found = number(text, start)
        end = found.end() if found else start + 1
        yield start, end, signs(text, start) is not None
        start = digits.find(b"0", end)
