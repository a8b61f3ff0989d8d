"""The words of each figure: title, subtitle, sample, alternative text, how to read it.

One function a figure, series -> `Words`. The title is the finding, made from the numbers.
"""

from __future__ import annotations

import pandas as pd

from reports.flags import brief, brief_event, flag_of
from reports.metrics import ALERTS, NEVER
from reports.words import (
    Cut,
    Words,
    alt,
    count,
    headline,
    movement,
    points,
    row_of,
    sample,
    share,
    title,
    usd,
    with_interval,
)

BAND = "95%, clustered by employer"
MARKS = "Shaded: 95% interval. Hollow point: partial week. Gap: too few postings or no complete crawl."


def flow(series: pd.DataFrame, cut: Cut) -> Words:
    """Counts are not a sample: they have bounds, not an interval."""
    new, closed, stock = (row_of(series, name, cut.week) for name in ("new", "closed", "open"))
    finding = f"{_count(new)} new postings, {_count(closed)} closed, {_count(stock)} open at the week's end"
    if stock is None or stock["status"] == "dark":
        finding = "No board was in sight this week: nothing can be said of hiring"
    says = sample(stock) if stock is not None else "n = –, – employers"
    bounds = "interval: none for counts; open has bounds from the gaps between crawls"
    return Words(
        title(finding),
        "Public ML-engineer postings on the boards we read: new (up) and closed (down) by week; open at its end",
        f"Open at the week's end: {says} · {bounds}",
        alt("Bars and line by week", finding, f"Bounds of open: {with_interval('count', stock)}"),
        "Bars: postings that opened or closed in the week; a closing is not a hire. Hollow bar: partial week. Hatched: "
        "weeks with a known holiday dip. Shaded: earliest and latest possible count of open postings.",
        "count",
    )


def genai(series: pd.DataFrame, cut: Cut) -> Words:
    """The matched chain is the headline; the share on all boards stands beside it."""
    finding = headline("share", series, "matched boards", cut.week, "ask for LLM or GenAI work")
    raw = row_of(series, "all boards", cut.week)
    return Words(
        finding,
        "Share of new ML-engineer postings that require, describe or prefer LLM/GenAI work, trailing four weeks; "
        "mentions in company blurbs and hiring notices are not counted",
        _sample(series, "matched boards", cut),
        alt("Line with interval by week", finding, f"On all boards: {with_interval('share', raw)}"),
        f"Matched boards: chained week to week on boards read completely in both, so that a newly added board does not "
        f"look like a trend. {MARKS}",
    )


def movers(series: pd.DataFrame, cut: Cut) -> Words:
    """Only a confirmed change is said to have risen or fallen."""
    finding = title(_moved(series))
    total = count(_largest(series, "n_tested"))
    until = series["week"].max() if len(series) else cut.week
    return Words(
        finding,
        f"Change of the share of new postings that ask for a tool or skill: four weeks to {until} against those "
        f"13 weeks earlier; {len(series)} of {total} tested: every alert, then the most named tools",
        f"n = {_range(series, 'n')} postings, {_range(series, 'employers')} employers naming a term · interval: {BAND}"
        f"{_by_chance(series)}{_few(series)}",
        alt("Dots with intervals by tool", finding, f"At the median term we {_least(series)}"),
        "Dot: change. Bar: 95% interval. Filled blue: change that passed all tests and did so four weeks ago as well. "
        "Ringed blue: first seen now, may still be chance. Grey: no detectable change. False-discovery rate 10%. "
        "†: with one vote an employer the change has the opposite sign.",
        "points",
    )


def tools(series: pd.DataFrame, cut: Cut) -> Words:
    """The level of each tool; whether it moved is the figure before."""
    rows = _shown(series, cut)
    top = rows.sort_values(["value", "group"], ascending=[False, True], kind="stable").head(1)
    finding = title(
        f"{_tool(top.iloc[0])} is asked for most: {with_interval('share', top.iloc[0])} of new postings"
        if len(top)
        else "Too few postings to show any tool"
    )
    n_groups = series["group"].nunique()
    return Words(
        finding,
        f"Share of new ML-engineer postings that ask for each of the {n_groups} most named tools, trailing four weeks; "
        "same scale in every panel, alphabetical",
        f"n = {_range(rows, 'n')} postings, {_range(rows, 'employers')} employers in the four weeks · interval: {BAND}",
        alt("Small line charts, one a tool", finding, f"{len(rows)} of {n_groups} tools have enough postings"),
        MARKS,
    )


