"""What the database says of the orders and tickets that some lines name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Column, Select, Text, and_, cast, select, true
from sqlmodel import Session

from olvery_tui.domain.events import EventKind
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.store.database.any_of import any_of
from olvery_tui.store.database.models import Ticket
from olvery_tui.store.database.tables import EVENTS
from olvery_tui.store.database.tolerant import is_row_number, readable_facts
from olvery_tui.store.orders.payments import LAST_PAID_AT
from olvery_tui.store.tickets.seats import SeatAssignment

_TABLES = Ticket.metadata.tables
_MANAGERS, _MODIFIERS = _TABLES["manager"], _TABLES["ticket_modifier"]
_ORDERS, _SEATS = _TABLES["orders"], _TABLES["seat_assignment"]
_SERVICES, _TICKETS = _TABLES["service"], _TABLES["ticket"]

Row = dict[str, Any]


class OrderFacts(NamedTuple):
    """What a ticket needs to know of its order."""

    service_id: int
    service: str
    status: OrderStatus


@dataclass(frozen=True, slots=True)
class StoredTicket:
    """A ticket as it is: its row, and what hangs on it. `order_status` governs its own status."""

    row: Row
    order_status: OrderStatus
    modifiers: frozenset[int]
    held: tuple[SeatAssignment, ...]

    @property
    def number(self) -> int:
        """Its number."""
        number: int = self.row["number"]
        return number

    @property
    def period(self) -> Period:
        """Its rental period."""
        row = self.row
        return Period(PeriodKind(row["period_kind"]), row["starts_at"], row["ends_at"])

    @property
    def status(self) -> TicketStatus:
        """The status that is written down, which time may have overtaken."""
        return TicketStatus(self.row["status"])

    def governed(self, order: OrderStatus) -> OrderStatus:
        """The status of its order from which its own follows: not the order's, where it was
        cancelled by itself.
        """
        return order if self.row["cancelled_at"] is None else OrderStatus.CANCELLED


def order_facts(session: Session, numbers: Collection[int]) -> dict[int, OrderFacts]:
    """The orders of these numbers, as their tickets see them."""
    query = select(
        _ORDERS.c.number, _ORDERS.c.service_id, _SERVICES.c.name, _ORDERS.c.status
    ).join_from(_ORDERS, _SERVICES, _SERVICES.c.id == _ORDERS.c.service_id)
    return {
        row[0]: OrderFacts(row[1], row[2], OrderStatus(row[3]))
        for row in _those(session, query, _ORDERS.c.number, numbers)
    }


def order_rows(session: Session, numbers: Collection[int]) -> dict[int, Row]:
    """The orders of these numbers, every column; `paid_at` is when money last came in."""
    query = select(_ORDERS, LAST_PAID_AT.label("paid_at"))
    found = _those(session, query, _ORDERS.c.number, numbers)
    return {row.number: dict(row._mapping) for row in found}


def tickets(session: Session, numbers: Collection[int]) -> dict[int, StoredTicket]:
    """The tickets of these numbers."""
    return {found.number: found for found in _tickets(session, _TICKETS.c.number, numbers)}


def tickets_of(session: Session, orders: Collection[int]) -> dict[int, list[StoredTicket]]:
    """The tickets of these orders that were not cancelled by themselves, by order."""
    found: dict[int, list[StoredTicket]] = defaultdict(list)
    for ticket in _tickets(session, _TICKETS.c.order_number, orders):
        if ticket.row["cancelled_at"] is None:
            found[ticket.row["order_number"]].append(ticket)
    return found


def with_tickets(session: Session, orders: Collection[int]) -> set[int]:
    """Those of the orders that have a ticket."""
    query = select(_TICKETS.c.order_number).distinct()
    return {row[0] for row in _those(session, query, _TICKETS.c.order_number, orders)}


def priced_tickets(session: Session, orders: Collection[int]) -> dict[int, frozenset[int]]:
    """The tickets whose price is in that of each order, as what last set its price tells; none
    where that was a line of the order that named no tickets. Orders that got their price with the
    tickets are left out.
    """
    query = (
        select(EVENTS.c.order_number, cast(EVENTS.c.data, Text))
        .where(EVENTS.c.kind.in_((EventKind.ORDER_CREATED.value, EventKind.ORDER_UPDATED.value)))
        .order_by(EVENTS.c.id)
    )
    found = {}
    for number, data in _those(session, query, EVENTS.c.order_number, orders):
        tickets = readable_facts(data).get("tickets")
        if isinstance(tickets, list):
            found[number] = frozenset(filter(is_row_number, tickets))
    return found


def managers(session: Session, logins: Collection[str]) -> dict[str, int]:
    """The managers who have these logins, or whom an import has named by them."""
    named = and_(_MANAGERS.c.login.is_(None), _MANAGERS.c.first_name == "")
    return {
        row[0]: row[1]
        for column, condition in ((_MANAGERS.c.last_name, named), (_MANAGERS.c.login, true()))
        for row in session.connection().execute(
            select(column, _MANAGERS.c.id).where(condition, column.in_(logins))
        )
    }


def _tickets(session: Session, column: Column[Any], keys: Collection[int]) -> list[StoredTicket]:
    query = (
        select(_TICKETS, _ORDERS.c.status.label("order_status"))
        .join_from(_TICKETS, _ORDERS, _ORDERS.c.number == _TICKETS.c.order_number)
        .order_by(_TICKETS.c.number)
    )
    rows = [dict(row._mapping) for row in _those(session, query, column, keys)]
    modifiers: dict[int, set[int]] = defaultdict(set)
    held: dict[int, list[SeatAssignment]] = defaultdict(list)
    numbers = [row["number"] for row in rows]
    for row in _those(session, select(_MODIFIERS), _MODIFIERS.c.ticket_number, numbers):
        modifiers[row.ticket_number].add(row.modifier_id)
    seats = select(_SEATS).order_by(_SEATS.c.starts_at)
    for row in _those(session, seats, _SEATS.c.ticket_number, numbers):
        seat = SeatAssignment(row.workplace_id, row.starts_at, row.ends_at)
        held[row.ticket_number].append(seat)
    return [
        StoredTicket(
            order_status=_governing(row),
            row=row,
            modifiers=frozenset(modifiers[row["number"]]),
            held=tuple(held[row["number"]]),
        )
        for row in rows
    ]


def _governing(row: Row) -> OrderStatus:
    order = OrderStatus(row.pop("order_status"))
    return order if row["cancelled_at"] is None else OrderStatus.CANCELLED


def _those(
    session: Session, query: Select[Any], column: Column[Any], numbers: Collection[int]
) -> Iterable[Any]:
    """The rows of a query whose `column` is one of the numbers."""
    if not numbers:
        return ()
    query = query.where(any_of(column, "numbers"))
    return session.connection().execute(query, {"numbers": sorted(numbers)})
