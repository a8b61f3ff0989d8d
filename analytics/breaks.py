"""When a series changed its level: least-squares segmentation, and which of the steps are ours.

A step is worth its place when it lowers the sum of squares by more than 2 s^2 ln n, s being the noise of single weeks
by the median absolute difference of neighbours (methods 5.7), and by more where neighbours resemble each other. Shares
are segmented as logits, other series as logarithms. The label is "level shift"; nothing here knows a cause.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analytics.events import positions
from analytics.numeric import Floats, Ints
from analytics.trend import REPEATED, every, longest_run

MIN_WEEKS, MIN_SEGMENT = 26, 4
NEAR_WEEKS = 1  # a step this near to an event is not reported
LABEL = "level shift"
FENCE, MAX_R = 4.0, 0.5  # robust standard deviations beyond which a difference is a step; most correlation believed
COLUMNS = {
    "week": "str", "before": "float64", "after": "float64", "change": "float64", "gain": "float64",
    "penalty": "float64", "n_weeks": "int64", "label": "str", "is_reported": "bool", "event": "str",
}  # fmt: skip


class Segments(NamedTuple):
    """Positions at which new levels begin, what each lowers the sum of squares by, and what it had to."""

    starts: Ints
    gains: Floats
    sse: float
    sse_without: float
    sigma: float
    inflation: float
    penalty: float


def segment(values: Floats, min_segment: int = MIN_SEGMENT, known: Ints | None = None) -> Segments:
    """The segmentation of least sum of squares + penalty x steps, by dynamic programming over all of them.

    At the `known` positions (events) a step costs nothing, so that theirs is not mistaken for one nearby; it is told
    only where it is worth the penalty.
    """
    n = len(values)
    sigma = noise(values)
    more = inflation(values)
    penalty = 2 * sigma**2 * math.log(n) * more if n else 0.0
    price = np.full(n + 1, penalty)
    inner = np.array([], "int64") if known is None else known[(known > 0) & (known < n)]
    price[inner] = 0.0
    cost = _Cost(values)
    starts = _optimal(cost, n, min_segment, price) if sigma > 0 else np.array([], "int64")
    edges = np.r_[0, starts, n].astype("int64")
    gains = cost(edges[:-2], edges[2:]) - cost(edges[:-2], edges[1:-1]) - cost(edges[1:-1], edges[2:])
    told = gains > penalty
    edges = np.r_[0, starts[told], n].astype("int64")
    sse = float(cost(edges[:-1], edges[1:]).sum())
    return Segments(starts[told], gains[told], sse, float(cost(0, n)), sigma, more, penalty)


def noise(values: Floats) -> float:
    """Standard deviation of single values, by neighbours' differences: the median absolute one, which steps do not
    bend, or their root mean square where most values repeat."""
    step = np.diff(values)
    if not len(step):
        return 0.0
    robust = 1.4826 * float(np.median(np.abs(step - np.median(step)))) / math.sqrt(2)
    return robust if robust > 0 else float(np.sqrt((step**2).mean() / 2))


def inflation(values: Floats) -> float:
    """Long-run variance over that told by neighbours' differences, at least 1: (1 + r) / (1 - r)^2.

    1 + r is the mean square of differences over two weeks to that over one, without the differences of steps. It knows
    the correlation r of an autoregression without knowing its levels; without it, three in five series of r = 0.3 would
    show a shift.
    """
    single, double = np.diff(values), values[2:] - values[:-2]
    if not len(double):
        return 1.0
    fence = FENCE * 1.4826 * float(np.median(np.abs(single - np.median(single))))
    one, two = (float((part[np.abs(part) <= fence] ** 2).sum()) for part in (single, double))
    kept = [max(int((np.abs(part) <= fence).sum()), 1) for part in (single, double)]
    r = min(max(two / kept[1] / (one / kept[0]) - 1, 0.0), MAX_R) if one > 0 else 0.0
    return (1 + r) / (1 - r) ** 2


def breaks(
    series: pd.DataFrame, window: int, events: pd.DataFrame | None = None, is_share: bool = True
) -> pd.DataFrame:
    """One row a step of level: `COLUMNS`, oldest first; empty for less than 26 weeks.

    `series` is one of `Market`'s, of trailing windows of `window` weeks; only weeks that share no window are used.
    `week` is the first of the new level; before, after and change are in the series' unit (levels are means of logits
    or logarithms, turned back). `is_reported` is False within a week of an event, which `event` names, and in a series
    in which one value repeats.
    """
    at, values = every(series, window)
    if not is_share:  # nothing has no logarithm
        at, values = at[values > 0], values[values > 0]
    if len(at) < MIN_WEEKS:
        return pd.DataFrame(columns=list(COLUMNS)).astype(COLUMNS)
    scaled = _logit(values, np.asarray(series["n"].astype("float64"), float)[at]) if is_share else np.log(values)
    known = None if events is None else events[events["kind"].ne("outage")]  # weeks of an outage are not used at all
    places, lines = positions(list(series["week"]), known)
    found = segment(scaled, known=np.unique(np.searchsorted(at, places)))
    edges = np.r_[0, found.starts, len(at)].astype("int64")
    means = np.array([scaled[a:b].mean() for a, b in pairwise(edges)])
    level = 1 / (1 + np.exp(-means)) if is_share else np.exp(means)
    ours = [_event(at, int(start), window, places, lines, values) for start in found.starts]
    weeks = series["week"].to_numpy()[at[found.starts]]
    table = {"week": weeks, "before": level[:-1], "after": level[1:], "change": level[1:] - level[:-1]}
    told = pd.DataFrame({**table, "gain": found.gains, "event": pd.Series(ours, dtype="str")})
    told = told.assign(penalty=found.penalty, n_weeks=len(at), label=LABEL, is_reported=told["event"].eq(""))
    return told[list(COLUMNS)].astype(COLUMNS)


class _Cost:
    """Sum of squares around the mean of values[a:b], from prefix sums."""

    def __init__(self, values: Floats) -> None:
        centred = values - values.mean() if len(values) else values
        self.sums, self.squares = (np.r_[0.0, np.cumsum(v)] for v in (centred, centred**2))

    def __call__(self, a: Any, b: Any) -> Floats:
        total = self.sums[b] - self.sums[a]
        return np.asarray(np.maximum(self.squares[b] - self.squares[a] - total**2 / np.maximum(b - a, 1), 0), float)


def _optimal(cost: _Cost, n: int, least: int, price: Floats) -> Ints:
    """Starts of the segments after the first (Jackson et al. 2005)."""
    best, last = np.full(n + 1, np.inf), np.zeros(n + 1, "int64")
    best[0] = 0.0
    for end in range(least, n + 1):
        starts = np.arange(0, end - least + 1)
        total = best[starts] + np.where(starts > 0, price[starts], 0.0) + cost(starts, end)
        last[end] = int(total.argmin())
        best[end] = total[last[end]]
    found = []
    end = n
    while end >= least and last[end] > 0:
        end = int(last[end])
        found.append(end)
    return np.array(found[::-1], "int64")


def _logit(share: Floats, n: Floats) -> Floats:
    """Of the share; of 0 and 1 with half a mention and one posting added."""
    edge = ((share <= 0) | (share >= 1)).astype(float)
    mentions, postings = share * n + edge / 2, n + edge
    return np.asarray(np.log(mentions) - np.log(postings - mentions), float)


def _event(at: Ints, start: int, window: int, places: Ints, lines: list[str], values: Floats) -> str:
    """Why a step is not reported: an event that could have made it, or a repeated value; "" for none.

    A value of a trailing window holds weeks since `window` - 1 before it, and the step may be anywhere since the value
    before.
    """
    first, last = at[start - 1] + 1 - (window - 1) - NEAR_WEEKS, at[start] + NEAR_WEEKS
    near = [line for place, line in zip(places, lines, strict=True) if first <= place <= last]
    if not near and longest_run(values) >= REPEATED:
        near = [f"one value in {longest_run(values)} weeks running"]
    return "; ".join(near)
