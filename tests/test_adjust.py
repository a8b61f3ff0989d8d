"""Shares with the mix held fixed, late arrivals and seasons: against statsmodels, and against truths that are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics import adjust, nowcast, season
from analytics.panel import week_labels
from analytics.series import Calendar
from analytics.share import share

FIRST_WEEK = 2900  # 2025-W32


def calendar(n_weeks: int, dark: tuple[int, ...] = ()) -> Calendar:
    weeks = np.arange(FIRST_WEEK, FIRST_WEEK + n_weeks, dtype="int64")
    is_dark = np.isin(np.arange(n_weeks), dark)
    return Calendar(weeks, week_labels(weeks), ~is_dark, is_dark)


def drawn(seed: int, n: int = 600, companies: int = 40) -> pd.DataFrame:
    """Postings of employers with rates of their own, in three periods of different mix."""
    rng = np.random.default_rng(seed)
    company = rng.integers(0, companies, n)
    period = np.minimum(rng.integers(0, 3, n) + (company > 30), 2)
    rate = np.clip(rng.beta(2, 4, companies)[company] + 0.1 * period, 0, 1)
    names = np.char.add("c", company.astype(str))
    return pd.DataFrame({"company": names, "period": period, "y": (rng.random(n) < rate).astype(float),
                         "senior": rng.random(n)})  # fmt: skip


def test_within_employers_agrees_with_dummies_for_them() -> None:
    items = drawn(1)
    code = pd.factorize(items["company"])[0]
    periods, companies = np.eye(3)[items["period"]][:, 1:], np.eye(code.max() + 1)[code]
    design = np.column_stack([periods, items["senior"], companies])
    ols = pytest.importorskip("statsmodels.regression.linear_model").OLS
    oracle = ols(items["y"].to_numpy(), design).fit(
        cov_type="cluster", cov_kwds={"groups": code, "use_correction": False}
    )
    found = adjust.within_employers(items, ["senior"])
    count = code.max() + 1
    assert found["change"].tolist() == pytest.approx(oracle.params[:2].tolist())
    assert found["se"].tolist() == pytest.approx((oracle.bse[:2] * np.sqrt(count / (count - 1))).tolist())
    assert (found["low"] < found["change"]).all()


def test_new_employers_change_nothing_within_employers() -> None:
    """Nobody changes, but ever more employers that always ask: the raw share rises, the share within does not."""
    rows = [("old", period, y) for period in range(3) for y in (0, 0, 1, 0)]
    rows += [(f"new{i}", period, 1) for period in (1, 2) for i in range(3 * period)]
    found = adjust.within_employers(pd.DataFrame(rows, columns=["company", "period", "y"]))
    assert found["change"].tolist() == pytest.approx([0, 0], abs=1e-12)
    assert found["n"].tolist() == [7, 7]


def test_a_period_without_shared_employers_tells_nothing() -> None:
    alone = pd.DataFrame({"company": ["a", "a", "b"], "period": [0, 0, 1], "y": [0.0, 1, 1]})
    assert adjust.within_employers(alone)["change"].isna().all()
    nothing = adjust.within_employers(alone.iloc[:0])
    assert nothing.dtypes.to_dict() == adjust.within_employers(drawn(3)).dtypes.to_dict()
    assert nothing.empty


def cells(counts: dict[tuple[str, str], tuple[int, int]]) -> pd.DataFrame:
    return pd.concat(
        [
            pd.DataFrame({"board": board, "level": level, "company": [f"{board}{i % 9}" for i in range(n)],
                          "y": (np.arange(n) < k).astype(float)})
            for (board, level), (n, k) in counts.items()
        ],
        ignore_index=True,
    )  # fmt: skip


def test_fixed_weights_undo_a_change_of_mix() -> None:
    base = {("ats", "mid"): (100, 20), ("ats", "senior"): (100, 30), ("feed", "mid"): (100, 60)}
    later = {("ats", "mid"): (50, 10), ("ats", "senior"): (50, 15), ("feed", "mid"): (400, 240)}
    target = pd.DataFrame([(*key, n / 300) for key, (n, _) in base.items()], columns=["board", "level", "target"])
    before, now = (adjust.post_stratified(cells(held), target, ["board", "level"]) for held in (base, later))
    assert before.value == pytest.approx(before.raw) == pytest.approx(110 / 300)
    assert now.value == pytest.approx(before.value)
    assert now.raw > before.raw + 0.15
    assert before.n_eff == pytest.approx(300)
    assert now.n_eff < 0.7 * 500


def test_equal_weights_give_the_interval_of_the_plain_share_or_a_shorter_one() -> None:
    items = cells({("ats", "mid"): (150, 30), ("feed", "mid"): (150, 90)})
    target = pd.DataFrame({"board": ["ats", "feed"], "target": [0.5, 0.5]})
    found = adjust.post_stratified(items, target, ["board"])
    counts = items.groupby("company")["y"].agg(["sum", "size"]).T.to_numpy(float)
    plain = share(*counts)
    assert found.value == pytest.approx(float(plain.value))
    assert plain.low <= found.low < found.value < found.high <= plain.high


def test_small_cells_are_joined_and_weights_trimmed() -> None:
    items = cells(
        {("ats", "mid"): (100, 20), ("ats", "lead"): (8, 8), ("feed", "mid"): (40, 20), ("mail", "x"): (5, 0)}
    )
    target = pd.DataFrame({"board": ["ats", "ats", "feed", "mail", "gone"], "level": ["mid", "lead", "mid", "x", "x"],
                           "target": [0.02, 0.0, 0.96, 0.01, 0.01]})  # fmt: skip
    found = adjust.post_stratified(items, target, ["board", "level"])
    told = found.cells.set_index("cell")
    assert told["n"].to_dict() == {"ats / mid": 100, "feed / mid": 53}
    assert told["target"].to_dict() == pytest.approx({"ats / mid": 0.02, "feed / mid": 0.98})
    assert told["weight"].tolist() == [0.2, pytest.approx(0.98 / (53 / 153))]
    assert found.cells["n"].sum() == len(items)


def test_small_levels_are_joined_within_their_board_first() -> None:
    items = cells(
        {("ats", "mid"): (90, 9), ("ats", "lead"): (20, 8), ("ats", "intern"): (15, 2), ("feed", "x"): (40, 9)}
    )
    target = pd.DataFrame({"board": ["ats", "ats", "ats", "feed"], "level": ["mid", "lead", "intern", "x"],
                           "target": [0.6, 0.1, 0.2, 0.1]})  # fmt: skip
    told = adjust.post_stratified(items, target, ["board", "level"]).cells.set_index("cell")
    assert told["n"].to_dict() == {"ats / any": 35, "ats / mid": 90, "feed / x": 40}
    assert told["target"].to_dict() == pytest.approx({"ats / any": 0.3, "ats / mid": 0.6, "feed / x": 0.1})


def test_fixed_weights_of_nothing_are_no_number() -> None:
    target = pd.DataFrame({"board": ["ats", "feed"], "target": [0.5, 0.5]})
    none = adjust.post_stratified(cells({("ats", "mid"): (1, 0)}).iloc[:0], target, ["board"])
    assert np.isnan(none.value)
    assert none.reason == "no posting in a weighted cell"
    never = adjust.post_stratified(cells({("ats", "mid"): (60, 0), ("feed", "mid"): (60, 0)}), target, ["board"])
    assert never.low == never.value == 0 < never.high < 0.2
    with pytest.raises(ValueError, match="twice"):
        adjust.post_stratified(cells({("ats", "mid"): (60, 0)}), pd.concat([target, target]), ["board"])


def test_a_reader_that_errs_too_much_for_a_rare_term_tells_nothing() -> None:
    found = adjust.rogan_gladen(np.array([0.01, 0.05, 0.3]), 0.9, 0.99)
    assert np.isnan(found).tolist() == [True, False, False]
    assert adjust.rogan_gladen(np.array([0.01]), 0.9, 0.996)[0] == pytest.approx(0.006 / 0.896)
    assert adjust.rogan_gladen(0.02, 0.9, 0.97) == 0  # fewer found than the reader would invent
    assert np.isnan(adjust.rogan_gladen(0.5, 0.5, 0.5))


def presence_of(companies: dict[str, range]) -> pd.DataFrame:
    rows = [(FIRST_WEEK + week, name) for name, weeks in companies.items() for week in weeks]
    return pd.DataFrame(rows, columns=["week_number", "company"])


def test_continuous_employers_were_there_in_four_fifths_of_a_year() -> None:
    weeks = calendar(60).weeks
    held = {"always": range(60), "enough": range(17, 60), "short": range(18, 60), "old": range(20)}
    assert adjust.continuous_employers(presence_of(held), weeks) == ["always", "enough"]  # 43 of 53 weeks, not 42
    assert adjust.continuous_employers(presence_of(held), weeks[:52]) == []


@pytest.mark.parametrize(("stay", "come", "reason"), [
    (40, 40, ""), (29, 20, "fewer than 30 continuous employers"),
    (30, 100, "panel holds less than 30 % of the postings"),
])  # fmt: skip
def test_newcomers_do_not_bend_the_continuous_panel(stay: int, come: int, reason: str) -> None:
    """Those who stay ask in one of four postings, newcomers of the last ten weeks always."""
    stays = {f"s{i}": range(60) for i in range(stay)}
    comes = {f"n{i}": range(50, 60) for i in range(come)}
    items = presence_of({**stays, **comes})
    turn = items["company"].str[1:].astype(int) + items["week_number"]
    items["y"] = np.where(items["company"].str.startswith("s"), turn % 4 == 0, 1.0)
    found = adjust.continuous_series(items, presence_of({**stays, **comes}), calendar(60), 4)
    assert len(found) == 53
    last = found.iloc[-1]
    assert last["reason"] == reason
    assert (last["panel_employers"], last["panel_share"]) == (stay, pytest.approx(stay / (stay + come)))
    assert last["value"] == pytest.approx(0.25) if not reason else np.isnan(last["value"])


def test_the_continuous_panel_of_a_young_market_is_empty() -> None:
    items = presence_of({"a": range(20)}).assign(y=1.0)
    found = adjust.continuous_series(items, items, calendar(20), 4)
    assert found.empty
    assert found.dtypes.to_dict() == adjust.continuous_series(items, items, calendar(60), 4).dtypes.to_dict()


def late(n_weeks: int, cut: int, seed: int = 4) -> tuple[pd.DataFrame, Any]:
    """Postings of `n_weeks` weeks recorded up to 3 weeks late, known at week `cut`, and how many there truly were."""
    rng = np.random.default_rng(seed)
    truth = rng.poisson(400, n_weeks)
    opened = np.repeat(np.arange(n_weeks), truth) + FIRST_WEEK
    recorded = opened + rng.choice(4, len(opened), p=[0.6, 0.25, 0.1, 0.05])
    frame = pd.DataFrame({"opened_week": opened, "recorded_week": recorded})
    return frame[recorded < FIRST_WEEK + cut], truth


def test_the_newest_weeks_are_completed() -> None:
    items, truth = late(20, 20)
    found = nowcast.nowcast_series(items, calendar(20), 3)
    assert found["status"].tolist() == ["complete"] * 17 + ["nowcast"] * 3
    assert found["value"][:17].tolist() == found["observed"][:17].tolist() == truth[:17].tolist()
    assert (found["observed"][17:] < 0.97 * truth[17:]).all()
    assert found["value"][17:].to_numpy() == pytest.approx(truth[17:], rel=0.06)
    assert found["completeness"].iloc[-1] == pytest.approx(0.6, abs=0.02)


def test_no_nowcast_of_a_young_market_or_of_less_than_half() -> None:
    young = nowcast.nowcast_series(late(10, 10)[0], calendar(10), 3)
    assert young["reason"].tolist() == [""] * 7 + ["fewer than 8 complete weeks"] * 3
    assert young["value"][7:].isna().all()
    items = late(20, 20)[0]
    slow = items.assign(recorded_week=items["recorded_week"] + (items.index % 3 > 0))
    slow = slow[slow["recorded_week"] < FIRST_WEEK + 20]
    told = nowcast.nowcast_series(slow, calendar(20, dark=(18,)), 4)
    assert told["reason"].iloc[-1] == "less than half is recorded yet"
    assert told["status"].iloc[-2] == "dark"
    empty = nowcast.nowcast_series(items.iloc[:0], calendar(0))
    assert empty.dtypes.to_dict() == told.dtypes.to_dict()


def test_the_triangle_knows_nothing_of_the_future() -> None:
    items = pd.DataFrame({"opened_week": [0, 0, 1, 2, 2, -1], "recorded_week": [0, 9, 2, 2, 1, 0]})
    weeks = np.arange(3, dtype="int64")
    found = nowcast.triangle(items["opened_week"].to_numpy(), items["recorded_week"].to_numpy(), weeks, 2)
    nan = np.nan
    np.testing.assert_array_equal(found, [[1, 0, 0], [0, 1, nan], [2, nan, nan]])


def weekly_counts(n_weeks: int, noise: float = 0.0) -> Any:
    """Counts that grow by a tenth a year, with a summer and a Christmas."""
    weeks = calendar(n_weeks).weeks
    rng = np.random.default_rng(6)
    wave = 0.2 * np.cos(2 * np.pi * weeks * 7 / 365.25)
    holiday = np.where(np.isin([int(label[-2:]) for label in week_labels(weeks)], [52, 1]), -0.5, 0)
    return 300 * np.exp(0.1 * np.arange(n_weeks) / 52 + wave + holiday + noise * rng.normal(size=n_weeks))


@pytest.mark.parametrize(("n_weeks", "kind"), [(52, "none"), (53, "difference"), (155, "difference"), (156, "own")])
def test_what_may_be_said_of_a_season_grows_with_the_series(n_weeks: int, kind: str) -> None:
    assert season.method(n_weeks) == kind
    told = season.seasonal_series(weekly_counts(n_weeks), calendar(n_weeks))
    assert told["change_52"].notna().sum() == max(0, n_weeks - 52)
    assert told["method"].eq("none").all() == (kind == "none")
    assert told["factor"].isna().all() == (kind == "none")
    assert np.isnan(season.own_factors(calendar(155).weeks, weekly_counts(155), np.array([3100]))).all()


def test_own_factors_find_the_season_and_do_not_look_ahead() -> None:
    n = 240
    counts = weekly_counts(n, 0.02)
    told = season.seasonal_series(counts, calendar(n))
    own = told["method"].eq("own")
    assert own.any()
    assert not own[:156].any()
    trend = np.log(weekly_counts(n)) - np.log(told["factor"])
    assert np.std(np.diff(trend[own])) < 0.03 < np.std(np.diff(np.log(counts)[own]))
    later = season.seasonal_series(np.r_[counts[:-1], 9999.0], calendar(n))
    assert (told["factor"][own] == later["factor"][own]).all()
    assert np.exp(np.log(told["factor"][own][-52:]).mean()) == pytest.approx(1, abs=0.02)


def test_borrowed_factors_are_those_published_and_no_others() -> None:
    told = season.seasonal_series(weekly_counts(100), calendar(100))
    december, may = (told[told["week"].eq(week)] for week in ("2025-W50", "2026-W20"))
    assert december[["factor", "method"]].to_numpy().tolist() == [[0.842, "borrowed"]]
    assert december["adjusted"].tolist() == pytest.approx((december["value"] / 0.842).tolist())
    assert may["reason"].tolist() == ["no published factor for the month"]
    assert may["adjusted"].isna().all()
    assert told.loc[told["is_holiday"], "week"].str[-2:].unique().tolist() == ["47", "48", "52", "01", "53"]


def test_a_season_of_no_weeks_is_empty() -> None:
    none, some = season.seasonal_series(np.array([]), calendar(0)), season.seasonal_series(np.ones(9), calendar(9))
    assert none.dtypes.to_dict() == some.dtypes.to_dict()
