"""Which tools, methods and models a posting names, where, and whether it asks for them.

One pass over the text finds every spelling of the lexicon and every cue word. A mention then needs clean borders
("R" is not in "R&D"), a context when its spelling is an ordinary word too, and gets its strength from the section
it stands in and from the words of its sentence, which beat the heading.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

from analytics.scan import Hit, Scan, scan
from analytics.strength import RANK, Cue, Place, moved_section, strengths
from analytics.vocabulary import SHORT, Form, Term, phrases, subjects, terms

NEAR = 80  # characters within which another term of the same kind vouches for an ambiguous one
WINDOW = 160  # characters of the sentence looked at on each side for cues
LONGEST = 4_000  # characters of a sentence to each side of a name
COLLISION = 120  # characters within which "customers like" reaches a name

_STOPS = ("•", "! ", "? ", "; ")
_ABBREVIATED = ("e.g", "i.e", "z.B", "etc", "incl", "inkl", "bzw", "ca", "np", "..", "p. ex", "bv", "vs", "u.a", "o.ä")
_LINK_MARKS = ("://", "www.", "@")
_LEGAL = re.compile(r"[,.]?\s+(?:inc|llc|ltd|limited|gmbh|ag|se|sa|sas|corp|corporation|co|plc|labs|ai)\.?$", re.I)
_GLUE = frozenset("-&")
_KIN = ("-based", "-style", "-like")
_LIST = frozenset((", ", "/", " / ", " or ", " and ", ", and ", ", or ", " & ", " und ", " oder ", " et ", " ou "))
_FIELD_LIST = _LIST | {" y ", " e ", " i ", " of ", " lub ", ", und ", ", oder "}
_BULLETS = " \t-–—*•·#>○●▪◦✔+.;,:()→"
_ITEM_STARTS = (": ", ", ", "; ", " - ", " – ", " • ", " (", ". ")
_ITEM_ENDS = (", ", "; ", " - ", " – ", " • ", ")", ". ")
_GIVEN_NAMES = frozenset(("Cassandra", "Claude", "Devin", "Dolly", "Gemma", "Julia", "Luigi", "Marvin", "Ruby", "Stan"))
_FIELDS = frozenset(("ml_concept", "domain_topic", "software_practice", "experimentation"))
_NO_TOOLS = _FIELDS | {"ai_assistant_tool", "certification", "degree", "genai_concept", "soft_skill"}
_STUDY_REACH = 200
_STUDY = re.compile(
    r"(?:(?!\b(?:with|experience|years?|expérience|erfahrung|knowledge|skills?|working|industry|plus|proven|publi\w{0,9}|papers?)\b)[^;:]){0,40}?"
    r"(?:\b(?:in|of|en|em|di|der|des|van|z|fields?|im|w|areas?|discipline|background)\b|[(:])"
    r"(?:(?!\b(?:with|experience|years?|expérience|erfahrung|knowledge|skills?|working|industry|proven|publi\w{0,9}|papers?|published)\b)[^;]){0,160}",
    re.I,
)
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


class Section(Protocol):
    """A named stretch of a text, as `analytics.sections` gives them."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def name(self) -> str: ...


class Found(NamedTuple):
    """A term at its place, before its sentence is looked at."""

    term: Term
    start: int
    end: int


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


@lru_cache(maxsize=1024)
def title_mentions(title: str, company: str = "") -> tuple[Mention, ...]:
    """What a title names, own names left out: the role itself, and so a duty. Offsets are those in the title."""
    found = find_mentions(title, [], company) if title else []
    return tuple(mention._replace(section="role", strength="duty") for mention in found if not mention.is_own)


def find_mentions(text: str | Scan, spans: Iterable[Section], company: str = "") -> list[Mention]:
    """As `read_terms`, but as objects and with the employer's own names, marked `is_own`."""
    scanned = scan(text)
    if not scanned.hits:
        return []
    sections = sorted(spans, key=lambda span: span.start)
    starts = [span.start for span in sections]
    employer = _employer(company)
    cues, at_cue = scanned.cues, 0
    judged: list[Mention] = []
    hits = _outside_names(scanned, _outside_links(scanned.text, scanned.hits), company)
    for low, high, found in _sentences(scanned, hits):
        at = bisect_right(starts, low) - 1
        section = sections[at].name if at >= 0 and low < sections[at].end else "intro"
        while at_cue < len(cues) and cues[at_cue].start < low:
            at_cue += 1
        beyond = at_cue
        while beyond < len(cues) and cues[beyond].start < high:
            beyond += 1
        degrees = [one.end for one in found if one.term.category == "degree"]
        if degrees or "egree" in scanned.text[low:high]:
            found = [one for one in found if not _is_field(scanned.text, low, one, degrees)]
            found = list(_without_fields(scanned.text, found))
        judged += _judge(scanned.text, (low, high), found, section, cues[at_cue:beyond], employer)
        at_cue = beyond
    return _once_a_section(judged)


