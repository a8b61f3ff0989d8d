"""`Market.explain`: the postings behind a point are those that it counts, and the words those that made them count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from analytics.market import Market
from analytics.observe import read_store
from store.posting import Posting
from tests.test_market import Store

START = datetime(2026, 1, 5, 6, tzinfo=UTC)  # a Monday
ROLE = "<h2>What you will do</h2><p>You will train ranking models.</p><h2>Requirements</h2><p>{}</p>"
WANTED = ROLE.format("You have three years of experience with PyTorch.")
NEGATED = ROLE.format("No PyTorch required; you know SQL.")
COMPANY = "<h2>About us</h2><p>We gave our trainer to PyTorch users.</p>" + ROLE.format("You know SQL.")
ASKED = ROLE.format("Experience with large language models and SQL.")
PRAISED = "<h2>About us</h2><p>We sell large language models to banks.</p>" + ROLE.format("You know SQL.")
PAID = WANTED + "<p>The base salary range is $150,000 - $190,000 per year.</p>"
LADDER = ROLE.format("You know SQL.") + "<p>The base salary range is $100,000 - $290,000 per year.</p>"
TEXTS = [WANTED, NEGATED, COMPANY, ASKED, PRAISED, PAID, LADDER]
LEVELS = ("Staff", "Senior")
WEEKS = 5
KEY = ["posting_id", "spell"]


def advertised(week: int, board: int) -> list[Posting]:
    """Seven new postings a week and board, senior and staff in turn; each stays for two weeks."""
    found = []
    for at in range(max(week - 1, 0), week + 1):
        for n, body in enumerate(TEXTS):
            title = "Senior AI Engineer, Agents" if body is ASKED else f"{LEVELS[n % 2]} Machine Learning Engineer"
            text, url = f"<p>Opening {at}{n}.</p>{body}", f"https://jobs.example/b{board}/{at}-{n}"
            found.append(Posting(external_id=f"{at}-{n}", title=title, url=url, body_html=text))
    return found


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    """Weekly crawls of two boards; the second fails in the last week but one."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('explain')}/jobtide.db")
    for week in range(WEEKS):
        failed = week == WEEKS - 2
        boards = {f"b{n}": None if n and failed else advertised(week, n) for n in range(2)}
        store.crawl(START + timedelta(weeks=week), boards)
        read_store(store.engine, at=START + timedelta(weeks=week))
    store.engine.dispose()
    return Market(store.url)


def point(series: pd.DataFrame, week: str) -> pd.Series:
    return series.set_index("week").loc[week]


@pytest.mark.parametrize("figure", ["PyTorch", "genai", "ml_framework"])
def test_the_rows_are_those_that_the_share_counts(market: Market, figure: str) -> None:
    series, weekly = market.share(figure), market.share(figure, window=1)
    assert series["n"].max() >= 40
    week = series["week"].iloc[-2]
    assert len(market.explain(figure, week, window=1).drop_duplicates(KEY)) == point(weekly, week)["n"]
    week = series["week"].iloc[-1]
    rows = market.explain(figure, week).drop_duplicates(KEY)
    assert len(rows) == point(series, week)["n"] > point(weekly, week)["n"]
    asked = market.mentions().query("term == 'PyTorch' and section == 'requirements' and strength != 'negated'")
    postings = market.postings()
    counted = (
        set(asked["posting_id"]) if figure != "genai" else set(postings.loc[postings["genai_asked"], "posting_id"])
    )
    told = rows.set_index("posting_id")["is_counted"]
    assert 0 < told.sum() < len(told)
    assert told.to_dict() == {name: name in counted for name in told.index}


def test_the_quotes_hold_what_was_counted(market: Market) -> None:
    rows = market.explain("PyTorch", market.share("PyTorch")["week"].iloc[-1])
    counted = rows[rows["is_counted"]]
    assert counted["is_counted"].is_monotonic_decreasing
    assert counted["quote"].str.contains("PyTorch").all()
    assert set(counted["section"]) == {"requirements"}
    assert counted["what"].eq("PyTorch").all()
    assert (counted["end"] - counted["start"]).eq(len("PyTorch")).all()


@pytest.mark.parametrize(
    ("figure", "word", "reasons"),
    [("PyTorch", "PyTorch", {("requirements", "negated"), ("company", "none")}),
     ("genai", "large language models", {("company", "none")})],
)  # fmt: skip
def test_what_did_not_count_is_shown_for_postings_that_do_not(
    market: Market, figure: str, word: str, reasons: set[tuple[str, str]]
) -> None:
    rows = market.explain(figure, market.share("genai")["week"].iloc[-1])
    others = rows[~rows["is_counted"] & rows["what"].ne("")]
    assert set(zip(others["section"], others["strength"], strict=True)) == reasons
    assert others["quote"].str.contains(word).all()
    silent = rows[rows["what"].eq("")]
    assert not silent["is_counted"].any()
    assert len(silent) > 0
    assert silent["start"].isna().all()


