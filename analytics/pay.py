"""What a posting's text says about pay: every range, with its currency, period, component and label.

Most money in a posting is not pay (funding, stipends, quotas). An amount is pay when the nearest telling word says
so, before or after it, in its own sentence or in the heading over it, and when a year of it is a plausible income.
Nothing is guessed in silence: an inferred currency or period is flagged and lowers the confidence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from analytics.pay_beside import is_extra, is_for_applying, is_in_headline, is_stipend_alone, is_stipend_of_fellows
from analytics.pay_context import Context, component, currency, net_or_gross
from analytics.pay_currency import currencies
from analytics.pay_elsewhere import is_elsewhere, is_jobs_heading, is_under_other_jobs
from analytics.pay_label import labels
from analytics.pay_money import Money, find_money
from analytics.pay_others import is_for_referring, is_market, is_market_heading, is_of_them, is_page_of_others
from analytics.pay_period import period
from analytics.pay_shape import (
    FENCE,
    evidence_by_shape,
    is_beyond_pay,
    is_budget,
    is_by_lakh,
    is_count,
    is_errand,
    is_for_training,
    is_large_by_day,
    is_least,
    is_of_course,
    is_said_of_pay,
    is_small_but_paid,
    is_standing,
    is_wage,
)
from analytics.pay_share import read_bonus, read_equity
from analytics.pay_units import YEAR_FACTORS
from analytics.pay_words import DISCLOSED, HIRED, NONE, OFFERED, PER_DIEM, PLACES, WORK, Cue, cue_after, cue_before
from analytics.scan import Scan

__all__ = ["PayRange", "PayReading", "read_bonus", "read_equity", "read_pay", "scan_pay"]

MAX_CHARS = 1 << 18
WIDE_SPREAD = 4.0
_MOST_SPREAD = 5.0
_HEADING_WORDS = 4
_BESIDE = 0.3  # of the pay named before it
_BY_MONTH = frozenset(
    ("SGD", "HKD", "MYR", "PHP", "PLN", "CZK", "AED", "BRL", "RON", "HUF", "CLP", "MXN", "CNY", "TWD")
)  # where pay is told by the month
_NEAR_CHARS = 60  # "Base USD 120k-150k, OTE 170k-200k": the currency is said once
_ALL_BASE = re.compile(
    r"\b(?:this|these|both|ranges?|figures?|amounts?)\b[^.\n]{0,25}\b(?:is|are)\b[^.\n]{0,25}\bbase (?:salar|pay)", re.I
)
# "All other locations", "Tier 2 cities": places that a range is for, not those that a firm serves
_SOME = re.compile(
    r"\b(?:all|any|most|every|select(?:ed)?|remaining|certain|other|further|standard|primary|secondary|tier|zone|geo"
    r"|category|group|level|(?:high|low|mid|medium)(?:er)?[- ]cost)\b[^.:;,$€£]{0,30}$",
    re.I,
)
_ITEM = re.compile(r"[-•*–~]|\d{1,2}[.)] ")
_DIGIT = re.compile(r"\d")
_CONFIDENCE = ("high", "medium", "low")


@dataclass(slots=True)  # not frozen, which makes it three times as fast to make; nobody changes one
class PayRange:
    """One stated pay range; an open side is None. Amounts in major units of `currency` per `period`."""

    low: float | None
    high: float | None
    currency: str | None
    period: str
    component: str
    gross: str | None
    place: str | None
    level: str | None
    contract: str | None
    confidence: str
    raw: str
    start: int
    end: int
    source: str = "text"
    flags: tuple[str, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Whether both ends are stated and differ."""
        return None not in (self.low, self.high) and self.low != self.high

    def to_json(self) -> dict[str, object]:
        """The range under the keys of a reading; place, level and contract only where stated."""
        told: dict[str, object] = {
            "low": self.low, "high": self.high, "currency": self.currency, "period": self.period,
            "component": self.component, "gross": self.gross, "source": self.source, "confidence": self.confidence,
            "raw": self.raw, "start": self.start, "end": self.end,
        }  # fmt: skip
        told |= {key: value for key in ("place", "level", "contract") if (value := getattr(self, key)) is not None}
        return told


@dataclass(slots=True)
class PayReading:
    """All ranges of a text in order, and the flags of them and of what was refused."""

    ranges: list[PayRange]
    flags: tuple[str, ...]


@dataclass(slots=True)
class _Verdict:
    evidence: int  # 3 named as pay, 2 under a pay heading or in a list of pay, 1 by shape alone, 0 not pay
    cue: Cue
    follows: PayRange | None = None  # the range before it in the list that this amount goes on


