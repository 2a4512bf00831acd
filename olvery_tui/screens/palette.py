"""Ctrl+P: every command that works now, found by a part of its label."""

from __future__ import annotations

from typing import Any

from rich.align import Align
from rich.text import Text
from textual import events
from textual.await_complete import AwaitComplete
from textual.command import CommandList, CommandPalette
from textual.errors import NoWidget
from textual.widgets import Input
from textual.widgets.option_list import Option

from olvery_tui.i18n import _
from olvery_tui.screens.opening import Overlay


class Palette(Overlay, CommandPalette):
    """Textual's command palette in the user's language; nothing blinks in it."""

    PASSES = True

    def __init__(self) -> None:
        super().__init__(placeholder=_("Find a command…"))

    def on_mount(self) -> None:
        self.query_one(Input).cursor_blink = False

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Close once: a second click or `Enter` in one go would close what is below."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def _select_or_command(self, event: Any = None) -> None:
        """Run a command once: what was chosen in the same go finds the palette closed."""
        if self.is_active:
            super()._select_or_command(event)

    def _on_click(self, event: events.Click) -> None:  # type: ignore[override]
        """Textual's own looks for what is there: nothing, if the terminal has become smaller."""
        try:
            self.get_widget_at(event.screen_x, event.screen_y)
        except NoWidget:
            event.prevent_default()

    def _start_no_matches_countdown(self, search_value: str) -> None:
        """As Textual does it, whose sentence is English only."""
        self._stop_no_matches_countdown()

        def show() -> None:
            if search_value:
                told = Align.center(Text(_("There is no such command."), style="not bold"))
                option = Option(told, disabled=True, id=self._NO_MATCHES)
                self.query_one(CommandList).add_option(option)
            self._list_visible = bool(search_value)

        self._no_matches_timer = self.set_timer(self._NO_MATCHES_COUNTDOWN, show)
