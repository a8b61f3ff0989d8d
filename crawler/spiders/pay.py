"""Pay as platforms type it: amounts, and the words beside them that name period and component.

Nothing is guessed: a period that no word or field names stays '', an unknown interval stays in `Pay.raw`. Whether 72 is
an hourly wage is for the readers in `analytics` to decide, who can change their mind.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, Final

from selectolax.lexbor import LexborNode

from crawler.spiders.fields import MOST_MARKUP, items, mapping, number, plain_of, text, typed_number
from store.markup import parse_html
from store.posting import Pay

ZERO_DECIMAL: Final = frozenset({"CLP", "ISK", "JPY", "KRW", "UGX", "VND", "XAF", "XOF"})
PERIODS: Final = {
    "year": re.compile(
        r"\b(?:annual(?:ly|i[sz]ed)?(?! (?:bonus|leave|performance|equity|refresh))|yearly|(?:per|a) (?:year|annum))\b"
        r"|/ ?(?:yr|year)\b",
        re.I,
    ),
    "month": re.compile(r"(?<!semi[- ])(?<!bi[- ])\b(?:monthly|per month)\b|/ ?month\b", re.I),
    "week": re.compile(r"(?<!bi[- ])(?<!hours )(?<!days )\b(?:weekly|per week)\b|(?<!hours)(?<!days)/ ?week\b", re.I),
    "day": re.compile(r"(?<!hours )\b(?:daily|per day|per diem)\b|(?<!hours)/ ?day\b", re.I),
    "hour": re.compile(r"\b(?:hourly|per hour|an hour)\b|/ ?(?:hr|hour)\b", re.I),
}
PERIOD_WORDS: Final = {
    word: period
    for period, words in {
        "year": "year yearly annual annually annum yr",
        "month": "month monthly",
        "week": "week weekly",
        "day": "day daily",
        "hour": "hour hourly hr",
    }.items()
    for word in words.split()
}
_DIVIDED = re.compile(r"\d|(?<![a-z])(?:bi|semi|half|twice|two)(?![a-z])")
_TARGET = re.compile(r"\bOTE\b|\bon[- ]target", re.I)
_TOTAL = re.compile(r"\btotal (?:target )?(?:cash|comp|compensation|pay|remuneration)\b", re.I)
_BASE = re.compile(r"\bbase\b", re.I)
_BASE_AND_MORE = re.compile(r"\bbase\b(?: salary| pay)?(?: ?[+&/] ?| and | plus )(?:commission|bonus|variable)", re.I)
_SALES_CLAUSE = re.compile(r"\bfor (?:\w{1,20} ){0,3}(?:sales|commission\w{0,10}|quota\w{0,10})\b[^.]{0,400}+\.?", re.I)
_SALES_TITLE = re.compile(r"\b(?:sales|account (?:executive|manager|director)|business development)\b", re.I)
_AMOUNT = re.compile(r"\d{1,3}(?:[,.'’\u00a0\u202f ]\d{3})+(?!\d)|\d{1,12}")
_DECIMALS = re.compile(r"[.,](\d{1,2})(?!\d)")
_CURRENCY = re.compile(r"(?<![A-Z])[A-Z]{3}(?![A-Z])")


def greenhouse_pay(ranges: Any, html: str, title: str) -> tuple[Pay, ...]:
    """Pay of `pay_input_ranges`, or where that is empty of the pay markup inside the advertisement."""
    typed = [_typed_pay(mapping(entry), title) for entry in items(ranges)]
    told = tuple(pay for pay in typed if pay.low is not None or pay.high is not None)
    if told or "pay-input" not in html:
        return told
    start = html.rfind("<", 0, max(0, html.find("content-pay-transparency")))
    markup = html[max(0, start) : start + MOST_MARKUP]  # the block alone: a whole page may be nested without end
    blocks = parse_html(markup).css("div.content-pay-transparency div.pay-input")
    return tuple(_printed_pay(block, title) for block in blocks if block.css_first(".pay-range span"))


def component_of(words: str) -> str:
    """ote, total, base or unspecified, by the words beside an amount."""
    if _TARGET.search(words):
        return "ote"
    if _TOTAL.search(words):
        return "total"
    return "base" if _BASE.search(words) and not _BASE_AND_MORE.search(words) else "unspecified"


def period_of(words: str) -> str:
    """The one pay period that the words name; '' when they name none or several. Magnitude is never asked."""
    named = [period for period, pattern in PERIODS.items() if pattern.search(words)]
    return named[0] if len(named) == 1 else ""


def period_named(word: Any) -> str:
    """The period that a field names: `year`, `YEARLY`, `annually`, `per-hour-wage`; '' for anything else.

    Half of a period, or two of them (`bi-week`, `semi-month`, `2 WEEK`), is none.
    """
    told = text(word).lower()
    found = {PERIOD_WORDS[part] for part in re.findall(r"[a-z]+", told) if part in PERIOD_WORDS}
    return found.pop() if len(found) == 1 and not _DIVIDED.search(told) else ""


def amount_of(printed: str) -> float | None:
    """The first amount of a printed price: 265000.0 for "$265,000", 72.5 for "72,50 €"."""
    whole = _AMOUNT.search(printed)
    if whole is None:
        return None
    cents = _DECIMALS.match(printed, whole.end())
    return float(re.sub(r"\D", "", whole[0]) + (f".{cents[1]}" if cents else ""))


def typed_pay(low: Any, high: Any, currency: Any, period: str, words: list[str]) -> Pay:
    """A pay statement of a platform's own fields; `raw` keeps them as typed, with the words beside them."""
    typed = " - ".join("" if value is None else json.dumps(value)[:60] for value in (low, high)).strip(" -")
    told = [f"{typed} {text(currency)}".strip(), *words]
    raw = "; ".join(part for part in told if part)
    return Pay(low=number(low), high=number(high), currency=text(currency), period=period, raw=raw)


