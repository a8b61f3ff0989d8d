"""Rows by their ids, for who keeps what it has read: a row of these tables never changes, and no id is used twice.

To `payload`, `reading` and `board_run` rows are only added. A version that changes is replaced by a row of another id;
one that has an end (`valid_to`) lasts until its board is derived anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Select, Text, select, type_coerce
from sqlalchemy import func as sql

from store import history
from store.insert import chunks
from store.schema import board_run, payload, reading, store, version

Values = tuple[Any, ...]
AT_ONCE = 10_000  # rows that a long answer is fetched by
SUMMED = 2**31 - 1  # ids are summed modulo this: SQLite refuses a sum over 2**63
CRAWL = ("fetched_at", "recorded_at", "verdict", "listed", "advertised", "kept", "hidden", "note")


def raw(column: Any) -> Any:
    """The column as the engine has it: to make a time of a text costs more than to fetch it."""
    return type_coerce(column, Text).label(column.name)


_VERSION = select(version.c.id, version.c.board_id, *(raw(version.c[name]) for name in history.Version.__slots__))
_READING = select(reading.c.id, reading.c.content_hash, reading.c.reader_hash, raw(reading.c.recorded_at))
_PAYLOAD = select(payload.c.id, payload.c.content_hash, payload.c.body_sha256.label("stamp"))
_QUERIES: dict[str, Select[Any]] = {
    "payload": _PAYLOAD.add_columns(raw(payload.c.recorded_at)),
    "reading": _READING.add_columns(sql.length(reading.c.body).label("n_bytes")),
    "board_run": select(board_run.c.id, board_run.c.board_id, board_run.c.uid, *(raw(board_run.c[n]) for n in CRAWL)),
    "version": _VERSION.where(version.c.valid_to.is_not(None)),
}
_IDS = {"payload": payload.c.id, "reading": reading.c.id, "board_run": board_run.c.id, "version": version.c.id}
COLUMNS = {name: tuple(query.selected_columns.keys()) for name, query in _QUERIES.items()}


def uid(conn: Connection) -> str:
    """The store's own name, which no other has; a copy of its file has it too. "" where somebody took it out."""
    return conn.execute(select(store.c.uid).order_by(store.c.id).limit(1)).scalar() or ""


def rows(conn: Connection, table: str, least: int = 0) -> Iterator[Values]:
    """`COLUMNS` of the lasting rows of a table from an id on, in their order; times as the engine has them."""
    key = _IDS[table]
    yield from streamed(conn, _QUERIES[table].where(key >= least).order_by(key))


def rows_of(conn: Connection, table: str, boards: Iterable[int]) -> Iterator[Values]:
    """`rows` of some boards; of a table whose rows are of no board, all."""
    key = _IDS[table]
    if "board_id" not in key.table.c:
        yield from rows(conn, table)
        return
    for some in chunks(boards):
        yield from streamed(conn, _QUERIES[table].where(key.table.c.board_id.in_(some)).order_by(key))


def open_versions(conn: Connection) -> Iterator[Values]:
    """Versions without an end in the same columns: the next crawl may replace any of them."""
    yield from streamed(conn, _VERSION.where(version.c.valid_to.is_(None)))


def counts(conn: Connection, table: str) -> dict[int, tuple[int, int]]:
    """Of each board with lasting rows (number of these, sum of their ids modulo `SUMMED`); of the whole table under 0
    where rows are of no board."""
    key = _IDS[table]
    source, totals = key.table, (sql.count().label("n"), sql.coalesce(sql.sum(key % SUMMED), 0).label("ids"))
    if "board_id" not in source.c:
        n, ids = conn.execute(select(*totals).select_from(source)).one()
        return {0: (n, int(ids))} if n else {}
    each = select(source.c.board_id, *totals).group_by(source.c.board_id)
    found = {row.board_id: (row.n, int(row.ids)) for row in conn.execute(each)}
    if source is version:  # that of all by the one index, less that of the open ones by the other
        for row in conn.execute(each.where(version.c.valid_to.is_(None))):
            n, ids = found[row.board_id]
            found[row.board_id] = n - row.n, ids - int(row.ids)
    return {board: told for board, told in found.items() if told[0]}


def streamed(conn: Connection, query: Select[Any]) -> Iterable[Any]:
    """Rows of a long answer without holding it whole, as drivers of PostgreSQL do."""
    return conn.execute(query, execution_options={"yield_per": AT_ONCE})
