"""The command line as its users meet it: exit codes by the contract, one clear line, and nothing half-written."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import pandas as pd
import pytest
import typer
from sqlalchemy import create_engine, text

import jobtide
from analytics import Market
from analytics.export import TABLES
from crawler import __main__ as crawl_process
from crawler import launch
from crawler.spiders.listing import Board
from jobtide_demo import boards_of, configure
from simulator import Fault, Server, World, serve
from store import read, runs
from store.check import fsck, rebuild
from store.connect import open_engine
from store.migrate import upgrade
from store.settings import Network
from tests import forked
from tests.conftest import ROOT, fresh_postgres

FIRST = datetime(2025, 1, 12, 20, tzinfo=UTC)
WEEKS = [FIRST + timedelta(weeks=week) for week in range(4)]
MARKET = World(3, FIRST.date() - timedelta(days=7), days=60, n_employers=9, postings_a_year=20.0)
CAPBSET_DROP, DAC_OVERRIDE = 24, 1


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    def refused(self, code: int, *words: str) -> bool:
        """One line on standard error, that says these words, and the exit code."""
        one_line = self.err.startswith("jobtide: ") and self.err.count("\n") == 1 and self.err.endswith("\n")
        return self.code == code and one_line and all(word in self.err for word in words)


Call = Callable[..., Done]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Call]:
    """Runs a verb in this process, in an empty folder; a crawl that it starts is forked."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(launch, "run_child", forked.run_child)
    before = signal.getsignal(signal.SIGTERM)

    def run(*arguments: str) -> Done:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            jobtide.main([*arguments])
        told = capfd.readouterr()
        return Done(int(ended.value.code or 0), told.out, told.err)

    yield run
    signal.signal(signal.SIGTERM, before)


def process(*arguments: str, limit: Callable[[], None] | None = None, folder: Path | None = None) -> Done:
    """Runs a verb in a process of its own."""
    command = [sys.executable, "-m", "jobtide", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, preexec_fn=limit, cwd=folder)
    return Done(done.returncode, done.stdout, done.stderr)


def live_boards() -> list[Board]:
    """The boards that list something in every week."""
    return [b for b in boards_of(MARKET) if all(MARKET.listed(b.platform, b.token, at) for at in WEEKS)]


def setup(server: Server, folder: Path, url: str = "") -> Path:
    """Settings of a crawl of the simulator into a store in `folder`."""
    folder.mkdir(exist_ok=True)
    return configure(server.endpoints, live_boards(), folder, url or f"sqlite:///{folder}/jobtide.db", 5.0)


def given(*moments: datetime) -> list[str]:
    return [part for moment in moments for part in ("--at", moment.isoformat())]


BIGGEST = max(
    (b for b in live_boards() if b.platform == "ashby"), key=lambda b: len(MARKET.listed(b.platform, b.token, FIRST))
)


