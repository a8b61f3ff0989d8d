"""Other ways to say what is paid: ranges as intervals, worst cases for hidden pay, weights for who discloses.

None is the headline. Each shows how far the headline leans on an assumption: that pay is the middle of its range, that
a range is a range around one salary, that those who state pay are like those who do not (methods 4.6, 4.9).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from analytics.numeric import Z95, Bools, Floats, Ints, t_quantile
from analytics.share import ratio, steadied, wilson

TURNBULL_STEPS, TURNBULL_TOLERANCE = 2_000, 1e-8
NORMAL_STEPS, NORMAL_TOLERANCE = 2_000, 1e-11
LOGIT_STEPS = 50
LEAST_CHANCE = 0.05  # no posting counts for more than twenty
_erfc = np.vectorize(math.erfc, otypes=[float])


class Bounds(NamedTuple):
    """Two limits in the unit of the values; NaN where there are none."""

    low: float
    high: float


class Distribution(NamedTuple):
    """Mass on intervals [left, right] in ascending order. Where in its interval a mass lies is not known."""

    left: Floats
    right: Floats
    mass: Floats


class LogNormal(NamedTuple):
    """Median and sigma of ln pay, the negative log likelihood, and the influence of each row on ln median."""

    median: float
    sigma: float
    loss: float
    influence: Floats


class Estimate(NamedTuple):
    """Value and 95 % interval with what is behind it: rows, employers, effective employers, n* of a quantile."""

    value: float
    low: float
    high: float
    n: int
    employers: int
    c_eff: float
    n_star: float = float("nan")


def median_bounds(low: Floats, high: Floats) -> Bounds:
    """Sharp bounds of the median of anything inside the ranges: medians of lower and upper ends.

    An open side is NaN and counts as boundless, so a bound may be infinite.
    """
    if not len(low):
        return Bounds(float("nan"), float("nan"))
    ends = np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high)
    return Bounds(*(_middle(np.sort(end)) for end in ends))


def _middle(ordered: Floats) -> float:
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return float(low if low == high else (low + high) / 2)


def turnbull(low: Floats, high: Floats) -> Distribution:
    """Distribution of a value known to lie in [low, high] (NaN = open side), by maximum likelihood (Turnbull 1976).

    Self-consistency steps until no mass moves by 1e-8, at most 2,000. Only the innermost intervals carry mass.
    """
    low, high = np.where(np.isnan(low), 0, low), np.where(np.isnan(high), np.inf, high)
    ranges, times = np.unique(np.column_stack([low, high]).reshape(-1, 2), axis=0, return_counts=True)
    left, right = _innermost(ranges[:, 0], ranges[:, 1])
    first, last = np.searchsorted(left, ranges[:, 0]), np.searchsorted(right, ranges[:, 1], "right")
    mass = np.full(len(left), ratio(1, len(left)))
    total = np.zeros(len(left) + 1)
    for _ in range(TURNBULL_STEPS):
        total[1:] = mass.cumsum()
        part = times / (total[last] - total[first])
        spread = np.bincount(first, part, len(left) + 1) - np.bincount(last, part, len(left) + 1)
        moved = mass * spread.cumsum()[:-1] / times.sum()
        step, mass = float(np.abs(moved - mass).max(initial=0)), moved
        if step < TURNBULL_TOLERANCE:
            break
    return Distribution(left, right, mass)


def _innermost(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Intervals from a lower end to the next end, where that is an upper one; ends at the same place touch."""
    ends, is_upper = np.r_[low, high], np.r_[np.zeros(len(low)), np.ones(len(high))]
    order = np.lexsort((is_upper, ends))
    ends, is_upper = ends[order], is_upper[order]
    at = np.flatnonzero((is_upper[:-1] == 0) & (is_upper[1:] == 1))
    return ends[at], ends[at + 1]


def quantile_of(found: Distribution, q: float) -> Bounds:
    """The interval that holds quantile `q`."""
    if not len(found.mass):
        return Bounds(float("nan"), float("nan"))
    at = min(int(np.searchsorted(np.cumsum(found.mass), q - 1e-9)), len(found.mass) - 1)
    return Bounds(float(found.left[at]), float(found.right[at]))


