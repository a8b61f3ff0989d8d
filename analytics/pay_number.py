"""The numbers of a text that may be money: those that a sign beside them marks as such, and those next to one."""

from __future__ import annotations

import re

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
    before = -1  # where the number before begins, when nothing marked it; it ends at `end`
    open_to = -1  # a number up to here may be the second end of a range
    end = n_numbers = 0
    is_marked, number = sign_pattern().match, _NUMBER.match
    for first in range(0, len(text), _AT_ONCE):
        for start in _digits(text, max(first, end), first + _AT_ONCE):
            if start < end:
                continue
            if n_numbers == MAX_NUMBERS:
                return kept, True
            n_numbers += 1
            last, found = end, number(text, start)
            end = found.end() if found else start + 1
            if is_marked(text, start):
                if before >= 0 and start - last <= _NEAR_CHARS:
                    kept.append((before, last))
                kept.append((start, end))
                open_to, before = end + _NEAR_CHARS, -1
            elif start <= open_to:
                kept.append((start, end))
                open_to = before = -1
            else:
                before = start
    return kept, False


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
