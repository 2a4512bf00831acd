"""Tickets, whole, as their forms show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session

from olvery_tui.domain.access import ManagerDetails
from olvery_tui.domain.orders import owed
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.domain.statuses import OrderStatus, TicketStatus, is_overdue
from olvery_tui.domain.tickets import EarlierPlace, TicketDetails
from olvery_tui.store.database.tables import (
    MANAGERS,
    MODIFIERS,
    ORDERS,
    PEOPLE,
    ROOMS,
    SEAT_ASSIGNMENTS,
    SERVICES,
    TARIFFS,
    TICKET_MODIFIERS,
    TICKETS,
    VARIANTS,
    WORKPLACES,
)
from olvery_tui.store.database.types import UtcDateTime
from olvery_tui.store.people import people

_DETAILS = (
    select(
        TICKETS.c.number,
        TICKETS.c.version,
        TICKETS.c.status,
        TICKETS.c.created_at,
        TICKETS.c.order_number,
        ORDERS.c.status.label("order_status"),
        ORDERS.c.price,
        ORDERS.c.currency,
        ORDERS.c.paid,
        TICKETS.c.period_kind,
        TICKETS.c.starts_at,
        TICKETS.c.ends_at,
        TICKETS.c.visitor_id,
        *people.COLUMNS,
        ORDERS.c.service_id,
        SERVICES.c.name.label("service"),
        TICKETS.c.workplace_id,
        WORKPLACES.c.label.label("workplace"),
        ROOMS.c.name.label("room"),
        TARIFFS.c.name.label("tariff"),
        VARIANTS.c.name.label("variant"),
        TICKETS.c.validated_at,
        TICKETS.c.validated_by,
        TICKETS.c.cancelled_at,
        TICKETS.c.unit_price,
        MANAGERS.c.login.label("manager_login"),
        MANAGERS.c.last_name.label("manager_last_name"),
        MANAGERS.c.first_name.label("manager_first_name"),
    )
    # Outer, so that no planner begins with anything but the ticket.
    .outerjoin_from(TICKETS, ORDERS, ORDERS.c.number == TICKETS.c.order_number)
    .outerjoin(SERVICES, SERVICES.c.id == ORDERS.c.service_id)
    .outerjoin(PEOPLE, PEOPLE.c.id == TICKETS.c.visitor_id)
    .outerjoin(WORKPLACES, WORKPLACES.c.id == TICKETS.c.workplace_id)
    .outerjoin(ROOMS, ROOMS.c.id == WORKPLACES.c.room_id)
    .outerjoin(TARIFFS, TARIFFS.c.id == TICKETS.c.tariff_id)
    .outerjoin(VARIANTS, VARIANTS.c.id == TICKETS.c.variant_id)
    .outerjoin(MANAGERS, MANAGERS.c.id == TICKETS.c.validated_by)
    .where(TICKETS.c.number.in_(bindparam("numbers", expanding=True)))
)

_EXTRAS = (
    select(TICKET_MODIFIERS.c.ticket_number, MODIFIERS.c.name)
    .outerjoin_from(TICKET_MODIFIERS, MODIFIERS, MODIFIERS.c.id == TICKET_MODIFIERS.c.modifier_id)
    .where(TICKET_MODIFIERS.c.ticket_number.in_(bindparam("numbers", expanding=True)))
    .order_by(TICKET_MODIFIERS.c.ticket_number, TICKET_MODIFIERS.c.modifier_id)
)

_EARLIER = (
    select(
        SEAT_ASSIGNMENTS.c.ticket_number,
        WORKPLACES.c.label,
        ROOMS.c.name,
        SEAT_ASSIGNMENTS.c.ends_at,
    )
    .join_from(SEAT_ASSIGNMENTS, TICKETS, TICKETS.c.number == SEAT_ASSIGNMENTS.c.ticket_number)
    .join(WORKPLACES, WORKPLACES.c.id == SEAT_ASSIGNMENTS.c.workplace_id)
    .join(ROOMS, ROOMS.c.id == WORKPLACES.c.room_id)
    .where(
        SEAT_ASSIGNMENTS.c.ticket_number.in_(bindparam("numbers", expanding=True)),
        SEAT_ASSIGNMENTS.c.ends_at > bindparam("now", type_=UtcDateTime()),
        SEAT_ASSIGNMENTS.c.ends_at < TICKETS.c.ends_at,
    )
    .order_by(SEAT_ASSIGNMENTS.c.starts_at.desc())
)


def load(session: Session, number: int, *, now: datetime) -> TicketDetails | None:
    """The ticket with this number, as it is; `now` tells whether it is overdue."""
    return next(iter(load_many(session, [number], now=now)), None)


def load_many(
    session: Session, numbers: Sequence[int], *, now: datetime
) -> tuple[TicketDetails, ...]:
    """The tickets with these numbers, in this order, in three queries; absent ones are left out."""
    if not numbers:
        return ()
    values = {"numbers": list(numbers)}
    extras = defaultdict[int, list[str]](list)
    for number, name in session.connection().execute(_EXTRAS, values):
        extras[number].append(name)
    earlier = {
        number: EarlierPlace(*place)
        for number, *place in session.connection().execute(_EARLIER, {**values, "now": now})
    }
    found = {
        row.number: _details(row, tuple(extras[row.number]), earlier.get(row.number), now)
        for row in session.connection().execute(_DETAILS, values)
    }
    return tuple(found[number] for number in numbers if number in found)


def _details(
    row: Any, modifiers: tuple[str, ...], earlier: EarlierPlace | None, now: datetime
) -> TicketDetails:
    order = OrderStatus(row.order_status)
    period = Period(PeriodKind(row.period_kind), row.starts_at, row.ends_at)
    details = TicketDetails(
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
        owed=owed(order, row.price, row.paid),
        currency=row.currency,
        cancelled_at=row.cancelled_at,
        unit_price=row.unit_price,
        earlier=earlier,
    )
    return replace(details, overdue=is_overdue(details.governed_by, period.ends_at, now))


def _manager(row: Any) -> ManagerDetails | None:
    if row.validated_by is None:
        return None
    return ManagerDetails(
        row.validated_by, row.manager_login, row.manager_last_name, row.manager_first_name
    )
