"""What a caller of `Market` may get wrong, and markets of which little is known: errors that help, no wrong numbers."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from inspect import isroutine, signature
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.frames import board_frame, version_frame
from analytics.load import tables
from analytics.market import Market
from analytics.money import YEAR_FACTORS, annual_usd, annual_usd_columns
from store import exits
from store.connect import StoreError
from store.failure import exit_code_of

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
    for spelling, term in {"LLM": "Large language models", " k8s ": "Kubernetes"}.items():
        with pytest.raises(ValueError, match=rf'"{spelling}"; did you mean "{term}"\?'):
            full.share(spelling)
    with pytest.raises(
        ValueError, match=r'did you mean "NVIDIA Triton Inference Server" or "Triton \(GPU language\)"\?'
    ):
        full.share("triton")


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


ODD = (-1, 10**12, 2.5, True, "4", None)
RULES: dict[str, tuple[str, tuple[Any, ...], set[str]]] = {  # words, what is refused, methods that must have it
    "window": ("a whole number of weeks from 1 to 520", (0, 521, *ODD), {"share", "trend", "pay_index", "explain"}),
    "weeks": (
        "a whole number from 1 to 520",
        (0, 521, *ODD),
        {"movers", "decompose", "placebo", "premium", "emerging"},
    ),
    "runs": ("a whole number from 0 to 10,000", (10_001, *ODD), {"placebo"}),
    "resamples": ("a whole number from 20 to 10,000", (0, 1, 19, 10_001, *ODD[:-2], "x", None), {"matched_share"}),
    "term": ("text", (None, 3, ["genai"]), {"share", "matched_share", "trend", "post_stratified"}),
    "figure": ("text", (None, ["genai"]), {"explain"}),
    "week": ("text", (None, 202620), {"explain", "pay_sensitivity"}),
    "where": (
        "a dict of columns and their values",
        ("senior", ["level"], 3),
        {"share", "movers", "placebo", "premium"},
    ),
}


@pytest.mark.parametrize("argument", RULES)
def test_an_argument_that_cannot_be_meant_is_refused(full: Market, argument: str) -> None:
    words, refused, some = RULES[argument]
    methods = {name: signature(getattr(full, name)).parameters for name in dir(full) if not name.startswith("_")
               and isroutine(getattr(full, name))}  # fmt: skip
    having = {name: told for name, told in methods.items() if argument in told}
    assert some <= set(having)
    for name, parameters in having.items():
        needed = {one.name: "genai" for one in parameters.values() if one.default is one.empty}
        for value in refused:
            with pytest.raises(ValueError, match=f"^{argument} is {words}.*, not "):
                getattr(full, name)(**needed | {argument: value})


def of_levels(*shares: Any, levels: tuple[Any, ...] = ("senior", "staff")) -> pd.DataFrame:
    return pd.DataFrame({"level": levels[: len(shares)], "target": shares})


def fixed(market: Market, target: Any, by: Any = "level") -> Any:
    return market.post_stratified("genai", target, by)


WEEKS = r'no week "2026-W99"; weeks are 2026-W01 to 2026-W14$'
TARGET = "target is a frame of the columns of by and target; "
REFUSED: dict[str, tuple[Callable[[Market], Any], str]] = {
    "overlapping windows": (
        lambda market: market.movers(weeks=3),
        r"weeks \(3\) is at least window \(4\): the windows",
    ),
    "overlapping placebo": (lambda market: market.placebo(weeks=4, window=5), r"weeks \(4\) is at least window \(5\)"),
    "no place": (lambda market: market.regional_premium(by="level"), "by is metro or country, not 'level'"),
    "no kind": (lambda market: market.capabilities(by="term"), "by is capability or category, not 'term'"),
    "no list": (lambda market: market.share("genai", by=["level"]), r"""named by text, as "level", not \['level'\]"""),
    "mix of nothing": (lambda market: market.mix(by=None), "named by text, as .*, not None"),
    "lives by age": (lambda market: market.lifetime(by="entry_days"), 'no column "entry_days" of postings'),
    "far week": (lambda market: market.explain("genai", "2026-W99"), WEEKS),
    "far week's pay": (lambda market: market.pay_sensitivity("2026-W99"), WEEKS),
    "value of explain": (lambda market: market.explain("genai", "2026-W14", "senoir"), 'did you mean "senior"'),
    "country": (lambda market: market.share("genai", where={"country": "XX"}), 'no country "XX". Choices: US, AD, '),
    "number": (lambda market: market.share("genai", where={"years_low": "3"}), r"years_low is a number, not \['3'\]"),
    "list in list": (lambda market: market.share("genai", where={"level": [["mid"]]}), "level is one value or a list"),
    "postings as groups": (
        lambda market: market.share("genai", by="posting_id"),
        'makes 624 groups.*where={"posting_id"',
    ),
    "postings as a mix": (lambda market: market.mix(by="posting_id"), "at most 200 are told apart"),
    "postings as lives": (lambda market: market.lifetime(by="posting_id"), "makes 672 groups"),
    "sum": (
        lambda market: fixed(market, of_levels(0.5, 0.4)),
        "shares that add up to 1; the least is 0.4, the sum 0.9",
    ),
    "negative": (lambda market: fixed(market, of_levels(2, -1)), "the least is -1, the sum 1"),
    "no number": (lambda market: fixed(market, of_levels("a", "b")), "target holds shares from 0 to 1, and something"),
    "unknown share": (lambda market: fixed(market, of_levels(1, float("nan"))), "from 0 to 1, and something else"),
    "unknown level": (
        lambda market: fixed(market, of_levels(1, levels=("stff",))),
        'did you mean "staff"\\? Choices: sen',
    ),
    "cell twice": (lambda market: fixed(market, of_levels(0.5, 0.5, levels=("mid", "mid"))), "a cell stands twice"),
    "lacking": (lambda market: fixed(market, of_levels(1), ["level", "country"]), f"{TARGET}it lacks country"),
    "no frame": (lambda market: fixed(market, {"senior": 1.0}), f"{TARGET}it lacks level, target"),
    "no cells": (lambda market: fixed(market, of_levels(1), []), f"{TARGET}by names none"),
    "unknown cells": (lambda market: fixed(market, of_levels(1), "levle"), 'no column "levle".* did you mean "level"'),
    "another moment": (lambda market: market.as_of("2026-01-20"), "knows no other moment"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_question_that_cannot_be_meant_is_refused(full: Market, case: str) -> None:
    ask, words = REFUSED[case]
    with pytest.raises(ValueError, match=words):
        ask(full)


def test_what_is_at_the_edge_is_answered(full: Market) -> None:
    ids = full.postings()["posting_id"].iloc[-3:].tolist()
    assert full.share("genai", by="posting_id", where={"posting_id": ids})["posting_id"].nunique() == 3
    for target in (of_levels(1.0), of_levels(0.5, 0.5004)):
        told, listed = fixed(full, target), fixed(full, target, ["level", "level"])
        assert (told.value, told.low) == (listed.value, listed.low)
        assert told.value > 0
    by_company = pd.DataFrame({"company": [f"C{n}" for n in range(24)], "target": [1 / 24] * 24})
    assert fixed(full, by_company, "company").value == pytest.approx(fixed(full, of_levels(1.0)).raw)
    two = {"company": ["C1", "C2"]}
    assert set(full.mix(by="company", where=two)["company"]) == {"C1", "C2"}
    parts = full.decompose(weeks=2).set_index("part")["value"]  # windows of four weeks that share two
    assert parts["total"] == pytest.approx(parts.drop("total").sum())
    ends = full.share("genai").set_index("week")["value"].loc[full.decompose(weeks=2).loc[0, ["week_before", "week"]]]
    assert parts["total"] == pytest.approx(ends.diff().iloc[-1])


def test_a_placebo_of_no_runs_and_of_some_postings(full: Market) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        none = full.placebo(weeks=5, runs=0)
    assert none[["n_runs", "n_tested"]].to_numpy().tolist() == [[0, 1]]
    assert none[["mean_alerts", "share_any"]].isna().all(axis=None)
    assert full.placebo(weeks=5, runs=1, where={"company": "C1"})["n_tested"].tolist() == [0]


# -- stores and moments


@pytest.mark.parametrize("at", ["", "garbage", "2026-06", 20260601, True, pd.NaT, "0001-01-01T00:00+14:00"])
def test_what_is_no_moment_is_refused(at: Any) -> None:
    for ask in (lambda: Market("sqlite:///a.db", at), lambda: Market("sqlite:///a.db").as_of(at)):
        with pytest.raises(ValueError, match='as_of is an ISO date, time or week, as "2026-06-30", not '):
            ask()


def test_a_past_market_may_give_a_later_one() -> None:
    past = Market("sqlite:///a.db").as_of("2026-W02")
    assert past.known_at == datetime(2026, 1, 5, tzinfo=UTC)
    assert past.as_of(date(2026, 3, 1)).known_at == datetime(2026, 3, 1, tzinfo=UTC)
    assert past.as_of(None).known_at is None


UNREADABLE = {
    "sqlite:///{}": r"is a folder; the store needs a file: sqlite:///",
    "sqlite:///{}/a.file": r"sqlite:///.*a\.file cannot be used: file is not a database",
    "postgresql://me:secret@127.0.0.1:1/a?password=secret": r"postgresql://me@127\.0\.0\.1:1/a cannot be used",
}


@pytest.mark.parametrize("url", UNREADABLE)
def test_a_store_that_cannot_be_read_is_a_clear_error(url: str, tmp_path: Path) -> None:
    (tmp_path / "a.file").write_text("no database " * 99)
    with pytest.raises(StoreError, match=UNREADABLE[url]) as told:
        Market(url.format(tmp_path)).postings()
    assert exit_code_of(told.value) == (exits.CONFIGURATION if url.endswith("{}") else exits.IO_ERROR)
    assert "secret" not in str(told.value)
    assert "secret" not in repr(Market(url))


def test_a_market_tells_what_it_is_and_reads_nothing_for_it(full: Market) -> None:
    assert repr(Market("sqlite:///none.db", "2026-06-30")) == "<Market sqlite:///none.db, as_of 2026-06-30T00:00:00Z>"
    assert repr(Market("sqlite:///none.db")) == "<Market sqlite:///none.db>"
    full.postings()
    assert repr(full) == "<Market rows at hand, no data cut, 672 posting spells>"


@pytest.mark.parametrize("name", SERIES)
def test_an_unknown_value_is_an_error_that_names_the_nearest(full: Market, name: str) -> None:
    ask = SERIES[name]
    with pytest.raises(
        ValueError, match=r'no level "senoir"; did you mean "senior"\? Choices: senior, director, entry'
    ):
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
