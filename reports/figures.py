"""Series -> figure: one pure function a figure, no files, no clock, no global state.

Each takes the tidy series of `reports.metrics`, its `Words`, the source line and a width, and returns a Matplotlib
Figure ready for `draw.png`. Call them inside `draw.settings()`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports import draw, style
from reports.flags import marks
from reports.metrics import AGES, CLASSES, NEVER
from reports.words import Words, amount, half_of, sample, usd, why, with_interval

HOLIDAY_WEEKS = ("W47", "W48", "W52", "W53", "W01")
CLASS_COLOURS = dict(zip(CLASSES, (style.PALE, style.GREY, style.PURPLE, style.RED, style.INK), strict=True))
PANEL_IN = 1.12


def flow(series: pd.DataFrame, words: Words, source: str, width_in: float) -> Figure:
    """New up, closed down, by week; below it the open stock with its bounds."""
    figure = draw.sheet(words, source, width_in, 4.1)
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    for name, colour, sign in (("new", style.BLUE, 1), ("closed", style.GREY, -1)):
        _bars(top, series[series["group"] == name], colour, sign)
    top.axhline(0, color=style.INK, linewidth=0.8)
    stock = series[series["group"] == "open"]
    if len(stock):
        draw.series_line(bottom, stock, style.INK, "-")
    draw.value_axis(top, "count")
    top.yaxis.set_major_formatter(lambda value, _: f"{abs(value):,.0f}")
    draw.value_axis(bottom, "count", n_ticks=3)
    bottom.margins(y=0.2)
    draw.week_axis(bottom, list(series["week"]), _n_ticks(width_in))
    draw.event_lines(top, marks(series))
    draw.event_rules(bottom, marks(series))
    _side(top, (("new", style.BLUE, 0.8), ("closed", style.GREY, 0.2)))
    _side(bottom, (("open", style.INK, 0.5),))
    return figure


def shares(series: pd.DataFrame, words: Words, source: str, width_in: float) -> Figure:
    """Lines with bands, at most four, named at their ends."""
    figure = draw.sheet(words, source, width_in, 3.3)
    ax = figure.subplots()
    ends = []
    for (name, rows), (colour, dash) in zip(series.groupby("group", sort=False), style.LINES, strict=False):
        draw.series_line(ax, rows, colour, dash)
        seen = rows["value"].dropna()
        ends += [(float(seen.iloc[-1]), _end(str(name), words.unit, rows.iloc[-1]), colour)] if len(seen) else []
    return _finish_shares(figure, ax, series, ends, width_in)


def genai(series: pd.DataFrame, words: Words, source: str, width_in: float) -> Figure:
    """The matched chain with its band; the share on all boards as a thin grey line."""
    figure = draw.sheet(words, source, width_in, 3.3)
    ax = figure.subplots()
    ends = []
    for name, colour, weight in (("all boards", style.GREY, 1.0), ("matched boards", style.BLUE, 2.2)):
        rows = series[series["group"] == name]
        if rows["value"].notna().any():
            draw.series_line(ax, rows, colour, "-", weight=weight, band=name == "matched boards")
            ends.append((float(rows["value"].dropna().iloc[-1]), _end(name, "share", rows.iloc[-1]), colour))
    return _finish_shares(figure, ax, series, ends, width_in)


def movers(series: pd.DataFrame, words: Words, source: str, width_in: float) -> Figure:
    """Change with interval by tool, largest rise first; only alerts in colour."""
    figure = draw.sheet(words, source, width_in, 0.6 + 0.235 * len(series))
    ax = figure.subplots()
    for place, (_, row) in enumerate(series.iterrows()):
        is_alert, is_sure = row["state"] in ("confirmed", "new"), row["state"] == "confirmed"
        colour = style.BLUE if is_alert else style.GREY
        ax.plot([row["low"], row["high"]], [place, place], color=colour, linewidth=2.4 if is_alert else 1.2)
        ax.plot(
            row["value"],
            place,
            "o",
            color=colour,
            markersize=6.5,
            markerfacecolor=colour if is_sure else "white",
            markeredgewidth=1.6,
        )
    ax.axvline(0, color=style.INK, linewidth=0.9)
    _row_axis(ax, [_mover_name(row, width_in) for _, row in series.iterrows()])
    draw.value_axis(ax, "points", "x", 5)
    edge = float(np.nanmax([0.01, *series["low"].abs(), *series["high"].abs(), *series["value"].abs()])) * 1.06
    ax.set_xlim(-edge, edge)
    return figure


def panels(series: pd.DataFrame, words: Words, source: str, width_in: float) -> Figure:
    """Small multiples on one scale, at most 16."""
    names = list(dict.fromkeys(series["group"]))[:16]
    columns = min(len(names), 2 if width_in < 6 else 4 if len(names) > 6 else 3)
    n_rows = -(-len(names) // columns)
    figure = draw.sheet(words, source, width_in, 0.3 + n_rows * PANEL_IN * (1 if len(names) > 6 else 1.4))
    grid = figure.subplots(n_rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
    for ax, name in zip(grid, names, strict=False):
        _panel(ax, name, series[series["group"] == name], words.unit)
    draw.week_axis(grid[0], list(series["week"]), 2)
    draw.value_axis(grid[0], words.unit, n_ticks=3)
    shown = series[series["value"].notna()]
    grid[0].set_ylim(*(draw.share_limits(series) if words.unit == "share" else _span(shown)))
    events = marks(series)
    for ax in grid[: len(names) if events else 0]:
        draw.event_rules(ax, events)
    for ax in grid[len(names) :]:
        ax.set_visible(False)
    for ax in grid[max(0, len(names) - columns) : len(names)]:
        ax.tick_params(labelbottom=True)
    return figure


def pay(series: pd.DataFrame, words: Words, source: str, width_in: float) -> Figure:
    """One row a level: middle half, median with interval, medians of the two ends."""
    figure = draw.sheet(words, source, width_in, 0.6 + 0.42 * len(series))
    ax = figure.subplots()
    for place, (_, row) in enumerate(series.iterrows()):
        _pay_row(ax, place, row, width_in > 6)
    _row_axis(ax, [f"{draw.label(row['group'], 16)}\n{sample(row, 'emp.')}" for _, row in series.iterrows()])
    shown = series[series["value"].notna()]
    ax.set_xlim(
        *_span(shown, ("median_low_usd_year", "median_high_usd_year", "p25_usd_year", "p75_usd_year", "low", "high"))
    )
    draw.value_axis(ax, "usd", "x", 5 if width_in > 6 else 3)
    return figure


def boards(series: pd.DataFrame, words: Words, source: str, width_in: float) -> Figure:
    """Bars by week of the boards' last verdicts; below it boards by the age of their last complete reading."""
    figure = draw.sheet(words, source, width_in, 4.3)
    top, bottom = figure.subplots(2, 1, height_ratios=(3, 2))
    verdicts = series[series["panel"] == "verdict"]
    table = verdicts.pivot(index="week", columns="group", values="value").reindex(columns=list(CLASSES)).fillna(0.0)
    days, base = draw.day_numbers(table.index.to_series()), np.zeros(len(table))
    used = [name for name in CLASSES if table[name].any()]
    for name in used:
        top.bar(days, table[name], 5.6, bottom=base, color=CLASS_COLOURS[name], linewidth=0)
        base = base + table[name].to_numpy()
    draw.week_axis(top, list(table.index), 6 if width_in > 6 else 2)
    draw.value_axis(top, "count", n_ticks=4)
    draw.event_lines(top, marks(verdicts))
    draw.end_labels(top, _class_ends(table, used), 0.11)
    _ages(bottom, series[series["panel"] == "age"])
    return figure


