"""Locks that a transaction takes before it bases a decision on data.

SQLite allows one writer, so there is nothing to lock. PostgreSQL allows many, and each statement
sees what was committed before it: lock a row first, then read it and decide.

All transactions lock in the same order, so there are no deadlocks: advisory locks, persons, orders
by number, tickets by number.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum

from sqlalchemy import ColumnElement, Executable, Select, select, text
from sqlmodel import Session

from olvery_tui.store.database.any_of import any_of
from olvery_tui.store.database.tables import LOCATION, ORDERS, PEOPLE, TICKETS

_SPACE = 0x6F6C76
"""The namespace of this program's advisory locks: «olv»."""


class AdvisoryLock(IntEnum):
    """Work that only one transaction may do at a time."""

    SEATS = 1
    """Assigning seats to tickets.

    The database refuses a double assignment anyway, but two moves into each other's seats would
    deadlock.
    """
    NUMBERS = 2
    """Taking the next number of an order or a ticket."""
    WORKER = 3
    """Applying due status changes: a second worker would only wait for each of the same tickets."""
    PEOPLE = 4
    """Registering, changing, merging or erasing a visitor; registering a manager."""
    CATALOGUE = 6
    """Changing services, rooms, workplaces, variants, tariffs, modifiers or opening hours: names
    are compared with their neighbours'. Taken after `SEATS`."""
    IMPORTS = 7
    """Keeping what the columns of tables mean."""
    SHIFTS = 8
    """Opening and closing a shift."""
    PASSWORDS = 5
    """Counting sign-in attempts: parallel ones gain nothing over sequential ones."""


_EVERYBODY = 0


def write_with_others(session: Session) -> None:
    """Write concurrently with others, but not while somebody holds the exclusive lock."""
    _take(session, _EVERYBODY, "_shared")


def write_alone(session: Session) -> None:
    """Take the exclusive lock on writing until the transaction ends.

    Raises:
        StoreUnavailable: `locked`; somebody else has been writing for too long.
    """
    _take(session, _EVERYBODY)


def acquire(session: Session, lock: AdvisoryLock) -> None:
    """Take an advisory lock until the transaction ends.

    Raises:
        StoreUnavailable: `locked`; somebody else has held it for too long.
    """
    _take(session, lock)


def taking(what: int, kind: str = "") -> str:
    """Return the call of PostgreSQL's function that takes an advisory lock."""
    return f"pg_advisory_xact_lock{kind}({_SPACE}, {int(what)})"


def _take(session: Session, what: int, kind: str = "") -> None:
    _lock(session, text(f"SELECT {taking(what, kind)}"))


def lock_orders(session: Session, numbers: Collection[int]) -> None:
    """Lock these orders and their tickets against changes until the transaction ends."""
    _lock(session, _ORDERS, numbers)
    _lock(session, _THEIR_TICKETS, numbers)


def lock_tickets(session: Session, numbers: Collection[int]) -> None:
    """Lock these tickets against changes until the transaction ends."""
    _lock(session, _TICKETS, numbers)


def lock_people(session: Session, ids: Collection[int]) -> None:
    """Lock these persons against changes, and against tickets and orders of theirs."""
    _lock(session, _PEOPLE, ids)


def hold_person(session: Session, person_id: int) -> None:
    """Keep a person from being merged into another until the transaction ends."""
    _lock(session, _PERSON, (person_id,))


def lock_settings(session: Session) -> None:
    """Lock the settings shared by all terminals until the transaction ends."""
    _lock(session, _SETTINGS)


def lock_shared(session: Session, tickets: Collection[int]) -> None:
    """Lock the orders of these tickets in share mode until the transaction ends."""
    _lock(session, _THEIR_ORDERS, tickets)


def _lock(session: Session, query: Executable, numbers: Collection[int] | None = None) -> None:
    if _is_shared(session):
        values = {} if numbers is None else {"numbers": list(numbers)}
        session.connection().execute(query, values)


def _is_shared(session: Session) -> bool:
    return session.connection().dialect.name == "postgresql"


def _by(key: ColumnElement[int], locked: ColumnElement[int]) -> Select[int]:
    """Return the query of the rows whose `locked` is one of the numbers, in the order of `key`."""
    return select(key).where(any_of(locked, "numbers")).order_by(key)


_ORDERS = _by(ORDERS.c.number, ORDERS.c.number).with_for_update()
_TICKETS = _by(TICKETS.c.number, TICKETS.c.number).with_for_update()
_THEIR_TICKETS = _by(TICKETS.c.number, TICKETS.c.order_number).with_for_update()
_PEOPLE = _by(PEOPLE.c.id, PEOPLE.c.id).with_for_update()
_PERSON = _by(PEOPLE.c.id, PEOPLE.c.id).with_for_update(read=True, key_share=True)
_SETTINGS = select(LOCATION.c.id).order_by(LOCATION.c.id).with_for_update()
_THEIR_ORDERS = (
    select(ORDERS.c.number)
    .where(
        ORDERS.c.number.in_(
            select(TICKETS.c.order_number).where(any_of(TICKETS.c.number, "numbers"))
        )
    )
    .order_by(ORDERS.c.number)
    .with_for_update(read=True)
)
