"""Base of the forms that set order statuses: the choice, the payment and the reason."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, TypeVar

from textual import getters, on
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList

from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.orders import REASON_MAX, Payment
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.keys import bindings
from olvery_tui.screens.form import FormScreen
from olvery_tui.widgets.fields.field import WORDS, Field
from olvery_tui.widgets.fields.labelled import Labelled
from olvery_tui.widgets.fields.payment_fields import PaymentFields
from olvery_tui.widgets.pickers.status_moves import StatusMoves
from olvery_tui.wording.errors import field_name, sentence
from olvery_tui.wording.order_moves import choose_first

_T = TypeVar("_T")


class StatusForm(FormScreen[_T], inherit_bindings=False):
    """A form with `StatusMoves`, `PaymentFields` and the line of `reason_line`."""

    # The bindings of a form, with «Подтвердить» in place of «Сохранить».
    BINDINGS: ClassVar = [*ModalScreen.BINDINGS, *bindings("order_status"), *bindings("modal")]

    # Hooks of the subclasses

    moves = getters.query_one(StatusMoves)
    """The statuses to choose from."""
    payment = getters.query_one(PaymentFields)
    """When and how the order is paid."""

    @abstractmethod
    def show_chosen(self) -> None:
        """Show what the chosen status needs and does."""

    @abstractmethod
    def read_payment(self, to: OrderStatus) -> Payment | None:
        """Return when and how it was paid; None if this status records no payment.

        Raises:
            InvalidInput: The field `paid_at` is missing or invalid.
        """

    @abstractmethod
    def confirm(self, to: OrderStatus, payment: Payment | None) -> None:
        """Save the status, perhaps after a question."""

    # Parts

    @staticmethod
    def reason_line() -> Labelled:
        """Return the line for the reason of a cancellation."""
        line = Field(limit=REASON_MAX, takes=WORDS, acts=True, id="reason-line")
        return Labelled("reason", field_name("reason"), line)

    @property
    def reason(self) -> str:
        """The reason as typed."""
        return self.query_one("#reason-line", Field).value

    def has_unsaved(self) -> bool:
        """Whether a reason or a time of payment was typed."""
        return bool(self.reason.strip()) or self.payment.is_changed

    def ask_reason(self, *, needed: bool) -> None:
        """Show or hide the line of the reason; letters typed in the choice go there."""
        self.query_one("#reason").display = needed
        self.moves.leave_letters_to(self.query_one("#reason-line", Field) if needed else None)

    # Choosing and confirming

    @on(OptionList.OptionHighlighted, "#moves")
    def _moved(self) -> None:
        self.clear_status()
        self.show_chosen()

    @on(StatusMoves.Confirmed)
    @on(Input.Submitted, "#reason-line")
    def action_save(self) -> None:
        """Confirm the chosen status, or say what is missing."""
        if self.is_working("save") or not self.moves.display:
            return
        to = self.moves.chosen
        if to is None:
            self.moves.focus()
            self.tell(choose_first(), "told")
            return
        self.complain(())
        self.clear_status()
        try:
            payment = self.read_payment(to)
        except InvalidInput as problem:
            self.complain((problem,))
        else:
            self.confirm(to, payment)

    def complain(self, problems: tuple[InvalidInput, ...]) -> None:
        """Show each problem at its field, and the rest in the status line."""
        texts = {problem.field: sentence(problem) for problem in problems}
        for field in ("paid_at", "payment", "reason"):
            self.query_one(f"#{field}", Labelled).complain(texts.pop(field, ""))
        if texts:
            self.tell(" ".join(texts.values()))
        first = problems[0].field if problems else ""
        if first == "paid_at":
            self.payment.take_focus()
        elif first == "reason":
            self.query_one("#reason-line").focus()
