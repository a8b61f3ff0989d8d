"""The clock: which slot is due, what was missed, who works it; and the service as a real process that is stopped."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

import scheduler
from jobtide_demo import boards_of, configure
from scheduler import Slots, due, slots_of
from simulator import Server, World, serve
from store import exits, lock, read, runs
from store.connect import open_engine
from store.settings import Schedule, load

DAILY, WEEKLY = slots_of(Schedule(daily="05:00", weekly="mon 08:00")).values()
DAY = timedelta(days=1)
MARKET = World(3, datetime(2025, 1, 5).date(), days=30, n_employers=9, postings_a_year=20.0)  # noqa: DTZ001


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("slots", "now", "slot"),
    [
        (DAILY, "2026-03-10T05:00", "2026-03-10T05:00"),
        (DAILY, "2026-03-10T04:59:59", "2026-03-09T05:00"),
        (DAILY, "2026-01-01T00:00", "2025-12-31T05:00"),
        (DAILY, "2024-03-01T01:00", "2024-02-29T05:00"),
        (DAILY, "2026-03-29T05:30", "2026-03-29T05:00"),  # clocks change in Europe: UTC does not
        (DAILY, "2026-10-25T04:30", "2026-10-24T05:00"),
        (WEEKLY, "2026-03-09T08:00", "2026-03-09T08:00"),  # a Monday
        (WEEKLY, "2026-03-09T07:59", "2026-03-02T08:00"),
        (WEEKLY, "2026-03-15T23:59", "2026-03-09T08:00"),  # the Sunday after it
        (WEEKLY, "2027-01-01T12:00", "2026-12-28T08:00"),  # the Friday of ISO week 2026-W53
        (WEEKLY, "2025-01-01T12:00", "2024-12-30T08:00"),  # Monday of 2025-W01, in the year before
        (slots_of(Schedule(weekly="sun 23:30"))["weekly"], "2026-03-09T00:00", "2026-03-08T23:30"),
    ],
)
def test_the_newest_slot_is_the_last_that_has_passed(slots: Slots, now: str, slot: str) -> None:
    assert slots.last(at(now)) == at(slot)


def test_any_zone_of_the_clock_means_the_same_moment() -> None:
    there = datetime.fromisoformat("2026-03-10T00:30-08:00")
    assert DAILY.last(there) == DAILY.last(there.astimezone(UTC)) == at("2026-03-10T05:00")


@pytest.mark.parametrize("day", ["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
def test_the_alarm_rings_at_the_slots(day: str) -> None:
    """What APScheduler rings at and what `due` counts must be the same moments: their weekdays count differently."""
    for slots in slots_of(Schedule(daily="23:45", weekly=f"{day} 00:15")).values():
        now = at("2026-02-25T12:00")
        for _ in range(3):
            rings = slots.trigger().get_next_fire_time(None, now)
            assert slots.last(rings) == rings == slots.last(now) + slots.period
            now = rings + timedelta(seconds=1)
    assert slots.last(now).strftime("%a").lower() == day


def work(engine: Engine, job: str, slot: datetime, state: str = "done") -> None:
    claim = runs.claim(engine, job, slot, now=slot)
    runs.finish(engine, claim.run_id, now=slot, state=state, exit_code=0)


def rows(engine: Engine, *columns: str) -> list[tuple[Any, ...]]:
    with engine.connect() as conn:
        return [tuple(row[name] for name in columns) for row in read.runs(conn)]


def test_the_first_start_works_the_newest_slot_and_misses_none(engine: Engine) -> None:
    assert due(engine, "daily", DAILY, at("2026-03-10T17:00")) == at("2026-03-10T05:00")
    assert not rows(engine, "job")


@pytest.mark.parametrize(("job", "slots"), [("daily", DAILY), ("weekly", WEEKLY)])
def test_after_a_downtime_one_slot_is_caught_up_and_the_others_are_missed(
    job: str, slots: Slots, engine: Engine
) -> None:
    before = slots.last(at("2026-03-01T09:00"))
    work(engine, job, before)
    now = before + 3 * slots.period + timedelta(hours=2)
    for _ in range(2):  # asking again changes nothing
        assert due(engine, job, slots, now) == before + 3 * slots.period
    missed = [(before + n * slots.period, "missed") for n in (1, 2)]
    assert rows(engine, "scheduled_for", "state") == [(before, "done"), *missed]
    work(engine, job, before + 3 * slots.period)
    assert due(engine, job, slots, now) is None
    assert due(engine, job, slots, now + slots.period) == before + 4 * slots.period


def test_a_long_downtime_costs_a_bounded_number_of_rows(engine: Engine) -> None:
    work(engine, "daily", at("2015-03-01T05:00"))
    assert due(engine, "daily", DAILY, at("2026-03-10T17:00")) == at("2026-03-10T05:00")
    assert len(rows(engine, "job")) <= 1 + 400


def test_a_slot_that_was_begun_and_not_done_stays_due_and_is_not_missed(engine: Engine) -> None:
    slot = at("2026-03-10T05:00")
    first = runs.claim(engine, "daily", slot, now=slot)  # and killed
    assert due(engine, "daily", DAILY, slot + timedelta(hours=2)) == slot
    work(engine, "daily", slot, "aborted")
    assert due(engine, "daily", DAILY, slot + timedelta(hours=2)) == slot
    again = runs.claim(engine, "daily", slot, now=slot + timedelta(hours=2))
    assert (again.run_id, again.resumed, first.resumed) == (first.run_id, True, False)


def test_a_clock_that_was_set_back_works_nothing_twice(engine: Engine) -> None:
    work(engine, "daily", at("2026-03-10T05:00"))
    assert due(engine, "daily", DAILY, at("2026-03-08T17:00")) is None


Command = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def server() -> Iterator[Server]:
    with serve(MARKET, at=MARKET.first_at + 14 * DAY) as running:
        yield running


@pytest.fixture
def command(server: Server, tmp_path: Path) -> Iterator[Command]:
    """Starts a verb on a small market; whatever is left of it in the end is killed."""
    boards = [b for b in boards_of(MARKET) if MARKET.listed(b.platform, b.token, server.at)]
    config = configure(server.endpoints, boards, tmp_path, f"sqlite:///{tmp_path}/jobtide.db")
    config.write_text(config.read_text() + f'[reports]\nout = "{tmp_path}/out"\n')
    started = []

    def start(*words: str, delay_s: float = 0) -> subprocess.Popen[str]:
        config.write_text(re.sub(r"delay_s = .*", f"delay_s = {delay_s}", config.read_text()))
        told = [sys.executable, "-m", "jobtide", "--config", str(config), *words]
        started.append(subprocess.Popen(told, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()
    for pid in processes_of(tmp_path):
        os.kill(pid, signal.SIGKILL)


def processes_of(folder: Path) -> list[int]:
    """Processes whose command line names the folder, the living ones."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in words and int(entry.name) != os.getpid():
            found.append(int(entry.name))
    return found


