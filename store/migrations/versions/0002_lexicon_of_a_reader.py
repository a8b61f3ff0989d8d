"""A reader keeps its lexicon of terms, so that a later one re-reads only what the difference can touch."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, LargeBinary, Text

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the columns; readers of before have no lexicon, and what they read is read again as a whole."""
    op.add_column("reader", Column("base", Text, nullable=False, server_default=""))
    op.add_column("reader", Column("terms", LargeBinary))
    op.add_column("reader", Column("inherits", Text))


def downgrade() -> None:
    """Takes them out again."""
    for name in ("inherits", "terms", "base"):
        op.drop_column("reader", name)
