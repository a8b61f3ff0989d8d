"""The first tables, frozen as they were made; `store.schema` says what each column means."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
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

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_Id = BigInteger().with_variant(Integer, "sqlite")


def _table(name: str, *parts: Column | UniqueConstraint | Index) -> Table:  # type: ignore[type-arg]
    return Table(name, metadata, Column("id", _Id, primary_key=True), *parts, sqlite_strict=True)


_table(
    "run",
    Column("job", Text, nullable=False),
    Column("scheduled_for", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("clock", Text, nullable=False),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("exit_code", Integer),
    Column("pid", Integer),
    Column("program", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    UniqueConstraint("job", "scheduled_for"),
)

_table(
    "board",
    Column("platform", Text, nullable=False),
    Column("token", Text, nullable=False),
    UniqueConstraint("platform", "token"),
)

_table(
    "board_label",
    Column("board_id", ForeignKey("board.id"), nullable=False),
    Column("company", Text, nullable=False),
    Column("sector", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    UniqueConstraint("board_id", "recorded_at"),
)

_table(
    "dictionary",
    Column("body", LargeBinary, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
)

_table(
    "payload",
    Column("content_hash", Text, nullable=False, unique=True),
    Column("body_sha256", Text, nullable=False),
    Column("dictionary_id", ForeignKey("dictionary.id")),
    Column("body", LargeBinary, nullable=False),
    Column("n_bytes", Integer, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
)

_table(
    "manifest",
    Column("sha256", Text, nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False),
    Column("n_postings", Integer, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
)

_table(
    "board_run",
    Column("uid", Text, nullable=False, unique=True),
    Column("run_id", ForeignKey("run.id"), nullable=False),
    Column("board_id", ForeignKey("board.id"), nullable=False),
    Column("verdict", Text, nullable=False),
    Column("fetched_at", UtcDateTime, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("listed", Integer),
    Column("advertised", Integer),
    Column("kept", Integer),
    Column("hidden", Integer),
    Column("malformed", Integer),
    Column("manifest_id", ForeignKey("manifest.id")),
    Column("validators", Text, nullable=False, server_default="{}"),
    Column("parser_version", Integer, nullable=False, server_default="0"),
    Column("http_status", Integer),
    Column("n_requests", Integer, nullable=False, server_default="0"),
    Column("note", Text, nullable=False, server_default=""),
    UniqueConstraint("run_id", "board_id"),
    Index(None, "board_id", "fetched_at"),
)

_table(
    "decision",
    Column("board_run_id", ForeignKey("board_run.id"), nullable=False),
    Column("word", Text, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    UniqueConstraint("board_run_id", "recorded_at"),
)

_table(
    "version",
    Column("board_id", ForeignKey("board.id"), nullable=False),
    Column("external_id", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("spell", Integer, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("valid_from", UtcDateTime, nullable=False),
    Column("valid_to", UtcDateTime),
    Column("before_at", UtcDateTime),
    Column("confirmed_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime),
    Column("missing_since", UtcDateTime),
    Column("closed_at", UtcDateTime),
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
)

_table(
    "reader",
    Column("hash", Text, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
)

_table(
    "reading",
    Column("content_hash", Text, nullable=False),
    Column("reader_hash", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    UniqueConstraint("content_hash", "reader_hash"),
)

_table(
    "host",
    Column("name", Text, nullable=False, unique=True),
    Column("not_before", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
)


def upgrade() -> None:
    """Makes the tables."""
    metadata.create_all(op.get_bind(), checkfirst=False)


def downgrade() -> None:
    """Drops them."""
    metadata.drop_all(op.get_bind(), checkfirst=False)
