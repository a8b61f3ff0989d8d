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
    "full_time", "part_time", "full_or_part_time", "contract", "temporary", "internship", "working_student",
    "apprenticeship",
)  # fmt: skip
_TITLE = (
    ("working_student", re.compile(r"werkstudent|working student|student worker|studentische", re.I)),
    (
        "apprenticeship",
        re.compile(r"\bapprenti(?!ssage (?:auto|par|prof|stat|machine))|alternan(?:ce|t)|ausbildung|\bazubi", re.I),
    ),
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
    ("full_time", re.compile(r"\bfull[- ]time\b|\bvollzeit\b|temps plein|pełny etat|tiempo completo", re.I)),
)
_SIGNS = (
    *("student", "studentische", "apprenti", "alternan", "ausbildung", "azubi", "intern", "praktik", "stag", "coop"),
    *("co-op", "becari", "prácticas", "staż", "contract", "freelanc", "c2c", "1099", "b2b", "temp", "fixed", "cdd"),
    *("befristet", "matern", "elternzeit", "full", "voll", "100", "part", "teil", "część", "pełny", "tiempo", "cdi"),
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
_NAMED = {  # in small letters
    "full_or_part_time": (
        r"(?:full|voll)[- ]?(?:time|zeit)?\s?(?:\([^)\n]{1,12}\)\s?)?(?:or|oder|/|&|und|,|or a )\s?(?:part|"
        r"teil)[- ]?(?:time|zeit)|\b[5-9]0\s?%?\s?[-–]\s?100\s?%|\b0\.\d fte or|\b(?:24|28|30|32|36)(?: or|[-–/]| tot|"
        r" bis| to) ?(?:36|40) (?:hours|uur|stunden)|\b(?:30|32) hours is|(?:part[- ]time|teilzeit) (?:is |also |"
        r"ist )?(?:possible|möglich)|teilzeit(?:geeignet|fähig)|(?:full|voll)[- ]?(?:time|zeit) (?:or|oder) 0?\.?\d|"
        r"full[- ]time or \d\d ?%|vollzeit oder ab \d\d|four days a week if"
    ),
    "temporary": (
        r"fixed[- ]term|(?<!un)befristet|\bcdd\b|maternity cover|elternzeitvertretung|parental leave cover|"
        r"czas określony|temporary (?:contract|position|role)|tidsbegränsad|visstid|(?<=[a-z\d])[- ]years? contract|"
        r"doba určitá"
    ),
    "contract": (
        r"\bas an? (?:independent )?contractor|\bcontrata(?:ção|ción): pj|\bindependent contractor|\b(?:b2b|"
        r"contractor) (?:contract|basis)|業務委託"
    ),
    "part_time": (
        r"\bpart[- ]time\b|\bteilzeit\b|temps partiel|część etatu|media jornada|deltid|tempo parziale|パート"
    ),
    "full_time": (
        r"\bfull[- ]?time\b|\bvollzeit\b|temps (?:plein|complet)|pełny etat|tiempo completo|jornada completa|"
        r"tempo (?:integral|pieno)|\bheltid|fast stilling 100|\bfuldtid|\bvoltijd|\bfulltime|plný úvazek|"
        r"\bcdi\b|正社員|フルタイム|"
        r"정규직|permanent full"
    ),
}
_KINDS = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _NAMED.items()))
_NO_LETTER = re.compile(r"[^a-zäöü]")
_OF_STAFF = re.compile(
    r"(?:employees|staff|team members|members|colleagues|employee benefits|benefits|students|faculty|equivalent|"
    r"job as a)\b|\s(?:employees|hires|staff|positions|roles|offer|opportunit|conversion|experience|degree|study|"
    r"student|resident)|\s?(?:ist|is)?\s?(?:not|nicht)"
)
_LABEL = re.compile(
    r"(?:employment|job|position|contract|work|anstellungs|beschäftigungs|vertrags)[ -]?(?:type|art|status|"
    r"schedule)\s*[:–-]\s*([^\n]{2,60})|type de contrat\s*:\s*([^\n]{2,60})|\b(this is an? [^.\n]{0,50}?(?:role|"
    r"position|contract|job|internship|apprenticeship)\b[^.\n]{0,30})",
    re.I,
)
_CONTRACT_SENTENCE = re.compile(
    r"\b(?:\d{1,2}|six|three|twelve)[- ]months? (?:(?!fixed)[\w-]+ )?contract\b|contract[- ]to[- ]hire|\b(?:outside|"
    r"inside) IR35|\bcorp[- ]to[- ]corp|\bcontract (?:role|position|length|duration)|\b(?:W2|C2C|1099) (?:only|"
    r"contract)|day rate\b",
    re.I,
)
_FIXED = re.compile(
    r"\b(?:\d{1,2}|six|nine|twelve|eighteen)[- ]months?,? fixed|\bfixed[- ]term contract|\bCDD de \d|"
    r"\bbefristet auf \d",
    re.I,
)
_CLAUSE_END = re.compile(r"[,;:()|.\n•]")
MAX_MARKS = 40
MAX_NAMED = 8  # languages in one sentence
MAX_AROUND = 100
MAX_CLAUSE = 7  # words around a kind of employment: a longer clause speaks of something else too

