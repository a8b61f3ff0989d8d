"""The truth in one place: what ran, what is stale, what waits for a person."""

from __future__ import annotations

import re
import shutil
import unicodedata
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
from store.write import printable

STALE_AFTER = timedelta(days=14)  # a board without a complete crawl for longer leaves the charts
LATE_AFTER = timedelta(hours=50)  # a daily crawl that missed two slots
LEAST_FREE_BYTES = 200 * 1024 * 1024
LOST = ("no_board", "failed", "blocked", "empty")
OF_THE_PAST = ("hn/", "import/")  # observed once, for good
FINE, DEGRADED, BROKEN = 0, 1, 2


def health(engine: Engine, database_url: str, reader_hash: str) -> dict[str, Any]:
    """State of the store as plain JSON values; `level` is 0 fine, 1 degraded, 2 broken, `problems` say why."""
    with read_only(engine) as conn:
        now = read.present(conn)
        board_runs = list(read.board_runs(conn))
        crawls = [run for run in read.runs(conn) if run["job"].startswith("crawl")]
        n_read, n_stored = readings.progress(conn, reader_hash)
    newest = {_name(row): row for row in board_runs}
    told = {
        "now": now.isoformat(),
        "schema": head(),
        "last_crawl": _run(crawls[-1]) if crawls else None,
        "boards": len(newest),
        "verdicts": dict(Counter(row["verdict"] for row in newest.values())),
        "failing": {name: f"{row['verdict']}: {row['note']}" for name, row in newest.items() if _failing(row)},
        "quarantined": _waiting(newest, board_runs),
        "stale_boards": _stale(board_runs, now),
        "readings": {"read": n_read, "stored": n_stored},
        "free_bytes": _free_bytes(database_url),
    }
    problems = _problems(told, crawls, now)
    return told | {
        "problems": [line for _, line in problems],
        "level": max((level for level, _ in problems), default=FINE),
    }


def _name(row: dict[str, Any]) -> str:
    return f"{row['platform']}/{row['board']}"


def _stale(board_runs: list[dict[str, Any]], now: datetime) -> list[str]:
    """Boards that were last seen whole, or first asked, longer ago than they may be."""
    since: dict[str, datetime] = {}
    for row in board_runs:
        if row["is_complete"] or row["verdict"] == "window" or _name(row) not in since:
            since[_name(row)] = row["fetched_at"]
    return sorted(name for name, at in since.items() if now - at > STALE_AFTER and not name.startswith(OF_THE_PAST))


def _waiting(newest: dict[str, dict[str, Any]], board_runs: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Board runs that wait for the operator's word: shrunk lists, and empty ones of boards that had postings."""
    had = {_name(row) for row in board_runs if row["is_complete"] and row["kept"]}
    return [
        {"board_run": row["board_run_uid"][:12], "board": name, "why": row["note"] or "an empty list"}
        for name, row in newest.items()
        if not row["decision"] and (row["verdict"] == "quarantined" or (row["verdict"] == "empty" and name in had))
    ]


def describe(told: dict[str, Any]) -> str:
    """The state as lines for a person."""
    last = told["last_crawl"]
    lines = [("fine", "degraded", "broken")[told["level"]]]
    lines += [f"  {problem}" for problem in told["problems"]]
    if last:
        when = last["scheduled_for"][:16]
        lines.append(f"last crawl: {when} UTC, {last['state']}, exit code {last['exit_code']}, {last['note']}")
    lines += [f"quarantined: {row['board_run']} {row['board']} ({row['why']})" for row in told["quarantined"]]
    lines += [f"failing: {board} ({why})" for board, why in list(told["failing"].items())[:20]]
    lines.append(f"readings: {told['readings']['read']} of {told['readings']['stored']}")
    return "\n".join(lines)


def lost_boards(engine: Engine) -> Iterator[str]:
    """A line for each board that its last crawl could not find or was refused, with how often in a row."""
    with read_only(engine) as conn:
        board_runs = list(read.board_runs(conn))
    lives: dict[str, list[dict[str, Any]]] = {}
    for row in board_runs:
        lives.setdefault(_name(row), []).append(row)
    for name, rows in sorted(lives.items()):
        bad = list(takewhile(lambda row: row["verdict"] in LOST, reversed(rows)))
        if bad:
            yield f"{name}: {bad[0]['verdict']} in the last {len(bad)} crawls ({bad[0]['note']})"


def renamed_boards(engine: Engine) -> Iterator[str]:
    """A line for each board whose own postings name another company than the register does: tokens change hands."""
    with read_only(engine) as conn:
        of_many = {_name(row) for row in read.board_runs(conn) if row["verdict"] == "window"}
        for row in read.boards(conn):
            shown = read.company_shown(conn, row["board_id"]) if _name(row) not in of_many else ""
            if shown and row["company"] and not alike(shown, row["company"]):
                yield f"{_name(row)}: shows {printable(shown)}, the register says {row['company']}"


def alike(one: str, other: str) -> bool:
    """Whether two names may be of one company: they share a first word somewhere; legal forms differ everywhere."""
    first, second = (_words(one), _words(other))
    return first[0] in second or second[0] in first or "".join(first) == "".join(second)


def _words(name: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKD", name).casefold()) or [""]


def _failing(row: dict[str, Any]) -> bool:
    return row["verdict"] not in ("snapshot", "unchanged", "window", "quarantined") and not (
        row["verdict"] == "empty" and not row["kept"]
    )


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
    if told["failing"] and len(told["failing"]) == told["boards"]:
        problems.append((BROKEN, "no board could be read by the last crawl"))
    elif told["failing"]:
        problems.append((DEGRADED, f"{len(told['failing'])} boards failed or were skipped"))
    if told["quarantined"]:
        problems.append(
            (DEGRADED, f"{len(told['quarantined'])} boards wait for your word: `jobtide release|reject BOARD_RUN`")
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
