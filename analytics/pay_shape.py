"""What the form of an amount alone says: a wage by its unit and size, a least pay."""

from __future__ import annotations

import re
from functools import cache
from math import inf

from analytics.pay_context import Context, net_or_gross
from analytics.pay_currency import DOLLAR, DOLLARS, currencies, mark_codes
from analytics.pay_money import Money
from analytics.pay_period import is_of_training, period
from analytics.pay_units import YEAR_FACTORS
from analytics.pay_words import HIRED, Cue, cue_before, is_told_of_pay

_LEAST = re.compile(
    r"\bminimum (?:\w+ ){0,2}(?:salary|wage|pay|compensation)\b|\bmindest(?:ens|gehalt|entgelt|lohn|brutto)"
    r"|\bkollektivvertrag"
    r"|\bKV-Min|\bsalaire minimum|\bminimumsalaris",
    re.I,
)
_LEAST_AFTER = re.compile(
    r"[^.;\n\d]{0,30}\b(?:as a minimum|minimum|at (?:the )?least|mindestens|upwards|and up)\b", re.I
)
_EDGE = re.compile(r"[,;|•·*()\n:]|[.!?](?=\s|$)|[-–—] ")
_AT_WORK = re.compile(
    r"\b(?:hours? (?:a|per) week|h/week|std\.?|stunden|teilzeit|vollzeit|full[- ]time|part[- ]time|permanent"
    r"|contract(?:ors?)?|freelance|ir35|excl\w{0,7}\.? (?:vat|btw)|\+ ?vat|pro[- ]rata|temp(?:orary)?"
    r"|internships?|apprentice\w{0,4}|assignment|umbrella|shifts?|nights|placement|working student|werkstudent\w{0,3}"
    r"|kiwisaver|super|remote|hybrid|on-?site|grant|fixed[- ]term|vacation|holidays?|urlaub\w*|cdi|cdd)\b",
    re.I,
)
_BY_EXPERIENCE = re.compile(
    r"[\s,(]{0,2}(?:selon|doe\b|pro[- ]rata|depending|je nach|según|in base all|a seconda|brut|gross)", re.I
)
_BY_YEAR = re.compile(
    r"\.?\s?(?:p\.a\b|per annum|p\.? ?a\b|/ ?(?:annum|yr|year)|(?:per|a) year|ctc|annually|yearly|fixed)", re.I
)
_ON_TOP = ("variable", "bonus", "esop", "esops", "stocks", "stock")  # "18 LPA + variable 4 LPA"
_LAKHS = ("lpa", "l", "lakh", "lakhs", "lac", "lacs")
# A label of its own, be it glued to the line before; "marketing budget" and "a budget of" are other money.
_BUDGET = re.compile(
    r"(?:(?:^|[\n|•·])[^\w\n]{0,4}(?:[Mm]ax(?:imum)? |[Ss]alary |[Hh]iring |[Cc]TC )?[Bb]udget|(?<=[a-z)])Budget)"
    r"(?: range)?\s?[:–—-]\s?(?:[Uu]p ?to |[Mm]ax(?:imum|\.)? )?(?:[A-Z]{3} )?$"
)
_FOR_THIS = re.compile(r"\W{0,3}for (?:this|the) (?:role|position|job|hire|post|vacancy)\b(?!['’])", re.I)
_HIRING_BUDGET = re.compile(r"\b(?:max(?:imum)?|salary|hiring|ctc) budget", re.I)
_FOR_THINGS = re.compile(
    r"\s(?:of|to|on|in)\b|\sfor (?!(?:the |a |an )?(?:right|strong|suitable|good|best|ideal|role|position|candidate))",
    re.I,
)
_SET_ASIDE = ("budget", "budgeted", "projected")
# What says that the next is offered to the reader: "In return: up to £82,000 (pro rata)"
_OFFER = re.compile(
    r"\b(?:in (?:return|exchange)|on offer|we(?:['’](?:re|d|ll)| are| would| will| can)? (?:offer(?:ing)?|start you"
    r"|propose)"
    r"|you(?:['’](?:ll|d)| will| can| would)? (?:get|receive|start|be on|join us|expect)|wir bieten"
    r"|nous (?:vous )?offrons"
    r"|nous (?:vous )?proposons|ofrecemos|oferecemos|offriamo|wij bieden|oferujemy)\b[^.;\d$€£]{0,30}[$€£]?$",
    re.I,
)
_COUNTED = re.compile(r" (?P<word>[a-zäöüéèßłó]{3,20})(?= [a-zäöüéèßłó]|[.,;]|$)")
_ERRAND = re.compile(
    r"\bpay (?!you|up to|from|at least|about|around|between|an? |the |our (?:people|team|staff|engineers))"
    r"(?:(?!(?:(?:hour|day|month|week|engineer|intern|student|contractor|freelancer|everyone)s?|is|are|starts)\b)"
    r"(?:[a-z]{1,14}|(?<=[Ww]e pay )[a-z, ]{1,45}) ){1,5}"
    r"(?:up to |at )?[a-z]{0,4}[$€£]?$"
)
# Who or what is paid: a range beside one of these needs no word of pay
_ANCHOR = re.compile(
    r"\b(?:appointments?|appointed|position|roles?|posts?|jobs?|vacancy|grade|band|level|stufe|scale|spine|step"
    r"|points?"
    r"|placement|internships?|hired?|hires|hiring|candidates?|applicants?|seat|person|experience|qualifications"
    r"|you|your|du|dir|dich|sie|ihnen|vous|tu|je|jij|ti|te|stelle|poste|puesto|vaga|functie|stanowisk\w{1,3})\b",
    re.I,
)
# "a $22 an hour temp job", "$500 per day of volunteering": of something else
_ATTRIBUTE = re.compile(r"\b(?:an?|the|each|every|their|its)\s$", re.I)
_MEASURE = re.compile(r"(?:\s?(?:/|per |an? )\s?[a-z]{1,6})?\s(?:worth )?of\s(?!which|base|pay|salary|total)", re.I)
_PLACED = re.compile(
    r"\b(?:placements?|(?:our|the) (?:students|learners|graduates|trainees)|alumni|batch(?:es)?|placed|highest"
    r"|average)\b",
    re.I,
)
_INTERN = re.compile(
    r"\b(?:internships?|interns?|stage|stagiaires?|stagist[aei]|tirocin\w{2,5}|prácticas|becari[oa]s?|praktik\w{2,8}"
    r"|werkstudent\w{0,5}|stagiair|estágio|estagi[aá]ri[oa]s?|staż\w{0,3}|stażyst\w{1,3}|alternan\w{2,3}"
    r"|apprenti\w{0,8}|trainees?|working student|afstudeer\w{0,8}|praktikplats|harjoitteli\w{1,4})\b",
    re.I,
)
# "From £52,000, this hybrid role sits in a new team"
_ROLE_AFTER = re.compile(
    r",? (?:this|our|the) (?:[a-z-]{2,14} ){0,3}(?:role|position|job|post|vacancy|opportunity)\b", re.I
)
_OPENS = re.compile(r"\W{0,4}(?:start(?:s|ing)?|paying|offering|from|at|up|to|salary|around|\W){0,4}", re.I)
_OF_A_THING = re.compile(r"\b[a-z]{3,} (?:is|are|was|costs?|at|of)\s[$€£]?$")  # "the GPU bill is $400,000 a year"
FENCE = (0.5, 200.0)  # a year's pay as multiples of the least usual one in that currency
NARROW, _FEW_WORDS, _LABEL_WORDS, _HIGH = 2.2, 4, 3, 4.0
_LARGE = 10_000
_DAY_RATE = 10.0
_SHARED_MARKS = ("kr", "¥")  # of several countries
_QUOTED = re.compile(r"(?:^|[\s(])[\"“][^\"”]*$")  # an example of what a program reads
_SUBJECT = re.compile(
    r"\W{0,4}(?:the |our |this |your )?(?:[\w-]{2,20} ){0,4}(?:base |annual )?(?:pay|salary|compensation|wage)"
    r"(?: (?:range|band|scale)s?)?"
    r"(?: (?:for|of) (?:this|the) (?:role|position|job))?,?"
    r" (?:is|are|was|reflects?|shown|listed|set|represents?|takes?)\b",
    re.I,
)
# "total cash compensation with the 15% bonus is $209,000 to $250,000"
_WITH_IT = re.compile(
    r"\b(?:with|includ\w{1,4}|incl\.?|inclusive of|plus|and|counting)\s(?:[\w%.,-]{1,16}\s){1,5}"
    r"(?:is|are|will be|would be|comes? to|totals?|ranges? from|runs? from|falls between|is between)[\s$€£]{0,2}$",
    re.I,
)
_PER_UNIT = re.compile(
    r"\W{0,3}(?:/|per|an?|pro|je|de l’|de l')\s?(?:hour|hr|h\b|month|mo\b|stunde|monat|heure|mois)", re.I
)
_WAGE_LOW, _WAGE_HIGH = 1.5, 60.0  # a plain year's wage as multiples of the least usual one


