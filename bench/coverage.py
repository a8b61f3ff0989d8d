"""How often the 95 % intervals hold the truth, beside the usual ones that take postings for independent.

    python bench/coverage.py

Employers are clustered as in methods 2.2: Pareto(1.3) sizes capped at 60, mentions beta-binomial with an intra-employer
correlation of 0.3, log pay with a spread of 0.25 between and 0.20 within employers. Each of 200 seeds draws 20 markets.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from analytics.numeric import Bools, Floats
from analytics.quantile import Sample, quantiles
from analytics.share import share, wilson

SEEDS, MARKETS, ICC = 200, 20, 0.3
BETWEEN, WITHIN = 0.25, 0.20


class Coverage(NamedTuple):
    """Shares of intervals that hold the truth, 0-1, and the number of intervals."""

    ours: float
    naive: float
    intervals: int


def sizes(rng: np.random.Generator, markets: int, employers: int, cap: int) -> Floats:
    """Postings by employer, (markets, employers)."""
    return np.minimum(np.ceil(rng.pareto(1.3, (markets, employers)) + 0.3), cap)


def share_coverage(employers: int, truth: float, seeds: int = SEEDS, markets: int = MARKETS) -> Coverage:
    """Coverage of the share's interval and of Wilson's on the raw number of postings."""
    odds = (1 - ICC) / ICC
    drawn = []
    for seed in range(seeds):
        rng = np.random.default_rng([seed, employers])
        m = sizes(rng, markets, employers, 60)
        rates = rng.beta(truth * odds, (1 - truth) * odds, m.shape)
        drawn.append((rng.binomial(m.astype(int), rates).astype(float), m))
    y, m = (np.concatenate(part) for part in zip(*drawn, strict=True))
    ours = share(y, m)
    low, high = wilson(ours.value, ours.n)
    return _covered(_holds(ours.low, ours.high, truth), _holds(low, high, truth))


def median_coverage(employers: int, seeds: int = SEEDS, markets: int = MARKETS) -> Coverage:
    """Coverage of the median's interval and of the order statistics'."""
    samples = [sample for seed in range(seeds) for sample in _paid(seed, employers, markets)]
    ours = quantiles(samples)
    naive = np.array([order_statistics(sample.values) for sample in samples])
    return _covered(_holds(ours.low, ours.high, 0.0), _holds(naive[:, 0], naive[:, 1], 0.0))


def order_statistics(values: Floats) -> tuple[float, float]:
    """The usual distribution-free interval of a median: the greatest symmetric ranks that cover at least 95 %."""
    n = len(values)
    rank = median_rank(n)
    ordered = np.sort(values)
    return (float(ordered[rank - 1]), float(ordered[n - rank])) if rank else (-math.inf, math.inf)


def median_rank(n: int) -> int:
    """Lower rank l of the interval x(l) .. x(n-l+1) for n values, 0 when even the extremes do not cover 95 %."""
    tail, rank = 0.0, 0
    for k in range(n // 2):
        tail += math.exp(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) - n * math.log(2))
        if 1 - 2 * tail < 0.95:
            break
        rank = k + 1
    return rank


def _paid(seed: int, employers: int, markets: int) -> list[Sample]:
    rng = np.random.default_rng([seed, employers, 1])
    made = []
    for m in sizes(rng, markets, employers, 30).astype(int):
        of = np.repeat(np.arange(employers), m)
        made.append(Sample(rng.normal(0, BETWEEN, employers)[of] + rng.normal(0, WITHIN, len(of)), of))
    return made


def _holds(low: Floats, high: Floats, truth: float) -> Bools:
    return (low <= truth) & (truth <= high)


def _covered(ours: Bools, naive: Bools) -> Coverage:
    return Coverage(float(ours.mean()), float(naive.mean()), len(ours))


def main() -> None:
    print("95 % intervals: share of them that hold the truth")
    print(f"{'what':24}{'employers':>10}{'ours':>8}{'naive':>8}{'intervals':>11}")
    for employers in (40, 100):
        for truth in (0.3, 0.05):
            _print(f"share, truth {truth:.0%}", employers, share_coverage(employers, truth))
        _print("median of log pay", employers, median_coverage(employers))


def _print(what: str, employers: int, found: Coverage) -> None:
    print(f"{what:24}{employers:>10}{found.ours:>8.3f}{found.naive:>8.3f}{found.intervals:>11}")


if __name__ == "__main__":
    main()