def until(what: Callable[[], object], seconds: float = 40.0) -> None:
    """Waits for something to be so."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.fixture
def store(tmp_path: Path) -> Callable[..., list[tuple[Any, ...]]]:
    """The columns of the runs in the store, none while there is no store."""

    def told(*columns: str) -> list[tuple[Any, ...]]:
        engine = open_engine(f"sqlite:///{tmp_path}/jobtide.db")
        try:
            with engine.connect() as conn:
                there = engine.dialect.has_table(conn, "reader")
            return sorted(rows(engine, *columns), key=str) if there else []
        finally:
            engine.dispose()

    return told


Store = Callable[..., list[tuple[Any, ...]]]


def test_two_at_once_one_works_and_the_other_has_nothing_to_do(
    command: Command, store: Store, server: Server, tmp_path: Path
) -> None:
    both = [command("run", "daily") for _ in range(2)]
    told = [process.communicate(timeout=60)[1] for process in both]
    codes = [process.returncode for process in both]
    assert sorted(codes) == [0, exits.NOT_NOW], told
    assert re.search(r"a daily is at work|daily is done", told[codes.index(exits.NOT_NOW)]), told
    assert store("job", "state") == [("crawl", "done"), ("daily", "done")]
    assert len({request.token for request in server.log}) == len([r for r in server.log if r.token != "robots.txt"]) + 1
    with pytest.raises(runs.NothingDue, match="daily is done until its next slot"):
        scheduler.run("daily", load(tmp_path / "jobtide.toml"))


def test_a_job_killed_half_way_is_taken_up_again(
    command: Command, store: Store, server: Server, tmp_path: Path
) -> None:
    first = command("run", "daily", delay_s=0.2)
    until(lambda: len(server.log) > 4)
    first.kill()
    until(lambda: len(processes_of(tmp_path)) <= 1 and not alive(first))
    assert store("job", "state") == [("crawl", "aborted"), ("daily", "running")]
    asked = {request.token for request in server.log}
    again = command("run", "daily")
    told = again.communicate(timeout=60)[1]
    assert (again.returncode, "resuming the run" in told) == (0, True), told
    assert store("job", "state") == [("crawl", "done"), ("daily", "done")]
    assert len(asked) < len({request.token for request in server.log})


def alive(process: subprocess.Popen[str]) -> bool:
    return process.poll() is None


def test_a_link_is_another_name_of_the_same_store(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "link.db").symlink_to(tmp_path / "here" / "jobtide.db")
    held = lock.held(f"sqlite:///{tmp_path}/here/jobtide.db")
    with held, pytest.raises(lock.Locked, match=f"process {os.getpid()}"), lock.held(f"sqlite:///{tmp_path}/link.db"):
        pass


PREPARE = """
import sys, time
from store.connect import open_engine
from store.migrate import prepare
engine = open_engine(sys.argv[1])
time.sleep(max(0, float(sys.argv[2]) - time.time()))
prepare(engine)
"""


def test_processes_that_start_at_once_on_a_fresh_store_all_find_it(database_url: str) -> None:
    begin = str(time.time() + 2.0)
    told = [sys.executable, "-c", PREPARE, database_url, begin]
    started = [subprocess.Popen(told, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate(timeout=60)[1] for process in started] == [""] * 3


def test_a_job_of_which_a_step_fails_stays_due(command: Command, store: Store, tmp_path: Path) -> None:
    with lock.held(f"sqlite:///{tmp_path}/jobtide.db"):  # someone else crawls
        weekly = command("run", "weekly")
        assert "a crawl is at work" in weekly.communicate(timeout=60)[1]
    assert weekly.returncode == exits.NOT_NOW
    assert store("job", "state", "exit_code") == [("weekly", "aborted", exits.NOT_NOW)]
    now = datetime.now(UTC)
    engine = open_engine(f"sqlite:///{tmp_path}/jobtide.db")
    assert due(engine, "weekly", WEEKLY, now) == WEEKLY.last(now)
    engine.dispose()


def test_the_service_catches_up_both_jobs_and_stops_when_told(command: Command, store: Store, tmp_path: Path) -> None:
    clock = command("start")
    until(lambda: {("daily", "done"), ("weekly", "done")} <= set(store("job", "state")), 90)
    assert list((tmp_path / "out").glob("*/index.html"))
    assert len(store("job")) == 4  # each with one crawl
    clock.send_signal(signal.SIGINT)
    told = clock.communicate(timeout=20)[1]
    assert clock.returncode == exits.INTERRUPTED, told
    assert "Traceback" not in told
    assert not processes_of(tmp_path)


def test_the_service_stopped_in_a_crawl_leaves_no_process_and_begins_no_job(
    command: Command, store: Store, server: Server, tmp_path: Path
) -> None:
    clock = command("start", delay_s=0.3)
    until(lambda: len(server.log) > 3)
    clock.terminate()
    told = clock.communicate(timeout=20)[1]
    assert clock.returncode == exits.TERMINATED, told
    assert not processes_of(tmp_path)
    assert store("job", "state") == [("crawl", "aborted"), ("daily", "aborted")]


def test_a_killed_service_takes_its_children_with_it(
    command: Command, store: Store, server: Server, tmp_path: Path
) -> None:
    clock = command("start", delay_s=0.3)
    until(lambda: len(server.log) > 3)
    assert len(processes_of(tmp_path)) >= 3
    clock.kill()
    clock.wait()
    until(lambda: not processes_of(tmp_path))
    assert store("job", "state") == [("crawl", "aborted"), ("daily", "aborted")]


def test_a_service_without_a_database_says_so(tmp_path: Path) -> None:
    environment = os.environ | {"JOBTIDE_DATABASE_URL": "postgresql://localhost:1/name"}
    path = str(Path(scheduler.__file__))
    done = subprocess.run([sys.executable, path], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == exits.IO_ERROR
    assert done.stderr.startswith("jobtide: the database cannot be used")
    assert done.stderr.count("\n") == 1


def test_the_default_schedule_is_daily_and_on_mondays() -> None:
    assert slots_of(load().schedule) == {"daily": Slots(5, 0), "weekly": Slots(8, 0, 0)}
