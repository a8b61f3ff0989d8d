"""Pay and skills, skills and skills, and what postings demand: known answers, statsmodels, planted truths."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.contingency_tables import StratifiedTable

from analytics import demand
from analytics.frames import facts
from analytics.premium import (
    CO_RISING,
    COLUMNS,
    co_rising,
    incidence,
    premium,
    shrunk,
    variance_between,
    without_outliers,
)
from analytics.series import COLUMNS as SERIES
from analytics.series import Calendar
from analytics.together import COLUMNS as PAIRS
from analytics.together import association, mantel_haenszel, together
from analytics.within import controls, dummies, intervals, joint_slopes, slopes

GOLDEN = json.loads((Path(__file__).parent / "golden" / "questions.json").read_text(encoding="utf-8"))
BASE = {"P": 150, "Q": 200, "R": 170}
ROWS = [
    ("P", 0, 0), ("P", 0, 0), ("P", 1, 0), ("P", 0, 1), ("Q", 1, 1), ("Q", 1, 1), ("Q", 0, 1), ("Q", 1, 0), ("R", 0, 0),
    ("R", 1, 1), ("R", 1, 0), ("R", 0, 0),
]  # fmt: skip
FIRST, N_WEEKS = 2900, 52
WEEKS = np.arange(FIRST, FIRST + N_WEEKS)


def near(value: object) -> object:
    return pytest.approx(value, rel=1e-4, abs=6e-5)


def test_known_ladder() -> None:
    frame = pd.DataFrame(ROWS, columns=["company", "senior", "skill"])
    pay = frame["company"].map(BASE) * 1.3 ** frame["senior"] * 1.05 ** frame["skill"]
    employer = pd.factorize(frame["company"])[0]
    held = dummies(frame, ["senior"], least=1)
    y, skill = np.log(pay.to_numpy(float)), frame[["skill"]].to_numpy(float)
    rungs = {"raw": (held[:, :0], False), "senior": (held, False), "senior_emp": (held, True)}
    for name, (columns, within) in rungs.items():
        found = slopes(controls(columns, employer, is_within=within), y, skill)
        assert np.expm1(found.slope).tolist() == [near(GOLDEN["8_premium"][name])]


def test_known_shrinkage() -> None:
    told = GOLDEN["8_shrink"]
    estimate, se = np.array([0.12, 0.05, 0.02, -0.03]), np.array([0.06, 0.01, 0.03, 0.02])
    assert shrunk(estimate, se).tolist() == near(told["eb"])
    assert variance_between(estimate, se) == near(told["tau2"])
    assert shrunk(estimate, np.full(4, np.inf)).tolist() == near([told["mean"]] * 4)


@pytest.mark.parametrize("is_within", [False, True])
def test_slopes_agree_with_statsmodels(is_within: bool) -> None:
    rng = np.random.default_rng(2)
    employer = rng.integers(0, 25, 400)
    frame = pd.DataFrame({"level": rng.integers(0, 4, 400), "place": rng.integers(0, 3, 400)})
    skills = (rng.random((400, 2)) < 0.3 + 0.3 * (employer % 2)[:, None]).astype(float)
    y = rng.normal(0, 0.2, 400) + rng.normal(0, 0.5, 25)[employer] + 0.1 * frame["level"] + skills @ [0.1, -0.05]
    held = dummies(frame, ["level", "place"])
    dummied = (employer[:, None] == np.arange(1, 25)).astype(float) if is_within else np.zeros((400, 0))
    taken = controls(held, employer, is_within=is_within)
    y = y.to_numpy(float)
    for columns, found in (
        (skills[:, :1], slopes(taken, y, skills[:, :1])), (skills, joint_slopes(taken, y, skills)),
    ):  # fmt: skip
        told = sm.OLS(y, sm.add_constant(np.hstack([columns, held, dummied])))
        clustered = told.fit(cov_type="cluster", cov_kwds={"groups": employer})
        k = columns.shape[1]
        assert found.slope == pytest.approx(clustered.params[1 : k + 1], rel=1e-9)
        factor = ((400 - held.shape[1] - k - 1 - dummied.shape[1]) / (400 - held.shape[1] - k - 1)) ** 0.5
        assert found.se_clustered == pytest.approx(clustered.bse[1 : k + 1] * factor, rel=1e-9)
        assert (found.se >= np.maximum(found.se_clustered, told.fit().bse[1 : k + 1]) * (1 - 1e-9)).all()
        assert (found.c_eff <= 25).all()


def test_a_skill_that_the_controls_tell_has_no_slope() -> None:
    employer = np.repeat(np.arange(10), 5)
    skill = (employer < 5).astype(float)[:, None]
    found = slopes(
        controls(np.zeros((50, 0)), employer, is_within=True), np.random.default_rng(1).normal(size=50), skill
    )
    assert np.isnan(found.slope).all()
    assert all(np.isnan(v).all() for v in intervals(found))


def market(seed: int, n: int = 5000, employers: int = 120) -> tuple[pd.DataFrame, pd.DataFrame]:
    """New postings and their terms: t00 and t10 are worth 6 %, t01 goes with dear employers, t02 with senior roles."""
    rng = np.random.default_rng(seed)
    employer = np.minimum((rng.pareto(1.3, n) * 8).astype(int), 5 * employers) % employers
    worth, level = rng.normal(0, 0.25, employers), rng.integers(0, 4, n)
    chance = np.full((n, 20), 0.2)
    chance[:, 1] += 0.4 * (worth[employer] > 0)
    chance[:, 2] += 0.2 * level
    has = rng.random((n, 20)) < chance
    y = 12 + worth[employer] + 0.15 * level + 0.06 * has[:, [0, 10]].sum(1) + rng.normal(0, 0.15, n)
    new = pd.DataFrame({
        "posting_id": np.arange(n).astype(str), "spell": 1, "company": np.char.add("c", employer.astype(str)),
        "level": np.array(["entry", "mid", "senior", "staff"])[level], "role": "ml_engineer", "country": "US",
        "work_mode": "remote", "week_number": rng.integers(FIRST, FIRST + N_WEEKS, n), "platform": "lever",
        "pay_mid_usd_year": np.where(rng.random(n) < 0.6, np.exp(y), np.nan),
    }).assign(board=lambda frame: frame["company"])  # fmt: skip
    row, code = np.nonzero(has)
    return new, pd.DataFrame({"posting_id": row.astype(str), "spell": 1, "term": [f"t{c:02}" for c in code]})


@pytest.fixture(scope="module")
def made() -> tuple[pd.DataFrame, pd.DataFrame]:
    return market(1)


def test_the_ladder_leads_to_the_planted_premium(made: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    found = premium(*made).set_index("term")
    assert found.index[:2].sort_values().tolist() == ["t00", "t10"]
    assert found.loc[["t00", "t10"], "with_employer"].tolist() == pytest.approx([0.062, 0.062], abs=0.02)
    assert (found.loc[["t00", "t10"], "q_value"] < 0.05).all()
    assert (found["q_value"] < 0.05).sum() <= 3
    assert found.loc["t01", "raw"] > 0.1
    assert found.loc["t01", "with_employer"] == pytest.approx(0, abs=0.02)
    assert found.loc["t02", "raw"] > 0.05
    assert found.loc["t02", "with_level"] == pytest.approx(0, abs=0.05)
    assert found["all_skills"].sub(found["with_employer"]).abs().max() < 0.02
    assert found["shrunken"].std() < found["with_employer"].std()
    assert ((found["low"] < found["with_employer"]) & (found["with_employer"] < found["high"])).all()


def test_premium_intervals_hold_nothing_where_there_is_nothing() -> None:
    held = [premium(*market(seed, n=1200, employers=40)).set_index("term") for seed in (20, 21)]
    null = pd.concat([one.drop(["t00", "t10"]) for one in held])
    assert ((null["low"] <= 0) & (null["high"] >= 0)).mean() >= 0.9


@pytest.mark.parametrize(
    ("kept", "reason"),
    [
        (lambda new, has: ~has | (has.cumsum() <= 29), "fewer than 30 with pay"),
        (lambda new, has: has | ((~has).cumsum() <= 29), "fewer than 30 with pay without it"),
        (lambda new, has: new["company"].isin([f"c{n}" for n in range(9)]), "fewer than 10 employers post both"),
    ],
)
def test_a_small_sample_has_a_reason(made: tuple[pd.DataFrame, pd.DataFrame], kept: Any, reason: str) -> None:
    new, terms = made[0][made[0]["pay_mid_usd_year"].notna()], made[1][made[1]["term"] == "t05"]
    has = new["posting_id"].isin(terms["posting_id"])
    found = premium(new[kept(new, has)], terms)
    assert found["reason"].tolist() == [reason]
    assert found[["raw", "with_employer", "low", "p_value", "q_value", "shrunken"]].isna().all(axis=None)


def test_one_wrong_amount_is_left_out(made: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    paid = made[0][made[0]["pay_mid_usd_year"].notna()]
    odd = paid.head(1).assign(pay_mid_usd_year=3e6, posting_id="odd")
    assert "odd" not in set(without_outliers(pd.concat([paid, odd]))["posting_id"])
    assert len(without_outliers(paid)) > 0.99 * len(paid)
    used = premium(pd.concat([paid, odd]), made[1])
    assert (used["n_with"] + used["n_without"]).eq(len(without_outliers(paid))).all()


def test_skills_that_rise_with_pay_are_told_from_others(made: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    new, terms = made
    span = (new["week_number"] - FIRST) // 4
    rng = np.random.default_rng(4)
    rises = rng.random(13) < 0.5  # in these windows the term spreads, and pays
    share, extra = 0.05 + 0.07 * np.cumsum(rises), np.where(rises, 0.3, 0.0) + 0.02 * np.arange(13)
    has = rng.random(len(new)) < share[span]
    pay = new["pay_mid_usd_year"] * np.exp(extra[span] * has)
    more = new.loc[has, ["posting_id", "spell"]].assign(term="rising")
    found = co_rising(new.assign(pay_mid_usd_year=pay), pd.concat([terms, more]), WEEKS).set_index("term")
    assert found.index[found["is_co_rising"]].tolist() == ["rising"]
    assert found.loc["rising", ["share_change", "premium_change"]].gt(0).all()
    assert found["n_windows"].max() == 12
    short = co_rising(new, terms, WEEKS[:40])
    assert set(short["reason"]) == {"fewer than 10 windows"}
    assert short["rank_correlation"].isna().all()


def test_known_association() -> None:
    told = GOLDEN["9_assoc"]
    found = association(90, 200, 180, 1000)
    names = {"exp": "expected", "lift": "lift", "npmi": "npmi", "P_B_A": "share_b_given_a", "P_A_B": "share_a_given_b"}
    for key, name in (names | {"phi": "phi", "OR": "odds_ratio"}).items():
        assert float(getattr(found, name)) == near(told[key])
    assert [float(found.low), float(found.high)] == near(told["OR_ci"])
    assert float(np.log2(found.lift)) == near(told["pmi"])
    assert 1 / float(1 / found.share_b_given_a + 1 / found.share_a_given_b - 1) == near(told["jaccard"])


def test_known_mantel_haenszel() -> None:
    a, b, c, d = np.array([(10, 20, 20, 350), (25, 30, 25, 250), (55, 60, 45, 110)], float).T
    n = a + b + c + d
    assert float(mantel_haenszel(a, a + b, a + c, n)) == near(GOLDEN["9_mh"]["mh"])
    each = mantel_haenszel(a[:, None], (a + b)[:, None], (a + c)[:, None], n[:, None])
    assert each.tolist() == near(GOLDEN["9_mh"]["strata"])
    whole = [np.array([v.sum()]) for v in (a, a + b, a + c, n)]
    assert float(mantel_haenszel(*whole)) == near(GOLDEN["9_mh"]["crude"])


def pairs(n: int, linked: float, seed: int, sizes: tuple[int, int] = (1, 12)) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Postings that name few or many of 24 tools; a share `linked` of those with t00 also name t01."""
    rng = np.random.default_rng(seed)
    chance = rng.uniform(*sizes, n) / 24
    has = rng.random((n, 24)) < chance[:, None]
    has[:, 1] |= has[:, 0] & (rng.random(n) < linked)
    row, code = np.nonzero(has)
    new = pd.DataFrame(
        {"posting_id": np.arange(n).astype(str), "spell": 1, "company": rng.integers(0, 80, n).astype(str)}
    )
    return new, pd.DataFrame({"posting_id": row.astype(str), "spell": 1, "term": [f"t{c:02}" for c in code]})


