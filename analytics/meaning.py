"""Which term a spelling means: many are ordinary words too, and the sentence around them decides.

A mention needs clean borders ("R" is not in "R&D"), and a context when its spelling is an ordinary word too.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from analytics.scan import Hit, Line
from analytics.vocabulary import SHORT, Form, Term, phrases

WINDOW = 160  # characters of the sentence looked at on each side for cues
NEAR = 80  # characters within which another term of the same kind vouches for an ambiguous one
LONGEST = 4_000  # characters of a sentence to each side of a name
_FULL_STOP = ". "
_STOPS = ("•", "! ", "? ", "; ", _FULL_STOP)  # that last, as abbreviations are told within what the others leave
_ABBREVIATED = ("e.g", "i.e", "z.B", "etc", "incl", "inkl", "bzw", "ca", "np", "..", "p. ex", "bv", "vs", "u.a", "o.ä")
_LINK_MARKS = ("://", "www.", "@")
_GLUE = frozenset("-&")
_KIN = ("-based", "-style", "-like")
_LIST = frozenset((", ", "/", " / ", " or ", " and ", ", and ", ", or ", " & ", " und ", " oder ", " et ", " ou "))
_FIELD_LIST = _LIST | {" y ", " e ", " i ", " of ", " lub ", ", und ", ", oder "}
_BULLETS = " \t-–—*•·#>○●▪◦✔+.;,:()→✅☑⭐➤►‣❖🔸🔹👉\ufe0f"
_ITEM_STARTS = (": ", ", ", "; ", " - ", " – ", " • ", " (", ". ")
_ITEM_ENDS = (", ", "; ", " - ", " – ", " • ", ")", ". ", " (")
_GIVEN_NAMES = frozenset(("Cassandra", "Claude", "Devin", "Dolly", "Gemma", "Julia", "Luigi", "Marvin", "Ruby", "Stan"))
_FIELDS = frozenset(("ml_concept", "domain_topic", "software_practice", "experimentation"))
_NO_TOOLS = _FIELDS | {"ai_assistant_tool", "certification", "degree", "genai_concept", "soft_skill"}
_LEGAL_FORM = re.compile(
    r"(?:[,.]?\s+(?:inc|llc|ltd|limited|gmbh|ag|se|sa|sas|sarl|corp|corporation|co|kg|plc|bv|b\.v|ab|oy|s\.?p\.?a|s\.?r\.?l|&)\.?)+$"
)
_STUDY_REACH = 200
# schooling that the degrees of the lexicon do not name; `lexicon/triggers.csv` has its words but "student", which alone
# names whom a chair looks for: "PhD student in machine learning"
_STUDIED = re.compile(
    r"(?:[Ss]tudium|\b(?:Grado|Graduad[oa]|Licenciad[oa]s?|Licenciatura|Titulad[oa]|Titulación|Superior completo"
    r"|Ensino superior"
    r"|Graduação|Mestrado|Bacharelado|Formad[oa]|Cursando|Laurea(?:t[oa])?|[Ee]ingeschrieben|[Ii]mmatrikuliert"
    r"|[Ss]tudierst|[Ss]tudiengangs?|[Ss]tudiengänge"
    r"|(?:[Ww][Oo]|[Hh][Bb][Oo])[- ](?:master|bachelor|opleiding|diploma|niveau|werk- en denkniveau)"
    r"|[Ee]nrolled|[Ss]tudying|[Mm]ajoring|[Gg]raduates? (?=of|in)|[Gg]raduated (?=in)|[Éé]tudes supérieures"
    r"|[Ww]ykształcenie|[Kk]ierunk\w{1,3}|[Ss]tudia|[Ss]tudent\w{0,3} (?=kierunk|van|der|in)))\b"
)
_STUDY = re.compile(
    r"(?:(?!\b(?:with|experience|years?|expérience|erfahrung|knowledge|skills?|working|industry|plus|proven|publi\w{0,9}|papers?"
    r"|positions?|thesis|studentships?|internships?|project|Stelle)\b)[^;:]){0,40}?"
    r"(?:\b(?:in|of|en|em|di|der|des|van|z|fields?|im|w|areas?|discipline|background|bijvoorbeeld|like|exemple|ejemplo"
    r"|exemplo|z\. ?B|e\.g|np|such as|wie)\b|[(:])"
    r"(?:(?!\b(?:with|experience|years?|expérience|erfahrung|knowledge|skills?|working|industry|proven|publi\w{0,9}|papers?|published)\b)[^;–]){0,160}",
    re.I,
)


Found = tuple[Term, int, int]  # at its place, before its sentence is looked at; a named one is slow to unpack


def sentences(line: Line, company: str) -> list[tuple[int, int, list[Found]]]:
    """Bounds of each sentence of a line that names a term, with what it names. `company` is the employer, whose name
    may hold what looks like a term."""
    hits = _outside_links(line.text, line.hits)
    named = _naming(line, _outside_names(line, hits, company) if company else hits)
    for at, (low, high, found) in enumerate(named):
        for term, _, _ in found:
            if term.category in _FIELDS:
                named[at] = low, high, _outside_studies(line, low, high, found)
                break
    return named


def _outside_studies(line: Line, low: int, high: int, found: list[Found]) -> list[Found]:
    """Without what is a field of study where a sentence asks for a degree."""
    text = line.text
    degrees = [end for term, _, end in found if term.category == "degree"]
    if "study" in line.marks:
        degrees = sorted(degrees + [study.end() for study in _STUDIED.finditer(text, low, high)])
    if not (degrees or "egree" in text[low:high]):
        return found
    return list(_without_fields(text, [one for one in found if not _is_field(text, low, one, degrees)]))


def _naming(line: Line, hits: Sequence[Hit]) -> list[tuple[int, int, list[Found]]]:
    text = line.text
    named: list[tuple[int, int, list[Found]]] = []
    found: list[Found] = []
    high = -1
    for index, hit in enumerate(hits):
        start, end, forms = hit
        if start >= high:
            low, high = _sentence(text, start, end)
            found = []
        term = forms[0].term if forms[0].is_sure else _term_of(line, hits, index, hit, low, high)
        if not term:
            for inner in line.within.get(start, ()):
                term = _term_of(line, hits, index, inner, low, high)
                if term:
                    start, end, _ = inner
                    break
        if term:
            if not found:
                named.append((low, high, found))
            found.append((term, start, end))
    return named


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Bounds of the sentence or item around `text[start:end]` of a line."""
    low, high = max(0, start - LONGEST), min(len(text), end + LONGEST)
    around = text[low:high]
    for stop in _STOPS:
        if stop not in around:
            continue
        if stop == _FULL_STOP:
            before = _full_stop(text, text.rfind, low, start)
            after = _full_stop(text, text.find, end, high)
        else:
            before, after = text.rfind(stop, low, start), text.find(stop, end, high)
        low = before + 1 if before >= 0 else low
        high = after if after >= 0 else high
    return low, high


