"""Complete, confirm or cancel all marked orders.

Each order is changed on its own; refused ones are listed with the reason and stay marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.errors import InvalidForm, OlveryError, StoreUnavailable
from olvery_tui.domain.orders import Caution, Payment, cautions, goes_back
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.i18n import _
from olvery_tui.screens.confirm import ConfirmScreen, if_agreed
from olvery_tui.screens.order.status_form import StatusForm
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.widgets.chrome.progress import Progress
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.payment_fields import PaymentFields
from olvery_tui.widgets.pickers.status_moves import StatusMove, StatusMoves
from olvery_tui.wording.labels import order_status
from olvery_tui.wording.many import (
    effect_text,
    outcome_text,
    question_text,
    refused_lines,
    which_text,
    yes_text,
)
from olvery_tui.wording.order_questions import many_lines

if TYPE_CHECKING:
    from olvery_tui.desk.order_moves import ManyOutcome

MOVES = (OrderStatus.COMPLETED, OrderStatus.CONFIRMED, OrderStatus.CANCELLED)
"""The statuses that can be set for many orders, the likeliest first."""


class ManyOrdersForm(StatusForm[frozenset[int]]):
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

    def __init__(self, orders: Sequence[int], *, tickets: int | None = None) -> None:
        super().__init__()
        self._orders = tuple(orders)
        self._tickets = tickets
        self._result: frozenset[int] | None = None

    def compose(self) -> ComposeResult:
        app = self.app
        with self.window(_("Status of the marked orders"), "-large"):
            yield Static(Content(which_text(self._orders, self._tickets)), id="which", markup=False)
            with Vertical(id="asked"):
                yield StatusMoves(id="moves")
                yield PaymentFields(app.clock.now(), app.location.zone, PaymentKind.ON_SITE)
                yield self.reason_line()
            yield Progress()
            with Vertical(id="outcome"):
                yield Static(id="outcome-text", classes="title-text", markup=False)
                with VerticalScroll(id="refused"):
                    yield Static(id="refused-lines", markup=False)
            yield StatusLine()
            with self.buttons("order_status.enter"):
                yield KeyButton(_("Close"), "modal.back", id="close")
        yield KeyBar()

    def on_mount(self) -> None:
        self.moves.offer([StatusMove(to, order_status(to), effect_text(to)) for to in MOVES], None)
        self.moves.focus()
        self.show_chosen()

    def has_unsaved(self) -> bool:
        """Whether a reason or a time of payment was typed and not used yet."""
        return self._result is None and super().has_unsaved()

    @property
    def offers_undo(self) -> bool:
        """Whether the change can be undone from here: once it is made."""
        return self._result is not None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable saving once the change is made."""
        return action != "save" or self._result is None

    # Choosing the status

    def show_chosen(self) -> None:
        """Show the payment of a confirmation and the reason of a cancellation."""
        self.payment.display = self.moves.chosen is OrderStatus.CONFIRMED
        self.ask_reason(needed=self.moves.chosen is OrderStatus.CANCELLED)

    def read_payment(self, to: OrderStatus) -> Payment | None:
        return self.payment.need() if to is OrderStatus.CONFIRMED else None

    def confirm(self, to: OrderStatus, payment: Payment | None) -> None:
        """Ask for confirmation, then change the orders."""
        if self._result is None and not self.is_working("orders"):
            reason = self.reason if to is OrderStatus.CANCELLED else ""
            self.app.input.hold_for(self.load_orders(to, payment, reason))

    @work(exclusive=True, group="orders")
    async def load_orders(self, to: OrderStatus, payment: Payment | None, reason: str) -> None:
        """Ask for confirmation, naming what is affected.

        Only orders named here may be completed before their end.
        """
        try:
            orders = await self.call_desk(self.app.desk.orders.numbered, self._orders)
        except OlveryError as error:
            self._refused(error)
            return
        now = self.app.clock.now()
        going = [
            order
            for order in orders
            if to in order.possible_next and not goes_back(order.status, to)
        ]
        found = {order.number: cautions(order, to, now, payment) for order in going}
        early = frozenset(number for number, why in found.items() if Caution.EARLY in why)
        unpaid = frozenset(number for number, why in found.items() if Caution.UNPAID in why)
        title, text = question_text(
            to, self._orders, self._tickets, many_lines(going, early, unpaid)
        )
        question = ConfirmScreen(title, text, yes=yes_text(to), no=_("Go back"))
        save = partial(self.save_statuses, to, payment, reason, early)
        self.app.push_screen(question, if_agreed(save))

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
        self.moves.focus()
        if isinstance(error, InvalidForm):
            self.complain(error.problems)
        else:
            self.not_done(error)
            if isinstance(error, StoreUnavailable):
                self.complain(())

    @on(Button.Pressed, "#close")
    def action_back(self) -> None:
        """Stop a running change, or else return to the list."""
        if self.is_working("save"):
            self.query_one(Progress).stop()
            self.tell(_("Stopping after this order…"), "told")
        elif self._result is not None:
            self.dismiss(self._result)
        else:
            super().action_back()
