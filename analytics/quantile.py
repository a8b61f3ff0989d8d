"""Median pay with an interval that knows employers set pay for many postings at once.

Order-statistic intervals assume independent postings and cover 65-77 % instead of 95 %. Woodruff's interval puts the
limits of a probability, widened as in `analytics.share`, through the empirical distribution (methods 4.8).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from analytics.numeric import Z95, Floats, Ints, t_quantile
from analytics.share import steadied, wilson


class Quantiles(NamedTuple):
    """One quantile of each sample, in the unit of the values; NaN for an empty sample."""

    value: Floats
    low: Floats
    high: Floats
    n: Floats
    employers: Floats
    c_eff: Floats
    n_eff: Floats


class Sample(NamedTuple):
    """Values and, for each, an integer code of its employer."""

    values: Floats
    employers: Ints


def quantiles(samples: Sequence[Sample], q: float = 0.5) -> Quantiles:
    """Quantile `q` of every sample with its 95 % interval.

    The point is numpy's linear quantile (for an even n the median is the mean of the two middle values), the limits
    are values that occur.
    """
    value = np.array([point(s.values, q) for s in samples], float)
    sizes = np.array([_effective(s, v, q) for s, v in zip(samples, value, strict=True)], float).reshape(-1, 5)
    n, employers, c_eff, n_eff, steady = sizes.T
    n_star = steady * (Z95 / t_quantile(0.975, np.maximum(c_eff, 2) - 1)) ** 2
    limits = [woodruff(s.values, q, n_) for s, n_ in zip(samples, n_star, strict=True)]
    low, high = np.array(limits, float).reshape(-1, 2).T
    return Quantiles(value, low, high, n, employers, c_eff, n_eff)


def point(values: Floats, q: float = 0.5) -> float:
    """Quantile `q` without an interval; NaN when there is no value."""
    return float(np.quantile(values, q)) if len(values) else float("nan")


def woodruff(values: Floats, q: float, n_star: float) -> tuple[float, float]:
    """Limits of quantile `q`: Wilson's limits of the probability q at n_star, through the inverted distribution."""
    if not len(values):
        return float("nan"), float("nan")
    limits = wilson(q, n_star)
    low, high = np.quantile(values, [float(v) for v in limits], method="inverted_cdf")
    return float(low), float(high)


def _effective(sample: Sample, value: float, q: float) -> tuple[float, float, float, float, float]:
    """n, employers, effective employers, effective sample size of the indicator value <= quantile, and the same
    with the steadied design effect."""
    if not len(sample.values):
        return 0.0, 0.0, float("nan"), float("nan"), float("nan")
    m = np.bincount(sample.employers)
    below = np.bincount(sample.employers, sample.values <= value, minlength=len(m))[m > 0]
    m = m[m > 0]
    n, count = float(m.sum()), len(m)
    residual = float(((below - q * m) ** 2).sum())
    deff = max(1.0, count / (count - 1) * residual / n / (q * (1 - q))) if count > 1 else n
    steady = float(steadied(np.array(deff), below.astype(float), m.astype(float)))
    return n, float(count), n**2 / float((m**2).sum()), n / deff, n / steady
