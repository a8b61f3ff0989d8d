"""Weekly series with their sample: pooled windows, intervals, and a status that says whether a point may be shown.

A series pools trailing windows (numerators and denominators, never ratios). Every week of the axis is there; a point
that the sample does not carry is NaN with its reason. Tables come in the shape of `COLUMNS`, see docs/data.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analytics.chain import chain, chain_interval
from analytics.coded import codes, positions
from analytics.numeric import Bools, Floats, Ints
from analytics.quantile import Sample, point, quantiles
from analytics.share import Share, comparable_deff, headline_share, ratio, reason_few, reason_hidden

COLUMNS = {
    "week": "str", "value": "float64", "low": "float64", "high": "float64", "n": "Int64", "employers": "Int64",
    "n_eff": "float64", "status": "str", "reason": "str",
}  # fmt: skip
SHARE_EXTRA = ["deff", "c_eff", "employer_weighted", "capped", "top_share", "without_top"]
PAY = ["pay_low_usd_year", "pay_mid_usd_year", "pay_high_usd_year"]
PAY_EXTRA = [
    "median_low_usd_year", "median_high_usd_year", "p25_usd_year", "p75_usd_year", "n_postings", "disclosed_share",
]  # fmt: skip
CHAIN_EXTRA = ["raw", "matched_share", "segment"]
MIN_PAY = 30  # postings with pay behind a median
EdgeDeff = Callable[[int, float], float]
Make = Callable[[pd.DataFrame], pd.DataFrame]


class Calendar(NamedTuple):
    """The weeks of a market: numbers, labels, whether each may be published, and whether no board was in sight."""

    weeks: Ints
    labels: list[str]
    publishable: Bools
    dark: Bools


def share_series(items: pd.DataFrame, calendar: Calendar, window: int, edge: EdgeDeff | None = None) -> pd.DataFrame:
    """Share of `items` with y = 1 by trailing window of weeks: `COLUMNS` and `SHARE_EXTRA`.

    `items` has one row a new posting: week_number, company, y. `edge` gives the design effect of a window (its
    position) for a share of exactly 0 or 1 from terms about as frequent as this one is over all.
    """
    mentions, postings = counts(items, items["company"], calendar, window)
    overall = (mentions.sum() + 0.5) / (postings.sum() + 1)
    estimate = headline_share(mentions, postings, _edge_deffs(mentions, postings, overall, edge))
    table = _table(calendar, estimate, _share_reason(estimate), window)
    return _blanked(table.assign(**{name: getattr(estimate, name) for name in SHARE_EXTRA}), SHARE_EXTRA)


def median_series(items: pd.DataFrame, calendar: Calendar, window: int) -> pd.DataFrame:
    """Median of pay_mid_usd_year by trailing window: `COLUMNS` (US dollars a year) and `PAY_EXTRA`.

    `items` has one row a new posting: week_number, company, pay_low_usd_year, pay_mid_usd_year, pay_high_usd_year,
    NaN without pay.
    """
    new = _by_week(items[["week_number", "company", *PAY]])
    paid = new[new["pay_mid_usd_year"].notna()]
    employer = pd.factorize(paid["company"])[0].astype("int64")
    within = list(_windows(paid, calendar, window))
    samples = [Sample(held, employer[at]) for held, at in zip(_known(paid, PAY[1], within), within, strict=True)]
    estimate = quantiles(samples)
    few = np.where(estimate.n >= MIN_PAY, reason_few(estimate.employers, estimate.c_eff), "fewer than 30 with pay")
    extra = _pay_extra(new, samples, list(_windows(new, calendar, window)))
    table = pd.concat([_table(calendar, estimate, few, window), extra], axis=1)
    return _blanked(table.astype({"n_postings": "Int64"}), [*PAY_EXTRA[:4], "disclosed_share"])


def matched_series(
    items: pd.DataFrame, calendar: Calendar, window: int, covered: Callable[[pd.Index[Any]], Bools], resamples: int,
    key: str,
) -> pd.DataFrame:  # fmt: skip
    """The share as a chain over boards observed throughout both windows of a link: `COLUMNS` and `CHAIN_EXTRA`.

    `covered` gives (weeks, boards) for an index of "platform/board": observed on every day of the week. n, employers
    and n_eff are those of the raw share, which stands beside the chain in `raw`.
    """
    scope, scopes = codes(items["scope_key"])
    company, companies = codes(items["company"])
    cell, cells = codes(pd.Series(scope * len(companies) + company))
    of_scope, of_company = np.divmod(cells.to_numpy("int64"), max(len(companies), 1))
    whole = _throughout(covered(scopes), window)[:, of_scope]
    mentions, postings = _summed(items, cell, len(cells), calendar, window)
    value, matched, segment = chain(mentions, postings, whole)
    low, high = chain_interval(mentions, postings, whole, of_company, resamples, key)
    raw = headline_share(*counts(items, items["company"], calendar, window))
    shown = np.where(_share_reason(raw) == "", raw.value, np.nan)
    estimate = raw._replace(value=value, low=low, high=high)
    reason = np.where(segment < 0, "fewer than 70 % on matched boards", _share_reason(estimate))
    table = _table(calendar, estimate, reason, window)
    return _blanked(table.assign(raw=shown, matched_share=matched, segment=segment.astype("int64")), ["raw"])


def count_series(flow: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """The stock at each week's end: `COLUMNS`; low and high are bounds by the observation intervals, not sampling."""
    reason = pd.Series(np.where(calendar.dark, "no board in sight", ""), dtype="str")
    told = {"value": flow["stock"], "n": flow["stock"], **{name: flow[name] for name in ("low", "high", "employers")}}
    status = {"n_eff": np.nan, "status": plain_status(calendar), "reason": reason}
    return pd.DataFrame({"week": calendar.labels, **told, **status})[list(COLUMNS)].astype(COLUMNS)


