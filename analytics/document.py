"""The text a reading is made from: one plain text with its sections, whatever parts and formats it was served in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.sections import Span, sections
from analytics.text import Plain, plain

GLUE = "\n\n"

_GUIDE_TITLE = re.compile(
    r"\bwhat (?:does|is|do) an? .{3,60}(?:\bdo\b|\?)|\bhow to become\b|\bcareer (?:guide|path|overview)\b|"
    r"\bsalary (?:guide|&|and) |\bjob description template\b|"
    r":[^:]{0,60}\b(?:what (?:they|you) do|outlook|daily work|duties)\b[^:]{0,40}\b(?:pay|salary|skills|outlook)\b|"
    r":[^:]{0,30}\b(?:pay|salary|skills)\b[^:]{0,40}\b(?:outlook|what (?:they|you) do|daily work|duties)\b|"
    r"\binterview questions\b|\bcareer advice\b|\bresume (?:examples?|template)\b",
    re.I,
)
_GUIDE_LINE = re.compile(
    r"^(?:#{1,4} )?(?:how to become an? .{3,60}|what (?:does|is) an? .{3,60}\?|career (?:path|outlook|guide|"
    r"progression).{0,40}|job outlook.{0,30}|"
    r"(?:average|typical) (?:salary|salaries|day).{0,40}|salary (?:range|ranges|expectations|by (?:level|"
    r"experience)|& demand|and demand).{0,40}|"
    r"(?:top|key) (?:companies|employers) hiring.{0,40}|related (?:careers|roles|occupations).{0,20}|"
    r"frequently asked questions.{0,40}|(?:common )?skill gaps.{0,20}|"
    r"who hires .{3,50}|how this role fits in|what the market pays|"
    r".{0,40}salary & demand.{0,30}|industries (?:that )?hir.{0,30})$",
    re.I | re.M,
)
_GUIDE_CHARS = 110
_GUIDE_STARTS = (
    *("how to become", "how this role", "what does", "what is", "what the market", "who hires"),
    *("career ", "job outlook", "average ", "typical ", "salary ", "top ", "key ", "related "),
    *("frequently", "common skill", "skill gaps", "industries "),
)
_CATEGORY_HINTS = ("jobs", "Jobs", "on the board", "oles found", "oles available", "itions found", "itions available")
_CATEGORY_TITLE = re.compile(r"^\s*(?:[\d,.]+\+? )?.{0,80}\bjobs\b(?:\s*(?:in|near|at|[|(–-]).{0,80})?\s*$", re.I)
_CATEGORY_LINE = re.compile(
    r"\b(?:browse|search|view|see) (?:all )?(?:[\w,]+ ){0,4}jobs\b|\b\d[\d,]* (?:open )?(?:jobs|roles|"
    r"positions) (?:found|on the board|available|match)|\broles? with salary on the board",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Document:
    """A plain text, its sections by offset, and what befell it on the way."""

    text: str
    spans: tuple[Span, ...]
    flags: tuple[str, ...]


def single(html_or_text: str) -> Document:
    """The document of one text."""
    return joined([("", html_or_text)])


def joined(parts: Sequence[tuple[str, str]]) -> Document:
    """The document of several (known section, html or text) parts in order. What a part's own headings do not place
    lies in the section known for it; "" leaves it an intro.
    """
    text, spans, flags = "", [], []
    for known, served in parts:
        if not served:
            continue
        made = plain(served)
        flags += ["text_repaired"] if made.repaired else []
        flags += ["truncated"] if made.is_cut else []
        if not made.text:
            continue
        at = len(text) + len(GLUE) if text else 0
        text = f"{text}{GLUE}{made.text}" if text else made.text
        spans += _placed(made, known, at)
    return Document(text, tuple(spans), tuple(dict.fromkeys(flags)))


def kind(title: str, text: str) -> str:
    """posting, guide (about a career) or category (a page that lists jobs); only postings enter statistics."""
    if _GUIDE_TITLE.search(title):
        return "guide"
    if _CATEGORY_TITLE.match(title):
        return "category"
    guides = _guide_lines(text)
    if guides >= 2 or (guides and _GUIDE_TITLE.search(text[:200])):
        return "guide"
    head, _, _ = text[:200].partition("\n")
    start = text[:20_000]
    is_list = any(hint in start for hint in _CATEGORY_HINTS) and len(_CATEGORY_LINE.findall(start)) >= 2
    return "category" if is_list or (not title and _CATEGORY_TITLE.match(head)) else "posting"


def _guide_lines(text: str) -> int:
    """How many different headings of a career guide the text has; all are short."""
    found: set[str] = set()
    for line in text[:40_000].split("\n"):
        if 8 < len(line) <= _GUIDE_CHARS:
            lowered = line.casefold()
            if (lowered.lstrip("# ").startswith(_GUIDE_STARTS) or "salary & demand" in lowered) and _GUIDE_LINE.match(
                lowered
            ):
                found.add(lowered)
    return len(found)


def _placed(made: Plain, known: str, at: int) -> list[Span]:
    return [
        Span(span.start + at, span.end + at, known if known and span.name == "intro" else span.name)
        for span in sections(made)
    ]
