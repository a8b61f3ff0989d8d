"""Insert-or-nothing on both engines, and a bounded retry for what two writers may do to each other."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError

T = TypeVar("T")
CHUNK = 500  # SQLite takes a bounded number of parameters
TRIES = 5
RETRYABLE = ("database is locked", "could not serialize", "deadlock detected")


def insert_new(conn: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Inserts the rows whose unique keys are not there yet."""
    if rows:
        conn.execute(_insert(table, conn.dialect.name), rows)


def insert_one(conn: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Inserts a row and says whether it was new. Drivers count in their own ways; a returned row does not lie."""
    return conn.execute(_insert(table, conn.dialect.name).returning(table.c.id), row).first() is not None


@cache
def _insert(table: Table, dialect: str) -> Any:
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return make(table).on_conflict_do_nothing()


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Lists of at most `size` values."""
    source = iter(values)
    while chunk := list(islice(source, size)):
        yield chunk


def retrying(work: Callable[[], T]) -> T:
    """The result of `work`, tried again with jitter when another writer was in the way or the connection broke."""
    for attempt in range(1, TRIES):
        try:
            return work()
        except DBAPIError as error:
            is_passing = isinstance(error, IntegrityError) or error.connection_invalidated
            if not (is_passing or any(word in str(error) for word in RETRYABLE)):
                raise
            time.sleep(random.uniform(0, 0.1 * 2**attempt))  # noqa: S311  jitter, no secret
    return work()
