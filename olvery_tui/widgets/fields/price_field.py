"""An order's price: proposed from the form, replaced by typing another one."""

from __future__ import annotations

from decimal import Decimal

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input, Static

from olvery_tui.domain.pricing import parse_money
from olvery_tui.i18n import _
from olvery_tui.widgets.fields.field import Field, Glyph
from olvery_tui.wording.money import amount_text, currency_text, money_text

_TYPED_MAX = 16


class PriceField(Horizontal):
    """A line with the price and how it was computed. An emptied line returns to the proposal.

    Errors are reported under the name `price`.

    Args:
        signed: Whether it may be less than nothing.
    """

    class Edited(Message):
        """The price was edited."""

    _line = getters.query_one("#price-line", Field)

    def __init__(self, *, signed: bool = False) -> None:
        super().__init__()
        self._signed = signed
        self._proposed: Decimal | None = None
        self._put = ""
        self._currency = ""
        self._how = ""

    def compose(self) -> ComposeResult:
        yield Field(limit=_TYPED_MAX, id="price-line")
        yield Static(id="price-currency", markup=False)
        yield Glyph("←", _("The proposed price"), classes="clear", by_key=False)
        yield Static(id="price-how", markup=False)

    @property
    def is_touched(self) -> bool:
        """Whether the user typed a price other than the proposal."""
        typed = self._line.value.strip()
        return bool(typed) and typed != self._put

    def propose(self, price: Decimal | None, currency: str, how: str) -> None:
        """Set the proposal and its explanation; keep a price that the user typed."""
        # An empty focused line is about to be typed into.
        kept = self.is_touched or (self._line.has_focus and not self._line.value.strip())
        self._proposed, self._currency, self._how = price, currency, how
        self._put = "" if price is None else amount_text(price)
        if not kept:
            with self.prevent(Input.Changed):
                self._line.value = self._put
        self._tell()

    def read(self) -> Decimal | None:
        """Return the price; None if there is none.

        Raises:
            InvalidInput: `money`, `money_large`.
        """
        if not self.is_touched:
            return self._proposed
        typed = self._line.value.strip()
        if self._signed and typed.startswith(("-", "−")):
            return -parse_money("price", typed[1:])
        return parse_money("price", typed)

    @on(Input.Changed)
    def _edited(self, message: Input.Changed) -> None:
        message.stop()
        self._tell()
        if message.value != self._put:
            self.post_message(self.Edited())

    @on(Button.Pressed, ".clear")
    def _cleared(self, message: Button.Pressed) -> None:
        message.stop()
        self._line.value = self._put
        self.screen.set_focus(self._line)
        self.post_message(self.Edited())

    def on_descendant_blur(self) -> None:
        """Show the proposal again in an emptied line."""
        if not self._line.value.strip():
            self._line.value = self._put

    def _tell(self) -> None:
        self.set_class(self.is_touched, "-touched")
        currency = currency_text(self._currency) if self._currency else ""
        self.query_one("#price-currency", Static).update(Content(currency))
        how = self._how
        if self.is_touched and self._proposed is not None:
            how = _("proposed {money}").format(money=money_text(self._proposed, self._currency))
        self.query_one("#price-how", Static).update(Content(how))
