"""Writing readings: keyed by content and by the reader that made them, so that a better reader re-reads the past."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy import func as sql

from store import codec
from store.insert import insert_new, retrying
from store.schema import dictionary, payload, reader, reading


def unread(conn: Connection, reader_hash: str, until: datetime | None = None, *, again: bool = False) -> list[str]:
    """Content hashes stored `until` a moment that lack a reading by this reader (again: all), as they were stored."""
    query = select(payload.c.content_hash).order_by(payload.c.id)
    if not again:
        done = select(reading.c.content_hash).where(reading.c.reader_hash == reader_hash)
        query = query.where(payload.c.content_hash.not_in(done))
    if until is not None:
        query = query.where(payload.c.recorded_at <= until)
    return list(conn.execute(query).scalars())


def bodies(conn: Connection, hashes: Iterable[str]) -> Iterator[tuple[str, bytes, bytes | None]]:
    """(content hash, compressed body, dictionary or None), to be unpacked where the reading is done."""
    shared = {row.id: row.body for row in conn.execute(select(dictionary))}
    wanted = list(hashes)
    for row in conn.execute(select(payload).where(payload.c.content_hash.in_(wanted)).order_by(payload.c.id)):
        yield row.content_hash, row.body, shared.get(row.dictionary_id)


def record(engine: Engine, reader_hash: str, read: list[tuple[str, dict[str, Any]]], recorded_at: datetime) -> None:
    """Keeps readings; those that are there already stay as they are."""
    rows = [
        {
            "content_hash": content,
            "reader_hash": reader_hash,
            "body": codec.pack(told)[1],
            "recorded_at": recorded_at,
        }
        for content, told in read
    ]

    def work() -> None:
        with engine.begin() as conn:
            insert_new(conn, reading, rows)

    retrying(work)


def complete(engine: Engine, reader_hash: str, recorded_at: datetime) -> None:
    """Puts a reader in force: from here on its readings are served first. Said once, not at every reading."""
    with engine.begin() as conn:
        if in_force(conn) != reader_hash:
            conn.execute(insert(reader).values(hash=reader_hash, recorded_at=recorded_at))


def in_force(conn: Connection, as_of: datetime | None = None) -> str | None:
    """Hash of the readers whose readings are served at a moment, None before the first."""
    query = select(reader.c.hash).order_by(reader.c.recorded_at.desc(), reader.c.id.desc()).limit(1)
    return conn.execute(query if as_of is None else query.where(reader.c.recorded_at <= as_of)).scalar()


def progress(conn: Connection, reader_hash: str) -> tuple[int, int]:
    """(contents read by this reader, contents stored)."""
    n_read = conn.execute(
        select(sql.count()).select_from(reading).where(reading.c.reader_hash == reader_hash)
    ).scalar_one()
    return n_read, conn.execute(select(sql.count()).select_from(payload)).scalar_one()
