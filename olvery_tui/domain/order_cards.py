"""What the desk shows of orders and of what is sold: plain frozen facts for any thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from olvery_tui.domain.catalogue import PaymentKind, TariffUnit
from olvery_tui.domain.orders import Caution, Payment, completes_early, owed, possible_next
from olvery_tui.domain.pages import TicketRow
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.domain.tickets import PersonDetails


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One line of the list of orders.

    `overdue`: «Время истекло», see `orders.is_time_up`.
    """

    number: int
    customer: str
    service: str
    status: OrderStatus
    tickets: int
    price: Decimal
    currency: str
    paid_at: datetime | None = None
    overdue: bool = False

    @property
    def owed(self) -> Decimal:
        """What is still to be paid."""
        return owed(self.status, self.price, paid=self.paid_at is not None)


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Some neighbouring lines of the list of orders, newest number first; as `cards.Page`."""

    rows: tuple[OrderRow, ...]
    more_above: bool
    more_below: bool
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class OrderDetails:
    """An order, whole, as its form shows it. `tickets` by number, ascending.

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
    paid_at: datetime | None = None
    comment: str = ""
    overdue: bool = False
    previous: OrderStatus | None = None

    @property
    def possible_next(self) -> tuple[OrderStatus, ...]:
        """What it may become now, the likeliest first."""
        return possible_next(self.status, self.payment_kind, paid=self.paid, previous=self.previous)

    @property
    def paid(self) -> bool:
        """Whether a payment was recorded."""
        return self.paid_at is not None

    @property
    def owed(self) -> Decimal:
        """What is still to be paid."""
        return owed(self.status, self.price, paid=self.paid)

    @property
    def ends_at(self) -> datetime | None:
        """When the last of its tickets ends; None for an order without tickets."""
        return max((ticket.period.ends_at for ticket in self.tickets), default=None)


def cautions(
    card: OrderDetails, to: OrderStatus, now: datetime, payment: Payment | None = None
) -> tuple[Caution, ...]:
    """What to ask about before `card` becomes `to`; empty where it can be done without a word."""
    found: list[Caution] = []
    if to in (OrderStatus.REFUND_IN_PROGRESS, OrderStatus.REFUNDED):
        found.append(Caution.REFUNDS)
    if to.is_cancelled and not card.status.is_cancelled:
        found.append(Caution.CANCELS)
    if to is OrderStatus.COMPLETED:
        if completes_early(to, card.ends_at, now):
            found.append(Caution.EARLY)
        if card.price > 0 and not card.paid and payment is None:
            found.append(Caution.UNPAID)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class VariantDetails:
    """A variant of a service: «Резидент +»."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class TariffDetails:
    """What a unit of time costs, and how many units may be bought. `variant_id` None: of all."""

    id: int
    name: str
    unit: TariffUnit
    price: Decimal
    currency: str
    min_units: int
    max_units: int
    variant_id: int | None = None


@dataclass(frozen=True, slots=True)
class ModifierDetails:
    """An extra and its price."""

    id: int
    name: str
    price: Decimal


@dataclass(frozen=True, slots=True)
class ServiceDetails:
    """A service with all that can be chosen of it."""

    id: int
    name: str
    slot_minutes: int
    variants: tuple[VariantDetails, ...] = ()
    tariffs: tuple[TariffDetails, ...] = ()
    modifiers: tuple[ModifierDetails, ...] = ()
