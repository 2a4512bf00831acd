"""Orders: which status may follow which, and what a new one is made of.

Source: the manual, «Статусы билетов», names the ten statuses; which may follow which is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.pages import TicketRow
from olvery_tui.domain.payments import PaymentLine, last_payment, paid_since
from olvery_tui.domain.people import NewPerson, PersonDetails
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import OrderStatus, TicketStatus

IMPORTED_MAX = 2_000_000_000
"""The largest number that an import may assign; the rest is reserved for new orders."""

COMMENT_MAX = 1_000
REASON_MAX = 500
"""Letters of the reason for a change of status, which is kept in the history."""

WORKPLACES_MAX = 100
"""The most workplaces in one order."""

_S = OrderStatus

TRANSITIONS: dict[OrderStatus, tuple[OrderStatus, ...]] = {
    _S.NEW: (_S.CONFIRMED, _S.PAYMENT_IN_PROGRESS, _S.AWAITING_INVOICE, _S.CANCELLED),
    _S.PAYMENT_IN_PROGRESS: (_S.CONFIRMED, _S.PAYMENT_FAILED, _S.CANCELLED),
    _S.AWAITING_INVOICE: (_S.INVOICE_ISSUED, _S.CANCELLED),
    _S.INVOICE_ISSUED: (_S.CONFIRMED, _S.CANCELLED),
    _S.CONFIRMED: (_S.COMPLETED, _S.CANCELLED, _S.REFUND_IN_PROGRESS),
    _S.REFUND_IN_PROGRESS: (_S.REFUNDED, _S.CONFIRMED),
    _S.COMPLETED: (_S.CONFIRMED,),
    _S.CANCELLED: (
        _S.NEW,
        _S.PAYMENT_IN_PROGRESS,
        _S.AWAITING_INVOICE,
        _S.INVOICE_ISSUED,
        _S.CONFIRMED,
    ),
    _S.PAYMENT_FAILED: (_S.NEW,),
    _S.REFUNDED: (),
}
"""The statuses that may follow each status, the likeliest first; `possible_next` narrows them by
the order's payment and its previous status."""


