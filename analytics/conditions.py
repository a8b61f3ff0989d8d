"""Terms of employment: contract type, visa, citizenship, clearance and human languages.

Only plain statements count. Most postings say nothing about these, and nothing is what is then returned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from analytics.lexicon import lines
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
_LABEL = re.compile(
    r"(?:employment|job|position|contract|work|anstellungs|beschäftigungs|vertrags)[ -]?(?:type|art|status|"
    r"schedule)\s*[:–-]\s*([^\n]{2,60})|type de contrat\s*:\s*([^\n]{2,60})"
    r"|\b(this is an? [^.\n]{0,50}?(?:role|position|contract|job|internship|apprenticeship)\b[^.\n]{0,30})|"
    r"^\s*((?:full|part)[- ]time|vollzeit|teilzeit|permanent)\b[^\n]{0,40}$",
    re.I | re.M,
)
_CONTRACT_SENTENCE = re.compile(
    r"\b(?:\d{1,2}|six|three|twelve)[- ]months? (?:[\w-]+ )?contract\b|contract[- ]to[- ]hire|\b(?:outside|"
    r"inside) IR35|\bcorp[- ]to[- ]corp|\bcontract (?:role|position|length|duration)|"
    r"\b(?:W2|C2C|1099) (?:only|contract)|day rate\b",
    re.I,
)

_NO_VISA = re.compile(
    r"(?:no|not|cannot|can't|can not|unable to|without|won't|will not|do(?:es)? not|don't|doesn't|not able to|"
    r"not in a position to|ineligible for|isn't able to)\b[^.\n]{0,60}?\b"
    r"(?:sponsor\w*|visa support|work permits?|immigration)(?! (?:of|for) (?:the )?(?:event|cup|team|club|"
    r"conference))|sponsorship (?:is )?(?:not|un)[ -]?(?:available|offered|provided|possible)|"
    r"(?:keine|kein) visa?|pas de (?:sponsoring|parrainage)|must (?:be|already be) (?:legally )?(?:authorized|"
    r"authorised|eligible) to work[^.\n]{0,80}without[^.\n]{0,40}sponsor|"
    r"without (?:the need for |requiring |needing )?(?:\w+ ){0,4}sponsorship",
    re.I,
)
_TRANSFER = re.compile(
    r"(?:only )?(?:h-?1b )?transfers? only|(?:visa|h-?1b) transfers? (?:are |is )?(?:ok|accepted|welcome|"
    r"possible|considered|supported)",
    re.I,
)
_VISA = re.compile(
    r"(?:we|company|will|can|do|happy to|able to|may|employer)\b[^.\n]{0,30}\b(?:sponsor|offer|provide|"
    r"support|assist|help)\w*[^.\n]{0,40}\b(?:visas?|work permits?|immigration|h-?1b|green card|"
    r"visa sponsorship|relocation and visa)|"
    r"visa sponsorship (?:is )?(?:available|offered|provided|possible|supported)|"
    r"visa sponsorship\s*:\s*(?:yes|available)|(?:visa|immigration|h-?1b) (?:support|sponsorship|"
    r"assistance)(?! (?:is )?(?:not|un))|"
    r"(?:consider|open to) sponsor\w*|visum\w* unterstützung|unterstützung bei(?:m)? visum|offers? sponsorship",
    re.I,
)
_CITIZEN = (
    (
        "US",
        re.compile(
            r"\b(?:u\.?s\.?|united states|american) (?:citizen(?:s|ship)?|person|national)\b[^.\n]{0,60}|"
            r"(?:citizens? of|citizenship (?:of|in)) the (?:u\.?s\.?|united states)|\bITAR\b|"
            r"must be a u\.?s\.? citizen|\b8 ?U\.?S\.?C\b",
            re.I,
        ),
    ),
    ("GB", re.compile(r"\b(?:uk|british) (?:citizen(?:s|ship)?|national)s?\b", re.I)),
    ("DE", re.compile(r"deutsche staatsangehörigkeit|\bgerman citizen", re.I)),
    ("CA", re.compile(r"\bcanadian citizen", re.I)),
    ("AU", re.compile(r"\baustralian citizen", re.I)),
)
_ASKS = re.compile(
    r"must|requir|only|eligib|need|due to|subject to|restricted|mandatory|condition|hold|erforderlich|voraus", re.I
)
_EQUAL = re.compile(
    r"regardless|without regard|discriminat|equal (?:employment )?opportunity|protected|status as|"
    r"citizenship status|immigration status|e-?verify|race|religion",
    re.I,
)
_CLEARANCE = re.compile(
    r"\b(?:(?:active |current )?(?:TS/SCI(?: with [\w -]{0,20}poly\w*)?|top[- ]secret(?:/SCI)?|"
    r"secret) (?:security )?clearance|TS/SCI(?: clearance)?|(?:active |current )?(?:security|government|SC|DV|"
    r"public trust|NATO|Ü2|Ü3) clearance|"
    r"security clearance|sicherheitsüberprüfung|public trust)\b",
    re.I,
)
_LEVEL = re.compile(
    r"\w{0,20}kenntnisse|"
    r"\b(?:fluent|fluency|native|proficien\w+|business[- ]level|professional|working|conversational|excellent|"
    r"strong|good|very good|verhandlungssicher\w*|flie(?:ß|ss)end\w*|sehr gute|gute|"
    r"courant|bilingue|maîtrise|biegł\w+|płynn\w+|znajomość|fluido|[ABC][12]\b|written|spoken|verbal|language|"
    r"speak\w*|kenntnisse|sprichst|both|command|communicat\w+|muttersprach\w*|mother tongue)",
    re.I,
)
_WISH = re.compile(
    r"\b(?:plus|bonus|preferred|nice to have|advantage\w*|asset|ideally|desirable|von vorteil|wünschenswert|"
    r"idealerweise|un plus|atout|souhaité|mile widzian\w+|beneficial|helpful)\b",
    re.I,
)
_SENTENCE = re.compile(r"[^\n•;]{1,500}?(?:[.!?](?=\s|$)|(?=[\n•;])|$)")


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
    told = scan(text).lines_with("visa")
    if not told:
        return None
    if _TRANSFER.search(told):
        return "transfer_only"
    if any(not _EQUAL.search(found[0]) for found in _NO_VISA.finditer(told)):
        return "no_sponsorship"
    return "offers_sponsorship" if _VISA.search(told) else None


def read_citizenship(text: str | Scan) -> str | None:
    """ISO2 code of the citizenship (or "U.S. person" status) asked for, or None; equality notices do not ask."""
    told = scan(text).lines_with("citizenship")
    for code, pattern in _CITIZEN:
        for found in pattern.finditer(told):
            around = told[max(0, found.start() - 120) : found.end() + 80]
            if _ASKS.search(around) and not _EQUAL.search(around) and "not required" not in around:
                return code
    return None


def read_clearance(text: str | Scan) -> str | None:
    """The clearance as printed ("TS/SCI clearance"), or None."""
    told = scan(text).lines_with("clearance")
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
    lines_named = scanned.line_bounds("languages")
    for sentence in (part for start, end in lines_named for part in _SENTENCE.finditer(scanned.text, start, end)):
        named = list(names.finditer(sentence[0]))
        if not named or not _asks_language(sentence[0], named[0].end()):
            continue
        for name in named:
            clause = sentence[0][name.start() :].split(",")[0] if len(named) > 1 else sentence[0]
            at = sentence.start() + name.start()
            is_wish = _WISH.search(clause) is not None or any(start <= at < end for start, end in wished)
            found.setdefault(english[name[0].casefold()], "preferred" if is_wish else "required")
    return [{"language": language, "strength": strength} for language, strength in found.items()]


def _asks_language(sentence: str, end: int) -> bool:
    """Whether a sentence speaks of a language as a skill, not of a market or of a people."""
    is_skill = _LEVEL.search(sentence) or re.match(r" (?:language |skills? )?(?:is|would be|als|est)\b", sentence[end:])
    return is_skill is not None and not _EQUAL.search(sentence)


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
    return next((kind for kind, pattern in _TITLE if pattern.search(label)), None) if label else None


def _stated(scanned: Scan) -> str | None:
    if _CONTRACT_SENTENCE.search(scanned.lines_with("contract")):
        return "contract"
    for found in _LABEL.finditer(scanned.lines_with("employment")):
        if kind := _kind(next(group for group in found.groups() if group)):
            return kind
    return None


@cache
def _languages() -> tuple[re.Pattern[str], dict[str, str]]:
    english = {row["form"].casefold(): row["language"] for row in lines("languages")}
    spelled = {form for row in lines("languages") for form in (row["form"], row["form"][0].upper() + row["form"][1:])}
    forms = "|".join(re.escape(form) for form in sorted(spelled, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{forms})(?!\w)"), english