def _crawled(folder: Path, url: str) -> str:
    with serve(MARKET, [Fault("truncated_list", "ashby", BIGGEST.token, first=WEEKS[2])]) as server:
        assert launch.crawl(["--quiet", *given(*WEEKS[:3])], setup(server, folder, url)) == 4
    return url


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite store of three weeks; in the last one board is quarantined."""
    folder = tmp_path_factory.mktemp("crawled")
    _crawled(folder, f"sqlite:///{folder}/jobtide.db")
    return folder / "jobtide.db"


@pytest.fixture(scope="module")
def crawled_postgres(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The same on PostgreSQL."""
    return _crawled(tmp_path_factory.mktemp("crawled"), fresh_postgres(postgres))


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """URL of a copy of the crawled store, which the settings name."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("crawled"), tmp_path / "jobtide.db")
        url = "sqlite:///jobtide.db"
    else:
        url = _copy(request.getfixturevalue("postgres"), request.getfixturevalue("crawled_postgres"))
    monkeypatch.setenv("JOBTIDE_DATABASE_URL", url)
    return url


def _copy(server: str, url: str) -> str:
    old, new = url.partition("?")[0].rpartition("/")[2], f"t{uuid.uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as conn:
        conn.execute(text(f"CREATE DATABASE {new} TEMPLATE {old}"))
    admin.dispose()
    return url.replace(old, new)


REFUSED = {
    "frobnicate": "No such command 'frobnicate'",
    "status --frob": "No such option: --frob",
    "status --jsn": "--json",
    "crawl nowhere": "no board is called 'nowhere'",
    "crawl greenhouse/antropic": "did you mean greenhouse/anthropic",
    "crawl -- --job": "no board is called '--job'",
    "crawl --at yesterday": "'yesterday' is no ISO time",
    "crawl --at 2026-01-05": "--at is for simulators on loopback",
    "run": "Missing argument",
    "run monthly": "daily, weekly",
    "read": "there is no store at jobtide.db",
    "report": "`jobtide crawl`",
    "report --as-of never": "'never' is no ISO time",
    "report --week 2026-W54": "'2026-W54' is no ISO week",
    "report --week last": "is no ISO week such as",
    "export out": "there is no store",
    "export out --format xml": "parquet or csv",
    "export": "Missing argument",
    "demo --weeks 1": "--weeks",
    "--config none.toml fsck": "there is no file none.toml",
    "--config . boards list": "cannot be read as TOML",
    "boards frob": "No such command",
    "import a.csv": "there is no a.csv",
    "backfill hn --since 2024-13": "no month",
    "backup copies": "not yet",
    "backup verify copy.db": "not yet",
    "purge --match text": "not yet",
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_be_meant_is_refused_in_one_line(words: str, call: Call, tmp_path: Path) -> None:
    done = call(*words.split())
    assert done.refused(78, REFUSED[words]), done
    assert not list(tmp_path.iterdir())


def test_no_verb_is_a_call_for_help(call: Call) -> None:
    for words, verb in (((), "status"), (("boards",), "check"), (("--help",), "crawl")):
        done = call(*words)
        assert (done.code, done.err, verb in done.out) == (0, "", True)


def parameters(command: Any, name: str = "jobtide") -> Iterator[tuple[str, Any]]:
    """Every option and argument of a verb and of those below it."""
    for one in command.params:
        yield f"{name} {one.name}", one
    for verb, below in getattr(command, "commands", {}).items():
        yield from parameters(below, f"{name} {verb}")


def test_every_option_and_argument_of_every_verb_says_what_it_is() -> None:
    found = dict(parameters(typer.main.get_command(jobtide.app)))
    assert {
        "jobtide config",
        "jobtide boards add url",
        "jobtide boards add country",
        "jobtide release board_run",
    } <= set(found)
    assert not [name for name, one in found.items() if name.split()[-1] != "help" and not getattr(one, "help", "")]


def test_the_version_is_told(call: Call) -> None:
    done = call("--version")
    assert (done.code, done.out, done.err) == (0, f"jobtide {version('jobtide')}\n", "")


def test_ctrl_c_while_modules_are_imported_says_one_line(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    (tmp_path / "scrapy.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    path = os.pathsep.join((str(tmp_path), str(ROOT)))
    for module in ("jobtide", "crawler"):
        command = [sys.executable, "-m", module, "status"]
        done = subprocess.run(
            command, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": path}, cwd=tmp_path
        )
        assert (done.returncode, done.stderr) == (130, "jobtide: interrupted\n")


def _busy(path: str) -> None:
    """A spider that parses for long, in a crawl that is told to stop twice."""

    async def job(_crawler: object) -> None:
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGTERM)
        for n in range(10**7):
            hash(n)
        Path(path).touch()

    child = crawl_process.Child(None, Network(), quiet=True)  # type: ignore[arg-type]
    crawl_process.in_scrapy(child.network, job, child.stop)


def test_a_spider_that_parses_is_stopped_by_the_second_signal(tmp_path: Path) -> None:
    child = forked.process(_busy, str(tmp_path / "parsed"))
    child.join(60)
    assert (child.exitcode, list(tmp_path.iterdir())) == (143, [])


SETTINGS = {
    "x = [": "cannot be read as TOML",
    "\xff": "cannot be read as TOML",
    "frob = 1": "setting frob",
    "[network]\ndelay = 1": "setting network.delay",
    "[network]\ndelay_s = -1": "network.delay_s",
    "[schedule]\ndaily = '25:00'": "schedule.daily",
    "[schedule]\nweekly = 'monday'": "schedule.weekly",
    "[boards]\nfiles = ['none.csv']": "none.csv: cannot be read",
    "[endpoints]\nfrob = 'https://x.org'": "[endpoints] names frob",
    "[endpoints]\nlever = 'http://[::'": "not a URL",
    "[endpoints]\nlever = 'http://10.0.0.1'": "may not be fetched",
    "database_url = 'nothing'": "database_url is no URL",
    "database_url = 'mysql://host/name'": "SQLite and PostgreSQL",
    "database_url = 'sqlite://'": "needs a file",
    "database_url = 'postgresql://localhost:1/name?frob=1'": "frob",
}


@pytest.mark.parametrize("lines", SETTINGS)
def test_settings_that_cannot_be_used_are_named(lines: str, call: Call) -> None:
    Path("jobtide.toml").write_bytes(lines.encode("latin-1"))
    verb = {"[endpoints]": ["crawl"], "[boards]": ["boards", "list"]}.get(lines.partition("\n")[0], ["migrate"])
    done = call(*verb)
    assert done.refused(78, SETTINGS[lines]), done


@pytest.mark.parametrize(
    "name", ["JOBTIDE_NETWORK__DELAY_S", "JOBTIDE_NETWORK", "JOBTIDE_NETWORK__FROB", "JOBTIDE_DATABASE_URI"]
)
def test_variables_that_cannot_be_used_are_named(name: str, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "x")
    word = name.removeprefix("JOBTIDE_").partition("__")[0].lower()
    done = call("boards", "list")
    assert done.code == 78
    assert word in done.err.lower()
    assert done.err.count("\n") == 1


def _schema(url: str, revision: str) -> None:
    engine = open_engine(url)
    upgrade(engine)
    with engine.begin() as conn:
        conn.execute(text("DELETE FROM alembic_version"))
        if revision:
            conn.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": revision})
    engine.dispose()


NEEDS_SCHEMA = ("crawl", "read", "report", "export out", "fsck", "rebuild", "boards check", "release a", "run daily")


@pytest.mark.parametrize(("revision", "word"), [("9999", "newer than this program"), ("", "run `jobtide migrate`")])
def test_another_schema_is_refused(
    revision: str, word: str, database_url: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    _schema(database_url, revision)
    monkeypatch.setenv("JOBTIDE_DATABASE_URL", database_url)
    for verb in NEEDS_SCHEMA:
        done = call(*verb.split())
        assert done.refused(78, word), (verb, done)
    assert call("status").refused(2, word)
    if revision:
        assert call("migrate").refused(78, word)
    assert not {path.name for path in Path().iterdir()} & {"out"}


def test_a_store_is_made_once(database_url: str, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBTIDE_DATABASE_URL", database_url)
    assert [call("migrate").out.split()[0] for _ in range(2)] == ["schema", "schema"]
    done = call("status", "--json")
    assert (done.code, json.loads(done.out)["problems"]) == (1, ["nothing was crawled yet: `jobtide crawl`"])
    assert [call(verb).code for verb in ("read", "fsck", "rebuild")] == [0, 0, 0]


UNUSABLE = {
    "postgresql://localhost:1/name": "the database cannot be used",
    "sqlite:///a.file/jobtide.db": "Not a directory",
    "sqlite:///no/such/folder/jobtide.db": "No such file",
    "sqlite:///a.file": "the database cannot be used",
}


@pytest.mark.parametrize("url", UNUSABLE)
def test_a_database_that_cannot_be_used_is_an_io_error(url: str, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.file").write_text("neither a folder nor a database " * 99)
    monkeypatch.setenv("JOBTIDE_DATABASE_URL", url)
    for verb in ("crawl", "migrate"):
        done = call(verb)
        assert done.refused(74, UNUSABLE[url]), done
    assert call("status").code == 2


def without_override() -> None:
    """Makes permission bits hold for root too."""
    ctypes.CDLL(None).prctl(CAPBSET_DROP, DAC_OVERRIDE, 0, 0, 0)


def test_a_folder_that_may_not_be_written_is_an_io_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        probe = [sys.executable, "-c", "open('probe', 'w')"]
        if subprocess.run(probe, cwd=tmp_path, preexec_fn=without_override, capture_output=True).returncode == 0:
            pytest.skip("permission bits do not hold for this user")
        assert process("crawl", limit=without_override, folder=tmp_path).refused(74, "Permission denied")
    finally:
        tmp_path.chmod(0o700)


def at_most(n_bytes: int) -> Callable[[], None]:
    """A disk on which no file can grow beyond a size."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, n_bytes))


