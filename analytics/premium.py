"""Whether postings that ask for a skill advertise more pay than otherwise similar postings: an association, no advice.

The raw difference is mostly who asks: senior roles, dear places, generous employers. The ladder raw -> same level,
role, place, work mode and week -> same employer shows what is left; only its last rung is a headline (methods 8).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analytics.change import benjamini_hochberg
from analytics.numeric import Floats, Ints, t_two_sided
from analytics.share import ratio
from analytics.spells import KEY
from analytics.within import Controls, controls, dummies, intervals, inverted, residual, slopes

MIN_WITH, MIN_WITHOUT, MIN_EMPLOYERS = 30, 30, 10  # postings with pay; employers that post both
PER_SKILL = 10  # postings for each skill before all skills are told apart at once
CONTROLS = ("level", "role", "country", "work_mode", "week_number")
OUTLIER, MIN_CELL = 4.0, 30  # scaled deviations from the median of country and level, in cells of so many
CHUNK = 64  # skills at a time
MIN_WINDOWS, MIN_IN_WINDOW = 10, 5
COLUMNS = {
    "term": "str", "n_with": "int64", "n_without": "int64", "employers_both": "int64", "raw": "float64",
    "with_level": "float64", "with_employer": "float64", "low": "float64", "high": "float64", "p_value": "float64",
    "q_value": "float64", "shrunken": "float64", "all_skills": "float64", "reason": "str",
}  # fmt: skip
CO_RISING = {
    "term": "str", "n_windows": "int64", "n_with": "int64", "employers": "int64", "rank_correlation": "float64",
    "p_value": "float64", "q_value": "float64", "share_change": "float64", "premium_change": "float64",
    "is_co_rising": "bool", "reason": "str",
}  # fmt: skip


def premium(new: pd.DataFrame, terms: pd.DataFrame, names: Sequence[str] = CONTROLS) -> pd.DataFrame:
    """One row a term, greatest shrunken premium first: `COLUMNS`; premiums are shares of pay, 0.05 = 5 % more.

    `new` has one row a new posting: key, company, pay_mid_usd_year (NaN without pay) and the columns `names` that are
    held equal; `terms` one row a posting and term it asks for. low, high, p_value and q_value (Benjamini-Hochberg over
    all rows) are of `with_employer`; `all_skills` also holds all other terms equal; `reason` says why a row is empty.
    """
    paid = without_outliers(new[new["pay_mid_usd_year"].notna()])
    known = pd.Index(sorted(set(terms["term"])))
    row, code = incidence(paid, terms, known)
    employer = pd.factorize(paid["company"])[0].astype("int64")
    table = _sizes(row, code, employer, known)
    fit = np.flatnonzero(table["reason"].eq(""))
    y = np.log(paid["pay_mid_usd_year"].to_numpy(float))
    table = table.join(_estimates(paid, y, employer, (row, code), fit, names))
    table["q_value"] = benjamini_hochberg(table["p_value"].to_numpy(float))
    lost = table["reason"].eq("") & table["with_employer"].isna()
    table["reason"] = table["reason"].mask(lost, "not told apart from the controls")
    table["all_skills"] = table["all_skills"].mask(lost)
    ordered = table.sort_values(["shrunken", "term"], ascending=[False, True]).reset_index(drop=True)
    return ordered[list(COLUMNS)].astype(COLUMNS)


def shrunk(estimate: Floats, se: Floats) -> Floats:
    """Estimates drawn towards their mean by as much as their errors deserve (empirical Bayes, normal-normal)."""
    if not len(estimate):
        return estimate
    between, middle = variance_between(estimate, se), estimate.mean()
    return np.asarray(middle + np.nan_to_num(ratio(between, between + se**2)) * (estimate - middle), float)


def variance_between(estimate: Floats, se: Floats) -> float:
    """How much estimates vary beyond their errors: their variance less the mean square of these, not below 0."""
    return max(0.0, float(np.var(estimate, ddof=1) - np.mean(se**2))) if len(estimate) > 1 else 0.0


def without_outliers(paid: pd.DataFrame) -> pd.DataFrame:
    """Without pay more than 4 scaled median deviations of logs off, in cells of country and level of 30 or more."""
    log_pay = np.log(paid["pay_mid_usd_year"])
    cell = [paid["country"], paid["level"]]
    off = (log_pay - log_pay.groupby(cell).transform("median")).abs()
    scale = 1.4826 * off.groupby(cell).transform("median")
    is_off = (off > OUTLIER * scale) & (scale > 0) & (off.groupby(cell).transform("size") >= MIN_CELL)
    kept: pd.DataFrame = paid.loc[~is_off]
    return kept


def incidence(items: pd.DataFrame, terms: pd.DataFrame, known: pd.Index[Any]) -> tuple[Ints, Ints]:
    """(row of `items`, code of the term) of each distinct pair that `terms` names."""
    at = pd.MultiIndex.from_frame(items[KEY]).get_indexer(pd.MultiIndex.from_frame(terms[KEY]))
    code = known.get_indexer(pd.Index(terms["term"]))
    pair = np.unique(at[at >= 0].astype("int64") * len(known) + code[at >= 0])
    return pair // max(len(known), 1), pair % max(len(known), 1)


def _sizes(row: Ints, code: Ints, employer: Ints, known: pd.Index[Any]) -> pd.DataFrame:
    n, count = len(employer), int(employer.max(initial=-1)) + 1
    n_with = np.bincount(code, minlength=len(known))
    by_employer = np.zeros((len(known), count))
    np.add.at(by_employer, (code, employer[row]), 1.0)
    both = ((by_employer > 0) & (by_employer < np.bincount(employer, minlength=count))).sum(1)
    reason = np.where(both < MIN_EMPLOYERS, "fewer than 10 employers post both", "")
    reason = np.where(n - n_with < MIN_WITHOUT, "fewer than 30 with pay without it", reason)
    reason = np.where(n_with < MIN_WITH, "fewer than 30 with pay", reason)
    sample = {"n_with": n_with, "n_without": n - n_with, "employers_both": both, "reason": reason}
    return pd.DataFrame({"term": known, **sample}).astype({"term": "str", "reason": "str"})


def _estimates(
    paid: pd.DataFrame, y: Floats, employer: Ints, pairs: tuple[Ints, Ints], fit: Ints, names: Sequence[str]
) -> pd.DataFrame:
    """Of the terms at `fit`, by their position: the ladder and what goes with its last rung."""
    held = dummies(paid, names)
    rungs = [
        controls(held[:, :0], employer, is_within=False), controls(held, employer, is_within=False),
        controls(held, employer, is_within=True),
    ]  # fmt: skip
    found = [_ladder(rung, y, pairs, fit) for rung in rungs]
    (raw, *_), (level, *_), (within, se, low, high, p_value) = found
    logs = {"raw": raw, "with_level": level, "with_employer": within, "low": low, "high": high}
    logs |= {"shrunken": _shrunk_where_known(within, se), "all_skills": _all_at_once(rungs[2], y, pairs, fit)}
    return pd.DataFrame({name: np.expm1(value) for name, value in logs.items()} | {"p_value": p_value}, index=fit)


def _ladder(rung: Controls, y: Floats, pairs: tuple[Ints, Ints], fit: Ints) -> Floats:
    """(slope, se, low, high, p) of each term by itself."""
    parts = [np.zeros((5, 0))]
    for at in range(0, len(fit), CHUNK):
        found = slopes(rung, y, _dense(pairs, fit[at : at + CHUNK], len(y)))
        parts.append(np.array([found.slope, found.se, *intervals(found)]))
    return np.hstack(parts)


def _shrunk_where_known(estimate: Floats, se: Floats) -> Floats:
    known = np.isfinite(estimate) & np.isfinite(se)
    result = np.full(len(estimate), np.nan)
    result[known] = shrunk(estimate[known], se[known])
    return result


def _all_at_once(within: Controls, y: Floats, pairs: tuple[Ints, Ints], fit: Ints) -> Floats:
    """Slopes on all terms together, NaN where the postings are too few for so many."""
    if not len(fit) or len(y) < PER_SKILL * len(fit):
        return np.full(len(fit), np.nan)
    left = np.empty((len(y), len(fit)))
    for at in range(0, len(fit), CHUNK):
        left[:, at : at + CHUNK] = residual(within, _dense(pairs, fit[at : at + CHUNK], len(y)))
    return np.asarray(inverted(left.T @ left) @ (left.T @ residual(within, y[:, None])[:, 0]), float)


def _dense(pairs: tuple[Ints, Ints], wanted: Ints, n: int) -> Floats:
    """(postings, wanted terms) of 0 and 1."""
    row, code = pairs
    place = np.full(max(int(code.max(initial=-1)), int(wanted.max(initial=-1))) + 1, -1)
    place[wanted] = np.arange(len(wanted))
    held = place[code] >= 0
    block = np.zeros((n, len(wanted)))
    block[row[held], place[code[held]]] = 1.0
    return block


def co_rising(
    new: pd.DataFrame, terms: pd.DataFrame, weeks: Ints, window: int = 4, names: Sequence[str] = CONTROLS[:-1]
) -> pd.DataFrame:
    """Terms whose share rises when postings that ask for them advertise more: `CO_RISING`, smallest q first.

    Over non-overlapping windows of `window` weeks that end with the last of `weeks`: rank correlation (Spearman) of
    the change of a term's share of new postings with its pay premium in that window, given employer and `names`. It
    needs 10 windows with 5 paid postings with and without the term, 30 with it in all and 10 employers.
    share_change and premium_change compare the later half of the windows with the earlier one. An association.
    """
    known = pd.Index(sorted(set(terms["term"])))
    span = _spans(new, weeks, window)
    counted, paid = new[span >= 0], new["pay_mid_usd_year"].notna() & (span >= 0)
    n_spans = len(weeks) // window
    share = _shares(counted, terms, known, span[span >= 0], n_spans)
    extra, least, table = _premiums(new[paid], terms, known, span[paid.to_numpy()], n_spans, names)
    change = np.diff(share, axis=1, prepend=np.nan)
    usable = (least >= MIN_IN_WINDOW) & np.isfinite(change)
    table["rank_correlation"], table["p_value"] = _spearman(change, extra, usable)
    return _co_rising(table.assign(n_windows=usable.sum(1)), share, extra)


def _spans(new: pd.DataFrame, weeks: Ints, window: int) -> Ints:
    """Number of each posting's window, -1 outside them."""
    n_spans = len(weeks) // window
    if not n_spans:
        return np.full(len(new), -1, "int64")
    back = (int(weeks[-1]) - new["week_number"].to_numpy("int64")) // window
    return np.where((back >= 0) & (back < n_spans), n_spans - 1 - back, -1)


