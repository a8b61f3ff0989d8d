"""Which tools, methods and models a posting names, where, and whether it asks for them.

One pass over the text finds every spelling of the lexicon and every cue word, `analytics.meaning` says which of them
mean a term. A mention gets its strength from the section it stands in and from the words of its sentence, which beat
the heading.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, NamedTuple, Protocol

from analytics.meaning import WINDOW, Found, sentences
from analytics.memo import SURROUNDINGS
from analytics.scan import Line, Scan, scan
from analytics.strength import RANK, SENTENCE, Cue, Place, moved_section, strengths
from analytics.vocabulary import Term, subjects, terms

COLLISION = 120  # characters within which "customers like" reaches a name

_LEGAL = re.compile(r"[,.]?\s+(?:inc|llc|ltd|limited|gmbh|ag|se|sa|sas|corp|corporation|co|plc|labs|ai)\.?$", re.I)
_IDEAS = frozenset(("ml_concept", "domain_topic", "genai_concept"))
_OWN_VOICE = frozenset(("company", "notice", "benefits", "intro", "role"))
_MOVED = frozenset(("core", "assistant"))
_MOVING = frozenset(("notice_strong", "notice", "benefit", "paper", "ban"))
_LISTING = ("like", "such as", "include", "including", "comme", "wie", "jak")
_AT = (" at ", " bei ", " chez ", " bij ", "At ", "Bei ", "Chez ", "Bij ")
_PEN = re.compile(  # what is written with a chat product, which is then a tool: "draft e-mails with ..."
    r"(?:^|\W)(?:draft|writ|e-?mail|summar|translat|proofread|entw[uü]rf|text|schreib|zusammenfass|rédig|brouillon|redact"
    r"|borrador|scriv|bozz|escrev|rascunh|pisa|skriv|schrijv|samenvat)(?:(?!\b(?:api|agent|build|develop|pipeline))[^.;]){0,80}?"
    r" (?:with|using|via|mit|avec|con|com|med|met|av|z)(?: the help of)? $",
    re.I,
)
_COLLIDING = frozenset(("llm_provider", "llm_model"))
_OFFERING = re.compile(  # ends a line that leads to what a product does
    r"\b(?:offer|provid|includ|featur|product|bietet|propose|ofrece|offr|biedt)(?:es?|ing|s)?\b[^:\n.]{0,20}$", re.I
)
_Zones = tuple[tuple[int, str], ...]  # sections by where they begin in a line


class Section(Protocol):
    """A named stretch of a text, as `analytics.sections` gives them."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def name(self) -> str: ...


class Mention(NamedTuple):
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
        term, genai, section, strength, start, end, _ = self
        return {
            "term": term.name,
            "category": term.category,
            "capability": term.capability,
            "genai": genai,
            "section": section,
            "strength": strength,
            "start": start,
            "end": end,
        }


_Ranked = tuple[tuple[str, str, bool], int, Mention]  # term, section and whether it is own; what asks more is greater


def read_terms(text: str | Scan, spans: Iterable[Section], company: str = "") -> list[dict[str, Any]]:
    """The terms of a text, each once a section, in order: dicts with term, category, capability, genai, section,
    strength, start, end. `spans` are its sections; `company` the employer, whose own name is no demand.
    """
    return [mention.to_json() for mention in find_mentions(text, spans, company) if not mention.is_own]


@lru_cache(maxsize=1024)
def title_mentions(title: str, company: str = "") -> tuple[Mention, ...]:
    """What a title names, own names left out: the role itself, and so a duty. Offsets are those in the title."""
    found = find_mentions(title, [], company) if title else []
    return tuple(mention._replace(section="role", strength="duty") for mention in found if not mention.is_own)


def find_mentions(text: str | Scan, spans: Iterable[Section], company: str = "") -> list[Mention]:
    """As `read_terms`, but as objects and with the employer's own names, marked `is_own`."""
    scanned = scan(text)
    borders = _borders(spans)
    known = _names_of(company)
    told: list[tuple[int, list[_Ranked]]] = []
    for at, line, zones in _zoned(scanned.lines, borders):
        named = company if known is None or (known and known in line.lowered) else ""
        is_offer = zones[0][1] == "intro" and _is_offered(scanned.text, at)
        key = zones, named, is_offer
        told.append((at, line.told.get(key) or _remembered(line, key)))
    return _once_a_section(told)


def _borders(spans: Iterable[Section]) -> list[tuple[int, str]]:
    """Where each section begins; what lies in none is an intro."""
    borders = [(0, "intro")]
    for span in sorted(spans, key=lambda span: span.start):
        borders += [(span.start, span.name), (span.end, "intro")]
    return borders


def _zoned(lines: Iterable[tuple[int, Line]], borders: Sequence[tuple[int, str]]) -> Iterator[tuple[int, Line, _Zones]]:
    """The lines that hold a spelling by their starts, and the sections of each by where they begin in it."""
    starts = [*(start for start, _ in borders), sys.maxsize]
    first = 0
    for at, line in lines:
        if line.hits:
            while starts[first + 1] <= at:
                first += 1
            end = at + len(line.text)
            zones: _Zones = ((0, borders[first][1]),)
            if starts[first + 1] < end:
                inner = borders[first + 1 : bisect_left(starts, end)]
                zones += tuple([(start - at, name) for start, name in inner])
            yield at, line, zones


def _start(border: tuple[int, str]) -> int:
    return border[0]


def _names_of(company: str) -> str | None:
    """The word without which the employer makes no difference to a line; None where every line may name it."""
    if not company.strip():
        return ""
    is_everywhere = _employer(company) in _names() or not company.isascii()
    return None if is_everywhere else company.lower().split(maxsplit=1)[0]


