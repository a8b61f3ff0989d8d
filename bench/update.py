"""What a weekly update costs with the number of postings stored: `python bench/update.py [N ...]`.

A SQLite store of N contents over five years (20,000 and 200,000) is made without a crawler: invented text of 1 kB,
twelve mentions a reading, pay in a third, one board for 500 contents, crawled weekly. Then a process each reads what a
Market needs: for the first time, again, and after one more week of crawls, which bring N / 260 contents more
and close as many. Printed are seconds of CPU and by the clock, the rows of tables that were read, the contents and
readings that were decoded, the largest memory, and the megabytes of the store and of what is kept beside it. Making the
store is not counted.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import Connection, Table, delete, insert

from analytics.lexicon import lines
from analytics.load import load
from store import codec, schema
from store.connect import open_engine
from store.insert import chunks
from store.migrate import upgrade

SIZES = (20_000, 200_000)
WEEKS, PER_BOARD, MENTIONS, EDITED, PAID, OPEN_WEEKS = 260, 500, 12, 8, 3, 6
START = datetime(2021, 1, 4, 6, tzinfo=UTC)
READER = "b3nch0000000read"
AT_ONCE, BODIES = 2_000, 4_000  # rows; postings and readings, which contents of other names share
WORDS = [f"{head}{tail}" for head in ("mo", "ra", "ti", "sel", "cor", "dan", "vi", "lu") for tail in
         ("del", "ning", "tor", "bas", "ter", "lin", "mera", "sto", "gan", "pe")]  # fmt: skip
SECTIONS = ("requirements", "requirements", "preferred", "duties", "company")
STRENGTHS = ("required", "required_any", "preferred", "duty", "none")
COLUMNS = ("CPU s", "clock s", "rows read", "contents decoded", "readings decoded", "largest MB", "versions")


def main(arguments: list[str]) -> None:
    """Prints the table, or what one process measured."""
    if arguments[:1] == ["--load"]:
        print(*measured(arguments[1]))
        return
    print(f"{'contents':>10} {'Market':<22}" + "".join(f"{name:>18}" for name in COLUMNS))
    for n in [int(told) for told in arguments] or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            for name, told in _steps(n, Path(folder)):
                print(f"{n:>10,} {name:<22}" + "".join(f"{value:>18}" for value in told), flush=True)


def _steps(n: int, folder: Path) -> Iterator[tuple[str, list[str]]]:
    path = folder / "jobtide.db"
    url = f"sqlite:///{path}"
    make(url, n, 0, WEEKS)
    yield "first", _run(url)
    yield "again", _run(url)
    make(url, n, WEEKS, WEEKS + 1)
    yield "after one more week", _run(url)
    yield "again", _run(url)
    kept = sum(file.stat().st_size for file in Path(f"{path}.frames").rglob("*.arrow"))
    yield f"({path.stat().st_size / 1e6:,.0f} MB, kept {kept / 1e6:,.0f})", []


def _run(url: str) -> list[str]:
    command = [sys.executable, __file__, "--load", url]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


def measured(url: str) -> list[str]:
    """The row of this process."""
    began, began_cpu = perf_counter(), process_time()
    told = load(url, None)
    seconds, clock = process_time() - began_cpu, perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    counts = (told.n_read, *told.n_decoded, round(peak), len(told.versions))
    return [f"{seconds:.2f}", f"{clock:.2f}", *(f"{count:,}" for count in counts)]


def make(url: str, n: int, first: int, end: int) -> None:
    """Adds the weeks from `first` to before `end` to a store of `n` contents in `WEEKS` weeks."""
    engine = open_engine(url)
    upgrade(engine)
    numbers = range(first * n // WEEKS, end * n // WEEKS)
    with engine.begin() as conn:
        _crawls(conn, max(n // PER_BOARD, 1), first, end)
        if not first:
            _add(conn, schema.dictionary, [{"body": _bodies()[0], "recorded_at": START}])
        for some in chunks(numbers, AT_ONCE):
            made = [_content(number, n, end) for number in some]
            for at, table in enumerate((schema.payload, schema.reading, schema.version)):
                _add(conn, table, [rows[at] for rows in made])
        if first:
            _close(conn, n, range(*((week - OPEN_WEEKS) * n // WEEKS for week in (first, end))), end)
    engine.dispose()


def _crawls(conn: Connection, n_boards: int, first: int, end: int) -> None:
    if not first:
        boards = range(1, n_boards + 1)
        _add(conn, schema.board, [{"id": b, "platform": "lever", "token": f"b{b}"} for b in boards])
        label = {"sector": "Software", "country": "US", "recorded_at": START}
        _add(conn, schema.board_label, [{"board_id": b, "company": f"Employer {b}", **label} for b in boards])
        _add(conn, schema.reader, [{"hash": READER, "recorded_at": START, "base": "", "inherits": None}])
    for week in range(first, end):
        at = START + timedelta(weeks=week)
        slot = {"id": week + 1, "job": "crawl", "scheduled_for": at, "recorded_at": at}
        _add(conn, schema.run, [{**slot, "state": "done", "clock": "given", "program": "bench"}])
        told = {"run_id": week + 1, "verdict": "snapshot", "fetched_at": at, "recorded_at": at, "listed": 9, "kept": 9}
        ids = range(1, n_boards + 1)
        _add(conn, schema.board_run, [{"uid": f"{week:08x}{b:024x}", "board_id": b, **told} for b in ids])


@cache
def _bodies() -> tuple[bytes, list[tuple[bytes, bytes, int]]]:
    """A dictionary as the store would have trained one; packed postings and readings, and the postings' bytes."""
    plain = [codec.pack(_posting(number))[0] for number in range(BODIES)]
    shared = codec.train(plain)
    postings = (codec.pack(_posting(number), shared, codec.QUICK)[1] for number in range(BODIES))
    readings = (codec.pack(_reading(number), level=codec.QUICK)[1] for number in range(BODIES))
    return shared, list(zip(postings, readings, map(len, plain), strict=True))


