"""Least squares with employer effects swept out, over a moving window of weeks: the engine of the pay index.

Every regressor is a category (week, level, region, ...), so the normal equations are tables of counts that follow the
window, and the employer effects leave them as one matrix product (Frisch and Waugh 1933, Lovell 1963): no matrix of
dummies is made. Errors are clustered by employer (Liang and Zeger 1986). What the data cannot identify - weeks that
share no employer - is found and told, never guessed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analytics.numeric import Bools, Floats, Ints
from analytics.share import ratio

RIDGE = 1e-9  # of the mean diagonal: makes unidentified directions visible instead of singular
IDENTIFIED = 1e-6  # greatest error with which a contrast may be reproduced


class Rows(NamedTuple):
    """Postings in order of week: codes of week, employer and controls (controls, rows), and ln pay.

    starts: where each week begins; control_of: the control that each control code is a category of.
    """

    week: Ints
    employer: Ints
    controls: Ints
    log_pay: Floats
    starts: Ints
    n_employers: int
    control_of: Ints


class Fit(NamedTuple):
    """One window's estimate; effects are on ln pay, identified up to a constant.

    week, control, employer: effects by week of the window, by control code (0 where pooled) and by employer code (NaN
    where absent). informative: (weeks,) postings by employers of more than one week. scale: (n - 1) / (n - k).
    """

    week: Floats
    control: Floats
    employer: Floats
    informative: Floats
    r2: float
    scale: float
    residual: Floats
    kept: Ints
    gram: Floats
    inverse: Floats
    held: slice
    first: int


class Linear(NamedTuple):
    """Solutions for contrasts of week effects, (parameters, contrasts), and which of them the data identify."""

    solution: Floats
    identified: Bools


def rows_of(week: Ints, employer: Ints, controls: pd.DataFrame, log_pay: Floats, n_weeks: int) -> Rows:
    """`Rows` of postings (weeks counted from 0, employer codes from 0) with categorical controls, one a column."""
    order = np.argsort(week, kind="stable")
    codes = np.zeros((controls.shape[1], len(week)), "int64")
    sizes: list[int] = []
    for at, name in enumerate(controls):
        code, names = pd.factorize(controls[name], sort=True)
        codes[at] = code[order] + sum(sizes)
        sizes.append(len(names))
    starts = np.searchsorted(week[order], np.arange(n_weeks + 1))
    control_of = np.repeat(np.arange(controls.shape[1]), sizes)
    n_employers = int(employer.max(initial=-1)) + 1
    return Rows(week[order], employer[order], codes, log_pay[order], starts, n_employers, control_of)


class Tables:
    """Counts and sums of a moving window of `rows`; `fit` moves it. Windows must not move backwards."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        weeks, employers, columns = len(rows.starts) - 1, rows.n_employers, len(rows.control_of)
        at = rows.week * employers + rows.employer
        self.by_week = np.bincount(at, minlength=weeks * employers).reshape(weeks, employers).astype(float)
        self.pay_by_week = np.bincount(at, rows.log_pay, weeks * employers).reshape(weeks, employers)
        flat = (rows.week * columns + rows.controls).ravel()
        self.cross = np.bincount(flat, minlength=weeks * columns).reshape(weeks, columns).astype(float)
        pay = np.tile(rows.log_pay, len(rows.controls))
        self.pay_by_control = np.bincount(flat, pay, weeks * columns).reshape(weeks, columns)
        self.by_control = np.zeros((columns, employers))
        self.pairs = np.zeros((columns, columns))
        self.buffer = np.empty((weeks + columns, employers))
        self.held = slice(0, 0)

    def fit(self, first: int, last: int, least: ArrayLike = 1) -> Fit:
        """Least squares of ln pay on week, controls and employer over the weeks first..last.

        Categories of control k with fewer than `least[k]` postings in the window have no effect of their own.
        """
        self._move(slice(int(self.rows.starts[first]), int(self.rows.starts[last + 1])))
        weeks = slice(first, last + 1)
        least = np.broadcast_to(least, len(self.rows.controls))[self.rows.control_of]
        kept = np.flatnonzero(self.cross[weeks].sum(0) >= np.maximum(least, 1))
        n_of = self.by_week[weeks].sum(0)
        root = np.sqrt(np.maximum(n_of, 1))
        scaled = self._scaled(weeks, kept, 1 / root)
        gram, moment = self._normal_equations(weeks, kept)
        gram -= scaled @ scaled.T
        moment -= scaled @ (self.pay_by_week[weeks].sum(0) / root)
        inverse = _inverse(gram)
        return self._estimated(first, kept, gram, inverse, _solve(gram, inverse, moment), n_of)

    def influence(self, found: Fit, solution: Floats) -> Floats:
        """By employer code: what it adds to the error of a contrast; the squares add up to the contrast's variance.

        The factor (n - 1) / (n - k) for small samples is in it, C / (C - 1) for few employers is not.
        """
        control = np.zeros(len(self.rows.control_of))
        control[found.kept] = solution[len(found.week) :]
        along = self._fitted(found.held, found.first, solution[: len(found.week)], control)
        employer = self.rows.employer[found.held]
        scores = np.bincount(employer, along * found.residual, self.rows.n_employers)
        return np.asarray(np.sqrt(found.scale) * scores, float)

    def _move(self, held: slice) -> None:
        assert (held.start, held.stop) >= (self.held.start, self.held.stop), "windows move forwards"
        self._count(slice(max(self.held.stop, held.start), held.stop), 1)
        self._count(slice(self.held.start, min(held.start, self.held.stop)), -1)
        self.held = held

    def _count(self, part: slice, sign: float) -> None:
        controls, employer, width = self.rows.controls[:, part], self.rows.employer[part], len(self.rows.control_of)
        at = (controls * self.rows.n_employers + employer).ravel()
        np.add.at(self.by_control.ravel(), at, np.full(at.size, sign))
        both = (controls[:, None] * width + controls).ravel()
        self.pairs += sign * np.bincount(both, minlength=width * width).reshape(width, width)

    def _scaled(self, weeks: slice, kept: Ints, by: Floats) -> Floats:
        """(weeks and controls, employers) counts times `by`, in memory that the next fit uses again."""
        n_weeks = weeks.stop - weeks.start
        made = self.buffer[: n_weeks + len(kept)]
        np.multiply(self.by_week[weeks], by, out=made[:n_weeks])
        np.multiply(self.by_control[kept], by, out=made[n_weeks:])
        return made

    def _normal_equations(self, weeks: slice, kept: Ints) -> tuple[Floats, Floats]:
        """X'X and X'y of weeks and controls, employers not yet swept out."""
        cross = self.cross[weeks][:, kept]
        gram = np.block([[np.diag(self.by_week[weeks].sum(1)), cross], [cross.T, self.pairs[np.ix_(kept, kept)]]])
        return gram, np.concatenate([self.pay_by_week[weeks].sum(1), self.pay_by_control[weeks].sum(0)[kept]])

    def _fitted(self, held: slice, first: int, week: Floats, control: Floats) -> Floats:
        total = week[self.rows.week[held] - first]
        for codes in self.rows.controls[:, held]:
            total += control[codes]
        return total

    def _estimated(self, first: int, kept: Ints, gram: Floats, inverse: Floats, effect: Floats, n_of: Floats) -> Fit:
        weeks = len(effect) - len(kept)
        control = np.zeros(len(self.rows.control_of))
        control[kept] = effect[weeks:]
        y, employer = self.rows.log_pay[self.held], self.rows.employer[self.held]
        rest = y - self._fitted(self.held, first, effect[:weeks], control)
        mean = ratio(np.bincount(employer, rest, len(n_of)), n_of)
        residual = rest - mean[employer]
        by_week = self.by_week[first : first + weeks]
        informative = by_week @ ((by_week > 0).sum(0) > 1)
        rank, n = round(float(np.sum(inverse * gram))), len(y)
        scale = (n - 1) / (n - rank) if n > rank else float("nan")
        r2 = 1 - float(ratio(residual @ residual, n * y.var())) if n else float("nan")
        return Fit(
            effect[:weeks], control, mean, informative, r2, scale, residual, kept, gram, inverse, self.held, first
        )


def contrasts(found: Fit, weights: Floats) -> Linear:
    """Solves for contrasts of week effects, (weeks, contrasts): columns that add up to 0."""
    target = np.vstack([weights, np.zeros((len(found.gram) - len(weights), weights.shape[1]))])
    solution = _solve(found.gram, found.inverse, target)
    error = np.abs(found.gram @ solution - target).max(0, initial=0)
    return Linear(solution, error <= IDENTIFIED * np.abs(target).max(0, initial=0))


def variance(influence: Floats) -> float:
    """Cluster variance of an estimate from its influence by employer; 0 for none, NaN for one."""
    count = int(np.count_nonzero(influence))
    return float(ratio(count, count - 1) * (influence @ influence)) if count else 0.0


def _inverse(gram: Floats) -> Floats:
    ridge = RIDGE * max(float(np.trace(gram)) / max(len(gram), 1), 1.0)
    return np.asarray(np.linalg.inv(gram + ridge * np.eye(len(gram))), float)


def _solve(gram: Floats, inverse: Floats, target: Floats) -> Floats:
    """Solution with one step of refinement, which takes the ridge's error out of what is identified."""
    solution = inverse @ target
    return np.asarray(solution + inverse @ (target - gram @ solution), float)
