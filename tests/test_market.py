"""`Market` on a real store: frames, series, exclusions, and what was known when."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine

from analytics.disclosure import headline_pay, is_usable, laws, under_pay_law
from analytics.frames import MENTIONS, is_asked, typed
from analytics.market import Market, moment
from store import codec, readings, runs, write
from store.connect import StoreError, open_engine
from store.migrate import upgrade
from store.posting import Posting, content_hash, to_json

START = datetime(2026, 1, 5, 6, tzinfo=UTC)  # a Monday
N_WEEKS, N_BOARDS = 14, 24
Told = list[tuple[Posting, dict[str, Any]]]
FRAMES = ("postings", "versions", "pay", "mentions", "boards", "panel")
SERIES = ("median_pay", "disclosure", "matched_share", "flow", "stock")


def reading(*, genai: bool = False, terms: tuple[str, ...] = (), scope: str = "core", **told: Any) -> dict[str, Any]:
    mentions = [
        {"term": term, "category": "framework", "capability": "training", "genai": "no", "section": "requirements",
         "strength": "required"} for term in terms
    ]  # fmt: skip
    return {
        "document": "posting", "role": {"family": "ml_engineer", "scope": scope}, "level": "senior",
        "work_mode": "remote", "places": [{"city": "Denver", "region": "CO", "country": "US"}], "pay": [],
        "genai": {"class": "role_required" if genai else "none", "asked": genai}, "mentions": mentions, **told,
    }  # fmt: skip


def pay(low: float | None, high: float | None, **told: Any) -> dict[str, Any]:
    return {"low": low, "high": high, "currency": "USD", "period": "year", "component": "base", "source": "text",
            "gross": "gross", "raw": "as stated", **told}  # fmt: skip


class Store:
    """A store written week by week through the store's own functions."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: Engine = open_engine(self.url)
        upgrade(self.engine)

    def crawl(self, at: datetime, boards: dict[str, list[Posting] | None]) -> None:
        """One crawl; a board whose list is None failed."""
        claim = runs.claim(self.engine, "crawl", at, now=at, clock="given")
        labels = [{"platform": "lever", "token": token, "company": token.title(), "sector": "", "country": "US"}
                  for token in boards]  # fmt: skip
        write.label_boards(self.engine, labels, at)
        for token, postings in boards.items():
            told = {"verdict": "failed"} if postings is None else {"verdict": "snapshot", "listed": len(postings)}
            result = write.BoardResult(platform="lever", token=token, fetched_at=at, postings=postings, **told)
            with self.engine.connect() as conn:
                write.record_board(conn, claim, result, at)
        runs.finish(self.engine, claim.run_id, now=at, state="done", exit_code=0)

    def read(self, told: Told, at: datetime) -> None:
        rows = [(content_hash(to_json(posting)), codec.pack(one)[1]) for posting, one in told]
        readings.record(self.engine, "reader", rows, at)
        readings.complete(self.engine, readings.Reader("reader", "base", b""), at)


def posting(number: int, text: str = "", **told: Any) -> Posting:
    return Posting(external_id=str(number), title=f"ML Engineer {number}", body_html=f"<p>{number}{text}</p>", **told)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    """14 weekly crawls of 24 boards with about 60 new postings a week; LLM demand 30 %, "Ray" rises from 10 to 60 %."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('market')}/jobtide.db")
    rng, listed, number = random.Random(7), {f"b{n}": [] for n in range(N_BOARDS)}, 0
    for week in range(N_WEEKS):
        at, told = START + timedelta(weeks=week), []
        for board in listed:
            listed[board] = listed[board][-8:]  # the older ones were filled
            for _ in range(rng.randint(2, 3)):
                number += 1
                new = posting(number, posted_at=at - timedelta(days=rng.randint(1, 6)))
                terms = [("PyTorch", 0.5), ("Ray", 0.1 if week < 8 else 0.6)]
                named = tuple(term for term, chance in terms if rng.random() < chance)
                low = rng.choice([150, 160, 170, 180]) * 1000
                paid = [pay(low, low * 1.3)] if rng.random() < 0.7 else []
                told.append((new, reading(genai=rng.random() < 0.3, terms=named, pay=paid)))
                listed[board].append(new)
        prospect = posting(0, is_prospect=True)
        told.append((prospect, reading(genai=True, terms=("Prospecting",))))
        outside = posting(10_000 + week)
        told.append((outside, reading(scope="out", terms=("Cobol",))))
        store.crawl(at, listed | {"b0": [*listed["b0"], prospect, outside]})
        store.read(told, at)
    store.engine.dispose()
    return Market(store.url)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An empty store, on SQLite and on PostgreSQL."""
    made = Store(database_url)
    yield made
    made.engine.dispose()


