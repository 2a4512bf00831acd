"""A label, whatever is filled in beside it, and what is wrong with that below."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from olvery_tui.widgets.fields.field import Problem, complain


class Labelled(Vertical):
    """One thing of a form to fill in.

    Args:
        field: The field as the checks name it (`service`); also the widget's id.
        label: What the user reads.
        content: What stands beside the label.
    """

    def __init__(self, field: str, label: str, *content: Widget) -> None:
        super().__init__(id=field)
        self._label = label
        self._parts = content

    def compose(self) -> ComposeResult:
        with Horizontal(classes="labelled-line"):
            yield Static(Content(self._label), classes="labelled-name", markup=False)
            yield from self._parts

    @property
    def complaint(self) -> str:
        """What is said to be wrong; empty where nothing is."""
        problems = [child for child in self.children if isinstance(child, Problem)]
        return next((problem.text for problem in problems if problem.display), "")

    def complain(self, text: str) -> None:
        """Say what is wrong with what is filled in; an empty text takes it back."""
        complain(self, text)
