"""What a manager does with one ticket, from its form and from the list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from olvery_tui.domain.conflicts import (
    AlreadyValidated,
    ChangedMeanwhile,
    NotValidated,
    VisitorBanned,
)
from olvery_tui.domain.errors import OlveryError, PeriodEnded, WrongStatus
from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.period_changes import PeriodView
from olvery_tui.domain.statuses import TicketChange
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.i18n import _
from olvery_tui.screens.confirm import ConfirmScreen, if_agreed
from olvery_tui.wording.checks import already_checked
from olvery_tui.wording.errors import sentence
from olvery_tui.wording.orders import created_text, line_done
from olvery_tui.wording.people import ban_text

if TYPE_CHECKING:
    from olvery_tui.screens.base import DeskScreen
    from olvery_tui.widgets.chrome.status_line import Tone

_T = TypeVar("_T")


def allowed_changes(ticket: TicketDetails, now: datetime) -> frozenset[TicketChange]:
    """Return the changes that the ticket's state allows."""
    allowed = {change for change in TicketChange if ticket.status in change.allowed}
    allowed.discard(TicketChange.VALIDATE if ticket.validated else TicketChange.RESET)
    if now >= ticket.period.ends_at:
        allowed.discard(TicketChange.WORKPLACE)
    return frozenset(allowed)


class TicketView(Protocol):
    """What shows the ticket: its form, or the pane beside the list."""

    def show(self, details: TicketDetails, /) -> None:
        """Show the ticket as it is now."""

    def tell(self, text: str, tone: Tone = "refused") -> None:
        """Show a sentence about it."""

    def clear_status(self) -> None:
        """Clear that sentence."""

    def not_done(self, error: OlveryError) -> None:
        """Show why a change failed."""

    def command_done(self, *, refused: bool) -> None:
        """Go on after a change or its refusal."""