def interval_lognormal(low: Floats, high: Floats) -> LogNormal:
    """Log-normal pay known to lie in [low, high] (NaN = open side; equal ends are points), by maximum likelihood.

    EM on truncated normal moments (Dempster, Laird and Rubin 1977). NaN where there is no spread to estimate.
    """
    with np.errstate(divide="ignore"):
        a, b = np.log(np.where(np.isnan(low), 0, low)), np.log(np.where(np.isnan(high), np.inf, high))
    inside = np.where(np.isneginf(a), b, np.where(np.isposinf(b), a, (np.clip(a, -99, 99) + np.clip(b, -99, 99)) / 2))
    if len(a) < 2 or inside.std() == 0:
        return LogNormal(float("nan"), float("nan"), float("nan"), np.full(len(a), np.nan))
    mu, sigma = float(inside.mean()), float(inside.std())
    for _ in range(NORMAL_STEPS):
        mean, square = _truncated(a, b, mu, sigma)
        step = abs(float(mean.mean()) - mu) + abs(math.sqrt(float(square.mean())) - sigma)
        mu, sigma = float(mean.mean()), math.sqrt(float(square.mean() - (mean.mean() - mu) ** 2))
        if step < NORMAL_TOLERANCE:
            break
    return LogNormal(math.exp(mu), sigma, _loss(a, b, mu, sigma), _influence(a, b, mu, sigma))


def _truncated(a: Floats, b: Floats, mu: float, sigma: float) -> tuple[Floats, Floats]:
    """E[x] and E[(x - mu)^2] of a normal x in [a, b]."""
    u, v = (a - mu) / sigma, (b - mu) / sigma
    at_u, at_v = (np.exp(-0.5 * np.minimum(z * z, 1400)) / math.sqrt(2 * math.pi) for z in (u, v))
    chance = _between(u, v)
    first = ratio(at_u - at_v, chance)
    second = ratio(np.where(np.isinf(u), 0, u) * at_u - np.where(np.isinf(v), 0, v) * at_v, chance)
    is_point = ~(chance > 1e-12)
    mean = np.where(is_point, _point(a, b), mu + sigma * first)
    return mean, np.where(is_point, (mean - mu) ** 2, sigma**2 * (1 + second))


def _between(u: Floats, v: Floats) -> Floats:
    """P(u < Z < v), from the tail where it is small."""
    flip = u > 0
    lower, upper = np.where(flip, -v, u), np.where(flip, -u, v)
    return np.asarray((_erfc(-upper / math.sqrt(2)) - _erfc(-lower / math.sqrt(2))) / 2, float)


def _point(a: Floats, b: Floats) -> Floats:
    return np.where(np.isinf(a), b, np.where(np.isinf(b), a, (np.where(np.isinf(a), b, a) + b) / 2))


def _loss(a: Floats, b: Floats, mu: float, sigma: float) -> float:
    is_point = a == b
    x = (a[is_point] - mu) / sigma
    density = x**2 / 2 + math.log(sigma * math.sqrt(2 * math.pi))
    chance = _between((a[~is_point] - mu) / sigma, (b[~is_point] - mu) / sigma)
    return float(density.sum() - np.log(np.maximum(chance, 1e-300)).sum())


def _influence(a: Floats, b: Floats, mu: float, sigma: float) -> Floats:
    """Each row's influence on mu: inverse Hessian times score, the Hessian by central differences of the score."""

    def score(m: float, log_s: float) -> Floats:
        mean, square = _truncated(a, b, m, math.exp(log_s))
        return np.stack([mean - m, square / math.exp(log_s) - math.exp(log_s)]) / math.exp(2 * log_s)

    at, h = np.array([mu, math.log(sigma)]), 1e-5
    hessian = np.array([(score(*(at + d)).sum(1) - score(*(at - d)).sum(1)) / (2 * h) for d in np.eye(2) * h])
    return np.asarray(-np.linalg.pinv(hessian)[0] @ score(*at), float)


def worst_case(values: Floats, disclosed: float, q: float = 0.5) -> tuple[Bounds, Bounds]:
    """Limits of quantile `q` of all postings when a share `disclosed` states pay: probabilities, then values.

    Hidden pay may lie anywhere (Manski 1989), so both are NaN where not more than max(q, 1 - q) disclose.
    """
    if not len(values) or not disclosed > max(q, 1 - q):
        return Bounds(float("nan"), float("nan")), Bounds(float("nan"), float("nan"))
    at = Bounds((q - (1 - disclosed)) / disclosed, q / disclosed)
    low, high = np.quantile(values, at, method="inverted_cdf")
    return at, Bounds(float(low), float(high))


