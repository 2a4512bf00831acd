"""The line of a window that says what just happened, or why something can't be done."""

from __future__ import annotations

from typing import Literal

from textual.content import Content
from textual.widgets import Static

Tone = Literal["done", "told", "refused", "trouble"]

_SYMBOLS: dict[Tone, str] = {"done": "✓", "told": "•", "refused": "!", "trouble": "✕"}


class Said(Static):
    """Takes room only while it says something. The tone is a symbol and a class, `-refused`.

    What is said stays until the next thing is said or done; only that the database is away goes by
    itself, when it is back, and gives way to what it stood in place of.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._tone: Tone | None = None
        self._goes_by_itself = False
        self._afterwards: tuple[str, Tone] | None = None

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
        """Say why something can't be read now, until `outage_over`.

        What became of a change, for want of the database, is not talked over: that it may or may
        not have been saved has to be read, and reading works again at once.
        """
        if self._tone != "trouble" or self._goes_by_itself:
            before = self._afterwards if self._goes_by_itself else self._said_now
            self.tell(text, "trouble")
            self._goes_by_itself, self._afterwards = True, before

    def tell_undone(self, text: str, afterwards: str) -> None:
        """Say why a change was not made; then `afterwards`, if it is something."""
        self.tell(text, "trouble")
        if afterwards:
            self._goes_by_itself, self._afterwards = True, (afterwards, "refused")

    def outage_over(self) -> None:
        """The database answers: take back that it doesn't; leave anything else said."""
        if self._goes_by_itself and self._afterwards is not None:
            self.tell(*self._afterwards)
        elif self._goes_by_itself:
            self.hush()

    @property
    def _said_now(self) -> tuple[str, Tone] | None:
        return (self.text, self._tone) if self._tone is not None else None
