"""Every frame that a `Market` gives is the one that docs/data.md describes, however little the market knows."""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.market import Market
from store.published import Publication, keep
from tests.conftest import ROOT
from tests.test_market import Store, posting, reading
from tests.test_market_filters import made

START = datetime(2026, 1, 5, 6, tzinfo=UTC)
DTYPES = {"time": "datetime64[us, UTC]", "day": "datetime64[us]"}
Ask = Callable[[Market], pd.DataFrame]


def documented() -> dict[str, dict[str, str]]:
    """Columns and dtypes of each section of docs/data.md, by the names of its methods."""
    found: dict[str, dict[str, str]] = {}
    names: list[str] = []
    for line in (ROOT / "docs" / "data.md").read_text("utf-8").splitlines():
        if line.startswith("## "):
            names = re.findall(r"(\w+)\(", line) or [line[3:].strip()]
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        if line.startswith("| ") and len(cells) >= 2 and cells[0] != "column":
            for column in cells[0].split(", "):
                for name in names:
                    found.setdefault(name, {})[column] = _dtype(line, column, found)
    return found


def _dtype(line: str, column: str, found: dict[str, dict[str, str]]) -> str:
    named = re.search(r"\| \| as in (\w+)", line)
    told = found[named[1]][column] if named else line.split("|")[2].strip()
    return DTYPES.get(told, told)


GUIDE = documented()
OTHERS = {"as_of", "of", "at", "reader", "n_unread"}  # public, and no frame
CALLS: dict[str, Ask] = {
    "share": lambda market: market.share("genai"),
    "matched_share": lambda market: market.matched_share(resamples=20),
    "median_pay": lambda market: market.median_pay(by=None),
    "movers": lambda market: market.movers(weeks=5),
    "decompose": lambda market: market.decompose(weeks=5),
    "placebo": lambda market: market.placebo(weeks=5, runs=2),
    "explain": lambda market: market.explain("genai", market.flow()["week"].iloc[-1]),
    "post_stratified": lambda market: market.post_stratified("genai", _target(), ["level"]).cells,
    "regional_premium": lambda market: market.regional_premium(by="country"),
}
PAY = ("postings", "panel", "pay", "share", "median_pay", "disclosure", "pay_index", "pay_sensitivity", "repeated_pay",
       "disclosure_break", "premium", "co_rising", "regional_premium")  # fmt: skip
TEXTS = ("identity", "openings", "published", "revisions", "explain")  # what reads the store again
METHODS = sorted({name for name, _ in inspect.getmembers(Market) if not name.startswith("_")} - OTHERS)
GROUPED: dict[str, tuple[str, Ask]] = {  # the column of the group, where `by` names another than the tables
    "share": ("level", lambda market: market.share("genai", by="level")),
    "disclosure": ("pay_law", lambda market: market.disclosure(by="pay_law")),
    "median_pay": ("level", Market.median_pay),
    "stock": ("country", lambda market: market.stock(by="country")),
    "flow": ("title", lambda market: market.flow(by="title")),
    "pay_index": ("country", lambda market: market.pay_index(by="country")),
    "trend": ("level", lambda market: market.trend(by="level")),
}


def _target() -> pd.DataFrame:
    return pd.DataFrame({"level": ["senior", "staff"], "target": [0.5, 0.5]})


MARKETS = {
    "full": made(18, 12),
    "empty store": made(0, 0),
    "all boards failed": made(3, complete=False),
    "one week only": made(1, 12),
    "one employer": made(6, 11, companies=1),
    "pay hidden": made(6, 11, paid=False),
}


@cache
def asked(case: str, name: str) -> pd.DataFrame:
    return ask(MARKETS[case], name)


def ask(market: Market, name: str) -> pd.DataFrame:
    return CALLS.get(name, lambda market: getattr(market, name)())(market)


def told(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return [(name, str(kind)) for name, kind in frame.dtypes.items()]


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Market]]:
    """Real stores: some weeks with two reports, none, one week, and nothing but failures."""
    folder = tmp_path_factory.mktemp("frames")
    built = {name: Store(f"sqlite:///{folder}/{name}.db") for name in ("some weeks", "empty", "one week", "failed")}
    for name, weeks in (("some weeks", 4), ("one week", 1), ("failed", 2)):
        for week in range(weeks):
            at = START + timedelta(weeks=week)
            new = {f"b{n}": [posting(10 * k + n) for k in range(week + 1)] for n in range(3)}
            built[name].crawl(at, dict.fromkeys(new) if name == "failed" else new)
            built[name].read([(one, reading(genai=True)) for ones in new.values() for one in ones], at)
    for week in (2, 3):
        report = Publication(START + timedelta(weeks=week), f"2026-W0{week + 1}", "reader", "dedupe")
        number = {"series": "genai", "group": "", "period": "2026-W02", "value": 0.1 * week, "low": 0.1, "high": 0.4,
                  "n": 40, "n_employers": 12, "status": "ok", "stage": "p"}  # fmt: skip
        keep(built["some weeks"].engine, report, [number])
    yield {name: Market(store.url) for name, store in built.items()}
    for store in built.values():
        store.engine.dispose()