def logit(x: Floats, y: Floats, ridge: float = 0.0) -> Floats:
    """Coefficients of a logit of y (0/1) on the columns of x, by iteratively reweighted least squares.

    `ridge` penalises all columns but the first (the constant), which keeps coefficients finite where a column foretells
    y exactly. Halved steps: the penalised likelihood never falls.
    """
    beta, penalty = np.zeros(x.shape[1]), np.full(x.shape[1], ridge)
    penalty[:1] = 0
    for _ in range(LOGIT_STEPS):
        p = chance(x, beta)
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(penalty + 1e-9)
        step = np.linalg.solve(hessian, x.T @ (y - p) - penalty * beta)
        size = 1.0
        while size > 1e-6 and _penalised(x, y, beta + size * step, penalty) > _penalised(x, y, beta, penalty) + 1e-9:
            size /= 2
        beta = beta + size * step
        if np.abs(size * step).max(initial=0) < 1e-9:
            break
    return beta


def _penalised(x: Floats, y: Floats, beta: Floats, penalty: Floats) -> float:
    linear = x @ beta
    return float((np.logaddexp(0, linear) - y * linear).sum() + (penalty * beta**2).sum() / 2)


def chance(x: Floats, beta: Floats) -> Floats:
    """Probabilities of a logit."""
    return np.asarray(1 / (1 + np.exp(-np.clip(x @ beta, -30, 30))), float)


def inverse_chance(disclosure: Floats) -> Floats:
    """Weights of postings by their chance to state pay (Horvitz and Thompson 1952), none above 20."""
    return 1 / np.maximum(disclosure, LEAST_CHANCE)


def weighted_mean(values: Floats, weights: Floats, employers: Ints) -> Estimate:
    """Weighted mean with a cluster interval; equal weights give the plain mean."""
    total = float(weights.sum())
    value = float(ratio(float(weights @ values), total))
    error, count, c_eff = _clustered(weights * (values - value), weights, employers)
    half = error * float(t_quantile(0.975, max(c_eff, 2) - 1))
    return Estimate(value, value - half, value + half, len(values), count, c_eff)


def weighted_median(values: Floats, weights: Floats, employers: Ints, q: float = 0.5) -> Estimate:
    """Weighted quantile with Woodruff's interval; equal weights give `quantile.quantiles`' median (methods 4.8)."""
    if not len(values):
        return Estimate(float("nan"), float("nan"), float("nan"), 0, 0, float("nan"))
    order = np.argsort(values, kind="stable")
    values, weights, employers = values[order], weights[order], employers[order]
    below = np.cumsum(weights) / weights.sum()
    at = [int(np.searchsorted(below, q + shift)) for shift in (-1e-12, 1e-12)]
    value = float(np.mean([values[min(k, len(values) - 1)] for k in at]))
    error, count, c_eff = _clustered(weights * ((values <= value) - q), weights, employers)
    n_eff = min(float(ratio(q * (1 - q), error**2)) if count > 1 else 1.0, len(values))
    n_star = (
        _steady_size(weights, values <= value, employers, n_eff)
        * (Z95 / float(t_quantile(0.975, max(c_eff, 2) - 1))) ** 2
    )
    limits = [values[min(int(np.searchsorted(below, p - 1e-12)), len(values) - 1)] for p in wilson(q, n_star)]
    return Estimate(value, float(limits[0]), float(limits[1]), len(values), count, c_eff, n_star)


def _steady_size(weights: Floats, below: Bools, employers: Ints, n_eff: float) -> float:
    """The effective sample size with the steadied design effect, as `quantile.quantiles` has it."""
    n = len(weights)
    even = weights * n / weights.sum()
    m = np.bincount(employers, even)
    found = np.bincount(employers, even * below, len(m))
    return n / float(steadied(np.array(n / n_eff), found[m > 0].astype(float), m[m > 0].astype(float)))


def _clustered(residual: Floats, weights: Floats, employers: Ints) -> tuple[float, int, float]:
    """Standard error of a weighted mean of `residual` / `weights`, employers and effective employers."""
    size = np.bincount(employers, weights)
    here = size > 0
    count, total = int(here.sum()), size.sum()
    spread = float((np.bincount(employers, residual, len(size)) ** 2).sum())
    error = math.sqrt(float(ratio(count, count - 1)) * spread) / total if count > 1 else float("nan")
    return error, count, float(ratio(total**2, (size**2).sum()))
