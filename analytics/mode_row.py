"""The words of a sentence about where the work is done, as a row of letters, one a word of `lexicon/arrangements.csv`.

"two days a week in our office" is `N_DWS`, `_` any other word; one grammar of letters then serves every language, and a
phrase that only looks like a mode (hybrid search) is a longer word of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

import ahocorasick

from analytics.lexicon import lines
from analytics.memo import SURROUNDINGS
from analytics.scan import Scan
from analytics.terms import Section

MAX_SENTENCES = 80
MAX_SENTENCE = 240  # characters looked at on either side of a word

_BY_KIND = (
    "anywhere:a at:I at_our:i cannot:x choice:C commute:n day:D depends:d flexible:X fortnight:J full:F here:h "
    "home:H home_day:A homeoffice:G hybrid:Y hybrid_job:y job:j least:l leave:L mainly:m meeting:v money:$ no:Z "
    "no_after:z number:N office:O office_day:B once:E onsite:S optional:f or:V others:o part:p percent:Q period:M "
    "perk:P remote:R remote_job:r rest:e seldom:s tag:T times:D trap:_ up_to:U week:W weekday:K workplace:w"
)
LETTERS = dict(pair.split(":") for pair in _BY_KIND.split())
_TELLING = frozenset("OSHGARrYyXBKTQahD")  # a sentence without any of these names no arrangement
PLACED = re.compile(r"[OSHGARrYyXBKTQau]|N(?:V_)?D|h_{0,3}E")  # letters that place the work
_END = re.compile(r"[.!?\n•](?:(?<=[\n•])|(?=\s)(?:(?<!\b\w\.)|(?<=: [NY]\.)))")  # not the stop of "U.S. citizen"
_ANSWER = re.compile(
    r"\? ?:? ?(?:yes|no|[yn]|ja|nein|nee|oui|non|sí|si|sim|não|tak|nie|nej|sì)\b(?=\W|$)(?!,? \w)", re.I
)
_CONTRACT = re.compile(
    r"\b(?:stage|internship|intern|placement|contract|contrat|cdd|praktikum|werkstudent\w*|prácticas|tirocinio|staż|estágio|"
    r"mission|assignment|fellowship|befrist\w+|vertrag|contrato|contratto|fixed[- ]term|traineeship|alternance)\b"
)
_FRACTION = re.compile(r"[.,]\d")  # "1.0 FTE" counts no days
_PAID = re.compile(r"[$€£]|\b(?:zł|pln|brutto|gross|netto|bruts?|brut[oa]s?|lord[oi])\b")
_WEAKENING = ("normally", "usually", "generally", "ordinarily", "typically", "currently", "presently", "routinely")
_NEAR = 20  # characters around months in which the kind of contract stands
_LETTERS = frozenset(filter(str.isalnum, map(chr, range(0x2E80))))  # of scripts that write blanks between words


_T = TypeVar("_T")


class Word(NamedTuple):
    """A word of the list in a text."""

    value: str
    start: int
    end: int


class Row(NamedTuple):
    """The letters of a sentence, and the words that they stand for by their place among the letters."""

    letters: str
    words: dict[int, Word]


def sentences(scanned: Scan, reader: str) -> Iterator[tuple[int, int]]:
    """Bounds of the sentences that hold a word of `reader`, in order and at most `MAX_SENTENCES`."""
    text, last, n = scanned.text, -1, 0
    for at in scanned.marks.get(reader, ()):
        if at < last:
            continue
        start = max(0, at - MAX_SENTENCE, last)
        for mark in ("\n", "! ", "? ", "•"):
            before = text.rfind(mark, start, at)
            if before >= 0:
                start = before + 1
        start = max(start, _full_stop(text, start, at))
        found = _END.search(text, at, at + MAX_SENTENCE)
        last = found.start() if found else min(len(text), at + MAX_SENTENCE)
        if found and found[0] == "?":
            answer = _ANSWER.match(text, last)
            last = answer.end() if answer else last
        yield start, last
        n += 1
        if n == MAX_SENTENCES:
            return


def marked_lines(scanned: Scan, reader: str, most: int) -> Iterator[tuple[int, str, tuple[int, ...]]]:
    """The lines that hold a word of `reader`: the offset of each, the line, and where in it the words begin; of the
    first `most` words."""
    text, marks = scanned.text, scanned.marks.get(reader, [])[:most]
    first, n_marks = 0, len(marks)
    while first < n_marks:
        at = marks[first]
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        end = end if end >= 0 else len(text)
        stop = first + 1
        while stop < n_marks and marks[stop] < end:
            stop += 1
        yield start, text[start:end], tuple([at - start for at in marks[first:stop]])
        first = stop


def told_lines(
    scanned: Scan, reader: str, most: int, read: Callable[[str, tuple[int, ...]], Sequence[_T]]
) -> list[tuple[int, Sequence[_T]]]:
    """What `read` makes of the lines that hold a word of `reader`, by their offsets, of those of which it says
    something; it is given a line and where in it the words begin, of the first `most` words. Lines remember it."""
    marks, lines = scanned.marks.get(reader, ()), scanned.lines
    found: list[tuple[int, Sequence[_T]]] = []
    first, n_marks = 0, min(len(marks), most)
    while first < n_marks:
        start, line = lines[bisect_right(lines, marks[first], key=itemgetter(0)) - 1]
        end, stop = start + len(line.text), first + 1
        while stop < n_marks and marks[stop] < end:
            stop += 1
        key = reader, stop - first
        told = line.told.get(key)
        if told is None:
            told = read(line.text, tuple([at - start for at in marks[first:stop]]))
            if len(line.told) < SURROUNDINGS:
                line.told[key] = told
        if told:
            found.append((start, told))
        first = stop
    return found


def section_at(spans: Iterable[Section], at: int) -> str:
    """The name of the section that a place is in, "" where it is in none."""
    for span in spans:
        if span.start <= at < span.end:
            return span.name
    return ""


def _full_stop(text: str, low: int, at: int) -> int:
    """Where the sentence of `at` begins as far as full stops tell; the one of "U.S. citizen" does not."""
    stop = text.rfind(". ", low, at)
    while stop > low + 1 and text[stop - 1].isalnum() and not text[stop - 2].isalnum():
        stop = text.rfind(". ", low, stop)
    return stop + 1


def row(lowered: str, start: int, end: int) -> Row:
    """The row of one sentence of a text in small letters; empty where it names no arrangement."""
    letters = ""
    words: dict[int, Word] = {}
    last = start
    for letter, word in _found(lowered, start, end):
        n_blanks = min(9, lowered.count(" ", last, word.start))
        letters += "_" * (n_blanks - 1 if letters else n_blanks)  # of the blanks between two words one is theirs
        if lowered.find(";", last, word.start) >= 0:
            letters += ";"
        last = word.end
        is_length = letter == "M" and _is_length(lowered, word, letters)
        words[len(letters)] = word
        letters += "_" if is_length else letter  # "12 weeks, on site" is how long, not how often
    return Row(letters, words)


def _found(lowered: str, start: int, end: int) -> Iterator[tuple[str, Word]]:
    """The words of the list with clean borders, the longest from the left. The automaton's own way to these loses
    "not" in "do not offer" where the list has "do not have an office"."""
    part = lowered[start:end]  # the automaton copies what it is given
    before, after = lowered[start - 1 : start], lowered[end : end + 1]
    padded = f"{part}{after or ' '}{before or ' '}"  # by index -1 the first character has its neighbour
    hits = [
        (at + 1 - length, -at - 1, letter, value)
        for at, (length, letter, value, is_begun, is_ended) in _words().iter(part)
        if not ((is_ended and padded[at + 1] in _LETTERS) or (is_begun and padded[at - length].isalnum()))
    ]
    if _TELLING.isdisjoint([hit[2] for hit in hits]):
        return
    free = 0
    for first, negative_end, letter, value in sorted(hits):
        if first >= free and not (letter == "N" and _FRACTION.match(part, -negative_end)):
            free = -negative_end
            yield letter, Word(value, start + first, start + free)


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
