"""What a written report printed, as the store keeps it, and the same numbers made again."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from analytics.frames import typed
from analytics.replay import replay
from analytics.revisions import NUMBERS, numbers
from reports.numbers import rows, tidy
from reports.revised import made_from, revised, staged
from reports.weekly import CONTENTS, LONG_RUN

__all__ = ["make", "printed", "replayed", "revised"]


def printed(folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the report in a folder was made from (as_of, report_week, reader_hash, dedupe_hash) and all its numbers.

    They are read back from numbers.json, so that what is kept is what was printed.
    """
    told = json.loads((folder / "numbers.json").read_text("utf-8"))
    as_of = datetime.fromisoformat(told["as_of"])
    figures = ((key, figure["rows"]) for key, figure in told["figures"].items())
    return made_from(as_of, told["week"], told["reader"]), staged(figures, as_of)


def make(market: Any, series: str, week: str) -> pd.DataFrame:
    """The numbers of a figure in a report of a week (`NUMBERS`); empty for a figure that is no longer made."""
    chart = next((chart for chart in (*CONTENTS, LONG_RUN) if chart.key == series), None)
    lines = [] if chart is None else rows(tidy(chart.metric(market, week)))
    return typed(numbers(series, lines), NUMBERS)


def replayed(url: str) -> pd.DataFrame:
    """Every number ever published beside what the store gives for it today, see `analytics.replay`."""
    return replay(url, make)
