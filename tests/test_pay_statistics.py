"""Pay statistics against known answers (tests/golden/pay.json), scipy, statsmodels, and markets of known truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from analytics import offers_bounds as bounds
from analytics.disclosure import headline_local, headline_pay, laws
from analytics.hedonic import Tables, contrasts, rows_of, variance
from analytics.money import YEAR_FACTORS
from analytics.offers_area import NO_LINK
from analytics.offers_flags import disclosure_break, mad_scores, outliers, pay_items, repeated_value
from analytics.offers_index import INDEX_EXTRA, pay_index
from analytics.offers_matched import (
    Cells,
    cell_medians,
    chained,
    growth_series,
    jevons,
    matched,
    median_growth,
    tornqvist,
)
from analytics.offers_sensitivity import TOO_HIDDEN, pay_sensitivity
from analytics.quantile import Sample, point, quantiles
from analytics.series import COLUMNS, Calendar

GOLDEN = json.loads((Path(__file__).parent / "golden" / "pay.json").read_text(encoding="utf-8"))
PAY = np.array([
    120, 130, 135, 140, 145, 150, 150, 155, 160, 160, 165, 170, 172, 175, 180, 185, 190, 195, 200, 205, 210, 215,
    220, 230, 240, 250, 260, 275, 300, 340,
], float)  # fmt: skip
RANGES = np.array([
    (120, 160), (140, 180), (150, 150), (150, 200), (170, 220), (180, 240), (200, 260), (160, 190)
], float).T  # fmt: skip
CELLS_0 = Cells(np.arange(3), np.array([150.0, 180, 210]), np.array([150.0 * 30, 180 * 20, 210 * 10]))
CELLS_1 = Cells(np.arange(3), np.array([153, 181.8, 220.5]), np.array([153.0 * 30, 181.8 * 30, 220.5 * 5]))
FIRST = 2900  # a week number: 2025-W31
WEEKS = 64
RNG = np.random.default_rng
ENDS = ["pay_low_local_year", "pay_mid_local_year", "pay_high_local_year"]
ADDED = ["currency", "period", "region", "is_outlier", *ENDS]  # to the new postings by `pay_items`
PAY_COLUMNS = ["pay_low_usd_year", "pay_mid_usd_year", "pay_high_usd_year"]


def near(value: object) -> object:
    return pytest.approx(value, rel=1e-4, abs=6e-5)  # the answers are printed with four decimals


def calendar(n: int = WEEKS) -> Calendar:
    weeks = np.arange(FIRST, FIRST + n)
    return Calendar(weeks, [f"week {week}" for week in weeks], np.ones(n, bool), np.zeros(n, bool))


def market(seed: int = 1, weeks: int = WEEKS, employers: int = 40, per_week: int = 20, **told: Any) -> pd.DataFrame:
    """New postings of employers that pay differently; pay rises by `trend` a week, `noise` is its spread."""
    trend, noise, prefix = (told.get(name, usual) for name, usual in (("trend", 0.0), ("noise", 0.1), ("prefix", "c")))
    rng = RNG(seed)
    n = weeks * per_week
    week, employer = np.repeat(np.arange(weeks), per_week), rng.integers(0, employers, n)
    level = rng.integers(0, 3, n) if "level" not in told else told["level"](rng, week)
    pay = np.log(120e3) + trend * week + 0.2 * level + rng.normal(0, 0.25, employers)[employer]
    middle = np.exp(pay + rng.normal(0, noise, n)) if noise else np.exp(pay)
    return pd.DataFrame({
        "posting_id": [f"{prefix}{k}" for k in range(n)], "spell": 1, "week_number": week + FIRST,
        "company": np.char.add(prefix, employer.astype(str)), "level": np.array(["mid", "senior", "staff"])[level],
        "role": "ml_engineer", "region": "US-TX", "country": "US", "work_mode": "remote", "currency": "USD",
        "period": "year", "pay_low_local_year": middle / 1.1, "pay_high_local_year": middle * 1.1,
        "pay_mid_local_year": middle, "is_outlier": False, "places": [(("US", "TX"),)] * n,
    })  # fmt: skip


def pay_rows(items: pd.DataFrame, rate: Any = 1.0, **told: Any) -> pd.DataFrame:
    """The rows of `Market.pay` that state the pay of `items`."""
    low, high = items["pay_low_local_year"].to_numpy(), items["pay_high_local_year"].to_numpy()
    rows = items[["posting_id", "spell", "company", "currency"]].assign(
        source="text", component="base", contract=False, gross="gross", period="year", low=low, high=high,
        low_usd_year=low * rate, high_usd_year=high * rate,
    )  # fmt: skip
    return rows.assign(**told)


def new_of(items: pd.DataFrame) -> pd.DataFrame:
    """`Market._new` for `items`."""
    told = items[["posting_id", "spell", "week_number", "company", "level", "role", "country", "work_mode", "places"]]
    return told.assign(pay_law=False)


def shown(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["segment"] >= 0]


# -- known answers


def test_indices_of_matched_cells() -> None:
    assert np.exp(jevons(CELLS_0, CELLS_1)) == near(GOLDEN["3_jevons"])
    assert np.exp(tornqvist(CELLS_0, CELLS_1)) == near(GOLDEN["3_tornqvist"])
    mean = [cells.bill.sum() / (cells.bill / cells.median).sum() for cells in (CELLS_0, CELLS_1)]
    assert mean[1] / mean[0] == near(GOLDEN["3_unit_value_ratio"])  # the mean of all hides the rise
    before, now = (np.array(row, float) for row in ([150, 165, 180, 200, 220, 140], [156, 165, 189, 206, 224.4, 147]))
    growth = median_growth(*(Cells(np.arange(6), pay, pay) for pay in (before, now)))
    assert growth == near(GOLDEN["3_indeed_wage"]["median"])


def test_annual_pay_and_midpoints() -> None:
    told = {"h75_2080": (75, "hour"), "d600_260": (600, "day"), "w3000_52": (3000, "week"), "m9000_12": (9000, "month")}
    items = market(weeks=1, per_week=4)
    for name, (amount, period) in told.items():
        assert amount * YEAR_FACTORS[period] == GOLDEN["4_annualise"][name]
    amounts, periods = zip(*told.values(), strict=True)
    stated = pay_rows(items, low=amounts, high=amounts, period=periods, low_usd_year=15e4, high_usd_year=15e4)
    assert headline_local(stated)["pay_mid_local_year"].tolist() == near(list(GOLDEN["4_annualise"].values()))
    width = headline_pay(pay_rows(items[:1], low_usd_year=160e3, high_usd_year=240e3)).iloc[0]
    assert width["pay_mid_usd_year"] == near(GOLDEN["4_mid"]["geo"] * 1000)
    assert width["pay_high_usd_year"] / width["pay_low_usd_year"] == GOLDEN["4_mid"]["ratio"]


def test_outliers_by_median_absolute_deviation() -> None:
    values = np.append(PAY, [15, 1600.0])
    logs = np.sort(np.log(values))
    z = mad_scores(logs, np.zeros(32, "int64"))
    expected = GOLDEN["4_mad"]
    assert (z[0], z[-1]) == pytest.approx((expected["z_15"], expected["z_1600"]), abs=1e-3)
    assert z == pytest.approx((logs - np.median(logs)) / stats.median_abs_deviation(logs) / 1.4826)
    flags = outliers(np.log(values), np.zeros(32, "int64"), np.zeros(32, "int64"))
    assert values[flags].tolist() == expected["flag"]


def test_bounds_of_what_is_hidden() -> None:
    expected = GOLDEN["4_manski"]
    at, found = bounds.worst_case(PAY, expected["d"])
    assert list(at) == near([expected["q_lo"], expected["q_hi"]])
    assert list(found) == expected["bounds"]
    assert "unbounded" in GOLDEN["4_manski_d45"]
    assert np.isnan(bounds.worst_case(PAY, 0.45)).all()
    assert np.isnan(bounds.worst_case(PAY[:0], 0.9)).all()


def test_inverse_chance_weights() -> None:
    pay, stratum = np.array([150.0] * 9 + [210] * 3), np.array([1.0] * 9 + [0] * 3)
    x = np.column_stack([np.ones(20), np.repeat([1.0, 0], 10)])
    states = np.r_[np.ones(9), 0, np.ones(3), np.zeros(7)]
    beta = bounds.logit(x, states)
    assert beta == pytest.approx(sm.Logit(states, x).fit(disp=0).params, rel=1e-6)
    chance = bounds.chance(np.column_stack([np.ones(12), stratum]), beta)
    employers = np.arange(12)
    assert bounds.weighted_mean(pay, np.ones(12), employers).value == near(GOLDEN["4_ipw_mean"]["raw"])
    found = bounds.weighted_mean(pay, bounds.inverse_chance(chance), employers)
    assert found.value == near(GOLDEN["4_ipw_mean"]["ipw"])


def test_hedonic_regression() -> None:
    rows = np.array(
        [(0, 0, 0, 150), (0, 0, 1, 180), (0, 1, 0, 195), (1, 1, 0, 204.75), (1, 1, 1, 245.7), (1, 0, 1, 189)]
    )
    week, senior, employer = rows[:, :3].T.astype("int64")
    found = Tables(rows_of(week, employer, pd.DataFrame({"level": senior}), np.log(rows[:, 3]), 2)).fit(0, 1)
    expected = GOLDEN["4_hedonic"]
    assert 100 * np.exp(found.week[1] - found.week[0]) == near(expected["index"])
    assert np.exp(np.diff(found.control))[0] - 1 == near(expected["senior"])
    assert np.exp(np.diff(found.employer))[0] - 1 == near(expected["emp2"])
    assert np.median(rows[3:, 3]) / np.median(rows[:3, 3]) == near(expected["raw_median_ratio"])
    assert found.r2 == pytest.approx(1)


def test_turnbull() -> None:
    found, expected = bounds.turnbull(*RANGES), GOLDEN["4_turnbull"]
    assert np.column_stack([found.left, found.right]).tolist() == expected["inner"]
    assert found.mass == pytest.approx(expected["pmf"], abs=2e-5)
    assert bounds.quantile_of(found, 0.5) == (180, 180)
    points = bounds.turnbull(PAY, PAY)
    assert bounds.quantile_of(points, 0.5).low == np.quantile(PAY, 0.5, method="inverted_cdf")
    open_ = bounds.turnbull(np.array([np.nan, 100, 120]), np.array([150, np.nan, 130]))
    assert (open_.left.tolist(), open_.mass.tolist()) == ([120], [1])
    assert np.isnan(bounds.quantile_of(bounds.turnbull(PAY[:0], PAY[:0]), 0.5)).all()


def test_bounds_of_the_median_of_ranges() -> None:
    expected = GOLDEN["4_interval_bounds"]
    assert list(bounds.median_bounds(*RANGES)) == [expected["median_low"], expected["median_high"]]
    assert point(RANGES.mean(0)) == expected["median_mid"]
    one_sided = bounds.median_bounds(np.array([100, np.nan, 120]), np.array([110, 105, np.nan]))
    assert one_sided == (100, 110)


def test_interval_regression() -> None:
    found, expected = bounds.interval_lognormal(*RANGES), GOLDEN["4_interval_lognormal"]
    assert (found.median, found.sigma, found.loss) == near((expected["median"], expected["sigma"], expected["nll"]))
    rng = RNG(3)
    truth = np.exp(rng.normal(5, 0.3, 300))
    low, high = truth * rng.uniform(0.7, 1, 300), truth * rng.uniform(1, 1.3, 300)
    low[:40], high[40:80], low[80:100] = np.nan, np.nan, high[80:100]
    logs = {"interval": np.log(np.column_stack([low, high])[100:]), "uncensored": np.log(high[80:100])}
    censored = stats.CensoredData(left=np.log(high[:40]), right=np.log(low[40:80]), **logs)
    mu, sigma = stats.norm.fit(censored)
    found = bounds.interval_lognormal(low, high)
    assert (np.log(found.median), found.sigma) == pytest.approx((mu, sigma), rel=5e-4)
    points = bounds.interval_lognormal(truth, truth)
    assert points.sigma == pytest.approx(np.log(truth).std())
    spread = np.log(truth) - np.log(truth).mean()
    assert points.influence == pytest.approx(spread / 300, abs=1e-6)  # what each adds to the mean


def test_weighted_quantiles_equal_the_plain_ones_at_equal_weights() -> None:
    rng = RNG(8)
    for n in (31, 60):
        values, employers = rng.normal(12, 0.3, n), rng.integers(0, 15, n)
        plain, found = quantiles([Sample(values, employers)]), bounds.weighted_median(values, np.ones(n), employers)
        assert (found.value, found.low, found.high) == pytest.approx((plain.value[0], plain.low[0], plain.high[0]))
        assert found.value == pytest.approx(stats.mstats.mquantiles(values, 0.5, 1, 1)[0])
    doubled = bounds.weighted_median(np.array([1.0, 2, 3]), np.array([1.0, 1, 3]), np.arange(3))
    assert doubled.value == 3


def test_a_column_that_foretells_disclosure_keeps_a_finite_chance() -> None:
    x, y = np.column_stack([np.ones(30), np.arange(30) < 12]).astype(float), (np.arange(30) < 12).astype(float)
    chance = bounds.chance(x, bounds.logit(x, y, ridge=1.0))
    assert ((chance > 0.01) & (chance < 0.99)).all()
    assert chance[0] > 0.7 > 0.3 > chance[-1]


# -- the regression


def test_effects_and_clustered_errors_agree_with_statsmodels() -> None:
    items = market(weeks=9, employers=12, per_week=30)
    items["region"] = RNG(2).choice(["TX", "CA", "NY"], len(items))
    employer, week = pd.factorize(items["company"])[0], items["week_number"].to_numpy() - FIRST
    y = np.log(items["pay_mid_local_year"].to_numpy())
    tables = Tables(rows_of(week, employer, items[["level", "region"]], y, 9))
    for first in (0, 2):
        here = (week >= first) & (week <= first + 6)
        dummies = pd.get_dummies(items[here][["level", "region"]], drop_first=True).assign(w=week[here])
        x = pd.get_dummies(dummies, columns=["w"], drop_first=True, dtype=float).astype(float)
        swept = x - x.groupby(employer[here]).transform("mean")
        oracle = sm.OLS(y[here] - pd.Series(y[here]).groupby(employer[here]).transform("mean").to_numpy(), swept).fit(
            cov_type="cluster", cov_kwds={"groups": employer[here]}
        )
        found = tables.fit(first, first + 6)
        weights = np.zeros((7, 1))
        weights[[6, 0], 0] = 1, -1
        linear = contrasts(found, weights)
        assert linear.identified.all()
        assert found.week[6] - found.week[0] == pytest.approx(oracle.params.iloc[-1])
        error = variance(tables.influence(found, linear.solution[:, 0]))
        assert np.sqrt(error) == pytest.approx(oracle.bse.iloc[-1], rel=1e-6)


def test_weeks_without_a_common_employer_are_not_compared() -> None:
    week, employer = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 0, 1, 2, 3])
    rows = rows_of(week, employer, pd.DataFrame({"level": ["a"] * 6}), np.arange(6.0), 3)
    change = np.array([[-1.0, 0], [1, -1], [0, 1]])
    assert contrasts(Tables(rows).fit(0, 2), change).identified.tolist() == [True, False]


# -- the index


def test_unchanged_pay_stays_100_while_its_mix_moves_the_raw_median() -> None:
    more_senior = market(noise=0, level=lambda rng, week: np.minimum(rng.poisson(week / WEEKS * 2), 2))
    found = shown(pay_index(more_senior, calendar()))
    assert found["value"].to_numpy() == pytest.approx(100, abs=1e-6)
    assert found["high"].to_numpy() - found["low"].to_numpy() == pytest.approx(0, abs=1e-6)
    assert found["raw_median"].iloc[-1] > 115
    assert found["r2"].to_numpy() == pytest.approx(1)


def test_the_index_follows_pay_and_its_interval_holds_it() -> None:
    found = shown(pay_index(market(trend=0.002), calendar()))
    truth = 100 * np.exp(0.002 * np.arange(len(found)))
    assert found["value"].iloc[0] == 100
    assert ((found["low"] <= truth) & (truth <= found["high"])).mean() > 0.8
    assert found["value"].iloc[-1] == pytest.approx(truth[-1], rel=0.03)
    assert 0.9 < found["share_multi"].iloc[-1] <= 1


def test_a_pay_law_that_brings_lower_paid_newcomers_bends_the_median_not_the_index() -> None:
    late = market(2, employers=40, per_week=40, trend=0.001, prefix="n")
    late = late[late["week_number"] >= FIRST + 32]
    late[ENDS] *= 0.7
    items = pd.concat([market(trend=0.001, per_week=40), late], ignore_index=True)
    found, weeks = pay_index(items, calendar()), np.arange(WEEKS)
    after, truth = weeks >= 40, 100 * np.exp(0.001 * (weeks - 3))
    assert ((found["low"] <= truth) & (truth <= found["high"]))[after].mean() > 0.9
    assert (found["raw_median"] < found["low"])[after].all()
    assert (found["raw_median"] < truth - 8)[after].all()
    states = new_of(items).assign(has_pay=True)
    hidden = new_of(late.assign(week_number=late["week_number"] - 32)).assign(has_pay=False)
    seen = pd.concat([states, hidden], ignore_index=True).assign(places=[(("US", "MA"),)] * (len(items) + len(hidden)))
    flags = disclosure_break(seen, calendar()).iloc[:31]
    assert not flags["is_flagged"].any()  # Massachusetts: 2025-10-29, thirteen weeks into this calendar
    assert flags["laws"].iloc[20] == "Massachusetts"


def test_rates_change_no_index() -> None:
    euro = market(5, weeks=34, employers=15, prefix="e", trend=0.003).assign(currency="EUR", country="DE")
    items = pd.concat([market(weeks=34, trend=0.001), euro], ignore_index=True)

    def index(rate: float, unit: float = 1.0) -> pd.DataFrame:
        euros = items["currency"].eq("EUR").to_numpy()
        scaled = items.assign(**{name: items[name] * np.where(euros, unit, 1) for name in ENDS})
        stated = pay_rows(scaled, np.where(euros, rate, 1.0))
        return pay_index(pay_items(items.drop(columns=ADDED), headline_local(stated)), calendar(34))

    once, dearer, other_unit = index(1.1), index(1.21), index(1.1, 1.1)
    pd.testing.assert_frame_equal(once, dearer, check_exact=True)
    pd.testing.assert_frame_equal(once, other_unit, rtol=1e-9)
    assert once["n"].iloc[-1] == 160
    both = [shown(pay_index(held, calendar(34)))["value"].iloc[-1] for _, held in items.groupby("currency")]
    assert min(both) < once["value"].iloc[-1] < max(both)


@pytest.mark.parametrize("at", [20, 57])
def test_a_week_more_moves_no_published_point(at: int) -> None:
    euro = market(5, employers=15, prefix="e", weeks=60).assign(currency="EUR", country="DE")
    items = pd.concat([market(weeks=60, noise=0.3), euro[euro["week_number"] > FIRST + 10]], ignore_index=True)

    def known(weeks: int) -> pd.DataFrame:
        held = items[items["week_number"] < FIRST + weeks]
        return pay_index(pay_items(held.drop(columns=ADDED), headline_local(pay_rows(held))), calendar(weeks))

    then, now = known(at), known(60)
    pd.testing.assert_frame_equal(then, now.iloc[:at], rtol=1e-9)
    assert then["n_outliers"].sum() > 0


def test_an_index_needs_postings_and_employers() -> None:
    few = pay_index(market(per_week=7), calendar())
    assert set(few["reason"].iloc[3:]) == {"fewer than 30 with pay"}
    one = pay_index(market(employers=1), calendar())
    assert set(one["reason"].iloc[3:]) == {"fewer than 10 employers"}
    for table in (few, one, pay_index(market().iloc[:0], calendar()), pay_index(market().iloc[:0], calendar(0))):
        assert table["value"].isna().all()
        assert table["status"].eq("too_few").all()
        assert {name: str(kind) for name, kind in table.dtypes.items()} == COLUMNS | INDEX_EXTRA
    small = market(5, per_week=2, prefix="e").assign(currency="EUR")
    beside = pay_index(pd.concat([market(), small], ignore_index=True), calendar())
    assert beside["area_share"].iloc[-1] == pytest.approx(80 / 88)


def test_an_index_is_interrupted_where_employers_change_altogether() -> None:
    items = market(employers=30)
    items["company"] = np.where(items["week_number"] >= FIRST + 30, "x" + items["company"], items["company"])
    found = pay_index(items, calendar())
    assert found["segment"].iloc[[10, 29]].tolist() == [0, 0]
    assert found["reason"].iloc[40] == NO_LINK
    assert found["value"].iloc[33:60].isna().all()


def test_a_gap_is_bridged_and_links_go_to_windows_apart() -> None:
    items = market(trend=0.002, noise=0.02)
    found = pay_index(items[~items["week_number"].between(FIRST + 20, FIRST + 29)], calendar())
    assert found["value"].iloc[25:30].isna().all()
    assert found["value"].iloc[-1] == pytest.approx(100 * np.exp(0.002 * 60), rel=0.01)
    assert found["segment"].max() == 0


def test_matched_cells_are_compared_with_a_window_that_shares_no_week() -> None:
    code, pay = np.repeat(np.arange(8), 4), np.tile([100.0, 110, 120, 90], 8)
    pools = [cell_medians(code, pay * 1.01**k) for k in range(12)]
    assert pools[0].median.tolist() == [105] * 8
    found = chained(list(pools), np.zeros(12, "int64"), 4)
    assert found[0] == pytest.approx(np.log(1.01) * np.arange(12))
    assert found[1] == pytest.approx(found[0])
    bursts = [np.repeat(100 + 8 * (k // 4) + np.arange(8), 4) for k in range(12)]  # posted once, in four windows
    with_bursts = [cell_medians(np.r_[code, bursts[k]], np.r_[pay * 1.01**k, pay]) for k in range(12)]
    found = chained(list(with_bursts), np.zeros(12, "int64"), 4)
    assert found[0][[4, 8]] == pytest.approx(np.log(1.01) * np.array([4, 8]))
    year = [cell_medians(np.repeat(np.arange(12), 3), np.full(36, 100 * 1.001**k)) for k in range(54)]
    assert growth_series([*year[:53], None])[51:] == pytest.approx([np.nan, 1.001**52 - 1, np.nan], nan_ok=True)
    assert len(matched(pools[0], Cells(np.array([3]), np.ones(1), np.ones(1)))[0].code) == 1


# -- flags


def test_an_outlier_is_judged_by_its_past_leaves_the_index_and_is_counted() -> None:
    items = market(seed=4, noise=0.05)
    at = items.index[items["week_number"].eq(FIRST + 50)][0]
    items.loc[at, ["pay_low_local_year", "pay_high_local_year"]] *= 8
    held = pay_items(items.drop(columns=ADDED), headline_local(pay_rows(items)))
    assert held["is_outlier"].to_numpy().nonzero()[0].tolist() == [at]
    assert held["region"].unique().tolist() == ["US-TX"]
    found = pay_index(held, calendar())
    assert found["n_outliers"].iloc[[49, 50, 53, 54]].tolist() == [0, 1, 1, 0]
    assert found["n"].iloc[53] == 79
    late = outliers(np.r_[np.zeros(40), 9.0] + np.arange(41) / 100, np.zeros(41, "int64"), np.arange(41))
    assert late.tolist() == [False] * 40 + [True]


def test_one_repeated_value_for_four_months_is_flagged() -> None:
    items = market(trend=0.003)
    filled = items["week_number"].between(FIRST + 20, FIRST + 36) & (np.arange(len(items)) % 10 < 7)
    items.loc[filled, ENDS] = 200e3
    found = repeated_value(items, calendar())
    run = found["is_flagged"].to_numpy().nonzero()[0]
    assert set(range(22, 38)) <= set(run) <= set(range(20, 40))
    assert found["reason"].iloc[30] == "one pay value in more than half of the postings"
    assert found["pay_low_local_year"].iloc[30] == found["pay_high_local_year"].iloc[30] == 200e3
    assert found["share"].iloc[30] == 0.7
    assert not repeated_value(market(trend=0.003), calendar())["is_flagged"].any()
    still = repeated_value(market(noise=0, employers=1, level=lambda rng, week: 0 * week), calendar())
    assert still["is_flagged"].all()
    empty = repeated_value(items.iloc[:0], calendar())
    assert not empty["is_flagged"].any()
    assert empty.dtypes.equals(found.dtypes)


def test_disclosure_that_doubles_across_a_law_is_flagged() -> None:
    items = new_of(market(per_week=30))
    states = np.where(items["week_number"] < FIRST + 13, 0.2, 0.7) > np.arange(len(items)) % 10 / 10
    here = items.assign(has_pay=states, places=[(("US", "MA"),)] * len(items))
    found = disclosure_break(here, calendar())
    assert found.loc[found["is_flagged"], "laws"].unique().tolist() == ["Massachusetts"]
    assert found["is_flagged"].to_numpy().nonzero()[0].tolist() == list(range(14, 26))
    row = found.iloc[20]
    assert (row["share_before"], row["share"]) == pytest.approx((0.2, 0.7))
    elsewhere = disclosure_break(here.assign(places=items["places"]), calendar())
    assert not elsewhere["is_flagged"].any()
    assert disclosure_break(here.iloc[:0], calendar(0)).dtypes.equals(found.dtypes)


def test_laws_hold_every_row_of_the_table() -> None:
    found = laws()
    days = found.groupby("in_force_on")["region"].agg(set)
    assert days[pd.Timestamp("2023-01-01")] == {"CA", "WA", "RI"}
    assert {"CT", "NV"} == days[pd.Timestamp("2021-10-01")]
    assert set(found.loc[found["in_ad"].eq("no"), "region"]) == {"CT", "NV", "RI", ""}
    assert "200000 CAD" in found.set_index("region").loc["ON", "note"]
    assert found["checked_on"].notna().all()
    assert len(found) == 21


# -- sensitivity


def test_every_other_estimate_stands_beside_the_headline() -> None:
    items = market(per_week=60, weeks=8, employers=20)
    skilled = items["level"].eq("staff").to_numpy()
    hidden = skilled & (np.arange(len(items)) % 4 > 0)  # staff pay is stated in one of four
    stated = items[~hidden]
    text = pay_rows(stated)
    near_text = pay_rows(stated[:300], 1.01, source="structured")
    far = pay_rows(stated[200:300], 1.03, source="structured")
    contract = pay_rows(items, contract=True, low_usd_year=90e3, high_usd_year=90e3)
    ote = pay_rows(stated[::4], component="ote")
    pay = pd.concat([text, near_text[:200], far, contract, ote], ignore_index=True)
    new = new_of(items).merge(headline_pay(pay), on=["posting_id", "spell"], how="left")
    paid = pay_items(new_of(items), headline_local(pay))
    found = pay_sensitivity(new, paid, pay, calendar(8), window=8).set_index("estimator")
    assert found["reason"].eq("").all(), found["reason"]
    value = found["value"]
    assert value["median_low"] < value["median_mid"] < value["median_high"]
    assert value["worst_case_low"] < value["median_mid"] < value["worst_case_high"]
    truth = items["pay_mid_local_year"]
    assert value["mean"] < 0.97 * truth.mean()
    assert value["ipw_mean"] == pytest.approx(truth.mean(), rel=0.025)
    assert abs(value["ipw_median"] - truth.median()) < abs(value["median_mid"] - truth.median())
    for name in ("turnbull", "interval_lognormal"):
        assert value["median_low"] < value[name] < value["median_high"]
    assert value["median_width"] == pytest.approx(1.21)
    assert value["both_sources"] == pytest.approx(300 / len(stated))
    assert value["sources_agree"] == pytest.approx(2 / 3)
    assert value["contractor_rates"] == 90e3
    assert found.loc["structured_only", "n"] == 300
    assert found.loc["text_only", "n"] == len(stated)
    assert value["ote_or_total_stated"] == pytest.approx(len(ote) / len(items))
    assert found.loc["outliers", ["unit", "value", "n"]].tolist() == ["count", paid["is_outlier"].sum(), len(stated)]
    inside = found[found["unit"].isin(["usd_year", "ratio"])]
    assert ((inside["low"] <= inside["value"]) & (inside["value"] <= inside["high"])).all()


def test_sensitivity_of_too_little_is_empty_or_says_why() -> None:
    items = market(per_week=40, weeks=4)
    pay = pay_rows(items[::3])
    new = new_of(items).merge(headline_pay(pay), on=["posting_id", "spell"], how="left")
    paid = pay_items(new_of(items), headline_local(pay))
    low = pay_sensitivity(new, paid, pay, calendar(4)).set_index("estimator")
    assert low.loc["worst_case_low", "reason"] == TOO_HIDDEN
    assert np.isnan(low.loc["worst_case_low", "value"])
    assert low.loc["structured_only", "reason"] == "fewer than 30 with pay"
    no_pay = pay_sensitivity(new.assign(**dict.fromkeys(PAY_COLUMNS, np.nan)), paid.iloc[:0], pay.iloc[:0], calendar(4))
    assert no_pay.loc[no_pay["unit"].isin(["usd_year", "ratio"]), "reason"].ne("").all()
    nothing = pay_sensitivity(new.iloc[:0], paid.iloc[:0], pay.iloc[:0], calendar(0))
    assert nothing.empty
    assert nothing.dtypes.equals(no_pay.dtypes)
    assert pay_sensitivity(new, paid, pay, calendar(4), week="2020-W01").empty
