"""Keep sound and scans with their cases, a row for each sealed piece."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table; `toolkit.store.postgres.guard` protects it on a server."""
    op.create_table(
        "attachment",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column(
            "part",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("attachment_by_holder", "attachment", ["holder", "name"])
