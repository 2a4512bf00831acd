"""Tickets, orders and events as rows for programs.

The columns are a public format: it may only be extended at the end.
"""

from __future__ import annotations

from datetime import tzinfo
from decimal import Decimal

from olvery_tui.domain.events import EventLine
from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.people import PersonDetails
from olvery_tui.domain.reports import ReportLine
from olvery_tui.domain.text import clean
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.export.json_lines import event_json, json_text, local, report_json
from olvery_tui.wording.periods import period_text

TICKET_COLUMNS = (
    "number", "status", "order", "order_status", "period_kind", "starts_at", "ends_at", "period",
    "last_name", "first_name", "phone", "email", "service", "room", "workplace", "variant",
    "tariff", "modifiers", "created_at", "validated_at", "validated_by", "overdue", "patronymic",
    "note", "ban_reason", "cancelled_at", "unit_price",
)  # fmt: skip

ORDER_COLUMNS = (
    "number", "status", "last_name", "first_name", "phone", "email", "service", "payment_kind",
    "price", "currency", "paid_at", "created_at", "comment", "tickets", "ticket_numbers",
    "starts_at", "ends_at", "overdue", "owed", "patronymic", "note", "ban_reason", "paid",
)  # fmt: skip

EVENT_COLUMNS = (
    "id", "at", "due_at", "kind", "actor", "login", "account", "terminal", "about", "ticket",
    "order", "data",
)  # fmt: skip

REPORT_COLUMNS = (
    "day", "service", "arrivals", "checks", "occupied_hours", "available_hours", "occupied",
    "on_site", "online", "invoice", "refunds", "currency",
)  # fmt: skip

Cell = str | int | Decimal
_CENT = Decimal("0.01")


def ticket_cells(ticket: TicketDetails, zone: tzinfo) -> list[Cell]:
    """Return the cells of `TICKET_COLUMNS`; missing values are empty texts."""
    visitor = ticket.visitor
    return _cells(
        ticket.number,
        ticket.status.value,
        ticket.order,
        ticket.order_status.value,
        ticket.period.kind.value,
        local(ticket.period.starts_at, zone),
        local(ticket.period.ends_at, zone),
        period_text(ticket.period, zone),
        visitor.last_name,
        visitor.first_name,
        visitor.phone,
        visitor.email,
        ticket.service,
        ticket.room,
        ticket.workplace,
        ticket.variant,
        ticket.tariff,
        "; ".join(ticket.modifiers),
        local(ticket.created_at, zone),
        local(ticket.validated_at, zone),
        ticket.validated_by.name if ticket.validated_by else None,
        int(ticket.overdue),
        *_person_cells(visitor),
        local(ticket.cancelled_at, zone),
        ticket.unit_price.quantize(_CENT),
    )


def order_cells(order: OrderDetails, zone: tzinfo) -> list[Cell]:
    """Return the cells of `ORDER_COLUMNS`, from the first ticket's start to the last one's end."""
    customer, tickets = order.customer, order.tickets
    return _cells(
        order.number,
        order.status.value,
        customer.last_name,
        customer.first_name,
        customer.phone,
        customer.email,
        order.service,
        order.payment_kind.value,
        order.price.quantize(_CENT),
        order.currency,
        local(order.paid_at, zone),
        local(order.created_at, zone),
        order.comment,
        len(tickets),
        "; ".join(str(ticket.number) for ticket in tickets),
        local(min((ticket.period.starts_at for ticket in tickets), default=None), zone),
        local(max((ticket.period.ends_at for ticket in tickets), default=None), zone),
        int(order.overdue),
        order.owed.quantize(_CENT),
        *_person_cells(customer),
        order.paid.quantize(_CENT),
    )


def _person_cells(person: PersonDetails) -> tuple[str | None, ...]:
    """Return the cells that were added at the end of both lists."""
    return (person.patronymic, person.note, person.ban_reason)


def event_cells(line: EventLine, zone: tzinfo) -> list[Cell]:
    """Return the cells of `EVENT_COLUMNS`; `data` is JSON."""
    values = event_json(line, zone) | {"data": json_text(line.data)}
    return _cells(*(values[name] for name in EVENT_COLUMNS))


def report_cells(line: ReportLine, zone: tzinfo) -> list[Cell]:
    """Return the cells of `REPORT_COLUMNS`."""
    values = report_json(line, zone)
    revenue = {kind: Decimal(amount) for kind, amount in values.pop("revenue").items()}
    numbers = ("occupied_hours", "available_hours", "occupied", "refunds")
    told = {name: Decimal(str(values[name])) for name in numbers if values[name] is not None}
    return _cells(*((values | revenue | told)[name] for name in REPORT_COLUMNS))


def _cells(*values: str | int | Decimal | None) -> list[Cell]:
    return [value if isinstance(value, int | Decimal) else clean(value or "") for value in values]
