"""The filter of the orders: number, period, customer, status, «Время истекло»."""

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
    """The customer."""

    field = "customer"

    def limited(
        self, filters: OrderFilter, words: tuple[str, ...], person_id: int | None
    ) -> OrderFilter:
        """Return `filters` limited to these customers."""
        return replace(filters, customer_words=words, customer_id=person_id)


class OrderStatusBox(TicksBox[OrderFilter]):
    """The ticked order statuses, with the manual's labels where they fit."""

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
        """Return `filters` limited to these statuses."""
        return replace(filters, statuses=frozenset(map(OrderStatus, chosen)))


class OverdueBox(TicksBox[OrderFilter]):
    """«Время истекло»: only orders still confirmed although all their tickets have ended."""

    field = "overdue"

    def compose(self) -> ComposeResult:
        yield StatusChoice(self.ticks())

    def ticks(self) -> Sequence[Tick]:
        return [Tick("overdue", OVERDUE_SYMBOL, (overdue(),), "overdue")]

    def limited(self, filters: OrderFilter, chosen: frozenset[str]) -> OrderFilter:
        """Return `filters`, limited to overdue orders if ticked."""
        return replace(filters, overdue=bool(chosen))


class OrderFilterForm(FilterForm[OrderFilter]):
    """The conditions of the ticket filter, for orders, and `OverdueBox`."""

    def __init__(self, *, today: Callable[[], date]) -> None:
        super().__init__(NO_ORDER_FILTER, today=today)

    def boxes(self) -> Iterable[FilterBox[OrderFilter]]:
        """Return the conditions, from the top."""
        yield NumberBox()
        yield PeriodBox(self.today)
        yield CustomerBox()
        yield OverdueBox()
        yield OrderStatusBox()

    def summary(self) -> list[tuple[str, str]]:
        """Return the current conditions in words, each with its field."""
        return order_filter_summary(self.filters, self.person_text)
