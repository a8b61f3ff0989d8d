"""Every platform against the truth: its simulated boards are crawled over HTTP and compared with what they tell."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from crawler.detail import is_near
from crawler.spiders import PLATFORMS
from crawler.spiders.listing import Board, Detailed
from jobtide_demo import configure
from simulator import Fault, Server, World, serve
from simulator.answer import Answer
from simulator.faults import spoil
from simulator.platforms import PLATFORMS as FORMATS
from store import hosts, read
from store.connect import open_engine
from tests.test_crawl import FIRST, crawl, setup, told, weeks

ONLY = os.environ.get("TEST_PLATFORMS", "").split()  # while one platform is written
TESTED = ONLY or sorted(name for name, format_ in FORMATS.items() if hasattr(format_, "told"))
HARMLESS = {"reordered", "lying_etag"}
FAILURES = {
    "error_500": {"failed", "partial"},
    "too_many_requests": {"deferred", "partial"},
    "empty_body": {"failed"},
    "truncated": {"failed", "partial"},
    "html": {"failed"},
    "disconnect": {"failed", "partial"},
}


def market(n_weeks: int = 12) -> World:
    return World(5, FIRST.date(), days=7 * n_weeks, n_employers=3 * len(TESTED), postings_a_year=40.0, platforms=TESTED)


def contents(url: str) -> dict[tuple[str, str, str], dict[str, Any]]:
    """(platform, board, external id) -> the newest content of what is not closed."""
    engine = open_engine(url, readonly=True)
    with engine.connect() as conn:
        rows = {(r["platform"], r["board"], r["external_id"]): r for r in read.versions(conn) if not r["is_closed"]}
        known = dict(read.contents(conn, [row["content_hash"] for row in rows.values()]))
    engine.dispose()
    return {key: known[row["content_hash"]] for key, row in rows.items()}


def expected(world: World, at: datetime) -> dict[tuple[str, str, str], Any]:
    return {
        (one.platform, one.token, posting.external_id): FORMATS[one.platform].told(posting, at)
        for one in world.employers
        for posting in world.listed(one.platform, one.token, at)
        if posting.is_listed
    }


def test_every_platform_of_the_market_has_a_spider_and_fixtures() -> None:
    assert set(TESTED) <= set(PLATFORMS)
    assert set(FORMATS) == set(PLATFORMS)


def test_what_is_stored_is_what_the_platforms_tell(database_url: str, tmp_path: Path) -> None:
    world = market()
    with serve(world) as server:
        config, url = setup(server, tmp_path, database_url, timeout_s=10)
        ran = crawl(config, *weeks(3, 5))
    assert ran.returncode in (0, 3), ran.stderr
    at = FIRST + timedelta(weeks=5)
    stored, true = contents(url), expected(world, at)
    board_runs = told(url)[0]
    good = {"snapshot", "unchanged", "window", "empty", "no_board"}
    assert {(r["platform"], r["verdict"], r["note"]) for r in board_runs if r["verdict"] not in good} == set()
    assert set(true) <= set(stored)
    for key, truth in true.items():
        assert_told(key, stored[key], truth)


def assert_told(key: tuple[str, str, str], posting: dict[str, Any], truth: Any) -> None:
    assert posting["title"] == truth.title.strip(), key
    assert tuple(place.get("label", "") for place in posting.get("places", ())) == truth.places, key
    if isinstance(PLATFORMS[key[0]], Detailed) and not is_near(truth.title):
        return  # its own page is not read
    at = posting.get("posted_at")
    assert (datetime.fromisoformat(at) if at else None) == truth.posted_at, key
    assert posting.get("posted_basis", "") == truth.posted_basis, key
    names = ("low", "high", "currency", "period", "label")
    pay = {
        tuple(row.get(name, None if name in ("low", "high") else "") for name in names)
        for row in posting.get("pay", ())
    }
    assert pay == set(truth.pay), key
    assert posting.get("body_html"), key


def _crawled_under(kind: str, folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Board runs and versions of six weekly crawls of every platform, the third and fourth under a failure."""
    first, last = FIRST + timedelta(weeks=3), FIRST + timedelta(weeks=4)
    fault = Fault(kind, first=first, last=last, retry_after_s=7200)
    world = World(5, FIRST.date(), days=70, n_employers=len(TESTED), postings_a_year=30.0, platforms=TESTED)
    with serve(world, [fault]) as server:
        config, url = setup(server, folder, timeout_s=5)
        crawl(config, *weeks(1, 2, 3, 4, 5, 6))
    return told(url)


