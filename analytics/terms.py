"""Which tools, methods and models a posting names, where, and whether it asks for them.

One pass over the text finds every spelling of the lexicon and every cue word. A mention then needs clean borders
("R" is not in "R&D"), a context when its spelling is an ordinary word too, and gets its strength from the section
it stands in and from the words of its sentence, which beat the heading.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from analytics.scan import Hit, Scan, scan
from analytics.strength import RANK, Cue, strengths
from analytics.vocabulary import SHORT, Form, Term, cue_places, subjects

NEAR = 80  # characters within which another term of the same kind vouches for an ambiguous one
WINDOW = 160  # characters of the sentence looked at on each side for cues
COLLISION = 120  # characters within which "customers like" reaches a name

_STOP = re.compile(r"[\n•.!?;]")
_ABBREVIATED = ("e.g", "i.e", "z.B", "etc", "incl", "bzw", "ca")
_LINK_MARKS = ("://", "www.", "@")
_LEGAL = re.compile(r"[,.]?\s+(?:inc|llc|ltd|limited|gmbh|ag|se|sa|sas|corp|corporation|co|plc|labs|ai)\.?$", re.I)
_LIST = frozenset((", ", "/", " / ", " or ", " and ", ", and ", ", or ", " & ", " und ", " oder ", " et ", " ou "))
_OWN_VOICE = frozenset(("company", "notice", "benefits", "intro", "role"))
_COLLIDING = frozenset(("llm_provider", "llm_model"))


class Section(Protocol):
    """A named stretch of a text, as `analytics.sections` gives them."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Mention:
    """One term at one place. `is_own` marks an employer's name or product, which nobody asks an applicant for."""

    term: Term
    genai: str
    section: str
    strength: str
    start: int
    end: int
    is_own: bool = False

    def to_json(self) -> dict[str, Any]:
        """The mention as JSON values, in the words of the contract."""
        return {
            "term": self.term.name,
            "category": self.term.category,
            "capability": self.term.capability,
            "genai": self.genai,
            "section": self.section,
            "strength": self.strength,
            "start": self.start,
            "end": self.end,
        }


def read_terms(text: str | Scan, spans: Iterable[Section], company: str = "") -> list[dict[str, Any]]:
    """The terms of a text, each once a section, in order: dicts with term, category, capability, genai, section,
    strength, start, end. `spans` are its sections; `company` the employer, whose own name is no demand.
    """
    return [mention.to_json() for mention in find_mentions(text, spans, company) if not mention.is_own]


def find_mentions(text: str | Scan, spans: Iterable[Section], company: str = "") -> list[Mention]:
    """As `read_terms`, but as objects and with the employer's own names, marked `is_own`."""
    scanned = scan(text)
    text, cues = scanned.text, scanned.cues
    ends = _sentence_ends(text)
    found = _in_context(text, _outside_links(text, scanned.hits), ends)
    sections = sorted(spans, key=lambda span: span.start)
    starts = [span.start for span in sections]
    by_sentence: dict[int, list[Mention]] = {}
    for hit, term in found:
        at = bisect_right(starts, hit.start) - 1
        section = sections[at].name if at >= 0 and hit.start < sections[at].end else "intro"
        mention = Mention(term, term.genai, section, "none", hit.start, hit.end)
        by_sentence.setdefault(bisect_right(ends, hit.start), []).append(mention)
    cues_of: dict[int, list[Cue]] = {}
    for cue in cues:
        cues_of.setdefault(bisect_right(ends, cue.start), []).append(cue)
    employer = _employer(company)
    judged = (
        mention
        for sentence, mentions in by_sentence.items()
        for mention in _judge(text, mentions, cues_of.get(sentence, []), employer)
    )
    return _once_a_section(judged)


def _sentence_ends(text: str) -> list[int]:
    """Offsets of the characters that end a sentence, a line or an item."""
    ends = []
    for stop in _STOP.finditer(text):
        at = stop.start()
        if text[at] in "\n•" or (
            text[at + 1 : at + 2].isspace()
            and not (text[at] == "." and text[max(0, at - 4) : at].endswith(_ABBREVIATED))
        ):
            ends.append(at)
    return ends


def _outside_links(text: str, hits: list[Hit]) -> list[Hit]:
    """Without the hits inside web and mail addresses."""
    links = [_word_at(text, at) for mark in _LINK_MARKS for at in _places_of(mark, text)]
    return [hit for hit in hits if not any(start <= hit.start < end for start, end in links)] if links else hits


def _places_of(mark: str, text: str) -> Iterable[int]:
    at = text.find(mark)
    while at >= 0:
        yield at
        at = text.find(mark, at + len(mark))


def _word_at(text: str, at: int) -> tuple[int, int]:
    """Bounds of the run without blanks around an offset, at most 500 characters to each side."""
    before, after = text[max(0, at - 500) : at].split(), text[at : at + 500].split(maxsplit=1)
    is_joined = at > 0 and not text[at - 1].isspace()
    return at - (len(before[-1]) if before and is_joined else 0), at + (len(after[0]) if after else 0)


def _in_context(text: str, hits: list[Hit], ends: list[int]) -> list[tuple[Hit, Term]]:
    """The hits that mean a term, with that term."""
    found = []
    for index, hit in enumerate(hits):
        for form in hit.forms:
            term = form.term
            if not (form.is_ambiguous or term.off or term.off_here):
                found.append((hit, term))
                break
            if _means(text, hits, index, form, ends):
                found.append((hit, term))
                break
    return found


