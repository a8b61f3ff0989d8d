"""From a database URL to an engine that keeps its promises.

SQLite's driver opens transactions lazily and SQLAlchemy inherits that: concurrent read-modify-write then loses updates
without an error. So the driver's own handling is switched off and every transaction begins with BEGIN IMMEDIATE.
SQLite returns aware times naive, PostgreSQL does not: `UtcDateTime` makes both give aware UTC.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, DateTime, Engine, Text, create_engine, event, make_url
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.types import TypeDecorator

BUSY_TIMEOUT_MS = 10_000


class StoreError(Exception):
    """The store cannot be used as asked; the message names the next move."""


class Unusable(StoreError):
    """The database does not answer, or what is there is none."""


class SchemaError(StoreError):
    """The database has another schema than this program."""


class Damaged(Exception):
    """Something stored is not what was written."""


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out. TEXT that sorts by time on SQLite, timestamptz on PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time {value!r}; the store keeps aware UTC")
        utc = value.astimezone(UTC)
        # strftime does not pad early years, and such a text would sort last
        return utc.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z" if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        try:
            return (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(UTC)
        except ValueError as error:
            raise Damaged(f"{value!r:.40} is no time") from error


def parse_url(text: str) -> URL:
    """The database URL; StoreError names what may stand there. `postgresql://` means psycopg 3."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:  # the second: a port that is no number
        raise StoreError("database_url is no URL; say sqlite:///jobtide.db or postgresql://user@host/name") from error
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError(f"database_url names {url.get_backend_name()}; SQLite and PostgreSQL are supported")
    return url.set(drivername="postgresql+psycopg") if url.get_backend_name() == "postgresql" else url


def shown(database_url: str) -> str:
    """The URL without its password, nor options, which may hold one; "?" for what is no URL."""
    try:
        url = make_url(database_url)
    except (ArgumentError, ValueError):
        return "?"
    return str(URL.create(url.drivername, url.username, None, url.host, url.port, url.database))


def clear(error: DBAPIError, database: str = "") -> StoreError | None:
    """What to tell instead of a driver's error about the `database`, None for errors that are this program's own."""
    line = str(error.orig).strip().partition("\n")[0]
    if isinstance(error, ProgrammingError) and error.statement is None:  # the driver does not know an option
        return StoreError(f"database_url cannot be used: {line}")
    if isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError:  # SQLite's: a damaged file
        return Unusable(f"{f'the database {database}'.strip()} cannot be used: {line}")
    return None


@contextmanager
def clearly(database_url: str) -> Iterator[None]:
    """Raises StoreError instead of the driver's errors that `clear` knows."""
    try:
        yield
    except DBAPIError as error:
        if told := clear(error, shown(database_url)):
            raise told from error
        raise


def sqlite_path(url: URL) -> Path | None:
    """The file of a SQLite store, None for PostgreSQL and for memory."""
    named = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    return Path(str(url.database)) if named else None


def open_engine(database_url: str, *, readonly: bool = False) -> Engine:
    """An engine for the store; readonly opens SQLite with mode=ro and PostgreSQL in read-only transactions."""
    url = parse_url(database_url)
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url, readonly)
    options = "-c default_transaction_read_only=on" if readonly else ""
    try:
        arguments = {"options": options, "connect_timeout": 10}
        engine = create_engine(url, connect_args=arguments, pool_pre_ping=True)
        return engine.execution_options(isolation_level="REPEATABLE READ") if readonly else engine  # one snapshot
    except ImportError as error:
        raise StoreError("PostgreSQL needs its driver: pip install 'jobtide[postgres]'") from error


def read_only(engine: Engine) -> Connection:
    """A connection that only reads: on SQLite it keeps no writer waiting."""
    return engine.connect().execution_options(read_only=True)


def _sqlite_engine(url: URL, readonly: bool) -> Engine:
    path = sqlite_path(url)
    if path is None:
        raise StoreError("the store needs a file: sqlite:///jobtide.db")
    if path.is_dir():
        raise StoreError(f"{path} is a folder; the store needs a file: sqlite:///{path / 'jobtide.db'}")
    if readonly and not path.exists():
        raise StoreError(f"there is no store at {path}; `jobtide crawl` or `jobtide demo` makes one")

    def connect() -> sqlite3.Connection:
        target = f"{path.absolute().as_uri()}?mode={'ro' if readonly else 'rwc'}"
        return sqlite3.connect(target, uri=True, isolation_level=None, check_same_thread=False)

    engine = create_engine("sqlite://", creator=connect, poolclass=None)
    event.listen(engine, "connect", _read_pragmas if readonly else _write_pragmas)
    event.listen(engine, "begin", _begin if readonly else _begin_immediate)
    return engine


def _read_pragmas(connection: sqlite3.Connection, _record: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA query_only=ON")


def _write_pragmas(connection: sqlite3.Connection, _record: Any) -> None:
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")  # NORMAL may lose the last commits on power loss
    connection.execute("PRAGMA mmap_size=0")


def _begin(connection: Connection) -> None:
    _execute(connection, "BEGIN")


def _begin_immediate(connection: Connection) -> None:
    only_reads = connection.get_execution_options().get("read_only", False)
    _execute(connection, "BEGIN" if only_reads else "BEGIN IMMEDIATE")


def _execute(connection: Connection, statement: str) -> None:
    """Past SQLAlchemy's machinery, which costs more than the statement, but with its errors."""
    try:
        connection.connection.driver_connection.execute(statement)  # type: ignore[union-attr]
    except sqlite3.Error as error:
        raise OperationalError(statement, None, error) from error
