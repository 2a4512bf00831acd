"""Tickets, orders and events as people read them in a spreadsheet: labels, dates, times, sums."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import partial
from typing import Generic, TypeVar

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.events import EventLine
from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.people import PersonDetails, shown_phone
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.domain.reports import ReportLine
from olvery_tui.domain.text import clean
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.i18n import NP_
from olvery_tui.wording import labels
from olvery_tui.wording.events import actor_text, event_text
from olvery_tui.wording.labels import order_status
from olvery_tui.wording.money import currency_text
from olvery_tui.wording.orders import payment_kind

Value = str | int | Decimal | date | datetime | timedelta | None
"""What a cell holds; a time of day is the time since midnight, so that 24:00 can end a day."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Column(Generic[Item]):
    """A column of a spreadsheet. `heading` is a msgid in the context `spreadsheet`."""

    heading: str
    width: int
    value: Callable[[Item, tzinfo], Value]


def _at(moment: datetime | None, zone: tzinfo) -> datetime | None:
    """An instant on the location's clock, to the second: spreadsheets know no time zones."""
    if moment is None:
        return None
    return moment.astimezone(zone).replace(tzinfo=None, microsecond=0)


def _begins(period: Period, zone: tzinfo) -> timedelta | None:
    """When the hours begin; None for whole days."""
    if period.kind is not PeriodKind.HOURLY:
        return None
    moment = period.starts_at.astimezone(zone)
    return timedelta(hours=moment.hour, minutes=moment.minute)


def _ends(period: Period, zone: tzinfo) -> timedelta | None:
    """When the hours end, at 24:00 at the latest; None for whole days."""
    if period.kind is not PeriodKind.HOURLY:
        return None
    moment = period.ends_at.astimezone(zone)
    return timedelta(hours=moment.hour, minutes=moment.minute) or timedelta(days=1)


def _days(order: OrderDetails, zone: tzinfo) -> tuple[date | None, date | None]:
    days = [ticket.period.days(zone) for ticket in order.tickets]
    return (
        min((first for first, _last in days), default=None),
        max((last for _first, last in days), default=None),
    )


def _person(person: Callable[[Item], PersonDetails]) -> tuple[Column[Item], ...]:
    return (
        Column(NP_("spreadsheet", "Last name"), 18, lambda one, _: person(one).last_name),
        Column(NP_("spreadsheet", "First name"), 14, lambda one, _: person(one).first_name),
        Column(NP_("spreadsheet", "Patronymic"), 16, lambda one, _: person(one).patronymic),
        Column(
            NP_("spreadsheet", "Phone"), 19, lambda one, _: shown_phone(person(one).phone or "")
        ),
        Column(NP_("spreadsheet", "Email"), 24, lambda one, _: person(one).email),
    )


def _about(person: Callable[[Item], PersonDetails]) -> tuple[Column[Item], ...]:
    return (
        Column(NP_("spreadsheet", "Note"), 30, lambda one, _: person(one).note),
        Column(NP_("spreadsheet", "Not to be let in"), 20, lambda one, _: person(one).ban_reason),
    )


def _overdue(row: TicketDetails | OrderDetails, _zone: tzinfo) -> str | None:
    return labels.overdue() if row.overdue else None


def _checked_by(ticket: TicketDetails, _zone: tzinfo) -> str | None:
    return ticket.validated_by.name if ticket.validated_by else None


TICKET_COLUMNS: tuple[Column[TicketDetails], ...] = (
    Column(NP_("spreadsheet", "Number"), 9, lambda ticket, _: ticket.number),
    Column(NP_("spreadsheet", "Status"), 14, lambda ticket, _: labels.ticket_status(ticket.status)),
    Column(NP_("spreadsheet", "Date from"), 12, lambda ticket, zone: ticket.period.days(zone)[0]),
    Column(NP_("spreadsheet", "Date to"), 12, lambda ticket, zone: ticket.period.days(zone)[1]),
    Column(NP_("spreadsheet", "Time from"), 9, lambda ticket, zone: _begins(ticket.period, zone)),
    Column(NP_("spreadsheet", "Time to"), 9, lambda ticket, zone: _ends(ticket.period, zone)),
    *_person(lambda ticket: ticket.visitor),
    Column(NP_("spreadsheet", "Service"), 24, lambda ticket, _: ticket.service),
    Column(NP_("spreadsheet", "Room"), 20, lambda ticket, _: ticket.room),
    Column(NP_("spreadsheet", "Workplace"), 14, lambda ticket, _: ticket.workplace),
    Column(NP_("spreadsheet", "Service variant"), 16, lambda ticket, _: ticket.variant),
    Column(NP_("spreadsheet", "Tariff"), 14, lambda ticket, _: ticket.tariff),
    Column(NP_("spreadsheet", "Modifiers"), 20, lambda ticket, _: "; ".join(ticket.modifiers)),
    Column(NP_("spreadsheet", "Order"), 9, lambda ticket, _: ticket.order),
    Column(
        NP_("spreadsheet", "Order's status"),
        20,
        lambda ticket, _: order_status(ticket.order_status),
    ),
    Column(NP_("spreadsheet", "Created on"), 17, lambda ticket, zone: _at(ticket.created_at, zone)),
    Column(
        NP_("spreadsheet", "Checked on"), 17, lambda ticket, zone: _at(ticket.validated_at, zone)
    ),
    Column(NP_("spreadsheet", "Checked by"), 20, _checked_by),
    Column(NP_("spreadsheet", "Time is up"), 14, _overdue),
    *_about(lambda ticket: ticket.visitor),
    Column(
        NP_("spreadsheet", "Cancelled on"), 17, lambda ticket, zone: _at(ticket.cancelled_at, zone)
    ),
    Column(NP_("spreadsheet", "Unit price"), 12, lambda ticket, _: ticket.unit_price),
)


