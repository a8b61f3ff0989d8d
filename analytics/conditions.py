"""Terms of employment: contract type, visa, citizenship, clearance and human languages.

Only plain statements count. Most postings say nothing about these, and nothing is what is then returned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any

from analytics.lexicon import lines
from analytics.mode import sentences
from analytics.scan import Scan, scan
from analytics.terms import Section

EMPLOYMENTS = (
    "full_time",
    "part_time",
    "full_or_part_time",
    "contract",
    "temporary",
    "internship",
    "working_student",
    "apprenticeship",
)
_TITLE = (
    ("working_student", re.compile(r"werkstudent|working student|student worker|studentische", re.I)),
    ("apprenticeship", re.compile(r"\bapprenti|alternan(?:ce|t)|ausbildung|\bazubi", re.I)),
    (
        "internship",
        re.compile(
            r"\bintern(?:ship)?s?\b|praktik(?:um|ant)|\bstage\b|stagiaire|\bco-?op\b|becari|prácticas|\bstaż", re.I
        ),
    ),
    ("contract", re.compile(r"\bcontract(?:or)?\b|freelanc|\bc2c\b|\b1099\b|\bb2b\b", re.I)),
    (
        "temporary",
        re.compile(
            r"\btemporary\b|\btemp\b|fixed[- ]term|befristet|\bcdd\b|maternity cover|elternzeitvertretung", re.I
        ),
    ),
    (
        "full_or_part_time",
        re.compile(
            r"(?:full|voll)[- ]?(?:time|zeit)\s?(?:or|oder|/|&|und|,|or a )\s?(?:part|teil)[- ]?(?:time|zeit)|"
            r"voll-\s?(?:oder|/|und)\s?teilzeit|\b[5-9]0\s?%?\s?[-–]\s?100\s?%",
            re.I,
        ),
    ),
    ("part_time", re.compile(r"\bpart[- ]time\b|\bteilzeit\b|temps partiel|część etatu", re.I)),
    ("full_time", re.compile(r"\bfull[- ]time\b|\bvollzeit\b|temps plein|pełny etat|tiempo completo|\bCDI\b", re.I)),
)
_PRINTED = {
    "fulltime": "full_time",
    "permanent": "full_time",
    "regular": "full_time",
    "parttime": "part_time",
    "contract": "contract",
    "contractor": "contract",
    "freelance": "contract",
    "temporary": "temporary",
    "temp": "temporary",
    "fixedterm": "temporary",
    "intern": "internship",
    "internship": "internship",
    "workingstudent": "working_student",
    "werkstudent": "working_student",
    "apprenticeship": "apprenticeship",
    "fulltimeregular": "full_time",
    "permanentfulltime": "full_time",
    "fulltimepermanent": "full_time",
    "vollzeit": "full_time",
    "teilzeit": "part_time",
    "fixedtermcontract": "temporary",
    "salaried": "full_time",
    "fulltimeemployee": "full_time",
}
_NAMED = {  # in small letters
    "full_or_part_time": (
        r"(?:full|voll)[- ]?(?:time|zeit)?\s?(?:\([^)\n]{1,12}\)\s?)?(?:or|oder|/|&|und|,|or a )\s?(?:part|"
        r"teil)[- ]?(?:time|zeit)|"
        r"\b[5-9]0\s?%?\s?[-–]\s?100\s?%|\b0\.\d fte or|\b(?:24|28|30|32|36)(?: or|[-–/]| tot| bis| to) ?(?:36|40) "
        r"(?:hours|uur|stunden)|\b(?:30|32) hours is|(?:part[- ]time|teilzeit) (?:is |also |ist )?(?:possible|möglich)|"
        r"teilzeit(?:geeignet|fähig)|"
        r"(?:full|voll)[- ]?(?:time|zeit) (?:or|oder) 0?\.?\d|"
        r"full[- ]time or \d\d ?%|vollzeit oder ab \d\d|four days a week if"
    ),
    "temporary": (
        r"fixed[- ]term|(?<!un)befristet|\bcdd\b|maternity cover|elternzeitvertretung|parental leave cover|"
        r"czas określony|temporary (?:contract|position|role)|tidsbegränsad|visstid|"
        r"(?<=[a-z\d])[- ]years? contract|doba určitá"
    ),
    "contract": (
        r"\bas an? (?:independent )?contractor|\bcontrata(?:ção|ción): pj|\bindependent contractor|"
        r"\b(?:b2b|contractor) (?:contract|basis)|業務委託"
    ),
    "part_time": (
        r"\bpart[- ]time\b|\bteilzeit\b|temps partiel|część etatu|media jornada|deltid|tempo parziale|パート"
    ),
    "full_time": (
        r"\bfull[- ]?time\b|\bvollzeit\b|temps (?:plein|complet)|pełny etat|tiempo completo|jornada completa|"
        r"tempo (?:integral|pieno)|\bheltid|fast stilling 100|\bfuldtid|\bvoltijd|\bfulltime|plný úvazek|"
        r"正社員|フルタイム|정규직|permanent full"
    ),
}
_KINDS = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _NAMED.items()))
_OF_STAFF = re.compile(
    r"(?:employees|staff|team members|members|colleagues|employee benefits|benefits|students|faculty|equivalent|"
    r"job as a)\b|"
    r"\s(?:employees|hires|staff|positions|roles|offer|opportunit|conversion|experience|degree|study|student|resident)|"
    r"\s?(?:ist|is)?\s?(?:not|nicht)"
)
_LABEL = re.compile(
    r"(?:employment|job|position|contract|work|anstellungs|beschäftigungs|vertrags)[ -]?(?:type|art|status|"
    r"schedule)\s*[:–-]\s*([^\n]{2,60})|type de contrat\s*:\s*([^\n]{2,60})"
    r"|\b(this is an? [^.\n]{0,50}?(?:role|position|contract|job|internship|apprenticeship)\b[^.\n]{0,30})",
    re.I,
)
_CONTRACT_SENTENCE = re.compile(
    r"\b(?:\d{1,2}|six|three|twelve)[- ]months? (?:(?!fixed)[\w-]+ )?contract\b|contract[- ]to[- ]hire|\b(?:outside|"
    r"inside) IR35|\bcorp[- ]to[- ]corp|\bcontract (?:role|position|length|duration)|"
    r"\b(?:W2|C2C|1099) (?:only|contract)|day rate\b",
    re.I,
)
_CLAUSE_END = re.compile(r"[,;:()|.\n•]")
MAX_MARKS = 40
MAX_NAMED = 8  # languages in one sentence
MAX_AROUND = 100
MAX_CLAUSE = 7  # words around a kind of employment: a longer clause speaks of something else too

_NO_VISA = re.compile(
    r"(?:no|not|cannot|can't|can not|unable to|without|won't|will not|do(?:es)? not|don't|doesn't|not able to|"
    r"not in a position to|ineligible for|isn't able to)\b[^.\n]{0,60}?\b"
    r"(?:sponsor\w*|visa support|work permits?|immigration)(?! (?:of|for) (?:the )?(?:event|cup|team|club|"
    r"conference))|sponsorship (?:is ?|are )?(?:n't |not |un)[ -]?(?:available|offered|provided|possible)|"
    r"\bno visas?\b|too small to sponsor|(?:can't|cannot|can not|don't|do not) (?:arrange|support|provide|offer|"
    r"handle) "
    r"(?:\w+ )?visas?|must already (?:have|hold) (?:the |full )?(?:right to work|work(?:ing)? rights)|"
    r"(?:aren't|are not) an? (?:accredited|licen[cs]ed|visa) (?:employer|sponsor)|"
    r"(?:keine|kein) visa?|pas de (?:sponsoring|parrainage)|must (?:be|already be) (?:legally )?(?:authorized|"
    r"authorised|eligible) to work[^.\n]{0,80}without[^.\n]{0,40}sponsor|"
    r"without (?:the need for |requiring |needing )?(?:\w+ ){0,4}sponsorship",
    re.I,
)
_TRANSFER = re.compile(
    r"(?:only )?(?:h-?1b )?transfers? only|(?:can|will) (?:only )?transfer (?:an? )?(?:existing|current|h-?1b)|(?:visa|"
    r"h-?1b) transfers? (?:\(h-?1b\) )?(?:are |is )?(?:ok|fine|accepted|welcome|"
    r"possible|considered|supported)",
    re.I,
)
_VISA = re.compile(
    r"(?:we|company|will|can|do|happy to|able to|may|employer)\b[^.\n]{0,30}\b(?:sponsor|offer|provide|"
    r"support|assist|help)\w*[^.\n]{0,40}\b(?:visas?|work permits?|immigration|h-?1b|green card|"
    r"visa sponsorship|relocation and visa)|"
    r"visa sponsorship (?:is )?(?:available|offered|provided|possible|supported)|"
    r"visa sponsorship\s*:\s*(?:yes|available)|(?:visa|immigration|h-?1b) (?:support|sponsorship|"
    r"assistance)(?! (?:is )?(?:n't|not|un))|"
    r"(?:consider|open to|able to|happy to) sponsor\w*|\bsponsors? (?:an? |your |the )?(?:[\w-]+ ){0,2}(?:visas?|"
    r"permits?|pass(?:es)?|"
    r"green card)|(?:visa|permits?|pass(?:es)?)(?: is| are)? (?:supported|sponsored|possible|provided|arranged)|"
    r"apply for (?:\w+ )?permits? for|require [^.\n]{0,40}sponsorship[^.\n]{0,40} welcome|visum\w* unterstützung|"
    r"\b(?:help|assist|support)\w* with (?:\w+ ){0,3}(?:visas?|permits?)|\bis an? (?:[\w-]+ ){0,2}sponsor\b|"
    r"\bvisas?\b[^.\n]{0,20}: (?:provided|covered|included)|"
    r"unterstützung bei(?:m)? visum|offers? sponsorship",
    re.I,
)
_CITIZEN = (
    (
        "US",
        re.compile(
            r"\b(?:u\.?s\.?|united states|american) (?:citizen(?:s|ship)?|persons?|nationals?)\b[^.\n]{0,60}|"
            r"(?:citizens? of|citizenship (?:of|in)) the (?:u\.?s\.?|united states)|\bITAR\b|"
            r"must be a u\.?s\.? citizen|\b8 ?U\.?S\.?C\b",
            re.I,
        ),
    ),
    ("FR", re.compile(r"nationalité française|\bfrench citizen", re.I)),
    ("GB", re.compile(r"\b(?:uk|british) (?:citizen(?:s|ship)?|national)s?\b", re.I)),
    ("DE", re.compile(r"deutsche staatsangehörigkeit|\bgerman citizen", re.I)),
    ("CA", re.compile(r"\bcanadian citizen", re.I)),
    ("AU", re.compile(r"\baustralian citizen", re.I)),
    ("IN", re.compile(r"\bindian citizen", re.I)),
    ("SG", re.compile(r"\bsingapore(?:an)? citizen", re.I)),
    ("TH", re.compile(r"\bthai citizen", re.I)),
)
_ASKS = re.compile(
    r"must|requir|only|eligib|need|due to|subject to|restricted|mandatory|condition|hold|"
    r"erforderlich|voraus|exig|obligat|owing to|sole ",
    re.I,
)
_EQUAL = re.compile(
    r"regardless|without regard|discriminat|equal (?:employment )?opportunity|protected|status as|"
    r"citizenship status|immigration status|e-?verify|race|religion",
    re.I,
)
_OR_RESIDENT = re.compile(r"permanent resident|not required|some projects|\bPRs?\b")
_CLEARANCE = re.compile(
    r"\b(?:(?:active |current )?(?:TS/SCI(?: with [\w -]{0,20}poly\w*)?|top[- ]secret(?:/SCI)?|"
    r"secret) (?:security )?clearance|TS/SCI(?: clearance)?|(?:active |current )?(?:security|government|SC|DV|"
    r"public trust|NATO|DOE Q|DOE L|Q|Ü2|Ü3) clearance|"
    r"(?:NV[12]|BPSS|reliability) clearance|habilitation secret|security clearance|sicherheitsüberprüfung|"
    r"public trust)\b",
    re.I,
)
_LEVEL = re.compile(
    r"\w{0,20}kenntnisse|[ABC][12]\b|"
    r"\b(?:fluent|fluency|fluently|native|proficien\w+|business[- ]level|professional|working|conversational|excellent|"
    r"strong|good|very good|advanced|intermediate|upper[- ]intermediate|clear|perfect|impeccable|written|writing|"
    r"spoken|"
    r"verbal|language|languages|speak\w*|both|command|communicat\w+|mother tongue|discuss|at work|daily|enough|"
    r"level|lessons? in|bilingual|uitstekend\w*|in addition to|working|team|"
    r"verhandlungssicher\w*|flie(?:ß|ss)end\w*|sehr gut\w*|gut\w*|tadellos\w*|sicher\w*|niveau|sprichst|sprechen|"
    r"muttersprach\w*|"
    r"courant\w*|bilingue|maîtris\w*|bon|professionnel|technique|intermédiaire|parl\w+|écrit|lis|opérationnel|"
    r"biegł\w+|płynn\w+|znajomość|język\w*|komunikatywn\w+|min|"
    r"fluid[oa]|fluente|nativ\w+|avanzado|avançado|intermedio|intermediário|alto|dominio|nivel|nível|técnico|"
    r"god|goda|flytande|talar|behärskar|flydende|taler|gode|flytende|vlot|goed|goede|beheersing|spreekt|schrijft|"
    r"vloeiend|"
    r"fluentemente|ottim[oa]|buon[oa]|conoscenza|plynul\w+|úrov\w+|výborn\w+|dobr\w+|business|native)\b|"
    r"上級|ビジネス|ネイティブ|コミュニケーション|流暢|능통|유창",
    re.I,
)
_IS_ASKED = re.compile(
    r" (?:language |skills? )?(?:is|would be|als|est|welcome|nice|plus|skills?|required|preferred|at work|daily|level|"
    r"fluency|proficiency|or|and|und|oder|et|ou|;)\b|;",
    re.I,
)
_WISH = re.compile(
    r"\b(?:plus|bonus|preferred|nice|advantage\w*|asset|ideally|desirable|welcome|useful|beneficial|helpful|"
    r"good to have|"
    r"von vorteil|wünschenswert|erwünscht|idealerweise|gerne?|un plus|atout|souhaité|apprécié|pluspunt|pré|"
    r"mooi meegenomen|"
    r"mile widzian\w+|atutem|merit\w*|fördel|fordel|valorable|deseable|desejável|diferencial|výhodou|gradit[oa])\b",
    re.I,
)
_NO_NEED = re.compile(
    r"\b(?:not (?:required|needed|necessary|a must)|no must|isn't required|optional|kein muss|nicht (?:nötig|"
    r"erforderlich|"
    r"zwingend|notwendig)|hoeft niet|niet nodig|pas nécessaire|is learned|no es necesario)\b",
    re.I,
)
_LESSONS = re.compile(
    r"\b(?:lessons|classes|courses?|kurse?|sprachkurse?|clases|aulas|cours|lekcje|lessen|tuition)\b", re.I
)
_CLAUSE_STOP = re.compile(r"[,;)]| [-–] |\bbut\b|\baber\b|\bmais\b")


def read_employment(text: str | Scan, title: str = "", printed: str = "") -> str | None:
    """One of `EMPLOYMENTS` or None: by the platform's field, else the title, else a sentence that states the terms.

    A special kind in the title (internship) beats a field that says only "FullTime".
    """
    by_title = _kind(title)
    by_field = _PRINTED.get(re.sub(r"[^a-zäöü]", "", printed.casefold())) or _kind(printed)
    if by_title not in (None, "full_time") and by_field in (None, "full_time"):
        return by_title
    return by_field or by_title or _stated(scan(text))


def read_visa(text: str | Scan) -> str | None:
    """offers_sponsorship, no_sponsorship, transfer_only or None."""
    told = _sentences_with(scan(text), "visa")
    if not told:
        return None
    if _TRANSFER.search(told):
        return "transfer_only"
    if any(not _EQUAL.search(found[0]) for found in _NO_VISA.finditer(told)):
        return "no_sponsorship"
    return "offers_sponsorship" if _VISA.search(told) else None


def read_citizenship(text: str | Scan) -> str | None:
    """ISO2 code of the citizenship (or "U.S. person" status) asked for, or None; equality notices do not ask."""
    told = _sentences_with(scan(text), "citizenship")
    if not told:
        return None
    for code, pattern in _CITIZEN:
        for found in pattern.finditer(told):
            start = told.rfind("\n", 0, found.start()) + 1
            end = told.find("\n", found.end())
            around = told[max(start, found.start() - 120) : min(end if end >= 0 else len(told), found.end() + 80)]
            is_asked = _ASKS.search(around) or around.strip(" -*•·–:").startswith(found[0].strip()[:12])
            if is_asked and not _EQUAL.search(around) and not _OR_RESIDENT.search(around):
                return code
    return None


def read_clearance(text: str | Scan) -> str | None:
    """The clearance as printed ("TS/SCI clearance"), or None."""
    told = _sentences_with(scan(text), "clearance")
    if not told:
        return None
    for found in _CLEARANCE.finditer(told):
        around = told[max(0, found.start() - 60) : found.end() + 60]
        if not re.search(r"\b(?:no|not|without)\b[^.\n]{0,30}clearance|clearance[^.\n]{0,20} not ", around, re.I):
            return found[0]
    return None


def read_languages(text: str | Scan, spans: Iterable[Section] = ()) -> list[dict[str, str]]:
    """Human languages asked for: dicts with language (English name) and strength (required preferred)."""
    wished = [(span.start, span.end) for span in spans if span.name == "preferred"]
    found: dict[str, str] = {}
    names, english = _languages()
    scanned = scan(text)
    for start, end in sentences(scanned, "languages"):
        sentence = scanned.text[start:end]
        named = list(islice(names.finditer(sentence), MAX_NAMED))
        if not named or not _asks_language(sentence, named):
            continue
        for name in named:
            clause = _clause(sentence, name)
            if _NO_NEED.search(clause) or _LESSONS.search(clause):
                continue
            at = start + name.start()
            is_wish = _WISH.search(clause) is not None or any(low <= at < high for low, high in wished)
            found.setdefault(english[name[0].casefold()], "preferred" if is_wish else "required")
    return [{"language": language, "strength": strength} for language, strength in found.items()]


def _clause(sentence: str, name: re.Match[str]) -> str:
    """The part of a sentence between commas or semicolons that names a language; "or" and "and" lists stay whole."""
    low = max(sentence.rfind(mark, 0, name.start()) for mark in (",", ";", "(", " - ", " – ")) + 1
    high = _CLAUSE_STOP.search(sentence, name.end())
    return sentence[low : high.start() if high else len(sentence)]


def _asks_language(sentence: str, named: Sequence[re.Match[str]]) -> bool:
    """Whether a sentence speaks of a language as a skill, not of a market or of a people."""
    if _EQUAL.search(sentence):
        return False
    is_item = sentence.count(" ", 0, named[0].start()) <= 1 and len(sentence) - named[-1].end() <= 4
    follows = any(_IS_ASKED.match(sentence, name.end()) for name in named)
    return is_item or follows or _LEVEL.search(sentence) is not None


def conditions(text: str | Scan, spans: Iterable[Section] = ()) -> dict[str, Any]:
    """visa, citizenship, clearance and languages of a text, by name."""
    scanned = scan(text)
    return {
        "visa": read_visa(scanned),
        "citizenship": read_citizenship(scanned),
        "clearance": read_clearance(scanned),
        "languages": read_languages(scanned, spans),
    }


def _sentences_with(scanned: Scan, reader: str) -> str:
    """The sentences that hold a word of `reader`, one a line, with straight apostrophes."""
    return "\n".join(scanned.text[start:end] for start, end in sentences(scanned, reader)).replace("’", "'")


def _kind(label: str) -> str | None:
    return next((kind for kind, pattern in _TITLE if pattern.search(label)), None) if label else None


def _stated(scanned: Scan) -> str | None:
    text = scanned.text
    for at in scanned.marks.get("contract", ())[:MAX_MARKS]:
        if _CONTRACT_SENTENCE.search(text, max(0, at - 24), at + 60):
            return "contract"
    for at in scanned.marks.get("employment_label", ())[:MAX_MARKS]:
        found = _LABEL.match(text, at)
        if found and (kind := _kind(next(group for group in found.groups() if group))):
            return kind
    kinds = set(_named(scanned))
    if {"full_time", "part_time"} <= kinds:
        kinds.add("full_or_part_time")
    order = ("temporary", "contract", "full_or_part_time", "part_time", "full_time")
    return next((kind for kind in order if kind in kinds), None)


def _named(scanned: Scan) -> Iterator[str]:
    """Kinds of employment that stand alone between commas or in a few words: "Full-time, permanent."."""
    lowered, last = scanned.lowered, 0
    for at in scanned.marks.get("employment", ())[:MAX_MARKS]:
        found = _KINDS.search(lowered, max(last, at - 4), at + 40)
        if not found:
            continue
        last = found.end()
        low = max(lowered.rfind(mark, max(0, at - MAX_AROUND), found.start()) for mark in "\n,;:(|.•")
        high = _CLAUSE_END.search(lowered, last, last + MAX_AROUND)
        clause = lowered[max(low, at - MAX_AROUND, -1) + 1 : high.start() if high else last + MAX_AROUND].strip()
        if clause.count(" ") <= MAX_CLAUSE and not _OF_STAFF.match(lowered, last) and found.lastgroup:
            yield found.lastgroup


@cache
def _languages() -> tuple[re.Pattern[str], dict[str, str]]:
    english = {row["form"].casefold(): row["language"] for row in lines("languages")}
    spelled = {form for row in lines("languages") for form in (row["form"], row["form"][0].upper() + row["form"][1:])}
    forms = "|".join(re.escape(form) for form in sorted(spelled, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{forms})(?!\w)"), english
