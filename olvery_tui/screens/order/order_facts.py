"""The blocks of the order's form. They only display; the screen handles actions."""

from __future__ import annotations

from datetime import tzinfo

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from olvery_tui.domain.orders import COMMENT_MAX, OrderDetails
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _
from olvery_tui.widgets.chrome.facts import Fact, Head, Line, Title
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.wording.labels import order_look, order_status_text, overdue, status_class
from olvery_tui.wording.listing import number_text
from olvery_tui.wording.money import money_text
from olvery_tui.wording.orders import line_name, line_text, payment_kind
from olvery_tui.wording.people import full_name, phone_text
from olvery_tui.wording.periods import instant_text


class OrderFacts(Vertical):
    """Everything about one order except its tickets."""

    def compose(self) -> ComposeResult:
        with Horizontal(id="head"):
            yield Head(id="made")
            yield Line(id="overdue")
            yield Line(id="status")
        with Horizontal(id="service-line"):
            yield Line(id="service")
            yield KeyButton(_("Status"), "order.status", id="order_status")
            yield KeyButton(_("Payment"), "order.pay", id="pay")
            yield KeyButton(_("Refund"), "order.refund", id="refund")
            yield KeyButton(_("History"), "order.history", id="history")
        with Horizontal(id="columns"):
            with Vertical(id="customer", classes="block"):
                yield Title(_("Customer"))
                yield Line(id="customer-name", classes="detail")
                yield Line(id="customer-phone", classes="detail")
                yield Line(id="customer-email", classes="detail")
            with Vertical(id="payment", classes="block"):
                yield Title(_("Payment"))
                yield Fact(_("Price"), id="price")
                yield Fact(_("How"), id="payment-kind")
                yield Fact(_("Paid at"), id="paid-at")
                yield Fact(_("Sum paid"), id="paid")
                yield Fact(_("To be paid"), id="owed")
                yield Fact(_("To give back"), id="to-give-back")
        with Vertical(id="payments", classes="block"):
            yield Static(id="payments-title", classes="title-text", markup=False)
            with VerticalScroll(id="payments-box"):
                yield Static(id="payment-lines", markup=False)
        with Vertical(id="comment", classes="block"):
            yield Title(_("Comment"))
            with VerticalScroll(id="comment-box"):
                yield Static(id="comment-text", markup=False)

    def show(self, order: OrderDetails, zone: tzinfo) -> None:
        """Show an order in the blocks."""
        made = instant_text(order.created_at, zone)
        self.query_one("#made", Head).put_number(order.number, made)
        self._show_status(order)
        self._put("#service", order.service)
        self._put("#customer-name", full_name(order.customer))
        self._put("#customer-phone", phone_text(order.customer.phone))
        self._put("#customer-email", order.customer.email)
        self._fact("#price", money_text(order.price, order.currency))
        self._fact("#payment-kind", payment_kind(order.payment_kind))
        self._fact("#paid-at", instant_text(order.paid_at, zone) if order.paid_at else None)
        self._fact("#paid", money_text(order.paid, order.currency))
        self._fact("#owed", money_text(order.owed, order.currency))
        self._fact("#to-give-back", money_text(order.to_give_back, order.currency))
        self.query_one("#pay").display = order.owed > 0
        self.query_one("#refund").display = order.paid > 0
        self.query_one("#paid").display = bool(order.payments)
        self.query_one("#payments").display = bool(order.payments)
        title = _("Payments: {count}").format(count=number_text(len(order.payments)))
        self.query_one("#payments-title", Static).update(Content(title))
        self.query_one("#payment-lines", Static).update(
            Content(
                "\n".join(
                    f"{line_name(line)} {line_text(line, order.currency, zone)}"
                    for line in reversed(order.payments)
                )
            )
        )
        self.query_one("#owed").display = order.owed > 0
        self.query_one("#to-give-back").display = order.to_give_back > 0
        self.query_one("#paid-at").display = not order.owed
        self.query_one("#comment").display = bool(order.comment)
        self.query_one("#comment-text", Static).update(Content(shown(order.comment, COMMENT_MAX)))

    def _show_status(self, order: OrderDetails) -> None:
        look = order_look(order.status)
        status = self.query_one("#status", Line)
        status.put(order_status_text(order.status))
        for each in TicketStatus:
            status.set_class(each is look, status_class(each))
        self._put("#overdue", overdue())
        self.query_one("#overdue").display = order.overdue

    def _put(self, selector: str, text: str | None) -> None:
        self.query_one(selector, Line).put(text)

    def _fact(self, selector: str, text: str | None) -> None:
        self.query_one(selector, Fact).put(text)