def _full_stop(text: str, find: Callable[[str, int, int], int], low: int, high: int) -> int:
    """Where the first or last full stop between two offsets is that ends no abbreviation; -1 if there is none."""
    first = low
    at = find(_FULL_STOP, low, high)
    while at >= 0 and text.endswith(_ABBREVIATED, first, at):
        low, high = (low, at) if find == text.rfind else (at + 1, high)
        at = find(_FULL_STOP, low, high)
    return at


def _outside_links(text: str, hits: Sequence[Hit]) -> Sequence[Hit]:
    """Without the hits inside web and mail addresses."""
    if not ("@" in text or "://" in text or "www." in text):
        return hits
    links = sorted([_word_at(text, at) for mark in _LINK_MARKS for at in _places_of(mark, text)], reverse=True)
    outside: list[Hit] = []
    linked = 0  # where the links end that begin before a hit
    for hit in hits:
        while links and links[-1][0] <= hit.start:
            linked = max(linked, links.pop()[1])
        if hit.start >= linked:
            outside.append(hit)
    return outside


def _outside_names(line: Line, hits: Sequence[Hit], company: str) -> Sequence[Hit]:
    """Without the hits that are a part of the employer's name, "AI" in "Acme AI", or begin amid it: "Systems designs"
    in "Acme Systems designs radars"."""
    name = _bare_name(company)
    names = [(at, at + len(name)) for at in _places_of(name, line.lowered)] if " " in name else []
    return [hit for hit in hits if not any(_is_of_name(hit, *bounds) for bounds in names)] if names else hits


