"""«Отменить билет»: one ticket of an order is cancelled by itself. Source: ours."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from olvery_tui.desk import order_moves
from olvery_tui.desk.periods import change_price, locked_order
from olvery_tui.desk.tickets import require_status
from olvery_tui.desk.transaction import Part, Transaction, find_order, find_ticket
from olvery_tui.domain.cancelling import CancelView, share_of
from olvery_tui.domain.errors import (
    ChangedSince,
    ForbiddenTransition,
    InputCode,
    InvalidForm,
    InvalidInput,
)
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.orders import REASON_MAX, OrderDetails
from olvery_tui.domain.pricing import units
from olvery_tui.domain.statuses import OrderStatus, TicketChange, status_change
from olvery_tui.domain.text import clean
from olvery_tui.domain.tickets import TicketDetails, held_from
from olvery_tui.store.audit import events
from olvery_tui.store.database.errors import SeatConflict
from olvery_tui.store.orders import order_writes
from olvery_tui.store.tickets import seats, ticket_periods, ticket_writes
from olvery_tui.store.tickets.seats import Seat

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from olvery_tui.store.database.engine import Session

_TO = (OrderStatus.CANCELLED, OrderStatus.REFUND_IN_PROGRESS)
"""What an order becomes when its last ticket is cancelled: whichever of them may follow."""


class Cancelling(Part):
    """Tickets that are cancelled by themselves.

    Every method may raise `NoManager`, `NoSuchTicket` and `StoreUnavailable`; then nothing was
    changed.
    """

    def view(self, number: int) -> CancelView:
        """All that the window of a ticket's cancellation shows."""
        zone = self._context.location().zone
        with self._context.reading() as session:
            now = self._context.now()
            ticket = find_ticket(session, number, now)
            order = find_order(session, ticket.order, now)
            is_last = len(order_writes.tickets_of(session, order.number)) == 1
            share = order.price if is_last else _share(session, order, number, zone)
            return CancelView(ticket, order, share, is_last)

    def cancel_ticket(
        self, seen: TicketDetails, share: Decimal | None = None, reason: str = ""
    ) -> TicketDetails:
        """Cancel one ticket: its place is free again, as with an order that is cancelled.

        The order costs less by its `share` (None: what it was sold for); what was paid beyond that
        is to be given back. Where no other ticket is left of the order, the order is cancelled.

        Raises:
            WrongStatus: the ticket is cancelled or done.
            ChangedMeanwhile: the ticket is not as it was on the screen.
            InvalidForm: `reason` too long; `price`, the order's would be none.
            ForbiddenTransition: it is the last one, and its order can't be cancelled any more.
        """
        reason = clean(reason)
        if len(reason) > REASON_MAX:
            too_long = InvalidInput("reason", InputCode.TOO_LONG, {"limit": REASON_MAX})
            raise InvalidForm((too_long,))
        with self._context.command(EventKind.CANCEL_REFUSED, ticket=seen.number) as transaction:
            order = locked_order(transaction, seen)
            ticket, now = transaction.ticket(seen.number), transaction.now()
            require_status(ticket, now, TicketChange.CANCEL)
            session, told = transaction.session, {"reason": reason} if reason else {}
            if len(order_writes.tickets_of(session, order.number)) == 1:
                to = next((one for one in order.possible_next if one in _TO), None)
                if to is None:
                    raise ForbiddenTransition(order.number, order.status, OrderStatus.CANCELLED)
                data = {"from": order.status.value, "to": to.value, **told}
                order_moves.move(transaction, order, to, now, data)
                return transaction.ticket(ticket.number)
            if share is None:
                zone = self._context.location().zone
                share = _share(session, order, ticket.number, zone)
            return _cancel(transaction, ticket, order, share, told)


def _cancel(
    transaction: Transaction,
    ticket: TicketDetails,
    order: OrderDetails,
    share: Decimal,
    told: Mapping[str, object],
) -> TicketDetails:
    session, now, number = transaction.session, transaction.now(), ticket.number
    sums = change_price(transaction, order, -share)
    was, becomes = (order.status, ticket.period), (OrderStatus.CANCELLED, ticket.period)
    change = status_change(ticket.status, was, becomes, now)
    written = ticket_writes.set_cancelled(session, number, ticket.version, now, change)
    seats.give_back(session, (number,), now)
    order_writes.keep_period(session, order.number)
    kind, data = EventKind.TICKET_CANCELLED, {**sums, **told}
    return transaction.record_ticket(kind, ticket, written, now, data, moves=change)


def restore(transaction: Transaction, ticket: TicketDetails, data: Mapping[str, Any]) -> None:
    """Take a ticket's cancellation back, as recorded in `data`: it gets its seat again.

    Raises:
        ChangedSince: the order was cancelled since.
        SeatTaken: somebody has its place by now.
    """
    session, now, number = transaction.session, transaction.now(), ticket.number
    order = transaction.order(ticket.order)
    if order.status.is_cancelled:
        who, at = events.last_order_change(session, order.number) or (None, now)
        raise ChangedSince(order.number, True, who, at)
    sums = change_price(transaction, order, Decimal(data["price_before"]) - Decimal(data["price"]))
    was, becomes = (OrderStatus.CANCELLED, ticket.period), (order.status, ticket.period)
    change = status_change(ticket.status, was, becomes, now)
    written = ticket_writes.set_cancelled(session, number, ticket.version, None, change)
    since, end = held_from(ticket.period, now), ticket.period.ends_at
    seats.release(session, number, since)
    try:
        seats.take_back(session, number, ticket.workplace_id, ticket.period, now)
    except SeatConflict:
        seat = Seat(ticket.workplace_id, ticket.workplace, ticket.room, ticket.service_id)
        holder = seats.holder(session, seat.id, since, end, exclude=number)
        raise seats.refusal(seat, holder) from None
    order_writes.keep_period(session, order.number)
    kind = EventKind.TICKET_RESTORED
    transaction.record_ticket(kind, ticket, written, now, sums, moves=change)


def _share(session: Session, order: OrderDetails, number: int, zone: ZoneInfo) -> Decimal:
    """Return the share of the order's price that one of its tickets was sold for."""
    worth = {}
    for one in order_writes.tickets_of(session, order.number):
        terms = ticket_periods.terms(session, one.number)
        worth[one.number] = units(terms.unit, one.period, zone) * terms.unit_price
    mine = worth.pop(number, Decimal(0))
    return share_of(order.price, mine, list(worth.values()))
