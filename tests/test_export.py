"""The exported tables, read by DuckDB as users do: the counts are those of pandas."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from analytics.export import TABLES, export
from analytics.market import Market
from store.published import Publication, record
from tests.test_market import Store, pay, posting, reading

START = datetime(2026, 1, 5, 6, tzinfo=UTC)  # a Monday


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Market, Path]:
    """Four weeks of three boards, a crawl that failed, a report; and the folder with their tables."""
    folder = tmp_path_factory.mktemp("export")
    store = Store(f"sqlite:///{folder}/jobtide.db")
    for week in range(4):
        at = START + timedelta(weeks=week)
        listed = {f"b{n}": [posting(10 * k + n, posted_at=at) for k in range(week, week + 2)] for n in range(3)}
        store.crawl(at, listed | ({"b2": None} if week == 2 else {}))
        told = reading(genai=True, terms=("PyTorch", "Ray"), pay=[pay(150e3, 190e3), pay(200e3, None)])
        store.read([(one, told) for held in listed.values() for one in held], at)
    number = {"series": "genai", "group": "", "period": "2026-W04", "value": 0.25, "low": None, "high": None, "n": 40,
              "n_employers": 12, "status": "ok", "stage": "p"}  # fmt: skip
    record(store.engine, Publication(START + timedelta(weeks=3), "2026-W04", "reader", "dedupe"), [number])
    store.engine.dispose()
    market = Market(store.url)
    list(export(market, folder / "tables"))
    return market, folder / "tables"


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """Answers of DuckDB; {name} is the file of a table."""
    found = query.format(**{name: f"'{folder / name}.parquet'" for name in TABLES})
    with duckdb.connect() as connection:
        return connection.execute(found).fetchall()


@pytest.mark.parametrize("name", TABLES)
def test_duckdb_reads_every_table_whole(exported: tuple[Market, Path], name: str) -> None:
    market, folder = exported
    frame = getattr(market, name)()
    described = rows(folder, f"DESCRIBE SELECT * FROM {{{name}}}")
    assert [row[0] for row in described] == frame.columns.tolist()
    assert len(frame) > 0
    distinct = ", ".join(f'count("{column}")' for column in frame)
    assert rows(folder, f"SELECT count(*), {distinct} FROM {{{name}}}") == [(len(frame), *frame.count())]


def test_duckdb_counts_what_pandas_counts(exported: tuple[Market, Path]) -> None:
    market, folder = exported
    panel = market.panel()
    new = panel[panel["is_new"] & panel["scope"].eq("core")].groupby("week").size()
    query = "SELECT week, count(*) FROM {panel} WHERE is_new AND scope = 'core' GROUP BY week ORDER BY week"
    assert rows(folder, query) == list(new.items()) != []
    asked = market.mentions().drop_duplicates(["posting_id", "spell", "term"])["term"].value_counts()
    query = "SELECT term, count(DISTINCT (posting_id, spell)) FROM {mentions} GROUP BY term ORDER BY term"
    assert rows(folder, query) == sorted(asked.items())
    low = market.pay()["low_usd_year"]
    query = "SELECT sum(low_usd_year), count(high_usd_year), max(opened_on) FROM {pay}"
    assert rows(folder, query) == [(low.sum(), market.pay()["high_usd_year"].count(), market.pay()["opened_on"].max())]
    failed = market.boards().query("verdict == 'failed'")
    query = "SELECT platform, board, epoch_us(fetched_at) FROM {boards} WHERE NOT is_complete"
    [(platform, board, at)] = rows(folder, query)
    told = platform, board, pd.Timestamp(at, unit="us", tz="UTC")
    assert told == tuple(failed.iloc[0][["platform", "board", "fetched_at"]])