def read_pay(text: str | Scan, country: str = "") -> list[PayRange]:
    """Every pay range that a plain text states; `country` (ISO2) settles a bare "$" and numbers without a currency."""
    return scan_pay(text, country).ranges


def scan_pay(text: str | Scan, country: str = "") -> PayReading:
    """As `read_pay`, with flags: currency_inferred, period_inferred, ambiguous_pay, implausible_pay, truncated."""
    text = text if isinstance(text, str) else text.text
    found, is_cut = find_money(text[:MAX_CHARS])
    ranges, flags = _ranges(text, found, country) if found else ([], set())
    if is_cut or len(text) > MAX_CHARS:
        flags.add("truncated")
    if ranges and is_page_of_others(text, len(ranges)):
        ranges = []
    if ranges:
        ranges = _without_repeats(_as_base(text, ranges))
        flags.update(*[pay.flags for pay in ranges])
    return PayReading(ranges, tuple(sorted(flags)))


def _ranges(text: str, found: list[Money], country: str) -> tuple[list[PayRange], set[str]]:
    """What of the money is pay, and the flags of what was refused."""
    ranges: list[PayRange] = []
    flags: set[str] = set()
    for at, money in enumerate(found):
        if is_beyond_pay(money):
            continue
        here = Context(text, found, at)
        last = ranges[-1] if ranges else None
        verdict = _verdict(text, money, here, last)
        if not verdict.evidence or _is_of_others(money, here):  # asked last, as it costs most
            continue
        pay, refused = _pay(text, money, here, verdict, last, country)
        if pay is not None:
            ranges.append(pay)
        elif refused:
            flags.add(refused)
    return ranges, flags


def _as_base(text: str, ranges: list[PayRange]) -> list[PayRange]:
    """Those of open component as base, where a sentence behind the last says so: "These are base salaries."."""
    if all(pay.component != "unspecified" for pay in ranges):
        return ranges
    if not _ALL_BASE.search(text, ranges[-1].end, ranges[-1].end + 300):
        return ranges
    return [replace(pay, component="base") if pay.component == "unspecified" else pay for pay in ranges]


def _verdict(text: str, money: Money, here: Context, last: PayRange | None) -> _Verdict:
    """By the words around it; whose pay it is has then still to be asked."""
    if is_by_lakh(money, here) or is_budget(money, here):
        told = cue_before(here.before)
        return _Verdict(3, Cue("salary" if told.kind == "salary" else "pay", told.phrase))
    is_open = here.after.startswith("+") and not here.has_more  # "$50k+ contracts"
    after = cue_after(here.after[is_open:], money.is_range)
    if after.kind:
        return _Verdict(0 if after.kind == "block" else 3, after)
    before = _before(money, here)
    if before.kind in ("salary", "pay"):
        return _Verdict(3, before)
    if is_for_training(money, here, before) or is_stipend_of_fellows(money, here, before):
        return _Verdict(3, Cue("pay", before.phrase))
    if is_stipend_alone(money, here, before):
        return _Verdict(3, Cue("pay", before.phrase))
    if is_in_headline(money, here, before):
        return _Verdict(2, before)
    if before.kind == "block" and is_said_of_pay(money, here, before):
        return _Verdict(3, Cue("salary", before.salary_behind))
    is_binding = before.is_binding and before.phrase not in HIRED  # "interns $40 an hour, PhD students $50 an hour"
    if before.kind == "block" and (is_binding or last is None or not _continues(text, money, last, before)):
        spoken = before.salary_behind and money.is_range and not is_binding
        return _Verdict(3, Cue("salary", before.salary_behind)) if spoken else _Verdict(0, before)
    if last is not None and _continues(text, money, last, before):
        is_other = any(map(is_jobs_heading, here.leads))
        return _Verdict(
            0 if is_other else 2, Cue("salary" if last.component == "base" else "pay", last.component), last
        )
    return _by_lead(money, here, before)


def _is_of_others(money: Money, here: Context) -> bool:
    if is_count(money, here) or is_errand(money, here) or is_for_applying(money, here) or is_of_course(money, here):
        return True
    if is_for_referring(money, here) or is_extra(money, here):
        return True
    return is_market(here) or is_of_them(here, money.is_range) or is_elsewhere(here, money.is_range)


