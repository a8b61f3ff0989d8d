"""The statistics against the simulator, which knows what really happened."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics import panel
from analytics.frames import BOARDS, HEADS, spell_frame, typed, version_frame
from analytics.series import Calendar, counts, share_series
from analytics.share import share
from analytics.spells import board_intervals, days, point_days, segments
from simulator import World, truth
from store.history import Observation, derive, last_seen

N_SEEDS = 100
OUTAGE_DAYS = range(31, 36)  # Wednesday to Sunday of the fifth week: no board answers
CAL = Calendar(np.arange(4), ["w1", "w2", "w3", "w4"], np.ones(4, bool), np.zeros(4, bool))


def _window(seed: int) -> dict[str, Any]:
    """The estimate of the LLM share of four weeks of new postings, and the share that employers at large ask with."""
    world = World(seed=seed, days=28, n_employers=100, postings_a_year=40)
    told = truth.postings(world)
    new = told[told["in_scope"] & (told["opened_at"] >= world.first_at) & (told["opened_at"] < world.end_at)]
    week = (new["opened_at"] - world.first_at).dt.days // 7
    items = pd.DataFrame({"week_number": week, "company": new["company"], "y": new["llm"].astype(float)})
    expected = np.mean([truth.expected("LLM", at) for at in new["opened_at"]])
    mentions, postings = (window[-1] for window in counts(items, items["company"], CAL, 4))
    estimate = share(mentions, postings)._asdict()
    shown = share_series(items, CAL, 4)["status"].iloc[-1] == "ok"
    return {**{name: float(value) for name, value in estimate.items()}, "shown": shown, "truth": expected}


@pytest.mark.slow
def test_intervals_of_the_llm_share_hold_the_truth() -> None:
    with ProcessPoolExecutor() as pool:
        found = pd.DataFrame(pool.map(_window, range(N_SEEDS), chunksize=10))
    held = (found["low"] <= found["truth"]) & (found["truth"] <= found["high"])
    assert 0.92 <= held.mean() <= 0.98
    assert 0.92 <= held[found["shown"]].mean() <= 0.98
    assert found["shown"].sum() > N_SEEDS / 2
    assert abs((found["value"] - found["truth"]).mean()) < 0.02


@pytest.fixture(scope="module")
def world() -> World:
    return World(seed=3, days=84, n_employers=14, postings_a_year=30)


def _steady(world: World) -> list[tuple[str, str]]:
    """Boards that are there all the time; those that come and go move the panel, not the market."""
    steady = [one for one in world.employers if one.has_board(world.first_at) and one.has_board(world.end_at)]
    return [(one.platform, one.token) for one in steady]


def _days(world: World) -> Iterator[tuple[int, datetime]]:
    """A crawl at the end of each day."""
    yield from ((day, world.first_at + timedelta(days=day + 1, seconds=-1)) for day in range(84))


def _crawled(world: World, outage: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Versions and crawls as a store would tell them, by its own fold."""
    crawls, versions = [], []
    for platform, token in _steady(world):
        told = {"board_id": token, "platform": platform, "board": token}
        seen = [(at, not (outage and day in OUTAGE_DAYS)) for day, at in _days(world)]
        crawls += [{**told, "fetched_at": at, "is_complete": complete} for at, complete in seen]
        complete = [at for at, whole in seen if whole]
        lists = {at: dict.fromkeys(truth.listing(world, platform, token, at), "h") for at in complete}
        for one in derive(Observation(at, str(at), True, listed) for at, listed in lists.items()):
            told_at = one.last_seen_at or last_seen(one, complete[-1])
            times = {"absent_at": one.missing_since, "is_closed": one.closed_at is not None, "last_seen_at": told_at}
            versions.append({**asdict(one), **told, **times})
    return version_frame(versions), typed(crawls, BOARDS)


def _flow(world: World, outage: bool) -> pd.DataFrame:
    versions, crawls = _crawled(world, outage)
    spells = spell_frame(versions, crawls, typed([], HEADS))
    horizon = float(days(crawls["fetched_at"]).max())
    intervals = board_intervals(crawls, horizon)
    weeks = panel.axis(intervals, horizon)
    flow = panel.flow(segments(point_days(spells), intervals), weeks, horizon)
    return flow.set_axis(pd.Index(panel.week_labels(weeks)), axis=0)


def _truth(world: World) -> pd.DataFrame:
    """Weekly counts of all spells on the steady boards, by the simulator."""
    boards = {f"{platform}/{token}/" for platform, token in _steady(world)}
    told = truth.spells(world)
    told = told[told["posting_id"].str.replace(r"[^/]*$", "", regex=True).isin(boards)]
    weeks = truth.stock_and_flow(world).set_index("week")
    for week, end_at in weeks["end_at"].items():
        start_at = end_at - timedelta(days=7)
        weeks.loc[week, ["n_opened", "n_closed", "n_stock"]] = (
            told["opened_at"].between(start_at, end_at, inclusive="left").sum(),
            told["closed_at"].between(start_at, end_at, inclusive="left").sum(),
            ((told["opened_at"] < end_at) & (told["closed_at"] >= end_at)).sum(),
        )
    return weeks


def test_stock_and_flow_equal_the_truth_with_daily_crawls(world: World) -> None:
    flow, true = _flow(world, outage=False), _truth(world)
    assert len(flow) == 12
    assert flow["stock"].tolist() == true["n_stock"].tolist()
    assert flow["new"].tolist()[1:] == true["n_opened"].tolist()[1:]
    assert flow["closed"].tolist()[1:] == true["n_closed"].tolist()[1:]


def test_an_outage_moves_only_its_own_week(world: World) -> None:
    flow, true = _flow(world, outage=True), _truth(world)
    outside = [week for number, week in enumerate(flow.index) if number not in (4, 5)]
    assert flow.loc[outside, "stock"].tolist() == true.loc[outside, "n_stock"].tolist()
    assert flow.loc[outside[1:], "new"].tolist() == true.loc[outside[1:], "n_opened"].tolist()
    assert flow["exited_panel"].sum() == 0
    assert (flow["low"] <= true["n_stock"]).all()
    assert (true["n_stock"] <= flow["high"]).all()
    both = flow.index[4:6]  # what was dated into the neighbouring week is not lost
    assert abs(flow.loc[both, "new"].sum() - true.loc[both, "n_opened"].sum()) <= 1
