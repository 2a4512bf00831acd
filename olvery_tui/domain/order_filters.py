"""What may be asked of the list of orders; typed values are parsed as those of the tickets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from olvery_tui.domain.filters import NumberRange
from olvery_tui.domain.statuses import OrderStatus


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Conditions joined by AND; an empty one matches every order.

    `customer_id` is a person picked from the suggestions and stands in place of the words.
    `from_day` and `to_day` match the orders of which a ticket's period touches those days.
    `overdue` leaves those that are «Время истекло» (`orders.is_time_up`).
    """

    numbers: tuple[NumberRange, ...] = ()
    from_day: date | None = None
    to_day: date | None = None
    customer_words: tuple[str, ...] = ()
    customer_id: int | None = None
    statuses: frozenset[OrderStatus] = frozenset()
    overdue: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked."""
        return self == NO_ORDER_FILTER


NO_ORDER_FILTER = OrderFilter()