def test_every_method_is_documented_with_its_arguments() -> None:
    heads = re.findall(r"^## (\w+\(.*)$", (ROOT / "docs" / "data.md").read_text("utf-8"), re.M)
    written = {name: call for head in heads for call, name in re.findall(r"((\w+)\([^)]*\))", head)}
    assert sorted(written) == METHODS
    for name, call in written.items():
        parameters = list(inspect.signature(getattr(Market, name)).parameters.values())[1:]
        arguments = ", ".join(str(one.replace(annotation=inspect.Parameter.empty)) for one in parameters)
        assert call == f"{name}({arguments})".replace("'", '"')


def test_every_number_has_its_method() -> None:
    stored = {"postings", "versions", "pay", "mentions", "terms", "boards", "panel"}
    named = set(re.findall(r"Market\.(\w+)", (ROOT / "docs" / "method.md").read_text("utf-8")))
    assert set(METHODS) - stored <= named


@pytest.mark.parametrize("name", sorted(set(METHODS) - {"identity", "openings"}))
def test_a_frame_has_the_columns_and_dtypes_of_the_guide(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for case in MARKETS:
            if name == "explain" and not len(asked(case, "flow")):
                continue  # there is no week to ask for
            if case == "pay hidden" and name not in PAY:
                continue
            frame = asked(case, name)
            assert told(frame) == list(GUIDE[name].items()), case
            assert not wrong(frame), (case, wrong(frame))


@pytest.mark.parametrize("name", TEXTS)
def test_frames_out_of_a_store_have_the_columns_and_dtypes_of_the_guide(stores: dict[str, Market], name: str) -> None:
    assert len(ask(stores["some weeks"], name)) > 0
    for case, market in stores.items():
        if name == "explain" and not len(market.flow()):
            continue
        assert told(ask(market, name)) == list(GUIDE[name].items()), case


@pytest.mark.parametrize("name", GROUPED)
def test_the_group_stands_after_the_week(name: str) -> None:
    by, make = GROUPED[name]
    columns = list(GUIDE[name].items())
    at = 0 if name == "trend" else 1
    kind = "bool" if by == "pay_law" else "str"
    grouped, empty = make(MARKETS["full"]), make(MARKETS["empty store"])
    assert told(grouped) == told(empty) == [*columns[:at], (by, kind), *columns[at:]]
    assert len(grouped) > len(empty) == 0


def test_columns_named_by_the_caller() -> None:
    for name, by in (("mix", "level"), ("capabilities", "category")):
        columns = [(by if column == {"mix": "role"}.get(name, "capability") else column, kind)
                   for column, kind in GUIDE[name].items()]  # fmt: skip
        for case in ("full", "empty store"):
            assert told(getattr(MARKETS[case], name)(by=by)) == columns
    for name in ("lifetime", "survival"):
        for by in ("level", "opened_quarter"):
            assert told(getattr(MARKETS["full"], name)(by=by)) == list(GUIDE[name].items())


def test_one_employer_gives_no_estimate() -> None:
    for name in ("share", "matched_share", "median_pay", "disclosure", "pay_index", "capabilities", "mix"):
        frame = asked("one employer", name)
        assert frame["value"].isna().all(), name
        assert frame["reason"].ne("").all(), name
        assert frame["n"].max() > 30 or name == "pay_index", name  # it is not for want of postings
    for name in ("lifetime", "pay_sensitivity", "regional_premium", "premium", "together", "movers"):
        frame = asked("one employer", name).drop(columns=["crawl_gap_days"], errors="ignore")
        counted = frame[frame["unit"].ne("count")] if "unit" in frame else frame
        assert counted.select_dtypes("float64").isna().all(axis=None), name
    assert len(asked("one employer", "premium")) > 0
    curve = asked("one employer", "survival")
    assert curve[["low", "high"]].isna().all(axis=None)
    assert len(curve) > 0
    assert asked("one employer", "within_employers")[["se", "low", "high"]].isna().all(axis=None)


def test_hidden_pay_gives_no_pay() -> None:
    for name in ("median_pay", "pay_index"):
        assert asked("pay hidden", name)["value"].isna().all(), name
    paid = asked("pay hidden", "pay_sensitivity").set_index("estimator")
    assert paid.loc[["median_mid", "mean", "turnbull", "ipw_median"], "value"].isna().all()
    assert asked("pay hidden", "repeated_pay")["share"].isna().all()
    assert asked("pay hidden", "share")["value"].notna().any()


def test_a_market_of_rows_says_that_it_has_no_texts() -> None:
    for name in ("identity", "openings"):
        with pytest.raises(ValueError, match="no texts"):
            asked("one week only", name)


def wrong(frame: pd.DataFrame) -> list[Any]:
    """Rows of a series that show what they should not: a number that is withheld, or none without a reason."""
    if not {"value", "status", "reason"} <= set(frame):
        return []
    withheld = frame["status"].isin(["too_few", "dark"])
    silent = withheld & frame["reason"].eq("")
    outside = ~withheld & frame["value"].notna()
    if {"low", "high"} <= set(frame):
        outside &= (frame["low"] > frame["value"]) | (frame["high"] < frame["value"])
    else:
        outside &= ~np.isfinite(frame["value"].astype(float))
    return frame[silent | (withheld & frame["value"].notna()) | outside].to_dict("records")