@pytest.mark.parametrize("kilobytes", [40, 450])  # the second lets some boards through
def test_a_full_disk_ends_a_crawl_cleanly_and_the_same_command_completes_it(kilobytes: int, tmp_path: Path) -> None:
    with serve(MARKET) as server:
        config, words = ("--config", str(setup(server, tmp_path))), ("--quiet", *given(*WEEKS))
        assert process(*config, "crawl", *words, limit=at_most(kilobytes * 1024)).refused(74)
        assert forked.crawler(*config, *words).returncode in (0, 75)
    engine = open_engine(f"sqlite:///{tmp_path}/jobtide.db")
    assert not [*fsck(engine), *rebuild(engine, check=True)]
    with engine.connect() as conn:
        assert len(list(read.board_runs(conn))) == len(WEEKS) * len(live_boards())
    engine.dispose()


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_report_of_one_week_and_of_the_next(call: Call, tmp_path: Path) -> None:
    with serve(MARKET) as server:
        setup(server, tmp_path, "sqlite:///jobtide.db")
        for at in WEEKS[:2]:
            assert call("crawl", "--quiet", *given(at)).code == 0
            assert call("report").refused(78, "`jobtide read` first")
            assert call("read").code == 0
            done = call("report")
            assert (done.code, done.err) == (0, "")
        assert call("revisions", "--check").out.startswith("every published")
    first, second = sorted((tmp_path / "out").iterdir())
    assert {path.name for path in first.iterdir()} >= {"index.html", "numbers.json", "manifest.json", "flow.png"}
    assert {path.name for path in first.iterdir()} == {path.name for path in second.iterdir()}


