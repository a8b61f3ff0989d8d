"""Schooling a posting asks for: the least degree that is enough, the one it would rather see, subjects, and whether
experience may stand in its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from analytics.education_words import (
    AND_WORK,
    DEGREES,
    EQUIVALENT,
    FINISHED,
    HEADINGS,
    INSTEAD,
    LOWER,
    NONE,
    RATHER,
    SHORT,
    SHORTS,
    STUDENT,
    SUBJECTS,
    TRAP,
    WISH,
    WISH_HEADING,
    look,
)
from analytics.marked import section_at, told_lines
from analytics.scan import Scan, scan
from analytics.terms import Section

_ANY = "degree"  # one that the text does not name
_ELSEWHERE = frozenset(("company", "benefits", "notice"))
LADDER = ("none", "bachelor", "master", "phd")
NOTHING: dict[str, Any] = {"least": None, "preferred": None, "fields": [], "equivalent_ok": False}
MOST_PLACES = 150  # that are looked at; a text that names degrees more often is no posting
MOST_SHORT = 60  # characters of a line that a heading may deny
REACH = 300  # characters of a sentence to each side of a degree


_LONGEST_HEADING = max(MOST_SHORT, *map(len, HEADINGS))
_EDGES = " \t\r:*•·-–—#_.()+>►"
_WISH_BEGINS = re.compile(
    r"\W*(?:or (?:[\w-]+ ){1,4}?|(?:or |and )?(?:an? )?(?:related|similar|relevant|equivalent|other|comparable|"
    r"technical|quantitative) [\w ]{0,30}?)?(?:(?:is|are|an?|une?|eine?|een|una|strongly|highly|ist|sind|added) )"
    r"{0,3}(?:atout|voordeel|merit|valor|gradit|prefer(?!red (?:qual|skill|exp))|plus|bonus|desir|advantage|asset|"
    r"von vorteil|wünsch|souhait|welcome|nice to)",
)
_SEGMENT = re.compile(
    r"[,;]|\bbut\b|\brequired\b(?: and)?|\((?=[^()]{0,80}(?:prefer|plus|ideal|bonus|advantage|welcome|desir|"
    r"wünsch|vorteil|gern|souhait|atout|valor|desej|gradit|meriter|mile widz|een pr))|"
    r"(?=preferred (?:qualif|skill|requir|experience|attrib|criteria))"
)
_OR_ANY = re.compile(
    r"(?:n['’]t|\b(?:no|not|never|neither|without))\b[^.;\n]{0,50}\bn?or any (?:other |formal ){0,2}degree"
)  # "no PhD or any other degree"
_DENIED = re.compile(  # that any degree is needed, not only one of those named
    r"(?:n['’]t|\b(?:no|not|never|without|kein\w*|nicht|pas|sin|geen))\b.*(?:degrees?|studium|abschl\w+|diplom\w*)\b"
)
_LISTED = re.compile(r"\([^(),;]{1,25}(?:,[^(),;]{1,25}){1,4}\)")  # one degree by its kinds: "(MS, PhD)"
_SOFT = re.compile(
    r"(?:but|though|although|yet|,|\(|[–—-]|and) ?(?:(?:it|that|this|they)(?:['’]s|['’]re| is| are)? |is |are )?"
    r"(?:(?:absolutely|certainly|by no means|strictly) )?(?:not|n['’]t|nicht|niet|pas|no|non|não|inte)\b "
    r"(?:\w+ ){0,2}?(?:requir|must|necess|mandat|essent|need|exclu|dealb|expect|pflicht|zwing|erforder|verplicht|"
    r"vereist|obligat|exig|obblig|krav)"
)
_LOFTY = re.compile(r"ph\.? ?d|master|doctor|advanced|graduate|m\.?sc|promotion|doktor|maîtrise")
_REPLACES = re.compile(
    r"[\W_]{0,6}(?:(?:or|option|either|alternativ\w*|oder|ou)\b[^\w\n]{0,3}(?:(?:\d|two|b|"
    r"ii)\b[^\w\n]{1,3})?(?!with )[^.;\n]{0,60}|(?:[\w,’'-]+ ){0,6}?(?:experience|"
    r"combination)[^.;\n]{0,50}(?:substitut|offset|accept|consider|replac|instead|in lieu|in place|compensat|suffic|"
    r"count|make up))"
)
_NOT_SIGNS = ("not ", "n't", "n’t", "nicht ", "dont ", "doesnt ")
_NOT_HEADING = re.compile(
    r"(?:don['’]?t|do not|doesn['’]?t|does not|nicht|won['’]t) (?:\w+ ){0,3}(?:need|require|care|matter|have|brauch|"
    r"count|looking for)|(?:not|n['’]t) (?:required|needed|important|necessary)",
)
_PLAIN = re.compile(  # a line that begins with a degree, whatever heading it stands under
    r"[\W_]{0,40}(?:\w{1,2}\) ?)?(?:[\w-]+ ){0,2}?(?:bachelor|master|[bm]\.?s\b|[bm]\.?sc\b|ph\.?d\b(?!-)|degree|"
    r"\w*(?:studium|abschluss)\b|diplôm|bac ?\+|licenc|grado en|laurea|wykszta|hbo|graduação|ensino)"
)
_DEMAND = re.compile(
    r"voraussetzung|\bvorausgesetzt|\berforderlich|\bis required|\bare required|\best (?:exigé|requis)|vereist|"
    r"\bwe(?:['’]re| are) (?:after|looking for|seeking)\b"
)
_SOME = re.compile(r"\b(?:of us|(?:our|the) (?:team|people|engineers|colleagues|staff)|founders?|alumni)\b")
_OURS = re.compile(
    r"\b(?:we(?!['’]re (?:after|look|seek)| are (?:after|look|seek))|our|us|team|founders?|wir|unser\w*|nous|many)\b"
)
_WISH = (
    r"(?:preferabl[ye]|ideally|vorzugsweise|idealerweise|de préférence|bij voorkeur|preferib\w+|preferencialmente|"
    r"helst|gärna)"
)
_OF_FIELD = re.compile(rf",? ?{_WISH} (?=(?:in|im|en|dans|inom|w|em)\b)")
_OR_RATHER = re.compile(rf",? (?:or|and|oder|und|ou|et|of|o|eller),? ({_WISH}),? ")
# a label of a table row, which says nothing of how much it is wished
_LABEL = re.compile(r"\W{0,40}(?:minimum |required )?(?:education\w*|qualifications?|degree|ausbildung)\s?:")
_SMALL = frozenset(("ms", "bs", "ba", "be"))  # as in "systems and", "labs or": no degrees
_GLUED = re.compile(r"(?:Bachelor|Master|Degree|PhD|BSc?|MSc?|University)\b")
_STOP = re.compile(  # its first letter is what is looked for: the conditions come after it
    r"[.;!?•<](?:(?<=[•<])|(?<=;)(?!\s?(?:or|oder|ou)\s)|(?<=!)(?=\s|$)|(?<=\?)(?<!egree\?)(?=\s|$)|"
    r"(?<=\.)(?<!\.\w\.)(?<![\s(]\w\.)(?<!\.Sc\.)(?=\s+[^\W\d_a-zà-ÿ]))"
)


class Sentence(NamedTuple):
    """What stands around a degree, cut at `REACH`: where it begins and ends in its line, and what it says, whatever
    section it stands in."""

    start: int
    clean: str
    printed: str
    asked: tuple[str, ...]
    better: tuple[str, ...]
    wished: tuple[str, ...]  # what is preferred where the section is one of wishes
    is_needless: bool
    is_soft: bool  # whether what is preferred is said not to be a must
    is_instead: bool
    is_label: bool
    is_lower: bool
    is_equivalent: bool
    fields: tuple[str, ...]


def read_education(text: str | Scan, spans: Iterable[Section] = ()) -> dict[str, Any]:
    """least (none bachelor master phd or None), preferred, fields, equivalent_ok; from sentences that name a degree.

    In the company, benefit and notice sections only a line that begins with the degree counts.
    """
    scanned = scan(text)
    told = _sentences(scanned)
    if not told:
        return NOTHING | {"fields": []}
    sections = list(spans)
    least: list[str] = []
    preferred: list[str] = []
    fields: list[str] = []
    is_equivalent = is_open = is_soft = False
    for line, sentence in told:
        start = line + sentence.start
        section = section_at(sections, start)
        if section in _ELSEWHERE and not _counts_anyway(sentence):
            continue
        is_open = is_open or sentence.is_instead
        asked, better = sentence.asked, sentence.better
        if asked and not sentence.is_label and _is_wished(scanned.text, line, section):
            asked, better = (), sentence.wished
        if sentence.is_needless or ((asked or better) and _is_denied(sentence.clean, scanned.text, start)):
            least += ["none"] * (sentence.is_needless or _ANY in (*asked, *better))
            preferred += sentence.better if sentence.is_needless and "optional" not in sentence.clean else ()
        elif asked or better:
            is_equivalent = is_equivalent or (sentence.is_equivalent and bool(asked))
            is_open = is_open or (sentence.is_equivalent and "phd" not in better)
            is_soft = is_soft or sentence.is_soft
            least += () if sentence.is_lower else asked
            preferred += better
            fields += sentence.fields
    return {
        "least": _least(least or ["none"] * is_soft),
        "preferred": LADDER[max(map(_rung, preferred))] if preferred else None,
        "fields": list(dict.fromkeys(fields)),
        "equivalent_ok": (is_equivalent or is_open) and any(degree != "none" for degree in least),
    }


def _least(asked: list[str]) -> str | None:
    """The lowest that is named; "a degree" is a bachelor's where none is named."""
    named = [degree for degree in asked if degree != _ANY]
    return min(named or [LADDER[1] for _ in asked], key=LADDER.index, default=None)


