"""Money that is paid beside a salary or instead of one: for applying, on top of the pay, as a stipend."""

from __future__ import annotations

import re

from analytics.pay_context import Context
from analytics.pay_money import Money
from analytics.pay_period import period
from analytics.pay_shape import NARROW, is_yearly, year_low
from analytics.pay_units import YEAR_FACTORS
from analytics.pay_words import Cue, has_any

_SMALL = 2000.0
# What is paid for a step of the hiring itself: "a take-home of two hours (paid, 150 euros)".
_APPLYING = re.compile(
    r"\b(?:take[- ]?home(?! (?:pay|salar|wage|earning))|interview\w{0,3}|work samples?|(?:paid|trial) (?:trial"
    r"|day|week"
    r"|task|project|exercise)s?|test (?:task|project)s?|exercises?|case stud(?:y|ies)|coding (?:challenge|test"
    r"|task)s?"
    r"|(?:qualif\w{1,8}|skills?|entry|onboarding|aptitude|admission|practice|initial|technical|language|short) tests?"
    r"|test technique|onboarding|homework|assessments?|probeta\w{1,4}|probearbeit\w{0,3}|background checks?"
    r"|work(?:ing)? trial"
    r"|trial (?:shift|period)|screenings?|auditions?|try-?outs?|proefdag\w{0,3}|jour d['’]essai|dzień próbny)\b"
    r"[^.;\n]{0,80}$",
    re.I,
)
_FOR_APPLYING = re.compile(
    r"(?: (?:an?|per) (?:hour|day))? (?:for|upon|after|on) (?:(?:the|your|a|an|this|that|each|completing|taking|doing"
    r"|finishing|submitting) ){1,2}(?:[\w-]{2,12} )?(?:take[- ]?home(?! pay)|case stud(?:y|ies)|interview|work sample"
    r"|trial|test (?:task|project|day)|exercise|coding (?:challenge|test|task)|homework|assessment|assignment)",
    re.I,
)
# Paid once: "a flat $30", "pauschal 180 €"; by a unit of time it may be pay: "a flat $5,000 a month"
_ONCE = re.compile(
    r"\b(?:flat|one[- ](?:off|time)|lump[- ]sum|pauschal\w{0,3}|einmalig\w{0,3}|eenmalig\w{0,2}|vast bedrag|una tantum"
    r"|forfait\w{0,9}|jednorazow\w{1,4}|pago único|pagamento único)\b[^.;:\n\d]{0,25}$",
    re.I,
)
_UNITS = (
    r"(?:hour|shift|day|night|week|weekend|month|year|stunde|schicht|tag|woche|monat|heure|jour|semaine|mois|hora|turno"
    r"|día|dia|semana|mes|mês|ora|giorno|settimana|mese|uur|dag|week|maand|dzień|tydzień|tygodniowo|miesięcznie)"
)
_BY_TIME = re.compile(
    rf"\W{{0,3}}(?:gross |net |brutto |bruto |brut )?(?:/|[a-ząłà]{{1,4}}\W)?\s?{_UNITS}\b"
    r"|\W{0,3}(?:p\.?a|p/?[hdwm])\b",
    re.I,
)
# "€450 per week on top": said of duty at night, not of the pay
_EXTRA = re.compile(
    rf"\s?(?:/|[a-ząłà]{{1,4}}\s(?:la\s)?)?\s?{_UNITS}\s(?:on top|extra\b|additional(?:ly)?\b|zusätzlich|obendrauf"
    r"|obendrein|en plus\b|en sus\b|bovenop|erbovenop|in più\b|adicion\w{2,4}|dodatkowo|ekstra|a mais\b)"
    r"|\s(?:extra|en plus|in più|adicion\w{2,4}|dodatkowo|ekstra)\s(?:/|[a-ząłà]{1,4}\s(?:la\s)?)?\s?" + _UNITS,
    re.I,
)
_LIVING = (
    r"(?:monthly|annual|yearly|weekly|internships?|interns?|fellowships?|fellows?|training|trainees?|research"
    r"|student|phd|doctoral|postdoctoral|residenc(?:y|e)|residents?|scholars?|scholarship|studentship|apprentices?"
    r"|basic|living|gross|net|tax[- ]free|taxable|generous|competitive|base|an?|the|our)"
)
_STIPEND_ALONE = re.compile(
    rf"(?:^|[.!?|•·(]\s?)[-•*–]?\s?(?:{_LIVING}[\s-]){{0,4}}(?:stipend|allowance)s?(?: (?:range|rate))?"
    r"(?:\s?[:–—-]|\s(?:of|is|at|will be|from|between))*\s?(?:up to |about |approximately )?[A-Z]{0,3}\s?$",
    re.I,
)
_LIVED_ON = 0.5  # of the least usual year's pay: what one who learns is paid
# What a headline tells of the firm before its pay: "seed stage ($6.5M raised), in person, $170k-$220k + equity"
_OF_FIRM = frozenset((
    "seed", "series", "round", "raise", "raised", "raising", "funding", "funded", "revenue", "revenues", "arr", "mrr",
    "customers", "users", "clients", "people", "employees", "members", "valuation", "valued", "backed", "backing",
    "investors", "venture", "companies", "businesses", "stores", "countries", "growing", "levée", "fonds", "kunden",
    "mitarbeiter", "umsatz", "umsätze", "omzet", "fatturato", "facturación", "faturamento", "télétravail", "affaires",
    "patients", "students", "hotels", "schools", "developers", "merchants", "transactions", "payments", "orders",
    "devices", "gmv", "aum", "bookings", "sales", "profit", "clienti", "klanten", "finanzierung",
    "utilisateurs", "funds", "growth", "capital",
))  # fmt: skip
_PIECE = re.compile(r"[,;]\s(?:(?:base|salary|pay|paying|at|und|plus|and)\s){0,2}$")
_PIECE_END = re.compile(r"\W{0,2}(?:$|[,;.)|]|base|gross|brutto|per (?:year|annum)|a year|p\.a)", re.I)
_APPLYING_PIECES = (
    "take", "interview", "sample", "trial", "paid", "test", "exercise", "stud", "coding", "homework", "assessment",
    "probe", "onboarding", "background", "screening", "audition", "try", "proefdag", "essai", "próbny",
)  # fmt: skip
_STIPEND_OF = re.compile(  # "a housing stipend" is none
    r"\b(?:fellows?|fellowships?|residents?|residenc(?:y|ies)|interns?|internships?|trainees?|scholars?|traineeships?)\b"
    r"[^.;$€£]{0,60}?\b(?:(?:an?|the|our|its|your|monthly|annual|yearly|weekly|living|taxable|competitive|generous|fixed"
    r"|full|gross|training|research)\s)+stipends?\b[\s:]*"
    r"(?:(?:of|is|at|worth|from|between|up to)\s?)*[A-Z]{0,3} ?[$€£]?$"
    r"|\bstipends? (?:for|of) (?:the|this|our|all) (?:fellow|residen|intern|trainee|scholar)\w{0,7} (?:is|of|at)"
    r" ?[$€£]?$",
    re.I,
)


