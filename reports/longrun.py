"""The long-run figure: monthly shares from hiring threads, shown only where a store holds such threads.

A point stands at the week in which its month ended, or at the reported week for the month that still runs, which is
hollow. The series is of a class of its own: it stands beside the weekly ones and is never joined to them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd

from analytics.longrun import has_history, months
from analytics.market import GENAI_ASKED
from reports.metrics import iso_week, stack, week_end
from reports.words import Cut, Words, alt, sample, title, with_interval

GENAI, ROLES = "ask for GenAI", "ML roles"


def is_known(market: Any) -> bool:
    """Whether the store holds hiring threads."""
    return has_history(market.boards())


def history(market: Any, week: str) -> pd.DataFrame:
    """Shares by month of the threads up to `week`; group ML roles | ask for GenAI. One more column: month."""
    end = pd.Timestamp(week_end(week))
    boards, postings = market.boards(), market.postings()
    seen = postings[postings["first_seen_at"] < end]
    held = months(seen, boards[boards["fetched_at"] < end], GENAI_ASKED)
    last_days = pd.PeriodIndex(held["month"], freq="M").end_time.tz_localize("UTC")
    weeks = [iso_week(min(day, end - timedelta(seconds=1)).to_pydatetime()) for day in last_days]
    return stack([held.assign(week=weeks)], ("month",))


def words(series: pd.DataFrame, _cut: Cut) -> Words:
    """The newest month that may be shown, and that these are threads and no boards."""
    row, roles = _newest(series, GENAI), _newest(series, ROLES)
    when = f" in {row['month']}" if row is not None else ""
    finding = f"Hiring threads{when}: {with_interval('share', row)} of ML roles ask for LLM or GenAI work"
    return Words(
        title(finding),
        'History from the monthly threads "Ask HN: Who is hiring?": share of ML roles among all roles named there, and '
        "of those the share that asks for LLM or GenAI work; three months pooled",
        f"{sample(row) if row is not None else 'n = –, – employers'} · interval: 95%, clustered by employer",
        alt("Lines with intervals by month", finding, f"ML roles among all: {with_interval('share', roles)}"),
        "A source of its own: who posts in these threads is no random sample, and these months are joined to no weekly "
        "figure. A point stands in the week in which its month ended. Shaded: 95% interval. Hollow point: a month that "
        "was still running, or not read whole. Gap: too few postings.",
    )


def _newest(series: pd.DataFrame, group: str) -> pd.Series | None:
    """The newest month of a group that has a value; the newest of all where none has one."""
    rows = series[series["group"] == group]
    shown = rows[rows["value"].notna()]
    held = shown if len(shown) else rows
    return None if held.empty else held.iloc[-1]
