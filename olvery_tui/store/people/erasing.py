"""A person's data, removed everywhere. The tickets stay, with nobody's name on them.

Events hold ids, so nothing of the audit trail has to change. Of the key by which an import knows
the person a hash is left: the next import must not bring the name back, and the key itself may be
an email.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, Table, delete, select, update
from sqlmodel import Session

from olvery_tui.store.database.any_of import any_of
from olvery_tui.store.database.tables import PEOPLE, PERSON_WORDS
from olvery_tui.store.database.versions import following
from olvery_tui.store.people.people import CURRENT

_MARK = "erased:"


def find(session: Session, key: str) -> int | None:
    """The id of the person of an import's key, erased or not, or else of this very id; of one who
    was merged into another, the other's.
    """
    query = select(CURRENT).where(PEOPLE.c.key.in_((key, erased_key(key))))
    found: int | None = session.connection().execute(query).scalar()
    if found is None and key.isascii() and key.isdigit() and len(key) < 10:
        query = select(CURRENT).where(PEOPLE.c.id == int(key))
        found = session.connection().execute(query).scalar()
    return found


def erase(session: Session, person_id: int) -> bool:
    """Clear every personal column of the person; whether anything was left to.

    The words that found them go as whole rows. Of their key, and of those of whom was merged into
    them, a hash is kept.
    """
    connection = session.connection()
    query = select(*personal_columns(PEOPLE)).where(PEOPLE.c.id == person_id)
    if not any(connection.execute(query).one()):
        return False
    clear(session, person_id)
    theirs = (PEOPLE.c.id == person_id) | (PEOPLE.c.merged_into == person_id)
    keys = select(PEOPLE.c.id, PEOPLE.c.key).where(theirs, PEOPLE.c.key.is_not(None))
    for id_, key in connection.execute(keys).all():
        if not key.startswith(_MARK):
            hashed = update(PEOPLE).where(PEOPLE.c.id == id_).values(key=erased_key(key))
            connection.execute(hashed)
    return True


def clear(session: Session, person_id: int) -> None:
    """Empty the personal columns, and forget the words that found the person."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        # What is freed in the file is overwritten instead of merely forgotten.
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    personal = personal_columns(PEOPLE)
    empty: dict[str, Any] = {column.name: None if column.nullable else "" for column in personal}
    empty["version"] = following(PEOPLE.c.version)
    connection.execute(update(PEOPLE).where(PEOPLE.c.id == person_id).values(empty))
    connection.execute(delete(PERSON_WORDS).where(PERSON_WORDS.c.person_id == person_id))


def personal_columns(table: Table) -> list[Column[Any]]:
    """The columns that are declared to hold what identifies a person."""
    return [column for column in table.columns if column.info.get("personal")]


def erased_key(key: str) -> str:
    """What is left of a key."""
    return _MARK + hashlib.sha256(key.encode()).hexdigest()


def by_erased_key(session: Session, keys: Collection[str]) -> dict[str, int]:
    """Of these keys, those whose persons were erased, with their ids."""
    if not keys:
        return {}
    marked = {erased_key(key): key for key in keys}
    query = select(PEOPLE.c.key, CURRENT).where(any_of(PEOPLE.c.key, "keys"))
    rows = session.connection().execute(query, {"keys": list(marked)})
    return {marked[row[0]]: row[1] for row in rows}
