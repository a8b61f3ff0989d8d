"""When a posting opened and closed, and which boards were in sight: the point rules under every count.

A crawl sees a posting at moments, the market moves between them. A posting opened in (last complete crawl without it,
first sighting] and closed in (last sighting, first proved absence]. The point rules put both in the middle of their
interval, rounded so that the errors of opening and closing cancel; bounds keep the whole interval. A board without a
complete crawl for more than 14 days is dark: its postings leave the panel instead of closing (methods 1.2-1.4).

Days are whole UTC days, as numbers since 1970-01-01 in float columns: NaN = unknown, inf = never.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analytics.coded import begins, expanded, positions
from analytics.numeric import Bools, Floats, Ints

GRACE_DAYS = 14  # without a complete crawl before a board is dark
FLICKER_DAYS = 14  # a posting seen again within this time never left
US_PER_DAY = 86_400_000_000
KEY = ["posting_id", "spell"]
DAYS = ("first", "last", "before", "gone", "opened", "closed")


def days(times: pd.Series[Any]) -> Floats:
    """UTC day number of each moment, NaN for NaT."""
    micros = times.dt.tz_convert("UTC").dt.as_unit("us").astype("int64").to_numpy()
    return np.where(times.isna(), np.nan, np.floor(micros / US_PER_DAY))


def dates(day: Floats) -> pd.Series[Any]:
    """Day numbers as datetime64[us] dates without a zone; NaN and inf become NaT."""
    known = np.isfinite(day)
    micros = np.where(known, day, 0).astype("int64") * US_PER_DAY
    return pd.Series(micros.astype("datetime64[us]")).where(pd.Series(known), pd.NaT)


def scopes(rows: pd.DataFrame) -> pd.Series[Any]:
    """ "platform/board" of each row as sorted categories: its column scope_key where it has one."""
    if "scope_key" in rows:
        return rows["scope_key"]
    return (rows["platform"].astype("str") + "/" + rows["board"].astype("str")).astype("category")


def scope_codes(rows: pd.DataFrame, known: pd.Index[Any]) -> Ints:
    """Position of the board of each row among `known` names "platform/board", -1 for others."""
    return positions(scopes(rows), known)


def without_flicker(spells: pd.DataFrame) -> pd.DataFrame:
    """Spells, those that begin within 14 days of the former's last sighting joined to it.

    A joined spell has the number and the beginning of its first and the end of its last part.
    """
    ordered = spells if _in_order(spells) else spells.sort_values(KEY, kind="stable")
    starts = np.flatnonzero(~_returned(ordered))
    ends = np.append(starts[1:], len(ordered))[: len(starts)]
    if len(starts) == len(ordered):
        return ordered.reset_index(drop=True)
    counted = np.append(0, np.cumsum(ordered["n_versions"]))
    joined = ordered.iloc[starts].reset_index(drop=True).assign(n_versions=counted[ends] - counted[starts])
    told = ["last_seen_at", "absent_at", "is_closed"]
    joined[told] = ordered[told].iloc[ends - 1].reset_index(drop=True)
    return joined


def _in_order(spells: pd.DataFrame) -> bool:
    name, spell = spells["posting_id"].array, spells["spell"].array
    falls = np.asarray(name[1:] < name[:-1], bool)
    same = ~begins(spells[["posting_id"]])[1:]
    return not (falls | (same & np.asarray(spell[1:] < spell[:-1], bool))).any()


def _returned(ordered: pd.DataFrame) -> Bools:
    """For spells in order of (posting_id, spell): whether each begins soon after the one before it of its posting."""
    away = ordered["first_seen_at"] - ordered["last_seen_at"].shift()
    return (away <= pd.Timedelta(days=FLICKER_DAYS)).to_numpy() & ~begins(ordered[["posting_id"]])


def point_days(spells: pd.DataFrame) -> pd.DataFrame:
    """`spells` with is_backdated and the day numbers first, last, before, gone (first proved absence), opened, closed.

    opened: NaN = left-truncated (there when the board was first read: in stock, never in flow); closed: inf = none.
    A posting absent once is counted as closed provisionally: waiting for the second absence would make every newest
    stock too high by the closings of one crawl. `is_closed` tells which are confirmed.
    """
    frame = spells.copy()
    first, last, before = (days(spells[name]) for name in ("first_seen_at", "last_seen_at", "before_at"))
    gone = np.maximum(days(spells["absent_at"]), last + 1)
    gone = np.where(np.isnan(gone), np.where(spells["is_closed"], last + 1, np.inf), gone)
    frame["first_day"], frame["last_day"], frame["before_day"], frame["gone_day"] = first, last, before, gone
    middle = first - np.floor((first - before) / 2)
    frame["opened_day"] = np.where(_posted_fits(spells), days(spells["posted_at"]), middle)
    frame["closed_day"] = last + np.ceil((gone - last) / 2)
    frame["is_backdated"] = spells["posted_at"] < spells["before_at"] - pd.Timedelta(days=1)
    return frame


def _posted_fits(spells: pd.DataFrame) -> pd.Series[Any]:
    """Whether the platform's own date lies in (before, first seen], by the moment or, for bare dates, by the day."""
    posted, before, first = (spells[name] for name in ("posted_at", "before_at", "first_seen_at"))
    by_day = (days(posted) > days(before)) & (days(posted) <= days(first))
    return ((posted > before) & (posted <= first)) | by_day


