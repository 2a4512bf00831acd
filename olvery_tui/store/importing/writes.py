"""The rows that lines come to, gathered first and written by few statements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Executable, Table, Update, bindparam, delete, update
from sqlmodel import Session

from olvery_tui.domain.errors import ImportCode, InvalidInput
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.import_lines import Rental
from olvery_tui.store.audit.events import NewEvent, record_many
from olvery_tui.store.database.bulk import insert_many
from olvery_tui.store.database.errors import SeatConflict
from olvery_tui.store.database.models import Ticket
from olvery_tui.store.importing.context import Context, Entry, Refused, Verdict
from olvery_tui.store.importing.report import Outcome
from olvery_tui.store.importing.stored import Row
from olvery_tui.store.orders import order_periods, payments
from olvery_tui.store.orders.payments import NewPayment
from olvery_tui.store.tickets.seats import SeatAssignment, holder, seat

_TABLES = Ticket.metadata.tables
_MODIFIERS, _ORDERS = _TABLES["ticket_modifier"], _TABLES["orders"]
_SEATS, _TICKETS = _TABLES["seat_assignment"], _TABLES["ticket"]


@dataclass(slots=True)
class Writes:
    """What a transaction is going to write, in the order that the tables' references need.

    The `changed` rows hold every column. `unseated` and `unmodified` are numbers of tickets whose
    seats or modifiers are all given up before the new ones are taken. `orders_of_tickets` are the
    numbers of the orders whose first or last moment may become another one.

    The rows of orders have `paid` and `paid_at` beside their columns: what follows from `payments`.
    """

    orders: list[Row] = field(default_factory=list)
    orders_changed: list[Row] = field(default_factory=list)
    payments: list[NewPayment] = field(default_factory=list)
    tickets: list[Row] = field(default_factory=list)
    tickets_changed: list[Row] = field(default_factory=list)
    unseated: list[int] = field(default_factory=list)
    seats: list[Row] = field(default_factory=list)
    unmodified: list[int] = field(default_factory=list)
    modifiers: list[Row] = field(default_factory=list)
    events: list[NewEvent] = field(default_factory=list)
    orders_of_tickets: set[int] = field(default_factory=set)

    def record(
        self,
        context: Context,
        kind: EventKind,
        data: Mapping[str, object],
        *,
        ticket: int | None = None,
        order: int | None = None,
    ) -> None:
        """Record what the importing actor has done."""
        event = NewEvent(context.now, kind, context.actor, ticket, order, data=data)
        self.events.append(event)

    def pay(self, row: Row, lines: Sequence[NewPayment]) -> dict[str, object]:
        """Write payments of an order; what its event tells of them."""
        self.payments.extend(lines)
        row["paid"] += sum(line.share[1] for line in lines)
        told = [[line.share[0].value, f"{line.share[1]:.2f}"] for line in lines]
        return ({"lines": told} if told else {}) | {"paid": f"{row['paid']:.2f}"}

    def hold(self, number: int, seats: Sequence[SeatAssignment]) -> None:
        """Let a ticket hold these seats."""
        self.seats.extend(
            {
                "ticket_number": number,
                "workplace_id": one.workplace_id,
                "starts_at": one.starts_at,
                "ends_at": one.ends_at,
            }
            for one in seats
        )

    def hold_from(self, now: datetime) -> bool:
        """Let tickets that are new hold their running seats from `now` on, for the past of a seat
        may be another's; whether that is another hold than before.
        """
        new = {row["number"] for row in self.tickets}
        begun = [
            row
            for row in self.seats
            if row["ticket_number"] in new and row["starts_at"] < now < row["ends_at"]
        ]
        for row in begun:
            row["starts_at"] = now
        return bool(begun)

    def apply(self, session: Session) -> None:
        """Write everything.

        Raises:
            SeatConflict: another ticket has one of the seats.
        """
        connection = session.connection()

        def change(statement: Executable, rows: list[Row]) -> None:
            if rows:
                connection.execute(statement, rows)

        insert_many(session, _ORDERS, [_without_payments(row) for row in self.orders])
        changed = [_renamed(_without_payments(row)) for row in self.orders_changed]
        change(_ORDER_UPDATE, changed)
        payments.add(session, self.payments)
        insert_many(session, _TICKETS, self.tickets)
        change(_TICKET_UPDATE, [_renamed(row) for row in self.tickets_changed])
        change(_UNSEAT, [{"of_number": number} for number in self.unseated])
        insert_many(session, _SEATS, self.seats)
        order_periods.keep(session, self.orders_of_tickets)
        change(_UNMODIFY, [{"of_number": number} for number in self.unmodified])
        insert_many(session, _MODIFIERS, self.modifiers)
        record_many(session, self.events)


Plan = Callable[[Entry, Writes], Outcome]
"""Puts what an entry comes to into the writes; raises Refused."""


def write_all(
    session: Session, entries: list[Entry], plan: Plan, context: Context
) -> list[Verdict]:
    """Write what `plan` makes of each entry; `context.freed` grows by the tickets that gave up
    their seats.

    All at once, or `one_by_one`, where a seat is in the way of only its own line. A savepoint keeps
    a second copy of all that is written, so only the latter has them.

    Raises:
        SeatConflict: not with `one_by_one`: somebody has one of the seats.
    """
    if not context.one_by_one:
        writes = Writes()
        verdicts = [_planned(entry, plan, writes) for entry in entries]
        context.meanwhile()
        writes.apply(session)
        context.freed += len(writes.unseated)
        return verdicts
    verdicts = []
    for entry in entries:
        writes = Writes()
        verdict = _planned(entry, plan, writes)
        if _written(session, writes) or (
            writes.hold_from(context.now) and _written(session, writes)
        ):
            context.freed += len(writes.unseated)
        else:
            problem = _seat_problem(session, entry, writes)
            verdict = Verdict(entry, Outcome.REFUSED, (problem,), waits=True)
        verdicts.append(verdict)
    return verdicts


def _planned(entry: Entry, plan: Plan, writes: Writes) -> Verdict:
    try:
        return Verdict(entry, plan(entry, writes))
    except Refused as refused:
        return Verdict(entry, Outcome.REFUSED, refused.problems)


def _written(session: Session, writes: Writes) -> bool:
    try:
        with session.connection().begin_nested():
            writes.apply(session)
    except SeatConflict:
        return False
    return True


def _seat_problem(session: Session, entry: Entry, writes: Writes) -> InvalidInput:
    """Which ticket has the seat that a line wants."""
    own = {row["ticket_number"] for row in writes.seats}
    field_name = "workplace" if isinstance(entry.record, Rental) else "status"
    for row in writes.seats:
        found = holder(
            session,
            row["workplace_id"],
            row["starts_at"],
            row["ends_at"],
            exclude=row["ticket_number"],
        )
        wanted = seat(session, row["workplace_id"])
        if wanted is not None and wanted.archived:
            place: dict[str, object] = {"workplace": wanted.label, "room": wanted.room}
            return InvalidInput(field_name, ImportCode.SEAT_ARCHIVED, place)
        if found is not None and found.closed is not None and wanted is not None:
            closed: dict[str, object] = {
                "workplace": wanted.label,
                "room": wanted.room,
                "reason": found.closed,
            }
            return InvalidInput(field_name, ImportCode.SEAT_CLOSED, closed)
        if found is not None and found.ticket not in own and wanted is not None:
            params = {
                "ticket": found.ticket,
                "workplace": wanted.label,
                "room": wanted.room,
                "wanted": row["ticket_number"],
            }
            return InvalidInput(field_name, ImportCode.SEAT_TAKEN, params)
    return InvalidInput(field_name, ImportCode.SEAT_OWN)


def _update(table: Table) -> Update:
    return (
        update(table)
        .where(table.c.number == bindparam("of_number"))
        .values({c.name: bindparam(f"to_{c.name}") for c in table.c if c.name not in _FIXED})
    )


_FIXED = ("number", "paid")


def _without_payments(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("paid", "paid_at")}


def _renamed(row: Row) -> Row:
    return {("of_" if name == "number" else "to_") + name: value for name, value in row.items()}


_ORDER_UPDATE = _update(_ORDERS)
_TICKET_UPDATE = _update(_TICKETS)
_UNSEAT = delete(_SEATS).where(_SEATS.c.ticket_number == bindparam("of_number"))
_UNMODIFY = delete(_MODIFIERS).where(_MODIFIERS.c.ticket_number == bindparam("of_number"))
