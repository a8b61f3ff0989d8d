"""What reports printed and what became of it: vintages, revisions, and why a number changed.

A number is *provisional* for five weeks after its period, while late data may still move it as a matter of course, then
*final*. What a report prints of revisions rests on reports of older data cuts alone, so that it can be made again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from fnmatch import fnmatch
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
import pandas as pd

from analytics.frames import TIME, typed
from analytics.load import opened
from analytics.numeric import Bools
from store import published as archive
from store.runs import program

ROUTINE: Final = pd.Timedelta(weeks=5)  # in which late data move a number as a matter of course
N_RECENT: Final = 8  # first-published values behind the usual size of a revision
NEXT_CRAWL: Final = pd.Timedelta(weeks=1)  # a board run dates openings and closings since the run before it
KEY: Final = ["series", "group", "period"]
NUMBERS: Final = {
    "series": "str", "group": "str", "period": "str", "value": "float64", "low": "float64", "high": "float64",
    "n": "Int64", "n_employers": "Int64", "status": "str",
}  # fmt: skip
PUBLISHED: Final = {
    **NUMBERS, "stage": "str", "as_of": TIME, "report_week": "str", "reader_hash": "str", "dedupe_hash": "str",
    "program": "str", "recorded_at": TIME,
}  # fmt: skip
DECIDED: Final = {"recorded_at": TIME, "fetched_at": TIME}
REVISIONS: Final = {
    "series": "str", "group": "str", "period": "str", "first_value": "float64", "first_low": "float64",
    "first_high": "float64", "first_as_of": TIME, "value_now": "float64", "change": "float64", "cause": "str",
    "is_major": "bool", "stage": "str",
}  # fmt: skip
SIZES: Final = {
    "series": "str", "group": "str", "n": "int64", "mean_change": "float64", "mean_absolute_change": "float64",
    "max_absolute_change": "float64",
}  # fmt: skip
DEDUPE_SOURCES: Final = ("identity*.py", "near.py")


def published(url: str, before: datetime | None = None) -> pd.DataFrame:
    """One row a number of a report (`PUBLISHED`), oldest data cut first; `before`: only of cuts before that moment.

    Empty without a store. Raises `store.connect.StoreError` when the store cannot be read.
    """
    if not url:
        return typed([], PUBLISHED)
    with opened(url) as conn:
        return typed(archive.numbers(conn, before), PUBLISHED)


def decided(url: str, as_of: datetime | None = None) -> pd.DataFrame:
    """One row a word on a board run that was held back or believed: recorded_at, and fetched_at of the run."""
    if not url:
        return typed([], DECIDED)
    with opened(url) as conn:
        return typed(archive.decided(conn, as_of), DECIDED)


def numbers(series: str, lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lines of a figure, as a report prints them, with the names of `NUMBERS`; the first of equal `KEY`s counts.

    A line has group, week (or month, which goes first), value, low, high, n, employers, status.
    """
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for line in lines:
        group, period = str(line["group"]), str(line.get("month") or line["week"])
        told = {"series": series, "group": group, "period": period, "status": line.get("status") or ""}
        sizes = {"n": _whole(line.get("n")), "n_employers": _whole(line.get("employers"))}
        estimate = {name: line.get(name) for name in ("value", "low", "high")}
        found.setdefault((group, period), {**told, **estimate, **sizes})
    return list(found.values())


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def current(made: Mapping[str, Any], found: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Numbers that are about to be published by this program, as if they were (`PUBLISHED`)."""
    return typed(({**row, **made, "program": program()} for row in found), PUBLISHED)


def stages(periods: pd.Series[Any], as_of: pd.Series[Any] | datetime) -> pd.Series[Any]:
    """p (provisional) or f (final) of periods such as 2026-W05 or 2026-01 in a report of a data cut."""
    is_final = ends(periods) + ROUTINE <= as_of
    return is_final.map({True: "f", False: "p"}).astype("str")


def ends(periods: pd.Series[Any]) -> pd.Series[Any]:
    """The first moment after each period."""
    known = {period: _end(period) for period in pd.unique(periods)}
    return pd.to_datetime(periods.map(known), utc=True).dt.as_unit("us")


def _end(period: str) -> pd.Timestamp:
    if "W" in period:
        return pd.Timestamp(datetime.strptime(f"{period}-1 +0000", "%G-W%V-%u %z")) + pd.Timedelta(weeks=1)
    return (pd.Period(period, freq="M") + 1).start_time.tz_localize("UTC")


def revisions(
    published: pd.DataFrame, current: pd.DataFrame | None = None, decided: pd.DataFrame | None = None
) -> pd.DataFrame:
    """One row a number (`REVISIONS`) that an earlier report printed and `current` tells again.

    `published` and `current` have the columns of `PUBLISHED`; without `current` the newest published values stand for
    it. `decided` has `DECIDED`. first_ columns are of the first report that printed a value; value_now is NaN where the
    number is suppressed now. is_major: |change| is more than half the half-width of the first interval, or anything
    where there was none; such a number is marked (r).
    """
    ordered = published.sort_values("as_of", kind="stable")
    first = ordered[ordered["value"].notna()].drop_duplicates(KEY)
    newest = (ordered if current is None else current).drop_duplicates(KEY, keep="last")
    both = first.merge(newest, on=KEY, how="inner", suffixes=("_first", ""))
    both = both[both["as_of_first"] < both["as_of"]].reset_index(drop=True)
    both["change"] = both["value"] - both["value_first"]
    both["cause"] = _causes(both, typed([], DECIDED) if decided is None else decided)
    both["is_major"] = _is_major(both)
    names = {f"{name}_first": f"first_{name}" for name in ("value", "low", "high", "as_of")}
    told = both.rename(columns={**names, "value": "value_now"})[list(REVISIONS)].astype(REVISIONS)
    return told.sort_values(KEY, kind="stable").reset_index(drop=True)


def _causes(both: pd.DataFrame, decided: pd.DataFrame) -> list[str]:
    """What can have changed each number, the first that applies; a change of the program alone is named only where
    late data no longer are to be expected."""
    differs = {name: both[f"{name}_first"].ne(both[name]) for name in ("reader_hash", "dedupe_hash", "program")}
    causes = {
        "none": both["change"].eq(0),
        "lexicon": differs["reader_hash"],
        "dedupe": differs["dedupe_hash"],
        "correction": _is_corrected(both, decided),
        "method": differs["program"] & both["stage_first"].eq("f"),
    }
    told = np.select([np.asarray(applies, bool) for applies in causes.values()], list(causes), "late data")
    return [str(cause) for cause in told]


def _is_corrected(both: pd.DataFrame, decided: pd.DataFrame) -> Bools:
    """Whether a word since the first report was about a board run that the number can rest on."""
    said, fetched = (decided[name].to_numpy("datetime64[us]")[None, :] for name in ("recorded_at", "fetched_at"))
    until = (ends(both["period"]) + NEXT_CRAWL).to_numpy("datetime64[us]")[:, None]
    first, now = (both[name].to_numpy("datetime64[us]")[:, None] for name in ("as_of_first", "as_of"))
    return np.asarray(((first < said) & (said <= now) & (fetched < until)).any(1), bool)


def _is_major(both: pd.DataFrame) -> pd.Series[Any]:
    quarter = ((both["high_first"] - both["low_first"]) / 4).fillna(0.0)
    is_withdrawn = both["value"].isna()
    return both["change"].abs().gt(quarter) | is_withdrawn


def sizes(revisions: pd.DataFrame) -> pd.DataFrame:
    """One row a series and group (`SIZES`): how far the last eight first-published values have moved until now."""
    known = revisions[revisions["change"].notna()].sort_values("period", kind="stable")
    recent = known.groupby(KEY[:2], sort=True).tail(N_RECENT)
    told = recent.assign(size=recent["change"].abs()).groupby(KEY[:2], sort=True, as_index=False)
    return told.agg(
        n=("change", "size"),
        mean_change=("change", "mean"),
        mean_absolute_change=("size", "mean"),
        max_absolute_change=("size", "max"),
    ).astype(SIZES)


@cache
def dedupe_hash() -> str:
    """Hash of the code that tells which advertisements are one posting."""
    digest = hashlib.sha256()
    home = files("analytics")
    for name in sorted(entry.name for entry in home.iterdir()):
        if any(fnmatch(name, pattern) for pattern in DEDUPE_SOURCES):
            digest.update(name.encode() + b"\0" + (home / name).read_bytes())
    return digest.hexdigest()[:16]
