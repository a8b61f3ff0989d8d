"""Currencies: their marks as printed, the countries that pay in them, and how little a year's pay can be."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

LEXICON = Path(__file__).parent / "lexicon" / "currencies.csv"
DOLLAR = "$"  # a mark that says no country
RAND = "R"  # stands before its number only
DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN")
_KRONER = {"NO": "NOK", "DK": "DKK", "IS": "ISK"}


@dataclass(frozen=True, slots=True)
class Currency:
    """One row of the lexicon; `year_low` is about the least that a year of full-time work brings."""

    code: str
    countries: frozenset[str]
    year_low: float
    places: tuple[str, ...]


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


@cache
def currency_of(country: str) -> str | None:
    """The currency of a country by its ISO2 code, None for "" and for a country that is not in the lexicon."""
    told = country.upper()
    return next((c.code for c in currencies().values() if told and told in c.countries), None)


def code_of(mark: str, country: str) -> str:
    """The ISO code of a mark as printed; a crown or a yen sign is that of the country where it has one."""
    if mark == "kr" and country in _KRONER:
        return _KRONER[country]
    return "CNY" if mark == "¥" and country == "CN" else mark_codes()[mark]


def dollar_of(before: str, after: str) -> str | None:
    """The dollar of the place named nearest to an amount: "Toronto: $120,000", "$120,000 in Toronto".

    Beside "in" behind it what stands before counts first."""
    near = _placed().match(after)
    if near:
        return _of_list(near["list"], near["place"])
    found = _places().findall(before)
    if found:
        return _of_list(_lists().findall(before)[-1], found[-1])
    found = _places().findall(after)
    return _of_list(_lists().findall(after)[0], found[0]) if found else None


def _of_list(places: str, place: str) -> str | None:
    """The dollar of a place; of one beside the United States in a list of places none: "Remote (US, Canada)"."""
    code = _dollar_places()[place]
    told = {_dollar_places()[other] for other in _places().findall(places)}
    return None if code != "USD" and "USD" in told else code


@cache
def _placed() -> re.Pattern[str]:
    return re.compile(rf" (?:in|for|within) (?:the )?(?P<list>(?P<place>{_places().pattern}))(?! ?[:,/]| (?:and|or) )")


@cache
def _lists() -> re.Pattern[str]:
    """Places side by side: "US, Canada", "United States or Canada"."""
    one = _places().pattern
    return re.compile(rf"{one}(?:[\s,/&+|()•·-]{{1,3}}(?:(?:and|or|und|oder|et|ou)\s)?(?:in\s)?(?:the\s)?{one})*")


@cache
def _places() -> re.Pattern[str]:
    named = sorted(_dollar_places(), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, named))})(?![^\W\d_])")


@cache
def _dollar_places() -> dict[str, str]:
    # A dollar near "Mexico" is as often one of the United States.
    return {place: code for code in DOLLARS if code != "MXN" for place in currencies()[code].places}


@cache
def mark_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Marks at the end of what stands before a number, and at the start of what stands after it."""
    marks = sorted(mark_codes(), key=len, reverse=True)
    behind = [mark for mark in marks if mark != RAND]
    codes = "|".join(code for code in currencies() if code.isalpha())
    before = "|".join(re.escape(mark) for mark in marks if len(mark) <= 5)
    after = "|".join(re.escape(mark) + (r"(?![A-Za-z])" if mark[-1].isalpha() else "") for mark in behind)
    return (
        re.compile(rf"(?<![A-Za-z])(?:(?P<code>{codes})[ ]?:?[ ]?)?(?P<mark>{before})[ ]{{0,2}}$"),
        re.compile(rf"[ ]?\(?(?P<mark>{after})\)?(?![ ]?[$€£]?[ ]?\d)"),
    )


@cache
def mark_starts() -> frozenset[str]:
    """The first characters of the marks."""
    return frozenset(mark[0] for mark in mark_codes())


@cache
def mark_ends() -> frozenset[str]:
    """The last two characters of the marks that stand before a number, and marks of one character."""
    return frozenset(mark[-2:] for mark in mark_codes() if len(mark) <= 5)


@cache
def sign_pattern() -> re.Pattern[str]:
    """A digit that something marks as money: a currency sign, a code or "k" beside it, or groups of thousands.

    It begins with the digit because the regex engine then skips all other text at little cost.
    """
    signs = "".join(
        sorted({re.escape(mark[-1]) for mark in mark_codes() if not mark[-1].isalpha() and mark[-1] != "."})
    )
    of_letters = {m for m in mark_codes() if m[0].isalpha() and m != RAND and not re.fullmatch("[A-Z]{3}", m)}
    words = "|".join(f"{first}(?:{rest})" for first, rest in _by_letter(of_letters))
    starts = "".join(sorted({word[0] for word in of_letters}))
    after = (
        rf"(?![ -]years?\b)[ -]?(?=[A-Z klmct万만{starts}{signs}])(?:[kK](?![a-z])|[kKT]?[{signs}]"
        rf"|[TkKmM]?[ ]?[A-Z]{{3}}(?![a-z])|[Ll]\.?[Pp]\.?[Aa]|[Ll]a(?:kh|c)|LA(?:KH|C)|L(?![^\W_])|[Cc]r(?:ore)?\b"
        rf"|tsd|tys|万|만|[ ](?:million|mio\.?|mln) (?:[{signs}]|[A-Z]{{3}}\b|{words})|{words})"
    )
    return re.compile(
        rf"[0-9](?<![0-9.,'’][0-9])(?:(?<=[{signs}][0-9])|(?<=[{signs}] [0-9])"
        rf"|(?<=[A-ZpsM][0-9])(?:(?<=[A-Z]{{3}}[0-9])|(?<=R[psM][0-9]))"
        rf"|(?<=[A-ZpsMr] [0-9])(?:(?<=[A-Z]{{3}} [0-9])|(?<=R[psM] [0-9])|(?<=kr [0-9]))"
        rf"|[0-9]{{0,2}}[,.'’ ][0-9]{{3}}(?![0-9])|[0-9]{{4,5}}(?![0-9])|[0-9],[0-9][0-9],"
        rf"|[0-9]{{0,4}}+(?:[.,][0-9]{{1,2}})?+\+?+,?+{after})"
    )


def _by_letter(words: Iterable[str]) -> list[tuple[str, str]]:
    """The first letters of words, and the rests of the words of each as a pattern: fewer branches to be tried."""
    of_letter = groupby(sorted(words), key=lambda word: word[0])
    return [(first, "|".join(re.escape(word[1:]) for word in found)) for first, found in of_letter]


def _rows() -> list[dict[str, str]]:
    with LEXICON.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
