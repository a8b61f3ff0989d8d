"""Which part of a posting a line belongs to: the same word asks for a skill in one section and advertises in another.

Headings decide, by the phrases of `lexicon/headings.csv`; lines that are plainly a legal or privacy notice are one
wherever they stand. An unknown heading leaves the section as it is.
"""

from __future__ import annotations

import csv
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analytics.text import Plain

LEXICON = Path(__file__).parent / "lexicon" / "headings.csv"
SECTIONS = ("intro", "role", "duties", "requirements", "preferred", "company", "benefits", "notice")

_STICKY = frozenset({"duties", "requirements", "preferred"})  # "Requirements: SQL" opens a list, "Salary: ..." none
_HEADING_CHARS = 80
_WORD = re.compile(r"[^\W_]+(?:['&-][^\W_]+)*|&")
_PREFERRED_LINE = re.compile(
    r"\W{0,4}(?:nice[ -]to[ -]haves?|bonus points|bonus|preferred|ideally|pluse?s?)\b ?(?:[:(–—-]|if\b)", re.I
)
_ABOUT = re.compile(
    r"\W{0,4}(?:about|über|à propos d[eu']) ?(?!you\b|the\b|this\b|your\b|die\b|dich\b|vous\b|le\b)\w", re.I
)
_WHY = re.compile(r"\W{0,4}(?:why|warum|pourquoi) (?!this\b|the\b)[\w ]", re.I)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text in one section, offsets into it."""

    start: int
    end: int
    name: str


def sections(plain: Plain) -> list[Span]:
    """The sections of a text in order: they touch, the first starts at 0, the last ends with the text; none of an
    empty text."""
    notices = _notice_offsets(plain.text)
    spans: list[Span] = []
    current = "intro"
    for start, end, is_heading in plain.lines:
        here, current = _section(plain.text, start, end, is_heading, current)
        if not is_heading and _any_within(notices, start, end):
            here = "notice"
        if not spans or spans[-1].name != here:
            spans.append(Span(start if spans else 0, 0, here))
    ends = [span.start for span in spans[1:]] + [len(plain.text)] * bool(spans)
    return [Span(span.start, end, span.name) for span, end in zip(spans, ends, strict=True)]


def section_at(spans: list[Span], offset: int) -> str:
    """The name of the section that holds `offset`; "intro" in an empty text."""
    index = bisect_right(spans, offset, key=lambda span: span.start) - 1
    return spans[max(0, index)].name if spans else "intro"


def _section(text: str, start: int, end: int, is_heading: bool, current: str) -> tuple[str, str]:
    """The section of this line, and the one that the lines after it inherit."""
    line = text[start : min(end, start + 2 * _HEADING_CHARS)]
    if end - start <= _HEADING_CHARS:
        named = _heading_section(line, is_heading, is_apart=text[max(0, start - 2) : start] in ("", "\n\n"))
        if named:
            return named, named
    if _PREFERRED_LINE.match(line):
        return "preferred", current
    head, colon, rest = line[:_HEADING_CHARS].partition(":")
    named = _phrases().get(_normal(head), "") if colon and rest.strip() else ""
    return (named, named if named in _STICKY else current) if named else (current, current)


def _heading_section(line: str, is_heading: bool, is_apart: bool) -> str:
    phrase = _normal(line)
    named = _phrases().get(phrase, "")
    is_titled = is_heading or line.endswith(":") or line.isupper()
    if named and (is_titled or is_apart or " " in phrase):
        return named
    if not is_titled:
        return ""
    if is_heading and _ABOUT.match(line):
        return "company"
    return _longest_within(phrase) or ("benefits" if is_heading and _WHY.match(line) else "")


def _normal(line: str) -> str:
    return " ".join(_WORD.findall(line.lower().replace("’", "'")))


def _longest_within(phrase: str) -> str:
    """The section of the longest known phrase of at least two words inside a heading; of a single word at its end."""
    words = phrase.split()[:12]
    for size in range(min(6, len(words)), 1, -1):
        for at in range(len(words) - size + 1):
            named = _phrases().get(" ".join(words[at : at + size]))
            if named:
                return named
    ends = (_phrases().get(word, "") for word in (words[-1:] + words[:1] if len(words) <= 5 else []))
    return next((named for named in ends if named), "")


@cache
def _phrases() -> dict[str, str]:
    return {_normal(row["phrase"]): row["section"] for row in _rows() if row["place"] == "heading"}


@cache
def _notice_phrases() -> tuple[str, ...]:
    return tuple(row["phrase"] for row in _rows() if row["place"] == "sentence")


def _rows() -> list[dict[str, str]]:
    with LEXICON.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _notice_offsets(text: str) -> list[int]:
    lowered = text.lower()
    found: list[int] = []
    for phrase in _notice_phrases():
        at = lowered.find(phrase)
        while at >= 0:
            found.append(at)
            at = lowered.find(phrase, at + len(phrase))
    return sorted(found)


def _any_within(offsets: list[int], start: int, end: int) -> bool:
    index = bisect_right(offsets, start - 1)
    return index < len(offsets) and offsets[index] < end
