"""Run by Alembic inside the transaction that `schema.upgrade` has begun."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

from olvery_tui.store import guards, models

_ = models  # the tables are in the metadata once they are imported

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    compare_type=True,
    compare_server_default=True,
)
context.run_migrations()
guards.install(connection)
