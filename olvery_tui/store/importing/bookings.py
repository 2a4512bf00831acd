"""Bookings: an order and its ticket in one line, written together or not at all.

Lines of one file, or of one customer, that say the same order number are tickets of one order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from sqlalchemy import select
from sqlmodel import Session

from olvery_tui.domain.errors import ImportCode, InvalidInput
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.import_lines import BookingLine, Kind
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.store.database import versions
from olvery_tui.store.database.any_of import any_of
from olvery_tui.store.database.tables import TICKETS
from olvery_tui.store.importing import orders, people, stored, tickets
from olvery_tui.store.importing.context import Entry, Problems, Refused, Verdict
from olvery_tui.store.importing.report import Outcome
from olvery_tui.store.importing.resolver import Resolver, TicketResolver
from olvery_tui.store.importing.stored import OrderFacts, Row
from olvery_tui.store.importing.writes import Writes, write_all
from olvery_tui.store.orders.numbers import Following, following
from olvery_tui.store.orders.payments import NewPayment

Booked = tuple[int, int, datetime, datetime, bool]
"""Who has which workplace from when to when, and whether it was cancelled."""


@dataclass(frozen=True, slots=True)
class BookingLoader:
    """Imports the lines of bookings.

    `own` are the numbers of orders that the file describes, `empty` those that were there without
    any ticket, imported alone: their price is that of all their tickets.
    """

    resolver: Resolver
    own: set[int] = field(default_factory=set)
    empty: set[int] = field(default_factory=set)

    def load(self, session: Session, entries: list[Entry]) -> list[Verdict]:
        """All of them at once, or one by one where a seat is in the way."""
        lines = [entry.record for entry in entries if isinstance(entry.record, BookingLine)]
        resolver, sold = self.resolver, self.resolver.sold
        customers = people.ids(session, {line.customer for line in lines}, resolver.context)
        services = {
            name: sold(session, Problems(), Kind.SERVICE, "service", None, name)
            for name in {line.service for line in lines}
        }
        facts: dict[int, OrderFacts] = {}
        checkers = {line.validated_by for line in lines if line.validated_by}
        names = TicketResolver(
            resolver, session, facts, customers, stored.managers(session, checkers)
        )
        numbers = set(stored.order_rows(session, {line.order for line in lines if line.order}))
        self.empty.update(numbers - stored.with_tickets(session, numbers))
        plan = _Plan(
            orders.Plan(resolver, services, customers, rows={}, tickets={}, payments={}),
            tickets.Plan(resolver.context, names, tickets={}),
            facts,
            _booked(session, set(customers.values())),
            numbers,
            set(stored.tickets(session, {line.ticket for line in lines if line.ticket})),
            following(session),
            self.own,
            self.empty,
            stored.priced_tickets(session, numbers),
        )
        return write_all(session, entries, plan, resolver.context)


@dataclass(slots=True)
class _Plan:
    """What lines come to. `booked` says which order has what; `facts` grows by the orders; `priced`
    are the tickets that are known to be in the price of an order.
    """

    orders: orders.Plan
    tickets: tickets.Plan
    facts: dict[int, OrderFacts]
    booked: dict[Booked, int]
    order_numbers: set[int]
    ticket_numbers: set[int]
    next: Following
    own: set[int]
    empty: set[int]
    priced: Mapping[int, Collection[int]]

    def __call__(self, entry: Entry, writes: Writes) -> Outcome:
        """Put what a booking's line comes to into `writes`.

        Raises:
            Refused: `number_taken`, and what orders and tickets are refused for.
        """
        line = entry.record
        assert isinstance(line, BookingLine)
        number, ticket_number = line.order or self.next.order, line.ticket or self.next.ticket
        values = self.orders.values(line, number)
        self.facts[number] = OrderFacts(values["service_id"], line.service, line.status)
        found = self.tickets.names.resolve(line, ticket_number, number, line.customer)
        row, cancelled = found.row, line.is_cancelled
        booked = (
            row["visitor_id"], row["workplace_id"], row["starts_at"], row["ends_at"], cancelled
        )  # fmt: skip
        if (known := self.booked.get(booked)) is not None:
            if known == line.order:
                self.own.add(known)
            return Outcome.UNCHANGED
        same = self._same_order(line, values, writes) if number in self.order_numbers else None
        if ticket_number in self.ticket_numbers:
            raise _taken("ticket", ticket_number)
        if same is None:
            self.orders.create(line, values, writes)
        elif not self._is_priced(number, line):
            self._raise_price(same, line, writes)
        self.tickets.create(line, found, writes)
        self.booked[booked] = number
        self.order_numbers.add(number)
        self.ticket_numbers.add(ticket_number)
        if line.order:
            self.own.add(number)
        self.next = Following(
            max(self.next.order, number + 1), max(self.next.ticket, ticket_number + 1)
        )
        return Outcome.CREATED

    def _is_priced(self, number: int, line: BookingLine) -> bool:
        """Whether the order's price is that of this ticket, too: it came by itself, and this one is
        among its tickets, or in a file that describes it.
        """
        if number in self.empty:
            return True
        tickets = self.priced.get(number)
        if tickets:
            return line.ticket in tickets
        return tickets is not None and number in self.own

    def _same_order(self, line: BookingLine, values: Row, writes: Writes) -> Row | None:
        """The order of another line with this number; None if nothing came of that line."""
        number = values["number"]
        planned = (row for row in _planned(writes) if row["number"] == number)
        row = next(planned, None)
        if row is None:
            row = stored.order_rows(self.tickets.names.session, {number}).get(number)
        alike = ["service_id", "status"]
        if not self._is_priced(number, line):
            alike.append("payment_kind")
            if number not in self.own:
                alike.append("customer_id")
        if row and any(row[name] != values[name] for name in alike):
            raise _taken("order", number)
        return row

    def _raise_price(self, row: Row, line: BookingLine, writes: Writes) -> None:
        """Let the order that gets another ticket cost as much more, and be paid as much more."""
        if not any(one is row for one in _planned(writes)):
            row = {**row, "version": versions.following(row["version"])}
            writes.orders_changed.append(row)
        number, more = row["number"], line.price
        row["price"] += more
        money = []
        if line.paid_at is not None and more:
            money.append(NewPayment(number, (line.payment_kind, more), line.paid_at))
        data = {"fields": ["price"], "to": {"price": str(row["price"])}, **writes.pay(row, money)}
        context, kind = self.tickets.context, EventKind.ORDER_UPDATED
        writes.record(context, kind, data, order=number)


def _planned(writes: Writes) -> Iterator[Row]:
    """The orders that are going to be written, the last one first."""
    return chain(reversed(writes.orders), reversed(writes.orders_changed))


def _taken(name: str, number: int) -> Refused:
    return Refused(InvalidInput(name, ImportCode.NUMBER_TAKEN, {"number": number}))


def _booked(session: Session, visitors: set[int]) -> dict[Booked, int]:
    if not visitors:
        return {}
    query = select(
        TICKETS.c.visitor_id, TICKETS.c.workplace_id, TICKETS.c.starts_at, TICKETS.c.ends_at,
        TICKETS.c.status, TICKETS.c.order_number,
    ).where(any_of(TICKETS.c.visitor_id, "visitors"))  # fmt: skip
    rows = session.connection().execute(query, {"visitors": sorted(visitors)})
    return {
        (row[0], row[1], row[2], row[3], row[4] == TicketStatus.CANCELLED.value): row[5]
        for row in rows
    }
