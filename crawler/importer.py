"""`jobtide import`: what files say was seen on a day becomes a sighting of that day, of a provenance of its own.

Each source (`import/<name>`) is a window: it never proves that a posting is gone. One day of one source is one
transaction, under a job that names its content, so that the same file imported again changes nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Engine

from crawler.hygiene import clean
from crawler.saved import Refused, Saved, Unreadable, is_placeholder, joined_reasons, shown, source_names
from crawler.saved_ids import Sighting, with_ids
from crawler.saved_pages import page_rows
from crawler.saved_tables import local_day, posting_of, table_rows
from crawler.spiders import fields
from store import exits, runs
from store.accepted import listed_on
from store.posting import Posting
from store.settings import ConfigError
from store.write import BoardResult, label_boards, record_board

PLATFORM: Final = "import"
MOST_WAITING: Final = 64 * 1024 * 1024  # characters of pages whose days wait to be kept; a table waits as a whole
AHEAD: Final = timedelta(hours=14)  # where it is tomorrow already
Row = Mapping[str, Any]
Waiting = defaultdict[tuple[str, str], list[Sighting]]  # (source, its table or '' for all its pages)
Days = defaultdict[tuple[str, datetime], dict[str, Posting]]  # (source, midnight) -> id -> posting


@dataclass(slots=True)
class Imported:
    """What came of an import."""

    n_files: int = 0
    n_postings: int = 0
    n_known: int = 0  # imported before
    n_repeated: int = 0  # another row of the day tells the same posting
    n_retold: int = 0  # another row of the day tells the same job in another text
    refused: Counter[str] = field(default_factory=Counter)  # reason -> rows
    examples: dict[str, tuple[str, str]] = field(default_factory=dict)  # reason -> the first value at fault, its file
    unreadable: list[tuple[str, str]] = field(default_factory=list)  # file, why nothing of it was kept

    def exit_code(self) -> int:
        """0 when every row was taken, 3 when some were refused."""
        return exits.SOME_FAILED if self.refused or self.unreadable else exits.COMPLETE

    def refuse(self, left_out: Refused, file: Saved) -> None:
        """Counts what was left out of a file."""
        self.refused[left_out.reason] += left_out.n_rows
        self.examples.setdefault(left_out.reason, (shown(left_out.example, 40), shown(file.inside)))

    def complaints(self) -> list[str]:
        """A line for each file that could not be read, and for each reason why rows were refused."""
        told = joined_reasons(self.unreadable)
        for reason, n_rows in self.refused.most_common():
            example, file = self.examples[reason]
            value = f": {example}" + (" and others" if n_rows > 1 else "") if example else ""
            where = f", first in {file}" if self.n_files > 1 else ""
            told.append(f"{counted(n_rows, 'row')} refused: {reason}{value}{where}")
        return told

    def summary(self) -> str:
        """What is in the store now."""
        told = f"{counted(self.n_postings, 'posting')} kept, {self.n_known} known before"
        told += f", {self.n_repeated} told twice on a day" if self.n_repeated else ""
        return told + (f", {self.n_retold} told twice on a day with different texts" if self.n_retold else "")


def counted(n: int, noun: str) -> str:
    """A number and its noun."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def day_of(told: str | None) -> datetime | None:
    """The day of --observed; ConfigError for what is none or lies ahead."""
    if told is None:
        return None
    day = fields.day_time(told) if len(told) == len("2026-01-31") else None
    if day is None:
        raise ConfigError(f"--observed {shown(told)} is no day such as 2026-01-31")
    if day.date() > _last_day():
        raise ConfigError(f"--observed {shown(told)} lies ahead")
    return day


def import_files(
    engine: Engine,
    files: list[Saved],
    columns: Mapping[str, str],
    observed: datetime | None,
    source: str,
    say: Callable[[str], None],
) -> Imported:
    """Keeps the postings of the files, day by day; says a line a file. ConfigError when none of them can be read.

    A signal ends it between two days; what was kept until then is said.
    """
    done = Imported()
    try:
        _import(engine, files, columns, observed, source, say, done)
    except (KeyboardInterrupt, SystemExit):
        say(f"stopped: {done.summary()}, all of whole days; the same command goes on from there")
        raise
    if files and len(done.unreadable) == len(files):
        raise ConfigError("; ".join(joined_reasons(done.unreadable, most=3)))
    return done


def _import(
    engine: Engine,
    files: list[Saved],
    columns: Mapping[str, str],
    observed: datetime | None,
    source: str,
    say: Callable[[str], None],
    done: Imported,
) -> None:
    names = [source] * len(files) if source else source_names(files)
    waiting, n_waiting = Waiting(list), 0
    for name, file in sorted(zip(names, files, strict=True), key=lambda pair: pair[0]):
        try:
            seen = list(_sightings(file, columns, observed, done))
        except Unreadable as error:
            done.unreadable.append((str(file.path), str(error)))
            continue
        done.n_files += 1
        waiting[name, "" if file.is_page else str(file.path)] += seen
        n_waiting += sum(len(one.posting.body_html) for one in seen)
        n_days = len({one.day for one in seen})
        say(f"{shown(file.inside)}: {counted(len(seen), 'posting')} on {counted(n_days, 'day')}")
        if n_waiting > MOST_WAITING:
            _keep_all(engine, waiting, done)
            n_waiting = 0
    _keep_all(engine, waiting, done)


