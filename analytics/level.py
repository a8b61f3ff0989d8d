"""The rung of the ladder that a title names. Body words ("lead the design", "staff meeting") are never asked.

Two words ("Senior Staff") give the higher rung. A silent title is `unspecified`; what the required years suggest is a
second, weaker value beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

import ahocorasick

from analytics.lexicon import lines

UNSPECIFIED = "unspecified"
MAX_TITLE = 300
TITLES_KEPT = 4096  # one employer's titles repeat: what was read of them is kept
FIRST_CJK = "\u2e80"  # scripts from here on write without blanks: a neighbour does not continue a word
_LETTERS = frozenset(char for char in map(chr, range(ord(FIRST_CJK))) if char.isalnum() or char == "_")


Found = tuple[int, int, str]  # where a phrase begins and ends, and the phrase


class Phrases:
    """Many phrases, looked up as whole words in one pass over a short text in small letters."""

    def __init__(self, forms: Iterable[str]) -> None:
        """A form that ends in `*` also stands for every word that it begins."""
        self._automaton = ahocorasick.Automaton()
        for form in forms:
            key = form.removesuffix("*")
            _, exact, opened = self._automaton.get(key, (0, "", ""))
            self._automaton.add_word(
                key, (len(key), exact or ("" if form.endswith("*") else form), opened or form * form.endswith("*"))
            )
        self._automaton.make_automaton()

    def found(self, text: str) -> list[Found]:
        """Every phrase that stands in `text`, also inside of another, in the order of their ends."""
        kept: list[Found] = []
        padded = f"{text} "  # so that the last character has a neighbour, and by index -1 the first
        for last, (length, exact, opened) in self._automaton.iter(text):
            end = last + 1
            start = end - length
            if padded[start - 1] in _LETTERS and text[start] < FIRST_CJK:
                continue
            if exact and not (padded[end] in _LETTERS and text[last] < FIRST_CJK):
                kept.append((start, end, exact))
            elif opened:
                kept.append((start, end, opened))
        return kept


def read_level(title: str, company: str = "") -> str:
    """intern entry mid senior staff principal lead manager director or unspecified, from the title alone."""
    level, is_bank_grade = _level(title[:MAX_TITLE])
    return "senior" if is_bank_grade and _is_bank(company) else level


@lru_cache(maxsize=TITLES_KEPT)
def _level(title: str) -> tuple[str, bool]:
    """The level, and whether it is a director's that at a bank is no more than a senior's: vice president."""
    phrases, ranks = _levels()
    hits = phrases.found(title.casefold().replace("\u2019", "'"))
    if not hits:
        return UNSPECIFIED, False
    silent = [hit for hit in hits if ranks[hit[2]][1] == "silent"]
    if silent:
        hits = [hit for hit in hits if hit not in silent and not _silenced(hit, silent)]
    if len(hits) > 1:
        hits = [hit for hit in hits if not any(hit != one and _within(hit, one) for one in hits)]
    if not hits:
        return UNSPECIFIED, False
    (_, level), _, form = min([(ranks[form], start, form) for start, _, form in hits])
    return level, level == "director" and ("vice" in form or form in ("vp", "avp", "svp"))


def infer_level(low_years: float | None) -> str:
    """The level that required years suggest: 0-1 entry, 2-4 mid, 5 and more senior; unspecified for None."""
    if low_years is None:
        return UNSPECIFIED
    return "entry" if low_years < 2 else "mid" if low_years < 5 else "senior"


def _silenced(hit: Found, silent: list[Found]) -> bool:
    """Whether a phrase that names no rung covers the hit: "lead generation"; a longer rung ("group product manager")
    is not covered by a part of it."""
    start, end, _ = hit
    return any(low < end and start < high and end - start <= high - low for low, high, _ in silent)


def _within(hit: Found, longer: Found) -> bool:
    """Whether a rung is a part of the word for another: "senior" of "semi senior"."""
    return longer[0] <= hit[0] and hit[1] <= longer[1]


@cache
def _levels() -> tuple[Phrases, dict[str, tuple[int, str]]]:
    """The phrases of `lexicon/levels.csv`, and for each its level and rank: that of the first line of its level."""
    ranks: dict[str, tuple[int, str]] = {}
    order: dict[str, int] = {}
    for row in lines("levels"):
        if row["level"] != "bank":
            rank = order.setdefault(row["level"], len(order))
            ranks.setdefault(row["form"], (rank, row["level"]))
    return Phrases(ranks), ranks


def _is_bank(company: str) -> bool:
    return any(row["form"] in company.casefold() for row in lines("levels") if row["level"] == "bank")
