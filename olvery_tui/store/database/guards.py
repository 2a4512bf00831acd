"""What a column can't express, guarded by the database against every program that writes to it.

Guards belong to the schema as it is now, and are made anew after every migration.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from sqlalchemy import Connection


def install(connection: Connection) -> None:
    """Make every guard as it is written in this program."""
    _of(connection).install(connection)


def broken(connection: Connection) -> tuple[str, ...]:
    """The names of the guards that are missing or not as they are written in this program."""
    found: tuple[str, ...] = _of(connection).broken(connection)
    return found


def lift(connection: Connection) -> None:
    """Take away the guards of the audit trail and of numbers, until they are installed again."""
    _of(connection).lift(connection)


@contextmanager
def lifted(connection: Connection) -> Iterator[None]:
    """Let this transaction write what they would not let in, as a copy of a whole database has it;
    for the owner. They are back at its end.
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
