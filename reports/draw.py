"""Drawing primitives shared by the figures: the sheet with its words, the week axis, bands, points, end labels.

Matplotlib's object interface on the Agg canvas, never pyplot: no global state, no display, safe in any thread.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Rectangle
from matplotlib.style import context
from matplotlib.ticker import FuncFormatter, MaxNLocator
from PIL import Image

from reports import style
from reports.metrics import week_start
from reports.numbers import plain
from reports.words import MONTHS, Words

COLOURS = 20  # more cost bytes, fewer shift hues; below 17 Pillow packs bits, which compresses worse
TITLE_CHARACTERS, TEXT_CHARACTERS = 8.2, 13.8  # an inch
LONGEST_LABEL = 24
LONGEST_WORDS = 400  # title, subtitle, footer


def sheet(words: Words, source: str, width_in: float, plot_in: float) -> Figure:
    """An empty figure with title, subtitle and footer in place; axes go into the room between them."""
    head = [(style.TITLE_PT, style.INK, "bold", line) for line in _wrap(words.title, width_in * TITLE_CHARACTERS)]
    head += [(style.TEXT_PT, style.GREY, "normal", line) for line in _wrap(words.subtitle, width_in * TEXT_CHARACTERS)]
    foot = [line for text in (words.sample, source) for line in _wrap(text, width_in * TEXT_CHARACTERS)]
    head_in = 0.2 + sum(_line_in(size) for size, *_ in head) + 0.08
    foot_in = 0.16 + len(foot) * style.TEXT_LINE_IN
    height = head_in + plot_in + foot_in
    dpi = style.DPI if width_in > 6 else style.NARROW_DPI
    figure = Figure(figsize=(width_in, height), dpi=dpi, facecolor="white", layout="constrained")
    FigureCanvasAgg(figure)
    _head(figure, head, width_in, height)
    for place, line in enumerate(reversed(foot)):
        y = (0.08 + place * style.TEXT_LINE_IN) / height
        figure.text(
            style.MARGIN_IN / width_in, y, line, size=style.TEXT_PT, color=style.GREY, va="bottom", in_layout=False
        )
    engine = figure.get_layout_engine()
    assert isinstance(engine, ConstrainedLayoutEngine)
    side = style.MARGIN_IN / width_in
    engine.set(rect=(side, foot_in / height, 1 - 2 * side, plot_in / height), h_pad=0.05, w_pad=0.05)
    return figure


def png(figure: Figure) -> bytes:
    """The figure as a palette PNG without metadata: a third of the size, the same bytes every time."""
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    _settle(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    palette, indices = _palette(np.asarray(canvas.buffer_rgba()))  # type: ignore[no-untyped-call]
    small = Image.fromarray(indices)
    small.putpalette(palette)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()


def _settle(figure: Figure) -> None:
    """Lays the figure out and rounds the places of its axes: the solver's last digits differ from run to run, and now
    and then a letter with them."""
    if (engine := figure.get_layout_engine()) is not None:
        engine.execute(figure)
    figure.set_layout_engine("none")
    for ax in figure.axes:
        left, bottom, width, height = ax.get_position().bounds
        ax.set_position((round(left, 4), round(bottom, 4), round(width, 4), round(height, 4)))


def settings() -> Any:
    """The context in which figures are made: the library's defaults and our style, not the user's files."""
    return context(["default", style.RC])


def label(text: object, longest: int = LONGEST_LABEL) -> str:
    """Stored text as a label of a figure."""
    return plain(text, longest)


def day_numbers(weeks: pd.Series) -> np.ndarray[Any, Any]:
    """Mondays of ISO weeks as Matplotlib's day numbers."""
    return np.array([day_number(week_start(week)) for week in weeks])


def day_number(at: datetime) -> float:
    """Matplotlib's number of a moment."""
    return float(date2num(at))  # type: ignore[no-untyped-call]