@pytest.mark.parametrize("kind", FAILURES)
def test_no_failure_closes_anything(kind: str, tmp_path: Path) -> None:
    board_runs, versions = _crawled_under(kind, tmp_path)
    bad = [FIRST + timedelta(weeks=n) for n in (3, 4)]
    during = [(row["platform"], row["verdict"], row["note"]) for row in board_runs if row["fetched_at"] in bad]
    assert len({name for name, _, _ in during}) == len(TESTED)
    assert [row for row in during if row[1] not in FAILURES[kind] | {"no_board"}] == []
    assert not [row for row in versions if row["absent_at"] in bad]
    after = [row for row in board_runs if row["fetched_at"] > bad[-1]]
    fine = {"snapshot", "unchanged", "window", "empty", "no_board"}
    assert [(r["platform"], r["verdict"], r["note"]) for r in after if r["verdict"] not in fine] == []


LISTS = ("jobicy", "personio", "pinpoint", "teamtailor", "uber", "usajobs", "weworkremotely")  # of all shapes


def test_lists_of_every_shape_can_be_shortened_and_turned_around() -> None:
    world = World(5, FIRST.date(), days=90, n_employers=len(LISTS) * 3, postings_a_year=60.0, platforms=LISTS)
    server = Server(world, [], FIRST + timedelta(weeks=8))
    for name in LISTS:
        answers = [_listed(server, one.token, name) for one in world.employers if one.platform == name]
        good, token = max((answer for answer in answers if answer[0].status == 200), key=lambda one: len(one[0].body))
        whole, turned, cut = (_ids(told, name, token) for told in (good, *(
            spoil(good, Fault(kind), FORMATS[name]).answer for kind in ("reordered", "truncated_list")
        )))  # fmt: skip
        assert (len(whole) > 2, turned == whole[::-1], turned != whole) == (True, True, True), name
        assert 0 < len(cut) < len(whole), name
        assert cut == whole[: len(cut)], name


def _listed(server: Server, token: str, name: str) -> tuple[Answer, str]:
    url, _, body = PLATFORMS[name].first_url("http://127.0.0.1/{token}", token).partition("#")
    target = url.removeprefix("http://127.0.0.1")
    return server.respond(name, target, {"accept": PLATFORMS[name].accept}, body.encode() or None)[0].answer, token


def _ids(answer: Answer, name: str, token: str) -> list[str]:
    told = PLATFORMS[name].parse(answer.body, answer.content_type, "http://127.0.0.1/", Board(name, token))
    return [posting.external_id for posting in told.postings]


def test_a_second_crawl_of_the_same_reads_no_text_again(tmp_path: Path) -> None:
    world = market(6)
    with serve(world) as server:
        config, url = setup(server, tmp_path, timeout_s=10)
        crawl(config, *weeks(3))
        n_first = _n_asked(server)
        crawl(config, "--at", (FIRST + timedelta(weeks=3, hours=1)).isoformat())
        n_again = _n_asked(server) - n_first
    assert {row["verdict"] for row in told(url)[0][-len(world.employers) :]} <= {
        "unchanged",
        "window",
        "empty",
        "no_board",
    }
    assert n_again <= n_first


def _n_asked(server: Server) -> int:
    return len(server.log)


class _TooOften(BaseHTTPRequestHandler):
    """Says with a 403 that its rate is reached, and when it may be asked again."""

    def do_GET(self) -> None:
        self.send_response(404 if self.path == "/robots.txt" else 403)
        self.send_header("X-RateLimit-Reset", "3000")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def too_often() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _TooOften)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_403_that_means_too_often_leaves_the_host_alone_for_as_long_as_it_says(
    too_often: str, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/jobtide.db"
    crawl(configure({"themuse": too_often}, [Board("themuse", "all", "Feed")], tmp_path, url))
    assert [row["verdict"] for row in told(url)[0]] == ["deferred"]
    engine = open_engine(url, readonly=True)
    (until, _), *_ = hosts.waits(engine).values()
    engine.dispose()
    assert timedelta(seconds=2900) < until - datetime.now(UTC) <= timedelta(seconds=3000)
