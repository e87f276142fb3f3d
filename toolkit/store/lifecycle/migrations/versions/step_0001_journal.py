"""The tables that a store began with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# SQLite's own numbers of rows are of the type INTEGER and of no other.
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the journal, the head of its chain, and who has withdrawn."""
    op.create_table("about", sa.Column("told", sa.Text, nullable=False))
    op.create_table(
        "event",
        sa.Column("seq", _NUMBER, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("holder", "pseudonym", "session")),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("chain", sa.Text, nullable=False),
    )
    op.create_index("event_by_session", "event", ["session", "seq"])
    op.create_index("event_by_case", "event", ["pseudonym", "seq"])
    op.create_table(
        "head",
        sa.Column("one", _NUMBER, sa.CheckConstraint("one = 1"), primary_key=True),
        sa.Column("seq", _NUMBER, nullable=False),
        sa.Column("chain", sa.Text, nullable=False),
    )
    op.create_table("withdrawn", sa.Column("pseudonym", sa.Text, primary_key=True))