def evidence_by_shape(money: Money, here: Context, before: Cue) -> int:
    """Evidence of an amount without a pay word: "+ equity" after it, a unit of time, or a range alone among labels."""
    if here.has_more and money.least >= _LARGE and (money.marks or money.is_range):
        return 2
    if here.terms and money.is_range and money.scale == "k":
        return 3  # "UoP: 16-21k"
    if money.marks and (here.terms or (net_or_gross(here) and money.is_range)):
        return 3
    if is_wage(money, here):
        return int(_is_told_of_work(here, before) if money.is_range else before.kind != "block")
    if money.marks and before.kind != "block" and net_or_gross(here):
        unit, how = period(money, here, None)
        if how != "size" and is_yearly(money, unit):
            return 2
    if _is_by_experience(money, here, before):
        return 1
    is_label = before.kind == "weak" and len(here.before.split()) <= _LABEL_WORDS
    if is_label and money.is_range and money.scale == "k" and not money.marks:
        return 1  # "Range: 50-60k", in the country's money
    if not money.marks or cue_before(here.segment).kind == "block":
        return 0
    return int(_is_by_unit(money, here, before, is_label) or _is_by_size(money, here, before))


def _is_told_of_work(here: Context, before: Cue) -> bool:
    """Whether a range by a unit of time opens its clause, or stands in a sentence of work or of who is hired.

    In a running sentence of others it is what they make or spend."""
    if before.kind == "weak" or len(_EDGE.split(here.before)[-1].split()) < _LABEL_WORDS:
        return _QUOTED.search(here.before) is None
    around = f"{here.sentence} | {here.after}"
    return _ANCHOR.search(around) is not None or _AT_WORK.search(around) is not None or net_or_gross(here) is not None