def test_long_postings_make_no_pair() -> None:
    found = together(*pairs(3000, 0.4, 1)).set_index(["term_a", "term_b"])
    linked = found.loc[("t00", "t01")]
    assert linked["mh_odds_ratio"] > 2
    assert linked["q_value"] < 1e-6
    others = found.drop([("t00", "t01"), ("t01", "t00")])
    assert others["lift"].median() > 1.15  # who names much names both
    assert others["mh_odds_ratio"].median() == pytest.approx(1.1, abs=0.1)
    assert (others["q_value"] < 0.05).mean() < 0.15
    same = found.loc[("t01", "t00")]
    assert same["mh_odds_ratio"] == pytest.approx(linked["mh_odds_ratio"])
    assert same["q_value"] == linked["q_value"]
    assert same["share_b_given_a"] == linked["share_a_given_b"]


def test_independent_tools_are_not_called_opposed() -> None:
    found = together(*pairs(4000, 0.0, 2, sizes=(5, 5)))
    assert found["mh_odds_ratio"].median() == pytest.approx(1, abs=0.03)
    assert (found["p_value"] < 0.05).mean() < 0.08
    assert (found["q_value"] < 0.1).mean() < 0.02


def test_the_test_of_a_pair_agrees_with_statsmodels() -> None:
    new, terms = pairs(2000, 0.3, 3)
    told = together(new.assign(company=new["posting_id"]), terms).set_index(["term_a", "term_b"]).loc[("t02", "t05")]
    row, code = incidence(new, terms, pd.Index([f"t{c:02}" for c in range(24)]))
    has = np.zeros((2000, 24), int)
    has[row, code] = 1
    limits = np.quantile(has.sum(1), [1 / 3, 2 / 3], method="inverted_cdf")
    stratum = np.searchsorted(limits, has.sum(1) - has[:, 2] - has[:, 5])
    tables = [pd.crosstab(1 - has[stratum == s, 2], 1 - has[stratum == s, 5]).to_numpy() for s in range(3)]
    oracle = StratifiedTable(tables)
    assert told["mh_odds_ratio"] == pytest.approx(oracle.oddsratio_pooled, rel=1e-9)
    assert told["p_value"] >= oracle.test_null_odds(correction=False).pvalue * 0.97  # Student's t is wider
    assert told["p_value"] == pytest.approx(oracle.test_null_odds(correction=False).pvalue, rel=0.25)


