"""Pay of postings as an index that their mix cannot move: hedonic, with matched cells and the raw median beside it.

Each currency area has an index of its own, in its own currency (`analytics.offers_area`). Areas are put together by
posting weights that are fixed for a year, so exchange rates cannot look like pay growth (methods 4.3, 4.7).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from analytics.hedonic import variance
from analytics.numeric import Bools, Floats, Ints, t_quantile
from analytics.offers_area import FIT_WEEKS, Area, area_index
from analytics.series import COLUMNS, Calendar, plain_status, pooled
from analytics.share import ratio

WEIGHT_WEEKS = 52  # area weights are fixed for so long
LEAST_WEIGHT = 1e-6  # postings: an area that is new since the weights were fixed may still stand alone
LEVELS = 4  # hedonic, Jevons, Tornqvist, raw median
INDEX_EXTRA = {
    "jevons": "float64", "tornqvist": "float64", "raw_median": "float64", "cell_growth_year": "float64",
    "differs": "bool", "r2": "float64", "share_multi": "float64", "area_share": "float64", "n_outliers": "Int64",
    "segment": "int64",
}  # fmt: skip


class Total(NamedTuple):
    """All areas: ln level (4 series, weeks), variance of the first and segment (-1: none) by week."""

    level: Floats
    variance: Floats
    segment: Ints


def pay_index(items: pd.DataFrame, calendar: Calendar, window: int = 4) -> pd.DataFrame:
    """Mix-adjusted pay by trailing window, 100 where a segment begins: `series.COLUMNS` and `INDEX_EXTRA`.

    `items` is the frame of `offers_flags.pay_items`. value, low and high (95 %) are the hedonic index; jevons,
    tornqvist and raw_median stand beside it on the same scale, `differs` where the Tornqvist is outside the interval.
    """
    items = items[items["pay_mid_local_year"].notna()]
    start = calendar.weeks[0] if len(calendar.weeks) else 0
    paid = items[~items["is_outlier"]]
    paid = paid.assign(at=paid["week_number"] - start, employer=pd.factorize(paid["company"], sort=True)[0])
    areas = [area_index(held, calendar, window) for _, held in paid.groupby("currency", sort=True)]
    employers = paid["company"].nunique()
    total = aggregate(areas, employers, len(calendar.weeks))
    table = _table(areas, total, employers, calendar)
    at = items.loc[items["is_outlier"], "week_number"].to_numpy("int64") - start
    outliers = pooled(np.bincount(at, minlength=len(table)).astype(float)[:, None], window)[:, 0]
    return table.assign(n_outliers=outliers)[[*COLUMNS, *INDEX_EXTRA]].astype(COLUMNS | INDEX_EXTRA)


def aggregate(areas: list[Area], employers: int, weeks: int) -> Total:
    """The areas' changes put together; an area without an index moves with the others until it has one again.

    An area's influence moves as its level does, so that one employer in two areas counts as one cluster.
    """
    total = Total(np.full((LEVELS, weeks), np.nan), np.full(weeks, np.nan), np.full(weeks, -1))
    weights = _weights(areas, weeks)
    state, segments = np.full((len(areas), LEVELS + employers), np.nan), np.full(len(areas), -1)
    reached, segment = np.zeros(LEVELS + employers), -1
    for at in range(weeks):
        held = np.array([area.segment[at] for area in areas], "int64")
        if not (held >= 0).any():
            continue
        now = np.array([_now(area, at, employers) for area in areas])
        same = (held >= 0) & (held == segments)
        step = _step(now - state, same, weights[at])
        restart = not same.any()
        segment += restart
        reached = np.zeros_like(reached) if restart else reached + step
        state = np.where(np.isnan(now), state + step, now)
        segments = np.where(held >= 0, held, segments)
        known = np.isfinite(now[:, :LEVELS]).any(0)
        total.level[:, at], total.segment[at] = np.where(known, reached[:LEVELS], np.nan), segment
        total.variance[at] = variance(reached[LEVELS:])
    return total


def _now(area: Area, at: int, employers: int) -> Floats:
    """Level and influence on one scale; NaN where the area has no index."""
    if area.segment[at] < 0:
        return np.full(LEVELS + employers, np.nan)
    wide = np.zeros(LEVELS + employers)
    wide[:LEVELS], wide[LEVELS + area.employers] = area.level[:, at], area.influence[at]
    return wide


def _step(change: Floats, same: Bools, weights: Floats) -> Floats:
    """Weighted mean of the changes that are known, 0 where none is."""
    weight = np.where(np.isfinite(change) & same[:, None], weights[:, None], 0)
    return np.nan_to_num(ratio((weight * np.nan_to_num(change)).sum(0), weight.sum(0)))


def _weights(areas: list[Area], weeks: int) -> Floats:
    """(weeks, areas): postings in the 53 weeks before weights were last fixed, at the first index or years after."""
    n = np.array([area.n_week for area in areas]).reshape(len(areas), weeks).T
    live = np.array([area.segment >= 0 for area in areas]).reshape(len(areas), weeks).any(0)
    if not live.any():
        return n
    since = np.arange(weeks) - int(live.argmax())
    fixed = np.maximum(np.arange(weeks) - since % WEIGHT_WEEKS, 0)
    return np.asarray(np.maximum(pooled(n, FIT_WEEKS)[fixed], LEAST_WEIGHT), float)


def _table(areas: list[Area], total: Total, employers: int, calendar: Calendar) -> pd.DataFrame:
    weeks = len(calendar.weeks)
    counts = np.zeros((weeks, employers))
    n, shown = np.zeros((2, len(areas), weeks))
    for k, area in enumerate(areas):
        n[k], shown[k] = area.counts.sum(1), area.segment >= 0
        counts[:, area.employers] += area.counts * (area.segment >= 0)[:, None]
    error = np.sqrt(total.variance)
    half = error * t_quantile(0.975, np.maximum(ratio(counts.sum(1) ** 2, (counts**2).sum(1)), 2) - 1)
    value = 100 * np.exp(total.level[0] - total.variance / 2)
    jevons, tornqvist, raw = 100 * np.exp(total.level[1:])
    weight = n * shown
    told = {
        "week": calendar.labels, "value": value, "low": value * np.exp(-half), "high": value * np.exp(half),
        "n": weight.sum(0), "employers": (counts > 0).sum(1), "n_eff": np.nan, "jevons": jevons,
        "tornqvist": tornqvist, "raw_median": raw, "cell_growth_year": _mean([area.growth for area in areas], weight),
        "differs": np.abs(np.log(tornqvist / value)) > half, "r2": _mean([area.r2 for area in areas], weight),
        "share_multi": _mean([area.share_multi for area in areas], weight),
        "area_share": ratio(weight.sum(0), n.sum(0)),
        "segment": total.segment,
    }  # fmt: skip
    reason = _reason(areas, n, total.segment)
    status = np.where(reason == "", plain_status(calendar), np.where(calendar.dark, "dark", "too_few"))
    return pd.DataFrame(told).assign(status=status, reason=np.where(calendar.dark, "no board in sight", reason))


def _mean(values: list[Floats], weight: Floats) -> Floats:
    """Mean over areas by postings, of the areas that have a value."""
    held = np.array(values).reshape(weight.shape)
    weight = np.where(np.isfinite(held), weight, 0)
    return ratio((np.nan_to_num(held) * weight).sum(0), weight.sum(0))


def _reason(areas: list[Area], n: Floats, segment: Ints) -> Floats:
    """Why there is no index: the reason of the area with most postings."""
    if not areas:
        return np.full(len(segment), "fewer than 30 with pay", object)
    told = np.array([area.reason for area in areas], object)
    return np.where(segment >= 0, "", told[n.argmax(0), np.arange(len(segment))])