_NO_VISA = re.compile(
    r"(?:no|not|cannot|can't|can not|unable to|without|won't|will not|do(?:es)? not|don't|doesn't|not able to|"
    r"not in a position to|ineligible for|isn't able to)\b[^.\n]{0,60}?\b(?:sponsor\w*|visa support|work permits?|"
    r"immigration)(?! (?:of|for) (?:the )?(?:event|cup|team|club|conference))|sponsorship (?:is ?|are )?(?:n't |not |"
    r"un)[ -]?(?:available|offered|provided|possible)|\bno visas?\b|too small to sponsor|(?:can't|cannot|can not|"
    r"don't|do not) (?:arrange|support|provide|offer|do|obtain|get|apply for|handle) (?:\w+ )?(?:visas?|permits?)|"
    r"geen (?:\w+ )?(?:visum|werkvergunning)|(?:keine?|ohne) (?:\w+ )?(?:visum|arbeitserlaubnis)|ne (?:pouvons|"
    r"peut) pas[^.\n]{0,40}(?:visa|permis)|(?:keep|reserve) sponsorship for|(?:visa|permit|"
    r"rights?)[^.\n]{0,25} already (?:sorted|in place)|must already (?:have|hold) (?:the |full )?(?:right to work|"
    r"work(?:ing)? rights)|(?:aren't|are not) an? (?:accredited|licen[cs]ed|visa) (?:employer|sponsor)|(?:keine|"
    r"kein) visa?|pas de (?:sponsoring|parrainage)|must (?:be|already be) (?:legally )?(?:authorized|authorised|"
    r"eligible) to work[^.\n]{0,80}without[^.\n]{0,40}sponsor|without (?:the need for |requiring |"
    r"needing )?(?:\w+ ){0,4}sponsorship",
    re.I,
)
_TRANSFER = re.compile(
    r"(?:only )?(?:h-?1b )?transfers? only|(?:can|will|'ll) (?:only )?transfer (?:an? )?(?:existing|current|h-?1b)|"
    r"(?:visa|h-?1b) transfers? (?:\(h-?1b\) )?(?:are |is )?(?:ok|fine|accepted|welcome|possible|considered|supported)",
    re.I,
)
_VISA = re.compile(
    r"(?:we|company|will|can|do|happy to|able to|may|employer)\b[^.\n]{0,30}\b(?:sponsor|offer|provide|support|assist|"
    r"help)\w*[^.\n]{0,40}\b(?:visas?|work permits?|immigration|h-?1b|green card|visa sponsorship|"
    r"relocation and visa)|sponsorship (?:(?:is|can be|may be|will be) )?(?:available|offered|provided|possible|"
    r"supported|considered)|\bacts? as (?:an? |the |your )?(?:visa )?sponsor|sponsor\w* (?:your |the )?work auth|"
    r"petitions? (?:are )?(?:supported|filed)|\bpermits?\b[^.\n]{0,30} is possible|(?:visa|permit) (?:help|support|"
    r"assistance)(?! (?:is )?(?:n't|not|un))|supports? (?:applicants|candidates)[^.\n]{0,40} visa|"
    r"visa sponsorship\s*:\s*(?:yes|available)|(?:visa|immigration|h-?1b) (?:support|sponsorship|"
    r"assistance)(?! (?:is )?(?:n't|not|un))|(?:consider|open to|able to|happy to) sponsor\w*|\bsponsors? (?:an? |"
    r"your |the )?(?:[\w-]+ ){0,2}(?:visas?|permits?|pass(?:es)?|green card)|(?:visa|permits?|pass(?:es)?)(?: is|"
    r" are)? (?:supported|sponsored|possible|provided|arranged)|apply for (?:\w+ )?permits? for|"
    r"require [^.\n]{0,40}sponsorship[^.\n]{0,40} welcome|visum\w* unterstützung|\b(?:help|assist|"
    r"support)\w* with (?:\w+ ){0,3}(?:visas?|permits?)|\bis an? (?:[\w-]+ ){0,2}sponsor\b|"
    r"\bvisas?\b[^.\n]{0,20}: (?:provided|covered|included)|unterstützung bei(?:m)? visum|offers? sponsorship",
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
    r"must|requir|only|eligib|need|due to|subject to|restricted|mandatory|condition|hold|erforderlich|voraus|exig|"
    r"obligat|owing to|sole ",
    re.I,
)
_EQUAL = re.compile(
    r"regardless|without regard|discriminat|equal (?:employment )?opportunity|protected|status as|citizenship status|"
    r"immigration status|e-?verify|race|religion",
    re.I,
)
_OR_RESIDENT = re.compile(r"permanent resident|not required|some projects|\bPRs?\b")
_CLEARANCE = re.compile(
    r"\b(?:(?:active |current )?(?:TS/SCI(?: with [\w -]{0,20}poly\w*)?|top[- ]secret(?:/SCI)?|"
    r"secret) (?:security )?clearance|TS/SCI(?: clearance)?|(?:active |current )?(?:security|government|SC|DV|"
    r"public trust|NATO|DOE Q|DOE L|Q|Ü2|Ü3) clearance|(?:NV[12]|BPSS|reliability) clearance|habilitation secret|"
    r"security clearance|sicherheitsüberprüfung|public trust)\b",
    re.I,
)
_LEVEL = re.compile(
    r"\w{0,20}kenntnisse|[ABC][12]\b|\b(?:fluent|fluency|fluently|native|proficien\w+|business[- ]level|professional|"
    r"working|conversational|excellent|strong|good|very good|advanced|intermediate|upper[- ]intermediate|clear|"
    r"perfect|impeccable|written|writing|spoken|verbal|language|languages|speak\w*|both|command|communicat\w+|"
    r"mother tongue|discuss|at work|daily|enough|level|lessons? in|bilingual|uitstekend\w*|in addition to|working|"
    r"team|verhandlungssicher\w*|flie(?:ß|ss)end\w*|sehr gut\w*|gut\w*|tadellos\w*|sicher\w*|niveau|sprichst|sprechen|"
    r"muttersprach\w*|courant\w*|bilingue|maîtris\w*|bon|professionnel|technique|intermédiaire|parl\w+|écrit|lis|"
    r"opérationnel|biegł\w+|płynn\w+|znajomość|język\w*|komunikatywn\w+|min|fluid[oa]|fluente|nativ\w+|avanzado|"
    r"avançado|intermedio|intermediário|alto|dominio|nivel|nível|técnico|god|goda|flytande|talar|behärskar|flydende|"
    r"taler|gode|flytende|vlot|goed|goede|beheersing|spreekt|schrijft|vloeiend|fluentemente|ottim[oa]|buon[oa]|"
    r"conoscenza|plynul\w+|úrov\w+|výborn\w+|dobr\w+|business|native)\b|上級|ビジネス|ネイティブ|コミュニケーション|流暢|능통|유창",
    re.I,
)
_IS_ASKED = re.compile(
    r" (?:language |skills? )?(?:is|would be|als|est|welcome|nice|plus|skills?|required|preferred|at work|daily|level|"
    r"fluency|proficiency|or|and|und|oder|et|ou|;)\b|;",
    re.I,
)
_OF_USE = re.compile(  # after a language that opens a line: "English for customer calls", "Deutsch in Wort und Schrift"
    r" ?: ?[ABC][12]| (?:for|at|para|pour|per|op|auf|zum|zur|na poziomie|till|til)\b| (?:in|en|w|em|i) (?:wort|woord|"
    r"speech|writing|mowie|parole|tal|skrift|talk)\b|(?= (?:en|et|y|e|i|och|og) [A-ZÀ-Þ])",
    re.I,
)
_WISH = re.compile(
    r"\b(?:plus|bonus|preferred|nice|advantage\w*|asset|ideally|desirable|welcome|useful|beneficial|helpful|"
    r"good to have|von vorteil|wünschenswert|erwünscht|idealerweise|gerne?|un plus|atout|souhaité|apprécié|pluspunt|"
    r"pré|mooi meegenomen|mile widzian\w+|atutem|merit\w*|fördel|fordel|valorable|deseable|desejável|diferencial|"
    r"výhodou|gradit[oa])\b",
    re.I,
)
_NO_NEED = re.compile(
    r"\b(?:not (?:required|needed|necessary|a must)|no must|isn't required|optional|kein muss|nicht (?:nötig|"
    r"erforderlich|zwingend|notwendig)|hoeft niet|niet nodig|pas nécessaire|is learned|no es necesario)\b",
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
    by_field = (_PRINTED.get(_NO_LETTER.sub("", printed.casefold())) or _kind(printed)) if printed else None
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
    words_before = sentence.count(" ", 0, named[0].start())
    is_opening = words_before <= 2 and any(_OF_USE.match(sentence, name.end()) for name in named)
    is_item = is_opening or (words_before <= 1 and len(sentence) - named[-1].end() <= 4)
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
    lowered = label.lower()
    if not any(sign in lowered for sign in _SIGNS):  # the patterns are slow, and most labels name no kind
        return None
    return next((kind for kind, pattern in _TITLE if pattern.search(label)), None)


def _stated(scanned: Scan) -> str | None:
    text = scanned.text
    for at in scanned.marks.get("contract", ())[:MAX_MARKS]:
        if _FIXED.search(text, max(0, at - 24), at + 60):
            return "temporary"
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
    spelled = {
        form
        for row in lines("languages")
        for form in (row["form"], row["form"][0].upper() + row["form"][1:], row["form"].upper())
    }
    forms = "|".join(re.escape(form) for form in sorted(spelled, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{forms})(?!\w)"), english