def _sightings(
    file: Saved, columns: Mapping[str, str], observed: datetime | None, done: Imported
) -> Iterator[Sighting]:
    """What each row of a file tells that can be kept; Unreadable when nothing of it can."""
    refused = []
    for row in page_rows(file) if file.is_page else table_rows(file, columns):
        told = row if isinstance(row, Refused) else observation(row, observed)
        if isinstance(told, Refused):
            refused.append(told)
        else:
            yield told
    for left_out in refused:  # counted only now: of a file that cannot be read to its end no row counts
        done.refuse(left_out, file)


def observation(row: Row, given: datetime | None) -> Sighting | Refused:
    """What a row tells, or why it is refused."""
    ready = row.get("posting")
    posting = ready if isinstance(ready, Posting) else posting_of(row)
    day = given or _day(row, posting)
    if isinstance(day, Refused):
        return day
    told = _in_lines(clean(posting))
    if not told.title or not (told.body_html or told.pay):
        return Refused("no title" if not told.title else "no text")
    return Sighting(day, told, posting.url)


def _in_lines(posting: Posting) -> Posting:
    """The posting with labels of one line each: they are printed and stand in tables."""
    labels = {name: getattr(posting, name) for name in ("title", "company", "work_mode", "employment", "department")}
    told: dict[str, Any] = {name: _line(text) for name, text in labels.items()}
    places = tuple(replace(place, label=_line(place.label)) for place in posting.places)
    return posting if told == labels and places == posting.places else replace(posting, places=places, **told)


def _line(text: str) -> str:
    return text if text.isprintable() else fields.one_line([text])


def _day(row: Row, posting: Posting) -> datetime | Refused:
    """The day that a row names; the day it was posted stands in only where no other is told."""
    told = (row.get("observed_on"), row.get("posted_on"))
    printed = next((one for one in told if one and not is_placeholder(one)), None)
    day = local_day(printed)
    if day is None and posting.posted_at and not row.get("observed_on"):
        day = posting.posted_at.date()
    if day is None and printed:
        return Refused("date not understood", example=str(printed))
    if day is None:
        return Refused("no observation date: name its column (--column observed_on=...) or the day (--observed)")
    if day > _last_day():
        return Refused("seen on a day that is still ahead", example=str(printed or day))
    return datetime.combine(day, time(), UTC)


def _last_day() -> date:
    """The last day that has begun anywhere."""
    return (datetime.now(UTC) + AHEAD).date()


# the store ---------------------------------------------------------------------------------------------------------


def _keep_all(engine: Engine, waiting: Waiting, done: Imported) -> None:
    """Keeps and forgets what waits; the oldest day of a source first, for history is derived anew for late ones."""
    now = datetime.now(UTC)
    label_boards(engine, [_label(source) for source in sorted({source for source, _ in waiting})], now)
    days = _by_day(waiting, done)
    for source, day in sorted(days):
        _keep(engine, source, day, days.pop((source, day)), done)


def _by_day(waiting: Waiting, done: Imported) -> Days:
    """What waits under its ids; of what is told twice on a day, the last. Nothing waits any more."""
    days = Days(dict)
    for source, table in list(waiting):
        seen, n_retold = with_ids(waiting.pop((source, table)))
        done.n_retold += n_retold
        for day, posting, _ in seen:
            done.n_repeated += posting.external_id in days[source, day]
            days[source, day][posting.external_id] = posting
    return days


def _keep(engine: Engine, source: str, day: datetime, postings: dict[str, Posting], done: Imported) -> None:
    now = datetime.now(UTC)
    told = {one.external_id: one.content_hash() for one in postings.values()}
    content = sha256("".join(sorted(told.values())).encode()).hexdigest()[:16]
    try:
        claim = runs.claim(engine, f"import {source} {content}", day, now=now)
    except runs.NothingDue:
        done.n_known += len(postings)
        return
    known, n_before = listed_on(engine, PLATFORM, source, day)
    new = [one for key, one in postings.items() if known.get(key) != told[key]]
    seen_at = day + timedelta(microseconds=n_before)  # of two imports of one day the later one has the last word
    try:
        _record(engine, claim, source, seen_at, new, now)
    except (KeyboardInterrupt, SystemExit):
        runs.finish(engine, claim.run_id, now=now, state="aborted", exit_code=exits.TERMINATED)
        raise
    done.n_postings += len(new)
    done.n_known += len(postings) - len(new)
    note = counted(len(new), "posting")
    runs.finish(engine, claim.run_id, now=now, state="done", exit_code=exits.COMPLETE, note=note)


def _record(
    engine: Engine, claim: runs.Claim, source: str, seen_at: datetime, postings: list[Posting], now: datetime
) -> None:
    if not postings:
        return
    result = BoardResult(
        platform=PLATFORM, token=source, verdict="window", fetched_at=seen_at, postings=postings, listed=len(postings)
    )
    with engine.connect() as conn:
        record_board(conn, claim, result, now)


def _label(source: str) -> dict[str, str]:
    return {"platform": PLATFORM, "token": source, "company": "", "sector": "Import", "country": ""}
