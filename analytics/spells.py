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

from analytics.numeric import Floats

GRACE_DAYS = 14  # without a complete crawl before a board is dark
FLICKER_DAYS = 14  # a posting seen again within this time never left
US_PER_DAY = 86_400_000_000
KEY = ["posting_id", "spell"]


def days(times: pd.Series[Any]) -> Floats:
    """UTC day number of each moment, NaN for NaT."""
    micros = times.dt.tz_convert("UTC").dt.as_unit("us").astype("int64").to_numpy()
    return np.where(times.isna(), np.nan, np.floor(micros / US_PER_DAY))


def dates(day: Floats) -> pd.Series[Any]:
    """Day numbers as datetime64[us] dates without a zone; NaN and inf become NaT."""
    known = np.isfinite(day)
    micros = np.where(known, day, 0).astype("int64") * US_PER_DAY
    return pd.Series(micros.astype("datetime64[us]")).where(pd.Series(known), pd.NaT)


def without_flicker(spells: pd.DataFrame) -> pd.DataFrame:
    """Spells, those that begin within 14 days of the former's last sighting joined to it.

    A joined spell has the number and the beginning of its first and the end of its last part.
    """
    ordered = spells.sort_values(KEY, kind="stable")
    ordered["joined_to"] = flicker_map(ordered)
    same = ["posting_id", "joined_to"]
    joined = ordered.drop_duplicates(same, keep="first").reset_index(drop=True)
    ends = ["last_seen_at", "absent_at", "is_closed"]
    joined[ends] = ordered.drop_duplicates(same, keep="last")[ends].reset_index(drop=True)
    joined["n_versions"] = ordered.groupby(same)["n_versions"].sum().to_numpy("int64")
    return joined.drop(columns="joined_to")


def flicker_map(ordered: pd.DataFrame) -> pd.Series[Any]:
    """For spells in order of (posting_id, spell): number of the spell that each belongs to."""
    away = ordered["first_seen_at"] - ordered.groupby("posting_id")["last_seen_at"].shift()
    returned = away <= pd.Timedelta(days=FLICKER_DAYS)
    return ordered["spell"].where(~returned).groupby(ordered["posting_id"]).ffill().astype("int64")


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
    seen = complete[["platform", "board"]].assign(day=days(complete["fetched_at"])).drop_duplicates()
    seen = seen.sort_values(["platform", "board", "day"]).reset_index(drop=True)
    by_board = seen.groupby(["platform", "board"])["day"]
    to_next = (by_board.shift(-1) - seen["day"]).fillna(horizon - seen["day"])
    is_last = by_board.shift(-1).isna()
    starts = ~((seen["day"] - by_board.shift()) <= GRACE_DAYS)
    ends = is_last | (to_next > GRACE_DAYS)
    intervals = seen.loc[starts, ["platform", "board"]].assign(start_day=seen["day"]).reset_index(drop=True)
    out = np.where(to_next > GRACE_DAYS, seen["day"] + 1, np.inf)
    return intervals.assign(end_day=out[ends.to_numpy()])


def segments(points: pd.DataFrame, intervals: pd.DataFrame) -> pd.DataFrame:
    """Each stretch of a spell inside its board's panel intervals: `points` plus start_day, end_day (first day out).

    is_new and is_closing tell true openings and closings, is_entry and is_exit those of the panel: a posting found
    when its board is first read or comes back, or lost when its board goes dark. Bounds: low_start, low_end,
    high_start, high_end are the stretches in which it was certainly, and possibly, advertised.
    """
    both = points.merge(intervals, on=["platform", "board"], how="inner")
    opened = both["opened_day"].fillna(both["first_day"])
    enters, leaves = both["start_day"], both["end_day"]
    start, end = np.maximum(opened, enters), np.minimum(both["closed_day"], leaves)
    both["is_new"] = both["opened_day"].notna() & (both["opened_day"] >= enters)
    both["is_closing"] = (both["closed_day"] <= leaves) & np.isfinite(both["closed_day"])
    both["low_start"], both["low_end"] = (
        np.maximum(both["first_day"], enters),
        np.minimum(both["last_day"] + 1, leaves),
    )
    both["high_start"] = np.maximum((both["before_day"] + 1).fillna(both["first_day"]), enters)
    both["high_end"] = np.minimum(both["gone_day"].where(both["is_closed"], np.inf), leaves)
    both["start_day"], both["end_day"] = start, end
    both["is_entry"] = ~both["is_new"]
    both["is_exit"] = ~both["is_closing"] & np.isfinite(end)
    return both[start < end].reset_index(drop=True)
