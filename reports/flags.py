"""What was not the market's, beside the numbers of a figure: events in its weeks, and pay that nobody should trust.

A comparison across a change of collection, or of pay that one value fills, is told as no movement, whatever its size.
"""

from __future__ import annotations

import re
from datetime import timedelta

import numpy as np
import pandas as pd

from analytics.events import OF_COLLECTION, describe, touches_nothing
from reports.metrics import WINDOW, iso_week, week_start
from reports.numbers import plain

SHOWN = (*OF_COLLECTION, "outage")
OF_PAY = ("pay", "pay-history", "disclosure")  # figures that pay laws move, too
OF_THREADS = {"long-run": ("dedupe", "lexicon")}  # what boards and crawls do is no event of theirs
NAMES = {"source": "sources", "lexicon": "the lexicon", "method": "method", "dedupe": "what is one posting"}
LAW = "pay law of "
N_NAMED = 4  # events named under a figure
LONGEST = 90  # of one of them
PARTS = re.compile(r"(\d{4}-W\d\d) (\w+): (.*?)(?=; \d{4}-W\d\d \w+: |$)")


def with_events(series: pd.DataFrame, events: pd.DataFrame, figure: str) -> pd.DataFrame:
    """The series with a column more: `event`, what happened in the week of each row, "" where nothing did.

    An event between two weeks shown stands at the later one; the first week also has those of the window that its
    number rests on. Pay laws stand in figures of pay only. A series that has the column already stays as it is.
    """
    if "event" in series:
        return series
    weeks = np.array(sorted(series["week"].unique()), "str")
    kinds = OF_THREADS.get(figure, (*SHOWN, "law") if figure in OF_PAY else SHOWN)
    told = events[events["kind"].isin(kinds) & ~touches_nothing(events)]
    if len(weeks):
        told = told[told["week"].gt(_before(weeks[0], WINDOW)) & told["week"].le(weeks[-1])]
    at = np.searchsorted(weeks, told["week"].to_numpy("str"))
    lines = {str(weeks[k]): describe(told[at == k]) for k in np.unique(at)} if len(weeks) else {}
    return series.assign(event=[lines.get(week, "") for week in series["week"]])


def not_compared(series: pd.DataFrame, before: str, now: str) -> str:
    """Why two weeks of a series must not be compared, as the end of a title; "" where they may be."""
    if "flag" in series:
        distrusted = series[series["week"].between(before, now) & series["flag"].ne("")]
        if len(distrusted):
            return brief(distrusted.sort_values("week", kind="stable").iloc[-1]["flag"])
    first = _before(before, WINDOW - 1)
    crossed = [(week, kind) for week, kind, _ in _named(series) if first < week <= now and kind in OF_COLLECTION]
    return _change(*crossed[-1]) if crossed else ""


def brief_event(event: str) -> str:
    """The newest change of collection of a line of events, for titles."""
    return next((_change(week, kind) for week, kind, _ in reversed(PARTS.findall(event)) if kind in NAMES), "")


def _change(week: str, kind: str) -> str:
    return f"change of {NAMES[kind]} in {week}"


def brief(flag: str) -> str:
    """A flag without what stands in brackets, for titles."""
    return flag.partition(" (")[0]


def sentence(series: pd.DataFrame, week: str) -> str:
    """What stands under a figure of events within its span and of pay to distrust in the week; "" without any."""
    told = [f"{at} {kind}, {plain(what, LONGEST)}" for at, kind, what in _named(series)]
    more = [f"and {len(told) - N_NAMED} before"] if len(told) > N_NAMED else []
    where = "dotted lines" if series["week"].nunique() > 1 else "within the weeks compared or pooled"
    said = f" Not the market's ({where}): {'; '.join([*told[-N_NAMED:], *more])}." if told else ""
    flag = flag_of(series, week)
    return said + (f" Not to be trusted this week: {flag}. No movement of it is told." if flag else "")


def flag_of(series: pd.DataFrame, week: str) -> str:
    """Why the numbers of a week are not to be trusted, "" where nothing speaks against them."""
    here = series.loc[series["week"].eq(week), "flag"] if "flag" in series else pd.Series(dtype="str")
    return str(here.iloc[0]) if len(here) else ""


def marks(series: pd.DataFrame) -> list[tuple[str, str]]:
    """ISO date and short name of each week with events; one that goes on from the week before is marked once."""
    found, last = [], dict[str, str]()
    for week, event in sorted(set(zip(series["week"], series["event"], strict=True))):
        names = [what.removeprefix(LAW) if kind == "law" else kind for _, kind, what in PARTS.findall(event)]
        fresh = [name for name in dict.fromkeys(names) if last.get(name) != _before(week, 1)]
        last |= dict.fromkeys(names, week)
        if fresh:
            found.append((f"{week_start(week):%Y-%m-%d}", ", ".join(fresh)))
    return found


def _named(series: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Week, kind and words of the events of a series, oldest first."""
    events = series["event"].unique() if "event" in series else ()
    return sorted({part for event in events for part in PARTS.findall(event)})


def _before(week: str, n_weeks: int) -> str:
    return iso_week(week_start(week) - timedelta(weeks=n_weeks))
