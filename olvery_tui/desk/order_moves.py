"""An order brought from one status to the next, its tickets and their seats with it.

Source: the manual, «Статусы билетов»: the tickets' statuses follow the order's. What becomes of the
seats of a cancelled order is ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from olvery_tui.desk import payments
from olvery_tui.desk.transaction import Transaction
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.errors import Refusal, SeatsTaken, SeatTaken, StoreUnavailable
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.statuses import OrderStatus, status_change
from olvery_tui.domain.tickets import held_from
from olvery_tui.store.audit import events
from olvery_tui.store.audit.events import NewEvent
from olvery_tui.store.database.errors import SeatConflict
from olvery_tui.store.orders import order_writes
from olvery_tui.store.orders import payments as store_payments
from olvery_tui.store.orders.order_writes import OrderTicket
from olvery_tui.store.orders.payments import NewPayment
from olvery_tui.store.tickets import seats

if TYPE_CHECKING:
    from olvery_tui.store.database.engine import Session


@dataclass(frozen=True, slots=True)
class ManyOutcome:
    """What became of one of many orders: done, or why not."""

    number: int
    error: Refusal | StoreUnavailable | None = None


def move(
    transaction: Transaction,
    order: OrderDetails,
    to: OrderStatus,
    now: datetime,
    data: Mapping[str, object],
    payment: PaymentKind | None = None,
    money: Sequence[NewPayment] = (),
) -> OrderDetails:
    """Write another status of an order, its tickets and seats with it, and record it.

    `payment` is the order's kind of payment from now on, `money` what is paid or given back by it.

    Raises:
        OrderChangedMeanwhile: the order has another version by now.
        SeatsTaken: it was cancelled, and others have its seats by now.
    """
    session, number = transaction.session, order.number
    if not order_writes.set_status(session, number, order.version, to, payment):
        raise transaction.order_changed(transaction.order(number))
    store_payments.add(session, money)
    kind = EventKind.ORDER_MOVED
    told = {**data, **payments.facts(order, money)}
    moved = NewEvent(now, kind, transaction.actor, order=number, data=told)
    # What of the tickets was due and not written yet comes before what follows from the order.
    tickets = order_writes.tickets_of(session, number)
    changes = {
        one.number: status_change(one.status, (order.status, one.period), (to, one.period), now)
        for one in tickets
    }
    order_writes.move_tickets(session, changes)
    if to.is_cancelled and not order.status.is_cancelled:
        seats.give_back(session, tuple(changes), now)
    elif order.status.is_cancelled and not to.is_cancelled:
        _take_seats(session, number, tickets, now)
    lines = [moved]
    for ticket, found in changes.items():
        lines += events.moves_of(ticket, found, transaction.actor, now)
    return transaction.record_order(kind, number, now, lines)


def _take_seats(
    session: Session, order: int, tickets: Sequence[OrderTicket], now: datetime
) -> None:
    """Let the tickets of an order that is restored have their workplaces again."""
    if taken := _taken(session, tickets, now):
        raise SeatsTaken(order, taken)
    try:
        for one in tickets:
            # What was used before the cancel may reach further, where the clock was set back since.
            seats.release(session, one.number, held_from(one.period, now))
            seats.take_back(session, one.number, one.workplace_id, one.period, now)
    except SeatConflict:  # the database has the last word
        raise SeatsTaken(order, _taken(session, tickets, now)) from None


def _taken(
    session: Session, tickets: Sequence[OrderTicket], now: datetime
) -> tuple[SeatTaken, ...]:
    """Which workplaces tickets can't have again at `now`: taken by others, or archived."""
    found = []
    for one in tickets:
        since, end = held_from(one.period, now), one.period.ends_at
        holder = seats.holder(session, one.workplace_id, since, end, exclude=one.number)
        seat = seats.seat(session, one.workplace_id)
        if seat is not None and (holder is not None or seat.archived):
            found.append(seats.refusal(seat, holder))
    return tuple(found)
