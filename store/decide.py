"""The operator's word on a board run that was kept but not believed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine, select

from store.accepted import RELEASABLE, SIGHTING
from store.connect import StoreError
from store.insert import insert_one
from store.runs import present
from store.schema import board_run, decision
from store.write import rebuild_board


def decide(engine: Engine, uid: str, word: str, recorded_at: datetime | None = None) -> str:
    """Releases or rejects the board run whose id starts with `uid` and derives its board anew; else StoreError."""
    with engine.begin() as conn:
        rows = conn.execute(select(board_run).where(board_run.c.uid.startswith(uid, autoescape=True)).limit(2)).all()
        if len(rows) != 1 or not uid:
            raise StoreError(f"{len(rows) or 'no'} board run starts with {uid!r}; `jobtide status` prints them")
        row = rows[0]
        allowed = RELEASABLE if word == "released" else (*RELEASABLE, *SIGHTING, "snapshot", "unchanged")
        if row.verdict not in allowed:
            raise StoreError(f"a {row.verdict} board run cannot be {word}; only {', '.join(allowed)}")
        at = recorded_at or present(conn)
        while not insert_one(conn, decision, {"board_run_id": row.id, "word": word, "recorded_at": at}):
            at += timedelta(microseconds=1)  # a simulator's clock stands still; the last word must stay the last
        rebuild_board(conn, row.board_id)
    return str(row.uid)
