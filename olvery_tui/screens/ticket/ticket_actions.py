"""What a manager does with one ticket, from its form and from the list."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

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
    from olvery_tui.desk import Desk
    from olvery_tui.domain.cancelling import CancelView
    from olvery_tui.domain.renewals import Renewal
    from olvery_tui.screens.base import DeskScreen
    from olvery_tui.screens.form import FormScreen
    from olvery_tui.widgets.chrome.status_line import Tone

_T = TypeVar("_T")


def allowed_changes(ticket: TicketDetails, now: datetime) -> frozenset[TicketChange]:
    """Return the changes that the ticket's state allows."""
    allowed = {change for change in TicketChange if ticket.status in change.allowed}
    allowed.discard(TicketChange.VALIDATE if ticket.validated else TicketChange.RESET)
    if now >= ticket.period.ends_at:
        allowed.discard(TicketChange.WORKPLACE)
    return frozenset(allowed)


def _visitor_form(seen: TicketDetails) -> FormScreen[TicketDetails]:
    from olvery_tui.screens.ticket.visitor import VisitorForm

    return VisitorForm(seen)


def _workplace_form(seen: TicketDetails) -> FormScreen[TicketDetails]:
    from olvery_tui.screens.ticket.workplace import WorkplaceForm

    return WorkplaceForm(seen)


def _period_form(view: PeriodView) -> FormScreen[TicketDetails]:
    from olvery_tui.screens.ticket.period import PeriodForm

    return PeriodForm(view)


def _cancel_form(view: CancelView) -> FormScreen[TicketDetails]:
    from olvery_tui.screens.ticket.cancel import CancelForm

    return CancelForm(view)


def _renewal_form(renewal: Renewal) -> FormScreen[OrderDetails]:
    from olvery_tui.screens.ticket.renewal import RenewalForm

    return RenewalForm(renewal)


class _Form(NamedTuple):
    """The form that an action opens: how to read what it shows, and to make it of that."""

    read: Callable[[Desk, int], Any]
    make: Callable[[Any], FormScreen[Any]]


_FORMS: dict[str, _Form] = {
    TicketChange.VISITOR: _Form(lambda desk, number: desk.tickets.get(number), _visitor_form),
    TicketChange.WORKPLACE: _Form(lambda desk, number: desk.tickets.get(number), _workplace_form),
    TicketChange.PERIOD: _Form(lambda desk, number: desk.periods.view(number), _period_form),
    TicketChange.CANCEL: _Form(lambda desk, number: desk.cancelling.view(number), _cancel_form),
    "renew": _Form(lambda desk, number: desk.renewals.next_order(number), _renewal_form),
}


def read_for(desk: Desk, action: str, number: int) -> tuple[Any, TicketDetails]:
    """Read what the form of an action shows, None where there is no form or it is forbidden; and
    the ticket.
    """
    if action in _FORMS:
        with suppress(OlveryError):  # `TicketActions.run` tells why
            shown = _FORMS[action].read(desk, number)
            return shown, _ticket_of(shown)
    return None, desk.tickets.get(number)


def _ticket_of(shown: Any) -> TicketDetails:
    """The ticket that a form shows: some show nothing else."""
    ticket: TicketDetails = getattr(shown, "ticket", shown)
    return ticket


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
        shown: What the form of the action shows, if it was read already.
    """

    def __init__(self, screen: DeskScreen[Any], view: TicketView, shown: Any = None) -> None:
        self._screen = screen
        self._view = view
        self._shown = shown
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

    def expect(self, action: str, number: int) -> None:
        """Prepare the form that an action will open on a ticket, unless it is forbidden."""
        form, app = _FORMS.get(action), self._screen.app
        if form is None:
            return

        def read() -> Any:
            shown = form.read(app.desk, number)
            ticket = _ticket_of(shown)
            if action in set(TicketChange) - allowed_changes(ticket, app.clock.now()):
                raise WrongStatus(number, TicketChange(action), ticket.status)
            return shown

        app.windows.expect(form.make, read)

    def change_visitor(self, ticket: TicketDetails) -> None:
        """Open the form that changes the visitor."""
        done = _("The visitor is changed.")
        self._show(TicketChange.VISITOR, lambda _seen, now: self.changed(now, done), ticket)

    def change_workplace(self, ticket: TicketDetails) -> None:
        """Open the form that changes the workplace."""
        done = _("The workplace is changed.")
        self._show(TicketChange.WORKPLACE, lambda _seen, now: self.changed(now, done), ticket)

    def change_period(self, ticket: TicketDetails) -> None:
        """Open the form that changes the period, once all that it shows is read."""

        def changed(view: PeriodView, now: TicketDetails | None) -> None:
            self.changed(now, _("The period is changed."))
            if now is not None and now.owed > view.ticket.owed:
                self.move_money(now.order)

        self._open(TicketChange.PERIOD, ticket, changed)

    def cancel_ticket(self, ticket: TicketDetails) -> None:
        """Open the form that cancels the ticket by itself."""

        def cancelled(_view: CancelView, now: TicketDetails | None) -> None:
            self.changed(now, _("The ticket is cancelled."))
            if now is not None:
                self.move_money(now.order)

        self._open(TicketChange.CANCEL, ticket, cancelled)

    def renew(self, ticket: TicketDetails) -> None:
        """Open the form that makes the order that follows the ticket."""

        def made(_renewal: Renewal, order: OrderDetails | None) -> None:
            if order is not None:
                self._view.tell(self._screen.app.undo.offer(created_text(order)), "done")
            self._view.command_done(refused=False)

        self._open("renew", ticket, made)

    def _open(self, action: str, ticket: TicketDetails, closed: Callable[[Any, Any], None]) -> None:
        """Open the form of an action, once all that it shows is read."""
        if self._shown is not None:
            self._show(action, closed, self._shown)
            return
        read = partial(_FORMS[action].read, self._screen.app.desk, ticket.number)
        self._read(read, partial(self._show, action, closed))

    def _show(self, action: str, closed: Callable[[Any, Any], None], shown: Any) -> None:
        """Open the form of an action; `closed` gets what it showed, and its result."""
        app = self._screen.app
        app.push_screen(app.windows.made(_FORMS[action].make, shown), partial(closed, shown))

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
