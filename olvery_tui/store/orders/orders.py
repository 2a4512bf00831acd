"""The list of orders, and which of them end, owe or have a ticket."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session

from olvery_tui.domain.filters import OrderFilter
from olvery_tui.domain.orders import OrderRow
from olvery_tui.domain.payments import paid_since
from olvery_tui.domain.statuses import OrderStatus, is_overdue
from olvery_tui.store.database.any_of import any_of
from olvery_tui.store.database.tables import IS_OWED, ORDERS, PEOPLE, SERVICES, TICKETS
from olvery_tui.store.listing.filters import ORDER_LIST, Question, order_question
from olvery_tui.store.listing.pages import NumberedList
from olvery_tui.store.listing.search import Lines
from olvery_tui.store.orders import completing
from olvery_tui.store.orders.payments import LAST_PAID_AT

_COLUMNS = (
    ORDERS.c.number,
    PEOPLE.c.first_name,
    PEOPLE.c.last_name,
    SERVICES.c.name,
    ORDERS.c.status,
    select(func.count()).where(TICKETS.c.order_number == ORDERS.c.number).scalar_subquery(),
    ORDERS.c.price,
    ORDERS.c.currency,
    ORDERS.c.paid,
    LAST_PAID_AT,
    ORDERS.c.ends_at,
)


def _joined(lines: Select[Any]) -> Select[Any]:
    return lines.outerjoin(PEOPLE, PEOPLE.c.id == ORDERS.c.customer_id).outerjoin(
        SERVICES, SERVICES.c.id == ORDERS.c.service_id
    )


LINES = Lines(ORDER_LIST, _COLUMNS, _joined)


def overdue(session: Session, now: datetime, limit: int) -> tuple[int, ...]:
    """Confirmed orders that have ended, the longest ago first (ix_orders_status_ends)."""
    found = session.connection().execute(completing.OVERDUE, {"now": now, "limit": limit})
    return tuple(found.scalars())


def of_tickets(session: Session, tickets: Collection[int]) -> dict[int, int]:
    """The order of each of these tickets; by the tickets' primary key."""
    found = session.connection().execute(_OF_TICKETS, {"tickets": sorted(tickets)})
    return {line.number: line.order_number for line in found}


def owed_by(session: Session, person_id: int) -> tuple[tuple[str, Decimal], ...]:
    """What a customer's orders leave to be paid, by currency (ix_orders_customer)."""
    owed = func.sum(ORDERS.c.price - ORDERS.c.paid, type_=ORDERS.c.price.type)
    query = (
        select(ORDERS.c.currency, owed)
        .where(ORDERS.c.customer_id == person_id, IS_OWED)
        .group_by(ORDERS.c.currency)
        .order_by(ORDERS.c.currency)
    )
    return tuple((currency, owed) for currency, owed in session.connection().execute(query))


_OF_TICKETS = select(TICKETS.c.number, TICKETS.c.order_number).where(
    any_of(TICKETS.c.number, "tickets")
)


def _row(line: Sequence[Any], now: datetime) -> OrderRow:
    number, first_name, last_name, service, code, tickets, *money, ends_at = line
    price, currency, paid, last_paid_at = money
    status = OrderStatus(code)
    return OrderRow(
        number=number,
        customer=f"{first_name} {last_name}".strip(),
        service=service,
        status=status,
        tickets=tickets,
        price=price,
        currency=currency,
        paid=paid,
        paid_at=paid_since(price, paid, last_paid_at),
        overdue=is_overdue(status, ends_at, now),
    )


def _question(_session: Session, filters: OrderFilter, now: datetime, zone: tzinfo) -> Question:
    return order_question(filters, zone, now)


LIST = NumberedList(LINES, _question, _row)
page, numbers, count, neighbour = LIST.page, LIST.numbers, LIST.count, LIST.neighbour
