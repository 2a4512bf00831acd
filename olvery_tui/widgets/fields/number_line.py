"""The number of a ticket or an order, typed in a list: `Enter` opens it, `Esc` drops it.

It stands over the list's last line and has nothing to do with the filter.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.layer import Layer

_DIGITS_MAX = 40
"""No number is nearly as long: such a one is refused whole."""


class NumberField(Field):
    """Digits only: no letter is a command while a number is being typed, and none is typed."""

    BINDINGS: ClassVar = bindings("number")

    def __init__(self) -> None:
        super().__init__(limit=_DIGITS_MAX)
        self.restrict = "[0-9]*"

    def restricted(self) -> None:
        """A letter is not taken; one digit too many, and the number is refused whole."""
        if len(self.value) == _DIGITS_MAX:
            self.post_message(NumberLine.Entered(f"{self.value}…"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where nothing is typed there is nothing to open."""
        if action == "submit":
            return bool(self.value)
        return super().check_action(action, parameters)

    def on_key(self, event: events.Key) -> None:
        if event.key == "enter" and not self.value:
            event.stop()
            self.action_drop()

    def action_drop(self) -> None:
        """Let the number go."""
        self.post_message(NumberLine.Dropped())


class NumberLine(Layer, Horizontal):
    """`№ 312`, and what is wrong with it. There only while a number is typed or was refused."""

    class Entered(Message):
        """A number was typed and is to be opened."""

        def __init__(self, digits: str) -> None:
            super().__init__()
            self.digits = digits

    class Dropped(Message):
        """Back to the list."""

    def __init__(self) -> None:
        super().__init__()
        self._is_refused = False

    def compose(self) -> ComposeResult:
        yield Static("№", classes="number-sign", markup=False)
        yield NumberField()
        yield Static(classes="number-told", markup=False)

    @property
    def field(self) -> NumberField:
        """Where the digits are typed."""
        return self.query_one(NumberField)

    @property
    def is_open(self) -> bool:
        """Whether it is there."""
        return self.has_class("-open")

    @property
    def covers(self) -> bool:
        """Whether keys stop here."""
        return self.is_open

    @property
    def told(self) -> str:
        """What is said beside the number."""
        return str(self.query_one(".number-told", Static).content)

    def begin(self, digit: str) -> None:
        """Open the line with the first digit of a number."""
        self._show(_("Enter opens it, Esc does not."))
        self.field.start_with(digit)

    def refuse(self, text: str) -> None:
        """Say why there is nothing to open; whatever is typed next takes its place."""
        self.field.value = ""
        self._show(text, refused=True)
        self.screen.set_focus(self.field)

    def close(self) -> None:
        """Take the line away, with what was typed."""
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
