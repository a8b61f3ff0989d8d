"""A share series that new and vanished boards cannot bend, and the decomposition that says what they did.

Each link compares two windows on the boards observed throughout both (the matched set), so a board's arrival changes
nothing in its entry week. Links are made on logits, which keeps the index between 0 and 1. The interval resamples
employers once for all windows, so that every link of one resample sees the same market (methods 3.1).
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np

from analytics.numeric import Bools, Floats, Ints
from analytics.share import ratio

MIN_MATCHED = 0.7  # of the postings of both windows, else the index is interrupted and never bridged


class Chain(NamedTuple):
    """One value a window: index 0-1, matched share of postings 0-1, segment (-1 = no index in this window)."""

    value: Floats
    matched: Floats
    segment: Ints


class Decomposition(NamedTuple):
    """Parts of the change of a share between two windows; they add up to `total` exactly."""

    total: float
    within: float
    between: float
    entry: float
    leaving: float


def links(postings: Floats, covered: Bools) -> tuple[Bools, Floats]:
    """Matched set of each window with the one before, (windows, boards), and the share of postings it holds.

    `postings` counts (windows, boards); `covered` says that a board was observed throughout the window. The first
    row matches a window with nothing. The share is the lesser of the two windows'.
    """
    matched = np.zeros_like(covered)
    matched[1:] = covered[1:] & covered[:-1]
    before = np.vstack([np.zeros_like(postings[:1]), postings[:-1]])
    held = [ratio((m * matched).sum(1), m.sum(1)) for m in (before, postings)]
    return matched, np.nan_to_num(np.minimum(*held))


def segments(postings: Floats, covered: Bools, min_matched: float = MIN_MATCHED) -> tuple[Ints, Floats]:
    """Number of the unbroken stretch of the index that each window belongs to (-1: none), and the matched share."""
    _, held = links(postings, covered)
    total = postings.sum(1)
    usable = (total > 0) & (np.nan_to_num(ratio((postings * covered).sum(1), total)) >= min_matched)
    start = usable & ~((held >= min_matched) & np.r_[False, usable[:-1]])
    return np.where(usable, np.cumsum(start) - 1, -1), held


def chain(mentions: Floats, postings: Floats, covered: Bools, min_matched: float = MIN_MATCHED) -> Chain:
    """Index over windows from counts (windows, boards); every segment starts at the raw share of its first window."""
    segment, held = segments(postings, covered, min_matched)
    boards = np.arange(postings.shape[1])
    value = _index(np.ones((1, len(boards))), mentions, postings, covered, boards, segment)[0]
    return Chain(value, held, segment)


def difference_chain(mentions: Floats, postings: Floats, covered: Bools, min_matched: float = MIN_MATCHED) -> Chain:
    """As `chain`, links being plain differences of shares: easier to add up, but it may leave 0-1. Not the headline."""
    segment, held = segments(postings, covered, min_matched)
    matched, _ = links(postings, covered)
    now, before = (ratio((v * matched[1:]).sum(1), (m * matched[1:]).sum(1)) for v, m in (
        (mentions[1:], postings[1:]), (mentions[:-1], postings[:-1])))  # fmt: skip
    step = np.r_[np.zeros(len(postings[:1])), now - before]
    start = ratio(mentions.sum(1), postings.sum(1))
    return Chain(_run(start[None], step[None], segment)[0], held, segment)


def chain_interval(
    mentions: Floats, postings: Floats, covered: Bools, employer: Ints, resamples: int, key: str
) -> tuple[Floats, Floats]:
    """95 % percentile limits of `chain` by resampling employers (codes 0.. a board), seeded by `key` alone."""
    segment, _ = segments(postings, covered)
    count = int(employer.max(initial=-1)) + 1
    if count == 0:
        empty = np.full(len(postings), np.nan)
        return empty, empty.copy()
    weights = np.random.default_rng(seed(key)).multinomial(count, np.full(count, 1 / count), resamples)
    index = _index(weights.astype(float), mentions, postings, covered, employer, segment)
    low, high = np.full((2, len(postings)), np.nan)
    known = segment >= 0
    if known.any():  # quantiles of no window have no two rows
        low[known], high[known] = np.nanquantile(index[:, known], [0.025, 0.975], axis=0)
    return low, high


def decompose(mentions: Floats, postings: Floats) -> Decomposition:
    """Change of a share between two windows, counts (2, units): Melitz and Polanec (2015), identity asserted.

    Units with postings in both windows continue; the others enter or leave.
    """
    (y0, y1), (m0, m1) = mentions, postings
    stay, enter, leave = (m0 > 0) & (m1 > 0), (m0 == 0) & (m1 > 0), (m0 > 0) & (m1 == 0)
    p0, p1 = (_pooled(y, m, stay) for y, m in ((y0, m0), (y1, m1)))
    s0, s1 = m0[stay] / max(m0[stay].sum(), 1), m1[stay] / max(m1[stay].sum(), 1)
    q0, q1 = y0[stay] / m0[stay], y1[stay] / m1[stay]
    parts = (
        float(((s0 + s1) / 2 * (q1 - q0)).sum()),
        float(((s1 - s0) * (q0 + q1) / 2).sum()),
        float(m1[enter].sum() / max(m1.sum(), 1) * (_pooled(y1, m1, enter) - p1)),
        float(m0[leave].sum() / max(m0.sum(), 1) * (p0 - _pooled(y0, m0, leave))),
    )
    every = np.ones_like(stay)
    total = _pooled(y1, m1, every) - _pooled(y0, m0, every)
    assert abs(sum(parts) - total) < 1e-9, "the parts of a change must add up to it"
    return Decomposition(total, *parts)


def seed(key: str) -> int:
    """A seed that depends on the text alone, the same on every machine and run."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")


