"""What a transaction takes for itself before it decides.

SQLite lets one write at a time, so there is nothing to take. PostgreSQL lets all of them, and each
statement sees what was committed before it: who decides by a row locks it first, and reads it then.

Everybody takes locks in the same order, so there are no deadlocks: an advisory lock, orders by
number, tickets by number.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum

from sqlalchemy import bindparam, select
from sqlmodel import Session

from olvery_tui.store.database.any_of import any_of
from olvery_tui.store.database.tables import LOCATION, MANAGERS, ORDERS, TICKETS

_SPACE = 0x6F6C76
"""The advisory locks of this program: «olv»."""


class AdvisoryLock(IntEnum):
    """What only one transaction may do at a time."""

    SEATS = 1
    """Giving seats to tickets. The database refuses a double seat anyway; but two that move into
    each other's seats would wait for each other."""
    NUMBERS = 2
    """Taking the next number of an order or a ticket."""
    WORKER = 3
    """Moving what is due: a second worker would only wait for the same tickets one by one."""
    PEOPLE = 4
    """Registering somebody whom nobody has registered yet: a visitor, a manager; erasing one."""
    PASSWORDS = 5
    """Counting attempts to sign in: many at once come no further than one after the other."""


_EVERYBODY = 0


def write_with_others(session: Session) -> None:
    """Write while others write; not while somebody is alone."""
    if _is_shared(session):
        _take(session, _EVERYBODY, shared=True)


def write_alone(session: Session) -> None:
    """Be the only one who writes until the transaction ends.

    Raises:
        StoreUnavailable: `locked`; somebody else has been writing for too long.
    """
    if _is_shared(session):
        _take(session, _EVERYBODY)


def acquire(session: Session, lock: AdvisoryLock) -> None:
    """Be the only one who does this until the transaction ends.

    Raises:
        StoreUnavailable: `locked`; somebody else has been at it for too long.
    """
    if _is_shared(session):
        _take(session, lock)


def lock_ticket(session: Session, number: int) -> None:
    """Let nobody else change the ticket until the transaction ends."""
    if _is_shared(session):
        session.connection().execute(_ONE_TICKET, {"number": number})


def lock_order(session: Session, number: int) -> None:
    """Let nobody else change the order or its tickets until the transaction ends."""
    if _is_shared(session):
        run = session.connection().execute
        run(_ONE_ORDER, {"number": number})
        run(_ITS_TICKETS, {"number": number})


def lock_orders(session: Session, numbers: Collection[int]) -> None:
    """Let nobody else change these orders or their tickets until the transaction ends."""
    if _is_shared(session):
        run = session.connection().execute
        run(_ORDERS_TOGETHER, {"numbers": list(numbers)})
        run(_TICKETS_TOGETHER, {"numbers": list(numbers)})


def lock_settings(session: Session) -> None:
    """Let nobody else change what all terminals agree on until the transaction ends."""
    if _is_shared(session):
        session.connection().execute(_SETTINGS)


def lock_manager(session: Session, login: str) -> None:
    """Let nobody else change the manager of this login until the transaction ends."""
    if _is_shared(session):
        session.connection().execute(_ONE_MANAGER, {"login": login})


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


_ONE_TICKET = (
    select(TICKETS.c.number).where(TICKETS.c.number == bindparam("number")).with_for_update()
)
_ONE_ORDER = select(ORDERS.c.number).where(ORDERS.c.number == bindparam("number")).with_for_update()
_ITS_TICKETS = (
    select(TICKETS.c.number)
    .where(TICKETS.c.order_number == bindparam("number"))
    .order_by(TICKETS.c.number)
    .with_for_update()
)
_ORDERS_TOGETHER = (
    select(ORDERS.c.number)
    .where(any_of(ORDERS.c.number, "numbers"))
    .order_by(ORDERS.c.number)
    .with_for_update()
)
_TICKETS_TOGETHER = (
    select(TICKETS.c.number)
    .where(any_of(TICKETS.c.order_number, "numbers"))
    .order_by(TICKETS.c.number)
    .with_for_update()
)
_SETTINGS = select(LOCATION.c.id).order_by(LOCATION.c.id).with_for_update()
_ONE_MANAGER = select(MANAGERS.c.id).where(MANAGERS.c.login == bindparam("login")).with_for_update()
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
