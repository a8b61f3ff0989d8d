"""A store has a name of its own, and no id of a version is used twice: what is kept of rows by their ids stays true."""

from __future__ import annotations

from uuid import uuid4

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from store.connect import UtcDateTime

revision = "0004"
down_revision = "0003"
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
_INDEXES = ("uq_version_open", "ix_version_content_hash")

Table("board", metadata, Column("id", _Id, primary_key=True))  # what a version refers to

_store = Table(
    "store",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("uid", Text, nullable=False),
    sqlite_strict=True,
)

_version = Table(
    "version",
    metadata,
    Column("id", _Id, primary_key=True),
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
    sqlite_strict=True,
    sqlite_autoincrement=True,
)


def upgrade() -> None:
    """Draws the name; SQLite, which would use the id of its newest row again, gets its table of versions anew."""
    conn = op.get_bind()
    _store.create(conn)
    conn.execute(_store.insert().values(uid=uuid4().hex))
    if conn.dialect.name == "sqlite":
        for index in _INDEXES:
            op.drop_index(index)
        op.rename_table("version", "version_0003")
        _version.create(conn)
        names = ", ".join(column.name for column in _version.columns)
        op.execute(f"INSERT INTO version ({names}) SELECT {names} FROM version_0003 ORDER BY id")  # noqa: S608
        op.drop_table("version_0003")


def downgrade() -> None:
    """Drops the name; that no id is used twice does no harm."""
    _store.drop(op.get_bind())
