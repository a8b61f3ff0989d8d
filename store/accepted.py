"""Which board runs history believes: complete ones, partial ones for what they saw, and what an operator released."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    case,
    exists,
    or_,
    select,
    tuple_,
)
from sqlalchemy import func as sql

from store import codec
from store.connect import UtcDateTime, read_only
from store.history import Observation
from store.hot import Hot
from store.schema import board, board_run, decision, manifest, version

COMPLETE = ("snapshot", "unchanged")
SIGHTING = ("partial", "window")  # see postings, prove no absence
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


def last_accepted(conn: Connection, board_id: int, *, before: Order, complete: bool = False) -> Row[Any] | None:
    """The newest accepted run of a board by (fetched_at, uid) `before` a moment; only complete ones when asked."""
    query = _NEWEST_COMPLETE_BEFORE if complete else _NEWEST_BEFORE
    return conn.execute(query, {"board_id": board_id, "at": before[0], "uid": before[1]}).first()


def standing(conn: Connection, run_id: int, platform: str, token: str) -> Any:
    """How a board stands when a run comes to it, in one statement; None for an unknown board.

    Columns: of_board, its id; done, the verdict this run has stored of it; any_missing, whether a list lacked a posting
    that is still open; then what a next run needs of its newest accepted one (id is None when there is none).
    """
    return _STANDING.first(conn, {"run_id": run_id, "platform": platform, "token": token})


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


def _believed(*verdicts: str) -> ColumnElement[bool]:
    """SQL of is_accepted and is_complete: the operator's last word, else the word that the verdict stands for.

    Equalities, for SQLAlchemy writes an IN anew at every execution.
    """
    is_one_of = [board_run.c.verdict == verdict for verdict in verdicts + RELEASABLE]
    by_itself = case((or_(*is_one_of[: len(verdicts)]), "released"))
    return and_(or_(*is_one_of), sql.coalesce(_WORD, by_itself) == "released")


_BELIEVED, _PROVED = _believed(*COMPLETE, *SIGHTING), _believed(*COMPLETE)
_HAS_LIST = board_run.c.manifest_id.is_not(None)
_NEWEST_FIRST = (board_run.c.fetched_at.desc(), board_run.c.uid.desc())
_EARLIER = tuple_(board_run.c.fetched_at, board_run.c.uid) < tuple_(
    bindparam("at", type_=UtcDateTime), bindparam("uid", type_=Text)
)
_OF_BOARD = select(board_run).where(_HAS_LIST, _EARLIER, board_run.c.board_id == bindparam("board_id"))
_NEWEST_BEFORE = _OF_BOARD.where(_BELIEVED).order_by(*_NEWEST_FIRST).limit(1)
_NEWEST_COMPLETE_BEFORE = _OF_BOARD.where(_PROVED).order_by(*_NEWEST_FIRST).limit(1)
_newest, _own = board_run.alias("newest"), board_run.alias("own")
_OF_NEWEST = ("id", "uid", "verdict", "fetched_at", "manifest_id", "listed", "advertised", "kept", "hidden")
_NEWEST_ID = (
    select(board_run.c.id)
    .where(_HAS_LIST, _BELIEVED, board_run.c.board_id == board.c.id)
    .order_by(*_NEWEST_FIRST)
    .limit(1)
    .correlate(board)
    .scalar_subquery()
)
_DONE = select(_own.c.verdict).where(_own.c.run_id == bindparam("run_id"), _own.c.board_id == board.c.id)
_ANY_MISSING = exists().where(
    version.c.board_id == board.c.id, version.c.valid_to.is_(None), version.c.missing_since.is_not(None)
)
_STANDING = Hot(
    select(
        board.c.id.label("of_board"),
        _DONE.correlate(board).scalar_subquery().label("done"),
        _ANY_MISSING.correlate(board).label("any_missing"),
        *(_newest.c[name] for name in _OF_NEWEST),
    )
    .select_from(board.outerjoin(_newest, _newest.c.id == _NEWEST_ID))
    .where(board.c.platform == bindparam("platform"), board.c.token == bindparam("token")),
    ("run_id", "platform", "token"),
)


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


def listed_on(engine: Engine, platform: str, token: str, day: datetime) -> tuple[dict[str, str], int]:
    """(External id -> content hash of all that a board showed on the day from this midnight on, of several lists the
    last as history orders them; how many board runs the day has). Nothing of a board that is not known.
    """
    query = select(board_run.c.manifest_id).join(board, board.c.id == board_run.c.board_id)
    query = query.where(board.c.platform == platform, board.c.token == token)
    query = query.where(board_run.c.fetched_at >= day, board_run.c.fetched_at < day + timedelta(days=1))
    told: dict[str, str] = {}
    with read_only(engine) as conn:
        found = conn.execute(query.order_by(board_run.c.fetched_at, board_run.c.uid)).scalars().all()
        for manifest_id in filter(None, found):
            told |= read_manifest(conn, manifest_id)
    return told, len(found)


def _board_runs(board_id: int, as_of: datetime | None) -> Select[Any]:
    query = select(board_run).where(board_run.c.board_id == board_id, board_run.c.manifest_id.is_not(None))
    if as_of is not None:
        query = query.where(board_run.c.recorded_at <= as_of)
    return query.order_by(board_run.c.fetched_at, board_run.c.uid)


def validators(conn: Connection) -> dict[tuple[str, str], dict[str, Any]]:
    """(platform, token) -> what the last accepted run left for conditional requests, where that run proved its list."""
    rank = sql.row_number().over(partition_by=board_run.c.board_id, order_by=_NEWEST_FIRST).label("rank")
    ranked = select(board_run, rank).where(_HAS_LIST, _BELIEVED).subquery()
    columns = board.c.platform, board.c.token, ranked.c.validators, ranked.c.fetched_at
    query = select(*columns).join(ranked, ranked.c.board_id == board.c.id)
    query = query.where(ranked.c.rank == 1, ranked.c.verdict.in_(COMPLETE))
    found = conn.execute(query)
    return {(row.platform, row.token): json.loads(row.validators) | {"fetched_at": row.fetched_at} for row in found}
