"""Days a week on site: by counts ("two days a week in the office"), else by weekdays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from analytics.mode_row import Row

_COUNT = re.compile(r"(U_{0,2})?(?:N(?:_{0,2}V?_?(N))?_?[DBA]|[EQ])")
_DENIED = re.compile(r"[Zx][_Ii]?[RrGH]")
_RANGE = re.compile(r"\s?(?:[-–—/~]|to|or|and|bis|oder|à|ou|et|a|o|u|y|tot|of|en|do|lub|till|til|eller)\s?", re.I)
_DURATION = re.compile(r"\b(?:for|during|für|pendant|durante|gedurende|przez) $", re.I)
_CLOCK = re.compile(r"\b\d{1,2}(?::\d\d)? ?[ap]\.?m\b", re.I)
_TRIP = re.compile(r"P_{0,3}O")
_NOT_WEEKLY = re.compile(r"_?[Ms]|_{0,2}[PLv]")
_AT_A_PLACE = re.compile(r"\W{1,2}(?:[Ii]n|at|near|on|à|am|[Ww]|en|em|i|im)\s(?:the\s|our\s)?[A-ZÄÖÜÉŁŚŻ]")
_THROUGH = re.compile(r"\s?(?:-|–|—|to|through|thru|until|till|bis|à|au|a|do|t/m|tot|til|till)\s?", re.I)


class Days(NamedTuple):
    """Days a week on site, None when a sentence names days but not how many."""

    n: int | None
    is_week: bool = False  # "four to five days": the week of an office
    is_loose: bool = False  # weekdays with an office somewhere in their sentence, perhaps those of a story


def days_on_site(row: Row, text: str) -> list[Days]:
    """Days on site by counts ("three days"), else by weekdays."""
    row = row._replace(letters=_DENIED.sub(lambda found: "_" * len(found[0]), row.letters))
    found = list(_COUNT.finditer(row.letters))
    told: list[Days] = []
    for k, count in enumerate(found):
        stop = found[k + 1].start() if k + 1 < len(found) else len(row.letters)
        begin = found[k - 1].end() if k else 0
        told += _counted(row, text, count, begin, stop)
    return (told or (_weekdays(row, text) if "K" in row.letters else []))[:1]


def _counted(row: Row, text: str, count: re.Match[str], begin: int, stop: int) -> list[Days]:
    letters = row.letters
    unit = count[0][-1]
    at = count.end() - 1 if unit in "EQ" else letters.index("N", count.start())
    is_range = bool(count[2]) and _is_range(row, text, at, count.start(2))
    if count[2] and not is_range:
        at = count.start(2)
    after, rest, others = letters[count.end() : min(stop, count.end() + 12)].split(";")[0].partition("e")
    before = letters[begin : count.start()].rpartition(";")[2]
    if (unit in "DBAQ" and _NOT_WEEKLY.match(after)) or re.search(r"P_?$|s[_Ii]{0,4}$|o", before):
        return []
    is_weekly = "W" in after[:4]
    first = row.words[at].start
    if unit == "D" and not is_weekly and _DURATION.search(text[max(0, first - 12) : first]):
        return []
    value = row.words[at].value
    n = int(value) if value else None
    last = row.words[count.end() - 1].end
    if text[last : last + 1] == "," and re.search(r"[OSBHGRrh]_?$", before):
        after = ""  # "in the office four days, Fridays from home"
    where = (rest and _by_the_rest(others)) or _where(unit, after, before) or _named_place(row, text, count)
    if not where and is_weekly and "l" in before[-3:] and not set("jPL") & set(letters):
        where = "office"  # days asked for at least are days of presence
    if not where:
        return []
    if n is None:
        return [Days(None)]
    if is_range:
        is_week = where == "office" and row.words[count.start(2)].value == "5"
        return [Days(n if is_week else None, is_week)]
    if "J" in after[:5]:
        return [Days(5 - n // 2 if where == "home" else None)]
    return [Days(n if where == "office" else None if unit == "Q" else 5 - n)]


def _is_range(row: Row, text: str, first: int, second: int) -> bool:
    return _RANGE.fullmatch(text[row.words[first].end : row.words[second].start]) is not None


def _by_the_rest(others: str) -> str:
    """Where days are whose rest lies elsewhere ("two days a week with us, otherwise from home")."""
    found = re.search(r"[OSBHGARr]", others)
    return "office" if found and found[0] in "HGARr" else ""


def _where(unit: str, after: str, before: str) -> str:
    """Whether days are meant on site or away: by the unit, what follows, else what goes before."""
    if unit in "AB":
        return "home" if unit == "A" else "office"
    is_weekly = "W" in after[:4]
    follows = re.search(r"[OSBHGAh]|[Rr](?!_{0,3}z)", after if is_weekly else after[:5])
    if follows:
        return "office" if follows[0] in "OSBh" else "home"
    precedes = re.findall(r"[OSBHGAYyRrh]", before if is_weekly or unit in "EQ" else before[-9:])
    if precedes:
        return "home" if precedes[-1] in "HGARr" else "office"
    return ""


def _named_place(row: Row, text: str, count: re.Match[str]) -> str:
    """A place named after days a week ("two days a week in Leith") is no home."""
    last = count.end() - 1
    if last + 1 < len(row.letters) and row.letters[last + 1] in "WJ":
        last += 1
    elif count.start() > 1:
        return ""
    return "office" if _AT_A_PLACE.match(text, row.words[last].end) else ""


def _weekdays(row: Row, text: str) -> list[Days]:
    letters = _TRIP.sub(lambda found: "_" * len(found[0]), row.letters)
    home = 0
    for start, stop in _groups(row, text):
        n = _number_of(row, text, [at for at in range(start, stop) if letters[at] == "K"])
        before = letters[:start]
        after = re.split("[;eK]", letters[stop : stop + 6])[0]
        nearest = re.search(r"[HGRrCOSYB]", after)
        if (nearest and nearest[0] in "HGRrC") or re.search(r"[HG]_?$", before):
            home = home or n
        elif re.search(r"[OSYyBh]", letters) or _AT_A_PLACE.match(text, row.words[stop - 1].end):
            is_shift = _is_shift(row, text, start, stop)
            is_near = re.search(r"[SYyBh]", letters) or re.search(r"O", after) or re.search(r"O[^K]{0,6}$", before)
            return [Days(None if is_shift else n, is_shift, not is_near and "O" in letters)]
    return [Days(5 - home)] if 0 < home < 5 else []


def _groups(row: Row, text: str) -> Iterator[tuple[int, int]]:
    """Bounds of weekdays named together; of "on site Monday to Thursday, Friday from home" the last is another's."""
    letters = row.letters
    for group in re.finditer(r"K(?:[_V]{0,2}K){0,6}", letters):
        start, stop = group.span()
        if stop - start > 1 and re.match(r"_{0,2}[HGRr]", letters[stop:]) and re.search(r"[OSBYyh]", letters[:start]):
            last = letters.rindex("K", start, stop - 1)
            if "," in text[row.words[last].end : row.words[stop - 1].start]:
                yield start, last + 1
                start = stop - 1
        yield start, stop


def _is_shift(row: Row, text: str, start: int, stop: int) -> bool:
    """Who works weekends, or by the clock, works on site."""
    if any(row.words[at].value > "4" for at in range(start, stop) if at in row.words):
        return True
    last = row.words[stop - 1].end
    return _CLOCK.search(text[last : last + 20]) is not None and not set("YyHGRr") & set(row.letters)


def _number_of(row: Row, text: str, at: list[int]) -> int:
    """How many days some weekdays are, ranges by all that they span."""
    words = [row.words[k] for k in at]
    days = {int(word.value) for word in words}
    for one, next_one in pairwise(words):
        if _THROUGH.fullmatch(text[one.end : next_one.start].strip(" .")):
            days.update(range(int(one.value), int(next_one.value)))
    return len(days)
