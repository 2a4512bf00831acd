"""The form of an order's status: the possible next statuses and their effects.

Source: the manual, section «Статусы билетов», for the statuses and their effect on the tickets;
the transitions, the payment and the reason are ours.
"""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from olvery_tui.domain.conflicts import OrderChangedMeanwhile
from olvery_tui.domain.errors import InvalidForm, OlveryError
from olvery_tui.domain.filters import NumberRange, TicketFilter
from olvery_tui.domain.orders import (
    Caution,
    OrderDetails,
    Payment,
    cautions,
    needs_payment,
    proposed_next,
    takes_payment,
)
from olvery_tui.domain.pages import Top
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.i18n import _
from olvery_tui.screens.confirm import ConfirmScreen, if_agreed
from olvery_tui.screens.conflict import Conflict
from olvery_tui.screens.order.status_form import StatusForm
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.payment_fields import PaymentFields
from olvery_tui.widgets.pickers.status_moves import StatusMove, StatusMoves
from olvery_tui.wording.labels import order_status
from olvery_tui.wording.order_moves import effect_text, order_line, step_text, tickets_after
from olvery_tui.wording.order_questions import one_question


class OrderStatusForm(StatusForm[OrderDetails]):
    """Changes the status of one order. Closes with the changed order.

    Args:
        seen: The order as shown when the form was opened.
    """

    CSS_PATH: ClassVar = [
        f"../../styles/{name}.tcss" for name in ("modal", "choice", "status_moves", "order_status")
    ]

    def __init__(self, seen: OrderDetails) -> None:
        super().__init__()
        self._seen = seen
        self._tickets: tuple[TicketDetails, ...] = ()

    def compose(self) -> ComposeResult:
        with self.window(_("Status of order {number}").format(number=self._seen.number)):
            yield Static(id="now", markup=False)
            yield StatusMoves(id="moves")
            yield Static(id="nowhere", markup=False)
            yield PaymentFields(
                self.app.clock.now(), self.app.location.zone, self._seen.payment_kind
            )
            yield Static(id="free", markup=False)
            yield self.reason_line()
            yield Static(id="tickets-title", classes="title-text", markup=False)
            with VerticalScroll(id="tickets", classes="grows"):
                yield Static(id="ticket-lines", markup=False)
            yield Conflict()
            yield StatusLine()
            yield self.buttons("order_status.enter")
        yield KeyBar()

    def on_mount(self) -> None:
        self.set_focus(self.moves)
        self._offer(None)
        self.load_tickets()

    # Choosing the status

    @work(exclusive=True, group="tickets")
    async def load_tickets(self) -> None:
        """Load the tickets' details: only they tell whose identity was checked."""
        numbers = tuple(NumberRange(each.number, each.number) for each in self._seen.tickets)
        if numbers:
            read, filters = self.app.desk.tickets.details, TicketFilter(numbers=numbers)
            self._tickets = (await self.read_desk(read, filters, Top(), len(numbers)))[::-1]
            self.show_chosen()

    def _offer(self, chosen: OrderStatus | None) -> None:
        order, now = self._seen, self.app.clock.now()
        self.query_one("#now", Static).update(Content(order_line(order, self.app.location.zone)))
        moves = [
            StatusMove(to, step_text(order.status, to), effect_text(order, to, now))
            for to in order.possible_next
        ]
        self.moves.offer(moves, chosen or proposed_next(order.status, order.possible_next))
        self.moves.display = bool(moves)
        nowhere = self.query_one("#nowhere", Static)
        nowhere.display = not moves
        nowhere.update(Content(_("This is the last status of an order: nothing follows it.")))
        self.query_one("#save").display = bool(moves)
        if not moves:
            self.set_focus(self.query_one("#cancel"))
        self.show_chosen()

    def show_chosen(self) -> None:
        """Show the fields that the chosen status needs, and the tickets as they will be."""
        to, order = self.moves.chosen, self._seen
        self.payment.display = to is not None and takes_payment(to) and bool(order.unpaid)
        if to is not None:
            needed = needs_payment(order.status, to, order.price, order.paid)
            self.payment.propose(needed=needed)
        free = self.query_one("#free", Static)
        free.display = to is OrderStatus.CONFIRMED and order.price == 0
        free.update(Content(_("Free of charge: no payment is recorded.")))
        self.ask_reason(needed=to is not None and to.is_cancelled)
        zone, now = self.app.location.zone, self.app.clock.now()
        title, lines = tickets_after(order, self._tickets, to, zone, now)
        self.query_one("#tickets-title", Static).update(Content(title))
        self.query_one("#ticket-lines", Static).update(Content(lines))

    # Confirming

    def confirm(self, to: OrderStatus, payment: Payment | None) -> None:
        """Save the status; ask first about effects that can't be undone on their own."""
        found = cautions(self._seen, to, self.app.clock.now(), payment)
        if not found:
            self.save_status(to, payment)
            return
        title, text, yes = one_question(self._seen, to, found, self.app.location.zone)
        question = ConfirmScreen(title, text, yes=yes, no=_("Go back"))
        save = partial(self.save_status, to, payment, early=Caution.EARLY in found)
        self.app.push_screen(question, if_agreed(save))

    @work(group="save")
    async def save_status(
        self, to: OrderStatus, payment: Payment | None, *, early: bool = False
    ) -> None:
        """Save the order's status and close."""
        change, reason = self.app.desk.orders.set_status, self.reason if to.is_cancelled else ""
        try:
            order = await self.call_desk(
                change, self._seen, to, payment=payment, reason=reason, early=early
            )
        except OlveryError as error:
            self._refused(error, to)
        else:
            self.dismiss(order)

    def read_payment(self, to: OrderStatus) -> Payment | None:
        if not self.payment.display:
            return None
        seen = self._seen
        if needs_payment(seen.status, to, seen.price, seen.paid):
            return self.payment.need()
        return self.payment.read()

    def _refused(self, error: OlveryError, to: OrderStatus) -> None:
        if isinstance(error, InvalidForm):
            self.complain(error.problems)
            return
        if not isinstance(error, OrderChangedMeanwhile):
            self.query_one(Conflict).hide()
            self.not_done(error)
            return
        self._seen = error.current
        self.query_one(Conflict).show(
            error,
            now_is=order_status(error.current.status),
            chosen=order_status(to),
            zone=self.app.location.zone,
            now=self.app.clock.now(),
            next_step=_("Nothing was done. What may follow now stands above."),
        )
        self._offer(to)
        self.load_tickets()