def _sentences(scanned: Scan, hits: list[Hit]) -> Iterator[tuple[int, int, list[Found]]]:
    """Bounds of each sentence that names a term, with what it names."""
    found: list[Found] = []
    low = high = -1
    for index, hit in enumerate(hits):
        if hit.start >= high:
            if found:
                yield low, high, found
            found = []
            low, high = _sentence(scanned.text, hit.start, hit.end)
        term = _term_of(scanned, hits, index, hit, low, high)
        if term:
            found.append(Found(term, hit.start, hit.end))
            continue
        for inner in scanned.within.get(hit.start, ()):
            term = _term_of(scanned, hits, index, inner, low, high)
            if term:
                found.append(Found(term, inner.start, inner.end))
                break
    if found:
        yield low, high, found


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Bounds of the sentence, line or item around `text[start:end]`."""
    low = max(text.rfind("\n", 0, start) + 1, start - LONGEST)
    high = text.find("\n", end, end + LONGEST)
    before, after = text[low:start], text[end : high if high >= 0 else end + LONGEST]
    for stop in _STOPS:
        if stop in before:
            before = before[before.rindex(stop) + 1 :]
        if stop in after:
            after = after[: after.index(stop)]
    if ". " in before:
        before = before[_full_stop(before, before.rfind) + 1 :]
    if ". " in after:
        at = _full_stop(after, after.find)
        after = after[:at] if at >= 0 else after
    return start - len(before), end + len(after)


def _full_stop(part: str, find: Callable[[str, int, int], int]) -> int:
    """Where the first or last full stop is that ends no abbreviation; -1 if there is none."""
    low, high = 0, len(part)
    at = find(". ", low, high)
    while at >= 0 and part.endswith(_ABBREVIATED, 0, at):
        low, high = (low, at) if find == part.rfind else (at + 1, high)
        at = find(". ", low, high)
    return at


def _outside_links(text: str, hits: list[Hit]) -> list[Hit]:
    """Without the hits inside web and mail addresses."""
    links = [_word_at(text, at) for mark in _LINK_MARKS for at in _places_of(mark, text)]
    return [hit for hit in hits if not any(start <= hit.start < end for start, end in links)] if links else hits


def _outside_names(scanned: Scan, hits: list[Hit], company: str) -> list[Hit]:
    """Without the hits that are a part of the employer's name: "AI" in "Acme AI"."""
    name = company.strip().lower()
    names = [(at, at + len(name)) for at in _places_of(name, scanned.lowered)] if " " in name else []
    return [hit for hit in hits if not any(a <= hit.start and hit.end <= b for a, b in names)] if names else hits


def _places_of(mark: str, text: str) -> Iterator[int]:
    at = text.find(mark)
    while at >= 0:
        yield at
        at = text.find(mark, at + len(mark))


def _word_at(text: str, at: int) -> tuple[int, int]:
    """Bounds of the run without blanks around an offset, at most 500 characters to each side."""
    before, after = text[max(0, at - 500) : at].split(), text[at : at + 500].split(maxsplit=1)
    is_joined = at > 0 and not text[at - 1].isspace()
    return at - (len(before[-1]) if before and is_joined else 0), at + (len(after[0]) if after else 0)


def _term_of(scanned: Scan, hits: list[Hit], index: int, hit: Hit, low: int, high: int) -> Term | None:
    """The term that a spelling means in its sentence."""
    for form in hit.forms:
        term = form.term
        if not (form.is_ambiguous or term.off or term.off_here) or _means(scanned, hits, index, hit, form, low, high):
            return term
    return None


def _means(scanned: Scan, hits: list[Hit], index: int, hit: Hit, form: Form, low: int, high: int) -> bool:
    low, high = max(hit.start - WINDOW, low), min(hit.end + WINDOW, high)
    window, lowered = scanned.text[low:high], scanned.lowered[low:high]
    start, end, term = hit.start - low, hit.end - low, form.term
    if term.off and any(True for _ in term.off.places(window, lowered)):
        return False
    if term.off_here and any(s < end and e > start for s, e in term.off_here.places(window, lowered)):
        return False
    if not form.is_ambiguous:
        return True
    if end - start <= SHORT and _is_glued(scanned.text, hit):
        return False
    # a cue counts when it is more than the hit itself
    if term.near and any(s < start or e > end for s, e in term.near.places(window, lowered)):
        return True
    return _has_sibling(scanned.text, hits, index, term, low, high) or _is_skill(window, lowered, start, end, hit)


