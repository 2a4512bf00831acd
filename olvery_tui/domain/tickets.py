"""Tickets: what their forms show, who may come in with one, and from when it holds its seat.

Source: the manual, section «Валидация билета».
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from olvery_tui.domain.access import ManagerDetails
from olvery_tui.domain.people import PersonDetails
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import OrderStatus, TicketStatus, ticket_status


@dataclass(frozen=True, slots=True)
class EarlierPlace:
    """The workplace that a ticket holds before it moves to its last one."""

    workplace: str
    room: str
    until: datetime


@dataclass(frozen=True, slots=True)
class TicketDetails:
    """A ticket, whole, as its form shows it."""

    number: int
    version: int
    status: TicketStatus
    created_at: datetime
    order: int
    order_status: OrderStatus
    period: Period
    visitor: PersonDetails
    service_id: int
    service: str
    workplace_id: int
    workplace: str
    room: str
    tariff: str
    variant: str | None
    modifiers: tuple[str, ...]
    validated_at: datetime | None = None
    validated_by: ManagerDetails | None = None
    overdue: bool = False
    owed: Decimal = Decimal(0)
    """What is still to be paid of its order, in `currency`."""
    currency: str = ""
    cancelled_at: datetime | None = None
    """When it was cancelled by itself, not with its order."""
    unit_price: Decimal = Decimal(0)
    """What a unit of its tariff cost when it was booked."""
    earlier: EarlierPlace | None = None
    """Where it is before it goes on at `workplace`."""

    @property
    def governed_by(self) -> OrderStatus:
        """The order's status that its own follows from; «Отменен» if it was cancelled by itself."""
        return self.order_status if self.cancelled_at is None else OrderStatus.CANCELLED

    def status_at(self, now: datetime) -> TicketStatus:
        """The status it has at `now`, whatever is stored."""
        return ticket_status(self.governed_by, self.period, now)

    @property
    def validated(self) -> bool:
        """Whether the visitor's identity was checked."""
        return self.validated_at is not None

    def admission(self, now: datetime) -> Admission:
        """Whether the visitor may come in at `now`."""
        return admission(
            self.governed_by, self.period, self.validated, now, banned=self.visitor.banned
        )


@dataclass(frozen=True, slots=True)
class PlaceDetails:
    """A workplace in the chooser: free, the ticket's own, taken and by whom, or closed and why."""

    workplace_id: int
    label: str
    room: str
    current: bool = False
    taken_by: int | None = None
    visitor: str | None = None
    taken: Period | None = None
    closed: str | None = None
    closed_until: datetime | None = None
    """None for a place that is open, or closed without an end."""

    @property
    def free(self) -> bool:
        """Whether nobody else holds it in the period, and it is not closed."""
        return self.taken_by is None and self.closed is None


def held_from(period: Period, now: datetime) -> datetime:
    """The moment from which a ticket that gets its seat at `now` holds it, until its period ends.

    In a period that has begun that is `now`: hours that have passed need no seat. A period that is
    over is recorded after the fact, so all of it is held.
    """
    return now if period.contains(now) else period.starts_at


class Admission(StrEnum):
    """The answer for a turnstile: admitted, or the first reason why not."""

    ADMITTED = "admitted"
    NO_SUCH_TICKET = "no_such_ticket"
    BANNED = "banned"
    CANCELLED = "cancelled"
    NOT_CONFIRMED = "not_confirmed"
    ENDED = "ended"
    NOT_STARTED = "not_started"
    NOT_VALIDATED = "not_validated"


def admission(
    order: OrderStatus,
    period: Period,
    validated: bool,
    now: datetime,
    *,
    banned: bool = False,
) -> Admission:
    """Whether a visitor may come in at `now`, judged by facts and not by the stored status.

    A banned visitor never may. Of several reasons the first is one that the desk can't remove, then
    a missing identity check, and last an early arrival: an unchecked visitor who comes early is
    sent to the desk first.
    """
    if banned:
        return Admission.BANNED
    if order.is_cancelled:
        return Admission.CANCELLED
    if not order.is_confirmed:
        return Admission.NOT_CONFIRMED
    if now >= period.ends_at:
        return Admission.ENDED
    if not validated:
        return Admission.NOT_VALIDATED
    if now < period.starts_at:
        return Admission.NOT_STARTED
    return Admission.ADMITTED


@dataclass(frozen=True, slots=True)
class VisitorView:
    """What the visitor's own ticket shows beside its details.

    `door_from` is from when the door lets in who was checked; None where nothing can be promised.
    """

    first_visit_notice: bool
    can_send: bool
    door_from: datetime | None = None


def visitor_view(order: OrderStatus, period: Period, validated: bool, now: datetime) -> VisitorView:
    """Show the first-visit notice and «Отправить билет» until the ticket is validated.

    A ticket that is cancelled or over has no notice. The door is promised for a confirmed ticket
    only, and not before its period begins.
    """
    coming = not order.is_cancelled and now < period.ends_at
    return VisitorView(
        first_visit_notice=not validated and coming,
        can_send=not validated,
        door_from=max(now, period.starts_at) if coming and order.is_confirmed else None,
    )
