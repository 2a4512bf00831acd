"""Rules that columns can't express, enforced by the database for every program that writes to it.

Guards belong to the current schema and are recreated after every migration.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from sqlalchemy import Connection

from olvery_tui.store.database import shared_values


def install(connection: Connection) -> None:
    """Create every guard as this program defines it, and fill the table that they keep."""
    _of(connection).install(connection)
    shared_values.fill(connection)


def broken(connection: Connection) -> tuple[str, ...]:
    """Return the names of the guards that are missing or differ from this program's."""
    found: tuple[str, ...] = _of(connection).broken(connection)
    return found


def lift(connection: Connection) -> None:
    """Drop the guards of the audit trail and of numbers until they are installed again."""
    _of(connection).lift(connection)


@contextmanager
def lifted(connection: Connection) -> Iterator[None]:
    """Lift the guards within this transaction, as for copying a whole database; for the owner.

    They are installed again at its end.
    """
    lift(connection)
    yield
    install(connection)


def _of(connection: Connection) -> ModuleType:
    if connection.dialect.name == "sqlite":
        from olvery_tui.store.database.sqlite import guards as sqlite_guards

        return sqlite_guards
    from olvery_tui.store.database.postgres import guards

    return guards
