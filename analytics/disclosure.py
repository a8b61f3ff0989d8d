"""Which pay of a posting enters the statistics, and where the law asks for pay in the advertisement.

The headline is annual base pay in US dollars at the rate of the opening day, as the geometric midpoint of the posted
range (methods 4.1-4.6). One posting has one headline; what is left out is left out by rules that stand here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.typing import NaTType

from analytics.money import YEAR_FACTORS
from analytics.numeric import Bools, Floats
from analytics.spells import KEY

LADDER = 2.5  # high / low above this joins several levels: no midpoint
IMPLAUSIBLE = 5.0  # high / low of a single range above this is a misreading
FENCES_USD_YEAR = (10_000, 1_500_000)
SOURCES = ("structured", "text")  # the platform's own fields before the text
COMPONENTS = ("base", "unspecified")  # base before pay that is called nothing; ote and total are never headline
AnnualUsd = Callable[[pd.DataFrame, pd.Series], tuple[Floats, Floats]]
HEADLINE = {
    "posting_id": "str", "spell": "int64", "pay_low_usd_year": "float64", "pay_high_usd_year": "float64",
    "pay_mid_usd_year": "float64", "n_ranges": "int64", "is_ladder": "bool",
}  # fmt: skip
HEADLINE_LOCAL = {
    "posting_id": "str", "spell": "int64", "currency": "str", "period": "str", "pay_low_local_year": "float64",
    "pay_high_local_year": "float64", "pay_mid_local_year": "float64",
}  # fmt: skip


def headline_pay(pay: pd.DataFrame, key: Sequence[str] = KEY) -> pd.DataFrame:
    """One row a posting spell with usable pay: `HEADLINE`, amounts in US dollars a year.

    `pay` is the frame of `Market.pay` plus company; `key` names the columns that tell posting spells apart. Of one
    posting the best source, then the best component counts; several ranges of it (places, levels) give the union. The
    midpoint is NaN for a one-sided range and for a ladder.
    """
    by = list(key)
    best = _best_ranges(pay, by)
    per = best.groupby(by, as_index=False).agg(
        pay_low_usd_year=("low_usd_year", "min"),
        pay_high_usd_year=("high_usd_year", "max"),
        n_ranges=("low_usd_year", "size"),
    )
    per["is_ladder"] = per["pay_high_usd_year"] > per["pay_low_usd_year"] * LADDER
    middle = (per["pay_low_usd_year"] * per["pay_high_usd_year"]) ** 0.5
    per["pay_mid_usd_year"] = middle.where(~per["is_ladder"])
    told = {name: kind for name, kind in HEADLINE.items() if name in by or name not in KEY}
    return per[[*(name for name in by if name not in told), *told]].astype(told)


def headline_local(pay: pd.DataFrame) -> pd.DataFrame:
    """The ranges of `headline_pay` in their own currency: `HEADLINE_LOCAL`, one row a posting spell, units a year.

    No exchange rate enters the amounts, so what is built on them is the same at any rates.
    """
    best = _best_ranges(pay, KEY)
    factor = best["period"].map(YEAR_FACTORS).astype("float64")
    low, high = best["low"] * factor, best["high"] * factor
    turned = low > high
    best = best.assign(least=low.where(~turned, high), most=high.where(~turned, low))
    per = best.groupby(KEY, as_index=False).agg(
        currency=("currency", "first"),
        period=("period", "first"),
        pay_low_local_year=("least", "min"),
        pay_high_local_year=("most", "max"),
    )
    low, high = per["pay_low_local_year"], per["pay_high_local_year"]
    per["pay_mid_local_year"] = ((low * high) ** 0.5).where(~(high > low * LADDER))
    return per[list(HEADLINE_LOCAL)].astype(HEADLINE_LOCAL)


def _best_ranges(pay: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """The usable ranges of the best source, then component, of each posting, in the first one's currency."""
    by = list(key)
    usable = pay[is_usable(pay) & _is_near_base(pay)].copy()
    source, component = (usable["source"].eq(SOURCES[1]), usable["component"].eq(COMPONENTS[1]))
    usable["rank"] = source * 10 + component * 1
    best = usable[usable["rank"].eq(usable.groupby(by)["rank"].transform("min"))]
    return best[best["currency"].eq(best.groupby(by)["currency"].transform("first"))]


