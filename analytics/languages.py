"""Human languages that a posting asks for, and how strongly; not those of its work, nor of markets or peoples."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice

from analytics.lexicon import lines
from analytics.mode import sentences
from analytics.place_permit import EQUAL
from analytics.scan import Scan, scan
from analytics.terms import Section

MAX_NAMED = 8  # languages in one sentence
_LEVEL = re.compile(
    r"\w{0,20}kenntnisse|[ABC][12]\b|\(N[1-5]\)|\b(?:fluent|fluency|fluently|native|proficien\w+|business[- ]level|"
    r"professional|working|conversational|excellent|strong|good|very good|advanced|intermediate|upper[- ]intermediate|"
    r"clear|perfect|impeccable|written|writing|spoken|verbal|language|languages|speak\w*|both|command|communicat\w+|"
    r"mother tongue|discuss|at work|daily|enough|level|lessons? in|bilingual|uitstekend\w*|in addition to|working|"
    r"team|verhandlungssicher\w*|flie(?:ß|ss)end\w*|sehr gut\w*|gut\w*|tadellos\w*|sicher\w*|niveau|sprichst|sprechen|"
    r"muttersprach\w*|courant\w*|bilingue|maîtris\w*|bon|professionnel|technique|intermédiaire|parl\w+|écrit|lis|"
    r"opérationnel|biegł\w+|płynn\w+|znajomość|język\w*|komunikatywn\w+|min|fluid[oa]|fluente|nativ\w+|avanzado|"
    r"avançado|intermedio|intermediário|alto|dominio|nivel|nível|técnico|god|goda|flytande|talar|behärskar|flydende|"
    r"taler|gode|flytende|vlot|goed|goede|beheersing|spreekt|schrijft|vloeiend|fluentemente|ottim[oa]|buon[oa]|"
    r"conoscenza|plynul\w+|úrov\w+|výborn\w+|dobr\w+|business|native|madrelingua|moedertaal|modersmål|maternel\w*|"
    r"scientifi\w+|bilingüe|aisance|taal|idioma)\b|上級|ビジネス|ネイティブ|コミュニケーション|流暢|능통|유창",
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
    r"\b(?:not (?:required|needed|necessary|a must)|no must|(?:is|are)n['’]t (?:required|needed|necessary|a must)|"
    r"no requirement|optional|kein muss|nicht (?:nötig|erforderlich|zwingend|notwendig)|hoeft niet|niet nodig|"
    r"pas nécessaire|is learned|no es necesario)\b",
    re.I,
)
_OF_WORK = re.compile(  # where a language is what the work is about, or a people: not a skill that is asked for
    r"\b(?:nlp|texts?|speech|models?|corp(?:us|ora)|translat\w+|recogni\w+|documents?|data\w*|transcri\w+|market\w*|"
    r"customers?|clients?|law\w*|compan\w+|authorit\w+|universit\w+|citizens?|holidays?|tax|regulat\w+|railways?|"
    r"retail\w*|llms?|train\w*|food|cuisine|history|bank\w*|insur\w*|hochschul\w*|gesetz\w*|accounting|gaap|"
    r"government|health\w*|degree|diplom\w*)\b",
    re.I,
)
_EITHER = re.compile(r" (?:or|oder|ou|of|lub|eller|o) ")
_LESSONS = re.compile(
    r"\b(?:lessons|classes|courses?|kurse?|sprachkurse?|clases|aulas|cours|lekcje|lessen|tuition)\b", re.I
)
_CLAUSE_STOP = re.compile(r"[,;()]| [-–] |\bbut\b|\baber\b|\bmais\b")


def read_languages(text: str | Scan, spans: Iterable[Section] = ()) -> list[dict[str, str]]:
    """Human languages asked for: dicts with language (English name) and strength (required preferred)."""
    scanned = scan(text)
    if "languages" not in scanned.marked:
        return []
    parts = [span for span in spans if span.name in ("preferred", "requirements")]
    wished = [(span.start, span.end) for span in parts if span.name == "preferred"]
    found: dict[str, str] = {}
    english = _languages()[1]
    for start, end in sentences(scanned, "languages"):
        sentence = scanned.text[start:end]
        named = list(islice(_names(sentence, start, scanned.places("languages")), MAX_NAMED))
        if not named or EQUAL.search(sentence):
            continue
        is_listed = any(part.start <= start < part.end for part in parts)
        if not (_asks_language(sentence, named) or (is_listed and not _OF_WORK.search(sentence))):
            continue
        for name in named:
            if english[name[0].casefold()] in found:
                continue
            clause = _clause(sentence, name)
            if _NO_NEED.search(clause) or _LESSONS.search(clause):
                continue
            at = start + name.start()
            is_wish = _WISH.search(clause) is not None or any(low <= at < high for low, high in wished)
            if not is_wish and len(named) == 2 and _EITHER.fullmatch(sentence[named[0].end() : named[1].start()]):
                continue  # "German or English": neither is asked for
            found.setdefault(english[name[0].casefold()], "preferred" if is_wish else "required")
    return [{"language": language, "strength": strength} for language, strength in found.items()]


def _names(sentence: str, start: int, marks: list[int]) -> Iterator[re.Match[str]]:
    """The languages that a sentence, which begins at `start`, names: all begin at marks."""
    name, last = _languages()[0], 0
    for at in marks[bisect_left(marks, start) : bisect_left(marks, start + len(sentence))]:
        found = name.match(sentence, at - start) if at - start >= last else None
        if found:
            last = found.end()
            yield found


def _clause(sentence: str, name: re.Match[str]) -> str:
    """The part of a sentence between commas or semicolons that names a language; "or" and "and" lists stay whole."""
    low = max(sentence.rfind(mark, 0, name.start()) for mark in (",", ";", "(", " - ", " – ")) + 1
    high = _CLAUSE_STOP.search(sentence, name.end())
    return sentence[low : high.start() if high else len(sentence)]


def _asks_language(sentence: str, named: Sequence[re.Match[str]]) -> bool:
    """Whether a sentence speaks of a language as a skill, not of a market or of a people."""
    words_before = sentence.count(" ", 0, named[0].start())
    is_opening = words_before <= 2 and any(_OF_USE.match(sentence, name.end()) for name in named)
    is_item = is_opening or (words_before <= 1 and len(sentence) - named[-1].end() <= 7)
    follows = any(_IS_ASKED.match(sentence, name.end()) for name in named)
    return is_item or follows or _LEVEL.search(sentence) is not None


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
