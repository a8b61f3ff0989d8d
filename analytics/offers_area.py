"""The pay index of one currency area: weekly fits, joined by mean splice, with matched cells and the raw median.

Over the 53 weeks that end with a week, ln pay is regressed on week, `CONTROLS` and employer; a window's level is the
mean of its weeks' effects. The new point joins those published before by the mean of its distances to all of them, so
it moves none of them (mean splice: Diewert and Fox 2022; model: de Haan and Krsinich 2014).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analytics.hedonic import Fit, Tables, contrasts, rows_of
from analytics.numeric import Floats, Ints
from analytics.offers_matched import Cells, cell_medians, chained, growth_series
from analytics.series import MIN_PAY, Calendar, pooled
from analytics.share import ratio, reason_few

FIT_WEEKS = 53
MIN_REGION = 10  # postings in 53 weeks for an effect of its own beside its country's
# A rare level, role or work mode keeps its own effect: pooled with others, its coming would look like a change of pay.
CONTROLS = {"level": 1, "role": 1, "work_mode": 1, "country": 1, "region": MIN_REGION}
CELL = ["company", *CONTROLS, "period"]
NO_LINK = "no employers in common with the windows before"


class Area(NamedTuple):
    """One currency's indices: ln level (4 series, weeks), segment (-1: none), influence (weeks, employers).

    The series are hedonic, Jevons, Tornqvist and raw median. employers: their codes; counts (weeks, employers):
    postings in the window; n_week: postings of each week; reason: why a window has no index.
    """

    level: Floats
    segment: Ints
    influence: Floats
    employers: Ints
    counts: Floats
    n_week: Floats
    r2: Floats
    share_multi: Floats
    growth: Floats
    reason: Any


def area_index(held: pd.DataFrame, calendar: Calendar, window: int) -> Area:
    """The index of postings of one currency: at (position of the week), employer (code), `CELL`, pay_mid_local_year."""
    held = held.sort_values("at", kind="stable")
    week, pay = held["at"].to_numpy("int64"), held["pay_mid_local_year"].to_numpy(float)
    local, employers = pd.factorize(held["employer"], sort=True)
    tables = Tables(rows_of(week, local.astype("int64"), held[list(CONTROLS)], np.log(pay), len(calendar.weeks)))
    counts = pooled(tables.by_week, window)
    found = _spliced(tables, _too_few(counts, calendar, window), window)
    code = np.asarray(held.groupby(CELL, sort=False).ngroup(), "int64")
    pools = [_pool(week, code, pay, at, window) if found.segment[at] >= 0 else None for at in range(len(found.segment))]
    raw = _raw(week, pay, found.segment, window)
    return Area(
        np.stack([found.level, *chained(pools, found.segment, window), raw]), found.segment, found.influence,
        np.asarray(employers, "int64"), counts, tables.by_week.sum(1), found.r2,
        _share_multi(tables.by_week, counts, window), growth_series(pools), found.reason,
    )  # fmt: skip


class Spliced(NamedTuple):
    """ln level, segment, influence (weeks, employers), R^2 and reason by week."""

    level: Floats
    segment: Ints
    influence: Floats
    r2: Floats
    reason: Any


def _spliced(tables: Tables, reason: Any, window: int) -> Spliced:
    """Fits every window that has enough postings and joins it to the points published before."""
    weeks = len(reason)
    found = Spliced(
        np.full(weeks, np.nan), np.full(weeks, -1), np.zeros(tables.by_week.shape), np.full(weeks, np.nan), reason
    )
    segment = -1
    for at in np.flatnonzero(reason == ""):
        first = max(0, int(at) - FIT_WEEKS + 1)
        fitted = tables.fit(first, int(at), list(CONTROLS.values()))
        reached = np.arange(first + window - 1, at)
        earlier = reached[(found.segment[reached] == segment) & (segment >= 0)]
        if len(earlier):
            _join(found, tables, fitted, int(at), earlier, window)
        elif fitted.informative[-window:].sum() > 0:
            segment += 1
            found.level[at] = 0
        if np.isfinite(found.level[at]):
            found.segment[at], found.r2[at] = segment, fitted.r2
        else:
            reason[at] = NO_LINK
    return found


def _join(found: Spliced, tables: Tables, fitted: Fit, at: int, earlier: Ints, window: int) -> None:
    """Mean splice: the mean over earlier points of their level and the change since, where the change is identified."""
    share = _pool_weights(fitted, window)
    change = share[:, -1:] - share[:, earlier - fitted.first]
    mean = contrasts(fitted, change.mean(1, keepdims=True))
    if not mean.identified[0]:
        known = contrasts(fitted, change).identified
        earlier, change = earlier[known], change[:, known]
        if not len(earlier):
            return
        mean = contrasts(fitted, change.mean(1, keepdims=True))
    found.level[at] = found.level[earlier].mean() + change.mean(1) @ fitted.week
    found.influence[at] = found.influence[earlier].mean(0) + tables.influence(fitted, mean.solution[:, 0])


def _pool_weights(fitted: Fit, window: int) -> Floats:
    """(weeks, windows): weights of the weeks in the pool that ends with each week, by informative postings."""
    n = fitted.informative
    last, week = np.arange(len(n)), np.arange(len(n))[:, None]
    inside = (week <= last) & (week > last - window)
    return ratio(inside * n[:, None], (inside * n[:, None]).sum(0)) * 1.0


def _too_few(counts: Floats, calendar: Calendar, window: int) -> Any:
    n = counts.sum(1)
    few = reason_few((counts > 0).sum(1).astype(float), ratio(n**2, (counts**2).sum(1)))
    few = np.where(n >= MIN_PAY, few, "fewer than 30 with pay").astype(object)
    few[: window - 1] = "no whole window yet"
    return np.where(calendar.dark, "no board in sight", few).astype(object)


def _share_multi(by_week: Floats, counts: Floats, window: int) -> Floats:
    """Part of a window's postings by employers that stated pay earlier in the 53 weeks, too."""
    total = np.vstack([np.zeros_like(by_week[:1]), np.cumsum(by_week, axis=0)])
    weeks = np.arange(len(by_week))
    earlier = total[np.maximum(weeks - window + 1, 0)] - total[np.maximum(weeks - FIT_WEEKS + 1, 0)]
    return ratio((counts * (earlier > 0)).sum(1), counts.sum(1))


def _pool(week: Ints, code: Ints, pay: Floats, at: int, window: int) -> Cells:
    held = slice(*np.searchsorted(week, [at - window + 1, at + 1]))
    return cell_medians(code[held], pay[held])


def _raw(week: Ints, pay: Floats, segment: Ints, window: int) -> Floats:
    """ln of the median against that of the segment's first window."""
    raw = np.full(len(segment), np.nan)
    for at in np.flatnonzero(segment >= 0):
        held = slice(*np.searchsorted(week, [at - window + 1, at + 1]))
        raw[at] = np.log(np.median(pay[held]))
    for number in range(segment.max(initial=-1) + 1):
        raw[segment == number] -= raw[segment == number][0]
    return raw