def _close(conn: Connection, n: int, numbers: range, end: int) -> None:
    """Replaces the versions that the weeks before `end` proved closed, as a crawl does."""
    for number in (number for number in numbers if not _is_edit(number + 1)):
        closed = _version(number, n, codec.sha256(str(number).encode()), end)
        key = (schema.version.c[name] == closed[name] for name in ("board_id", "external_id", "seq"))
        conn.execute(delete(schema.version).where(*key))
        _add(conn, schema.version, [closed])


def _content(number: int, n: int, end: int) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Rows of payload, reading and version; one content in eight is a later version of the posting before it."""
    week, named = number * WEEKS // n, codec.sha256(str(number).encode())
    at, (posting, read, n_bytes) = START + timedelta(weeks=week), _bodies()[1][number % BODIES]
    payload = {"content_hash": named, "body_sha256": codec.sha256(named.encode()), "dictionary_id": 1,
               "body": posting, "n_bytes": n_bytes, "recorded_at": at}  # fmt: skip
    reading = {"content_hash": named, "reader_hash": READER, "body": read, "recorded_at": at}
    return payload, reading, _version(number, n, named, end)


def _version(number: int, n: int, named: str, end: int) -> dict[str, Any]:
    week, posting = number * WEEKS // n, number - _is_edit(number)
    begun, gone = (START + timedelta(weeks=at) for at in (week, week + OPEN_WEEKS))
    is_edited = _is_edit(number + 1)
    is_closed = not is_edited and week + OPEN_WEEKS < end
    return {
        "board_id": posting % max(n // PER_BOARD, 1) + 1, "external_id": f"job-{posting}", "spell": 1,
        "seq": 1 + _is_edit(number), "content_hash": named, "valid_from": begun, "confirmed_at": begun,
        "before_at": begun - timedelta(weeks=1) if week else None,
        "valid_to": gone if is_closed or is_edited else None,
        "missing_since": gone if is_closed else None, "closed_at": gone if is_closed else None,
        "last_seen_at": gone - timedelta(weeks=1) if is_closed else None,
    }  # fmt: skip


def _is_edit(number: int) -> bool:
    return number % EDITED == 1


def _posting(number: int) -> dict[str, Any]:
    rng = random.Random(number)
    text = " ".join(rng.choices(WORDS, k=150))
    return {
        "external_id": f"job-{number - _is_edit(number)}", "title": f"ML Engineer {rng.choice(WORDS)} {number % 99}",
        "url": f"https://boards.example/jobs/{number:010d}", "body_html": f"<p>{text}</p>", "department": "Research",
        "places": [{"label": "Denver, CO"}], "work_mode": "hybrid", "employment": "FullTime",
        "posted_at": (START + timedelta(hours=number % 40_000)).isoformat(), "posted_basis": "created_at",
    }  # fmt: skip


def _reading(number: int) -> dict[str, Any]:
    """A reading with all that real ones have, of about 3 kB."""
    rng = random.Random(~number)
    low = rng.randrange(100, 250) * 1000.0
    pay = {"source": "text", "low": low, "high": low * 1.3, "currency": "USD", "period": "year",
           "raw": "", "component": "base", "gross": "gross", "place": "", "level": "", "contract": False}  # fmt: skip
    nothing = {"high_pct": None, "low_pct": None, "mentioned": False}
    return {
        "document": "posting", "level": rng.choice(("senior", "mid", "staff")), "level_inferred": None,
        "role": {"family": "ml_engineer", "scope": rng.choice(("core", "core", "adjacent"))}, "work_mode": "hybrid",
        "places": [{"city": "Denver", "region": rng.choice(("CO", "CA", "WA")), "country": "US", "metro": "Denver"}],
        "genai": {"class": rng.choice(("role_required", "none")), "asked": number % 3 == 0, "depth": 3, "terms": []},
        "experience": {"low_years": rng.randrange(1, 9), "high_years": None, "skills": [], "preferred": []},
        "education": {"least": "bachelor", "fields": [], "preferred": None, "equivalent_ok": True}, "flags": [],
        "certifications": [], "bonus": nothing, "equity": nothing, "languages": [], "sponsorship": None,
        "pay": [pay] if number % PAID == 0 else [], "mentions": [_mention(rng) for _ in range(MENTIONS)],
    }  # fmt: skip


def _mention(rng: random.Random) -> dict[str, Any]:
    told, start = rng.choice(TERMS), rng.randrange(4000)
    names = {name: told[name] for name in ("term", "category", "capability", "genai")}
    return {
        **names,
        "section": rng.choice(SECTIONS),
        "strength": rng.choice(STRENGTHS),
        "start": start,
        "end": start + 9,
    }


def _add(conn: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        conn.execute(insert(table), rows)


TERMS = list(lines("terms"))

if __name__ == "__main__":
    main(sys.argv[1:])
