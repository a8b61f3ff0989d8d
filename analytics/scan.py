"""One look at a text for all readers: every spelling, every cue and every reader's own words in two passes.

Most readers have nothing to do with most lines. Each lists in `lexicon/triggers.csv` the pieces of words without
which its patterns cannot match, and then looks only at the lines that hold one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from analytics.strength import Cue
from analytics.vocabulary import Form, vocabulary

MAX_LINES = 400  # that one reader looks at; a text with more is no posting
_BEFORE, _AFTER = frozenset("_.#@"), frozenset("_#+")
_FIRST_CJK = "\u2e80"  # scripts from here on write without blanks: a neighbour does not continue a word


class Hit(NamedTuple):
    """A spelling found in the text, before it is known to mean its term."""

    start: int
    end: int
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """A text and what stands in it: spellings and cues with clean borders, the longest where they overlap, and for
    each reader the offsets of its words, in order."""

    text: str
    lowered: str
    hits: list[Hit]
    cues: list[Cue]
    marks: dict[str, list[int]]

    def line_bounds(self, reader: str) -> list[tuple[int, int]]:
        """Bounds of the lines that hold a word of `reader`, in order; at most `MAX_LINES`."""
        return list(self._lines(reader))[:MAX_LINES] if reader in self.marks else []

    def lines_with(self, reader: str) -> str:
        """Those lines as one text."""
        return "\n".join(self.text[start:end] for start, end in self.line_bounds(reader))

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
    if isinstance(text, Scan):
        return text
    words = vocabulary()
    lowered = lower(text)
    hits: list[Hit] = []
    cues: list[Cue] = []
    marks: dict[str, list[int]] = {}
    for automaton, string in ((words.any_case, lowered), (words.as_written, text)):
        for last, (length, forms, kind, readers) in automaton.iter(string):
            start = last + 1 - length
            for reader in readers:
                marks.setdefault(reader, []).append(start)
            if (forms or kind) and _is_bounded(string, start, last + 1):
                if forms:
                    hits.append(Hit(start, last + 1, forms))
                if kind:
                    cues.append(Cue(start, last + 1, kind))
    for offsets in marks.values():
        offsets.sort()  # found by their ends
    return Scan(text, lowered, _longest(hits), _longest(cues), marks)


def lower(text: str) -> str:
    """`text` in small letters, of the same length: the few letters that grow when lowered are left."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    return lowered


def _is_bounded(text: str, start: int, end: int) -> bool:
    if start:
        before = text[start - 1]
        if before in _BEFORE or (before.isalnum() and before < _FIRST_CJK):
            return False
    after = text[end : end + 1]
    if after == ".":  # "openai.com" is an address
        return not text[end + 1 : end + 2].isalnum()
    return not (after in _AFTER or (after.isalnum() and after < _FIRST_CJK))


_Found = TypeVar("_Found", Hit, Cue)


def _longest(found: list[_Found]) -> list[_Found]:
    found.sort(key=lambda hit: (hit.start, -hit.end))
    kept: list[_Found] = []
    for hit in found:
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
        elif hit.end - hit.start > kept[-1].end - kept[-1].start:
            kept[-1] = hit
    return kept
