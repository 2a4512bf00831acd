"""Bookings: an order and its ticket in one line, written together or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from olvery_tui.domain.errors import ImportCode, InvalidInput
from olvery_tui.domain.import_lines import BookingLine, Kind, OrderLine, Rental, TicketLine
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.store.database.any_of import any_of
from olvery_tui.store.database.tables import TICKETS
from olvery_tui.store.importing import orders, people, stored, tickets
from olvery_tui.store.importing.context import Entry, Problems, Refused, Verdict
from olvery_tui.store.importing.report import Outcome
from olvery_tui.store.importing.resolver import Resolver, TicketResolver
from olvery_tui.store.importing.stored import OrderFacts
from olvery_tui.store.importing.writes import Writes, write_all
from olvery_tui.store.orders.numbers import Following, following

_RENTAL = tuple(Rental.model_fields)
Place = tuple[int, int, datetime, datetime]


@dataclass(frozen=True, slots=True)
class BookingLoader:
    """Imports the lines of bookings."""

    resolver: Resolver

    def load(self, session: Session, entries: list[Entry]) -> list[Verdict]:
        """All of them at once, or one by one where a seat is in the way.

        Raises:
            SeatConflict: not one by one: a seat is in the way.
        """
        lines = [entry.record for entry in entries if isinstance(entry.record, BookingLine)]
        resolver, sold = self.resolver, self.resolver.sold
        customers = people.ids(session, {line.customer for line in lines}, resolver.context)
        services = {
            name: sold(session, Problems(), Kind.SERVICE, "service", None, name)
            for name in {line.service for line in lines}
        }
        facts: dict[int, OrderFacts] = {}
        plan = _Plan(
            orders.Plan(resolver, services, customers, rows={}, tickets={}),
            TicketResolver(resolver, session, facts, customers, managers={}),
            facts,
            _booked(session, set(customers.values())),
            set(stored.order_rows(session, {line.order for line in lines if line.order})),
            set(stored.tickets(session, {line.ticket for line in lines if line.ticket})),
            following(session),
        )
        return write_all(session, entries, plan, resolver.context)


@dataclass(slots=True)
class _Plan:
    """What lines come to. `booked` is who has which workplace when; `facts` grows by the orders."""

    orders: orders.Plan
    names: TicketResolver
    facts: dict[int, OrderFacts]
    booked: set[Place]
    order_numbers: set[int]
    ticket_numbers: set[int]
    next: Following

    def __call__(self, entry: Entry, writes: Writes) -> Outcome:
        """Put what a booking's line comes to into `writes`.

        Raises:
            Refused: `number_taken`, and what orders and tickets are refused for.
        """
        line = entry.record
        assert isinstance(line, BookingLine)
        number, ticket_number = line.order or self.next.order, line.ticket or self.next.ticket
        order = OrderLine.model_construct(
            number=number,
            **{name: getattr(line, name) for name in OrderLine.model_fields if name != "number"},
        )
        values = self.orders.values(order)
        self.facts[number] = OrderFacts(values["service_id"], line.service, line.status)
        ticket = TicketLine.model_construct(
            number=ticket_number,
            order=number,
            visitor=line.customer,
            **{name: getattr(line, name) for name in _RENTAL},
        )
        found = self.names.resolve(ticket)
        row = found.row
        place = (row["visitor_id"], row["workplace_id"], row["starts_at"], row["ends_at"])
        if place in self.booked:
            return Outcome.UNCHANGED
        self._take("order", number, self.order_numbers)
        self._take("ticket", ticket_number, self.ticket_numbers)
        self.orders.create(order, values, writes)
        tickets.Plan(self.names.resolver.context, self.names, {}).create(found, writes)
        self.booked.add(place)
        self.next = Following(
            max(self.next.order, number + 1), max(self.next.ticket, ticket_number + 1)
        )
        return Outcome.CREATED

    @staticmethod
    def _take(name: str, number: int, taken: set[int]) -> None:
        if number in taken:
            raise Refused(InvalidInput(name, ImportCode.NUMBER_TAKEN, {"number": number}))
        taken.add(number)


def _booked(session: Session, visitors: set[int]) -> set[Place]:
    """Which workplaces these people have when; not what was cancelled."""
    if not visitors:
        return set()
    columns = (
        TICKETS.c.visitor_id, TICKETS.c.workplace_id, TICKETS.c.starts_at, TICKETS.c.ends_at
    )  # fmt: skip
    query = select(*columns).where(
        any_of(TICKETS.c.visitor_id, "visitors"),
        TICKETS.c.status != TicketStatus.CANCELLED.value,
    )
    rows = session.connection().execute(query, {"visitors": sorted(visitors)})
    return {(row[0], row[1], row[2], row[3]) for row in rows}
