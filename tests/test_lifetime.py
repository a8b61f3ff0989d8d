"""How long postings stay: known answers, statsmodels, and histories with late entry, outages and clusters."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from analytics.lifetime import CURVE, LIVES, SUMMARY, curve, lives, median_age, product_limit, summary
from analytics.spells import board_intervals, point_days, segments

GOLDEN = json.loads((Path(__file__).parent / "golden" / "questions.json").read_text(encoding="utf-8"))
LIFE = np.array([
    (0, 5, 1), (0, 9, 1), (0, 12, 0), (0, 20, 1), (10, 25, 1), (15, 30, 0), (30, 45, 1), (2, 12, 1), (0, 33, 1),
    (20, 60, 1),
])  # fmt: skip
ENTRY, EXIT, EVENT = LIFE[:, 0].astype(float), LIFE[:, 1].astype(float), LIFE[:, 2] == 1
MEAN_DAYS = 40.0


def near(value: object) -> object:
    return pytest.approx(value, rel=1e-4, abs=6e-6, nan_ok=True)  # the answers are printed with five decimals


@pytest.mark.parametrize(("key", "entry"), [("6_km_left_truncated", ENTRY), ("6_km_ignoring_truncation", 0 * ENTRY)])
def test_known_curve(key: str, entry: np.ndarray) -> None:
    found = product_limit(entry, EXIT, EVENT)
    rows = zip(found.age, found.at_risk, found.closed, found.survival, found.se, strict=True)
    assert [list(map(float, row)) for row in rows] == [
        near([math.nan if v is None else v for v in told]) for told in GOLDEN[key]
    ]


def test_known_medians() -> None:
    for name, entry in (("lt", ENTRY), ("naive", 0 * ENTRY)):
        found = product_limit(entry, EXIT, EVENT)
        assert median_age(found.age, found.survival) == GOLDEN["6_medians"][name]
    assert EXIT[EVENT].mean() == near(GOLDEN["6_medians"]["mean_completed"])
    assert median_age(np.array([3]), np.array([0.6])) == math.inf


@pytest.mark.parametrize("is_late", [True, False])
def test_agrees_with_statsmodels(is_late: bool) -> None:
    rng = np.random.default_rng(3)
    exit_ = rng.integers(1, 60, 500).astype(float)
    entry = np.floor(exit_ * rng.random(500)) if is_late else np.zeros(500)  # property (j): entry 0 is plain
    event = rng.random(500) < 0.7
    found = product_limit(entry, exit_, event)
    told = SurvfuncRight(exit_, event.astype(int), entry=entry) if is_late else SurvfuncRight(exit_, event.astype(int))
    assert found.age == pytest.approx(told.surv_times)
    assert found.survival == pytest.approx(told.surv_prob, abs=1e-12)
    inside = found.survival > 0
    assert found.se[inside] == pytest.approx(told.surv_prob_se[inside], rel=1e-9)


def history(seed: int, gap: int = 1, days: int = 300, posts: int = 1500, dated: bool = True) -> pd.DataFrame:
    """Stretches of postings with exponential lifetimes on 60 boards, crawled every `gap` days from day 100 on."""
    rng = np.random.default_rng(seed)
    board = rng.integers(0, 60, posts)
    opened = rng.uniform(-200, days, posts)
    closes = np.ceil(opened + rng.exponential(MEAN_DAYS, posts))
    opened = np.floor(opened)
    crawls = np.arange(100, days + 1, gap, dtype=float)
    first = crawls[np.minimum(np.searchsorted(crawls, opened), len(crawls) - 1)]
    after = np.searchsorted(crawls, closes)
    last = crawls[np.maximum(after - 1, 0)]
    seen = (opened <= days) & (closes > first) & (first <= last)
    gone = np.where(after < len(crawls), crawls[np.minimum(after, len(crawls) - 1)], np.nan)
    before = np.where(first > 100, first - gap, np.nan)
    named = np.char.add("b", board.astype(str))
    spells = pd.DataFrame({
        "posting_id": np.arange(posts).astype(str), "spell": 1, "platform": "lever", "board": named, "company": named,
        "first_seen_at": at(first), "before_at": at(before), "last_seen_at": at(last), "absent_at": at(gone),
        "is_closed": np.isfinite(gone), "posted_at": at(opened if dated else np.full(posts, np.nan)),
    })[seen]  # fmt: skip
    runs = pd.DataFrame([(f"b{b}", day) for b in range(60) for day in crawls], columns=["board", "day"])
    told = runs.assign(platform="lever", fetched_at=at(runs["day"].to_numpy()), is_complete=True)
    return segments(point_days(spells.reset_index(drop=True)), board_intervals(told, crawls[-1]))


def at(day: np.ndarray) -> pd.Series:
    return pd.Series(pd.to_datetime(pd.Series(day), unit="D", utc=True).dt.as_unit("us"))


def test_late_entry_recovers_the_truth_where_leaving_it_out_does_not() -> None:
    lived = lives(history(1))
    assert (lived["entry_days"] > 0).sum() > 50  # there when their boards were first read
    found = summary(lived).iloc[0]
    assert found["status"] == "ok"
    assert found["low"] <= MEAN_DAYS * math.log(2) + 1 <= found["high"]
    assert found["high"] - found["low"] < 12
    naive = summary(lived.assign(entry_days=0.0)).iloc[0]
    assert naive["low"] > MEAN_DAYS * math.log(2) + 1


def test_the_curve_holds_the_truth() -> None:
    shown = curve(lives(history(2)))
    truth = np.exp(-(shown["age_days"].to_numpy() - 0.5) / MEAN_DAYS)  # days are whole
    inside = (shown["low"] <= truth) & (truth <= shown["high"])
    assert inside.mean() > 0.8
    assert shown["n_at_risk"].min() >= 10
    assert dict(shown.dtypes.astype(str)) == CURVE


def test_what_was_there_before_counts_only_with_a_date_of_its_own() -> None:
    dated, undated = lives(history(1)), lives(history(1, dated=False))
    assert (undated["entry_days"] == 0).all()
    assert (dated["entry_days"] > 0).sum() > 50
    assert len(undated) < len(dated) - 50
    assert summary(undated)["median_days"][0] == pytest.approx(summary(dated)["median_days"][0], abs=4)


def test_weekly_crawls_are_called_coarse_when_lives_are_short() -> None:
    found = summary(lives(history(1, gap=14))).iloc[0]
    assert (found["crawl_gap_days"], found["status"]) == (14, "coarse")


def test_a_stretch_in_the_dark_is_left_out_and_one_after_it_enters_late() -> None:
    spell = {"posting_id": "1", "spell": 1, "platform": "lever", "board": "b", "company": "b", "is_closed": True}
    told = {"first_seen_at": 10.0, "before_at": 9.0, "last_seen_at": 60.0, "absent_at": 61.0, "posted_at": np.nan}
    frame = pd.DataFrame([spell | told]).assign(**{name: at(np.array([day])) for name, day in told.items()})
    days = np.array([9.0, 10, 11, 12, 50, 55, 60, 61])  # nothing between day 12 and day 50
    crawls = pd.DataFrame({"platform": "lever", "board": "b", "fetched_at": at(days), "is_complete": True})
    lived = lives(segments(point_days(frame), board_intervals(crawls, 61.0)))
    assert lived[["entry_days", "exit_days", "is_event"]].values.tolist() == [[0, 2, False], [40, 51, True]]


@pytest.mark.parametrize(("before", "n_lives"), [(35.0, 1), (20.0, 0)])
def test_an_opening_somewhere_in_a_long_gap_tells_no_age(before: float, n_lives: int) -> None:
    spell = {"posting_id": "1", "spell": 1, "platform": "lever", "board": "b", "company": "b", "is_closed": True}
    told = {"first_seen_at": 40.0, "before_at": before, "last_seen_at": 60.0, "absent_at": 61.0, "posted_at": np.nan}
    frame = pd.DataFrame([spell | told]).assign(**{name: at(np.array([day])) for name, day in told.items()})
    days = np.array([before, 40.0, 50, 60, 61])
    crawls = pd.DataFrame({"platform": "lever", "board": "b", "fetched_at": at(days), "is_complete": True})
    assert len(lives(segments(point_days(frame), board_intervals(crawls, 61.0)))) == n_lives


def lived(ages: np.ndarray, employers: int = 20, **told: object) -> pd.DataFrame:
    count = np.arange(len(ages))
    base = {"posting_id": count.astype(str), "spell": 1, "company": (count % employers).astype(str), "entry_days": 0.0}
    rest = {"is_event": True, "gap_days": 1.0, "opened_month": "2026-01", "opened_quarter": "2026-Q1"}
    return pd.DataFrame(base | {"exit_days": ages.astype(float)} | rest | told).astype(LIVES)


def test_administrative_ends_are_marked() -> None:
    rng = np.random.default_rng(5)
    plain = np.ceil(rng.exponential(60, 1500))
    assert summary(lived(plain))["spikes"][0] == ""
    found = curve(lived(np.concatenate([plain, np.full(150, 30.0)])))
    assert set(found.loc[found["is_spike"], "age_days"]) == {29, 30, 31}


@pytest.mark.parametrize(
    ("ages", "employers", "reason"),
    [
        (np.arange(1, 41), 20, "fewer than 50 closings"),
        (np.arange(1, 101), 9, "fewer than 10 employers"),
        (np.arange(1, 101), 1, "fewer than 10 employers"),
    ],
)
def test_too_small_a_sample_shows_no_median(ages: np.ndarray, employers: int, reason: str) -> None:
    found = summary(lived(ages, employers)).iloc[0]
    assert (found["status"], found["reason"]) == ("too_few", reason)
    assert found[["median_days", "low", "high"]].isna().all()


def test_survival_is_conditional_where_the_young_are_few() -> None:
    late = lived(np.tile(np.arange(21.0, 61.0), 5), entry_days=20.0)
    young = lived(np.array([5.0, 6.0]))
    both = pd.concat([young.assign(posting_id=["x", "y"]), late])
    found = summary(both).iloc[0]
    assert (found["status"], found["from_age_days"], found["median_days"]) == ("conditional", 20, 40)
    assert curve(both)["age_days"].min() == 21


def test_clusters_widen_the_interval() -> None:
    rng = np.random.default_rng(8)
    scale = np.repeat(rng.choice([15.0, 90.0], 30), 30)
    ages = np.ceil(rng.exponential(scale))
    loose = lived(ages).assign(company=np.arange(900).astype(str))
    tied = lived(ages).assign(company=np.repeat(np.arange(30), 30).astype(str))
    (one, many), (narrow, wide) = (curve(v) for v in (loose, tied)), (summary(v).iloc[0] for v in (loose, tied))
    assert one["survival"].equals(many["survival"])
    assert ((many["high"] - many["low"]) > 1.5 * (one["high"] - one["low"]))[5:50].all()
    assert wide["high"] - wide["low"] > 2 * (narrow["high"] - narrow["low"])


def test_cohorts_and_seed() -> None:
    told = lives(history(4, days=200, posts=900))
    months = summary(told, "opened_quarter", key="a")
    assert months["group"].is_monotonic_increasing
    assert len(months) > 1
    assert summary(told, "opened_quarter", key="a").equals(months)
    assert set(curve(told, "opened_quarter")["group"]) <= set(months["group"])


def test_no_postings_no_rows() -> None:
    empty = lives(history(1).iloc[:0])
    for frame, shape in ((empty, LIVES), (curve(empty), CURVE), (summary(empty, "opened_month"), SUMMARY)):
        assert len(frame) == 0
        assert dict(frame.dtypes.astype(str)) == shape
