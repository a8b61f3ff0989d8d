"""What a written report printed, as the store keeps it, and the same numbers made again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from analytics.frames import typed
from analytics.replay import replay
from analytics.revisions import NUMBERS, current, decided, dedupe_hash, numbers, published, revisions, stages
from reports.numbers import rows, tidy
from reports.weekly import CONTENTS, LONG_RUN, UNREAD
from reports.words import Cut


def printed(folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the report in a folder was made from (as_of, report_week, reader_hash, dedupe_hash) and all its numbers.

    They are read back from numbers.json, so that what is kept is what was printed.
    """
    told = json.loads((folder / "numbers.json").read_text("utf-8"))
    as_of = datetime.fromisoformat(told["as_of"])
    figures = ((key, figure["rows"]) for key, figure in told["figures"].items())
    return _made_from(as_of, told["week"], told["reader"]), _staged(figures, as_of)


def revised(url: str, cut: Cut, figures: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The revisions (`analytics.revisions.revisions`) from the reports of older cuts to the figures, by key,
    of a report of this cut. Reports of later cuts are not known to it, so that it can be made again."""
    made = _made_from(cut.at, cut.week, cut.reader)
    found = _staged(((key, rows(tidy(series))) for key, series in figures.items()), cut.at)
    return revisions(published(url, cut.at), current(made, found), decided(url, cut.at))


def _made_from(as_of: datetime, week: str, reader: str) -> dict[str, Any]:
    known = "" if reader == UNREAD else reader
    return {"as_of": as_of, "report_week": week, "reader_hash": known, "dedupe_hash": dedupe_hash()}


def _staged(figures: Iterable[tuple[str, list[dict[str, Any]]]], as_of: datetime) -> list[dict[str, Any]]:
    found = [row for key, lines in figures for row in numbers(key, lines)]
    stage = stages(pd.Series([row["period"] for row in found], dtype="str"), as_of)
    return [row | {"stage": at} for row, at in zip(found, stage, strict=True)]


def make(market: Any, series: str, week: str) -> pd.DataFrame:
    """The numbers of a figure in a report of a week (`NUMBERS`); empty for a figure that is no longer made."""
    chart = next((chart for chart in (*CONTENTS, LONG_RUN) if chart.key == series), None)
    lines = [] if chart is None else rows(tidy(chart.metric(market, week)))
    return typed(numbers(series, lines), NUMBERS)


def replayed(url: str) -> pd.DataFrame:
    """Every number ever published beside what the store gives for it today, see `analytics.replay`."""
    return replay(url, make)
