"""Equity and bonus: whether a posting offers them, and the percentages it states."""

from __future__ import annotations

import re
from typing import TypedDict

_PCT = r"(?P<low>\d{1,3}(?:[.,]\d{1,3})?)\s?%?(?:\s?(?:-|–|—|to|bis|à)\s?(?P<high>\d{1,3}(?:[.,]\d{1,3})?))?\s?%"
_PERCENT = re.compile(rf"(?<![\d.,$€£])(?P<up>up to |bis zu |jusqu['’]à )?{_PCT}", re.I)
# On lowered text and without a leading \b: the engine then skips to the first letters, ten times faster.
_EQUITY = re.compile(
    r"(?:equity|stock options?|stock grants?|rsus?|restricted stock|share options?|virtual shares|vsop|esop|bsa?pce"
    r"|unternehmensanteile|mitarbeiterbeteiligung|actions gratuites|ownership stake)\b"
)
_BONUS = re.compile(
    r"(?:bonus(?:es)?|annual incentive|performance incentive|profit[- ]sharing|variable pay|bonuszahlung|prämie"
    r"|primes?)\b"
)
# "health equity", "private equity" are no shares; "bonus points" and a referral bonus are no part of the pay.
_NO_EQUITY = re.compile(
    r"(?:health|racial|social|gender|pay|private|educational?|brand|home|sweat|diversity,?|justice,?|growth|public"
    r"|(?:and|&),?)\s?$",
    re.I,
)
_NO_EQUITY_AFTER = re.compile(
    r"\s?(?:,? (?:and|&) (?:inclusion|belonging|diversity|fairness)|research|firms?|partners|investors|funds?)", re.I
)
_OWN_AND = re.compile(r"(?:bonus|salary|compensation|benefits|pay|stock|base|cash)\W{1,3}(?:and|&),?\s?$", re.I)
_NO_BONUS = re.compile(
    r"(?:referral|sign(?:ing)?[- ]?on|signing|relocation|retention|added|nice[- ]to[- ]have)\s?$", re.I
)
_NO_BONUS_AFTER = re.compile(r"\s?(?:points?|skills?|qualifications?|if\b)", re.I)
_OTHER_SHARE = re.compile(r"[+&]|, (?!\d)|\b(?:and|plus|match|401|contribut|discount|covered|growth|bonus|equity)")
_NEAR_CHARS = 60
_MAX_MENTIONS = 40
_MAX_CHARS = 1 << 18
_MAX_PCT = {"equity": 25.0, "bonus": 200.0}


class Share(TypedDict):
    """Whether it is mentioned as part of the pay, and the stated percentages (of the company, or of base pay)."""

    mentioned: bool
    low_pct: float | None
    high_pct: float | None


def read_equity(text: str) -> Share:
    """Equity offered to the employee: mentioned, and a stated percentage range of the company."""
    return _read(text, _EQUITY, _NO_EQUITY, _NO_EQUITY_AFTER, _MAX_PCT["equity"])


def read_bonus(text: str) -> Share:
    """A bonus on top of base pay: mentioned, and a stated percentage range of base pay."""
    return _read(text, _BONUS, _NO_BONUS, _NO_BONUS_AFTER, _MAX_PCT["bonus"])


def _read(text: str, word: re.Pattern[str], no_head: re.Pattern[str], no_tail: re.Pattern[str], most: float) -> Share:
    told = Share(mentioned=False, low_pct=None, high_pct=None)
    text = text[:_MAX_CHARS].lower()
    for count, found in enumerate(word.finditer(text)):
        head, tail = _around(text, found)
        if head[-1:].isalpha():
            continue
        is_other = no_head.search(head[-20:]) and not _OWN_AND.search(head[-30:])
        is_heading = word is _BONUS and not head.strip(" -•*#") and not tail.strip(" :*")
        if is_other or is_heading or no_tail.match(tail[:30]):
            continue
        told["mentioned"] = True
        low, high = _nearest_percent(head, tail, most)
        if low is not None or high is not None or count > _MAX_MENTIONS:
            return Share(mentioned=True, low_pct=low, high_pct=high)
    return told


def _around(text: str, found: re.Match[str]) -> tuple[str, str]:
    """The text of the same line and clause before and after a word."""
    head = text[max(0, found.start() - _NEAR_CHARS) : found.start()].rpartition("\n")[2]
    tail = text[found.end() : found.end() + _NEAR_CHARS].partition("\n")[0]
    return re.split(r"[;:]|\. ", head)[-1], re.split(r"[;]|\. ", tail)[0]


def _nearest_percent(head: str, tail: str, most: float) -> tuple[float | None, float | None]:
    before = list(_PERCENT.finditer(head))
    after = _PERCENT.search(tail)
    gaps = []
    if before and not _OTHER_SHARE.search(head[before[-1].end() :]):
        gaps.append((len(head) - before[-1].end(), before[-1]))
    if after and not _OTHER_SHARE.search(tail[: after.start()]):
        gaps.append((after.start(), after))
    if not gaps:
        return None, None
    found = min(gaps, key=lambda gap: gap[0])[1]
    low = float(found["low"].replace(",", "."))
    high = float(found["high"].replace(",", ".")) if found["high"] else low
    if not 0 < low <= high <= most:
        return None, None
    return (None if found["up"] and not found["high"] else low), high
