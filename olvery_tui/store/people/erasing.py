"""A person's data, removed everywhere. The tickets stay, with nobody's name on them.

Events hold ids, so nothing of the audit trail has to change. Of the key by which an import knows
the person a hash is left: the next import must not bring the name back, and the key itself may be
an email.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Column, Table, delete, func, select, update
from sqlmodel import Session

from olvery_tui.store.database.any_of import any_of
from olvery_tui.store.database.tables import ORDERS, PEOPLE, PERSON_WORDS, TICKETS
from olvery_tui.store.database.versions import following
from olvery_tui.store.listing import own_presets
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


class Erased(NamedTuple):
    """What was erased: the fields that held something, and how many rows of each kind."""

    fields: tuple[str, ...]
    records: dict[str, int]


def erase(session: Session, person_id: int) -> Erased | None:
    """Clear every personal column of the person; None where nothing was left to.

    The words that found them go as whole rows, and so do managers' presets about them. Of their
    key, and of those of whom was merged into them, a hash is kept.
    """
    connection = session.connection()
    personal = personal_columns(PEOPLE)
    stored = connection.execute(select(*personal).where(PEOPLE.c.id == person_id)).one()
    if not any(stored):
        return None
    held = [column.name for column, value in zip(personal, stored, strict=True) if value]
    counts = (
        select(func.count()).where(column == person_id).scalar_subquery()
        for column in (PERSON_WORDS.c.person_id, TICKETS.c.visitor_id, ORDERS.c.customer_id)
    )
    words, tickets, orders = connection.execute(select(*counts)).one()
    presets = own_presets.forget_person(session, person_id)
    clear(session, person_id)
    keys = _forget_keys(session, person_id)
    records = {"person": 1, "words": words, "keys": keys, "tickets": tickets, "orders": orders}
    records |= {"presets": presets} if presets else {}
    return Erased(tuple(name for name in held if name != "folded"), records)


def _forget_keys(session: Session, person_id: int) -> int:
    connection = session.connection()
    theirs = (PEOPLE.c.id == person_id) | (PEOPLE.c.merged_into == person_id)
    query = select(PEOPLE.c.id, PEOPLE.c.key).where(theirs, PEOPLE.c.key.is_not(None))
    keys = [(id_, key) for id_, key in connection.execute(query) if not key.startswith(_MARK)]
    for id_, key in keys:
        hashed = update(PEOPLE).where(PEOPLE.c.id == id_).values(key=erased_key(key))
        connection.execute(hashed)
    return len(keys)


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