def is_stipend_of_fellows(money: Money, here: Context, before: Cue) -> bool:
    """Whether a stipend is the pay itself: that of a fellow or an intern, by a unit of time, and enough to live on."""
    if before.phrase not in ("stipend", "stipends") or not money.marks:
        return False
    unit, how = period(money, here, None)
    if how != "after" or money.least * YEAR_FACTORS[unit] < year_low(money):
        return False
    return _STIPEND_OF.search(here.before) is not None


def is_extra(money: Money, here: Context) -> bool:
    """Whether a single sum by a unit of time comes on top of the pay: for nights, for being on call."""
    return not money.is_range and _EXTRA.match(here.after) is not None


def is_stipend_alone(money: Money, here: Context, before: Cue) -> bool:
    """Whether a stipend is all that is paid: named by that word alone, by the month or year, enough to live on."""
    if before.phrase not in ("stipend", "stipends", "allowance", "allowances") or not money.marks:
        return False
    unit, how = period(money, here, None)
    if how not in ("after", "between", "before") or unit not in ("week", "month", "year"):
        return False
    is_enough = money.least * YEAR_FACTORS[unit] >= _LIVED_ON * year_low(money)
    return is_enough and _STIPEND_ALONE.search(here.before) is not None


def is_in_headline(money: Money, here: Context, before: Cue) -> bool:
    """Whether a narrow range of a year's size is an item of a list that told of the firm before."""
    if before.is_binding or before.phrase not in _OF_FIRM or not (money.is_range and money.marks):
        return False
    if not is_yearly(money) or money.most > NARROW * money.least or _PIECE.search(here.before) is None:
        return False
    return here.has_more or _PIECE_END.match(here.after) is not None


def is_for_applying(money: Money, here: Context) -> bool:
    """Whether a small sum is paid for taking part in the hiring."""
    if money.is_range or money.least > _SMALL:
        return False
    if _FOR_APPLYING.match(here.after):
        return True
    if _ONCE.search(here.before[-60:]) and not _BY_TIME.match(here.after):
        return True
    told = here.before[-120:].lower()
    return has_any(told, _APPLYING_PIECES) and _APPLYING.search(told) is not None
