"""Order and ticket statuses, and how a ticket's status follows from its order.

Source: the manual, section «Статусы билетов».
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from olvery_tui.domain.periods import Period


class OrderStatus(StrEnum):
    """The status of an order. `wording.labels` has the labels."""

    NEW = "new"
    PAYMENT_IN_PROGRESS = "payment_in_progress"
    AWAITING_INVOICE = "awaiting_invoice"
    INVOICE_ISSUED = "invoice_issued"
    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    PAYMENT_FAILED = "payment_failed"
    REFUND_IN_PROGRESS = "refund_in_progress"
    REFUNDED = "refunded"

    @property
    def is_cancelled(self) -> bool:
        """Whether the order belongs to the «Отменен…» family, which cancels its tickets."""
        return self in CANCELLED_ORDERS

    @property
    def is_confirmed(self) -> bool:
        """Whether time moves the order's tickets: Подтвержден or Выполнен."""
        return self in CONFIRMED_ORDERS


class TicketStatus(StrEnum):
    """What the list shows for a ticket, in the order of the manual's filter."""

    NEW = "new"
    CONFIRMED = "confirmed"
    ACTIVE = "active"
    CANCELLED = "cancelled"
    DONE = "done"


CONFIRMED_ORDERS = frozenset({OrderStatus.CONFIRMED, OrderStatus.COMPLETED})
CANCELLED_ORDERS = frozenset(
    {
        OrderStatus.CANCELLED,
        OrderStatus.PAYMENT_FAILED,
        OrderStatus.REFUND_IN_PROGRESS,
        OrderStatus.REFUNDED,
    }
)

SETTLED_TICKETS = frozenset({TicketStatus.CANCELLED, TicketStatus.DONE})
"""Statuses of tickets with which nothing is left to do."""

OPEN_ORDERS = frozenset(OrderStatus) - CANCELLED_ORDERS - {OrderStatus.COMPLETED}
"""Statuses of orders that still have to be completed or cancelled: after their end they are
«Время истекло»."""

VALIDATION_STATUSES = frozenset({TicketStatus.CONFIRMED, TicketStatus.ACTIVE})
"""Where an identity check may be recorded or reset (the manual, «Валидация билета»)."""

VISITOR_STATUSES = frozenset({TicketStatus.NEW, TicketStatus.CONFIRMED})
"""Where the visitor may be changed (the manual, «Изменение данных посетителя»)."""

WORKPLACE_STATUSES = frozenset({TicketStatus.NEW, TicketStatus.CONFIRMED, TicketStatus.ACTIVE})
"""Where the workplace or the period may be changed, or the ticket cancelled by itself: one that is
finished or cancelled holds no seat to change."""


class TicketChange(StrEnum):
    """A change of a ticket that only some statuses allow."""

    VALIDATE = "validate"
    RESET = "reset"
    VISITOR = "visitor"
    WORKPLACE = "workplace"
    PERIOD = "period"
    CANCEL = "cancel"

    @property
    def allowed(self) -> frozenset[TicketStatus]:
        """The statuses in which the change may be made."""
        match self:
            case TicketChange.VALIDATE | TicketChange.RESET:
                return VALIDATION_STATUSES
            case TicketChange.VISITOR:
                return VISITOR_STATUSES
            case TicketChange.WORKPLACE | TicketChange.PERIOD | TicketChange.CANCEL:
                return WORKPLACE_STATUSES


class Move(NamedTuple):
    """One change of a ticket's status by time, and the instant at which it was due."""

    before: TicketStatus
    after: TicketStatus
    due_at: datetime


def ticket_status(order: OrderStatus, period: Period, now: datetime) -> TicketStatus:
    """The status a ticket has at `now`: a pure function of its order, its period and the time.

    A ticket whose order is still new stays new even after its period has begun, and one whose
    order is not completed stays active after its end (the manual asks for both the end and the
    completed order).
    """
    if order in CANCELLED_ORDERS:
        return TicketStatus.CANCELLED
    if order not in CONFIRMED_ORDERS:
        return TicketStatus.NEW
    if now < period.starts_at:
        return TicketStatus.CONFIRMED
    if order is OrderStatus.COMPLETED and now >= period.ends_at:
        return TicketStatus.DONE
    return TicketStatus.ACTIVE


def moves_at(order: OrderStatus, period: Period, status: TicketStatus) -> datetime | None:
    """When time alone will next move a ticket that is now in `status`; None where it never will."""
    if order not in CONFIRMED_ORDERS:
        return None
    if status is TicketStatus.CONFIRMED:
        return period.starts_at
    if status is TicketStatus.ACTIVE and order is OrderStatus.COMPLETED:
        return period.ends_at
    return None


def due_moves(
    order: OrderStatus, period: Period, status: TicketStatus, now: datetime
) -> tuple[Move, ...]:
    """The moves that bring a stored `status` to what the clock says, oldest first.

    A worker that slept through a whole period makes both of its moves, each with the time at
    which it was due. A clock that was set back, or a status that something else had written, is
    put right by one move that is due `now`.
    """
    target = ticket_status(order, period, now)
    moves: list[Move] = []
    current = status
    while current is not target:
        due = moves_at(order, period, current)
        if due is None or due > now:
            return (*moves, Move(current, target, now))
        following = TicketStatus.ACTIVE if current is TicketStatus.CONFIRMED else TicketStatus.DONE
        moves.append(Move(current, following, due))
        current = following
    return tuple(moves)


class StatusChange(NamedTuple):
    """How a ticket's status follows a change of its order or period; overdue moves come first.

    `late` are moves that were due before the change and that nobody has written yet; `own` is what
    the change itself does. `status` and `moves_at` are what the ticket has after both.
    """

    late: tuple[Move, ...]
    own: Move | None
    status: TicketStatus
    moves_at: datetime | None

    @property
    def moves(self) -> int:
        """How many times the status changes."""
        return len(self.late) + (self.own is not None)


def status_change(
    status: TicketStatus,
    was: tuple[OrderStatus, Period],
    becomes: tuple[OrderStatus, Period],
    now: datetime,
) -> StatusChange:
    """How a ticket in `status` follows a change, made at `now`, of its order's status or period."""
    late = due_moves(*was, status, now)
    before = late[-1].after if late else status
    after = ticket_status(*becomes, now)
    own = None if after is before else Move(before, after, now)
    return StatusChange(late, own, after, moves_at(*becomes, after))


def is_overdue(order: OrderStatus, ends_at: datetime | None, now: datetime) -> bool:
    """«Время истекло»: not completed or cancelled, although the ticket, or all of them, ended."""
    return order in OPEN_ORDERS and ends_at is not None and ends_at <= now
