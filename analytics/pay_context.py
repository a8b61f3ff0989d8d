"""Where an amount of money stands: its sentence, its line, the headings over it, and what they say about it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from analytics.money import YEAR_FACTORS
from analytics.pay_money import DOLLAR, Money, currencies, mark_codes
from analytics.pay_words import Cue

_SENTENCE = re.compile(r"(?<=[a-z)\]0-9%])[.!?]\s+(?=[A-ZÄÖÜÉÀ$€£])")
_BULLET = re.compile(r"[\s\-–—•*·●▪◦o>]*")
_LEAD_CHARS = 110
_LEADS = 3

_UNITS = {
    "hour": r"h(?:ou)?rs?|h|hourly|stunden?|std|stündlich|heures?|godz\w*|hora",
    "day": r"days?|daily|tag|täglich|jours?|jour|dzień|día|md",
    "week": r"weeks?|wk|weekly|woche|semaine|semana",
    "month": r"months?|mos?|mth|monthly|monat(?:lich)?|monate?|mois|mensuels?|mensuelle|mies\w*|mes"
    r"|mensual(?:es)?|maand",
    "year": r"years?|yrs?|yr|annum|annually|annual|annualized|yearly|jahr|jährlich|j|ans?|année|annuels?|annuelle"
    r"|rok|rocznie|año|anual(?:es)?|jaar|p\.? ?a|y",
}
_UNIT = "|".join(f"(?P<{name}>{forms})" for name, forms in _UNITS.items())
_FILLER = (
    r"(?:usd|us|eur|euros?|gbp|cad|aud|gross|brutto|bruts?|bruto|net|netto|base|salary|ote|doe|fixed|rate|vat|pay|\+|/)"
)
_AFTER = re.compile(
    rf"[\s)\],.*]{{0,3}}(?:\(?{_FILLER}\)?[\s,]{{0,2}}){{0,3}}[\s(*]{{0,2}}"
    rf"(?:(?:/|per|an?|pro|par|je|im|al|por|na|za|each|every|w)\s{{0,2}}-?(?:{_UNIT})\b(?!\s?[/&])|"
    r"(?P<adj_year>annually|annual\b|per annum|yearly|p\.? ?a\.?\b|jährlich|annuels?\b|rocznie|brut annuel)"
    r"|(?P<adj_month>monthly|monatlich|mensuels?\b|miesięcznie)|(?P<adj_hour>hourly|stündlich)|(?P<adj_day>daily)"
    r"|(?P<adj_week>weekly))",
    re.I,
)
_BETWEEN = re.compile(rf"(?:/|per|an?|pro|par)\s?(?:{_UNIT})\b", re.I)
_BEFORE = re.compile(
    r"(?P<hour>\bhourly|\bper hour|stundenlohn|stundensatz|taux horaire|\bhr rate)"
    r"|(?P<day>\bday rate|\bdaily|\bper day|tagessatz|\btjm\b)|(?P<week>\bweekly|\bper week\b)"
    r"|(?P<month>\bmonthly|\bper month|monats|monatlich|mensuel|par mois|miesięczn)"
    r"|(?P<year>\bannual|\byearly|\bper (?:year|annum)|jahres|jährlich|annuel|par an\b|roczn|\blpa\b|\bctc\b|\bp\.a\.)",
    re.I,
)
_OTE = re.compile(r"\bOTE\b|\bon[- ]target\b|zieleinkommen|zielgehalt|zielvergütung", re.I)
_BASE_AFTER = re.compile(r"\W{0,3}(?:USD\s)?\(?(?:base|fixed)\b(?!\s?[+&])", re.I)
_TOTAL = re.compile(
    r"\btotal (?:target )?(?:cash|comp\w*|earnings|rewards?|target|package|annual comp\w*)"
    r"|\bC?TC\b|cost to company",
    re.I,
)
_GROSS = re.compile(
    r"\b(?P<gross>gross|brutto\w*|\w{1,20}brutto\w*|bruts?|bruto|before tax(?:es)?)\b"
    r"|\b(?P<net>netto|net(?! (?:worth|new|promoter))|after tax(?:es)?|take[- ]home|nets)\b",
    re.I,
)
_ISO = r"(?P<code>USD|CAD|AUD|NZD|SGD|HKD|TWD|MXN|EUR|GBP|CHF|INR|PLN|SEK|NOK|DKK|BRL|ZAR|JPY)\b"
_CODE_AFTER = re.compile(
    rf"[\s(,*/]{{0,3}}(?:(?:per|a|/) ?(?:year|annum|month|hour|yr|hr)|annually)?[\s,(]{{0,3}}(?:in )?{_ISO}"
)
_CODE_BEFORE = re.compile(rf"(?:\(|\bin |[-–:,/] ?){_ISO}|{_ISO.replace('code', 'last')}[\s:(]{{0,3}}$")
_AND_MORE = re.compile(
    r"[\s)]{0,2}(?:[A-Z]{3}\s?)?(?:(?:/|per|an?)\s?(?:year|yr|annum|hour|hr|month|mo)\s?)?(?:base\s?)?"
    r"(?:\+|plus|and|&|,|w/|with|•)\s?(?:up to\s|offers\s)?(?:[\d.,%–-]{1,12}\s?(?:to|-|–)?\s?)?"
    r"(?:[a-z-]{1,14}\s){0,2}"
    r"(?:equity|bonus|benefits|stock|options|commissions?|rsus?|super|ote|esop|vsop|perks|tokens)\b",
    re.I,
)
_EDGE = re.compile(r"[|•·;\n()—+]|\s[-–]\s|\.\s")

_LEVEL = re.compile(
    r"\b(?:senior|sr|junior|jr|staff|principal|mid(?:[- ]?level)?|entry(?:[- ]level)?|lead|intern|level|l\d|ic\d|e\d"
    r"|grade|associate|experienced|i{1,3}|new grad)\b",
    re.I,
)
_CONTRACT = re.compile(
    r"\b(?:b2b|uop|umow\w{1,3}|permanent|contract(?:ors?)?|freelance\w{0,2}|w-?2|1099|c2c|cdi|cdd|full[- ]time"
    r"|part[- ]time|employment contract|perm|festanstellung)\b",
    re.I,
)
_OF_PAY = re.compile(
    r"\b(?:salar\w*|compensation|remuneration|pay|range|base|wage|rate|hourly|annual\w*|total|target|earnings|ote|ctc|estimated"
    r"|expected|gross|position|role|this|these|our|your|is|are|gehalt\w*|rémunération|salaire|experience|candidates?|package"
    r"|comp|bonus|employment|type|usd|eur|gbp|cad|per|year|hour|and|cash|starting|depending)\b",
    re.I,
)
_OF_ROLE = re.compile(
    r"\b(?:engineers?|engineering|developers?|managers?|scientists?|designers?|analysts?|architects?|directors?|researchers?|swe"
    r"|product|platform|software|full|stack|backend|frontend)\b",
    re.I,
)
_TERMS = re.compile(r"\b(?:b2b|uop|umowa o pracę|c2c|w-?2|1099|(?:outside|inside) ir35)\b", re.I)
_FOR = re.compile(r"\b(?:for|in|at|within)\s")
_SMALL = frozenset((
    "area", "areas", "states", "state", "other", "all", "region", "metro", "greater", "locations", "location",
    "countries",
    "remote", "based", "outside",
))  # fmt: skip
_RUNG = re.compile(r"\b(?P<label>(?:IC|L|E|Level|Grade|Tier|Zone|Geo|Band)\s?[\dA-E])[\s,:]{0,2}(?:is\s)?$")
_LABEL_BEFORE = re.compile(
    r"(?:^|[;|•·●,]\s|\.\s|\s[-–—/]{1,2}\s)[\s\-–—•*·●(]*(?P<label>[^:;|\n]{1,60}?)\s?(?:[:–—-]|\(|\bis\b)\s?[($]?$"
)
_PLACE_IN = re.compile(
    r"\b(?:in|for|within)\s(?P<label>(?:the\s)?[A-Z][^:;|\n()$€£]{1,60}?)"
    r"(?:,?\s(?:the|is|are|our|based|will|ranges?)\b|:|,\s?$)"
)
_LABEL_AFTER = re.compile(
    r"\W{0,2}\s?(?:(?:USD|CAD|EUR|GBP)\s)?(?:\((?:in |for )?(?P<paren>[A-Z][^)$€£\d]{1,50})\)"
    r"|(?:in|for|within)\s(?P<label>(?:the\s)?[A-Z][^.;:|$€£\n()]{1,60}))"
)
_CUT_LABEL = re.compile(
    r",?\s(?:and|or|with|plus|depending|based|is|are|\+|//|-|–)\s.*|\s?//.*|,\s?(?:and|or|plus)\b.*"
)


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of one amount, all cut short: words of its sentence before and after, heads above."""

    before: str
    after: str
    leads: tuple[str, ...]  # nearest first: the same line before this sentence, then the heading lines above
    segment: str  # what stands beside the amount between bars, brackets and dashes

    @property
    def is_terse(self) -> bool:
        """Whether the amount stands alone or with a label: "ML Engineer, Berlin | 70-80k"."""
        return len(self.segment.split()) <= 8

    @property
    def terms(self) -> str | None:
        """The kind of contract named beside the amount: B2B, UoP, W2."""
        found = _TERMS.search(self.after[:30]) or _last(_TERMS, self.before[-30:])
        return found[0] if found else None

    @property
    def has_more(self) -> bool:
        """Whether "+ equity", "plus bonus" follows, as it does after pay."""
        return _AND_MORE.match(self.after) is not None


