"""The past made again: each published number out of the store of today, and an old reader's series beside a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pandas as pd

from analytics.frames import TIME
from analytics.load import Tables, load, opened
from analytics.market import Market
from analytics.revisions import KEY, NUMBERS, PUBLISHED, ends, published
from store import readings

PARALLEL: Final = pd.Timedelta(weeks=13)  # in which an old reader's series stands beside the new one's
COMPARED: Final = [name for name in NUMBERS if name not in KEY]
REPLAYED: Final = {**PUBLISHED, **{f"{name}_now": NUMBERS[name] for name in COMPARED}, "is_same": "bool"}
BESIDE: Final = {"value_old": "float64", "value_new": "float64", "reader_old": "str", "reader_new": "str",
                 "changed_at": TIME}  # fmt: skip
Make = Callable[[Market, str, str], pd.DataFrame]


class ReadBy(Market):
    """A market as a reader that was in force once has read it; what it never read is told by the newest that did."""

    def __init__(self, url: str, as_of: Any, reader_hash: str) -> None:
        super().__init__(url, as_of)
        self._reader_hash = reader_hash

    @cached_property
    def _tables(self) -> Tables:
        return load(self.url, self.known_at, self._reader_hash or None)


def replay(url: str, make: Make) -> pd.DataFrame:
    """Every published number beside what the store gives today for its data cut and its reader: `REPLAYED`.

    `make(market, series, report_week)` gives the rows of a figure (`NUMBERS`). is_same: all of value, low, high, n,
    n_employers and status are exactly equal, or both missing. One Market a data cut.
    """
    cuts = published(url).groupby(["as_of", "reader_hash"], sort=True)
    parts = [_made_again(held, _market_of(url, held.iloc[0]), make) for _, held in cuts]
    return pd.concat(parts or [pd.DataFrame(columns=list(REPLAYED))], ignore_index=True).astype(REPLAYED)


def _market_of(url: str, row: pd.Series[Any]) -> Market:
    return ReadBy(url, row["as_of"].to_pydatetime(), row["reader_hash"])


def _made_again(held: pd.DataFrame, market: Market, make: Make) -> pd.DataFrame:
    parts = [
        rows.merge(make(market, str(series), str(week)), on=KEY, how="left", suffixes=("", "_now"), validate="m:1")
        for (series, week), rows in held.groupby(["series", "report_week"], sort=True)
    ]
    told = pd.concat(parts, ignore_index=True)
    return told.assign(is_same=np.logical_and.reduce([_equal(told, name) for name in COMPARED]))


def _equal(told: pd.DataFrame, name: str) -> Any:
    then, now = told[name], told[f"{name}_now"]
    return (then.eq(now).fillna(False) | (then.isna() & now.isna())).to_numpy(bool)


def differences(replayed: pd.DataFrame) -> Iterator[str]:
    """A line for every number that the store no longer gives as it was published."""
    for row in replayed[~replayed["is_same"]].itertuples():
        yield (
            f"{row.series}, {row.group}, {row.period}: published {row.value} ({row.status}) as of "
            f"{row.as_of:%Y-%m-%d %H:%M:%S} by {row.program}, now {row.value_now} ({row.status_now})"
        )


def old_beside_new(market: Market, make: Callable[[Market], pd.DataFrame]) -> pd.DataFrame:
    """A series as read by the readers that were replaced in the 13 weeks before the data cut, beside that of today.

    `make` gives the series, such as `lambda market: market.share("genai")`; its columns before `value` are kept and
    tell its rows apart. `BESIDE`: value_old, value_new, reader_old, reader_new, changed_at. Both are of the same data
    cut. An old reader reads no text that came after it: value_old is NaN from the week of the change on. Empty when no
    reader was replaced.
    """
    new = make(market)
    key = list(new.columns[: new.columns.get_loc("value")])
    parts = [_beside(market, make, new, key, *change) for change in replaced(market)]
    columns = [*key, *BESIDE]
    stacked = pd.concat(parts, ignore_index=True) if parts else new.iloc[:0].reindex(columns=columns)
    return stacked[columns].astype(BESIDE)


def replaced(market: Market) -> list[tuple[str, pd.Timestamp]]:
    """(hash, when another took its place) of the readers replaced in the 13 weeks before the data cut, newest first."""
    if market.at is None:
        return []
    with opened(market.url) as conn:
        succession = readings.succession(conn, market.known_at)
    changes: dict[str, pd.Timestamp] = {}
    for (_, since), (older, _) in pairwise(succession):
        if pd.Timestamp(since) > market.at - PARALLEL and older != market.reader:
            changes.setdefault(older, pd.Timestamp(since))
    return list(changes.items())


def _beside(
    market: Market, make: Callable[[Market], pd.DataFrame], new: pd.DataFrame, key: list[str], reader_old: str,
    changed_at: pd.Timestamp,
) -> pd.DataFrame:  # fmt: skip
    old = make(ReadBy(market.url, market.known_at, reader_old))
    told = new[[*key, "value"]].merge(old[[*key, "value"]], on=key, how="left", suffixes=("_new", "_old"))
    is_after = ends(told["week" if "week" in key else "period"]) > changed_at
    told["value_old"] = told["value_old"].mask(is_after)
    return told.assign(reader_old=reader_old, reader_new=market.reader, changed_at=changed_at)
