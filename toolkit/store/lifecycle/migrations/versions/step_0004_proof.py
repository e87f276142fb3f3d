"""Add a proof to the head; in a file, write every table in the same words as a new one has.

Who made a file, and by which steps, used to show in the words of its schema. From here on they are
compared with what they should be, so a file's tables are made anew and filled from the old ones.
The proof itself needs a key, which no step has: `toolkit.store.lifecycle.migration` writes it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TABLES = {
    "about": ("(told TEXT NOT NULL)", "told"),
    "event": (
        """(
        seq INTEGER NOT NULL PRIMARY KEY, holder TEXT NOT NULL, pseudonym TEXT NOT NULL,
        session TEXT NOT NULL, sealed BLOB NOT NULL, chain TEXT NOT NULL)""",
        "seq, holder, pseudonym, session, sealed, chain",
    ),
    "head": (
        """(
        one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL,
        chain TEXT NOT NULL, proof TEXT NOT NULL)""",
        "one, seq, chain, ''",
    ),
    "withdrawn": ("(pseudonym TEXT NOT NULL PRIMARY KEY)", "pseudonym"),
    "attachment": (
        """(
        name TEXT NOT NULL, part INTEGER NOT NULL, holder TEXT NOT NULL, sealed BLOB NOT NULL,
        PRIMARY KEY (name, part))""",
        "name, part, holder, sealed",
    ),
    "alembic_version": (
        """(
        version_num VARCHAR(32) NOT NULL CONSTRAINT alembic_version_pkc PRIMARY KEY)""",
        "version_num",
    ),
}
_INDEXES = {
    "event_by_session": "event (session, seq)",
    "event_by_case": "event (pseudonym, seq)",
    "event_by_holder": "event (holder, session)",
    "attachment_by_holder": "attachment (holder, name)",
}
_TRIGGER = """CREATE TRIGGER event_moves_head AFTER INSERT ON event
    BEGIN UPDATE head SET seq = NEW.seq, chain = NEW.chain; END"""


def upgrade() -> None:
    """Add the column; a server guards it apart (`toolkit.store.postgres.guard`)."""
    if op.get_bind().dialect.name != "sqlite":
        op.add_column("head", sa.Column("proof", sa.Text, nullable=False, server_default=""))
        op.alter_column("head", "proof", server_default=None)
        # Step 0001 left a sequence there, which new stores never had.
        op.alter_column("head", "one", server_default=None)
        op.execute("DROP SEQUENCE IF EXISTS head_one_seq")
        return
    op.execute("DROP TRIGGER event_moves_head")
    for name in _INDEXES:
        op.execute(f"DROP INDEX {name}")
    for name, (columns, values) in _TABLES.items():
        op.execute(f"ALTER TABLE {name} RENAME TO older_{name}")
        op.execute(f"CREATE TABLE {name} {columns}")
        op.execute(f"INSERT INTO {name} SELECT {values} FROM older_{name}")  # noqa: S608 - the names stand above
        op.execute(f"DROP TABLE older_{name}")
    for name, columns in _INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON {columns}")
    op.execute(_TRIGGER)
