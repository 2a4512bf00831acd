"""Orders, whole, as their forms show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.pages import TicketRow
from olvery_tui.domain.payments import PaymentLine
from olvery_tui.domain.statuses import OrderStatus, is_overdue
from olvery_tui.store.database.tables import ORDERS, PEOPLE, SERVICES, TICKETS
from olvery_tui.store.orders import payments
from olvery_tui.store.people import people
from olvery_tui.store.tickets.tickets import COLUMNS, joined, row

_DETAILS = (
    select(
        ORDERS,
        SERVICES.c.name.label("service"),
        *people.COLUMNS,
    )
    # Outer, so that no planner begins with anything but the order.
    .outerjoin_from(ORDERS, SERVICES, SERVICES.c.id == ORDERS.c.service_id)
    .outerjoin(PEOPLE, PEOPLE.c.id == ORDERS.c.customer_id)
    .where(ORDERS.c.number.in_(bindparam("numbers", expanding=True)))
)

_OF_ORDERS = (
    joined(select(TICKETS.c.order_number, *COLUMNS).select_from(TICKETS))
    .where(TICKETS.c.order_number.in_(bindparam("numbers", expanding=True)))
    .order_by(TICKETS.c.number)
)


def load(session: Session, number: int, *, now: datetime) -> OrderDetails | None:
    """The order with this number, as it is; `now` tells whether it is overdue."""
    return next(iter(load_many(session, [number], now=now)), None)


def load_many(
    session: Session, numbers: Sequence[int], *, now: datetime
) -> tuple[OrderDetails, ...]:
    """The orders with these numbers, in this order, in three queries; absent ones are left out.

    Their tickets are found by ix_ticket_order.
    """
    if not numbers:
        return ()
    run, values = session.connection().execute, {"numbers": list(numbers)}
    tickets = defaultdict[int, list[TicketRow]](list)
    for order, *line in run(_OF_ORDERS, values):
        tickets[order].append(row(line, now))
    paid = payments.of_orders(session, numbers)
    found = {
        one.number: _details(one, tuple(tickets[one.number]), tuple(paid[one.number]), now)
        for one in run(_DETAILS, values)
    }
    return tuple(found[number] for number in numbers if number in found)


def _details(
    one: Any, tickets: tuple[TicketRow, ...], paid: tuple[PaymentLine, ...], now: datetime
) -> OrderDetails:
    status = OrderStatus(one.status)
    return OrderDetails(
        number=one.number,
        version=one.version,
        status=status,
        created_at=one.created_at,
        customer=people.person_details(one.customer_id, one),
        service_id=one.service_id,
        service=one.service,
        payment_kind=PaymentKind(one.payment_kind),
        price=one.price,
        currency=one.currency,
        tickets=tickets,
        payments=paid,
        comment=one.comment,
        overdue=is_overdue(status, one.ends_at, now),
        previous=OrderStatus(one.previous_status) if one.previous_status else None,
    )
