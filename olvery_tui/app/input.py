"""Keys that come in one burst are handled one after the other, each where the one before led.

A slow line delivers what was typed in lumps, and a scanner types a whole code at once. Textual
hands every key of a burst to the widget that has the focus *now*, so `/ива⏎` would all go to the
list. Here a key waits until the one before it has done its work, the focus included. What came in
one go (`widgets/bursts.py`) is first offered as a code; only if it is none, its keys are handled
one by one.

Where a window that a key opens must ask the database first, the keys behind it wait for the window.

Corrections of Textual's input are made once for the process, by `correct_textual`. They and
whatever else here is private to Textual depend on its version, which is pinned exactly.
"""

from __future__ import annotations

import codecs
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Iterable
from contextlib import suppress
from functools import cache, partial
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakSet

from textual import actions, events
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widgets import OptionList
from textual.worker import WorkerError

from olvery_tui.keys import BY_ID, ONCE, ONCE_EVERYWHERE, latin
from olvery_tui.screens.base import DeskScreen, Window
from olvery_tui.widgets.bursts import Burst, Bursts, Item, Text, TypedText
from olvery_tui.widgets.layer import Chain, within_layer
from olvery_tui.widgets.messages import DataMessage
from olvery_tui.widgets.pasting import Part, Pasted, Pastes

if TYPE_CHECKING:
    from textual.driver import Driver
    from textual.timer import Timer
    from textual.widget import Widget
    from textual.worker import Worker

    from olvery_tui.app.codes import Scanner
    from olvery_tui.app.rendering import Rendering
    from olvery_tui.widgets.application import Application

_ROUNDS = 3
"""How often a message follows a key from the focus to the application. The key itself is handled
after the first round; what it makes a field post to its form, and the form to its screen, after the
others."""

_OPENING_SECONDS = 5.0
"""A window that is still not there is not waited for any longer, nor are the keys for it kept."""

_PATIENCE_SECONDS = 0.25
"""How often to check that the widget that got a key is still there. A key whose widget has gone (a
window that was closed) is not waited for."""

HELD_SECONDS = 0.7
"""A key that comes again within this time is held down: a keyboard waits up to 0.66 seconds before
it repeats one, and then repeats it much faster."""

_MOST_WAITING = 256
"""More keys than this that wait are a text that was pasted without bracketed paste."""

Click = events.MouseDown | events.MouseUp
"""Either half of a click."""

SIGNS_OF_THE_USER = (
    events.Key,
    events.Paste,
    events.MouseDown,
    events.MouseScrollDown,
    events.MouseScrollUp,
)


class KeyHandled(DataMessage):
    """Follows a key from the widget that got it up to the application."""

    turn: int
    rounds: int


