"""The main screen: the list of tickets and its filter.

Type a number and `Enter` to open a ticket, `/` to find a visitor.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from olvery_tui.domain.filters import EMPTY, NumberRange, TicketFilter
from olvery_tui.domain.pages import Count, Page, PageStart, TicketRow, Top
from olvery_tui.keys import bindings
from olvery_tui.screens.list.list_commands import ListCommands
from olvery_tui.screens.numbers import find_ticket
from olvery_tui.widgets.table.list_table import ListTable
from olvery_tui.widgets.table.ticket_table import TicketTable
from olvery_tui.wording.codes import no_such_ticket
from olvery_tui.wording.listing import empty_text

if TYPE_CHECKING:
    from olvery_tui.domain.orders import OrderDetails
    from olvery_tui.domain.pages import Preview
    from olvery_tui.domain.tickets import TicketDetails
    from olvery_tui.widgets.filters.ticket_filter import TicketFilterForm


class TicketsScreen(ListCommands[TicketRow, TicketFilter]):
    """The list of tickets, which the application opens with.

    Its first rows are shown before the desk is ready.
    """

    NAME = "tickets"
    BINDINGS: ClassVar = [*bindings("list"), *bindings("tickets")]

    def __init__(self) -> None:
        super().__init__(EMPTY, hold=True)
        self._preview: Preview | None = None

    def make_table(self) -> TicketTable:
        """Return the table of tickets."""
        return TicketTable()

    def make_filter(self) -> TicketFilterForm:
        """Return the filter of tickets, with the manual's four conditions."""
        from olvery_tui.widgets.filters.ticket_filter import TicketFilterForm

        return TicketFilterForm(today=self.today)

    def fetch(self, filters: TicketFilter, start: PageStart, limit: int) -> Page:
        """Return a page of tickets, newest first."""
        return self.app.desk.tickets.page(filters, start, limit)

    def count(self, filters: TicketFilter) -> Count:
        """Return the number of matching tickets."""
        return self.app.desk.tickets.count(filters)

    def nothing_text(self, summary: Sequence[tuple[str, str]]) -> str:
        """Return the text of an empty list: the filter that found nothing, or how to begin."""
        return empty_text(summary, sells=self._sells)

    # The preview, shown before the desk is ready

    def show_preview(self, preview: Preview) -> None:
        """Show the first rows before the desk is ready; they can be browsed already."""
        self._preview = preview
        self.table.set_time(preview.now, preview.location.zone)
        self.table.restart()

    def begin(self) -> None:
        """Load the first rows, or refresh those of the preview."""
        if self._preview is not None and self._filters is EMPTY:
            self.table.reload()
            self.load_count()
        else:
            self.restart()
        self._preview = None

    def answer(self, message: ListTable.PageWanted) -> None:
        """Answer from the desk, or from the preview while the desk is not ready."""
        if self.app.is_ready:
            super().answer(message)
        elif self._preview is not None and self._filters is EMPTY and message.start == Top():
            page, count = self._preview.page, self._preview.count
            rows = page.rows[: message.limit]
            more = page.more_below or len(rows) < len(page.rows)
            self.show_page(EMPTY, message.token, replace(page, rows=rows, more_below=more))
            self.show_count(count)

    # Export, tickets and orders

    def exported(self, filters: TicketFilter) -> Iterator[TicketDetails]:
        """Yield the details of all matching tickets."""
        return self.app.desk.tickets.export(filters)

    def numbered(self, numbers: tuple[NumberRange, ...]) -> TicketFilter:
        """Return a filter that matches these tickets."""
        return TicketFilter(numbers=numbers)

    def line_of(self, order: OrderDetails) -> int:
        """Return the number of the order's first ticket."""
        return order.tickets[0].number

    def order_of(self, number: int) -> int:
        """Return the order of a ticket."""
        return self.app.desk.tickets.get(number).order

    def orders_of(self, numbers: Collection[int]) -> dict[int, int]:
        """Return the order of each ticket."""
        return self.app.desk.orders.of_tickets(numbers)

    def open_line(self, number: int) -> None:
        """Open the form of a ticket."""
        self.app.windows.open_ticket(number, self._filters, self.line_closed)

    def find_number(self, number: int) -> TicketDetails | str:
        """Return the ticket with this number, or a message."""
        return find_ticket(self.app.desk, number)

    def no_such_number(self, digits: str) -> str:
        """Return the message that no ticket has this number."""
        return no_such_ticket(digits)

    def open_details(self, details: TicketDetails) -> None:
        """Open the form of a ticket, listed or not."""
        self.app.windows.open_ticket(details.number, self._filters, self.details_closed)

    def action_switch_list(self) -> None:
        """Switch to the orders; the list of tickets keeps its state."""
        from olvery_tui.screens.list.orders import OrdersScreen

        OrdersScreen.come_up_in(self.app)
