"""The main screen: the list of tickets and its filter.

Type a number and `Enter` to open a ticket, `/` to find a visitor.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on, work
from textual.app import ComposeResult

from olvery_tui.domain.filters import EMPTY, NumberRange, TicketFilter
from olvery_tui.domain.pages import Page, PageStart, TicketRow, Top
from olvery_tui.domain.presets import TICKET_PRESETS, is_expected
from olvery_tui.i18n import _
from olvery_tui.keys import KEYS, bindings, twins
from olvery_tui.screens.list.list_commands import ListCommands
from olvery_tui.screens.list.list_screen import DRAWER_BELOW, ListScreen
from olvery_tui.screens.list.ticket_pane import TicketPane
from olvery_tui.screens.numbers import find_ticket
from olvery_tui.widgets.messages import DeskChanged, MinutePassed
from olvery_tui.widgets.table.held_rows import RowPage
from olvery_tui.widgets.table.list_table import ListTable
from olvery_tui.widgets.table.ticket_table import TicketTable
from olvery_tui.wording.codes import no_such_ticket
from olvery_tui.wording.listing import empty_text

if TYPE_CHECKING:
    from olvery_tui.desk.tickets import Tickets
    from olvery_tui.domain.orders import OrderDetails
    from olvery_tui.domain.pages import Preview
    from olvery_tui.domain.tickets import TicketDetails
    from olvery_tui.widgets.filters.ticket_filter import TicketFilterForm


PANE_FROM = 132
"""Columns of a terminal from which the ticket under the cursor is shown beside the list."""

DRAWER_WITH_PANE_BELOW = 170
"""Columns of a terminal below which the filter is a drawer while the pane is shown."""

_TICKET_KEYS = frozenset(
    twin
    for key in KEYS
    if key.where == "tickets" and key.action.startswith("ticket(")
    for twin in twins(key.key)
)


class TicketsScreen(ListCommands[TicketRow, TicketFilter]):
    """The list of tickets, which the application opens with.

    Its first rows are shown before the desk is ready.
    """

    NAME = "tickets"
    PRESETS = TICKET_PRESETS
    BINDINGS: ClassVar = [*bindings("list"), *bindings("tickets")]

    def __init__(self) -> None:
        super().__init__(EMPTY, hold=True)
        self._preview: Preview | None = None
        self._preview_painted: Callable[[], object] = lambda: None

    def make_table(self) -> TicketTable:
        return TicketTable()

    def make_filter(self) -> TicketFilterForm:
        from olvery_tui.widgets.filters.ticket_filter import TicketFilterForm

        return TicketFilterForm(today=self.app.today)

    @property
    def source(self) -> Tickets:
        return self.app.desk.tickets

    def fetch(self, filters: TicketFilter, start: PageStart, limit: int) -> Page[TicketRow]:
        """Return a page of tickets, newest first; of a searched visitor those of today before."""
        return self.app.desk.tickets.page(filters, start, limit, today_first=True)

    def is_by_number(self, filters: TicketFilter) -> bool:
        """Whether the tickets are by number: not where those of today stand first."""
        return not filters.names_visitor

    def nothing_text(self, summary: Sequence[tuple[str, str]]) -> str:
        return empty_text(summary, sells=self._sells)

    # The ticket under the cursor

    def make_pane(self) -> ComposeResult:
        yield TicketPane()

    @property
    def pane(self) -> TicketPane:
        """The ticket under the cursor, beside the list."""
        return self.query_one(TicketPane)

    def fit_width(self, width: int) -> None:
        """Show the pane where there is room for it; the filter gives way to it."""
        has_pane = self.app.preferences.shows_pane and width >= PANE_FROM
        self.set_class(has_pane, "-pane")
        self.set_class(width < (DRAWER_WITH_PANE_BELOW if has_pane else DRAWER_BELOW), "-drawer")

    async def action_show_pane(self) -> None:
        """Show the pane, or hide it; the manager's choice is kept."""
        from olvery_tui.domain.preferences import Preference

        shown = self.app.preferences.shows_pane
        await self.app.preferences.choose(Preference.PANE, "hidden" if shown else "shown")
        self.pane.follow(self.table.cursor_number)

    def on_list_table_highlighted(self, message: ListTable.Highlighted) -> None:
        """Let the pane follow the cursor."""
        self.pane.follow(message.number)

    @on(DeskChanged)
    @on(MinutePassed)
    def _reload_pane(self) -> None:
        if self.app.is_ready and self.is_seen:
            self.when_idle("pane", self.pane.reload)

    def ignores_key(self, key: events.Key, *, hurried: bool = False) -> bool:
        """Ignore a key of the ticket that nobody pressed who saw it: of a scanner, or typed ahead
        over a slow line before the list changed.
        """
        acts = key.key in _TICKET_KEYS and self.table.has_focus
        return acts and (hurried or key.time < self.table.shown_at)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Allow the ticket's keys in the list only: elsewhere the cursor is not looked at."""
        if action == "ticket":
            return self.table.has_focus and self.table.row_count > 0
        return super().check_action(action, parameters)

    def expect(self, action: str, *parameters: Any) -> None:
        """Prepare the form that an action opens on the ticket under the cursor."""
        from olvery_tui.screens.ticket.ticket_actions import TicketActions

        number = self.table.cursor_number
        if action == "ticket" and number is not None:
            TicketActions(self, self.pane).expect(parameters[0], number)
        else:
            super().expect(action, *parameters)

    def action_ticket(self, action: str) -> None:
        """Do with the ticket under the cursor what `TicketActions` calls so."""
        self.when_ready(lambda: self._act_on_cursor(action))

    def _act_on_cursor(self, action: str) -> None:
        number = self.table.cursor_number
        if number is None or self.table.is_waiting:
            return
        if self.pane.ticket is not None:
            self._run(action, self.pane.ticket)
        else:
            self.app.input.hold_for(self.load_ticket(action, number))

    @work(exclusive=True, group="ticket")
    async def load_ticket(self, action: str, number: int) -> None:
        """Load the ticket under the cursor, with what an action shows, and run the action."""
        from olvery_tui.screens.ticket.ticket_actions import read_for

        shown, ticket = await self.call_desk(read_for, self.app.desk, action, number)
        row = self.table.row(number)
        if row is not None and (row.visitor, row.status) != (ticket.visitor.name, ticket.status):
            self.read_again()
            self.app.notify(_("The ticket has changed. Look at it once more."), markup=False)
        elif self.is_active:
            self._run(action, ticket, shown)

    def _run(self, action: str, ticket: TicketDetails, shown: Any = None) -> None:
        from olvery_tui.screens.ticket.ticket_actions import TicketActions

        self.pane.begin(ticket.number)
        TicketActions(self, self.pane, shown).run(action, ticket)

    # The preview, shown before the desk is ready

    def show_preview(self, preview: Preview, painted: Callable[[], object]) -> None:
        """Show the first rows before the desk is ready, and tell when they are painted; they can be
        browsed already.
        """
        self._preview = preview
        self._preview_painted = painted
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
            page, count = self._preview.page, self._preview.total
            rows = page.rows[: message.limit]
            more = page.more_below or len(rows) < len(page.rows)
            self.show_page(EMPTY, message.token, page._replace(rows=rows, more_below=more))
            self.show_count(count)
            self.table.call_after_refresh(self._preview_painted)

    def show_page(self, filters: TicketFilter, token: int, page: RowPage[TicketRow]) -> None:
        """Show the page; of somebody who was searched for, the cursor is on the ticket that waits
        for its check today.
        """
        is_first = self._first_page is None and filters is self._filters
        super().show_page(filters, token, page)
        if is_first and filters.names_visitor:
            today, zone = self.app.today(), self.app.location.zone
            waiting = (row.number for row in page.rows if is_expected(row, today, zone))
            if (number := next(waiting, None)) is not None:
                self.table.select(number)

    def show_in_other_list(self, show: Callable[[ListScreen[Any, Any]], None]) -> None:
        from olvery_tui.screens.list.orders import OrdersScreen

        OrdersScreen.come_up_in(self.app)
        orders = self.app.get_screen(OrdersScreen.NAME, OrdersScreen)
        orders.call_later(show, orders)  # it may not be mounted yet

    # Export, tickets and orders

    def numbered(self, numbers: tuple[NumberRange, ...]) -> TicketFilter:
        return TicketFilter(numbers=numbers)

    def line_of(self, order: OrderDetails) -> int:
        return order.tickets[0].number

    def order_of(self, number: int) -> int:
        return self.app.desk.tickets.get(number).order

    def orders_of(self, numbers: Collection[int]) -> dict[int, int]:
        return self.app.desk.orders.of_tickets(numbers)

    def open_line(self, number: int) -> None:
        self.app.windows.open_ticket(number, self._filters, self.line_closed)

    def find_number(self, number: int) -> TicketDetails | str:
        return find_ticket(self.app.desk, number)

    def no_such_number(self, digits: str) -> str:
        return no_such_ticket(digits)

    def open_details(self, details: TicketDetails) -> None:
        self.app.windows.open_ticket(details.number, self._filters, self.details_closed)

    def action_switch_list(self) -> None:
        """Switch to the orders; the list of tickets keeps its state."""
        self.app.windows.show_orders()
