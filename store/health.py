"""The truth in one place: what ran, what is stale, what waits for a person."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from store import read, readings
from store.connect import parse_url, read_only, sqlite_path
from store.migrate import head

STALE_AFTER = timedelta(days=14)  # a board without a complete crawl for longer leaves the charts
LATE_AFTER = timedelta(hours=50)  # a daily crawl that missed two slots
LEAST_FREE_BYTES = 200 * 1024 * 1024
LOST = ("no_board", "failed", "blocked", "empty")
FINE, DEGRADED, BROKEN = 0, 1, 2


def health(engine: Engine, database_url: str, reader_hash: str) -> dict[str, Any]:
    """State of the store as plain JSON values; `level` is 0 fine, 1 degraded, 2 broken, `problems` say why."""
    with read_only(engine) as conn:
        now = read.present(conn)
        board_runs = list(read.board_runs(conn))
        crawls = [run for run in read.runs(conn) if run["job"].startswith("crawl")]
        n_read, n_stored = readings.progress(conn, reader_hash)
    newest = {(row["platform"], row["board"]): row for row in board_runs}
    complete_at = {(row["platform"], row["board"]): row["fetched_at"] for row in board_runs if row["is_complete"]}
    stale = sorted(
        "/".join(key)
        for key in newest
        if now - complete_at.get(key, datetime.min.replace(tzinfo=now.tzinfo)) > STALE_AFTER
    )
    told = {
        "now": now.isoformat(),
        "schema": head(),
        "last_crawl": _run(crawls[-1]) if crawls else None,
        "boards": len(newest),
        "verdicts": dict(Counter(row["verdict"] for row in newest.values())),
        "failing": {"/".join(key): f"{row['verdict']}: {row['note']}" for key, row in newest.items() if _failing(row)},
        "quarantined": [
            _quarantined(row) for row in newest.values() if row["verdict"] == "quarantined" and not row["decision"]
        ],
        "stale_boards": stale,
        "readings": {"read": n_read, "stored": n_stored},
        "free_bytes": _free_bytes(database_url),
    }
    problems = _problems(told, crawls, now)
    return told | {
        "problems": [line for _, line in problems],
        "level": max((level for level, _ in problems), default=FINE),
    }


def lost_boards(engine: Engine) -> Iterator[str]:
    """A line for each board that its last crawl could not find or was refused, with how often in a row."""
    with read_only(engine) as conn:
        board_runs = list(read.board_runs(conn))
    lives: dict[str, list[dict[str, Any]]] = {}
    for row in board_runs:
        lives.setdefault(f"{row['platform']}/{row['board']}", []).append(row)
    for name, rows in sorted(lives.items()):
        bad = list(takewhile(lambda row: row["verdict"] in LOST, reversed(rows)))
        if bad:
            yield f"{name}: {bad[0]['verdict']} in the last {len(bad)} crawls ({bad[0]['note']})"


def _failing(row: dict[str, Any]) -> bool:
    return row["verdict"] not in ("snapshot", "unchanged", "quarantined") and not (
        row["verdict"] == "empty" and not row["kept"]
    )


def _quarantined(row: dict[str, Any]) -> dict[str, str]:
    return {"board_run": row["board_run_uid"][:12], "board": f"{row['platform']}/{row['board']}", "why": row["note"]}


def _run(run: dict[str, Any]) -> dict[str, Any]:
    times = {
        name: run[name].isoformat() if run[name] else None for name in ("scheduled_for", "started_at", "finished_at")
    }
    return times | {name: run[name] for name in ("job", "state", "exit_code", "note")}


def _problems(told: dict[str, Any], crawls: list[dict[str, Any]], now: datetime) -> list[tuple[int, str]]:
    problems = []
    if not crawls:
        return [(DEGRADED, "nothing was crawled yet: `jobtide crawl`")]
    age = now - crawls[-1]["recorded_at"]
    if age > LATE_AFTER:
        problems.append((BROKEN, f"the last crawl is {age.days} days old: is `jobtide start` running?"))
    if crawls[-1]["state"] == "aborted":
        problems.append((DEGRADED, "the last crawl was stopped; `jobtide crawl` resumes it"))
    if told["failing"]:
        problems.append((DEGRADED, f"{len(told['failing'])} boards failed or were skipped"))
    if told["quarantined"]:
        problems.append(
            (DEGRADED, f"{len(told['quarantined'])} boards are quarantined: `jobtide release|reject BOARD_RUN`")
        )
    if told["stale_boards"]:
        problems.append(
            (DEGRADED, f"{len(told['stale_boards'])} boards had no complete crawl for {STALE_AFTER.days} days")
        )
    if told["readings"]["read"] < told["readings"]["stored"]:
        problems.append((DEGRADED, "some text is unread by the present readers: `jobtide read`"))
    if told["free_bytes"] is not None and told["free_bytes"] < LEAST_FREE_BYTES:
        problems.append((BROKEN, "the disk is nearly full"))
    return problems


def _free_bytes(database_url: str) -> int | None:
    path = sqlite_path(parse_url(database_url))
    return shutil.disk_usage(Path(path).absolute().parent).free if path is not None else None
