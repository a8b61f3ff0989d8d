"""Workday: outages and caps are replayed over HTTP, and what is stored is compared with what was true."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from crawler.board import read_board
from crawler.fetch import Answer
from crawler.spiders.listing import Board, NotAListing, post_url
from crawler.spiders.workday import PLATFORM
from simulator import Fault, Server, World, serve, truth
from simulator.formats import workday
from tests.test_crawl import crawl, setup, told

SATURDAY = datetime(2025, 3, 1, 20, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
COMPLETE = {"snapshot", "unchanged"}
Rows = list[dict[str, Any]]


def market(n_employers: int, postings_a_year: float) -> World:
    first_day = (SATURDAY - WEEK).date()
    return World(11, first_day, 90, n_employers, postings_a_year, platforms=["workday"])


def at_each(moments: list[datetime]) -> list[str]:
    return [part for at in moments for part in ("--at", at.isoformat())]


def listed(world: World, board: str, at: datetime) -> set[str]:
    return truth.listing(world, "workday", board, at)


def false_closings(world: World, versions: Rows) -> Rows:
    """Absences of what was listed then."""
    absent = [row for row in versions if row["absent_at"] is not None]
    return [row for row in absent if row["external_id"] in listed(world, row["board"], row["absent_at"])]


def false_openings(world: World, versions: Rows) -> Rows:
    """Spells of what was listed already when the last complete list before them lacked it."""
    first = {(row["board"], row["external_id"], row["spell"]): row for row in reversed(versions)}.values()
    known = [row for row in first if row["before_at"] is not None]
    return [row for row in known if row["external_id"] in listed(world, row["board"], row["before_at"])]


def assert_all_is_found(world: World, board_runs: Rows, versions: Rows) -> None:
    """What the last two complete lists lack is closed at the end, and nothing else."""
    for board in {row["board"] for row in board_runs}:
        whole = [row["fetched_at"] for row in board_runs if row["board"] == board and row["is_complete"]]
        newest = {row["external_id"]: row for row in versions if row["board"] == board}
        assert {name for at in whole for name in listed(world, board, at)} <= set(newest)
        closed = {name for name, row in newest.items() if row["is_closed"]}
        assert closed == set(newest) - listed(world, board, whole[-1]) - listed(world, board, whole[-2])


CADENCES = {
    "weekly": [SATURDAY + n * WEEK for n in range(10)],
    "daily": [SATURDAY + n * DAY for n in range(30)],
}


@pytest.mark.parametrize("cadence", CADENCES)
def test_three_saturdays_without_an_answer_close_and_open_nothing(cadence: str, tmp_path: Path) -> None:
    world, moments = market(4, 60.0), CADENCES[cadence]
    bad = [SATURDAY + n * WEEK for n in (1, 2, 4)]
    with serve(world, [Fault("error_500", "workday", first=at.date(), last=at.date()) for at in bad]) as server:
        config, url = setup(server, tmp_path, timeout_s=10)
        assert crawl(config, *at_each(moments)).returncode == 3
    board_runs, versions = told(url)
    during = [row for row in board_runs if row["fetched_at"] in bad]
    assert (len(during), {row["verdict"] for row in during}) == (3 * len(world.employers), {"failed"})
    after = {row["verdict"] for row in board_runs if row["fetched_at"] not in bad}
    assert after <= COMPLETE | {"no_board"}
    assert false_closings(world, versions) == []
    assert false_openings(world, versions) == []
    assert sum(row["is_closed"] for row in versions) > 10
    assert sum(row["before_at"] is not None for row in versions) > 10
    there = {one.token for one in world.employers if one.has_board(moments[-1])}
    assert_all_is_found(world, [row for row in board_runs if row["board"] in there], versions)


CAPPED = {
    3: ({"CAPS_TOTAL": False}, "the list moved while it was read"),  # page 1 again behind the 500th row
    4: ({"CAPS_TOTAL": False, "WRAPS": False}, "500 rows listed, "),
    5: ({"HAS_FACETS": False}, "500 rows listed, 500 advertised"),  # a round total that nothing bears out
}
SPLIT = 6


@pytest.mark.slow
def test_a_cap_of_500_rows_closes_and_opens_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = market(1, 3_700.0)
    moments = [SATURDAY + 2 * n * DAY for n in range(9)]  # each new posting costs a request
    board = world.employers[0].token
    assert min(len(listed(world, board, at)) for at in moments) > 550
    with serve(world) as server:
        config, url = setup(server, tmp_path, timeout_s=10)
        assert crawl(config, *at_each(moments[:3])).returncode == 3  # its texts are more than one crawl reads
        for number in (*CAPPED, SPLIT):
            with monkeypatch.context() as capped:
                for name, value in ({"CAP": 500} | CAPPED.get(number, ({}, ""))[0]).items():
                    capped.setattr(workday, name, value)
                assert crawl(config, *at_each([moments[number]])).returncode == (0 if number == SPLIT else 3)
        assert crawl(config, *at_each(moments[7:])).returncode == 0
    board_runs, versions = told(url)
    for number, (_, note) in CAPPED.items():
        assert board_runs[number]["verdict"] == "partial"
        assert board_runs[number]["note"].startswith(note)
    assert {board_runs[number]["verdict"] for number in (1, 2, SPLIT, 7, 8)} == {"snapshot"}
    assert board_runs[SPLIT]["kept"] == len(listed(world, board, moments[SPLIT]))
    assert false_closings(world, versions) == []
    assert false_openings(world, versions) == []
    assert sum(row["is_closed"] for row in versions) > 100
    assert_all_is_found(world, board_runs, versions)


@pytest.fixture(scope="module")
def large() -> World:
    return market(1, 16_000.0)


def asked(server: Server, target: str, posted: str = "") -> tuple[int, bytes]:
    headers = {"x-jobtide-at": SATURDAY.isoformat(), "accept": "application/json"}
    sent, _ = server.respond("workday", target, headers, posted.encode() or None)
    return sent.answer.status, sent.answer.body


def read(world: World) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The only board of a world, read without a crawl around it, and the queries that were asked."""
    server, queries = Server(world, [], SATURDAY), []
    board = Board("workday", world.employers[0].token)

    async def get(url: str, _headers: dict[str, str]) -> Answer:
        target, _, posted = url.removeprefix("http://127.0.0.1:9").partition("#")
        queries.append(json.loads(posted))
        return Answer(url, *_with_type(asked(server, target, posted)))

    return asyncio.run(read_board(board, PLATFORM, "http://127.0.0.1:9/{token}", get, {})), queries


