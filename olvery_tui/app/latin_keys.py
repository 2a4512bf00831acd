"""`Ctrl` with a letter is the same key in every layout, for Textual's own bindings too.

A terminal with the kitty keyboard protocol reports `Ctrl+С` of the Russian layout as that letter.
Textual binds copying, cutting, selecting and the rest to Latin letters only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import events

from olvery_tui.keys import latin

if TYPE_CHECKING:
    from textual.app import App

    _Base = App[Any]
else:
    _Base = object


class LatinKeys(_Base):
    """Mixed into the application, before `App`."""

    async def on_event(self, event: events.Event) -> None:
        """Name a key with a modifier by its Latin letter, whatever the layout."""
        if isinstance(event, events.Key) and (key := latin(event.key)) != event.key:
            pressed_at = event.time
            event = events.Key(key, None)
            event.time = pressed_at
        await super().on_event(event)
