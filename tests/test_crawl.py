"""The crawl as operators run it: a child process, real HTTP, real databases; its faults, its crashes, its manners."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from crawler.fetch import TRIES, Fetcher, Refused
from crawler.run import MOST_DOWN
from crawler.spiders.listing import Board
from jobtide_demo import boards_of, configure
from simulator import Fault, Server, World, serve, truth
from store import read
from store.check import fsck, rebuild
from store.connect import open_engine
from store.settings import Network
from tests.conftest import fresh_postgres
from tests.forked import crawler, started

FIRST = datetime(2025, 1, 5, 20, tzinfo=UTC)


def world(seed: int = 3, days: int = 120) -> World:
    return World(seed, FIRST.date(), days=days, n_employers=12, postings_a_year=40.0)


def weeks(*numbers: int) -> list[str]:
    return [part for n in numbers for part in ("--at", (FIRST + timedelta(weeks=n)).isoformat())]


def crawl(config: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A crawl of the boards that are named first, of all if none."""
    return crawler("--config", str(config), *arguments)


def setup(server: Server, folder: Path, url: str = "", timeout_s: float = 1.0) -> tuple[Path, str]:
    url = url or f"sqlite:///{folder}/jobtide.db"
    folder.mkdir(exist_ok=True)
    return configure(server.endpoints, boards_of(server.world), folder, url, timeout_s), url


