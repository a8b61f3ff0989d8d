"""`jobtide import`: what files say was seen on a day becomes a sighting of that day, of a provenance of its own.

Each source (`import/<name>`) is a window: it never proves that a posting is gone. One day of one source is one
transaction, under a job that names its content, so that the same file imported again changes nothing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine

from crawler.saved import Undated, observation, rows_of
from store import exits, runs
from store.posting import Posting
from store.write import BoardResult, label_boards, record_board

PLATFORM = "import"


@dataclass(slots=True)
class Imported:
    """What came of an import."""

    n_files: int = 0
    n_postings: int = 0
    n_known: int = 0  # imported before
    refused: Counter[str] = field(default_factory=Counter)  # reason -> rows

    def exit_code(self) -> int:
        """0 when every row was taken, 3 when some were refused."""
        return exits.SOME_FAILED if self.refused else exits.COMPLETE


def import_files(
    engine: Engine,
    files: list[Path],
    columns: Mapping[str, str],
    observed: datetime | None,
    source: str,
    say: Callable[[str], None],
) -> Imported:
    """Keeps the postings of the files, day by day; says a line a file. ConfigError for a file that cannot be read."""
    done = Imported()
    for path in files:
        days, n_before = _days(path, columns, observed, done), done.n_postings
        for day, postings in sorted(days.items()):
            _keep(engine, source or _name(path), day, postings, done)
        done.n_files += 1
        say(f"{path.name}: {done.n_postings - n_before} postings on {len(days)} days")
    return done


def _days(
    path: Path, columns: Mapping[str, str], observed: datetime | None, done: Imported
) -> dict[datetime, dict[str, Posting]]:
    """Midnight of each day -> the postings seen on it, by id."""
    days: defaultdict[datetime, dict[str, Posting]] = defaultdict(dict)
    for row in rows_of(path, columns):
        try:
            seen_at, posting = observation(row, observed)
        except Undated as undated:
            done.refused[str(undated)] += 1
        except ValueError as unusable:
            done.refused[str(unusable)] += 1
        else:
            days[datetime.combine(seen_at.date(), time(), UTC)][posting.external_id] = posting
    return days


def _keep(engine: Engine, source: str, day: datetime, postings: dict[str, Posting], done: Imported) -> None:
    now = datetime.now(UTC)
    content = sha256("".join(sorted(one.content_hash() for one in postings.values())).encode()).hexdigest()[:16]
    try:
        claim = runs.claim(engine, f"import {source} {content}", day, now=now)
    except runs.NothingDue:
        done.n_known += len(postings)
        return
    label_boards(engine, [_label(source)], now)
    result = BoardResult(
        platform=PLATFORM, token=source, verdict="window", fetched_at=day, postings=list(postings.values()),
        listed=len(postings),
    )  # fmt: skip
    with engine.connect() as conn:
        record_board(conn, claim, result, now)
    runs.finish(engine, claim.run_id, now=now, state="done", exit_code=exits.COMPLETE, note=f"{len(postings)} postings")
    done.n_postings += len(postings)


def _label(source: str) -> dict[str, str]:
    return {"platform": PLATFORM, "token": source, "company": "", "sector": "Import", "country": ""}


def _name(path: Path) -> str:
    return re.sub(r"[^\w.-]+", "-", path.stem).strip("-.")[:80] or "file"
