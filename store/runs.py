"""Runs: who works on what slot, and what is left to do after a crash.

`UNIQUE(job, scheduled_for)` decides the winner even where locks fail. A run found `running` by the holder of the lock
was killed: it is resumed under its own id, so that no committed board is fetched twice.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import Connection, Engine, select, update
from sqlalchemy import func as sql

from store.connect import read_only
from store.insert import insert_new, insert_one
from store.schema import board, board_run, reading, run

RESUME_WITHIN = timedelta(hours=24)


class NothingDue(Exception):
    """The slot was worked already."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A run that is ours to work on."""

    run_id: int
    job: str
    scheduled_for: datetime
    resumed: bool


def program() -> str:
    """Name and version of this code, as stored with every run."""
    try:
        return f"jobtide {version('jobtide')}"
    except PackageNotFoundError:
        return "jobtide (not installed)"


def claim(engine: Engine, job: str, scheduled_for: datetime, *, now: datetime, clock: str = "system") -> Claim:
    """The run of (job, slot), new or taken over from a killed process. NothingDue when it is done.

    Call it under the lock of the job: a `running` row then has no living owner.
    """
    with engine.begin() as conn:
        values = {
            "job": job,
            "scheduled_for": scheduled_for,
            "state": "running",
            "clock": clock,
            "started_at": now,
        }
        new = insert_one(conn, run, values | {"recorded_at": now, "pid": os.getpid(), "program": program()})
        row = conn.execute(select(run).where(run.c.job == job, run.c.scheduled_for == scheduled_for)).one()
        if row.state in ("done", "missed"):
            raise NothingDue(f"{job} of {scheduled_for:%Y-%m-%d %H:%M} UTC is done")
        conn.execute(update(run).where(run.c.id == row.id).values(state="running", pid=os.getpid()))
    return Claim(row.id, job, scheduled_for, resumed=not new)


def unfinished(engine: Engine, job: str, now: datetime) -> datetime | None:
    """The slot of the newest unfinished run of a job, when young enough to be resumed."""
    with read_only(engine) as conn:
        query = select(run).where(run.c.job == job).order_by(run.c.scheduled_for.desc(), run.c.id.desc()).limit(1)
        row = conn.execute(query).first()
    stopped = row is not None and row.state in ("running", "aborted") and now - row.recorded_at < RESUME_WITHIN
    return row.scheduled_for if row is not None and stopped else None


def finish(engine: Engine, run_id: int, *, now: datetime, state: str, exit_code: int, note: str = "") -> None:
    """Closes a run: state done or aborted."""
    with engine.begin() as conn:
        values = {"state": state, "finished_at": now, "exit_code": exit_code, "note": note}
        conn.execute(update(run).where(run.c.id == run_id).values(values))


def record_missed(engine: Engine, job: str, slots: list[datetime], now: datetime) -> None:
    """Slots that passed while nothing ran; they are never caught up, and said."""
    rows = [
        {
            "job": job,
            "scheduled_for": slot,
            "state": "missed",
            "clock": "system",
            "recorded_at": now,
            "program": program(),
        }
        for slot in slots
    ]
    with engine.begin() as conn:
        insert_new(conn, run, rows)


def last_slot(engine: Engine, job: str) -> datetime | None:
    """The newest slot of a job that is done or missed, None before the first."""
    with read_only(engine) as conn:
        settled = select(sql.max(run.c.scheduled_for)).where(run.c.job == job, run.c.state.in_(("done", "missed")))
        return conn.execute(settled).scalar()


def boards_done(engine: Engine, run_id: int) -> dict[tuple[str, str], str]:
    """(platform, token) -> verdict of the boards this run has committed."""
    query = (
        select(board.c.platform, board.c.token, board_run.c.verdict).join(board_run).where(board_run.c.run_id == run_id)
    )
    with read_only(engine) as conn:
        return {(row.platform, row.token): row.verdict for row in conn.execute(query)}


def present(conn: Connection) -> datetime:
    """The store's own present: the system's clock, or the day of the simulator that it was last crawled from."""
    newest = conn.execute(select(run.c.clock).order_by(run.c.recorded_at.desc(), run.c.id.desc()).limit(1)).first()
    if newest is None or newest.clock == "system":
        return datetime.now(UTC)
    return last_recorded(conn) or datetime.now(UTC)


def last_recorded(conn: Connection) -> datetime | None:
    """When anything was last written down, None for an empty store."""
    columns = (run.c.recorded_at, board_run.c.recorded_at, reading.c.recorded_at)
    times = [conn.execute(select(sql.max(column))).scalar() for column in columns]
    return max((time for time in times if time is not None), default=None)
