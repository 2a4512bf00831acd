"""Shifts, and what was taken and done in them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    select,
    update,
)
from sqlmodel import Session

from olvery_tui.domain.access import ActorKind, ManagerDetails
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.replay import fingerprint
from olvery_tui.domain.shifts import Owed, Shift, Taking
from olvery_tui.domain.statuses import CANCELLED_ORDERS
from olvery_tui.store.database import rows
from olvery_tui.store.database.tables import (
    EVENTS,
    IS_OWED,
    MANAGERS,
    ORDERS,
    PAYMENTS,
    SHIFTS,
    TICKETS,
)
from olvery_tui.store.database.tolerant import readable_facts

_SHIFTS = select(
    SHIFTS, MANAGERS.c.login, MANAGERS.c.last_name, MANAGERS.c.first_name
).outerjoin_from(SHIFTS, MANAGERS, MANAGERS.c.id == SHIFTS.c.manager_id)


def latest(session: Session, manager: int | None) -> Shift | None:
    """A manager's last shift; None for the command line's."""
    of_manager = SHIFTS.c.manager_id.is_not_distinct_from(manager)
    query = _SHIFTS.where(of_manager).order_by(SHIFTS.c.opened_at.desc(), SHIFTS.c.id.desc())
    return next(_found(session, query.limit(1)), None)


def get(session: Session, shift_id: int) -> Shift:
    """The shift with this id, which exists."""
    return next(_found(session, _SHIFTS.where(SHIFTS.c.id == shift_id)))


def unread(session: Session, limit: int) -> tuple[Shift, ...]:
    """The shifts whose notes nobody has read, the newest first."""
    query = _SHIFTS.where(SHIFTS.c.note != "", SHIFTS.c.read_at.is_(None))
    return tuple(_found(session, query.order_by(SHIFTS.c.id.desc()).limit(limit)))


def add(session: Session, manager: int | None, opened_at: datetime) -> int:
    """Open a shift; its id."""
    return rows.add(session, SHIFTS, manager_id=manager, opened_at=opened_at)


def close(
    session: Session, shift_id: int, closed_at: datetime, *, note: str = "", forgotten: bool = False
) -> None:
    """Close an open shift."""
    values = {"closed_at": closed_at, "note": note, "forgotten": forgotten}
    session.connection().execute(
        update(SHIFTS).where(SHIFTS.c.id == shift_id, SHIFTS.c.closed_at.is_(None)).values(values)
    )


def mark_read(session: Session, shift_ids: Collection[int], at: datetime) -> list[int]:
    """Note that notes were read; the ids of those that were not before."""
    unread_ones = and_(
        SHIFTS.c.id.in_(list(shift_ids)), SHIFTS.c.note != "", SHIFTS.c.read_at.is_(None)
    )
    marked = session.connection().execute(
        update(SHIFTS).where(unread_ones).values(read_at=at).returning(SHIFTS.c.id)
    )
    return sorted(marked.scalars())


def takings(session: Session, shift: Shift, until: datetime) -> tuple[Taking, ...]:
    """What the manager took and gave back in a shift, by kind and currency (ix_payment_at)."""
    paid = func.sum(case((PAYMENTS.c.amount > Decimal(0), PAYMENTS.c.amount)))
    refunded = func.sum(case((PAYMENTS.c.amount < Decimal(0), PAYMENTS.c.amount)))
    query = (
        select(PAYMENTS.c.kind, ORDERS.c.currency, paid.label("paid"), refunded.label("refunded"))
        .join_from(PAYMENTS, ORDERS, ORDERS.c.number == PAYMENTS.c.order_number)
        .where(_within(PAYMENTS.c.at, shift, until), _whose(PAYMENTS.c.manager_id, shift))
        .group_by(PAYMENTS.c.kind, ORDERS.c.currency)
    )
    found = [
        Taking(PaymentKind(kind), currency, paid or Decimal(0), -(refunded or Decimal(0)))
        for kind, currency, paid, refunded in session.connection().execute(query)
    ]
    return tuple(sorted(found, key=lambda one: (list(PaymentKind).index(one.kind), one.currency)))


def checks(session: Session, shift: Shift, until: datetime) -> int:
    """How many identities the manager checked in a shift, as far as the checks stand."""
    query = select(func.count()).where(
        TICKETS.c.validated_at.is_not(None),
        _within(TICKETS.c.validated_at, shift, until),
        _whose(TICKETS.c.validated_by, shift),
    )
    return int(session.connection().execute(query).scalar_one())


def created_and_cancelled(session: Session, shift: Shift, until: datetime) -> tuple[int, int]:
    """How many orders the manager made and cancelled in a shift (ix_event_manager_at)."""
    kinds = (EventKind.ORDER_CREATED.value, EventKind.ORDER_MOVED.value)
    whose = _whose(EVENTS.c.manager_id, shift)
    if shift.manager is None:
        whose = and_(whose, EVENTS.c.actor == ActorKind.CLI.value)
    query = select(EVENTS.c.kind, cast(EVENTS.c.data, Text)).where(
        _within(EVENTS.c.at, shift, until), whose, EVENTS.c.kind.in_(kinds)
    )
    created = cancelled = 0
    for kind, data in session.connection().execute(query):
        if kind == EventKind.ORDER_CREATED:
            created += 1
        else:
            facts = readable_facts(data)
            was, goes = (str(facts.get(name)) in _CANCELLED for name in ("from", "to"))
            cancelled += goes and not was
    return created, cancelled


def owed(session: Session) -> tuple[Owed, ...]:
    """What orders owe now, by currency (ix_orders_owed)."""
    query = (
        select(ORDERS.c.currency, func.count(), func.sum(ORDERS.c.price), func.sum(ORDERS.c.paid))
        .where(IS_OWED)
        .group_by(ORDERS.c.currency)
        .order_by(ORDERS.c.currency)
    )
    found = session.connection().execute(query)
    return tuple(Owed(currency, orders, price - paid) for currency, orders, price, paid in found)


def all_facts(connection: Connection) -> Iterator[tuple[int, dict[str, object]]]:
    """Each shift, and its facts as events tell them (`domain.replay`)."""
    for row in connection.execute(select(SHIFTS).order_by(SHIFTS.c.id)):
        yield (
            row.id,
            {
                "manager": row.manager_id,
                "from": row.opened_at.isoformat(),
                "to": row.closed_at and row.closed_at.isoformat(),
                "note": fingerprint(row.note) if row.note else None,
                "read": row.read_at is not None,
            },
        )


_CANCELLED = frozenset(status.value for status in CANCELLED_ORDERS)


def _within(moment: ColumnElement[Any], shift: Shift, until: datetime) -> ColumnElement[bool]:
    return and_(moment >= shift.opened_at, moment < (shift.closed_at or until))


def _whose(column: ColumnElement[Any], shift: Shift) -> ColumnElement[bool]:
    return column == shift.manager.id if shift.manager else column.is_(None)


def _found(session: Session, query: Select[Any]) -> Iterator[Shift]:
    for row in session.connection().execute(query):
        manager = None
        if row.manager_id is not None:
            manager = ManagerDetails(row.manager_id, row.login, row.last_name, row.first_name)
        yield Shift(
            row.id, manager, row.opened_at, row.closed_at, row.forgotten, row.note, row.read_at
        )
