"""The unit of time of an amount of pay: by the words after it, within it, before it, over it, or by its size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from analytics.pay_context import Context
from analytics.pay_money import Money
from analytics.pay_units import YEAR_FACTORS
from analytics.pay_words import MOST_KEPT, cue_after, has_any

_UNITS = {
    "hour": r"h(?:ou)?rs?|h|hourly|stunden?|std|stündlich|heures?|godz\w*|hora|uur|ora|timm?en?|tunti|hod(?:inu)?",
    "day": r"days?|daily|tag|täglich|jours?|jour|dzień|día|dia|dag|giorno|md",
    "week": r"weeks?|wk|weekly|woche|semaine|semana",
    "month": r"months?|mos?|mth|monthly|monat(?:lich)?|monate?|mois|mensuels?|mensuelle|mies\w*|mes"
    r"|mensual(?:es)?|maand|hó(?:nap)?|måned(?:en)?|mån(?:ad(?:en)?)?|mês|mese|měs(?:íc)?|kk|kuukausi|lună",
    "year": r"years?|yrs?|yr|annum|annually|annual|annualized|yearly|jahr|jährlich|j|ans?|année|annuels?|annuelle"
    r"|rok|rocznie|año|anual(?:es)?|jaar|anno|ano|år(?:et)?|vuosi|p\.? ?a|y",
}
_UNIT = "|".join(f"(?P<{name}>{forms})" for name, forms in _UNITS.items())
_FILLER = (
    r"(?:usd|us|eur|euros?|gbp|cad|aud|gross|brutto|bruts?|brutos?|bruta|lord[aeio]|net|nett[aeio]"
    r"|base|salary|ote|doe|fixed|rate|vat|pay|\+|/)"
)
_AFTER = re.compile(
    rf"[\s)\],.*]{{0,3}}(?:\(?{_FILLER}\)?[\s,]{{0,2}}){{0,3}}[\s(*]{{0,2}}"
    rf"(?:(?:/|per|an?|pro|par|je|im|al|por|na|za|om|i|il|pr\.?|each|(?:for )?every|for each|w|die|in der|ao|de l[’']"
    rf"|à l[’']|l[’']"
    rf"|all[’']|la)\s{{0,2}}-?(?:{_UNIT})\b(?!\s?[/&])|"
    r"(?P<adj_year>annually|annual\b|per annum|yearly|p\.? ?a\.?\b|b/a\b|jährlich|annuels?\b|rocznie"
    r"|annu[aeiou]\b|anua(?:l|les|is)\b|årligt|årligen|ročně|brut annuel"
    r"|p/?[aj]\b|p/y\b|p\.j\.)"
    r"|(?P<adj_month>monthly|pcm\b|monatlich|mensuels?\b|mensual(?:es)?\b|mensais\b|mensil[ei]?\b"
    r"|mensual[ei]\b|mensal\b|månedlig\w?\b|měsíčně|havonta|p/?m\b|p\.m\."
    r"|miesięcznie|[x×] ?1[2-4]\b|1[2-4] ?[x×])(?!\w{0,2} (?:payments?|instal|payouts?|paid|auszahl|zahlung|versement"
    r"|pagas?\b|pagament|in 1[2-6]\b))|(?P<adj_hour>hourly|stündlich|p/?h\b)|(?P<adj_day>daily|p/?d\b|p\.d\.)"
    r"|(?P<adj_week>weekly|p/?w\b|p\.w\.))",
    re.I,
)
_BREAK, _NEXT = re.compile(r"\s?[).*]{0,2}[.,]\s"), re.compile(r"\s?[).*]{0,2}\.\s+[^\W\d_a-z]")
_WHOLE = re.compile(r"\s?(?:[.,;:|)\n(+-]|$|(?:gross|net|brutto|netto|bruto|brut|salary|pay|base)\b)", re.I)
_BETWEEN = re.compile(rf"(?:/|per|an?|pro|par)\s?(?:{_UNIT})\b", re.I)
_IN_REST = re.compile(rf"\((?:brutto|bruto|brut|gross|netto|net)?\s?(?:/|per|pro|par|im|je)\s?(?:{_UNIT})\)", re.I)
_TRAINING_YEAR = r"(?:[1-4]\.|erste[ns]|zweite[ns]|dritte[ns]|vierte[ns]) (?:ausbildungsj|lehrj|j)ahr"
_TRAINING_AFTER = re.compile(
    rf"\W{{0,3}}(?:(?:euro?|€|chf)\W{{0,2}})?(?:brutto )?\W{{0,2}}(?:im )?{_TRAINING_YEAR}\b(?! (?:der|des|nach))", re.I
)
_TRAINING_BEFORE = re.compile(rf"(?:{_TRAINING_YEAR}|\b(?:ausbildungs|lehr)jahr)\W{{0,4}}(?:ca\. )?$", re.I)
# Words that say the unit anywhere before an amount; "=" stands for the edge of a word.
_UNIT_WORDS = {
    "hour": (
        "=hourly", "=per hour", "stundenlohn", "stundensatz", "taux horaire", "=hr rate", "=por hora", "uurloon",
        "uurtarief",
    ),
    "day": ("=day rate", "=daily", "=per day", "=per diem", "tagessatz", "=tjm=", "dagtarief"),
    "week": ("=weekly", "=per week="),
    "month": (
        "=monthly", "=per month", "monats", "monatlich", "mensuel", "par mois", "miesięczn", "=mensual", "月給",
        "maandloon", "maandsalaris", "=mensal=", "=mensile=", "månadslön", "månedsløn", "kuukausipalkka",
    ),
    "year": (
        "=annual", "=yearly", "=per year", "=per annum", "jahres", "jährlich", "annuel", "par an=", "roczn", "=anual",
        "=lpa=", "=ctc=", "=p.a.", "年俸", "年収", "jaarsalaris", "årslön",
        "årsløn", "=annua=",
    ),
}  # fmt: skip
_UNIT_PIECES = (
    "hour",
    "stunde",
    "hora",
    "hr ",
    "da",
    "tag",
    "tjm",
    "week",
    "mo",
    "mens",
    "mies",
    "an",
    "ear",
    "jahr",
    "jähr",
    "rocz",
    "lpa",
    "ctc",
    "p.a.",
    "年",
    "月",
)
_PIECES = tuple(
    (word.strip("="), unit, word.startswith("="), word.endswith("="))
    for unit, listed in _UNIT_WORDS.items()
    for word in listed
)


def period(money: Money, here: Context, year_low: float | None) -> tuple[str, str]:
    """The unit of time, and what told it: after, between, before, lead, scale or size (of the amount, a guess)."""
    if money.scale == "lpa":
        return "year", "scale"
    if is_of_training(here):
        return "month", "training"
    for how, unit in _units_told(money, here):
        if unit and (how in ("after", "between") or year_low is None or _fits(money, unit, year_low)):
            return unit, how
    return _by_size(money.least, year_low or 10_000.0), "size"


def is_of_training(here: Context) -> bool:
    """Whether the amount is for a year of an apprenticeship, which in German is told by the month."""
    return "ahr" in here.after[:45] + here.before[-24:] and (
        _TRAINING_AFTER.match(here.after) is not None or _TRAINING_BEFORE.search(here.before[-40:]) is not None
    )


def _units_told(money: Money, here: Context) -> Iterator[tuple[str, str]]:
    yield "after", _unit_after(here.after)
    if money.between:
        yield "between", _unit(_BETWEEN.search(money.between))
    yield "before", _unit_before(here.before)
    for at, lead in enumerate(here.leads):
        if at or not (here.has_ahead and here.is_behind_money):  # the unit there is that of the money there
            yield "lead", _unit_before(lead)
    yield "rest", _unit(_IN_REST.search(here.rest))


def _unit_after(after: str) -> str:
    """The unit right behind an amount; none that begins what comes next: "S$9,000. Annual leave of 18 days"."""
    found = _AFTER.match(after)
    if found is None or _BREAK.match(after) is None:
        return _unit(found)
    is_next = _NEXT.match(after) and not _WHOLE.match(after, found.end())
    return "" if is_next or cue_after(after[found.end() :], False).kind == "block" else _unit(found)


@lru_cache(MOST_KEPT)
def _unit_before(text: str) -> str:
    """The unit named last in a text, "" for none: plain searches, as one pattern for all words costs ten times that."""
    lowered = text.lower()
    best, told = -1, ""
    if not has_any(lowered, _UNIT_PIECES):
        return told
    for piece, unit, is_start, is_end in _PIECES:
        at = lowered.rfind(piece)
        if at > best and not (is_start and lowered[at - 1 : at].isalpha()):
            end = at + len(piece)
            if not (is_end and lowered[end : end + 1].isalpha()):
                best, told = at, unit
    return told


def _unit(found: re.Match[str] | None) -> str:
    if found is None:
        return ""
    return next((name.removeprefix("adj_") for name, value in found.groupdict().items() if value), "")


def _fits(money: Money, unit: str, year_low: float) -> bool:
    factor = YEAR_FACTORS[unit]
    return 0.5 * year_low <= money.most * factor and money.least * factor <= 100 * year_low


def _by_size(value: float, year_low: float) -> str:
    if value >= year_low:
        return "year"
    if value <= 0.03 * year_low:
        return "hour"
    return "day" if value <= 0.08 * year_low else "month"
