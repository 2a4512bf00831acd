"""Who has which place from when to when: the rows and the bars of the calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func, select
from sqlmodel import Session

from olvery_tui.domain.calendar import (
    Booking,
    CalendarFilter,
    CalendarPlace,
    ClosedTime,
    FreePlace,
    InView,
    Seconds,
    Timetable,
    place_order,
)
from olvery_tui.domain.closings import FOREVER
from olvery_tui.domain.periods import PeriodKind
from olvery_tui.domain.statuses import OPEN_ORDERS, SETTLED_TICKETS, TicketStatus
from olvery_tui.store.catalogue import locations
from olvery_tui.store.database.any_of import any_of
from olvery_tui.store.database.in_micros import in_micros
from olvery_tui.store.database.moments import to_micros
from olvery_tui.store.database.tables import (
    IS_ARCHIVED,
    ORDERS,
    PEOPLE,
    ROOMS,
    SEAT_ASSIGNMENTS,
    SERVICES,
    TICKETS,
    WORKPLACES,
)
from olvery_tui.store.database.types import UtcDateTime
from olvery_tui.store.tickets import closings, seats

_FROM, _TO = (bindparam(name, type_=UtcDateTime()) for name in ("from", "to"))

_PLACES = (
    select(
        WORKPLACES.c.id,
        WORKPLACES.c.label,
        ROOMS.c.id.label("room_id"),
        ROOMS.c.name.label("room"),
        SERVICES.c.id.label("service_id"),
        SERVICES.c.name.label("service"),
        SERVICES.c.slot_minutes,
        (~IS_ARCHIVED).label("offered"),
    )
    .join_from(WORKPLACES, ROOMS, ROOMS.c.id == WORKPLACES.c.room_id)
    .join(SERVICES, SERVICES.c.id == ROOMS.c.service_id)
)

_IN_WINDOW = seats.held_within(_FROM, _TO)
_KINDS = tuple(PeriodKind)
_STATUSES = tuple(TicketStatus)


def _code(column: ColumnElement[Any], codes: Sequence[StrEnum]) -> ColumnElement[Any]:
    """A code as its place among all of them: reading five thousand texts takes longer."""
    return case({code.value: index for index, code in enumerate(codes)}, value=column)


# Only what ix_seat_assignment_workplace holds: the rows themselves take twice the time.
_SPANS = (
    select(
        SEAT_ASSIGNMENTS.c.workplace_id,
        in_micros(SEAT_ASSIGNMENTS.c.starts_at),
        in_micros(SEAT_ASSIGNMENTS.c.ends_at),
    )
    .join_from(WORKPLACES, SEAT_ASSIGNMENTS, _IN_WINDOW)
    .where(any_of(WORKPLACES.c.id, "workplaces"))
)
_TAKEN = (
    select(func.count())
    .select_from(WORKPLACES)
    .join(SEAT_ASSIGNMENTS, _IN_WINDOW)
    .where(any_of(WORKPLACES.c.id, "workplaces"), SEAT_ASSIGNMENTS.c.ticket_number.is_not(None))
)
_BOOKINGS = (
    select(
        SEAT_ASSIGNMENTS.c.workplace_id,
        SEAT_ASSIGNMENTS.c.starts_at.label("since"),
        SEAT_ASSIGNMENTS.c.ends_at.label("until"),
        TICKETS.c.number,
        _code(TICKETS.c.period_kind, _KINDS),
        TICKETS.c.starts_at,
        TICKETS.c.ends_at,
        _code(TICKETS.c.status, _STATUSES),
        TICKETS.c.validated_at,
        TICKETS.c.visitor_id,
        TICKETS.c.order_number,
    )
    .join_from(WORKPLACES, SEAT_ASSIGNMENTS, _IN_WINDOW)
    .join(TICKETS, TICKETS.c.number == SEAT_ASSIGNMENTS.c.ticket_number)
    .where(any_of(WORKPLACES.c.id, "workplaces"))
)
# In queries of their own: a person comes often, and few tickets need their order.
_NAMES = select(PEOPLE.c.id, PEOPLE.c.first_name, PEOPLE.c.last_name).where(
    any_of(PEOPLE.c.id, "people")
)
_OPEN = select(ORDERS.c.number).where(
    any_of(ORDERS.c.number, "orders"), ORDERS.c.status.in_([one.value for one in OPEN_ORDERS])
)

_BEGIN = attrgetter("starts_at")

_SHORTEST = timedelta(minutes=1)
"""A shorter stay is none: a ticket that was put on a place and taken from it again, or a closing
that was taken back. By the minute, in which everything is shown, it begins when it ends.
"""


def load(
    session: Session,
    starts_at: datetime,
    ends_at: datetime,
    filters: CalendarFilter,
    *,
    now: datetime,
    in_view: InView | None = None,
) -> Timetable:
    """The places that a filter leaves, and who has each in `[starts_at, ends_at)`.

    With `in_view` the bookings of the other places are only spans: of hundreds of places few are
    in sight. Archived places are there only with their bookings.
    """
    places = _places(session, filters)
    ids = [place.id for place in places]
    whole = ids if in_view is None else in_view.of(ids)
    bookings = _bookings(session, whole, starts_at, ends_at, now)
    closed = _closings(session, starts_at, ends_at)
    others = sorted(set(ids) - set(whole))
    spans = _spans(session, others, starts_at, ends_at, closed) if others else {}
    shown = tuple(
        one for one, offered in places.items() if offered or one.id in bookings or spans.get(one.id)
    )
    return Timetable(
        shown,
        bookings,
        spans,
        closed,
        locations.hours(session),
        _taken(session, [one.id for one in shown], now),
    )


def _places(session: Session, filters: CalendarFilter) -> dict[CalendarPlace, bool]:
    """Places in the order of their rows, each with whether it is still offered."""
    rows = session.connection().execute(_PLACES)
    found = {CalendarPlace(*row[:-1]): bool(row.offered) for row in rows}
    return {place: found[place] for place in sorted(filters.places(found), key=place_order)}


def _closings(
    session: Session, starts_at: datetime, ends_at: datetime
) -> dict[int, tuple[ClosedTime, ...]]:
    """When which places are closed, each in the order of time."""
    found: dict[int, list[ClosedTime]] = {}
    for one in closings.within(session, starts_at, ends_at):
        until = one.ends_at or FOREVER
        if until - one.starts_at >= _SHORTEST:
            closed = ClosedTime(one.workplace_id, one.starts_at, until, one.id, one.reason)
            found.setdefault(one.workplace_id, []).append(closed)
    return {place: tuple(those) for place, those in found.items()}


def _spans(
    session: Session,
    places: Sequence[int],
    starts_at: datetime,
    ends_at: datetime,
    closed: Mapping[int, Sequence[ClosedTime]],
) -> dict[int, list[Seconds]]:
    """When each of these places is booked; nothing is an empty list."""
    values = {"workplaces": places, "from": starts_at, "to": ends_at}
    found: dict[int, list[Seconds]] = {place: [] for place in places}
    shortest = _SHORTEST / timedelta(microseconds=1)
    rows = session.connection().execute(_SPANS, values)
    for place, those in groupby(rows, itemgetter(0)):
        closings = {to_micros(one.starts_at) for one in closed.get(place, ())}
        found[place] += [
            (start / 1e6, end / 1e6)
            for _place, start, end in those
            if start not in closings and end - start >= shortest
        ]
    return found


def _taken(session: Session, places: Sequence[int], now: datetime) -> int:
    values = {"workplaces": places, "from": now, "to": now + timedelta(microseconds=1)}
    return session.connection().execute(_TAKEN, values).scalar_one()


def _bookings(
    session: Session, places: Sequence[int], starts_at: datetime, ends_at: datetime, now: datetime
) -> dict[int, tuple[Booking, ...]]:
    run = session.connection().execute
    rows = run(_BOOKINGS, {"workplaces": places, "from": starts_at, "to": ends_at}).all()
    people = {row[9] for row in rows}
    names = {row[0]: (row[1], row[2]) for row in run(_NAMES, {"people": sorted(people)})}
    over = {row[10] for row in rows if row[6] <= now and _STATUSES[row[7]] not in SETTLED_TICKETS}
    unfinished = {row[0] for row in run(_OPEN, {"orders": sorted(over)})} if over else set()
    found: dict[int, list[Booking]] = {}
    for place, since, until, ticket, kind, begins, ends, status, checked, person, order in rows:
        if until - since < _SHORTEST and until - since < ends - begins:
            continue  # nor is it all of a period that is no longer
        booking = Booking(
            place,
            since,
            until,
            ticket,
            _KINDS[kind],
            begins,
            ends,
            _STATUSES[status],
            order in unfinished and ends <= now,
            *names.get(person, ("", "")),
            checked,
        )
        found.setdefault(place, []).append(booking)
    return {place: tuple(sorted(those, key=_BEGIN)) for place, those in found.items()}


# Assignments of one place don't overlap: of those that end after a moment, the first to begin is
# the one that has it, or the next one.
_FREE = select(
    WORKPLACES.c.id,
    select(SEAT_ASSIGNMENTS.c.starts_at)
    .where(seats.held_after(_FROM))
    .order_by(SEAT_ASSIGNMENTS.c.starts_at)
    .limit(1)
    .correlate(WORKPLACES)
    .scalar_subquery()
    .label("taken"),
).where(any_of(WORKPLACES.c.id, "workplaces"))


def free(
    session: Session, at: datetime, until: datetime | None, filters: CalendarFilter
) -> tuple[FreePlace, ...]:
    """The offered places that nobody has at a moment, nor before `until`, in the calendar's order,
    each with when it is taken next.
    """
    places = [place for place, offered in _places(session, filters).items() if offered]
    values = {"workplaces": [place.id for place in places], "from": at}
    taken = dict(session.connection().execute(_FREE, values).all())
    end = max(at, until) if until is not None else at
    return tuple(
        FreePlace(place, taken.get(place.id))
        for place in places
        if (since := taken.get(place.id)) is None or (since > at and since >= end)
    )


_NEXT_TICKET = (
    select(
        SEAT_ASSIGNMENTS.c.workplace_id,
        SEAT_ASSIGNMENTS.c.starts_at,
        SEAT_ASSIGNMENTS.c.ends_at,
        TICKETS.c.starts_at.label("begins"),
        TICKETS.c.ends_at.label("ends"),
    )
    .join_from(TICKETS, SEAT_ASSIGNMENTS, SEAT_ASSIGNMENTS.c.ticket_number == TICKETS.c.number)
    .where(TICKETS.c.visitor_id == bindparam("person"))
)
_FEW = 10
"""Stays of which one is long enough."""

_NEXT = (
    _NEXT_TICKET.where(SEAT_ASSIGNMENTS.c.ends_at > _FROM)
    .order_by(SEAT_ASSIGNMENTS.c.starts_at)
    .limit(_FEW)
)
_LAST = (
    _NEXT_TICKET.where(SEAT_ASSIGNMENTS.c.ends_at <= _FROM)
    .order_by(SEAT_ASSIGNMENTS.c.starts_at.desc())
    .limit(_FEW)
)


def next_of(session: Session, person_id: int, now: datetime) -> Booking | None:
    """A visitor's booking at `now` or after it, or their last one; None if there is none."""
    values = {"person": person_id, "from": now}
    for query in (_NEXT, _LAST):
        for place, since, until, begins, ends in session.connection().execute(query, values):
            if until - since >= min(_SHORTEST, ends - begins):
                end = since + timedelta(microseconds=1)
                return _bookings(session, [place], since, end, now)[place][0]
    return None
