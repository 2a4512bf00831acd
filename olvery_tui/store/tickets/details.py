"""Tickets, whole, as their forms show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session

from olvery_tui.domain.access import ManagerDetails
from olvery_tui.domain.orders import owed
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.domain.statuses import OrderStatus, TicketStatus, is_overdue
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.store.database.models import Ticket
from olvery_tui.store.people import people

_TABLES = Ticket.metadata.tables
_TICKETS = _TABLES["ticket"]
_MANAGERS = _TABLES["manager"]
_MODIFIERS = _TABLES["modifier"]
_ORDERS = _TABLES["orders"]
_PEOPLE = _TABLES["person"]
_ROOMS = _TABLES["room"]
_SERVICES = _TABLES["service"]
_TARIFFS = _TABLES["tariff"]
_TICKET_MODIFIERS = _TABLES["ticket_modifier"]
_VARIANTS = _TABLES["service_variant"]
_WORKPLACES = _TABLES["workplace"]

_DETAILS = (
    select(
        _TICKETS.c.number,
        _TICKETS.c.version,
        _TICKETS.c.status,
        _TICKETS.c.created_at,
        _TICKETS.c.order_number,
        _ORDERS.c.status.label("order_status"),
        _ORDERS.c.price,
        _ORDERS.c.currency,
        _ORDERS.c.paid_at,
        _TICKETS.c.period_kind,
        _TICKETS.c.starts_at,
        _TICKETS.c.ends_at,
        _TICKETS.c.visitor_id,
        *people.COLUMNS,
        _ORDERS.c.service_id,
        _SERVICES.c.name.label("service"),
        _TICKETS.c.workplace_id,
        _WORKPLACES.c.label.label("workplace"),
        _ROOMS.c.name.label("room"),
        _TARIFFS.c.name.label("tariff"),
        _VARIANTS.c.name.label("variant"),
        _TICKETS.c.validated_at,
        _TICKETS.c.validated_by,
        _MANAGERS.c.login.label("manager_login"),
        _MANAGERS.c.last_name.label("manager_last_name"),
        _MANAGERS.c.first_name.label("manager_first_name"),
    )
    # Outer, so that no planner begins with anything but the ticket.
    .outerjoin_from(_TICKETS, _ORDERS, _ORDERS.c.number == _TICKETS.c.order_number)
    .outerjoin(_SERVICES, _SERVICES.c.id == _ORDERS.c.service_id)
    .outerjoin(_PEOPLE, _PEOPLE.c.id == _TICKETS.c.visitor_id)
    .outerjoin(_WORKPLACES, _WORKPLACES.c.id == _TICKETS.c.workplace_id)
    .outerjoin(_ROOMS, _ROOMS.c.id == _WORKPLACES.c.room_id)
    .outerjoin(_TARIFFS, _TARIFFS.c.id == _TICKETS.c.tariff_id)
    .outerjoin(_VARIANTS, _VARIANTS.c.id == _TICKETS.c.variant_id)
    .outerjoin(_MANAGERS, _MANAGERS.c.id == _TICKETS.c.validated_by)
    .where(_TICKETS.c.number.in_(bindparam("numbers", expanding=True)))
)

_EXTRAS = (
    select(_TICKET_MODIFIERS.c.ticket_number, _MODIFIERS.c.name)
    .outerjoin_from(
        _TICKET_MODIFIERS, _MODIFIERS, _MODIFIERS.c.id == _TICKET_MODIFIERS.c.modifier_id
    )
    .where(_TICKET_MODIFIERS.c.ticket_number.in_(bindparam("numbers", expanding=True)))
    .order_by(_TICKET_MODIFIERS.c.ticket_number, _TICKET_MODIFIERS.c.modifier_id)
)


def load(session: Session, number: int, *, now: datetime) -> TicketDetails | None:
    """The ticket with this number, as it is; `now` tells whether it is overdue."""
    return next(iter(load_many(session, [number], now=now)), None)


def load_many(
    session: Session, numbers: Sequence[int], *, now: datetime
) -> tuple[TicketDetails, ...]:
    """The tickets with these numbers, in this order, in two queries; absent ones are left out."""
    if not numbers:
        return ()
    values = {"numbers": list(numbers)}
    extras = defaultdict[int, list[str]](list)
    for number, name in session.connection().execute(_EXTRAS, values):
        extras[number].append(name)
    found = {
        row.number: _card(row, tuple(extras[row.number]), now)
        for row in session.connection().execute(_DETAILS, values)
    }
    return tuple(found[number] for number in numbers if number in found)


def _card(row: Any, modifiers: tuple[str, ...], now: datetime) -> TicketDetails:
    order = OrderStatus(row.order_status)
    period = Period(PeriodKind(row.period_kind), row.starts_at, row.ends_at)
    return TicketDetails(
        number=row.number,
        version=row.version,
        status=TicketStatus(row.status),
        created_at=row.created_at,
        order=row.order_number,
        order_status=order,
        period=period,
        visitor=people.person_details(row.visitor_id, row),
        service_id=row.service_id,
        service=row.service,
        workplace_id=row.workplace_id,
        workplace=row.workplace,
        room=row.room,
        tariff=row.tariff,
        variant=row.variant,
        modifiers=modifiers,
        validated_at=row.validated_at,
        validated_by=_manager(row),
        overdue=is_overdue(order, period, now),
        owed=owed(order, row.price, paid=row.paid_at is not None),
        currency=row.currency,
    )


def _manager(row: Any) -> ManagerDetails | None:
    if row.validated_by is None:
        return None
    return ManagerDetails(
        row.validated_by, row.manager_login, row.manager_last_name, row.manager_first_name
    )