def week_axis(ax: Axes, weeks: Sequence[str], n_ticks: int = 6) -> None:
    """Ticks on the last week and evenly before it, written "3 Nov" with the year where it changes."""
    every = sorted(set(weeks))
    step = max(1, -(-len(every) // n_ticks))
    ticks = every[::-1][::step][::-1]
    starts = [week_start(week) for week in ticks]
    years = [0, *(start.year for start in starts)]
    names = [_tick(start, year) for start, year in zip(starts, years, strict=False)]
    ax.set_xticks(day_numbers(pd.Series(ticks)), names)
    ends = day_numbers(pd.Series([every[0], every[-1]]))
    ax.set_xlim(ends[0] - 5, ends[1] + 5)


def value_axis(ax: Axes, unit: str, axis: str = "y", n_ticks: int = 5) -> None:
    """Few ticks, with the unit on each."""
    which = ax.yaxis if axis == "y" else ax.xaxis
    which.set_major_locator(MaxNLocator(n_ticks, steps=[1, 2, 2.5, 5, 10]))
    which.set_major_formatter(FuncFormatter(_TICKS[unit]))


def series_line(
    ax: Axes, rows: pd.DataFrame, colour: str, dash: str, *, weight: float = 1.9, band: bool = True
) -> None:
    """A line with weekly points and a band for the interval.

    Partial weeks are hollow points apart from the line: a line through them would draw our outage as the market's fall.
    """
    days = day_numbers(rows["week"])
    value, low, high = (rows[name].to_numpy(float) for name in ("value", "low", "high"))
    whole = (rows["status"] == "ok").to_numpy()
    if band:
        ax.fill_between(days, low, high, where=whole, color=colour, alpha=0.14, linewidth=0)
        alone = ~(whole & np.roll(whole & ~np.isnan(value), 1) | whole & np.roll(whole & ~np.isnan(value), -1))
        ax.vlines(days[alone], low[alone], high[alone], color=colour, alpha=0.35, linewidth=1.2)  # no band reaches it
    ax.plot(days, np.where(whole, value, np.nan), color=colour, linestyle=dash, linewidth=weight)
    ax.plot(days[whole], value[whole], "o", color=colour, markersize=weight + 0.9)
    ax.plot(days[~whole], value[~whole], "o", markersize=weight + 2.6, markerfacecolor="white", markeredgecolor=colour)


def end_labels(ax: Axes, ends: list[tuple[float, str, str]], gap: float = 0.085) -> None:
    """Names at the right end of lines (value, text, colour), pushed apart where they would touch."""
    low, high = ax.get_ylim()
    wanted = sorted(((value - low) / (high - low), text, colour) for value, text, colour in ends)
    places = _spread([place for place, _, _ in wanted], gap)
    for place, (_, text, colour) in zip(places, wanted, strict=True):
        ax.text(1.012, place, text, color=colour, transform=ax.transAxes, va="center", weight="bold")


def event_lines(ax: Axes, events: list[tuple[str, str]]) -> None:
    """Thin dated lines (ISO date, name) inside the axis' span, named above the data in three staggered rows."""
    (first, last), (low, high) = ax.get_xlim(), ax.get_ylim()
    inside = [(day_number(datetime.fromisoformat(on)), name) for on, name in events]
    inside = [(at, name) for at, name in inside if first <= at <= last]
    ax.set_ylim(low, low + (high - low) * (1.25 if inside else 1))
    event_rules(ax, events)
    for place, (at, name) in enumerate(inside):
        late = at > (first + last) / 2
        text = f"{label(name)} " if late else f" {label(name)}"
        ax.text(
            at,
            0.99 - 0.065 * (place % 3),
            text,
            transform=ax.get_xaxis_transform(),
            va="top",
            ha="right" if late else "left",
            color=style.GREY,
            bbox=_HALO,
        )


def event_rules(ax: Axes, events: list[tuple[str, str]]) -> None:
    """The same lines without names."""
    days = [day_number(datetime.fromisoformat(on)) for on, _ in events]
    rules = [((day, 0.0), (day, 1.0)) for day in days]  # one artist that scales no axis: cheap in many panels
    across = ax.get_xaxis_transform()
    ax.add_artist(LineCollection(rules, colors=style.GREY, linewidths=0.8, linestyles=[(0, (2, 2))], transform=across))


def note(ax: Axes, text: str) -> None:
    """A sentence in the middle of empty axes."""
    ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", color=style.GREY, in_layout=False)


def share_limits(rows: pd.DataFrame) -> tuple[float, float]:
    """0 to a little above the highest end of a band (a share never needs more than 0-1)."""
    highest = np.nanmax([*rows["high"].to_numpy(float), *rows["value"].to_numpy(float), 0.02])
    return 0.0, float(min(1.0, highest * 1.12))


def _head(figure: Figure, head: list[tuple[float, str, str, str]], width_in: float, height: float) -> None:
    left, y = style.MARGIN_IN / width_in, height - 0.2
    bar = Rectangle(
        (left, 1 - 0.09 / height),
        0.55 / width_in,
        0.07 / height,
        transform=figure.transFigure,
        color=style.INK,
        linewidth=0,
    )
    figure.add_artist(bar)
    for size, colour, weight, line in head:
        figure.text(left, y / height, line, size=size, color=colour, weight=weight, va="top", in_layout=False)
        y -= _line_in(size)


def _palette(pixels: np.ndarray[Any, Any]) -> tuple[bytes, np.ndarray[Any, Any]]:
    """The commonest colours, so that lines and text keep theirs exactly, and for each pixel the nearest of them."""
    codes = np.ascontiguousarray(pixels).view("<u4")[..., 0]
    found, places, sizes = np.unique(codes, return_inverse=True, return_counts=True)
    parts = np.stack([found & 255, found >> 8 & 255, found >> 16 & 255], axis=1).astype(np.int32)
    kept = parts[np.argsort(-sizes, kind="stable")[:COLOURS]]
    nearest = ((parts[:, None] - kept[None]) ** 2).sum(-1).argmin(1).astype(np.uint8)
    return kept.astype(np.uint8).tobytes(), nearest[places].reshape(codes.shape)


def _tick(start: datetime, year_before: int) -> str:
    year = "" if start.year == year_before else f"\n{start.year}"
    return f"{start.day} {MONTHS[start.month - 1]}{year}"


def _line_in(size: float) -> float:
    return style.TITLE_LINE_IN if size == style.TITLE_PT else style.TEXT_LINE_IN


def _wrap(text: str, width: float) -> list[str]:
    return textwrap.wrap(plain(text, LONGEST_WORDS), int(width)) or [""]


def _spread(wanted: list[float], gap: float) -> list[float]:
    places: list[float] = []
    for place in wanted:
        places.append(max(place, places[-1] + gap) if places else place)
    over = places[-1] - 1.0 if places else 0.0
    if over > 0:  # push the whole stack down again from the top
        for k in range(len(places) - 1, -1, -1):
            limit = 1.0 if k == len(places) - 1 else places[k + 1] - gap
            places[k] = min(places[k], limit)
    return places


def _thousands(value: float, _: object) -> str:
    return f"{value:,.0f}".replace("-", "−")


_HALO = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}  # keeps a name readable where it crosses a line
_TICKS = {
    "share": lambda value, _: f"{100 * value:.3g}%",
    "usd": lambda value, _: f"${value / 1000:,.0f}k",
    "points": lambda value, _: f"{100 * value:+.3g} pp".replace("-", "−").replace("+0 ", "0 "),
    "count": _thousands,
}
