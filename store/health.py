"""The truth in one place: what ran, what is stale, what waits for a person."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
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
Rows = list[dict[str, Any]]
Registered = Callable[[str, str], bool]  # whether the register holds a platform's board


def _anything(_platform: str, _board: str) -> bool:
    return True


def health(engine: Engine, database_url: str, reader_hash: str, registered: Registered = _anything) -> dict[str, Any]:
    """State of the store as plain JSON values; `level` is 0 fine, 1 degraded, 2 broken, `problems` say why.

    Judged are boards that were crawled, but for those that left the register; all of them under a register that holds
    none, for that is the register of another store.
    """
    with read_only(engine) as conn:
        now = read.present(conn)
        board_runs = list(read.board_runs(conn))
        crawls = [run for run in read.runs(conn) if run["job"].startswith("crawl")]
        n_read, n_stored = readings.progress(conn, reader_hash)
    known = {_name(row) for row in board_runs}
    past, left = {name for name in known if name.startswith(OF_THE_PAST)}, _left(board_runs, registered)
    board_runs = [row for row in board_runs if _name(row) not in past | left]
    newest = {_name(row): row for row in board_runs}
    told = {
        "now": now.isoformat(),
        "schema": head(),
        "last_crawl": _run(crawls[-1]) if crawls else None,
        "boards": len(newest),
        "boards_of_the_past": len(past),
        "left_register": sorted(left),
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


def _left(board_runs: Rows, registered: Registered) -> set[str]:
    """Crawled boards that the register no longer holds."""
    boards = {(row["platform"], row["board"]) for row in board_runs if not _name(row).startswith(OF_THE_PAST)}
    left = {one for one in boards if not registered(*one)}
    return {"/".join(one) for one in left} if left != boards else set()


def _stale(board_runs: Rows, now: datetime) -> list[str]:
    """Boards that were last seen whole, or first asked, longer ago than they may be."""
    since: dict[str, datetime] = {}
    for row in board_runs:
        if row["is_complete"] or row["verdict"] == "window" or _name(row) not in since:
            since[_name(row)] = row["fetched_at"]
    return sorted(name for name, at in since.items() if now - at > STALE_AFTER)


def _waiting(newest: dict[str, dict[str, Any]], board_runs: Rows) -> list[dict[str, str]]:
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
    if told["left_register"]:
        lines.append(f"left the register: {_n_boards(len(told['left_register']))}, not judged")
    if told["boards_of_the_past"]:
        lines.append(f"imported or backfilled: {_n_boards(told['boards_of_the_past'])}")
    lines.append(f"readings: {told['readings']['read']} of {told['readings']['stored']}")
    return "\n".join(lines)


def _n_boards(n: int) -> str:
    return f"{n} board{'' if n == 1 else 's'}"


def lost_boards(engine: Engine, registered: Registered = _anything) -> Iterator[str]:
    """A line for each board that its last crawl could not find or was refused, with how often in a row."""
    with read_only(engine) as conn:
        board_runs = list(read.board_runs(conn))
    left = _left(board_runs, registered)
    lives: dict[str, Rows] = {}
    for row in board_runs:
        if _name(row) in left or _name(row).startswith(OF_THE_PAST):
            continue
        lives.setdefault(_name(row), []).append(row)
    for name, rows in sorted(lives.items()):
        bad = list(takewhile(lambda row: row["verdict"] in LOST, reversed(rows)))
        if bad:
            times = f"{len(bad)} crawls" if len(bad) > 1 else "crawl"
            why = f" ({printable(bad[0]['note'])})" if bad[0]["note"] else ""
            yield f"{name}: {bad[0]['verdict']} in the last {times}{why}"


def renamed_boards(engine: Engine, registered: Registered = _anything) -> Iterator[str]:
    """A line for each board whose own postings name another company than the register does: tokens change hands."""
    with read_only(engine) as conn:
        board_runs = list(read.board_runs(conn))
        of_many = {_name(row) for row in board_runs if row["verdict"] == "window"} | _left(board_runs, registered)
        for row in read.boards(conn):
            shown = read.company_shown(conn, row["board_id"]) if _name(row) not in of_many else ""
            if shown and row["company"] and not alike(shown, row["company"]):
                yield f"{_name(row)}: shows {printable(shown)}, the register says {printable(row['company'])}"


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


def _crawl_problems(told: dict[str, Any], crawls: Rows, now: datetime) -> list[tuple[int, str]]:
    if not crawls and told["boards_of_the_past"]:
        return []  # a store of history alone lacks nothing
    if not crawls:
        return [(DEGRADED, "nothing was crawled yet: `jobtide crawl`")]
    age = now - crawls[-1]["recorded_at"]
    late = (BROKEN, f"the last crawl is {age.days} days old: is `jobtide start` running?")
    stopped = (DEGRADED, "the last crawl was stopped; `jobtide crawl` resumes it")
    return [late] * (age > LATE_AFTER) + [stopped] * (crawls[-1]["state"] == "aborted")


def _problems(told: dict[str, Any], crawls: Rows, now: datetime) -> list[tuple[int, str]]:
    problems = _crawl_problems(told, crawls, now)
    if told["failing"] and len(told["failing"]) == told["boards"]:
        problems.append((BROKEN, "no board could be read by the last crawl"))
    elif told["failing"]:
        problems.append(
            (
                DEGRADED,
                f"{_n_boards(len(told['failing']))} failed or {'was' if len(told['failing']) == 1 else 'were'} skipped",
            )
        )
    if n := len(told["quarantined"]):
        problems.append(
            (DEGRADED, f"{_n_boards(n)} wait{'s' * (n == 1)} for your word: `jobtide release|reject BOARD_RUN`")
        )
    if told["stale_boards"]:
        problems.append(
            (DEGRADED, f"{_n_boards(len(told['stale_boards']))} had no complete crawl for {STALE_AFTER.days} days")
        )
    if told["readings"]["read"] < told["readings"]["stored"]:
        problems.append((DEGRADED, "some text is unread by the present readers: `jobtide read`"))
    if told["free_bytes"] is not None and told["free_bytes"] < LEAST_FREE_BYTES:
        problems.append((BROKEN, "the disk is nearly full"))
    return problems


def _free_bytes(database_url: str) -> int | None:
    path = sqlite_path(parse_url(database_url))
    return shutil.disk_usage(Path(path).absolute().parent).free if path is not None else None
