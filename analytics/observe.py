"""Runs the readers over stored text that lacks a reading by the present readers; on all cores, resumable, counted.

Readers that differ from those of before only in their terms inherit every reading which the difference cannot touch:
a posting that holds none of the spellings in question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import NamedTuple, TypeVar

from sqlalchemy import Connection, Engine

from analytics import reading
from analytics.parallel import in_order, workers
from analytics.reading import BASE, READER, TERMS
from analytics.touched import changed_forms, touches
from store import codec, readings, runs
from store.connect import read_only
from store.insert import chunks
from store.posting import Posting, from_json
from store.readings import Body, Reader

T = TypeVar("T")
BATCH = 100
WORTH_A_POOL = 400  # postings; below, starting processes costs more than it saves
Progress = Callable[[int, int], None]


class Done(NamedTuple):
    """Postings read, and those whose reading by an earlier reader stands."""

    n_read: int
    n_inherited: int


class Plan(NamedTuple):
    """The reader to put in force, what it must read for itself, and how many readings it inherits."""

    reader: Reader
    todo: list[str]
    n_inherited: int


def read_store(
    engine: Engine,
    *,
    at: datetime | None = None,
    until: datetime | None = None,
    again: bool = False,
    progress: Progress | None = None,
) -> Done:
    """Reads what lacks a reading (stored `until` a moment) and says how much; each batch is committed by itself.

    `at` is the time of record; without it the store's own present. `again` reads what has a reading too; readings are
    pure, so nothing changes, and a difference would be a bug.
    """
    plan = _plan(engine, until, again=again)
    with read_only(engine) as conn:
        recorded_at = at or runs.present(conn)
    n_done = 0
    for batch in _mapped(engine, plan.todo, read_bodies):
        readings.record(engine, READER, batch, recorded_at)
        n_done += len(batch)
        if progress is not None:
            progress(n_done, len(plan.todo))
    readings.complete(engine, plan.reader, recorded_at)
    return Done(n_done, plan.n_inherited)


def _plan(engine: Engine, until: datetime | None, *, again: bool) -> Plan:
    with read_only(engine) as conn:
        known = readings.find_reader(conn, READER)
        older = None if known or again else _kin(conn)
        mine = known or Reader(READER, BASE, TERMS, older.hash if older else None)
        readers = [READER] if older or again else readings.chain(conn, READER)
        todo = readings.unread(conn, readers, until, again=again)
        if older is None:
            return Plan(mine, todo, 0)
        lacking = set(readings.unread(conn, [READER, *readings.chain(conn, older.hash)], until))
    inheritable = [content for content in todo if content not in lacking]
    own = lacking.union(_touched(engine, inheritable, changed_forms(older.terms, TERMS)))
    return Plan(mine, [content for content in todo if content in own], len(todo) - len(own))


def _kin(conn: Connection) -> Reader | None:
    """The reader in force, when it differs from the present one only in its terms."""
    older = readings.newest_reader(conn)
    return older if older is not None and older.base == BASE else None


def _touched(engine: Engine, hashes: list[str], forms: frozenset[str]) -> Iterator[str]:
    for found in _mapped(engine, hashes, partial(touched_bodies, forms)):
        yield from found


def _mapped(engine: Engine, hashes: list[str], work: Callable[[list[Body]], T]) -> Iterator[T]:
    """The work on each batch of texts, in order, by all cores where that is worth their start."""
    with workers(worth_it=len(hashes) >= WORTH_A_POOL) as pool:
        yield from in_order(pool, work, (_bodies(engine, batch) for batch in chunks(hashes, BATCH)))


def _bodies(engine: Engine, hashes: list[str]) -> list[Body]:
    with read_only(engine) as conn:
        return list(readings.bodies(conn, hashes))


def read_bodies(bodies: list[Body]) -> list[tuple[str, bytes]]:
    """(content hash, packed reading) of stored texts; a function of its own so that another process can run it."""
    return [(b.content_hash, codec.pack(reading.read_content(_posting(b), b.company))[1]) for b in bodies]


def touched_bodies(forms: frozenset[str], bodies: list[Body]) -> list[str]:
    """Content hashes of the texts that hold any of these spellings."""
    return [b.content_hash for b in bodies if touches(reading.all_text(_posting(b)), forms)]


def _posting(stored: Body) -> Posting:
    return from_json(codec.unpack(stored.body, stored.dictionary))
