"""The terms that moved between two windows, and what moved a share: the two tables behind a headline.

A term is an alert only when five gates agree: a small q-value, a change worth telling, the same sign on boards observed
throughout, the same sign and at least half the size when any one employer is left out, and no event of our own making
(another source, reader or method) since the first window began (methods 5.4, 5.5).

`compare` is the whole detection on arrays; `movers`, the placebo runs and bench/false_alerts.py all go through it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analytics.chain import decompose
from analytics.change import (
    MAX_TOP_SHARE,
    Change,
    benjamini_hochberg,
    benjamini_yekutieli,
    disagrees,
    dominance,
    employer_weighted_change,
    leave_one_out,
    paired_change,
    paired_test,
)
from analytics.events import between
from analytics.numeric import Bools, Floats, Ints
from analytics.series import Calendar
from analytics.share import ratio

MIN_MENTIONS, MIN_EMPLOYERS = 20, 10  # over both windows, before a term is tested
MAX_Q, MIN_CHANGE, MIN_RELATIVE = 0.10, 0.01, 0.15
TESTED = {
    "term": "str", "week": "str", "week_before": "str", "share_before": "float64", "share_now": "float64",
    "change": "float64", "low": "float64", "high": "float64", "p_value": "float64", "q_value": "float64",
    "q_by": "float64", "mde80": "float64", "change_matched": "float64", "change_employer_weighted": "float64",
    "is_driven_by_few": "bool", "top_share": "float64", "is_dominated": "bool", "change_without_top": "float64",
    "leave_one_low": "float64", "leave_one_high": "float64", "n_before": "int64", "n_now": "int64",
    "mentions_before": "int64", "mentions_now": "int64", "employers": "int64", "event": "str", "is_alert": "bool",
    "state": "str",
}  # fmt: skip
COLUMNS = ["term", "category", "capability", *list(TESTED)[1:]]
PARTS = ("total", "within", "between", "entry", "leaving")
Covered = Callable[[Any], Bools]  # (weeks, boards) for an index of "platform/board"


class Counts(NamedTuple):
    """What a comparison needs of the weeks of both windows; weeks, terms and employers are codes from 0."""

    week: Ints  # of each mention
    term: Ints
    employer: Ints
    is_matched: Bools  # on a board in sight throughout
    postings: Floats  # (weeks, employers)
    matched_postings: Floats  # (weeks,)
    n_terms: int


class Compared(NamedTuple):
    """All that is known of each term's change between two windows, without the fifth gate (events)."""

    change: Change
    q_value: Floats
    q_by: Floats
    matched: Floats
    employer_weighted: Floats
    top_share: float
    without_top: Floats
    mentions: Floats  # (2, terms): before, now
    postings: Floats  # (2,)
    employers: Ints
    is_alert: Bools


class Windows(NamedTuple):
    """Week numbers of the publishable weeks of both windows, whether each is of the present one, and their ends."""

    weeks: Ints
    is_now: Bools
    at: int
    at_before: int


def movers(
    new: pd.DataFrame, terms: pd.DataFrame, calendar: Calendar, covered: Covered, weeks: int, window: int,
    events: pd.DataFrame | None = None, ago: int = 0,
) -> pd.DataFrame:  # fmt: skip
    """One row a testable term, smallest q first: `TESTED`. Shares are 0-1 of new postings.

    `new`: new postings (week_number, company, platform, board), `terms`: one row a new posting and term; `events`: as
    `analytics.events` makes them; `ago`: look back from the newest publishable week of so many weeks earlier. An
    alert is confirmed where the comparison one window earlier, which shares no week with this one if `weeks` is at
    least twice the window, raised it, too.
    """
    now, before = (
        _found(new, terms, calendar, covered, weeks, window, events, back) for back in (ago, ago + max(window, 1))
    )
    return now.assign(state=states(now, before))


def states(now: pd.DataFrame, before: pd.DataFrame) -> pd.Series[Any]:
    """State of each row of `now`: "confirmed", "new" or "none" (no alert).

    Both have term, change and is_alert. An alert is confirmed when `before`, made on windows that share no week with
    those of `now`, raised it in the same direction.
    """
    raised = before[before["is_alert"].astype(bool)]
    known = set(zip(raised["term"], raised["change"] > 0, strict=True))
    told = zip(now["term"], now["change"] > 0, now["is_alert"], strict=True)
    words = [("confirmed" if (term, up) in known else "new") if alert else "none" for term, up, alert in told]
    return pd.Series(words, index=now.index, dtype="str")


def _found(
    new: pd.DataFrame, terms: pd.DataFrame, calendar: Calendar, covered: Covered, weeks: int, window: int,
    events: pd.DataFrame | None, ago: int,
) -> pd.DataFrame:  # fmt: skip
    spans = windows(calendar, weeks, window, ago)
    if spans is None:
        return pd.DataFrame(columns=list(TESTED)).astype(TESTED)
    names, counts = gather(new, terms, spans, calendar, covered)
    table = _table(names, compare(counts, spans.is_now))
    table["week"], table["week_before"] = calendar.labels[spans.at], calendar.labels[spans.at_before]
    table["event"] = between(events, calendar.labels[max(spans.at_before - window + 1, 0)], calendar.labels[spans.at])
    table["is_alert"] &= table["event"].eq("")
    return table.sort_values(["q_value", "p_value", "term"])[list(TESTED)].astype(TESTED).reset_index(drop=True)


