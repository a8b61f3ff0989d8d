"""Pay of like with like: medians of cells (employer, role, level, region, ...) in two windows, and indices of them.

New and vanished cells are left out of a comparison; so pay can be compared without a model, but only of the postings
that recur. Relatives are averaged geometrically: the arithmetic mean (Carli) is biased upwards (methods 3.5).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analytics.numeric import Floats, Ints

MIN_OF_CELL = 3  # postings behind a cell's median
MIN_CELLS = 5  # behind an index
MIN_CELLS_YEAR = 10  # behind a median growth
YEAR = 52


class Cells(NamedTuple):
    """Cells of one window in ascending order: code, median pay, and pay bill (median x postings)."""

    code: Ints
    median: Floats
    bill: Floats


def cell_medians(code: Ints, pay: Floats, least: int = MIN_OF_CELL) -> Cells:
    """Median pay of each cell with at least `least` postings."""
    order = np.lexsort((pay, code))
    code, pay = code[order], pay[order]
    start = np.flatnonzero(np.r_[True, code[1:] != code[:-1]][: len(code)])
    n = np.diff(np.r_[start, len(code)])
    start, n = start[n >= least], n[n >= least]
    median = (pay[start + (n - 1) // 2] + pay[start + n // 2]) / 2
    return Cells(code[start], median, median * n)


def matched(before: Cells, now: Cells) -> tuple[Cells, Cells]:
    """The cells that both windows have."""
    _, at, to = np.intersect1d(before.code, now.code, assume_unique=True, return_indices=True)
    return _chosen(before, at), _chosen(now, to)


def _chosen(cells: Cells, at: Ints) -> Cells:
    return Cells(cells.code[at], cells.median[at], cells.bill[at])


def jevons(before: Cells, now: Cells) -> float:
    """ln of the geometric mean of relatives of matched cells (Jevons 1865)."""
    return float(np.log(now.median / before.median).mean())


def tornqvist(before: Cells, now: Cells) -> float:
    """ln of the mean of relatives weighted by the mean of both windows' shares of the pay bill (Tornqvist 1936)."""
    shares = (before.bill / before.bill.sum() + now.bill / now.bill.sum()) / 2
    return float(shares @ np.log(now.median / before.median))


def median_growth(before: Cells, now: Cells) -> float:
    """Median over matched cells of growth as a share: how Indeed's wage tracker does it (methods 3.4)."""
    return float(np.median(now.median / before.median) - 1)


def growth_series(pools: list[Cells | None]) -> Floats:
    """By window: `median_growth` against the window 52 weeks before; NaN with fewer than 10 cells."""
    growth = np.full(len(pools), np.nan)
    for at in range(YEAR, len(pools)):
        pair = _pair(pools[at - YEAR], pools[at], MIN_CELLS_YEAR)
        if pair is not None:
            growth[at] = median_growth(*pair)
    return growth


def chained(pools: list[Cells | None], segment: Ints, window: int) -> tuple[Floats, Floats]:
    """(ln Jevons, ln Tornqvist) by window, 0 where a segment begins, NaN where fewer than 5 cells match.

    A link compares a window with the newest one that shares no week with it: overlapping windows share postings, which
    would draw every relative towards 1. Only the windows just after a beginning have to link to it.
    """
    index = np.full((2, len(pools)), np.nan)
    for at in map(int, np.flatnonzero(segment >= 0)):
        same = np.flatnonzero(segment[:at] == segment[at])
        linked = same[np.isfinite(index[0, same]) & (same >= at - YEAR)]
        if len(linked):
            reference = _reference(linked, at, window)
            index[:, at] = index[:, reference] + _link(pools[reference], pools[at])
        elif not len(same):
            index[:, at] = 0
    return index[0], index[1]


def _reference(linked: Ints, at: int, window: int) -> int:
    apart = linked[linked <= at - window]
    return int(apart[-1] if len(apart) else linked[0])


def _link(before: Cells | None, now: Cells | None) -> Floats:
    pair = _pair(before, now, MIN_CELLS)
    return np.full(2, np.nan) if pair is None else np.array([jevons(*pair), tornqvist(*pair)])


def _pair(before: Cells | None, now: Cells | None, least: int) -> tuple[Cells, Cells] | None:
    """Matched cells, None where there are fewer than `least`."""
    if before is None or now is None:
        return None
    pair = matched(before, now)
    return pair if len(pair[0].code) >= least else None
