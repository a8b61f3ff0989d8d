"""Politeness that survives a restart: until when a host asked not to be asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, delete, select

from store.connect import read_only
from store.insert import insert_new
from store.schema import host


def waits(engine: Engine) -> dict[str, tuple[datetime, str]]:
    """host -> (not before, why)."""
    with read_only(engine) as conn:
        return {row.name: (row.not_before, row.reason) for row in conn.execute(select(host))}


def wait(engine: Engine, name: str, not_before: datetime, reason: str, recorded_at: datetime) -> None:
    """Remembers a host's wish."""
    with engine.begin() as conn:
        conn.execute(delete(host).where(host.c.name == name))
        insert_new(conn, host, [{"name": name, "not_before": not_before, "reason": reason, "recorded_at": recorded_at}])