def _is_of_name(hit: Hit, start: int, end: int) -> bool:
    return start < hit.start < end or (hit.start == start and hit.end <= end)


@lru_cache(maxsize=1024)
def _bare_name(company: str) -> str:
    """The employer's name in small letters as texts have it, without its legal form."""
    return _LEGAL_FORM.sub("", company.strip().lower())


def _places_of(mark: str, text: str) -> Iterator[int]:
    at = text.find(mark)
    while at >= 0:
        yield at
        at = text.find(mark, at + len(mark))


def _word_at(text: str, at: int) -> tuple[int, int]:
    """Bounds of the run without blanks around an offset, at most 500 characters to each side."""
    before, after = text[max(0, at - 500) : at].rsplit(maxsplit=1), text[at : at + 500].split(maxsplit=1)
    is_joined = at > 0 and not text[at - 1].isspace()
    return at - (len(before[-1]) if before and is_joined else 0), at + (len(after[0]) if after else 0)


def _term_of(line: Line, hits: Sequence[Hit], index: int, hit: Hit, low: int, high: int) -> Term | None:
    """The term that a spelling means in its sentence."""
    for form in hit.forms:
        if form.is_sure or _means(line, hits, index, hit, form, low, high):
            return form.term
    return None


def _means(line: Line, hits: Sequence[Hit], index: int, hit: Hit, form: Form, low: int, high: int) -> bool:
    low, high = max(hit.start - WINDOW, low), min(hit.end + WINDOW, high)
    window, lowered = line.text[low:high], line.lowered[low:high]
    start, end, term = hit.start - low, hit.end - low, form.term
    if term.off and term.off.places(window, lowered):
        return False
    if term.off_here:
        for first, last in term.off_here.places(window, lowered):
            if first < end and last > start:
                return False
    if not form.is_ambiguous:
        return True
    if end - start <= SHORT and _is_glued(line.text, hit):
        return False
    if term.near:
        for first, last in term.near.places(window, lowered):
            if first < start or last > end:  # a cue counts when it is more than the hit itself
                return True
    return _has_sibling(line.text, hits, index, term, low, high) or _is_skill(window, lowered, start, end, hit)


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


def _has_sibling(text: str, hits: Sequence[Hit], index: int, term: Term, low: int, high: int) -> bool:
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
    term, start, _ = one
    if term.category not in _FIELDS:
        return False
    low = max(low, start - _STUDY_REACH)
    at = bisect_right(degrees, low)
    ends = [degrees[at]] if at < len(degrees) and degrees[at] <= start else []
    word = text.find("egree", low, start)
    ends += [word + len("egree")] if word >= 0 else []
    return bool(ends) and _STUDY.fullmatch(text, min(ends), start) is not None


def _without_fields(text: str, found: Sequence[Found]) -> Iterator[Found]:
    """Without the terms listed among fields of study: "computer science, mathematics or statistics"."""
    named = [term.name.endswith(" field") for term, _, _ in found]
    joined = [text[end:start].lower() in _FIELD_LIST for (_, _, end), (_, start, _) in pairwise(found)]
    for at, joint in enumerate(joined):
        named[at + 1] |= joint and named[at] and found[at + 1][0].category in _FIELDS
    for at, joint in reversed(list(enumerate(joined))):
        named[at] |= joint and named[at + 1] and found[at][0].category in _FIELDS
    return (one for one, is_field in zip(found, named, strict=True) if not is_field or one[0].category == "degree")
