"""A person's data, removed everywhere. The tickets stay, with nobody's name on them.

Events hold ids, so nothing of the audit trail has to change. Of the key by which an import knows
the person a hash is left: the next import must not bring the name back, and the key itself may be
an email.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from sqlalchemy import delete, select, update
from sqlmodel import Session

from olvery_tui.store.database.models import Person, PersonWord

_PEOPLE = Person.metadata.tables["person"]
_WORDS = PersonWord.metadata.tables["person_word"]

_MARK = "erased:"


def find(session: Session, key: str) -> int | None:
    """The id of the person of an import's key, erased or not, or else of this very id."""
    query = select(_PEOPLE.c.id).where(_PEOPLE.c.key.in_((key, erased_key(key))))
    found: int | None = session.connection().execute(query).scalar()
    if found is None and key.isascii() and key.isdigit() and len(key) < 10:
        query = select(_PEOPLE.c.id).where(_PEOPLE.c.id == int(key))
        found = session.connection().execute(query).scalar()
    return found


def erase(session: Session, person_id: int) -> bool:
    """Remove name, phone, email and the words that found them; whether anything was left to."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        # What is freed in the file is overwritten instead of merely forgotten.
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    query = select(
        _PEOPLE.c.key, _PEOPLE.c.last_name, _PEOPLE.c.first_name, _PEOPLE.c.phone, _PEOPLE.c.email
    ).where(_PEOPLE.c.id == person_id)
    key, *personal = connection.execute(query).one()
    if not any(personal):
        return False
    kept = key if key is None or key.startswith(_MARK) else erased_key(key)
    connection.execute(
        update(_PEOPLE)
        .where(_PEOPLE.c.id == person_id)
        .values(key=kept, last_name="", first_name="", phone=None, email=None, folded="")
    )
    connection.execute(delete(_WORDS).where(_WORDS.c.person_id == person_id))
    return True


def erased_key(key: str) -> str:
    """What is left of a key."""
    return _MARK + hashlib.sha256(key.encode()).hexdigest()


def by_erased_key(session: Session, keys: Collection[str]) -> dict[str, int]:
    """Of these keys, those whose persons were erased, with their ids."""
    if not keys:
        return {}
    marked = {erased_key(key): key for key in keys}
    query = select(_PEOPLE.c.key, _PEOPLE.c.id).where(_PEOPLE.c.key.in_(marked))
    return {marked[row[0]]: row[1] for row in session.connection().execute(query)}