def test_a_report_of_an_empty_store_and_one_that_cannot_be_written(call: Call, tmp_path: Path) -> None:
    call("migrate")
    done = call("report", "--week", "2026-W05")
    assert (done.code, done.err) == (0, "")
    before = contents(tmp_path / "out")
    assert "2026-W05/index.html" in before
    full = process("report", "--week", "2026-W05", limit=at_most(100 * 1024), folder=tmp_path)
    assert full.refused(74, "File too large", "make room"), full
    assert contents(tmp_path / "out") == before
    assert len(list((tmp_path / "out").iterdir())) == 1
    assert call("report", "--out", "jobtide.db").refused(74, "jobtide.db")


def versions(url: str) -> list[dict[str, object]]:
    engine = open_engine(url)
    with engine.connect() as conn:
        told = list(read.versions(conn))
    engine.dispose()
    return told


def test_status_tells_what_waits_and_an_operator_settles_it(store: str, call: Call) -> None:
    done = call("status", "--json")
    told = json.loads(done.out)
    assert (done.code, told["level"], told["last_crawl"]["state"]) == (1, 1, "done")
    assert told["readings"]["read"] == 0 < told["readings"]["stored"]
    assert [waiting["board"] for waiting in told["quarantined"]] == [f"ashby/{BIGGEST.token}"]
    assert {"now", "schema", "boards", "verdicts", "failing", "stale_boards", "free_bytes", "problems"} <= set(told)
    name = told["quarantined"][0]["board_run"]
    assert name in call("status").out
    before = versions(store)
    assert call("release", name).out == f"{call('release', name).out.split()[0]} released\n"
    after = versions(store)
    assert sum(row["absent_at"] is not None for row in after) > sum(row["absent_at"] is not None for row in before)
    assert call("reject", name).code == 0
    assert versions(store) == before
    assert call("release", "").refused(78, "starts with ''")
    assert call("rebuild", "--check").code == 0
    assert call("read").code == 0
    done = call("status")
    assert (done.code, done.out.split()[0]) == (0, "fine")


