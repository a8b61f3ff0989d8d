"""The numbers of a text that may be money: those that a sign beside them marks as such, and those next to one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from analytics.pay_currency import sign_pattern

MAX_NUMBERS = 1000
_NEAR_CHARS = 24  # the most that can stand between the ends of a range where a mark stands at one end only
_AT_ONCE = 8192  # characters in which digits are looked for: a text of digits alone ends the search early

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
    signs = sign_pattern().match
    numbers = _numbers(text)
    for start, end in islice(numbers, MAX_NUMBERS):
        if signs(text, start):
            if last is not None and start - last[1] <= _NEAR_CHARS:
                kept.append(last)
            kept.append((start, end))
            open_to, last = end + _NEAR_CHARS, None
        elif start <= open_to:
            kept.append((start, end))
            open_to, last = -1, None
        else:
            last = (start, end)
    return kept, next(numbers, None) is not None


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    """Bounds of the numbers of a text."""
    number = _NUMBER.match
    end = 0
    for first in range(0, len(text), _AT_ONCE):
        for start in _digits(text, max(first, end), first + _AT_ONCE):
            if start >= end:
                found = number(text, start)
                end = found.end() if found else start + 1
                yield start, end


def _digits(text: str, start: int, end: int) -> list[int]:
    """Where digits stand, in order: plain searches cost a fraction of what the regex engine needs to find them."""
    found: list[int] = []
    for digit in "0123456789":
        at = text.find(digit, start, end)
        while at >= 0:
            found.append(at)
            at = text.find(digit, at + 1, end)
    found.sort()
    return found
