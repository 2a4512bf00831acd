"""The form of one ticket: view it, check the visitor's identity, change visitor or workplace.

Source: the manual, sections «Просмотр и обработка билетов» to «Изменение рабочего места в билете».
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal

from textual import events, work
from textual.app import ComposeResult
from textual.containers import Vertical

from olvery_tui.domain.conflicts import (
    AlreadyValidated,
    ChangedMeanwhile,
    NotValidated,
    VisitorBanned,
)
from olvery_tui.domain.errors import OlveryError, PeriodEnded, WrongStatus
from olvery_tui.domain.filters import TicketFilter
from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.statuses import WORKPLACE_STATUSES, TicketChange
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.i18n import N_, _
from olvery_tui.keys import KEYS, bindings, twins
from olvery_tui.screens.confirm import ConfirmScreen
from olvery_tui.screens.details_screen import DetailsScreen
from olvery_tui.screens.numbers import find_ticket
from olvery_tui.screens.ticket.ticket_blocks import TicketBlocks, allowed_actions
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.wording.checks import already_checked
from olvery_tui.wording.codes import no_such_ticket
from olvery_tui.wording.errors import sentence
from olvery_tui.wording.orders import moved_text
from olvery_tui.wording.people import ban_text

_RULED = {
    "validate": TicketChange.VALIDATE,
    "reset_validation": TicketChange.RESET,
    "change_visitor": TicketChange.VISITOR,
    "change_workplace": TicketChange.WORKPLACE,
}
"""The actions that a ticket's status may forbid, with their names in `WrongStatus`."""


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
        self._allowed: frozenset[str] = frozenset()

    def compose(self) -> ComposeResult:
        with Vertical(id="window", classes="window"):
            yield TicketBlocks(id="ticket")
            yield StatusLine()
        yield KeyBar()

    # Loading and showing

    def fetch(self, number: int) -> TicketDetails:
        """Return the ticket with this number."""
        return self.app.desk.tickets.get(number)

    def find_number(self, number: int) -> TicketDetails | str:
        """Return the ticket with a typed number, or a message."""
        return find_ticket(self.app.desk, number)

    def no_such_number(self, digits: str) -> str:
        """Return the message that no ticket has this number."""
        return no_such_ticket(digits)

    def fetch_neighbour(self, number: int, step: Literal[-1, 1]) -> int | None:
        """Return the next ticket of the list."""
        return self.app.desk.tickets.neighbour(self._filters, number, step)

    def wait(self, text: str) -> None:
        """Show `text` in place of the blocks, and allow no action."""
        self._allowed = frozenset()
        super().wait(text)

    def go_to_top(self) -> None:
        """Scroll to the top of the blocks."""
        self.query_one(TicketBlocks).scroll_home(animate=False)

    def draw(self, ticket: TicketDetails) -> None:
        """Show a ticket in the blocks, with the actions allowed now."""
        allowed = allowed_actions(ticket, self.app.clock.now())
        if ticket == self._details and allowed == self._allowed:
            return
        self._details, self._allowed = ticket, allowed
        blocks = self.query_one(TicketBlocks)
        blocks.show(ticket, self.app.location.zone, allowed)
        self.refresh_bindings()
        if self.focused is None or not self.focused.display:
            blocks.focus()

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable the keys that the ticket's state forbids; `on_key` explains why."""
        if action in _RULED:
            return action in self._allowed
        if action in ("history", "preview", "order_status", "show_order"):
            return self._details is not None
        if action == "open_typed":
            return bool(self._typing)
        return True

    def on_key(self, event: events.Key) -> None:
        """Show why a disabled key does nothing."""
        for key in KEYS:
            if key.action in _RULED and event.key in twins(key.key):
                if self._details is not None and key.action not in self._allowed:
                    event.stop()
                    self._say_why_not(key.action, self._details)
                return

    def _say_why_not(self, action: str, ticket: TicketDetails) -> None:
        if action == "validate" and ticket.validated:
            self.tell(self._already_checked(ticket), "told")
        elif action == "reset_validation" and not ticket.validated:
            self.tell(_("There is no identity check to reset."))
        elif action == "change_workplace" and ticket.status in WORKPLACE_STATUSES:
            self.tell(sentence(PeriodEnded(ticket.number, ticket.period.ends_at)))
        else:
            self.tell(sentence(WrongStatus(ticket.number, _RULED[action], ticket.status)))

    def _already_checked(self, ticket: TicketDetails) -> str:
        return already_checked(ticket, self.app.location.zone, self.app.clock.now())

    # Commands

    def action_validate(self) -> None:
        """Record that the visitor's passport was checked."""
        self._validate(banned=False)

    def _validate(self, *, banned: bool) -> None:
        ticket, desk = self._details, self.app.desk
        if ticket is not None:
            self._command(
                lambda: desk.tickets.validate(ticket, banned=banned), _("The identity is checked.")
            )

    def _ask_about_ban(self, ticket: TicketDetails) -> None:
        question = ConfirmScreen(
            _("Check them all the same?"),
            ban_text(ticket.visitor),
            yes=_("Check all the same"),
            no=_("Do not let in"),
        )
        self.app.push_screen(question, self._validate_if)

    def _validate_if(self, agreed: bool | None) -> None:
        if agreed:
            self._validate(banned=True)

    def action_reset_validation(self) -> None:
        """Reset the identity check."""
        ticket, desk = self._details, self.app.desk
        if ticket is not None:
            self._command(
                lambda: desk.tickets.reset_validation(ticket), _("The identity check is reset.")
            )

    def _command(self, call: Callable[[], TicketDetails], done: str) -> None:
        """Make one change; ignore a second one while it runs."""
        if not self.is_working("command"):
            self.clear_status()
            self.save_change(call, done)

    @work(group="command")
    async def save_change(self, call: Callable[[], TicketDetails], done: str) -> None:
        """Make a change, show the ticket as it is then, and say what was `done`."""
        try:
            self._changed(await self.call_desk(call), done)
        except OlveryError as error:
            self._refused(error)

    def _changed(self, ticket: TicketDetails | None, done: str) -> None:
        if ticket is not None:
            self.show(ticket)
            self.tell(self.app.undo.offer(done), "done")
        if self._leaving:
            self.dismiss(self._number)
        else:
            self.load_details()

    def _refused(self, error: OlveryError) -> None:
        self._leaving = False
        if isinstance(error, AlreadyValidated | ChangedMeanwhile | NotValidated | VisitorBanned):
            self.show(error.current)
        if isinstance(error, AlreadyValidated):
            self.tell(self._already_checked(error.current), "told")
        elif isinstance(error, VisitorBanned):
            self._ask_about_ban(error.current)
        else:
            self.not_done(error)
        self.load_details()

    def action_change_visitor(self) -> None:
        """Open the form that changes the visitor."""
        from olvery_tui.screens.ticket.visitor import VisitorForm

        if self._details is not None and not self.is_working("command"):
            self.clear_status()
            done = _("The visitor is changed.")
            self.app.push_screen(
                VisitorForm(self._details), lambda ticket: self._changed(ticket, done)
            )

    def action_change_workplace(self) -> None:
        """Open the form that changes the workplace."""
        from olvery_tui.screens.ticket.workplace import WorkplaceForm

        if self._details is not None and not self.is_working("command"):
            self.clear_status()
            done = _("The workplace is changed.")
            self.app.push_screen(
                WorkplaceForm(self._details), lambda ticket: self._changed(ticket, done)
            )

    def action_history(self) -> None:
        """Open the ticket's history."""
        from olvery_tui.screens.history import HistoryScreen

        self.app.push_screen(HistoryScreen(self._number))

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
                self.app.push_screen(OrderStatusForm(order), self._status_set)

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