def _is_offered(text: str, start: int) -> bool:
    """Whether a line that starts there is in a list of what a product does: "Our platform offers:"."""
    lead, colon, items = text[max(0, start - SENTENCE) : start].rpartition(":\n")
    return bool(colon) and "." not in items and _OFFERING.search(lead) is not None


def _remembered(line: Line, key: tuple[_Zones, str, bool]) -> list[_Ranked]:
    """The terms that a line names, which it remembers by `key`."""
    found = _line_mentions(line, *key)
    told = [((m.term.name, m.section, m.is_own), 2 * RANK[m.strength] + (m.genai == "core"), m) for m in found]
    if len(line.told) < SURROUNDINGS:
        line.told[key] = told
    return told


def _line_mentions(line: Line, zones: _Zones, company: str, is_offer: bool) -> list[Mention]:
    """The terms that a line names, by their places in it."""
    cues, at_cue = line.cues, 0
    employer = _employer(company)
    judged: list[Mention] = []
    for low, high, found in sentences(line, company):
        while at_cue < len(cues) and cues[at_cue].start < low:
            at_cue += 1
        beyond = at_cue
        while beyond < len(cues) and cues[beyond].start < high:
            beyond += 1
        section = zones[bisect_right(zones, low, key=_start) - 1][1]
        judged += _judge(line.text, (low, high), found, section, cues[at_cue:beyond], employer, is_offer)
        at_cue = beyond
    return judged


def _judge(
    text: str,
    bounds: tuple[int, int],
    found: Sequence[Found],
    section: str,
    cues: Sequence[Cue],
    employer: str,
    is_offer: bool,
) -> Iterator[Mention]:
    """The mentions of one sentence with their section, strength and GenAI class as its words have them."""
    if not found:
        return
    kinds = {cue.kind for cue in cues}
    is_movable = section == "notice" or not kinds.isdisjoint(_MOVING)
    moved = moved_section(text, bounds[0], section, kinds) if is_movable else section
    homes = [moved if one.term.genai in _MOVED else section for one in found]
    places = [
        Place(f.start, f.end, h, f.term.category, f.term.genai == "core") for f, h in zip(found, homes, strict=True)
    ]
    owned = _names().get(employer, frozenset()) if employer else frozenset()
    collisions = [cue.end for cue in cues if cue.kind == "collision"] if "collision" in kinds else []
    is_list = any(text.endswith(_LISTING, 0, end) for end in collisions)
    asked = strengths(text, places, cues, bounds, employer, is_offer)
    for (term, start, end), place, strength in zip(found, places, asked, strict=True):
        genai = "no" if term.genai == "no" else _genai(text[bounds[0] : start], term, end, found, cues)
        is_own = term in owned and (
            text.endswith(_AT, 0, start) or _is_own(term, text[start:end], place.section, employer)
        )
        if collisions and not is_own and _collides(term, place.section, start, collisions):
            strength, is_own = "none", term.category not in _COLLIDING or not is_list
            genai = genai if term.category in _COLLIDING else "no"
        yield Mention(term, genai, place.section, strength, start, end, is_own)


def _genai(before: str, term: Term, end: int, found: Sequence[Found], cues: Sequence[Cue]) -> str:
    """The GenAI class of a mention: a chat product or "LLM tools" used to work faster is an assistant."""
    if term.name in subjects("assistant_subject"):
        beside = any(other.term.genai == "assistant" for other in found)
        is_aid = beside or any(cue.kind == "assistant" for cue in cues) or _PEN.search(before[-WINDOW:])
        return "assistant" if is_aid else term.genai
    if term.name in subjects("assistant_generic"):
        is_tool = any(cue.kind == "assistant" and -60 < cue.start - end <= 12 and cue.end > end for cue in cues)
        return "assistant" if is_tool else term.genai
    return term.genai


@lru_cache(maxsize=1024)
def _employer(company: str) -> str:
    name = company.strip().casefold()
    return _LEGAL.sub("", name) if len(name) > 6 else name


@cache
def _names() -> dict[str, frozenset[Term]]:
    """The terms that an employer of this name may mean when it speaks of itself."""
    found: dict[str, set[Term]] = {}
    for term in terms():
        for name in {term.name.casefold(), *(form.casefold() for form in term.forms), *term.employers}:
            found.setdefault(name, set()).add(term)
    return {name: frozenset(named) for name, named in found.items()}


def _is_own(term: Term, printed: str, section: str, employer: str) -> bool:
    """Whether the employer speaks of itself or of its product."""
    is_name = employer in (term.name.casefold(), printed.casefold())
    return (is_name or employer in term.employers) and (section in _OWN_VOICE or (is_name and section == "duties"))


def _collides(term: Term, section: str, start: int, collisions: list[int]) -> bool:
    """Whether a name is that of a company which the employer serves or comes from."""
    is_product = section in ("company", "intro") and term.category not in _IDEAS
    if not (term.employers or term.category in _COLLIDING or is_product):
        return False
    return any(0 <= start - end < COLLISION for end in collisions)


def _once_a_section(told: Iterable[tuple[int, list[_Ranked]]]) -> list[Mention]:
    """Of several mentions of a term in a section the one that asks most, at its place in the text; they come with the
    starts of their lines."""
    best: dict[tuple[str, str, bool], tuple[int, int, Mention]] = {}
    for at, mentions in told:
        for key, rank, mention in mentions:
            if key not in best or rank > best[key][0]:
                best[key] = rank, at, mention
    placed = [
        Mention(term, genai, section, strength, at + start, at + end, is_own)
        for _, at, (term, genai, section, strength, start, end, is_own) in best.values()
    ]
    return sorted(placed, key=attrgetter("start"))
