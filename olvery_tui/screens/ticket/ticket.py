"""The form of one ticket: view it, check the visitor's identity, change visitor or workplace.

Source: the manual, sections «Просмотр и обработка билетов» to «Изменение рабочего места в билете».
"""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar, Literal

from textual import events, work
from textual.app import ComposeResult
from textual.containers import Vertical

from olvery_tui.domain.errors import OlveryError
from olvery_tui.domain.filters import TicketFilter
from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.statuses import TicketChange
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.i18n import N_
from olvery_tui.keys import KEYS, bindings, twins
from olvery_tui.screens.details_screen import DetailsScreen
from olvery_tui.screens.numbers import find_ticket
from olvery_tui.screens.ticket.ticket_actions import TicketActions, allowed_changes
from olvery_tui.screens.ticket.ticket_blocks import TicketBlocks
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.wording.codes import no_such_ticket
from olvery_tui.wording.orders import moved_text

_KEYS_OF = {
    name: change
    for change in TicketChange
    for key in KEYS
    if key.action == f"ticket('{change}')"
    for name in twins(key.key)
}
"""The change that each key makes."""


class TicketScreen(DetailsScreen[TicketDetails]):
    """The ticket's form over the list. Closes with the number shown last.

    Args:
        number: The ticket to open.
        filters: The list's filter; neighbouring tickets are taken from its result.
    """

    CSS_PATH: ClassVar = ["../../styles/modal.tcss", "../../styles/ticket.tcss"]
    BINDINGS: ClassVar = [*bindings("ticket"), *bindings("modal")]

    NAMED = N_("Ticket {number}")
    TYPED = N_("Ticket {number}: Enter opens it, Esc does not.")
    FIRST = N_("This is the first ticket of the list.")
    LAST = N_("This is the last ticket of the list.")

    def __init__(self, number: int, filters: TicketFilter) -> None:
        super().__init__(number)
        self._filters = filters
        self._allowed: frozenset[TicketChange] = frozenset()
        self._actions = TicketActions(self, self)

    def compose(self) -> ComposeResult:
        with Vertical(id="window", classes="window"):
            yield TicketBlocks(id="ticket")
            yield StatusLine()
        yield KeyBar()

    # Loading and showing

    def fetch(self, number: int) -> TicketDetails:
        return self.app.desk.tickets.get(number)

    def find_number(self, number: int) -> TicketDetails | str:
        return find_ticket(self.app.desk, number)

    def no_such_number(self, digits: str) -> str:
        return no_such_ticket(digits)

    def fetch_neighbour(self, number: int, step: Literal[-1, 1]) -> int | None:
        return self.app.desk.tickets.neighbour(self._filters, number, step, today_first=True)

    def wait(self, text: str) -> None:
        """Show `text` in place of the blocks, and allow no action."""
        self._allowed = frozenset()
        super().wait(text)

    def go_to_top(self) -> None:
        self.query_one(TicketBlocks).scroll_home(animate=False)

    def draw(self, ticket: TicketDetails) -> None:
        allowed = allowed_changes(ticket, self.app.clock.now())
        if ticket == self._details and allowed == self._allowed:
            return
        self._details, self._allowed = ticket, allowed
        blocks = self.query_one(TicketBlocks)
        blocks.show(ticket, self.app.location.zone, self.app.clock.now(), allowed)
        self.refresh_bindings()
        if self.focused is None or not self.focused.display:
            blocks.focus()

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable the keys that the ticket's state forbids; `on_key` explains why."""
        if action == "ticket" and parameters[0] in set(TicketChange):
            return parameters[0] in self._allowed
        if action in ("ticket", "history", "preview", "order_status", "show_order"):
            return self._details is not None
        if action == "open_typed":
            return bool(self._typing)
        return True

    def on_key(self, event: events.Key) -> None:
        """Show why a disabled key does nothing."""
        change = _KEYS_OF.get(event.key)
        if change and self._details is not None and change not in self._allowed:
            event.stop()
            self._actions.say_why_not(change, self._details)

    def expect(self, action: str, *parameters: Any) -> None:
        """Prepare the form that an action opens on the ticket, or on its order."""
        from olvery_tui.screens.order.order_status import OrderStatusForm

        details = self._details
        if action == "order_status" and details is not None:
            read = partial(self.app.desk.orders.get, details.order)
            self.app.windows.expect(OrderStatusForm, read)
        elif action == "ticket":
            self._actions.expect(parameters[0], self._number)

    # Commands

    def command_done(self, *, refused: bool) -> None:
        """Load the ticket again after a change, or close the form if it was left meanwhile."""
        self._leaving = self._leaving and not refused
        if self._leaving:
            self.dismiss(self._number)
        else:
            self.load_details()

    def action_ticket(self, action: str) -> None:
        """Do with the ticket what `TicketActions` calls so."""
        if self._details is not None:
            self._actions.run(action, self._details)

    def action_history(self) -> None:
        """Open the ticket's history."""
        if self._details is not None:
            self._actions.history(self._details)

    def action_preview(self) -> None:
        """Show the ticket as the visitor sees it."""
        from olvery_tui.screens.ticket.visitor_view import VisitorViewScreen

        if self._details is not None:
            self.app.push_screen(VisitorViewScreen(self._details))

    def action_order_status(self) -> None:
        """Open the form that changes the status of the ticket's order."""
        if self._details is not None and not self.is_working("command"):
            self.clear_status()
            self.app.input.hold_for(self.load_order(self._details.order))

    @work(exclusive=True, group="order")
    async def load_order(self, number: int) -> None:
        """Open the form of an order's status."""
        from olvery_tui.screens.order.order_status import OrderStatusForm

        try:
            order = await self.call_desk(self.app.desk.orders.get, number)
        except OlveryError as error:
            self.not_loaded(error)
        else:
            if self.is_active:
                form = self.app.windows.made(OrderStatusForm, order)
                self.app.push_screen(form, self._status_set)

    def _status_set(self, order: OrderDetails | None) -> None:
        if order is not None:
            self.tell(self.app.undo.offer(moved_text(order)), "done")
            self.load_details()

    def action_show_order(self) -> None:
        """Show the ticket's order, in the order's form below if there is one."""
        if self._details is None or self.is_working("command"):
            return
        below = self.form_below()
        if below is None:
            self.app.windows.open_order(self._details.order)
        elif below.number == self._details.order:
            self.action_back()
        else:
            self.come_back_to(below, self._details.order)