@dataclass(frozen=True, slots=True)
class Payment:
    """The payment of all that an order owes: when, how, and under which receipt."""

    paid_at: datetime
    kind: PaymentKind
    receipt: str = ""

    def is_backdated(self, now: datetime) -> bool:
        """Whether it was paid before this minute: its money counts at that time."""
        return self.paid_at < now.replace(second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order as filled in in «Добавить заказ»; one ticket for each workplace.

    `price` None stands for the price computed from tariff and modifiers; `proposed_price` is the
    computed price shown on the screen, None if none was shown. A new customer is registered with
    the order. `visitor` None is the customer.
    """

    customer: int | NewPerson
    service_id: int
    tariff_id: int
    period: Period
    workplace_ids: tuple[int, ...]
    variant_id: int | None = None
    modifier_ids: tuple[int, ...] = ()
    payment_kind: PaymentKind = PaymentKind.ON_SITE
    price: Decimal | None = None
    comment: str = ""
    proposed_price: Decimal | None = None
    visitor: int | None = None


def possible_next(
    status: OrderStatus,
    payment_kind: PaymentKind,
    *,
    paid: bool,
    previous: OrderStatus | None = None,
) -> tuple[OrderStatus, ...]:
    """What an order may become now, the likeliest first. `previous` is its status before this one.

    An online payment begins only for an order that is paid online, and an invoice is awaited only
    for one that is paid by invoice. A paid order is refunded, not cancelled; an unpaid one can't be
    refunded. A cancelled order returns to its previous status.
    """
    barred: set[OrderStatus] = set()
    if status is OrderStatus.NEW:
        if payment_kind is not PaymentKind.ONLINE:
            barred.add(OrderStatus.PAYMENT_IN_PROGRESS)
        if payment_kind is not PaymentKind.INVOICE:
            barred.add(OrderStatus.AWAITING_INVOICE)
    elif status is OrderStatus.CONFIRMED:
        barred.add(OrderStatus.CANCELLED if paid else OrderStatus.REFUND_IN_PROGRESS)
    elif status is OrderStatus.CANCELLED:
        barred.update(set(TRANSITIONS[status]) - {restored_status(previous, payment_kind)})
    return tuple(following for following in TRANSITIONS[status] if following not in barred)


def restored_status(previous: OrderStatus | None, payment_kind: PaymentKind) -> OrderStatus:
    """The status that restores a cancelled order: its previous one, else that of a new order."""
    if previous in TRANSITIONS[OrderStatus.CANCELLED]:
        return previous
    return first_status(payment_kind)


def goes_back(status: OrderStatus, to: OrderStatus) -> bool:
    """Whether the change reopens a completed or cancelled order."""
    if status is OrderStatus.COMPLETED:
        return to is OrderStatus.CONFIRMED
    return status.is_cancelled and not to.is_cancelled


def needs_payment(status: OrderStatus, to: OrderStatus, price: Decimal, paid: Decimal) -> bool:
    """Whether the change needs a payment: an order is confirmed only paid or free of charge.

    A completed or cancelled order that is reopened needs none: it was confirmed before.
    """
    return to is OrderStatus.CONFIRMED and price > paid and not goes_back(status, to)


def takes_payment(to: OrderStatus) -> bool:
    """Whether the change may record a payment: when an order is confirmed or completed."""
    return to.is_confirmed


class Caution(StrEnum):
    """A reason to ask for confirmation before an order's status is changed."""

    CANCELS = "cancels"
    """Its tickets are cancelled and their seats given up."""
    REFUNDS = "refunds"
    """What was paid is given back."""
    EARLY = "early"
    """It is completed before its last ticket has ended."""
    UNPAID = "unpaid"
    """It is completed although nobody paid for it."""


def completes_early(to: OrderStatus, ends_at: datetime | None, now: datetime) -> bool:
    """Whether an order would be completed before the last of its tickets has ended."""
    return to is OrderStatus.COMPLETED and ends_at is not None and now < ends_at


def proposed_next(status: OrderStatus, following: Sequence[OrderStatus]) -> OrderStatus | None:
    """The status to preselect: the only one of `following`, if it can be undone."""
    if len(following) == 1 and status in TRANSITIONS[following[0]]:
        return following[0]
    return None


def first_status(payment_kind: PaymentKind) -> OrderStatus:
    """The status of a new order; one that is paid by invoice awaits it from the start."""
    if payment_kind is PaymentKind.INVOICE:
        return OrderStatus.AWAITING_INVOICE
    return OrderStatus.NEW


def owed(status: OrderStatus, price: Decimal, paid: Decimal) -> Decimal:
    """The unpaid amount of a confirmed or completed order; zero in other statuses."""
    return max(price - paid, Decimal(0)) if status.is_confirmed else Decimal(0)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One line of the list of orders.

    `paid_at` is since when it is paid in full, `overdue`: «Время истекло» (`is_overdue`).
    """

    number: int
    customer: str
    service: str
    status: OrderStatus
    tickets: int
    price: Decimal
    currency: str
    paid: Decimal = Decimal(0)
    paid_at: datetime | None = None
    overdue: bool = False

    @property
    def owed(self) -> Decimal:
        """What is still to be paid."""
        return owed(self.status, self.price, self.paid)


@dataclass(frozen=True, slots=True)
class OrderDetails:
    """An order, whole, as its form shows it. `tickets` by number, `payments` as they were written.

    `previous` is the status it had before; None where it never had another one.
    """

    number: int
    version: int
    status: OrderStatus
    created_at: datetime
    customer: PersonDetails
    service_id: int
    service: str
    payment_kind: PaymentKind
    price: Decimal
    currency: str
    tickets: tuple[TicketRow, ...]
    payments: tuple[PaymentLine, ...] = ()
    comment: str = ""
    overdue: bool = False
    previous: OrderStatus | None = None

    @property
    def possible_next(self) -> tuple[OrderStatus, ...]:
        """What it may become now, the likeliest first."""
        paid = self.paid > 0
        return possible_next(self.status, self.payment_kind, paid=paid, previous=self.previous)

    @property
    def paid(self) -> Decimal:
        """What was paid and not given back."""
        return sum((line.amount for line in self.payments), Decimal(0))

    @property
    def unpaid(self) -> Decimal:
        """What of the price is not paid, in any status."""
        return max(self.price - self.paid, Decimal(0))

    @property
    def paid_at(self) -> datetime | None:
        """Since when it is paid in full."""
        last = last_payment(self.payments)
        return paid_since(self.price, self.paid, last.at if last else None)

    @property
    def owed(self) -> Decimal:
        """What is still to be paid."""
        return owed(self.status, self.price, self.paid)

    @property
    def to_give_back(self) -> Decimal:
        """What was paid beyond the price of an order that is not cancelled."""
        return Decimal(0) if self.status.is_cancelled else max(self.paid - self.price, Decimal(0))

    @property
    def sold(self) -> tuple[TicketRow, ...]:
        """Its tickets without those that were cancelled by themselves."""
        if self.status.is_cancelled:
            return self.tickets
        return tuple(one for one in self.tickets if one.status is not TicketStatus.CANCELLED)

    @property
    def ends_at(self) -> datetime | None:
        """When the last of its tickets ends; None for an order without tickets."""
        return max((ticket.period.ends_at for ticket in self.sold), default=None)


def cautions(
    order: OrderDetails, to: OrderStatus, now: datetime, payment: Payment | None = None
) -> tuple[Caution, ...]:
    """The reasons to ask for confirmation before `order` becomes `to`; often none."""
    found: list[Caution] = []
    if to in (OrderStatus.REFUND_IN_PROGRESS, OrderStatus.REFUNDED):
        found.append(Caution.REFUNDS)
    if to.is_cancelled and not order.status.is_cancelled:
        found.append(Caution.CANCELS)
    if to is OrderStatus.COMPLETED:
        if completes_early(to, order.ends_at, now):
            found.append(Caution.EARLY)
        if order.unpaid and payment is None:
            found.append(Caution.UNPAID)
    return tuple(found)
