"""The text a reading is made from: one plain text with its sections, whatever parts and formats it was served in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.scan import Scan, scan, scan_lines
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
_GUIDE_TITLE_SIGNS = (
    *("what does", "what is", "what do", "how to become", "career", "salary", "job description t", ":"),
    *("interview questions", "resume"),
)
_CATEGORY_HINTS = ("jobs", "Jobs", "on the board", "oles found", "oles available", "itions found", "itions available")
_CATEGORY_TITLE = re.compile(r"^\s*(?:[\d,.]+\+? )?.{0,80}\bjobs\b(?:\s*(?:in|near|at|[|(–-]).{0,80})?\s*$", re.I)
_CATEGORY_WORDS = ("jobs", "roles ", "positions ", "with salary on")
_CATEGORY_LINE = re.compile(
    r"\b(?:browse|search|view|see) (?:all )?(?:[\w,]+ ){0,4}jobs\b|\b\d[\d,]* (?:open )?(?:jobs|roles|"
    r"positions) (?:found|on the board|available|match)|\broles? with salary on the board",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Document:
    """A plain text as scanned, its sections by offset, and what befell it on the way."""

    scanned: Scan
    spans: tuple[Span, ...]
    flags: tuple[str, ...]

    @property
    def text(self) -> str:
        return self.scanned.text


def single(html_or_text: str) -> Document:
    """The document of one text."""
    return joined([("", html_or_text)])


def joined(parts: Sequence[tuple[str, str]]) -> Document:
    """The document of several (known section, html or text) parts in order. What a part's own headings do not place
    lies in the section known for it; "" leaves it an intro.
    """
    made = [(known, plain(served)) for known, served in parts if served]
    flags = [flag for _, part in made for flag in part.flags]
    texts = [part for _, part in made if part.text]
    scanned = scan_lines(_glued(texts), _rows(texts))
    flags += ["truncated"] * scanned.is_cut
    spans: list[Span] = []
    looked = [line for _, line in scanned.lines]
    at = n = 0
    for known, part in made:
        if part.text:
            told = sections(part, looked[n : n + len(part.lines)])
            spans += _placed(told, at, known) if at or known else told
            at += len(part.text) + len(GLUE)
            n += len(part.lines)
    return Document(scanned, tuple(spans), tuple(dict.fromkeys(flags)))


def _placed(told: Sequence[Span], at: int, known: str) -> list[Span]:
    """The sections of a part that stands `at` an offset in a document and lies in a section known for it, if any."""
    return [Span(at + low, at + high, known if known and name == "intro" else name) for low, high, name in told]


def text_of(parts: Sequence[str]) -> str:
    """The text alone of the document of such parts."""
    return _glued([plain(served) for served in parts if served])


def _glued(parts: Sequence[Plain]) -> str:
    return GLUE.join([part.text for part in parts if part.text])


def _rows(parts: Sequence[Plain]) -> list[str]:
    """The lines of such parts as glued; none of the parts is empty."""
    rows = list(parts[0].written) if parts else []
    for part in parts[1:]:
        rows += ["", *part.written]
    return rows


def kind(title: str, text: str | Scan) -> str:
    """posting, guide (about a career) or category (a page that lists jobs); only postings enter statistics."""
    scanned, lowered = scan(text), title.lower()
    if any(sign in lowered for sign in _GUIDE_TITLE_SIGNS) and _GUIDE_TITLE.search(title):
        return "guide"
    if "jobs" in lowered and _CATEGORY_TITLE.match(title):
        return "category"
    text = scanned.text
    guides = _guide_lines(scanned)
    if guides >= 2 or (guides and _GUIDE_TITLE.search(text[:200])):
        return "guide"
    start = text[:20_000] if "category" in scanned.marked else ""
    is_list = any(hint in start for hint in _CATEGORY_HINTS) and _lists_jobs(start)
    head = text[:200].partition("\n")[0]
    return "category" if is_list or (not title and _CATEGORY_TITLE.match(head)) else "posting"


def _lists_jobs(text: str) -> bool:
    """Whether two places tell of many jobs. Each has one of the words, which are counted first as that costs little."""
    lowered = text.lower()
    return sum(map(lowered.count, _CATEGORY_WORDS)) >= 2 and len(_CATEGORY_LINE.findall(text)) >= 2


def _guide_lines(scanned: Scan) -> int:
    """How many different headings of a career guide the text has; all are short."""
    found: set[str] = set()
    for start, end in scanned.line_bounds("guide"):
        if 8 < end - start <= _GUIDE_CHARS and end < 40_000:
            lowered = scanned.text[start:end].casefold()
            if _GUIDE_LINE.match(lowered):
                found.add(lowered)
    return len(found)
