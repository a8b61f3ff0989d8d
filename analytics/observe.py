"""Runs the readers over stored text that lacks a reading by the present readers; on all cores, resumable, counted."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from multiprocessing import current_process
from typing import Any

from sqlalchemy import Engine

from analytics import reading
from store import codec, readings, runs
from store.connect import read_only
from store.insert import chunks
from store.posting import from_json

BATCH = 100
WORTH_A_POOL = 400  # postings; below, starting processes costs more than it saves
Body = tuple[str, bytes, bytes | None]
Progress = Callable[[int, int], None]


def read_store(
    engine: Engine,
    *,
    at: datetime | None = None,
    until: datetime | None = None,
    again: bool = False,
    progress: Progress | None = None,
) -> int:
    """Reads what lacks a reading (stored `until` a moment) and returns how many; each batch is committed by itself.

    `at` is the time of record; without it the store's own present. `again` reads what has a reading too; readings are
    pure, so nothing changes, and a difference would be a bug.
    """
    with read_only(engine) as conn:
        todo = readings.unread(conn, reading.READER, until, again=again)
        recorded_at = at or runs.present(conn)
    n_done = 0
    with _pool(len(todo)) as pool:
        for batch in _read(engine, todo, pool):
            readings.record(engine, reading.READER, batch, recorded_at)
            n_done += len(batch)
            if progress is not None:
                progress(n_done, len(todo))
    readings.complete(engine, reading.READER, recorded_at)
    return n_done


def _read(engine: Engine, todo: list[str], pool: Executor | None) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    batches = (_bodies(engine, hashes) for hashes in chunks(todo, BATCH))
    yield from pool.map(read_bodies, batches) if pool is not None else map(read_bodies, batches)


def _bodies(engine: Engine, hashes: list[str]) -> list[Body]:
    with read_only(engine) as conn:
        return list(readings.bodies(conn, hashes))


def read_bodies(bodies: list[Body]) -> list[tuple[str, dict[str, Any]]]:
    """(content hash, reading) of stored bodies; a function of its own so that another process can run it."""
    return [(content, reading.read_content(from_json(codec.unpack(body, shared)))) for content, body, shared in bodies]


@contextmanager
def _pool(n_todo: int) -> Iterator[Executor | None]:
    n_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if n_todo < WORTH_A_POOL or n_cores < 2 or current_process().daemon:  # a daemon may not start processes
        yield None
        return
    with ProcessPoolExecutor(n_cores) as pool:
        yield pool
