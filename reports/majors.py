"""Which of the employers that everybody asks about the boards of a report cover, and why the others are not."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pandas as pd

SOURCES = {
    "on": "crawled by default",
    "opt-in": "crawled only when asked for",
    "none": "not coverable politely",
}


def coverage(boards: pd.DataFrame) -> list[dict[str, str]]:
    """One row a major employer: company, state (covered, last read ..., not read, not in this register), why.

    `boards` is one row a board as of `metrics.latest_boards`: platform, board, kind, age.
    """
    ages = {f"{row.platform}/{row.board}": (str(row.kind), str(row.age)) for row in boards.itertuples()}
    return [
        {"company": row["company"], "state": _state(ages.get(row["boards"])), "why": _why(row)} for row in _majors()
    ]


def n_covered(rows: list[dict[str, str]]) -> int:
    """How many of them were read completely at the last crawl."""
    return sum(row["state"].startswith("covered") for row in rows)


def _state(found: tuple[str, str] | None) -> str:
    if found is None:
        return "not in this register"
    kind, age = found
    return f"covered, read {age}" if kind == "read completely" else f"{kind}; last complete {age}"


def _why(row: dict[str, str]) -> str:
    told = SOURCES[row["source"]]
    return f"{told}: {row['why']}" if row["why"] else told


@cache
def _majors() -> list[dict[str, str]]:
    with (Path(__file__).parent / "majors.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