def test_an_empty_store_gives_empty_frames_of_the_same_shape(store: Store, market: Market) -> None:
    empty = Market(store.url)
    for name in (*FRAMES, *SERIES):
        frame, full = getattr(empty, name)(), getattr(market, name)()
        assert len(frame) == 0, name
        assert len(full) > 0, name
        assert frame.dtypes.to_dict() == full.dtypes.to_dict(), name
    for name in ("movers", "decompose"):
        frame, full = getattr(empty, name)(), getattr(market, name)(weeks=8)
        assert len(frame) == 0 < len(full), name
        assert frame.dtypes.to_dict() == full.dtypes.to_dict(), name
    assert empty.share("genai").dtypes.to_dict() == market.share("genai").dtypes.to_dict()
    assert empty.share("Ray", by="level", where={"country": "US"}).empty


def test_no_store_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store"):
        Market(f"sqlite:///{tmp_path}/none.db").postings()


def test_times_are_aware_utc_and_days_are_dates(market: Market) -> None:
    for name in FRAMES:
        for column, kind in getattr(market, name)().dtypes.items():
            if str(column).endswith("_at"):
                assert str(kind) == "datetime64[us, UTC]", column
            if str(column).endswith("_on"):
                assert str(kind) == "datetime64[us]", column


def test_frames_are_copies(market: Market) -> None:
    for name in FRAMES:
        frame = getattr(market, name)()
        frame[frame.columns[0]] = "changed"
        assert (getattr(market, name)().iloc[:, 0] != "changed").all()


def test_series_are_of_new_core_postings(market: Market) -> None:
    postings = market.postings()
    core = postings[~postings["is_prospect"] & postings["scope"].eq("core") & postings["opened_on"].notna()]
    assert {"Prospecting", "Cobol"} <= set(market.mentions()["term"])
    assert market.share("Prospecting")["value"].fillna(0).eq(0).all()
    assert market.share("Cobol")["value"].fillna(0).eq(0).all()
    single = market.share("genai", window=1)
    assert single["n"].sum() == len(core) == market.flow()["new"].sum()
    assert market.share("genai")["n"].iloc[-1] == single["n"].iloc[-4:].sum()


def test_the_share_is_pooled_and_its_interval_holds_it(market: Market) -> None:
    series, panel = market.share("PyTorch"), market.panel()
    asked = set(market.mentions().loc[lambda m: m["term"].eq("PyTorch"), "posting_id"])
    weeks = series["week"].iloc[-5:-1]
    new = panel[panel["is_new"] & panel["week"].isin(weeks) & panel["scope"].eq("core")]
    row = series.iloc[-2]
    assert row["n"] == len(new)
    assert row["value"] == pytest.approx(new["posting_id"].isin(asked).mean())
    assert row["low"] < row["value"] < row["high"]
    assert row["employers"] == N_BOARDS
    assert row["status"] == "ok"


def test_the_axis_has_no_gaps_and_says_what_may_be_shown(market: Market) -> None:
    series = market.share("genai")
    assert series["week"].tolist() == [f"2026-W{week:02d}" for week in range(2, 2 + N_WEEKS)]
    assert set(series["status"]) <= {"ok", "partial", "too_few"}
    hidden = series[series["status"].eq("too_few")]
    assert hidden[["value", "low", "high", "deff"]].isna().all(axis=None)
    assert (hidden["reason"] != "").all()
    assert series["status"].iloc[-1] == "partial"  # under way: the crawl is of its Monday


