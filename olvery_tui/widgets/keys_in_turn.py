"""Keys that come in one burst are handled one after the other, each where the one before led.

A barcode scanner sends a number and `Enter` at once, and a slow line delivers what was typed in
lumps. Textual hands every key of a burst to the widget that has the focus *now*, so `/ива⏎` would
all go to the list, and the `Enter` of a scanned number would open whatever ticket the cursor is on.
Here a key waits until the one before it has done its work, the focus included.

Where a window that a key opens must ask the database first, the keys behind it wait for the window.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from textual import events
from textual.message import Message
from textual.timer import Timer

if TYPE_CHECKING:
    from textual.app import App
    from textual.widget import Widget

    _Base = App[Any]
else:
    _Base = object

_ROUNDS = 3
"""How often the way from the focus to the application is gone behind a key. The key itself is done
after the first; what it makes a field tell its form, and the form its screen, after the others."""

_OPENING_SECONDS = 5.0
"""A window that is still not there is not waited for any longer."""

_PATIENCE_SECONDS = 0.25
"""A key whose widget has gone (a window that was closed) is not waited for any longer."""


class KeysInTurn(_Base):
    """Mixed into the application, before `App`."""

    class Handled(Message):
        """Went the same way behind a key, from the widget that got it up to the application."""

        def __init__(self, turn: int, rounds: int) -> None:
            super().__init__()
            self.turn = turn
            self.rounds = rounds

    def __init__(self, *words: Any, **options: Any) -> None:
        super().__init__(*words, **options)
        self._waiting_keys: deque[events.Key] = deque()
        self._key_turn = 0
        self._key_patience: Timer | None = None
        self._opening: dict[Hashable, Timer] = {}

    def hold_keys(self, opening: Hashable) -> None:
        """A window is being opened: what is typed from now on is for it. `Esc` is not held."""
        self.release_keys(opening)
        self._opening[opening] = self.set_timer(
            _OPENING_SECONDS, lambda: self.release_keys(opening)
        )

    def release_keys(self, opening: Hashable) -> None:
        """It is there, or will not come."""
        if (timer := self._opening.pop(opening, None)) is not None:
            timer.stop()
            if not self._opening:
                self.call_later(self._go_on)

    async def _go_on(self) -> None:
        if self._key_patience is None and self._waiting_keys and not self._opening:
            await self._let_through(self._waiting_keys.popleft())

    async def on_event(self, event: events.Event) -> None:
        """Hold a key back while the one before it is being handled."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
        elif self._opening and event.key == "escape":
            self._waiting_keys.clear()  # they were for what is no longer wanted
            await super().on_event(event)
        elif self._key_patience is not None or self._opening:
            self._waiting_keys.append(event)
        else:
            await self._let_through(event)

    @property
    def _key_goes_to(self) -> Widget | None:
        """The widget that gets a key now; none while the application ends, its screens gone."""
        return (self.focused or self.screen) if self.screen_stack else None

    async def _let_through(self, key: events.Key) -> None:
        self._key_turn += 1
        turn = self._key_turn
        target = self._key_goes_to
        if target is None:
            return
        self._key_patience = self.set_timer(_PATIENCE_SECONDS, lambda: self._give_up(turn))
        await super().on_event(key)
        if not target.post_message(KeysInTurn.Handled(turn, _ROUNDS)):
            await self._next_key()

    async def on_keys_in_turn_handled(self, message: Handled) -> None:
        """The way is clear as far as the application: once more, or the next key."""
        if message.turn != self._key_turn or self._key_patience is None:
            return
        target = self._key_goes_to
        rounds = message.rounds - 1
        again = KeysInTurn.Handled(message.turn, rounds)
        if target is None or not rounds or not target.post_message(again):
            await self._next_key()

    async def _give_up(self, turn: int) -> None:
        if turn == self._key_turn and self._key_patience is not None:
            await self._next_key()

    async def _next_key(self) -> None:
        if self._key_patience is not None:
            self._key_patience.stop()
            self._key_patience = None
        await self._go_on()
