"""The terms that moved between two windows, and what moved a share: the two tables behind a headline.

A term is an alert only when four gates agree: a small q-value, a change worth telling, the same sign on boards observed
throughout, and the same sign and at least half the size when any one employer is left out (methods 5.4, 5.5).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from analytics.chain import decompose
from analytics.change import Change, benjamini_hochberg, paired_change
from analytics.numeric import Bools, Floats
from analytics.series import Calendar

MIN_MENTIONS, MIN_EMPLOYERS = 20, 10  # over both windows, before a term is tested
MAX_Q, MIN_CHANGE, MIN_RELATIVE = 0.10, 0.01, 0.15
COLUMNS = [
    "term", "category", "capability", "week", "week_before", "share_before", "share_now", "change", "low", "high",
    "p_value", "q_value", "mde80", "change_matched", "leave_one_low", "leave_one_high", "n_before", "n_now",
    "mentions_before", "mentions_now", "employers", "is_alert",
]  # fmt: skip
PARTS = ("total", "within", "between", "entry", "leaving")


def movers(
    new: pd.DataFrame, terms: pd.DataFrame, calendar: Calendar, covered: Callable[[pd.Index[Any]], Bools], weeks: int,
    window: int,
) -> pd.DataFrame:  # fmt: skip
    """One row a testable term, smallest q first. `new`: new postings, `terms`: one row a new posting and term."""
    now = newest(calendar)
    if now is None or now - weeks < window - 1:
        return _empty()
    spans = [(calendar.weeks[at - window + 1], calendar.weeks[at]) for at in (now - weeks, now)]
    names, table = _tested(new, terms, spans)
    table["change_matched"] = _matched_change(new, terms, spans, calendar, covered, names)
    table["q_value"] = benjamini_hochberg(table["p_value"].to_numpy(float))
    table["is_alert"] = _is_alert(table)
    table["week"], table["week_before"] = calendar.labels[now], calendar.labels[now - weeks]
    return table.sort_values(["q_value", "p_value", "term"]).reset_index(drop=True)


def newest(calendar: Calendar) -> int | None:
    """Position of the newest publishable week."""
    fit = np.flatnonzero(calendar.publishable)
    return int(fit[-1]) if len(fit) else None


def decomposition(items: pd.DataFrame, calendar: Calendar, weeks: int, window: int) -> pd.DataFrame:
    """Parts of the change of the raw share of `items` (week_number, platform, board, company, y) over `weeks`.

    Columns part (total, within, between, entry, leaving), value (share 0-1), week, week_before. A unit is an employer
    on a board; total = sum of the other parts.
    """
    now = newest(calendar)
    columns = {"part": "str", "value": "float64", "week": "str", "week_before": "str"}
    if now is None or now - weeks < window - 1:
        return pd.DataFrame(columns=list(columns)).astype(columns)
    units = pd.factorize(items["platform"] + "/" + items["board"] + "\n" + items["company"])[0]
    sums = np.zeros((2, 2, int(units.max(initial=-1)) + 1))
    for side, at in enumerate((now - weeks, now)):
        held = _within(items, (calendar.weeks[at - window + 1], calendar.weeks[at]))
        np.add.at(sums[0, side], units[held], items["y"].to_numpy(float)[held])
        np.add.at(sums[1, side], units[held], 1.0)
    values = decompose(sums[0], sums[1])
    ends = {"week": calendar.labels[now], "week_before": calendar.labels[now - weeks]}
    return pd.DataFrame({"part": PARTS, "value": values}).assign(**ends).astype(columns)


def _within(rows: pd.DataFrame, span: tuple[int, int]) -> Bools:
    return rows["week_number"].between(*span).to_numpy()


def _tested(new: pd.DataFrame, terms: pd.DataFrame, spans: list[tuple[int, int]]) -> tuple[pd.Index[Any], pd.DataFrame]:
    """Terms with enough mentions and employers, and their paired tests."""
    names = pd.Index(sorted(set(terms["term"])))
    (y0, m0), (y1, m1) = _by_employer(new, terms, spans, names)
    support = ((y0 + y1).sum(1) >= MIN_MENTIONS) & (((y0 + y1) > 0).sum(1) >= MIN_EMPLOYERS)
    y0, y1, names = y0[support], y1[support], names[support]
    ones = np.ones((len(names), 1))
    change = paired_change(y0, m0 * ones, y1, m1 * ones)
    sample = {
        "n_before": int(m0.sum()), "n_now": int(m1.sum()), "mentions_before": y0.sum(1).astype(int),
        "mentions_now": y1.sum(1).astype(int), "employers": ((y0 + y1) > 0).sum(1),
    }  # fmt: skip
    return names, pd.DataFrame({"term": names, **_told(change), **sample})


def _told(change: Change) -> dict[str, Floats]:
    return {
        "share_before": change.before, "share_now": change.now, "change": change.change, "low": change.low,
        "high": change.high, "p_value": change.p_value, "mde80": change.mde80, "leave_one_low": change.leave_low,
        "leave_one_high": change.leave_high,
    }  # fmt: skip


def _by_employer(
    new: pd.DataFrame, terms: pd.DataFrame, spans: list[tuple[int, int]], names: pd.Index[Any]
) -> list[tuple[Floats, Floats]]:
    """For each window: mentions (terms, employers) and postings (employers)."""
    employers = pd.Index(sorted(set(new["company"])))
    counted = []
    for span in spans:
        held, told = new[_within(new, span)], terms[_within(terms, span)]
        postings = np.bincount(employers.get_indexer(pd.Index(held["company"])), minlength=len(employers))
        mentions = np.zeros((len(names), len(employers)))
        row = names.get_indexer(pd.Index(told["term"]))
        np.add.at(mentions, (row[row >= 0], employers.get_indexer(pd.Index(told["company"]))[row >= 0]), 1.0)
        counted.append((mentions, postings.astype(float)))
    return counted


def _matched_change(
    new: pd.DataFrame, terms: pd.DataFrame, spans: list[tuple[int, int]], calendar: Calendar,
    covered: Callable[[pd.Index[Any]], Bools], names: pd.Index[Any],
) -> Floats:  # fmt: skip
    """Change of shares on boards in sight throughout both windows; NaN when there is none."""
    boards = pd.Index(sorted(set(new["platform"] + "/" + new["board"])))
    inside = np.zeros(len(calendar.weeks), bool)
    for first, last in spans:
        inside |= (calendar.weeks >= first) & (calendar.weeks <= last)
    matched = boards[covered(boards)[inside].all(0)]
    held, told = (rows[(rows["platform"] + "/" + rows["board"]).isin(matched)] for rows in (new, terms))
    (y0, m0), (y1, m1) = _by_employer(held, told, spans, names)
    if not m0.sum() or not m1.sum():
        return np.full(len(names), np.nan)
    return np.asarray(y1.sum(1) / m1.sum() - y0.sum(1) / m0.sum(), float)


def _is_alert(table: pd.DataFrame) -> pd.Series[Any]:
    change = table["change"]
    worth = change.abs() >= (MIN_RELATIVE * table["share_before"]).clip(lower=MIN_CHANGE)
    same = np.sign(table["change_matched"]) == np.sign(change)
    least = np.where(change > 0, table["leave_one_low"], -table["leave_one_high"])
    firm = pd.Series(least, index=table.index) >= change.abs() / 2
    found = pd.DataFrame({"q": table["q_value"] <= MAX_Q, "worth": worth, "same": same, "firm": firm})
    return found.all(axis=1)


def _empty() -> pd.DataFrame:
    kinds = {"term": "str", "week": "str", "week_before": "str", "is_alert": "bool"}
    whole = ("n_before", "n_now", "mentions_before", "mentions_now", "employers")
    names = [name for name in COLUMNS if name not in ("category", "capability")]
    frame = pd.DataFrame({name: pd.Series(dtype=kinds.get(name, "float64")) for name in names})
    return frame.astype(dict.fromkeys(whole, "int64"))
