"""One labelled line of a form, with what is wrong with it under the line."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from olvery_tui.domain.access import PASSWORD_MAX
from olvery_tui.widgets.fields.field import Field, SecretField, complain


class FormField(Vertical):
    """A label, an input, and a sentence about its value where that can't be used.

    Args:
        name: The field as the checks name it (`last_name`); also the widget's id.
        label: What the user reads.
        value: What stands in it at first.
        secret: Whether it is a password.
        takes: As of `Field`.
    """

    def __init__(
        self, name: str, label: str, value: str = "", *, secret: bool = False, takes: str = ""
    ) -> None:
        super().__init__(id=name)
        self._takes = takes
        self._label = label
        self._value = value
        self._secret = secret

    def compose(self) -> ComposeResult:
        with Horizontal(classes="field-line"):
            yield Static(self._label, classes="field-label", markup=False)
            yield SecretField(limit=PASSWORD_MAX) if self._secret else Field(takes=self._takes)

    def on_mount(self) -> None:
        self.query_one(Field).value = self._value

    @property
    def value(self) -> str:
        """What is typed."""
        return self.query_one(Field).value

    def clear(self) -> None:
        """Let nothing stand there: a password that was given, right or wrong."""
        self.query_one(Field).value = ""

    def take_focus(self) -> None:
        """Put the cursor into the line."""
        self.query_one(Field).focus()

    def complain(self, text: str) -> None:
        """Say what is wrong with the value; an empty text takes it back."""
        complain(self, text)