def test_groups_and_filters(market: Market) -> None:
    by_level = market.share("genai", by="level")
    assert by_level.columns[:2].tolist() == ["week", "level"]
    assert by_level["level"].unique().tolist() == ["senior"]
    whole, part = market.share("genai"), market.share("genai", where={"company": [f"B{n}" for n in range(12)]})
    assert 0 < part["n"].sum() < whole["n"].sum()
    assert market.share("genai", where={"country": "FR"})["n"].sum() == 0
    assert market.share("training")["n"].sum() == whole["n"].sum()  # a capability
    assert market.share("training")["value"].iloc[-2] > market.share("PyTorch")["value"].iloc[-2]


def test_stock_and_flow_agree(market: Market) -> None:
    flow, stock = market.flow(), market.stock()
    change = flow["new"] + flow["entered_panel"] - flow["closed"] - flow["exited_panel"]
    assert flow["stock"].tolist() == change.cumsum().tolist()
    assert stock["value"].tolist() == flow["stock"].tolist()
    assert (stock["low"] <= stock["value"]).all()
    assert (stock["value"] <= stock["high"]).all()
    parts = market.stock(by="company").groupby("week")["value"].sum()
    assert parts.tolist() == stock["value"].tolist()


def test_median_pay_comes_with_its_bounds_and_disclosure(market: Market) -> None:
    row = market.median_pay().iloc[-2]
    assert row["status"] == "ok"
    assert row["median_low_usd_year"] < row["value"] < row["median_high_usd_year"]
    assert row["low"] <= row["value"] <= row["high"]
    assert row["p25_usd_year"] <= row["value"] <= row["p75_usd_year"]
    disclosed = market.disclosure().iloc[-2]
    assert row["disclosed_share"] == pytest.approx(disclosed["value"])
    assert 0.5 < disclosed["value"] < 0.9
    assert market.disclosure(by="pay_law")["pay_law"].unique().tolist() == [True]  # all in Colorado


def test_movers_find_what_moved_and_nothing_else(market: Market) -> None:
    found = market.movers(weeks=8).set_index("term")
    assert found["is_alert"].to_dict() == {"Ray": True, "PyTorch": False}
    assert found.loc["Ray", "change"] > 0.3
    assert found.loc["Ray", "q_value"] < 0.01
    assert found.loc["Ray", "change_matched"] == pytest.approx(found.loc["Ray", "change"])
    assert market.movers(weeks=52).empty  # there is no such window yet
    with pytest.raises(ValueError, match="share no week"):
        market.movers(weeks=3)


def test_the_matched_share_equals_the_raw_one_while_boards_stay(market: Market) -> None:
    found, raw = market.matched_share("genai"), market.share("genai")
    shown = found["status"].eq("ok")
    assert shown.sum() >= 5
    assert (found["raw"] - raw["value"])[shown].abs().max() == 0
    assert found.loc[shown, "value"].sub(found.loc[shown, "raw"]).abs().max() < 1e-9
    assert (found["low"] < found["value"])[shown].all()
    pd.testing.assert_frame_equal(found, market.matched_share("genai"))


def test_decomposition_adds_up_to_the_change(market: Market) -> None:
    parts, series = market.decompose("Ray", weeks=8).set_index("part")["value"], market.share("Ray")
    assert parts["total"] == pytest.approx(parts.drop("total").sum(), abs=1e-9)
    assert parts["total"] == pytest.approx(series["value"].iloc[-2] - series["value"].iloc[-10])


def test_the_past_is_answered_with_what_was_known_then(market: Market) -> None:
    at = START + timedelta(weeks=8)
    past = market.as_of(at)
    assert past.boards()["recorded_at"].max() == pd.Timestamp(at)
    assert past.share("genai")["week"].iloc[-1] == "2026-W10"
    assert len(past.postings()) < len(market.postings())
    assert past.postings()["is_open"].sum() > 0
    assert past.share("Ray")["value"].iloc[-2] < 0.25 < market.share("Ray")["value"].iloc[-2]


