"""Tickets, orders and events as JSON: a public format that may only be extended."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta, tzinfo
from typing import Any

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.closings import Closing
from olvery_tui.domain.events import EventLine
from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.pages import TicketRow
from olvery_tui.domain.payments import PaymentLine
from olvery_tui.domain.people import PersonDetails
from olvery_tui.domain.periods import Period
from olvery_tui.domain.renewals import Renewal
from olvery_tui.domain.reports import ReportLine
from olvery_tui.domain.shifts import Shift
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.wording.periods import period_text

_HOUR = timedelta(hours=1)
_UNSEEN = re.compile("[\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
"""Characters that JSON leaves as they are but a terminal may obey or hide: escaped here."""


def json_text(value: object, indent: int | None = None) -> str:
    """Return `value` as JSON with readable letters, safe to print on a terminal."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def json_array(objects: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield the pieces of an array, one object per line."""
    yield "["
    for index, one in enumerate(objects):
        yield (",\n " if index else "\n ") + json_text(one)
    yield "\n]\n"


def local(moment: datetime | None, zone: tzinfo) -> str | None:
    """Return an instant in the location's zone: ISO 8601 with offset, whole seconds."""
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None


def ticket_json(ticket: TicketDetails, zone: tzinfo) -> dict[str, Any]:
    """Return a ticket, its keys in the documented order."""
    return {
        "number": ticket.number,
        "status": ticket.status.value,
        "order": ticket.order,
        "order_status": ticket.order_status.value,
        "period": _period(ticket.period, zone),
        "visitor": _person(ticket.visitor),
        "service": ticket.service,
        "room": ticket.room,
        "workplace": ticket.workplace,
        "variant": ticket.variant,
        "tariff": ticket.tariff,
        "modifiers": list(ticket.modifiers),
        "created_at": local(ticket.created_at, zone),
        "validated_at": local(ticket.validated_at, zone),
        "validated_by": ticket.validated_by.name if ticket.validated_by else None,
        "overdue": ticket.overdue,
        "cancelled_at": local(ticket.cancelled_at, zone),
        "unit_price": f"{ticket.unit_price:.2f}",
    }


def order_json(order: OrderDetails, zone: tzinfo) -> dict[str, Any]:
    """Return an order, its keys in the documented order."""
    return {
        "number": order.number,
        "status": order.status.value,
        "customer": _person(order.customer),
        "service": order.service,
        "payment_kind": order.payment_kind.value,
        "price": f"{order.price:.2f}",
        "currency": order.currency,
        "paid_at": local(order.paid_at, zone),
        "owed": f"{order.owed:.2f}",
        "created_at": local(order.created_at, zone),
        "comment": order.comment,
        "overdue": order.overdue,
        "tickets": [_ticket_of_order(ticket, zone) for ticket in order.tickets],
        "paid": f"{order.paid:.2f}",
        "payments": [_payment(line, zone) for line in order.payments],
    }


def renewal_json(renewal: Renewal, zone: tzinfo) -> dict[str, Any]:
    """Return what would follow a ticket, its keys in the documented order."""
    obstacle = renewal.obstacle
    return {
        "ticket": renewal.ticket.number,
        "visitor": _person(renewal.ticket.visitor),
        "workplace": renewal.ticket.workplace,
        "room": renewal.ticket.room,
        "ends_at": local(renewal.ticket.period.ends_at, zone),
        "next": _period(renewal.draft.period, zone),
        "price": f"{renewal.price:.2f}",
        "currency": renewal.ticket.currency,
        "obstacle": None if obstacle is None else getattr(obstacle, "reason", "invalid"),
    }


def closing_json(closing: Closing, zone: tzinfo) -> dict[str, Any]:
    """Return a closed workplace, its keys in the documented order."""
    return {
        "workplace": closing.workplace,
        "room": closing.room,
        "service": closing.service,
        "starts_at": local(closing.starts_at, zone),
        "ends_at": local(closing.ends_at, zone),
        "reason": closing.reason,
    }


def report_json(line: ReportLine, _zone: tzinfo) -> dict[str, Any]:
    """Return a line of a report, its keys in the documented order; `occupied` is a share of 1."""
    sums = line.sums
    return {
        "day": line.day.isoformat(),
        "service": line.service,
        "arrivals": sums.arrivals,
        "checks": sums.checks,
        "occupied_hours": round(sums.occupied / _HOUR, 2),
        "available_hours": round(sums.available / _HOUR, 2),
        "occupied": None if sums.share is None else round(sums.share, 4),
        "revenue": {kind.value: f"{sums.revenue.get(kind, 0):.2f}" for kind in PaymentKind},
        "refunds": f"{sums.refunds:.2f}",
        "currency": line.currency,
    }


def shift_json(shift: Shift, zone: tzinfo) -> dict[str, Any]:
    """Return a shift, its keys in the documented order; `manager` is null for the command line."""
    return {
        "id": shift.id,
        "manager": shift.manager and shift.manager.name,
        "opened_at": local(shift.opened_at, zone),
        "closed_at": local(shift.closed_at, zone),
        "forgotten": shift.forgotten,
        "note": shift.note,
    }


def event_json(line: EventLine, zone: tzinfo) -> dict[str, Any]:
    """Return an event, its keys in the documented order: codes and ids, as they are recorded."""
    return {
        "id": line.id,
        "at": local(line.at, zone),
        "due_at": local(line.due_at, zone),
        "kind": str(line.kind),
        "actor": str(line.actor),
        "login": line.login,
        "account": line.account,
        "terminal": line.terminal,
        "about": line.about,
        "ticket": line.ticket,
        "order": line.order,
        "data": line.data,
    }


def _ticket_of_order(ticket: TicketRow, zone: tzinfo) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "status": ticket.status.value,
        "period": _period(ticket.period, zone),
        "visitor": ticket.visitor,
        "workplace": ticket.workplace,
        "overdue": ticket.overdue,
    }


def _payment(line: PaymentLine, zone: tzinfo) -> dict[str, Any]:
    return {
        "at": local(line.at, zone),
        "amount": f"{line.amount:.2f}",
        "kind": line.kind.value,
        "by": line.by or None,
        "receipt": line.receipt,
    }


def _period(period: Period, zone: tzinfo) -> dict[str, Any]:
    return {
        "kind": period.kind.value,
        "starts_at": local(period.starts_at, zone),
        "ends_at": local(period.ends_at, zone),
        "text": period_text(period, zone),
    }


def _person(person: PersonDetails) -> dict[str, Any]:
    return {name: value for name, value in asdict(person).items() if name not in ("id", "version")}
