"""Single rows: added, or changed as long as they have the version that was read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, insert, update
from sqlmodel import Session

from olvery_tui.store.database.versions import following


def add(session: Session, table: Table, **values: Any) -> int:
    """Insert a row; return the number that the table has given it."""
    added = session.connection().execute(insert(table).values(**values))
    assert added.inserted_primary_key is not None
    return int(added.inserted_primary_key[0])


def change(session: Session, table: Table, number: int, version: int, **values: Any) -> bool:
    """Write columns of the row of this number; False where it has another version by now."""
    (key,) = table.primary_key.columns
    done = session.connection().execute(
        update(table)
        .where(key == number, table.c.version == version)
        .values(version=following(version), **values)
    )
    return done.rowcount == 1