def context(text: str, found: list[Money], at: int) -> Context:
    """The surroundings of the amount `found[at]`; neighbouring amounts bound them."""
    money = found[at]
    line_start = max(text.rfind("\n", max(0, money.start - 600), money.start) + 1, money.start - 600)
    line_end = text.find("\n", money.end, money.end + 300)
    line_end = line_end if line_end >= 0 else min(len(text), money.end + 300)
    floor = max(line_start, found[at - 1].end if at else 0)
    ceiling = min(line_end, found[at + 1].start if at + 1 < len(found) else line_end)
    told = text[max(floor, money.start - 260) : money.start]
    cuts = [m.end() for m in _SENTENCE.finditer(told)]
    before = told[cuts[-1] :] if cuts else told
    leads = ([told[: cuts[-1]][-160:]] if cuts else []) + _headings(text, line_start)
    head, tail = text[max(line_start, money.start - 120) : money.start], text[money.end : min(line_end, money.end + 90)]
    segment = f"{_EDGE.split(head)[-1]} {_EDGE.split(tail)[0]}"
    return Context(before, text[money.end : min(ceiling, money.end + 90)], tuple(leads), segment)


def _headings(text: str, line_start: int) -> list[str]:
    """Up to three lines above, nearest first, as far as they can be a heading or an item of the same list."""
    leads: list[str] = []
    end = line_start - 1
    for _ in range(8):
        if end <= 0 or len(leads) == _LEADS:
            break
        start = max(text.rfind("\n", max(0, end - 700), end) + 1, end - 700)
        line = text[start:end].strip()
        end = start - 1
        if not line:
            continue
        is_open = line.endswith((":", "following"))
        if len(line) > _LEAD_CHARS and not is_open:
            break
        leads.append(line[-_LEAD_CHARS:])
    return leads