def test_a_store_of_imports_alone_is_fine(call: Call) -> None:
    Path("a.csv").write_text("id,title,text,observed_on\n1,Engineer,Work,2026-01-05\n")
    assert call("import", "a.csv").code == 0
    assert call("read").code == 0
    done = call("status")
    assert (done.code, done.out.split()[0], "imported or backfilled: 1 board\n" in done.out) == (0, "fine", True), done
    assert call("boards", "check").code == 0


def test_boards_that_left_the_register_are_not_judged(crawled: Path, call: Call) -> None:
    shutil.copy(crawled, "jobtide.db")
    kept = [board for board in live_boards() if board.token != BIGGEST.token]
    rows = "".join(
        f"{board.platform},{board.token.upper() if board.platform == 'ashby' else board.token}\n" for board in kept
    )
    own_file("platform,token\n" + rows)
    told = json.loads(call("status", "--json").out)
    assert (told["left_register"], told["boards"], told["quarantined"]) == ([f"ashby/{BIGGEST.token}"], len(kept), [])
    assert "left the register: 1 board, not judged\n" in call("status").out
    own_file("platform,token\nlever,of another store\n")
    assert len(json.loads(call("status", "--json").out)["quarantined"]) == 1


def test_a_crawl_long_ago_is_broken_and_a_stopped_one_degraded(
    database_url: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOBTIDE_DATABASE_URL", database_url)
    engine, now = open_engine(database_url), datetime.now(UTC)
    upgrade(engine)
    for days, code, word in ((3, 2, "3 days old"), (0, 1, "was stopped")):
        at = now - timedelta(days=days)
        claim = runs.claim(engine, "crawl", at, now=at)
        runs.finish(engine, claim.run_id, now=at, state="aborted" if not days else "done", exit_code=143)
        done = call("status")
        assert (done.code, word in done.out) == (code, True), done
    engine.dispose()


def test_exported_tables_come_back_and_are_whole_or_not_there(store: str, call: Call, tmp_path: Path) -> None:
    call("read")
    for form in ("parquet", "csv"):
        done = call("export", form, "--format", form)
        assert done.out.split() == [str(Path(form, f"{name}.{form}")) for name in TABLES]
        assert {path.name for path in Path(form).iterdir()} == {f"{name}.{form}" for name in TABLES}
    market = Market(store)
    for name in TABLES:
        frame = pd.read_parquet(tmp_path / "parquet" / f"{name}.parquet")
        pd.testing.assert_frame_equal(frame, getattr(market, name)())
        assert pd.read_csv(tmp_path / "csv" / f"{name}.csv").shape == frame.shape
    assert len(market.postings()) > 20
    if store.startswith("postgresql"):  # SQLite itself would write 32 KB beside its file
        assert process("export", "full", limit=at_most(1024), folder=tmp_path).code == 74
        assert not list((tmp_path / "full").iterdir())


def test_output_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": 1, "text": "PyTorch"}\n')
    command = [sys.executable, "-m", "jobtide", "read", "--jsonl", "in.jsonl"]
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, env=buffered)
    assert Done(done.returncode, "", done.stderr).refused(74, "No space left")


ADDRESSES = {
    "https://boards.greenhouse.io/acme/jobs/123?gh_jid=123": "greenhouse/acme",
    "HTTPS://JOBS.LEVER.CO/acme/0a1b": "lever/acme",
    "jobs.ashbyhq.com/Acme%20Labs/123": "ashby/Acme Labs",
}
HOSTILE = [
    "", "http://[", "https://jobs.lever.co", "https://jobs.lever.co/..%2f..%2fetc", "https://jobs.lever.co/%00",
    "https://jobs.lever.co.evil.org/acme", "https://jobs.lever.co@evil.org/acme", "file:///etc/passwd",
    "https://evil.org/?https://jobs.lever.co/acme", "https://boards.greenhouse.io/embed", "--help/x",
    "javascript:alert(1)", "https://jobs.lever.co/" + "a" * 5000,
]  # fmt: skip
LISTS = {
    "/v1/boards/acme": {"jobs": [{"id": 1, "title": "Engineer", "company_name": "Acme, Inc."}], "meta": {"total": 1}},
    "/v0/postings/acme": [{"id": "0a1b", "text": "Engineer"}],
    "/posting-api/job-board/Acme%20Labs": {
        "jobs": [{"id": "1", "title": "Engineer", "isListed": True}],
        "apiVersion": "1",
    },
}


