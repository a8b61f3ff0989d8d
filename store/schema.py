"""The tables. `version` is derived and can be rebuilt; everything else is only ever added to.

Two times stand on every fact: when it was true (`fetched_at`, our clock at the response) and when we wrote it down
(`recorded_at`). SQLite tables are STRICT, so flags are integers and JSON is text on both engines.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    REAL,
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from store.connect import UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_Id = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER is a rowid
_Number: Double[float] = Double().with_variant(REAL, "sqlite")  # eight bytes on both: REAL has four on PostgreSQL


def _table(name: str, *parts: Column | UniqueConstraint | Index, **options: Any) -> Table:  # type: ignore[type-arg]
    return Table(name, metadata, Column("id", _Id, primary_key=True), *parts, sqlite_strict=True, **options)


store = _table(  # one row, drawn when the tables were made: what is kept of one store is not taken for another's
    "store",
    Column("uid", Text, nullable=False),
)


run = _table(
    "run",
    Column("job", Text, nullable=False),
    Column("scheduled_for", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),  # running done aborted missed
    Column("clock", Text, nullable=False),  # system given (a simulator's day)
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("exit_code", Integer),
    Column("pid", Integer),
    Column("program", Text, nullable=False),  # version of the code
    Column("note", Text, nullable=False, server_default=""),
    UniqueConstraint("job", "scheduled_for"),
)

board = _table(
    "board",
    Column("platform", Text, nullable=False),
    Column("token", Text, nullable=False),
    UniqueConstraint("platform", "token"),
)

board_label = _table(  # what the register said about a board; a row only when it says something new
    "board_label",
    Column("board_id", ForeignKey("board.id"), nullable=False),
    Column("company", Text, nullable=False),
    Column("sector", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    UniqueConstraint("board_id", "recorded_at"),
)

dictionary = _table(  # zstd dictionaries; immutable
    "dictionary",
    Column("body", LargeBinary, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
)

payload = _table(  # one content of one posting, as printed
    "payload",
    Column("content_hash", Text, nullable=False, unique=True),
    Column("body_sha256", Text, nullable=False),
    Column("dictionary_id", ForeignKey("dictionary.id")),
    Column("body", LargeBinary, nullable=False),  # zstd of canonical JSON
    Column("n_bytes", Integer, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
)

manifest = _table(  # what a board listed: sorted external id -> content hash
    "manifest",
    Column("sha256", Text, nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False),  # zstd of canonical JSON
    Column("n_postings", Integer, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
)

board_run = _table(
    "board_run",
    Column("uid", Text, nullable=False, unique=True),  # of the run and the board, the same on every machine
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("board_id", ForeignKey("board.id"), nullable=False),
    Column("verdict", Text, nullable=False),
    Column("fetched_at", UtcDateTime, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("listed", Integer),  # rows in the answer
    Column("advertised", Integer),  # total the platform claims
    Column("kept", Integer),  # rows stored
    Column("hidden", Integer),  # rows the employer does not list
    Column("malformed", Integer),
    Column("manifest_id", ForeignKey("manifest.id")),
    Column("validators", Text, nullable=False, server_default="{}"),  # JSON: URL -> ETag, Last-Modified, digest
    Column("parser_version", Integer, nullable=False, server_default="0"),
    Column("http_status", Integer),
    Column("n_requests", Integer, nullable=False, server_default="0"),
    Column("note", Text, nullable=False, server_default=""),
    UniqueConstraint("run_id", "board_id"),
    Index(None, "board_id", "fetched_at"),
)

decision = _table(  # an operator's word on a quarantined or empty board_run
    "decision",
    Column("board_run_id", ForeignKey("board_run.id"), nullable=False),
    Column("word", Text, nullable=False),  # released rejected
    Column("recorded_at", UtcDateTime, nullable=False),
    UniqueConstraint("board_run_id", "recorded_at"),
)

version = _table(  # derived from the accepted board_runs in order of (fetched_at, uid)
    "version",
    Column("board_id", ForeignKey("board.id"), nullable=False),
    Column("external_id", Text, nullable=False),
    Column("seq", Integer, nullable=False),  # 1, 2, 3 ... over all spells
    Column("spell", Integer, nullable=False),  # a re-appearance after a closing starts a new one
    Column("content_hash", Text, nullable=False),
    Column("valid_from", UtcDateTime, nullable=False),  # first sighting of this content
    Column("valid_to", UtcDateTime),  # next content, or first proved absence of a closed posting
    Column("before_at", UtcDateTime),  # last complete crawl before the spell; null: there at onboarding
    Column("confirmed_at", UtcDateTime, nullable=False),  # see `history.Version`
    Column("last_seen_at", UtcDateTime),  # set at the first absence; the board's last complete crawl until then
    Column("missing_since", UtcDateTime),  # first proved absence
    Column("closed_at", UtcDateTime),  # the crawl that proved the closing
    Column("close_reason", Text),
    UniqueConstraint("board_id", "external_id", "seq"),
    Index(
        "uq_version_open",
        "board_id",
        "external_id",
        unique=True,
        sqlite_where=text("valid_to IS NULL"),
        postgresql_where=text("valid_to IS NULL"),
    ),
    Index(None, "content_hash"),
    sqlite_autoincrement=True,  # a row that changes is replaced, and no id is used twice: see `read.lasting_rows`
)

reader = _table(  # from when on which readers and lexicons were in force: all text was read by them
    "reader",
    Column("hash", Text, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("base", Text, nullable=False, server_default=""),  # hash of all its parts but the terms
    Column("terms", LargeBinary),  # zstd of its lexicon of terms
    Column("inherits", Text),  # hash of the reader whose readings stand where the terms make no difference
)

reading = _table(
    "reading",
    Column("content_hash", Text, nullable=False),
    Column("reader_hash", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),  # zstd of canonical JSON
    Column("recorded_at", UtcDateTime, nullable=False),
    UniqueConstraint("content_hash", "reader_hash"),
)

host = _table(  # politeness that survives a restart
    "host",
    Column("name", Text, nullable=False, unique=True),
    Column("not_before", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
)

publication = _table(  # a report that was written; a trigger refuses to change or delete it, as with its numbers
    "publication",
    Column("as_of", UtcDateTime, nullable=False),  # the data cut
    Column("report_week", Text, nullable=False),
    Column("reader_hash", Text, nullable=False),  # readers and lexicons behind it
    Column("dedupe_hash", Text, nullable=False),  # code that tells which advertisements are one posting
    Column("program", Text, nullable=False),  # version of the code
    Column("recorded_at", UtcDateTime, nullable=False),
    UniqueConstraint("as_of", "report_week", "reader_hash", "dedupe_hash", "program"),
)

published = _table(  # one number of such a report, as printed
    "published",
    Column("publication_id", ForeignKey("publication.id"), nullable=False),
    Column("series", Text, nullable=False),  # key of the figure
    Column("group", Text, nullable=False),
    Column("period", Text, nullable=False),  # 2026-W05, or 2026-01 of a monthly series
    Column("value", _Number),  # null: suppressed, see status
    Column("low", _Number),
    Column("high", _Number),
    Column("n", _Id),
    Column("n_employers", _Id),
    Column("status", Text, nullable=False),  # ok partial too_few dark
    Column("stage", Text, nullable=False),  # p provisional, f final
    UniqueConstraint("publication_id", "series", "group", "period"),
)
