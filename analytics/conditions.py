"""Terms of employment: contract type, visa, citizenship, clearance and human languages.

Only plain statements count. Most postings say nothing about these, and nothing is what is then returned.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Any

import ahocorasick

from analytics.languages import read_languages
from analytics.lexicon import lines, several
from analytics.marked import marked_lines
from analytics.place_permit import read_citizenship, read_visa, sentences_with
from analytics.scan import Scan, scan
from analytics.terms import Section

EMPLOYMENTS = (
    "full_time", "part_time", "full_or_part_time", "contract", "temporary", "internship", "working_student",
    "apprenticeship",
)  # fmt: skip
_TITLE = (  # kinds by the title, with pieces without which the pattern, which is slow, cannot match
    (
        "working_student",
        ("student",),
        re.compile(r"werkstudent|working student|student worker|studentische", re.I),
    ),
    (
        "apprenticeship",
        ("apprenti", "alternan", "ausbildung", "azubi"),
        re.compile(r"\bapprenti(?!ssage (?:auto|par|prof|stat|machine))|alternan(?:ce|t)|ausbildung|\bazubi", re.I),
    ),
    (
        "internship",
        ("intern", "praktik", "stag", "coop", "co-op", "becari", "prácticas", "staż"),
        re.compile(
            r"\bintern(?:ship)?s?\b|praktik(?:um|ant)|\bstage\b|stagiaire|\bco-?op\b|becari|prácticas|\bstaż", re.I
        ),
    ),
    (
        "contract",
        ("contract", "freelanc", "c2c", "1099", "b2b"),
        re.compile(r"\bcontract(?:or)?\b|freelanc|\bc2c\b|\b1099\b|\bb2b\b", re.I),
    ),
    (
        "temporary",
        ("temp", "fixed", "befristet", "cdd", "maternity cover", "elternzeitvertretung"),
        re.compile(
            r"\btemporary\b|\btemp\b|fixed[- ]term|befristet|\bcdd\b|maternity cover|elternzeitvertretung", re.I
        ),
    ),
    (
        "full_or_part_time",
        ("full", "voll", "teilzeit möglich", "100"),
        re.compile(
            r"(?:full|voll)[- ]?(?:time|zeit)\s?(?:or|oder|/|&|und|,|or a )\s?(?:part|teil)[- ]?(?:time|zeit)|"
            r"voll-\s?(?:oder|/|und)\s?teilzeit|\bfull or part|teilzeit möglich|\b[5-9]0\s?%?\s?[-–]\s?100\s?%",
            re.I,
        ),
    ),
    (
        "part_time",
        ("part", "teilzeit", "część etatu"),
        re.compile(r"\bpart[- ]time\b|\bteilzeit\b|temps partiel|część etatu", re.I),
    ),
    (
        "full_time",
        ("full", "vollzeit", "temps plein", "pełny etat", "tiempo completo"),
        re.compile(r"\bfull[- ]time\b|\bvollzeit\b|temps plein|pełny etat|tiempo completo", re.I),
    ),
)
_UP_TO_FULL = re.compile(
    r"\b(?:24|28|30|32) ?(?:[-–/]|tot|to|bis|or|à) ?(?:38|40) ?(?:h\b|u\b|uur|uren|hours|hrs|stunden|std)", re.I
)
_PRINTED = {
    "fulltime": "full_time", "permanent": "full_time", "regular": "full_time", "parttime": "part_time",
    "contract": "contract", "contractor": "contract", "freelance": "contract", "temporary": "temporary",
    "temp": "temporary", "fixedterm": "temporary", "intern": "internship", "internship": "internship",
    "workingstudent": "working_student", "werkstudent": "working_student", "apprenticeship": "apprenticeship",
    "fulltimeregular": "full_time", "permanentfulltime": "full_time", "fulltimepermanent": "full_time",
    "vollzeit": "full_time", "teilzeit": "part_time", "fixedtermcontract": "temporary", "salaried": "full_time",
    "fulltimeemployee": "full_time",
}  # fmt: skip
_LENGTH = {
    # by first letters, or at every letter of a line all of them would be tried
    "{n}": r"(?:\d\d?|an?|d(?:rei|rie|eux|os)|e(?:ighteen|in|en)|f(?:our|ive)|nine|one|s(?:ix|echs)|t(?:wo|hree|welve)|"
    r"un|z(?:wei|wölf|es))",
    "{time}": r"[ -]?(?:\+ ?)?(?:months?|years?|monate?n?|jahre?n?|maanden|jaar|mois|ans?|meses|años?|mesi|anni|"
    r"miesi\w+|mdr|mån\w*)\b",
}
_ORDER = ("full_or_part_time", "temporary", "contract", "part_time", "full_time")  # which one counts at the same place
_NO_LETTER = re.compile(r"[^a-zäöü]")
_OF_STAFF = re.compile(
    r"(?:with|will|that|has|employees|staff|team members|members|colleagues|employee benefits|benefits|students|"
    r"faculty|equivalent|job as a)\b|\s(?:employees|hires|staff|positions|roles|offer|opportunities|conversion|"
    r"experience|degree|study|analyst|student|resident|engineers|"
    r"\w+(?:ators|ellers|elers|phers|eagues|teers|workers|ysts)\b|customers|clients|management|labor|agree\w* with)|"
    r"\s?(?:ist|is)?\s?(?:not|nicht)| ?\([\d.]{2,}\)"
)
_OF_OTHERS = re.compile(
    r"\b(?:conver\w+|return offer|no (?:free|contr)|our (?:client|contr|free)\w*|as an? .{0,12}(?:defen[cs]e|federal)|"
    r"than|(?:manag|our|their|with|other)\w* (?:\w+ )?contractors?|(?:defense|defence|federal|government) contractor|"
    r"team of|owned contractors?|the contractor (?:will|shall)|elsewhere|not able|unable|cannot)\b|"
    r"not an? (?:contract|free)|salary \(|mindest|pro rata"
)
_TRIAL = re.compile(
    r"trial period|probation|notice period|probezeit|période d'essai|per[ií]odo d. prova|de prueba|proeftijd"
)
_OF_JOB = re.compile(r" (?:position|role|job|post|appointment|employment|contract|lecture\w+)\b| ?\(")
_HIRED_OUT = re.compile(  # what tells a contractor's months from an employee's
    r"w2\b(?<!\ww2)|c2c\b(?<!\wc2c)|1099\b(?<!\w1099)|ir35|day rate|daily rate|hourly rate|pay rate|rate(?<!\wrate) ?:|"
    r"per ?(?:day|hour|hr|uur)\b|an? ?(?:day|hour|hr|uur)\b|/ ?(?:day|hour|hr|uur)\b|/hr|"
    r"excl\. btw|client\b(?<!\wclient)|contractor|freelanc|umbrella|month contract\b|opdracht|contract role"
)
_OR_HIRED = r" ?(?:or|lub|oder|/|ou|of) (?:a )?(?:permanent|employ\w+|fest\w+)"
_OR_CONTRACT = r" ?(?:or|lub|/|oder|ou|of) (?:contract|freelanc|b2b)"
# beside a contractor's terms the other way to be hired; each choice has one of the signs below
_EMPLOYED = re.compile(
    rf"uop\b(?<!\wuop)|umow(?<!\wumow)\w{{1,24}}+ o prac|permanent(?:(?<!\wpermanent) ?:|{_OR_CONTRACT})|"
    rf"employment(?<!\wemployment) contract ?:|contract{_OR_HIRED}|freelanc\w{{0,24}}+{_OR_HIRED}|"
    rf"b2b{_OR_HIRED}|w2{_OR_HIRED}|"
    rf"employ\w{{1,24}}+{_OR_CONTRACT}|employment contract{_OR_CONTRACT}|festanst\w{{1,24}}+{_OR_CONTRACT}|"
    r"or (?:employment contract|[^.\n]{0,40}\(employment contract\))|"
    r"as an employee|rather hire you|contractors? or employee"
)
_EMPLOYED_SIGNS = ("uop", "umow", "permanent", "employ", "fest", "hire you")
_LABEL = re.compile(
    r"(?:employment|job|position|contract|work|anstellungs|beschäftigungs|vertrags)[ -]?(?:type|art|status|"
    r"schedule)\s*[:–-]\s*([^\n]{2,60})|type de contrat\s*:\s*([^\n]{2,60})|\b(this is an? [^.\n]{0,50}?(?:role|"
    r"position|contract|job|internship|apprenticeship)\b[^.\n]{0,30})",
    re.I,
)
_FIXED = re.compile(
    r"temp to|fixed[- ]?term|befristet|cdd\b(?<!\wcdd)|temporary|temporal|leave|further contract|appointment|"
    r"jaarcontract"
)
_CLAUSE_END = re.compile(r"[,;:()|.\n•–]")
_THIS_JOB = re.compile(
    r"\b(?:the|this|our|die|diese|deze|cette|le|la|el|esta|il|o|a) (?:position|role|post|job|stelle|functie|"
    r"poste|puesto|vaga|posizione|contract)\b|\b(?:stillingen|tjänsten) (?:är|er)\b"
)
_LASTING = re.compile(
    r"(?:\bpermanent,?|\bongoing,?|\bcdi(?: à)?|\bunbefristete?[rns]?|\bunbefristet(?: und)? in|\bsem termo,? a|"
    r"\bindefinido,? a|\bindeterminato,?(?: a)?|\bon[- ]site) $"
)
MAX_MARKS = 40
MOST_KEPT, LONGEST_KEPT = 2048, 2000  # lines, and characters of one: an employer's postings repeat most of theirs
MAX_TEXT = 50_000  # characters searched for what goes with a kind of employment
MAX_AROUND = 100
MAX_CLAUSE = 7  # words around a kind of employment: a longer clause speaks of something else too

_CLEARANCE = re.compile(
    r"\b(?:(?:active |current )?(?:TS/SCI(?: with [\w -]{0,20}poly\w*)?|top[- ]secret(?:/SCI)?|"
    r"secret) (?:security )?clearance|TS/SCI(?: clearance)?|(?:active |current )?(?:security|government|SC|DV|"
    r"public trust|NATO|DOE Q|DOE L|Q|Ü2|Ü3|CTC|baseline|secret \(level ii\)|nato secret) clearance|"
    r"counter[- ]terroris[tm] check(?: \(CTC\))?|security check(?: \(SC\))? clearance|top secret/SCI|"
    r"SC(?: level)? (?:security )?vetting|developed vetting|security vetting|secret \(level ii\)|\bBPSS\b|"
    r"habilitation (?:confidentiel|très secret|défense)|poświadczeni\w bezpieczeństwa|säkerhets(?:prövning|klass\w*)|"
    r"nulla osta (?:di )?sicurezza|habilitación de seguridad|veiligheidsonderzoek|reliability status|"
    r"(?:NV[12]|BPSS|reliability) clearance|habilitation secret|"
    r"security clearance|sicherheitsüberprüfung|public trust)\b",
    re.I,
)
_NOT_CLEARED = re.compile(
    r"\b(?:no|not|without)\b[^.\n]{0,30}(?:clearance|vetting)|(?:clearance|vetting|check)[^.\n]{0,20}(?: not |n't) ?",
    re.I,
)


def read_employment(text: str | Scan, title: str = "", printed: str = "") -> str | None:
    """One of `EMPLOYMENTS` or None: by the platform's field, else the title, else a sentence that states the terms.

    A special kind in the title (internship) beats a field that says only "FullTime".
    """
    by_title = _kind(title)
    if not by_title and ("38" in title or "40" in title) and _UP_TO_FULL.search(title):
        by_title = "full_or_part_time"
    if by_title and _EMPLOYED.search(title.lower()):
        by_title = None
    by_field = (_PRINTED.get(_NO_LETTER.sub("", printed.casefold())) or _kind(printed)) if printed else None
    if by_title not in (None, "full_time") and by_field in (None, "full_time"):
        stated = _stated(scan(text)) if by_title == "part_time" else None
        return stated if stated == "full_or_part_time" else by_title
    return by_field or by_title or _stated(scan(text))


def read_clearance(text: str | Scan) -> str | None:
    """The clearance as printed ("TS/SCI clearance"), or None."""
    scanned = scan(text)
    if "clearance" not in scanned.marked:
        return None
    told = sentences_with(scanned, "clearance")
    for found in _CLEARANCE.finditer(told):
        around = told[max(0, found.start() - 60) : found.end() + 60]
        if not _NOT_CLEARED.search(around):
            return found[0]
    return None


def conditions(text: str | Scan, spans: Iterable[Section] = ()) -> dict[str, Any]:
    """visa, citizenship, clearance and languages of a text, by name."""
    scanned = scan(text)
    return {
        "visa": read_visa(scanned),
        "citizenship": read_citizenship(scanned),
        "clearance": read_clearance(scanned),
        "languages": read_languages(scanned, spans),
    }


def _kind(label: str) -> str | None:
    for at in _signed(_title_signs(), label.lower()):
        kind, _, pattern = _TITLE[at]
        if pattern.search(label):
            return kind
    return None


def _stated(scanned: Scan) -> str | None:
    text = scanned.text
    kinds = set(_named(scanned)) if "employment" in scanned.marked else set()
    if "contract" in kinds and _is_employed(scanned.lowered[:MAX_TEXT]):
        kinds.discard("contract")
        return "full_time" if "full_time" in kinds else None
    if (
        "temporary" in kinds
        and not _FIXED.search(scanned.lowered, 0, MAX_TEXT)
        and _HIRED_OUT.search(scanned.lowered, 0, MAX_TEXT)
    ):
        return "contract"
    for at in scanned.places("employment_label")[:MAX_MARKS]:
        found = _LABEL.match(text, at)
        kind = _kind(next(group for group in found.groups() if group)) if found else None
        if found and (kind or found[2]):
            return kind or "full_time"
    if not kinds:
        return None
    if {"full_time", "part_time"} <= kinds:
        kinds.add("full_or_part_time")
    order = ("temporary", "contract", "full_or_part_time", "part_time", "full_time")
    return next((kind for kind in order if kind in kinds), None)


def _is_employed(lowered: str) -> bool:
    """Whether a line tells of the other way to be hired; few lines are looked at, as the search is slow."""
    bounds: set[tuple[int, int]] = set()
    for sign in _EMPLOYED_SIGNS:
        at = lowered.find(sign)
        while at >= 0:
            end = lowered.find("\n", at)
            end = end if end >= 0 else len(lowered)
            bounds.add((lowered.rfind("\n", 0, at) + 1, end))
            at = lowered.find(sign, end)
    return any(_EMPLOYED.search(lowered, start, end) for start, end in bounds)


def _named(scanned: Scan) -> Iterator[str]:
    """Kinds of employment that stand alone between commas or in a few words: "Full-time, permanent."."""
    for _, line, marks in marked_lines(scanned, "employment", MAX_MARKS):
        if len(line.text) <= LONGEST_KEPT:
            yield from _of_line(line.lowered)
            continue
        end = 0
        for at in marks:
            if at >= end:
                end = at + LONGEST_KEPT // 2
                yield from _of_line.__wrapped__(line.lowered[max(0, at - MAX_AROUND) : end])


@lru_cache(MOST_KEPT)
def _of_line(line: str) -> tuple[str, ...]:
    """The kinds that a line in small letters states."""
    told: list[str] = []
    last = 0
    for start, order, negative_end in _found(line):
        if start >= last:
            last = -negative_end
            if _is_stated(line, start, last, _ORDER[order]):
                told.append(_ORDER[order])
    return tuple(told)


def _found(line: str) -> list[tuple[int, int, int]]:
    """Where words for a kind of employment begin, in order, the place of the kind in `_ORDER`, and minus where they
    end."""
    signs, patterns = _kinds()
    found: list[tuple[int, int, int]] = []
    for at in _signed(signs, line):
        order, pattern = patterns[at]
        found += [(hit.start(), order, -hit.end()) for hit in pattern.finditer(line)]
    found.sort()
    return found


def _is_stated(line: str, start: int, end: int, kind: str) -> bool:
    """Whether the words `line[start:end]` speak of this job: in a short clause, of no staff and of no others."""
    low = max(line.rfind(mark, max(0, start - MAX_AROUND), start) for mark in ",;:(|.•–")
    high = _CLAUSE_END.search(line, end, end + MAX_AROUND)
    clause = line[max(low, start - MAX_AROUND, -1) + 1 : high.start() if high else end + MAX_AROUND].strip()
    is_short = (
        clause.count(" ") <= MAX_CLAUSE
        or _is_plain(kind, line[start:end])
        or _OF_JOB.match(line, end)
        or _THIS_JOB.search(clause)
        or _LASTING.search(line, max(0, start - MAX_AROUND), start)
    )
    is_trial = kind == "temporary" and _TRIAL.search(clause)
    return bool(is_short and not is_trial) and not _OF_STAFF.match(line, end) and not _OF_OTHERS.search(clause)


def _is_plain(kind: str, words: str) -> bool:
    """Whether the words speak of nothing but the kind of employment, so that a long clause may hold them."""
    return kind in ("temporary", "full_or_part_time") or (kind == "contract" and "contractor" not in words)


def _signed(signs: Any, lowered: str) -> list[int]:
    """The numbers of the patterns a sign of which stands in a text in small letters, in order."""
    found = list(signs.iter(lowered))
    return sorted({at for _, patterns in found for at in patterns}) if found else []


@cache
def _title_signs() -> Any:
    return _automaton(signs for _, signs, _ in _TITLE)


@cache
def _kinds() -> tuple[Any, list[tuple[int, re.Pattern[str]]]]:
    """The signs without which a wording cannot stand, and of each wording its kind and its pattern: where none is
    given, the sign."""
    rows = lines("employment")
    patterns = [
        (_ORDER.index(row["kind"]), re.compile(_spelled(row["pattern"]) or re.escape(row["signs"]))) for row in rows
    ]
    return _automaton(several(row["signs"]) for row in rows), patterns


def _automaton(signs: Iterable[Iterable[str]]) -> Any:
    """An automaton that tells of each sign the numbers of the patterns that have it."""
    patterns: defaultdict[str, list[int]] = defaultdict(list)
    for at, of_pattern in enumerate(signs):
        for sign in of_pattern:
            patterns[sign].append(at)
    automaton = ahocorasick.Automaton()
    for sign, told in patterns.items():
        automaton.add_word(sign, told)
    automaton.make_automaton()
    return automaton


def _spelled(pattern: str) -> str:
    for name, spelled in _LENGTH.items():
        pattern = pattern.replace(name, spelled)
    return pattern
