"""Every number that a report printed, with the data and the code that it was made from; never changed or deleted."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    REAL,
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from store.connect import UtcDateTime

revision = "0003"
down_revision = "0002"
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
_Number: Double[float] = Double().with_variant(REAL, "sqlite")
_TABLES = ("publication", "published")
_SQLITE = """CREATE TRIGGER {table}_no_{word} BEFORE {word} ON {table}
BEGIN SELECT RAISE(ABORT, 'what was published is never changed'); END"""
_REFUSE = """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'what was published is never changed'; END $$"""
_POSTGRESQL = """CREATE TRIGGER {table}_no_{word} BEFORE {word} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"""

Table(
    "publication",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("as_of", UtcDateTime, nullable=False),
    Column("report_week", Text, nullable=False),
    Column("reader_hash", Text, nullable=False),
    Column("dedupe_hash", Text, nullable=False),
    Column("program", Text, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    UniqueConstraint("as_of", "report_week", "reader_hash", "dedupe_hash", "program"),
    sqlite_strict=True,
)

Table(
    "published",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("publication_id", ForeignKey("publication.id"), nullable=False),
    Column("series", Text, nullable=False),
    Column("group", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("value", _Number),
    Column("low", _Number),
    Column("high", _Number),
    Column("n", _Id),
    Column("n_employers", _Id),
    Column("status", Text, nullable=False),
    Column("stage", Text, nullable=False),
    UniqueConstraint("publication_id", "series", "group", "period"),
    sqlite_strict=True,
)


def upgrade() -> None:
    """Makes the tables and the triggers that keep them."""
    metadata.create_all(op.get_bind(), checkfirst=False)
    if op.get_bind().dialect.name == "sqlite":
        _guard(_SQLITE, "UPDATE", "DELETE")
    else:
        op.execute(_REFUSE)
        _guard(_POSTGRESQL, "UPDATE", "DELETE", "TRUNCATE")


def _guard(trigger: str, *words: str) -> None:
    for table in _TABLES:
        for word in words:
            op.execute(trigger.format(table=table, word=word))


def downgrade() -> None:
    """Drops them."""
    metadata.drop_all(op.get_bind(), checkfirst=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
