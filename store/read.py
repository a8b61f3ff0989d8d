"""What analytics asks of the store, always "as it was known at T". Rows come as plain dicts.

`as_of=None` means now. An earlier moment derives the versions again from the board runs recorded until then, with the
same fold that wrote the table, so the answer of today and that of then cannot drift apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Select, case, exists, literal, select, true
from sqlalchemy import func as sql
from sqlalchemy.dialects import sqlite

from store import codec, history
from store.accepted import decisions, is_complete, observations
from store.connect import UtcDateTime
from store.insert import chunks
from store.lasting import raw, streamed
from store.posting import Posting, from_json
from store.readings import chain, in_force
from store.runs import present
from store.schema import board, board_label, board_run, decision, dictionary, payload, reader, reading, run, version

Values = tuple[Any, ...]
A_FEW = 20
BOARD_RUN = (
    "board_id", "platform", "board", "scheduled_for", "fetched_at", "recorded_at", "verdict", "listed", "advertised",
    "kept", "hidden", "malformed", "http_status", "n_requests", "note", "board_run_uid", "run_job", "decision",
    "is_complete",
)  # fmt: skip
VERSION = (
    "board_id", "platform", "board", "external_id", "seq", "spell", "content_hash", "valid_from", "confirmed_at",
    "before_at", "valid_to", "last_seen_at", "absent_at", "is_closed", "close_reason",
)  # fmt: skip
TIMES = frozenset({
    "scheduled_for", "fetched_at", "recorded_at", "valid_from", "confirmed_at", "before_at", "valid_to", "last_seen_at",
    "absent_at", "missing_since", "closed_at",
})  # fmt: skip
SOURCES = (board_run, decision)  # what versions are a function of, beside the lists
_FETCHED_AT, _VERDICT = BOARD_RUN.index("fetched_at"), BOARD_RUN.index("verdict")
_IN_TABLE: Callable[[history.Version], Values] = attrgetter(*history.Version.__slots__)
_UTC, _ENGINE = UtcDateTime(), sqlite.dialect()
__all__ = [
    "board_runs", "boards", "contents", "decisions", "in_force", "present", "readings", "runs", "said_until",
    "versions",
]  # fmt: skip


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
    for row in board_run_rows(conn, as_of):
        yield _with_times(BOARD_RUN, row)


def board_run_rows(conn: Connection, as_of: datetime | None = None) -> Iterator[Values]:
    """`board_runs` as tuples of `BOARD_RUN`, times as the engine has them (see `time_of`), for tables of many rows."""
    words = decisions(conn, as_of)
    told = (raw(board_run.c[name]) for name in BOARD_RUN[4:-4])
    query = (
        select(board_run.c.id, board_run.c.board_id, board.c.platform, board.c.token, raw(run.c.scheduled_for), *told)
        .add_columns(board_run.c.uid, run.c.job)
        .join(run, run.c.id == board_run.c.run_id)
        .join(board, board.c.id == board_run.c.board_id)
        .order_by(board_run.c.fetched_at, board_run.c.uid)
    )
    if as_of is not None:
        query = query.where(board_run.c.recorded_at <= as_of)
    for key, *row in streamed(conn, query):
        word = words.get(key)
        yield (*row, word, is_complete(row[_VERDICT], word))


def versions(conn: Connection, as_of: datetime | None = None) -> Iterator[dict[str, Any]]:
    """One row a version of a posting, see docs/data.md: content_hash, valid_from, valid_to, before_at, last_seen_at,
    absent_at, is_closed, close_reason, with board_id, platform, board, external_id, spell, seq."""
    for row in version_rows(conn, as_of):
        yield _with_times(VERSION, row)


def version_rows(conn: Connection, as_of: datetime | None = None) -> Iterator[Values]:
    """`versions` as tuples of `VERSION`, times as the engine has them (see `time_of`), for tables of many rows."""
    current = is_newest(conn, as_of)
    last_complete = _last_complete(conn, as_of)
    for key, *named in conn.execute(select(board).order_by(board.c.platform, board.c.token)).all():
        at = last_complete.get(key)
        if current:
            rows: Iterable[Values] = _stored(conn, key)
        else:
            at = None if at is None else time_of(at)
            rows = map(_IN_TABLE, history.derive(observations(conn, key, as_of)))
        yield from ((key, *named, *_told(row, at)) for row in rows)


def is_newest(conn: Connection, as_of: datetime | None) -> bool:
    """Whether all that versions are made of was known at `as_of`, so that they are as the table has them."""
    later = (select(exists().where(table.c.recorded_at > as_of)) for table in SOURCES if as_of is not None)
    return not any(conn.execute(query).scalar() for query in later)


def board_names(conn: Connection) -> dict[int, tuple[str, str]]:
    """board id -> (platform, token)."""
    return {row.id: (row.platform, row.token) for row in conn.execute(select(board))}


def stored_versions(conn: Connection, board_id: int) -> Iterator[history.Version]:
    """The versions of one board as the table has them, in order of (external id, seq)."""
    for row in _stored(conn, board_id):
        yield history.Version(**_with_times(history.Version.__slots__, row))


def _stored(conn: Connection, board_id: int) -> Iterator[Values]:
    query = select(*(raw(version.c[name]) for name in history.Version.__slots__))
    of_board = query.where(version.c.board_id == board_id).order_by(version.c.external_id, version.c.seq)
    yield from (tuple(row) for row in conn.execute(of_board))


def _told(row: Values, last_complete_at: Any) -> Values:
    """Columns of `history.Version` as those of `VERSION` from external_id on."""
    *same, confirmed_at, before_at, valid_to, last_seen_at, missing_since, closed_at, reason = row
    seen_at = last_seen_at or max(confirmed_at, last_complete_at or confirmed_at)  # as `history.last_seen`
    return (*same, confirmed_at, before_at, valid_to, seen_at, missing_since, closed_at is not None, reason)


def _last_complete(conn: Connection, as_of: datetime | None) -> dict[int, Any]:
    return {row[0]: row[_FETCHED_AT] for row in board_run_rows(conn, as_of) if row[-1]}


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
    served = _served(conn, as_of, by, reading.c.id)
    wanted = (
        [served] if only is None else [served.where(reading.c.content_hash.in_(some)) for some in chunks(sorted(only))]
    )
    for chosen in (one.subquery() for one in wanted):
        query = select(reading).join(chosen, chosen.c.id == reading.c.id).where(chosen.c.rank == 1)
        for row in streamed(conn, query.order_by(reading.c.content_hash)):
            yield row.content_hash, row.reader_hash, codec.unpack(row.body)


def readings_of(conn: Connection, ids: Iterable[int]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(content hash, reading) of rows by their ids, in their order a chunk."""
    for chunk in chunks(ids):
        query = select(reading.c.content_hash, reading.c.body).where(reading.c.id.in_(chunk)).order_by(reading.c.id)
        for row in conn.execute(query):
            yield row.content_hash, codec.unpack(row.body)


