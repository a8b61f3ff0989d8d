"""What new postings demand beyond tools: capabilities, schooling, years, the mix of roles, and who is hiring.

Every share is made by `analytics.series.share_series`, with its sample, interval and suppression; here are only the
questions put to it. Employers are told as they come, return and go; their names are data, never a cause.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analytics.change import benjamini_hochberg
from analytics.numeric import Bools, Floats, Ints
from analytics.premium import MIN_EMPLOYERS, MIN_WITH, without_outliers
from analytics.series import COLUMNS as SERIES
from analytics.series import SHARE_EXTRA, Calendar, counts, median_series, plain_status, pooled, share_series
from analytics.spells import KEY
from analytics.within import controls, dummies, intervals, joint_slopes

LOOKBACK = 13  # weeks without an opening after which an employer is gone, and may return
DEGREES = ("none", "bachelor", "master", "phd")
YEARS = {"week": "week", "value": "value", "low": "low", "high": "high", "n": "n", "employers": "employers",
         "n_eff": "n_eff", "status": "status", "reason": "reason", "p25_usd_year": "p25_years",
         "p75_usd_year": "p75_years", "n_postings": "n_postings", "disclosed_share": "stated_share"}  # fmt: skip
MOVES = {
    "week": "str", "employers": "Int64", "new": "Int64", "returning": "Int64", "staying": "Int64", "unknown": "Int64",
    "gone": "Int64", "status": "str",
}  # fmt: skip
NAMES = {"week": "str", "company": "str", "move": "str"}
REGIONS = {
    "place": "str", "n": "int64", "employers": "int64", "employers_both": "int64", "raw": "float64",
    "with_level": "float64", "with_employer": "float64", "low": "float64", "high": "float64", "p_value": "float64",
    "q_value": "float64", "reason": "str",
}  # fmt: skip
REGION_CONTROLS = ("level", "role", "work_mode", "week_number")
Covered = Callable[["pd.Index[Any]"], Bools]


def capability_shares(
    new: pd.DataFrame, asked: pd.DataFrame, calendar: Calendar, window: int = 4, column: str = "capability"
) -> pd.DataFrame:
    """Share of new postings that ask for something of each capability (or other `column`) by week.

    `new` has one row a new posting (key, week_number, company), `asked` one row a posting and term it asks for with
    `column`. The shape is that of `series.share_series` with the column after the week; groups overlap.
    """
    keys = pd.MultiIndex.from_frame(new[KEY])
    groups = sorted(set(asked[column]) - {""})
    held = {g: keys.isin(pd.MultiIndex.from_frame(asked.loc[asked[column].eq(g), KEY])) for g in groups}
    return _shares(new, held, calendar, window, column)


def mix(new: pd.DataFrame, by: str, calendar: Calendar, window: int = 4, order: Sequence[str] = ()) -> pd.DataFrame:
    """Share of each value of column `by` among all new postings by week, values in `order`, then by the alphabet."""
    found = set(new[by])
    groups = [g for g in order if g in found] + sorted(found - set(order))
    return _shares(new, {g: new[by].eq(g).to_numpy() for g in groups}, calendar, window, by)


def requirement_shares(new: pd.DataFrame, calendar: Calendar, window: int = 4) -> pd.DataFrame:
    """Share of new postings by what they require, by week, in column `requirement`.

    degree_stated; degree_none, _bachelor, _master, _phd (least degree asked; none: said to be needless);
    certification_required, certification_named; years_stated. `new` has degree, certification and years_low.
    """
    held: dict[str, Bools] = {"degree_stated": new["degree"].ne("").to_numpy()}
    held |= {f"degree_{name}": new["degree"].eq(name).to_numpy() for name in DEGREES}
    held["certification_required"] = new["certification"].eq("required").to_numpy()
    held["certification_named"] = new["certification"].ne("").to_numpy()
    held["years_stated"] = new["years_low"].notna().to_numpy()
    return _shares(new, held, calendar, window, "requirement")


def years_series(new: pd.DataFrame, calendar: Calendar, window: int = 4) -> pd.DataFrame:
    """Median of the least years of experience asked for, of postings that state them, by week: `YEARS`, years."""
    years = new["years_low"]
    same = {f"pay_{side}_usd_year": years for side in ("low", "mid", "high")}
    made = median_series(new.assign(**same), calendar, window)[list(YEARS)].rename(columns=YEARS)
    return made.assign(reason=made["reason"].replace("fewer than 30 with pay", "fewer than 30 that state years"))


def employer_moves(
    new: pd.DataFrame, calendar: Calendar, covered: Covered, window: int = 4, lookback: int = LOOKBACK
) -> pd.DataFrame:
    """Employers with openings in the trailing window, by what they did before, and those gone: `MOVES`.

    new: never opened anything before, though one of its boards was in sight for the `lookback` weeks before the
    window; returning: nothing in those weeks, but earlier; staying: something in those weeks; unknown: not in sight
    for so long. gone: opened something in the lookback, nothing in the window, though in sight. employers = new +
    returning + staying + unknown. `covered` is that of `series.matched_series`.
    """
    found, _ = _moves(new, calendar, covered, window, lookback)
    table = pd.DataFrame({name: held.sum(1) for name, held in found.items()}).astype("Int64")
    table.loc[calendar.dark] = pd.NA
    started = np.arange(len(calendar.weeks)) >= window + lookback - 1
    status = np.where(started, plain_status(calendar), "partial")
    told = table.assign(week=calendar.labels, status=np.where(calendar.dark, "dark", status))
    return told[list(MOVES)].astype(MOVES)


def employer_names(
    new: pd.DataFrame, calendar: Calendar, covered: Covered, window: int = 4, lookback: int = LOOKBACK
) -> pd.DataFrame:
    """One row a week, employer and move (new, returning, gone) of `employer_moves`: `NAMES`."""
    found, names = _moves(new, calendar, covered, window, lookback)
    rows = [(at, names[who], move) for move in ("new", "returning", "gone") for at, who in np.argwhere(found[move])]
    rows.sort()
    told = {
        "week": [calendar.labels[at] for at, *_ in rows],
        "company": [r[1] for r in rows],
        "move": [r[2] for r in rows],
    }
    return pd.DataFrame(told, columns=list(NAMES)).astype(NAMES)


def regional_premium(new: pd.DataFrame, by: str = "metro", names: Sequence[str] = REGION_CONTROLS) -> pd.DataFrame:
    """Pay of each place relative to the most frequent one, other things equal, greatest first: `REGIONS`.

    The place that the others are compared with has the reason "reference" and premiums of 0.
    Premiums are shares of pay, 0.05 = 5 % more: raw, with `names` held equal, and with the employer too (low, high,
    p_value, q_value are of that one). Employers set much of a job's pay alike in all places, so the last rung is small
    by design. A place needs 30 postings with pay and 10 employers that also post elsewhere; others are one rest.
    """
    paid = without_outliers(new[new["pay_mid_usd_year"].notna() & new[by].ne("")])
    table, code = _places(paid, by)
    fit = np.flatnonzero(table["reason"].eq(""))
    if len(fit):
        reference = int(fit[table["n"].to_numpy()[fit].argmax()])
        table = table.join(_regional(paid, code, fit, reference, names))
        table.loc[reference, "reason"] = "reference"
    else:
        table = table.assign(**dict.fromkeys(["raw", "with_level", "with_employer", "low", "high", "p_value"], np.nan))
    table["q_value"] = benjamini_hochberg(table["p_value"].to_numpy(float))
    ordered = table.sort_values(["with_employer", "place"], ascending=[False, True]).reset_index(drop=True)
    return ordered[list(REGIONS)].astype(REGIONS)


def _shares(
    new: pd.DataFrame, groups: Mapping[str, Bools], calendar: Calendar, window: int, column: str
) -> pd.DataFrame:
    shape = share_series(new.iloc[:0].assign(y=0.0), calendar, window).iloc[:0]
    parts = [share_series(new.assign(y=held.astype(float)), calendar, window) for held in groups.values()]
    named = [part.assign(**{column: name}) for name, part in zip(groups, parts, strict=True)]
    stacked = pd.concat([shape.assign(**{column: ""}), *named], ignore_index=True).astype({column: "str"})
    return stacked[["week", column, *list(SERIES)[1:], *SHARE_EXTRA]]


def _moves(
    new: pd.DataFrame, calendar: Calendar, covered: Covered, window: int, lookback: int
) -> tuple[dict[str, Bools], list[str]]:
    """(weeks, employers) of each move, and the employers."""
    names = sorted(set(new["company"]))
    weekly = counts(new.assign(y=1.0), new["company"], calendar, 1, pd.Index(names, dtype="str"))[1]
    seen = _in_sight(new, names, covered, len(calendar.weeks))
    active, earlier = pooled(weekly, window) > 0, _shifted(np.cumsum(weekly, axis=0), window + lookback) > 0
    before = _shifted(pooled(weekly, lookback), window) > 0
    sighted = _shifted(pooled(seen, lookback), window) == lookback
    fresh = active & ~before & sighted
    moves = {
        "employers": active, "new": fresh & ~earlier, "returning": fresh & earlier, "staying": active & before,
        "unknown": active & ~before & ~sighted, "gone": before & ~active & (pooled(seen, window) == window),
    }  # fmt: skip
    return moves, names


def _shifted(values: Floats, by: int) -> Floats:
    """The rows `by` weeks before, zeros where there are none."""
    return np.vstack([np.zeros((by, values.shape[1])), values])[: len(values)]


def _in_sight(new: pd.DataFrame, names: list[str], covered: Covered, n_weeks: int) -> Floats:
    """(weeks, employers): 1 where one of an employer's boards was covered all week."""
    pairs = pd.DataFrame({"board": new["platform"] + "/" + new["board"], "company": new["company"]}).drop_duplicates()
    boards = pd.Index(sorted(set(pairs["board"])), dtype="str")
    whole = covered(boards)[:, boards.get_indexer(pd.Index(pairs["board"]))]
    seen = np.zeros((n_weeks, len(names)))
    who = pd.Index(names, dtype="str").get_indexer(pd.Index(pairs["company"]))
    for column, employer in enumerate(who):
        seen[:, employer] = np.maximum(seen[:, employer], whole[:, column])
    return seen


