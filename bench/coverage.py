"""How often the 95 % intervals hold the truth, beside the usual ones that take postings for independent.

    python bench/coverage.py            every row of docs/method.md, 500 seeds, under three minutes
    python bench/coverage.py 0.1        the same with another correlation within employers than the one assumed

Employers are clustered as in methods 2.2: Pareto(1.3) sizes capped at 60, mentions beta-binomial with an intra-employer
correlation of 0.3, log pay with a spread of 0.25 between and 0.20 within employers. Each seed draws 20 markets.
"""

from __future__ import annotations

import math
import sys
from typing import NamedTuple

import numpy as np

from analytics.numeric import Z95, Floats, t_quantile
from analytics.quantile import Sample, quantiles, woodruff
from analytics.share import headline_share, wilson

SEEDS, MARKETS, ICC = 200, 20, 0.3
PRINTED_SEEDS = 500
SIZES, TRUTHS = (20, 40, 100, 300), (0.05, 0.3, 0.5)
BETWEEN, WITHIN = 0.25, 0.20
Limits = tuple[Floats, Floats]


class Coverage(NamedTuple):
    """Shares of intervals that hold the truth, 0-1: the headline's, those with the design effect as measured, those
    for independent postings; the headline's mean width over that of the measured; and the number of intervals."""

    ours: float
    measured: float
    naive: float
    width_ratio: float
    intervals: int


def sizes(rng: np.random.Generator, markets: int, employers: int, cap: int) -> Floats:
    """Postings by employer, (markets, employers)."""
    return np.minimum(np.ceil(rng.pareto(1.3, (markets, employers)) + 0.3), cap)


def share_coverage(
    employers: int, truth: float, seeds: int = SEEDS, markets: int = MARKETS, icc: float = ICC
) -> Coverage:
    """Coverage of the share's interval, of the one by `share`, and of Wilson's on the raw number of postings."""
    ours = headline_share(*_drawn(employers, truth, seeds, markets, icc))
    measured = wilson(ours.value, ours.n_eff * _t_factor(ours.c_eff))
    return _coverage((ours.low, ours.high), measured, wilson(ours.value, ours.n), truth)


def median_coverage(employers: int, seeds: int = SEEDS, markets: int = MARKETS) -> Coverage:
    """Coverage of the median's interval, of the one with the measured design effect, and of the order statistics'."""
    samples = [sample for seed in range(seeds) for sample in _paid(seed, employers, markets)]
    ours = quantiles(samples)
    n_star = ours.n_eff * _t_factor(ours.c_eff)
    measured = _columns([woodruff(s.values, 0.5, n) for s, n in zip(samples, n_star, strict=True)])
    naive = _columns([order_statistics(sample.values) for sample in samples])
    return _coverage((ours.low, ours.high), measured, naive, 0.0)


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


def _drawn(employers: int, truth: float, seeds: int, markets: int, icc: float) -> tuple[Floats, Floats]:
    """Mentions and postings by employer, (seeds * markets, employers)."""
    odds = (1 - icc) / icc
    drawn = []
    for seed in range(seeds):
        rng = np.random.default_rng([seed, employers])
        m = sizes(rng, markets, employers, 60)
        rates = rng.beta(truth * odds, (1 - truth) * odds, m.shape)
        drawn.append((rng.binomial(m.astype(int), rates).astype(float), m))
    y, m = (np.concatenate(part) for part in zip(*drawn, strict=True))
    return y, m


def _paid(seed: int, employers: int, markets: int) -> list[Sample]:
    rng = np.random.default_rng([seed, employers, 1])
    made = []
    for m in sizes(rng, markets, employers, 30).astype(int):
        of = np.repeat(np.arange(employers), m)
        made.append(Sample(rng.normal(0, BETWEEN, employers)[of] + rng.normal(0, WITHIN, len(of)), of))
    return made


def _t_factor(c_eff: Floats) -> Floats:
    return (Z95 / t_quantile(0.975, np.maximum(c_eff, 2) - 1)) ** 2


def _columns(limits: list[tuple[float, float]]) -> tuple[Floats, Floats]:
    low, high = np.array(limits, float).reshape(-1, 2).T
    return low, high


def _coverage(ours: Limits, measured: Limits, naive: Limits, truth: float) -> Coverage:
    held = [float(((low <= truth) & (truth <= high)).mean()) for low, high in (ours, measured, naive)]
    wide, narrow = (float(np.mean(high - low)) for low, high in (ours, measured))
    return Coverage(held[0], held[1], held[2], wide / narrow, len(ours[0]))


def main() -> None:
    icc = float(sys.argv[1]) if len(sys.argv) > 1 else ICC
    print(f"95 % intervals: share of them that hold the truth ({PRINTED_SEEDS} seeds of {MARKETS} markets)")
    print(f"{'what':24}{'employers':>10}{'ours':>8}{'measured':>10}{'naive':>8}{'width':>8}{'intervals':>11}")
    for truth in TRUTHS:
        for employers in SIZES:
            _print(f"share, truth {truth:.0%}", employers, share_coverage(employers, truth, PRINTED_SEEDS, icc=icc))
    for employers in SIZES if icc == ICC else ():
        _print("median of log pay", employers, median_coverage(employers, PRINTED_SEEDS))


def _print(what: str, employers: int, found: Coverage) -> None:
    ours, measured, naive, width, intervals = found
    print(f"{what:24}{employers:>10}{ours:>8.3f}{measured:>10.3f}{naive:>8.3f}{width:>8.2f}{intervals:>11}", flush=True)


if __name__ == "__main__":
    main()
