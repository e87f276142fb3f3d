"""Find the events of a holder without walking past all others; let each event move the head."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the index; in a file, the trigger too.

    A server has a trigger of its own (`toolkit.store.postgres.guard`).
    """
    op.create_index("event_by_holder", "event", ["holder", "session"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER event_moves_head AFTER INSERT ON event "
            "BEGIN UPDATE head SET seq = NEW.seq, chain = NEW.chain; END"
        )
        # Before there were revisions, the file said 1: those versions refuse any other number.
        op.execute("PRAGMA user_version = 0")