def _places(paid: pd.DataFrame, by: str) -> tuple[pd.DataFrame, Ints]:
    code, places = pd.factorize(paid[by], sort=True)
    employer, names = pd.factorize(paid["company"])
    cells = np.zeros((len(places), len(names)))
    np.add.at(cells, (code, employer), 1.0)
    both = ((cells > 0) & (cells < cells.sum(0))).sum(1)
    n = cells.sum(1)
    few = np.where(both < MIN_EMPLOYERS, "fewer than 10 employers post here and elsewhere", "")
    reason = pd.Series(np.where(n < MIN_WITH, "fewer than 30 with pay", few), dtype="str")
    table = pd.DataFrame({"place": places, "n": n, "employers": (cells > 0).sum(1), "employers_both": both})
    return table.assign(reason=reason), code.astype("int64")


def _regional(paid: pd.DataFrame, code: Ints, fit: Ints, reference: int, names: Sequence[str]) -> pd.DataFrame:
    """Of the places at `fit`: slopes of log pay on all of them at once but the reference, whose premium is 0."""
    y = np.log(paid["pay_mid_usd_year"].to_numpy(float))
    employer = pd.factorize(paid["company"])[0].astype("int64")
    others = fit[fit != reference]
    here = (code[:, None] == others).astype(float)
    rest = (~np.isin(code, [*others, reference])).astype(float)[:, None]
    held = np.hstack([rest, dummies(paid, names)])
    rungs = [(rest, False), (held, False), (held, True)]
    found = [joint_slopes(controls(columns, employer, is_within=within), y, here) for columns, within in rungs]
    low, high, p_value = intervals(found[-1])
    logs = dict(
        zip(("raw", "with_level", "with_employer", "low", "high"), (*(f.slope for f in found), low, high), strict=True)
    )
    told = pd.DataFrame({name: np.expm1(v) for name, v in logs.items()} | {"p_value": p_value}, index=others)
    zero = pd.DataFrame(0.0, index=[reference], columns=["raw", "with_level", "with_employer"])
    return pd.concat([told, zero])
