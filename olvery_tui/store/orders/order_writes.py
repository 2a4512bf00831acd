"""What a manager may do with orders: make one with its tickets, and change its status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, bindparam, case, select, update
from sqlmodel import Session

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.domain.statuses import OrderStatus, StatusChange, TicketStatus
from olvery_tui.store.database import rows, versions
from olvery_tui.store.database.bulk import insert_many
from olvery_tui.store.database.tables import ORDERS, SEAT_ASSIGNMENTS, TICKET_MODIFIERS, TICKETS
from olvery_tui.store.orders import order_periods


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order with a ticket for each workplace, all of them for one period, as it is written."""

    number: int
    first_ticket: int
    service_id: int
    customer_id: int
    visitor_id: int
    status: OrderStatus
    payment_kind: str
    price: Decimal
    currency: str
    comment: str
    created_at: datetime
    period: Period
    tariff_id: int
    unit_price: Decimal
    variant_id: int | None
    modifier_ids: tuple[int, ...]
    workplace_ids: tuple[int, ...]
    held_from: datetime
    ticket_status: TicketStatus
    moves_at: datetime | None

    @property
    def tickets(self) -> tuple[tuple[int, int], ...]:
        """The number of each ticket, and its workplace."""
        return tuple(enumerate(self.workplace_ids, self.first_ticket))


@dataclass(frozen=True, slots=True)
class OrderTicket:
    """A ticket as far as a change of its order concerns it. The workplace is the one it shows."""

    number: int
    status: TicketStatus
    period: Period
    workplace_id: int


def add(session: Session, new: NewOrder) -> None:
    """Write an order, its tickets, their modifiers and seats, in four statements.

    Raises:
        SeatConflict: another ticket has one of the workplaces in that period.
    """
    insert_many(session, ORDERS, [_order_row(new)])
    insert_many(session, TICKETS, [_ticket_row(new, *ticket) for ticket in new.tickets])
    insert_many(
        session,
        TICKET_MODIFIERS,
        [
            {"ticket_number": number, "modifier_id": modifier}
            for number, _workplace in new.tickets
            for modifier in new.modifier_ids
        ],
    )
    insert_many(
        session,
        SEAT_ASSIGNMENTS,
        [
            {
                "ticket_number": number,
                "workplace_id": workplace,
                "starts_at": new.held_from,
                "ends_at": new.period.ends_at,
            }
            for number, workplace in new.tickets
        ],
    )


def _order_row(new: NewOrder) -> dict[str, Any]:
    return {
        "number": new.number,
        "service_id": new.service_id,
        "customer_id": new.customer_id,
        "status": new.status.value,
        "payment_kind": new.payment_kind,
        "price": new.price,
        "currency": new.currency,
        "comment": new.comment,
        "created_at": new.created_at,
        "starts_at": new.period.starts_at,
        "ends_at": new.period.ends_at,
        "version": 1,
    }


def _ticket_row(new: NewOrder, number: int, workplace: int) -> dict[str, Any]:
    return {
        "number": number,
        "order_number": new.number,
        "visitor_id": new.visitor_id,
        "workplace_id": workplace,
        "tariff_id": new.tariff_id,
        "unit_price": new.unit_price,
        "variant_id": new.variant_id,
        "period_kind": new.period.kind.value,
        "starts_at": new.period.starts_at,
        "ends_at": new.period.ends_at,
        "status": new.ticket_status.value,
        "moves_at": new.moves_at,
        "created_at": new.created_at,
        "version": 1,
    }


def set_status(
    session: Session, number: int, version: int, to: OrderStatus, payment: PaymentKind | None
) -> bool:
    """Give an order another status, and another kind of payment where that changes too.

    False where its version is another one.
    """
    values: dict[str, Any] = {"status": to.value, "previous_status": ORDERS.c.status}
    if payment is not None:
        values["payment_kind"] = payment.value
    return rows.change(session, ORDERS, number, version, **values)


def touch(session: Session, number: int, version: int) -> bool:
    """Raise an order's version, as what belongs to it changes; False if it is another one."""
    return rows.change(session, ORDERS, number, version)


def set_price(session: Session, number: int, version: int, price: Decimal) -> bool:
    """Set an order's price; False if its version is another one."""
    return rows.change(session, ORDERS, number, version, price=price)


def keep_period(session: Session, number: int) -> None:
    """Update when an order begins and ends, after one of its tickets was written."""
    order_periods.keep(session, (number,))


def tickets_of(session: Session, number: int) -> tuple[OrderTicket, ...]:
    """The tickets of an order by number, as they are stored (ix_ticket_order).

    Without those that were cancelled by themselves: nothing that becomes of the order moves them.
    """
    query = (
        select(
            TICKETS.c.number,
            TICKETS.c.status,
            TICKETS.c.period_kind,
            TICKETS.c.starts_at,
            TICKETS.c.ends_at,
            TICKETS.c.workplace_id,
        )
        .where(TICKETS.c.order_number == number, TICKETS.c.cancelled_at.is_(None))
        .order_by(TICKETS.c.number)
    )
    return tuple(
        OrderTicket(
            one, TicketStatus(status), Period(PeriodKind(kind), starts_at, ends_at), workplace
        )
        for one, status, kind, starts_at, ends_at, workplace in session.connection().execute(query)
    )


_MOVE = (
    update(TICKETS)
    .where(TICKETS.c.number == bindparam("of_number"))
    .values(
        status=bindparam("to_status"),
        moves_at=bindparam("to_moves_at"),
        version=case(
            (bindparam("moves", type_=Boolean()), versions.following(TICKETS.c.version)),
            else_=TICKETS.c.version,
        ),
    )
)


def move_tickets(session: Session, changes: Mapping[int, StatusChange]) -> None:
    """Write what a change of their order makes of tickets; a version goes up where one moves."""
    moved = [
        {
            "of_number": number,
            "to_status": change.status.value,
            "to_moves_at": change.moves_at,
            "moves": change.moves > 0,
        }
        for number, change in changes.items()
    ]
    if moved:
        session.connection().execute(_MOVE, moved)
