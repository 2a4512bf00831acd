"""The form of one order: customer, service, payment and tickets.

`Enter` opens the ticket under the cursor, `o` changes the order's status.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Literal

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from olvery_tui.domain.filters import NO_ORDER_FILTER, NumberRange, OrderFilter, TicketFilter
from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.pages import Page
from olvery_tui.i18n import N_, _
from olvery_tui.keys import binding, bindings
from olvery_tui.screens.details_screen import DetailsScreen
from olvery_tui.screens.numbers import find_order
from olvery_tui.screens.order.order_facts import OrderFacts
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.table.list_table import ListTable
from olvery_tui.widgets.table.ticket_table import TicketTable
from olvery_tui.wording.codes import no_such_order
from olvery_tui.wording.listing import number_text
from olvery_tui.wording.orders import line_done, moved_text


class OrderTickets(TicketTable, inherit_bindings=False):
    """The tickets of the order, newest first. Page keys go to the neighbouring orders."""

    BINDINGS: ClassVar = [
        binding("order.open_ticket", "select_cursor"),
        Binding("up", "cursor_up", show=False),
        Binding("down", "cursor_down", show=False),
        Binding("home", "scroll_home", show=False),
        Binding("end", "scroll_end", show=False),
    ]


class OrderScreen(DetailsScreen[OrderDetails]):
    """The order's form over a list or a ticket. Closes with the number shown last.

    Args:
        number: The order to open.
        filters: The list's filter; neighbouring orders are taken from its result.
    """

    CSS_PATH: ClassVar = [
        "../../styles/modal.tcss", "../../styles/ticket.tcss", "../../styles/order.tcss",
    ]  # fmt: skip
    BINDINGS: ClassVar = [*bindings("order"), *bindings("modal")]

    NAMED = N_("Order {number}")
    TYPED = N_("Order {number}: Enter opens it, Esc does not.")
    FIRST = N_("This is the first order of the list.")
    LAST = N_("This is the last order of the list.")

    _tickets = getters.query_one(OrderTickets)

    def __init__(self, number: int, filters: OrderFilter = NO_ORDER_FILTER) -> None:
        super().__init__(number)
        self._filters = filters

    def compose(self) -> ComposeResult:
        with Vertical(id="window", classes="window -large"):
            yield Static(id="waiting", markup=False)
            yield OrderFacts(id="order", classes="card")
            yield Static(id="tickets-title", classes="title-text card", markup=False)
            yield OrderTickets(classes="card")
            yield StatusLine()
        yield KeyBar()

    # Loading and showing

    def fetch(self, number: int) -> OrderDetails:
        return self.app.desk.orders.get(number)

    def find_number(self, number: int) -> OrderDetails | str:
        return find_order(self.app.desk, number)

    def no_such_number(self, digits: str) -> str:
        return no_such_order(digits)

    def fetch_neighbour(self, number: int, step: Literal[-1, 1]) -> int | None:
        return self.app.desk.orders.neighbour(self._filters, number, step)

    def go_to_top(self) -> None:
        self._tickets.action_scroll_home()

    def draw(self, order: OrderDetails) -> None:
        if order == self._details:
            return
        before, self._details = self._details, order
        zone = self.app.location.zone
        self.query_one(OrderFacts).show(order, zone)
        title = _("Tickets: {count}").format(count=number_text(len(order.tickets)))
        self.query_one("#tickets-title", Static).update(Content(title))
        self._tickets.set_time(self.app.clock.now(), zone)
        self._tickets.styles.height = 1 + len(order.tickets)
        self._tickets.reload(keep_cursor=before is not None and before.number == order.number)
        self.refresh_bindings()
        if before is None:
            self.set_focus(self._tickets)

    @on(ListTable.PageWanted)
    def _list_tickets(self, message: ListTable.PageWanted) -> None:
        """Answer with all tickets at once: they are loaded, and few."""
        if self._details is not None:
            rows = tuple(sorted(self._details.tickets, key=lambda row: -row.number))
            self._tickets.show_page(message.token, Page(rows, False, False, 0))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable commands while no order is loaded."""
        if action in ("history", "order_status", "back_to_ticket"):
            return self._details is not None
        if action == "pay":
            return self._details is not None and self._details.owed > 0
        if action == "refund":
            return self._details is not None and self._details.paid > 0
        if action == "open_typed":
            return bool(self._typing)
        return True

    def expect(self, action: str, *_parameters: Any) -> None:
        """Prepare the form of the order's status or of a payment."""
        from olvery_tui.screens.order.order_status import OrderStatusForm
        from olvery_tui.screens.order.payment_form import PaymentForm

        form: Any = {"order_status": OrderStatusForm, "pay": PaymentForm}.get(action)
        if form is not None:
            self.app.windows.expect(form, partial(self.fetch, self._number))

    # Commands

    def action_order_status(self) -> None:
        """Open the form of the order's status."""
        from olvery_tui.screens.order.order_status import OrderStatusForm

        if self._details is not None:
            self.clear_status()
            form = self.app.windows.made(OrderStatusForm, self._details)
            self.app.push_screen(form, partial(self._changed, moved_text))

    def _changed(self, text: Callable[[OrderDetails], str], order: OrderDetails | None) -> None:
        """Show the order as a form has changed it, and `text` about it."""
        if order is not None:
            self.show(order)
            self.tell(self.app.undo.offer(text(order)), "done")
        self.load_details()

    def action_pay(self) -> None:
        """Open the form that takes money for what is owed."""
        from olvery_tui.screens.order.payment_form import PaymentForm

        if self._details is not None:
            self.clear_status()
            form = self.app.windows.made(PaymentForm, self._details)
            self.app.push_screen(form, partial(self._changed, line_done))

    def action_refund(self) -> None:
        """Open the form that gives money back."""
        from olvery_tui.screens.order.payment_form import PaymentForm

        if self._details is not None:
            self.clear_status()
            form = PaymentForm(self._details, refund=True)
            self.app.push_screen(form, partial(self._changed, line_done))

    def action_history(self) -> None:
        """Open the history of the order and its tickets."""
        from olvery_tui.screens.history import OrderHistoryScreen

        self.app.push_screen(OrderHistoryScreen(self._number))

    # Navigation between order and ticket

    @on(ListTable.Opened)
    def _ticket_opened(self, message: ListTable.Opened) -> None:
        self._open_ticket(message.number)

    def _open_ticket(self, number: int) -> None:
        if self._details is None:
            return
        below = self.form_below()
        if below is not None:
            self.come_back_to(below, number)
            return
        self.clear_status()
        own = tuple(NumberRange(row.number, row.number) for row in self._details.tickets)
        self.app.windows.open_ticket(number, TicketFilter(numbers=own), self._ticket_closed)

    def _ticket_closed(self, number: int | None) -> None:
        if number is not None:
            self._tickets.select(number)

    def action_back_to_ticket(self) -> None:
        """Return to the ticket that the order was opened from, or open the one under the cursor."""
        if self.form_below() is not None:
            self.action_back()
        elif self._tickets.cursor_number is not None:
            self._open_ticket(self._tickets.cursor_number)
