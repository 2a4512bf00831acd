"""Read-only parts of a form: a title, a line of text, a labelled value."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from textwrap import wrap

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from olvery_tui.domain.text import shown
from olvery_tui.widgets.chrome.key_button import KeyButton

NOTHING = "—"
_VALUE_MIN = 10
"""Cells of a value, however narrow the window is."""


def facts_text(facts: Sequence[tuple[str, str]], width: int) -> Content:
    """Return labels and values in two columns of `width` cells, long values below themselves."""
    indent = max((len(label) for label, _value in facts), default=0) + 2
    lines = (
        Content.assemble((f"{label:<{indent}}", "$foreground-muted"), part)
        for name, value in facts
        for label, part in zip_longest(
            (name,), wrap(value, max(width - indent, _VALUE_MIN)) or [""], fillvalue=""
        )
    )
    return Content("\n").join(lines)


class Facts(Static):
    """Labels with their values, in two columns."""

    def __init__(self, text: str = "", *, id: str) -> None:
        super().__init__(text, id=id, markup=False)
        self._facts: Sequence[tuple[str, str]] = ()

    def show(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show other facts."""
        self._facts = facts
        self.on_resize()

    def on_resize(self) -> None:
        """Wrap the values for another width."""
        if self.size.width and self._facts:
            self.update(facts_text(self._facts, self.size.width))


class Line(Static):
    """Text from the database in one line, truncated to fit."""

    def __init__(self, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes, markup=False)

    def put(self, text: str | None) -> None:
        """Show `text`, or a dash if there is none."""
        self.update(Content(shown(text) if text else NOTHING))


class Head(Line):
    """The first line of a form: its number, and when that was made."""

    def put_number(self, number: int, made: str) -> None:
        """Show them."""
        self.update(Content.assemble((f"№ {number}", "bold $foreground"), f"   {made}"))


class Title(Horizontal):
    """The heading of a block, with the block's button at the right."""

    def __init__(self, text: str, button: KeyButton | None = None) -> None:
        super().__init__()
        self._text = text
        self._button = button

    def compose(self) -> ComposeResult:
        yield Static(self._text, classes="title-text", markup=False)
        if self._button is not None:
            yield self._button


class Fact(Horizontal):
    """One row: a label, its value, and optionally a button that changes it."""

    def __init__(self, label: str, button: KeyButton | None = None, *, id: str) -> None:
        super().__init__(id=id)
        self._label = label
        self._button = button

    def compose(self) -> ComposeResult:
        yield Static(self._label, classes="fact-label", markup=False)
        yield Line(classes="fact-value")
        if self._button is not None:
            yield self._button

    def put(self, text: str | None) -> None:
        """Show the value."""
        self.query_one(Line).put(text)
