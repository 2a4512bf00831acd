"""One ticket: look at it, check the visitor's identity, change visitor or workplace.

Source: the manual, sections «Просмотр и обработка билетов» to «Изменение рабочего места в билете».
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button

from olvery_tui.domain.cards import TicketCard
from olvery_tui.domain.errors import (
    AlreadyValidated,
    ChangedMeanwhile,
    NoSuchTicket,
    NotValidated,
    OlveryError,
    PeriodEnded,
    StoreUnavailable,
    WrongStatus,
)
from olvery_tui.domain.filters import TicketFilter
from olvery_tui.domain.order_cards import OrderCard
from olvery_tui.domain.statuses import WORKPLACE_STATUSES
from olvery_tui.i18n import _
from olvery_tui.keys import KEYS, bindings, twins
from olvery_tui.screens.ticket_blocks import TicketBlocks, allowed_actions
from olvery_tui.widgets.asking import Asking
from olvery_tui.widgets.key_bar import KeyBar
from olvery_tui.widgets.messages import DeskChanged, MinutePassed
from olvery_tui.widgets.number_typing import NumberTyping
from olvery_tui.widgets.said import Said, Tone
from olvery_tui.wording.checks import already_checked
from olvery_tui.wording.errors import sentence
from olvery_tui.wording.orders import moved_text

if TYPE_CHECKING:
    from olvery_tui.app import OlveryApp

_PATIENCE_SECONDS = 0.15
"""How long an answer may take before the form says that it is loading."""

_RULED = {
    "validate": "validate",
    "reset_validation": "reset",
    "change_visitor": "visitor",
    "change_workplace": "workplace",
}
"""The actions that a ticket's state may forbid, as `WrongStatus` names them."""