class Input:
    """The keys, clicks and pasted texts of an application, in order.

    Args:
        app: The application.
        rendering: Knows which widgets are being removed.
        scanner: Is offered what comes in one go.
        dispatch: Hands an event on, as Textual does.
    """

    def __init__(
        self,
        app: Application,
        rendering: Rendering,
        scanner: Scanner,
        dispatch: Callable[[events.Event], Awaitable[None]],
    ) -> None:
        self._app = app
        self._rendering = rendering
        self._scanner = scanner
        self._dispatch = dispatch
        self._bursts = Bursts(app.settings.scanner_prefix)
        self._burst_timer: Timer | None = None
        self._waiting: deque[Item | Click | events.Paste] = deque()
        self._hurried: WeakSet[events.Key] = WeakSet()
        """Keys that came together with others, faster than a person types."""
        self._turn = 0
        self._key = ""
        self._pressed: events.Key | None = None
        self._patience: Timer | None = None
        self._opening: dict[Hashable, Timer] = {}
        self._opened_at = 0.0

    @property
    def current_key(self) -> str:
        """The key whose work is being done, also where that waits for an answer; else nothing."""
        return self._key if self._patience is not None or self._opening else ""

    @property
    def is_busy(self) -> bool:
        """Whether something was typed that has not done its work yet."""
        return self._patience is not None or self._bursts.due is not None

    @property
    def is_holding(self) -> bool:
        """Whether keys are held back for something that opens."""
        return bool(self._opening)

    # What is being opened

    def expect(self, screen: Screen[Any]) -> None:
        """Hold the keys behind the one that opens a screen until it can take them."""
        if isinstance(screen, Window) and not screen.is_mounted:
            self.hold(("mounting", screen))
        if getattr(screen, "fills_later", False):
            self.hold(screen)
        if isinstance(screen, Window):
            screen.opened_by = self.current_key

    def hold(self, opening: Hashable) -> None:
        """Keep what is typed from now on for what is being opened. `Esc` is not held."""
        self.release(opening)
        self._opening[opening] = self._app.set_timer(
            _OPENING_SECONDS, lambda: self._give_up(opening)
        )

    def hold_for(self, worker: Worker[Any]) -> None:
        """Keep what is typed from now on for the window that a worker opens."""
        self.hold(worker)
        self._app.run_worker(self._release_after(worker))

    async def _release_after(self, worker: Worker[Any]) -> None:
        with suppress(WorkerError):
            await worker.wait()
        self.release(worker)

    def release(self, opening: Hashable) -> None:
        """Hand on what was typed: it is there, or will not come."""
        if (timer := self._opening.pop(opening, None)) is not None:
            timer.stop()
            self._opened_at = monotonic()
            if not self._opening:
                self._app.call_later(self._go_on)

    def _give_up(self, opening: Hashable) -> None:
        """Drop what was typed: letters for a window would be commands where they went instead."""
        self._waiting.clear()
        self.release(opening)

    # What comes in

    async def take(self, event: events.Event) -> bool:
        """Take a key, a click or a pasted text, to hand it on when its turn comes.

        Returns:
            False for any other event, and for a click with nothing typed before it.
        """
        if isinstance(event, Click):
            return await self._take_click(event)
        if isinstance(event, TypedText):
            self._bursts.feed_text(event)
            self._watch_burst()
        elif not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            return False
        elif isinstance(event, events.Paste):
            for item in self._bursts.release():
                await self._take(item)
            await self._take(event)
        else:
            items = self._bursts.feed(_in_latin(event))
            self._watch_burst()
            if not items:
                self._announce(event)
            await self._take_all(items)
            self._recognise_text()
        return True

    async def _take_click(self, event: Click) -> bool:
        """Keep a click behind what was typed before it, for the field that the click leaves."""
        if event.is_forwarded or not (self.is_busy or self._waiting or self._is_too_early(event)):
            return False
        await self._take_all(self._bursts.release())
        await self._take(event)
        return True

    def _is_too_early(self, event: Click) -> bool:
        """Whether a click is from before the present window was there, on what it covers."""
        return event.time < self._opened_at

    def _announce(self, key: events.Key) -> None:
        """Tell the screen what a single key that is held back will probably do."""
        target, app = self._target, self._app
        if self._waiting or self.is_holding or target is None or not app.is_ready:
            return
        app.windows.expect_nothing()
        screen, types = target.screen, target.check_consume_key(key.key, key.character)
        if isinstance(screen, DeskScreen) and not types and self._bursts.holds_one:
            active = screen.active_bindings.get(key.key)
            if active is not None and active.enabled:
                _namespace, name, parameters = actions.parse(active.binding.action)
                screen.expect(name, *parameters)

    def _watch_burst(self) -> None:
        due = self._bursts.due
        if due is not None and self._burst_timer is None:
            delay = max(0.001, due - monotonic())
            self._burst_timer = self._app.set_timer(delay, self._burst_over)

    async def _burst_over(self) -> None:
        self._burst_timer = None
        due = self._bursts.due
        if due is not None and due <= monotonic():
            await self._take_all(self._bursts.release())
        self._watch_burst()

    def _recognise_text(self) -> None:
        """Nobody types so far ahead: what waits and what follows it is one pasted text."""
        if len(self._waiting) > _MOST_WAITING:
            keys = [key for item in self._waiting for key in _keys_of(item)]
            self._waiting.clear()
            self._bursts.become_text(keys)
            self._watch_burst()

    async def _take_all(self, items: list[Item]) -> None:
        keys = [key for item in items for key in _keys_of(item) if key.is_printable]
        if len(keys) > 1:
            self._hurried.update(keys)
        for item in items:
            await self._take(item)

    async def _take(self, item: Item | Click | events.Paste) -> None:
        if self._opening and isinstance(item, events.Key) and item.key == "escape":
            self._waiting.clear()  # they were for what is no longer wanted
            await self._dispatch(item)
        elif self._patience is not None or self._opening:
            self._waiting.append(item)
        else:
            await self._let_through(item)

    # One after the other

    @property
    def _target(self) -> Widget | None:
        """The widget that gets a key now; none while the application ends, its screens gone."""
        app = self._app
        return (app.focused or app.screen) if app.screen_stack else None

    def is_ignored(self, key: events.Key) -> bool:
        """Whether a key is not meant for the window in front."""
        screen = self._app.screen
        is_held = self._is_held(key)
        return isinstance(screen, DeskScreen) and (
            is_held or screen.ignores_key(key, hurried=key in self._hurried)
        )

    def _is_held(self, key: events.Key) -> bool:
        """Whether a key that acts once is still held down: the cursor is on something else now."""
        before, self._pressed = self._pressed, key
        if key.key not in ONCE or before is None or before.key != key.key:
            return False
        if key.time > before.time + HELD_SECONDS:
            return False
        focused = self._app.focused
        if focused is not None and focused.check_consume_key(key.key, key.character):
            return False
        active = self._app.screen.active_bindings.get(key.key)
        if active is None:
            return key.key in ONCE_EVERYWHERE
        bound = BY_ID.get(active.binding.id or "")
        return bound is not None and bound.once

    async def _let_through(self, item: Item | Click | events.Paste) -> None:
        target = self._target
        if target is None:
            return
        event: events.Key | events.Paste | Click
        match item:
            case Burst() if self._scanner.take_burst(item):
                await self._go_on()
                return
            case Burst():
                event, *others = item.keys
                self._waiting.extendleft(reversed(others))
            case Text(text):
                event = events.Paste(text)
            case _:
                event = item
        if self._is_taken(event):
            await self._go_on()
            return
        self._turn += 1
        self._key = event.key if isinstance(event, events.Key) else ""
        turn = self._turn
        self._be_patient(turn, target, monotonic() + _OPENING_SECONDS)
        await self._dispatch(event)
        if not target.post_message(KeyHandled(turn, _ROUNDS)):
            await self._next()

    def _is_taken(self, event: events.Key | events.Paste | Click) -> bool:
        """Whether an event is a pasted code, or not meant for the window in front."""
        if isinstance(event, events.Paste):
            return self._scanner.take_paste(event.text)
        return (
            self.is_ignored(event) if isinstance(event, events.Key) else self._is_too_early(event)
        )

    async def key_handled(self, message: KeyHandled) -> None:
        """Send the message for another round, or handle the next key."""
        if message.turn != self._turn or self._patience is None:
            return
        target = self._target
        rounds = message.rounds - 1
        again = KeyHandled(message.turn, rounds)
        if target is None or not rounds or not target.post_message(again):
            await self._next()

    def _be_patient(self, turn: int, target: Widget, until: float) -> None:
        self._patience = self._app.set_timer(
            _PATIENCE_SECONDS, lambda: self._check(turn, target, until)
        )

    async def _check(self, turn: int, target: Widget, until: float) -> None:
        """Wait on where all is slow: the next key would go to what this one leads away from."""
        if turn != self._turn or self._patience is None:
            return
        if not self._rendering.is_removed(target) and monotonic() < until:
            self._be_patient(turn, target, until)
        else:
            await self._next()

    async def _next(self) -> None:
        if self._patience is not None:
            self._patience.stop()
            self._patience = None
        await self._go_on()

    async def _go_on(self) -> None:
        if self._patience is not None or self._opening:
            return
        self._key = ""  # what a click opens from now on is not its work
        if self._waiting:
            await self._let_through(self._waiting.popleft())


