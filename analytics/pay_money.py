"""Money in a text: amounts, and pairs of them that make a range. Whether it is pay is decided in `analytics.pay`.

Numbers are found first, in one linear pass; what stands around each is then looked at in short slices, so the time
is bounded by the number of amounts looked at and no pattern ever sees more than a line of text.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

LEXICON = Path(__file__).parent / "lexicon" / "currencies.csv"
MAX_NUMBERS = 1500
MAX_MONEY = 100
DOLLAR = "$"  # a mark that says no country

# The first element is a plain digit: that lets the regex engine skip text without digits ten times faster.
_NUMBER = re.compile(
    r"\d(?:\d{0,2}(?:(?:[,.'’]\d{2,3}){1,4}+|(?: \d{3}){1,3}+(?![,.'’ ]?\d))(?!\d)(?:[.,]\d{1,2}(?!\d))?"
    r"|\d*+(?:[.,]\d{1,2}(?!\d))?)"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:([,.'’ ])\d{3})(?:\1\d{3}){0,3}(?:[.,]\d{1,2})?|\d{1,2}(?:,\d{2}){1,3},\d{3}")
_DECIMALS = re.compile(r"\d{1,9}[.,]\d{1,2}")
_SCALES = {
    **dict.fromkeys(("k", "tsd", "tys", "thousand", "tis", "mil"), 1e3),
    **dict.fromkeys(("m", "mm", "mn", "million", "millions", "mio", "mln", "millionen"), 1e6),
    **dict.fromkeys(("b", "bn", "billion", "billions", "mrd", "milliarden", "milliards"), 1e9),
    **dict.fromkeys(("t", "tn", "trillion", "trillions"), 1e12),
    **dict.fromkeys(("l", "lpa", "lakh", "lakhs", "lac", "lacs"), 1e5),
    **dict.fromkeys(("cr", "crore", "crores"), 1e7),
    "万": 1e4,  # ten thousand, of yen
}
_WORD_SCALES = "|".join(sorted((re.escape(s) for s in _SCALES if len(s) > 1 and s.isascii()), key=len, reverse=True))
_SCALE = re.compile(
    rf"(?P<near>[kKmMbBtTL])(?:(?=(?:EUR|USD|GBP|CHF|PLN)\b)|(?![^\W_]))"
    rf"|[ ]?-?(?P<word>[kK]|(?i:{_WORD_SCALES}))(?![^\W_])\.?|(?P<wan>万)"
)
_CLOSE = re.compile(r"(?:,-|\.-|,–|,—)(?!\d)")
_NOT_MONEY = re.compile(
    r" ?(?:%|percent|prozent|\+? ?(?:x|years?|yrs?|months?|weeks?|days?|hours?|hrs?|employees|people|users|customers"
    r"|jahre|ans|tage|jours|st|nd|rd|th)\b|:\d|/\d|[kK]?\(k\)|\([bk]\))",
    re.I,
)
_UNIT = r"(?:/ ?|per |an? |pro )(?:hours?|hr|h|years?|yr|annum|months?|mo|weeks?|days?|stunde|monat|jahr)\b\.?"
_BETWEEN = re.compile(
    rf"[ ]?(?:\(?(?:{_UNIT}|gross|brutto|base|OTE|annually|p\.a\.|pa)\)? ?)?"
    r"(?:-{1,2}|–|—|―|−|~|→|\b(?:to|bis zu|bis|à|until|up to|through|do|tot)\b|(?P<and>\b(?:and|und|et|i|y|a|e)\b|&))"
    r"[ ]?(?:up to |a maximum of |max\.? )?",
    re.I,
)
_OPENED = re.compile(
    r"\b(?:between|entre|zwischen|pomiędzy|między|from|von|de|tra|od|range of|ranges? from)\b[^\d]{0,12}\Z", re.I
)
_UP_TO = re.compile(
    r"\b(?:up ?to|as (?:high|much) as|maximum(?: of)?|max\.?|no more than|bis zu|bis|jusqu['’]à|hasta|fino a|tot)"
    r"[ :]{0,2}\Z",
    re.I,
)
_FROM = re.compile(
    r"\b(?:from|start(?:s|ing)?(?: (?:at|from))?|at least|minimum(?: of)?|min\.?|upwards of|north of|more than|over|ab"
    r"|mindestens|à partir de|dès|au moins|desde|od|vanaf|a partire da)[ :]{0,2}\Z",
    re.I,
)
_MIN = re.compile(r"\b(?:min(?:imum)?|from|starting(?: at| from)?)\.?[\s:]{0,3}\Z", re.I)
_MAX = re.compile(r"[\s,;/|–-]{0,4}(?:and |to )?(?:max(?:imum)?|up to)\.?[\s:]{1,3}", re.I)
_BROKEN = re.compile(r" ?[-–—] ?[$€£]?\d[\d,.]{4}")  # the upper end is misprinted: "$90,000 - 120,0000"
_PLUS = re.compile(r"\+(?! ?(?:equity|bonus|benefits|stock|commission|options|super|rsu|tax|vat|\d|[$€£]))", re.I)


@dataclass(frozen=True, slots=True)
class Amount:
    """One number as money: `value` in major units, `mark` the currency mark as printed ("" for a bare number)."""

    value: float
    mark: str
    scale: str  # "k", "million", "lpa", lower case
    grouped: bool  # 120,000: a number no one writes for a year or a phone
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Money:
    """A single amount, an open one ("up to") or a range. `start`, `end` are offsets into the text."""

    low: float | None
    high: float | None
    marks: tuple[str, ...]
    scale: str
    is_range: bool
    start: int
    end: int
    between: str  # what stands between the two amounts

    @property
    def least(self) -> float:
        """The lower stated number."""
        return self.low if self.low is not None else self.high or 0.0

    @property
    def most(self) -> float:
        """The higher stated number."""
        return self.high if self.high is not None else self.low or 0.0


@dataclass(frozen=True, slots=True)
class Currency:
    """One row of the lexicon; `year_low` is about the least that a year of full-time work brings."""

    code: str
    countries: frozenset[str]
    year_low: float
    places: tuple[str, ...]


def find_money(text: str) -> tuple[list[Money], bool]:
    """All money statements of a text in order, and whether there were more numbers than are looked at."""
    spans = [(m.start(), m.end()) for m in islice(_NUMBER.finditer(text), MAX_NUMBERS + 1)]
    amounts = [a for a in (_amount(text, start, end) for start, end in spans[:MAX_NUMBERS]) if a is not None]
    found: list[Money] = []
    at = 0
    while at < len(amounts) and len(found) < MAX_MONEY:
        money, used = _pair(text, amounts, at)
        if money is not None:
            found.append(money)
        at += used
    return found, len(spans) > MAX_NUMBERS or at < len(amounts)


@cache
def currencies() -> dict[str, Currency]:
    """The currency lexicon by ISO code; "$" is the dollar of unknown country."""
    return {
        row["code"]: Currency(
            row["code"],
            frozenset(row["countries"].split("|")),
            float(row["year_low"]),
            tuple(filter(None, row["places"].split("|"))),
        )
        for row in _rows()
    }


@cache
def mark_codes() -> dict[str, str]:
    """Currency mark or word as printed -> ISO code, or "$" where the country must tell."""
    return {mark: row["code"] for row in _rows() for mark in (row["marks"] + "|" + row["words"]).split("|") if mark}


def _rows() -> list[dict[str, str]]:
    with LEXICON.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _mark_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    marks = sorted(mark_codes(), key=len, reverse=True)
    codes = "|".join(code for code in currencies() if code.isalpha())
    before = "|".join(re.escape(mark) for mark in marks if len(mark) <= 5)
    after = "|".join(re.escape(mark) + (r"(?![A-Za-z])" if mark[-1].isalpha() else "") for mark in marks)
    return (
        re.compile(rf"(?<![A-Za-z])(?:(?P<code>{codes})[ ]?:?[ ]?)?(?P<mark>{before})[ ]{{0,2}}$"),
        re.compile(rf"[ ]?\(?(?P<mark>{after})\)?(?![ ]?[$€£]?[ ]?\d)"),
    )


def _amount(text: str, start: int, end: int) -> Amount | None:
    printed = text[start:end]
    value, grouped = _value(printed)
    if value is None:
        return None
    mark, start_marked = _mark_before(text, start)
    tail = text[end : end + 26]
    scale_found = _SCALE.match(tail)
    scale = (scale_found["near"] or scale_found["word"] or scale_found["wan"]).lower() if scale_found else ""
    if scale and not _is_scale(printed, scale, scale_found, mark, tail):
        scale, scale_found = "", None
    if not mark and not scale and _NOT_MONEY.match(tail):
        return None
    used = scale_found.end() if scale_found else 0
    closed = _CLOSE.match(tail, used)
    used = closed.end() if closed else used
    mark_after = _mark_patterns()[1].match(tail, used + (tail[used : used + 1] == "+"))
    if scale == "t" and mark_after and mark_codes()[mark_after["mark"]] == "EUR":
        scale = "tsd"  # T€, TEUR
    if mark_after and (not mark or mark_codes()[mark] == DOLLAR):
        mark = mark_after["mark"] if mark_after["mark"] != DOLLAR or not mark else mark
        used = mark_after.end()
    elif mark_after:
        used = mark_after.end()
    return Amount(value * _SCALES.get(scale, 1.0), mark, scale, grouped, start_marked, end + used)


def _is_scale(printed: str, scale: str, found: re.Match[str] | None, mark: str, tail: str) -> bool:
    if printed in ("401", "403", "457") or found is None:
        return False
    if scale in ("k", "lpa", "万") or len(scale) > 2:
        return True
    return bool(mark) or _mark_patterns()[1].match(tail, found.end()) is not None


def _mark_before(text: str, start: int) -> tuple[str, int]:
    head = text[max(0, start - 9) : start]
    if not head or head[-1].isdigit() or not (head[-1] in " :\u00a0" or not head[-1].isspace()):
        return "", start
    found = _mark_patterns()[0].search(head)
    if found is None:
        return "", start
    mark, code = found["mark"], found["code"]
    if code and code in currencies() and mark_codes()[mark] == DOLLAR:
        mark = code
    return mark, start - len(head) + found.start()


def _value(printed: str) -> tuple[float | None, bool]:
    """The number behind "120,000", "70.000", "1,5", "28,00,000", and whether it has groups of thousands."""
    if printed.isdigit():
        return (float(printed), False) if len(printed) <= 10 else (None, False)
    if _THOUSANDS.fullmatch(printed) and not printed.startswith("0"):
        whole, decimals = printed, ""
        if printed[-3] in ".," or printed[-2] in ".,":
            cut = max(printed.rfind("."), printed.rfind(","))
            whole, decimals = printed[:cut], printed[cut + 1 :]
        digits = re.sub(r"\D", "", whole)
        return (float(f"{digits}.{decimals or 0}"), True) if len(digits) <= 13 else (None, False)
    if _DECIMALS.fullmatch(printed):
        return float(printed.replace(",", ".")), False
    return None, False


def _pair(text: str, amounts: list[Amount], at: int) -> tuple[Money | None, int]:
    """The money statement that begins at amount `at`, and how many amounts it used."""
    first = amounts[at]
    if at + 1 < len(amounts):
        second = amounts[at + 1]
        between = text[first.end : second.start]
        ends = _joined(first, second, between, text[max(0, first.start - 30) : first.start])
        if ends is not None:
            third = _third(text, amounts, at + 2, ends[1])
            last, ends = (third, (ends[0], third.value)) if third else (second, ends)
            return _range(first, last, between, ends), 3 if third else 2
    if not (first.mark or first.scale in ("k", "lpa", "万") or first.grouped):
        return None, 1
    return _single(text, first), 1


def _third(text: str, amounts: list[Amount], at: int, high: float) -> Amount | None:
    """The upper end of "$90k - $105k - $120k": low, middle, high."""
    if at >= len(amounts) or not amounts[at].mark or not high < amounts[at].value < 3 * high:
        return None
    link = _BETWEEN.fullmatch(text[amounts[at - 1].end : amounts[at].start][:20])
    return amounts[at] if link and not link["and"] else None


def _range(first: Amount, second: Amount, between: str, ends: tuple[float, float]) -> Money:
    marks = tuple(dict.fromkeys(a.mark for a in (second, first) if a.mark))
    return Money(ends[0], ends[1], marks, second.scale or first.scale, True, first.start, second.end, between)


def _single(text: str, amount: Amount) -> Money:
    head = text[max(0, amount.start - 24) : amount.start]
    low: float | None = amount.value
    high: float | None = amount.value
    end = amount.end
    plus = _PLUS.match(text, end)
    if _UP_TO.search(head):
        low = None
    elif _FROM.search(head) or plus or _BROKEN.match(text, end):
        high = None
        end = plus.end() if plus else end
    return Money(low, high, (amount.mark,) if amount.mark else (), amount.scale, False, amount.start, end, "")


def _joined(first: Amount, second: Amount, between: str, head: str) -> tuple[float, float] | None:
    """Both ends in major units when the two amounts make one range."""
    if len(between) > 40:
        return None
    link = _BETWEEN.fullmatch(between.removeprefix("+") if first.mark or first.scale else between)
    is_table = link is None and _MAX.fullmatch(between) is not None and _MIN.search(head) is not None
    if not is_table and (link is None or (link["and"] and not _OPENED.search(head))):
        return None
    is_bare = not any(a.mark or a.scale or a.grouped for a in (first, second))
    if is_bare and not 10_000 <= first.value < second.value < 1_000_000:
        return None
    low, high = first.value, second.value
    if second.scale and not first.scale and not first.grouped and low < 1000:
        low *= _SCALES[second.scale]
    elif first.scale and not second.scale and not second.grouped and high < 1000:
        high *= _SCALES[first.scale]
    elif not first.scale and low < 1000 <= high and second.grouped and low * 1000 <= high:
        low *= 1000
    return (low, high) if 0 < low <= high <= 12 * low or (second.mark and first.mark and low > 0) else None