def test_one_loud_employer_makes_no_pair() -> None:
    new, terms = pairs(3000, 0.0, 5)
    loud = new["company"].isin(["0", "1", "2"])
    ids = new.loc[loud, "posting_id"]
    both = pd.concat([pd.DataFrame({"posting_id": ids, "spell": 1, "term": term}) for term in ("x", "y")])
    rest = new.loc[~loud, "posting_id"].sample(300, random_state=1)
    apart = [rest[:150], rest[150:]]
    some = [pd.DataFrame({"posting_id": v, "spell": 1, "term": t}) for t, v in zip("xy", apart, strict=True)]
    found = together(new, pd.concat([terms, both, *some])).set_index(["term_a", "term_b"]).loc[("x", "y")]
    assert found["lift"] > 2
    assert found["low"] < found["odds_ratio"] / 3  # a plain interval is a fifth as wide
    assert found["p_value"] > 1e-4


def test_two_tools_alone_have_no_strata_but_an_odds_ratio() -> None:
    new, terms = pairs(2000, 0.3, 3)
    found = together(new, terms[terms["term"].isin(["t00", "t01"])]).iloc[0]
    assert found["mh_odds_ratio"] == pytest.approx(found["odds_ratio"], rel=0.01)  # but for the half postings


def test_pairs_need_a_sample() -> None:
    new, terms = pairs(700, 0.0, 6, sizes=(1, 7))
    rare = terms[~terms["term"].isin(["t00", "t01"]) | (terms["posting_id"].astype(int) < 150)]
    assert {"t00", "t02"} < set(together(new, rare)["term_a"])
    found = together(new, rare)
    few = found["reason"].eq("fewer than 5 expected together")
    assert few.any()
    assert found.loc[few, ["lift", "mh_odds_ratio", "p_value", "q_value"]].isna().all(axis=None)
    assert len(together(new.assign(company="one"), terms)) == 0


