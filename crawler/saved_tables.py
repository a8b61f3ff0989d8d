"""Postings out of tables that somebody saved: CSV, JSON, JSON lines, Parquet.

A row is a dict of the column names below; a file may call them otherwise (`--column title=job_title`).
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from difflib import get_close_matches
from itertools import islice, zip_longest
from typing import Any, Final, TextIO

from crawler.saved import (
    MOST_BYTES,
    MOST_JSON_BYTES,
    Refused,
    Saved,
    Unreadable,
    check_file,
    is_placeholder,
    one_id,
    opened,
    shown,
)
from crawler.spiders import fields
from store.posting import Posting
from store.settings import ConfigError

Row = dict[str, Any]
COLUMNS: Final = ("id", "title", "company", "location", "text", "html", "url", "observed_on", "posted_on")
REFERRING: Final = ("id", "url", "observed_on", "posted_on")  # where "-" and 0 stand for none
COLUMNS_MORE: Final = ("work_mode", "employment", "department", "salary")
ALSO: Final = {  # what other people call them
    "id": ("job_id", "posting_id", "external_id"), "title": ("job_title", "position", "name"),
    "company": ("company_name", "employer", "organization"), "location": ("place", "city", "job_location"),
    "text": ("description", "job_description", "body", "content"), "html": ("description_html",),
    "url": ("link", "job_url", "job_link", "apply_url"), "observed_on": ("observed_at", "scraped_at", "crawled_at"),
    "posted_on": ("date_posted", "posted_at", "published_at", "original_listed_time", "listed_time", "date"),
    "work_mode": ("remote", "workplace_type", "work_type"), "employment": ("employment_type", "formatted_work_type"),
    "salary": ("salary_range", "compensation", "pay"),
}  # fmt: skip
NOTHING: Final = frozenset({"None", "nan", "NaN", "null", "NULL", "NaT", "<NA>", "\\N"})  # cells that programs write
DELIMITERS: Final = (",", ";", "\t", "|")
MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 10_000
MOST_CHARACTERS: Final = 512 * 1024 * 1024  # of all texts of a file, which wait in memory until their day is whole
MOST_LINE: Final = 32 * 1024 * 1024
MOST_PARTS: Final = 1_000_000  # objects and arrays of one JSON value: each takes some hundred bytes of memory
PARQUET_ROWS: Final = 200  # at once


def columns_of(told: list[str]) -> dict[str, str]:
    """`title=job_title` as ours -> theirs; ConfigError for a name that is none of ours."""
    columns: dict[str, str] = {}
    for ours, theirs in (pair.partition("=")[::2] for pair in told):
        if ours not in (*COLUMNS, *COLUMNS_MORE) or not theirs.strip():
            known = ", ".join((*COLUMNS, *COLUMNS_MORE))
            raise ConfigError(f"--column {shown(ours)}={shown(theirs)}: say ours=theirs; ours are {known}")
        if columns.setdefault(ours, theirs) != theirs:
            raise ConfigError(f"--column {ours} was given twice: {shown(columns[ours])} and {shown(theirs)}")
    return columns


def table_rows(file: Saved, columns: Mapping[str, str]) -> Iterator[Row | Refused]:
    """The rows of a table under our names; Unreadable when it, or a column that was named, is not what it should be.

    Nothing of a table may be kept before all of its rows came.
    """
    n_rows = n_characters = 0
    known: set[str] = set()
    wanted = {name.strip().lower() for name in columns.values()}
    for row in _raw_rows(file):
        n_rows += 1 if not isinstance(row, Refused) else row.n_rows
        if n_rows > MOST_ROWS:
            raise Unreadable(f"more than {MOST_ROWS:,} rows: split it")
        if isinstance(row, Refused) or len(row) > MOST_COLUMNS:
            yield row if isinstance(row, Refused) else Refused(f"more than {MOST_COLUMNS:,} columns")
            continue
        lowered = {str(name).strip().lower(): value for name, value in row.items()}
        if len(lowered) < len(row):
            _require_apart([str(name) for name in row])
        known |= lowered.keys() if len(known) < MOST_COLUMNS else lowered.keys() & wanted
        named = _named(lowered, columns)
        n_characters += len(fields.text(named["text"])) + len(fields.text(named["html"]))
        if n_characters > MOST_CHARACTERS:
            raise Unreadable(f"more than {MOST_CHARACTERS >> 20} million characters of text: split it")
        yield named
    if not n_rows:
        raise Unreadable("it holds no rows")
    _require(columns, known)


def _require(columns: Mapping[str, str], known: set[str]) -> None:
    """Unreadable when a column that was named is not there: another one would stand in for it unseen."""
    if not known:
        raise Unreadable("no row of it can be read")
    for ours, theirs in columns.items():
        if theirs.strip().lower() not in known:
            near = get_close_matches(theirs.strip().lower(), sorted(known), n=3, cutoff=0.5) or sorted(known)[:12]
            names = ", ".join(shown(name, 40) for name in near)
            raise Unreadable(f"--column {ours}={shown(theirs)}: there is no such column; there is {names}")


def posting_of(row: Mapping[str, Any]) -> Posting:
    """A row under our names as a posting; its id is that of the id column, '' without one."""
    text = {name: fields.text(row.get(name)).strip() for name in (*COLUMNS, *COLUMNS_MORE)}
    posted_at = time_of(row.get("posted_on"))
    html = text["html"] or (text["text"] if "</" in text["text"] else fields.html_of(text["text"]))
    return Posting(
        external_id=one_id(_own_id(row.get("id"))),
        title=text["title"],
        company=text["company"],
        url=text["url"],
        body_html=html + (f"<p>Salary: {fields.html_of(text['salary'])}</p>" if html and text["salary"] else ""),
        places=fields.places_of([text["location"]]),
        work_mode=text["work_mode"],
        employment=text["employment"],
        department=text["department"],
        posted_at=posted_at,
        posted_basis="posted_on" if posted_at else "",
        served={} if posted_at or not text["posted_on"] else {"posted_on": text["posted_on"]},
    )


def _own_id(value: Any) -> str:
    """An id as text; a program that wrote whole numbers as floats meant whole numbers."""
    is_whole = isinstance(value, float) and value.is_integer()
    return "" if is_placeholder(value) else fields.text(int(value) if is_whole else value).strip()


def time_of(value: Any) -> datetime | None:
    """A moment of a date, a time, an ISO text, or seconds or milliseconds since 1970; None outside 1990-2099."""
    if isinstance(value, datetime):
        if not 1990 <= value.year < 2099:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    number = fields.typed_number(value)
    if number is not None and number > 100_000_000:
        return fields.epoch_ms_time(number if number > 100_000_000_000 else number * 1000)
    return fields.iso_time(value) or fields.day_time(str(value) if value is not None else "")


def local_day(value: Any) -> date | None:
    """The day that a date or time names where it was written; None for what `time_of` does not understand."""
    at = time_of(value)
    if at is not None and isinstance(value, datetime):
        return value.date()
    return datetime.fromisoformat(value).date() if at and fields.iso_time(value) else at and at.date()


def _named(lowered: Mapping[str, Any], columns: Mapping[str, str]) -> Row:
    """The row under our names: as told, else by the same or a usual name of a column that is not told to be another."""
    told = {}
    claimed = {theirs.strip().lower() for theirs in columns.values()}
    for name in (*COLUMNS, *COLUMNS_MORE):
        theirs = (columns[name].strip().lower(),) if name in columns else _usual(name, claimed)
        is_none = is_placeholder if name in REFERRING else _is_nothing
        told[name] = next((lowered[one] for one in theirs if not is_none(lowered.get(one))), None)
    return told


def _usual(name: str, claimed: set[str]) -> tuple[str, ...]:
    return tuple(one for one in (name, *ALSO.get(name, ())) if one not in claimed)


def _is_nothing(value: Any) -> bool:
    if isinstance(value, str):
        return not value or (len(value) <= 4 and value in NOTHING)
    return value in fields.EMPTY or (isinstance(value, float) and value != value)


def _raw_rows(file: Saved) -> Iterator[Row | Refused]:
    try:
        if file.kind == ".parquet":
            yield from _parquet_rows(file)
        elif file.kind in (".csv", ".tsv"):
            yield from _csv_rows(file)
        else:
            yield from _json_rows(file)
    except UnicodeDecodeError as error:
        raise Unreadable(f"no {error.encoding.upper()} at byte {error.start}: save it as UTF-8") from error
    except OSError as error:
        raise Unreadable(shown(error.strerror or error)) from error


# CSV ---------------------------------------------------------------------------------------------------------------


def _csv_rows(file: Saved) -> Iterator[Row | Refused]:
    """Strictly: a quote that is not closed takes in the rows behind it, and is an error where it ends."""
    csv.field_size_limit(MOST_LINE)
    with opened(file.path) as handle:
        delimiter, n_skipped = _delimiter(handle, "\t" if file.kind == ".tsv" else ",")
        reader, n_lines = csv.reader(handle, delimiter=delimiter, strict=True), 0
        try:
            header = next(filter(None, reader), [])
            _require_apart(header)
            n_lines = reader.line_num
            for row in reader:
                if row:
                    yield _whole(header, row, delimiter)
                n_lines = reader.line_num
        except csv.Error as error:
            where = f"the row that begins in line {n_skipped + n_lines + 1:,}: {error}"
            raise Unreadable(f"{where}; is a quote not closed? One within a field is written twice") from error


def _require_apart(names: list[str]) -> None:
    """Unreadable when two columns have one name: only one of them would be read."""
    for name, n_columns in Counter(name.strip().lower() for name in names).items():
        if name and n_columns > 1:
            raise Unreadable(f"{n_columns} columns are named {shown(name)}: rename all but one")


def _delimiter(handle: TextIO, usual: str) -> tuple[str, int]:
    """(What stands between the fields, by the first line that is not blank; how many lines were skipped).

    Leaves the handle before that line, but behind one in which Excel tells it: `sep=;`.
    """
    at, line, n_skipped = 0, handle.readline(MOST_LINE), 0
    while line and not line.strip():
        at, line, n_skipped = handle.tell(), handle.readline(MOST_LINE), n_skipped + 1
    told = line.strip()
    if told[:4].lower() == "sep=" and len(told) == 5:
        return told[4], n_skipped + 1
    handle.seek(at)
    outside = "".join(line.split('"')[::2])
    return max((usual, *DELIMITERS), key=outside.count), n_skipped


def _whole(header: list[str], row: list[str], delimiter: str) -> Row | Refused:
    """The row, unless a field is too many or one has taken in the rows behind it."""
    if len(row) > len(header):
        return Refused("more fields than the header names")
    for value in row:
        if value.count("\n") >= 2 and _holds_rows(value, delimiter, len(header)):
            return Refused("a field that holds other rows; is a quote not closed?", example=value)
    return dict(zip_longest(header, row))


def _holds_rows(value: str, delimiter: str, n_fields: int) -> bool:
    """Whether most lines of a field have as many delimiters as a row; with few columns any text might."""
    lines = [line for line in value.splitlines()[1:] if line.strip()]
    n_alike = sum(line.count(delimiter) == n_fields - 1 for line in lines)
    return n_fields >= 4 and n_alike >= 2 and n_alike * 2 > len(lines)


# JSON --------------------------------------------------------------------------------------------------------------


def _json_rows(file: Saved) -> Iterator[Row | Refused]:
    """One object a line, or one array or object over several lines."""
    with opened(file.path) as handle:
        lines = list(islice(_lines(handle), 2))
        if _may_be_whole(lines):
            check_file(file.path, MOST_JSON_BYTES, "write one object a line")
            handle.seek(0)
            value = _loaded(handle.read())
            if isinstance(value, list) and len(value) > MOST_ROWS:
                raise Unreadable(f"{len(value):,} rows, more than {MOST_ROWS:,}: split it")
            if not isinstance(value, ValueError):
                yield from map(_object, value if isinstance(value, list) else [value])
                return
            if lines[0].lstrip().startswith("[") and isinstance(_loaded(lines[0]), ValueError):
                raise Unreadable(f"no JSON: {shown(value)}; mend it, or write one object a line")
        handle.seek(0)  # JSON lines, of which the first may be broken
        yield from map(_object, map(_loaded, _lines(handle)))


def _may_be_whole(lines: list[str]) -> bool:
    """Whether a file may be one value: it begins as an array, or as an object that goes on over its first two lines.

    An array is not looked into: it may be as long as the file.
    """
    begin = lines[0].lstrip()[:1] if lines else ""
    return begin == "[" or (begin == "{" and not any(isinstance(_loaded(line), dict) for line in lines))


def _loaded(text: str) -> Any:
    """The JSON value of a text, or the error that it is none or too much."""
    if text.count("{") + text.count("[") > MOST_PARTS:
        return ValueError(f"more than {MOST_PARTS:,} objects and arrays")
    try:
        return json.loads(text, object_pairs_hook=_apart)
    except RecursionError:
        return ValueError("nested too deeply")
    except ValueError as error:
        return error


def _apart(pairs: list[tuple[str, Any]]) -> Row:
    """The pairs as a dict; ValueError when two have one name."""
    told = dict(pairs)
    if len(told) < len(pairs):
        twice = next(name for name, n_times in Counter(name for name, _ in pairs).items() if n_times > 1)
        raise ValueError(f"two keys are named {shown(twice)}")
    return told


def _object(value: Any) -> Row | Refused:
    why = str(value) if isinstance(value, ValueError) else ""
    return value if isinstance(value, dict) else Refused("a line or an entry that is no JSON object", example=why)


def _lines(handle: TextIO) -> Iterator[str]:
    """The lines that are not blank; one that is too long comes out cut into broken ones."""
    while line := handle.readline(MOST_LINE):
        if line.strip():
            yield line


# Parquet -----------------------------------------------------------------------------------------------------------


def _parquet_rows(file: Saved) -> Iterator[Row | Refused]:
    from pyarrow import ArrowException, parquet

    check_file(file.path, MOST_BYTES)
    try:
        with parquet.ParquetFile(file.path) as table:
            if table.metadata.num_rows > MOST_ROWS:
                raise Unreadable(f"{table.metadata.num_rows:,} rows, more than {MOST_ROWS:,}: split it")
            _require_apart(table.schema_arrow.names)
            for batch in table.iter_batches(batch_size=PARQUET_ROWS):
                yield from _batch_rows(batch)
    except (ArrowException, OSError) as error:
        raise Unreadable(f"it cannot be read as Parquet: {shown(error, 120)}") from error


def _batch_rows(batch: Any) -> Iterable[Row | Refused]:
    """The rows of a batch; where one holds what Python cannot, the others."""
    try:
        return batch.to_pylist()  # type: ignore[no-any-return]
    except (ValueError, OverflowError):
        return [row for at in range(len(batch)) for row in _batch_row(batch.slice(at, 1))]


def _batch_row(batch: Any) -> list[Row | Refused]:
    try:
        return batch.to_pylist()  # type: ignore[no-any-return]
    except (ValueError, OverflowError) as error:
        return [Refused("a value out of range", example=str(error))]
