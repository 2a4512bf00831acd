"""The workplaces of a service, and which of them are free in a period."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, or_, select
from sqlmodel import Session

from olvery_tui.domain.closings import end_of
from olvery_tui.domain.items import natural_key
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.domain.tickets import PlaceDetails
from olvery_tui.store.database.tables import (
    CLOSINGS,
    IS_ARCHIVED,
    PEOPLE,
    ROOMS,
    SEAT_ASSIGNMENTS,
    SERVICES,
    TICKETS,
    WORKPLACES,
)
from olvery_tui.store.database.types import UtcDateTime
from olvery_tui.store.tickets.seats import held_within, is_not_of

_FROM, _TO = (bindparam(name, type_=UtcDateTime()) for name in ("from", "to"))
_OTHER = SEAT_ASSIGNMENTS.alias("other")
_IN_THE_WAY = (
    select(_OTHER.c.id)
    .where(
        held_within(_FROM, _TO, _OTHER),
        is_not_of(_OTHER.c.ticket_number, bindparam("ticket", type_=Integer)),
    )
    .order_by(_OTHER.c.starts_at)
    .limit(1)
    .correlate(WORKPLACES)
    .scalar_subquery()
)
_PLACES = (
    select(
        WORKPLACES.c.id,
        WORKPLACES.c.label,
        ROOMS.c.name,
        TICKETS.c.number,
        PEOPLE.c.first_name,
        PEOPLE.c.last_name,
        TICKETS.c.period_kind,
        TICKETS.c.starts_at,
        TICKETS.c.ends_at,
        CLOSINGS.c.reason,
        SEAT_ASSIGNMENTS.c.ends_at,
    )
    .join_from(ROOMS, WORKPLACES, WORKPLACES.c.room_id == ROOMS.c.id)
    .outerjoin(SEAT_ASSIGNMENTS, SEAT_ASSIGNMENTS.c.id == _IN_THE_WAY)
    .outerjoin(TICKETS, TICKETS.c.number == SEAT_ASSIGNMENTS.c.ticket_number)
    .outerjoin(PEOPLE, PEOPLE.c.id == TICKETS.c.visitor_id)
    .outerjoin(CLOSINGS, CLOSINGS.c.id == SEAT_ASSIGNMENTS.c.closing_id)
    .join(SERVICES, SERVICES.c.id == ROOMS.c.service_id)
    .where(
        ROOMS.c.service_id == bindparam("service"),
        or_(WORKPLACES.c.id == bindparam("own"), ~IS_ARCHIVED),
    )
)


def places(
    session: Session,
    service_id: int,
    period_from: datetime,
    period_to: datetime,
    ticket_number: int | None = None,
) -> tuple[PlaceDetails, ...]:
    """The workplaces of a service, as they are in `[period_from, period_to)`; those that are
    archived only where the ticket that is asked for has them.

    By room, in each the free ones before the taken ones, «PM №2» before «PM №10». A taken one names
    the first ticket or closing that is in the way; what the ticket that is asked for holds is not
    in its way.
    """
    connection = session.connection()
    own = None
    if ticket_number is not None:
        own = connection.execute(
            select(TICKETS.c.workplace_id).where(TICKETS.c.number == ticket_number)
        ).scalar_one_or_none()
    values = {
        "service": service_id,
        "from": period_from,
        "to": period_to,
        "ticket": ticket_number or 0,
        "own": own or 0,
    }
    found = [_place(row, own) for row in connection.execute(_PLACES, values).all()]
    return tuple(sorted(found, key=_order))


def _place(row: Any, own: int | None) -> PlaceDetails:
    workplace, label, room, number, first_name, last_name, kind, *rest = row
    starts_at, ends_at, closed, closed_until = rest
    place = PlaceDetails(workplace, label, room, current=workplace == own)
    if number is not None:
        visitor = f"{first_name} {last_name}".strip()
        period = Period(PeriodKind(kind), starts_at, ends_at)
        return replace(place, taken_by=number, visitor=visitor, taken=period)
    if closed is not None:
        return replace(place, closed=closed, closed_until=end_of(closed_until))
    return place


def _order(place: PlaceDetails) -> tuple[Any, ...]:
    return natural_key(place.room), not place.free, natural_key(place.label), place.workplace_id
