"""Days a week on site: by counts ("two days a week in the office"), else by weekdays."""

from __future__ import annotations

import re
from typing import NamedTuple

from analytics.mode_row import Row

_COUNT = re.compile(r"(U_{0,2})?(?:N(?:_{0,2}V?_?(N))?_?[DBA]|[EQ])")
_DENIED = re.compile(r"[Zx][_Ii]?[RrGH]")
_NOT_WEEKLY = re.compile(r"_?[Ms]|_{0,2}[PLv]")
_AT_A_PLACE = re.compile(r"\W{1,2}(?:[Ii]n|at|near|on|à|am|[Ww]|en|em|i|im)\s(?:the\s|our\s)?[A-ZÄÖÜÉŁŚŻ]")
_THROUGH = re.compile(r"\s?(?:-|–|—|to|through|thru|until|till|bis|à|au|a|do|t/m|tot|til|till)\s?", re.I)


class Days(NamedTuple):
    """Days a week on site, None when a sentence names days but not how many."""

    n: int | None
    is_week: bool = False  # "four to five days": the week of an office


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
    after = letters[count.end() : min(stop, count.end() + 10)].split(";")[0]
    before = letters[begin : count.start()].rpartition(";")[2]
    if (unit in "DBAQ" and _NOT_WEEKLY.match(after)) or re.search(r"P_?$|s[_Ii]{0,4}$|o", before):
        return []
    value = row.words[at].value
    n = int(value) if value else None
    where = _where(unit, after, before) or _named_place(row, text, count)
    if not where:
        return []
    if n is None:
        return [Days(None)]
    if count[2]:
        is_week = where == "office" and row.words[count.start(2)].value == "5"
        return [Days(n if is_week else None, is_week)]
    if "J" in after[:5]:
        return [Days(5 - n // 2 if where == "home" else None)]
    return [Days(n if where == "office" else None if unit == "Q" else 5 - n)]


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
    letters = row.letters
    home = 0
    for group in re.finditer(r"K(?:[_V]{0,2}K){0,6}", letters):
        n = _number_of(row, text, [at for at in range(*group.span()) if letters[at] == "K"])
        after = letters[group.end() : group.end() + 6].split(";")[0]
        nearest = re.search(r"[HGRrCOSYB]", after)
        if (nearest and nearest[0] in "HGRrC") or re.search(r"[HG]_?$", letters[: group.start()]):
            home = home or n
        elif re.search(r"[OSYyBh]", letters) or _AT_A_PLACE.match(text, row.words[group.end() - 1].end):
            is_shift = any(row.words[at].value > "4" for at in range(*group.span()) if at in row.words)
            return [Days(None if is_shift else n, is_shift)]  # who works weekends in shifts works on site
    return [Days(5 - home)] if 0 < home < 5 else []


def _number_of(row: Row, text: str, at: list[int]) -> int:
    words = [row.words[k] for k in at]
    days = [int(word.value) for word in words]
    if len(at) == 2 and days[1] > days[0] and _THROUGH.fullmatch(text[words[0].end : words[1].start].strip(" .")):
        return days[1] - days[0] + 1
    return len(set(days))
