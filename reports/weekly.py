"""The weekly report: what is in it, in which order, and how it reaches the disk.

`CONTENTS` is the report's table of contents and the order of the page: to add a chart, add a row here and a function to
`figures` (and one to `metrics` or `sentences` where no present one fits). A report is written beside its place and
renamed into it: whole or not at all.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from analytics.parallel import in_order, workers
from reports import draw, figures, flags, longrun, metrics, page, sentences, style
from reports.cards import scorecard
from reports.numbers import csv_bytes, json_bytes, plain, published, rows, tidy
from reports.revised import revised, summary
from reports.words import UNREAD, Cut, Words

log = logging.getLogger(__name__)

Metric = Callable[[Any, str], pd.DataFrame]
Say = Callable[[pd.DataFrame, Cut], Words]
Draw = Callable[[pd.DataFrame, Words, str, float], Figure]


@dataclass(frozen=True)
class Chart:
    """One row of the contents: series -> words -> figure, under a section's heading."""

    key: str
    section: str
    question: str
    metric: Metric
    words: Say
    figure: Draw


CONTENTS = (
    Chart("flow", "Hiring", "How many postings open and close?", metrics.flow, sentences.flow, figures.flow),
    Chart("genai", "Skills", "How many ask for LLM or GenAI work?", metrics.genai, sentences.genai, figures.genai),
    Chart("movers", "Skills", "Which tools moved?", metrics.movers, sentences.movers, figures.movers),
    Chart("tools", "Skills", "Which tools do they name?", metrics.tools, sentences.tools, figures.panels),
    Chart("pay", "Pay", "What do employers offer, by level?", metrics.pay, sentences.pay, figures.pay),
    Chart("pay-history", "Pay", "How does the offer move?", metrics.pay_history, sentences.pay_history, figures.panels),
    Chart("disclosure", "Pay", "How many state pay at all?", metrics.disclosure, sentences.disclosure, figures.shares),
    Chart("boards", "Data quality", "How well were the boards read?", metrics.boards, sentences.boards, figures.boards),
)
LONG_RUN = Chart("long-run", "History", "How was it before?", longrun.history, longrun.words, figures.shares)
# What a broken series or figure raises. A database or disk that fails is not among them: it ends the whole report.
FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
_PATHS = re.compile(r"\S{0,200}[/\\]\S{0,200}|0x[0-9a-fA-F]{1,16}")


class Incomplete(Exception):
    """The report stands at `path`, but the figures `failed` show an error in their place."""

    def __init__(self, path: Path, failed: list[str]) -> None:
        super().__init__(f"{path.name}: {len(failed)} figures failed: {', '.join(failed)}")
        self.path, self.failed = path, failed


@dataclass(frozen=True)
class Piece:
    """One figure, made: or the error that stands in its place."""

    chart: Chart
    series: pd.DataFrame
    words: Words | None = None
    wide: bytes = b""
    narrow: bytes = b""
    error: str = ""


def build(market: Any, week: str | None, out: Path) -> Path:
    """Writes the report of `week` (default: the last ISO week that ended before the data cut) to `out`/<week>.

    `market` is an `analytics.Market`, as of the cut. Returns the folder: index.html, a PNG and a CSV a figure,
    numbers.json, manifest.json. Raises ValueError for a malformed week, OSError when it cannot be written (nothing is
    left behind), and `Incomplete` when the report stands but some figures failed.
    """
    cut = cut_of(market, week)
    with workers() as pool:
        pieces = list(
            in_order(pool, partial(drawn, cut.line()), (told(chart, market, cut) for chart in contents(market)))
        )
    place = publish(files(market, cut, pieces), Path(out), cut.week)
    failed = [one.chart.key for one in pieces if one.error]
    if failed:
        raise Incomplete(place, failed)
    return place


def contents(market: Any) -> tuple[Chart, ...]:
    """The charts of this market: history stands before the last section where there is some."""
    return (*CONTENTS[:-1], LONG_RUN, CONTENTS[-1]) if longrun.is_known(market) else CONTENTS


def cut_of(market: Any, week: str | None) -> Cut:
    """The data cut and the reported week."""
    at = metrics.cut_at(market)
    chosen = week or metrics.reported_week(market)
    metrics.week_start(chosen)  # ValueError for a week that does not exist
    crawls = metrics.until(market.boards(), chosen)
    n_boards = len(crawls[["platform", "board"]].drop_duplicates())
    return Cut(chosen, at, _reader(market), n_boards)