def test_a_report_of_the_past_is_not_changed_by_later_crawls(store: Store) -> None:
    early = {"a": [posting(1), posting(2)]}
    store.crawl(START, early)
    store.read([(posting(1), reading()), (posting(2), reading())], START)
    before = {name: getattr(Market(store.url), name)() for name in (*FRAMES, "flow", "stock")}
    store.crawl(START + timedelta(days=7), {"a": [posting(2, " edited")]})
    store.crawl(START + timedelta(days=14), {"a": []})
    for name, frame in before.items():
        pd.testing.assert_frame_equal(getattr(Market(store.url, START), name)(), frame)


def test_a_failed_crawl_moves_nothing(store: Store) -> None:
    for day in range(21):
        store.crawl(START + timedelta(days=day), {"a": None if 6 <= day <= 9 else [posting(1), posting(2)]})
    store.read([(posting(1), reading()), (posting(2), reading())], START)
    flow = Market(store.url).flow()
    assert flow["stock"].tolist() == [2, 2, 2]
    assert flow["closed"].sum() == flow["exited_panel"].sum() == 0


def test_postings_tell_their_life_and_versions_what_changed(store: Store) -> None:
    lists = [
        [posting(1)],
        [posting(1), posting(2)],
        [posting(1), posting(2, " now with Ray")],
        [posting(1)],
        [posting(1)],
    ]
    for week, postings in enumerate(lists):
        store.crawl(START + timedelta(weeks=week), {"a": postings})
    store.read([(posting(1), reading()), (posting(2), reading())], START)
    market = Market(store.url)
    row = market.postings().set_index("posting_id").loc["lever/a/2"]
    assert (row["company"], row["n_versions"], row["is_open"]) == ("A", 2, False)
    assert row["closed_after"] == pd.Timestamp(START + timedelta(weeks=2))
    assert row["closed_by"] == pd.Timestamp(START + timedelta(weeks=3))
    assert row["opened_on"] == pd.Timestamp("2026-01-09")  # the middle of the week between two crawls
    first = market.postings().set_index("posting_id").loc["lever/a/1"]
    assert pd.isna(first["opened_on"])  # there before we looked
    assert pd.isna(first["closed_by"])
    versions = market.versions().set_index("posting_id").loc["lever/a/2"]
    assert versions["changed"].tolist() == ["", "body_html"]


def test_unread_postings_are_in_no_ml_series(store: Store) -> None:
    store.crawl(START, {"a": [posting(1)]})
    store.crawl(START + timedelta(weeks=1), {"a": [posting(1), posting(2)]})
    market = Market(store.url)
    assert len(market.postings()) == 2
    assert len(market.panel()) == 4
    assert market.flow()["new"].sum() == 0
    assert market.share("genai")["n"].sum() == 0


def _pay_frame(*rows: dict[str, Any]) -> pd.DataFrame:
    base = {"posting_id": "p", "spell": 1, "company": "c", "source": "text", "component": "base", "currency": "USD",
            "gross": "gross", "contract": False, "low_usd_year": 150e3, "high_usd_year": 200e3}  # fmt: skip
    return pd.DataFrame([base | row for row in rows])


def test_headline_pay_prefers_the_platforms_fields_and_joins_places() -> None:
    pay_ = _pay_frame(
        {"low_usd_year": 100e3},
        {"source": "structured", "low_usd_year": 160e3, "high_usd_year": 220e3},
        {"source": "structured", "low_usd_year": 150e3, "high_usd_year": 210e3},
        {"source": "structured", "component": "ote", "high_usd_year": 400e3},
    )
    row = headline_pay(pay_).iloc[0]
    assert (row["pay_low_usd_year"], row["pay_high_usd_year"], row["n_ranges"]) == (150e3, 220e3, 2)
    assert row["pay_mid_usd_year"] == pytest.approx(np.sqrt(150e3 * 220e3))


