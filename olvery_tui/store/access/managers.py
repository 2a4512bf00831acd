"""Who may act here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, astuple
from hmac import compare_digest
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    cast,
    exists,
    func,
    select,
    update,
)
from sqlmodel import Session

from olvery_tui.domain.access import ManagerAccount, ManagerDetails, ManagerFields, Role
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.replay import fingerprint
from olvery_tui.domain.text import NAME_MAX, clean
from olvery_tui.passwords import openly
from olvery_tui.store.database import rows
from olvery_tui.store.database.locks import AdvisoryLock, acquire
from olvery_tui.store.database.tables import EVENTS, MANAGERS

_DETAILS = (MANAGERS.c.id, MANAGERS.c.login, MANAGERS.c.last_name, MANAGERS.c.first_name)


class Standing(NamedTuple):
    """What decides whether somebody may act."""

    active: bool
    role: str


class Credentials(NamedTuple):
    """Who has a login, and what a password is tried with: the salt of its hash, not the hash."""

    manager: ManagerDetails
    active: bool
    role: str
    salt: str | None


class Proof(NamedTuple):
    """Proof that somebody knows a manager's password: its hash with the salt of the stored one."""

    manager: int
    digest: str


def standing(session: Session, manager_id: int) -> Standing | None:
    """Whether a manager is active, and as what; None where there is no such manager."""
    query = select(MANAGERS.c.active, MANAGERS.c.role).where(MANAGERS.c.id == manager_id)
    row = session.connection().execute(query).first()
    return None if row is None else Standing(*row)


def credentials(session: Session, login: str) -> Credentials | None:
    """Who signs in as `login` (folded)."""
    return _credentials(session, MANAGERS.c.login == login)


def credentials_of(session: Session, manager_id: int) -> Credentials | None:
    """The same by the id."""
    return _credentials(session, MANAGERS.c.id == manager_id)


def _credentials(session: Session, condition: ColumnElement[bool]) -> Credentials | None:
    columns = (*_DETAILS, MANAGERS.c.active, MANAGERS.c.role, _salt(session).label("salt"))
    row = session.connection().execute(select(*columns).where(condition)).first()
    if row is None:
        return None
    salt = row.salt
    if salt is not None and not _is_guarded(session):
        salt = openly(salt)
    return Credentials(_details(row), row.active, row.role, salt)


def _salt(session: Session) -> ColumnElement[Any]:
    """On PostgreSQL terminals have no right to a hash: functions of the database look at it."""
    return func.olvery_salt(MANAGERS.c.id) if _is_guarded(session) else MANAGERS.c.password_hash


def salt(connection: Connection) -> ColumnElement[Any] | None:
    """What `noting.password` is told from; None where a server's database has lost the function."""
    if connection.dialect.name == "sqlite":
        return MANAGERS.c.password_hash
    there = connection.execute(select(func.to_regproc("olvery_salt"))).scalar() is not None
    return func.olvery_salt(MANAGERS.c.id) if there else None


def _is_guarded(session: Session) -> bool:
    return session.connection().dialect.name == "postgresql"


def is_password(session: Session, manager_id: int, tried: str) -> bool:
    """Whether `tried` is the hash of a manager's password; of somebody unknown never is."""
    connection = session.connection()
    if _is_guarded(session):
        asked = select(func.olvery_is_password(manager_id, tried))
        return bool(connection.execute(asked).scalar())
    known = connection.execute(
        select(MANAGERS.c.password_hash).where(MANAGERS.c.id == manager_id)
    ).scalar()
    return compare_digest((known or "").encode(), tried.encode())


def renew_password(session: Session, manager_id: int, tried: str, renewed: str) -> None:
    """Store another hash of the same password, for somebody who has proved to know it."""
    connection = session.connection()
    if _is_guarded(session):
        connection.execute(select(func.olvery_renew_password(manager_id, tried, renewed)))
    elif is_password(session, manager_id, tried):
        change(session, manager_id, password_hash=renewed)


def anybody_can_sign_in(session: Session) -> bool:
    """Whether anybody has a login, disabled or not."""
    asked = select(exists(select(MANAGERS.c.id).where(MANAGERS.c.login.is_not(None))))
    return bool(session.connection().execute(asked).scalar())


def by_login(session: Session, login: str) -> ManagerDetails | None:
    """The manager who signs in as `login`."""
    query = select(*_DETAILS).where(MANAGERS.c.login == login)
    row = session.connection().execute(query).first()
    return None if row is None else _details(row)


