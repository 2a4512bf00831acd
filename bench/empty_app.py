"""An empty Textual application: what opening a screen costs at the least."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class EmptyApp(App[None]):
    """One word on an empty screen."""

    def compose(self) -> ComposeResult:
        yield Static("empty-application")


if __name__ == "__main__":
    EmptyApp().run()
