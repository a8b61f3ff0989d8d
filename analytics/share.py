"""Share of postings that mention something, with an interval that knows postings cluster by employer.

Postings of one employer resemble each other, so a plain binomial interval is far too short (docs/method.md, "Share").
The estimate linearises the ratio with employers as clusters, turns the design effect into an effective sample size,
shortens it again for the few effective employers, and puts that into Wilson's interval. Arrays are (..., employers):
one call estimates a whole series.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from analytics.numeric import Z95, Bools, Floats, t_quantile

ASSUMED_ICC = 0.3  # correlation within employers where the data cannot say (share exactly 0 or 1), or can hardly say
PULL = 3  # employers that the assumed correlation counts for beside those that tell the measured one
CAP = 5  # postings per employer in the capped share
MIN_N_EFF, MIN_EMPLOYERS, MIN_C_EFF = 30, 10, 5
REVIEW_DF = 8  # employers - 1 below which a shown number is looked at first
WIDTH_TOO_WIDE, WIDTH_FINE, WIDTH_RELATIVE = 0.30, 0.05, 1.30


class Share(NamedTuple):
    """Estimates along the leading axes. `value`, `low`, `high` are shares 0-1, NaN where there is no posting."""

    value: Floats
    low: Floats
    high: Floats
    n: Floats
    employers: Floats
    c_eff: Floats
    deff: Floats
    n_eff: Floats
    n_star: Floats
    employer_weighted: Floats
    capped: Floats
    top_share: Floats
    without_top: Floats


def share(mentions: ArrayLike, postings: ArrayLike, edge_deff: ArrayLike = np.nan) -> Share:
    """Share with its 95 % interval from counts by employer on the last axis (methods 2.1, 2.3).

    `edge_deff`: design effect to use where the share is exactly 0 or 1 (median of comparable terms); where it is NaN
    or not above 1 the effect of an intra-employer correlation of 0.3 is assumed, never 1.
    """
    y, m = np.broadcast_arrays(np.asarray(mentions, float), np.asarray(postings, float))
    n, employers, c_eff = _sizes(m)
    p = ratio(y.sum(-1), n)
    deff = design_effect(y, m, edge_deff)
    n_eff = ratio(n, deff)
    n_star = n_eff * (Z95 / t_quantile(0.975, np.maximum(c_eff, 2) - 1)) ** 2
    low, high = wilson(p, n_star)
    by_employer = np.where(m > 0, ratio(y, m), 0)
    capped_m = np.minimum(m, CAP)
    return Share(
        p, low, high, n, employers, c_eff, deff, n_eff, n_star,
        employer_weighted=ratio(by_employer.sum(-1), employers),
        capped=ratio((capped_m * by_employer).sum(-1), capped_m.sum(-1)),
        top_share=ratio(m.max(-1, initial=0), n),
        without_top=_without_top(y, m),
    )  # fmt: skip


def headline_share(mentions: ArrayLike, postings: ArrayLike, edge_deff: ArrayLike = np.nan) -> Share:
    """`share` with n_star, low and high from the steadied design effect: the interval that is printed.

    The measured design effect of a rare term hangs on a few employers, and is mostly too small where none of the big
    ones asks for it; then the interval of `share` is too short. value, deff, n_eff and all else are those of `share`.
    """
    y, m = np.broadcast_arrays(np.asarray(mentions, float), np.asarray(postings, float))
    told = share(y, m, edge_deff)
    deff = steadied(told.deff, y, m, edge_deff)
    n_star = ratio(told.n, deff) * (Z95 / t_quantile(0.975, np.maximum(told.c_eff, 2) - 1)) ** 2
    low, high = wilson(told.value, n_star)
    return told._replace(n_star=n_star, low=low, high=high)


def steadied(measured: Floats, mentions: Floats, postings: Floats, edge_deff: ArrayLike = np.nan) -> Floats:
    """The measured design effect drawn towards the assumed one, the more, the fewer employers it rests on.

    Weight of the measured one: e / (e + 3), e the effective number of employers among the postings on the rarer side
    (that mention, or that do not). The other is `edge_deff` where it is above 1, else that of a correlation of 0.3.
    """
    sides = [ratio(side.sum(-1) ** 2, (side**2).sum(-1)) for side in (mentions, postings - mentions)]
    rests_on = np.nan_to_num(np.minimum(*sides))
    weight = rests_on / (rests_on + PULL)
    return np.asarray(weight * measured + (1 - weight) * _assumed_deff(postings, edge_deff), float)


def wilson(p: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    """Wilson's 95 % limits of a proportion for a (possibly fractional) sample size; NaN for n = 0 or NaN."""
    p_, n_ = np.broadcast_arrays(np.asarray(p, float), np.asarray(n, float))
    n_ = np.where(n_ > 0, n_, np.nan)
    scale = 1 + Z95**2 / n_
    centre = (p_ + Z95**2 / (2 * n_)) / scale
    half = Z95 * np.sqrt(p_ * (1 - p_) / n_ + Z95**2 / (4 * n_**2)) / scale
    low, high = np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)
    return np.where(p_ <= 0, 0 * low, low), np.where(p_ >= 1, 1 + 0 * high, high)


def design_effect(mentions: Floats, postings: Floats, edge_deff: ArrayLike = np.nan) -> Floats:
    """Variance with employers as clusters over binomial variance, at least 1; at shares 0 and 1 see `share`."""
    n, employers, _ = _sizes(postings)
    p = ratio(mentions.sum(-1), n)
    residual = ((mentions - p[..., None] * postings) ** 2).sum(-1)
    variance = ratio(employers, employers - 1) * ratio(residual, n**2)
    measured = np.maximum(1, ratio(variance, ratio(p * (1 - p), n)))
    at_edge = (p <= 0) | (p >= 1) | (employers < 2)
    return np.where(at_edge, _assumed_deff(postings, edge_deff), measured)


