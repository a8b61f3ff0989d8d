"""What a reader says of the lines and sentences that hold a word of it; lines remember that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from analytics.memo import SURROUNDINGS
from analytics.scan import Line, Scan
from analytics.terms import Section

MAX_SENTENCES = 80
MAX_SENTENCE = 240  # characters looked at on either side of a word

_END = re.compile(r"[.!?\n•](?:(?<=[\n•])|(?=\s)(?:(?<!\b\w\.)|(?<=: [NY]\.)))")  # not the stop of "U.S. citizen"
_ANSWER = re.compile(
    r"\? ?:? ?(?:yes|no|[yn]|ja|nein|nee|oui|non|sí|si|sim|não|tak|nie|nej|sì)\b(?=\W|$)(?!,? \w)", re.I
)
_BREAK = ("", "\n")
_T = TypeVar("_T")


def marked_lines(scanned: Scan, reader: str, most: int) -> Iterator[tuple[int, Line, Sequence[int]]]:
    """The lines that hold a word of `reader`: where each starts, the line, and where in it the words begin; of the
    first `most` words."""
    left = most
    for start, line in scanned.marked.get(reader, ()):
        marks = line.marks[reader]
        if len(marks) > left:
            marks = marks[:left]
        yield start, line, marks
        left -= len(marks)
        if not left:
            return


def told_lines(
    scanned: Scan, reader: str, most: int, read: Callable[[str, Sequence[int]], Sequence[_T]]
) -> list[tuple[int, Sequence[_T]]]:
    """What `read` makes of the lines that hold a word of `reader`, by their offsets, of those of which it says
    something; it is given a line and where in it the words begin, of the first `most` words. Lines remember it."""
    found: list[tuple[int, Sequence[_T]]] = []
    for start, line, marks in marked_lines(scanned, reader, most):
        key = reader, len(marks)
        told = line.told.get(key)
        if told is None:
            told = read(line.text, marks)
            if len(line.told) < SURROUNDINGS:
                line.told[key] = told
        if told:
            found.append((start, told))
    return found


def sentences(scanned: Scan, reader: str) -> Iterator[tuple[int, int]]:
    """Bounds of the sentences that hold a word of `reader`, in order and at most `MAX_SENTENCES`."""
    return islice(_bounds(scanned.text, scanned.places(reader)), MAX_SENTENCES)


def told_in_sentences(
    scanned: Scan, reader: str, read: Callable[[str, int, int], _T | None], most: int = MAX_SENTENCES
) -> list[tuple[int, _T]]:
    """What `read` says of the sentences that hold a word of `reader`, by where they start: of the first `most`, those
    of which it says something. It is given a text and bounds; their lines remember what it says, so it must look no
    further than a character around them."""
    found: list[tuple[int, _T]] = []
    size, left = len(scanned.text), most
    for at, line in scanned.marked.get(reader, ()):
        key = reader, at > 0, at + len(line.text) < size
        told = line.told.get(key) or _remembered(line, key, read)
        for start, said in told if len(told) <= left else told[:left]:
            if said:
                found.append((at + start, said))
        left -= len(told)
        if left <= 0:
            break
    return found


def _remembered(line: Line, key: tuple[str, bool, bool], read: Callable[[str, int, int], _T]) -> list[tuple[int, _T]]:
    """What a line says, sentence by sentence; it remembers that by the reader and whether lines stand before and after
    it, for a full stop ends a sentence only where something follows."""
    reader, follows, is_followed = key
    shift = int(follows)
    text = f"{_BREAK[follows]}{line.text}{_BREAK[is_followed]}"
    found = islice(_bounds(text, [at + shift for at in line.marks[reader]]), MAX_SENTENCES)
    told = [(start - shift, read(text, start, end)) for start, end in found]
    if len(line.told) < SURROUNDINGS:
        line.told[key] = told
    return told


def _bounds(text: str, marks: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Bounds of the sentences of some places in a text, in order."""
    last = -1
    for at in marks:
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


def _full_stop(text: str, low: int, at: int) -> int:
    """Where the sentence of `at` begins as far as full stops tell; the one of "U.S. citizen" does not."""
    stop = text.rfind(". ", low, at)
    while stop > low + 1 and text[stop - 1].isalnum() and not text[stop - 2].isalnum():
        stop = text.rfind(". ", low, stop)
    return stop + 1


def section_at(spans: Iterable[Section], at: int) -> str:
    """The name of the section that a place is in, "" where it is in none."""
    for span in spans:
        if span.start <= at < span.end:
            return span.name
    return ""
