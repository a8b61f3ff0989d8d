"""The country whose laws, money and language a posting speaks of, where no label of it names one.

A place too small for the gazetteer ("Harsewinkel") lies in the country whose collective agreement, pension or tax form
the text names; language alone tells little.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from typing import Any

import ahocorasick

from analytics.lexicon import lines
from analytics.place import AREAS, areas
from analytics.scan import Scan

_LIST = re.compile(  # a line that tells where one may live: "Open to: Mexico, Colombia"
    r"(?=[^\w\n]{0,8}+[\w'’/ ]*+[:–—-])"  # as most lines have another mark first, words are sought in few
    r"[^\w\n]{0,8}(?:[\w'’/]+ ){0,4}?(?:open|where|locations?|countr\w+|eligib\w+|hiring|hire|based|regions?|"
    r"candidates?|from|work|países|ubicaci\w+|pays|länder|standorte|kraje)\b(?: [\w'’]+){0,3} ?[:–—-]([^\n]{4,200})",
    re.I,
)
_PAID = re.compile(
    r"(?=[^\d\n]{4,49}+\d)"  # few lines have a number there
    r"[^\w\n]{0,8}([^\W\d_][^\d\n:]{2,30}?)(?: ?[:–—-]| \(|\t) ?[^\w\n]{0,3}(?:[A-Z]{3} ?)?\d[\d.,]{2}"
)
PROVINCES = ("BR", "CH", "ES", "IT", "RO")  # print provinces by codes that are US states too
_ROMANCE = (" di ", " de ", " para ", " și ")
ENOUGH = 3  # weight of marks; the next country must have less than half as much
MAX_TEXT = 30_000  # characters that are looked at
MAX_LINE = 800  # more than what is looked at of any line
MOST_KEPT = 4096  # lines: an employer's postings repeat most of theirs
MAX_TRIES = 20  # places of a mark that are looked at


def home_country(lowered: str) -> str:
    """ISO2 of that country for a text in small letters, "" when the marks are few or at odds."""
    weights: Counter[str] = Counter()
    for word in _standing(lowered[:MAX_TEXT]):
        for country, weight in _marks()[1][word]:
            weights[country] += weight
    best = weights.most_common(2)
    if not best or best[0][1] < ENOUGH or (len(best) > 1 and 2 * best[1][1] > best[0][1]):
        return ""
    return best[0][0]


def province_country(lowered: str) -> str:
    """`home_country` where it is one whose provinces look like US states, else ""."""
    if not any(word in lowered for word in _ROMANCE):
        return ""
    home = home_country(lowered)
    return home if home in PROVINCES else ""


def listed_countries(scanned: Scan) -> list[str]:
    """ISO2 of the countries a line lists as those to work from, else of those for which pay is listed; at least two."""
    # lines as they were scanned, or the last one is cut off
    told = [
        _told(line.text[: MAX_LINE if at < MAX_TEXT - MAX_LINE else MAX_TEXT - at])
        for at, line in scanned.lines
        if at < MAX_TEXT
    ]
    for listed, _ in told:
        if len(listed) > 1:
            return list(listed)
    paid = list(dict.fromkeys(code for _, codes in told for code in codes))
    return paid if len(paid) > 1 else []


@lru_cache(MOST_KEPT)
def _told(line: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The countries that a line lists as those to work from, and those that it names before an amount."""
    return _within(_LIST.match(line)), _within(_PAID.match(line))


def _within(found: re.Match[str] | None) -> tuple[str, ...]:
    """The countries among what a pattern has found on a line."""
    return tuple(code for code in areas(found[1]) if code not in AREAS) if found else ()


def _standing(lowered: str) -> set[str]:
    """The marks that are once no part of a longer word: not "aud" of "audience"."""
    padded = lowered + " "  # so that the last character has a neighbour, and by index -1 the first
    standing: set[str] = set()
    tries: Counter[str] = Counter()
    for last, word in _marks()[0].iter(lowered):
        if tries[word] < MAX_TRIES:
            tries[word] += 1
            is_cut = word[0].isalpha() and padded[last - len(word)].isalpha()
            if not is_cut and not (word[-1].isalpha() and padded[last + 1].isalpha()):
                standing.add(word)
    return standing


@cache
def _marks() -> tuple[Any, dict[str, list[tuple[str, int]]]]:
    """An automaton over the marks, and of each word all its countries with its weight."""
    marks: dict[str, list[tuple[str, int]]] = {}
    automaton = ahocorasick.Automaton()
    for row in lines("homelands"):
        marks.setdefault(row["word"], []).append((row["country"], int(row["weight"])))
        automaton.add_word(row["word"], row["word"])
    automaton.make_automaton()
    return automaton, marks
