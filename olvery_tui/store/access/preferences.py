"""What a manager has chosen for themself, by name."""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlmodel import Session

from olvery_tui.store.database.tables import PREFERENCES


def of_manager(session: Session, manager: int) -> dict[str, str]:
    """The preferences of a manager."""
    query = select(PREFERENCES.c.name, PREFERENCES.c.value).where(
        PREFERENCES.c.manager_id == manager
    )
    return {row.name: row.value for row in session.connection().execute(query)}


def put(session: Session, manager: int, name: str, value: str) -> None:
    """Keep a preference in place of the former one of that name."""
    of_this = (PREFERENCES.c.manager_id == manager, PREFERENCES.c.name == name)
    changed = session.connection().execute(update(PREFERENCES).where(*of_this).values(value=value))
    if not changed.rowcount:
        session.connection().execute(
            insert(PREFERENCES).values(manager_id=manager, name=name, value=value)
        )
