"""The line of a window that says what just happened, or why something can't be done."""

from __future__ import annotations

from typing import Literal

from textual.content import Content
from textual.widgets import Static

Tone = Literal["done", "told", "refused", "trouble"]

_SYMBOLS: dict[Tone, str] = {"done": "✓", "told": "•", "refused": "!", "trouble": "✕"}


class Said(Static):
    """Takes room only while it says something. The tone is a symbol and a class, `-refused`.

    What is said stays until the next thing is said or done; only that something can't be read
    (`tell_unread`) goes by itself, once it can.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._tone: Tone | None = None
        self._goes_by_itself = False

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
        self._goes_by_itself = False
        for each in _SYMBOLS:
            self.set_class(each == tone, f"-{each}")
        self.add_class("-said")
        self.update(Content(f"{_SYMBOLS[tone]} {text}"))

    def hush(self) -> None:
        """Say nothing any more."""
        self._tone = None
        self._goes_by_itself = False
        self.remove_class("-said")
        self.update(Content(""))

    def tell_unread(self, text: str) -> None:
        """Say why something can't be read now, until `trouble_over`.

        What became of a change, for want of the database, is not talked over: that it may or may
        not have been saved has to be read, and reading works again at once.
        """
        if self._tone != "trouble" or self._goes_by_itself:
            self.tell(text, "trouble")
            self._goes_by_itself = True

    def trouble_over(self) -> None:
        """It can be read again: take back that it couldn't; leave anything else said."""
        if self._goes_by_itself:
            self.hush()
