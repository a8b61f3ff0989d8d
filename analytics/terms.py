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

LEAD = 60  # characters of a heading
COLLISION = 120  # characters within which "customers like" reaches a name

_LEGAL = re.compile(r"[,.]?\s+(?:inc|llc|ltd|limited|gmbh|ag|se|sa|sas|corp|corporation|co|plc|labs|ai)\.?$", re.I)
_IDEAS = frozenset(("ml_concept", "domain_topic", "genai_concept"))
_OWN_VOICE = frozenset(("company", "notice", "benefits", "intro", "role"))
_MOVED = frozenset(("core", "assistant"))
_MOVING = frozenset(("notice_strong", "notice", "benefit", "paper", "ban"))
_LISTING = ("like", "such as", "include", "including", "comme", "wie", "jak")
_AT = (" at ", " bei ", " chez ", " bij ", "At ", "Bei ", "Chez ", "Bij ")
_PEN = re.compile(  # what is written with a chat product, which is then a tool: "draft e-mails with ..."
    r"(?:^|\W)(?:draft|writ|e-?mail|summar|translat|proofread|entw[uü]rf|text|schreib|zusammenfass|rédig"
    r"|brouillon|redact"
    r"|borrador|scriv|bozz|escrev|rascunh|pisa|skriv|schrijv|samenvat)(?:(?!\b(?:api|agent|build|develop"
    r"|pipeline))[^.;]){0,80}?"
    r" (?:with|using|via|mit|avec|con|com|med|met|av|z)(?: the help of)? $",
    re.I,
)
_COLLIDING = frozenset(("llm_provider", "llm_model"))
_OFFERING = re.compile(  # ends a line that leads to what a product does
    r"\b(?:offer|provid|includ|featur|product|bietet|propose|ofrece|offr|biedt)(?:es?|ing|s)?\b[^:\n.]{0,20}$", re.I
)
_PEN_FOR = re.compile(  # "use ... for first drafts", "to get past the blank page"
    r"(?:(?!\b(?:apis?|agents?|build|develop|pipelines?|products?|features?|customers?|users?)\b)[^.;]){0,60}?"
    r"\b(?:for|to|on|when|with|für|um|bei|zum|beim|pour|para|per|voor|om|bij|do|przy|för|att|til)\b"
    r"(?:(?!\b(?:apis?|agents?|build|develop|pipelines?|products?|features?|customers?|users?)\b)[^.;]){0,40}?"
    r"\b(?:drafts?|drafting|first versions?|blank pages?|outreach|e-?mails?|meeting notes|minutes"
    r"|summar\w{2,7}|translat\w{2,6}"
    r"|brainstorm\w{0,3}|ideas|research|wording|copy|adverts?|boilerplate|routine|proofread\w{0,3}|slides"
    r"|tidy\w{0,3}|faster"
    r"|quicker|chores|admin|paperwork|entwürfe?n?|recherche|texte?n?|zusammenfassung\w{0,2}|routine\w{0,8}|brouillons?"
    r"|rédiger|traduire|recherches|borradores|redactar|resumir|ideias|rascunhos|bozze|idee|concepten|teksten|ideeën"
    r"|szkic\w{0,3}|utkast|texter)\b",
    re.I,
)
_PEN_DOES = re.compile(  # "with ... drafting the first version"
    r" (?:drafts|drafting|writes|writing|prepares|preparing|suggests|suggesting|proposes|proposing) (?:(?:the"
    r"|a|your|its) )?"
    r"(?:first |rough |short )?(?:drafts?|versions?|texts?|repl(?:y|ies)|answers?|wording|mails?|lines?)\b"
)
_USING = re.compile(  # the applicant uses it: at the start of an item, or "you already use"
    r"(?:^|[\W])(?:us(?:e|ing)|nutz\w{0,3}|verwend\w{0,3}|arbeit\w{0,3} mit|utilis\w{0,4}|us(?:ar|as|a)"
    r"|gebruik\w{0,2}|korzyst\w{2,6}"
    r"|używ\w{0,5}|använd\w{0,3}|open|reach for|lean on|comfortable with|at home (?:in|with))\b(?:(?!\b(?:we"
    r"|our|wir|nous|apis?)\b)[^.;:]){0,50}$",
    re.I,
)
_TAUGHT = re.compile(  # what is taught to the staff is given, though a field
    r"\b(?:train(?:ing|ings)|courses?|workshops?|classes|lessons|academy|upskilling|certificat\w{1,6}"
    r"|conferences?|hackathons?"
    r"|schulung\w{0,2}|weiterbildung\w{0,2}|fortbildung\w{0,2}|kurse?n?|formations?|ateliers?|formación"
    r"|cursos?|talleres|formação"
    r"|formazione|corsi|opleiding\w{0,2}|cursus\w{0,4}|szkoleni\w{1,3}|kurs\w{0,3}|utbildning\w{0,3})\b",
    re.I,
)
_UNNEEDED = re.compile(  # a heading over what nobody asks for
    r"\W{0,5}(?:and )?(?:what |things |skills )?(?:you |we )?(?:(?:don['’]?t|do not|won['’]?t|will not) "
    r"(?:actually |really |necessarily |have to )?(?:need|expect|require|ask|care|look|bring)\b"
    r"|(?:is |are )?not (?:needed|required|necessary)\b(?! but)|was (?:du|sie|wir) nicht brauch\w{0,3}"
    r"|nicht (?:nötig|erforderlich|gefragt)\b"
    r"|ce (?:dont|que) .{0,25}(?:pas besoin|ne demandons pas)|lo que no (?:necesitas|pedimos)|no (?:hace falta"
    r"|es necesario)\b"
    r"|wat (?:je|we) niet (?:nodig|vragen|hoeft)|czego nie (?:potrzebujesz|wymagamy)|o que não (?:precisa|pedimos)"
    r"|(?:cosa|quello che) non (?:serve|ti serve|chiediamo))",
    re.I,
)
_DENIED = "denied"  # stands for the section under such a heading, which is company talk otherwise
_NOTHING: frozenset[Term] = frozenset()
_NO_KINDS: frozenset[str] = frozenset()
_new = tuple.__new__  # makes a NamedTuple in a third of the time, as calling its class runs Python code
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