def pay_of(low: Any, high: Any, currency: Any, period: str, words: list[str], **more: Any) -> tuple[Pay, ...]:
    """The one `typed_pay` of a row, or of a part of it, with `more` of its fields; none without an amount."""
    told = typed_pay(low, high, currency, period, words)
    return () if told.low is told.high is None else (replace(told, **more),)


def pay_at(
    row: Any, keys: str = "min max currency period", words: str = "", *, as_text: bool = True, **more: Any
) -> tuple[Pay, ...]:
    """The same of the four keys of an object, `words` beside them; amounts are read where they were typed as text."""
    low, high, currency, period = (mapping(row).get(key) for key in keys.split())
    low, high = (typed_number(low), typed_number(high)) if as_text else (low, high)
    return pay_of(low, high, currency, period_named(period), [text(period).strip(), words], **more)


def _typed_pay(entry: dict[str, Any], title: str) -> Pay:
    label, blurb, currency = text(entry.get("title")), plain_of(text(entry.get("blurb"))), entry.get("currency_type")
    unit = "cents of a zero-decimal currency" if text(currency).strip().upper() in ZERO_DECIMAL else "cents"
    period = period_of(label) or period_of(blurb)
    typed = typed_pay(entry.get("min_cents"), entry.get("max_cents"), currency, period, [unit, label, blurb])
    component = component_of(f"{label}. {_own_words(blurb, title)}")
    return replace(typed, low=_major(typed.low), high=_major(typed.high), component=component, label=label)


def _printed_pay(block: LexborNode, title: str) -> Pay:
    label, words = _words(block, ".title"), _words(block, ".description")
    printed = [span.text().strip() for span in block.css(".pay-range span:not(.divider)")]
    code = _CURRENCY.search(printed[-1])  # the code follows the last amount only
    return Pay(
        low=amount_of(printed[0]),
        high=amount_of(printed[-1]),
        currency=code[0] if code else "",
        period=period_of(label) or period_of(words),
        component=component_of(f"{label}. {_own_words(words, title)}"),
        label=label,
        raw=f"{' - '.join(printed)} {label} {words}",
    )


def _own_words(words: str, title: str) -> str:
    """The words without the clause on sales roles that boards paste below every role, unless this is one."""
    return words if _SALES_TITLE.search(title) else _SALES_CLAUSE.sub(" ", words)


def _words(block: LexborNode, selector: str) -> str:
    node = block.css_first(selector)
    return " ".join(node.text(separator=" ").split()) if node else ""


def _major(cents: float | None) -> float | None:
    return None if cents is None else round(cents / 100, 2)