def _assumed_deff(postings: Floats, edge_deff: ArrayLike) -> Floats:
    """Design effect of comparable terms, or that of the assumed correlation where none is told."""
    assumed = 1 + ASSUMED_ICC * (ratio((postings**2).sum(-1), postings.sum(-1)) - 1)
    return np.where(np.asarray(edge_deff, float) > 1, edge_deff, assumed)


def comparable_deff(mentions: Floats, postings: Floats, prevalence: float) -> float:
    """Median design effect of the terms (rows) of one window whose share is within a factor 2 of `prevalence`.

    NaN when there is none. Shares above one half are compared by their complement.
    """
    p = ratio(mentions.sum(-1), postings.sum())
    rarity, wanted = np.minimum(p, 1 - p), min(prevalence, 1 - prevalence)
    near = (rarity > 0) & (rarity >= wanted / 2) & (rarity <= wanted * 2)
    if not near.any():
        return float("nan")
    return float(np.median(design_effect(mentions[near], np.broadcast_to(postings, mentions[near].shape))))


def reason_hidden(p: Floats, low: Floats, high: Floats, n_eff: Floats) -> Floats:
    """Why a share must not be shown by its precision, "" where it may (US NCHS presentation standard, methods 10)."""
    width = high - low
    relative = ratio(width, p)
    wide = (width > WIDTH_FINE) & ~(relative <= WIDTH_RELATIVE)
    reasons = np.where(wide, "relative width > 130 %", "")
    reasons = np.where(width >= WIDTH_TOO_WIDE, "interval wider than 30 points", reasons)
    return np.where(n_eff >= MIN_N_EFF, reasons, "effective sample below 30")


def reason_few(employers: Floats, c_eff: Floats) -> Floats:
    """Why a number must not be shown by the employers behind it, "" where it may (methods 2.4)."""
    reasons = np.where(c_eff >= MIN_C_EFF, "", "fewer than 5 effective employers")
    return np.where(employers >= MIN_EMPLOYERS, reasons, "fewer than 10 employers")


def review_note(p: Floats, low: Floats, high: Floats, employers: Floats) -> Floats:
    """What a reader must know of a share that may be shown, "" mostly (US NCHS presentation standard, methods 10)."""
    width = high - low
    unreliable = (width > WIDTH_FINE) & ~(ratio(width, 1 - p) <= WIDTH_RELATIVE)
    notes = np.where(unreliable, "complement unreliable", "")
    return np.where(employers - 1 < REVIEW_DF, "review: fewer than 9 employers", notes)


def bootstrap_shares(mentions: ArrayLike, postings: ArrayLike, resamples: int, seed: int) -> Floats:
    """Shares of `resamples` draws of employers with replacement; percentiles give an interval without a formula.

    Counts by employer, one dimension. NaN where a draw holds no posting; empty without employers.
    """
    y, m = np.asarray(mentions, float), np.asarray(postings, float)
    if not len(m):
        return np.empty(0)
    drawn = np.random.default_rng(seed).integers(0, len(m), (resamples, len(m)))
    return ratio(y[drawn].sum(1), m[drawn].sum(1))


def leave_one_out(mentions: ArrayLike, postings: ArrayLike) -> Floats:
    """The share without each employer (last axis) in turn; NaN where nothing is left."""
    y, m = np.asarray(mentions, float), np.asarray(postings, float)
    return ratio(y.sum(-1, keepdims=True) - y, m.sum(-1, keepdims=True) - m)


def any_mention(mentions: ArrayLike, postings: ArrayLike) -> Floats:
    """Share of employers with a mention. It rises with postings an employer: never compare it over time."""
    y, m = np.asarray(mentions, float), np.asarray(postings, float)
    return ratio(((y > 0) & (m > 0)).sum(-1), (m > 0).sum(-1))


def half_width(p: ArrayLike, n: ArrayLike, deff: ArrayLike) -> Floats:
    """Half the width, 0-1, of the 95 % interval to expect for a share `p` of `n` postings: for planning."""
    p_ = np.asarray(p, float)
    return np.asarray(Z95 * np.sqrt(ratio(p_ * (1 - p_) * np.asarray(deff, float), n)), float)


def ratio(a: ArrayLike, b: ArrayLike) -> Floats:
    """a / b elementwise, NaN instead of a warning where b is 0."""
    a_, b_ = np.broadcast_arrays(np.asarray(a, float), np.asarray(b, float))
    return np.asarray(np.divide(a_, b_, out=np.full(a_.shape, np.nan), where=b_ != 0), float)


def _sizes(m: Floats) -> tuple[Floats, Floats, Floats]:
    """Postings, employers and the effective number of employers n^2 / sum m^2."""
    n = m.sum(-1)
    return n, (m > 0).sum(-1).astype(float), ratio(n**2, (m**2).sum(-1))


def _without_top(y: Floats, m: Floats) -> Floats:
    """The share without the employer that has most postings (the first of them in a tie)."""
    if m.shape[-1] == 0:
        return np.full(m.shape[:-1], np.nan)
    top: Bools = np.arange(m.shape[-1]) == m.argmax(-1)[..., None]
    return ratio(np.where(top, 0, y).sum(-1), np.where(top, 0, m).sum(-1))
