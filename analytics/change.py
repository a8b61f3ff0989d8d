"""Which terms moved between two windows, tested on the employers that carried them in both.

The paired test takes the difference of shares employer by employer, so that an employer present in both windows is
compared with itself; its variance never falls below the binomial one and its degrees of freedom follow the effective
number of employers. Many terms are tested at once, so the p-values become false-discovery q-values (methods 5.2-5.4).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analytics.numeric import Floats, t_quantile, t_two_sided
from analytics.share import ratio

POWER = 1.959964 + 0.841621  # two-sided 5 % level, 80 % power


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


def paired_change(y0: Floats, m0: Floats, y1: Floats, m1: Floats) -> Change:
    """Difference of two shares from counts by employer on the last axis (same employers in both windows).

    `se` is the greater of the clustered and the binomial standard error, the interval and the p-value use Student's t
    with effective employers - 1 degrees of freedom (at least 1); `mde80` is the change found with 80 % power.
    """
    n0, n1 = (m.sum(-1, keepdims=True) for m in (m0, m1))
    p0, p1 = ratio(y0.sum(-1, keepdims=True), n0), ratio(y1.sum(-1, keepdims=True), n1)
    z = ratio(y1 - p1 * m1, n1) - ratio(y0 - p0 * m0, n0)
    count = ((m0 + m1) > 0).sum(-1)
    clustered = ratio(count, count - 1) * (z**2).sum(-1)
    binomial = (ratio(p0 * (1 - p0), n0) + ratio(p1 * (1 - p1), n1))[..., 0]
    se = np.sqrt(np.fmax(clustered, binomial))
    c_eff = ratio(1, (((ratio(m0, n0) + ratio(m1, n1)) / 2) ** 2).sum(-1))
    change = (p1 - p0)[..., 0]
    return _tested(p0[..., 0], p1[..., 0], change, se, np.maximum(c_eff, 2) - 1, _leave_one_out(y0, m0, y1, m1))


def _tested(p0: Floats, p1: Floats, change: Floats, se: Floats, df: Floats, left: Floats) -> Change:
    p_value = np.where(se > 0, t_two_sided(ratio(change, se), df), np.where(change == 0, 1.0, np.nan))
    half = t_quantile(0.975, df) * se
    return Change(p0, p1, change, change - half, change + half, se, p_value, POWER * se, *left)


def _leave_one_out(y0: Floats, m0: Floats, y1: Floats, m1: Floats) -> Floats:
    """Least and greatest change when one employer is left out, (2, ...)."""
    before, now = (ratio(y.sum(-1, keepdims=True) - y, m.sum(-1, keepdims=True) - m) for y, m in ((y0, m0), (y1, m1)))
    change = now - before
    present = ((m0 + m1) > 0) & np.isfinite(change)
    least = np.where(present, change, np.inf).min(-1, initial=np.inf)
    most = np.where(present, change, -np.inf).max(-1, initial=-np.inf)
    return np.stack([np.where(np.isfinite(v), v, np.nan) for v in (least, most)])


def benjamini_hochberg(p: Floats) -> Floats:
    """q-values of a family of p-values (Benjamini and Hochberg 1995); NaN stays NaN and does not count."""
    q = np.full(p.shape, np.nan)
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    scaled = p[order] * len(order) / np.arange(1, len(order) + 1)
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1)
    return q