def _with_type(answer: tuple[int, bytes]) -> tuple[int, dict[str, str], bytes]:
    return answer[0], {"content-type": "application/json"}, answer[1]


@pytest.mark.parametrize("caps_total", [True, False])
def test_a_board_above_the_cap_is_read_whole_by_a_facet(
    large: World, caps_total: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workday, "CAPS_TOTAL", caps_total)
    fields, queries = read(large)
    true = listed(large, large.employers[0].token, SATURDAY)
    assert len(true) > workday.CAP
    assert (fields["verdict"], fields["listed"], fields["advertised"]) == ("snapshot", len(true), len(true))
    assert {posting.external_id for posting in fields["postings"]} == true
    assert Counter(name for query in queries for name in query["appliedFacets"]).keys() == {"jobFamilyGroup"}
    assert len(queries) < len(true) / 20 + 10


def test_a_share_above_the_cap_is_split_again(large: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workday, "CAP", 600)
    fields, queries = read(large)
    assert {posting.external_id for posting in fields["postings"]} == listed(large, large.employers[0].token, SATURDAY)
    assert max(len(query["appliedFacets"]) for query in queries) > 1


def test_a_board_above_the_cap_without_facets_is_partial(large: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workday, "HAS_FACETS", False)
    fields, queries = read(large)
    assert (fields["verdict"], fields["listed"], len(queries)) == ("partial", 2_000, 100)


