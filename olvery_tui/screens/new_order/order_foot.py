"""The foot of a new order, always visible: payment, comment, price and missing fields."""

from __future__ import annotations

from datetime import tzinfo

from textual import getters
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.orders import COMMENT_MAX
from olvery_tui.i18n import _
from olvery_tui.screens.new_order.order_filling import Filled
from olvery_tui.widgets.fields.choice import Choice, Choosable
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.fields.labelled import Labelled
from olvery_tui.widgets.fields.price_field import PriceField
from olvery_tui.wording.errors import field_name
from olvery_tui.wording.orders import payment_kind


class OrderFoot(Vertical):
    """The payment, the comment, the price and the missing fields."""

    price = getters.query_one(PriceField)
    """The price field."""

    def __init__(self) -> None:
        super().__init__(id="how")

    def compose(self) -> ComposeResult:
        with Horizontal(id="paid"):
            yield Labelled(
                "payment", field_name("payment"), Choice(enter_goes_on=True, id="payments")
            )
            yield Labelled(
                "comment", field_name("comment"), Field(limit=COMMENT_MAX, id="comment-line")
            )
        yield Labelled("price", field_name("price"), PriceField())
        yield Static(id="gaps", markup=False)

    def on_mount(self) -> None:
        self.query_one(Choice).offer(
            [Choosable(kind, payment_kind(kind)) for kind in PaymentKind], PaymentKind.ON_SITE
        )

    @property
    def payment(self) -> PaymentKind:
        """The kind of payment."""
        return PaymentKind(str(self.query_one(Choice).value))

    @property
    def comment(self) -> str:
        """The comment."""
        return self.query_one("#comment-line", Field).value

    @property
    def is_touched(self) -> bool:
        """Whether the user has filled in anything here."""
        is_other = self.payment is not PaymentKind.ON_SITE
        return is_other or bool(self.comment.strip()) or self.price.is_touched

    def propose(self, filled: Filled, zone: tzinfo) -> None:
        """Propose the price that follows from tariff, period, modifiers and workplaces."""
        currency = filled.tariff.currency if filled.tariff else ""
        self.price.propose(filled.price(zone), currency, filled.price_text(zone))

    def tell_gaps(self, filled: Filled) -> None:
        """Show which fields are missing or invalid, or that everything is filled in."""
        gaps = filled.gaps_text()
        line = self.query_one("#gaps", Static)
        line.set_class(not gaps, "-complete")
        line.update(Content(f"! {gaps}" if gaps else f"✓ {_('Everything is filled in.')}"))
