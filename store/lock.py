"""One worker a store and job: a file lock beside a SQLite file, an advisory lock in PostgreSQL.

Both are freed by the operating system when the holder dies, and neither is waited for: who comes second is told.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from store.connect import open_engine, parse_url, sqlite_path


class Locked(Exception):
    """Another process works here."""


@contextmanager
def held(database_url: str, name: str = "crawl") -> Iterator[None]:
    """Holds the lock of a job on a store; Locked when another process has it."""
    path = sqlite_path(parse_url(database_url))
    with _file_lock(path, name) if path is not None else _advisory_lock(database_url, name):
        yield


@contextmanager
def _file_lock(path: Path, name: str) -> Iterator[None]:
    path = path.resolve()  # a link is another name of the same store
    target = path.with_name(f"{path.name}.{name}.lock")
    handle = os.open(target, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(handle, 100, 0).decode(errors="replace").strip()
            raise Locked(f"a {name} is at work on {path.name} (process {holder or 'unknown'})") from error
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


@contextmanager
def _advisory_lock(database_url: str, name: str) -> Iterator[None]:
    key = int.from_bytes(hashlib.sha256(f"jobtide {name}".encode()).digest()[:8], "big", signed=True)
    engine = open_engine(database_url)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            if not conn.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar():
                raise Locked(f"a {name} is at work on this database")
            yield
    finally:
        engine.dispose()