def _keys_of(item: Item | Click | events.Paste) -> tuple[events.Key, ...]:
    """Return the keys of an item; none of a text."""
    if isinstance(item, Burst):
        return item.keys
    return (item,) if isinstance(item, events.Key) else ()


def _in_latin(key: events.Key) -> events.Key:
    """A key with a modifier, named by its Latin letter in every layout.

    A terminal with the kitty keyboard protocol reports `Ctrl+С` of the Russian layout as that
    letter; Textual binds copying, cutting, selecting and the rest to Latin letters only.
    """
    name = latin(key.key)
    if name == key.key:
        return key
    renamed = events.Key(name, None)
    renamed.time = key.time
    return renamed


# What the terminal sends


def steady(driver: type[Driver]) -> type[Driver]:
    """Let a driver read on behind a byte that is no letter (a terminal that speaks KOI8-R, a
    damaged paste) and behind a sequence that can't be parsed.
    """
    module: Any = sys.modules[driver.__module__]
    if hasattr(module, "getincrementaldecoder"):
        module.getincrementaldecoder = _lenient_decoder
        module.XTermParser = SteadyParser
    return driver


def _lenient_decoder(encoding: str) -> partial[codecs.IncrementalDecoder]:
    return partial(codecs.getincrementaldecoder(encoding), errors="replace")