class TicketScreen(Asking, ModalScreen[int | None]):
    """The ticket's form over the list. Closes with the number that was shown last.

    Args:
        number: The ticket to open.
        wanted: The list's filter, in whose result the neighbouring tickets are found.
    """

    app: OlveryApp
    CSS_PATH: ClassVar = ["../styles/modal.tcss", "../styles/ticket.tcss"]
    BINDINGS: ClassVar = [*bindings("ticket"), *bindings("modal")]

    def __init__(self, number: int, wanted: TicketFilter) -> None:
        super().__init__()
        self._number = number
        self._wanted = wanted
        self._card: TicketCard | None = None
        self._allowed: frozenset[str] = frozenset()
        self._typing = NumberTyping()
        self._leaving = False

    @property
    def number(self) -> int:
        """The ticket that is shown."""
        return self._number

    def compose(self) -> ComposeResult:
        with Vertical(id="window", classes="window"):
            yield TicketBlocks(id="ticket")
            yield Said()
        yield KeyBar()

    def on_mount(self) -> None:
        self._show_number()
        self.query_one("#window").border_subtitle = Content.from_markup(
            "[@click=screen.newer]▲ PgUp[/]  [@click=screen.older]▼ PgDn[/]"
        )
        self.query_one(TicketBlocks).focus()
        self.set_timer(_PATIENCE_SECONDS, self._say_loading)
        self._reload()

    # What is shown, kept as it is in the database

    def on_desk_changed(self, message: DeskChanged) -> None:
        self._reload()

    def on_minute_passed(self, message: MinutePassed) -> None:
        self._reload()

    def _reload(self) -> None:
        if not self.is_asking("command"):
            desk, number = self.app.desk, self._number
            self.ask("card", lambda: desk.ticket(number), self._loaded, self._not_loaded)

    def _loaded(self, card: TicketCard) -> None:
        if card.number == self._number:
            self._show(card)

    def _not_loaded(self, error: OlveryError) -> None:
        if isinstance(error, NoSuchTicket):
            self._card, self._allowed = None, frozenset()
            self.query_one(TicketBlocks).wait(sentence(error))
            self.refresh_bindings()
        elif isinstance(error, StoreUnavailable):
            self._tell(sentence(error), "trouble")
        else:
            self._tell(sentence(error))

    def _say_loading(self) -> None:
        if self._card is None and self.is_asking("card"):
            self.query_one(TicketBlocks).wait(_("Loading…"))

    def _show(self, card: TicketCard) -> None:
        self.query_one(Said).trouble_over()
        allowed = allowed_actions(card, self.app.clock.now())
        if card == self._card and allowed == self._allowed:
            return
        self._card, self._allowed = card, allowed
        if card.number != self._number:
            self._number = card.number
            self._show_number()
        blocks = self.query_one(TicketBlocks)
        blocks.show(card, self.app.location.zone, allowed)
        self.refresh_bindings()
        if self.focused is None or not self.focused.display:
            blocks.focus()

    def _show_number(self) -> None:
        self.query_one("#window").border_title = Content.from_markup(
            "[@click=screen.back]← $title[/]",
            title=_("Ticket {number}").format(number=self._number),
        )

    def _tell(self, text: str, tone: Tone = "refused") -> None:
        self.query_one(Said).tell(text, tone)

    # Keys and buttons

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that the ticket's state forbids are not offered; `on_key` says why."""
        if action in _RULED:
            return action in self._allowed
        if action in ("history", "preview", "order_status"):
            return self._card is not None
        if action == "open_typed":
            return bool(self._typing)
        return True

    def on_key(self, event: events.Key) -> None:
        """Take a digit of another ticket's number, or say why a key does nothing now."""
        if self._typing.take(event.character):
            event.stop()
            text = _("Ticket {number}: Enter opens it, Esc does not.")
            self._tell(text.format(number=self._typing.typed), "told")
            return
        for key in KEYS:
            if key.action in _RULED and event.key in twins(key.key):
                if self._card is not None and key.action not in self._allowed:
                    event.stop()
                    self._say_why_not(key.action, self._card)
                return

    @on(Button.Pressed)
    async def _pressed(self, message: Button.Pressed) -> None:
        message.stop()
        await self.run_action(message.button.id or "")

    def _say_why_not(self, action: str, card: TicketCard) -> None:
        if action == "validate" and card.validated:
            self._tell(self._already_checked(card), "told")
        elif action == "reset_validation" and not card.validated:
            self._tell(_("There is no identity check to reset."))
        elif action == "change_workplace" and card.status in WORKPLACE_STATUSES:
            self._tell(sentence(PeriodEnded(card.number, card.period.ends_at)))
        else:
            self._tell(sentence(WrongStatus(card.number, _RULED[action], card.status)))

    def _already_checked(self, card: TicketCard) -> str:
        return already_checked(card, self.app.location.zone, self.app.clock.now())

    # What may be done

    def action_validate(self) -> None:
        """Record that the visitor's passport was checked."""
        card, desk = self._card, self.app.desk
        if card is not None:
            self._command(lambda: desk.validate(card), _("The identity is checked."))

    def action_reset_validation(self) -> None:
        """Take the identity check back."""
        card, desk = self._card, self.app.desk
        if card is not None:
            self._command(lambda: desk.reset_validation(card), _("The identity check is reset."))

    def _command(self, call: Callable[[], TicketCard], done: str) -> None:
        """Make one change; a second press while the first is on its way does nothing."""
        if self.is_asking("command"):
            return
        self.query_one(Said).hush()
        self.ask("command", call, lambda card: self._changed(card, done), self._refused)

    def _changed(self, card: TicketCard | None, done: str) -> None:
        if card is not None:
            self._show(card)
            self._tell(done, "done")
        if self._leaving:
            self.dismiss(self._number)
        else:
            self._reload()

    def _refused(self, error: OlveryError) -> None:
        self._leaving = False
        if isinstance(error, AlreadyValidated | ChangedMeanwhile | NotValidated):
            self._show(error.card)
        if isinstance(error, AlreadyValidated):
            self._tell(self._already_checked(error.card), "told")
        elif isinstance(error, StoreUnavailable):
            self._tell(sentence(error), "trouble")
        else:
            self._tell(sentence(error, self.app.location.zone))
        self._reload()

    def action_change_visitor(self) -> None:
        """Open the form of the visitor."""
        from olvery_tui.screens.visitor import VisitorForm

        if self._card is not None and not self.is_asking("command"):
            self.query_one(Said).hush()
            done = _("The visitor is changed.")
            self.app.push_screen(VisitorForm(self._card), lambda card: self._changed(card, done))

    def action_change_workplace(self) -> None:
        """Open the form of the workplace."""
        from olvery_tui.screens.workplace import WorkplaceForm

        if self._card is not None and not self.is_asking("command"):
            self.query_one(Said).hush()
            done = _("The workplace is changed.")
            self.app.push_screen(WorkplaceForm(self._card), lambda card: self._changed(card, done))

    def action_order_status(self) -> None:
        """Open the form of the status of the ticket's order."""
        if self._card is not None and not self.is_asking("command"):
            self.query_one(Said).hush()
            desk, number = self.app.desk, self._card.order
            self.ask("order", lambda: desk.order(number), self._open_status, self._not_loaded)

    def _open_status(self, order: OrderCard) -> None:
        from olvery_tui.screens.order_status import OrderStatusForm

        if self.is_active:
            self.app.push_screen(OrderStatusForm(order), self._status_set)

    def _status_set(self, order: OrderCard | None) -> None:
        if order is not None:
            self._tell(moved_text(order), "done")
            self._reload()

    def action_history(self) -> None:
        """Show who did what when."""
        from olvery_tui.screens.history import HistoryScreen

        self.app.push_screen(HistoryScreen(self._number))

    def action_preview(self) -> None:
        """Show the ticket as its visitor sees it."""
        from olvery_tui.screens.visitor_view import VisitorViewScreen

        if self._card is not None:
            self.app.push_screen(VisitorViewScreen(self._card))

    # To other tickets and back

    def action_older(self) -> None:
        """The next ticket of the list, downwards."""
        self._step(+1)

    def action_newer(self) -> None:
        """The previous ticket of the list, upwards."""
        self._step(-1)

    def _step(self, step: Literal[-1, 1]) -> None:
        if self.is_asking("step") or self.is_asking("command"):
            return
        desk, wanted, number = self.app.desk, self._wanted, self._number

        def neighbour() -> TicketCard | None:
            found = desk.neighbour(wanted, number, step)
            return None if found is None else desk.ticket(found)

        self.ask("step", neighbour, lambda card: self._stepped(card, step), self._not_loaded)

    def _stepped(self, card: TicketCard | None, step: int) -> None:
        if card is None:
            edge = _("This is the last ticket of the list.")
            self._tell(edge if step > 0 else _("This is the first ticket of the list."), "told")
            return
        self._found(card)

    def action_open_typed(self) -> None:
        """Show the ticket whose number was typed, so that a scanner goes from one to the next.

        `Enter` never reaches a button then: the scanned visitor's ticket is not the one on screen.
        """
        number, desk = self._typing.finish(), self.app.desk
        if number is not None and not self.is_asking("command"):
            self.ask("step", lambda: desk.ticket(number), self._found, self._not_found)

    def _found(self, card: TicketCard) -> None:
        self.query_one(Said).hush()
        self._show(card)
        self.query_one(TicketBlocks).scroll_home(animate=False)

    def _not_found(self, error: OlveryError) -> None:
        self._tell(sentence(error), "trouble" if isinstance(error, StoreUnavailable) else "refused")

    def action_back(self) -> None:
        """Back to the list, to the row of this ticket; not before a change is known to be made.

        First out of a number that is being typed.
        """
        if self._typing:
            self._typing.finish()
            self.query_one(Said).hush()
        elif self.is_asking("command"):
            self._leaving = True
        else:
            self.dismiss(self._number)
