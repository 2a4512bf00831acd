"""Which workplace a ticket holds from when to when, and who stands in the way.

The database guarantees that no two assignments of one workplace overlap, closings included. This
module keeps those of one ticket in order, and finds the name for a friendly refusal.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlmodel import Session

from olvery_tui.domain.errors import SeatTaken
from olvery_tui.domain.periods import Period
from olvery_tui.domain.tickets import held_from
from olvery_tui.store.database.any_of import any_of
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


@dataclass(frozen=True, slots=True)
class Seat:
    """A workplace with what it belongs to."""

    id: int
    label: str
    room: str
    service_id: int
    archived: bool = False
    """Whether it, its room or its service is archived: no ticket may take it."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The ticket that has a workplace since then, and its visitor's name; or why it is closed."""

    ticket: int | None
    visitor: str
    closed: str | None
    since: datetime


class SeatAssignment(NamedTuple):
    """A ticket's hold on one workplace in `[starts_at, ends_at)`."""

    workplace_id: int
    starts_at: datetime
    ends_at: datetime


_SEAT = (
    WORKPLACES.c.id,
    WORKPLACES.c.label,
    ROOMS.c.name,
    ROOMS.c.service_id,
    IS_ARCHIVED.label("archived"),
)
_EARLIER = SEAT_ASSIGNMENTS.alias("earlier")


def held_after(
    since: BindParameter[datetime], of: FromClause = SEAT_ASSIGNMENTS
) -> ColumnElement[bool]:
    """Whether an assignment of WORKPLACES's row ends after `since`.

    What one workplace is held for does not overlap: of what began before, only the latest can reach
    beyond `since`. So ix_seat_assignment_workplace is read from there on, however long ago the
    coworking was opened.
    """
    latest_before = (
        select(func.max(_EARLIER.c.starts_at))
        .where(_EARLIER.c.workplace_id == WORKPLACES.c.id, _EARLIER.c.starts_at <= since)
        .correlate(WORKPLACES)
        .scalar_subquery()
    )
    return and_(
        of.c.workplace_id == WORKPLACES.c.id,
        of.c.starts_at >= func.coalesce(latest_before, since),
        of.c.ends_at > since,
    )


def held_within(
    since: BindParameter[datetime],
    until: BindParameter[datetime],
    of: FromClause = SEAT_ASSIGNMENTS,
) -> ColumnElement[bool]:
    """Whether an assignment of WORKPLACES's row touches `[since, until)`; see `held_after`."""
    return and_(held_after(since, of), of.c.starts_at < until)


def seat(session: Session, workplace_id: int) -> Seat | None:
    """The workplace with this id."""
    query = (
        select(*_SEAT)
        .join_from(WORKPLACES, ROOMS, ROOMS.c.id == WORKPLACES.c.room_id)
        .join(SERVICES, SERVICES.c.id == ROOMS.c.service_id)
        .where(WORKPLACES.c.id == workplace_id)
    )
    row = session.connection().execute(query).first()
    return None if row is None else Seat(*row)


_HOLDER = (
    SEAT_ASSIGNMENTS.c.ticket_number,
    PEOPLE.c.first_name,
    PEOPLE.c.last_name,
    CLOSINGS.c.reason,
    SEAT_ASSIGNMENTS.c.starts_at,
)


def _holder(
    ticket: int | None, first: str, last: str, closed: str | None, since: datetime
) -> Holder:
    return Holder(ticket, "" if ticket is None else f"{first} {last}".strip(), closed, since)


def is_not_of(
    number: ColumnElement[int | None], ticket: int | ColumnElement[int]
) -> ColumnElement[bool]:
    """Whether an assignment, by its ticket's `number`, is another ticket's or a closing."""
    return or_(number.is_(None), number != ticket)


def holder(
    session: Session, workplace_id: int, starts_at: datetime, ends_at: datetime, *, exclude: int
) -> Holder | None:
    """The first ticket other than `exclude`, or the closing, that has the workplace in
    `[starts_at, ends_at)`.

    Relies on ix_seat_assignment_workplace. Periods that only touch are not in each other's way.
    """
    query = (
        select(*_HOLDER)
        .select_from(SEAT_ASSIGNMENTS)
        .outerjoin(TICKETS, TICKETS.c.number == SEAT_ASSIGNMENTS.c.ticket_number)
        .outerjoin(PEOPLE, PEOPLE.c.id == TICKETS.c.visitor_id)
        .outerjoin(CLOSINGS, CLOSINGS.c.id == SEAT_ASSIGNMENTS.c.closing_id)
        .where(
            SEAT_ASSIGNMENTS.c.workplace_id == workplace_id,
            SEAT_ASSIGNMENTS.c.starts_at < ends_at,
            SEAT_ASSIGNMENTS.c.ends_at > starts_at,
            is_not_of(SEAT_ASSIGNMENTS.c.ticket_number, exclude),
        )
        .order_by(SEAT_ASSIGNMENTS.c.starts_at)
        .limit(1)
    )
    row = session.connection().execute(query).first()
    return None if row is None else _holder(*row)


def refusal(seat: Seat, holder: Holder | None, wanted_by: int | None = None) -> SeatTaken:
    """The refusal of a seat that somebody has; None where it is archived, or free by now.

    `wanted_by` is the ticket that needs it, if several do: the refusal names it, and since when.
    """
    if holder is None:
        return SeatTaken(seat.label, seat.room, by_ticket=None)
    held = (seat.label, seat.room, holder.ticket, holder.visitor, holder.closed)
    return SeatTaken(*held) if wanted_by is None else SeatTaken(*held, holder.since, wanted_by)