def period(money: Money, here: Context, year_low: float | None) -> tuple[str, str]:
    """The unit of time, and what told it: after, between, before, lead, scale or size (of the amount, a guess)."""
    told = [("after", _AFTER.match(here.after)), ("between", _BETWEEN.search(money.between))]
    told += [("before", _last(_BEFORE, here.before))]
    told += [("lead", _last(_BEFORE, lead)) for lead in here.leads]
    if money.scale == "lpa":
        return "year", "scale"
    for how, found in told:
        unit = _unit(found) if found else ""
        if unit and (how in ("after", "between") or year_low is None or _fits(money, unit, year_low)):
            return unit, how
    return _by_size(money.least, year_low or 10_000.0), "size"


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for found in pattern.finditer(text):  # noqa: B007
        pass
    return found


def _unit(found: re.Match[str]) -> str:
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


def currency(money: Money, here: Context, country: str) -> tuple[str | None, bool]:
    """The ISO code, or None; and whether it was inferred."""
    codes = [mark_codes()[mark] for mark in money.marks]
    explicit = next((code for code in codes if code != DOLLAR), None)
    if explicit:
        return _national(explicit, money, country), False
    near = _CODE_AFTER.match(here.after) or _last(_CODE_BEFORE, here.before[-60:])
    near = near or next(filter(None, (_last(_CODE_BEFORE, lead) for lead in here.leads)), None)
    if near:
        return next(code for code in near.groupdict().values() if code), False
    if money.scale == "lpa":
        return "INR", False
    own = next((c.code for c in currencies().values() if country and country.upper() in c.countries), None)
    if codes:
        said = _dollar_of_place(here)
        own_dollar = own in _DOLLARS
        return said or (own if own_dollar else "USD"), not (said or own_dollar)
    return own, True


_DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD")


def _national(code: str, money: Money, country: str) -> str:
    if "kr" in money.marks and country in ("NO", "DK", "IS"):
        return {"NO": "NOK", "DK": "DKK", "IS": "ISK"}[country]
    return "CNY" if "¥" in money.marks and country == "CN" else code


def _dollar_of_place(here: Context) -> str | None:
    """The dollar of the place named nearest to the amount in its own line."""
    before, after = f" {here.before[-90:].lower()} ", f" {here.after[:45].lower()} "
    best, nearest = None, -1
    for code in _DOLLARS:
        for place in currencies()[code].places:
            at = _word_at(before, place)
            if at > nearest:
                best, nearest = code, at
    if best is None:
        told = ((_word_at(after, place), code) for code in _DOLLARS for place in currencies()[code].places)
        best = min((hit for hit in told if hit[0] >= 0), default=(0, None))[1]
    return best


def _word_at(text: str, place: str) -> int:
    at = text.rfind(place)
    alone = at > 0 and not text[at - 1].isalpha() and not text[at + len(place) : at + len(place) + 1].isalpha()
    return at if alone else -1


def component(here: Context, cue: Cue) -> str:
    """base, ote, total or unspecified: by the cue itself, then by the words of the sentence."""
    if _BASE_AFTER.match(here.after):
        return "base"
    if "base" in cue.phrase.split() or "fix" in cue.phrase:
        return "base" if not _OTE.match(here.after.lstrip(" (")) else "ote"
    for name, pattern in (("ote", _OTE), ("total", _TOTAL)):
        if pattern.search(here.after[:30]) or pattern.search(here.before[-120:]) or pattern.fullmatch(cue.phrase):
            return name
    return "base" if cue.kind == "salary" else "unspecified"


def net_or_gross(here: Context) -> str | None:
    """gross, net, or None where the sentence says neither."""
    found = _GROSS.search(here.after[:40]) or _last(_GROSS, here.before[-60:])
    return None if found is None else "gross" if found["gross"] else "net"


def labels(here: Context) -> tuple[str | None, str | None, str | None]:
    """The place, level and contract that the range is said to be for."""
    place = level = contract = None
    for label in _candidates(here):
        text = _CUT_LABEL.sub("", label)
        text = (_FOR.split(text)[-1] if _OF_PAY.search(text) else text).strip(" .,:;-–—*()")
        if not 1 < len(text) <= 50 or _OF_PAY.search(text) or (text.islower() and not _CONTRACT.search(text)):
            continue
        if _CONTRACT.search(text):
            contract = contract or text
        elif _LEVEL.search(text):
            level = level or text
        elif not _OF_ROLE.search(text) and _is_name(text):
            place = place or text
    return place, level, contract or here.terms


def _is_name(text: str) -> bool:
    """Whether the longer words of a label are capitalised, as in the name of a place."""
    told = [word for word in re.findall(r"[^\W\d_]{4,}", text) if word.lower() not in _SMALL]
    return all(word[0].isupper() for word in told)


def _candidates(here: Context) -> list[str]:
    found = (
        _RUNG.search(here.before),
        _LABEL_BEFORE.search(here.before),
        _LABEL_AFTER.match(here.after),
        _last(_PLACE_IN, here.before),
    )
    told = [next(value for value in m.groupdict().values() if value) for m in found if m]
    if not _BULLET.sub("", here.before) and here.leads and len(here.leads[0]) <= 40:
        told.append(here.leads[0])  # a table: the label is the cell or line above
    return told
