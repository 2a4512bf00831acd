"""Orders. A changed status moves the order's tickets, and gives up or takes back their seats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import Session

from olvery_tui.domain.errors import ImportCode, InvalidInput
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.import_lines import BookingLine, Kind, OrderLine
from olvery_tui.domain.payments import PaymentLine, given_back
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.store.audit.events import created
from olvery_tui.store.database import versions
from olvery_tui.store.importing import people, stored
from olvery_tui.store.importing.context import Context, Entry, Problems, Refused, Verdict
from olvery_tui.store.importing.report import Outcome
from olvery_tui.store.importing.resolver import Resolver
from olvery_tui.store.importing.seats import seats_of, set_status
from olvery_tui.store.importing.stored import Row, StoredTicket
from olvery_tui.store.importing.writes import Writes, write_all
from olvery_tui.store.orders import payments
from olvery_tui.store.orders.payments import NewPayment

_FIELDS = {
    "service_id": "service",
    "customer_id": "customer",
    "payment_kind": "payment_kind",
    "price": "price",
    "paid_at": "paid_at",
    "comment": "comment",
    "created_at": "created_at",
}
"""Columns that a line sets beside the status, and what the history calls them."""


@dataclass(frozen=True, slots=True)
class OrderLoader:
    """Imports the lines of orders."""

    resolver: Resolver

    def load(self, session: Session, entries: list[Entry]) -> list[Verdict]:
        """All of them at once, or one by one where a seat is in the way."""
        lines = [entry.record for entry in entries if isinstance(entry.record, OrderLine)]
        sold = self.resolver.sold
        names = {line.service for line in lines}
        services = {
            name: sold(session, Problems(), Kind.SERVICE, "service", None, name) for name in names
        }
        rows = stored.order_rows(session, {line.number for line in lines})
        paid = {number for number, row in rows.items() if row["paid"]}
        concerned = {
            line.number
            for line in lines
            if (row := rows.get(line.number))
            and (row["status"] != line.status or row["service_id"] != services[line.service])
        }
        plan = Plan(
            self.resolver,
            services=services,
            customers=people.ids(session, {line.customer for line in lines}, self.resolver.context),
            rows=rows,
            tickets=stored.tickets_of(session, concerned),
            payments=payments.of_orders(session, paid) if paid else {},
        )
        return write_all(session, entries, plan, self.resolver.context)


@dataclass(frozen=True, slots=True)
class Plan:
    """What lines come to. `tickets` are those of orders whose status or service changes, `payments`
    those of orders that are paid.
    """

    resolver: Resolver
    services: Mapping[str, int | None]
    customers: Mapping[str, int]
    rows: Mapping[int, Row]
    tickets: Mapping[int, Sequence[StoredTicket]]
    payments: Mapping[int, Sequence[PaymentLine]]

    @property
    def context(self) -> Context:
        """The import's surroundings."""
        return self.resolver.context

    def __call__(self, entry: Entry, writes: Writes) -> Outcome:
        """Put what an order's line comes to into `writes`.

        Raises:
            Refused: `depends`, `no_such`, `service_fixed`.
        """
        line = entry.record
        assert isinstance(line, OrderLine)
        values = self.values(line, line.number)
        row = self.rows.get(line.number)
        if row is None:
            return self.create(line, values, writes)
        if self.context.joined is not None:
            if row["version"] > 1 or row["paid"]:
                return Outcome.UNCHANGED  # what was done with it since stays
            values["created_at"] = row["created_at"]  # a table tells it to the second
        return self._change(line, row, values, writes)

    def values(self, line: OrderLine | BookingLine, number: int) -> Row:
        """The columns that a line sets of the order of this number.

        Raises:
            Refused: `depends`, `no_such`.
        """
        problems = Problems()
        service = self.resolver.named(
            problems, self.services[line.service], "service", Kind.SERVICE, line.service
        )
        customer = self.resolver.named(
            problems, self.customers.get(line.customer), "customer", Kind.PERSON, line.customer
        )
        problems.refuse_if_any()
        return {
            "number": number,
            "service_id": service,
            "customer_id": customer,
            "status": line.status.value,
            "payment_kind": line.payment_kind.value,
            "price": line.price,
            "paid_at": line.paid_at if line.price else None,
            "comment": line.comment or "",
            "created_at": line.created_at,
        }

    def create(self, line: OrderLine | BookingLine, values: Row, writes: Writes) -> Outcome:
        """Put a new order into `writes`."""
        context, number = self.context, values["number"]
        row = {**values, "currency": context.currency, "version": 1, "paid": Decimal(0)}
        writes.orders.append(row)
        data = created(
            context.now,
            line.created_at,
            status=line.status.value,
            customer=values["customer_id"],
            price=f"{line.price:.2f}",
            currency=context.currency,
            payment=line.payment_kind.value,
            service=values["service_id"],
        )
        if values["paid_at"] is not None:
            data["paid_at"] = values["paid_at"].isoformat()
        if values["paid_at"] is not None or _part(line):
            data |= writes.pay(row, list(self._money(line, number, None)))
        if isinstance(line, OrderLine):
            data["tickets"] = list(line.tickets)
        writes.record(context, EventKind.ORDER_CREATED, data, order=number)
        return Outcome.CREATED

    def _change(self, line: OrderLine, row: Row, values: Row, writes: Writes) -> Outcome:
        if values["paid_at"] is None:
            values["paid_at"] = row["paid_at"]
        if line.comment is None:
            values["comment"] = row["comment"]
        fields = [name for column, name in _FIELDS.items() if row[column] != values[column]]
        if row["status"] == values["status"] and not fields:
            return Outcome.UNCHANGED
        if row["status"] != values["status"]:
            values["previous_status"] = row["status"]
        tickets = self.tickets.get(line.number, ())
        if "service" in fields and tickets:
            raise Refused(
                InvalidInput("service", ImportCode.SERVICE_FIXED, {"tickets": len(tickets)})
            )
        context, number = self.context, line.number
        changed = {**row, **values, "version": versions.following(row["version"])}
        writes.orders_changed.append(changed)
        money = list(self._money(line, number, row))
        paid = writes.pay(changed, money)
        if row["status"] != values["status"]:
            data: dict[str, object] = {"from": row["status"], "to": values["status"]}
            if money or row["status"] == OrderStatus.REFUNDED:
                data |= paid
            writes.record(context, EventKind.ORDER_MOVED, data, order=number)
            paid.pop("lines", None)  # told once
            for ticket in tickets:
                self._move(ticket, OrderStatus(row["status"]), line.status, writes)
        if fields:
            changes: dict[str, object] = {"fields": fields, "to": _changes(values, fields)}
            if money or "price" in fields:  # what former versions told follows from the price
                changes |= paid
            if "price" in fields:
                changes["tickets"] = list(line.tickets)
            writes.record(context, EventKind.ORDER_UPDATED, changes, order=number)
        return Outcome.UPDATED

    def _money(
        self, line: OrderLine | BookingLine, number: int, row: Row | None
    ) -> Iterator[NewPayment]:
        """What a line says was paid, and what its status says was given back.

        A time at which all was paid is written once: what the desk gives back later is not paid
        again by the same file. Another time than that of a payment corrects it, by lines.
        """
        now, kind, lines = self.context.now, line.payment_kind, [*self.payments.get(number, ())]
        paid = row["paid"] if row else Decimal(0)
        is_new = row is None or row["paid_at"] != line.paid_at
        is_raised = row is not None and line.price > row["price"] and paid >= row["price"]
        if line.paid_at is not None and line.price and (is_new or is_raised):
            if paid >= line.price:
                for share in given_back(lines, paid):
                    yield NewPayment(number, share, now)
                paid, lines = Decimal(0), []
            amount = line.price - paid
            yield NewPayment(number, (kind, amount), line.paid_at)
            lines.append(PaymentLine(line.paid_at, amount, kind))
            paid += amount
        elif (part := _part(line)) and not lines and part <= line.price:
            yield NewPayment(number, (kind, part), line.created_at)
            lines.append(PaymentLine(line.created_at, part, kind))
            paid += part
        if line.status is OrderStatus.REFUNDED:
            for share in given_back(lines, paid):
                yield NewPayment(number, share, now)

    def _move(
        self, ticket: StoredTicket, before: OrderStatus, after: OrderStatus, writes: Writes
    ) -> None:
        row = dict(ticket.row)
        events = set_status(self.context, ticket, row, after, ticket.period, was=before)
        if events:
            row["version"] = versions.following(row["version"])
        writes.events.extend(events)
        if row != ticket.row:
            writes.tickets_changed.append(row)
        if before.is_cancelled is not after.is_cancelled:
            writes.unseated.append(ticket.number)
            seats = seats_of(self.context, ticket, row, after, ticket.period)
            writes.hold(ticket.number, seats)


def _part(line: OrderLine | BookingLine) -> Decimal | None:
    """What was paid of an order so far, where that is not all."""
    return line.paid if isinstance(line, OrderLine) else None


def _changes(values: Row, fields: Sequence[str]) -> dict[str, object]:
    """What the changed fields have become; a comment is free text, which no history keeps."""
    plain = {
        "service": values["service_id"],
        "customer": values["customer_id"],
        "payment_kind": values["payment_kind"],
        "price": str(values["price"]),
        "paid_at": values["paid_at"] and values["paid_at"].isoformat(),
        "created_at": values["created_at"].isoformat(),
    }
    return {name: plain[name] for name in fields if name in plain}
