"""Which board runs history believes: complete ones, partial ones for what they saw, and what an operator released."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Text, and_, bindparam, or_, select, tuple_
from sqlalchemy import func as sql

from store import codec
from store.connect import UtcDateTime
from store.history import Observation
from store.schema import board, board_run, decision, manifest

COMPLETE = ("snapshot", "unchanged")
SIGHTING = ("partial",)  # sees postings, proves no absence
RELEASABLE = ("quarantined", "empty")


def is_complete(verdict: str, word: str | None) -> bool:
    """Whether a board run proves absence, after the operator's last word on it."""
    return word != "rejected" and (verdict in COMPLETE or (verdict in RELEASABLE and word == "released"))


def is_accepted(verdict: str, word: str | None) -> bool:
    """Whether a board run is part of history."""
    return is_complete(verdict, word) or (verdict in SIGHTING and word != "rejected")


def decisions(conn: Connection, as_of: datetime | None = None) -> dict[int, str]:
    """board_run id -> the operator's last word that was known at `as_of`."""
    query = select(decision.c.board_run_id, decision.c.word).order_by(decision.c.recorded_at, decision.c.id)
    if as_of is not None:
        query = query.where(decision.c.recorded_at <= as_of)
    return {row.board_run_id: row.word for row in conn.execute(query)}


def last_accepted(
    conn: Connection, board_id: int, *, complete: bool = False, before: Order | None = None
) -> Row[Any] | None:
    """The newest accepted run of a board by (fetched_at, uid), `before` a moment; only complete ones when asked."""
    values: dict[str, Any] = {"board_id": board_id, "verdicts": COMPLETE if complete else COMPLETE + SIGHTING}
    if before is None:
        return conn.execute(_NEWEST, values).first()
    return conn.execute(_NEWEST_BEFORE, values | {"at": before[0], "uid": before[1]}).first()


Order = tuple[datetime, str]
# built once: building an expression costs more than running it
_WORD = (
    select(decision.c.word)
    .where(decision.c.board_run_id == board_run.c.id)
    .order_by(decision.c.recorded_at.desc(), decision.c.id.desc())
    .limit(1)
    .correlate(board_run)
    .scalar_subquery()
)
_BELIEVED = or_(
    and_(board_run.c.verdict.in_(bindparam("verdicts", expanding=True)), sql.coalesce(_WORD, "") != "rejected"),
    and_(board_run.c.verdict.in_(RELEASABLE), _WORD == "released"),
)
_WITH_LIST = select(board_run).where(board_run.c.manifest_id.is_not(None), _BELIEVED)
_NEWEST_FIRST = (board_run.c.fetched_at.desc(), board_run.c.uid.desc())
_NEWEST = _WITH_LIST.where(board_run.c.board_id == bindparam("board_id")).order_by(*_NEWEST_FIRST).limit(1)
_MOMENT = tuple_(bindparam("at", type_=UtcDateTime), bindparam("uid", type_=Text))
_NEWEST_BEFORE = _NEWEST.where(tuple_(board_run.c.fetched_at, board_run.c.uid) < _MOMENT)


def observations(conn: Connection, board_id: int, as_of: datetime | None = None) -> Iterator[Observation]:
    """The accepted board runs of a board, oldest first, as they were known at `as_of`; equal lists are decoded once."""
    words = decisions(conn, as_of)
    cached: tuple[int, dict[str, str]] = (0, {})
    for row in conn.execute(_board_runs(board_id, as_of)).all():
        if not is_accepted(row.verdict, words.get(row.id)):
            continue
        if row.manifest_id != cached[0]:
            cached = (row.manifest_id, read_manifest(conn, row.manifest_id))
        yield Observation(row.fetched_at, row.uid, is_complete(row.verdict, words.get(row.id)), cached[1])


def read_manifest(conn: Connection, manifest_id: int) -> dict[str, str]:
    """external id -> content hash."""
    body = conn.execute(select(manifest.c.body).where(manifest.c.id == manifest_id)).scalar_one()
    return dict(codec.unpack(body))


def _board_runs(board_id: int, as_of: datetime | None) -> Select[Any]:
    query = select(board_run).where(board_run.c.board_id == board_id, board_run.c.manifest_id.is_not(None))
    if as_of is not None:
        query = query.where(board_run.c.recorded_at <= as_of)
    return query.order_by(board_run.c.fetched_at, board_run.c.uid)


def validators(conn: Connection) -> dict[tuple[str, str], dict[str, Any]]:
    """(platform, token) -> what the last accepted run left for conditional requests, where that run proved its list."""
    rank = sql.row_number().over(partition_by=board_run.c.board_id, order_by=_NEWEST_FIRST).label("rank")
    ranked = _WITH_LIST.add_columns(rank).subquery()
    columns = board.c.platform, board.c.token, ranked.c.validators, ranked.c.fetched_at
    query = select(*columns).join(ranked, ranked.c.board_id == board.c.id)
    query = query.where(ranked.c.rank == 1, ranked.c.verdict.in_(COMPLETE))
    rows = conn.execute(query, {"verdicts": COMPLETE + SIGHTING})
    return {(row.platform, row.token): json.loads(row.validators) | {"fetched_at": row.fetched_at} for row in rows}