def _means(text: str, hits: list[Hit], index: int, form: Form, ends: list[int]) -> bool:
    hit, term = hits[index], form.term
    sentence = bisect_right(ends, hit.start)
    low = max(hit.start - WINDOW, ends[sentence - 1] + 1 if sentence else 0)
    high = min(hit.end + WINDOW, ends[sentence] if sentence < len(ends) else len(text))
    if any(True for _ in cue_places(term.off, text, low, high)):
        return False
    if any(start < hit.end and end > hit.start for start, end in cue_places(term.off_here, text, low, high)):
        return False
    if not form.is_ambiguous:
        return True
    if hit.end - hit.start <= SHORT and _is_glued(text, hit):
        return False
    if _has_sibling(text, hits, index, term, low, high):
        return True
    # a cue counts when it is more than the hit itself
    return any(start < hit.start or end > hit.end for start, end in cue_places(term.near, text, low, high))


def _is_glued(text: str, hit: Hit) -> bool:
    """Whether a short ambiguous word is part of a compound: Go-to-market, R&D, C-level (but not Go-based)."""
    before = text[hit.start - 1 : hit.start]
    after = text[hit.end : hit.end + 6]
    return (before in ("-", "&") and before != "") or (after[:1] in ("-", "&") and after != "-based" and after != "")


def _has_sibling(text: str, hits: list[Hit], index: int, term: Term, low: int, high: int) -> bool:
    """Whether an unambiguous term of the same category stands near, or any such term right beside it in a list."""
    hit = hits[index]
    for step in (-1, 1):
        at = index + step
        while 0 <= at < len(hits) and low <= hits[at].start < high:
            other = hits[at]
            gap = text[other.end : hit.start] if step < 0 else text[hit.end : other.start]
            if len(gap) > NEAR:
                break
            for form in other.forms:
                if (
                    form.term.category == term.category
                    and form.term is not term
                    and (not form.is_ambiguous or (gap in _LIST and abs(at - index) == 1))
                ):
                    return True
            at += step
    return False


def _judge(text: str, mentions: list[Mention], cues: Sequence[Cue], employer: str) -> Iterable[Mention]:
    """The mentions of one sentence with their section, strength and GenAI class as its words have them."""
    sections = [_section(mention, cues) for mention in mentions]
    places = [(m.start, m.end, section) for m, section in zip(mentions, sections, strict=True)]
    for m, section, strength in zip(mentions, sections, strengths(text, places, cues), strict=True):
        is_own = _is_own(m, text[m.start : m.end], section, cues, employer)
        yield Mention(m.term, _genai(m, mentions, cues), section, strength, m.start, m.end, is_own)


def _section(mention: Mention, cues: Sequence[Cue]) -> str:
    """A GenAI term in a sentence about the application or about a licence belongs there, whatever the heading says."""
    if not cues or mention.term.genai not in ("core", "assistant"):
        return mention.section
    kinds = {cue.kind for cue in cues}
    if "notice_strong" in kinds:
        return "notice"
    if mention.section in ("requirements", "preferred", "duties") or kinds & {"role", "skill", "required", "preferred"}:
        return mention.section
    return "notice" if "notice" in kinds else "benefits" if "benefit" in kinds else mention.section


def _genai(mention: Mention, mentions: Sequence[Mention], cues: Sequence[Cue]) -> str:
    """The GenAI class of the mention: a chat product or "LLM tools" used to work faster is an assistant."""
    name = mention.term.name
    if name in subjects("assistant_subject"):
        beside = any(other.term.genai == "assistant" for other in mentions)
        return "assistant" if beside or any(cue.kind == "assistant" for cue in cues) else mention.genai
    if name in subjects("assistant_generic"):
        is_tool = any(
            cue.kind == "assistant" and -60 < cue.start - mention.end <= 12 and cue.end > mention.end for cue in cues
        )
        return "assistant" if is_tool else mention.genai
    return mention.genai


def _employer(company: str) -> str:
    name = company.strip().casefold()
    return _LEGAL.sub("", name) if len(name) > 6 else name


def _is_own(mention: Mention, printed: str, section: str, cues: Sequence[Cue], employer: str) -> bool:
    """Whether the employer speaks of itself, of its product, or of companies it serves or comes from."""
    term = mention.term
    is_name = employer in (term.name.casefold(), printed.casefold())
    if (is_name or (employer in term.employers)) and (section in _OWN_VOICE or (is_name and section == "duties")):
        return True
    if not term.employers and term.category not in _COLLIDING:
        return False
    return any(cue.kind == "collision" and 0 <= mention.start - cue.end < COLLISION for cue in cues)


def _once_a_section(mentions: Iterable[Mention]) -> list[Mention]:
    """Of several mentions of a term in a section the one that asks most."""
    best: dict[tuple[str, str, bool], Mention] = {}
    for mention in mentions:
        key = (mention.term.name, mention.section, mention.is_own)
        if key not in best or _weight(mention) > _weight(best[key]):
            best[key] = mention
    return sorted(best.values(), key=lambda mention: mention.start)


def _weight(mention: Mention) -> tuple[int, bool]:
    return RANK[mention.strength], mention.genai == "core"