def plain_status(calendar: Calendar) -> Any:
    """ok, partial or dark by the calendar alone."""
    return _status(calendar, np.full(len(calendar.weeks), ""), 1)


def counts(
    items: pd.DataFrame, unit: Any, calendar: Calendar, window: int, units: pd.Index[Any] | None = None
) -> tuple[Floats, Floats]:
    """(weeks, units) sums of y and of postings over trailing windows; `unit` names the column of each item."""
    column, known = codes(pd.Series(unit)) if units is None else (positions(pd.Series(unit), units), units)
    return _summed(items, column, len(known), calendar, window)


def _summed(
    items: pd.DataFrame, column: Ints, n_columns: int, calendar: Calendar, window: int
) -> tuple[Floats, Floats]:
    row = items["week_number"].to_numpy("int64") - (calendar.weeks[0] if len(calendar.weeks) else 0)
    shape = (len(calendar.weeks), n_columns)
    cell, size = row * n_columns + column, shape[0] * n_columns
    y = items["y"].to_numpy(float)
    sums = [np.asarray(np.bincount(cell, of, minlength=size), float) for of in (y, np.ones(len(y)))]
    mentions, postings = (pooled(weekly.reshape(shape), window) for weekly in sums)
    return mentions, postings


def pooled(weekly: Floats, window: int) -> Floats:
    """Sums over the trailing `window` rows; the first windows hold what there is."""
    total = np.vstack([np.zeros((window, weekly.shape[1])), np.cumsum(weekly, axis=0)])
    return np.asarray(total[window:] - total[:-window][: len(weekly)], float)


def by_group(items: pd.DataFrame, by: str, make: Make, order: list[Any]) -> pd.DataFrame:
    """`make` for each group of column `by`, stacked with that column after the week; groups in the given order."""
    found = list(pd.unique(items[by]))
    groups = [g for g in order if g in found] + sorted(g for g in found if g not in order)
    parts = [make(items[items[by].eq(group)]).assign(**{by: group}) for group in groups]
    stacked = pd.concat(parts, ignore_index=True) if parts else make(items).iloc[:0].assign(**{by: items[by].iloc[:0]})
    return stacked[["week", by, *[name for name in stacked.columns if name not in ("week", by)]]]


def _table(calendar: Calendar, estimate: Any, reason: Any, window: int) -> pd.DataFrame:
    told = {name: getattr(estimate, name) for name in ("value", "low", "high", "n", "employers", "n_eff")}
    why = np.where(calendar.dark, "no board in sight", reason)
    table = pd.DataFrame({"week": calendar.labels, **told, "status": _status(calendar, why, window), "reason": why})
    return table.astype(COLUMNS)