def _is_by_unit(money: Money, here: Context, before: Cue, is_label: bool) -> bool:
    """Whether a unit of time beside it makes it a wage."""
    unit, how = period(money, here, None)
    if is_label and how == "before" and is_yearly(money, unit):
        return True  # "Hourly: $62", "Weekly rate 1,100 - 1,250"
    is_hour = unit == "hour" and here.is_terse
    if not money.is_range and not before.kind and _OF_A_THING.search(here.before[-40:]):
        return False
    is_named = money.is_range or before.kind == "weak" or money.least >= _LARGE or is_hour
    if how not in ("after", "between") or not (is_named or _is_alone(here)):
        return False
    return money.is_range or money.most * YEAR_FACTORS[unit] <= _WAGE_HIGH * year_low(money)


def _is_by_size(money: Money, here: Context, before: Cue) -> bool:
    """Whether it has the size of a year's pay, and is offered or stands beside who is paid."""
    unit, how = period(money, here, None)
    if before.kind == "block" or not is_yearly(money, "year" if how == "size" else unit):
        return False
    if not money.is_range:
        if _MEASURE.match(here.after) or money.least < _LARGE:
            return False
        is_offered = _OFFER.search(here.before[-60:]) is not None
        is_offered = is_offered or bool(_ROLE_AFTER.match(here.after) and _OPENS.fullmatch(here.before))
        return is_offered or (_is_alone(here) and _AT_WORK.search(here.rest) is not None)
    if before.kind == "weak" or here.is_terse:
        return True
    is_narrow = money.most <= NARROW * money.least
    return is_narrow and _ANCHOR.search(f"{here.sentence} | {here.after}") is not None