def board_intervals(crawls: pd.DataFrame, horizon: float) -> pd.DataFrame:
    """When each board was in the panel: platform, board, start_day, end_day (first day out of it, inf = still in).

    `crawls` holds one row a board and crawl (platform, board, fetched_at, is_complete), `horizon` the day number of
    the newest crawl of any board.
    """
    complete = crawls[crawls["is_complete"].astype(bool)]
    seen = complete[["platform", "board"]].assign(day=days(complete["fetched_at"]), scope_key=scopes(complete))
    seen = seen.iloc[np.lexsort((seen["day"], seen["scope_key"].cat.codes))]
    seen = seen[begins(seen[["scope_key", "day"]])].reset_index(drop=True)
    by_board = seen.groupby("scope_key")["day"]
    to_next = (by_board.shift(-1) - seen["day"]).fillna(horizon - seen["day"])
    is_last = by_board.shift(-1).isna()
    starts = ~((seen["day"] - by_board.shift()) <= GRACE_DAYS)
    ends = is_last | (to_next > GRACE_DAYS)
    told = seen.loc[starts, ["platform", "board", "scope_key"]]
    out = np.where(to_next > GRACE_DAYS, seen["day"] + 1, np.inf)
    return told.assign(start_day=seen["day"]).reset_index(drop=True).assign(end_day=out[ends.to_numpy()])


def segments(points: pd.DataFrame, intervals: pd.DataFrame) -> pd.DataFrame:
    """Each stretch of a spell inside its board's panel intervals: `points` plus start_day, end_day (first day out).

    is_new and is_closing tell true openings and closings, is_entry and is_exit those of the panel: a posting found
    when its board is first read or comes back, or lost when its board goes dark. Bounds: low_start, low_end,
    high_start, high_end are the stretches in which it was certainly, and possibly, advertised.
    """
    spell, interval = _pairs(points, intervals)
    enters, leaves = (intervals[name].to_numpy(float)[interval] for name in ("start_day", "end_day"))
    day = {name: points[f"{name}_day"].to_numpy(float)[spell] for name in DAYS}
    is_new = day["opened"] >= enters  # never of an unknown day
    is_closing = (day["closed"] <= leaves) & np.isfinite(day["closed"])
    start = np.fmax(np.where(np.isnan(day["opened"]), day["first"], day["opened"]), enters)
    end = np.minimum(day["closed"], leaves)
    possibly = np.where(np.isnan(day["before"]), day["first"], day["before"] + 1)
    possibly = np.minimum(possibly, start)  # a platform may date a posting later on the very day of the crawl before
    gone = np.where(points["is_closed"].to_numpy(bool)[spell], day["gone"], np.inf)
    told = {
        "start_day": start, "end_day": end, "is_new": is_new, "is_closing": is_closing,
        "low_start": np.maximum(day["first"], enters), "low_end": np.minimum(day["last"] + 1, leaves),
        "high_start": np.maximum(possibly, enters), "high_end": np.minimum(gone, leaves),
        "is_entry": ~is_new, "is_exit": ~is_closing & np.isfinite(end),
    }  # fmt: skip
    some = start < end
    held: pd.DataFrame = points.iloc[spell[some]].reset_index(drop=True)
    return held.assign(**{name: of[some] for name, of in told.items()})


def _pairs(points: pd.DataFrame, intervals: pd.DataFrame) -> tuple[Ints, Ints]:
    """Rows of `points` and of `intervals` (in order of board) that are of one board."""
    order = scopes(intervals).cat.codes.to_numpy()
    at = scope_codes(points, scopes(intervals).cat.categories)
    first = np.searchsorted(order, at)
    return expanded(first, np.where(at >= 0, np.searchsorted(order, at, side="right") - first, 0))