def test_the_simulator_answers_as_tenants_do() -> None:
    world = market(2, 400.0)
    server = Server(world, [], SATURDAY)
    for one in world.employers:
        tenant, _, site = one.token.split("|")
        path = f"/{quote(one.token)}/wday/cxs/{tenant}/{site}"
        query = {"appliedFacets": {}, "limit": 20, "offset": 0, "searchText": ""}
        first = json.loads(asked(server, f"{path}/jobs", json.dumps(query))[1])
        later = json.loads(asked(server, f"{path}/jobs", json.dumps(query | {"offset": 10_000}))[1])
        assert (first["total"], later["total"]) == (len(listed(world, one.token, SATURDAY)), 0)
        assert later["jobPostings"] == first["jobPostings"] != []
        status, body = asked(server, f"{path}/jobs", json.dumps(query | {"limit": 21}))
        assert status == 400 or json.loads(body) == {"total": None, "jobPostings": [], "userAuthenticated": False}
        assert asked(server, f"{path}/jobs")[0] == 400
        gone = asked(server, f"{path}/job/Nowhere/Nothing_JR1")
        assert gone[0] in (403, 404)
        assert PLATFORM.is_gone(*gone)
        missing = asked(server, f"{path}x/jobs", json.dumps(query))
        assert missing[0] == 422
        assert PLATFORM.is_no_board(*missing)


def test_a_wall_is_no_gone_posting_and_no_missing_board() -> None:
    assert not PLATFORM.is_gone(403, b"<html>Access denied</html>")
    assert not PLATFORM.is_gone(500, b'{"errorCode":"S22"}')
    assert not PLATFORM.is_no_board(422, b"<html>gateway</html>")
    assert not PLATFORM.is_no_board(403, b'{"errorCode":"S22"}')


def test_addresses() -> None:
    token = "volta|wd103|Ext_Site"
    address = "https://volta.wd103.myworkdayjobs.com/wday/cxs/volta/Ext_Site/jobs"
    query = {"appliedFacets": {}, "limit": 20, "offset": 0, "searchText": ""}
    assert PLATFORM.first_url("", token) == PLATFORM.first_url(PLATFORM.host, token) == post_url(address, query)
    for bad in ("volta|wd5|", "volta|5|Site", "vol.ta|wd5|Site", "volta|wd5|..", "volta|wd5|Site|x", "|wd5|Site"):
        with pytest.raises(ValueError, match="token"):
            PLATFORM.first_url("", bad)


def test_an_id_outlives_title_and_place_and_no_version_comes_of_the_relative_date() -> None:
    board, rows = Board("workday", "volta|wd5|Site"), []
    for path, posted in (("Jena/Engineer_R-7-1", "Today"), ("Jena/Engineer_R-7-1", "30+ Days Ago"), ("X/Y_R-7-1", "")):
        row = {"title": "ML Engineer", "externalPath": f"/job/{path}", "postedOn": f"Posted {posted}"}
        body = json.dumps({"total": 1, "jobPostings": [row]}).encode()
        rows += PLATFORM.parse(body, "application/json", PLATFORM.first_url("", board.token), board).postings
    assert {row.external_id for row in rows} == {"R-7-1"}
    assert rows[0].content_hash() == rows[1].content_hash() != rows[2].content_hash()
    assert PLATFORM.detail_url("", board.token, rows[2]).endswith("/wday/cxs/volta/Site/job/X/Y_R-7-1")


@pytest.mark.parametrize("total", [None, True, "20", -1, 2.0])
def test_a_total_that_is_no_count_is_refused_on_every_page(total: Any) -> None:
    body = json.dumps({"total": total, "jobPostings": []}).encode()
    for offset in (0, 20):
        with pytest.raises(NotAListing):
            PLATFORM.parse(body, "", post_url("https://volta.example", {"offset": offset}), Board("workday", "volta"))