def test_what_a_title_names_is_quoted_as_the_title(market: Market) -> None:
    rows = market.explain("genai", market.share("genai")["week"].iloc[-1])
    counted = rows[rows["is_counted"]]
    assert set(counted["section"]) == {"role", "requirements"}
    titled = counted[counted["section"].eq("role")]
    assert set(titled["quote"]) == set(titled["title"]) == {"Senior AI Engineer, Agents"}
    assert set(titled["what"]) == {"Agentic AI"}


def test_pay_is_quoted_with_its_amounts(market: Market) -> None:
    week = market.median_pay(by=None)["week"].iloc[-1]
    pay, disclosed = market.explain("median_pay", week), market.explain("disclosure", week)
    assert pay.loc[pay["is_counted"], "quote"].str.contains(r"\$150,000 - \$190,000").all()
    assert pay.loc[pay["is_counted"], "what"].eq("text").all()
    ladders = pay[~pay["is_counted"] & pay["what"].ne("")]
    assert ladders["quote"].str.contains(r"\$100,000 - \$290,000").all()
    assert pay["is_counted"].sum() == point(market.median_pay(by=None), week)["n"]
    share = market.disclosure(window=1).set_index("week")["n"].sum()
    assert disclosed["is_counted"].sum() == pay["is_counted"].sum() + len(ladders) > 0
    assert share > disclosed["is_counted"].sum()


def test_counts_are_those_of_the_flow(market: Market) -> None:
    flow = market.flow().set_index("week").iloc[1:-1]
    for figure in ("new", "closed", "stock"):
        told = {week: len(market.explain(figure, week)) for week in flow.index}
        assert told == flow[figure].to_dict(), figure
        assert sum(told.values()) > 0
    closed = market.explain("closed", flow["closed"].idxmax())
    assert (closed["after_at"] < closed["by_at"]).all()
    assert closed[["what", "quote"]].eq("").all(axis=None)


@pytest.mark.parametrize("figure", ["PyTorch", "median_pay", "new", "stock"])
def test_one_value_alone(market: Market, figure: str) -> None:
    week = market.flow()["week"].iloc[1]
    whole, senior, director = (market.explain(figure, week, value) for value in ("", "senior", "director"))
    levels = market.postings().set_index("posting_id")["level"]
    assert set(levels[senior["posting_id"]]) == {"senior"}
    assert 0 < senior["posting_id"].nunique() < whole["posting_id"].nunique()
    assert len(director) == len(market.explain(figure, week, "FR")) == 0
    assert director.dtypes.to_dict() == whole.dtypes.to_dict()


def test_what_is_unknown_is_an_error_that_names_the_nearest(market: Market, tmp_path: Path) -> None:
    week = market.flow()["week"].iloc[-1]
    for asked, message in {
        ("pytorhc", week): 'no term, capability or category "pytorhc"; did you mean "PyTorch"?',
        ("stcok", week): 'no term, capability or category "stcok"; did you mean "stock"?',
        ("genai", "2027-W05"): 'no week "2027-W05"; weeks are 2026-W02 to 2026-W06',
        ("genai", week, "senoir"): 'no level or country "senoir"; did you mean "senior"?',
        ("flow", week, "senoir"): 'no level or country "senoir"; did you mean "senior"?',
    }.items():
        with pytest.raises(ValueError) as told:
            market.explain(*asked)
        assert str(told.value) == message
    with pytest.raises(ValueError, match=r'^no week "2026-W02"; nothing was crawled yet$'):
        Market(Store(f"sqlite:///{tmp_path}/jobtide.db").url).explain("genai", "2026-W02")


def test_the_past_is_explained_with_what_was_known_then(market: Market) -> None:
    past = market.as_of(START + timedelta(weeks=2))
    week = past.share("PyTorch")["week"].iloc[-1]
    rows = past.explain("PyTorch", week)
    assert rows["posting_id"].nunique() == point(past.share("PyTorch"), week)["n"] > 0
    assert rows["by_at"].max() <= pd.Timestamp(START + timedelta(weeks=2))
    assert rows.loc[rows["is_counted"], "quote"].str.contains("PyTorch").all()
    assert len(past.explain("closed", week)) == point(past.flow(), week)["closed"]
