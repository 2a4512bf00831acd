"""What a change of an order or a period does to a ticket's status and seats."""

from __future__ import annotations

from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import OrderStatus, status_change
from olvery_tui.store.audit.events import NewEvent, moves_of
from olvery_tui.store.importing.context import Context
from olvery_tui.store.importing.holds import Hold, given_back, moved
from olvery_tui.store.importing.stored import Row, StoredTicket


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
) -> tuple[Hold, ...]:
    """What a ticket is to hold with its new row: nothing still to come where it is cancelled."""
    if order.is_cancelled:
        return given_back(ticket.held, context.now, checked=row["validated_at"] is not None)
    return moved(ticket.held, row["workplace_id"], period, context.now)