def pay(series: pd.DataFrame, cut: Cut) -> Words:
    """The level with the most postings that state pay leads."""
    lead, flag = leading(_shown(series, cut)), brief(flag_of(series, cut.week))
    finding = title(
        f"Advertised base pay, {_tool(lead)}: {with_interval('usd', lead)}{f'; {flag}' if flag else ''}"
        if lead is not None
        else "Too few postings state pay"
    )
    detail = "; ".join(f"{row['group']} {usd(row['value'])}" for _, row in _shown(series, cut).iterrows())
    return Words(
        finding,
        "Median of the middle of advertised base ranges, new postings of the trailing four weeks that state pay, "
        "US dollars a year at the opening day's rate, by level",
        f"n = {_range(series, 'n')} postings with pay, {_range(series, 'employers')} employers per level · "
        f"disclosed: {_disclosed(lead)} · interval: {BAND}",
        alt("Dots with intervals by level", finding, detail),
        "Dot: median. Blue bar: its 95% interval. Grey bar: middle half of postings. Ticks: medians of the ranges' "
        "lower and upper ends. A posted range is a band, not a salary; base only. Dash: too few postings.",
        "usd",
    )


def pay_history(series: pd.DataFrame, cut: Cut) -> Words:
    """One panel a level."""
    rows = _shown(series, cut)
    lead = leading(rows)
    finding = title(
        f"{_tool(lead).capitalize()} pay: {movement(series, str(lead['group']), cut.week)}"
        if lead is not None
        else "Too few postings state pay"
    )
    return Words(
        finding,
        "Median advertised base pay of new postings, US dollars a year, trailing four weeks, by level; same scale",
        f"n = {_range(rows, 'n')} postings with pay, {_range(rows, 'employers')} employers in the four weeks · "
        f"disclosed: {_disclosed(lead)} · interval: {BAND}",
        alt("Small line charts, one a level", finding, f"{len(rows)} levels have enough postings this week"),
        f"{MARKS} Not adjusted for who discloses: see the next figure.",
        "usd",
    )


def disclosure(series: pd.DataFrame, cut: Cut) -> Words:
    """Pay numbers describe disclosing postings only; this says how many those are."""
    finding = headline("share", series, "all postings", cut.week, "of new postings state pay")
    rows = series[series["week"] == cut.week]
    detail = "; ".join(f"{row['group']} {with_interval('share', row)}" for _, row in rows.iterrows())
    return Words(
        finding,
        "Share of new ML-engineer postings with usable pay, trailing four weeks, by whether a law asks for pay in the "
        "posting where the job is",
        _sample(series, "all postings", cut),
        alt("Lines with intervals by week", finding, detail),
        f"Dated lines: pay-transparency laws come into force, which moves this but need not move pay. {MARKS}",
    )


def boards(series: pd.DataFrame, cut: Cut) -> Words:
    """What the numbers above rest on."""
    verdicts = series[(series["panel"] == "verdict") & (series["week"] == cut.week)]
    aged = series[series["panel"] == "age"].set_index("group")["value"]
    complete = verdicts.loc[verdicts["group"] == "read completely", "value"].sum()
    fresh = aged.drop([NEVER, "longer: dark", "8–14 days ago"], errors="ignore").sum()
    finding = title(f"{count(fresh)} of {count(aged.sum())} boards read completely within seven days")
    return Words(
        finding,
        "Boards by their last verdict of the week, and by the age of their last complete reading at its end",
        f"n = {count(verdicts['value'].sum())} boards crawled in the week, {_range(verdicts, 'employers')} employers · "
        "interval: none, full count",
        alt(
            "Bars by week and by age",
            finding,
            f"Last crawl of the week complete: {share(_ratio(complete, verdicts['value'].sum()))}",
        ),
        "Only a completely read board can show that a posting is gone; every other verdict closes nothing. "
        "Past 14 days a board is dark and leaves the numbers above.",
        "count",
    )


