"""From sightings to openings, closings, stock and flow: known answers, and histories of which the truth is known."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics import panel
from analytics.frames import BOARDS, SPELLS, typed
from analytics.spells import board_intervals, days, point_days, segments, without_flicker

GOLDEN = json.loads((Path(__file__).parent / "golden" / "statistics.json").read_text(encoding="utf-8"))
COMPLETE = (2, 3, 4, 5, 6, 7, 8, 9, 10, 14, 15, 16)  # crawls of 11, 12 and 13 November 2026 failed
SEEN = {"A": COMPLETE, "B": (2, 3, 4, 5), "C": (5, 6, 7, 8, 9, 10), "D": (14, 15, 16), "E": (9, 10, 14, 15)}


def at(day: float) -> datetime:
    """06:00 on a day counted from 31 October 2026."""
    return datetime(2026, 10, 31, 6, tzinfo=UTC) + timedelta(days=day)


def spell(name: str, seen: Iterable[int], complete: Iterable[int] = COMPLETE, **told: Any) -> dict[str, Any]:
    """The spell of a posting seen on some days of a board crawled on others."""
    first, last = min(seen), max(seen)
    before, after = [d for d in complete if d < first], [d for d in complete if d > last]
    return {
        "posting_id": f"p/b/{name}", "platform": "p", "board": "b", "company": "c", "spell": 1, "n_versions": 1,
        "first_seen_at": at(first), "before_at": at(max(before)) if before else None, "last_seen_at": at(last),
        "absent_at": at(min(after)) if after else None, "is_closed": bool(after), **told,
    }  # fmt: skip


def spells_of(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    return without_flicker(typed(rows, SPELLS))


def crawls_of(complete: Iterable[int], tried: Iterable[int] = (), board: str = "b") -> pd.DataFrame:
    """Crawls of one board, complete ones and other attempts."""
    rows = [{"platform": "p", "board": board, "fetched_at": at(d), "is_complete": d in set(complete)}
            for d in sorted({*complete, *tried})]  # fmt: skip
    return typed(rows, BOARDS)


class History:
    """Spells and crawls with everything that is derived from them."""

    def __init__(self, spells: pd.DataFrame, crawls: pd.DataFrame) -> None:
        self.crawls = crawls
        self.horizon = float(days(crawls["fetched_at"]).max())
        self.points = point_days(spells)
        self.intervals = board_intervals(crawls, self.horizon)
        self.segments = segments(self.points, self.intervals)
        self.weeks = panel.axis(self.intervals, self.horizon)

    def flow(self) -> pd.DataFrame:
        flow = panel.flow(self.segments, self.weeks, self.horizon)
        return flow.set_axis(panel.week_labels(self.weeks), axis=0)

    def stock_on(self, on: Iterable[int], kind: str = "") -> list[int]:
        day = days(pd.Series([at(d) for d in on]).astype("datetime64[us, UTC]"))
        start, end = (f"{kind}start", f"{kind}end") if kind else ("start_day", "end_day")
        return panel.standing(self.segments[start].to_numpy(), self.segments[end].to_numpy(), day).tolist()


@pytest.fixture
def outage() -> History:
    """The board of methods 1.4: three postings would seem to close and reopen in an outage of three days."""
    rows = [spell(name, seen) for name, seen in SEEN.items()]
    return History(spells_of(rows), crawls_of(COMPLETE, range(2, 17)))


def test_point_rules_place_openings_and_closings(outage: History) -> None:
    for name, told in GOLDEN["1_spells"].items():
        row = outage.points.set_index("posting_id").loc[f"p/b/{name}"]
        opened, closed = row["opened_day"], row["closed_day"]
        assert (None if np.isnan(opened) else _iso(opened)) == told["open"]
        assert (None if np.isinf(closed) else _iso(closed)) == told["close"]


def _iso(day: float) -> str:
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()


@pytest.mark.parametrize(("kind", "key"), [("", "1_stock_point"), ("low_", "1_stock_lo"), ("high_", "1_stock_hi")])
def test_an_outage_takes_nothing_from_the_stock(outage: History, kind: str, key: str) -> None:
    assert outage.stock_on(range(2, 17), kind) == list(GOLDEN[key].values())


def test_flow_of_the_weeks(outage: History) -> None:
    flow, expected = outage.flow(), GOLDEN["1_flow"]
    for week in ("45", "46"):
        row = flow.loc[f"2026-W{week}"]
        assert (row["new"], row["closed"], row["entered_panel"], row["stock"]) == (
            expected["new"][week], expected["closed"][week], expected["entered_panel"][week],
            expected[f"stock_sun{week}"],
        )  # fmt: skip
    assert (flow["exited_panel"] == 0).all()


@pytest.mark.parametrize(
    ("posted", "opened"),
    [
        (11, 11),  # inside (10, 14]: the platform's word
        (14, 14),
        (9, 12),  # before the last complete crawl: the middle
        (15, 12),
        (None, 12),
        (10.2, 10),  # hours after the crawl that did not have it yet
    ],
)
def test_the_posted_date_is_believed_only_between_two_crawls(posted: float | None, opened: int) -> None:
    row = spell("D", SEEN["D"], posted_at=None if posted is None else at(posted))
    assert (
        point_days(spells_of([row]))["opened_day"].tolist()
        == days(pd.Series([at(opened)]).astype("datetime64[us, UTC]")).tolist()
    )


def test_a_date_on_the_day_of_the_crawl_before_lies_within_the_bounds() -> None:
    history = History(spells_of([spell("D", SEEN["D"], posted_at=at(10.2))]), crawls_of(COMPLETE))
    low, stock, high = (history.stock_on(range(2, 17), kind) for kind in ("low_", "", "high_"))
    assert stock[8] == 1  # on the tenth
    assert all(least <= value <= most for least, value, most in zip(low, stock, high, strict=True))


def test_back_dated_postings_are_marked() -> None:
    rows = [spell("D", SEEN["D"], posted_at=at(8)), spell("E", SEEN["E"], posted_at=at(8))]
    assert point_days(spells_of(rows))["is_backdated"].tolist() == [True, False]


def test_one_absence_counts_as_closed_but_unconfirmed() -> None:
    history = History(spells_of([spell("E", SEEN["E"], is_closed=False)]), crawls_of(COMPLETE))
    flow = history.flow()
    assert flow["closed"].tolist() == flow["unconfirmed"].tolist() == [0, 0, 1]
    assert flow["stock"].tolist() == [0, 1, 0]
    assert flow["high"].tolist() == [0, 1, 1]  # it may return


def test_a_posting_that_returns_within_14_days_never_left() -> None:
    rows = [
        spell("A", (2, 3)),
        spell("A", (14, 15, 16), spell=2),
        spell("B", (2, 3)),
        spell("B", (18,), [*COMPLETE, 17, 18], spell=2),
    ]
    joined = spells_of(rows)
    assert joined[["posting_id", "spell", "n_versions", "is_closed"]].values.tolist() == [
        ["p/b/A", 1, 2, False], ["p/b/B", 1, 1, True], ["p/b/B", 2, 1, False],
    ]  # fmt: skip
    assert joined["absent_at"].isna().tolist() == [True, False, True]


def test_a_dark_board_leaves_the_panel_and_comes_back() -> None:
    complete = [2, 3, 4, 25, 26]
    rows = [
        spell("stays", complete, complete),
        spell("goes", (2, 3, 4), complete),
        spell("comes", (25, 26), complete, posted_at=at(20)),
        spell("later", (26,), complete),
    ]
    history = History(spells_of(rows), crawls_of(complete, range(2, 27)))
    flow = history.flow()
    assert flow["stock"].tolist() == [0, 0, 0, 3]
    assert flow["exited_panel"].tolist() == [2, 0, 0, 0]
    assert flow["entered_panel"].tolist() == [2, 0, 0, 2]
    assert flow["new"].tolist() == [0, 0, 0, 1]  # what opened in the dark entered, it was not seen to open
    assert flow["closed"].sum() == 0
    assert history.stock_on([4, 5, 24, 25]) == [2, 0, 0, 2]
    assert panel.dark(history.intervals, history.weeks).tolist() == [False, True, True, False]


def test_fourteen_days_without_a_crawl_are_not_dark_yet() -> None:
    complete = [2, 16, 17]
    history = History(spells_of([spell("A", complete, complete)]), crawls_of(complete))
    assert history.flow()["exited_panel"].sum() == 0
    assert history.stock_on([10]) == [1]


def test_a_board_that_went_silent_is_dark_by_the_crawls_of_others() -> None:
    crawls = pd.concat([crawls_of([2, 3]), crawls_of(range(2, 30), board="other")])
    history = History(spells_of([spell("A", (2, 3), (2, 3))]), crawls)
    assert history.stock_on([3, 4]) == [1, 0]


def test_deleting_any_crawl_never_creates_a_closing() -> None:
    full = sum(_closings(COMPLETE))
    for deleted in COMPLETE:
        assert sum(_closings([d for d in COMPLETE if d != deleted])) <= full


def _closings(complete: list[int] | tuple[int, ...]) -> list[int]:
    kept = {name: [d for d in seen if d in complete] for name, seen in SEEN.items()}
    rows = [spell(name, seen, complete) for name, seen in kept.items() if seen]
    return History(spells_of(rows), crawls_of(complete)).flow()["closed"].tolist()


def test_panel_has_one_row_a_posting_and_week(outage: History) -> None:
    built = panel.build(outage.segments, outage.weeks, outage.horizon)
    assert not built.duplicated(["posting_id", "spell", "week"]).any()
    by_week = built.groupby("week")[["is_new", "is_active_at_end"]].sum()
    flow = outage.flow()
    assert by_week["is_new"].tolist() == flow["new"].tolist()
    assert by_week["is_active_at_end"].tolist() == flow["stock"].tolist()
    assert built.loc[built["week"] == "2026-W46", "week_on"].unique().tolist() == [pd.Timestamp("2026-11-09")]


def test_weeks_are_iso_weeks_across_the_turn_of_years() -> None:
    on = pd.Series(pd.to_datetime(["2026-01-01", "2026-12-31", "2027-01-03", "2027-01-04"], utc=True))
    weeks = panel.week_of(days(on.dt.as_unit("us"))).astype("int64")
    assert panel.week_labels(weeks) == ["2026-W01", "2026-W53", "2026-W53", "2027-W01"]


def _publishable(complete: Iterable[int], tried: Iterable[int]) -> list[bool]:
    history = History(spells_of([spell("A", [2], [2])]), crawls_of(complete, tried))
    return panel.publishable(
        history.segments, history.crawls, history.intervals, history.weeks, history.horizon
    ).tolist()


def test_a_daily_board_must_be_crawled_late_in_the_week() -> None:
    everyday = range(2, 23)  # Monday 2 to Sunday 22 November
    assert _publishable(everyday, everyday) == [False, True, True]  # the first week has no stock before it
    assert _publishable([d for d in everyday if d not in (13, 14, 15)], everyday) == [False, False, True]
    assert _publishable([d for d in everyday if d not in (13, 14)], everyday) == [False, True, True]


def test_a_weekly_board_must_be_crawled_in_the_week() -> None:
    assert _publishable([3, 10, 17, 24], [3, 10, 17, 24]) == [False, True, True, False]  # the fourth is under way
    assert _publishable([3, 17, 24], [3, 10, 17, 24]) == [False, False, True, False]


def test_a_board_is_covered_only_by_whole_weeks() -> None:
    history = History(spells_of([spell("A", [3], [3])]), crawls_of(range(3, 24)))
    covered = panel.covered(history.intervals, history.weeks, pd.Index(["p/b", "p/unknown"]))
    assert covered.tolist() == [[False, False], [True, False], [True, False], [True, False]]


@pytest.mark.parametrize("every", [1, 7])
def test_true_stock_and_flow_are_found_outside_outages(every: int) -> None:
    """60 postings with whole-day lives; the board is read at the end of each day, or of each Sunday."""
    rng = np.random.default_rng(every)
    opened = rng.integers(-20, 150, 60)
    closed = opened + rng.integers(15, 60, 60)
    complete = [d for d in range(1, 160, every) if not 60 <= d <= 66] if every == 1 else list(range(1, 160, 7))
    rows = [
        spell(str(i), seen, complete, posted_at=at(int(o)))
        for i, (o, c) in enumerate(zip(opened, closed, strict=True))
        if (seen := [d for d in complete if o <= d < c])
    ]
    history = History(spells_of(rows), crawls_of(complete, range(1, 160, every)))
    crawled = [d for d in complete if d > 1]
    truth = [int(((opened <= d) & (d < closed)).sum()) for d in crawled]
    assert history.stock_on(crawled) == truth
    low, high = history.stock_on(range(2, 159), "low_"), history.stock_on(range(2, 159), "high_")
    real = [int(((opened <= d) & (d < closed)).sum()) for d in range(2, 159)]
    assert all(a <= b <= c for a, b, c in zip(low, real, high, strict=True))
    assert history.flow()["new"].sum() == sum(1 for row in rows if row["before_at"] is not None)


def test_weeks_in_which_a_big_board_is_dark_are_partial_until_it_has_left_for_good() -> None:
    sundays = range(1, 100, 7)
    small = spell("S", sundays, sundays, board="s", posting_id="p/s/S")
    big = [spell(name, (1, 8, 15), (1, 8, 15)) for name in "ABCD"]
    crawls = pd.concat([crawls_of((1, 8, 15), sundays), crawls_of(sundays, board="s")], ignore_index=True)
    history = History(spells_of([small, *big]), crawls.sort_values("fetched_at", ignore_index=True))
    fit = panel.publishable(history.segments, history.crawls, history.intervals, history.weeks, history.horizon)
    assert fit.tolist()[:8] == [False, True, True, False, False, False, False, False]
    assert fit.tolist()[8:-1] == [True] * (len(fit) - 9)
