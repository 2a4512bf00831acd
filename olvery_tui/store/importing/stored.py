"""What the database says of the orders and tickets that some lines name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, and_, select, true
from sqlmodel import Session

from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.store.database.models import Ticket

_TABLES = Ticket.metadata.tables
_MANAGERS, _MODIFIERS = _TABLES["manager"], _TABLES["ticket_modifier"]
_ORDERS, _SEATS = _TABLES["orders"], _TABLES["seat_assignment"]
_SERVICES, _TICKETS = _TABLES["service"], _TABLES["ticket"]

_MANY = 500
"""Keys in one question: a longer list makes the statement slower than two of them."""

Row = dict[str, Any]
Key = TypeVar("Key", int, str)


class SeatAssignment(NamedTuple):
    """A workplace in `[starts_at, ends_at)`."""

    workplace_id: int
    starts_at: datetime
    ends_at: datetime


class OrderFacts(NamedTuple):
    """What a ticket needs to know of its order."""

    service_id: int
    service: str
    status: OrderStatus


@dataclass(frozen=True, slots=True)
class StoredTicket:
    """A ticket as it is: its row, and what hangs on it."""

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


def order_facts(session: Session, numbers: Collection[int]) -> dict[int, OrderFacts]:
    """The orders of these numbers, as their tickets see them."""
    query = select(
        _ORDERS.c.number, _ORDERS.c.service_id, _SERVICES.c.name, _ORDERS.c.status
    ).join_from(_ORDERS, _SERVICES, _SERVICES.c.id == _ORDERS.c.service_id)
    return {
        row[0]: OrderFacts(row[1], row[2], OrderStatus(row[3]))
        for some in _among(_ORDERS.c.number, numbers)
        for row in session.connection().execute(query.where(some))
    }


def order_rows(session: Session, numbers: Collection[int]) -> dict[int, Row]:
    """The orders of these numbers, every column."""
    return {
        row.number: dict(row._mapping)
        for some in _among(_ORDERS.c.number, numbers)
        for row in session.connection().execute(select(_ORDERS).where(some))
    }


def tickets(session: Session, numbers: Collection[int]) -> dict[int, StoredTicket]:
    """The tickets of these numbers."""
    return {
        ticket.number: ticket
        for some in _among(_TICKETS.c.number, numbers)
        for ticket in _tickets(session, some)
    }


def tickets_of(session: Session, orders: Collection[int]) -> dict[int, list[StoredTicket]]:
    """The tickets of these orders, by order."""
    found: dict[int, list[StoredTicket]] = defaultdict(list)
    for some in _among(_TICKETS.c.order_number, orders):
        for ticket in _tickets(session, some):
            found[ticket.row["order_number"]].append(ticket)
    return found


def managers(session: Session, logins: Collection[str]) -> dict[str, int]:
    """The managers who have these logins, or whom an import has named by them."""
    named = and_(_MANAGERS.c.login.is_(None), _MANAGERS.c.first_name == "")
    return {
        row[0]: row[1]
        for column, condition in ((_MANAGERS.c.last_name, named), (_MANAGERS.c.login, true()))
        for some in _among(column, logins)
        for row in session.connection().execute(
            select(column, _MANAGERS.c.id).where(condition, some)
        )
    }


def _tickets(session: Session, condition: ColumnElement[bool]) -> list[StoredTicket]:
    connection = session.connection()
    query = (
        select(_TICKETS, _ORDERS.c.status.label("order_status"))
        .join_from(_TICKETS, _ORDERS, _ORDERS.c.number == _TICKETS.c.order_number)
        .where(condition)
        .order_by(_TICKETS.c.number)
    )
    rows = [dict(row._mapping) for row in connection.execute(query)]
    modifiers: dict[int, set[int]] = defaultdict(set)
    held: dict[int, list[SeatAssignment]] = defaultdict(list)
    numbers = [row["number"] for row in rows]
    for some in _among(_MODIFIERS.c.ticket_number, numbers):
        for row in connection.execute(select(_MODIFIERS).where(some)):
            modifiers[row.ticket_number].add(row.modifier_id)
    for some in _among(_SEATS.c.ticket_number, numbers):
        for row in connection.execute(select(_SEATS).where(some).order_by(_SEATS.c.starts_at)):
            held[row.ticket_number].append(
                SeatAssignment(row.workplace_id, row.starts_at, row.ends_at)
            )
    return [
        StoredTicket(
            order_status=OrderStatus(row.pop("order_status")),
            row=row,
            modifiers=frozenset(modifiers[row["number"]]),
            held=tuple(held[row["number"]]),
        )
        for row in rows
    ]


def _among(column: ColumnElement[Any], keys: Collection[Key]) -> Iterator[ColumnElement[bool]]:
    """Conditions that together find `keys`; numbers that stand close together also in between."""
    ordered: list[Any] = sorted(keys)
    if not ordered:
        return
    first, last = ordered[0], ordered[-1]
    if isinstance(first, int) and last - first < 2 * len(ordered):
        yield column.between(first, last)
        return
    for start in range(0, len(ordered), _MANY):
        yield column.in_(ordered[start : start + _MANY])