def calendar(n_weeks: int = N_WEEKS) -> Calendar:
    fit, weeks = np.ones(n_weeks, bool), np.arange(FIRST, FIRST + n_weeks)
    return Calendar(weeks, [f"w{n:02}" for n in range(n_weeks)], fit, ~fit)


def test_requirements_are_read_from_readings_and_shared_out(made: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    told = [
        {"experience": {"low_years": 3.0}, "education": {"least": "master"},
         "certifications": [{"name": "CKA", "strength": "preferred"}, {"name": "AWS", "strength": "required"}],
         "places": [{"country": "US", "metro": None}, {"country": "US", "metro": "New York"}]},
        {"certifications": [{"name": "CKA", "strength": "preferred"}]},
    ]  # fmt: skip
    rows = [facts(str(n), one) for n, one in enumerate(told)]
    names = ["years_low", "degree", "certification", "metro"]
    assert [rows[0][name] for name in names] == [3.0, "master", "required", "New York"]
    assert [rows[1][name] for name in names] == [None, None, "preferred", None]
    n = len(made[0])
    new = made[0].assign(
        years_low=np.where(np.arange(n) % 2, 5.0, np.nan), degree=np.where(np.arange(n) % 4 == 0, "master", ""),
        certification=np.where(np.arange(n) % 5 == 0, "required", ""),
    )  # fmt: skip
    shown = demand.requirement_shares(new, calendar())
    last = shown[shown["week"] == "w51"].set_index("requirement")
    held = new[new["week_number"] >= FIRST + N_WEEKS - 4]
    assert last.loc["degree_master", "value"] == pytest.approx(held["degree"].eq("master").mean())
    assert last.loc["certification_required", "value"] == pytest.approx(held["certification"].ne("").mean())
    assert last.loc["years_stated", "value"] == pytest.approx(held["years_low"].notna().mean())
    assert ((last["low"] < last["value"]) & (last["value"] < last["high"]))[last["status"] == "ok"].all()
    years = demand.years_series(new, calendar()).iloc[-1]
    assert years[["value", "status"]].tolist() == [5.0, "ok"]
    assert years["stated_share"] == last.loc["years_stated", "value"]
    none = demand.years_series(new.assign(years_low=np.nan), calendar()).iloc[-1]
    assert (none["status"], none["reason"]) == ("too_few", "fewer than 30 that state years")


def test_shares_of_a_mix_add_up(made: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    shown = demand.mix(made[0], "level", calendar(), order=["senior"])
    assert shown["level"].unique().tolist() == ["senior", "entry", "mid", "staff"]
    total = shown.groupby("week")["value"].sum(min_count=4)
    assert total[4:].to_numpy() == pytest.approx(1)
    asked = made[1].assign(capability=np.where(made[1]["term"] < "t10", "training", "serving"))
    held = demand.capability_shares(made[0], asked, calendar())
    assert held["capability"].unique().tolist() == ["serving", "training"]
    assert held["value"].between(0.8, 1).all()


def opened(weeks: dict[str, list[int]]) -> pd.DataFrame:
    rows = [(company, FIRST + week) for company, held in weeks.items() for week in held]
    frame = pd.DataFrame(rows, columns=["company", "week_number"])
    return frame.assign(platform="lever", board=frame["company"])


def test_employers_come_return_and_go() -> None:
    new = opened({"steady": list(range(0, 40, 3)), "fresh": [30], "back": [2, 31], "gone": [20, 22], "late": [31]})

    def covered(boards: pd.Index) -> np.ndarray:
        return np.array([[board != "lever/late" or week >= 30 for board in boards] for week in range(40)])

    moves = demand.employer_moves(new, calendar(40), covered).set_index("week")
    now = moves.loc["w32", ["employers", "new", "returning", "staying", "unknown", "gone", "status"]]
    assert now.tolist() == [4, 1, 1, 1, 1, 1, "ok"]
    names = demand.employer_names(new, calendar(40), covered)
    assert set(names[names["week"] == "w32"].drop(columns="week").itertuples(index=False, name=None)) == {
        ("fresh", "new"), ("back", "returning"), ("gone", "gone"),
    }  # fmt: skip
    assert moves.loc["w10", "status"] == "partial"
    parts = moves[["new", "returning", "staying", "unknown"]].sum(axis=1)
    assert parts.eq(moves["employers"]).all()


def test_a_dear_place_is_told_from_dear_employers(made: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    new = made[0]
    rng = np.random.default_rng(0)
    chance = np.where(new["company"].str[1:].astype(int) % 2, 0.7, 0.2)
    place = np.where(rng.random(len(new)) < chance, "Dear", np.where(rng.random(len(new)) < 0.02, "Small", "Base"))
    pay = new["pay_mid_usd_year"] * np.where(place == "Dear", 1.1, 1.0) * (1 + 0.3 * (chance > 0.5))
    found = demand.regional_premium(new.assign(metro=place, pay_mid_usd_year=pay)).set_index("place")
    assert found.loc["Base", ["with_employer", "reason"]].tolist() == [0, "reference"]
    assert found.loc["Dear", "raw"] > 0.15
    assert found.loc["Dear", "low"] < 0.1 < found.loc["Dear", "high"]
    assert found.loc["Dear", "with_employer"] == pytest.approx(0.1, abs=0.03)


def test_no_postings_no_rows(made: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    new, terms = (frame.iloc[:0] for frame in made)
    none = new.assign(metro="", degree="", certification="", years_low=np.nan)
    bare = calendar(0)
    for frame, shape in (
        (premium(new, terms), COLUMNS), (co_rising(new, terms, WEEKS), CO_RISING), (together(new, terms), PAIRS),
        (demand.regional_premium(none), demand.REGIONS),
        (demand.employer_moves(new, bare, lambda b: np.zeros((0, len(b)), bool)), demand.MOVES),
        (demand.employer_names(new, bare, lambda b: np.zeros((0, len(b)), bool)), demand.NAMES),
    ):  # fmt: skip
        assert len(frame) == 0
        assert dict(frame.dtypes.astype(str)) == shape
    for frame in (
        demand.mix(new, "level", calendar()),
        demand.requirement_shares(none, bare),
        demand.years_series(none, bare),
    ):
        assert len(frame) == 0
        assert {name: str(frame[name].dtype) for name in SERIES} == SERIES


def test_one_employer_gives_reasons_and_no_numbers(made: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    new = made[0].head(500).assign(company="only", board="only", metro="Here")
    assert premium(new, made[1])["with_employer"].isna().all()
    assert co_rising(new, made[1], WEEKS)["rank_correlation"].isna().all()
    assert demand.regional_premium(new)["with_employer"].isna().all()
    assert demand.mix(new, "level", calendar())["value"].isna().all()
