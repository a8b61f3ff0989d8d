"""Pieces -> one self-contained HTML page: no script, no request, readable on a phone and on paper.

Jinja escapes everything; the only raw parts are the template itself and base64 of our own PNG bytes.
"""

from __future__ import annotations

import base64
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports import revised
from reports.cards import Card
from reports.majors import coverage, n_covered
from reports.metrics import AGES, CLASSES, NEVER
from reports.numbers import plain
from reports.revised import major
from reports.words import DASH, Cut, amount, count, day, half_of, interval, row_of, week_span, why

MEANING = {
    "read completely": "The whole list was seen. Only these boards can show that a posting opened or closed.",
    "empty or gone": "The board answered without postings, or is not there any more. Nothing is closed by this.",
    "put off or refused": "We waited on the site's request, or it refuses robots. Nothing is read and nothing closed.",
    "failed or partial": "The answer failed or stopped half-way. What was not seen is not closed.",
    "held for review": "The answer looks wrong (half the list is gone, say). A person decides before it counts.",
}
LONGEST_LIST = 200
MOST_BYTES = 1_000_000  # above it the phone's copies of the figures are left out
LONGEST_NAME = 60
LONGEST_NOTE = 120
Marked = set[tuple[str, str, str]]  # figure, group and period of numbers marked (r)


def render(cut: Cut, pieces: list[Any], cards: list[Card], boards: pd.DataFrame, earlier: pd.DataFrame) -> bytes:
    """The page as UTF-8 bytes; `earlier`: the revisions of what earlier reports printed."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    marked, units = major(earlier), {one.chart.key: one.words.unit for one in pieces if one.words}
    views = [_view(piece, marked) for piece in pieces]
    sections = [(name, list(group)) for name, group in groupby(views, lambda view: view["section"])]
    told = {
        "cut": cut, "cut_day": day(cut.at), "span": week_span(cut.week), "n_boards": count(cut.n_boards),
        "cards": cards, "sections": sections, "headline": _headline(views, is_whole=_is_whole(pieces, cut)),
        "points": _points(views), "quality": _quality(boards),
        "revised": revised.view(earlier, units),
    }  # fmt: skip
    template = environment.get_template("page.html")
    page = template.render(told, narrow=True).encode()
    return page if len(page) <= MOST_BYTES else template.render(told, narrow=False).encode()


def _view(piece: Any, marked: Marked) -> dict[str, Any]:
    chart, words = piece.chart, piece.words
    view = {
        "key": chart.key,
        "section": chart.section,
        "question": chart.question,
        "error": piece.error,
        "words": words,
    }
    if words is None:
        return view
    return {
        **view,
        "wide": _data_uri(piece.wide),
        "narrow": _data_uri(piece.narrow),
        "size": _size(piece.wide),
        "table": _table(piece.series, words.unit, chart.key, marked),
    }


def _table(series: pd.DataFrame, unit: str, figure: str, marked: Marked) -> list[tuple[str, ...]]:
    return [_line(row, unit, figure, marked) for _, row in series.iterrows()]


def _line(row: pd.Series, unit: str, figure: str, marked: Marked) -> tuple[str, ...]:
    half = half_of(row)
    is_revised = (figure, str(row["group"]), str(row.get("month") or row["week"])) in marked
    value = amount(unit, row["value"], half)
    return (
        str(row["week"]),
        plain(row["group"], LONGEST_NAME),
        f"{value} (r)" if is_revised else value,
        interval(unit, row) or DASH,
        count(row["n"]),
        count(row["employers"]),
        _note(row),
    )


def _note(row: pd.Series) -> str:
    """Why a number is not as it should be, what else moves it, what happened in its week."""
    driven = "driven by few employers" if row.get("is_driven_by_few", False) else ""
    told = ("" if row["status"] == "ok" else why(row), driven, row.get("flag", ""), row.get("event", ""))
    return plain("; ".join(str(part) for part in told if part), LONGEST_NOTE)


def _is_whole(pieces: list[Any], cut: Cut) -> bool:
    """Whether the boards were read well enough in the reported week to compare it with others."""
    flow = next((one.series for one in pieces if one.chart.key == "flow" and not one.error), None)
    row = None if flow is None else row_of(flow, "new", cut.week)
    return row is not None and row["status"] == "ok"


def _headline(views: list[dict[str, Any]], *, is_whole: bool) -> str:
    """The confirmed change of the week, if there is one."""
    movers = next((view["words"] for view in views if view["key"] == "movers" and view["words"]), None)
    if movers is None:
        return "Some figures could not be made this week"
    if not is_whole:
        return "Nothing to compare: this week was not read whole, or is the first"
    if " not compared " in movers.title:
        return str(movers.title)
    quiet = not any(verb in movers.title for verb in (" rose ", " fell "))
    return f"A quiet week: {movers.title[0].lower()}{movers.title[1:]}" if quiet else movers.title


def _points(views: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(view["key"], view["words"].title) for view in views if view["words"] and view["key"] != "movers"]


def _quality(boards: pd.DataFrame) -> dict[str, Any]:
    """The data-quality table: classes by age with counts, and the boards that were not read completely, by name."""
    ages = [name for _, name in AGES] + [NEVER]
    kinds = []
    for kind in CLASSES:
        of_kind = boards[boards["kind"] == kind] if len(boards) else boards
        counts = [int((of_kind["age"] == age).sum()) if len(boards) else 0 for age in ages]
        kinds.append({"name": kind, "meaning": MEANING[kind], "counts": counts, "total": sum(counts)})
    late = [] if boards.empty else [_board(row) for _, row in boards[boards["kind"] != CLASSES[0]].iterrows()]
    late.sort(key=lambda line: (-CLASSES.index(line["kind"]), line["board"]))
    majors = coverage(boards)
    told = {"late": late[:LONGEST_LIST], "n_more": max(0, len(late) - LONGEST_LIST)}
    return told | {"ages": ages, "kinds": kinds, "majors": majors, "n_majors": n_covered(majors)}


def _board(row: pd.Series) -> dict[str, str]:
    return {
        "company": plain(row["company"], LONGEST_NAME),
        "board": plain(f"{row['platform']}/{row['board']}", LONGEST_NAME),
        "kind": str(row["kind"]),
        "verdict": plain(row["verdict"], 20),
        "age": str(row["age"]),
        "note": plain("" if pd.isna(row.get("note")) else row.get("note"), LONGEST_NOTE),
    }


def _data_uri(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _size(png: bytes) -> tuple[int, int]:
    """Width and height in CSS pixels at half the printed resolution, from the PNG's first chunk."""
    return int.from_bytes(png[16:20]) // 2, int.from_bytes(png[20:24]) // 2


assert set(MEANING) == set(CLASSES)
