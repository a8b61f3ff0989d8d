"""Whether a weekly series rose or fell throughout, and by how much a week: Mann-Kendall and Theil-Sen.

Both go by ranks and medians, so that one wild week decides nothing. They need values that share no postings, so of a
series of trailing windows only every `window`-th is used, and weeks that may be published; a positive correlation of
neighbouring residuals widens the variance (methods 5.6). Across a change of collection nothing is tested: only the
stretch since the last one is.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analytics.change import benjamini_hochberg
from analytics.events import OF_COLLECTION, positions
from analytics.numeric import Floats, Ints, normal_two_sided
from analytics.share import ratio

MIN_VALUES = 10
MAX_Q = 0.05
REPEATED = 8  # equal values in a row: not a market, but one source's habit
Z95 = 1.959964
COLUMNS = {
    "week_first": "str", "week_last": "str", "n_weeks": "int64", "slope": "float64", "low": "float64",
    "high": "float64", "s": "float64", "tau": "float64", "r1": "float64", "inflation": "float64",
    "p_value": "float64", "q_value": "float64", "direction": "str", "reason": "str", "event": "str",
}  # fmt: skip


class MannKendall(NamedTuple):
    """S, its variance (ties and autocorrelation allowed for), z, two-sided p, tau = S / pairs, and the inflation."""

    n: int
    s: float
    variance: float
    z: float
    p_value: float
    tau: float
    r1: float
    inflation: float


class TheilSen(NamedTuple):
    """Median slope a unit of time, and its 95 % interval."""

    slope: float
    low: float
    high: float


def mann_kendall(values: Floats, at: Floats | None = None) -> MannKendall:
    """Test of a monotonic trend (Mann 1945, Kendall 1975), continuity-corrected; NaN for less than three values.

    `at`: times, ascending; by default 0, 1, ... The variance is corrected for ties and multiplied by (1+r1)/(1-r1)
    where the lag-1 correlation r1 of the residuals from the Theil-Sen line is positive.
    """
    x, t = _known(values, at)
    n = len(x)
    if n < 3:
        return MannKendall(n, *[float("nan")] * 7)
    earlier, later = np.triu_indices(n, 1)
    s = float(np.sign(x[later] - x[earlier]).sum())
    r1 = _lag_one(x, t)
    inflation = max(1.0, (1 + r1) / (1 - r1))
    variance = _variance(x) * inflation
    z = (s - np.sign(s)) / math.sqrt(variance) if variance > 0 else 0.0
    return MannKendall(n, s, variance, float(z), normal_two_sided(z), s / len(earlier), r1, inflation)


def theil_sen(values: Floats, at: Floats | None = None, inflation: float = 1.0) -> TheilSen:
    """Median of all pairwise slopes (Sen 1968) with the interval of their ranks; NaN for less than three values.

    `inflation` widens the interval as it does the variance of `mann_kendall`.
    """
    x, t = _known(values, at)
    if len(x) < 3:
        return TheilSen(*[float("nan")] * 3)
    slopes = np.sort(_slopes(x, t))
    reach = Z95 * math.sqrt(_variance(x) * inflation)
    low = max(round((len(slopes) - reach) / 2) - 1, 0)
    high = min(round((len(slopes) + reach) / 2), len(slopes) - 1)
    return TheilSen(float(np.median(slopes)), float(slopes[low]), float(slopes[high]))


def trend(series: pd.DataFrame, window: int, events: pd.DataFrame | None = None, by: str | None = None) -> pd.DataFrame:
    """One row a group of column `by` (one in all without it): that column and `COLUMNS`.

    `series` is one of `Market`'s, every week a row, of trailing windows of `window` weeks. slope, low and high are in
    its unit a week; q_value is by Benjamini and Hochberg over the rows; direction is rise, fall or "" (no detectable
    trend, or not tested for the `reason`). `event` names the change of collection that the stretch begins after.
    """
    groups = [("", series)] if by is None else list(series.groupby(by, sort=False))
    rows = [{**_row(held, window, events), **({} if by is None else {by: name})} for name, held in groups]
    columns = COLUMNS if by is None else {by: str(series[by].dtype), **COLUMNS}
    table = pd.DataFrame(rows, columns=list(columns)).astype(columns)
    table["q_value"] = benjamini_hochberg(table["p_value"].to_numpy(float))
    way = np.where(table["slope"] > 0, "rise", "fall")
    told = (table["q_value"] <= MAX_Q) & table["reason"].eq("") & table["slope"].ne(0)
    return table.assign(direction=pd.Series(np.where(told, way, ""), dtype="str"))


def every(series: pd.DataFrame, window: int) -> tuple[Ints, Floats]:
    """Positions and values of the weeks with status ok that share no window, counted back from the newest."""
    fit = series["status"].eq("ok").to_numpy() & series["value"].notna().to_numpy()
    newest = int(np.flatnonzero(fit)[-1]) if fit.any() else 0
    at = np.flatnonzero(fit)
    at = at[(newest - at) % window == 0]
    return at, series["value"].to_numpy(float)[at]


def longest_run(values: Floats) -> int:
    """Length of the longest run of equal values other than 0."""
    ends = np.flatnonzero(np.diff(values, append=np.nan) != 0)
    runs = np.diff(ends, prepend=-1)
    return int(runs[values[ends] != 0].max(initial=0))


def _row(series: pd.DataFrame, window: int, events: pd.DataFrame | None) -> dict[str, Any]:
    at, values = every(series, window)
    since, event = _last_change(series, at, window, events)
    values, at = values[at >= since], at[at >= since]
    labels = list(series["week"].iloc[at])
    told = {"week_first": labels[0] if labels else "", "week_last": labels[-1] if labels else "", "n_weeks": len(at)}
    reason = f"fewer than {MIN_VALUES} weeks" if len(at) < MIN_VALUES else ""
    if not reason and longest_run(values) >= REPEATED:
        reason = f"one value in {longest_run(values)} weeks running"
    if reason:
        return {**told, "reason": reason, "event": event}
    test = mann_kendall(values, at.astype(float))
    line = theil_sen(values, at.astype(float), test.inflation)
    kept = {name: getattr(test, name) for name in ("s", "tau", "r1", "inflation", "p_value")}
    return {**told, **kept, **line._asdict(), "reason": "", "event": event}


def _last_change(series: pd.DataFrame, at: Ints, window: int, events: pd.DataFrame | None) -> tuple[int, str]:
    """First position whose whole window lies after the last change of collection, and that change."""
    known = None if events is None else events[events["kind"].isin(OF_COLLECTION)]
    places, lines = positions(list(series["week"]), known)
    inner = [k for k in np.argsort(places, kind="stable") if len(at) and at[0] - window + 1 < places[k] <= at[-1]]
    return (int(places[inner[-1]]) + window - 1, lines[inner[-1]]) if inner else (0, "")


def _known(values: Floats, at: Floats | None) -> tuple[Floats, Floats]:
    x = np.asarray(values, float)
    t = np.arange(len(x), dtype=float) if at is None else np.asarray(at, float)
    return x[np.isfinite(x)], t[np.isfinite(x)]


def _slopes(x: Floats, t: Floats) -> Floats:
    earlier, later = np.triu_indices(len(x), 1)
    return np.asarray((x[later] - x[earlier]) / (t[later] - t[earlier]), float)


def _variance(x: Floats) -> float:
    """Of S without a trend, less what ties take away."""
    _, ties = np.unique(x, return_counts=True)
    sizes, signs = np.r_[len(x), ties], np.r_[1, -np.ones(len(ties))]
    return float((signs * sizes * (sizes - 1) * (2 * sizes + 5)).sum() / 18)


def _lag_one(x: Floats, t: Floats) -> float:
    """Correlation of neighbouring residuals from the Theil-Sen line; values across a gap are no neighbours."""
    slope = np.median(_slopes(x, t))
    residual = x - slope * t
    residual = residual - residual.mean()
    gaps = np.diff(t)
    near = gaps <= np.median(gaps)
    return float(np.nan_to_num(ratio((residual[1:] * residual[:-1])[near].sum(), (residual**2).sum())))
