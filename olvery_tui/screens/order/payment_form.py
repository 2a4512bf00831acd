"""Take money for what an order owes, or give back what was paid.

The amount is proposed; `Enter` in any line takes it. A refund asks first.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.conflicts import OrderChangedMeanwhile
from olvery_tui.domain.errors import (
    InvalidForm,
    InvalidInput,
    OlveryError,
    PaymentTooLarge,
    RefundTooLarge,
)
from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.payments import RECEIPT_MAX, check_amount, last_payment
from olvery_tui.domain.pricing import parse_money
from olvery_tui.i18n import _
from olvery_tui.screens.confirm import ConfirmScreen, if_agreed
from olvery_tui.screens.form import FormScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.choice import Choice, Choosable
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.fields.labelled import Labelled
from olvery_tui.wording.errors import field_name, sentence
from olvery_tui.wording.money import amount_text, currency_text, money_text
from olvery_tui.wording.orders import payment_kind, sums_text
from olvery_tui.wording.people import person_name

_TYPED_MAX = 16


class PaymentForm(FormScreen[OrderDetails]):
    """«Принять оплату», or «Вернуть». Closes with the order after it.

    Args:
        seen: The order as shown when the form was opened.
        refund: Whether money is given back.
    """

    CSS_PATH: ClassVar = [f"../../styles/{name}.tcss" for name in ("modal", "choice", "payment")]

    _amount = getters.query_one("#amount-line", Field)
    _receipt = getters.query_one("#receipt-line", Field)

    def __init__(self, seen: OrderDetails, *, refund: bool = False) -> None:
        super().__init__()
        self._seen = seen
        self._refund = refund
        self._proposed = ""

    def compose(self) -> ComposeResult:
        what = _("Give money back") if self._refund else _("Take a payment")
        title = _("{what}: order {number}").format(what=what, number=self._seen.number)
        with self.window(title, "-small"):
            yield Static(id="sums", markup=False)
            yield Labelled(
                "amount",
                field_name("amount"),
                Field(limit=_TYPED_MAX, id="amount-line"),
                Static(Content(currency_text(self._seen.currency)), id="currency", markup=False),
            )
            yield Labelled("payment", field_name("payment"), Choice(id="payments"))
            yield Labelled(
                "receipt", field_name("receipt"), Field(limit=RECEIPT_MAX, id="receipt-line")
            )
            yield StatusLine()
            yield self.buttons()
        yield KeyBar()

    def on_mount(self) -> None:
        last = last_payment(self._seen.payments) if self._refund else None
        kinds = [Choosable(kind, payment_kind(kind)) for kind in PaymentKind]
        chosen = last.kind if last else self._seen.payment_kind
        self.query_one("#payments", Choice).offer(kinds, chosen)
        self._propose()
        self._amount.focus()

    def _propose(self) -> None:
        """Show what the order is paid, and fill in all that is owed or can be given back."""
        seen = self._seen
        name = person_name(seen.customer)
        self.query_one("#sums", Static).update(Content(f"{name}\n{sums_text(seen)}"))
        if self._amount.value == self._proposed:
            back = seen.to_give_back or seen.paid
            amount = back if self._refund else seen.owed
            self._proposed = self._amount.value = amount_text(amount) if amount else ""

    def has_unsaved(self) -> bool:
        """Whether another amount or a receipt was typed."""
        return self._amount.value != self._proposed or bool(self._receipt.value)

    @on(Input.Submitted)
    def action_save(self) -> None:
        """Take the money; ask before any is given back."""
        if self.is_working("save"):
            return
        self.clear_status()
        self.complain(())
        try:
            amount = parse_money("amount", self._amount.value)
            check_amount(amount, self._receipt.value)
        except InvalidInput as problem:
            self.complain((problem,))
        except InvalidForm as form:
            self.complain(form.problems)
        else:
            self._ask(amount) if self._refund else self.save_payment(amount)

    def _ask(self, amount: Decimal) -> None:
        """Ask whether to give so much back; what was not paid is refused without asking."""
        seen = self._seen
        if amount > seen.paid:
            self._complain_of_amount(RefundTooLarge(seen.number, seen.paid, seen.currency))
            return
        money = money_text(amount, seen.currency)
        question = ConfirmScreen(
            _("Give back {money} of order {number}?").format(money=money, number=seen.number),
            f"{person_name(seen.customer)}\n{sums_text(seen)}",
            yes=_("Give it back"),
            no=_("Go back"),
        )
        self.app.push_screen(question, if_agreed(lambda: self.save_payment(amount)))

    @work(group="save")
    async def save_payment(self, amount: Decimal) -> None:
        """Save the line and close."""
        orders = self.app.desk.orders
        command = orders.refund if self._refund else orders.pay
        kind = PaymentKind(str(self.query_one("#payments", Choice).value))
        try:
            order = await self.call_desk(command, self._seen, amount, kind, self._receipt.value)
        except InvalidForm as form:
            self.complain(form.problems)
        except (PaymentTooLarge, RefundTooLarge) as error:
            self._complain_of_amount(error)
        except OrderChangedMeanwhile as error:
            self._seen = error.current
            self._propose()
            self.not_done(error)
        except OlveryError as error:
            self.not_done(error)
        else:
            self.dismiss(order)

    def _complain_of_amount(self, error: PaymentTooLarge | RefundTooLarge) -> None:
        self.query_one("#amount", Labelled).complain(sentence(error))
        self._amount.focus()

    def complain(self, problems: tuple[InvalidInput, ...]) -> None:
        """Show each problem at its field."""
        texts = {problem.field: sentence(problem) for problem in problems}
        for field in ("amount", "receipt"):
            self.query_one(f"#{field}", Labelled).complain(texts.get(field, ""))
        if problems:
            (self._receipt if "amount" not in texts else self._amount).focus()
