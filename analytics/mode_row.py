"""The words of a sentence about where the work is done, as a row of letters, one a word of `lexicon/arrangements.csv`.

"two days a week in our office" is `N_DWS`, `_` any other word; one grammar of letters then serves every language, and a
phrase that only looks like a mode (hybrid search) is a longer word of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from typing import Any, NamedTuple

import ahocorasick

from analytics.lexicon import lines

_BY_KIND = (
    "anywhere:a at:I at_our:i cannot:x choice:C commute:n day:D depends:d flexible:X fortnight:J full:F here:h "
    "home:H home_day:A homeoffice:G hybrid:Y hybrid_job:y job:j least:l leave:L mainly:m meeting:v money:$ no:Z "
    "no_after:z number:N office:O office_day:B once:E onsite:S optional:f or:V others:o part:p percent:Q period:M "
    "perk:P remote:R remote_job:r rest:e seldom:s tag:T times:D trap:_ up_to:U week:W weekday:K workplace:w"
)
LETTERS = dict(pair.split(":") for pair in _BY_KIND.split())
_TELLING = frozenset("OSHGARrYyXBKTQa")
PLACED = re.compile(r"[OSHGARrYyXBKTQau]|N(?:V_)?D|h_{0,3}E")  # letters that place the work; `u` is no word's
_CONTRACT = re.compile(
    r"\b(?:stage|internship|intern|placement|contract|contrat|cdd|praktikum|werkstudent\w*|prácticas|tirocinio|staż|estágio|"
    r"mission|assignment|fellowship|befrist\w+|vertrag|contrato|contratto|fixed[- ]term|traineeship|alternance)\b"
)
_FRACTION = re.compile(r"[.,]\d")  # "1.0 FTE" counts no days
_PAID = re.compile(r"[$€£]|\b(?:zł|pln|brutto|gross|netto|bruts?|brut[oa]s?|lord[oi])\b")
_WEAKENING = ("normally", "usually", "generally", "ordinarily", "typically", "currently", "presently", "routinely")
_NEAR = 20  # characters around months in which the kind of contract stands
_new = tuple.__new__  # makes a NamedTuple in a third of the time, as calling its class runs Python code
_LETTERS = frozenset(filter(str.isalnum, map(chr, range(0x2E80))))  # of scripts that write blanks between words


class Word(NamedTuple):
    """A word of the list in a text."""

    value: str
    start: int
    end: int


class Row(NamedTuple):
    """The letters of a sentence, and the words that they stand for by their place among the letters."""

    letters: str
    words: dict[int, Word]


def row(lowered: str, start: int, end: int) -> Row:
    """The row of one sentence of a text in small letters; empty where it cannot tell where the work is done."""
    letters = ""
    words: dict[int, Word] = {}
    last = start
    has_parts = lowered.find(";", start, end) >= 0
    for first, negative_stop, letter, value in _found(lowered, start, end):
        if first < last or (letter == "N" and _FRACTION.match(lowered, -negative_stop, end)):
            continue
        n_blanks = min(9, lowered.count(" ", last, first))
        letters += "_" * (n_blanks - 1 if letters else n_blanks)  # of the blanks between two words one is theirs
        if has_parts and lowered.find(";", last, first) >= 0:
            letters += ";"
        last = -negative_stop
        word = words[len(letters)] = _new(Word, (value, first, last))
        is_length = letter == "M" and _is_length(lowered, word, letters)
        letters += "_" if is_length else letter  # "12 weeks, on site" is how long, not how often
    return Row(letters, words)


def _found(lowered: str, start: int, end: int) -> list[tuple[int, int, str, str]]:
    """The words of the list with clean borders, from the left and of one start the longest first: start, end with a
    minus, letter, value. The automaton's own way to the longest loses "not" in "do not offer" where the list has "do
    not have an office"."""
    part = lowered[start:end]  # the automaton copies what it is given
    before, after = lowered[start - 1 : start], lowered[end : end + 1]
    padded = f"{part}{after or ' '}{before or ' '}"  # by index -1 the first character has its neighbour
    first, stop = start + 1, -start - 1
    hits = [
        (first + at - length, stop - at, letter, value)
        for at, (length, letter, value, is_begun, is_ended) in _words().iter(part)
        if not ((is_ended and padded[at + 1] in _LETTERS) or (is_begun and padded[at - length].isalnum()))
    ]
    return sorted(hits) if _is_telling([hit[2] for hit in hits]) else []


def _is_telling(letters: Collection[str]) -> bool:
    """Whether letters can place the work; where they do, `PLACED` finds them in their row."""
    return (
        not _TELLING.isdisjoint(letters) or ("D" in letters and "N" in letters) or ("h" in letters and "E" in letters)
    )


def _is_length(lowered: str, word: Word, letters: str) -> bool:
    """Whether months are how long a job is, or what is paid for, not how often one comes: "12 weeks, on site", "a
    six-month internship in our lab", "9 500 zł monthly, on site"."""
    low, high = max(0, word.start - _NEAR), word.end + _NEAR
    is_ended = lowered.startswith(",", word.end)
    if _is_counted(lowered, word.start, letters):
        return is_ended or _CONTRACT.search(lowered, low, high) is not None
    return is_ended and _PAID.search(lowered, low, word.start) is not None


def _is_counted(lowered: str, first: int, letters: str) -> bool:
    return letters.endswith("N") or (first > 1 and lowered[first - 2].isdigit())


@cache
def _words() -> Any:
    """The automaton of the arrangements: every blank or hyphen of a phrase may be either. With each word its length,
    letter and value, and whether no letter may stand before it, or after it."""
    words: dict[str, tuple[int, str, str, bool, bool]] = {}
    for row in lines("arrangements"):
        if row["kind"] == "companion":  # of `analytics.mode_others` alone
            continue
        is_open = row["word"].endswith("*")
        word = row["word"].removesuffix("*")
        for spelled in _spellings(word, row["kind"]):
            if spelled == word or spelled not in words:
                is_ended = not is_open and spelled[-1].isalnum()
                words[spelled] = (len(spelled), LETTERS[row["kind"]], row["value"], spelled[0] in _LETTERS, is_ended)
    automaton = ahocorasick.Automaton()
    for word, told in words.items():
        automaton.add_word(word, told)
    automaton.make_automaton()
    return automaton


def _spellings(word: str, kind: str) -> list[str]:
    """The ways to write a word; a denial also with what weakens it: "is not normally possible"."""
    negated = re.fullmatch(r"((?:.* )?not|.*n't) (\w.*)", word) if kind == "no_after" else None
    words = [word, *(f"{negated[1]} {adverb} {negated[2]}" for adverb in _WEAKENING if negated)]
    pairs = ((" ", " "), ("-", " "), (" ", "-"), ("'", "’"))
    return list(dict.fromkeys(one.replace(*pair) for one in words for pair in pairs))