def _is_by_experience(money: Money, here: Context, before: Cue) -> bool:
    """Whether "depending on experience" follows, as it does after pay: "50-60k DOE", "jusqu'à 60 k€ selon profil"."""
    if not _BY_EXPERIENCE.match(here.after):
        return False
    if money.is_range and money.scale == "k":
        return True
    is_first = before.kind != "block" and len(here.before.split()) <= _LABEL_WORDS
    return bool(money.marks) and is_first and is_yearly(money)


def is_wage(money: Money, here: Context) -> bool:
    """Whether it is a range a unit of time that makes a usual year's wage: no stipend is that; one amount by the hour.

    Of one amount a day the line must speak of work, for there are allowances by the day."""
    if not money.marks:
        return False
    unit, how = period(money, here, None)
    if how not in ("after", "between") or not is_yearly(money, unit):
        return False
    if money.is_range:
        return True
    is_at_work = _AT_WORK.search(f"{here.sentence} | {here.rest[:90]}") is not None
    if unit not in ("hour", "day") or _ATTRIBUTE.search(here.before[-8:]) or _MEASURE.match(here.after):
        return False
    is_high = unit == "hour" or money.most * YEAR_FACTORS[unit] >= _HIGH * year_low(money)
    return is_at_work or (is_high and here.is_terse)


def is_standing(money: Money, here: Context, before: Cue) -> bool:
    """Whether a sentence begins with a narrow range of the size of a year's pay: "£61,000 - £78,000 depending on"."""
    if not (money.is_range and money.marks) or before.kind == "block" or money.most > NARROW * money.least:
        return False
    return is_yearly(money) and len(here.before.split()) <= _FEW_WORDS and cue_before(here.segment).kind != "block"


def is_said_of_pay(money: Money, here: Context, before: Cue) -> bool:
    """Whether the sentence is about pay, though another word stands nearer: "The pay range reflects the market: $1"."""
    if not before.salary_behind:
        return False
    if before.phrase in HIRED and not money.is_range and _PER_UNIT.match(here.after):
        return True
    if before.phrase in _SET_ASIDE and _is_marked_wage(money):
        return True  # "Salary: to be agreed (budget £65,000 - £75,000)"
    if not (money.is_range and _is_marked_wage(money)):
        return False
    return _SUBJECT.match(here.before[-260:]) is not None or _WITH_IT.search(here.before[-90:]) is not None


def _is_marked_wage(money: Money) -> bool:
    return bool(money.marks) and is_yearly(money)


def is_for_training(money: Money, here: Context, before: Cue) -> bool:
    """Whether it is what an apprentice is paid a month: "1.280 EUR im 1. Jahr"."""
    if not money.marks or money.is_range or before.kind == "block" or not is_of_training(here):
        return False
    least = year_low(money)
    return 0.05 * least <= money.least <= 0.3 * least


def is_by_lakh(money: Money, here: Context) -> bool:
    """Whether it is counted in lakhs a year, as in India pay is and little else: "28-40 LPA", "Rs 12 lakhs p.a."."""
    if money.scale not in _LAKHS:
        return False
    is_yearly = money.is_range and _BY_YEAR.match(here.after) is not None
    before = cue_before(here.before)
    if money.scale == "lpa":
        return not (before.is_binding and before.phrase in _ON_TOP)
    return is_yearly and before.kind != "block"


def is_budget(money: Money, here: Context) -> bool:
    """Whether it is like a year's wage, under the bare label "Budget", or a range set aside "for this role"."""
    if not money.marks or not (money.is_range or _is_hiring_budget(money, here)):
        return False
    if money.is_range and _FOR_THIS.match(here.after) and is_yearly(money):
        before = cue_before(here.before)
        return before.kind != "block" or before.phrase in _SET_ASIDE
    if "udget" not in here.before[-30:]:
        return False
    return is_yearly(money) and _BUDGET.search(here.before[-50:]) is not None