def _is_skill(window: str, lowered: str, start: int, end: int, hit: Hit) -> bool:
    """Whether a name stands where skills do: "experience with X", "X is a plus", or alone as an item of a list."""
    if lowered[start:end] == window[start:end]:
        return False
    if lowered.startswith(phrases("skill_prev"), end) or lowered.endswith(phrases("skill_next"), 0, start):
        return True
    return _is_item(window, start, end, len(hit.forms) > 1)


def _is_item(window: str, start: int, end: int, is_shared: bool) -> bool:
    """Whether a name is an item of a list by itself: "Nice to have: Rust", "SQL, SAS." A first name is none, and one
    that several terms share says nothing there."""
    is_first = start < 8 and not window[:start].strip(_BULLETS)
    is_last = not window[end:].strip(_BULLETS)
    if is_first and is_last:
        return end - start > 1
    if is_shared or end - start < 3 or window[start:end] in _GIVEN_NAMES:
        return False
    return window.endswith(_ITEM_STARTS, 0, start) and (is_last or window.startswith(_ITEM_ENDS, end))


def _is_glued(text: str, hit: Hit) -> bool:
    """Whether a short ambiguous word is part of a compound: Go-to-market, R&D, C-level (but not Go-based)."""
    before, after = text[hit.start - 1 : hit.start], text[hit.end : hit.end + 6]
    return before in _GLUE or (after[:1] in _GLUE and not after.startswith(_KIN))


def _has_sibling(text: str, hits: list[Hit], index: int, term: Term, low: int, high: int) -> bool:
    """Whether an unambiguous term of the same category stands near, or any such term right beside it in a list."""
    hit = hits[index]
    for step in (-1, 1):
        at = index + step
        while 0 <= at < len(hits):
            other = hits[at]
            left, right = (other.end, hit.start) if step < 0 else (hit.end, other.start)
            if right - left > NEAR or not low <= other.start < high:
                break
            is_beside = at == index + step and text[left:right] in _LIST
            if any(_vouches(form, term, is_beside) for form in other.forms):
                return True
            at += step
    return False


def _vouches(form: Form, term: Term, is_beside: bool) -> bool:
    """Whether a spelling nearby makes sure of a term: one of its kind does, and in a list any other tool."""
    other = form.term
    if other.category == term.category and other is not term:
        return is_beside or not form.is_ambiguous
    return is_beside and not form.is_ambiguous and not _NO_TOOLS & {other.category, term.category}


def _is_field(text: str, low: int, one: Found, degrees: Sequence[int]) -> bool:
    """Whether a term is a field of study: "a degree in statistics" asks for a degree."""
    if one.term.category not in _FIELDS:
        return False
    low = max(low, one.start - _STUDY_REACH)
    at = bisect_right(degrees, low)
    ends = [degrees[at]] if at < len(degrees) and degrees[at] <= one.start else []
    word = text.find("egree", low, one.start)
    ends += [word + len("egree")] if word >= 0 else []
    return bool(ends) and _STUDY.fullmatch(text, min(ends), one.start) is not None


def _without_fields(text: str, found: Sequence[Found]) -> Iterator[Found]:
    """Without the terms listed among fields of study: "computer science, mathematics or statistics"."""
    named = [one.term.name.endswith(" field") for one in found]
    joined = [text[one.end : beyond.start].lower() in _FIELD_LIST for one, beyond in pairwise(found)]
    for at, joint in enumerate(joined):
        named[at + 1] |= joint and named[at] and found[at + 1].term.category in _FIELDS
    for at, joint in reversed(list(enumerate(joined))):
        named[at] |= joint and named[at + 1] and found[at].term.category in _FIELDS
    return (one for one, is_field in zip(found, named, strict=True) if not is_field or one.term.category == "degree")


def _judge(
    text: str, bounds: tuple[int, int], found: list[Found], section: str, cues: Sequence[Cue], employer: str
) -> Iterator[Mention]:
    """The mentions of one sentence with their section, strength and GenAI class as its words have them."""
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
    asked = strengths(text, places, cues, bounds, employer)
    for (term, start, end), place, strength in zip(found, places, asked, strict=True):
        genai = "no" if term.genai == "no" else _genai(text[bounds[0] : start], term, end, found, cues)
        is_at = text.endswith(_AT, 0, start)
        is_own = term in owned and (is_at or _is_own(term, text[start:end], place.section, employer))
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


def _once_a_section(mentions: Iterable[Mention]) -> list[Mention]:
    """Of several mentions of a term in a section the one that asks most."""
    best: dict[tuple[str, str, bool], Mention] = {}
    for mention in sorted(mentions, key=lambda one: (RANK[one.strength], one.genai == "core"), reverse=True):
        best.setdefault((mention.term.name, mention.section, mention.is_own), mention)
    return sorted(best.values(), key=lambda mention: mention.start)
