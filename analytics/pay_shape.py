"""What the form of an amount alone says: a wage by its unit and size, a market figure, a least pay."""

from __future__ import annotations

import re

from analytics.money import YEAR_FACTORS
from analytics.pay_context import Context, net_or_gross
from analytics.pay_currency import currencies, mark_codes
from analytics.pay_money import Money
from analytics.pay_period import period
from analytics.pay_words import Cue, cue_before

_MARKET = re.compile(
    r"\b(?:(?<!on )averag(?:e[ds]?|ing)|median|durchschnitt\w*|en moyenne|moyenne?|gemiddeld|średni\w*"
    r"|(?:engineers?|scientists?|developers|professionals|people|analysts|specialists)\b[^.;:$€£\d]{0,40} "
    r"(?:earns?|makes?|expect)|typical (?:\w+ )?(?:salary|pay|compensation) (?:for|of) an?"
    r"|(?:this|the) (?:occupation|profession|career)|entry-level salaries|seniors make|asks? for an? minimum"
    r"|(?:visa|exempt|exemption|permit|blue card)\b[^.;]{0,30} (?:needs?|requires?|requiring|asks?))\b",
    re.I,
)
_MARKET_PIECES = (
    "averag", "median", "durchschnitt", "moyen", "gemiddeld", "średni", "earn", "make", "ask", "requir", "need",
    "expect", "typical", "occupation", "profession", "career", "-level",
)  # fmt: skip
_AFTER_MARKET = re.compile(r"[^.;\n]{0,25}\b(?:on average|average|median|im schnitt|en moyenne)\b", re.I)
_THIS_JOB = re.compile(r"\b(?:this|the) (?:role|position|job)|\bour\b|\byou\b", re.I)
_LEAST = re.compile(
    r"\bminimum (?:\w+ ){0,2}(?:salary|wage|pay|compensation)\b|\bmindest(?:ens|gehalt|entgelt|lohn|brutto)"
    r"|\bkollektivvertrag"
    r"|\bKV-Min|\bsalaire minimum|\bminimumsalaris",
    re.I,
)
_LEAST_AFTER = re.compile(
    r"[^.;\n\d]{0,30}\b(?:as a minimum|minimum|at (?:the )?least|mindestens|upwards|and up)\b", re.I
)
_EDGE = re.compile(r"[,;|•·()\n:]|[.!?](?=\s|$)|[-–—] ")
_AT_WORK = re.compile(
    r"\b(?:hours? (?:a|per) week|h/week|std\.?|stunden|teilzeit|vollzeit|full[- ]time|part[- ]time|permanent"
    r"|contract|freelance"
    r"|kiwisaver|super|remote|hybrid|on-?site|grant|fixed[- ]term|vacation|holidays?|urlaub\w*|cdi|cdd)\b",
    re.I,
)
_BY_EXPERIENCE = re.compile(
    r"[\s,(]{0,2}(?:selon|doe\b|depending|je nach|según|in base all|a seconda|brut|gross)", re.I
)
_BY_YEAR = re.compile(
    r"\.?\s?(?:p\.a\b|per annum|p\.? ?a\b|/ ?(?:annum|yr|year)|(?:per|a) year|ctc|annually|yearly|fixed)", re.I
)
_LAKHS = ("lpa", "l", "lakh", "lakhs", "lac", "lacs")
# A label of its own, be it glued to the line before; "marketing budget" and "a budget of" are other money.
_BUDGET = re.compile(
    r"(?:(?:^|[\n|•·])[^\w\n]{0,4}(?:[Mm]ax(?:imum)? |[Ss]alary |[Hh]iring )?[Bb]udget|(?<=[a-z)])Budget)"
    r"(?: range)?\s?[:–—-]\s?(?:[Uu]p ?to )?(?:[A-Z]{3} )?$"
)
# What is paid for a step of the hiring itself: "a take-home of two hours (paid, 150 euros)".
_APPLYING = re.compile(
    r"\b(?:take[- ]?home(?! (?:pay|salar|wage|earning))|interview\w{0,3}|work samples?|(?:paid|trial) (?:trial|day|week"
    r"|task|project|exercise)s?|test (?:task|project)s?|exercises?|case stud(?:y|ies)|coding (?:challenge|test|task)s?"
    r"|homework|assessments?|probeta\w{1,4}|probearbeit\w{0,3}|background checks?)\b[^.;\n]{0,80}$",
    re.I,
)
_APPLYING_PIECES = (
    "take", "interview", "sample", "trial", "paid", "test", "exercise", "stud", "coding", "homework", "assessment",
    "probe", "background",
)  # fmt: skip
_SMALL = 2000.0
_FEW_CHARS = 20
_WAGE_LOW, _WAGE_HIGH = 1.5, 60.0  # a plain year's wage as multiples of the least usual one


