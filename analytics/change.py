"""Which terms moved between two windows, tested on the employers that carried them in both.

The paired test takes the difference of shares employer by employer, so that an employer present in both windows is
compared with itself; its variance never falls below the binomial one and its degrees of freedom follow the effective
number of employers. Many terms are tested at once, so the p-values become false-discovery q-values (methods 5.2-5.4).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from analytics.numeric import Bools, Floats, t_quantile, t_two_sided
from analytics.share import ratio

POWER = 1.959964 + 0.841621  # two-sided 5 % level, 80 % power
MAX_TOP_SHARE = 0.25  # of a window's postings by one employer


class Change(NamedTuple):
    """Change of shares along the leading axes; leave_low, leave_high: extremes when any one employer is left out."""

    before: Floats
    now: Floats
    change: Floats
    low: Floats
    high: Floats
    se: Floats
    p_value: Floats
    mde80: Floats
    leave_low: Floats
    leave_high: Floats


class Dominance(NamedTuple):
    """Greatest part of either window's postings that one employer has, and the changes without that employer."""

    top_share: float
    without_top: Floats


def paired_change(y0: Floats, m0: Floats, y1: Floats, m1: Floats) -> Change:
    """Difference of two shares from counts by employer on the last axis (same employers in both windows).

    `se` is the greater of the clustered and the binomial standard error, the interval and the p-value use Student's t
    with effective employers - 1 degrees of freedom (at least 1); `mde80` is the change found with 80 % power. Postings
    m0, m1 may be one row for many rows of mentions y0, y1.
    """
    leave_low, leave_high = leave_one_out(y0, m0, y1, m1)
    return paired_test(y0, m0, y1, m1)._replace(leave_low=leave_low, leave_high=leave_high)


def paired_test(y0: Floats, m0: Floats, y1: Floats, m1: Floats) -> Change:
    """`paired_change` without the costly part: leave_low and leave_high are NaN."""
    n0, n1 = (m.sum(-1) for m in (m0, m1))
    p0, p1 = ratio(y0.sum(-1), n0), ratio(y1.sum(-1), n1)
    s0, s1 = m0 * ratio(1, n0)[..., None], m1 * ratio(1, n1)[..., None]
    count = ((m0 + m1) > 0).sum(-1)
    moment = _squares(y0 * ratio(1, n0)[..., None], s0, p0, y1 * ratio(1, n1)[..., None], s1, p1)
    clustered = ratio(count, count - 1) * np.maximum(moment, 0)
    binomial = p0 * (1 - p0) * ratio(1, n0) + p1 * (1 - p1) * ratio(1, n1)
    se = np.sqrt(np.fmax(clustered, binomial))
    c_eff = ratio(1, (((s0 + s1) / 2) ** 2).sum(-1))
    return _tested(p0, p1, se, np.maximum(c_eff, 2) - 1)


def leave_one_out(y0: Floats, m0: Floats, y1: Floats, m1: Floats) -> Floats:
    """Least and greatest change when one employer is left out, (2, ...); NaN without a second employer."""
    some = (m0 + m1) > 0
    inverse = [np.where(some, ratio(1, m.sum(-1, keepdims=True) - m), np.nan) for m in (m0, m1)]
    change = (y1.sum(-1, keepdims=True) - y1) * inverse[1]
    change -= (y0.sum(-1, keepdims=True) - y0) * inverse[0]
    if not change.shape[-1]:
        return np.full((2, *change.shape[:-1]), np.nan)
    return np.stack([np.fmin.reduce(change, -1), np.fmax.reduce(change, -1)])


def dominance(y0: Floats, m0: Floats, y1: Floats, m1: Floats) -> Dominance:
    """The largest employer of two windows: postings m0, m1 (employers), mentions y0, y1 (..., employers)."""
    part = np.fmax(ratio(m0, m0.sum()), ratio(m1, m1.sum()))
    if not np.isfinite(part).any():
        return Dominance(float("nan"), np.full(y0.shape[:-1], np.nan))
    top = int(np.nanargmax(part))
    before, now = (ratio(y.sum(-1) - y[..., top], m.sum() - m[top]) for y, m in ((y0, m0), (y1, m1)))
    return Dominance(float(part[top]), now - before)


def employer_weighted_change(y0: Floats, m0: Floats, y1: Floats, m1: Floats) -> Floats:
    """Change of the mean of the employers' own shares; each counts once in a window in which it has postings."""
    weights = [ratio((m > 0) / np.maximum(m, 1), (m > 0).sum(-1, keepdims=True)) for m in (m0, m1)]
    return np.asarray((y1 * weights[1]).sum(-1) - (y0 * weights[0]).sum(-1), float)


def disagrees(change: Floats, employer_weighted: Floats) -> Bools:
    """Whether the employer-weighted change has the opposite sign: few employers drive the change (methods 2.3)."""
    return np.asarray(np.sign(change) * np.sign(employer_weighted) < 0, bool)


def detectable(share: ArrayLike, n: ArrayLike, deff: ArrayLike = 2.0) -> Floats:
    """Change of a share (0-1) between two windows of `n` postings found with 80 % power, for planning (methods 5.3)."""
    p = np.asarray(share, float)
    return np.asarray(POWER * np.sqrt(ratio(2 * p * (1 - p) * np.asarray(deff, float), n)), float)


def _squares(r0: Floats, s0: Floats, p0: Floats, r1: Floats, s1: Floats, p1: Floats) -> Floats:
    """Sum over employers of ((r1 - p1 s1) - (r0 - p0 s0))^2, multiplied out: few passes over the large arrays r."""
    r = r1 - r0
    cross = p1 * np.einsum("...e,...e->...", r, s1) - p0 * np.einsum("...e,...e->...", r, s0)
    own = p1**2 * (s1**2).sum(-1) - 2 * p0 * p1 * (s0 * s1).sum(-1) + p0**2 * (s0**2).sum(-1)
    return np.asarray(np.einsum("...e,...e->...", r, r) - 2 * cross + own, float)


def _tested(p0: Floats, p1: Floats, se: Floats, df: Floats) -> Change:
    change = p1 - p0
    p_value = np.where(se > 0, t_two_sided(ratio(change, se), df), np.where(change == 0, 1.0, np.nan))
    half = t_quantile(0.975, df) * se
    unknown = np.full((2, *change.shape), np.nan)
    return Change(p0, p1, change, change - half, change + half, se, p_value, POWER * se, *unknown)


def benjamini_hochberg(p: Floats) -> Floats:
    """q-values of a family of p-values (Benjamini and Hochberg 1995); NaN stays NaN and does not count."""
    q = np.full(p.shape, np.nan)
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    scaled = p[order] * len(order) / np.arange(1, len(order) + 1)
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    return q


def benjamini_yekutieli(p: Floats) -> Floats:
    """q-values that hold under any dependence of the tests (Benjamini and Yekutieli 2001): the cautious footnote."""
    count = int(np.isfinite(p).sum())
    order = np.argsort(p, kind="stable")[:count]
    scaled = p[order] * count * (1 / np.arange(1, count + 1)).sum() / np.arange(1, count + 1)
    q = np.full(p.shape, np.nan)
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    return q


def bonferroni(p: Floats) -> Floats:
    """p-values times the number of tests, at most 1; NaN stays NaN and does not count."""
    return np.asarray(np.minimum(p * np.isfinite(p).sum(), 1), float)