def _served(conn: Connection, as_of: datetime | None, by: str | None, *told: Any) -> Select[Any]:
    """Columns of readings with `rank`, which is 1 for the one of a content that is served."""
    first = by or in_force(conn, as_of)
    line = chain(conn, first, as_of) if first else []
    distance = case({made_by: at for at, made_by in enumerate(line)}, value=reading.c.reader_hash, else_=len(line))
    order = distance if line else literal(0), reading.c.recorded_at.desc(), reading.c.id.desc()
    query = select(*told, sql.row_number().over(partition_by=reading.c.content_hash, order_by=order).label("rank"))
    return query if as_of is None else query.where(reading.c.recorded_at <= as_of)


def time_of(value: Any) -> Any:
    """Aware UTC of a time as the engine has it, which is text that sorts by time on SQLite."""
    return _UTC.process_result_value(value, _ENGINE)


def _with_times(names: Iterable[str], row: Values) -> dict[str, Any]:
    return {name: time_of(value) if name in TIMES else value for name, value in zip(names, row, strict=True)}


def said_until(conn: Connection, as_of: datetime | None = None) -> datetime | None:
    """When the newest label, decision or reader that is known at `as_of` was written down; None without any."""
    columns = (table.c.recorded_at for table in (board_label, decision, reader))
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