class TicketActions:
    """Changes a ticket, and opens the windows that change it.

    Args:
        screen: Runs the workers and is below the windows.
        view: Shows the ticket and what came of an action.
    """

    def __init__(self, screen: DeskScreen[Any], view: TicketView) -> None:
        self._screen = screen
        self._view = view
        self._actions: dict[str, Callable[[TicketDetails], None]] = {
            TicketChange.VALIDATE: self.validate,
            TicketChange.RESET: self.reset_validation,
            TicketChange.VISITOR: self.change_visitor,
            TicketChange.WORKPLACE: self.change_workplace,
            TicketChange.PERIOD: self.change_period,
            TicketChange.CANCEL: self.cancel_ticket,
            "renew": self.renew,
            "history": self.history,
        }

    def run(self, action: str, ticket: TicketDetails) -> None:
        """Make a `TicketChange`, `renew` or show the `history`; or show why that is forbidden."""
        allowed = allowed_changes(ticket, self._screen.app.clock.now())
        if action in set(TicketChange) - allowed:
            self.say_why_not(TicketChange(action), ticket)
        elif not self._screen.is_working("command"):
            self._view.clear_status()
            self._actions[action](ticket)

    def say_why_not(self, change: TicketChange, ticket: TicketDetails) -> None:
        """Show why the ticket's state forbids a change."""
        tell = self._view.tell
        if change is TicketChange.VALIDATE and ticket.validated:
            tell(self._already_checked(ticket), "told")
        elif change is TicketChange.RESET and not ticket.validated:
            tell(_("There is no identity check to reset."))
        elif change is TicketChange.WORKPLACE and ticket.status in change.allowed:
            tell(sentence(PeriodEnded(ticket.number, ticket.period.ends_at)))
        else:
            tell(sentence(WrongStatus(ticket.number, change, ticket.status)))

    def _already_checked(self, ticket: TicketDetails) -> str:
        app = self._screen.app
        return already_checked(ticket, app.location.zone, app.clock.now())

    # Changes

    def validate(self, ticket: TicketDetails, *, banned: bool = False) -> None:
        """Record that the visitor's passport was checked."""
        desk = self._screen.app.desk
        self._change(
            lambda: desk.tickets.validate(ticket, banned=banned), _("The identity is checked.")
        )

    def reset_validation(self, ticket: TicketDetails) -> None:
        """Reset the identity check."""
        desk = self._screen.app.desk
        self._change(
            lambda: desk.tickets.reset_validation(ticket), _("The identity check is reset.")
        )

    def _change(self, call: Callable[[], TicketDetails], done: str) -> None:
        self._screen.run_worker(self._save(call, done), group="command")

    async def _save(self, call: Callable[[], TicketDetails], done: str) -> None:
        try:
            self.changed(await self._screen.call_desk(call), done)
        except OlveryError as error:
            self._refused(error)

    def changed(self, ticket: TicketDetails | None, done: str) -> None:
        """Show a changed ticket and say what was `done`; None where a window was cancelled."""
        if ticket is not None:
            self._view.show(ticket)
            self._view.tell(self._screen.app.undo.offer(done), "done")
        self._view.command_done(refused=False)

    def _refused(self, error: OlveryError) -> None:
        if isinstance(error, AlreadyValidated | ChangedMeanwhile | NotValidated | VisitorBanned):
            self._view.show(error.current)
        if isinstance(error, AlreadyValidated):
            self._view.tell(self._already_checked(error.current), "told")
        elif isinstance(error, VisitorBanned):
            self._ask_about_ban(error.current)
        else:
            self._view.not_done(error)
        self._view.command_done(refused=True)

    def _ask_about_ban(self, ticket: TicketDetails) -> None:
        question = ConfirmScreen(
            _("Check them all the same?"),
            ban_text(ticket.visitor),
            yes=_("Check all the same"),
            no=_("Do not let in"),
        )
        validate = partial(self.validate, ticket, banned=True)
        self._screen.app.push_screen(question, if_agreed(validate))

    # Windows

    def change_visitor(self, ticket: TicketDetails) -> None:
        """Open the form that changes the visitor."""
        from olvery_tui.screens.ticket.visitor import VisitorForm

        done = _("The visitor is changed.")
        self._screen.app.push_screen(VisitorForm(ticket), lambda now: self.changed(now, done))

    def change_workplace(self, ticket: TicketDetails) -> None:
        """Open the form that changes the workplace."""
        from olvery_tui.screens.ticket.workplace import WorkplaceForm

        done = _("The workplace is changed.")
        self._screen.app.push_screen(WorkplaceForm(ticket), lambda now: self.changed(now, done))

    def change_period(self, ticket: TicketDetails) -> None:
        """Open the form that changes the period, once all that it shows is read."""
        from olvery_tui.screens.ticket.period import PeriodForm

        desk = self._screen.app.desk

        def open_form(view: PeriodView) -> None:
            self._screen.app.push_screen(PeriodForm(view), partial(changed, view.ticket.owed))

        def changed(owed: Decimal, now: TicketDetails | None) -> None:
            self.changed(now, _("The period is changed."))
            if now is not None and now.owed > owed:
                self.move_money(now.order)

        self._read(lambda: desk.periods.view(ticket.number), open_form)

    def cancel_ticket(self, ticket: TicketDetails) -> None:
        """Open the form that cancels the ticket by itself."""
        from olvery_tui.screens.ticket.cancel import CancelForm

        desk = self._screen.app.desk

        def cancelled(now: TicketDetails | None) -> None:
            self.changed(now, _("The ticket is cancelled."))
            if now is not None:
                self.move_money(now.order)

        self._read(
            lambda: desk.cancelling.view(ticket.number),
            lambda view: self._screen.app.push_screen(CancelForm(view), cancelled),
        )

    def renew(self, ticket: TicketDetails) -> None:
        """Open the form that makes the order that follows the ticket."""
        from olvery_tui.screens.ticket.renewal import RenewalForm

        desk = self._screen.app.desk

        def made(order: OrderDetails | None) -> None:
            if order is not None:
                self._view.tell(self._screen.app.undo.offer(created_text(order)), "done")
            self._view.command_done(refused=False)

        self._read(
            lambda: desk.renewals.next_order(ticket.number),
            lambda renewal: self._screen.app.push_screen(RenewalForm(renewal), made),
        )

    def move_money(self, number: int) -> None:
        """Open the form that takes what an order owes by now, or gives back what is too much."""
        from olvery_tui.screens.order.payment_form import PaymentForm

        app = self._screen.app

        def open_form(order: OrderDetails) -> None:
            if order.owed or order.to_give_back or (order.paid and order.status.is_cancelled):
                refund = not order.owed
                app.push_screen(PaymentForm(order, refund=refund), moved)

        def moved(order: OrderDetails | None) -> None:
            if order is not None:
                self._view.tell(app.undo.offer(line_done(order)), "done")
            self._view.command_done(refused=False)

        self._read(lambda: app.desk.orders.get(number), open_form)

    def _read(self, call: Callable[[], _T], then: Callable[[_T], object]) -> None:
        """Open a form with what it shows; keys that are pressed meanwhile wait for it."""

        async def read() -> None:
            try:
                found = await self._screen.call_desk(call)
            except OlveryError as error:
                self._view.not_done(error)
            else:
                if self._screen.is_active:
                    then(found)

        self._screen.app.input.hold_for(self._screen.run_worker(read(), group="opening"))

    def history(self, ticket: TicketDetails) -> None:
        """Open the ticket's history."""
        from olvery_tui.screens.history import HistoryScreen

        self._screen.app.push_screen(HistoryScreen(ticket.number))
