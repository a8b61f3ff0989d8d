"""Least squares with many employers: what is left of pay and of each skill when controls and employers are taken out.

A regression with a dummy for each employer gives the same slopes as one on what remains when every column has its
employer's mean and then the controls taken out (Frisch and Waugh 1933, Lovell 1963); the latter costs a hundredth.
Standard errors let the postings of one employer resemble each other (Liang and Zeger 1986, small-sample factor as usual
in statistics packages, employers not counted as parameters because they lie within their clusters).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from analytics.numeric import Floats, Ints, t_quantile, t_two_sided
from analytics.share import ratio

LEAST_OF_A_KIND = 10  # postings; rarer kinds of a control are one kind
NOTHING_LEFT = 1e-8  # of a column's variation: it is told by the controls


class Controls(NamedTuple):
    """Made by `controls`: the clusters, whether their means are taken out, and the columns that are, with rank."""

    employer: Ints
    n_employers: int
    is_within: bool
    columns: Floats
    inverse: Floats
    rank: int


class Slopes(NamedTuple):
    """One value a regressor; NaN where the controls leave nothing of it. c_eff: employers that the slope rests on."""

    slope: Floats
    se_clustered: Floats
    se: Floats
    c_eff: Floats


def dummies(frame: pd.DataFrame, names: Sequence[str], least: int = LEAST_OF_A_KIND) -> Floats:
    """A column of 0 and 1 for each kind of each named column but its most frequent one."""
    parts = [np.zeros((len(frame), 0))]
    for name in names:
        code, kinds = pd.factorize(frame[name], sort=True)
        sizes = np.bincount(code[code >= 0], minlength=len(kinds))
        is_rare = sizes < least
        told = np.where(is_rare[code], -1, code)
        columns = [int(kind) for kind in np.flatnonzero(~is_rare) if kind != sizes.argmax()]
        columns += [-1] if is_rare.any() and not is_rare.all() else []
        parts.append((told[:, None] == np.array(columns, "int64")).astype("float64"))
    return np.hstack(parts)


def controls(columns: Floats, employer: Ints, *, is_within: bool) -> Controls:
    """What to take out: the columns, and each employer's mean (`is_within`) or the overall one."""
    n_employers = int(employer.max(initial=-1)) + 1
    bare = Controls(employer, n_employers, is_within, np.zeros((len(employer), 0)), np.zeros((0, 0)), 0)
    left = residual(bare, columns)
    gram = left.T @ left
    rank = int(np.linalg.matrix_rank(gram, hermitian=True, tol=_tolerance(columns))) if gram.size else 0
    return bare._replace(columns=left, inverse=inverted(gram), rank=rank)


def residual(taken: Controls, values: Floats) -> Floats:
    """What the controls leave of each column of `values` (postings, columns)."""
    left = values - _means(values, taken)
    return np.asarray(left - taken.columns @ (taken.inverse @ (taken.columns.T @ left)), float)


def slopes(taken: Controls, y: Floats, regressors: Floats) -> Slopes:
    """Slope of y on each regressor by itself, given the controls. y: (postings,); regressors: (postings, k).

    `se` is the greater of the clustered and the classical standard error.
    """
    left, y_left = residual(taken, regressors), residual(taken, y[:, None])
    own = _clustered(left**2, taken)
    total = np.where(own.sum(0) > NOTHING_LEFT * _spread(regressors), own.sum(0), np.nan)
    slope = (left * y_left).sum(0) / total
    score = _clustered(left * y_left, taken) - slope * own
    variance = _factor(taken, 1) * (score**2).sum(0) / total**2
    rest = (y_left**2).sum(0) - slope**2 * total
    classical = ratio(np.maximum(rest, 0), _freedom(taken, 1)) / total
    c_eff = ratio(total**2, (own**2).sum(0))
    return Slopes(slope, np.sqrt(variance), np.sqrt(np.fmax(variance, classical)), c_eff)


def joint_slopes(taken: Controls, y: Floats, regressors: Floats) -> Slopes:
    """Slopes of y on all regressors at once, given the controls, as `slopes`."""
    left, y_left = residual(taken, regressors), residual(taken, y[:, None])[:, 0]
    gram = left.T @ left
    inverse = inverted(gram)
    slope = inverse @ (left.T @ y_left)
    rest = y_left - left @ slope
    score = _clustered(left * rest[:, None], taken) @ inverse
    variance = _factor(taken, len(slope)) * (score**2).sum(0)
    classical = ratio((rest**2).sum(), _freedom(taken, len(slope))) * np.diag(inverse)
    own = _clustered(left**2, taken)
    told = np.diag(gram) > NOTHING_LEFT * _spread(regressors)
    c_eff = ratio(own.sum(0) ** 2, (own**2).sum(0))
    errors = np.sqrt(variance), np.sqrt(np.fmax(variance, classical))
    return Slopes(*(np.where(told, value, np.nan) for value in (slope, *errors, c_eff)))


def intervals(found: Slopes) -> tuple[Floats, Floats, Floats]:
    """95 % limits and two-sided p-value of each slope by Student's t with c_eff - 1 degrees of freedom, at least 1."""
    df = np.maximum(np.where(np.isnan(found.slope), 2.0, found.c_eff), 2) - 1
    half = t_quantile(0.975, df) * found.se
    p_value = np.where(found.se > 0, t_two_sided(ratio(found.slope, found.se), df), np.nan)
    return found.slope - half, found.slope + half, p_value


def inverted(gram: Floats) -> Floats:
    """Inverse of sums of products; columns that others tell get none of the slope."""
    return np.asarray(np.linalg.pinv(gram, rcond=1e-10, hermitian=True) if gram.size else gram, float)


def _tolerance(columns: Floats) -> float:
    return NOTHING_LEFT * max(float(_spread(columns).max(initial=0)), 1.0)


def _spread(values: Floats) -> Floats:
    return np.asarray(((values - values.mean(0)) ** 2).sum(0) if len(values) else values.sum(0), float)


def _means(values: Floats, taken: Controls) -> Floats:
    if not taken.is_within:
        return np.asarray(values.mean(0, keepdims=True) if len(values) else np.zeros((1, values.shape[1])), float)
    sizes = np.bincount(taken.employer, minlength=taken.n_employers)[:, None]
    return np.asarray(ratio(_clustered(values, taken), sizes)[taken.employer], float)


def _clustered(values: Floats, taken: Controls) -> Floats:
    """(employers, columns) sums."""
    sums = [np.bincount(taken.employer, column, taken.n_employers) for column in values.T]
    return np.array(sums, float).reshape(values.shape[1], taken.n_employers).T


def _factor(taken: Controls, k: int) -> Floats:
    n, groups = len(taken.employer), taken.n_employers
    return ratio(groups, groups - 1) * ratio(n - 1, max(n - taken.rank - k - 1, 0))


def _freedom(taken: Controls, k: int) -> int:
    return max(len(taken.employer) - taken.rank - k - (taken.n_employers if taken.is_within else 1), 0)
