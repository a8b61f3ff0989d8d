"""The 61 known answers of the specification: each is kept in a golden file and named by a test; those of shares here.

The others stand in the tests that `named_by` finds: spells and flow in test_panel, intervals and movers in
test_statistics, and so on.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analytics import adjust, nowcast, panel, season
from analytics.chain import chain, difference_chain
from analytics.numeric import Z95, t_quantile
from analytics.series import pooled
from analytics.share import any_mention, bootstrap_shares, half_width, leave_one_out, ratio, review_note, share, wilson
from analytics.spells import days, point_days
from tests.test_panel import SEEN, crawls_of, spell, spells_of
from tests.test_statistics import BOARDS_M, BOARDS_Y, M_A, Y_A, near

HERE = Path(__file__).parent
KEYS = """
1_spells 1_stock_point 1_stock_lo 1_stock_hi 1_stock_naive_from_rows 1_flow 1_nowcast
2_wilson 2_cluster 2_default_A 2_default_B 2_halfwidth_pp_deff3 2_cluster_bootstrap_pct 2_cluster_bootstrap_se
2_leave_one_out 2_rogan_gladen
3_raw 3_chain_diff 3_chain_logit 3_decomp_1_2 3_decomp_2_3 3_poststrat 3_indeed_wage 3_jevons 3_tornqvist
3_unit_value_ratio
4_annualise 4_mid 4_median_ranks 4_quant 4_mad 4_manski 4_manski_d45 4_ipw_mean 4_hedonic 4_turnbull
4_interval_bounds 4_interval_lognormal
5_diff_broad 5_diff_one_employer 5_mde80_pp 5_bh 5_bonferroni_n 5_by 5_mk 5_mk_autocorr 5_theil 5_cp
6_km_left_truncated 6_km_ignoring_truncation 6_medians
7_fw 7_raw_lor 7_burst 8_premium 8_shrink 9_assoc 9_mh 10_pool 10_borrow 10_suppress
"""


def kept() -> dict[str, Any]:
    """Every known answer of every golden file."""
    files = sorted((HERE / "golden").glob("*.json"))
    return {key: value for path in files for key, value in json.loads(path.read_text("utf-8")).items()}


def named_by(key: str) -> list[str]:
    """Test files that name the key in quotes."""
    return [path.name for path in sorted(HERE.glob("test_*.py")) if f'"{key}"' in path.read_text("utf-8")]


GOLDEN = kept()


def test_every_known_answer_is_kept_and_tested() -> None:
    keys = KEYS.split()
    assert len(keys) == len(set(keys)) == 61
    assert not [key for key in keys if key not in GOLDEN or not named_by(key)]


def test_spells_of_the_outage() -> None:
    points = point_days(spells_of(spell(name, seen) for name, seen in SEEN.items())).set_index("posting_id")
    for name, told in GOLDEN["1_spells"].items():
        row: dict[Any, Any] = points.loc[f"p/b/{name}"].to_dict()
        found = [_iso(row[column]) for column in ("before_day", "first_day", "last_day", "gone_day")]
        assert found == [told[letter] for letter in "QFLM"]
        assert [np.isnan(row["opened_day"]), np.isinf(row["gone_day"])] == [told["left_trunc"], told["censored"]]


def _iso(day: float) -> str | None:
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat() if np.isfinite(day) else None


def test_rows_counted_naively_vanish_in_the_outage() -> None:
    seen = days(pd.concat(crawls_of(held, (), name)["fetched_at"] for name, held in SEEN.items()))
    every = days(crawls_of(range(2, 17))["fetched_at"])
    assert panel.standing(seen, seen + 1, every).tolist() == list(GOLDEN["1_stock_naive_from_rows"].values())


def test_nowcast() -> None:
    nan, expected = np.nan, GOLDEN["1_nowcast"]
    rows = [[80, 15, 4, 1], [88, 17, 5, 1], [76, 13, 4, nan], [90, 18, nan, nan], [70, nan, nan, nan]]
    found, factors = nowcast.nowcast(np.array(rows)), nowcast.development_factors(np.array(rows))
    assert factors.tolist() == near(expected["dev_factors"])
    assert nowcast.completeness(factors).tolist() == near(expected["completeness"])
    assert found.observed.tolist() == expected["observed"]
    assert found.value.tolist() == near(expected["nowcast"])


def test_share_by_employers() -> None:
    expected, found = GOLDEN["2_cluster"], share(Y_A, M_A)
    binomial = found.value * (1 - found.value) / found.n
    df_of_all = found.n_eff * (Z95 / t_quantile(0.975, found.employers - 1)) ** 2
    told: dict[str, Any] = {
        "n": found.n, "k": sum(Y_A), "p": found.value, "C": found.employers, "se": np.sqrt(found.deff * binomial),
        "deff": found.deff, "neff": found.n_eff, "neff_df": df_of_all, "C_eff": found.c_eff,
        "top_share": found.top_share, "employer_weighted": found.employer_weighted,
        "any_mention": any_mention(Y_A, M_A), "capped5": found.capped,
    }  # fmt: skip
    assert {name: float(value) for name, value in told.items()} == near({name: expected[name] for name in told})
    limits = {"wilson_naive": found.n, "wilson_neff": found.n_eff, "wilson_neff_df": df_of_all}
    for name, n in limits.items():
        assert list(wilson(found.value, n)) == near(expected[name])


def test_bootstrap_of_employers() -> None:
    drawn = bootstrap_shares(Y_A, M_A, 10_000, 20261120)
    assert np.quantile(drawn, [0.025, 0.975]).tolist() == near(GOLDEN["2_cluster_bootstrap_pct"])
    assert drawn.std(ddof=1) == near(GOLDEN["2_cluster_bootstrap_se"])
    assert bootstrap_shares([], [], 10, 1).size == 0


def test_leaving_one_employer_out() -> None:
    expected, found = GOLDEN["2_leave_one_out"], leave_one_out(Y_A, M_A)
    told = [found.min(), found.max(), share(Y_A, M_A).without_top]
    assert told == near([expected["min"], expected["max"], expected["without_top"]])


def test_half_widths_for_planning() -> None:
    for case, points in GOLDEN["2_halfwidth_pp_deff3"].items():
        p, n = (float(part.split("=")[1]) for part in case.split())
        assert round((100 * half_width(p, n, 3)).tolist(), 1) == points


def test_share_behind_a_reader_that_errs() -> None:
    told = GOLDEN["2_rogan_gladen"]
    assert float(adjust.rogan_gladen(told["p_obs"], told["se"], told["sp"])) == near(told["p_true"])


def test_chain_of_differences() -> None:
    covered = BOARDS_M > 0
    found = difference_chain(BOARDS_Y, BOARDS_M, covered, min_matched=0.5)
    assert found.value.tolist() == near(list(GOLDEN["3_chain_diff"].values()))
    whole, logits = (make(BOARDS_Y, BOARDS_M, covered) for make in (difference_chain, chain))
    assert whole.segment.tolist() == logits.segment.tolist()
    assert difference_chain(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros((0, 2), bool)).value.size == 0


def test_post_stratified_share() -> None:
    expected = GOLDEN["3_poststrat"]
    cells = {"ATS": (180, 72, 0.5), "board": (220, 44, 0.3), "HN": (40, 24, 0.2)}
    items = pd.concat(
        pd.DataFrame({"source": name, "company": [f"{name}{i}" for i in range(n)], "y": np.arange(n) < k})
        for name, (n, k, _) in cells.items()
    )
    target = pd.DataFrame({"source": list(cells), "target": [weight for *_, weight in cells.values()]})
    found = adjust.post_stratified(items, target, ["source"])
    assert [found.raw, found.value, found.se, found.n_eff] == near(
        [expected[name] for name in ("raw", "poststrat", "se", "kish_neff")]
    )
    assert found.cells.set_index("cell")["weight"].to_dict() == near(expected["weights"])
    assert found.low < found.value < found.high


def test_pooling_sums_before_it_divides() -> None:
    counts = np.array([[12.0, 60], [3, 10], [15, 62], [14, 68]])
    mentions, postings = pooled(counts, 4)[-1]
    assert mentions / postings == near(GOLDEN["10_pool"]["pooled"])
    assert ratio(*counts.T).mean() == near(GOLDEN["10_pool"]["mean_of_ratios"])


def test_borrowed_factor_of_december() -> None:
    told = GOLDEN["10_borrow"]
    december = panel.week_of(np.array([(date(2026, 12, 10) - date(1970, 1, 1)).days])).astype("int64")
    factor = season.borrowed(december)[0]
    assert factor == told["factor"]
    assert told["nsa"] / factor == near(told["sa"])


def test_shown_numbers_to_look_at_first() -> None:
    for (case, (_, verdict)), employers in zip(
        GOLDEN["10_suppress"].items(), (9, 12, 40, 20, 12, 6, 12, 80), strict=True
    ):
        found, n = map(int, case.split("/"))
        note = review_note(np.array(found / n), *wilson(found / n, n), np.array(float(employers)))
        assert ("review" in str(note)) == ("review" in verdict)
    assert str(review_note(np.array(0.97), np.array(0.93), np.array(0.99), np.array(40.0))) == "complement unreliable"
