"""The main screen's second list: orders and their filter.

Type a number and `Enter` to open an order, `/` to find a customer, `z` to go to the tickets.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from olvery_tui.domain.filters import EMPTY, NO_ORDER_FILTER, NumberRange, OrderFilter
from olvery_tui.domain.orders import OrderDetails, OrderRow
from olvery_tui.domain.presets import ORDER_PRESETS
from olvery_tui.keys import bindings
from olvery_tui.screens.list.list_commands import ListCommands
from olvery_tui.screens.list.list_screen import ListScreen
from olvery_tui.screens.numbers import find_order
from olvery_tui.widgets.table.order_table import OrderTable
from olvery_tui.wording.codes import no_such_order
from olvery_tui.wording.listing import no_orders_text

if TYPE_CHECKING:
    from olvery_tui.desk.orders import Orders
    from olvery_tui.domain.tickets import TicketDetails
    from olvery_tui.widgets.filters.order_filter import OrderFilterForm


class OrdersScreen(ListCommands[OrderRow, OrderFilter]):
    """The list of orders, over that of tickets. Keeps cursor, filter and marks while hidden."""

    NAME = "orders"
    PRESETS = ORDER_PRESETS
    BINDINGS: ClassVar = [*bindings("list"), *bindings("orders")]

    def __init__(self) -> None:
        super().__init__(NO_ORDER_FILTER)

    def make_table(self) -> OrderTable:
        return OrderTable()

    def make_filter(self) -> OrderFilterForm:
        from olvery_tui.widgets.filters.order_filter import OrderFilterForm

        return OrderFilterForm(today=self.app.today)

    @property
    def source(self) -> Orders:
        return self.app.desk.orders

    def nothing_text(self, summary: Sequence[tuple[str, str]]) -> str:
        return no_orders_text(summary, sells=self._sells)

    def on_mount(self) -> None:
        if self.app.is_ready:
            self.desk_opened()
        self.show_outage(self.app.errors.outage)

    def show_in_other_list(self, show: Callable[[ListScreen[Any, Any]], None]) -> None:
        self.go_to_tickets()
        below = self.app.screen
        if isinstance(below, ListScreen):
            show(below)

    def numbered(self, numbers: tuple[NumberRange, ...]) -> OrderFilter:
        return OrderFilter(numbers=numbers)

    def line_of(self, order: OrderDetails) -> int:
        return order.number

    def order_of(self, number: int) -> int:
        return number

    def orders_of(self, numbers: Collection[int]) -> dict[int, int]:
        return {number: number for number in numbers}

    def open_line(self, number: int) -> None:
        self.app.windows.open_order(number, self._filters, self.line_closed)

    def find_number(self, number: int) -> OrderDetails | str:
        return find_order(self.app.desk, number)

    def no_such_number(self, digits: str) -> str:
        return no_such_order(digits)

    def open_details(self, details: OrderDetails | TicketDetails) -> None:
        """Open the form of an order, or of a scanned ticket."""
        if isinstance(details, OrderDetails):
            self.app.windows.open_order(details.number, self._filters, self.details_closed)
        else:
            self.app.windows.open_ticket(details.number, EMPTY, lambda _number: self.focus_list())

    def action_history(self) -> None:
        """Open the history of the order under the cursor."""
        from olvery_tui.screens.history import OrderHistoryScreen

        number = self.table.cursor_number
        if number is not None and self.app.is_ready:
            self.app.push_screen(OrderHistoryScreen(number))
