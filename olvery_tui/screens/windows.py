"""Which windows stand over each other, so that they never pile up."""

from __future__ import annotations

from typing import Any

from textual.await_complete import AwaitComplete

from olvery_tui.screens.application import Part
from olvery_tui.screens.opening import Overlay, Window

DEEPEST = 6
"""The most windows over a list: an order, one of its tickets, the ticket's form, a new person, a
question, and the help over it."""


class Windows(Part):
    """Mixed into the application, before the part that locks it."""

    def push_screen(self, screen: Any, *words: Any, **options: Any) -> Any:
        """Open a window, but not a second one of its kind.

        Help and palette make room for what is opened over them.
        """
        if type(screen) is type(self.screen):
            return AwaitComplete()
        if isinstance(screen, Overlay) and not self.is_locked:
            self.close_passing()
            if any(type(one) is type(screen) for one in self.screen_stack):
                return AwaitComplete()
            if isinstance(screen, Window):
                self.hold_keys(("mounting", screen))
        return super().push_screen(screen, *words, **options)

    def close_passing(self) -> None:
        """Close help and palette, where one of them is on top."""
        while isinstance(self.screen, Overlay) and self.screen.PASSES:
            self.pop_screen()