def blank(series: pd.DataFrame, words: Words, source: str, width_in: float) -> Figure:
    """A sheet that says that there is nothing to plot yet."""
    figure = draw.sheet(words, source, width_in, 1.2)
    ax = figure.subplots()
    ax.set_axis_off()
    draw.note(ax, "No postings yet: nothing to plot" if series.empty else "Nothing to plot")
    return figure


def _bars(ax: Axes, rows: pd.DataFrame, colour: str, sign: int) -> None:
    for _, row in rows.iterrows():
        whole, holiday = row["status"] == "ok", row["week"][5:] in HOLIDAY_WEEKS
        ax.bar(
            draw.day_numbers(pd.Series([row["week"]])),
            sign * row["value"],
            5.4,
            linewidth=0 if whole and not holiday else 0.8,
            facecolor=colour if whole else "white",
            edgecolor="white" if whole and holiday else colour,
            hatch="////" if holiday else None,
        )


def _finish_shares(
    figure: Figure,
    ax: Axes,
    series: pd.DataFrame,
    ends: list[tuple[float, str, str]],
    width_in: float,
) -> Figure:
    ax.set_ylim(*draw.share_limits(series))
    draw.value_axis(ax, "share")
    draw.week_axis(ax, list(series["week"]), _n_ticks(width_in))
    draw.event_lines(ax, marks(series))
    ax.set_yticks([tick for tick in ax.get_yticks() if 0 <= tick <= 1])  # room for the events' names is no share
    draw.end_labels(ax, ends)
    if not ends:
        draw.note(ax, "Too few postings in every week")
    return figure