def test_ladders_and_one_sided_ranges_have_no_midpoint() -> None:
    ladder = headline_pay(_pay_frame({"low_usd_year": 100e3, "high_usd_year": 260e3})).iloc[0]
    assert ladder["is_ladder"]
    assert np.isnan(ladder["pay_mid_usd_year"])
    assert ladder["pay_low_usd_year"] == 100e3
    one_sided = headline_pay(_pay_frame({"high_usd_year": np.nan})).iloc[0]
    assert np.isnan(one_sided["pay_mid_usd_year"])


@pytest.mark.parametrize(
    "told",
    [{"component": "ote"}, {"contract": True}, {"gross": "net"}, {"low_usd_year": 900.0, "high_usd_year": 1200.0},
     {"high_usd_year": 2e6}, {"low_usd_year": 30e3, "high_usd_year": 200e3},
     {"low_usd_year": np.nan, "high_usd_year": np.nan}],
)  # fmt: skip
def test_pay_that_is_not_plausible_base_pay_is_left_out(told: dict[str, Any]) -> None:
    assert not is_usable(_pay_frame(told)).any()


def test_pay_called_nothing_counts_only_near_the_employers_base_pay() -> None:
    near, far = (
        {"component": "unspecified"},
        {"component": "unspecified", "low_usd_year": 300e3, "high_usd_year": 400e3},
    )
    base = {"posting_id": "q"}
    assert set(headline_pay(_pay_frame(near, base))["posting_id"]) == {"p", "q"}
    assert set(headline_pay(_pay_frame(far, base))["posting_id"]) == {"q"}
    assert set(headline_pay(_pay_frame(far))["posting_id"]) == {"p"}


def test_pay_laws_apply_from_their_day_at_their_place() -> None:
    places = [(("US", "CA"),), (("US", "California"),), (("US", "TX"),), (("CA", "on"), ("US", "TX")), ()]
    on = pd.Series(pd.to_datetime(["2023-01-01", "2022-12-31", "2026-01-01", "2026-01-01", "2026-01-01"]))
    assert under_pay_law(places, on.dt.as_unit("us")).tolist() == [True, False, False, True, False]
    assert laws()["in_force_on"].notna().all()
    assert laws()["source"].ne("").all()


def test_only_what_is_said_of_the_role_counts() -> None:
    rows = [{"content": 0, "section": section, "strength": strength} for section, strength in (
        ("requirements", "required"), ("preferred", "preferred"), ("intro", "none"), ("company", "none"),
        ("notice", "none"), ("benefits", "none"), ("duties", "negated"))]  # fmt: skip
    assert is_asked(typed(rows, MENTIONS)).tolist() == [True, True, True, False, False, False, False]


@pytest.mark.parametrize(
    ("text", "utc"),
    [("2026-06-30", "2026-06-30T00:00:00+00:00"), ("2026-06-30T12:00+02:00", "2026-06-30T10:00:00+00:00")],
)
def test_moments_without_a_zone_are_utc(text: str, utc: str) -> None:
    assert moment(text) == datetime.fromisoformat(utc)


def test_every_column_is_documented(market: Market) -> None:
    guide = (Path(__file__).parent.parent / "docs" / "data.md").read_text(encoding="utf-8")
    calls = (*FRAMES, *SERIES, "movers", "decompose")
    told = set(re.findall(r"\w+", guide))
    columns = {column for name in calls for column in getattr(market, name)()} | set(market.share("genai"))
    assert columns - told == set()


def test_the_employer_of_an_aggregators_posting_is_the_printed_one(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/jobtide.db")
    store.crawl(START, {"feed": [posting(1, company="Tern"), posting(2)], "acme": [posting(3, company="Acme Labs")]})
    aggregator = {"platform": "lever", "token": "feed", "company": "Feed", "sector": "Aggregator", "country": ""}
    write.label_boards(store.engine, [aggregator], START + timedelta(hours=1))
    told = Market(store.url).postings()
    assert sorted(told["company"]) == ["Acme", "Feed", "Tern"]
