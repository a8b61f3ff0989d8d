"""Rows of the store's tables of which only those are read that came since they were kept (`analytics.frame_cache`).

`store.lasting` says why a row once read stays true. What is kept is taken for what the store has when the newest kept
row stands in the store as it was kept, and each board has as many rows there as are kept and new, with the same sum of
ids: transactions of PostgreSQL may end in another order than they drew their ids. The rows of a board that has not (its
versions were derived anew) are read again, and all where the newest row is another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from analytics import frame_cache, frames, parts
from analytics.frame_cache import PART_ROWS, Kept
from analytics.numeric import Ints
from store import lasting
from store.connect import Damaged

KINDS = {
    **frames.BOARDS, **frames.VERSIONS, "id": "int64", "board_id": "int64", "n_bytes": "int64",
    "confirmed_at": frames.TIME, "missing_since": frames.TIME, "closed_at": frames.TIME,
}  # fmt: skip
SCHEMAS = {table: {name: KINDS.get(name, "str") for name in names} for table, names in lasting.COLUMNS.items()}


class Rows:
    """The tables of one store, of which `n_read` rows were read so far."""

    def __init__(self, conn: Connection, folder: Path | None) -> None:
        self.conn, self.folder, self.n_read = conn, folder, 0

    def lasting(self, table: str) -> pa.Table:
        """The lasting rows of a table, in no order: `store.lasting.COLUMNS`, typed. Keeps what it had to read."""
        kind = f"rows-{table}"
        kept = frame_cache.held(self.folder, kind)
        held = _joined(table, [one.tables[0] for one in kept])
        last = pc.max(held["id"]).as_py() or 0
        new = self._read(table, lasting.rows(self.conn, table, last))
        if last and not new.slice(0, 1).equals(held.filter(pc.field("id") == last)):
            return self._anew(table, kept, self._read(table, lasting.rows(self.conn, table)))
        new = new.filter(pc.field("id") > last)
        told = _joined(table, [held, new])
        if other := _differing(told, lasting.counts(self.conn, table)):
            again = self._read(table, lasting.rows_of(self.conn, table, other))
            return self._anew(table, kept, _joined(table, [_without(told, other), again]))
        if len(new):
            kept += [frame_cache.keep(self.folder, kind, part) for part in _sliced(new)]
            frame_cache.tidy(self.folder, kind, kept)
        return told

    def _anew(self, table: str, kept: Sequence[Kept], told: pa.Table) -> pa.Table:
        frame_cache.replace(self.folder, f"rows-{table}", kept, _sliced(told))
        return told

    def frame(self, table: str) -> pd.DataFrame:
        """`lasting` as a frame."""
        return _frame(table, self.lasting(table))

    def versions(self) -> pd.DataFrame:
        """All versions, also those that the next crawl may replace."""
        passing = self._read("version", lasting.open_versions(self.conn))
        return _frame("version", _joined("version", [self.lasting("version"), passing]))

    def _read(self, table: str, told: Iterable[Sequence[Any]]) -> pa.Table:
        try:
            made = _typed(table, told)
        except ValueError as error:
            raise Damaged(f"a time that is none: {error}") from error
        self.n_read += len(made)
        return made


def _typed(table: str, told: Iterable[Sequence[Any]]) -> pa.Table:
    return parts.table(frames.typed_rows(told, lasting.COLUMNS[table], SCHEMAS[table]))


def _frame(table: str, told: pa.Table) -> pd.DataFrame:
    return pd.DataFrame({name: told[name].to_pandas().astype(kind) for name, kind in SCHEMAS[table].items()})


def _joined(table: str, some: Sequence[pa.Table]) -> pa.Table:
    return pa.concat_tables([_typed(table, ()), *some]).combine_chunks()


def _differing(told: pa.Table, counts: Mapping[int, tuple[int, int]]) -> list[int]:
    """Boards of which the store has other rows than are told, by `lasting.counts`; 0 is a table of no boards."""
    boards, of_row, n = np.unique(_boards(told), return_inverse=True, return_counts=True)
    ids = np.zeros(len(boards), "int64")
    np.add.at(ids, of_row, told["id"].to_numpy() % lasting.SUMMED)
    known = dict(zip(boards.tolist(), zip(n.tolist(), ids.tolist(), strict=True), strict=True))
    return sorted(board for board in known.keys() | counts.keys() if known.get(board) != counts.get(board))


def _without(told: pa.Table, boards: Sequence[int]) -> pa.Table:
    return told.filter(pa.array(~np.isin(_boards(told), boards)))


def _boards(told: pa.Table) -> Ints:
    return told["board_id"].to_numpy() if "board_id" in told.column_names else np.zeros(len(told), "int64")


def _sliced(told: pa.Table) -> list[parts.Tables]:
    return [(told.slice(at, PART_ROWS),) for at in range(0, len(told), PART_ROWS)]
