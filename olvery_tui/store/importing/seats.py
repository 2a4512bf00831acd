"""What a change of an order or a period does to a ticket's status and seats."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import OrderStatus, status_change
from olvery_tui.store.audit.events import NewEvent, moves_of
from olvery_tui.store.importing.context import Context
from olvery_tui.store.importing.stored import Row, StoredTicket
from olvery_tui.store.tickets.seats import SeatAssignment


def given_back(
    held: Sequence[SeatAssignment], now: datetime, *, checked: bool
) -> tuple[SeatAssignment, ...]:
    """What a cancelled ticket keeps, as in `seats.give_back`: what a checked visitor has used."""
    if not checked:
        return ()
    return tuple(one._replace(ends_at=min(one.ends_at, now)) for one in held if one.starts_at < now)


def moved(
    held: Sequence[SeatAssignment], workplace_id: int, period: Period, now: datetime
) -> tuple[SeatAssignment, ...]:
    """What a ticket holds with `workplace_id` from `now` on; the past stays where it was.

    A period that is over already has no rest to move: there the line corrects what was written
    down, and the workplace counts for all of it, unless the ticket was there at its end anyway.
    """
    whole = SeatAssignment(workplace_id, period.starts_at, period.ends_at)
    since = min(now, period.ends_at)
    past = [
        one._replace(
            starts_at=max(one.starts_at, period.starts_at), ends_at=min(one.ends_at, since)
        )
        for one in held
        if one.starts_at < since and one.ends_at > period.starts_at
    ]
    stays = bool(past) and past[-1].workplace_id == workplace_id
    if now <= period.starts_at or (now >= period.ends_at and not stays):
        return (whole,)
    if stays and (now >= period.ends_at or past[-1].ends_at == now):
        return (*past[:-1], past[-1]._replace(ends_at=period.ends_at))
    return (*past, whole._replace(starts_at=now))


def set_status(
    context: Context,
    ticket: StoredTicket,
    row: Row,
    order: OrderStatus,
    period: Period,
    *,
    was: OrderStatus,
) -> list[NewEvent]:
    """Put the status that follows from `order` and `period` into a ticket's new row.

    Time comes first: moves that were due by now with the order as it `was` and that no worker has
    made are recorded as the system's own, so that the history holds each once. The rest is the
    actor's doing.
    """
    found = status_change(ticket.status, (was, ticket.period), (order, period), context.now)
    row["status"] = found.status.value
    row["moves_at"] = found.moves_at
    return list(moves_of(ticket.number, found, context.actor, context.now))


def seats_of(
    context: Context, ticket: StoredTicket, row: Row, order: OrderStatus, period: Period
) -> tuple[SeatAssignment, ...]:
    """What a ticket is to hold with its new row: nothing still to come where it is cancelled."""
    if order.is_cancelled:
        return given_back(ticket.held, context.now, checked=row["validated_at"] is not None)
    return moved(ticket.held, row["workplace_id"], period, context.now)
