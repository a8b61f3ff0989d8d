"""What must not look like a trend: in each scenario the headline keeps to the truth, and the plain series does not.

A small market of which the truth is known: employers with a rate of their own and a heavy tail of sizes, each on a
board. Ten or twenty seeds each; "held" is the share of windows whose interval holds the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analytics import series
from analytics.adjust import within_employers
from analytics.numeric import Bools, Floats
from analytics.panel import week_labels
from analytics.share import share, wilson

WEEKS, EVENT, WINDOW, SEEDS = 26, 12, 4, 20
FIRST = 2950
ICC = 0.1


class Boards(NamedTuple):
    """One board of one employer each: postings a week, true rate, whether it is of the special kind."""

    size: Floats
    rate: Floats
    special: Bools


def boards(rng: np.random.Generator, kinds: Iterable[tuple[int, float, float]]) -> Boards:
    """Boards of each kind: how many, postings a week of all, mean rate. The kinds after the first are special."""
    held = []
    for kind, (n, volume, rate) in enumerate(kinds):
        size = np.minimum(rng.pareto(1.3, n) + 1, 12)
        odds = (1 - ICC) / ICC
        held.append((size / size.sum() * volume, rng.beta(rate * odds, (1 - rate) * odds, n), np.full(n, kind > 0)))
    return Boards(*(np.concatenate(part) for part in zip(*held, strict=True)))


def postings(rng: np.random.Generator, of: Boards, shown: Bools | None = None) -> pd.DataFrame:
    """One row a new posting that was seen; `shown` (weeks, boards) says where a board is in sight."""
    drawn = rng.poisson(np.broadcast_to(of.size, (WEEKS, len(of.size)))) * (1 if shown is None else shown)
    week, board = (np.repeat(at, drawn.ravel()) for at in np.indices(drawn.shape).reshape(2, -1))
    name = np.char.add("b", board.astype(str))
    y = (rng.random(len(board)) < of.rate[board]).astype(float)
    return pd.DataFrame({"week_number": week + FIRST, "platform": "p", "board": name, "company": name, "y": y,
                         "number": board, "scope_key": np.char.add("p/", name)})  # fmt: skip


WEEK_NUMBERS = np.arange(FIRST, FIRST + WEEKS, dtype="int64")
LABELS = week_labels(WEEK_NUMBERS)


def calendar(since: int = 0) -> series.Calendar:
    n = WEEKS - since
    return series.Calendar(WEEK_NUMBERS[since:], LABELS[since:], np.ones(n, bool), np.zeros(n, bool))


def plain_share(items: pd.DataFrame, since: int) -> pd.DataFrame:
    """The share as it is, with its interval, in every window that begins at position `since` or later."""
    later = items[items["week_number"] >= FIRST + since]
    found = share(*series.counts(later, later["company"], calendar(since), WINDOW))
    names = ["value", "low", "high", "n", "top_share"]
    return pd.DataFrame({name: getattr(found, name) for name in names}).iloc[WINDOW - 1 :]


def matched(items: pd.DataFrame, shown: Bools, seed: int) -> pd.DataFrame:
    def covered(scopes: pd.Index[Any]) -> Bools:
        return shown[:, scopes.str.removeprefix("p/b").astype(int)]

    return series.matched_series(items, calendar(), WINDOW, covered, 200, f"scenario {seed}")


def held(table: pd.DataFrame, truth: float) -> float:
    """Share of the windows whose interval is shown and holds the truth."""
    return float(((table["low"] <= truth) & (truth <= table["high"])).mean())


def over_seeds(scenario: Callable[[np.random.Generator, int], tuple[float, ...]], seeds: int = SEEDS) -> list[float]:
    """Means over seeds of what the scenario tells: of the headline, of the plain series."""
    told = [scenario(np.random.default_rng([seed, 77]), seed) for seed in range(seeds)]
    return [float(mean) for mean in np.mean(told, axis=0)]


def market_rate(of: Boards, which: Bools) -> float:
    return float((of.rate * of.size)[which].sum() / of.size[which].sum())


def new_source(rng: np.random.Generator, seed: int) -> tuple[float, float]:
    of = boards(rng, [(60, 160, 0.2), (20, 60, 0.6)])
    shown = ~of.special | (np.arange(WEEKS) >= EVENT)[:, None]
    items = postings(rng, of, shown)
    truth = market_rate(of, ~of.special)
    return held(matched(items, shown, seed)[EVENT + WINDOW :], truth), held(plain_share(items, EVENT), truth)


def test_a_source_with_another_rate_enters() -> None:
    headline, plain = over_seeds(new_source)
    assert headline >= 0.9
    assert plain < 0.5


def outage(rng: np.random.Generator, seed: int) -> tuple[float, float]:
    of = boards(rng, [(60, 150, 0.2), (20, 60, 0.7)])
    week = np.arange(WEEKS)
    out = (week >= EVENT) & (week < EVENT + 4)
    shown = ~(of.special & out[:, None])
    items = postings(rng, of, shown)
    truth = market_rate(of, of.size > 0)
    during = slice(EVENT + 1, EVENT + 5)  # windows of which at least half is without the boards
    return held(matched(items, shown, seed)[during], truth), held(plain_share(items, EVENT - 2)[:4], truth)


def test_a_month_of_outage_of_boards_that_differ() -> None:
    headline, plain = over_seeds(outage, 10)
    assert headline >= 0.9
    assert plain < 0.5


def big_employer(rng: np.random.Generator, _: int) -> tuple[float, ...]:
    of = boards(rng, [(60, 120, 0.3)])
    of = Boards(np.r_[of.size, 40], np.r_[of.rate, rng.beta(0.3 * 9, 0.7 * 9)], np.r_[of.special, True])
    found = series.share_series(postings(rng, of), calendar(), WINDOW).iloc[WINDOW - 1 :]
    found = found[found["value"].notna()]
    low, high = wilson(found["value"], found["n"].astype(float))
    top = float(found["top_share"].mean())
    return held(found, 0.3), held(found.assign(low=low, high=high), 0.3), top


def test_one_employer_has_a_quarter_of_the_postings() -> None:
    headline, plain, top = over_seeds(big_employer)
    assert 0.2 < top < 0.3
    assert headline >= 0.9
    assert plain < 0.8


def new_lexicon(rng: np.random.Generator, _: int) -> tuple[float, float]:
    """The old terms find six in ten of the postings that ask, the new ones all; readings of old texts are made anew."""
    of = boards(rng, [(60, 160, 0.4)])
    items = postings(rng, of)
    old = items["y"] * (rng.random(len(items)) < 0.6)
    then = items.assign(y=np.where(items["week_number"] < FIRST + EVENT, old, items["y"]))
    truth = market_rate(of, of.size > 0)
    headline = series.share_series(items, calendar(), WINDOW)
    return held(headline[WINDOW:], truth), held(plain_share(then, 0)[: EVENT - WINDOW], truth)


def test_a_new_lexicon_is_read_back_to_the_first_week() -> None:
    headline, plain = over_seeds(new_lexicon, 10)
    assert headline >= 0.9
    assert plain < 0.3


def paid(rng: np.random.Generator, of: Boards) -> tuple[pd.DataFrame, Floats]:
    """Postings with pay, and each board's chance to tell it before EVENT, when a law comes for the special boards.

    A third of the employers tell readily, and pay a third more; the law makes eight in ten tell. Nobody's pay changes.
    """
    items = postings(rng, of)
    number = items["number"].to_numpy()
    ready = rng.random(len(of.size)) < 0.35
    rate = np.where(ready, 0.7, 0.12)
    under_law = of.special[number] & (items["week_number"].to_numpy() >= FIRST + EVENT)
    told = rng.random(len(items)) < np.where(under_law, 0.8, rate[number])
    level = np.log(np.where(ready, 200, 150)) + rng.normal(0, 0.05, len(rate))
    middle = np.where(told, np.exp(level[number] + rng.normal(0, 0.08, len(items))), np.nan)
    pay = {f"pay_{side}_usd_year": middle * by for side, by in (("low", 0.9), ("mid", 1), ("high", 1.1))}
    return items.assign(**pay, y=told.astype(float), pay_law=of.special[number]), rate


def law(rng: np.random.Generator, _: int) -> tuple[float, ...]:
    of = boards(rng, [(90, 150, 0.3), (90, 150, 0.3)])
    items, rate = paid(rng, of)
    is_later = items["week_number"] >= FIRST + EVENT
    was = float(items.loc[~is_later, "pay_mid_usd_year"].median())
    last = items[items["week_number"] >= FIRST + WEEKS - WINDOW]
    median = series.median_series(last, calendar(WEEKS - WINDOW), WINDOW).iloc[-1:]
    rates = items[items["pay_law"]].groupby(is_later)["y"].mean()
    free = series.share_series(items[~items["pay_law"]], calendar(), WINDOW)
    steady = held(free[WINDOW:], market_rate(of._replace(rate=rate), ~of.special))
    every = held(plain_share(last, WEEKS - WINDOW), market_rate(of._replace(rate=rate), of.size > 0))
    return pay_within(items), held(median, was), steady, every, float(rates[True] / rates[False])


def pay_within(items: pd.DataFrame) -> float:
    """Share of the four-week periods after the law whose change of log pay within employers is, as it was, none."""
    period = (items["week_number"] - FIRST - EVENT).floordiv(WINDOW).clip(-1, 2)
    told = items.assign(y=np.log(items["pay_mid_usd_year"]), period=period)
    found = within_employers(told[told["y"].notna()])
    return held(found, 0.0)


def test_a_law_that_doubles_disclosure_is_no_change_of_pay() -> None:
    """The median falls to those who had to tell; within employers, and where no law came, nothing happened."""
    within, median, without_law, every, rise = over_seeds(law, 10)
    assert 2 < rise < 4
    assert within >= 0.9
    assert median < 0.5
    assert without_law >= 0.9
    assert every < 0.5