def evidence_by_shape(money: Money, here: Context, before: Cue) -> int:
    """Evidence of an amount without a pay word: "+ equity" after it, a unit of time, or a range alone among labels."""
    is_large = money.least >= 10_000
    if here.has_more and is_large and (money.marks or money.is_range):
        return 2
    if money.marks and (here.terms or (net_or_gross(here) and money.is_range)):
        return 3
    if is_wage(money, here):
        return 1
    if money.is_range and money.scale == "k" and _BY_EXPERIENCE.match(here.after):
        return 1
    if not money.marks or cue_before(here.segment).kind == "block":
        return 0
    unit, how = period(money, here, None)
    is_named = money.is_range or before.kind == "weak" or is_large or (unit == "hour" and here.is_terse)
    if how in ("after", "between") and (is_named or _is_alone(here)):
        return 1
    if is_large and _is_alone(here) and _AT_WORK.search(here.rest) and _is_yearly(money):
        return 1
    return 1 if money.is_range and is_large and (before.kind == "weak" or here.is_terse) else 0


def is_wage(money: Money, here: Context) -> bool:
    """Whether it is a range a unit of time that makes a usual year's wage: no stipend is that."""
    if not (money.is_range and money.marks):
        return False
    unit, how = period(money, here, None)
    return how in ("after", "between") and _is_yearly(money, unit)


def is_by_lakh(money: Money, here: Context) -> bool:
    """Whether it is counted in lakhs a year, as in India pay is and little else: "28-40 LPA", "Rs 12 lakhs p.a."."""
    if money.scale not in _LAKHS:
        return False
    is_yearly = money.is_range and _BY_YEAR.match(here.after) is not None
    return money.scale == "lpa" or (is_yearly and cue_before(here.before).kind != "block")


def is_budget(money: Money, here: Context) -> bool:
    """Whether it is a range under the bare label "Budget", a recruiter's word for pay, and like a year's wage."""
    if not (money.is_range and money.marks) or "udget" not in here.before[-30:]:
        return False
    return _is_yearly(money) and _BUDGET.search(here.before[-50:]) is not None


def is_for_applying(money: Money, here: Context) -> bool:
    """Whether a small sum is paid for taking part in the hiring."""
    if money.is_range or money.least > _SMALL:
        return False
    told = here.before[-120:].lower()
    return any(piece in told for piece in _APPLYING_PIECES) and _APPLYING.search(told) is not None


def _is_yearly(money: Money, unit: str = "year") -> bool:
    least = currencies()[mark_codes()[money.marks[0]]].year_low
    factor = YEAR_FACTORS[unit]
    return _WAGE_LOW * least <= money.least * factor and money.most * factor <= _WAGE_HIGH * least


def _is_alone(here: Context) -> bool:
    """Whether its clause holds little but the amount: "part-time, 30 euros an hour, remote"."""
    head, tail = _EDGE.split(here.before)[-1], _EDGE.split(here.after, maxsplit=1)[0]
    return len(head.split()) <= 1 and len(tail.split()) <= 4


def is_market(here: Context) -> bool:
    """Whether the sentence tells what is paid in general, which is no offer."""
    # "average $152,000, commonly $140,000 to $180,000": a few words after an amount say no more than it did
    before = (here.before[-90:] if len(here.before) > _FEW_CHARS else here.sentence).lower()
    told = _MARKET.search(before) if any(piece in before for piece in _MARKET_PIECES) else None
    if told and not _THIS_JOB.search(before, told.start()):
        return True
    return _AFTER_MARKET.match(here.after) is not None


def is_market_heading(line: str) -> bool:
    """Whether a line above tells of what is paid in general."""
    return _MARKET.search(line) is not None and _THIS_JOB.search(line) is None


def is_least(money: Money, here: Context) -> bool:
    """Whether a single amount is called the least that is paid, as Austrian law wants it stated."""
    if money.is_range or money.low is None:
        return False
    return _LEAST.search(here.before[-120:]) is not None or _LEAST_AFTER.match(here.after) is not None
