"""Which pay to distrust: outliers, a value that repeats too often, and disclosure that a law changed.

Outliers leave means and regressions, stay in medians and are counted. Each posting is judged by the postings up to its
own week, so a later week never changes the verdict. The two other flags say that a movement must not be told as a
change of pay; they change no number.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from analytics.disclosure import laws
from analytics.numeric import Bools, Floats, Ints
from analytics.series import MIN_PAY, Calendar, pooled
from analytics.share import ratio
from analytics.spells import KEY

MAD_LIMIT = 4.0
MAD_SCALE = 1.4826  # makes the median absolute deviation of a normal sample its standard deviation
MIN_OF_GROUP = 30
REFERENCE_WEEKS = 53
REPEATED = 0.5  # of the postings with pay
RUN_WINDOWS = 3  # windows without a common week
LAW_WEEKS = 13
DOUBLED = 2.0
REPEATED_COLUMNS = {
    "week": "str", "currency": "str", "pay_low_local_year": "float64", "pay_high_local_year": "float64",
    "share": "float64", "n": "Int64", "employers": "Int64", "run_weeks": "int64", "is_flagged": "bool", "reason": "str",
}  # fmt: skip
BREAK_COLUMNS = {
    "week": "str", "week_before": "str", "share": "float64", "share_before": "float64", "ratio": "float64",
    "n": "Int64", "n_before": "Int64", "laws": "str", "is_flagged": "bool", "reason": "str",
}  # fmt: skip


def pay_items(new: pd.DataFrame, local: pd.DataFrame) -> pd.DataFrame:
    """New postings that state pay: the columns of `new`, those of `disclosure.headline_local`, region, is_outlier.

    region (str) is country and region of the first place, "US-CA", or the country alone; is_outlier (bool) as in
    `outliers`, within currency, country and level.
    """
    items = new.merge(local, on=KEY, how="inner")
    items["region"] = pd.Series([_region(held) for held in items["places"]], items.index, dtype="str")
    group = np.asarray(items.groupby(["currency", "country", "level"], sort=True).ngroup(), "int64")
    week = items["week_number"].to_numpy("int64")
    return items.assign(is_outlier=outliers(np.log(items["pay_mid_local_year"].to_numpy(float)), group, week))


def _region(places: Any) -> str:
    return "-".join(part for part in places[0] if part) if len(places) else ""


def outliers(log_pay: Floats, group: Ints, week: Ints) -> Bools:
    """Whether pay is more than 4 scaled MADs from the median of its group in the 53 weeks up to its own.

    Groups with fewer than 30 values there flag nothing, NaN is never flagged (methods 4.10).
    """
    flags = np.zeros(len(log_pay), bool)
    known = np.flatnonzero(np.isfinite(log_pay))
    order = known[np.lexsort((log_pay[known], group[known]))]
    y, code, at = log_pay[order], group[order], week[order]
    for now in np.unique(at):
        held = np.flatnonzero((at <= now) & (at > now - REFERENCE_WEEKS))
        z = mad_scores(y[held], code[held])
        own = at[held] == now
        flags[order[held[own]]] = np.abs(z[own]) > MAD_LIMIT
    return flags


def mad_scores(values: Floats, group: Ints) -> Floats:
    """Distance from the group's median in scaled median absolute deviations; 0 in groups of fewer than 30.

    Rows must be in order of group, then value.
    """
    start = np.flatnonzero(np.r_[True, group[1:] != group[:-1]][: len(group)])
    n = np.diff(np.r_[start, len(group)])
    code = np.repeat(np.arange(len(start)), n)
    away = values - _middle(values, start, n)[code]
    span = 1 + float(np.abs(away).max(initial=0))
    ordered = np.sort(np.abs(away) + code * span, kind="stable")  # two runs a group, which a stable sort merges
    mad = MAD_SCALE * (_middle(ordered, start, n) - np.arange(len(start)) * span)
    return np.where((n >= MIN_OF_GROUP)[code], ratio(away, np.where(mad > 1e-9, mad, 0)[code]), 0.0)


def _middle(ordered: Floats, start: Ints, n: Ints) -> Floats:
    return np.asarray((ordered[start + (n - 1) // 2] + ordered[start + n // 2]) / 2, float)


def repeated_value(items: pd.DataFrame, calendar: Calendar, window: int = 4) -> pd.DataFrame:
    """By trailing window the most frequent range, its share of the postings with pay, and whether to distrust it.

    `REPEATED_COLUMNS`; `items` as `pay_items` makes them. Flagged are runs in which one range fills more than half of
    the postings, or the median stands still, for as long as three windows without a common week.
    """
    value = ["currency", "pay_low_local_year", "pay_high_local_year"]
    ordered = items.sort_values("week_number", kind="stable")
    code = np.asarray(ordered.groupby(value, dropna=False, sort=False).ngroup(), "int64")
    known = ordered[value].drop_duplicates().reset_index(drop=True)  # in order of their codes
    week = ordered["week_number"].to_numpy()
    bounds = np.searchsorted(week, calendar.weeks - window + 1), np.searchsorted(week, calendar.weeks, "right")
    company, mid = pd.factorize(ordered["company"])[0], ordered["pay_mid_local_year"].to_numpy(float)
    held = [slice(*ends) for ends in zip(*bounds, strict=True)]
    told = pd.DataFrame(
        [_most_frequent(code[part], company[part], mid[part]) for part in held],
        columns=["value", "share", "n", "employers", "median"],
    )
    table = known.reindex(told["value"]).reset_index(drop=True).assign(week=calendar.labels, **told)
    need = (RUN_WINDOWS - 1) * window + 1
    filled = _run_lengths(told["value"].where(told["share"] > REPEATED))
    still = _run_lengths(told["median"].where(told["n"] > 1))
    words = ["one pay value in more than half of the postings", "the median stands still"]
    reason = np.select([filled >= need, still >= need], words, "")
    table = table.assign(run_weeks=filled, reason=reason, is_flagged=reason != "").fillna({"currency": ""})
    return table[list(REPEATED_COLUMNS)].astype(REPEATED_COLUMNS)


def _most_frequent(value: Ints, company: Any, mid: Floats) -> tuple[int, float, int, int, float]:
    """Code of the most frequent value (-1: none), its share, postings, employers that have it, and median midpoint."""
    if not len(value):
        return -1, np.nan, 0, 0, np.nan
    codes, count = np.unique(value, return_counts=True)
    top = int(codes[count.argmax()])
    known = mid[np.isfinite(mid)]
    median = float(np.median(known)) if len(known) else np.nan
    return top, float(count.max() / len(value)), len(value), len(np.unique(company[value == top])), median


def _run_lengths(values: pd.Series[Any]) -> Ints:
    """Length of the run of equal values that each belongs to, 0 for NaN."""
    run = (values != values.shift()).cumsum()
    return np.asarray(values.groupby(run).transform("size").where(values.notna(), 0), "int64")


def disclosure_break(items: pd.DataFrame, calendar: Calendar, window: int = 4) -> pd.DataFrame:
    """By week, whether the share of postings with pay doubled across a pay law's first day in the 13 weeks before.

    `BREAK_COLUMNS`; `items` are new postings: week_number, company, places, has_pay. share is that of the window,
    share_before that of the newest window that ended before the first of these laws. Only laws that ask for pay in the
    advertisement at a place of the window's postings count; windows of fewer than 30 postings flag nothing.
    """
    start = calendar.weeks[0] if len(calendar.weeks) else 0
    at = items["week_number"].to_numpy("int64") - start
    size = len(calendar.weeks)
    counts = [np.bincount(at, items["has_pay"].astype(float) if paid else None, size) for paid in (True, False)]
    with_pay, n = (pooled(np.asarray(part, float)[:, None], window)[:, 0] for part in counts)
    begun = _laws_of(items, start, size)
    told = [_across(k, begun, ratio(with_pay, n), n) for k in range(size)]
    table = pd.DataFrame(told, columns=[*BREAK_COLUMNS, "at_before"]).assign(week=calendar.labels)
    known = table["at_before"].notna()
    table["week_before"] = [
        calendar.labels[int(k)] if on else "" for k, on in zip(table["at_before"], known, strict=True)
    ]
    table["reason"] = np.where(table["is_flagged"], "a pay law doubled disclosure", "")
    return table[list(BREAK_COLUMNS)].astype(BREAK_COLUMNS)


def _laws_of(items: pd.DataFrame, start: int, size: int) -> pd.DataFrame:
    """The laws in force from a week of the axis at a place of the items: week (position), name."""
    in_ad = laws()[laws()["in_ad"].eq("yes")]
    day = (in_ad["in_force_on"] - pd.Timestamp(0)).dt.days
    in_ad = in_ad.assign(at=(day + 3) // 7 - start)
    in_ad = in_ad[(in_ad["at"] > 0) & (in_ad["at"] < size)]
    stated = set(chain.from_iterable(items["places"]))
    held = {(country.upper(), region.casefold()) for country, region in stated}
    named = [
        not held.isdisjoint({(country, region.casefold()), (country, name.casefold())})
        for country, region, name in zip(in_ad["country"], in_ad["region"], in_ad["region_name"], strict=True)
    ]
    return in_ad[np.array(named, bool)][["at", "region_name"]]


def _across(at: int, begun: pd.DataFrame, share: Floats, n: Floats) -> dict[str, Any]:
    week = begun["at"].to_numpy()
    is_recent = (week <= at) & (week > at - LAW_WEEKS)
    told: dict[str, Any] = {"share": share[at], "n": n[at], "laws": "", "is_flagged": False}
    if not is_recent.any():
        return told
    recent = begun[is_recent]
    before = int(recent["at"].min()) - 1
    change = float(ratio(share[at], share[before]))
    few = min(n[at], n[before]) < MIN_PAY
    return told | {
        "share_before": share[before], "ratio": change, "n_before": n[before], "at_before": before,
        "laws": ", ".join(recent["region_name"]), "is_flagged": change >= DOUBLED and not few,
    }  # fmt: skip