def _is_hiring_budget(money: Money, here: Context) -> bool:
    """Whether a single amount a year is the budget for a person: said so, or in India, where all pay is a "budget"."""
    unit = _BY_YEAR.match(here.after)
    if unit is None or _FOR_THINGS.match(here.after, unit.end()):
        return False
    return mark_codes()[money.marks[0]] == "INR" or _HIRING_BUDGET.search(here.before[-50:]) is not None


def is_count(money: Money, here: Context) -> bool:
    """Whether a bare number counts what is named right after it, or has its own label: "12,000 shops", "ID: 104"."""
    if money.marks or money.is_range:
        return False
    if money.scale:
        found = _COUNTED.match(here.after) if money.scale in (*_LAKHS[2:], "cr", "crore", "crores") else None
        return found is not None and not is_told_of_pay(found["word"])  # "26 lakh active borrowers"
    if here.before.strip() and not cue_before(here.before).kind:
        return True
    found = _COUNTED.match(here.after)
    return found is not None and not is_told_of_pay(found["word"])


def is_of_course(money: Money, here: Context) -> bool:
    """Whether it is what those are paid whom a course has placed: "average package 11 LPA"."""
    is_indian = money.scale in _LAKHS or bool(money.marks and mark_codes()[money.marks[0]] == "INR")
    return is_indian and _PLACED.search(here.sentence) is not None


def is_small_but_paid(money: Money, here: Context) -> bool:
    """Whether it is what an intern is paid by a unit of time, which may be little: "stage, 900 € / mois"."""
    return bool(money.marks) and _INTERN.search(f"{here.sentence} | {here.rest}") is not None


def is_errand(money: Money, here: Context) -> bool:
    """Whether "we pay" is said of a thing and not of the work: "we pay trains and a hotel up to £110"."""
    told = here.before[-60:]
    if money.is_range or not money.marks or "pay" not in told or money.most >= year_low(money):
        return False
    return _ERRAND.search(told) is not None


def is_beyond_pay(money: Money) -> bool:
    """Whether a single amount is pay by no unit of time: "$5", "€40 million". Its mark must say the currency."""
    if money.is_range or not money.marks:
        return False
    least, most = _fence(money.marks[0])
    return money.most * YEAR_FACTORS["hour"] < least or money.least > most


@cache
def _fence(mark: str) -> tuple[float, float]:
    """The least and the most that a year's pay can be in any currency of a mark."""
    if mark in _SHARED_MARKS:
        return 0.0, inf
    code = mark_codes()[mark]
    lows = [currencies()[one].year_low for one in (DOLLARS if code == DOLLAR else (code,))]
    return FENCE[0] * min(lows), FENCE[1] * max(lows)


def is_large_by_day(money: Money) -> bool:
    """Whether a day's sum is beyond any allowance: a contractor's rate."""
    return bool(money.marks) and money.most * YEAR_FACTORS["day"] >= _DAY_RATE * year_low(money)


def year_low(money: Money) -> float:
    return currencies()[mark_codes()[money.marks[0]]].year_low


def is_yearly(money: Money, unit: str = "year") -> bool:
    least = year_low(money)
    factor = YEAR_FACTORS[unit]
    return _WAGE_LOW * least <= money.least * factor and money.most * factor <= _WAGE_HIGH * least


def _is_alone(here: Context) -> bool:
    """Whether its clause holds little but the amount: "part-time, 30 euros an hour, remote"."""
    head, tail = _EDGE.split(here.before)[-1], _EDGE.split(here.after, maxsplit=1)[0]
    return len(head.split()) <= 1 and len(tail.split()) <= 4


def is_least(money: Money, here: Context) -> bool:
    """Whether a single amount is called the least that is paid, as Austrian law wants it stated."""
    if money.is_range or money.low is None:
        return False
    return _LEAST.search(here.before[-120:]) is not None or _LEAST_AFTER.match(here.after) is not None