_Told = tuple[Term, str, str, str, int, int, bool]  # a mention by its place in a line, as `Mention` has it
_Ranked = tuple[tuple[str, str, bool], int, _Told]  # term, section and whether it is own; what asks more is greater


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
    borders = _borders(spans, scanned.text)
    known = _names_of(company)
    told: list[tuple[int, list[_Ranked]]] = []
    for at, line, zones in _zoned(scanned.lines, borders):
        named = company if known is None or (known and known in line.lowered) else ""
        is_offer = zones[0][1] == "intro" and _is_offered(scanned.text, at)
        key = zones, named, is_offer
        if said := line.told.get(key) or _remembered(line, key):
            told.append((at, said))
    return _once_a_section(told)


def _borders(spans: Iterable[Section], text: str) -> list[tuple[int, str]]:
    """Where each section begins; what lies in none is an intro."""
    borders = [(0, "intro")]
    for span in sorted(spans, key=attrgetter("start")):
        start, name = span.start, span.name
        is_denied = name == "company" and _UNNEEDED.match(_heading(text, start)) is not None
        borders += (start, _DENIED if is_denied else name), (span.end, "intro")
    return borders


def _heading(text: str, start: int) -> str:
    """What stands over a section that begins there: its first words, or the line before it."""
    above = text[max(0, start - LEAD) : start].rstrip("\n").rpartition("\n")[2]
    return above if len(above) < LEAD and _UNNEEDED.match(above) else text[start : start + LEAD]


def _zoned(lines: Iterable[tuple[int, Line]], borders: Sequence[tuple[int, str]]) -> Iterator[tuple[int, Line, _Zones]]:
    """The lines that hold a spelling by their starts, and the sections of each by where they begin in it."""
    starts = [start for start, _ in borders]
    starts.append(sys.maxsize)
    first = beyond = 0
    zones: _Zones = ()
    for at, line in lines:
        if line.hits:
            if beyond <= at:
                while starts[first + 1] <= at:
                    first += 1
                zones, beyond = ((0, borders[first][1]),), starts[first + 1]
            end = at + len(line.text)
            if beyond < end:
                inner = borders[first + 1 : bisect_left(starts, end)]
                yield at, line, (*zones, *[(start - at, name) for start, name in inner])
            else:
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
    told = _line_mentions(line, *key)
    if len(line.told) < SURROUNDINGS:
        line.told[key] = told
    return told


