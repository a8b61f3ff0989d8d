"""How far the pay headline leans on its choices: one window, estimated in every other defensible way.

Structured and stated pay of one posting are two observations. The headline takes the platform's own fields before the
text (`disclosure.SOURCES`); here both stand apart, with the share of postings in which they agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from analytics.disclosure import COMPONENTS, SOURCES, headline_pay
from analytics.numeric import Bools, Floats, Ints, t_quantile
from analytics.offers_bounds import (
    Estimate,
    chance,
    interval_lognormal,
    inverse_chance,
    logit,
    quantile_of,
    turnbull,
    weighted_mean,
    weighted_median,
    worst_case,
)  # fmt: skip
from analytics.series import MIN_PAY, Calendar
from analytics.share import reason_few, share, wilson
from analytics.spells import KEY

COLUMNS = {
    "week": "str", "estimator": "str", "unit": "str", "value": "float64", "low": "float64", "high": "float64",
    "n": "int64", "employers": "int64", "reason": "str",
}  # fmt: skip
AGREE = 0.02  # both ends of two ranges differ by at most this
CHANCE_COLUMNS = ["level", "country", "work_mode", "pay_law"]
MIN_OF_EMPLOYER, MOST_EMPLOYERS = 10, 100  # employers with a term of their own in the chance to state pay
RIDGE = 1.0
TOO_HIDDEN = "disclosure too low for bounds"
MID = "pay_mid_usd_year"


def pay_sensitivity(
    items: pd.DataFrame, paid: pd.DataFrame, pay: pd.DataFrame, calendar: Calendar, window: int = 4, week: str = "",
) -> pd.DataFrame:  # fmt: skip
    """One row an estimator for the window that ends with `week` (the newest publishable one): `COLUMNS`.

    `items` are new postings (company, week_number, `KEY`, pay_*_usd_year, `CHANCE_COLUMNS`), `paid` the frame of
    `offers_flags.pay_items`, `pay` that of `Market.pay` with company. unit: usd_year, ratio or share. A row that the
    sample does not carry is NaN with its reason. No publishable window gives no row.
    """
    fit = calendar.labels.index(week) if week in calendar.labels else _newest(calendar)
    if fit < 0 or (week and week not in calendar.labels):
        return pd.DataFrame(columns=list(COLUMNS)).astype(COLUMNS)
    last = calendar.weeks[fit]
    held = items[(items["week_number"] <= last) & (items["week_number"] > last - window)]
    flagged = paid.loc[paid["is_outlier"], KEY].assign(is_outlier=True)
    held = held.merge(flagged, on=KEY, how="left")
    held["is_outlier"] = held["is_outlier"].eq(True)
    pay = pay.merge(held[KEY], on=KEY, how="inner")
    rows = [*_medians(held), *_models(held), *_hidden(held), *_sources(held, pay)]
    table = pd.DataFrame(rows).assign(week=calendar.labels[fit])
    return table[list(COLUMNS)].astype(COLUMNS)


def _newest(calendar: Calendar) -> int:
    fit = np.flatnonzero(calendar.publishable)
    return int(fit[-1]) if len(fit) else -1


def _medians(held: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The headline, the medians of the bounds between which the median of true pay lies, and the width."""
    for name, column in (("median_mid", MID), ("median_low", "pay_low_usd_year"), ("median_high", "pay_high_usd_year")):
        yield _median(name, held[column].to_numpy(float), held)
    width = (held["pay_high_usd_year"] / held["pay_low_usd_year"]).to_numpy(float)
    yield _median("median_width", width, held) | {"unit": "ratio"}