def by_name(session: Session, display: str) -> ManagerDetails | None:
    """The manager of whom `display` is the first and last name, in any case.

    Managers are few, and a database can't fold Cyrillic letters: they are compared here.
    """
    wanted = clean(display).casefold()
    for row in session.connection().execute(select(*_DETAILS).order_by(MANAGERS.c.id)):
        manager = _details(row)
        if manager.name.casefold() == wanted:
            return manager
    return None


def accounts(session: Session) -> tuple[ManagerAccount, ...]:
    """All managers who have a login, by login."""
    has_password = _salt(session).is_not(None).label("has_password")
    signed_in = (
        select(EVENTS.c.at)
        .where(EVENTS.c.subject_id == MANAGERS.c.id, EVENTS.c.kind == EventKind.SIGNED_IN.value)
        .order_by(EVENTS.c.id.desc())
        .limit(1)
        .scalar_subquery()
        .label("signed_in")
    )
    columns = (*_DETAILS, MANAGERS.c.role, MANAGERS.c.active, has_password, signed_in)
    query = select(*columns).where(MANAGERS.c.login.is_not(None)).order_by(MANAGERS.c.login)
    return tuple(
        ManagerAccount(_details(row), Role(row.role), row.active, row.has_password, row.signed_in)
        for row in session.connection().execute(query)
    )


def ensure(session: Session, display: str, login: str | None = None) -> ManagerDetails:
    """The manager of this name, added where there is none. The first word is the first name.

    Raises:
        ValueError: if no letter is left of the name.
    """
    name = clean(display)[:NAME_MAX]
    if not name:
        raise ValueError("a manager needs a name")
    acquire(session, AdvisoryLock.PEOPLE)
    known = by_name(session, name)
    if known is not None:
        return known
    first, _, last = name.partition(" ")
    # A terminal of a server may add a name, and no more.
    values = {"last_name": last, "first_name": first} | ({"login": login} if login else {})
    return ManagerDetails(rows.add(session, MANAGERS, **values), login, last, first)


def add(
    session: Session,
    fields: ManagerFields,
    role: Role,
    password_hash: str | None,
    proof: Proof | None = None,
) -> ManagerDetails:
    """Register a manager. One whom an import named, by the name or the login, is taken over:
    whoever checked a passport before there was a login is the same person after.
    """
    values = {**asdict(fields), "role": role.value, "password_hash": password_hash}
    known = _imported(session, fields)
    if known is not None:
        number = known.id
        change(session, number, proof, **values, active=True)
    elif proof is not None and _is_guarded(session):
        number = _change_by(session, proof, None, values)
    else:
        number = rows.add(session, MANAGERS, **values)
    return ManagerDetails(number, fields.login, fields.last_name, fields.first_name)


def add_first(
    session: Session, fields: ManagerFields, role: Role, password_hash: str
) -> ManagerDetails:
    """Register the first manager who can sign in, as `add` does; any terminal may."""
    if not _is_guarded(session):
        return add(session, fields, role, password_hash)
    known = _imported(session, fields)
    asked = func.olvery_first_manager(
        known.id if known else None, *astuple(fields), role.value, password_hash
    )
    number = session.connection().execute(select(asked)).scalar_one()
    return ManagerDetails(number, fields.login, fields.last_name, fields.first_name)


def _imported(session: Session, fields: ManagerFields) -> ManagerDetails | None:
    for name in (f"{fields.first_name} {fields.last_name}", fields.login):
        known = by_name(session, name)
        if known is not None and known.login is None:
            return known
    return None


def change(session: Session, manager_id: int, proof: Proof | None = None, **values: object) -> None:
    """Write columns of a manager. On a server the owner may, or whoever has the `proof`."""
    if proof is not None and _is_guarded(session):
        _change_by(session, proof, manager_id, values)
    else:
        session.connection().execute(
            update(MANAGERS).where(MANAGERS.c.id == manager_id).values(**values)
        )


def _change_by(
    session: Session, proof: Proof, manager_id: int | None, values: Mapping[str, object]
) -> int:
    """Let the database change or add a manager for who has shown that they know a password."""
    names = ("login", "last_name", "first_name", "role", "active", "password_hash")
    given = (cast(values.get(name), MANAGERS.c[name].type) for name in names)
    asked = func.olvery_change_manager(
        proof.manager, proof.digest, cast(manager_id, Integer), *given
    )
    return int(session.connection().execute(select(asked)).scalar_one())


def told(manager: ManagerDetails) -> dict[str, object]:
    """What events of an account record: the login, and a fingerprint of the name."""
    return {"login": manager.login, "name": fingerprint(manager.last_name, manager.first_name)}


def _details(row: Any) -> ManagerDetails:
    return ManagerDetails(row.id, row.login, row.last_name, row.first_name)
