"""What a figure says: numbers as words, and the sentences made from them.

A verb of movement is printed only for a confirmed change. Everything else is "no detectable change", with the smallest
change that could have been seen, or "too few postings" with the sample that was too small.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd

from reports.flags import not_compared
from reports.metrics import COMPARE_WEEKS, iso_week, week_start
from reports.numbers import plain

LONGEST_TITLE = 90
LONGEST_ALT = 250
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DASH = "–"
POWER_80 = (1.959964 + 0.841621) / 1.959964  # half-width of a difference -> change found 8 times in 10
UNREAD = "none yet"  # in place of a reader's hash
REASONS = {"too_few": "too few postings", "partial": "partial week", "dark": "no complete crawl"}


@dataclass(frozen=True)
class Cut:
    """The data a report was made from. It is printed under every figure."""

    week: str
    at: datetime
    reader: str
    n_boards: int

    def line(self) -> str:
        """Such as 'cut 2 Feb 2026 06:00 UTC, week 2026-W05 · 62 boards · reader 1a2b3c4d'."""
        when = f"{day(self.at)} {self.at:%H:%M} UTC"
        return f"cut: as of {when}, week {self.week} · {count(self.n_boards)} boards · reader {self.reader[:12]}"


@dataclass(frozen=True)
class Words:
    """The text around one figure."""

    title: str  # the finding
    subtitle: str  # what is measured, of what, over what
    sample: str  # n, employers, interval
    alt: str
    reading: str  # how to read the marks
    unit: str = "share"  # share | usd | count | points


def day(at: datetime) -> str:
    """Such as '3 Nov 2026', whatever the locale."""
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def week_span(week: str) -> str:
    """Such as '26 Jan – 1 Feb 2026'."""
    first, last = week_start(week), week_start(week) + timedelta(days=6)
    return f"{first.day} {MONTHS[first.month - 1]}{'' if first.year == last.year else f' {first.year}'} – {day(last)}"


def count(value: float | None) -> str:
    """1,234, or a dash."""
    return DASH if _absent(value) else f"{round(value or 0):,}"


def share(value: float | None, half: float = 1.0) -> str:
    """41 %; one decimal when the half-width is at most a percentage point."""
    return DASH if _absent(value) else f"{100 * (value or 0):.{0 if _absent(half) or half > 0.01 else 1}f}%"


def points(value: float | None) -> str:
    """A signed change of a share in percentage points, "+3.1 pp"."""
    return DASH if _absent(value) else f"{100 * (value or 0):+.1f} pp".replace("-", "−")


def usd(value: float | None, half: float = math.inf) -> str:
    """$187k; to $5k unless the half-width is below $5k."""
    if _absent(value):
        return DASH
    step = 1 if half < 5_000 else 5
    return f"${step * round((value or 0) / 1_000 / step):,}k"


def amount(unit: str, value: float | None, half: float = math.nan) -> str:
    """A value in the unit of its figure, with no more digits than its interval supports."""
    if unit == "share":
        return share(value, half)
    if unit == "usd":
        return usd(value, half)
    return points(value) if unit == "points" else count(value)


def signed(unit: str, value: float | None) -> str:
    """A change of a value, "+3.1 pp", "−$2k", "+12"; one that rounds to nothing has no sign."""
    if unit in ("share", "points") or _absent(value):
        return points(value)
    text = usd(abs(value or 0), 0) if unit == "usd" else count(abs(value or 0))
    return text if text in ("$0k", "0") else f"{'−' if (value or 0) < 0 else '+'}{text}"


def interval(unit: str, row: pd.Series) -> str:
    """Such as '36–46%', "$175k–$198k", or "" where there is none."""
    low, high = row.get("low"), row.get("high")
    if _absent(low) or _absent(high):
        return ""
    half = half_of(row)
    first, last = amount(unit, low, half), amount(unit, high, half)
    if unit == "points":
        return f"{first[:-3]} to {last}"
    return f"{first.removesuffix('%')}–{last}"


def half_of(row: pd.Series) -> float:
    """Half the width of a row's interval, NaN where it has none."""
    return (float(row["high"]) - float(row["low"])) / 2


def with_interval(unit: str, row: pd.Series | None) -> str:
    """Such as '41% (36–46%)', or a dash and the reason."""
    if row is None or _absent(row.get("value")):
        return f"{DASH} {reason(row)}"
    half = half_of(row)
    between = interval(unit, row)
    return amount(unit, row["value"], half) + (f" ({between})" if between else "")


def reason(row: pd.Series | None) -> str:
    """Why a number is not printed, with its sample."""
    return "no data for this week" if row is None else f"{why(row)} ({sample(row)})"


def why(row: pd.Series) -> str:
    """Why a number is not printed."""
    told = row.get("reason")
    return str(told) if isinstance(told, str) and told else REASONS.get(str(row.get("status")), "no data")


def sample(row: pd.Series, employers: str = "employers") -> str:
    """Such as 'n = 212, 48 employers'."""
    return f"n = {count(row.get('n'))}, {count(row.get('employers'))} {employers}"


def row_of(series: pd.DataFrame, group: str, week: str) -> pd.Series | None:
    """The one row of a group and week, or None."""
    found = series[(series["group"] == group) & (series["week"] == week)]
    return None if found.empty else found.iloc[0]


def movement(series: pd.DataFrame, group: str, week: str) -> str:
    """Now against 13 weeks ago, from the two intervals: never a verb, because one comparison confirms nothing."""
    before_week = iso_week(week_start(week) - timedelta(weeks=COMPARE_WEEKS))
    now, before = row_of(series, group, week), row_of(series, group, before_week)
    if now is not None and now["status"] == "partial":
        return "partial week, not compared"
    if now is None or before is None or now["status"] != "ok" or before["status"] != "ok":
        return "no full week 13 weeks ago to compare with"
    if told := not_compared(series, before_week, week):
        return f"not compared, {told}"
    half = math.hypot(now["high"] - now["low"], before["high"] - before["low"]) / 2
    change = now["value"] - before["value"]
    if _absent(half) or abs(change) <= half:
        return f"no detectable change (could have seen ≥ {_least(half * POWER_80, now['value'])})"
    return f"{'higher' if change > 0 else 'lower'} than 13 weeks ago, not confirmed"


def headline(unit: str, series: pd.DataFrame, group: str, week: str, says: str) -> str:
    """The title of a series: value, what it is of, and how it moved."""
    row = row_of(series, group, week)
    if row is None or _absent(row["value"]):
        return title(_withheld(row, says) if row is not None else f"No data for {week}")
    value = amount(unit, row["value"], half_of(row))
    if row["status"] != "ok":
        return title(f"{value} {says}: {REASONS.get(row['status'], row['status'])}, not compared")
    return title(f"{value} {says}: {movement(series, group, week)}")


def _withheld(row: pd.Series, says: str) -> str:
    lead = "Too uncertain" if "interval" in why(row) else "Too few postings"
    return f"{lead} to say how many {says.removeprefix('of ')}: {why(row)}"


def title(text: str) -> str:
    """The text cut to the length of a title."""
    return plain(text, LONGEST_TITLE)


def alt(kind: str, finding: str, detail: str) -> str:
    """Alternative text: type, finding, numbers; at most 250 characters."""
    return plain(f"{kind}: {finding}. {detail}", LONGEST_ALT)


def _least(change: float, level: float) -> str:
    return DASH if _absent(change) else (f"{100 * change:.1f} pp" if level <= 1 else usd(change, 0))


def _absent(value: float | None) -> bool:
    return value is None or bool(pd.isna(value))
