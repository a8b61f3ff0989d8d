"""Pay of any period and currency as US dollars a year, at the European Central Bank's rate of the day.

The rates come with the currency_converter package, offline. They are loaded on first need (a quarter of a second). A
posting is converted at the rate of its own day, so later rates never look like a change of pay.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analytics.numeric import Floats
from analytics.pay_units import YEAR_FACTORS as YEAR_FACTORS

if TYPE_CHECKING:
    from currency_converter import CurrencyConverter

FENCES_USD_YEAR = (10_000, 1_500_000)
US_BASE_LEAST_USD_YEAR = 30_000
STALE_DAYS = 92  # the rates are released about monthly: newer days take the last known one, but not for ever


def annual_usd(pay: Mapping[str, Any], on: date) -> tuple[float | None, float | None]:
    """(low, high) in US dollars a year, None for an open side; (None, None) where no honest number can be given.

    `pay` has low, high, currency, period, and component where known. No number: unknown currency or period, no rate on
    or before `on`, or an amount outside the fences (US base pay 30 thousand, other pay 10 thousand, to 1.5 million).
    An inverted pair is put in order. Factors: 2080 hours, 260 days, 52 weeks, 12 months a year.
    """
    ends = [_number(pay.get("low")), _number(pay.get("high"))]
    factor = YEAR_FACTORS.get(str(pay.get("period")))
    currency = pay.get("currency")
    rate = usd_rate(currency, on) if isinstance(currency, str) and factor else None
    if rate is None or factor is None:
        return None, None
    low, high = (None if end is None else end * factor * rate for end in ends)
    if low is not None and high is not None and low > high:
        low, high = high, low
    is_us_base = currency == "USD" and pay.get("component") == "base"
    least = US_BASE_LEAST_USD_YEAR if is_us_base else FENCES_USD_YEAR[0]
    known = [end for end in (low, high) if end is not None]
    return (low, high) if all(least <= end <= FENCES_USD_YEAR[1] for end in known) else (None, None)


def annual_usd_columns(pay: pd.DataFrame, on: pd.Series[Any]) -> tuple[Floats, Floats]:
    """`annual_usd` of each row of `pay` (low, high, currency, period, component) at its day `on`, NaN for None."""
    factor = pay["period"].astype("str").map(YEAR_FACTORS).to_numpy(float) * 1
    rate = _usd_rates(pay["currency"].astype("str"), on)
    ends = [pay[name].to_numpy(float) * factor * rate for name in ("low", "high")]
    low, high = np.where(ends[0] > ends[1], ends[::-1], ends)
    is_us_base = (pay["currency"].eq("USD") & pay["component"].eq("base")).to_numpy(bool)
    least = np.where(is_us_base, US_BASE_LEAST_USD_YEAR, FENCES_USD_YEAR[0])
    outside = (np.fmin(low, high) < least) | (np.fmax(low, high) > FENCES_USD_YEAR[1])
    low[outside], high[outside] = np.nan, np.nan
    return low, high


def _usd_rates(currency: pd.Series[Any], on: pd.Series[Any]) -> Floats:
    """`usd_rate` of each row, asked once for each currency and day."""
    asked = pd.DataFrame({"currency": currency.to_numpy(), "on": on.to_numpy()})
    each = asked.drop_duplicates()
    rates = [usd_rate(code, day.date()) for code, day in zip(each["currency"], each["on"], strict=True)]
    number = asked.groupby(["currency", "on"], sort=False).ngroup()
    return np.array(rates, float)[number]


@cache
def usd_rate(currency: str, on: date) -> float | None:
    """US dollars for one unit on a day, or on the last day before it with a rate; None when there is none."""
    if currency == "USD":
        return 1.0
    rates = _rates()
    if currency not in rates.currencies or "USD" not in rates.currencies:
        return None
    last = min(rates.bounds[code].last_date for code in (currency, "USD"))
    if on - last > timedelta(days=STALE_DAYS):
        return None
    return _last_rate(currency, min(on, last))


def _last_rate(currency: str, on: date) -> float | None:
    from currency_converter import RateNotFoundError

    for days in range(10):  # over the longest run of bank holidays
        try:
            return float(_rates().convert(1, currency, "USD", on - timedelta(days=days)))
        except RateNotFoundError:
            continue
    return None


@cache
def _rates() -> CurrencyConverter:
    from currency_converter import CurrencyConverter

    return CurrencyConverter()


def _number(value: Any) -> float | None:
    return None if value is None or not isinstance(value, (int, float)) or math.isnan(value) else float(value)