def _pooled(y: Floats, m: Floats, chosen: Bools) -> float:
    return float(y[chosen].sum() / m[chosen].sum()) if m[chosen].sum() else 0.0


def _index(weights: Floats, mentions: Floats, postings: Floats, covered: Bools, unit: Ints, segment: Ints) -> Floats:
    """The index of each resample (resamples, windows): start plus the running sum of links within a segment."""
    matched, _ = links(postings, covered)
    y0, m0 = (weights @ _by_unit(v[:-1] * matched[1:], unit, weights.shape[1]).T for v in (mentions, postings))
    y1, m1 = (weights @ _by_unit(v[1:] * matched[1:], unit, weights.shape[1]).T for v in (mentions, postings))
    step = np.zeros((len(weights), len(postings)))
    step[:, 1:] = _logit_step(y0, m0, y1, m1)
    start = _logit_share(*(weights @ _by_unit(v, unit, weights.shape[1]).T for v in (mentions, postings)))
    return _expit(_run(start, step, segment))


def _run(start: Floats, step: Floats, segment: Ints) -> Floats:
    value = np.full(step.shape, np.nan)
    for number in range(segment.max(initial=-1) + 1):
        at = np.flatnonzero(segment == number)
        value[:, at] = start[:, at[:1]] + np.cumsum(np.where(at == at[0], 0.0, step[:, at]), axis=1)
    return value


def _by_unit(counts: Floats, unit: Ints, n_units: int) -> Floats:
    """Sums of the columns that are of one unit, (windows, units)."""
    order = np.argsort(unit, kind="stable")
    known, first = np.unique(unit[order], return_index=True)
    sums = np.zeros((len(counts), n_units))
    if len(known):
        sums[:, known] = np.add.reduceat(counts[:, order], first, axis=1)
    return sums


def _logit_step(y0: Floats, m0: Floats, y1: Floats, m1: Floats) -> Floats:
    """Change of the logit; when either share is 0 or 1, half a mention and one posting are added to both."""
    edge = ((y0 <= 0) | (y0 >= m0) | (y1 <= 0) | (y1 >= m1)).astype(float)
    return _logit(y1 + edge / 2, m1 + edge) - _logit(y0 + edge / 2, m0 + edge)


def _logit_share(y: Floats, m: Floats) -> Floats:
    edge = ((y <= 0) | (y >= m)).astype(float)
    return _logit(y + edge / 2, m + edge)


def _logit(y: Floats, m: Floats) -> Floats:
    return np.asarray(np.log(y) - np.log(m - y), float)


def _expit(v: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-v)), float)