def pay_in_dollars(pay: pd.DataFrame, annual_usd: AnnualUsd) -> pd.DataFrame:
    """`pay` with low_usd_year, high_usd_year, mid_usd_year (geometric, NaN for a one-sided range), is_ladder.

    `annual_usd` converts ranges at the rate of a day: the opening day, or the first sighting where it is unknown. The
    rate is of that day for ever, so a later rate never looks like a change of pay.
    """
    on = pay["opened_on"].fillna(pay["first_seen_at"].dt.tz_localize(None).dt.normalize())
    low, high = annual_usd(pay, on)
    is_ladder = high > low * LADDER
    dollars = pay.assign(low_usd_year=low, high_usd_year=high, mid_usd_year=np.sqrt(low * high), is_ladder=is_ladder)
    return dollars.drop(columns="first_seen_at")


def is_usable(pay: pd.DataFrame) -> pd.Series[Any]:
    """Whether a range is employees' gross base pay, converted to US dollars a year and plausible."""
    low, high = pay["low_usd_year"], pay["high_usd_year"]
    least, most = low.fillna(high), high.fillna(low)
    kind = pay["component"].isin(COMPONENTS) & pay["source"].isin(SOURCES) & ~pay["contract"] & pay["gross"].ne("net")
    return kind & (least >= FENCES_USD_YEAR[0]) & (most <= FENCES_USD_YEAR[1]) & (most <= least * IMPLAUSIBLE)


def _is_near_base(pay: pd.DataFrame) -> pd.Series[Any]:
    """False for a range called neither base nor anything else that lies outside all base pay of its employer."""
    base = pay[pay["component"].eq("base") & is_usable(pay)].groupby("company")
    low, high = pay["low_usd_year"], pay["high_usd_year"]
    least = pay["company"].map(base["low_usd_year"].min()).astype("float64")
    most = pay["company"].map(base["high_usd_year"].max()).astype("float64")
    outside = (high.fillna(low) < least) | (low.fillna(high) > most)
    return pay["component"].eq("base") | ~outside


@cache
def laws() -> pd.DataFrame:
    """The pay-transparency laws of analytics/laws.csv: in_force_on, country, region, region_name, in_ad, note, source,
    checked_on."""
    with files("analytics").joinpath("laws.csv").open(encoding="utf-8") as stream:
        return pd.read_csv(stream, dtype="str", keep_default_na=False, parse_dates=["in_force_on", "checked_on"])


def under_pay_law(places: Iterable[Iterable[tuple[str, str]]], on: pd.Series[Any]) -> Bools:
    """Whether a law asked for pay in the advertisement at one of a posting's (country, region) places on a day."""
    code, known = pd.factorize(pd.Series(list(places), dtype="object"))
    begun = pd.Series([_first_day(held) for held in known], dtype="datetime64[us]").to_numpy()
    return np.asarray(begun[code] <= on.to_numpy())


def _first_day(places: Iterable[tuple[str, str]]) -> pd.Timestamp | NaTType:
    begun = _first_law()
    return min((begun[key] for place in places if (key := _place_key(*place)) in begun), default=pd.NaT)


@cache
def _first_law() -> dict[tuple[str, str], pd.Timestamp]:
    in_ad = laws()[laws()["in_ad"].eq("yes")].sort_values("in_force_on", ascending=False)
    days_ = list(in_ad["in_force_on"])
    named = [zip(in_ad["country"], in_ad[name], days_, strict=True) for name in ("region", "region_name")]
    return {_place_key(country, region): day for rows in named for country, region, day in rows}


def _place_key(country: str, region: str) -> tuple[str, str]:
    return country.upper(), region.casefold()
