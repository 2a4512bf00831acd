"""A labelled line of a form, with its error below."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from olvery_tui.domain.access import PASSWORD_MAX
from olvery_tui.widgets.fields.field import (
    LABEL,
    TYPED_MAX,
    Field,
    SecretField,
    complain,
    focus_by_label,
)


class FormField(Vertical):
    """A label, an input, and an error if the value can't be used.

    Args:
        name: The field's name in the checks (`last_name`); also the widget's id.
        label: The text shown to the user.
        value: The initial value.
        secret: Whether it is a password.
        limit, takes: As for `Field`.
    """

    def __init__(
        self,
        name: str,
        label: str,
        value: str = "",
        *,
        secret: bool = False,
        limit: int = TYPED_MAX,
        takes: str = "",
    ) -> None:
        super().__init__(id=name)
        self._limit = limit
        self._takes = takes
        self._label = label
        self._value = value
        self._secret = secret

    def compose(self) -> ComposeResult:
        yield Static(self._label, classes=f"field-label {LABEL}", markup=False)
        if self._secret:
            yield SecretField(limit=PASSWORD_MAX)
        else:
            yield Field(limit=self._limit, takes=self._takes)

    def on_mount(self) -> None:
        self.query_one(Field).value = self._value

    def on_click(self, event: events.Click) -> None:
        focus_by_label(self, event)

    @property
    def value(self) -> str:
        """The typed text."""
        return self.query_one(Field).value

    def clear(self) -> None:
        """Empty the line, as after a password was submitted, right or wrong."""
        self.query_one(Field).value = ""

    def take_focus(self) -> None:
        """Focus the line."""
        self.query_one(Field).focus()

    def complain(self, text: str) -> None:
        """Show an error; an empty text removes it."""
        complain(self, text)
