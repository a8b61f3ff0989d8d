"""Statements that run once a board. On SQLite they go past SQLAlchemy's execution, which costs five times what they do;
their SQL, types and errors stay SQLAlchemy's.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Insert, Select
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError

_DIALECT = SQLiteDialect_pysqlite()


class Hot:
    """One statement and the names of what it is given each time."""

    def __init__(self, statement: Select[Any] | Insert, given: Sequence[str]):
        self._statement, self._given = statement, list(given)

    def first(self, conn: Connection, values: dict[str, Any]) -> Any:
        """The first row, None when there is none."""
        if conn.dialect.name != "sqlite":
            return conn.execute(self._statement, values).first()
        row = self._run(conn, values).fetchone()
        return row and self._row(row)

    def run(self, conn: Connection, values: dict[str, Any]) -> None:
        """Runs what gives no rows."""
        if conn.dialect.name == "sqlite":
            self._run(conn, values)
        else:
            conn.execute(self._statement, values)

    def _run(self, conn: Connection, values: dict[str, Any]) -> sqlite3.Cursor:
        sql, slots = self._compiled
        told = [
            constant if name is None else write(values[name]) if write else values[name]
            for name, constant, write in slots
        ]
        try:
            cursor: sqlite3.Cursor = conn.connection.driver_connection.execute(sql, told)  # type: ignore[union-attr]
        except sqlite3.Error as error:
            raise DBAPIError.instance(sql, None, error, sqlite3.Error, dialect=_DIALECT) from error
        return cursor

    @cached_property
    def _compiled(self) -> tuple[str, list[tuple[str | None, Any, Callable[[Any], Any] | None]]]:
        """SQL, and for each of its places the name of a given value or a constant, and how that is written."""
        columns = self._given if isinstance(self._statement, Insert) else None
        compiled = self._statement.compile(dialect=_DIALECT, column_keys=columns)
        kinds = {
            name: bind.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)
            for bind, name in compiled.bind_names.items()
        }
        return str(compiled), [
            (name if name in self._given else None, compiled.params[name], kinds[name])
            for name in compiled.positiontup or ()
        ]

    @cached_property
    def _row(self) -> Callable[[Sequence[Any]], Any]:
        assert isinstance(self._statement, Select)
        columns = list(self._statement.selected_columns)
        make = namedtuple("Row", [column.name for column in columns])  # type: ignore[misc]
        reads = [column.type.dialect_impl(_DIALECT).result_processor(_DIALECT, None) for column in columns]
        return lambda row: make(*(read(value) if read else value for value, read in zip(row, reads, strict=True)))