def _line_mentions(line: Line, zones: _Zones, company: str, is_offer: bool) -> list[_Ranked]:
    """The terms that a line names, by their places in it."""
    text, cues = line.text, line.cues
    employer = _employer(company) if company else ""
    judged: list[_Ranked] = []
    for low, high, found in sentences(line, company):
        if found:
            section = zones[0][1] if len(zones) == 1 else zones[bisect_right(zones, low, key=_start) - 1][1]
            is_part = cues and high - low < len(text)
            near = [cue for cue in cues if low <= cue.start < high] if is_part else cues
            judged += _judge(text, (low, high), found, section, near, employer, is_offer)
    return judged


def _judge(
    text: str,
    bounds: tuple[int, int],
    found: Sequence[Found],
    section: str,
    cues: Sequence[Cue],
    employer: str,
    is_offer: bool,
) -> list[_Ranked]:
    """The mentions of one sentence with their section, strength and GenAI class as its words have them."""
    kinds = frozenset([cue.kind for cue in cues]) if cues else _NO_KINDS
    is_denied = section == _DENIED
    section = "company" if is_denied else section
    moved = section
    if section == "notice" or (kinds and not kinds.isdisjoint(_MOVING)):
        moved = moved_section(text, bounds[0], section, kinds)
    homes = [section] * len(found) if moved == section != "benefits" else _homes(text, bounds, found, section, moved)
    places = [
        _new(Place, (start, end, home, term.category, term.genai == "core"))
        for (term, start, end), home in zip(found, homes, strict=True)
    ]
    owned = _names().get(employer, _NOTHING) if employer else _NOTHING
    collisions = [cue.end for cue in cues if cue.kind == "collision"] if "collision" in kinds else ()
    asked = strengths(text, places, cues, kinds, bounds, employer, is_offer)
    judged: list[_Ranked] = []
    for (term, start, end), home, strength in zip(found, homes, asked, strict=True):
        genai = "no" if term.genai == "no" else _genai(text, bounds, term, start, end, found, cues)
        if is_denied:
            strength = "negated"
        is_own = term in owned and (text.endswith(_AT, 0, start) or _is_own(term, text[start:end], home, employer))
        if collisions and not is_own and _collides(term, home, start, collisions):
            is_list = any(text.endswith(_LISTING, 0, end) for end in collisions)
            strength, is_own = "none", term.category not in _COLLIDING or not is_list
            genai = genai if term.category in _COLLIDING else "no"
        rank = 2 * RANK[strength] + (genai == "core")
        judged.append(((term.name, home, is_own), rank, (term, genai, home, strength, start, end, is_own)))
    return judged


def _homes(text: str, bounds: tuple[int, int], found: Sequence[Found], section: str, moved: str) -> list[str]:
    """The section of each name of a sentence that belongs to another than where it stands; what is no GenAI stays."""
    if moved != "benefits" or _TAUGHT.search(text, *bounds):
        return [moved if term.genai in _MOVED else section for term, _, _ in found]
    # a field is nothing that is given, as a licence is
    fields = subjects("assistant_subject")
    homes = ["company" if term.genai == "core" and term.name not in fields else moved for term, _, _ in found]
    return [home if one[0].genai in _MOVED else section for home, one in zip(homes, found, strict=True)]


def _genai(
    text: str,
    bounds: tuple[int, int],
    term: Term,
    start: int,
    end: int,
    found: Sequence[Found],
    cues: Sequence[Cue],
) -> str:
    """The GenAI class of a mention: a chat product or "LLM tools" used to work faster is an assistant."""
    if term.name in subjects("assistant_subject"):
        before = text[max(bounds[0], start - WINDOW) : start]
        beside = any(other.genai == "assistant" for other, _, _ in found)
        is_aid = beside or any(cue.kind == "assistant" for cue in cues) or _PEN.search(before)
        is_aid = (
            is_aid
            or _PEN_DOES.match(text, end)
            or (_USING.search(before) and _PEN_FOR.match(text, end, min(bounds[1], end + WINDOW)))
        )
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
    best: dict[tuple[str, str, bool], tuple[int, int, _Told]] = {}
    for at, mentions in told:
        for key, rank, mention in mentions:
            one = rank, at, mention
            if rank > best.setdefault(key, one)[0]:
                best[key] = one
    placed = [
        _new(Mention, (term, genai, section, strength, at + start, at + end, is_own))
        for _, at, (term, genai, section, strength, start, end, is_own) in best.values()
    ]
    return sorted(placed, key=attrgetter("start"))
