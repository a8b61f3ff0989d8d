"""One look at a text for all readers: every spelling, every cue and every reader's own words in one pass.

Most readers have nothing to do with most lines. Each lists in `lexicon/triggers.csv` the pieces of words without
which its patterns cannot match, and then looks only at the lines that hold one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from analytics.strength import Cue
from analytics.vocabulary import Form, lower, vocabulary

__all__ = ("Hit", "Scan", "lower", "scan")

MAX_LINES = 400  # that one reader looks at; a text with more is no posting
MOST = 250  # spellings that are looked at; the fullest posting seen has two fifths of it
_FIRST_CJK = 0x2E80  # scripts from here on write without blanks: a neighbour does not continue a word
_ALNUM = frozenset(filter(str.isalnum, map(chr, range(_FIRST_CJK))))
_BEFORE, _AFTER = _ALNUM | frozenset("_.#@"), _ALNUM | frozenset("_#+")


_Found = tuple[int, int, tuple[Form, ...], str]  # bounds, what it may spell, kind of a cue


class Hit(NamedTuple):
    """A spelling found in the text, before it is known to mean its term."""

    start: int
    end: int
    forms: tuple[Form, ...]


@dataclass(slots=True)
class Scan:
    """A text and what stands in it: spellings and cues with clean borders, the longest where they overlap, and for
    each reader the offsets of its words, in order. `within` has the spellings inside an uncertain longer one, by its
    start: "AI" in "AI platform"."""

    text: str
    lowered: str
    hits: list[Hit]
    cues: list[Cue]
    marks: dict[str, list[int]]
    within: dict[int, list[Hit]]
    is_cut: bool = False  # whether it holds more spellings than are looked at

    def line_bounds(self, reader: str) -> list[tuple[int, int]]:
        """Bounds of the lines that hold a word of `reader`, in order; at most `MAX_LINES`."""
        return list(self._lines(reader))[:MAX_LINES] if reader in self.marks else []

    def _lines(self, reader: str) -> Iterator[tuple[int, int]]:
        end = -1
        for at in self.marks[reader]:
            if at >= end:
                start = self.text.rfind("\n", 0, at) + 1
                end = self.text.find("\n", at)
                end = len(self.text) if end < 0 else end
                yield start, end


def scan(text: str | Scan) -> Scan:
    """The scan of a text; one that was made already is given back."""
    return text if isinstance(text, Scan) else _scan(text)


def _scan(text: str) -> Scan:
    words = vocabulary()
    lowered = lower(text)
    padded = lowered + "  "  # so that the last character has neighbours, and by index -1 the first
    marks: defaultdict[str, list[int]] = defaultdict(list)
    found: list[_Found] = []
    for last, (length, forms, exact, kind, readers) in words.automaton.iter(lowered):
        end = last + 1
        start = end - length
        if readers:
            for reader in readers:
                marks[reader].append(start)
        if padded[end] in _AFTER or padded[start - 1] in _BEFORE:
            continue
        if exact:
            forms = exact.get(text[start:end], forms)
        if (forms or kind) and not (padded[end] == "." and padded[end + 1].isalnum()):  # "openai.com" is an address
            found.append((start, end, forms, kind))
    for offsets in marks.values():
        offsets.sort()  # found by their ends
    is_cut = len(found) > 2 * MOST
    hits, within = _hits(found[: 2 * MOST])
    for hit in islice(_letters(text, words.letters), MOST):
        _insert(hits, hit)
    is_cut = is_cut or len(hits) > MOST
    return Scan(text, lowered, hits[:MOST], _cues(found[: 2 * MOST]), dict(marks), within, is_cut)


def _hits(found: list[_Found]) -> tuple[list[Hit], dict[int, list[Hit]]]:
    """The spellings among the found, and those within an uncertain longer one."""
    hits: list[Hit] = []
    within: dict[int, list[Hit]] = {}
    last = 0
    for start, end, forms, _ in found:
        if forms:
            if start >= last:
                hits.append(Hit(start, end, forms))
            else:
                _add_hit(hits, Hit(start, end, forms), within)
            last = hits[-1].end
    return hits, within


def _cues(found: list[_Found]) -> list[Cue]:
    cues: list[Cue] = []
    last = 0
    for start, end, _, kind in found:
        if kind:
            if start >= last:
                cues.append(Cue(start, end, kind))
            else:
                _add_cue(cues, Cue(start, end, kind))
            last = end
    return cues


def _add_hit(hits: list[Hit], hit: Hit, within: dict[int, list[Hit]]) -> None:
    """Adds a spelling found after the others: of those that overlap the longest stays, of equals the first."""
    start, end, _ = hit
    while hits and hits[-1].end > start:
        rival = hits[-1]
        is_shorter = end - start <= rival.end - rival.start
        longer, shorter = (rival, hit) if is_shorter else (hit, rival)
        if longer.forms[-1].is_ambiguous:
            within.setdefault(longer.start, []).append(shorter)
        if is_shorter:
            return
        hits.pop()
    hits.append(hit)


def _add_cue(cues: list[Cue], cue: Cue) -> None:
    while cues and cues[-1].end > cue.start:
        if cue.end - cue.start <= cues[-1].end - cues[-1].start:
            return
        cues.pop()
    cues.append(cue)


def _letters(text: str, letters: tuple[tuple[str, tuple[Form, ...]], ...]) -> Iterator[Hit]:
    """The spellings of a single letter, as written and with clean borders."""
    for letter, forms in letters:
        at = text.find(letter)
        while at >= 0:
            before, after, beyond = text[at - 1 : at], text[at + 1 : at + 2], text[at + 2 : at + 3]
            if not (before in _BEFORE or after in _AFTER or (after == "." and beyond.isalnum())):
                yield Hit(at, at + 1, forms)
            at = text.find(letter, at + 1)


def _insert(hits: list[Hit], letter: Hit) -> None:
    """Puts a letter among the spellings, unless it stands in one."""
    at = bisect_right(hits, letter.start, key=_start)
    if not at or hits[at - 1].end <= letter.start:
        hits.insert(at, letter)


def _start(hit: Hit) -> int:
    return hit.start
