"""What the list of orders is limited to: number, period, customer, status, «Время истекло»."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from textual.app import ComposeResult

from olvery_tui.domain.filters import NO_ORDER_FILTER, OrderFilter
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.widgets.filters.filter_fields import (
    FilterBox,
    NumberBox,
    PeriodBox,
    PersonBox,
    TicksBox,
)
from olvery_tui.widgets.filters.filter_form import FilterForm
from olvery_tui.widgets.pickers.status_choice import StatusChoice, Tick
from olvery_tui.wording.filters import order_filter_summary
from olvery_tui.wording.labels import (
    OVERDUE_SYMBOL,
    order_look,
    order_status,
    order_status_short,
    overdue,
    status_symbol,
)


class CustomerBox(PersonBox[OrderFilter]):
    """Who ordered."""

    field = "customer"

    def limited(
        self, filters: OrderFilter, words: tuple[str, ...], person_id: int | None
    ) -> OrderFilter:
        """The orders of these customers."""
        return replace(filters, customer_words=words, customer_id=person_id)


class OrderStatusBox(TicksBox[OrderFilter]):
    """Any of the order's statuses that are ticked, by the manual's label where it fits."""

    field = "status"

    def ticks(self) -> Sequence[Tick]:
        return [
            Tick(
                status.value,
                status_symbol(order_look(status)),
                (order_status(status), order_status_short(status)),
                order_look(status).value,
            )
            for status in OrderStatus
        ]

    def limited(self, filters: OrderFilter, chosen: frozenset[str]) -> OrderFilter:
        """The orders in these statuses."""
        return replace(filters, statuses=frozenset(map(OrderStatus, chosen)))


class OverdueBox(TicksBox[OrderFilter]):
    """«Время истекло»: only what is still confirmed although all its tickets have ended."""

    field = "overdue"

    def compose(self) -> ComposeResult:
        yield StatusChoice(self.ticks())

    def ticks(self) -> Sequence[Tick]:
        return [Tick("overdue", OVERDUE_SYMBOL, (overdue(),), "overdue")]

    def limited(self, filters: OrderFilter, chosen: frozenset[str]) -> OrderFilter:
        """The orders whose time is up, where that is ticked."""
        return replace(filters, overdue=bool(chosen))


class OrderFilterForm(FilterForm[OrderFilter]):
    """The tickets' conditions, for orders, and one more."""

    def __init__(self, *, today: Callable[[], date]) -> None:
        super().__init__(NO_ORDER_FILTER, today=today)

    def boxes(self) -> Iterable[FilterBox[OrderFilter]]:
        """The conditions, from the top."""
        yield NumberBox()
        yield PeriodBox(self.today)
        yield CustomerBox()
        yield OverdueBox()
        yield OrderStatusBox()

    def summary(self) -> list[tuple[str, str]]:
        """The conditions in force in words, each with its field."""
        return order_filter_summary(self.filters, self.person_text)
