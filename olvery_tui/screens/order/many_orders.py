"""Complete, confirm or cancel all marked orders.

Each order is changed on its own; refused ones are listed with the reason and stay marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.errors import InvalidForm, InvalidInput, OlveryError, StoreUnavailable
from olvery_tui.domain.orders import REASON_MAX, Caution, Payment, cautions, goes_back
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.screens.confirm import ConfirmScreen
from olvery_tui.screens.form import FormScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.widgets.chrome.progress import Progress
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.field import WORDS, Field
from olvery_tui.widgets.fields.labelled import Labelled
from olvery_tui.widgets.fields.payment_fields import PaymentFields
from olvery_tui.widgets.pickers.status_moves import StatusMove, StatusMoves
from olvery_tui.wording.errors import field_name, sentence
from olvery_tui.wording.labels import order_status
from olvery_tui.wording.many import (
    effect_text,
    outcome_text,
    question_text,
    refused_lines,
    which_text,
    yes_text,
)
from olvery_tui.wording.order_moves import choose_first
from olvery_tui.wording.order_questions import many_lines

if TYPE_CHECKING:
    from olvery_tui.desk.order_moves import ManyOutcome

MOVES = (OrderStatus.COMPLETED, OrderStatus.CONFIRMED, OrderStatus.CANCELLED)
"""The statuses that can be set for many orders, the likeliest first."""


class ManyOrdersForm(FormScreen[frozenset[int]], inherit_bindings=False):
    """Sets the status of many orders.

    Closes with the numbers of the orders that were not changed; None if nothing was attempted.

    Args:
        orders: The orders' numbers.
        tickets: How many tickets were marked, if the orders are those of marked tickets.
    """

    CSS_PATH: ClassVar = [
        f"../../styles/{name}.tcss"
        for name in ("modal", "choice", "status_moves", "progress", "many_orders")
    ]
    # The bindings of a form, with «Подтвердить» in place of «Сохранить».
    BINDINGS: ClassVar = [*ModalScreen.BINDINGS, *bindings("order_status"), *bindings("modal")]

    def __init__(self, orders: Sequence[int], *, tickets: int | None = None) -> None:
        super().__init__()
        self._orders = tuple(orders)
        self._tickets = tickets
        self._result: frozenset[int] | None = None

    def compose(self) -> ComposeResult:
        app = self.app
        with Vertical(id="window", classes="window") as window:
            window.border_title = self.window_title(_("Status of the marked orders"))
            yield Static(Content(which_text(self._orders, self._tickets)), id="which", markup=False)
            with Vertical(id="asked"):
                yield StatusMoves(id="moves")
                yield PaymentFields(app.clock.now(), app.location.zone, PaymentKind.ON_SITE)
                reason = Field(limit=REASON_MAX, takes=WORDS, acts=True, id="reason-line")
                yield Labelled("reason", field_name("reason"), reason)
            yield Progress()
            with Vertical(id="outcome"):
                yield Static(id="outcome-text", classes="title-text", markup=False)
                with VerticalScroll(id="refused"):
                    yield Static(id="refused-lines", markup=False)
            yield StatusLine()
            yield Horizontal(
                KeyButton(_("Confirm"), "order_status.enter", id="save"),
                KeyButton(_("Cancel"), "modal.back", id="cancel"),
                KeyButton(_("Close"), "modal.back", id="close"),
                classes="buttons",
            )
        yield KeyBar()

    def on_mount(self) -> None:
        self._moves.offer([StatusMove(to, order_status(to), effect_text(to)) for to in MOVES], None)
        self._moves.focus()
        self._show_chosen()

    @property
    def _moves(self) -> StatusMoves:
        return self.query_one(StatusMoves)

    @property
    def _payment(self) -> PaymentFields:
        return self.query_one(PaymentFields)

    @property
    def _reason(self) -> str:
        return self.query_one("#reason-line", Field).value

    def has_unsaved(self) -> bool:
        """Whether a reason or a time of payment was typed and not used yet."""
        typed = bool(self._reason.strip()) or self._payment.is_changed
        return self._result is None and typed

    @property
    def offers_undo(self) -> bool:
        """Whether the change can be undone from here: once it is made."""
        return self._result is not None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable saving once the change is made."""
        return action != "save" or self._result is None

    # Choosing the status

    @on(OptionList.OptionHighlighted, "#moves")
    def _moved(self, message: Message) -> None:
        message.stop()
        self.clear_status()
        self._show_chosen()

    def _show_chosen(self) -> None:
        to = self._moves.chosen
        self._payment.display = to is OrderStatus.CONFIRMED
        cancels = to is OrderStatus.CANCELLED
        self.query_one("#reason").display = cancels
        self._moves.leave_letters_to(self.query_one("#reason-line", Field) if cancels else None)

    @on(StatusMoves.Confirmed)
    @on(Input.Submitted, "#reason-line")
    def _entered(self, message: Message) -> None:
        message.stop()
        self.action_save()

    def action_save(self) -> None:
        """Ask for confirmation, naming what is affected, then change the orders."""
        to = self._moves.chosen
        if self.is_working("save") or self.is_working("orders") or self._result is not None:
            return
        if to is None:
            self._moves.focus()
            self.query_one(StatusLine).show(choose_first(), "told")
            return
        self._complain(())
        self.clear_status()
        try:
            payment = self._payment.need() if to is OrderStatus.CONFIRMED else None
        except InvalidInput as problem:
            self._complain((problem,))
            return
        reason = self._reason if to is OrderStatus.CANCELLED else ""
        self.app.input.hold_for(self.load_orders(to, payment, reason))

    @work(exclusive=True, group="orders")
    async def load_orders(self, to: OrderStatus, payment: Payment | None, reason: str) -> None:
        """Ask for confirmation, naming what is affected.

        Only orders named here may be completed before their end.
        """
        try:
            cards = await self.call_desk(self.app.desk.orders.numbered, self._orders)
        except OlveryError as error:
            self._refused(error)
            return
        now = self.app.clock.now()
        going = [
            card for card in cards if to in card.possible_next and not goes_back(card.status, to)
        ]
        found = {card.number: cautions(card, to, now, payment) for card in going}
        early = frozenset(number for number, why in found.items() if Caution.EARLY in why)
        unpaid = frozenset(number for number, why in found.items() if Caution.UNPAID in why)
        title, text = question_text(
            to, self._orders, self._tickets, many_lines(going, early, unpaid)
        )
        question = ConfirmScreen(title, text, yes=yes_text(to), no=_("Go back"))
        self.app.push_screen(question, partial(self._agreed, to, payment, reason, early))

    def _agreed(
        self,
        to: OrderStatus,
        payment: Payment | None,
        reason: str,
        early: frozenset[int],
        yes: bool | None,
    ) -> None:
        if yes:
            self.save_statuses(to, payment, reason, early)

    @work(group="save")
    async def save_statuses(
        self, to: OrderStatus, payment: Payment | None, reason: str, early: frozenset[int]
    ) -> None:
        """Change the orders one by one, and show what came of it."""
        reached, stopped = self.query_one(Progress).begin(len(self._orders))
        self.query_one("#asked").disabled = True
        try:
            outcomes = await self.call_desk(
                self.app.desk.orders.set_status_of_many,
                self._orders,
                to,
                payment=payment,
                reason=reason,
                early=early,
                on_progress=reached,
                stopped=stopped,
            )
        except OlveryError as error:
            self._refused(error)
        else:
            self._done(to, outcomes)

    @on(Button.Pressed, "#close")
    def _close_pressed(self, message: Button.Pressed) -> None:
        message.stop()
        self.action_back()

    # The outcome

    def _done(self, to: OrderStatus, outcomes: tuple[ManyOutcome, ...]) -> None:
        self.query_one(Progress).end()
        self.clear_status()  # clear "Stopping after this order…"
        done = {outcome.number for outcome in outcomes if outcome.error is None}
        self._result = frozenset(self._orders) - done
        text = outcome_text(to, len(done), len(outcomes), len(self._orders))
        if done:
            text = self.app.undo.offer(text)
        self.query_one("#outcome-text", Static).update(Content(text))
        lines = refused_lines(outcomes, self.app.location.zone)
        self.query_one("#refused-lines", Static).update(Content(lines))
        self.add_class("-done")
        self.set_focus(self.query_one("#refused"))
        self.refresh_bindings()
        if not self._result:
            self.app.notify(text, markup=False)
            self.dismiss(self._result)

    def _refused(self, error: OlveryError) -> None:
        """Show why the run ended early; orders changed before that stay changed."""
        self.query_one(Progress).end()
        self.query_one("#asked").disabled = False
        self._moves.focus()
        if isinstance(error, InvalidForm):
            self._complain(error.problems)
        else:
            self.not_done(error)
            if isinstance(error, StoreUnavailable):
                self._complain(())

    def _complain(self, problems: tuple[InvalidInput, ...]) -> None:
        told = {problem.field: sentence(problem) for problem in problems}
        for field in ("paid_at", "payment", "reason"):
            self.query_one(f"#{field}", Labelled).complain(told.pop(field, ""))
        if told:
            self.query_one(StatusLine).show(" ".join(told.values()))
        first = problems[0].field if problems else ""
        if first == "paid_at":
            self._payment.take_focus()
        elif first == "reason":
            self.query_one("#reason-line").focus()

    def action_back(self) -> None:
        """Stop a running change, or else return to the list."""
        if self.is_working("save"):
            self.query_one(Progress).stop()
            self.query_one(StatusLine).show(_("Stopping after this order…"), "told")
        elif self._result is not None:
            self.dismiss(self._result)
        else:
            super().action_back()
