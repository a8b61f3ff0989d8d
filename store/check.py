"""Proofs: `fsck` reads back everything stored, `rebuild` derives the versions anew or compares them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Engine, select, text

from store import codec, history
from store.accepted import observations
from store.connect import Damaged, read_only
from store.posting import content_hash
from store.read import stored_versions
from store.schema import (
    board,
    board_run,
    decision,
    dictionary,
    manifest,
    payload,
    publication,
    reader,
    reading,
    run,
    version,
)
from store.write import rebuild_board


def fsck(engine: Engine) -> Iterator[str]:
    """A line for every damage: payloads, manifests, readings, references, the file. Nothing means sound."""
    with read_only(engine) as conn:
        yield from _integrity(conn)
        yield from _rows(conn)
        yield from _payloads(conn)
        yield from _manifests(conn)
        yield from _readings(conn)
        yield from _references(conn)


def rebuild(engine: Engine, *, check: bool = False) -> Iterator[str]:
    """Derives the versions of each board anew; with check nothing changes and each board that differs has a line."""
    with read_only(engine) as conn:
        boards = conn.execute(select(board).order_by(board.c.platform, board.c.token)).all()
    for row in boards:
        with engine.begin() as conn:
            try:
                if not check:
                    rebuild_board(conn, row.id)
                elif list(stored_versions(conn, row.id)) != history.derive(observations(conn, row.id)):
                    yield f"{row.platform}/{row.token}: stored versions differ from those derived"
            except Damaged as error:
                yield f"{row.platform}/{row.token}: cannot be derived: {error}"


def _integrity(conn: Connection) -> Iterator[str]:
    if conn.dialect.name == "sqlite":
        answers = conn.execute(text("PRAGMA integrity_check")).scalars().all()
        yield from (f"database: {answer}" for answer in answers if answer != "ok")


def _rows(conn: Connection) -> Iterator[str]:
    """Reads every row once; a time that is none shows here."""
    for table in (run, board_run, decision, version, reader, publication):
        try:
            conn.execute(select(table)).all()
        except Damaged as error:
            yield f"table {table.name}: {error}"


def _payloads(conn: Connection) -> Iterator[str]:
    shared = {row.id: row.body for row in conn.execute(select(dictionary))}
    for row in conn.execute(select(payload).execution_options(yield_per=200)):
        try:
            plain = codec.plain_bytes(row.body, shared.get(row.dictionary_id))
            sound = codec.sha256(plain) == row.body_sha256
            sound = sound and content_hash(codec.unpack(row.body, shared.get(row.dictionary_id))) == row.content_hash
        except (Damaged, ValueError) as error:
            yield f"payload {row.content_hash[:12]}: {error}"
            continue
        if not sound:
            yield f"payload {row.content_hash[:12]}: the text is not the one that was stored"


def _manifests(conn: Connection) -> Iterator[str]:
    stored = set(conn.execute(select(payload.c.content_hash)).scalars())
    for row in conn.execute(select(manifest).execution_options(yield_per=200)):
        try:
            plain = codec.plain_bytes(row.body)
            lost = {content for _, content in codec.unpack(row.body)} - stored
        except (Damaged, ValueError) as error:
            yield f"manifest {row.id}: {error}"
            continue
        if codec.sha256(plain) != row.sha256:
            yield f"manifest {row.id}: the list is not the one that was stored"
        if lost:
            yield f"manifest {row.id}: {len(lost)} of its payloads are missing"


def _readings(conn: Connection) -> Iterator[str]:
    for row in conn.execute(select(reading).execution_options(yield_per=200)):
        try:
            codec.unpack(row.body)
        except (Damaged, ValueError) as error:
            yield f"reading {row.id} of {row.content_hash[:12]}: {error}"


def _references(conn: Connection) -> Iterator[str]:
    lost = select(version.c.content_hash).where(version.c.content_hash.not_in(select(payload.c.content_hash)))
    yield from (f"version of payload {found[:12]}: the payload is missing" for found in conn.execute(lost).scalars())
    orphans = select(board_run.c.uid).where(
        board_run.c.manifest_id.is_not(None), board_run.c.manifest_id.not_in(select(manifest.c.id))
    )
    yield from (f"board run {uid}: its manifest is missing" for uid in conn.execute(orphans).scalars())
