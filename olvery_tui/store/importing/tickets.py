"""Tickets: created with their seats, or changed as far as their status allows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from olvery_tui.domain.errors import ImportCode, InvalidInput
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.import_lines import BookingLine, TicketLine
from olvery_tui.domain.replay import period_fact
from olvery_tui.domain.statuses import (
    VISITOR_STATUSES,
    WORKPLACE_STATUSES,
    OrderStatus,
    TicketStatus,
    moves_at,
    ticket_status,
)
from olvery_tui.domain.tickets import held_from
from olvery_tui.store.audit.events import created
from olvery_tui.store.database import versions
from olvery_tui.store.importing import people, stored
from olvery_tui.store.importing.context import Context, Entry, Problems, Verdict
from olvery_tui.store.importing.report import Outcome
from olvery_tui.store.importing.resolver import Resolved, Resolver, TicketResolver
from olvery_tui.store.importing.seats import seats_of, set_status
from olvery_tui.store.importing.stored import Row, StoredTicket
from olvery_tui.store.importing.writes import Writes, write_all
from olvery_tui.store.tickets.seats import SeatAssignment

_FIELDS = {
    "order_number": "order",
    "visitor_id": "visitor",
    "workplace_id": "workplace",
    "tariff_id": "tariff",
    "variant_id": "variant",
    "period_kind": "period",
    "starts_at": "period",
    "ends_at": "period",
    "validated_at": "validation",
    "validated_by": "validation",
    "created_at": "created_at",
}
"""Columns that a line sets, and what the history calls them."""


@dataclass(frozen=True, slots=True)
class TicketLoader:
    """Imports the lines of tickets."""

    resolver: Resolver

    def load(self, session: Session, entries: list[Entry]) -> list[Verdict]:
        """All of them at once, or one by one where a seat is in the way."""
        lines = [entry.record for entry in entries if isinstance(entry.record, TicketLine)]
        context = self.resolver.context
        names = TicketResolver(
            self.resolver,
            session,
            orders=stored.order_facts(session, {line.order for line in lines}),
            visitors=people.ids(session, {line.visitor for line in lines}, context),
            managers=stored.managers(
                session, {line.validated_by for line in lines if line.validated_by}
            ),
        )
        plan = Plan(context, names, stored.tickets(session, [line.number for line in lines]))
        return write_all(session, entries, plan, context)


@dataclass(frozen=True, slots=True)
class Plan:
    """What lines come to."""

    context: Context
    names: TicketResolver
    tickets: Mapping[int, StoredTicket]

    def __call__(self, entry: Entry, writes: Writes) -> Outcome:
        """Put what a ticket's line comes to into `writes`.

        Raises:
            Refused: `wrong_status`, `period_ended`, and what `TicketResolver.resolve` raises.
        """
        line = entry.record
        assert isinstance(line, TicketLine)
        found = self.names.resolve(line, line.number, line.order, line.visitor)
        ticket = self.tickets.get(line.number)
        if ticket is None:
            return self.create(line, found, writes)
        return self._change(line, ticket, found, writes)

    def create(self, line: TicketLine | BookingLine, found: Resolved, writes: Writes) -> Outcome:
        """Put a new ticket with its seat into `writes`."""
        context, row, period = self.context, found.row, found.period
        number, order = row["number"], found.order.status
        row["cancelled_at"] = line.cancelled_at
        if line.cancelled_at is not None:
            order = OrderStatus.CANCELLED
        status = ticket_status(order, period, context.now)
        row["status"] = status.value
        row["moves_at"] = moves_at(order, period, status)
        row["version"] = 1
        row["unit_price"] = found.unit_price
        writes.tickets.append(row)
        writes.orders_of_tickets.add(row["order_number"])
        if status is not TicketStatus.CANCELLED:
            booked = min(row["created_at"], context.now)
            hold = SeatAssignment(row["workplace_id"], held_from(period, booked), period.ends_at)
            writes.hold(number, (hold,))
        self._write_modifiers(number, found, writes)
        data = created(
            context.now,
            row["created_at"],
            period,
            order=row["order_number"],
            visitor=row["visitor_id"],
            workplace=row["workplace_id"],
            status=row["status"],
            tariff=row["tariff_id"],
            modifiers=sorted(found.modifiers),
        )
        if row["variant_id"] is not None:
            data["variant"] = row["variant_id"]
        if line.cancelled_at is not None:
            data["cancelled_at"] = line.cancelled_at.isoformat()
        if row["validated_at"] is not None:
            data["validated_at"], data["validated_by"] = _validation(row)
        writes.record(context, EventKind.TICKET_CREATED, data, ticket=number)
        return Outcome.CREATED

    def _change(
        self, line: TicketLine, ticket: StoredTicket, found: Resolved, writes: Writes
    ) -> Outcome:
        context, old = self.context, ticket.row
        row = {**old, **found.row}
        order = ticket.governed(found.order.status)
        if row["tariff_id"] != old["tariff_id"]:
            row["unit_price"] = found.unit_price
        visitor_changed = row["visitor_id"] != old["visitor_id"]
        if line.validated_at is None and not visitor_changed:
            row["validated_at"], row["validated_by"] = old["validated_at"], old["validated_by"]
        columns = [column for column in _FIELDS if row[column] != old[column]]
        fields = list(dict.fromkeys(_FIELDS[column] for column in columns))
        if found.modifiers != ticket.modifiers:
            fields.append("modifiers")
        if not fields:
            return Outcome.UNCHANGED
        self._guard(ticket, found, fields)

        self._record_change(ticket, row, fields, found.modifiers, writes)
        writes.events.extend(
            set_status(context, ticket, row, order, found.period, was=ticket.order_status)
        )
        row["version"] = versions.following(row["version"])
        writes.tickets_changed.append(row)
        if "modifiers" in fields:
            writes.unmodified.append(ticket.number)
            self._write_modifiers(ticket.number, found, writes)
        if {"workplace", "period", "order"} & set(fields):
            writes.orders_of_tickets |= {old["order_number"], row["order_number"]}
            writes.unseated.append(ticket.number)
            writes.hold(ticket.number, seats_of(context, ticket, row, order, found.period))
        return Outcome.UPDATED

    def _guard(self, ticket: StoredTicket, found: Resolved, fields: list[str]) -> None:
        """What a manager may not change at the desk, a file may not change either."""
        problems = Problems()
        now = self.context.now
        status = ticket_status(ticket.order_status, ticket.period, now)
        for field, allowed in (
            ("visitor", VISITOR_STATUSES),
            ("workplace", WORKPLACE_STATUSES),
            ("period", WORKPLACE_STATUSES),
        ):
            if field in fields and status not in allowed:
                problems.append(
                    InvalidInput(field, ImportCode.WRONG_STATUS, {"status": status.value})
                )
        if not problems and "workplace" in fields and now >= found.period.ends_at:
            problems.append(InvalidInput("workplace", ImportCode.PERIOD_ENDED))
        problems.refuse_if_any()

    def _record_change(
        self,
        ticket: StoredTicket,
        row: Row,
        fields: list[str],
        modifiers: Collection[int],
        writes: Writes,
    ) -> None:
        """Record a change: visitor and workplace as at the desk, the rest by name."""
        context, old, number = self.context, ticket.row, ticket.number
        rest = [field for field in fields if field not in {"visitor", "workplace"}]
        if "visitor" in fields:
            cleared = old["validated_at"] is not None and row["validated_at"] is None
            data = {"from": old["visitor_id"], "to": row["visitor_id"], "cleared": cleared}
            writes.record(context, EventKind.VISITOR_CHANGED, data, ticket=number)
            if cleared:
                rest.remove("validation")
        if "workplace" in fields:
            moved = {"from": old["workplace_id"], "to": row["workplace_id"]}
            if context.now > row["starts_at"] and ticket.held:
                moved["since"] = context.now.isoformat()
            writes.record(context, EventKind.WORKPLACE_CHANGED, moved, ticket=number)
        if rest:
            changes = {"fields": rest, "to": _changes(row, rest, modifiers)}
            writes.record(context, EventKind.TICKET_UPDATED, changes, ticket=number)

    def _write_modifiers(self, number: int, found: Resolved, writes: Writes) -> None:
        writes.modifiers.extend(
            {"ticket_number": number, "modifier_id": id_} for id_ in sorted(found.modifiers)
        )


def _period(row: Row) -> list[str]:
    return period_fact(row["period_kind"], row["starts_at"], row["ends_at"])


def _validation(row: Row) -> list[object]:
    return [row["validated_at"].isoformat(), row["validated_by"]]


def _changes(row: Row, fields: list[str], modifiers: Collection[int]) -> dict[str, object]:
    changes = {
        "order": row["order_number"],
        "tariff": row["tariff_id"],
        "variant": row["variant_id"],
        "period": _period(row),
        "validation": None if row["validated_at"] is None else _validation(row),
        "created_at": row["created_at"].isoformat(),
        "modifiers": sorted(modifiers),
    }
    return {name: changes[name] for name in fields if name in changes}
