"""Keys that come in one burst are handled one after the other, each where the one before led.

A slow line delivers what was typed in lumps, and a scanner types a whole code at once. Textual
hands every key of a burst to the widget that has the focus *now*, so `/ива⏎` would all go to the
list.
Here a key waits until the one before it has done its work, the focus included. What came in one go
(`bursts`) is first offered as a code, and only its keys are handled one by one if it is none.

Where a window that a key opens must ask the database first, the keys behind it wait for the window.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from time import monotonic
from typing import TYPE_CHECKING, Any

from textual import events
from textual.message import Message
from textual.timer import Timer

from olvery_tui.widgets.bursts import Burst, Bursts, Item, Text, TypedText

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
"""A window that is still not there is not waited for any longer, nor are the keys for it kept."""

_PATIENCE_SECONDS = 0.25
"""How often it is looked whether the widget that got a key is still there. A key whose widget has
gone (a window that was closed) is not waited for."""

_WAITING_MOST = 256
"""So many keys that wait for their turn are a text that was pasted without bracketed paste."""


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
        self._bursts = Bursts()
        self._burst_timer: Timer | None = None
        self._waiting_keys: deque[Item | events.Paste] = deque()
        self._key_turn = 0
        self._key_in_hand = ""
        self._key_patience: Timer | None = None
        self._opening: dict[Hashable, Timer] = {}

    def send_codes_by(self, prefix: str) -> None:
        """A scanner sends this key before each code; empty where it sends none."""
        self._bursts = Bursts(prefix)

    # What the application makes of what comes in one go

    def take_burst(self, burst: Burst) -> bool:
        """Do something about keys that came in one go; False where each is a key of its own."""
        return False

    def take_paste(self, text: str) -> bool:
        """Do something about a pasted text; False where it goes to what has the focus."""
        return False

    @property
    def key_in_hand(self) -> str:
        """The key whose work is being done, also where that waits for an answer; else nothing."""
        is_at_work = self._key_patience is not None or self._opening
        return self._key_in_hand if is_at_work else ""

    def ignores_key(self, key: events.Key) -> bool:
        """Whether a key is not for what is on the screen now."""
        return False

    # What is being opened

    def hold_keys(self, opening: Hashable) -> None:
        """A window is being opened: what is typed from now on is for it. `Esc` is not held."""
        self.release_keys(opening)
        self._opening[opening] = self.set_timer(
            _OPENING_SECONDS, lambda: self._forget_keys(opening)
        )

    def release_keys(self, opening: Hashable) -> None:
        """It is there, or will not come."""
        if (timer := self._opening.pop(opening, None)) is not None:
            timer.stop()
            if not self._opening:
                self.call_later(self._go_on)

    def _forget_keys(self, opening: Hashable) -> None:
        """The window did not come: letters for it would be commands where they went instead."""
        self._waiting_keys.clear()
        self.release_keys(opening)

    async def _go_on(self) -> None:
        if self._key_patience is not None or self._opening:
            return
        self._key_in_hand = ""  # what a click opens from now on is not its work
        if self._waiting_keys:
            await self._let_through(self._waiting_keys.popleft())

    # What comes in

    @property
    def has_keys_to_handle(self) -> bool:
        """Whether something was typed that has not done its work yet."""
        return self._key_patience is not None or self._bursts.due is not None

    async def on_event(self, event: events.Event) -> None:
        """Hold a key back while more of its burst may come, or the one before it is handled."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            items = self._bursts.feed(event)
            self._watch_burst()
            for item in items:
                await self._take(item)
            self._recognise_text()
        elif isinstance(event, TypedText):
            self._bursts.feed_text(event)
            self._watch_burst()
        elif isinstance(event, events.Paste) and not event.is_forwarded:
            for item in self._bursts.release():
                await self._take(item)
            await self._take(event)
        else:
            await super().on_event(event)

    def _watch_burst(self) -> None:
        due = self._bursts.due
        if due is not None and self._burst_timer is None:
            self._burst_timer = self.set_timer(max(0.001, due - monotonic()), self._burst_over)

    async def _burst_over(self) -> None:
        self._burst_timer = None
        due = self._bursts.due
        if due is not None and due <= monotonic():
            for item in self._bursts.release():
                await self._take(item)
        self._watch_burst()

    def _recognise_text(self) -> None:
        """Nobody types so far ahead: what waits and what follows it is one pasted text."""
        if len(self._waiting_keys) > _WAITING_MOST:
            waiting = [
                key
                for item in self._waiting_keys
                for key in (item.keys if isinstance(item, Burst) else (item,))
                if isinstance(key, events.Key)
            ]
            self._waiting_keys.clear()
            self._bursts.become_text(waiting)
            self._watch_burst()

    async def _take(self, item: Item | events.Paste) -> None:
        is_escape = isinstance(item, events.Key) and item.key == "escape"
        if self._opening and is_escape:
            self._waiting_keys.clear()  # they were for what is no longer wanted
            await super().on_event(item)  # type: ignore[arg-type]
        elif self._key_patience is not None or self._opening:
            self._waiting_keys.append(item)
        else:
            await self._let_through(item)

    # One after the other

    @property
    def _key_goes_to(self) -> Widget | None:
        """The widget that gets a key now; none while the application ends, its screens gone."""
        return (self.focused or self.screen) if self.screen_stack else None

    async def _let_through(self, item: Item | events.Paste) -> None:
        target = self._key_goes_to
        if target is None:
            return
        event: events.Key | events.Paste
        match item:
            case Burst() if self.take_burst(item):
                await self._go_on()
                return
            case Burst():
                event, *others = item.keys
                self._waiting_keys.extendleft(reversed(others))
            case Text(text):
                event = events.Paste(text)
            case _:
                event = item
        taken = (
            self.take_paste(event.text)
            if isinstance(event, events.Paste)
            else self.ignores_key(event)
        )
        if taken:
            await self._go_on()
            return
        self._key_turn += 1
        self._key_in_hand = event.key if isinstance(event, events.Key) else ""
        turn = self._key_turn
        self._be_patient(turn, target, monotonic() + _OPENING_SECONDS)
        await super().on_event(event)
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

    def _be_patient(self, turn: int, target: Widget, until: float) -> None:
        self._key_patience = self.set_timer(
            _PATIENCE_SECONDS, lambda: self._look_for(turn, target, until)
        )

    async def _look_for(self, turn: int, target: Widget, until: float) -> None:
        """Wait on where all is slow: the next key would go to what this one leads away from."""
        if turn != self._key_turn or self._key_patience is None:
            return
        if target.is_attached and not target._pruning and monotonic() < until:
            self._be_patient(turn, target, until)
        else:
            await self._next_key()

    async def _next_key(self) -> None:
        if self._key_patience is not None:
            self._key_patience.stop()
            self._key_patience = None
        await self._go_on()
