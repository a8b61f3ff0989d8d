"""The last word on a verdict: what the crawl saw, against what the store knows of the board."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, bindparam, select

from store.accepted import COMPLETE, decisions, is_complete
from store.connect import UtcDateTime
from store.guard import CONFIRMATIONS, HOURS_APART, RECENT, suspicion
from store.schema import board_run

LOOK_BACK = 30  # crawls


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its reason, and the earlier quarantined board runs that it makes believable."""

    verdict: str
    note: str
    confirming: tuple[int, ...] = ()


# built once: building an expression costs more than running it
_BEFORE = (
    select(board_run.c.id, board_run.c.verdict, board_run.c.fetched_at, board_run.c.kept, board_run.c.manifest_id)
    .where(board_run.c.board_id == bindparam("board_id"))
    .where(board_run.c.fetched_at < bindparam("at", type_=UtcDateTime))
    .order_by(board_run.c.fetched_at.desc(), board_run.c.uid.desc())
    .limit(LOOK_BACK)
)


def judge_empty(conn: Connection, board_id: int, at: datetime, open_now: Collection[str]) -> str:
    """`unchanged` when an empty list is confirmed and there is nothing open that it could close, else `empty`."""
    before = conn.execute(_BEFORE, {"board_id": board_id, "at": at}).all()
    return "unchanged" if not open_now and any(row.manifest_id is not None for row in before) else "empty"


def judge_list(
    conn: Connection, board_id: int, at: datetime, listing: Collection[str], open_now: Collection[str]
) -> Judgement:
    """`snapshot`, or `quarantined` where the drop guards doubt a list; a drop told often enough is believed."""
    before = conn.execute(_BEFORE, {"board_id": board_id, "at": at}).all()
    words = decisions(conn)
    good = [int(row.kept) for row in before if is_complete(row.verdict, words.get(row.id))][:RECENT]
    doubt = suspicion(listing, open_now, good, _weeks_unseen(before, at))
    if not doubt:
        return Judgement("snapshot", "")
    confirming = _confirming(words, before[:CONFIRMATIONS], at)
    if not confirming:
        return Judgement("quarantined", doubt)
    return Judgement("snapshot", f"confirmed by {len(confirming)} earlier crawls: {doubt}", confirming)


def _weeks_unseen(before: Sequence[Any], at: datetime) -> float:
    """Weeks since the board last answered with a list that looked whole, believed or not."""
    whole = [row.fetched_at for row in before if row.verdict in (*COMPLETE, "quarantined")]
    return float((at - whole[0]) / timedelta(weeks=1)) if whole else 0.0


def _confirming(words: dict[int, str], rows: Sequence[Any], at: datetime) -> tuple[int, ...]:
    """Ids of the crawls just before that told the same drop, hours apart and not rejected; none if too few."""
    times = [at, *(row.fetched_at for row in rows)]
    apart = all(later - earlier >= timedelta(hours=HOURS_APART) for later, earlier in pairwise(times))
    told = all(row.verdict == "quarantined" and words.get(row.id) != "rejected" for row in rows)
    return tuple(row.id for row in rows) if len(rows) == CONFIRMATIONS and apart and told else ()
