"""What a change of an order or a period does to a ticket's status and seats."""

from __future__ import annotations

from olvery_tui.domain.actors import SYSTEM
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.period import Period
from olvery_tui.domain.statuses import OrderStatus, due_moves, moves_at, ticket_status
from olvery_tui.store.events import NewEvent
from olvery_tui.store.importer.context import Context
from olvery_tui.store.importer.holds import Hold, given_up, moved
from olvery_tui.store.importer.stored import Row, StoredTicket


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
    now, number = context.now, ticket.number
    events: list[NewEvent] = []
    current = ticket.status
    for move in due_moves(was, ticket.period, current, now):
        data = {"from": move.before.value, "to": move.after.value}
        events.append(
            NewEvent(now, EventKind.TICKET_MOVED, SYSTEM, number, due_at=move.due_at, data=data)
        )
        current = move.after
    target = ticket_status(order, period, now)
    if target is not current:
        data = {"from": current.value, "to": target.value}
        events.append(NewEvent(now, EventKind.TICKET_MOVED, context.actor, number, data=data))
    row["status"] = target.value
    row["moves_at"] = moves_at(order, period, target)
    return events


def seats_of(
    context: Context, ticket: StoredTicket, workplace_id: int, order: OrderStatus, period: Period
) -> tuple[Hold, ...]:
    """What a ticket is to hold with these facts: nothing still to come where it is cancelled."""
    if order.is_cancelled:
        return given_up(ticket.held, context.now)
    return moved(ticket.held, workplace_id, period, context.now)
