"""Insert-or-nothing on both engines, and a bounded retry for what two writers may do to each other."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError

T = TypeVar("T")
CHUNK = 500  # SQLite takes a bounded number of parameters
TRIES = 5
RETRYABLE = ("database is locked", "could not serialize", "deadlock detected")


def insert_new(conn: Connection, table: Table, rows: list[dict[str, Any]]) -> int:
    """Inserts the rows whose unique keys are not there yet; returns how many were new (-1: not told, for many rows)."""
    if not rows:
        return 0
    # a driver that is handed a list of one may not count what it inserted
    return conn.execute(_insert(table, conn.dialect.name), rows[0] if len(rows) == 1 else rows).rowcount


@cache
def _insert(table: Table, dialect: str) -> Executable:
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return make(table).on_conflict_do_nothing()


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Lists of at most `size` values."""
    source = iter(values)
    while chunk := list(islice(source, size)):
        yield chunk


def retrying(work: Callable[[], T]) -> T:
    """The result of `work`, tried again with jitter when another writer was in the way."""
    for attempt in range(1, TRIES):
        try:
            return work()
        except DBAPIError as error:
            if not (isinstance(error, IntegrityError) or any(word in str(error) for word in RETRYABLE)):
                raise
            time.sleep(random.uniform(0, 0.1 * 2**attempt))  # noqa: S311  jitter, no secret
    return work()
