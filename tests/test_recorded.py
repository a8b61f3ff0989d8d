"""Real payloads, served from loopback as the platforms do: everything they say is stored, and said once."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from analytics.observe import read_store
from store import read
from store.connect import open_engine
from tests.recorded import RECORDINGS, Recorded, load, served, settings_file
from tests.test_crawl import crawl

pytestmark = pytest.mark.skipif(not RECORDINGS.exists(), reason="recordings are not here")
PERIODS = {"1 YEAR": "year", "1 MONTH": "month", "1 WEEK": "week", "1 DAY": "day", "1 HOUR": "hour"}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Recorded, str, list[int]]:
    folder = tmp_path_factory.mktemp("recorded")
    url = f"sqlite:///{folder}/jobtide.db"
    with served(load()) as recorded:
        config = settings_file(recorded, folder, url)
        codes = [crawl(config).returncode for _ in range(2)]
    return recorded, url, codes


def stored(url: str) -> tuple[list[dict[str, Any]], dict[tuple[str, str, str], dict[str, Any]]]:
    engine = open_engine(url, readonly=True)
    with engine.connect() as conn:
        versions = list(read.versions(conn))
        contents = dict(read.contents(conn, [row["content_hash"] for row in versions]))
        board_runs = list(read.board_runs(conn))
    named = {(v["platform"], v["board"], v["external_id"]): contents[v["content_hash"]] for v in versions}
    assert len(named) == len(versions), "one version each"
    return board_runs, named


def test_counts_ids_titles_and_pay_equal_a_plain_walk_over_the_json(crawled: tuple[Recorded, str, list[int]]) -> None:
    recorded, url, _ = crawled
    board_runs, postings = stored(url)
    first = {(row["platform"], row["board"]): row for row in board_runs[: len(recorded.boards)]}
    for (platform, token), board in recorded.boards.items():
        rows = board if platform == "lever" else board["jobs"]
        assert first[platform, token]["listed"] == len(rows)
        for row in rows:
            if row.get("isListed", True):
                told = postings.pop((platform, token, str(row["id"])))
                assert told["title"].split() == (row.get("text") or row.get("title")).split()
                assert pay_told(platform, told) == pay_of(platform, row)
    assert not postings


def pay_told(platform: str, told: dict[str, Any]) -> list[tuple[Any, ...]]:
    keys = ("low", "high", "currency", "period")
    ranges = told.get("pay", [])
    if platform == "greenhouse":
        return [(f"${p['low']:,.0f}", f"${p['high']:,.0f} {p['currency']}") for p in ranges]
    return sorted((tuple(pay.get(key, "") for key in keys) for pay in ranges), key=str)


def pay_of(platform: str, row: dict[str, Any]) -> list[tuple[Any, ...]]:
    if platform == "ashby":
        tiers = (row.get("compensation") or {}).get("compensationTiers") or []
        parts = [part for tier in tiers for part in tier["components"]]
        return sorted((_ashby(part) for part in parts), key=str)
    if platform == "lever":
        ranges = [row["salaryRange"]] if row.get("salaryRange") else []
        periods = {"per-year-salary": "year", "per-hour-wage": "hour", "per-month-salary": "month"}
        return [(float(r["min"]), float(r["max"]), r["currency"], periods.get(r["interval"], "")) for r in ranges]
    return _greenhouse(row)


def _ashby(part: dict[str, Any]) -> tuple[Any, ...]:
    low, high = (float(part[key]) if part[key] is not None else "" for key in ("minValue", "maxValue"))
    return low, high, part.get("currencyCode") or "", PERIODS.get(part["interval"], "")


def _greenhouse(row: dict[str, Any]) -> list[tuple[Any, ...]]:
    """No recording was made with pay_input_ranges; the printed block is cut out by a pattern here."""
    assert not row.get("pay_input_ranges")
    block = r'class="pay-range"><span>(.*?)</span><span class="divider">.*?</span><span>(.*?)</span>'
    return re.findall(block, unescape(row["content"]))


def test_crawled_again_every_whole_board_is_unchanged_and_adds_one_row(
    crawled: tuple[Recorded, str, list[int]],
) -> None:
    recorded, url, codes = crawled
    board_runs, _ = stored(url)
    n = len(recorded.boards)
    cut_off = {("greenhouse", "careerkit")}  # this recording was shortened by hand: its own total says so
    again = {(row["platform"], row["board"]): row["verdict"] for row in board_runs[n:]}
    assert len(board_runs) == 2 * n
    assert {verdict for board, verdict in again.items() if board not in cut_off} == {"unchanged"}
    assert codes == [3, 3]
    statuses = [status for path, status in recorded.log if "robots" not in path]
    assert statuses[n:].count(304) >= n - 3


def test_every_recorded_posting_is_read_without_a_fault(crawled: tuple[Recorded, str, list[int]]) -> None:
    _, url, _ = crawled
    engine = open_engine(url)
    n_read = read_store(engine).n_read
    with engine.connect() as conn:
        readings = [reading for _, _, reading in read.readings(conn)]
    assert len(readings) == n_read > 2400
    assert not [flag for reading in readings for flag in reading["flags"] if flag.startswith("reader_error")]
