"""What analytics asks of the store, always "as it was known at T". Rows come as plain dicts.

`as_of=None` means now. An earlier moment derives the versions again from the board runs recorded until then, with the
same fold that wrote the table, so the answer of today and that of then cannot drift apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from functools import reduce
from itertools import chain as chained
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, select, true
from sqlalchemy import func as sql

from store import codec, history
from store.accepted import decisions, is_complete, observations
from store.insert import chunks
from store.posting import Posting, from_json
from store.readings import chain, in_force
from store.runs import last_recorded, present
from store.schema import board, board_label, board_run, decision, dictionary, payload, reader, reading, run, version

A_FEW = 20
__all__ = ["board_runs", "boards", "contents", "in_force", "known_until", "present", "readings", "runs", "versions"]


def boards(conn: Connection, as_of: datetime | None = None) -> Iterator[dict[str, Any]]:
    """One row a board that was known: board_id, platform, board (token), company, sector, country."""
    query = select(board_label).order_by(board_label.c.recorded_at, board_label.c.id)
    if as_of is not None:
        query = query.where(board_label.c.recorded_at <= as_of)
    newest = {row.board_id: row for row in conn.execute(query)}
    for row in conn.execute(select(board).order_by(board.c.platform, board.c.token)):
        if (label := newest.get(row.id)) is not None:
            told = {"company": label.company, "sector": label.sector, "country": label.country}
            yield {"board_id": row.id, "platform": row.platform, "board": row.token, **told}


def board_runs(conn: Connection, as_of: datetime | None = None) -> Iterator[dict[str, Any]]:
    """One row a board and crawl, oldest first; is_complete and decision are as the operator's word stood then."""
    words = decisions(conn, as_of)
    query = (
        select(board_run, run.c.job, run.c.scheduled_for, board.c.platform, board.c.token)
        .join(run, run.c.id == board_run.c.run_id)
        .join(board, board.c.id == board_run.c.board_id)
        .order_by(board_run.c.fetched_at, board_run.c.uid)
    )
    if as_of is not None:
        query = query.where(board_run.c.recorded_at <= as_of)
    for row in conn.execute(query):
        yield _board_run(row, words.get(row.id))


def _board_run(row: Row[Any], word: str | None) -> dict[str, Any]:
    same: tuple[str, ...] = (
        "board_id",
        "platform",
        "scheduled_for",
        "fetched_at",
        "recorded_at",
        "verdict",
        "listed",
        "advertised",
    )
    same += ("kept", "hidden", "malformed", "http_status", "n_requests", "note")
    told = {name: getattr(row, name) for name in same}
    names = {"board_run_uid": row.uid, "board": row.token, "run_job": row.job, "decision": word}
    return told | names | {"is_complete": is_complete(row.verdict, word)}


def versions(conn: Connection, as_of: datetime | None = None) -> Iterator[dict[str, Any]]:
    """One row a version of a posting, see docs/data.md: content_hash, valid_from, valid_to, before_at, last_seen_at,
    absent_at, is_closed, close_reason, with board_id, platform, board, external_id, spell, seq."""
    newest = last_recorded(conn)
    current = as_of is None or newest is None or as_of >= newest
    last_complete = _last_complete(conn, as_of)
    for row in conn.execute(select(board).order_by(board.c.platform, board.c.token)).all():
        rows = stored_versions(conn, row.id) if current else history.derive(observations(conn, row.id, as_of))
        for one in rows:
            yield _told(one, last_complete.get(row.id)) | {
                "board_id": row.id,
                "platform": row.platform,
                "board": row.token,
            }


def stored_versions(conn: Connection, board_id: int) -> Iterator[history.Version]:
    """The versions of one board as the table has them, in order of (external id, seq)."""
    query = select(version).where(version.c.board_id == board_id).order_by(version.c.external_id, version.c.seq)
    for row in conn.execute(query):
        yield history.Version(**{name: getattr(row, name) for name in history.Version.__slots__})


def _told(one: history.Version, last_complete_at: datetime | None) -> dict[str, Any]:
    told = asdict(one)
    told["absent_at"] = told.pop("missing_since")
    told["is_closed"] = told.pop("closed_at") is not None
    told["last_seen_at"] = one.last_seen_at or history.last_seen(one, last_complete_at)
    return told


