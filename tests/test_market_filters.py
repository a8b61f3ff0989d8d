"""What a caller of `Market` may get wrong, and markets of which little is known: errors that help, no wrong numbers."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from inspect import isroutine, signature
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.frames import board_frame, version_frame
from analytics.load import tables
from analytics.market import Market
from analytics.money import YEAR_FACTORS, annual_usd, annual_usd_columns

START = datetime(2026, 1, 4, 6, tzinfo=UTC)  # a Sunday
FRAMES = ("postings", "versions", "pay", "mentions", "terms", "boards", "panel")
SERIES: dict[str, Callable[..., pd.DataFrame]] = {
    "share": lambda market, **told: market.share("genai", **told),
    "matched_share": lambda market, **told: market.matched_share("genai", resamples=20, **told),
    "median_pay": lambda market, **told: market.median_pay(**({"by": None} | told)),
    "disclosure": Market.disclosure,
    "flow": Market.flow,
    "stock": Market.stock,
    "movers": lambda market, **told: market.movers(weeks=5, **told),
    "decompose": lambda market, **told: market.decompose(weeks=5, **told),
}
GROUPED = ("share", "median_pay", "disclosure", "flow", "stock")


def made(n_weeks: int = 14, n_boards: int = 24, each: int = 2, **told: Any) -> Market:
    """Each week each board shows `each` more postings, which stay for four weeks; in half of them there is pay.

    `companies`: how many employers share the boards; `complete`: whether crawls succeed; `paid`: whether pay is told.
    """
    at = [START + timedelta(weeks=week) for week in range(n_weeks)]
    boards = [{"board_id": n, "company": f"C{n % told.get('companies', n_boards)}"} for n in range(n_boards)]
    runs = [
        {"board_id": n, "platform": "lever", "board": f"b{n}", "fetched_at": when, "recorded_at": when,
         "verdict": "snapshot", "is_complete": told.get("complete", True)} for when in at for n in range(n_boards)
    ]  # fmt: skip
    seen = [(n, week, k) for n in range(n_boards) for week in range(n_weeks) for k in range(each)]
    if not told.get("complete", True):
        seen = []
    versions = [_version(n, week, k, at) for n, week, k in seen]
    contents = [(one["content_hash"], {"title": "ML Engineer", "url": "https://a.example"}) for one in versions]
    readings = [
        (one["content_hash"], "reader", _reading(at_, told.get("paid", True))) for at_, one in enumerate(versions)
    ]
    return Market.of(tables(board_frame(boards, runs), version_frame(versions), contents, readings))


def _version(board: int, week: int, k: int, at: list[datetime]) -> dict[str, Any]:
    gone = at[week + 4] if week + 4 < len(at) else None
    return {
        "platform": "lever", "board": f"b{board}", "external_id": f"{week}-{k}", "spell": 1, "seq": 1,
        "content_hash": f"{board}-{week}-{k}", "valid_from": at[week], "before_at": at[week - 1] if week else None,
        "last_seen_at": at[min(week + 3, len(at) - 1)], "absent_at": gone, "is_closed": gone is not None,
    }  # fmt: skip


def _reading(number: int, is_paid: bool) -> dict[str, Any]:
    genai = "role_required" if number % 3 == 0 else "none"
    pay = {"low": 150e3 + 1000 * (number % 40), "high": 190e3 + 1000 * (number % 40), "currency": "USD",
           "period": "year", "component": "base", "source": "text", "gross": "gross", "raw": "as stated"}  # fmt: skip
    mention = {"term": "PyTorch", "category": "ml_framework", "capability": "model_development", "genai": "no",
               "section": "requirements", "strength": "required"}  # fmt: skip
    return {
        "document": "posting", "role": {"family": "ml_engineer", "scope": "core"}, "work_mode": "remote",
        "level": "senior", "places": [{"country": "US", "region": "CO"}], "genai": {"class": genai},
        "pay": [pay] if is_paid and number % 2 else [], "mentions": [mention] if number % 5 else [],
    }  # fmt: skip


@pytest.fixture(scope="module")
def full() -> Market:
    return made()


# -- names


def test_an_unknown_term_is_an_error_that_names_the_nearest(full: Market) -> None:
    for ask in (full.share, full.matched_share, full.decompose):
        with pytest.raises(ValueError, match=r'no term, capability or category "pytorhc"; did you mean "PyTorch"\?'):
            ask("pytorhc")
    with pytest.raises(ValueError, match=r'no term, capability or category "qqqqqqqq"\.'):
        full.share("qqqqqqqq")


def test_terms_are_known_in_any_case(full: Market) -> None:
    exact = full.share("PyTorch")
    assert exact["value"].notna().any()
    for name in ("pytorch", "PYTORCH"):
        pd.testing.assert_frame_equal(full.share(name), exact)
    pd.testing.assert_frame_equal(full.share("GenAI"), full.share("genai"))
    pd.testing.assert_frame_equal(full.share("Model_Development"), full.share("model_development"))


def test_a_term_of_the_lexicon_that_nobody_names_is_none_of_all(full: Market) -> None:
    series = full.share("COBOL") if "COBOL" in set(full.mentions()["term"]) else full.share("TensorFlow")
    assert series["n"].max() > 0
    assert series["value"].dropna().eq(0).all()


@pytest.mark.parametrize("name", SERIES)
def test_an_unknown_column_is_an_error_that_names_the_nearest(full: Market, name: str) -> None:
    with pytest.raises(ValueError, match=r'no column "contry" of postings; did you mean "country"\?.*work_mode'):
        SERIES[name](full, where={"contry": "US"})
    for internal in ("places", "opened_day", "scope_key"):
        with pytest.raises(ValueError, match="no column"):
            SERIES[name](full, where={internal: 1})


@pytest.mark.parametrize("name", GROUPED)
def test_an_unknown_group_is_an_error_that_names_the_nearest(full: Market, name: str) -> None:
    with pytest.raises(ValueError, match=r'no column "levle" of postings; did you mean "level"\?'):
        SERIES[name](full, by="levle")
    assert set(SERIES[name](full, by="title")["title"]) == {"ML Engineer"}  # a column that is not kept with the series


@pytest.mark.parametrize("window", [0, -1, 521, 10**12, 2.5, True, "4", None])
def test_a_window_is_one_to_520_weeks(full: Market, window: Any) -> None:
    methods = {name: signature(getattr(full, name)).parameters for name in dir(full) if not name.startswith("_")
               and isroutine(getattr(full, name))}  # fmt: skip
    windowed = {name: told for name, told in methods.items() if "window" in told}
    assert {"share", "median_pay", "movers", "trend", "pay_index", "explain", "employers"} <= set(windowed)
    for name, parameters in windowed.items():
        needed = {one.name: "genai" for one in parameters.values() if one.default is one.empty}
        with pytest.raises(ValueError, match="window is a whole number of weeks from 1 to 520, not "):
            getattr(full, name)(**needed, window=window)


@pytest.mark.parametrize("name", SERIES)
def test_an_unknown_value_is_an_error_that_names_the_nearest(full: Market, name: str) -> None:
    ask = SERIES[name]
    with pytest.raises(ValueError, match=r'no level "senoir"; did you mean "senior"\? Choices: director, entry'):
        ask(full, where={"level": ["staff", "senoir"]})
    with pytest.raises(ValueError, match='no company "C777"'):
        ask(full, where={"company": "C777"})
    with pytest.raises(ValueError, match="has_pay is True or False"):
        ask(full, where={"has_pay": "yes"})


@pytest.mark.parametrize("where", [{"level": "director"}, {"country": "FR", "is_open": []}])
@pytest.mark.parametrize("name", SERIES)
def test_a_legal_value_that_no_posting_has_gives_no_number(full: Market, name: str, where: dict[str, Any]) -> None:
    found = SERIES[name](full, where=where)
    assert found.dtypes.to_dict() == SERIES[name](full).dtypes.to_dict()
    assert _numbers(found) == 0


def _numbers(found: pd.DataFrame) -> float:
    """The sum of what a series says, which is 0 when it says nothing."""
    values = found.select_dtypes("number").drop(columns=["segment"], errors="ignore")
    return float(values.fillna(0).abs().sum().sum())


def test_filters_keep_what_they_say(full: Market) -> None:
    half = {"company": [f"C{n}" for n in range(12)]}
    for name in ("share", "matched_share", "disclosure"):
        assert SERIES[name](full, where=half)["n"].sum() * 2 == SERIES[name](full)["n"].sum()
    assert full.flow(where=half)["new"].sum() * 2 == full.flow()["new"].sum()
    found, whole = (full.movers(weeks=5, where=told).set_index("term") for told in (half, None))
    assert found.loc["PyTorch", "n_now"] * 2 == whole.loc["PyTorch", "n_now"]
    ids = full.postings()["posting_id"].iloc[:3].tolist()
    assert full.flow(where={"posting_id": ids})["stock"].max() == 3


# -- markets of which little is known

NOTHING = {
    "empty store": made(0, 0),
    "all boards failed": made(3, complete=False),
    "one week only": made(1),
    "one employer": made(companies=1),
    "pay hidden": made(paid=False),
}


@pytest.mark.parametrize("case", NOTHING)
def test_frames_and_series_keep_their_shape(full: Market, case: str) -> None:
    poor = NOTHING[case]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in FRAMES:
            assert getattr(poor, name)().dtypes.to_dict() == getattr(full, name)().dtypes.to_dict(), name
        for name, ask in SERIES.items():
            assert ask(poor).dtypes.to_dict() == ask(full).dtypes.to_dict(), name
        for name in GROUPED:
            assert SERIES[name](poor, by="level").dtypes.to_dict() == SERIES[name](full, by="level").dtypes.to_dict(), (
                name
            )


@pytest.mark.parametrize("case", ["empty store", "all boards failed"])
def test_a_market_of_nothing_says_nothing(case: str) -> None:
    poor = NOTHING[case]
    assert {name: len(ask(poor)) for name, ask in SERIES.items()} == dict.fromkeys(SERIES, 0)
    assert len(poor.postings()) == len(poor.panel()) == 0
    assert SERIES["flow"](poor, where={"company": "Acme"}).empty  # nobody is known, so nobody is unknown
    assert len(poor.boards()) == (72 if case == "all boards failed" else 0)


def test_one_week_shows_a_stock_and_no_flow() -> None:
    poor = NOTHING["one week only"]
    flow = poor.flow()
    assert flow[["new", "entered_panel", "closed", "stock"]].to_numpy().tolist() == [[0, 48, 0, 48]]
    for name in ("share", "matched_share", "median_pay", "disclosure"):
        series = SERIES[name](poor)
        assert (series["n"].tolist(), series["value"].isna().all(), series["status"].tolist()) == (
            [0],
            True,
            ["too_few"],
        )
    assert poor.movers().empty
    assert poor.decompose().empty


def test_one_employer_is_no_market() -> None:
    poor = NOTHING["one employer"]
    for name in ("share", "matched_share", "median_pay", "disclosure"):
        series = SERIES[name](poor)
        assert series["n"].max() > 50
        assert series[["value", "low", "high"]].isna().all(axis=None), name
        assert series["reason"].ne("").all()
    assert poor.flow()["employers"].max() == 1
    assert poor.movers(weeks=5).empty


def test_hidden_pay_is_no_pay() -> None:
    poor = NOTHING["pay hidden"]
    series = poor.median_pay(by=None)
    assert series["value"].isna().all()
    assert series["disclosed_share"].dropna().eq(0).all()
    assert poor.pay().empty
    assert poor.disclosure()["value"].fillna(0).eq(0).all()
    assert poor.disclosure()["n"].max() > 0


# -- the same numbers, made in another way


def test_ranges_are_converted_as_each_alone() -> None:
    rng = np.random.default_rng(5)
    amounts = np.array([np.nan, -1.0, 45.0, 5_000.0, 9_999.0, 30_000.0, 60_000.0, 120_000.0, 2e6, np.inf])
    pay = pd.DataFrame({
        "low": rng.choice(amounts, 400), "high": rng.choice(amounts, 400),
        "currency": rng.choice(["USD", "USD", "EUR", "XXX"], 400), "component": rng.choice(["base", "ote"], 400),
        "period": rng.choice([*YEAR_FACTORS, "", "fortnight"], 400),
    }).astype(dict.fromkeys(("currency", "component", "period"), "category"))  # fmt: skip
    on = pd.Series(pd.to_datetime(rng.choice(["1990-01-01", "2024-03-02", "2025-07-11"], 400)))
    told = [annual_usd(row, day.date()) for row, day in zip(pay.astype(object).to_dict("records"), on, strict=True)]
    np.testing.assert_array_equal(np.array(annual_usd_columns(pay, on)).T, np.array(told, float))
    assert np.isfinite(np.array(told, float)).sum() > 30
    assert annual_usd({"low": 1, "high": 2, "currency": "USD", "period": "year"}, date(2025, 1, 1)) == (None, None)


def test_importing_analytics_costs_no_library() -> None:
    heavy = {"pandas", "numpy", "matplotlib", "scrapy", "twisted", "sqlalchemy", "ahocorasick", "rensa", "scipy"}
    tell = f"print(sorted(set(sys.modules) & {heavy!r}));"
    code = f"import sys, analytics; {tell} analytics.Market; {tell}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.stdout.splitlines() == ["[]", "['numpy', 'pandas', 'sqlalchemy']"], done.stderr
