"""An employer's standing text: lines that nearly all its postings share say what it is, not what a job asks.

It is learnt from the first postings of a board, so that it is the same whenever a posting is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from analytics import memo
from analytics.sections import Span

SAMPLE = 20  # postings of a board to learn from, the first ones
LEAST_TITLES = 6  # different titles among them, so that one job in many cities is not taken for an employer's habit
SHARED = 0.8  # share of them that have a line
LEAST_CHARS = 60  # of a line; a shorter one ("Experience with Python") may stand in all of them for its own sake
OF_THE_JOB = frozenset(("intro", "role", "duties", "requirements", "preferred"))


def learn(postings: Sequence[tuple[str, str]]) -> frozenset[str]:
    """The standing lines among (title, text) pairs, as `line_key` writes them; empty when too few differ in title."""
    if len({title.casefold() for title, _ in postings}) < LEAST_TITLES:
        return frozenset()
    counts = Counter(key for _, text in postings for key in {key for *_, key in _long_lines(text)})
    return frozenset(key for key, n in counts.items() if n >= SHARED * len(postings))


def placed(text: str, spans: Iterable[Span], standing: frozenset[str]) -> tuple[Span, ...]:
    """The sections of a text with its standing lines taken out of those about the job; offsets as before."""
    spans = tuple(spans)
    if not standing:
        return spans
    lines = [(start, end) for start, end, key in _long_lines(text) if key in standing]
    return tuple(part for span in spans for part in _parted(span, lines)) if lines else spans


def _parted(span: Span, lines: Sequence[tuple[int, int]]) -> Iterator[Span]:
    at = span.start
    for start, end in lines if span.name in OF_THE_JOB else ():
        if not span.start <= start < span.end:
            continue
        if start > at:
            yield Span(at, start, span.name)
        yield Span(start, min(end, span.end), "company")
        at = min(end, span.end)
    if at < span.end:
        yield Span(at, span.end, span.name)


def _long_lines(text: str) -> Iterator[tuple[int, int, str]]:
    at = 0
    for line in text.split("\n"):
        if len(line) >= LEAST_CHARS:
            yield at, at + len(line), _known_key(line) if len(line) <= memo.LONGEST else line_key(line)
        at += len(line) + 1


@lru_cache(maxsize=memo.MOST)
def _known_key(line: str) -> str:
    return line_key(line)


def line_key(line: str) -> str:
    """A line as it is compared: in small letters, blanks as one."""
    return " ".join(line.casefold().split())
