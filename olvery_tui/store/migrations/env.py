"""Run by Alembic inside the transaction that `schema.upgrade` has begun."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

from olvery_tui.store.database import guards, models
from olvery_tui.store.database.revisions import HEAD

_ = models  # the tables are in the metadata once they are imported

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    compare_type=True,
    compare_server_default=True,
)
# SQLite renames no table that a trigger of another one names; and guards are of the newest schema.
guards.lift(connection)
context.run_migrations()
if connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == HEAD:
    guards.install(connection)