def told(chart: Chart, market: Any, cut: Cut) -> Piece:
    """What a figure shows and says, not drawn yet; a fault is told in its place and leaves the other figures alone."""
    series = pd.DataFrame(columns=list(metrics.SERIES))
    try:
        series = tidy(flags.with_events(chart.metric(market, cut.week), market.events(), chart.key))
        words = chart.words(series, cut)
        return Piece(chart, series, replace(words, reading=words.reading + flags.sentence(series, cut.week)))
    except FAULTS as fault:
        return Piece(chart, series, error=_failure(chart, fault))


def drawn(source: str, one: Piece) -> Piece:
    """The same with the figure in both widths, its `source` below; on another core where there is one."""
    if one.words is None:
        return one
    draw_ = one.chart.figure if len(one.series) else figures.blank
    try:
        with draw.settings():
            wide, narrow = (
                draw.png(draw_(one.series, one.words, source, width)) for width in (style.WIDE_IN, style.NARROW_IN)
            )
    except FAULTS as fault:
        return Piece(one.chart, one.series, error=_failure(one.chart, fault))
    return replace(one, wide=wide, narrow=narrow)


def _failure(chart: Chart, fault: Exception) -> str:
    log.exception("figure %s failed", chart.key)
    return f"{type(fault).__name__}: {_PATHS.sub('…', plain(fault, 200))}"


def files(market: Any, cut: Cut, pieces: list[Piece]) -> dict[str, bytes]:
    """Every file of the report by name."""
    made = [one for one in pieces if not one.error]
    cards = scorecard({one.chart.key: one.series for one in made}, cut)
    boards = metrics.latest_boards(market, cut.week)
    earlier = revised(market.url, cut, {one.chart.key: one.series for one in made})
    content = {f"{one.chart.key}.png": one.wide for one in made}
    content |= {f"{one.chart.key}.csv": csv_bytes(one.series) for one in made}
    content["numbers.json"] = json_bytes(numbers_of(cut, made, cards) | {"revisions": summary(earlier)})
    content["index.html"] = page.render(cut, pieces, cards, boards, earlier)
    content["manifest.json"] = json_bytes(_manifest(cut, pieces, content))
    return content


def publish(content: dict[str, bytes], out: Path, week: str) -> Path:
    """Writes the files to a hidden sibling of their place and renames it there, the older report of the week aside."""
    out.mkdir(parents=True, exist_ok=True)
    place = out / week
    with tempfile.TemporaryDirectory(prefix=f".{week}-", dir=out) as shelf:
        fresh, old = Path(shelf, "fresh"), Path(shelf, "old")
        fresh.mkdir()
        for name, data in content.items():
            _write(fresh / name, data)
        if place.exists():
            place.rename(old)
        try:
            fresh.rename(place)
        except OSError:
            if old.exists():
                old.rename(place)
            raise
    return place


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def numbers_of(cut: Cut, made: list[Piece], cards: list[Any]) -> dict[str, Any]:
    """What numbers.json holds: the data cut, the rows and words of each figure, the scorecard."""
    told = {
        one.chart.key: {
            "question": one.chart.question,
            "title": one.words.title,
            "sample": one.words.sample,
            "unit": one.words.unit,
            "rows": rows(one.series),
        }
        for one in made
        if one.words
    }
    scores = [
        {
            "name": plain(card.name),
            "value": published(card.value),
            "text": card.text,
            "interval": card.between,
            "sample": card.sample,
            "note": card.note,
        }
        for card in cards
    ]
    return {**_identity(cut), "figures": told, "scorecard": scores}


def _manifest(cut: Cut, pieces: list[Piece], content: dict[str, bytes]) -> dict[str, Any]:
    listed = {name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in content.items()}
    failed = {one.chart.key: one.error for one in pieces if one.error}
    return {**_identity(cut), "code": _code(), "matplotlib": version("matplotlib"), "files": listed, "failed": failed}


def _identity(cut: Cut) -> dict[str, Any]:
    return {"week": cut.week, "as_of": cut.at.isoformat(), "reader": cut.reader, "n_boards": cut.n_boards}


def _reader(market: Any) -> str:
    """Hash of the readers behind the market's readings."""
    return plain(market.reader) or UNREAD


def _code() -> str:
    try:
        return version("jobtide")
    except PackageNotFoundError:  # a checkout that was never installed
        return "unreleased"