def _last_complete(conn: Connection, as_of: datetime | None) -> dict[int, datetime]:
    return {row["board_id"]: row["fetched_at"] for row in board_runs(conn, as_of) if row["is_complete"]}


def contents(conn: Connection, hashes: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(content hash, posting as written by store.posting.to_json) of the hashes that are stored."""
    shared = {row.id: row.body for row in conn.execute(select(dictionary))}
    for chunk in chunks(hashes):
        for row in conn.execute(
            select(payload).where(payload.c.content_hash.in_(chunk)).order_by(payload.c.content_hash)
        ):
            yield row.content_hash, codec.unpack(row.body, shared.get(row.dictionary_id))


def open_postings(conn: Connection, platform: str, token: str) -> dict[str, Posting]:
    """external id -> the newest content of the postings of a board that are not closed."""
    at_board = board.c.platform == platform, board.c.token == token, version.c.valid_to.is_(None)
    query = select(version.c.external_id, version.c.content_hash).join(board, board.c.id == version.c.board_id)
    hashes = {row.external_id: row.content_hash for row in conn.execute(query.where(*at_board))}
    told = dict(contents(conn, hashes.values()))
    return {external_id: from_json(told[content]) for external_id, content in hashes.items() if content in told}


def company_shown(conn: Connection, board_id: int) -> str:
    """The company that most of a few open postings of a board print; '' where the platform prints none."""
    query = select(version.c.content_hash).where(version.c.board_id == board_id, version.c.valid_to.is_(None))
    hashes = conn.execute(query.order_by(version.c.external_id).limit(A_FEW)).scalars().all()
    names = Counter(told.get("company", "").strip() for _, told in contents(conn, hashes))
    return max(names, key=lambda name: (names[name], name), default="")


def readings(
    conn: Connection, as_of: datetime | None = None, by: str | None = None, only: Iterable[str] | None = None
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(content hash, reader hash, reading): for each content (of `only`) the one `by` a reader (None: that in force) or
    by the nearest that it inherits from, else the newest known."""
    first = by or in_force(conn, as_of)
    nearness = {made_by: -at for at, made_by in enumerate(chain(conn, first, as_of) if first else ())}
    query = select(reading).order_by(reading.c.content_hash, reading.c.recorded_at, reading.c.id)
    if as_of is not None:
        query = query.where(reading.c.recorded_at <= as_of)
    parts = [None] if only is None else list(chunks(sorted(only)))
    wanted = [query if part is None else query.where(reading.c.content_hash.in_(part)) for part in parts]
    found = chained.from_iterable(conn.execute(one) for one in wanted)
    for content, rows in groupby(found, key=lambda row: row.content_hash):
        held = reduce(lambda old, new: new if _serves(new, nearness) >= _serves(old, nearness) else old, rows)
        yield content, held.reader_hash, codec.unpack(held.body)


def _serves(row: Row[Any], nearness: dict[str, int]) -> int:
    return nearness.get(row.reader_hash, -len(nearness))


def known_until(conn: Connection, as_of: datetime | None = None) -> datetime | None:
    """When the newest thing that is known at `as_of` was written down; None when nothing is known."""
    columns = (table.c.recorded_at for table in (board_run, board_label, decision, reading, reader))
    newest = (select(sql.max(column)).where(column <= as_of if as_of is not None else true()) for column in columns)
    times = [conn.execute(query).scalar() for query in newest]
    return max((time for time in times if time is not None), default=None)


def runs(conn: Connection, as_of: datetime | None = None) -> Iterator[dict[str, Any]]:
    """One row a run of any job, oldest first: job, scheduled_for, state, exit_code, note ..."""
    query = select(run).order_by(run.c.scheduled_for, run.c.id)
    if as_of is not None:
        query = query.where(run.c.recorded_at <= as_of)
    for row in conn.execute(query):
        yield dict(row._mapping)


def count(conn: Connection, table: Any) -> int:
    """Number of rows of a table."""
    return int(conn.execute(select(sql.count()).select_from(table)).scalar_one())
