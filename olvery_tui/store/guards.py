"""What a column can't express, guarded by the database against every program that writes to it.

Guards belong to the schema as it is now, and are made anew after every migration.
"""

from __future__ import annotations

from types import ModuleType

from sqlalchemy import Connection


def install(connection: Connection) -> None:
    """Make every guard as it is written in this program."""
    _of(connection).install(connection)


def broken(connection: Connection) -> tuple[str, ...]:
    """The names of the guards that are missing or not as they are written in this program."""
    found: tuple[str, ...] = _of(connection).broken(connection)
    return found


def _of(connection: Connection) -> ModuleType:
    if connection.dialect.name == "sqlite":
        from olvery_tui.store import sqlite_guards

        return sqlite_guards
    from olvery_tui.store.postgres import guards

    return guards
