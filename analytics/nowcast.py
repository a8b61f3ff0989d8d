"""How many postings of a week will still be recorded: the newest weeks, completed by how late the older ones came.

Only series dated by the platform's own date have late arrivals: a posting dated in one week may be seen weeks later,
where a board is read seldom. Rows of the triangle are weeks of opening, columns the weeks until it was recorded; the
chain-ladder factors of its columns tell what is missing (Mack 1993; methods 1.7). Drawn dashed, never used in a test.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from analytics.numeric import Floats, Ints
from analytics.series import Calendar
from analytics.share import ratio

MAX_DELAY_WEEKS = 8  # a posting recorded later is counted in the last column
MIN_COMPLETE_ROWS = 8
MIN_COMPLETENESS = 0.5
COLUMNS = {"week": "str", "observed": "Int64", "completeness": "float64", "value": "float64", "status": "str",
           "reason": "str"}  # fmt: skip


class Nowcast(NamedTuple):
    """By week: recorded so far, share 0-1 of what will be, and that estimate; NaN where a column was never seen."""

    observed: Floats
    completeness: Floats
    value: Floats


def triangle(opened_week: Ints, recorded_week: Ints, weeks: Ints, max_delay: int = MAX_DELAY_WEEKS) -> Floats:
    """New records (weeks, delays 0 .. max_delay): NaN where the delay lies after the last of `weeks`.

    Postings that opened before `weeks` are left out, those recorded before they opened have delay 0.
    """
    counts = np.zeros((len(weeks), max_delay + 1))
    if not len(weeks):
        return counts
    inside = (opened_week >= weeks[0]) & (recorded_week <= weeks[-1]) & (opened_week <= weeks[-1])
    delay = np.clip(recorded_week - opened_week, 0, max_delay)
    np.add.at(counts, (opened_week[inside] - weeks[0], delay[inside]), 1)
    age = np.arange(len(weeks))[::-1]
    return np.where(np.arange(max_delay + 1) > age[:, None], np.nan, counts)


def development_factors(increments: Floats) -> Floats:
    """Growth of the cumulative count from each delay to the next over the weeks that know both; NaN if none does."""
    total = np.nancumsum(increments, axis=1)
    known = ~np.isnan(increments[:, 1:])
    return ratio((total[:, 1:] * known).sum(0), (total[:, :-1] * known).sum(0))


def completeness(factors: Floats) -> Floats:
    """Share 0-1 of the final count that is recorded at each delay, 1 at the last."""
    return np.append(ratio(1, np.cumprod(factors[::-1])[::-1]), 1.0)


def nowcast(increments: Floats) -> Nowcast:
    """Each week completed by its age; see `nowcast_series` for which may be shown."""
    observed = np.nansum(increments, axis=1)
    age = (~np.isnan(increments)).sum(1) - 1
    share = completeness(development_factors(increments))[age]
    return Nowcast(observed, share, ratio(observed, share))


def nowcast_series(items: pd.DataFrame, calendar: Calendar, max_delay: int = MAX_DELAY_WEEKS) -> pd.DataFrame:
    """Postings by week of opening, the newest ones completed: `COLUMNS`.

    `items` has one row a posting whose platform tells its date: opened_week, the number of the week of that date, and
    recorded_week, that of the week in which it was first recorded. status: "complete" (no more is expected: value is
    observed), "nowcast", "too_few" (value NaN with its reason), "dark".
    """
    opened, recorded = (items[name].to_numpy("int64") for name in ("opened_week", "recorded_week"))
    increments = triangle(opened, recorded, calendar.weeks, max_delay)
    told = nowcast(increments)
    is_complete = np.asarray(~np.isnan(increments).any(axis=1), bool)
    reason = np.where(told.completeness >= MIN_COMPLETENESS, "", "less than half is recorded yet")
    reason = np.where(is_complete.sum() >= MIN_COMPLETE_ROWS, reason, "fewer than 8 complete weeks")
    reason = np.where(is_complete, "", reason)
    reason = np.where(calendar.dark, "no board in sight", reason)
    status = np.where(is_complete, "complete", np.where(reason == "", "nowcast", "too_few"))
    status = np.where(calendar.dark, "dark", status)
    value = np.where(reason == "", told.value, np.nan)
    columns = {"observed": told.observed, "completeness": told.completeness, "value": value}
    return pd.DataFrame({"week": calendar.labels, **columns, "status": status, "reason": reason}).astype(COLUMNS)