def told(url: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    engine = open_engine(url, readonly=True)
    with engine.connect() as conn:
        answer = list(read.board_runs(conn)), list(read.versions(conn))
    engine.dispose()
    return answer


def sound(engine: Engine) -> bool:
    return not list(fsck(engine)) and not list(rebuild(engine, check=True))


def biggest(world: World, platform: str, rank: int = 0) -> str:
    at = FIRST + timedelta(weeks=4)
    boards = [e.token for e in world.employers if e.platform == platform]
    return sorted(boards, key=lambda token: -len(truth.listing(world, platform, token, at)))[rank]


KINDS = {
    "error_500": ("greenhouse", {"failed"}),
    "empty": ("ashby", {"empty"}),
    "truncated": ("greenhouse", {"failed", "partial"}),
    "truncated_total": ("greenhouse", {"partial"}),
    "truncated_list": ("ashby", {"quarantined"}),
    "not_found": ("lever", {"no_board"}),
    "html": ("lever", {"failed"}),
    "slow_drip": ("ashby", {"failed"}),
    "wrong_charset": ("greenhouse", {"failed"}),
    "too_many_requests": ("lever", {"deferred"}),
    "disconnect": ("ashby", {"failed"}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_failing_board_closes_nothing_and_recovers(kind: str, tmp_path: Path) -> None:
    platform, verdicts = KINDS[kind]
    market = world()
    token = biggest(market, platform)
    moments = [FIRST + timedelta(weeks=n) for n in range(1, 8)]
    fault = Fault(kind, platform, token, first=moments[2], last=moments[3], retry_after_s=3600, seconds=8)
    with serve(market, [fault]) as server:
        config, url = setup(server, tmp_path)
        names = (f"{platform}/{token}", *weeks(1, 2))
        assert crawl(config, *names).returncode == 0
        failing = crawl(config, f"{platform}/{token}", *weeks(3, 4))
        before = told(url)[1]
        assert crawl(config, f"{platform}/{token}", *weeks(5, 6, 7)).returncode in (0, 4)
    board_runs, versions = told(url)
    assert failing.returncode == (4 if verdicts == {"quarantined"} else 3), failing.stderr
    assert {row["verdict"] for row in board_runs[2:4]} <= verdicts
    assert {row["verdict"] for row in board_runs[4:]} <= {"snapshot", "unchanged"}
    assert not [row for row in before if row["absent_at"] in moments[2:4]]
    whole = [at for at, row in zip(moments, board_runs, strict=True) if row["is_complete"]]
    assert_true_to(market, platform, token, versions, whole)


def assert_true_to(
    market: World, platform: str, token: str, versions: list[dict[str, Any]], moments: list[datetime]
) -> None:
    """Every posting opens by the first whole list that has it, and closes by the second one that lacks it."""
    listed = {at: _ids(truth.listing(market, platform, token, at)) for at in moments}
    names = set().union(*listed.values())
    assert names <= {row["external_id"] for row in versions}
    for name in names:
        rows = [row for row in versions if row["external_id"] == name]
        present = [at for at in moments if name in listed[at]]
        assert rows[0]["valid_from"] <= present[0]
        gone = [at for at in moments if at > present[-1]]
        assert rows[-1]["last_seen_at"] <= present[-1] or rows[-1]["last_seen_at"] not in moments
        assert rows[-1]["absent_at"] == (gone[0] if gone else None)
        assert rows[-1]["is_closed"] == (len(gone) >= 2)


def _ids(listing: set[str]) -> set[str]:
    return {name.rsplit("/", 1)[-1] for name in listing}


def test_unchanged_boards_cost_a_row_and_no_body(tmp_path: Path) -> None:
    with serve(world()) as server:
        config, url = setup(server, tmp_path)
        assert crawl(config, *weeks(4)).returncode in (0, 3)
        n_versions = len(told(url)[1])
        server.log.clear()
        at = (FIRST + timedelta(weeks=4, hours=1)).isoformat()
        crawl(config, "--at", at)
        board_runs, versions = told(url)
    statuses = Counter(request.status for request in server.log if "robots" not in request.path)
    assert sum("robots" in request.path for request in server.log) == len(server.endpoints), "asked once a host"
    assert len(versions) == n_versions
    newest = [row for row in board_runs if row["fetched_at"] == datetime.fromisoformat(at)]
    assert statuses[304] == sum(row["verdict"] == "unchanged" and row["listed"] > 0 for row in newest) > 5


def test_both_engines_hold_the_same_rows_of_the_same_history(tmp_path: Path, postgres: str) -> None:
    with serve(world()) as server:
        lite, lite_url = setup(server, tmp_path / "lite")
        big, big_url = setup(server, tmp_path / "big", fresh_postgres(postgres))
        codes = [crawl(config, *weeks(*range(6))).returncode for config in (lite, big)]
    assert codes[0] == codes[1]
    here, there = ([_plain(part) for part in told(url)] for url in (lite_url, big_url))
    assert here == there
    assert sound(open_engine(big_url))


def _plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(
        ({k: v for k, v in row.items() if k not in ("board_id", "n_requests")} for row in rows),
        key=lambda row: str(row),
    )


def test_killed_at_random_moments_and_run_again_nothing_is_lost_or_fetched_twice(tmp_path: Path) -> None:
    rng = random.Random(5)
    with serve(world()) as server:
        for trial in range(6):
            config, url = setup(server, tmp_path / str(trial))
            server.log.clear()
            at_once = config.read_text()
            config.write_text(at_once.replace("delay_s = 0", "delay_s = 0.05"))  # one board after the other
            child, goal = started("--config", str(config), *weeks(4)), rng.randint(1, 14)
            while len(server.log) < goal and child.exitcode is None:
                time.sleep(0.005)
            child.kill()
            child.join()
            config.write_text(at_once)
            done = {row["board"] for row in _told_or_nothing(url)}
            at_kill = len(server.log)
            assert crawl(config, *weeks(4)).returncode in (0, 3, 75)
            again = {request.token for request in server.log[at_kill:]}
            assert not done & again
            board_runs, versions = told(url)
            assert len(board_runs) == 12
            _assert_all_listed(server.world, versions)
            assert sound(open_engine(url))


def _told_or_nothing(url: str) -> list[dict[str, Any]]:
    path = Path(url.removeprefix("sqlite:///"))
    try:
        return told(url)[0] if path.exists() else []
    except DBAPIError:  # killed before the tables were there
        return []


def _assert_all_listed(market: World, versions: list[dict[str, Any]]) -> None:
    at = FIRST + timedelta(weeks=4)
    for employer in market.employers:
        names = [row["external_id"] for row in versions if row["board"] == employer.token]
        assert sorted(names) == sorted(_ids(truth.listing(market, employer.platform, employer.token, at)))


def test_two_at_once_one_works_and_the_other_is_told(tmp_path: Path) -> None:
    fault = Fault("slow_drip", "greenhouse", seconds=4)  # longer than a busy machine takes to fork the second
    with serve(world(), [fault]) as server:
        config, _ = setup(server, tmp_path, timeout_s=40)
        first = subprocess.Popen(
            [sys.executable, "-m", "jobtide", "--config", str(config), "crawl", *weeks(4)], stderr=subprocess.DEVNULL
        )
        while not server.log and first.poll() is None:
            time.sleep(0.05)
        second = crawl(config, *weeks(5))
        assert second.returncode == 75
        assert "is at work" in second.stderr
        first.send_signal(signal.SIGTERM)
        assert first.wait(60) == 143


def test_the_same_slot_is_not_worked_twice(tmp_path: Path) -> None:
    with serve(world()) as server:
        config, _ = setup(server, tmp_path)
        crawl(config, *weeks(4))
        n_requests = len(server.log)
        assert crawl(config, *weeks(4)).returncode == 75
        assert len(server.log) == n_requests


def test_a_host_that_asks_for_patience_is_left_alone_by_all_its_boards_and_the_next_run(tmp_path: Path) -> None:
    market = world()
    fault = Fault("too_many_requests", "lever", biggest(market, "lever"), retry_after_s=7200, times=1)
    with serve(market, [fault]) as server:
        config, url = setup(server, tmp_path)
        for hours in (0, 1, 3):
            crawl(config, "lever", "--at", (FIRST + timedelta(weeks=4, hours=hours)).isoformat())
    verdicts = [row["verdict"] for row in told(url)[0]]
    n_boards = len(verdicts) // 3
    assert "deferred" in verdicts[:n_boards]
    assert set(verdicts[n_boards : 2 * n_boards]) == {"deferred"}
    assert "deferred" not in verdicts[2 * n_boards :]


def test_a_host_that_fails_for_board_after_board_is_asked_once_for_each_other(tmp_path: Path) -> None:
    market = World(3, FIRST.date(), days=40, n_employers=30, postings_a_year=10.0, platforms=("lever",))
    last = FIRST + timedelta(weeks=3)
    with serve(market, [Fault("error_503", "lever", last=last)]) as server:
        config, url = setup(server, tmp_path)
        assert crawl(config, "lever", *weeks(3)).returncode == 3
        n_requests = len(server.log)
        crawl(config, "lever", *weeks(4))
    first = Counter(row["verdict"] for row in told(url)[0] if row["fetched_at"] == last)
    assert first == {"failed": 4 * MOST_DOWN, "deferred": 30 - 4 * MOST_DOWN}  # four boards are read at a time
    assert n_requests == 1 + 4 * MOST_DOWN * TRIES + 30 - 4 * MOST_DOWN
    assert not {row["verdict"] for row in told(url)[0] if row["fetched_at"] > last} & {"failed", "deferred"}


@pytest.mark.parametrize("kind", ["error_503", "too_many_requests", "slow_drip", "disconnect"])
def test_robots_that_cannot_be_read_forbid_everything(kind: str, tmp_path: Path) -> None:
    with serve(world(), [Fault(kind, "ashby", "robots.txt", seconds=8, retry_after_s=600)]) as server:
        config, url = setup(server, tmp_path)
        assert crawl(config, "ashby", *weeks(4)).returncode == 3
        assert not [request for request in server.log if "robots" not in request.path]
    assert {row["verdict"] for row in told(url)[0]} == {"blocked"}


class _Mock(BaseHTTPRequestHandler):
    """A host that disallows us, or sends us somewhere else; and the somewhere else, which must stay unasked."""

    robots = "User-agent: *\nDisallow:\n"
    moved_to = ""
    asked: list[tuple[int, str]] = []  # noqa: RUF012  shared on purpose
    times: list[float] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.times.append(time.monotonic())
        self.asked.append((self.server.server_address[1], self.path))  # type: ignore[index]
        body = self.robots.encode() if self.path == "/robots.txt" else b"{}"
        self.send_response(302 if self.moved_to and self.path != "/robots.txt" else 200)
        if self.moved_to:
            self.send_header("Location", self.moved_to)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def mock() -> Any:
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), _Mock) for _ in range(2)]
    for server in servers:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    _Mock.asked.clear()
    _Mock.times.clear()
    yield [server.server_port for server in servers]
    for server in servers:
        server.shutdown()
        server.server_close()
    _Mock.robots, _Mock.moved_to = "User-agent: *\nDisallow:\n", ""


