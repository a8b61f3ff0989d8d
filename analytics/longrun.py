"""The long run: monthly shares from the hiring threads of Hacker News, a class of their own beside the weekly series.

A thread is a sample of who posts there, seen once a month and never as a whole market: its shares stand in no weekly
series and are chained to none. The newest month may still grow; it is partial until it was read after its end.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from analytics.numeric import Floats
from analytics.share import Share, headline_share, reason_few, reason_hidden

PLATFORM: Final = "hn"
WINDOW_MONTHS: Final = 3
COLUMNS: Final = ("month", "group", "value", "low", "high", "n", "employers", "n_eff", "status", "reason")


def has_history(boards: pd.DataFrame) -> bool:
    """Whether any thread is known (`market.boards()`)."""
    return bool(boards["platform"].eq(PLATFORM).any())


def months(postings: pd.DataFrame, boards: pd.DataFrame, asks_genai: tuple[str, ...]) -> pd.DataFrame:
    """Shares by month of the threads: group "ML roles" (of all postings), "ask for GenAI" (of those ML roles).

    Trailing three months are pooled. `postings` and `boards` are the market's frames, `asks_genai` the classes that
    count as asking. Months between the first and the last are rows without a value where no thread is known.
    """
    held = postings[postings["platform"].eq(PLATFORM) & ~postings["is_prospect"]]
    names = _axis(held["board"])
    is_core = held["scope"].eq("core")
    asks = held["genai_class"].isin(asks_genai)
    partial = _partial(boards)
    return pd.concat(
        [
            _series("ML roles", held, is_core, names, partial),
            _series("ask for GenAI", held[is_core], asks[is_core], names, partial),
        ],
        ignore_index=True,
    )


def _axis(months_: pd.Series[Any]) -> list[str]:
    if months_.empty:
        return []
    return [str(month) for month in pd.period_range(months_.min(), months_.max(), freq="M")]


def _partial(boards: pd.DataFrame) -> set[str]:
    """Months that were last read while they grew, or not whole."""
    threads = boards[boards["platform"].eq(PLATFORM)]
    last = threads.sort_values("fetched_at", kind="stable").drop_duplicates("board", keep="last")
    end = pd.PeriodIndex(last["board"], freq="M").end_time.tz_localize("UTC").floor("s")
    grew = last["fetched_at"].to_numpy() < end.to_numpy()
    return set(last.loc[grew | last["verdict"].ne("window").to_numpy(), "board"])


def _series(group: str, held: pd.DataFrame, y: pd.Series[Any], names: list[str], partial: set[str]) -> pd.DataFrame:
    estimate = headline_share(*_counts(held, y, names))
    few = reason_few(estimate.employers, estimate.c_eff)
    reasons = np.where(few == "", reason_hidden(estimate.value, estimate.low, estimate.high, estimate.n_eff), few)
    reasons = np.where(estimate.n > 0, reasons, "no thread")
    status = [
        "too_few" if reason else "partial" if name in partial else "ok"
        for name, reason in zip(names, reasons, strict=True)
    ]
    return _frame(group, names, estimate, status, reasons)


def _frame(group: str, names: list[str], estimate: Share, status: list[str], reasons: Floats) -> pd.DataFrame:
    hidden = np.array([word == "too_few" for word in status], bool)
    shown = {name: np.where(hidden, np.nan, getattr(estimate, name)) for name in ("value", "low", "high")}
    sizes = {name: getattr(estimate, name) for name in ("n", "employers", "n_eff")}
    told = pd.DataFrame({"month": names, "group": group, **shown, **sizes, "status": status, "reason": reasons})
    return told[list(COLUMNS)].astype({"month": "str", "group": "str", "status": "str", "reason": "str"})


def _counts(held: pd.DataFrame, y: pd.Series[Any], names: list[str]) -> tuple[Floats, Floats]:
    """(months, employers) mentions and postings. A comment that names no company is an employer of its own."""
    comment = held["posting_id"].str.rpartition("-")[0]
    employer, known = pd.factorize(held["company"].str.casefold().where(held["company"].ne(""), comment))
    at = pd.Index(names).get_indexer(pd.Index(held["board"]))
    mentions, postings = np.zeros((2, len(names), len(known)))
    np.add.at(postings, (at, employer), 1.0)
    np.add.at(mentions, (at, employer), y.to_numpy(float))
    return _trailing(mentions), _trailing(postings)


def _trailing(counts: Floats) -> Floats:
    """Sums over each month and the two before it."""
    before = np.vstack([np.zeros((WINDOW_MONTHS, counts.shape[1])), np.cumsum(counts, axis=0)])
    return np.asarray(before[WINDOW_MONTHS:] - before[:-WINDOW_MONTHS], float)