class Lists(BaseHTTPRequestHandler):
    """One board on each of three platforms, another of endless pages, and nothing else."""

    asked: list[str] = []  # noqa: RUF012  shared on purpose
    robots = ""

    def do_GET(self) -> None:
        self.asked.append(self.path)
        found: object = next((told for path, told in LISTS.items() if self.path.startswith(path)), None)
        if self.path.startswith("/v0/postings/endless"):
            found = [{"id": f"{self.path}{n}", "text": "Engineer"} for n in range(100)]
        if self.path == "/robots.txt" and self.robots:
            self._answer(200, self.robots.encode())
            return
        body = b'{"error":"none"}' if found is None else json.dumps(found).encode()
        self._answer(404 if found is None else 200, body)

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def lists() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Lists)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()


def own_file(text: str | None = None, host: str = "127.0.0.1:9") -> Path:
    endpoints = "".join(f'{name} = "http://{host}"\n' for name in ("greenhouse", "lever", "ashby"))
    told = f'[boards]\nshipped = false\nfiles = ["mine.csv"]\n[endpoints]\n{endpoints}'
    Path("jobtide.toml").write_text(f'{told}[network]\nallow = ["{host}"]\ndelay_s = 0\n')
    if text is not None:
        Path("mine.csv").write_text(text)
    return Path("mine.csv")


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_board_is_added_by_its_address_once(address: str, call: Call, lists: str) -> None:
    own_file(host=lists)
    done = call("boards", "add", address, "--company", "Acme, Inc.", "--sector", "AI lab", "--country", "US")
    assert (done.code, f"{ADDRESSES[address]} added to mine.csv: 1 posting of Acme" in done.out) == (0, True), done
    assert call("boards", "list").out == f"{ADDRESSES[address]}\tAcme, Inc.\tAI lab\tUS\n"
    assert call("boards", "add", address).refused(78, "in the register already")


@pytest.mark.parametrize("address", HOSTILE)
def test_no_board_is_read_from_a_hostile_address(address: str, call: Call) -> None:
    mine = own_file("platform,token\nlever,other\n")
    done = call("boards", "add", "--", address)
    assert done.code == 78, done
    assert done.err.count("\n") == 1
    assert mine.read_text() == "platform,token\nlever,other\n"


def test_a_board_that_cannot_be_verified_is_not_added(call: Call, lists: str) -> None:
    mine = own_file("platform,token\nlever,other\n", lists)
    assert call("boards", "add", "https://jobs.lever.co/nobody").refused(78, "knows no such board")
    assert call("boards", "add", "https://jobs.lever.co/acme").refused(78, "say --company NAME")
    other = ("boards", "add", "https://boards.greenhouse.io/acme", "--company", "Quite Another")
    assert call(*other).refused(78, "shows Acme, Inc., not Quite Another")
    assert call("boards", "add", "https://jobs.smartrecruiters.com/Acme/1").refused(78, "is off")
    assert mine.read_text() == "platform,token\nlever,other\n"
    assert call("boards", "add", "https://boards.greenhouse.io/acme").code == 0
    assert mine.read_text() == "platform,token\nlever,other\ngreenhouse,acme\n"


def test_of_a_board_that_is_added_a_few_pages_are_asked(call: Call, lists: str) -> None:
    own_file(host=lists)
    Lists.asked.clear()
    done = call("boards", "add", "https://jobs.lever.co/endless", "--company", "Acme")
    assert (done.code, "at least 300 postings of Acme" in done.out) == (0, True), done
    assert Lists.asked[1:] == [f"/v0/postings/endless?mode=json&skip={n}&limit=100" for n in (0, 100, 200)]


