"""The demo: a simulated market on loopback, crawled week by week by the real spiders, read, and reported."""

from __future__ import annotations

import csv
import json
import shutil
import signal
import sys
import time
from datetime import date, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.synchronize import Event as EventType
from pathlib import Path
from urllib.parse import urlsplit

from crawler.launch import crawl
from crawler.register import state_of
from crawler.spiders.listing import Board
from jobtide_common import publish
from simulator import Fault, World, serve
from store import exits, runs
from store.connect import open_engine
from store.migrate import prepare
from store.settings import ConfigError

FIRST_DAY = date(2023, 7, 10)  # a Monday
WEEKS_BEFORE = 104  # the market has a past when the crawl begins
CRAWL_AT = timedelta(days=6, hours=20)  # Sunday evening closes the week
N_EMPLOYERS = 80
POSTINGS_A_YEAR = 42.0
MARK = ".jobtide-demo"  # only a folder that a demo made is ever replaced


def run(out: Path, weeks: int, seed: int) -> int:
    """Makes the store and the report in `out`; returns the exit code. ConfigError when the folder is not a demo's."""
    from analytics import Market
    from reports.vintages import printed
    from reports.weekly import build

    started = time.monotonic()
    _fresh(out)
    days = 7 * (WEEKS_BEFORE + weeks) + 1
    world = World(seed, FIRST_DAY, days=days, n_employers=N_EMPLOYERS, postings_a_year=POSTINGS_A_YEAR)
    begin = world.first_at + timedelta(weeks=WEEKS_BEFORE) + CRAWL_AT
    moments = [begin + timedelta(weeks=week) for week in range(weeks)]
    url = f"sqlite:///{out}/jobtide.db"
    boards = _register(world, moments)
    _tell(f"{len(boards)} employers on three platforms, {weeks} weeks: crawling and reading", started)
    code = _crawl_and_read(world, boards, moments, out, url)
    if code not in (exits.COMPLETE, exits.SOME_FAILED, exits.QUARANTINED):
        return code
    _tell("reporting", started)
    folder = build(Market(url), None, out / "report")
    publish(url, printed(folder))
    _tell(f"done: open {folder / 'index.html'}", started)
    return exits.COMPLETE


def _register(world: World, moments: list[datetime]) -> list[Board]:
    """The boards that are there at one crawl or another."""
    there = {(e.platform, e.token) for e in world.employers if any(e.has_board(at) for at in moments)}
    return [board for board in boards_of(world) if (board.platform, board.token) in there]


def _crawl_and_read(world: World, boards: list[Board], moments: list[datetime], out: Path, url: str) -> int:
    """Crawls in one process and reads in another, week by week, what is committed; the simulator answers from here."""
    prepare(open_engine(url))
    processes = get_context("spawn")
    ended = processes.Event()
    reader = processes.Process(target=_read, args=(url, moments, ended), daemon=True)
    reader.start()
    with serve(world, _faults(world, moments)) as server:
        config = configure(server.endpoints, boards, out, url)
        code = crawl(["--quiet", *(part for at in moments for part in ("--at", at.isoformat()))], config)
    ended.set()
    reader.join()
    return exits.BUG if reader.exitcode else code


def _fresh(out: Path) -> None:
    if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
        raise ConfigError(f"{out} is not empty and was not made by a demo; name another folder with --out")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    (out / MARK).touch()


def configure(endpoints: dict[str, str], boards: list[Board], folder: Path, url: str, timeout_s: float = 30.0) -> Path:
    """Writes settings and register of boards served from loopback into `folder`; returns the settings file."""
    with (folder / "boards.csv").open("w", encoding="utf-8", newline="") as handle:
        rows = csv.writer(handle, lineterminator="\n")
        rows.writerow(("platform", "token", "company", "sector", "country"))
        rows.writerows((b.platform, b.token, b.company, b.sector, b.country) for b in boards)
    hosts = json.dumps([urlsplit(endpoint).netloc for endpoint in endpoints.values()])
    asked_for = sorted({board.platform for board in boards if state_of(board.platform) != "on"})
    lines = [f"database_url = {json.dumps(url)}", "[boards]", "shipped = false", f"opt_in = {json.dumps(asked_for)}"]
    lines += [f"files = [{json.dumps(str(folder / 'boards.csv'))}]", "[network]", f"allow = {hosts}", "delay_s = 0"]
    lines += [f"timeout_s = {timeout_s}", "[endpoints]", *(f'{n} = "{endpoint}"' for n, endpoint in endpoints.items())]
    config = folder / "jobtide.toml"
    config.write_text("\n".join(lines) + "\n", "utf-8")
    return config


def boards_of(world: World) -> list[Board]:
    """The register of a simulated market."""
    return [Board(e.platform, e.token, e.company, e.sector, e.country) for e in world.employers]


def _faults(world: World, moments: list[datetime]) -> list[Fault]:
    """Something always fails; the demo shows that no chart moves when it does."""
    late, middle = moments[-2], moments[len(moments) // 2].date()
    by_size = sorted(world.employers, key=lambda e: len(world.listed(e.platform, e.token, late)), reverse=True)
    small = {e.platform: e.token for e in by_size if len(world.listed(e.platform, e.token, late)) >= 3}
    kinds = (("error_500", "lever"), ("html", "ashby"), ("truncated_total", "greenhouse"))
    faults = [Fault(kind, name, small[name], first=late.date()) for kind, name in kinds if name in small]
    return [*faults, Fault("error_500", "ashby", first=middle, last=middle + timedelta(weeks=1))]


def _read(url: str, moments: list[datetime], ended: EventType) -> None:
    """Reads each week's text as of its week, so that the report of any past week can be made again."""
    from analytics.observe import read_store

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started us decides when to stop
    engine = open_engine(url)
    never = moments[0] - timedelta(days=1)
    for at in moments:
        while (runs.last_slot(engine, "crawl") or never) < at and not ended.wait(0.2):
            pass
        read_store(engine, at=at, until=at)


def _tell(line: str, started: float) -> None:
    sys.stderr.write(f"[{time.monotonic() - started:5.1f} s] {line}\n")
