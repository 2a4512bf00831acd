"""Locks that a transaction takes before it bases a decision on data.

SQLite allows one writer, so there is nothing to lock. PostgreSQL allows many, and each statement
sees what was committed before it: lock a row first, then read it and decide.

All transactions lock in the same order, so there are no deadlocks: advisory locks, persons, orders
by number, tickets by number.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum

from sqlalchemy import ColumnElement, Select, bindparam, select
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
    if _is_shared(session):
        _take(session, _EVERYBODY, shared=True)


def write_alone(session: Session) -> None:
    """Take the exclusive lock on writing until the transaction ends.

    Raises:
        StoreUnavailable: `locked`; somebody else has been writing for too long.
    """
    if _is_shared(session):
        _take(session, _EVERYBODY)


def acquire(session: Session, lock: AdvisoryLock) -> None:
    """Take an advisory lock until the transaction ends.

    Raises:
        StoreUnavailable: `locked`; somebody else has held it for too long.
    """
    if _is_shared(session):
        _take(session, lock)


def lock_ticket(session: Session, number: int) -> None:
    """Lock a ticket against changes until the transaction ends."""
    if _is_shared(session):
        session.connection().execute(_ONE_TICKET, {"number": number})


def lock_order(session: Session, number: int) -> None:
    """Lock an order and its tickets against changes until the transaction ends."""
    if _is_shared(session):
        run = session.connection().execute
        run(_ONE_ORDER, {"number": number})
        run(_ITS_TICKETS, {"number": number})


def lock_orders(session: Session, numbers: Collection[int]) -> None:
    """Lock these orders and their tickets against changes until the transaction ends."""
    if _is_shared(session):
        run = session.connection().execute
        run(_ORDERS_TOGETHER, {"numbers": list(numbers)})
        run(_TICKETS_TOGETHER, {"numbers": list(numbers)})


def lock_tickets(session: Session, numbers: Collection[int]) -> None:
    """Lock these tickets against changes until the transaction ends."""
    if _is_shared(session):
        session.connection().execute(_SOME_TICKETS, {"numbers": list(numbers)})


def lock_people(session: Session, ids: Collection[int]) -> None:
    """Lock these persons against changes, and against tickets and orders of theirs."""
    if _is_shared(session):
        session.connection().execute(_SOME_PEOPLE, {"numbers": list(ids)})


def hold_person(session: Session, person_id: int) -> None:
    """Keep a person from being merged into another until the transaction ends."""
    if _is_shared(session):
        session.connection().execute(_ONE_PERSON, {"number": person_id})


def lock_settings(session: Session) -> None:
    """Lock the settings shared by all terminals until the transaction ends."""
    if _is_shared(session):
        session.connection().execute(_SETTINGS)


def lock_shared(session: Session, tickets: Collection[int]) -> None:
    """Lock the orders of these tickets in share mode until the transaction ends."""
    if _is_shared(session):
        session.connection().execute(_THEIR_ORDERS, {"numbers": list(tickets)})


def _is_shared(session: Session) -> bool:
    return session.connection().dialect.name == "postgresql"


def _take(session: Session, what: int, *, shared: bool = False) -> None:
    kind = "_shared" if shared else ""
    session.connection().exec_driver_sql(
        f"SELECT pg_advisory_xact_lock{kind}({_SPACE}, {int(what)})"
    )


def _by(column: ColumnElement[int], condition: ColumnElement[bool]) -> Select[int]:
    """Return the query that locks the rows of a condition in the order of a column."""
    return select(column).where(condition).order_by(column).with_for_update()


_ONE_TICKET = _by(TICKETS.c.number, TICKETS.c.number == bindparam("number"))
_ONE_ORDER = _by(ORDERS.c.number, ORDERS.c.number == bindparam("number"))
_ITS_TICKETS = _by(TICKETS.c.number, TICKETS.c.order_number == bindparam("number"))
_ORDERS_TOGETHER = _by(ORDERS.c.number, any_of(ORDERS.c.number, "numbers"))
_TICKETS_TOGETHER = _by(TICKETS.c.number, any_of(TICKETS.c.order_number, "numbers"))
_SOME_TICKETS = _by(TICKETS.c.number, any_of(TICKETS.c.number, "numbers"))
_SOME_PEOPLE = _by(PEOPLE.c.id, any_of(PEOPLE.c.id, "numbers"))
_ONE_PERSON = (
    select(PEOPLE.c.id)
    .where(PEOPLE.c.id == bindparam("number"))
    .with_for_update(read=True, key_share=True)
)
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
