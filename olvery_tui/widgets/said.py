"""The line of a window that says what just happened, or why something can't be done."""

from __future__ import annotations

from typing import Literal

from textual.content import Content
from textual.widgets import Static

Tone = Literal["done", "told", "refused", "trouble"]

_SYMBOLS: dict[Tone, str] = {"done": "✓", "told": "•", "refused": "!", "trouble": "✕"}


class Said(Static):
    """Takes room only while it says something. The tone is a symbol and a class, `-refused`.

    A `trouble` (the database is away) stays until it is over; anything else until the next
    thing is said or done.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._tone: Tone | None = None

    @property
    def tone(self) -> Tone | None:
        """As what it says something; None while it says nothing."""
        return self._tone

    @property
    def text(self) -> str:
        """What it says now; empty while it says nothing."""
        return str(self.content)[2:] if self._tone else ""

    def tell(self, text: str, tone: Tone = "refused") -> None:
        """Say `text`, in place of what was said before."""
        self._tone = tone
        for each in _SYMBOLS:
            self.set_class(each == tone, f"-{each}")
        self.add_class("-said")
        self.update(Content(f"{_SYMBOLS[tone]} {text}"))

    def hush(self) -> None:
        """Say nothing any more."""
        self._tone = None
        self.remove_class("-said")
        self.update(Content(""))

    def trouble_over(self) -> None:
        """Take back a trouble; leave anything else said."""
        if self._tone == "trouble":
            self.hush()
