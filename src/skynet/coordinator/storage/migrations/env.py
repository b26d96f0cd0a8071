"""Run by Alembic. The connection comes from `skynet.coordinator.storage.schema`, already inside a transaction."""

from __future__ import annotations

from alembic import context

from skynet.coordinator.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
