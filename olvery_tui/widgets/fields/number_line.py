"""The number of a ticket or an order, typed in a list: `Enter` opens it, `Esc` drops it.

It covers the list's last line and does not affect the filter.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.layer import Layer
from olvery_tui.widgets.messages import DataMessage

_DIGITS_MAX = 40
"""Far longer than any number; longer input is rejected as a whole."""


class NumberField(Field):
    """A line for digits; letters are neither typed nor commands while it has the focus."""

    BINDINGS: ClassVar = bindings("number")

    def __init__(self) -> None:
        super().__init__(limit=_DIGITS_MAX)
        self.restrict = "[0-9]*"

    def restricted(self) -> None:
        """Ignore a letter; reject the whole number if it has one digit too many."""
        if len(self.value) == _DIGITS_MAX:
            self.post_message(NumberLine.Entered(f"{self.value}…"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable `submit` while the line is empty."""
        if action == "submit":
            return bool(self.value)
        return super().check_action(action, parameters)

    def on_key(self, event: events.Key) -> None:
        if event.key == "enter" and not self.value:
            event.stop()
            self.action_drop()

    def action_drop(self) -> None:
        """Discard the number."""
        self.post_message(NumberLine.Dropped())


class NumberLine(Layer, Horizontal):
    """`№ 312` and a message beside it. Visible only while a number is typed or was rejected."""

    class Entered(DataMessage):
        """A number was submitted."""

        digits: str

    class Dropped(Message):
        """The number was discarded; return to the list."""

    field = getters.query_one(NumberField)
    """The line in which the digits are typed."""

    def __init__(self) -> None:
        super().__init__()
        self._is_refused = False

    def compose(self) -> ComposeResult:
        yield Static("№", classes="number-sign", markup=False)
        yield NumberField()
        yield Static(classes="number-told", markup=False)

    @property
    def is_open(self) -> bool:
        """Whether the line is visible."""
        return self.has_class("-open")

    @property
    def covers(self) -> bool:
        """Whether the line keeps keys from the list below."""
        return self.is_open

    @property
    def told(self) -> str:
        """The message beside the number."""
        return str(self.query_one(".number-told", Static).content)

    def begin(self, digit: str) -> None:
        """Open the line with the first digit of a number."""
        self._show(_("Enter opens it, Esc does not."))
        self.field.start_with(digit)

    def refuse(self, text: str) -> None:
        """Show why the number can't be opened; the next digits replace it."""
        self.field.value = ""
        self._show(text, refused=True)
        self.screen.set_focus(self.field)

    def close(self) -> None:
        """Hide and empty the line."""
        self._is_refused = False
        self.remove_class("-open")
        self.field.value = ""

    def _show(self, text: str, *, refused: bool = False) -> None:
        self._is_refused = refused
        self.set_class(refused, "-refused")
        self.query_one(".number-told", Static).update(Content(text))
        self.add_class("-open")

    @on(Field.Changed)
    def _typed(self, message: Field.Changed) -> None:
        message.stop()
        self.refresh_bindings()
        if message.value and self._is_refused:
            self._show(_("Enter opens it, Esc does not."))

    @on(Field.Submitted)
    def _entered(self, message: Field.Submitted) -> None:
        message.stop()
        self.post_message(self.Entered(message.value))

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        if self.app.app_focus:
            self.close()
