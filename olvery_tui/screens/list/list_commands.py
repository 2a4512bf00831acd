"""Commands of a list: on the row under the cursor, on all marked rows, or to add an order."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Generic

from textual import work

from olvery_tui.domain.filters import NumberRange
from olvery_tui.domain.pages import Count, Top
from olvery_tui.i18n import _
from olvery_tui.screens.list.list_screen import ListScreen
from olvery_tui.widgets.filters.filter_sidebar import W
from olvery_tui.widgets.table.held_rows import R
from olvery_tui.wording.listing import number_text

if TYPE_CHECKING:
    from olvery_tui.domain.orders import OrderDetails

_ASKED_AT_ONCE = 200
"""Marked rows read by one query."""

MARKED_MOST = 10_000
"""The most rows that can be marked; lists are counted up to this number, too."""


class ListCommands(ListScreen[R, W], Generic[R, W]):
    """A list screen with its commands."""

    @abstractmethod
    def numbered(self, numbers: tuple[NumberRange, ...]) -> W:
        """Return a filter that matches these numbers."""

    @abstractmethod
    def line_of(self, order: OrderDetails) -> int:
        """Return the number of the row that shows an order."""

    @abstractmethod
    def order_of(self, number: int) -> int:
        """Return the order of a row. Called in a thread."""

    @abstractmethod
    def orders_of(self, numbers: Collection[int]) -> dict[int, int]:
        """Return the order of each row, by row number. Called in a thread."""

    # Marks

    def action_mark_all(self) -> None:
        """Mark every row that matches the filter, up to `MARKED_MOST`."""
        if self.app.is_ready:
            self.load_all()

    @work(exclusive=True, group="mark")
    async def load_all(self) -> None:
        """Mark every row that matches the filter, up to `MARKED_MOST`."""
        page = await self.call_desk(self.fetch, self._filters, Top(), MARKED_MOST)
        self.table.mark(self.table.marked | {row.number for row in page.rows})
        if page.more_below:
            text = _("The first {count} lines are marked; no more fit at once.")
            self.app.notify(text.format(count=number_text(MARKED_MOST)), markup=False)

    def expect(self, action: str, *parameters: Any) -> None:
        """Prepare the calendar, or the status of the order under the cursor."""
        number = self.table.cursor_number
        if action == "calendar":
            self.app.windows.expect_calendar()
        elif action == "order_status" and number is not None and not self.table.marked:
            from olvery_tui.screens.order.order_status import OrderStatusForm

            self.app.windows.expect(OrderStatusForm, partial(self._order_under, number))

    def action_calendar(self) -> None:
        """To the calendar; the list keeps its state."""
        self.when_ready(self.app.windows.show_calendar)

    def action_people(self) -> None:
        """Open the list of visitors."""
        from olvery_tui.screens.people.people import PeopleScreen

        def ready() -> None:
            self.app.push_screen(PeopleScreen(), lambda _closed: self.focus_list())

        self.when_ready(ready)

    def action_managers(self) -> None:
        """Choose a manager to see their history."""
        from olvery_tui.screens.managers import ManagersScreen

        if self.app.is_ready:
            self.app.push_screen(ManagersScreen())

    def action_catalogue(self) -> None:
        """«Услуги и места»: open what is sold, and where."""
        from olvery_tui.screens.catalogue.catalogue import CatalogueScreen

        def ready() -> None:
            self.app.push_screen(CatalogueScreen(), lambda _nothing: self.read_again())

        self.when_ready(ready)

    def action_export(self) -> None:
        """Export the listed or the marked rows to a file."""
        from olvery_tui.screens.export import ExportForm, Source

        if not self.app.is_ready:
            return
        filters, marked = self._filters, self.table.marked
        sources = [
            Source(_("All that is listed"), self._count, lambda: self.source.export(filters))
        ]
        if marked:
            rows = partial(self._exported_marked, marked)
            sources.insert(0, Source(_("What is marked"), Count(len(marked)), rows))
        self.app.push_screen(ExportForm(self.NAME, sources), lambda _file: self.focus_list())

    def _exported_marked(self, numbers: Collection[int]) -> Iterator[Any]:
        filters = sorted(numbers, reverse=True)
        for start in range(0, len(filters), _ASKED_AT_ONCE):
            part = filters[start : start + _ASKED_AT_ONCE]
            yield from self.source.export(self.numbered(tuple(NumberRange(n, n) for n in part)))

    # Orders

    def action_add_order(self) -> None:
        """«Добавить заказ»: open the form of a new order."""
        from olvery_tui.screens.new_order.new_order import NewOrderForm

        def ready() -> None:
            self.app.push_screen(NewOrderForm(), self._order_made)

        self.when_ready(ready)

    def _order_made(self, order: OrderDetails | None) -> None:
        self.focus_list()
        if order is None:
            return
        from olvery_tui.wording.orders import created_text

        self.app.notify(self.app.undo.offer(created_text(order)), markup=False)
        self.load_listed(self.line_of(order), reset=True)

    def action_order_status(self) -> None:
        """Change the status of the order under the cursor, or of all marked ones."""
        self.when_ready(self._order_status)

    def _order_status(self) -> None:
        if self.table.marked:
            self.app.input.hold_for(self.load_orders())
        elif self.table.cursor_number is not None:
            self.app.input.hold_for(self.load_order(self.table.cursor_number))

    @work(exclusive=True, group="order")
    async def load_order(self, number: int) -> None:
        """Open the form of the status of a row's order."""
        from olvery_tui.screens.order.order_status import OrderStatusForm

        order = await self.call_desk(self._order_under, number)
        if self.is_active:
            form = self.app.windows.made(OrderStatusForm, order)
            self.app.push_screen(form, self._status_set)

    def _order_under(self, number: int) -> OrderDetails:
        return self.app.desk.orders.get(self.order_of(number))

    def _status_set(self, order: OrderDetails | None) -> None:
        self.focus_list()
        if order is not None:
            from olvery_tui.wording.orders import moved_text

            self.app.notify(self.app.undo.offer(moved_text(order)), markup=False)
            self.read_again()

    @work(exclusive=True, group="order")
    async def load_orders(self) -> None:
        """Open the form of the status of the marked rows' orders."""
        from olvery_tui.screens.order.many_orders import ManyOrdersForm

        orders_of = await self.call_desk(self.orders_of, self.table.marked)
        if self.is_active and orders_of:
            orders = tuple(sorted(set(orders_of.values()), reverse=True))
            tickets = len(orders_of) if self.NAME == "tickets" else None
            form = ManyOrdersForm(orders, tickets=tickets)
            self.app.push_screen(form, lambda refused: self._many_done(orders_of, refused))

    def _many_done(self, orders_of: dict[int, int], refused: frozenset[int] | None) -> None:
        """Unmark the rows whose orders were changed; refused ones stay marked."""
        self.focus_list()
        if refused is None:
            return
        self.read_again()
        self.table.mark(line for line in self.table.marked if orders_of.get(line) in refused)