def _models(held: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Ranges as intervals around one salary; one-sided ranges and ladders are in, which have no midpoint."""
    low, high = (held[f"pay_{side}_usd_year"].to_numpy(float) for side in ("low", "high"))
    known = np.isfinite(low) | np.isfinite(high)
    low, high, employers = low[known], high[known], _codes(held)[known]
    middle = np.sqrt(np.where(np.isnan(low), high, low) * np.where(np.isnan(high), low, high))
    plain = weighted_median(middle, np.ones(len(middle)), employers)
    found = turnbull(low, high)
    ends = [quantile_of(found, float(p)) for p in (0.5, *wilson(0.5, plain.n_star))]
    yield _row("turnbull", plain._replace(value=_inside(ends[0]), low=ends[1].low, high=ends[2].high))
    usual = known & ~held["is_outlier"].to_numpy(bool)
    low, high = (held[f"pay_{side}_usd_year"].to_numpy(float)[usual] for side in ("low", "high"))
    yield _lognormal(low, high, _codes(held)[usual])
    mid = held[MID].to_numpy(float)
    usual = np.isfinite(mid) & ~held["is_outlier"].to_numpy(bool)
    yield _row("mean", weighted_mean(mid[usual], np.ones(int(usual.sum())), _codes(held)[usual]))


def _inside(ends: Any) -> float:
    """One value of an interval of unknown place: its middle; NaN where it is open."""
    return float(ends.low + ends.high) / 2 if np.isfinite(ends.high) else float("nan")


def _lognormal(low: Floats, high: Floats, employers: Ints) -> dict[str, Any]:
    found = interval_lognormal(low, high)
    size = np.bincount(employers)
    count, n = int((size > 0).sum()), len(low)
    c_eff = n**2 / float((size**2).sum()) if n else float("nan")
    spread = float((np.bincount(employers, found.influence) ** 2).sum())
    error = np.sqrt(count / (count - 1) * spread) if count > 1 else float("nan")
    half = error * float(t_quantile(0.975, max(c_eff, 2) - 1))
    low_end, high_end = (found.median * float(np.exp(side * half)) for side in (-1, 1))
    return _row("interval_lognormal", Estimate(found.median, low_end, high_end, n, count, c_eff))


def _hidden(held: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Worst cases for hidden pay, and means weighted by the inverse chance to state it."""
    stated = held[MID].notna().to_numpy(bool)
    mid, employers = held[MID].to_numpy(float)[stated], _codes(held)[stated]
    at, _ = worst_case(mid, float(stated.mean()) if len(stated) else 0.0)
    for name, q in (("worst_case_low", at.low), ("worst_case_high", at.high)):
        one = np.ones(len(mid))
        known = np.isfinite(q)
        row = _row(name, weighted_median(mid, one, employers, q if known else 0.5))
        yield row if known else row | dict.fromkeys(("value", "low", "high"), np.nan) | {"reason": TOO_HIDDEN}
    weights = inverse_chance(disclosure_chance(held))[stated]
    yield _row("ipw_median", weighted_median(mid, weights, employers))
    usual = ~held["is_outlier"].to_numpy(bool)[stated]
    yield _row("ipw_mean", weighted_mean(mid[usual], weights[usual], employers[usual]))


def disclosure_chance(held: pd.DataFrame) -> Floats:
    """Chance of each posting to have a midpoint: a logit on level, country, work mode, pay law and large employers."""
    names = held["company"].value_counts()
    large = names[names >= MIN_OF_EMPLOYER].index[:MOST_EMPLOYERS]
    told = held[CHANCE_COLUMNS].astype("str").assign(company=held["company"].where(held["company"].isin(large), ""))
    dummies = pd.get_dummies(told, dtype=float).to_numpy(float)
    x = np.hstack([np.ones((len(held), 1)), dummies])
    stated = np.isfinite(held[MID].to_numpy(float)).astype(float)
    return chance(x, logit(x, stated, RIDGE)) if len(held) else np.zeros(0)


def _sources(held: pd.DataFrame, pay: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Each source alone, how often both are there and agree, and what is kept out of the headline."""
    by_source = {source: _headline(held, pay[pay["source"].eq(source)]) for source in SOURCES}
    for source, told in by_source.items():
        yield _median(f"{source}_only", told[MID].to_numpy(float), held)
    structured, text = by_source.values()
    stated = held["pay_low_usd_year"].notna() | held["pay_high_usd_year"].notna()
    both = (structured["n_ranges"] > 0) & (text["n_ranges"] > 0)
    yield _share("both_sources", both.to_numpy(bool), stated.to_numpy(bool), held)
    yield _share("sources_agree", _agree(structured, text), both.to_numpy(bool), held)
    contract = pay[pay["contract"] & pay["component"].isin(COMPONENTS)].assign(contract=False)
    yield _median("contractor_rates", _headline(held, contract)[MID].to_numpy(float), held)
    other = pay.loc[~pay["component"].isin(COMPONENTS), KEY].drop_duplicates()
    ote = pd.MultiIndex.from_frame(held[KEY]).isin(pd.MultiIndex.from_frame(other))
    yield _share("ote_or_total_stated", ote, np.ones(len(held), bool), held)
    mid, flagged = held[MID].notna().to_numpy(bool), held["is_outlier"].to_numpy(bool)
    count = {"unit": "count", "value": float(flagged.sum()), "low": np.nan, "high": np.nan, "reason": ""}
    yield _share("outliers", flagged, mid, held) | count


def _headline(held: pd.DataFrame, pay: pd.DataFrame) -> pd.DataFrame:
    """Headline pay from some of the ranges, row by row of `held`."""
    return held[KEY].merge(headline_pay(pay), on=KEY, how="left")


def _agree(one: pd.DataFrame, other: pd.DataFrame) -> Bools:
    agree = np.ones(len(one), bool)
    for side in ("pay_low_usd_year", "pay_high_usd_year"):
        a, b = one[side].to_numpy(float), other[side].to_numpy(float)
        agree &= (np.abs(a - b) <= AGREE * np.abs(b)) | (np.isnan(a) & np.isnan(b))
    return agree


def _codes(held: pd.DataFrame) -> Ints:
    return pd.factorize(held["company"])[0].astype("int64")


def _median(name: str, values: Floats, held: pd.DataFrame) -> dict[str, Any]:
    known = np.isfinite(values)
    return _row(name, weighted_median(values[known], np.ones(int(known.sum())), _codes(held)[known]))


def _row(name: str, found: Estimate, unit: str = "usd_year") -> dict[str, Any]:
    few = str(reason_few(np.array(float(found.employers)), np.array(found.c_eff)))
    reason = few if found.n >= MIN_PAY else "fewer than 30 with pay"
    told = {"estimator": name, "unit": unit, "n": found.n, "employers": found.employers, "reason": reason}
    return told | {side: getattr(found, side) if not reason else np.nan for side in ("value", "low", "high")}


def _share(name: str, yes: Bools, of: Bools, held: pd.DataFrame) -> dict[str, Any]:
    code = _codes(held)
    size = int(code.max(initial=-1)) + 1
    found = share(np.bincount(code, yes & of, size), np.bincount(code, of, size))
    reason = str(reason_few(found.employers, found.c_eff))
    numbers = {side: float(getattr(found, side)) if not reason else np.nan for side in ("value", "low", "high")}
    told = {"estimator": name, "unit": "share", "n": int(found.n), "employers": int(found.employers), "reason": reason}
    return told | numbers
