"""One posting counts once, however many boards show it.

The same advertisement on the employer's own board and on two aggregators is one posting (`Market.identity`). Its
stretches on all boards are joined while they overlap, or follow each other within the time in which a posting that
returns never left; the joined stretch is told by the advertisement that opened first.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.numeric import Bools, Ints
from analytics.spells import FLICKER_DAYS

ENDS = {"end_day": "max", "low_start": "min", "low_end": "max", "high_start": "min", "high_end": "max"}


def once(segments: pd.DataFrame, identity: pd.DataFrame) -> pd.DataFrame:
    """`segments` (of `spells.segments`) with one row a stretch of a posting_group: the same columns and dtypes.

    `identity` has posting_id and posting_group, one row an advertisement; one that it does not name is its own group.
    Columns are those of the advertisement that opened first, start_day to high_end those of the union. It is new if it
    is new on a board where it began first, and closed if it closed, confirmed or not, on a board where it stayed
    longest. The flow identity holds for the result as for `segments`.
    """
    if segments.empty:
        return segments.copy()
    ordered = _ordered(segments, identity)
    group = _stretches(ordered)
    by = ordered.groupby(group, sort=False)
    joined = ordered.loc[~pd.Series(group, index=ordered.index).duplicated()].reset_index(drop=True)
    for name, how in ENDS.items():
        joined[name] = by[name].agg(how).to_numpy()
    _tell_ends(joined, ordered, group)
    return joined[list(segments.columns)].astype(segments.dtypes)


def _ordered(segments: pd.DataFrame, identity: pd.DataFrame) -> pd.DataFrame:
    """Rows by group and start; of two that begin together the new one, then the group's first, stands first."""
    groups = dict(zip(identity["posting_id"], identity["posting_group"], strict=True))
    group = segments["posting_id"].map(lambda name: groups.get(name, name))
    is_copy = group.ne(segments["posting_id"])
    told = segments.assign(_group=group, _is_copy=is_copy, _is_old=~segments["is_new"])
    order = ["_group", "start_day", "_is_old", "_is_copy", "posting_id", "spell"]
    return told.sort_values(order, kind="stable", ignore_index=True)


def _stretches(ordered: pd.DataFrame) -> Ints:
    """Number of the joined stretch of each row."""
    reach = ordered.groupby("_group", sort=False)["end_day"].cummax()
    before = reach.groupby(ordered["_group"], sort=False).shift()
    gap = (ordered["start_day"] - before).to_numpy(float)  # -inf after a stretch without end
    return np.cumsum(~(gap <= np.where(_is_return(ordered), FLICKER_DAYS, 0))).astype("int64")


def _is_return(ordered: pd.DataFrame) -> Bools:
    """Whether a row begins on another board than the row before it, by an opening after a closing."""
    same = ordered["posting_id"].eq(ordered["posting_id"].shift())
    closed = ordered["is_closing"].astype(bool).shift(fill_value=False)
    return np.asarray(ordered["is_new"].astype(bool) & closed & ~same, bool)


def _tell_ends(joined: pd.DataFrame, ordered: pd.DataFrame, group: Ints) -> None:
    """Flags of the joined stretches: how they began, and how the parts that reach their end ended."""
    last = ordered["end_day"].eq(ordered.groupby(group)["end_day"].transform("max"))
    for name in ("is_closing", "is_closed"):
        joined[name] = (ordered[name].astype(bool) & last).groupby(group, sort=False).any().to_numpy()
    joined["is_exit"] = ~joined["is_closing"] & np.isfinite(joined["end_day"])