def compare(counts: Counts, is_now: Bools) -> Compared:
    """Tests every term between the weeks that are of the present window and those that are not."""
    (y0, m0), (y1, m1) = (_window(counts, weeks) for weeks in (~is_now, is_now))
    change = paired_change(y0, m0, y1, m1)
    q_value, matched = benjamini_hochberg(change.p_value), _matched_change(counts, is_now)
    top_share, without_top = dominance(y0, m0, y1, m1)
    is_alert = _is_worth_telling(change, q_value, matched) & _is_firm(change)
    return Compared(
        change, q_value, benjamini_yekutieli(change.p_value), matched, employer_weighted_change(y0, m0, y1, m1),
        top_share, without_top, np.stack([y0.sum(1), y1.sum(1)]), np.array([m0.sum(), m1.sum()]),
        ((y0 + y1) > 0).sum(1), is_alert,
    )  # fmt: skip


def alerts(counts: Counts, is_now: Bools) -> Bools:
    """`compare(...).is_alert` alone, in a fraction of the time: employers are left out of few terms only."""
    (y0, m0), (y1, m1) = (_window(counts, weeks) for weeks in (~is_now, is_now))
    change = paired_test(y0, m0, y1, m1)
    found = _is_worth_telling(change, benjamini_hochberg(change.p_value), _matched_change(counts, is_now))
    change.leave_low[found], change.leave_high[found] = leave_one_out(y0[found], m0, y1[found], m1)
    return found & _is_firm(change)


def _is_worth_telling(change: Change, q_value: Floats, matched: Floats) -> Bools:
    """The first three gates."""
    worth = np.abs(change.change) >= np.maximum(MIN_RELATIVE * change.before, MIN_CHANGE)
    return np.asarray((q_value <= MAX_Q) & worth & (np.sign(matched) == np.sign(change.change)), bool)


def _is_firm(change: Change) -> Bools:
    """The fourth gate: no single employer makes the change."""
    least = np.where(change.change > 0, change.leave_low, -change.leave_high)
    return np.asarray(least >= np.abs(change.change) / 2, bool)


def newest(calendar: Calendar) -> int | None:
    """Position of the newest publishable week."""
    fit = np.flatnonzero(calendar.publishable)
    return int(fit[-1]) if len(fit) else None


def windows(calendar: Calendar, weeks: int, window: int, ago: int = 0) -> Windows | None:
    """The newest window and the one `weeks` before; None where the calendar does not reach back, or where less than
    half of a window's weeks is publishable. Weeks that are not are in no test.

    ValueError for windows that share a week: what is in both would count as a change.
    """
    if weeks < window:
        raise ValueError(f"weeks ({weeks}) is at least window ({window}): the windows compared share no week")
    fit = np.flatnonzero(calendar.publishable)
    fit = fit[fit <= fit[-1] - ago] if len(fit) else fit
    if not len(fit) or fit[-1] - weeks < window - 1:
        return None
    now, before = int(fit[-1]), int(fit[-1]) - weeks
    held = [fit[(fit > at - window) & (fit <= at)] for at in (before, now)]
    if min(len(held[0]), len(held[1])) * 2 < window:
        return None
    is_now = np.repeat([False, True], [len(held[0]), len(held[1])])
    return Windows(calendar.weeks[np.concatenate(held)], is_now, now, before)


def gather(
    new: pd.DataFrame, terms: pd.DataFrame, spans: Windows, calendar: Calendar, covered: Covered
) -> tuple[pd.Index[Any], Counts]:
    """Names of the terms with enough support, sorted, and the counts of the windows' weeks.

    Reads no row outside the windows: the cost does not grow with the history.
    """
    held, told = (_coded(rows, spans.weeks, names) for rows, names in ((new, []), (terms, ["term"])))
    companies, boards = (pd.Index(pd.unique(held[name])) for name in ("company", "board"))
    matched = np.array(covered(boards)[np.isin(calendar.weeks, spans.weeks)].all(0), bool)
    codes = [companies.get_indexer(pd.Index(rows["company"])) for rows in (held, told)]
    on_matched = [matched[boards.get_indexer(pd.Index(rows["board"]))] for rows in (held, told)]
    postings = np.zeros((len(spans.weeks), len(companies)))
    np.add.at(postings, (held["at"].to_numpy(), codes[0]), 1.0)
    whole = np.bincount(held["at"].to_numpy()[on_matched[0]], minlength=len(spans.weeks)).astype(float)
    code, names = pd.factorize(told["term"], sort=True)
    counts = Counts(told["at"].to_numpy(), code, codes[1], on_matched[1], postings, whole, len(names))
    enough = supported(counts)
    return pd.Index(names)[enough], of_terms(counts, enough)