def _status(calendar: Calendar, reason: Any, window: int) -> Any:
    """dark before too_few before partial before ok."""
    started = np.arange(len(calendar.weeks)) >= window - 1
    status = np.where(calendar.publishable & started, "ok", "partial")
    status = np.where(reason != "", "too_few", status)
    return np.where(calendar.dark, "dark", status)


def _blanked(table: pd.DataFrame, extra: list[str]) -> pd.DataFrame:
    """What must not be shown is not there to be shown."""
    hidden = table["status"].isin(["dark", "too_few"])
    names = ["value", "low", "high", *extra]
    table[names] = table[names].mask(hidden)
    return table


def _share_reason(estimate: Share) -> Any:
    imprecise = reason_hidden(estimate.value, estimate.low, estimate.high, estimate.n_eff)
    few = reason_few(estimate.employers, estimate.c_eff)
    return np.where(imprecise != "", imprecise, few)


def _edge_deffs(mentions: Floats, postings: Floats, overall: float, edge: EdgeDeff | None) -> Floats:
    found, n = mentions.sum(1), postings.sum(1)
    deffs = np.full(len(n), np.nan)
    if edge is not None:
        for at in np.flatnonzero((n > 0) & ((found == 0) | (found == n))):
            deffs[at] = edge(int(at), float(overall))
    return deffs


def edge_of_terms(terms: pd.DataFrame, items: pd.DataFrame, calendar: Calendar, window: int) -> EdgeDeff:
    """For a window and a prevalence: the median design effect of the terms about as frequent in that window.

    `terms` has one row a new posting and term: week_number, company, term.
    """
    companies = pd.Index(pd.unique(items["company"])).astype("str")
    _, postings = counts(items.assign(y=1.0), items["company"], calendar, window, companies)
    ordered = _by_week(terms[["week_number", "company", "term"]])
    code, names = pd.factorize(ordered["term"])
    cell = code * len(companies) + positions(ordered["company"], companies)
    within = list(_windows(ordered, calendar, window))

    def edge(at: int, prevalence: float) -> float:
        mentions = np.bincount(cell[within[at]], minlength=len(names) * len(companies)).astype(float)
        return comparable_deff(mentions.reshape(len(names), len(companies)), postings[at], prevalence)

    return edge


def _by_week(rows: pd.DataFrame) -> pd.DataFrame:
    week = rows["week_number"].to_numpy()
    return rows.iloc[np.argsort((week - week.min(initial=0)).astype("int16"), kind="stable")]  # 16 bits sort fast


def _windows(ordered: pd.DataFrame, calendar: Calendar, window: int) -> Iterator[slice]:
    """Where the rows of each trailing window stand among rows in order of their week."""
    week = ordered["week_number"].to_numpy()
    starts, ends = np.searchsorted(week, calendar.weeks - window + 1), np.searchsorted(week, calendar.weeks, "right")
    return (slice(start, end) for start, end in zip(starts, ends, strict=True))


def _known(ordered: pd.DataFrame, name: str, within: list[slice]) -> Iterator[Floats]:
    values = ordered[name].to_numpy(float)
    return (held[~np.isnan(held)] for held in (values[at] for at in within))


def _pay_extra(new: pd.DataFrame, samples: list[Sample], within: list[slice]) -> pd.DataFrame:
    disclosed = (new["pay_low_usd_year"].notna() | new["pay_high_usd_year"].notna()).to_numpy()
    n_postings = np.array([at.stop - at.start for at in within], "int64")
    n_disclosed = [disclosed[at].sum() for at in within]
    low, high = (np.array([point(held) for held in _known(new, name, within)], float) for name in (PAY[0], PAY[2]))
    quartiles = (np.array([point(sample.values, q) for sample in samples], float) for q in (0.25, 0.75))
    told = (low, high, *quartiles, n_postings, ratio(n_disclosed, n_postings))
    return pd.DataFrame(dict(zip(PAY_EXTRA, told, strict=True)))


def _throughout(covered: Bools, window: int) -> Bools:
    """Whether a board was covered in every week of the trailing window; windows that begin before the axis are not."""
    return np.asarray(pooled(covered.astype(float), window) == window)