class Standing(NamedTuple):
    """A workplace as it is in some stretch of time, and who has it then."""

    seat: Seat
    holder: Holder | None


_LATEST = SEAT_ASSIGNMENTS.alias("latest")
# What one workplace is held for does not overlap: of what begins before the end, the last to begin
# is the last to end, so nothing else can be in the way.
_LAST_BEGUN = (
    select(_LATEST.c.id)
    .where(
        _LATEST.c.workplace_id == WORKPLACES.c.id,
        _LATEST.c.starts_at < bindparam("to", type_=UtcDateTime()),
    )
    .order_by(_LATEST.c.starts_at.desc())
    .limit(1)
    .correlate(WORKPLACES)
    .scalar_subquery()
)
_STANDING = (
    select(*_SEAT, SEAT_ASSIGNMENTS.c.id, *_HOLDER)
    .join_from(WORKPLACES, ROOMS, ROOMS.c.id == WORKPLACES.c.room_id)
    .join(SERVICES, SERVICES.c.id == ROOMS.c.service_id)
    .outerjoin(
        SEAT_ASSIGNMENTS,
        and_(
            SEAT_ASSIGNMENTS.c.id == _LAST_BEGUN,
            SEAT_ASSIGNMENTS.c.ends_at > bindparam("from", type_=UtcDateTime()),
        ),
    )
    .outerjoin(TICKETS, TICKETS.c.number == SEAT_ASSIGNMENTS.c.ticket_number)
    .outerjoin(PEOPLE, PEOPLE.c.id == TICKETS.c.visitor_id)
    .outerjoin(CLOSINGS, CLOSINGS.c.id == SEAT_ASSIGNMENTS.c.closing_id)
    .where(any_of(WORKPLACES.c.id, "workplaces"))
)


def standing(
    session: Session, workplace_ids: Sequence[int], period: Period, now: datetime
) -> dict[int, Standing]:
    """Who has each of some workplaces in `period`, asked for at `now` (`held_from`).

    Unknown workplaces are left out. One step in ix_seat_assignment_workplace for each.
    """
    values = {
        "workplaces": workplace_ids,
        "from": held_from(period, now),
        "to": period.ends_at,
    }
    rows = session.connection().execute(_STANDING, values)
    return {
        one: Standing(
            Seat(one, label, room, service, archived),
            None if assignment is None else _holder(*held),
        )
        for one, label, room, service, archived, assignment, *held in rows
    }


def assignments(session: Session, number: int) -> tuple[SeatAssignment, ...]:
    """What a ticket holds, in the order of time (ix_seat_assignment_ticket)."""
    of = SEAT_ASSIGNMENTS.c
    query = select(of.workplace_id, of.starts_at, of.ends_at).where(of.ticket_number == number)
    found = session.connection().execute(query.order_by(of.starts_at))
    return tuple(SeatAssignment(*row) for row in found)


def release(session: Session, number: int, since: datetime) -> None:
    """Give up what a ticket holds from `since` on; earlier assignments stay."""
    _release(session, (number,), since)


def give_back(session: Session, numbers: Collection[int], now: datetime) -> None:
    """Give back the seats of tickets that are cancelled at `now`.

    A ticket whose visitor was checked in keeps what was used, up to `now`. Otherwise nothing was
    used, and the past of the seat is given back too.
    """
    unchecked = select(TICKETS.c.number).where(
        TICKETS.c.number.in_(numbers), TICKETS.c.validated_at.is_(None)
    )
    session.connection().execute(
        delete(SEAT_ASSIGNMENTS).where(SEAT_ASSIGNMENTS.c.ticket_number.in_(unchecked))
    )
    _release(session, numbers, now)


def take_back(
    session: Session, number: int, workplace_id: int, period: Period, now: datetime
) -> None:
    """Give a ticket that is no longer cancelled its seat again, from `held_from` on.

    Raises:
        SeatConflict: another ticket has the workplace by now (`standing` tells which).
    """
    hold(session, number, workplace_id, held_from(period, now), period.ends_at)


def _release(session: Session, numbers: Collection[int], since: datetime) -> None:
    connection = session.connection()
    theirs = SEAT_ASSIGNMENTS.c.ticket_number.in_(numbers)
    connection.execute(
        delete(SEAT_ASSIGNMENTS).where(theirs, SEAT_ASSIGNMENTS.c.starts_at >= since)
    )
    connection.execute(
        update(SEAT_ASSIGNMENTS)
        .where(theirs, SEAT_ASSIGNMENTS.c.ends_at > since)
        .values(ends_at=since)
    )


def hold(
    session: Session, number: int, workplace_id: int, starts_at: datetime, ends_at: datetime
) -> None:
    """Assign a workplace to a ticket; its assignment of the same seat that ends there is prolonged.

    Raises:
        SeatConflict: if another ticket has the workplace at any moment of the period.
    """
    there = {"ticket_number": number, "workplace_id": workplace_id, "ends_at": starts_at}
    prolong(session, there, starts_at, ends_at)


def prolong(
    session: Session, there: Mapping[str, Any], starts_at: datetime, ends_at: datetime
) -> None:
    """Let the assignment with these columns last until `ends_at`; insert it if there is none.

    Raises:
        SeatConflict: the workplace is held then.
    """
    connection = session.connection()
    same = (SEAT_ASSIGNMENTS.c[name] == value for name, value in there.items())
    with connection.begin_nested():  # a refusal undoes no more than this
        longer = connection.execute(update(SEAT_ASSIGNMENTS).where(*same).values(ends_at=ends_at))
        if not longer.rowcount:
            period = {"starts_at": starts_at, "ends_at": ends_at}
            connection.execute(insert(SEAT_ASSIGNMENTS).values({**there, **period}))