def _shares(items: pd.DataFrame, terms: pd.DataFrame, known: pd.Index[Any], span: Ints, n_spans: int) -> Floats:
    row, code = incidence(items, terms, known)
    return ratio(_sums(code, span[row], np.ones(len(row)), len(known), n_spans), np.bincount(span, minlength=n_spans))


def _premiums(
    paid: pd.DataFrame, terms: pd.DataFrame, known: pd.Index[Any], span: Ints, n_spans: int, names: Sequence[str]
) -> tuple[Floats, Floats, pd.DataFrame]:
    """(terms, windows) mean log pay with less without, given controls; the lesser of both counts; the samples."""
    row, code = incidence(paid, terms, known)
    employer = pd.factorize(paid["company"])[0].astype("int64")
    taken = controls(dummies(paid, names), employer, is_within=True)
    left = residual(taken, np.log(paid["pay_mid_usd_year"].to_numpy(float))[:, None])[:, 0]
    shape = len(known), n_spans
    n_with, with_ = _sums(code, span[row], np.ones(len(row)), *shape), _sums(code, span[row], left[row], *shape)
    n_all, all_ = np.bincount(span, minlength=n_spans), np.bincount(span, left, n_spans)
    extra = ratio(with_, n_with) - ratio(all_ - with_, n_all - n_with)
    table = _sizes(row, code, employer, known)
    count = int(employer.max(initial=0)) + 1
    table["employers"] = np.bincount(np.unique(code * count + employer[row]) // count, minlength=len(known))
    return extra, np.minimum(n_with, n_all - n_with), table


def _sums(row: Ints, column: Ints, values: Floats, n_rows: int, n_columns: int) -> Floats:
    sums = np.bincount(row * n_columns + column, values, n_rows * n_columns)
    return np.asarray(sums.reshape(n_rows, n_columns), float)


def _spearman(x: Floats, y: Floats, usable: Any) -> tuple[Floats, Floats]:
    """Rank correlation of each row over its usable cells, and its two-sided p by Student's t."""
    ranks = [pd.DataFrame(np.where(usable, v, np.nan)).rank(axis=1).to_numpy(float) for v in (x, y)]
    n = usable.sum(1)
    a, b = (np.where(usable, v - ratio(np.nansum(v, axis=1), n)[:, None], 0.0) for v in ranks)
    r = np.clip(ratio((a * b).sum(1), np.sqrt((a**2).sum(1) * (b**2).sum(1))), -1, 1)
    df = np.maximum(n - 2, 1)
    is_inside = np.abs(r) < 1
    t = np.where(is_inside, r * np.sqrt(ratio(df, np.where(is_inside, 1 - r**2, 1))), np.copysign(np.inf, r))
    enough = n >= MIN_WINDOWS
    return np.where(enough, r, np.nan), np.where(enough, t_two_sided(t, df), np.nan)


def _co_rising(table: pd.DataFrame, share: Floats, extra: Floats) -> pd.DataFrame:
    few = np.where(table["employers"] < MIN_EMPLOYERS, "fewer than 10 employers", "")
    few = np.where(table["n_windows"] < MIN_WINDOWS, "fewer than 10 windows", few)
    reason = np.where(table["n_with"] < MIN_WITH, "fewer than 30 with pay", few)
    table = table.assign(
        reason=reason, share_change=_later_less_earlier(share), premium_change=_later_less_earlier(extra)
    )
    shown = ["rank_correlation", "p_value", "share_change", "premium_change"]
    table[shown] = table[shown].where(table["reason"].eq(""))
    table["q_value"] = benjamini_hochberg(table["p_value"].to_numpy(float))
    rises = (table["share_change"] > 0) & (table["premium_change"] > 0) & (table["rank_correlation"] > 0)
    table["is_co_rising"] = rises & (table["q_value"] <= 0.10)
    ordered = table.sort_values(["q_value", "p_value", "term"]).reset_index(drop=True)
    return ordered[list(CO_RISING)].astype(CO_RISING)


def _later_less_earlier(values: Floats) -> Floats:
    """Mean of the later half of each row less that of the earlier half, over what is known."""
    middle = values.shape[1] // 2
    known = np.isfinite(values)
    means = [
        ratio(np.where(known[:, part], values[:, part], 0).sum(1), known[:, part].sum(1))
        for part in (slice(0, middle), slice(middle, None))
    ]
    return np.asarray(means[1] - means[0], float)