class SteadyParser(XTermParser):
    """Textual's parser of what a terminal sends; what it can't parse is left out.

    A key code beyond Unicode, say, ends Textual's parser and with it the thread that reads keys.
    Pasted texts are taken whole before it sees them.
    """

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._pastes = Pastes()

    def feed(self, data: str) -> Iterable[Message]:
        """Parse what has come. `data` is empty at the end of the input."""
        if not data:
            yield from self._guarded(super().feed(data))
            return
        in_sequence = self._timeout_time is not None
        for part in self._pastes.feed(data, monotonic(), in_sequence=in_sequence):
            yield from self._parsed(part)

    def tick(self) -> Iterable[Message]:
        """Take what waited for a continuation that didn't come."""
        for part in self._pastes.tick(monotonic()):
            yield from self._parsed(part)
        yield from self._guarded(super().tick())

    def _parsed(self, part: Part) -> Iterable[Message]:
        match part:
            case Pasted(text, bracketed=True):
                yield events.Paste(text.replace("\x00", ""))
            case Pasted(text):
                yield TypedText(text)
            case _:
                for character in part:
                    yield from self._guarded(super().feed(character))

    def _guarded(self, parsed: Iterable[Message]) -> Iterable[Message]:
        try:
            yield from parsed
        except ParseError:  # the end of the input, which the driver expects
            raise
        except Exception:
            self._tokens.clear()
            self._gen = self.parse(self._tokens.append)
            self._awaiting = next(self._gen)
            self._timeout_time = None


# Corrections of Textual

_dispatch_message = MessagePump._dispatch_message
_get_dispatch_methods = MessagePump._get_dispatch_methods
_move_page = OptionList._move_page
_binding_chain: Any = Screen._binding_chain


def correct_textual() -> None:
    """Put the corrections in place. A second call changes nothing."""
    pump: Any = MessagePump
    pump._dispatch_message = _dispatch_guarded
    pump._get_dispatch_methods = _handlers_of
    options: Any = OptionList
    options._move_page = _move_page_of_lines
    screen: Any = Screen
    screen._binding_chain = property(_chain_within_layer)


async def _dispatch_guarded(pump: MessagePump, message: Message) -> None:
    """Hand on a message. What a handler raises is told to the application, and the pump goes on.

    Textual leaves the loop of the pump, after which its widget answers nothing any more.
    """
    try:
        await _dispatch_message(pump, message)
    except Exception as error:
        pump.app._handle_exception(error)


def _handlers_of(pump: MessagePump, name: str, message: Message) -> Iterable[Any]:
    """The handlers of a message. Most of what a widget is told while it opens is handled by none of
    its ten classes: Textual looks through all of them each time.
    """
    told: Any = type(message)
    if _is_handled(type(pump), name, told):
        return _get_dispatch_methods(pump, name, message)
    return ()


@cache
def _is_handled(kind: type[MessagePump], name: str, message: type[Message]) -> bool:
    return any(
        f"_{name}" in each
        or name in each
        or not set(message.__mro__).isdisjoint(each.get("_decorated_handlers") or ())
        for each in map(vars, kind.__mro__)
    )


def _chain_within_layer(screen: Screen[Any]) -> Chain:
    """What lies under an open layer takes no keys, and the key bar names none of them."""
    return within_layer(_binding_chain.fget(screen))


def _move_page_of_lines(options: OptionList, direction: Literal[-1, 1]) -> None:
    """Move by a page. A list that was opened by the key before has no lines to count yet: the move
    waits for its first layout, and the keys behind it wait for the move.
    """
    if options._index_to_line or not options.options:
        _move_page(options, direction)
        return
    app: Any = options.app
    app.input.hold(options)

    def laid_out() -> None:
        app.input.release(options)
        options._update_lines()
        if options._index_to_line:
            _move_page(options, direction)

    options.call_after_refresh(laid_out)
