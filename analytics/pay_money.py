"""Money in a text: amounts, and pairs of them that make a range. Whether it is pay is decided in `analytics.pay`.

Only numbers that a sign beside them marks as money are looked at, and those next to one. What stands around each is
seen in short slices, so the time is bounded by the number of amounts and no pattern ever sees more than a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from analytics.pay_amount import OWN_SCALES, SCALES, Amount, amounts_of
from analytics.pay_ends import (
    UNIT,
    are_two_kinds,
    by_ends,
    ends_in,
    has_named_ends,
    is_ladder,
    is_up_to,
    without_remark,
)
from analytics.pay_number import marked
from analytics.pay_scale import points
from analytics.pay_table import is_grade, is_row

MAX_MONEY = 100
_AHEAD = 16  # amounts looked at together: the points of a scale
MOST_KEPT = 1024  # numbers with what stands around them: an employer's postings repeat most of theirs
_LONGEST = 2000  # characters of what is remembered
_FAR = 200  # more than stands between any two amounts of one statement, with their marks
_SEEN_BEFORE, _SEEN_AFTER = 420, 100  # no pattern looks farther: the head of a column is sought 400 characters before
_RUNGS = 3  # a minimum, a midpoint and a maximum
PAIR_CHARS = 80  # the most that can stand between the two ends of a range

_BETWEEN = re.compile(
    rf"[ ]?(?:\(?(?:{UNIT}(?: in our low(?:est|er)[a-z ]{{0,30}})?|gross|brutto|base|OTE|annually|p\.a\.|pa"
    rf"|p/?[dh])\)? ?)?"
    r"(?:-{1,2}|–|—|―|−|~|〜|～|→|\b(?:to|bis zu|bis|à|until|up to|through|do|tot|till|til|upp till|hasta|até|thru"
    r"|(?:and )?(?:rising|increasing|growing|going up|moving up|stepping up|progressing|climbing)"
    r"(?: annually| yearly| gradually| incrementally| over time| in steps)? to|up until"
    r"|topping out at|ranging (?:up )?to|až|jusqu['’]à|fino a"
    r"|steigend auf|oplopend tot|évoluant (?:vers|à|jusqu['’]à))\b"
    r"|(?P<and>\b(?:and|und|et|en|i|y|e|och|og)\b|&)|(?P<a>\ba\b)|\n(?:–|—|-|to)\n)"
    r"[ ]?(?:up to |a maximum of |(?:un|um|einem|een) (?:m[aá]ximo|maximum) (?:de|von|van) |un massimo di "
    r"|max(?:imum|imal|imaal)?\.? |(?:step|point|grade|level|year) [0-9]{1,2}:?"
    r"(?: [-–])? )?",
    re.I,
)
# "$145,000 in our lowest market to $190,000 in our highest", "2.872 in year one to 3.670"
_SPLIT = re.compile(
    r"[ ,]{1,2}\(?(?:[a-z]{1,8} ){0,6}(?:lower|lowest|low|entry|bottom|minimum|min|starting|start|first|eerste"
    r"|erste[nr]?"
    r"|year|jahr|junior)\b[^\d.;:$€£\n]{0,40}[ )](?:up )?(?:to|bis|à|tot)[ ](?P<and>(?!))?(?P<a>(?!))?",
    re.I,
)
_OPENED = re.compile(
    r"\b(?:between|entre|zwischen|pomiędzy|między|tussen|mellan|mellem|from|von|vom|de|tra|od|range of|ranges? from"
    r"|minimaal|mindestens|minimum|min)\b"
    r"[^\d]{0,12}\Z",
    re.I,
)
_RANGE_IS = re.compile(r"\b(?:pay|salary|compensation|base|hiring) range\b[^.;:\d$€£]{0,110}\b(?:is|of)[ ]\Z", re.I)
_BROKEN = re.compile(r" ?[-–—] ?[$€£]?\d[\d,.]{4}")  # the upper end is misprinted: "$90,000 - 120,0000"
_PLUS = re.compile(r"\+(?! ?(?:equity|bonus|benefits|stock|commission|options|super|rsu|tax|vat|\d|[$€£]))", re.I)
_TO = re.compile(
    r"(?:^|[|•·,;:(\n–-]\s?|\b(?:salary|basic|base|pay|rate|package|ote|remuneration|comp|compensation) )to$"
)
# What a number is introduced by, without the blanks and colons before the number.
_UP_TO = by_ends((
    "up to", "upto", "max budget", "maximum budget", "as high as", "as much as",
    "maximum", "maximum of", "max", "max.", "no more than", "bis zu",
    "bis", "jusqu'à", "jusqu’à", "hasta", "fino a", "tot", "até",
    "at most", "not more than", "höchstens", "maximal", "maximaal", "do", "maksymalnie", "upp till", "op til",
))  # fmt: skip
_FROM = by_ends((
    "from", "start", "starts", "starting", "start at", "starts at", "starting at", "start from", "starts from",
    "starting from", "at least", "minimum", "minimum of", "min", "min.", "upwards of", "north of", "more than", "over",
    "ab", "mindestens", "à partir de", "dès", "au moins", "desde", "od", "vanaf", "a partire da", "mind.", "mindest",
    "a partir de", "no less than", "not less than", "minimaal", "minst", "från", "fra", "co najmniej", "al menos",
    "almeno", "pelo menos",
))  # fmt: skip


@dataclass(slots=True)  # not frozen, as one is made for each amount
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


def find_money(text: str) -> tuple[list[Money], bool]:
    """All money statements of a text in order, and whether there were more numbers than are looked at."""
    spans, is_cut = marked(text)
    if len(spans) > MAX_MONEY:
        found, is_all = _money(text, spans)
        return list(found), is_cut or not is_all
    return [money for stretch in _stretches(spans) for money in _of_stretch(text, stretch)], is_cut


def _stretches(spans: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """The numbers in parts so far from each other that no statement has numbers of two."""
    first = 0
    for at in range(1, len(spans) + 1):
        if at == len(spans) or spans[at][0] - spans[at - 1][1] > _FAR:
            yield spans[first:at]
            first = at


def _of_stretch(text: str, spans: list[tuple[int, int]]) -> list[Money]:
    """The money statements of some numbers, which are remembered by all that is seen around them."""
    base = max(0, spans[0][0] - _SEEN_BEFORE)
    seen, within = text[base : spans[-1][1] + _SEEN_AFTER], tuple([(start - base, end - base) for start, end in spans])
    found, _ = _known(seen, within) if len(seen) <= _LONGEST else _money(seen, within)
    return [_moved(money, base) for money in found]


def _moved(money: Money, by: int) -> Money:
    low, high, start, end = money.low, money.high, money.start + by, money.end + by
    return Money(low, high, money.marks, money.scale, money.is_range, start, end, money.between)


def _money(text: str, spans: Sequence[tuple[int, int]]) -> tuple[tuple[Money, ...], bool]:
    """The money statements of some numbers of a text, and whether these are all."""
    amounts = amounts_of(text, spans)
    found: list[Money] = []
    at = 0
    while at < len(amounts) and len(found) < MAX_MONEY:
        money, used = _first(text, amounts[at : at + _AHEAD])
        at += used
        if money is not None:
            found.append(money)
    return tuple(found), at == len(amounts)


_known = lru_cache(MOST_KEPT)(_money)


def _first(text: str, amounts: list[Amount]) -> tuple[Money | None, int]:
    """The money statement that begins at the first of some amounts, and how many of them it used."""
    first = amounts[0]
    used = _row(text, amounts) if len(amounts) > 2 else 0
    if used:
        top, between = amounts[used - 1], text[first.end : amounts[1].start] if used == _RUNGS else ""
        return _range(first, top, between, (first.value, top.value)), used
    if len(amounts) > 1 and amounts[1].start - first.end <= PAIR_CHARS:
        paired = _pair(text, amounts)
        if paired is not None:
            return paired
    if not (first.mark or first.scale in OWN_SCALES or first.grouped):
        return None, 1
    return _single(text, first), 1


def _row(text: str, amounts: list[Amount]) -> int:
    """How many amounts from the first on are points of a scale, or a minimum, a midpoint and a maximum; 0 for none."""
    return points(text, amounts) or _RUNGS * is_ladder(text, amounts[:_RUNGS])


def _pair(text: str, amounts: list[Amount]) -> tuple[Money, int] | None:
    """The range that the first two amounts make, three if the second is its middle, and how many those are; the first
    alone where they are two kinds of pay."""
    first, second = amounts[:2]
    between = text[first.end : second.start]
    ends = _joined(first, second, between, text[max(0, first.start - 30) : first.start])
    if ends is not None and are_two_kinds(between, text[second.end : second.end + 24]):
        return _single(text, first), 1
    if ends is None and (
        (" and " in between and _is_ranged(text, first, second, between))
        or is_row(text, first, second, between)
        or has_named_ends(text, first, second, between)
    ):
        ends = first.value, second.value
    if ends is None:
        return None
    third = _third(text, amounts, ends[1])
    last, ends = (third, (ends[0], third.value)) if third else (second, ends)
    return _range(first, last, between, ends), 3 if third else 2


def _third(text: str, amounts: list[Amount], high: float) -> Amount | None:
    """The upper end of "$90k - $105k - $120k": low, middle, high."""
    if len(amounts) < 3 or not amounts[2].mark or not high < amounts[2].value < 3 * high:
        return None
    link = _BETWEEN.fullmatch(text[amounts[1].end : amounts[2].start][:20])
    return amounts[2] if link and not link["and"] else None


def _range(first: Amount, second: Amount, between: str, ends: tuple[float, float]) -> Money:
    marks = tuple(dict.fromkeys(a.mark for a in (second, first) if a.mark))
    return Money(ends[0], ends[1], marks, second.scale or first.scale, True, first.start, second.end, between)


def _single(text: str, amount: Amount) -> Money:
    head = text[max(0, amount.start - 24) : amount.start].lower().rstrip(" :")
    low: float | None = amount.value
    high: float | None = amount.value
    end = amount.end
    plus = _PLUS.match(text, end) if text[end : end + 1] == "+" else None
    if ends_in(head, _UP_TO) or (head.endswith("to") and _TO.search(head)):
        low = None
    elif ends_in(head, _FROM) or plus or _BROKEN.match(text, end):
        high = None
        end = plus.end() if plus else end
    return Money(low, high, (amount.mark,) if amount.mark else (), amount.scale, False, amount.start, end, "")


def _joined(first: Amount, second: Amount, between: str, head: str) -> tuple[float, float] | None:
    """Both ends in major units when the two amounts make one range."""
    is_told = first.mark or first.scale
    plain = between.removeprefix("." if first.mark == "kr" else "+") if is_told else between
    link = _BETWEEN.fullmatch(plain)
    if link is None and second.value > first.value and (rest := without_remark(plain)) != plain:
        link = _BETWEEN.fullmatch(rest)
    if link is None and (first.mark, first.scale) == (second.mark, second.scale) != ("", ""):
        link = _SPLIT.fullmatch(between)
    if link is None and between.strip() == "/":
        is_table = _is_slashed(first, second)
    elif link is None:
        is_table = is_up_to(between, head)
    else:
        is_table = not (link["and"] and not _OPENED.search(head)) and not (
            link["a"] and not _is_pair(first, second, head)
        )
    if not is_table or (is_grade(first, second, head)):
        return None
    is_bare = not any(a.mark or a.scale or a.grouped for a in (first, second))
    if is_bare and not 10_000 <= first.value < second.value < 1_000_000:
        return None
    low, high = first.value, second.value
    if second.scale and not first.scale and not first.grouped and low < 1000:
        low *= SCALES[second.scale]
    elif first.scale and not second.scale and not second.grouped and high < 1000:
        high *= SCALES[first.scale]
    elif not first.scale and low < 1000 <= high and second.grouped and low * 1000 <= high:
        low *= 1000
    return (low, high) if 0 < low <= high <= 12 * low or (second.mark and first.mark and low > 0) else None


def _is_ranged(text: str, first: Amount, second: Amount, between: str) -> bool:
    """Whether "and" joins the ends of what is called a range: "the salary range in Ohio is $90,000 and $120,000"."""
    is_like = between == " and " and (first.mark, first.scale) == (second.mark, second.scale) and first.mark != ""
    if not (is_like and first.value < second.value <= 3 * first.value):
        return False
    return _RANGE_IS.search(text[max(0, first.start - 140) : first.start]) is not None


def _is_slashed(first: Amount, second: Amount) -> bool:
    """Whether the slash stands for "to": "45/50k€", "RAL 34.000/40.000 euro"."""
    if not second.value > first.value or not second.mark:
        return False
    if first.mark in ("", "€") and second.mark == "€" and second.scale:
        return True
    return first.grouped and second.grouped and 10_000 <= first.value < second.value <= 2 * first.value


def _is_pair(first: Amount, second: Amount, head: str) -> bool:
    """Whether "a" joins the two as in Spanish, Portuguese and Italian: "R$ 90 a R$ 120", "de 30 a 40 mil"."""
    return (first.grouped and second.grouped) or first.mark != "" or _OPENED.search(head) is not None
