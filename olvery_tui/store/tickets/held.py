"""Which tickets hold some workplaces in a stretch of time, and where else they could go."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, distinct, func, select
from sqlmodel import Session

from olvery_tui.domain.closings import FOREVER, Need, Place, ProposedMove, Taken, assign
from olvery_tui.domain.conflicts import HeldPlace
from olvery_tui.domain.items import natural_key
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.store.database.any_of import any_of
from olvery_tui.store.database.tables import (
    IS_ARCHIVED,
    PEOPLE,
    ROOMS,
    SEAT_ASSIGNMENTS,
    SERVICES,
    TICKETS,
    WORKPLACES,
)
from olvery_tui.store.database.types import UtcDateTime
from olvery_tui.store.tickets import seats

HELD_MAX = 200
"""Tickets in the way that are listed one by one."""

_SINCE, _UNTIL = (bindparam(name, type_=UtcDateTime()) for name in ("since", "until"))

_HELD = seats.held_within(_SINCE, _UNTIL)
_AMONG = any_of(WORKPLACES.c.id, "workplaces")
_LINES = (
    select(
        SEAT_ASSIGNMENTS.c.ticket_number,
        PEOPLE.c.first_name,
        PEOPLE.c.last_name,
        WORKPLACES.c.label,
        ROOMS.c.name.label("room"),
        TICKETS.c.period_kind,
        TICKETS.c.starts_at,
        TICKETS.c.ends_at,
        ROOMS.c.service_id,
    )
    .select_from(WORKPLACES)
    .join(ROOMS, ROOMS.c.id == WORKPLACES.c.room_id)
    .join(SEAT_ASSIGNMENTS, _HELD)
    .join(TICKETS, TICKETS.c.number == SEAT_ASSIGNMENTS.c.ticket_number)
    .join(PEOPLE, PEOPLE.c.id == TICKETS.c.visitor_id)
    .where(_AMONG)
    .order_by(SEAT_ASSIGNMENTS.c.starts_at, SEAT_ASSIGNMENTS.c.ticket_number)
    .limit(bindparam("limit"))
)
_COUNT = (
    select(func.count(distinct(SEAT_ASSIGNMENTS.c.ticket_number)))
    .select_from(WORKPLACES)
    .join(SEAT_ASSIGNMENTS, _HELD)
    .where(_AMONG)
)
_TAKEN = (
    select(WORKPLACES.c.id, SEAT_ASSIGNMENTS.c.starts_at, SEAT_ASSIGNMENTS.c.ends_at)
    .join_from(WORKPLACES, SEAT_ASSIGNMENTS, _HELD)
    .where(_AMONG)
)
_PLACES = (
    select(WORKPLACES.c.id, WORKPLACES.c.label, ROOMS.c.name, ROOMS.c.service_id)
    .join_from(WORKPLACES, ROOMS, ROOMS.c.id == WORKPLACES.c.room_id)
    .join(SERVICES, SERVICES.c.id == ROOMS.c.service_id)
    .where(any_of(SERVICES.c.id, "services"), ~IS_ARCHIVED)
)


def held(
    session: Session,
    workplaces: Collection[int],
    since: datetime,
    until: datetime = FOREVER,
    limit: int = HELD_MAX,
) -> tuple[tuple[HeldPlace, ...], int]:
    """The tickets that hold these workplaces in `[since, until)`: the first, and their count.

    One that has several of them, one after the other, is there once.
    """
    if not workplaces:
        return (), 0
    values = {"workplaces": list(workplaces), "since": since, "until": until}
    run = session.connection().execute
    rows = run(_LINES, {**values, "limit": limit}).all()
    first: dict[int, Any] = {}
    for row in rows:
        first.setdefault(row.ticket_number, row)
    found = tuple(
        HeldPlace(
            row.ticket_number,
            f"{row.first_name} {row.last_name}".strip(),
            row.label,
            row.room,
            Period(PeriodKind(row.period_kind), row.starts_at, row.ends_at),
            row.service_id,
        )
        for row in first.values()
    )
    if len(rows) < limit:
        return found, len(found)
    return found, run(_COUNT, values).scalar_one()


def proposed(
    session: Session, tickets: Collection[HeldPlace], leaving: Collection[int], now: datetime
) -> tuple[ProposedMove, ...]:
    """Where tickets can go that have to leave these workplaces, for all that is left of each."""
    needs = [
        Need(one.ticket, one.room, one.service_id, max(period.starts_at, now), period.ends_at)
        for one in tickets
        for period in (one.period,)
    ]
    if not needs:
        return ()
    run = session.connection().execute
    rows = run(_PLACES, {"services": list({need.service_id for need in needs})})
    places = sorted(
        (Place(*row) for row in rows if row.id not in leaving),
        key=lambda place: (natural_key(place.room), natural_key(place.label), place.id),
    )
    values = {
        "workplaces": [place.id for place in places],
        "since": min(need.starts_at for need in needs),
        "until": max(need.ends_at for need in needs),
    }
    found = assign(needs, places, (Taken(*row) for row in run(_TAKEN, values)))
    return tuple(ProposedMove(one, *found.get(one.ticket, ())[:3]) for one in tickets)