def test_nothing_is_asked_of_a_host_that_wants_to_be_asked_once_in_thirty_years(
    call: Call, lists: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_file(host=lists)
    monkeypatch.setenv("JOBTIDE_NETWORK__DELAY_S", "1")
    monkeypatch.setattr(Lists, "robots", "User-agent: *\nCrawl-delay: 1000000000\n")
    Lists.asked.clear()
    done = call("boards", "add", "https://jobs.lever.co/acme", "--company", "Acme")
    assert done.refused(78, "robots.txt asks to wait 1e+09 s between requests, we wait 60 s at most"), done
    assert (Lists.asked, Path("mine.csv").exists()) == (["/robots.txt"], False)


def test_adding_keeps_the_users_columns_and_never_breaks_the_file(call: Call, lists: str) -> None:
    mine = own_file("token,platform\nother,lever", lists)
    acme = ("boards", "add", "https://jobs.lever.co/acme", "--company", "Acme", "--country")
    assert "without company and country: it has no such column" in call(*acme, "US").out
    assert mine.read_text() == "token,platform\nother,lever\nacme,lever\n"
    mine = own_file("platform,token,country\nlever,other,US\n", lists)
    assert call(*acme, "usa").refused(78, "country 'usa'")
    assert mine.read_text() == "platform,token,country\nlever,other,US\n"
    assert {path.name for path in Path().iterdir()} == {"jobtide.toml", "mine.csv"}


def test_boards_that_cannot_be_found_are_named(call: Call, tmp_path: Path) -> None:
    with serve(MARKET, [Fault("not_found", "ashby", BIGGEST.token)]) as server:
        setup(server, tmp_path)
        assert call("crawl", *given(*WEEKS[:2])).code == 3
    done = call("boards", "check")
    assert done.code == 3
    assert done.out.startswith(f"ashby/{BIGGEST.token}: no_board in the last 2 crawls")
    assert done.out.count("\n") == 1


def test_boards_that_show_another_company_are_named(call: Call, tmp_path: Path) -> None:
    with serve(MARKET) as server:
        setup(server, tmp_path)
        lines = (tmp_path / "boards.csv").read_text().splitlines()
        at = next(n for n, line in enumerate(lines) if line.startswith("greenhouse,"))
        _, token, company, sector, country = lines[at].split(",")
        lines[at] = f"greenhouse,{token},Quite Another Firm,{sector},{country}"
        (tmp_path / "boards.csv").write_text("\n".join(lines) + "\n")
        call("crawl", *given(WEEKS[0]))
    done = call("boards", "check")
    assert done.code == 3
    assert done.out == f"greenhouse/{token}: shows {company}, the register says Quite Another Firm\n"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_crawl_that_is_stopped_is_resumed_by_the_next(number: int, code: int, tmp_path: Path) -> None:
    with serve(MARKET, at=WEEKS[1]) as server:
        config = setup(server, tmp_path)
        config.write_text(config.read_text().replace("delay_s = 0", "delay_s = 0.15"))
        command = [sys.executable, "-m", "jobtide", "--config", str(config), "crawl"]
        child = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        assert child.stderr is not None
        assert child.stderr.readline().startswith("[1/")
        child.send_signal(number)
        told = child.stderr.read()
        assert (child.wait(60), "Traceback" in told) == (code, False), told
        (run,), done = run_rows(tmp_path)
        assert (run["state"], run["exit_code"]) == ("aborted", 143)
        asked = len(server.log)
        config.write_text(config.read_text().replace("delay_s = 0.15", "delay_s = 0"))
        again = forked.crawler("--config", str(config))
        assert (again.returncode, again.stderr.startswith("resuming the run")) == (0, True), again
        assert not done & {request.token for request in server.log[asked:]}
    (run,), done = run_rows(tmp_path)
    assert (run["state"], run["exit_code"], len(done)) == ("done", 0, len(live_boards()))


def run_rows(folder: Path) -> tuple[list[dict[str, object]], set[str]]:
    """The runs, and the boards they have committed."""
    engine = open_engine(f"sqlite:///{folder}/jobtide.db")
    with engine.connect() as conn:
        told = list(read.runs(conn)), {row["board"] for row in read.board_runs(conn)}
    engine.dispose()
    return told


def test_a_demo_never_replaces_what_no_demo_made(call: Call, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    assert call("demo", "--out", "mine", "--weeks", "2").refused(78, "not made by a demo")
    assert call("demo", "--out", "mine/thesis.txt", "--weeks", "2").refused(74, "thesis.txt")
    assert contents(tmp_path) == {"mine/thesis.txt": b"years of work"}