def supported(counts: Counts) -> Bools:
    """Which terms have enough mentions and mentioning employers: a filter that does not know how they moved."""
    mentions = np.bincount(counts.term, minlength=counts.n_terms)
    width = max(counts.postings.shape[1], 1)
    pairs = np.unique(counts.term * width + counts.employer)
    employers = np.bincount(pairs // width, minlength=counts.n_terms)
    return np.asarray((mentions >= MIN_MENTIONS) & (employers >= MIN_EMPLOYERS), bool)


def of_terms(counts: Counts, chosen: Bools) -> Counts:
    """The counts of the chosen terms alone, numbered anew."""
    keep = chosen[counts.term]
    number = np.cumsum(chosen) - 1
    return counts._replace(
        week=counts.week[keep], term=number[counts.term[keep]], employer=counts.employer[keep],
        is_matched=counts.is_matched[keep], n_terms=int(chosen.sum()),
    )  # fmt: skip


def decomposition(items: pd.DataFrame, calendar: Calendar, weeks: int, window: int) -> pd.DataFrame:
    """Parts of the change of the raw share of `items` (week_number, platform, board, company, y) over `weeks`.

    Columns part (total, within, between, entry, leaving), value (share 0-1), week, week_before. A unit is an employer
    on a board; total = sum of the other parts.
    """
    now = newest(calendar)
    columns = {"part": "str", "value": "float64", "week": "str", "week_before": "str"}
    if now is None or now - weeks < window - 1:
        return pd.DataFrame(columns=list(columns)).astype(columns)
    ends = calendar.weeks[[now - weeks, now]]
    of_window = [_coded(items, np.arange(at - window + 1, at + 1), ["y"]) for at in ends]
    held = pd.concat(of_window, ignore_index=True)
    side = np.repeat([0, 1], [len(part) for part in of_window])
    units = pd.factorize(held["board"] + "\n" + held["company"])[0]
    sums = np.zeros((2, 2, int(units.max(initial=-1)) + 1))
    np.add.at(sums[0], (side, units), held["y"].to_numpy(float))
    np.add.at(sums[1], (side, units), 1.0)
    labels = {"week": calendar.labels[now], "week_before": calendar.labels[now - weeks]}
    return pd.DataFrame({"part": PARTS, "value": decompose(sums[0], sums[1])}).assign(**labels).astype(columns)


def _coded(rows: pd.DataFrame, weeks: Ints, names: list[str]) -> pd.DataFrame:
    """The rows of the given weeks (ascending): at (code of the week), company, board ("platform/board") and `names`."""
    number = rows["week_number"].to_numpy("int64")
    inside = np.flatnonzero(np.isin(number, weeks))
    held = rows[["company", "platform", "board", *names]].iloc[inside].reset_index(drop=True)
    board = held["platform"].astype("str") + "/" + held["board"].astype("str")
    at = np.searchsorted(weeks, number[inside]).astype("int64")
    return held.assign(at=at, company=held["company"].astype("str"), board=board)


def _window(counts: Counts, weeks: Bools) -> tuple[Floats, Floats]:
    """Mentions (terms, employers) and postings (employers) of some of the weeks."""
    width = counts.postings.shape[1]
    inside = weeks[counts.week]
    cell = counts.term[inside] * width + counts.employer[inside]
    mentions = np.bincount(cell, minlength=counts.n_terms * width).reshape(counts.n_terms, width)
    return mentions.astype(float), np.asarray(counts.postings[weeks].sum(0), float)


def _matched_change(counts: Counts, is_now: Bools) -> Floats:
    """Change of shares on boards in sight throughout both windows; NaN when there is none."""
    shares = []
    for weeks in (~is_now, is_now):
        mentions = np.bincount(counts.term[counts.is_matched & weeks[counts.week]], minlength=counts.n_terms)
        shares.append(ratio(mentions, counts.matched_postings[weeks].sum()))
    return np.asarray(shares[1] - shares[0], float)


def _table(names: pd.Index[Any], found: Compared) -> pd.DataFrame:
    change, (before, now) = found.change, found.mentions.astype("int64")
    return pd.DataFrame({
        "term": names, "share_before": change.before, "share_now": change.now, "change": change.change,
        "low": change.low, "high": change.high, "p_value": change.p_value, "q_value": found.q_value,
        "q_by": found.q_by, "mde80": change.mde80, "change_matched": found.matched,
        "change_employer_weighted": found.employer_weighted,
        "is_driven_by_few": disagrees(change.change, found.employer_weighted), "top_share": found.top_share,
        "is_dominated": found.top_share > MAX_TOP_SHARE, "change_without_top": found.without_top,
        "leave_one_low": change.leave_low, "leave_one_high": change.leave_high, "n_before": int(found.postings[0]),
        "n_now": int(found.postings[1]), "mentions_before": before, "mentions_now": now,
        "employers": found.employers, "is_alert": found.is_alert, "state": "none",
    })  # fmt: skip
