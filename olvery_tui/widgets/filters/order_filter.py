"""What the list of orders is limited to: number, period, customer, status, «Время истекло»."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from olvery_tui.domain.filters import NO_ORDER_FILTER, OrderFilter
from olvery_tui.widgets.filters.filter_fields import (
    CustomerBox,
    FilterBox,
    NumberBox,
    OrderStatusBox,
    OverdueBox,
    PeriodBox,
)
from olvery_tui.widgets.filters.filter_form import FilterForm
from olvery_tui.wording.filters import order_filter_summary


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
