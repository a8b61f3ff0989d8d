"""What reports printed: only ever added to, each number with the data cut, the readers and the code behind it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, select
from sqlalchemy import func as sql
from sqlalchemy.exc import DBAPIError

from store.insert import insert_new, retrying
from store.runs import present, program
from store.schema import board_run, decision, publication, published

log = logging.getLogger(__name__)
COLUMNS = ("series", "group", "period", "value", "low", "high", "n", "n_employers", "status", "stage")
MADE_BY = ("as_of", "report_week", "reader_hash", "dedupe_hash", "program", "recorded_at")


class Publication(NamedTuple):
    """One report: its data cut, the week it is of, the hashes of the readers and of the code of identity behind it."""

    as_of: datetime
    report_week: str
    reader_hash: str
    dedupe_hash: str


def record(engine: Engine, made: Publication, numbers: Iterable[Mapping[str, Any]]) -> int:
    """Appends the numbers (`COLUMNS`) of a report; returns how many were new.

    The same report twice adds nothing. Nor does one of an older cut than the newest that was published: reports made
    since then have not known of it, and must stay as they are.
    """
    rows = [{name: row[name] for name in COLUMNS} for row in numbers]
    return retrying(lambda: _record(engine, made, rows)) if rows else 0


def _record(engine: Engine, made: Publication, rows: list[dict[str, Any]]) -> int:
    with engine.begin() as conn:
        newest = conn.execute(select(sql.max(publication.c.as_of))).scalar()
        if newest is not None and made.as_of < newest:
            return 0
        told = made._asdict() | {"program": program()}
        insert_new(conn, publication, [told | {"recorded_at": present(conn)}])
        same = [publication.c[name] == value for name, value in told.items()]
        made_as = conn.execute(select(publication.c.id).where(*same)).scalar_one()
        before = _count(conn, made_as)
        insert_new(conn, published, [row | {"publication_id": made_as} for row in rows])
        return _count(conn, made_as) - before


def _count(conn: Connection, made_as: int) -> int:
    held = select(sql.count()).select_from(published).where(published.c.publication_id == made_as)
    return int(conn.execute(held).scalar_one())


def keep(engine: Engine, made: Publication, numbers: Iterable[Mapping[str, Any]]) -> int:
    """The same for a report that stands already: a store that cannot be written is told in the log, no failure."""
    try:
        return record(engine, made, numbers)
    except DBAPIError as error:
        log.warning("the report stands, but its numbers were not recorded as published: %s", error.orig)
        return 0


def numbers(conn: Connection, before: datetime | None = None) -> Iterator[dict[str, Any]]:
    """`COLUMNS` and `MADE_BY` of every number of the reports whose data cut lies `before` a moment, oldest first."""
    columns = [published.c[name] for name in COLUMNS] + [publication.c[name] for name in MADE_BY]
    query = select(*columns).join(publication, publication.c.id == published.c.publication_id)
    if before is not None:
        query = query.where(publication.c.as_of < before)
    for row in conn.execute(query.order_by(publication.c.as_of, publication.c.id, published.c.id)):
        yield dict(row._mapping)


def decided(conn: Connection, as_of: datetime | None = None) -> Iterator[dict[str, Any]]:
    """One row a word on a board run, oldest first: recorded_at, and fetched_at of the run."""
    query = select(decision.c.recorded_at, board_run.c.fetched_at).join(board_run).order_by(decision.c.id)
    if as_of is not None:
        query = query.where(decision.c.recorded_at <= as_of)
    for row in conn.execute(query):
        yield dict(row._mapping)
