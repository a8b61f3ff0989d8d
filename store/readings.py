"""Writing readings: keyed by content and by the reader that made them, so that a better reader re-reads the past.

A reader that differs from an earlier one only in its terms inherits the readings which that difference cannot touch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Row, insert, select
from sqlalchemy import func as sql

from store import codec
from store.insert import chunks, insert_new, retrying
from store.schema import board_label, dictionary, payload, reader, reading, version

LONGEST_CHAIN = 1000  # readers; a longer one is a circle


class Reader(NamedTuple):
    """What made a reading: hash of all its parts; `base`, that of all but the terms; the terms as a file; and the
    earlier reader whose readings stand where the terms make no difference."""

    hash: str
    base: str
    terms: bytes
    inherits: str | None = None


class Body(NamedTuple):
    """A stored text, to be unpacked where the reading is done, and the employer of the board that first had it.

    `sample` holds the content hashes of the first postings of that board, among those it had by then.
    """

    content_hash: str
    body: bytes
    dictionary: bytes | None
    company: str = ""
    sample: tuple[str, ...] = ()


class _Origin(NamedTuple):
    board_id: int
    seen_at: datetime
    company: str


def unread(
    conn: Connection, readers: Iterable[str], until: datetime | None = None, *, again: bool = False
) -> list[str]:
    """Content hashes stored `until` a moment that lack a reading by any of these readers (again: all), in order."""
    query = select(payload.c.content_hash).order_by(payload.c.id)
    if not again:
        done = select(reading.c.content_hash).where(reading.c.reader_hash.in_(list(readers)))
        query = query.where(payload.c.content_hash.not_in(done))
    if until is not None:
        query = query.where(payload.c.recorded_at <= until)
    return list(conn.execute(query).scalars())


def bodies(conn: Connection, hashes: Iterable[str], n_sample: int = 0) -> Iterator[Body]:
    """The texts of these hashes, as they were stored; where samples are wanted, with the employer and a sample of at
    most so many postings of its board."""
    shared = {row.id: row.body for row in conn.execute(select(dictionary))}
    first: dict[int, list[tuple[datetime, str]]] = {}
    for chunk in chunks(hashes):
        origins = _origins(conn, chunk) if n_sample else {}
        for board_id in {origin.board_id for origin in origins.values()} - first.keys():
            first[board_id] = _first_postings(conn, board_id, n_sample)
        seen = {(origin.board_id, origin.seen_at) for origin in origins.values()}
        samples = {told: _until(first[told[0]], told[1]) for told in seen}
        query = select(payload.c.content_hash, payload.c.body, payload.c.dictionary_id).order_by(payload.c.id)
        for content, body, dictionary_id in conn.execute(query.where(payload.c.content_hash.in_(chunk))):
            origin = origins.get(content)
            told = ("", ()) if origin is None else (origin.company, samples[origin.board_id, origin.seen_at])
            yield Body(content, body, shared.get(dictionary_id), *told)


def _until(postings: list[tuple[datetime, str]], seen_at: datetime) -> tuple[str, ...]:
    return tuple(content for first_at, content in postings if first_at <= seen_at)


def _origins(conn: Connection, hashes: list[str]) -> dict[str, _Origin]:
    """content hash -> the board that had it first and what the register first called its employer."""
    query = (
        select(version.c.content_hash, version.c.board_id, version.c.valid_from, board_label.c.company)
        .join(board_label, board_label.c.board_id == version.c.board_id)
        .where(version.c.content_hash.in_(hashes))
        .order_by(version.c.valid_from.desc(), version.c.board_id.desc(), board_label.c.recorded_at.desc())
    )
    return {content: _Origin(*told) for content, *told in conn.execute(query)}


def _first_postings(conn: Connection, board_id: int, n: int) -> list[tuple[datetime, str]]:
    """(first seen, content hash) of the first postings of a board, each as it was at first."""
    query = select(version.c.valid_from, version.c.content_hash).where(version.c.board_id == board_id)
    query = query.where(version.c.seq == 1).order_by(version.c.valid_from, version.c.external_id).limit(n)
    return [(row.valid_from, row.content_hash) for row in conn.execute(query)]


def record(engine: Engine, reader_hash: str, read: list[tuple[str, bytes]], recorded_at: datetime) -> None:
    """Keeps packed readings of contents; those that are there already stay as they are."""
    rows = [
        {"content_hash": content, "reader_hash": reader_hash, "body": body, "recorded_at": recorded_at}
        for content, body in read
    ]

    def work() -> None:
        with engine.begin() as conn:
            insert_new(conn, reading, rows)

    retrying(work)


def complete(engine: Engine, made_by: Reader, recorded_at: datetime) -> None:
    """Puts a reader in force: from here on its readings are served first. Said once, not at every reading."""
    with engine.begin() as conn:
        if in_force(conn) != made_by.hash:
            row = made_by._asdict() | {"terms": codec.pack(made_by.terms.decode())[1]}
            conn.execute(insert(reader).values(**row, recorded_at=recorded_at))


def in_force(conn: Connection, as_of: datetime | None = None) -> str | None:
    """Hash of the readers whose readings are served at a moment, None before the first."""
    newest = newest_reader(conn, as_of)
    return newest.hash if newest is not None else None


def newest_reader(conn: Connection, as_of: datetime | None = None) -> Reader | None:
    """The reader in force at a moment, None before the first."""
    query = _newest_first(as_of).limit(1)
    row = conn.execute(query).first()
    return None if row is None else _reader(row)


def find_reader(conn: Connection, reader_hash: str, as_of: datetime | None = None) -> Reader | None:
    """A reader that was ever in force, as it was put there last."""
    row = conn.execute(_newest_first(as_of).where(reader.c.hash == reader_hash).limit(1)).first()
    return None if row is None else _reader(row)


def chain(conn: Connection, reader_hash: str, as_of: datetime | None = None) -> list[str]:
    """This reader's hash and those of the readers it inherits from, the nearest first."""
    found = [reader_hash]
    while len(found) < LONGEST_CHAIN:
        told = find_reader(conn, found[-1], as_of)
        if told is None or told.inherits is None or told.inherits in found:
            break
        found.append(told.inherits)
    return found


def succession(conn: Connection, as_of: datetime | None = None) -> list[tuple[str, datetime]]:
    """(hash, in force since) of the readers that were in force one after another, the newest first."""
    return [(row.hash, row.recorded_at) for row in conn.execute(_newest_first(as_of))]


def _newest_first(as_of: datetime | None) -> Any:
    query = select(reader).order_by(reader.c.recorded_at.desc(), reader.c.id.desc())
    return query if as_of is None else query.where(reader.c.recorded_at <= as_of)


def _reader(row: Row[Any]) -> Reader:
    terms = codec.unpack(row.terms).encode() if row.terms is not None else b""
    return Reader(row.hash, row.base, terms, row.inherits)


def progress(conn: Connection, reader_hash: str, as_of: datetime | None = None) -> tuple[int, int]:
    """(contents read by this reader or one it inherits from, contents stored), as it stood at a moment."""
    n_read = select(sql.count(reading.c.content_hash.distinct()))
    n_read = n_read.where(reading.c.reader_hash.in_(chain(conn, reader_hash, as_of)))
    n_stored = select(sql.count()).select_from(payload)
    if as_of is not None:
        n_read, n_stored = n_read.where(reading.c.recorded_at <= as_of), n_stored.where(payload.c.recorded_at <= as_of)
    return conn.execute(n_read).scalar_one(), conn.execute(n_stored).scalar_one()
