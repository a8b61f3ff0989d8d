"""The place, level and contract that a range of pay is said to be for."""

from __future__ import annotations

import re

from analytics.pay_context import Context

_BULLETS = " \n\t-–—•*·●▪◦o>"
_LABEL_CHARS = 70
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
    r"\b(?:salar\w*|compensation|remuneration|pay|range|base|wage|rate|hourly|annual\w*|total|target|earnings|ote"
    r"|ctc|estimated"
    r"|expected|gross|position|role|this|these|our|your|is|are|gehalt\w*|rémunération|salaire|experience"
    r"|candidates?|package"
    r"|comp|bonus|employment|type|usd|eur|gbp|cad|per|year|hour|and|cash|starting|depending)\b",
    re.I,
)
_OF_ROLE = re.compile(
    r"\b(?:engineers?|engineering|developers?|managers?|scientists?|designers?|analysts?|architects?|directors?"
    r"|researchers?|swe"
    r"|product|platform|software|full|stack|backend|frontend)\b",
    re.I,
)
_FOR = re.compile(r"\b(?:for|in|at|within)\s")
_SMALL = frozenset((
    "area", "areas", "states", "state", "other", "all", "region", "metro", "greater", "locations", "location",
    "countries",
    "remote", "based", "outside",
))  # fmt: skip
_RUNG = re.compile(r"\b(?P<label>(?:IC|L|E|Level|Grade|Tier|Zone|Geo|Band)\s?[\dA-E])[\s,:]{0,2}(?:is\s)?$")
_LABEL_BEFORE = re.compile(
    r"(?:^|[;|•·●,]\s|\.\s|\s[-–—/]{1,2}\s)[\s\-–—•*·●(]{0,8}+(?P<label>[^:;|\n]{1,60}?)\s?(?:[:–—-]|\(|\bis\b)\s?[($]?$"
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


def _place_in(text: str) -> re.Match[str] | None:
    """The last "in Ohio, the range is": each try begins at a preposition, found by a plain search."""
    end = len(text)
    for _ in range(3):
        end = max(text.rfind(word, 0, end) for word in (" in ", " for ", " within ", "In ", "For "))
        found = _PLACE_IN.match(text, end + (text[end : end + 1] == " ")) if end >= 0 else None
        if found or end <= 0:
            return found
    return None


def _candidates(here: Context) -> list[str]:
    before, near = here.before, max(0, len(here.before) - _LABEL_CHARS)
    found = (
        _RUNG.search(before, max(0, len(before) - 16)),
        _LABEL_BEFORE.search(before, near),
        _LABEL_AFTER.match(here.after),
        _place_in(before[-2 * _LABEL_CHARS :]),
    )
    told = [next(value for value in m.groupdict().values() if value) for m in found if m]
    if not here.before.strip(_BULLETS) and here.leads and len(here.leads[0]) <= 40:
        told.append(here.leads[0])  # a table: the label is the cell or line above
    return told