def _panel(ax: Axes, name: str, rows: pd.DataFrame, unit: str) -> None:
    last = rows.iloc[-1]
    ax.set_title(draw.label(name, 18), loc="left", size=style.TEXT_PT, weight="bold", pad=3)
    if rows["value"].isna().all():
        draw.note(ax, f"too few postings\n(n = {last['n']:.0f})")
        return
    draw.series_line(ax, rows, style.BLUE, "-", weight=1.4)
    half = half_of(last)
    ax.set_title(amount(unit, last["value"], half), loc="right", size=style.TEXT_PT, color=style.BLUE, pad=3)


def _pay_row(ax: Axes, place: int, row: pd.Series, is_wide: bool) -> None:
    across = ax.get_yaxis_transform()
    if pd.isna(row["value"]):
        ax.text(0.5, place, f"– {why(row)}", transform=across, ha="center", va="center", color=style.GREY)
        return
    ax.plot(
        [row["p25_usd_year"], row["p75_usd_year"]], [place, place], color=style.PALE, linewidth=9, solid_capstyle="butt"
    )
    ax.plot([row["low"], row["high"]], [place, place], color=style.BLUE, linewidth=3, solid_capstyle="butt")
    ends = [row["median_low_usd_year"], row["median_high_usd_year"]]
    ax.plot(ends, [place, place], "|", color=style.INK, markersize=13, markeredgewidth=1.4)
    ax.plot(row["value"], place, "o", color=style.BLUE, markersize=8, markeredgecolor="white")
    says = with_interval("usd", row) if is_wide else usd(row["value"], half_of(row))
    ax.text(1.02, place, says, transform=across, va="center", weight="bold" if not is_wide else "normal")


def _row_axis(ax: Axes, names: list[str]) -> None:
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")


def _mover_name(row: pd.Series, width_in: float) -> str:
    now = "" if width_in < 6 else f"  now {amount('share', row['share_now'])}"
    return draw.label(row["group"], 20) + (" †" if row["is_driven_by_few"] else "") + now


def _span(rows: pd.DataFrame, names: tuple[str, ...] = ("low", "high", "value")) -> tuple[float, float]:
    values = rows[list(names)].to_numpy(float)
    if not np.isfinite(values).any():
        return 0.0, 1.0
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    room = 0.06 * (high - low) or 0.1 * high or 1.0
    return low - room, high + room


def _end(name: str, unit: str, last: pd.Series) -> str:
    half = half_of(last)
    return f"{amount(unit, last['value'], half)} {draw.label(name, 18)}"


def _side(ax: Axes, names: tuple[tuple[str, str, float], ...]) -> None:
    for text, colour, y in names:
        ax.text(1.012, y, text, color=colour, weight="bold", transform=ax.transAxes, va="center")


def _class_ends(table: pd.DataFrame, used: list[str]) -> list[tuple[float, str, str]]:
    last = table.iloc[-1]
    middle = last[used].cumsum() - last[used] / 2
    colours = {**CLASS_COLOURS, CLASSES[0]: style.GREY}
    return [(float(middle[name]), f"{last[name]:.0f} {name}", colours[name]) for name in used]


def _ages(ax: Axes, rows: pd.DataFrame) -> None:
    names = [name for _, name in AGES] + [NEVER]
    counts = rows.set_index("group")["value"].reindex(names).fillna(0.0)
    late = {"8–14 days ago": style.GREY, "longer: dark": style.RED, NEVER: style.RED}
    ax.barh(range(len(names)), counts, 0.66, color=[late.get(name, style.PALE) for name in names])
    for place, value in enumerate(counts):
        ax.text(value, place, f" {value:.0f}", va="center")
    _row_axis(ax, names)
    ax.set_title("By age of last complete reading", loc="left", size=style.TEXT_PT, weight="bold")
    ax.grid(visible=False, axis="x")
    ax.set_xticks([])


def _n_ticks(width_in: float) -> int:
    return 7 if width_in > 6 else 4
