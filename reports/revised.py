"""What earlier reports printed otherwise, as a report tells it: how many numbers, how far, why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from analytics.frames import typed
from analytics.revisions import (
    N_RECENT,
    REVISIONS,
    current,
    decided,
    dedupe_hash,
    numbers,
    published,
    revisions,
    sizes,
    stages,
)
from reports.numbers import plain, rows, tidy
from reports.words import UNREAD, Cut, amount, count, signed

LONGEST_LIST = 40  # revised numbers on the page; numbers.json has all
NOTHING = "Nothing was published before this data cut."


def revised(url: str, cut: Cut, figures: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The revisions (`analytics.revisions.revisions`) from the reports of older cuts to the figures, by key,
    of a report of this cut. Reports of later cuts are not known to it, so that it can be made again."""
    before = published(url, cut.at) if url else pd.DataFrame()
    if before.empty:
        return typed([], REVISIONS)
    found = staged(((key, rows(tidy(series))) for key, series in figures.items()), cut.at)
    return revisions(before, current(made_from(cut.at, cut.week, cut.reader), found), decided(url, cut.at))


def made_from(as_of: datetime, week: str, reader: str) -> dict[str, Any]:
    """What a report is made from: as_of, report_week, reader_hash, dedupe_hash."""
    known = "" if reader == UNREAD else reader
    return {"as_of": as_of, "report_week": week, "reader_hash": known, "dedupe_hash": dedupe_hash()}


def staged(figures: Iterable[tuple[str, list[dict[str, Any]]]], as_of: datetime) -> list[dict[str, Any]]:
    """The numbers of the figures' rows, by key, with the stage of each at a data cut."""
    found = [row for key, lines in figures for row in numbers(key, lines)]
    stage = stages(pd.Series([row["period"] for row in found], dtype="str"), as_of)
    return [row | {"stage": at} for row, at in zip(found, stage, strict=True)]


def summary(found: pd.DataFrame) -> dict[str, Any]:
    """The revisions as numbers.json holds them: how many numbers were compared, changed and marked (r), why, the sizes
    of the last eight, and every number that changed."""
    changed = tidy(found[found["cause"].ne("none")])
    causes = {str(cause): int(n) for cause, n in changed["cause"].value_counts(sort=False).items()}
    counts = {"n_compared": len(found), "n_changed": len(changed), "n_major": int(found["is_major"].sum())}
    return {**counts, "causes": causes, "sizes": rows(tidy(sizes(found))), "revised": rows(changed)}


def view(found: pd.DataFrame, units: Mapping[str, str]) -> dict[str, Any]:
    """The section of the page: a sentence, the sizes, the newest numbers marked (r), as text; `units` by figure."""
    marked = found[found["is_major"]].sort_values("period", ascending=False, kind="stable")
    told = {"says": NOTHING, "n_recent": N_RECENT, "n_more": max(0, len(marked) - LONGEST_LIST)}
    told["sizes"] = [_size(row, units) for row in sizes(found).to_dict("records")]
    told["marked"] = [_mark(row, units) for row in marked.head(LONGEST_LIST).to_dict("records")]
    return told if found.empty else told | {"says": _says(summary(found))}


def major(found: pd.DataFrame) -> set[tuple[str, str, str]]:
    """Figure, group and period of the numbers marked (r)."""
    marked = found.loc[found["is_major"], ["series", "group", "period"]]
    return {(str(series), str(group), str(period)) for series, group, period in marked.itertuples(index=False)}


def _says(told: Mapping[str, Any]) -> str:
    causes = ", ".join(f"{cause} {count(n)}" for cause, n in told["causes"].items())
    why = f" Possible causes: {causes}." if causes else ""
    return (
        f"{count(told['n_compared'])} numbers of this page were printed before; {count(told['n_changed'])} of them "
        f"differ from the value first printed, {count(told['n_major'])} by more than half of the interval's "
        f"half-width: they are marked (r).{why}"
    )


def _size(row: Mapping[Any, Any], units: Mapping[str, str]) -> tuple[str, ...]:
    unit = units[row["series"]]
    moved = (
        signed(unit, row["mean_change"]),
        *(_bare(unit, row[f"{name}_absolute_change"]) for name in ("mean", "max")),
    )
    return (f"{row['series']}: {plain(row['group'], 60)}", count(row["n"]), *moved)


def _mark(row: Mapping[Any, Any], units: Mapping[str, str]) -> tuple[str, ...]:
    unit = units[row["series"]]
    first, now = (amount(unit, row[name], 0.0) for name in ("first_value", "value_now"))
    what = f"{row['series']}: {plain(row['group'], 60)}"
    return (str(row["period"]), what, first, now, signed(unit, row["change"]), str(row["cause"]))


def _bare(unit: str, value: float) -> str:
    return signed(unit, value).lstrip("+")