def mocked(folder: Path, port: int, endpoint: str = "") -> tuple[Path, str]:
    url = f"sqlite:///{folder}/jobtide.db"
    origin = f"http://127.0.0.1:{port}"
    config = configure({"ashby": origin}, [Board("ashby", "acme", "Acme")], folder, url)
    config.write_text(config.read_text().replace(f'ashby = "{origin}"', f'ashby = "{endpoint or origin}"'))
    return config, url


def test_a_redirect_to_another_local_port_is_not_followed(tmp_path: Path, mock: list[int]) -> None:
    _Mock.moved_to = f"http://127.0.0.1:{mock[1]}/secret"
    config, url = mocked(tmp_path, mock[0])
    assert crawl(config).returncode == 3
    assert {port for port, _ in _Mock.asked} == {mock[0]}
    assert told(url)[0][0]["verdict"] == "failed"


def test_robots_that_disallow_us_block_the_board(tmp_path: Path, mock: list[int]) -> None:
    _Mock.robots = "User-agent: jobtide\nDisallow: /\n"
    config, url = mocked(tmp_path, mock[0])
    assert crawl(config).returncode == 3
    assert [path for _, path in _Mock.asked] == ["/robots.txt"]
    assert told(url)[0][0]["verdict"] == "blocked"


def test_a_crawl_delay_longer_than_we_wait_for_anybody_defers_the_board(tmp_path: Path, mock: list[int]) -> None:
    _Mock.robots = "User-agent: JobTide/9.9\nCrawl-delay: 1000000000\n"
    config, url = mocked(tmp_path, mock[0])
    config.write_text(config.read_text().replace("delay_s = 0", "delay_s = 1"))
    assert crawl(config).returncode == 3
    assert [path for _, path in _Mock.asked] == ["/robots.txt"]
    assert [(row["verdict"], row["note"][:26]) for row in told(url)[0]] == [("deferred", "robots.txt asks to wait 1e")]


