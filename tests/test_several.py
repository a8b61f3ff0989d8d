"""An advertisement that stands on two boards is one posting in every series, and two in the frames."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from analytics.market import Market
from store import write
from store.connect import StoreError
from store.posting import Posting
from tests.test_market import Store, reading

START = datetime(2026, 1, 5, 6, tzinfo=UTC)  # a Monday
WEEKS = 4


def advertised(number: int, company: str = "", copy: str = "") -> Posting:
    """One of some postings whose texts are not alike; `copy` tells its ids on another board apart."""
    words = " ".join(f"{verb}{number}" for verb in ("train", "rank", "serve", "test", "plan", "write", "read", "ship"))
    text = f"<p>You will {words} models, and {words} pipelines with {words}.</p>"
    return Posting(external_id=f"{copy}{number}", title=f"ML Engineer, Team {number}", body_html=text, company=company)


def written(folder: Path, name: str, *, is_copied: bool) -> Store:
    """A new posting a week on an employer's own board, one of another's on an aggregator's, which may copy it."""
    store = Store(f"sqlite:///{folder}/{name}.db")
    feed = {"platform": "lever", "token": "feed", "company": "Feed", "sector": "Aggregator", "country": ""}
    for week in range(WEEKS):
        at = START + timedelta(weeks=week)
        own = [advertised(n) for n in range(week + 1)]
        others = [advertised(100 + n, "Tern Works", "x") for n in range(week + 1)]
        copies = [advertised(n, "Acme Inc.", "c") for n in range(week + 1)] if is_copied else []
        store.crawl(at, {"acme": own, "feed": [*others, *copies]})
        write.label_boards(store.engine, [feed], at + timedelta(hours=1))
        told = [(one, reading(genai=True, terms=("PyTorch",))) for one in [*own, *copies]]
        store.read([*told, *((one, reading()) for one in others)], at)
    store.engine.dispose()
    return store


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("several")


@pytest.fixture(scope="module")
def copied(folder: Path) -> Market:
    return Market(written(folder, "copied", is_copied=True).url)


@pytest.fixture(scope="module")
def single(folder: Path) -> Market:
    return Market(written(folder, "single", is_copied=False).url)


def test_series_count_a_posting_once_on_however_many_boards(copied: Market, single: Market) -> None:
    assert set(copied.postings()["company"]) == {"Acme", "Acme Inc.", "Tern Works"}
    counts = ["new", "entered_panel", "closed", "exited_panel", "stock"]
    pd.testing.assert_frame_equal(copied.flow()[counts], single.flow()[counts])
    assert copied.flow()["new"].tolist() == [2, 2, 2, 0]
    for name in ("genai", "PyTorch"):
        pd.testing.assert_frame_equal(copied.share(name), single.share(name))
    assert copied.share("genai", window=1)["n"].tolist() == [2, 2, 2, 0]
    rows = copied.explain("genai", "2026-W04", window=1).drop_duplicates("posting_id")
    assert rows[["company", "board", "is_counted"]].to_numpy().tolist() == [
        ["Acme", "acme", True],
        ["Tern Works", "feed", False],
    ]


def test_frames_hold_every_advertisement(copied: Market) -> None:
    postings, panel = copied.postings(), copied.panel()
    assert postings.groupby("board").size().to_dict() == {"acme": WEEKS, "feed": 2 * WEEKS}
    assert panel.groupby("board")["posting_id"].nunique().to_dict() == {"acme": WEEKS, "feed": 2 * WEEKS}
    identity = copied.identity()
    assert identity["posting_group"].nunique() == 2 * WEEKS
    assert copied.openings()["n_boards"].value_counts().to_dict() == {2: WEEKS, 1: WEEKS}


def test_texts_are_read_only_where_a_company_is_on_two_boards(copied: Market, single: Market, folder: Path) -> None:
    """The store is taken away after its rows were read: only who needs a text notices."""
    expected = single.share("genai")
    for name, market in (("copied", copied), ("single", single)):
        file, hidden = folder / f"{name}.db", folder / f"{name}.hidden"
        fresh = Market(market.url)
        assert len(fresh.postings()) > 0
        file.rename(hidden)
        try:
            if name == "single":
                pd.testing.assert_frame_equal(fresh.share("genai"), expected)
                assert fresh.stock()["value"].iloc[-1] == 2 * WEEKS
            else:
                with pytest.raises(StoreError):
                    fresh.share("genai")
        finally:
            hidden.rename(file)