def _before(money: Money, here: Context) -> Cue:
    """The cue before it; work that is named is none: "a freelance assignment at 80 - 95 euro an hour".

    Nor are the places that a range is for: "All other locations: $1 - $2" is called what stands before those."""
    before = cue_before(here.before)
    if money.is_range and (before.phrase in PLACES or before.phrase == "cost"):  # "in high-cost regions"
        ahead = here.before[: here.before.lower().rfind(before.phrase) + len(before.phrase)]
        label = _SOME.search(ahead, max(0, len(ahead) - 50))
        before = cue_before(ahead[: label.start()]) if label else before
    is_day_rate = before.phrase == PER_DIEM and is_large_by_day(money)
    if is_day_rate or (before.phrase in DISCLOSED and money.is_range):
        return Cue("pay", before.phrase)
    return NONE if before.phrase in WORK and is_wage(money, here) else before


def _by_lead(money: Money, here: Context, before: Cue) -> _Verdict:
    """By the lines above, where the sentence itself says nothing; a plain wage needs none."""
    is_plain, is_alone = is_wage(money, here), is_standing(money, here, before)
    for at, lead in enumerate(here.leads):
        if is_market_heading(lead) or is_jobs_heading(lead):
            return _Verdict(0, before)
        cue = cue_before(lead)
        if cue.phrase in DISCLOSED and money.is_range:
            return _Verdict(2, Cue("pay", cue.phrase))
        if cue.kind == "block" and money.is_range and at and _is_header(here.leads[at : at + 2]):
            continue
        if cue.kind in ("salary", "pay"):
            return _Verdict(2, cue)
        is_apart = is_plain or (is_alone and (at > 1 or cue.phrase in OFFERED or _is_item(lead)))
        is_row = ": " in lead  # "Duration: 6 months with option to extend" is no heading
        if cue.kind == "block" and not (is_apart or is_row) and (lead.endswith(":") or len(lead) <= 40):
            return _Verdict(0, cue)
    evidence = evidence_by_shape(money, here, before)
    if evidence and is_under_other_jobs(here.text, money.start):
        return _Verdict(0, before)
    return _Verdict(evidence, before)


def _is_item(line: str) -> bool:
    """Whether a line is an item of a list rather than a heading: by its mark, or too long for one."""
    return _ITEM.match(line) is not None or len(line.split()) > _HEADING_WORDS


def _is_header(cells: tuple[str, ...]) -> bool:
    """Whether a cell of other money stands beside one of pay in the head of a table: "Base | Equity"."""
    if len(cells) < 2 or any(len(cell.split()) > 4 or _DIGIT.search(cell) for cell in cells):
        return False
    return cue_before(cells[1]).kind in ("salary", "pay")


def _continues(text: str, money: Money, last: PayRange, before: Cue) -> bool:
    """Whether the amount goes on a list of pay: near, alike in size, and of the same form. `before` is what its own
    sentence calls it: "In Texas the range is $1 - $2" goes on whatever else the sentence before named."""
    between = text[last.end : money.start]
    was_range = last.low != last.high
    if len(between) > 220 or between.count("\n") > 5 or was_range != money.is_range:
        return False
    cue = NONE if before.kind == "weak" and was_range else cue_before(between)
    if cue.kind == "block" and cue.phrase not in HIRED | PLACES and (cue.is_binding or not money.is_range):
        return False
    least = last.low if last.low is not None else last.high or 0.0
    return 0.25 <= money.least / max(least, 0.01) <= 4


def _pay(
    text: str, money: Money, here: Context, verdict: _Verdict, last: PayRange | None, country: str
) -> tuple[PayRange | None, str]:
    """The range as pay, or None and the flag that says why it was refused."""
    code, is_guess = currency(money, here, country)
    before = verdict.follows
    near = before or (last if last is not None and money.start - last.end <= _NEAR_CHARS else None)
    if near is not None and is_guess and not money.marks:
        code, is_guess = near.currency, "currency_inferred" in near.flags
    if code is None and (verdict.evidence < 3 or not (money.is_range or money.scale)):
        return None, ""
    year_low = currencies()[code].year_low if code else 10_000.0
    if here.has_odd_unit:
        return None, "ambiguous_pay"
    unit, how = period(money, here, year_low)
    if how == "size" and before is not None:
        unit, how = before.period, "size" if "period_inferred" in before.flags else "list"
    if money.least > money.most or not _is_plausible(money, unit, year_low):
        return None, "implausible_pay" if verdict.evidence == 3 and money.is_range else ""
    if last is not None and _is_beside(money, unit, code, verdict, last):
        return None, ""
    is_paid = how == "after" and is_small_but_paid(money, here)
    is_brief = verdict.cue.kind == "salary" and len(here.before.split()) <= _HEADING_WORDS
    is_paid = is_paid or (unit == "month" and code in _BY_MONTH and verdict.evidence == 3 and is_brief)
    if not is_paid and _is_doubtful(money, unit, how, verdict, year_low):
        return None, "ambiguous_pay" if verdict.evidence == 3 else ""
    is_wide = money.is_range and money.most > WIDE_SPREAD * money.least
    told = {"currency_inferred": is_guess, "period_inferred": how == "size", "implausible_pay": is_wide}
    is_sure = verdict.evidence == 3 and not is_guess and (how != "size" or money.least >= 2 * year_low)
    confidence = "low" if is_wide or verdict.evidence == 1 or code is None else "high" if is_sure else "medium"
    place, level, contract = labels(here)
    return PayRange(
        low=money.low, high=None if is_least(money, here) else money.high,
        currency=code, period=unit, component=component(here, verdict.cue),
        gross=_gross(here, near, code, contract), place=place, level=level, contract=contract, confidence=confidence,
        raw=text[money.start : money.end], start=money.start, end=money.end,
        flags=tuple(flag for flag, holds in told.items() if holds),
    ), ""  # fmt: skip


