"""One look at a text for all readers: every spelling, every cue and every reader's own words in one pass.

Most readers have nothing to do with most lines. Each lists in `lexicon/triggers.csv` the pieces of words without
which its patterns cannot match, and then looks only at the lines that hold one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from analytics.memo import remember, table
from analytics.strength import Cue
from analytics.vocabulary import Form, Trigger, lower, vocabulary

__all__ = ("Hit", "Line", "Scan", "lower", "scan", "scan_lines")

MAX_LINES = 400  # that one reader looks at; a text with more is no posting
MOST = 250  # spellings that are looked at; the fullest posting seen has two fifths of it
_FIRST_CJK = 0x2E80  # scripts from here on write without blanks: a neighbour does not continue a word
_ALNUM = frozenset(filter(str.isalnum, map(chr, range(_FIRST_CJK))))
_new = tuple.__new__  # makes a NamedTuple in a third of the time, as calling its class runs Python code
_BEFORE, _AFTER = _ALNUM | frozenset("_.#@"), _ALNUM | frozenset("_#+")


_Found = tuple[int, int, tuple[Form, ...], str]  # bounds, what it may spell, kind of a cue
_NOTHING: dict[int, list[Any]] = {}  # one for all lines, of which most have nothing within


class Hit(NamedTuple):
    """A spelling found in the text, before it is known to mean its term."""

    start: int
    end: int
    forms: tuple[Form, ...]


@dataclass(slots=True, eq=False)  # not frozen, which makes it three times as fast to make; nobody changes one
class Line:
    """What stands in a line: spellings and cues with clean borders, the longest where they overlap, and the offsets of
    each reader's words, in order. `within` has the spellings inside an uncertain longer one, by its start: "AI" in "AI
    platform". A line without spellings has no cues. All offsets are those in the line. `told` remembers what the line
    says by its surroundings."""

    text: str
    lowered: str
    hits: Sequence[Hit]
    cues: Sequence[Cue]
    marks: Mapping[str, Sequence[int]]
    within: Mapping[int, Sequence[Hit]]
    n_found: int
    told: dict[tuple[Any, ...], Any]


_known: dict[str, Line] = table()


@dataclass(slots=True)
class Scan:
    """A text and what stands in it: its lines by their starts, blank ones left out, and for each reader those that
    hold a word of it."""

    text: str
    lowered: str
    marked: dict[str, list[tuple[int, Line]]]
    lines: list[tuple[int, Line]]
    is_cut: bool = False  # whether it holds more spellings than are looked at

    def line_bounds(self, reader: str) -> list[tuple[int, int]]:
        """Bounds of the lines that hold a word of `reader`, in order; at most `MAX_LINES`."""
        return [(at, at + len(line.text)) for at, line in self.marked.get(reader, ())[:MAX_LINES]]

    def places(self, reader: str) -> list[int]:
        """Where the words of `reader` begin, in order."""
        return [at + place for at, line in self.marked.get(reader, ()) for place in line.marks[reader]]


def scan(text: str | Scan) -> Scan:
    """The scan of a text; one that was made already is given back."""
    return text if isinstance(text, Scan) else scan_lines(text, text.split("\n"))


def scan_lines(text: str, written: Sequence[str]) -> Scan:
    """The scan of a text that was parted into its lines already."""
    marked: dict[str, list[tuple[int, Line]]] = {}
    lines: list[tuple[int, Line]] = []
    lowered: list[str] = []
    fresh: dict[str, Line] = {}
    at = n_found = n_hits = 0
    for row in written:
        line = _known.get(row)
        if line is None:
            if not row:
                lowered.append(row)
                at += 1
                continue
            line = fresh.get(row) or fresh.setdefault(row, _look(row))
        lowered.append(line.lowered)
        placed = at, line
        lines.append(placed)
        n_found += line.n_found
        n_hits += len(line.hits)
        for reader in line.marks:
            marked.setdefault(reader, []).append(placed)
        at += len(row) + 1
    remember(_known, fresh)
    is_cut = n_found > 2 * MOST or n_hits > MOST
    return Scan(text, "\n".join(lowered), marked, list(_cut(lines)) if is_cut else lines, is_cut)


def _cut(lines: Sequence[tuple[int, Line]]) -> Iterator[tuple[int, Line]]:
    """The lines with no more spellings than are looked at in a text."""
    left = MOST
    for at, line in lines:
        yield at, line if len(line.hits) <= left else replace(line, hits=line.hits[:left], told={})
        left = max(0, left - len(line.hits))


def _look(text: str) -> Line:
    """What stands in a line that is not blank."""
    lowered = lower(text)
    found, marks = _search(text, lowered)
    n_found = len(found)
    if n_found > 2 * MOST:
        del found[2 * MOST :]
    hits, within = _hits(found) if found else ([], _NOTHING)
    for letter, forms in vocabulary().letters:
        if letter in text:
            _add_letter(hits, text, letter, forms)
    cues = _cues(found) if found and hits else ()
    if len(hits) > MOST:
        del hits[MOST:]
    return Line(text, lowered, hits or (), cues, marks, within, n_found, {})


def _search(text: str, lowered: str) -> tuple[list[_Found], dict[str, list[int]]]:
    """What the automaton finds with clean borders, in the order of ends, and where the words of each reader begin."""
    padded = lowered + "  "  # so that the last character has neighbours, and by index -1 the first
    found: list[_Found] = []
    marks: dict[str, list[int]] = {}
    for last, entry in vocabulary().automaton.iter(lowered):
        end = last + 1
        after = padded[end]
        if after in _AFTER and not entry[1]:  # amid a word, as most are
            continue
        length, readers, forms, exact, kind = entry
        start = end - length
        before = padded[start - 1]
        if readers:
            _mark(marks, readers, start, before.isalnum())
        if after in _AFTER or before in _BEFORE:
            continue
        if exact:
            forms = exact.get(text[start:end], forms)
        if (forms or kind) and not (after == "." and padded[end + 1].isalnum()):  # "openai.com" is an address
            found.append((start, end, forms, kind))
    for places in marks.values():
        if len(places) > 1:
            places.sort()  # found by their ends
    return found, marks


def _mark(marks: dict[str, list[int]], readers: Sequence[Trigger], start: int, is_amid: bool) -> None:
    """Adds a place to those of its readers."""
    for reader, may_be_amid in readers:
        if may_be_amid or not is_amid:
            marks.setdefault(reader, []).append(start)


def _hits(found: Sequence[_Found]) -> tuple[list[Hit], dict[int, list[Hit]]]:
    """The spellings among the found of a line, and those within an uncertain longer one."""
    hits: list[Hit] = []
    within = _NOTHING
    beyond = 0
    for start, end, forms, _ in found:
        if forms:
            if start >= beyond:
                hits.append(_new(Hit, (start, end, forms)))
            else:
                within = within or {}
                _add_hit(hits, Hit(start, end, forms), within)
            beyond = hits[-1].end
    return hits, within


def _cues(found: Sequence[_Found]) -> list[Cue]:
    cues: list[Cue] = []
    beyond = 0
    for start, end, _, kind in found:
        if kind:
            if start >= beyond:
                cues.append(_new(Cue, (start, end, kind)))
            else:
                _add_cue(cues, Cue(start, end, kind))
            beyond = end
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


def _add_letter(hits: list[Hit], text: str, letter: str, forms: tuple[Form, ...]) -> None:
    """Puts a letter, where it stands as written and with clean borders, among the spellings, unless it is in one."""
    at = text.find(letter)
    while at >= 0 and len(hits) < 2 * MOST:
        after = text[at + 1 : at + 2]
        if not (after in _AFTER or text[at - 1 : at] in _BEFORE or (after == "." and text[at + 2 : at + 3].isalnum())):
            place = bisect_right(hits, at, key=_start)
            if not place or hits[place - 1].end <= at:
                hits.insert(place, Hit(at, at + 1, forms))
        at = text.find(letter, at + 1)


def _start(hit: Hit) -> int:
    return hit.start