def read_certifications(mentions: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Certificates among the mentions of a text: dicts with name and strength."""
    return [
        {"name": m["term"], "strength": m["strength"]}
        for m in mentions
        if m["category"] == "certification" and m["strength"] not in ("none", "negated")
    ]


def _sentences(scanned: Scan) -> list[tuple[int, Sentence]]:
    """The sentences that say something of schooling, in order, with the offset of their lines."""
    told = told_lines(scanned, "education", MOST_PLACES, _of_line)
    return [(start, sentence) for start, sentences in told for sentence in sentences]


def _of_line(line: str, marks: Sequence[int]) -> list[Sentence]:
    """The sentences of a line that say something of schooling."""
    is_glued = False
    for at in marks:
        is_glued = is_glued or (line[at].isupper() and line[at - 1 : at].islower())
    return [said for start, end in _bounds(line, marks) if (said := _read(line, start, end, is_glued))]


def _bounds(line: str, marks: Iterable[int]) -> Iterator[tuple[int, int]]:
    end = 0
    for at in marks:
        if at < end or (line[at : at + 2] in _SMALL and not line[at + 2 : at + 3].isalpha()):
            continue
        start = max(end, at - REACH)
        for before in _STOP.finditer(line, start, at + 2):
            start = before.end() if before.end() <= at else start
        stop = _STOP.search(line, at, at + REACH)
        if stop and stop[0] == "?" and stop.start() - start < MOST_SHORT:
            stop = _STOP.search(line, stop.end(), at + REACH)  # "A degree? Not needed." is one statement
        end = max(at + 1, stop.start()) if stop else min(len(line), at + REACH)
        yield start, end


def _read(line: str, start: int, end: int, is_glued: bool) -> Sentence | None:
    """What a sentence says; None where it names no degree, denies none and puts nothing in the place of one."""
    written = line[start:end]
    clean, seen = _clean(written, is_glued)
    printed = written.lower()
    is_needless = _is_needless(clean, seen, printed)
    asked, better, wished = _degrees(clean, seen)
    is_instead = INSTEAD.first(clean, seen) is not None
    if not (is_needless or wished or is_instead):
        return None
    is_named = bool(asked or better)
    lower = _takes_work(clean, seen) if is_named else None
    is_replaced = is_named and _is_replaced(line[end : end + REACH])
    return Sentence(
        start,
        clean,
        printed,
        asked,
        better,
        wished,
        is_needless,
        bool(better) and not asked and max(map(_rung, better)) < 2 and _SOFT.search(clean) is not None,
        is_instead or is_replaced,
        _LABEL.match(clean) is not None,
        lower is False,
        is_replaced or (is_named and (lower is True or EQUIVALENT.first(clean, seen) is not None)),
        tuple([name for name, pattern in SUBJECTS.near(seen) if pattern.search(clean)]) if is_named else (),
    )


def _takes_work(clean: str, seen: int) -> bool | None:
    """Whether the schooling below a bachelor's that is named takes years of work besides; None where there is none."""
    found = LOWER.first(clean, seen)
    return found and AND_WORK.match(clean, found.end()) is not None


def _any(signs: Sequence[str], lowered: str) -> bool:
    """Whether any of the signs is in the text: a pattern that needs one of them is tried only then."""
    for sign in signs:  # noqa: SIM110  twice as fast as any() of a generator
        if sign in lowered:
            return True
    return False


def _clean(sentence: str, is_glued: bool) -> tuple[str, int]:
    """The sentence in small letters, its "MS" and "BA" told from words, without what only sounds like a degree; and
    the signs that it holds."""
    if _any(SHORTS, sentence):
        sentence = SHORT.sub(_spelled, sentence)
    before = lowered = (_GLUED.sub(_parted, sentence) if is_glued else sentence).lower()
    seen = look(lowered)
    if seen & RATHER.bits:
        lowered = _OR_RATHER.sub(r", \1 ", _OF_FIELD.sub(" ", lowered))  # a wish for a subject; for the next degree
    for _, pattern in TRAP.near(seen):
        lowered = pattern.sub(" ", lowered)
    return lowered, seen if lowered == before else look(lowered)


def _parted(degree: re.Match[str]) -> str:
    """The word, after a blank where a lost line break glued it to another."""
    before = degree.string[max(0, degree.start() - 5) : degree.start()]
    return f" {degree[0]}" if len(before) == 5 and before.isalpha() and before.islower() else degree[0]


def _spelled(short: re.Match[str]) -> str:
    return " msc " if short.lastgroup == "master" else " bsc "


def _counts_anyway(sentence: Sentence) -> bool:
    """Whether a sentence of a section about the employer speaks of the degree of a candidate."""
    if sentence.is_needless:
        return _SOME.search(sentence.printed) is None
    clean = sentence.clean
    return bool(_PLAIN.match(clean) or _DEMAND.search(clean)) and not _OURS.search(sentence.printed)


def _is_wished(text: str, start: int, section: str) -> bool:
    heading = _heading(text, start)
    return heading == "preferred" or (section == "preferred" and heading != "school")


def _heading(text: str, start: int) -> str:
    """The section of the nearest heading above a line; "school" of one that says only what the line is about."""
    for line in reversed(text[max(0, start - 2 * REACH) : start].split("\n")):
        heading = line.strip(_EDGES)
        if len(heading) > _LONGEST_HEADING:
            continue
        heading = heading.lower()
        if section := HEADINGS.get(heading):
            return section
        if len(heading) < MOST_SHORT and WISH_HEADING.fullmatch(heading):
            return "preferred"
    return ""


def _is_denied(sentence: str, text: str, start: int) -> bool:
    """Whether a short line stands under a heading such as "What you do not need"."""
    if len(sentence) > MOST_SHORT:
        return False
    before = text[max(0, start - REACH) : start].lower()
    above = before.split("\n") if _any(_NOT_SIGNS, before) else []
    return any(len(line) < 80 and _NOT_HEADING.search(line) for line in above[-7:])


def _is_replaced(following: str) -> bool:
    """Whether what follows a degree on its line lets work stand for it: "Option 2: seven years of experience"."""
    line = following.lower()
    return "experien" in line and _REPLACES.match(line) is not None


def _is_needless(sentence: str, seen: int, printed: str) -> bool:
    """Whether no degree is needed at all: of "MSc preferred but not required" only the MSc is not."""
    if "or any " in printed and _OR_ANY.search(printed):
        return True
    denials = NONE.matches(sentence, seen)
    if not denials:
        return False
    if not {"phd", "master"} & set(_named(sentence, seen)):
        return True
    return any(
        _DENIED.search(found[0])
        and not _LOFTY.search(sentence[sentence.rfind(".", 0, found.start()) + 1 : found.end()])
        for found in denials
    )


def _degrees(sentence: str, seen: int) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Degrees asked for and degrees preferred in one sentence, of "BS required, MS preferred" one each; and those that
    are preferred if the whole of it is a wish."""
    asked: list[str] = []
    better: list[str] = []
    wished: list[str] = []
    if not seen & DEGREES.bits or (STUDENT.first(sentence, seen) and not FINISHED.search(sentence)):
        return (), (), ()
    has_wish = seen & WISH.bits
    if has_wish and "(" in sentence:
        sentence = _LISTED.sub(_joined, sentence)
    latest: list[str] = []
    for segment in _SEGMENT.split(sentence) if has_wish else [sentence]:
        signs = look(segment) if has_wish else seen
        found = _named(segment, signs)
        is_wish = signs & WISH.bits
        if found:
            wished.append(min(found, key=_rung))
        if found == [_ANY] and asked:
            found = []
        if is_wish and not found and latest and _WISH_BEGINS.match(segment):
            asked = [degree for degree in asked if degree not in latest]
            better.append(min(latest, key=_rung))
        if found:
            latest = found
            if is_wish:
                better.append(min(found, key=_rung))
            else:
                asked += found
    return tuple(asked), tuple(better), tuple(wished)


def _joined(listed: re.Match[str]) -> str:
    return listed[0] if look(listed[0]) & WISH.bits else listed[0].replace(",", "/")


def _rung(degree: str) -> int:
    return LADDER.index(LADDER[1] if degree == _ANY else degree)


def _named(segment: str, seen: int) -> list[str]:
    """The degrees of a segment, the highest first; `_ANY` only where none has a name."""
    found: list[str] = []
    for degree, pattern in DEGREES.near(seen):
        if degree == _ANY and found:  # it comes last
            break
        if degree not in found and pattern.search(segment):
            found.append(degree)
    return found