def test_a_page_in_place_of_robots_is_said_and_what_it_forbids_is_kept(tmp_path: Path, mock: list[int]) -> None:
    config, url = mocked(tmp_path, mock[0])
    _Mock.robots = "<html><body>User-agent: *<br>Disallow: /posting-api/</body></html>"
    assert "a web page without rules" not in crawl(config).stderr
    _Mock.robots = "<html><body>Welcome</body></html>"
    done = crawl(config)
    assert f"127.0.0.1:{mock[0]}: robots.txt is a web page without rules; read as having none\n" in done.stderr
    assert [row["verdict"] for row in told(url)[0]] == ["blocked", "failed"]


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.2", "2130706433", "0x7f000001", "017700000001", "127.1", "0", "[::ffff:127.0.0.1]", "[::1]"],
)
def test_no_spelling_of_loopback_but_the_allowed_one_is_fetched(host: str, tmp_path: Path, mock: list[int]) -> None:
    config, _ = mocked(tmp_path, mock[0], f"http://{host}:{mock[1]}")
    done = crawl(config)
    assert done.returncode == 78
    assert "may not be fetched" in done.stderr
    assert not _Mock.asked


def test_a_public_name_that_leads_to_a_private_address_is_refused_at_connect_time(tmp_path: Path) -> None:
    script = (
        "import socket, sys\n"
        "socket.gethostbyname = lambda name: '127.0.0.1'\n"
        "from crawler.__main__ import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    config, url = mocked(tmp_path, 1)
    config.write_text(config.read_text().split("[network]")[0])
    done = subprocess.run(
        [sys.executable, "-c", script, "--config", str(config)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 3, done.stderr
    row = told(url)[0][0]
    assert (row["verdict"], "not public" in row["note"]) == ("blocked", True), row["note"]


def test_the_doors_for_simulators_are_shut_for_public_hosts(tmp_path: Path) -> None:
    config, _ = mocked(tmp_path, 1)
    public = config.read_text().split("[network]")[0]
    config.write_text(public)
    assert "--at is for simulators" in crawl(config, *weeks(1)).stderr
    config.write_text(public + "[network]\ndelay_s = 0\n")
    assert "delay_s under 1" in crawl(config).stderr


def test_one_host_is_asked_once_a_delay_whatever_the_number_of_its_boards(tmp_path: Path, mock: list[int]) -> None:
    config, _ = mocked(tmp_path, mock[0])
    (tmp_path / "boards.csv").write_text("platform,token\nashby,a\nashby,b\nashby,c\n")
    config.write_text(config.read_text().replace("delay_s = 0", "delay_s = 0.4"))
    started = time.monotonic()
    crawl(config)
    assert len(_Mock.asked) == 4
    assert time.monotonic() - started >= 3 * 0.4  # a bound on manners, not on speed


def test_four_processes_and_a_restart_keep_the_rate_of_a_host(tmp_path: Path, mock: list[int]) -> None:
    """The boards of a platform whose register row asks for a second; the log of the host they share is the judge."""
    config, _ = mocked(tmp_path, mock[0])
    n_boards = int(os.environ.get("N_POLITE_BOARDS", "5"))
    (tmp_path / "boards.csv").write_text("platform,token\n" + "".join(f"ashby,b{n}\n" for n in range(n_boards)))
    config.write_text(config.read_text().replace("delay_s = 0", "delay_s = 0.5"))
    four = [started("--config", str(config)) for _ in range(4)]
    while len(_Mock.asked) < n_boards // 2:
        time.sleep(0.05)
    for one in four:
        one.kill()
        one.join()
    crawl(config)
    boards = [path for _, path in _Mock.asked if path != "/robots.txt"]
    assert len(set(boards)) == n_boards
    assert min(later - earlier for earlier, later in pairwise(_Mock.times)) >= 0.45  # what arrives jitters


def test_no_listener_is_opened_and_the_environments_proxy_is_ignored(tmp_path: Path, mock: list[int]) -> None:
    config, _ = mocked(tmp_path, mock[0])
    proxy = {"http_proxy": f"http://127.0.0.1:{mock[1]}", "https_proxy": f"http://127.0.0.1:{mock[1]}"}
    command = [sys.executable, "-m", "jobtide", "--config", str(config), "crawl"]
    subprocess.run(command, env=os.environ | proxy, capture_output=True, timeout=60)
    assert {port for port, _ in _Mock.asked} == {mock[0]}


def _listing(content: str, total: str = "1") -> str:
    row = f'{{"id": 1, "title": "ML Engineer", "internal_job_id": 2, "content": "{content}"}}'
    return f'{{"jobs": [{row}], "meta": {{"total": {total}}}}}'


class _Hostile(BaseHTTPRequestHandler):
    """Greenhouse boards of which each lies in its own way; `good` does not."""

    def do_GET(self) -> None:
        token = self.path.split("/")[3] if self.path.startswith("/v1") else ""
        name = token.rstrip("0123456789")
        nested = "<div>" * 200_000 + "<div class='content-pay-transparency'><div class='pay-input'></div></div>"
        bodies = {
            "huge": _listing("x", "1e30"),
            "rows": '{"jobs": [' + ",".join(["{}"] * 60_000) + '], "meta": {"total": 1}}',
            "nested": _listing(nested),
            "digits": _listing(f"&lt;p&gt;&#{'9' * 5000};&lt;/p&gt;"),
            "good": _listing("x"),
            "endless": "",
        }
        self.send_response({"moved": 301, "dead": 500}.get(name, 200 if name in bodies or not token else 404))
        if token == "moved":
            self.send_header("Location", "/x\x1b[31m\x07")
        body = bodies.get(name, "").encode()
        self.send_header("Content-Length", str(10**9 if name == "endless" else len(body)))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


def hostile(tokens: Sequence[str], folder: Path, url: str) -> tuple[int, str, dict[str, str]]:
    """(exit code, what was said, verdict of each board) of a crawl."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hostile)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    boards = [Board("greenhouse", token, token) for token in tokens]
    config = configure({"greenhouse": f"http://127.0.0.1:{server.server_port}"}, boards, folder, url)
    done = crawl(config)
    server.shutdown()
    server.server_close()
    return done.returncode, done.stderr, {row["board"]: row["verdict"] for row in told(url)[0]}


def test_a_lying_board_fails_alone(tmp_path: Path, database_url: str) -> None:
    tokens = ("huge", "rows", "nested", "digits", "moved", "good")
    code, said, verdicts = hostile(tokens, tmp_path, database_url)
    assert code in (3, 4), said
    assert "\x1b" not in said
    assert verdicts.pop("good") == "snapshot"
    assert verdicts.pop("nested") == "snapshot"
    assert set(verdicts.values()) <= {"partial", "failed", "quarantined"}, verdicts


def test_boards_that_fail_for_ever_do_not_keep_those_behind_them_from_being_read(tmp_path: Path) -> None:
    failing = [f"{kind}{n}" for kind in ("dead", "endless") for n in range(4 * MOST_DOWN)]  # four are read at a time
    good = [f"good{n}" for n in range(4)]
    code, said, verdicts = hostile([*failing, *good], tmp_path, f"sqlite:///{tmp_path}/jobtide.db")
    assert (code, verdicts) == (3, dict.fromkeys(failing, "failed") | dict.fromkeys(good, "snapshot")), said


def test_a_clock_that_goes_back_is_not_told_as_before(tmp_path: Path) -> None:
    market = world()
    with serve(market) as server:
        config, url = setup(server, tmp_path)
        board = f"ashby/{biggest(market, 'ashby')}"
        for week in (1, 3, 2):
            crawl(config, board, *weeks(week))
    board_runs, versions = told(url)
    assert [row["verdict"] for row in board_runs] == ["snapshot"] * 3
    whole = [FIRST + timedelta(weeks=n) for n in (1, 2, 3)]
    assert_true_to(market, "ashby", board.removeprefix("ashby/"), versions, whole)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/robots.txt", "http://example.com/", "https://user@example.com/"])
def test_every_address_is_judged_before_it_is_asked(url: str) -> None:
    """Also where a robots.txt sends us: to another port of a host that is allowed."""
    fetcher = Fetcher(cast(Any, None), Network(allow=["127.0.0.1:2"]))
    with pytest.raises(Refused) as refused:
        asyncio.run(fetcher.get(url))
    assert (refused.value.verdict, fetcher.n_requests) == ("blocked", 0)
