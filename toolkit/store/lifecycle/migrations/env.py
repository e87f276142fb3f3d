"""What Alembic runs: the steps, over a connection from `toolkit.store.lifecycle.migration`."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
