"""A label with any content beside it and an error below."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from olvery_tui.widgets.fields.field import LABEL, Problem, complain, focus_by_label


class Labelled(Vertical):
    """A labelled part of a form.

    Args:
        field: The field's name in the checks (`service`); also the widget's id.
        label: The text shown to the user.
        content: The widgets beside the label.
    """

    def __init__(self, field: str, label: str, *content: Widget) -> None:
        super().__init__(id=field)
        self._label = label
        self._parts = content

    def compose(self) -> ComposeResult:
        yield Static(Content(self._label), classes=f"labelled-name {LABEL}", markup=False)
        yield from self._parts

    def on_click(self, event: events.Click) -> None:
        focus_by_label(self, event)

    @property
    def complaint(self) -> str:
        """The error shown; empty if there is none."""
        problems = [child for child in self.children if isinstance(child, Problem)]
        return next((problem.text for problem in problems if problem.display), "")

    def complain(self, text: str) -> None:
        """Show an error; an empty text removes it."""
        complain(self, text)
