"""What was published stays, can be made again to the last digit, and says why it moved."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import jobtide
from analytics import revisions as vintages
from analytics.frames import typed
from analytics.market import Market
from analytics.replay import differences, old_beside_new, replaced
from reports import metrics, weekly
from reports.numbers import json_bytes
from reports.vintages import printed, replayed, revised
from store import codec, published, read, readings, runs, write
from store.check import fsck
from store.connect import SchemaError, open_engine
from store.decide import decide
from store.posting import Posting, content_hash, to_json
from store.published import Publication
from tests.test_market import Store, pay, posting, reading

START = datetime(2026, 1, 5, 6, tzinfo=UTC)  # a Monday
NEW_A_WEEK = 3
CUT = datetime(2026, 3, 2, 6, tzinfo=UTC)


class History(Store):
    """A store that grows by a week at a time; `at` its newest moment."""

    def __init__(self, url: str, n_boards: int = 12) -> None:
        super().__init__(url)
        self.rng, self.number, self.at = random.Random(3), 0, START
        self.listed: dict[str, list[Posting]] = {board: [] for board in [f"b{number}" for number in range(n_boards)]}
        self.texts: list[tuple[Posting, dict[str, Any]]] = []

    def week(self, number: int, by: str = "reader") -> None:
        """A crawl of all boards, and what it found read."""
        self.at = START + timedelta(weeks=number)
        told = [(self._posting(board), self._reading()) for board in self.listed for _ in range(NEW_A_WEEK)]
        self.crawl(self.at, self.listed)
        self.texts += told
        self.read_by(by, told)

    def _posting(self, board: str) -> Posting:
        self.number += 1
        new = posting(self.number, posted_at=self.at - timedelta(days=self.rng.randint(1, 6)))
        self.listed[board] = [*self.listed[board][-2 * NEW_A_WEEK :], new]
        return new

    def _reading(self) -> dict[str, Any]:
        terms = ("Ray",) if self.rng.random() < 0.5 else ()
        paid = [pay(150_000 + 1_000 * self.number, 200_000 + 1_000 * self.number)]
        return reading(genai=self.rng.random() < 0.4, terms=terms, pay=paid if self.rng.random() < 0.8 else [])

    def read_by(self, by: str, told: list[tuple[Posting, dict[str, Any]]]) -> None:
        rows = [(content_hash(to_json(one)), codec.pack(found)[1]) for one, found in told]
        readings.record(self.engine, by, rows, self.at)
        readings.complete(self.engine, readings.Reader(by, "base", b""), self.at)

    def late_crawl(self, fetched_at: datetime) -> None:
        """A crawl that is written down long after it was made; it knew the newest postings of a board before."""
        claim = runs.claim(self.engine, "late", fetched_at, now=self.at, clock="given")
        told = {"verdict": "snapshot", "listed": len(self.listed["b0"])}
        result = write.BoardResult(
            platform="lever", token="b0", fetched_at=fetched_at, postings=self.listed["b0"], **told
        )
        with self.engine.connect() as conn:
            write.record_board(conn, claim, result, self.at)
        runs.finish(self.engine, claim.run_id, now=self.at, state="done", exit_code=0)

    def rejected(self, week: int) -> None:
        with self.engine.connect() as conn:
            at = START + timedelta(weeks=week)
            (uid,) = (r["board_run_uid"] for r in read.board_runs(conn) if (r["board"], r["fetched_at"]) == ("b1", at))
        decide(self.engine, uid, "rejected", self.at)

    def publish(self, folder: Path, *keys: str) -> int:
        """The numbers of a report made now of these figures (none: all), not drawn; how many were new."""
        market = Market(self.url)
        cut = weekly.cut_of(market, None)
        pieces = [weekly.told(chart, market, cut) for chart in weekly.CONTENTS if chart.key in keys or not keys]
        assert not [piece.error for piece in pieces if piece.error]
        folder.mkdir(exist_ok=True)
        (folder / "numbers.json").write_bytes(json_bytes(weekly.numbers_of(cut, pieces, [])))
        made, numbers = printed(folder)
        return published.keep(self.engine, Publication(**made), numbers)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    """Seven weeks and a report; a late crawl and a report; another reader and one; a rejected crawl and one; a week."""
    folder = tmp_path_factory.mktemp("vintages")
    made = History(f"sqlite:///{folder}/jobtide.db")
    for number in range(7):
        made.week(number)
    assert made.publish(folder / "a") > 80
    made.at += timedelta(days=1)
    made.late_crawl(START + timedelta(weeks=4, days=2))
    made.publish(folder / "b", "flow", "genai")
    made.at += timedelta(days=1)
    made.read_by("new", [(one, found | {"genai": {"class": "role_duty"}}) for one, found in made.texts[::2]])
    made.read_by("new", made.texts[1::2])
    made.publish(folder / "c", "flow", "genai")
    made.at += timedelta(days=1)
    made.rejected(week=5)
    made.publish(folder / "d", "flow")
    made.week(7, by="new")
    yield made
    made.engine.dispose()


def told(history: History, older: int, newer: int) -> pd.DataFrame:
    """The revisions from one report to another, by their order."""
    rows = vintages.published(history.url)
    cuts = sorted(rows["as_of"].unique())
    first, now = (rows[rows["as_of"].eq(cuts[at])] for at in (older, newer))
    return vintages.revisions(first, now, vintages.decided(history.url)).set_index(["series", "group", "period"])


def test_every_published_number_is_made_again_exactly(history: History) -> None:
    found = replayed(history.url)
    assert found["as_of"].nunique() == 4
    assert set(found["series"]) >= {"flow", "genai", "tools", "pay-history", "disclosure", "boards"}
    assert found["value"].notna().sum() > 120
    assert list(differences(found)) == []
    assert found["is_same"].all()


@pytest.fixture
def small(database_url: str, tmp_path: Path) -> Iterator[History]:
    """Three boards, three weeks and a report of their flow; on SQLite and on PostgreSQL."""
    made = History(database_url, n_boards=3)
    for number in range(3):
        made.week(number)
    assert made.publish(tmp_path, "flow") == 6
    yield made
    made.engine.dispose()


def rows_of(history: History) -> tuple[Publication, list[dict[str, Any]]]:
    """The newest report as it was recorded."""
    with history.engine.connect() as conn:
        rows = list(published.numbers(conn))
    return Publication(*(rows[-1][name] for name in Publication._fields)), rows


def test_what_was_published_stays_and_a_store_that_refuses_is_a_warning(
    small: History, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOBTIDE_DATABASE_URL", small.url)
    made, rows = rows_of(small)
    assert published.record(small.engine, made, rows) == 0
    older = made._replace(as_of=made.as_of - timedelta(days=1), report_week="2026-W02")
    assert published.record(small.engine, older, rows) == 0
    for words in ("UPDATE published SET value = 1", "DELETE FROM published", "DELETE FROM publication",
                  "UPDATE publication SET program = ''"):  # fmt: skip
        with pytest.raises(DBAPIError, match="never changed"), small.engine.begin() as conn:
            conn.execute(text(words))
    refusing = open_engine(small.url, readonly=True)
    assert published.keep(refusing, made._replace(report_week="2026-W01"), rows) == 0
    assert "not recorded as published" in caplog.text
    refusing.dispose()
    assert rows_of(small) == (made, rows)
    assert not list(fsck(small.engine))
    assert_a_number_that_the_store_does_not_give_is_named(small, capfd)


def assert_a_number_that_the_store_does_not_give_is_named(small: History, capfd: pytest.CaptureFixture[str]) -> None:
    made, rows = rows_of(small)
    capfd.readouterr()
    assert published.record(small.engine, made, [rows[0] | {"period": "2025-W01", "value": 0.1 + 0.2}]) == 1
    assert verb("--check") == 74
    (line,) = capfd.readouterr().out.splitlines()  # the six others are the same
    assert line.startswith("flow, new, 2025-W01: published 0.30000000000000004 (")


def verb(*options: str) -> int:
    with pytest.raises(SystemExit) as ended:
        jobtide.main(["revisions", *options])
    return int(ended.value.code or 0)


def test_each_revision_has_its_cause(history: History) -> None:
    late, lexicon, correction = told(history, 0, 1), told(history, 1, 2), told(history, 2, 3)
    for found, cause in ((late, "late data"), (lexicon, "lexicon"), (correction, "correction")):
        assert set(found["cause"]) == {"none", cause}
        assert found.loc[found["cause"].eq("none"), "change"].eq(0).all()
    moved = lexicon[lexicon["cause"].eq("lexicon")]
    assert set(moved.index.get_level_values("series")) == {"genai"}
    assert (moved["change"] > 0).all()
    assert moved["is_major"].any()


def test_a_report_of_the_past_knows_only_what_was_published_before(history: History) -> None:
    cut = sorted(vintages.published(history.url)["as_of"].unique())[1].to_pydatetime()
    market = Market(history.url, cut)
    found = revised(history.url, weekly.cut_of(market, None), {"flow": metrics.flow(market, "2026-W07")})
    then = told(history, 0, 1).loc[["flow"]].reset_index()
    assert then["cause"].eq("late data").any()
    pd.testing.assert_frame_equal(found, then)


def test_the_old_readers_series_stands_beside_the_new_one_until_it_ended(history: History) -> None:
    def series(market: Market) -> pd.DataFrame:
        return market.share("genai")

    market = Market(history.url)
    beside, now = old_beside_new(market, series).set_index("week"), series(market).set_index("week")["value"]
    rows = vintages.published(history.url)
    before = rows[rows["reader_hash"].eq("reader") & rows["group"].eq("all boards")].drop_duplicates(
        "period", keep="last"
    )
    then = before.set_index("period")["value"]
    assert (set(beside["reader_old"]), set(beside["reader_new"])) == ({"reader"}, {"new"})
    assert beside["value_new"].equals(now.rename("value_new"))
    weeks = ["2026-W04", "2026-W05", "2026-W06", "2026-W07"]
    assert beside.loc[weeks, "value_old"].tolist() == pytest.approx(then[weeks].tolist(), rel=1e-6)
    assert (beside["value_new"] > beside["value_old"])[weeks].all()
    assert beside["value_old"].isna()[["2026-W08", "2026-W09"]].all()


def test_thirteen_weeks_after_a_change_the_old_series_is_gone(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/jobtide.db")
    for weeks, by in ((0, "old"), (1, "new"), (13, ""), (15, "")):
        at = START + timedelta(weeks=weeks)
        store.crawl(at, {"a": [posting(1)]})
        if by:
            readings.complete(store.engine, readings.Reader(by, "base", b""), at)
    assert replaced(Market(store.url, START + timedelta(weeks=13))) == [
        ("old", pd.Timestamp(START + timedelta(weeks=1)))
    ]
    assert replaced(Market(store.url)) == []


def number(period: str = "2026-W05", **told: Any) -> dict[str, Any]:
    return {
        "series": "genai", "group": "all", "period": period, "value": 0.40, "low": 0.36, "high": 0.44, "n": 100,
        "n_employers": 20, "status": "ok", "stage": "f", "as_of": CUT, "report_week": "2026-W09", "reader_hash": "r",
        "dedupe_hash": "d", "program": "p", "recorded_at": CUT, **told,
    }  # fmt: skip


def moved(first: dict[str, Any], then: dict[str, Any], *words: tuple[datetime, datetime]) -> dict[str, Any]:
    decided = [{"recorded_at": said, "fetched_at": fetched} for said, fetched in words]
    now = then if "as_of" in then else then | {"as_of": CUT + timedelta(weeks=1)}
    frames = (typed([one], vintages.PUBLISHED) for one in (number(**first), number(**now)))
    return vintages.revisions(*frames, typed(decided, vintages.DECIDED)).iloc[0].to_dict()


LATER = CUT + timedelta(days=1)
CAUSES = [
    ({}, {}, [], "none"),
    ({}, {"reader_hash": "s"}, [], "none"),  # nothing moved
    ({}, {"value": 0.41}, [], "late data"),
    ({}, {"value": 0.41, "reader_hash": "s", "program": "q"}, [(LATER, CUT)], "lexicon"),
    ({}, {"value": 0.41, "dedupe_hash": "e"}, [], "dedupe"),
    ({}, {"value": 0.41}, [(LATER, datetime(2026, 2, 3, tzinfo=UTC))], "correction"),
    ({}, {"value": 0.41}, [(LATER, datetime(2026, 2, 20, tzinfo=UTC))], "late data"),  # a crawl long after the week
    ({}, {"value": 0.41}, [(CUT, datetime(2026, 2, 3, tzinfo=UTC))], "late data"),  # known to the first report
    ({}, {"value": 0.41, "program": "q"}, [], "method"),
    ({"stage": "p"}, {"value": 0.41, "program": "q"}, [], "late data"),  # was to be expected
]


@pytest.mark.parametrize(("first", "then", "words", "cause"), CAUSES)
def test_the_cause_is_what_differs(first: Any, then: Any, words: Any, cause: str) -> None:
    assert moved(first, then, *words)["cause"] == cause


@pytest.mark.parametrize(
    ("first", "then", "is_major"),
    [
        ({}, {"value": 0.4199}, False),  # the half-width is .04
        ({}, {"value": 0.3799}, True),
        ({"low": None, "high": None}, {"value": 0.41}, True),
        ({"low": None, "high": None}, {}, False),
        ({}, {"value": None}, True),  # withdrawn
    ],
)
def test_a_revision_of_half_the_half_width_is_major(first: Any, then: Any, is_major: bool) -> None:
    assert moved(first, then)["is_major"] is is_major


def test_a_number_is_provisional_for_five_weeks() -> None:
    cuts = [datetime(2026, 3, 9, tzinfo=UTC) - timedelta(seconds=1), datetime(2026, 3, 9, tzinfo=UTC)]
    periods = pd.Series(["2026-W05", "2026-01"], dtype="str")
    assert [vintages.stages(periods, cut).tolist() for cut in cuts] == [["p", "f"], ["f", "f"]]


def test_the_size_of_revisions_is_that_of_the_last_eight_first_values() -> None:
    weeks = [f"2026-W{week:02d}" for week in range(1, 11)]
    first = [number(week) for week in weeks]
    now = [number(week, value=0.4 + step / 100, as_of=LATER) for step, week in enumerate(weeks)]
    earlier = [number(week, value=0.9, as_of=CUT + timedelta(hours=1)) for week in weeks]  # a second printing
    found = vintages.revisions(typed(first + earlier, vintages.PUBLISHED), typed(now, vintages.PUBLISHED))
    assert found["first_value"].eq(0.4).all()
    (row,) = vintages.sizes(found).to_dict("records")
    assert row["n"] == 8
    assert row["mean_change"] == row["mean_absolute_change"] == pytest.approx(0.055)
    assert row["max_absolute_change"] == pytest.approx(0.09)


def test_nothing_published_gives_empty_frames_of_the_same_shape(tmp_path: Path) -> None:
    url = Store(f"sqlite:///{tmp_path}/jobtide.db").url
    empty = vintages.published(url)
    assert empty.empty
    assert empty.dtypes.to_dict() == typed([number()], vintages.PUBLISHED).dtypes.to_dict()
    found, full = (
        vintages.revisions(empty),
        vintages.revisions(typed([number(), number(as_of=LATER)], vintages.PUBLISHED)),
    )
    assert found.empty
    assert len(full) == 1
    assert found.dtypes.to_dict() == full.dtypes.to_dict()
    assert vintages.sizes(found).dtypes.to_dict() == vintages.sizes(full).dtypes.to_dict()
    assert replayed(url).empty
    assert old_beside_new(Market(url), lambda market: market.share("genai")).empty


@pytest.mark.parametrize(
    ("revision", "words"), [("9999", "newer than this program"), ("0002", "run `jobtide migrate`")]
)
def test_a_market_refuses_a_store_of_another_schema(revision: str, words: str, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/jobtide.db")
    with store.engine.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    for ask in (Market(store.url).postings, Market(store.url).flow, lambda: vintages.published(store.url)):
        with pytest.raises(SchemaError, match=words):
            ask()


def test_the_verb_prints_what_was_revised_and_why(
    history: History, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JOBTIDE_DATABASE_URL", history.url)
    assert verb() == 0
    head, *lines = capfd.readouterr().out.splitlines()
    assert head.startswith("series,group,period,first_value")
    assert any(line.startswith("genai,") and ",lexicon," in line for line in lines)
