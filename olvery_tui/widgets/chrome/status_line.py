"""The status line of a window: what just happened, or why something can't be done."""

from __future__ import annotations

from typing import Literal

from textual.content import Content
from textual.widgets import Static

Tone = Literal["done", "told", "refused", "trouble"]

_SYMBOLS: dict[Tone, str] = {"done": "✓", "told": "•", "refused": "!", "trouble": "✕"}


class StatusLine(Static):
    """Visible only while it shows a message. The tone sets a symbol and a class, `-refused`.

    A message stays until the next message or action. Only the notice of a database outage clears
    itself when the database is back, and then restores the message that it replaced.
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._tone: Tone | None = None
        self._goes_by_itself = False
        self._afterwards: tuple[str, Tone] | None = None

    @property
    def tone(self) -> Tone | None:
        """The tone of the current message; None if there is none."""
        return self._tone

    @property
    def text(self) -> str:
        """The current message; empty if there is none."""
        return str(self.content)[2:] if self._tone else ""

    def show(self, text: str, tone: Tone = "refused") -> None:
        """Show `text` in place of the current message."""
        self._tone = tone
        self._goes_by_itself = False
        for each in _SYMBOLS:
            self.set_class(each == tone, f"-{each}")
        self.add_class("-shown")
        self.update(Content(f"{_SYMBOLS[tone]} {text}"))

    def clear(self) -> None:
        """Clear the message."""
        self._tone = None
        self._goes_by_itself = False
        self.remove_class("-shown")
        self.update(Content(""))

    def show_unread(self, text: str) -> None:
        """Show why something can't be read now, until `outage_over`.

        The outcome of a change that failed for want of the database is not replaced: that it may or
        may not have been saved must be read, while reading works again by itself.
        """
        if self._tone != "trouble" or self._goes_by_itself:
            before = self._afterwards if self._goes_by_itself else self._current
            self.show(text, "trouble")
            self._goes_by_itself, self._afterwards = True, before

    def show_undone(self, text: str, afterwards: str) -> None:
        """Show why a change was not made; after the outage show `afterwards` unless empty."""
        self.show(text, "trouble")
        if afterwards:
            self._goes_by_itself, self._afterwards = True, (afterwards, "refused")

    def outage_over(self) -> None:
        """Clear the outage notice, as the database answers again; keep any other message."""
        if self._goes_by_itself and self._afterwards is not None:
            self.show(*self._afterwards)
        elif self._goes_by_itself:
            self.clear()

    @property
    def _current(self) -> tuple[str, Tone] | None:
        return (self.text, self._tone) if self._tone is not None else None
