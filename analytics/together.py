"""Which tools are asked for together, beyond what long postings that list everything make of any two.

Lift and shares say how often; whether two tools belong together is judged among postings that name about as many
*other* tools (terciles), by the Mantel-Haenszel odds ratio and its score test, with a variance that lets the postings
of one employer resemble each other (methods 9; Mantel and Haenszel 1959). Among postings with as many tools in all,
two that have nothing to do with each other would look opposed: who names one has less room for the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from analytics.change import benjamini_hochberg
from analytics.numeric import Z95, Bools, Floats, Ints, t_two_sided
from analytics.premium import incidence
from analytics.share import ratio

MIN_POSTINGS, MIN_EMPLOYERS, MIN_EXPECTED = 30, 10, 5.0
MOST_GROUPS = 500  # of employers, in the variance
N_STRATA = 3  # terciles of the number of tools
COLUMNS = {
    "term_a": "str", "term_b": "str", "n_a": "int64", "n_b": "int64", "n_both": "int64", "share_b_given_a": "float64",
    "share_a_given_b": "float64", "share_b": "float64", "lift": "float64", "lift_employers": "float64",
    "npmi": "float64", "phi": "float64", "odds_ratio": "float64", "low": "float64", "high": "float64",
    "mh_odds_ratio": "float64", "p_value": "float64", "q_value": "float64", "reason": "str",
}  # fmt: skip


class Association(NamedTuple):
    """Measures of two attributes from n_both, n_a, n_b of n; low and high are limits of odds_ratio."""

    expected: Floats
    lift: Floats
    npmi: Floats
    share_b_given_a: Floats
    share_a_given_b: Floats
    phi: Floats
    odds_ratio: Floats
    low: Floats
    high: Floats


class Joint(NamedTuple):
    """(tools, tools): joint postings, (both tools not counted, one, none; tools, tools, stratum); the lift with
    employers weighing equally; and the sum of squared scores of employers."""

    by_stratum: Floats
    equal_employers: Floats
    squares: Floats


def association(n_both: ArrayLike, n_a: ArrayLike, n_b: ArrayLike, n: ArrayLike, deff: ArrayLike = 1.0) -> Association:
    """Lift, normalised pointwise mutual information (Bouma 2009), conditional shares, phi, and the odds ratio.

    The odds ratio has half a posting added to each cell (Haldane 1956); its 95 % interval (Woolf 1955) is widened by
    the root of the design effect `deff`.
    """
    a, na, nb, n_ = np.broadcast_arrays(*(np.asarray(v, float) for v in (n_both, n_a, n_b, n)))
    lift = ratio(a * n_, na * nb)
    share = ratio(a, n_)
    inside = (a > 0) & (a < n_)
    npmi = ratio(np.log(np.where(inside, lift, 1.0)), -np.log(np.where(inside, share, 0.5)))
    npmi = np.where(inside, npmi, np.where(a == 0, -1.0, np.nan))
    phi = ratio(n_ * a - na * nb, np.sqrt(na * (n_ - na) * nb * (n_ - nb)))
    cells = np.stack([a, na - a, nb - a, n_ - na - nb + a]) + 0.5
    log_odds = np.log(cells[0] * cells[3] / (cells[1] * cells[2]))
    half = Z95 * np.sqrt((1 / cells).sum(0) * np.asarray(deff, float))
    odds = np.exp(log_odds), np.exp(log_odds - half), np.exp(log_odds + half)
    return Association(ratio(na * nb, n_), lift, npmi, ratio(a, na), ratio(a, nb), phi, *odds)


def mantel_haenszel(n_both: Floats, n_a: Floats, n_b: Floats, n: Floats) -> Floats:
    """Common odds ratio of tables (..., strata); empty ones add nothing."""
    above, below = n_both * (n - n_a - n_b + n_both), (n_a - n_both) * (n_b - n_both)
    return ratio(*(np.nan_to_num(ratio(v, n)).sum(-1) for v in (above, below)))


def together(new: pd.DataFrame, terms: pd.DataFrame) -> pd.DataFrame:
    """One row a pair of different tools in either order, by term_a and falling share_b_given_a: `COLUMNS`.

    `new` has one row a posting (key, company), `terms` one row a posting and tool it asks for. Pairs of tools with 30
    postings and 10 employers each are there; where fewer than 5 joint postings are expected, or hardly a posting is
    without them, the estimates are NaN and `reason` says why. share_b is that of all postings. lift_employers weighs
    employers equally. q_value: Benjamini-Hochberg over all unordered pairs tested.
    """
    known = pd.Index(sorted(set(terms["term"])))
    row, code = incidence(new, terms, known)
    employer, names = pd.factorize(new["company"])
    kept = _is_kept(row, code, employer.astype("int64"), len(known), len(names))
    strata = _strata(np.bincount(row, minlength=len(new)))
    held = kept[code] if len(code) else np.zeros(0, bool)
    place = (np.cumsum(kept) - 1)[code[held]]
    told = Incidence(row[held], place, employer.astype("int64"), strata, int(kept.sum()), len(names))
    return _shown(_table(told, known[kept]))


class Incidence(NamedTuple):
    """Pairs (row, code) by row; employer and strata of each row; how many codes and employers there are.

    `strata` has the tercile of each row's number of tools less 2, less 1 and as it is: of the other tools when it has
    both of a pair, one, or none."""

    row: Ints
    code: Ints
    employer: Ints
    strata: Ints
    n_codes: int
    n_employers: int


def _is_kept(row: Ints, code: Ints, employer: Ints, n_codes: int, n_employers: int) -> Bools:
    count = max(n_employers, 1)
    employers = np.bincount(np.unique(code * count + employer[row]) // count, minlength=n_codes)
    return np.asarray((np.bincount(code, minlength=n_codes) >= MIN_POSTINGS) & (employers >= MIN_EMPLOYERS))


def _strata(n_tools: Ints) -> Ints:
    """(3, rows): terciles of numbers of tools less 2, less 1 and as they are, with the limits of the last; ties stay
    together."""
    if not len(n_tools):
        return np.zeros((3, 0), "int64")
    limits = np.quantile(n_tools, [step / N_STRATA for step in range(1, N_STRATA)], method="inverted_cdf")
    return np.asarray(np.searchsorted(limits, n_tools - np.array([[2], [1], [0]]), side="left"), "int64")


def _table(told: Incidence, names: pd.Index[Any]) -> pd.DataFrame:
    n = float(len(told.employer))
    single = np.array([_of_codes(told, stratum) for stratum in told.strata])
    sizes = np.bincount(told.strata[2], minlength=N_STRATA).astype(float)
    joint = _joint(told, single[2], sizes)
    odds, p_value, deff = _tested(told, joint, single, sizes)
    a, b = np.nonzero(~np.eye(told.n_codes, dtype=bool))
    both, alone = joint.by_stratum[2].sum(-1)[a, b], single[2].sum(-1)
    found = association(both, alone[a], alone[b], n, deff[a, b])
    sample = {"term_a": names[a], "term_b": names[b], "n_a": alone[a], "n_b": alone[b], "n_both": both}
    judged = {"mh_odds_ratio": odds[a, b], "p_value": p_value[a, b], "lift_employers": joint.equal_employers[a, b]}
    return pd.DataFrame({**sample, **found._asdict(), **judged, "share_b": ratio(alone[b], n)})


def _of_codes(told: Incidence, stratum: Ints) -> Floats:
    """(codes, strata): postings that have a code."""
    return _sums(told.code * N_STRATA + stratum[told.row], None, told.n_codes, N_STRATA)


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    few, lost = table["expected"].lt(MIN_EXPECTED), table["mh_odds_ratio"].isna() | table["p_value"].isna()
    table["reason"] = np.where(few, "fewer than 5 expected together", np.where(lost, "not told apart", ""))
    hidden = [name for name, kind in COLUMNS.items() if kind == "float64" and name not in ("q_value", "share_b")]
    table[hidden] = table[hidden].where(table["reason"].eq(""))
    table["q_value"] = _q_values(table)
    ordered = table.sort_values(["term_a", "share_b_given_a", "term_b"], ascending=[True, False, True])
    return ordered.reset_index(drop=True)[list(COLUMNS)].astype(COLUMNS)


def _q_values(table: pd.DataFrame) -> Floats:
    """Of unordered pairs: each is tested once and told twice."""
    names = pd.factorize(np.concatenate([table["term_a"], table["term_b"]]), sort=True)[0].reshape(2, -1)
    pair = names.min(0) * (names.max(initial=0) + 1) + names.max(0)
    _, first, number = np.unique(pair, return_index=True, return_inverse=True)
    return benjamini_hochberg(table["p_value"].to_numpy(float)[first])[number]


def _joint(told: Incidence, single: Floats, sizes: Floats) -> Joint:
    """One tool at a time: the postings that ask for it, and all that these ask for.

    The score of an employer is the sum over its postings of (has A - share of A) (has B - share of B) within strata,
    less its part of the total by its size.
    More than 500 employers are put into 500 groups, which leaves the expected sum of squares as it is.
    """
    k, n_groups = told.n_codes, min(told.n_employers, MOST_GROUPS)
    group, share = told.employer % max(n_groups, 1), np.nan_to_num(ratio(single, sizes))
    weight = ratio(1.0, np.bincount(told.employer, minlength=told.n_employers)[told.employer])
    own = [_own(told, group, stratum, n_groups) for stratum in range(N_STRATA)]
    n_own = _sums(group * N_STRATA + told.strata[2], None, n_groups, N_STRATA)
    size = n_own.sum(1) / max(len(told.employer), 1)
    by_stratum, equal, squares = np.zeros((3, k, k, N_STRATA)), np.zeros((k, k)), np.zeros((k, k))
    for a, rows, codes in _neighbours(told):
        for less, stratum in enumerate(told.strata):
            by_stratum[less, a] = _sums(codes * N_STRATA + stratum[rows], None, k, N_STRATA)
        equal[a] = _sums(codes, weight[rows], 1, k)[0]
        score = _sums(group[rows] * k + codes, None, n_groups, k)
        for at, held in enumerate(own):
            score -= share[a, at] * held
            score += np.outer(share[a, at] * n_own[:, at] - held[:, a], share[:, at])
        squares[a] = ((score - np.outer(size, score.sum(0))) ** 2).sum(0)
    alone = np.diag(equal)
    lift = ratio(equal * weight.sum(), alone[:, None] * alone[None, :])
    return Joint(by_stratum, lift, squares)


def _neighbours(told: Incidence) -> Iterator[tuple[int, Ints, Ints]]:
    """For each code: row and code of every pair of the rows that have it."""
    begin = np.searchsorted(told.row, np.arange(len(told.employer) + 1))
    order = np.argsort(told.code, kind="stable")
    ends = np.cumsum(np.bincount(told.code, minlength=told.n_codes))
    for a, end in enumerate(ends.tolist()):
        rows = told.row[order[ends[a - 1] if a else 0 : end]]
        sizes = begin[rows + 1] - begin[rows]
        offset = np.repeat(begin[rows] - np.cumsum(sizes) + sizes, sizes)
        yield a, np.repeat(rows, sizes), told.code[offset + np.arange(len(offset))]


def _own(told: Incidence, group: Ints, stratum: int, n_groups: int) -> Floats:
    """(groups, codes): postings of one stratum that have a code."""
    held = told.strata[2][told.row] == stratum
    return _sums(group[told.row[held]] * told.n_codes + told.code[held], None, n_groups, told.n_codes)


def _sums(cell: Ints, weight: Floats | None, n_rows: int, n_columns: int) -> Floats:
    sums = np.bincount(cell, weight, n_rows * n_columns)
    return np.asarray(sums.reshape(n_rows, n_columns), float)


def _tested(told: Incidence, joint: Joint, single: Floats, sizes: Floats) -> tuple[Floats, Floats, Floats]:
    """Common odds ratio, p-value of its being 1, and the design effect of the score by employers, at least 1."""
    (both, one, none), (_, alone, whole) = joint.by_stratum, single
    n_a, n_b = (both + v - one for v in (alone[:, None, :], alone[None, :, :]))
    n = n_a + n_b - both + sizes - whole[:, None, :] - whole[None, :, :] + none
    score = (both - np.nan_to_num(ratio(n_a * n_b, n))).sum(-1)
    variance = _hypergeometric(n_a, n_b, n)
    crude = _hypergeometric(whole[:, None, :], whole[None, :, :], sizes)  # by the strata of the squared scores
    deff = np.fmax(ratio(ratio(told.n_employers, told.n_employers - 1) * joint.squares, crude), 1.0)
    own = np.bincount(told.employer, minlength=told.n_employers).astype(float)
    c_eff = float(np.nan_to_num(ratio(own.sum() ** 2, (own**2).sum())))
    p_value = t_two_sided(ratio(score, np.sqrt(variance * deff)), max(c_eff, 2.0) - 1)
    return mantel_haenszel(both, n_a, n_b, n), p_value, deff


def _hypergeometric(n_a: Floats, n_b: Floats, n: Floats) -> Floats:
    return np.asarray(np.nan_to_num(ratio(n_a * (n - n_a) * n_b * (n - n_b), n**2 * (n - 1))).sum(-1), float)
