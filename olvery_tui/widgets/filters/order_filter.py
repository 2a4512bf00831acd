"""The filter of the orders: number, period, customer, status, «Время истекло», payment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from olvery_tui.domain.filters import NO_ORDER_FILTER, OrderFilter
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.widgets.filters.filter_fields import (
    FilterBox,
    NumberBox,
    PeriodBox,
    PersonBox,
    TicksBox,
    either,
)
from olvery_tui.widgets.filters.filter_form import FilterForm
from olvery_tui.widgets.pickers.status_choice import Tick
from olvery_tui.wording.filters import capitalized, order_filter_summary, paid_text
from olvery_tui.wording.labels import (
    CHECKED_SYMBOL,
    OVERDUE_SYMBOL,
    order_look,
    order_status,
    order_status_short,
    overdue,
    status_symbol,
)


def status_ticks() -> list[Tick]:
    """Return the order statuses to tick, with the manual's labels where they fit."""
    return [
        Tick(
            status.value,
            status_symbol(order_look(status)),
            (order_status(status), order_status_short(status)),
            order_look(status).value,
        )
        for status in OrderStatus
    ]


class OrderFilterForm(FilterForm[OrderFilter]):
    """The conditions of the ticket filter, for orders, overdue ones, and what is paid."""

    def __init__(self, *, today: Callable[[], date]) -> None:
        super().__init__(NO_ORDER_FILTER, today=today)

    def boxes(self) -> Iterable[FilterBox[OrderFilter]]:
        yield NumberBox()
        yield PeriodBox(self.today)
        yield PersonBox("customer")
        yield TicksBox(
            "overdue",
            [Tick("overdue", OVERDUE_SYMBOL, (overdue(),), "overdue")],
            lambda filters, chosen: filters._replace(overdue=bool(chosen)),
            lambda filters: frozenset({"overdue"} if filters.overdue else ()),
            labelled=False,
        )
        yield TicksBox(
            "status",
            status_ticks(),
            lambda filters, chosen: filters._replace(statuses=frozenset(map(OrderStatus, chosen))),
            lambda filters: filters.statuses,
        )
        yield either(
            "paid",
            Tick("yes", CHECKED_SYMBOL, (capitalized(paid_text(True)),), "active"),
            Tick("no", "·", (capitalized(paid_text(False)),), "new"),
        )

    def summary(self) -> list[tuple[str, str]]:
        return order_filter_summary(self.filters, self.person_text)
