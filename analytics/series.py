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
from analytics.numeric import Bools, Floats, Ints
from analytics.quantile import Sample, point, quantiles
from analytics.share import Share, comparable_deff, ratio, reason_few, reason_hidden, share

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
    estimate = share(mentions, postings, _edge_deffs(mentions, postings, overall, edge))
    table = _table(calendar, estimate, _share_reason(estimate), window)
    return _blanked(table.assign(**{name: getattr(estimate, name) for name in SHARE_EXTRA}), SHARE_EXTRA)


def median_series(items: pd.DataFrame, calendar: Calendar, window: int) -> pd.DataFrame:
    """Median of pay_mid_usd_year by trailing window: `COLUMNS` (US dollars a year) and `PAY_EXTRA`.

    `items` has one row a new posting: week_number, company, pay_low_usd_year, pay_mid_usd_year, pay_high_usd_year,
    NaN without pay.
    """
    windows = list(_windows(items[["week_number", "company", *PAY]], calendar, window))
    paid = [held[held["pay_mid_usd_year"].notna()] for held in windows]
    samples = [Sample(held["pay_mid_usd_year"].to_numpy(float), _codes(held["company"])) for held in paid]
    estimate = quantiles(samples)
    few = np.where(estimate.n >= MIN_PAY, reason_few(estimate.employers, estimate.c_eff), "fewer than 30 with pay")
    extra = pd.DataFrame([_pay_extra(held, sample) for held, sample in zip(windows, samples, strict=True)])
    table = pd.concat([_table(calendar, estimate, few, window), extra.reindex(columns=PAY_EXTRA)], axis=1)
    return _blanked(table.astype({"n_postings": "Int64"}), PAY_EXTRA[:4])


def matched_series(
    items: pd.DataFrame, calendar: Calendar, window: int, covered: Callable[[pd.Index[Any]], Bools], resamples: int,
    key: str,
) -> pd.DataFrame:  # fmt: skip
    """The share as a chain over boards observed throughout both windows of a link: `COLUMNS` and `CHAIN_EXTRA`.

    `covered` gives (weeks, boards) for an index of "platform/board": observed on every day of the week. n, employers
    and n_eff are those of the raw share, which stands beside the chain in `raw`.
    """
    cells = pd.MultiIndex.from_frame(items[["scope_key", "company"]].drop_duplicates()).sort_values()
    scopes = pd.Index(cells.get_level_values(0).unique())
    whole = _throughout(covered(scopes), window)[:, scopes.get_indexer(cells.get_level_values(0))]
    at = pd.MultiIndex.from_frame(items[["scope_key", "company"]])
    mentions, postings = counts(items, at, calendar, window, cells)
    value, matched, segment = chain(mentions, postings, whole)
    employer = pd.factorize(cells.get_level_values(1), sort=True)[0].astype("int64")
    low, high = chain_interval(mentions, postings, whole, employer, resamples, key)
    raw = share(*counts(items, items["company"], calendar, window))
    estimate = raw._replace(value=value, low=low, high=high)
    reason = np.where(segment < 0, "fewer than 70 % on matched boards", _share_reason(estimate))
    table = _table(calendar, estimate, reason, window)
    return _blanked(table.assign(raw=raw.value, matched_share=matched, segment=segment.astype("int64")), ["raw"])


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
    known = pd.Index(pd.unique(pd.Series(unit)).astype("str")).sort_values() if units is None else units
    column = known.get_indexer(pd.Index(unit))
    row = items["week_number"].to_numpy("int64") - (calendar.weeks[0] if len(calendar.weeks) else 0)
    shape = (len(calendar.weeks), len(known))
    weekly = np.zeros((2, *shape))
    np.add.at(weekly[0], (row, column), items["y"].to_numpy(float))
    np.add.at(weekly[1], (row, column), 1.0)
    return pooled(weekly[0], window), pooled(weekly[1], window)


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
    companies = pd.Index(pd.unique(items["company"]))
    _, postings = counts(items.assign(y=1.0), items["company"], calendar, window, companies)
    code = pd.factorize(terms["term"])[0]
    column = companies.get_indexer(pd.Index(terms["company"]))
    week = terms["week_number"].to_numpy("int64") - (calendar.weeks[0] if len(calendar.weeks) else 0)

    def edge(at: int, prevalence: float) -> float:
        here = (week <= at) & (week > at - window)
        mentions = np.zeros((int(code.max(initial=-1)) + 1, len(companies)))
        np.add.at(mentions, (code[here], column[here]), 1.0)
        return comparable_deff(mentions, postings[at], prevalence)

    return edge


def _windows(items: pd.DataFrame, calendar: Calendar, window: int) -> Iterator[pd.DataFrame]:
    ordered = items.sort_values("week_number", kind="stable")
    week = ordered["week_number"].to_numpy()
    starts, ends = np.searchsorted(week, calendar.weeks - window + 1), np.searchsorted(week, calendar.weeks, "right")
    return (ordered.iloc[start:end] for start, end in zip(starts, ends, strict=True))


def _pay_extra(held: pd.DataFrame, sample: Sample) -> dict[str, float]:
    low, high = (held[f"pay_{side}_usd_year"].dropna().to_numpy(float) for side in ("low", "high"))
    disclosed = held["pay_low_usd_year"].notna() | held["pay_high_usd_year"].notna()
    values = point(low), point(high), point(sample.values, 0.25), point(sample.values, 0.75)
    shares = len(held), float(ratio(disclosed.sum(), len(held)))
    return dict(zip(PAY_EXTRA, (*values, *shares), strict=True))


def _codes(companies: pd.Series[Any]) -> Ints:
    return pd.factorize(companies)[0].astype("int64")


def _throughout(covered: Bools, window: int) -> Bools:
    """Whether a board was covered in every week of the trailing window; windows that begin before the axis are not."""
    return np.asarray(pooled(covered.astype(float), window) == window)