def _is_beside(money: Money, unit: str, code: str | None, verdict: _Verdict, last: PayRange) -> bool:
    """Whether a single sum in a list that has named the pay is far too small for it: "$190k–$240k base", "$15k"."""
    if money.is_range or verdict.evidence > 2 or verdict.follows is not None or (last.currency or code) != code:
        return False
    least = (last.low or last.high or 0.0) * YEAR_FACTORS[last.period]
    return money.most * YEAR_FACTORS[unit] < _BESIDE * least


def _gross(here: Context, near: PayRange | None, code: str | None, contract: str | None) -> str | None:
    """Gross or net by its own words, by a heading, or as the range before it in the list."""
    told = net_or_gross(here)
    if told or near is None or (near.currency, near.contract) != (code, contract):
        return told
    return near.gross


def _is_plausible(money: Money, unit: str, year_low: float) -> bool:
    factor = YEAR_FACTORS[unit]
    is_spread = money.is_range and money.most > _MOST_SPREAD * money.least
    lowest, highest = (bound * year_low for bound in FENCE)
    return not is_spread and lowest <= money.most * factor and money.least * factor <= highest


def _is_doubtful(money: Money, unit: str, how: str, verdict: _Verdict, year_low: float) -> bool:
    """Small or huge amounts need more than a heading: "$150/month" under "Compensation" is a perk."""
    a_year = money.most * YEAR_FACTORS[unit]
    if money.scale in ("m", "mm", "million") and year_low < 90_000:
        return verdict.evidence < 3 or money.is_range
    if how == "size" and unit != "year":
        is_headed = money.is_range and (verdict.cue.kind == "salary" or verdict.follows is not None)
        return (verdict.evidence < 3 and not is_headed) or (not money.is_range and unit != "hour")
    return verdict.evidence < 3 and a_year < (1.0 if money.is_range else 1.5) * year_low


def _without_repeats(ranges: list[PayRange]) -> list[PayRange]:
    """Each range once, at its surest; ranges that differ only in a stated place, level or contract are all kept."""
    kept: dict[tuple[object, ...], list[PayRange]] = {}
    for pay in ranges:
        if not pay.is_closed and _is_end(pay, ranges):
            continue
        same = kept.setdefault((pay.low, pay.high, pay.currency, pay.period), [])
        if not same or (any(_label(pay)) and all(any(_label(p)) and _label(p) != _label(pay) for p in same)):
            same.append(pay)
        elif len(same) == 1:
            same[0] = _surer(same[0], pay)
    return sorted((pay for same in kept.values() for pay in same), key=lambda pay: pay.start)


def _is_end(pay: PayRange, ranges: list[PayRange]) -> bool:
    """Whether a range says it all: "earn up to $45 an hour" over "$25 - $45 an hour", but not where lower pay is named
    too, for then it is the end of the whole."""
    alike = [one for one in ranges if (one.currency, one.period) == (pay.currency, pay.period)]
    end, lows = pay.low or pay.high, [one.low for one in alike if one.low is not None]
    whole = [one for one in alike if one.is_closed and end in (one.low, one.high)]
    is_top = pay.low is None and any(low < (one.low or 0.0) for one in whole for low in lows)
    return bool(whole) and not is_top


def _surer(one: PayRange, other: PayRange) -> PayRange:
    """Of two statements of one range the surer, with what only the other says."""
    best, rest = sorted((one, other), key=lambda pay: _CONFIDENCE.index(pay.confidence))
    told = best if best.component != "unspecified" else replace(best, component=rest.component)
    return told if any(_label(told)) else replace(told, place=rest.place, level=rest.level, contract=rest.contract)


def _label(pay: PayRange) -> tuple[str | None, str | None, str | None]:
    return (pay.place, pay.level, pay.contract)
