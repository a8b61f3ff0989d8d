"""The clock: which verb runs when. No work of its own.

APScheduler is the alarm only, in memory and in UTC. What is due, what ran and what was missed stands in the table
`run`: after a downtime exactly one catch-up runs, older slots are recorded as missed. Jobs are child processes, one at
a time: two that are due together would take each other's lock.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import Engine

from store import exits, lock, runs
from store.connect import open_engine
from store.migrate import prepare
from store.settings import Schedule, Settings

STEPS = {"daily": ("crawl", "read"), "weekly": ("crawl", "read", "report")}
CATCH_UP_WITHIN = timedelta(days=400)
CARRY_ON = (exits.COMPLETE, exits.SOME_FAILED, exits.QUARANTINED)  # a report of what was committed is still due
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
log = logging.getLogger("jobtide")


@dataclass(frozen=True, slots=True)
class Slots:
    """When a job is due: every day, or on one weekday, at one time UTC."""

    hour: int
    minute: int
    weekday: int | None = None  # 0 = Monday

    @property
    def period(self) -> timedelta:
        """From one slot to the next."""
        return timedelta(days=1 if self.weekday is None else 7)

    def last(self, now: datetime) -> datetime:
        """The newest slot that is not in the future."""
        slot = now.astimezone(UTC).replace(hour=self.hour, minute=self.minute, second=0, microsecond=0)
        if self.weekday is not None:
            slot -= timedelta(days=(slot.weekday() - self.weekday) % 7)
        return slot if slot <= now else slot - self.period

    def trigger(self) -> CronTrigger:
        """The alarm. Weekdays by name: APScheduler's numbers start on Monday, cron's on Sunday."""
        day = "*" if self.weekday is None else WEEKDAYS[self.weekday]
        return CronTrigger(day_of_week=day, hour=self.hour, minute=self.minute, timezone=UTC)


def slots_of(schedule: Schedule) -> dict[str, Slots]:
    """The slots of each job."""
    day, _, weekly = schedule.weekly.partition(" ")
    return {"daily": _slots(schedule.daily, None), "weekly": _slots(weekly, WEEKDAYS.index(day))}


def _slots(time: str, weekday: int | None) -> Slots:
    hour, _, minute = time.partition(":")
    return Slots(int(hour), int(minute), weekday)


def due(engine: Engine, job: str, slots: Slots, now: datetime) -> datetime | None:
    """The slot to work now, None when it is done; slots that passed before it are recorded as missed."""
    newest, settled = slots.last(now), runs.last_slot(engine, job)
    if settled is None:
        return newest
    if settled >= newest:
        return None
    missed, slot = [], max(settled, newest - CATCH_UP_WITHIN) + slots.period
    while slot < newest:
        missed.append(slot)
        slot += slots.period
    runs.record_missed(engine, job, missed, now)
    return newest


def run(job: str, settings: Settings, config: Path | None = None, now: datetime | None = None) -> int:
    """Works the slot of a job that is due: crawl, read (and report), each a process; the worst exit code comes back."""
    now = now or datetime.now(UTC)
    engine = open_engine(settings.database_url)
    with lock.held(settings.database_url, job):
        prepare(engine)
        slot = due(engine, job, slots_of(settings.schedule)[job], now)
        if slot is None:
            raise runs.NothingDue(f"{job} is done until its next slot")
        claim = runs.claim(engine, job, slot, now=now)
        code = _steps(job, config)
        state = "done" if code in CARRY_ON else "aborted"
        runs.finish(engine, claim.run_id, now=datetime.now(UTC), state=state, exit_code=code)
    return code


def _steps(job: str, config: Path | None) -> int:
    worst = exits.COMPLETE
    for verb in STEPS[job]:
        code = _verb(verb, config)
        if code not in CARRY_ON:
            return code
        worst = max(worst, code)
    return worst


def _verb(verb: str, config: Path | None) -> int:
    from crawler.launch import run_child

    return run_child(_command(config, verb))


def _command(config: Path | None, *words: str) -> list[str]:
    told = ["--config", str(config)] if config else []
    return [sys.executable, "-m", "jobtide", "--child-of", str(os.getpid()), *told, *words]


class Worker:
    """Works one job at a time, each a child process, until it is told to stop."""

    def __init__(self, config: Path | None):
        self.config = config
        self.child: subprocess.Popen[bytes] | None = None
        self.stopping = False

    def work(self, job: str) -> None:
        """Starts a job and waits: the thread that forked must live as long as its child."""
        if self.stopping:
            return
        self.child = subprocess.Popen(_command(self.config, "run", job), start_new_session=True)  # noqa: S603
        if self.stopping:  # since a moment ago
            self.child.terminate()
        log.info("%s ended with exit code %d", job, self.child.wait())

    def stop(self) -> None:
        """Ends the job under way; those that wait for their turn are not begun."""
        self.stopping = True
        if self.child is not None:
            self.child.terminate()


def start(settings: Settings, config: Path | None = None) -> int:
    """Runs until SIGTERM or SIGINT: catches up once what is due, then waits for each slot."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    prepare(open_engine(settings.database_url))
    signals = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)  # children clear the mask they inherit
    worker = Worker(config)
    alarm = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
    for job, slots in slots_of(settings.schedule).items():
        options = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        alarm.add_job(worker.work, slots.trigger(), args=(job,), id=job, **options)
        alarm.add_job(worker.work, args=(job,), id=f"{job} catch-up", **options)
    alarm.start()
    log.info("the clock runs: daily %s, weekly %s (UTC)", settings.schedule.daily, settings.schedule.weekly)
    number = signal.sigwait(signals)
    log.info("stopping")
    worker.stop()
    alarm.shutdown(wait=True)
    return 128 + number


if __name__ == "__main__":
    from jobtide import main

    main(["start", *sys.argv[1:]])
