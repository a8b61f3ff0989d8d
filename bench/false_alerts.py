"""How many alerts a weekly report raises when nothing moved, and how many of the moves it finds.

    python bench/false_alerts.py

Each report scans 300 terms at employers of Pareto(1.3) sizes capped at 60: in each of two windows of four weeks seven
employers in ten hire, mentions are beta-binomial with an intra-employer correlation of 0.3, prevalences log-uniform
between 0.5 and 60 %. The detection is `analytics.movers.compare`, gates included; beside it stand two usual ones.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from analytics.change import benjamini_hochberg
from analytics.movers import MAX_Q, Compared, Counts, compare, of_terms, supported
from analytics.numeric import Bools, Floats, Ints, normal_two_sided
from analytics.placebo import placebo
from analytics.share import ratio

TERMS, REPORTS, ICC, WEEKS = 300, 200, 0.3, 4
LEAST, MOST, CAP, HIRING = 0.005, 0.6, 60, 0.7
MOVING, MOVED_BY, MOVING_POSTINGS = 10, 0.05, 3_000
IS_NOW = np.repeat([False, True], WEEKS)


class Scan(NamedTuple):
    """Alerts a report on average, of terms that did not move and of those that did, by the three detections."""

    false_ours: float
    false_p05: float
    false_bh: float
    found_ours: float
    found_p05: float
    found_bh: float
    any_ours: float
    placebo: float
    postings: float
    tested: float


def simulated(rng: np.random.Generator, employers: int, moving: int, postings: float | None = None) -> Counts:
    """Two windows of four weeks; the first `moving` terms rise by five points at every employer."""
    base = np.minimum(np.ceil(rng.pareto(1.3, employers) + 0.3), CAP)
    scale = 1.0 if postings is None else postings / (base.sum() * HIRING)
    weekly = np.concatenate([_weekly(rng, base * scale) for _ in range(2)])
    prevalence = np.exp(rng.uniform(math.log(LEAST), math.log(MOST), (TERMS, 1)))
    odds = (1 - ICC) / ICC
    before = rng.beta(prevalence * odds, (1 - prevalence) * odds, (TERMS, employers))
    now = before.copy()
    now[:moving] += MOVED_BY * (1 - before[:moving]) / (1 - prevalence[:moving])
    parts = [_mentions(rng, now if is_now else before, m, week) for week, (m, is_now) in _each(weekly)]
    week, term, employer = (np.concatenate(part) for part in zip(*parts, strict=True))
    whole = np.ones(len(week), bool)
    return Counts(week, term, employer, whole, weekly, weekly.sum(1), TERMS)


def scanned(
    employers: int, moving: int = 0, reports: int = REPORTS, seed: int = 0, postings: float | None = None
) -> Scan:
    """`reports` simulated reports, each with its own market."""
    rows = []
    for report in range(reports):
        counts = simulated(np.random.default_rng([seed, employers, moving, report]), employers, moving, postings)
        enough = supported(counts)
        rows.append(_row(of_terms(counts, enough), np.arange(TERMS)[enough] < moving, f"{seed} {report}"))
    return Scan(*(float(value) for value in np.mean(rows, axis=0)))


def _row(counts: Counts, moved: Bools, key: str) -> list[float]:
    found = compare(counts, IS_NOW)
    naive = naive_p(found)
    ways = [found.is_alert, naive < 0.05, benjamini_hochberg(naive) <= MAX_Q]
    false = [float((way & ~moved).sum()) for way in ways]
    true = [float((way & moved).sum()) for way in ways]
    by_chance = placebo(counts, IS_NOW, key, 1).mean_alerts
    return [*false, *true, float(false[0] > 0), by_chance, found.postings.mean(), float(counts.n_terms)]


def naive_p(found: Compared) -> Floats:
    """p-values of the usual test of two proportions, postings taken for independent."""
    pooled = ratio(found.mentions.sum(0), found.postings.sum())
    se = np.sqrt(pooled * (1 - pooled) * ratio(1, found.postings).sum())
    return np.array([normal_two_sided(z) for z in ratio(found.change.change, se)])


def _weekly(rng: np.random.Generator, base: Floats) -> Floats:
    """Postings of the weeks of a window, (weeks, employers)."""
    hires = rng.random(len(base)) < HIRING
    return rng.poisson(base * hires / WEEKS, (WEEKS, len(base))).astype(float)


def _each(weekly: Floats) -> list[tuple[int, tuple[Floats, bool]]]:
    return [(week, (m, bool(IS_NOW[week]))) for week, m in enumerate(weekly)]


def _mentions(rng: np.random.Generator, chance: Floats, m: Floats, week: int) -> tuple[Ints, Ints, Ints]:
    told = rng.binomial(m.astype(int), np.minimum(chance, 1))
    term, employer = np.nonzero(told)
    count = told[term, employer]
    return np.full(count.sum(), week), np.repeat(term, count), np.repeat(employer, count)


def main() -> None:
    print(f"{TERMS} terms, {REPORTS} reports: alerts a report")
    print(
        f"{'employers':>9} {'postings':>9} {'tested':>7}   {'ours':>6} {'any':>6} {'placebo':>8} {'p<.05':>7} {'BH':>7}"
    )
    for employers in (100, 300, 1000):
        one = scanned(employers)
        size = f"{employers:>9} {one.postings:>9.0f} {one.tested:>7.0f}"
        ours = f"{one.false_ours:>6.3f} {one.any_ours:>6.1%} {one.placebo:>8.3f}"
        print(f"{size}   {ours} {one.false_p05:>7.1f} {one.false_bh:>7.1f}")
    print(f"\n{MOVING} of them rose by {100 * MOVED_BY:.0f} points: found, and false beside them")
    for employers in (300, 1000):
        one = scanned(employers, MOVING, postings=MOVING_POSTINGS)
        told = [f"{found:.1f} + {false:.2f}" for found, false in zip(one[3:6], one[:3], strict=True)]
        print(f"{employers:>9} {one.postings:>9.0f}   ours {told[0]}, p<.05 {told[1]}, BH {told[2]}")


if __name__ == "__main__":
    main()
