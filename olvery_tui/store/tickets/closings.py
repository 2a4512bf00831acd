"""Workplaces that are closed, kept beside the seats of tickets under the same guard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, select, update
from sqlmodel import Session

from olvery_tui.domain.closings import Closing, end_of
from olvery_tui.domain.items import natural_key
from olvery_tui.domain.replay import fingerprint
from olvery_tui.store.database import rows
from olvery_tui.store.database.tables import CLOSINGS, ROOMS, SEAT_ASSIGNMENTS, SERVICES, WORKPLACES
from olvery_tui.store.tickets import seats

_OURS = SEAT_ASSIGNMENTS.c
_CLOSED: Select[Any] = (
    select(
        CLOSINGS.c.id,
        WORKPLACES.c.id,
        WORKPLACES.c.label,
        ROOMS.c.name,
        SERVICES.c.id,
        SERVICES.c.name,
        _OURS.starts_at,
        _OURS.ends_at,
        CLOSINGS.c.reason,
    )
    .join_from(SEAT_ASSIGNMENTS, CLOSINGS, CLOSINGS.c.id == _OURS.closing_id)
    .join(WORKPLACES, WORKPLACES.c.id == _OURS.workplace_id)
    .join(ROOMS, ROOMS.c.id == WORKPLACES.c.room_id)
    .join(SERVICES, SERVICES.c.id == ROOMS.c.service_id)
    .where(_OURS.ticket_number.is_(None))  # the beginning of ix_seat_assignment_ticket
)


def within(
    session: Session, starts_at: datetime, ends_at: datetime | None = None
) -> tuple[Closing, ...]:
    """The closings that touch `[starts_at, ends_at)`, by service, room, place and time."""
    query = _CLOSED.where(_OURS.ends_at > starts_at)
    if ends_at is not None:
        query = query.where(_OURS.starts_at < ends_at)
    found = [_closing(row) for row in session.connection().execute(query)]
    return tuple(sorted(found, key=_order))


def get(session: Session, closing_id: int) -> Closing | None:
    """A closing as it is now; None where its place was opened before it began."""
    row = session.connection().execute(_CLOSED.where(CLOSINGS.c.id == closing_id)).first()
    return None if row is None else _closing(row)


def add(
    session: Session, workplace_id: int, starts_at: datetime, ends_at: datetime, reason: str
) -> int:
    """Close a workplace; the id of the closing.

    Raises:
        SeatConflict: a ticket or another closing has it in that time.
    """
    closing_id = rows.add(session, CLOSINGS, reason=reason)
    hold(session, closing_id, workplace_id, starts_at, ends_at)
    return closing_id


def hold(
    session: Session, closing_id: int, workplace_id: int, starts_at: datetime, ends_at: datetime
) -> None:
    """Let a closing that is there have its workplace, until `ends_at` from now on.

    Raises:
        SeatConflict: a ticket or another closing has it in that time.
    """
    there = {"closing_id": closing_id, "workplace_id": workplace_id}
    seats.prolong(session, there, starts_at, ends_at)


def end(session: Session, closing: Closing, now: datetime) -> datetime | None:
    """Open a workplace from `now` on; the end of the closing, None where it had not begun."""
    theirs = _OURS.closing_id == closing.id
    run = session.connection().execute
    if now <= closing.starts_at:
        run(delete(SEAT_ASSIGNMENTS).where(theirs))
        return None
    run(update(SEAT_ASSIGNMENTS).where(theirs).values(ends_at=now))
    return now


def all_facts(connection: Connection) -> Iterator[tuple[int, dict[str, object]]]:
    """Each closing ever made, and its facts as events tell them (`domain.replay`)."""
    query = (
        select(CLOSINGS.c.id, CLOSINGS.c.reason, _OURS.workplace_id, _OURS.starts_at, _OURS.ends_at)
        .outerjoin_from(CLOSINGS, SEAT_ASSIGNMENTS, CLOSINGS.c.id == _OURS.closing_id)
        .order_by(CLOSINGS.c.id)
    )
    for number, reason, workplace_id, starts_at, ends_at in connection.execute(query):
        until = None if ends_at is None else end_of(ends_at)
        yield (
            number,
            {
                "workplace": workplace_id,
                "from": starts_at and starts_at.isoformat(),
                "to": until and until.isoformat(),
                "reason": fingerprint(reason),
            },
        )


def _closing(row: Any) -> Closing:
    return replace(Closing(*row), ends_at=end_of(row.ends_at))


def _order(closing: Closing) -> tuple[Any, ...]:
    return (
        natural_key(closing.service),
        natural_key(closing.room),
        natural_key(closing.workplace),
        closing.workplace_id,
        closing.starts_at,
    )
