"""The command palette (Ctrl+P): finds an available command by part of its label."""

from __future__ import annotations

from typing import Any

from textual import events, on
from textual.await_complete import AwaitComplete
from textual.command import CommandPalette
from textual.errors import NoWidget
from textual.message import Message
from textual.widgets import Input, OptionList

from olvery_tui.i18n import _
from olvery_tui.screens.base import ScreenBelow


class Palette(CommandPalette):
    """Textual's command palette in the user's language, without a blinking cursor."""

    PASSES = True

    def __init__(self) -> None:
        super().__init__(placeholder=_("Find a command…"))

    def render(self) -> Any:
        """Render the screen below."""
        return ScreenBelow(self)

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Close once: a second click or `Enter` in one burst would close the screen below."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def run_once(self, event: Message) -> None:
        """Run one command only: ignore a choice that arrives after the palette has closed."""
        if not self.is_active:
            event.stop()
            event.prevent_default()

    def on_click(self, event: events.Click) -> None:
        """Ignore a click outside the screen, which may happen after the terminal has shrunk.

        Textual's own handler would raise `NoWidget`.
        """
        try:
            self.get_widget_at(event.screen_x, event.screen_y)
        except NoWidget:
            event.prevent_default()