def _hours(span: timedelta) -> Decimal:
    """Hours to hundredths."""
    return Decimal(round(span / timedelta(minutes=1))) / 60


def _revenue(kind: PaymentKind, line: ReportLine, _zone: tzinfo) -> Decimal:
    return line.sums.revenue.get(kind, Decimal(0))


ORDER_COLUMNS: tuple[Column[OrderDetails], ...] = (
    Column(NP_("spreadsheet", "Number"), 9, lambda order, _: order.number),
    Column(NP_("spreadsheet", "Status"), 20, lambda order, _: order_status(order.status)),
    Column(NP_("spreadsheet", "Date from"), 12, lambda order, zone: _days(order, zone)[0]),
    Column(NP_("spreadsheet", "Date to"), 12, lambda order, zone: _days(order, zone)[1]),
    *_person(lambda order: order.customer),
    Column(NP_("spreadsheet", "Service"), 24, lambda order, _: order.service),
    Column(NP_("spreadsheet", "Price"), 12, lambda order, _: order.price),
    Column(NP_("spreadsheet", "Sum paid"), 12, lambda order, _: order.paid),
    Column(NP_("spreadsheet", "To be paid"), 12, lambda order, _: order.owed),
    Column(NP_("spreadsheet", "Currency"), 8, lambda order, _: currency_text(order.currency)),
    Column(NP_("spreadsheet", "Payment"), 18, lambda order, _: payment_kind(order.payment_kind)),
    Column(NP_("spreadsheet", "Paid on"), 17, lambda order, zone: _at(order.paid_at, zone)),
    Column(NP_("spreadsheet", "Created on"), 17, lambda order, zone: _at(order.created_at, zone)),
    Column(
        NP_("spreadsheet", "Tickets"),
        16,
        lambda order, _: "; ".join(str(ticket.number) for ticket in order.tickets),
    ),
    Column(NP_("spreadsheet", "Time is up"), 14, _overdue),
    Column(NP_("spreadsheet", "Comment"), 30, lambda order, _: order.comment),
    *_about(lambda order: order.customer),
)

REPORT_COLUMNS: tuple[Column[ReportLine], ...] = (
    Column(NP_("spreadsheet", "Day"), 12, lambda line, _: line.day),
    Column(NP_("spreadsheet", "Service"), 24, lambda line, _: line.service),
    Column(NP_("spreadsheet", "Arrivals"), 10, lambda line, _: line.sums.arrivals),
    Column(NP_("spreadsheet", "Checks"), 10, lambda line, _: line.sums.checks),
    Column(NP_("spreadsheet", "Occupied hours"), 14, lambda line, _: _hours(line.sums.occupied)),
    Column(NP_("spreadsheet", "Available hours"), 14, lambda line, _: _hours(line.sums.available)),
    *(
        Column(heading, 16, partial(_revenue, kind))
        for kind, heading in (
            (PaymentKind.ON_SITE, NP_("spreadsheet", "Paid on site")),
            (PaymentKind.ONLINE, NP_("spreadsheet", "Paid online")),
            (PaymentKind.INVOICE, NP_("spreadsheet", "Paid by bank transfer")),
        )
    ),
    Column(NP_("spreadsheet", "Refunds"), 12, lambda line, _: line.sums.refunds),
    Column(NP_("spreadsheet", "Currency"), 8, lambda line, _: currency_text(line.currency)),
)

EVENT_COLUMNS: tuple[Column[EventLine], ...] = (
    Column(NP_("spreadsheet", "Number"), 9, lambda line, _: line.id),
    Column(NP_("spreadsheet", "Time"), 17, lambda line, zone: _at(line.at, zone)),
    Column(NP_("spreadsheet", "Who"), 22, lambda line, _: actor_text(line)),
    Column(NP_("spreadsheet", "Where"), 26, lambda line, _: line.terminal),
    Column(NP_("spreadsheet", "Ticket"), 9, lambda line, _: line.ticket),
    Column(NP_("spreadsheet", "Order"), 9, lambda line, _: line.order),
    Column(NP_("spreadsheet", "What"), 70, event_text),
)


def values(columns: tuple[Column[Item], ...], item: Item, zone: tzinfo) -> list[Value]:
    """A row; texts in it are cleaned."""
    row = (column.value(item, zone) for column in columns)
    return [clean(value) if isinstance(value, str) else value for value in row]
