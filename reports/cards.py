"""The top of the page: headline, key points, and the scorecard with its sparklines.

Everything here repeats numbers of the figures below it; nothing is computed that has no figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from reports.draw import label
from reports.metrics import COMPARE_WEEKS, iso_week, week_start
from reports.sentences import leading
from reports.words import Cut, amount, count, half_of, interval, movement, reason, row_of, sample

SPARK_WEEKS = 13
SPARK_WIDTH, SPARK_HEIGHT = 120.0, 26.0


@dataclass(frozen=True)
class Card:
    """One number of the scorecard as printed; `value` is what the JSON keeps."""

    name: str
    text: str
    between: str
    sample: str
    note: str
    value: float | None = None
    paths: list[str] = field(default_factory=list)  # of an SVG `d`, one a stretch without gaps
    dot: str = ""  # "x,y" of the last point


def scorecard(series: Mapping[str, pd.DataFrame], cut: Cut) -> list[Card]:
    """Six numbers; one whose figure failed or has no data is a dash with the reason."""
    lead = _lead(series.get("pay"))
    return [
        _card("New postings", series.get("flow"), "new", cut, "count"),
        _card("Open postings", series.get("flow"), "open", cut, "count"),
        _card("Ask for LLM or GenAI", series.get("genai"), "matched boards", cut, "share"),
        _card(f"Median base pay, {lead}" if lead else "Median base pay", series.get("pay-history"), lead, cut, "usd"),
        _card("State pay", series.get("disclosure"), "all postings", cut, "share"),
        _card("Boards read completely", series.get("boards"), "read completely", cut, "count"),
    ]


def _card(name: str, series: pd.DataFrame | None, group: str, cut: Cut, unit: str) -> Card:
    row = None if series is None else row_of(series, group, cut.week)
    if series is None or row is None or pd.isna(row["value"]):
        return Card(name, "–", "", "", reason(row))
    half = half_of(row)
    between = interval(unit, row)
    label = ("bounds " if unit == "count" else "95% ") + between if between else "full count"
    note = _mean(series, group, cut) if unit == "count" else movement(series, group, cut.week)
    paths, dot = _spark(series[series["group"] == group], cut)
    watched = sample(row, "employers watched") if unit == "count" else sample(row)
    return Card(name, amount(unit, row["value"], half), label, watched, note, float(row["value"]), paths, dot)


def _lead(series: pd.DataFrame | None) -> str:
    """The level that the pay figure's title is about."""
    row = None if series is None else leading(series[series["value"].notna()])
    return "" if row is None else label(row["group"], 16)


def _mean(series: pd.DataFrame, group: str, cut: Cut) -> str:
    first = iso_week(week_start(cut.week) - pd.Timedelta(weeks=COMPARE_WEEKS))
    before = series[(series["group"] == group) & (series["week"] < cut.week) & (series["week"] >= first)]
    values = before.loc[before["status"] == "ok", "value"].dropna()
    return (
        f"mean of the {len(values)} full weeks before: {count(values.mean())}" if len(values) else "no full week before"
    )


def _spark(rows: pd.DataFrame, cut: Cut) -> tuple[list[str], str]:
    values = list(rows[rows["week"] <= cut.week]["value"].tail(SPARK_WEEKS))
    known = [value for value in values if value == value]
    if len(known) < 2:
        return [], ""
    low, span = min(known), (max(known) - min(known)) or 1.0
    step = SPARK_WIDTH / (len(values) - 1)
    points = [
        (4 + k * step * 0.93, 3 + (SPARK_HEIGHT - 6) * (1 - (value - low) / span)) for k, value in enumerate(values)
    ]
    paths, pen = [], ""
    for x, y in points:
        pen = f"{pen} L{x:.1f} {y:.1f}" if pen and y == y else (f"M{x:.1f} {y:.1f}" if y == y else "")
        if pen.startswith("M") and "L" not in pen:
            paths.append(pen)
        elif pen:
            paths[-1] = pen
    last_x, last_y = points[-1]
    return paths, f"{last_x:.1f},{last_y:.1f}" if last_y == last_y else ""