def _moved(series: pd.DataFrame) -> str:
    if series.empty:
        return "Too few weeks to compare tools with 13 weeks ago"
    total = count(_largest(series, "n_tested"))
    event = str(series["event"].iloc[0])
    if event:
        return f"Tools and skills not compared with 13 weeks ago: {brief_event(event)}"
    sure = [
        f"{_tool(row)} {'rose' if row['value'] > 0 else 'fell'} {points(abs(row['value'])).lstrip('+')}{_driven(row)}"
        for _, row in _with_state(series, "confirmed").iterrows()
    ]
    if sure:
        return f"{', '.join(sure[:2])} in 13 weeks; {len(sure)} of {total} tools and skills confirmed"
    n_new = len(_with_state(series, "new"))
    if n_new:
        return f"{n_new} of {total} tools and skills differ from 13 weeks ago, none confirmed"
    return f"No detectable change in {total} tools and skills ({_least(series)})"


def _driven(row: pd.Series) -> str:
    if row["is_driven_by_few"]:
        return " (driven by few employers)"
    return f" ({points(row['change_without_top'])} without one employer)" if row["is_dominated"] else ""


def _few(series: pd.DataFrame) -> str:
    """What is said of employers that weigh too much in a comparison."""
    if series.empty:
        return ""
    n_driven = int(series["is_driven_by_few"].sum())
    driven = f" · † driven by few employers: {n_driven}" if n_driven else ""
    top = f" · dominated: one employer has {share(_largest(series, 'top_share'))} of a window's postings"
    return driven + (top if series["is_dominated"].any() else "")


def _by_chance(series: pd.DataFrame) -> str:
    """How many alerts the same detection raises where nothing can have changed."""
    by_chance = _largest(series, "placebo_alerts")
    if by_chance is None or pd.isna(by_chance):
        return ""
    return f" · with weeks shuffled at random {by_chance:.1f} alerts a report"


def _least(series: pd.DataFrame) -> str:
    typical = series["mde80"].median() if "mde80" in series else None
    return "could not test any" if typical is None or pd.isna(typical) else f"could have seen ≥ {100 * typical:.1f} pp"


def _shown(series: pd.DataFrame, cut: Cut) -> pd.DataFrame:
    """The week's rows that carry a number."""
    return series[(series["week"] == cut.week) & series["value"].notna()]


def leading(rows: pd.DataFrame) -> pd.Series | None:
    """The row with most postings; a named level before "unspecified"."""
    ordered = rows.assign(is_named=rows["group"] != "unspecified")
    ordered = ordered.sort_values(["is_named", "n", "group"], ascending=[False, False, True], kind="stable")
    return ordered.iloc[0] if len(ordered) else None


def _disclosed(row: pd.Series | None) -> str:
    return share(None if row is None else row.get("disclosed_share"))


def _largest(series: pd.DataFrame, column: str) -> float | None:
    return float(series[column].max()) if len(series) and column in series else None


def _sample(series: pd.DataFrame, group: str, cut: Cut) -> str:
    row = row_of(series, group, cut.week)
    return f"{sample(row) if row is not None else 'n = –, – employers'} in the four weeks · interval: {BAND}"


def _count(row: pd.Series | None) -> str:
    return count(None if row is None else row["value"])


def _range(rows: pd.DataFrame, column: str) -> str:
    low, high = count(rows[column].min()), count(rows[column].max())
    return low if low == high else f"{low}–{high}"


def _with_state(rows: pd.DataFrame, state: str) -> pd.DataFrame:
    assert state in ALERTS, state
    found = rows[rows["state"] == state]
    return found.reindex(found["value"].abs().sort_values(ascending=False, kind="stable").index)


def _tool(row: pd.Series) -> str:
    return title(str(row["group"]))[:28]


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
