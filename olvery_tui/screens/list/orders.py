"""The main screen's other mode: the list of orders and its filter.

Type a number and `Enter` to open an order, `/` to find a customer, `z` to go to the tickets.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from olvery_tui.domain.filters import EMPTY, NO_ORDER_FILTER, NumberRange, OrderFilter
from olvery_tui.domain.orders import OrderDetails, OrderPage, OrderRow
from olvery_tui.domain.pages import Count, PageStart
from olvery_tui.keys import bindings
from olvery_tui.screens.list.list_commands import ListCommands
from olvery_tui.screens.list.list_screen import ListScreen
from olvery_tui.screens.numbers import find_order
from olvery_tui.widgets.table.order_table import OrderTable
from olvery_tui.wording.codes import no_such_order
from olvery_tui.wording.listing import no_orders_text

if TYPE_CHECKING:
    from olvery_tui.domain.tickets import TicketDetails
    from olvery_tui.widgets.application import Application
    from olvery_tui.widgets.filters.order_filter import OrderFilterForm


class OrdersScreen(ListCommands[OrderRow, OrderFilter]):
    """Stands over the tickets; cursor, filter and marks are kept while it is away."""

    NAME = "orders"
    BINDINGS: ClassVar = [*bindings("list"), *bindings("orders")]

    def __init__(self) -> None:
        super().__init__(NO_ORDER_FILTER)

    @classmethod
    def come_up_in(cls, app: Application) -> None:
        """Put the application's one list of orders on top; it is made when first filters."""
        if not app.is_screen_installed(cls.NAME):
            app.install_screen(cls(), cls.NAME)
        orders = app.get_screen(cls.NAME, cls)
        if orders in app.screen_stack:
            return
        was_there = orders.is_mounted
        app.push_screen(orders)
        if was_there:
            orders.came_up()

    def make_table(self) -> OrderTable:
        """The list."""
        return OrderTable()

    def make_filter(self) -> OrderFilterForm:
        """The conditions on orders."""
        from olvery_tui.widgets.filters.order_filter import OrderFilterForm

        return OrderFilterForm(today=self.today)

    def fetch(self, filters: OrderFilter, start: PageStart, limit: int) -> OrderPage:
        """Some orders, newest first."""
        return self.app.desk.orders.page(filters, start, limit)

    def count(self, filters: OrderFilter) -> Count:
        """How many orders match."""
        return self.app.desk.orders.count(filters)

    def nothing_text(self, summary: Sequence[tuple[str, str]]) -> str:
        """What was asked and found nothing, or how to begin."""
        return no_orders_text(summary, sells=self._sells)

    def on_mount(self) -> None:
        if self.app.is_ready:
            self.desk_opened()
        self.show_outage(self.app.errors.outage)

    def exported(self, filters: OrderFilter) -> Iterator[OrderDetails]:
        """Every order that the filter leaves, whole."""
        return self.app.desk.orders.export(filters)

    def numbered(self, numbers: tuple[NumberRange, ...]) -> OrderFilter:
        """These orders."""
        return OrderFilter(numbers=numbers)

    def line_of(self, order: OrderDetails) -> int:
        """The order itself."""
        return order.number

    def order_of(self, number: int) -> int:
        """The order itself."""
        return number

    def orders_of(self, numbers: Collection[int]) -> dict[int, int]:
        """The orders themselves."""
        return {number: number for number in numbers}

    def open_line(self, number: int) -> None:
        """Open an order's form."""
        self.app.windows.open_order(number, self._filters, self.line_closed)

    def find_number(self, number: int) -> OrderDetails | str:
        """The order with this number; where there is none, which ticket has it."""
        return find_order(self.app.desk, number)

    def no_such_number(self, digits: str) -> str:
        """No order has it."""
        return no_such_order(digits)

    def open_card(self, card: OrderDetails | TicketDetails) -> None:
        """Open an order's form, or that of a ticket that was scanned."""
        if isinstance(card, OrderDetails):
            self.app.windows.open_order(card.number, self._filters, self.card_closed)
        else:
            self.app.windows.open_ticket(card.number, EMPTY, lambda _number: self.focus_list())

    def action_switch_list(self) -> None:
        """Back to the tickets; the list of orders stays as it is."""
        if not self.is_active:
            return
        self.app.pop_screen()
        below = self.app.screen
        if isinstance(below, ListScreen):
            below.came_up()
