"""From spells to weeks: the panel (one row a posting and ISO week), stock, flow, and which weeks may be published.

Weeks are ISO weeks in UTC. Inside the modules a week is the number of weeks since Monday 1969-12-29; frames show the
label "2026-W05". Stock is counted at the end of Sunday, in the newest week at its newest crawl.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analytics.coded import begins
from analytics.numeric import Bools, Floats, Ints
from analytics.share import ratio
from analytics.spells import dates, days, scope_codes, scopes

CARRIED_WEEKS = 4  # a board in the dark for longer has left
COVERAGE = 0.95  # of last week's stock, on boards completely crawled late in the week
LATE_DAYS = 3  # the end of the week in which a daily crawl must have been complete
FLOWS = {"new": "is_new", "entered_panel": "is_entry", "closed": "is_closing", "exited_panel": "is_exit"}


def week_of(day: Floats) -> Floats:
    """Week number of day numbers; NaN and inf stay as they are."""
    return np.floor((np.asarray(day, float) + 3) / 7)


def week_labels(weeks: Ints) -> list[str]:
    """ISO labels such as "2026-W05" of week numbers."""
    thursdays = dates(np.asarray(weeks, float) * 7).dt.isocalendar()
    return [f"{year}-W{week:02d}" for year, week in zip(thursdays["year"], thursdays["week"], strict=True)]


def axis(intervals: pd.DataFrame, horizon: float) -> Ints:
    """All week numbers from the first complete crawl of any board to the newest crawl, without gaps."""
    if intervals.empty:
        return np.array([], "int64")
    first, last = week_of(np.array([intervals["start_day"].min(), horizon])).astype("int64")
    return np.arange(first, last + 1, dtype="int64")


def week_ends(weeks: Ints, horizon: float) -> Floats:
    """Day on which the stock of each week is counted: its Sunday, or the newest crawl in the week under way."""
    return np.asarray(np.minimum(weeks * 7.0 + 3, horizon), float)


def build(segments: pd.DataFrame, weeks: Ints, horizon: float) -> pd.DataFrame:
    """One row a posting spell and week in which it was advertised and its board in sight.

    Adds to the columns of `segments`: week_number, week, week_on (its Monday), is_new, is_active_at_end and
    weight (1.0).
    """
    if segments.empty:
        return segments.assign(
            week_number=pd.Series(dtype="int64"), week=pd.Series(dtype="str"), week_on=dates(np.array([])),
            is_active_at_end=pd.Series(dtype="bool"), weight=pd.Series(dtype="float64"),
        )  # fmt: skip
    first = week_of(segments["start_day"].to_numpy()).astype("int64")
    last = week_of(np.minimum(segments["end_day"].to_numpy() - 1, horizon)).astype("int64")
    rows = segments.loc[segments.index.repeat(last - first + 1)].copy()
    nth = rows.groupby(level=0).cumcount().to_numpy()
    number = np.asarray(np.repeat(first, last - first + 1) + nth, "int64")
    rows["week_number"] = number
    rows["week"] = np.array(week_labels(weeks), object)[number - weeks[0]]
    rows["week_on"] = dates(np.asarray(number * 7.0 - 3, float)).to_numpy()
    rows["is_new"] = rows["is_new"] & (nth == 0)
    rows["is_active_at_end"] = rows["end_day"] > week_ends(number, horizon)
    rows["weight"] = 1.0
    return rows.reset_index(drop=True)


def flow(segments: pd.DataFrame, weeks: Ints, horizon: float) -> pd.DataFrame:
    """Weekly counts: week_number, new, entered_panel, closed, exited_panel, stock, low, high, unconfirmed, employers.

    `stock` is counted at the week's end by the point rule, `low` and `high` are its bounds; `unconfirmed` of `closed`
    were absent from one complete crawl only and are revised should they return. All Int64. Asserted: stock = stock of
    the week before + new + entered_panel - closed - exited_panel.
    """
    ends = week_ends(weeks, horizon)
    frame = pd.DataFrame({"week_number": weeks})
    starts, leaves = (week_of(segments[name].to_numpy(float)) for name in ("start_day", "end_day"))
    for name, flag in FLOWS.items():
        at = starts if flag in ("is_new", "is_entry") else leaves
        frame[name] = _count(at[segments[flag].to_numpy(bool)], weeks)
    for name, start, end in (
        ("stock", "start_day", "end_day"),
        ("low", "low_start", "low_end"),
        ("high", "high_start", "high_end"),
    ):
        frame[name] = standing(segments[start].to_numpy(float), segments[end].to_numpy(float), ends)
    unconfirmed = segments["is_closing"].to_numpy(bool) & ~segments["is_closed"].to_numpy(bool)
    frame["unconfirmed"] = _count(leaves[unconfirmed], weeks)
    company, names = pd.factorize(segments["company"])
    frame["employers"] = (standing_by(segments, ends, company, len(names)) > 0).sum(1)
    _assert_identity(frame)
    return frame.astype("Int64")


def standing(start: Floats, end: Floats, on: Floats) -> Ints:
    """Number of stretches [start, end) that hold each day of `on`; empty stretches hold none."""
    some = start < end
    begun = np.searchsorted(np.sort(start[some]), on, side="right")
    return np.asarray(begun - np.searchsorted(np.sort(end[some]), on, side="right"), "int64")


def standing_by(segments: pd.DataFrame, on: Floats, code: Ints, n_codes: int) -> Floats:
    """(days, codes): number of stretches that hold each day of `on` (ascending), by the code of each stretch."""
    shape = (len(on) + 1, n_codes)
    at = [np.searchsorted(on, segments[name].to_numpy(float)) * n_codes + code for name in ("start_day", "end_day")]
    begun, ended = (np.bincount(cell, minlength=shape[0] * n_codes).reshape(shape) for cell in at)
    change = (begun - ended).astype(float)
    return np.asarray(np.cumsum(change, axis=0)[:-1], float)


def publishable(
    segments: pd.DataFrame, crawls: pd.DataFrame, intervals: pd.DataFrame, weeks: Ints, horizon: float
) -> Bools:
    """Whether each week may be published: boards with 95 % of last week's stock were completely crawled late in it.

    Late is the last three days where boards are crawled daily, else any day of the week; and the week must have
    reached its last three days. The first week has no stock before it and is not publishable. A board that went dark
    counts with its last stock for four weeks more: an outage makes weeks partial, it does not make the market small.
    """
    boards = pd.Index(scopes(crawls).cat.categories)
    stock = standing_by(segments, week_ends(weeks - 1, horizon), scope_codes(segments, boards), len(boards))
    stock = _carried(stock, _in_sight(intervals, boards, week_ends(weeks - 1, horizon)))
    late = _crawled_late(crawls, scope_codes(crawls, boards), len(boards), weeks)
    reached = horizon >= weeks * 7.0 + 4 - LATE_DAYS
    return np.asarray((ratio((stock * late).sum(1), stock.sum(1)) >= COVERAGE) & reached)


def _in_sight(intervals: pd.DataFrame, boards: pd.Index[Any], on: Floats) -> Bools:
    """(days, boards): whether a board ("platform/board") was in the panel on each day."""
    result = np.zeros((len(on), len(boards)), bool)
    at = scope_codes(intervals, boards)
    start, end = (intervals[name].to_numpy(float) for name in ("start_day", "end_day"))
    inside = (start <= on[:, None]) & (end > on[:, None])
    for column in np.flatnonzero(at >= 0):
        result[:, at[column]] |= inside[:, column]
    return result


def _carried(stock: Floats, in_sight: Bools) -> Floats:
    """The stock with that of a dark board carried on for up to CARRIED_WEEKS."""
    carried, age = stock.copy(), np.zeros(stock.shape[1])
    for week in range(1, len(stock)):
        age = np.where(in_sight[week], 0, age + 1)
        carried[week] = np.where((age > 0) & (age <= CARRIED_WEEKS), carried[week - 1], stock[week])
    return carried


def covered(intervals: pd.DataFrame, weeks: Ints, boards: pd.Index[Any]) -> Bools:
    """(weeks, boards): whether a board ("platform/board") was in the panel on every day of the week."""
    whole = np.zeros((len(weeks), len(boards)), bool)
    at = scope_codes(intervals, boards)
    monday = weeks[:, None] * 7.0 - 3
    inside = (intervals["start_day"].to_numpy(float) <= monday) & (intervals["end_day"].to_numpy(float) > monday + 6)
    for column in np.flatnonzero(at >= 0):
        whole[:, at[column]] |= inside[:, column]
    return whole


def dark(intervals: pd.DataFrame, weeks: Ints) -> Bools:
    """Whether no board at all was in the panel on any day of the week."""
    start, end = (intervals[name].to_numpy(float) for name in ("start_day", "end_day"))
    monday = weeks[:, None] * 7.0 - 3
    return np.asarray(~((start <= monday + 6) & (end > monday)).any(1), bool)


def _count(at: Floats, weeks: Ints) -> Ints:
    if not len(weeks):
        return np.array([], "int64")
    inside = at[np.isfinite(at)].astype("int64") - weeks[0]
    return np.bincount(inside, minlength=len(weeks))[: len(weeks)]


def _assert_identity(frame: pd.DataFrame) -> None:
    change = frame["new"] + frame["entered_panel"] - frame["closed"] - frame["exited_panel"]
    assert frame["stock"].eq(frame["stock"].shift(fill_value=0) + change).all(), "flow must explain the stock"


def _crawled_late(crawls: pd.DataFrame, code: Ints, n_boards: int, weeks: Ints) -> Bools:
    """(weeks, boards): a complete crawl in the part of the week in which one is due."""
    day = days(crawls["fetched_at"])
    week = week_of(day)
    late = day - (week * 7 - 3) >= (7 - LATE_DAYS if _is_daily(code, day) else 0)
    good = crawls["is_complete"].to_numpy(bool) & late
    result = np.zeros((len(weeks), n_boards), bool)
    if len(weeks):
        at = week[good].astype("int64") - weeks[0]
        inside = (at >= 0) & (at < len(weeks))
        result[at[inside], code[good][inside]] = True
    return result


def _is_daily(code: Ints, day: Floats) -> bool:
    """Whether boards are tried at least every third day, by the median gap between attempts."""
    attempts = pd.DataFrame({"code": code, "day": day}).iloc[np.lexsort((day, code))]
    attempts = attempts[begins(attempts)]
    gaps = np.diff(attempts["day"])[np.diff(attempts["code"]) == 0]
    return bool(len(gaps) and np.median(gaps) <= LATE_DAYS)
