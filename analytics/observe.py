"""Runs the readers over stored text that lacks a reading by the present readers; on all cores, resumable, counted.

Readers that differ from those of before only in their terms inherit every reading which the difference cannot touch:
a posting that holds none of the spellings in question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Engine

from analytics import reading
from analytics.boilerplate import SAMPLE, learn
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
MOST_LEARNT = 2000  # employers whose standing text a process keeps in mind
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
    for found in _mapped(engine, hashes, partial(touched_bodies, forms), n_sample=0):
        yield from found


def _mapped(engine: Engine, hashes: list[str], work: Callable[[Batch], T], *, n_sample: int = SAMPLE) -> Iterator[T]:
    """The work on each batch of texts, in order, by all cores where that is worth their start."""
    with workers(worth_it=len(hashes) >= WORTH_A_POOL) as pool:
        yield from in_order(pool, work, (_batch(engine, batch, n_sample) for batch in chunks(hashes, BATCH)))


class Batch(NamedTuple):
    """Texts to read, and those of the samples that tell their employers' standing text."""

    bodies: list[Body]
    samples: dict[str, Body]


def _batch(engine: Engine, hashes: list[str], n_sample: int) -> Batch:
    with read_only(engine) as conn:
        bodies = list(readings.bodies(conn, hashes, n_sample))
        wanted = {content for sample in {body.sample for body in bodies} for content in sample}
        samples = {body.content_hash: body for body in bodies if body.content_hash in wanted}
        lacking = sorted(wanted - samples.keys())
        return Batch(bodies, samples | {body.content_hash: body for body in readings.bodies(conn, lacking)})


def read_bodies(batch: Batch) -> list[tuple[str, bytes]]:
    """(content hash, packed reading) of stored texts; a function of its own so that another process can run it."""
    return [(body.content_hash, codec.pack(_reading(body, batch), level=codec.QUICK)[1]) for body in batch.bodies]


def touched_bodies(forms: frozenset[str], batch: Batch) -> list[str]:
    """Content hashes of the texts that hold any of these spellings."""
    return [body.content_hash for body in batch.bodies if touches(reading.all_text(_posting(body)), forms)]


def _reading(body: Body, batch: Batch) -> dict[str, Any]:
    return reading.read_content(_posting(body), body.company, _standing(body.sample, batch))


_learnt: dict[tuple[str, ...], frozenset[str]] = {}


def _standing(sample: tuple[str, ...], batch: Batch) -> frozenset[str]:
    """The standing text of the employer of a sample, learnt once a process."""
    if sample not in _learnt:
        if len(_learnt) >= MOST_LEARNT:
            _learnt.clear()
        stored = [batch.samples[content] for content in sample if content in batch.samples]
        _learnt[sample] = learn([reading.title_and_text(_posting(body)) for body in stored])
    return _learnt[sample]


def _posting(stored: Body) -> Posting:
    return from_json(codec.unpack(stored.body, stored.dictionary))
