"""Random input for the whole application: keys, scans, broken sequences, the mouse, sizes.

All of it goes the way it goes in a terminal: as text through the parser of the driver. A run is a
list of steps made of a seed, so that a failure can be repeated and shortened.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text
from textual import events
from textual._compositor import CompositorUpdate
from textual.geometry import Size
from textual.screen import Screen

from olvery_tui.app import OlveryApp
from olvery_tui.screens.lock import LockScreen
from olvery_tui.screens.opening import Overlay, Window
from olvery_tui.screens.tickets import TicketsScreen
from olvery_tui.screens.windows import DEEPEST
from olvery_tui.store.engine import Store
from olvery_tui.widgets.asking import Asking
from olvery_tui.widgets.bursts import GAP_SECONDS
from olvery_tui.widgets.textual_fixes import SteadyParser
from tests import quiet
from tests.screens.conftest import _busy

SIZES = ((80, 24), (120, 40), (160, 50))
_ODD_SIZES = ((100, 30), (1, 1), (0, 0), (40, 10), (9000, 9000), (300, 100), (79, 23), (110, 30))

_NAMED = {
    "enter": "\r",
    "escape": "\x1b[27u",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "ctrl+pageup": "\x1b[5;5~",
    "ctrl+pagedown": "\x1b[6;5~",
    "shift+end": "\x1b[1;2F",
    "f1": "\x1bOP",
    "f5": "\x1b[15~",
    "ctrl+a": "\x01",
    "ctrl+c": "\x03",
    "ctrl+e": "\x05",
    "ctrl+k": "\x0b",
    "ctrl+n": "\x0e",
    "ctrl+p": "\x10",
    "ctrl+s": "\x13",
    "ctrl+w": "\x17",
    "ctrl+x": "\x18",
    "ctrl+ы": "\x1b[1099;5u",
    "ctrl+т": "\x1b[1090;5u",
    "ctrl+с": "\x1b[1089;5u",
}
_MOVES = (
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "tab", "shift+tab"),
    *("backspace", "delete", "escape", "escape", "ctrl+pageup", "ctrl+pagedown"),
    *("shift+end", "ctrl+e", "ctrl+k", "ctrl+w"),
)
_OPENS = (
    *(
        "f1",
        "f1",
        "f5",
        "ctrl+a",
        "ctrl+n",
        "ctrl+т",
        "ctrl+p",
        "ctrl+p",
        *"aфoщzяhрeуuгwцpзfаxчcс/.+l",
    ),
)
_CONFIRMS = ("enter", "enter", "enter", "ctrl+s", "ctrl+ы", *"vмrк")
_LETTERS = (*"иваноSmi ЁҐ'-@;,0123456789 12", "31", "40")
_WINDOWS = (
    *("enter", "enter h", "enter p", "enter u", "enter u ctrl+n", "enter w", "enter z"),
    *("enter z enter", "enter z h", "enter o", "enter z h f1", "o", "a", "a ctrl+n", "h"),
    *("h enter", "e", "z", "z enter", "z enter enter", "z o", "ctrl+a o", "f1", "ctrl+p", "f", "l"),
)
"""Keys that open each window from the list."""

_BROKEN = (
    "\x1b[1114112;1u",
    "\x1b[97;5;1114112u",
    "\x1b[1:2;3u",
    "\x1b[55296;1u",
    "\x1b[97;1;55296u",
    "\x1b[0;1;0u",
    "\x1b[99999999999999999999999u",
    "\x1b[" + "9" * 40,
    "\x1b[<0;99999;99999M",
    "\x1b[<0;0;0M",
    "\x1b[<64;5;5M",
    "\x1b[<65;5;5M",
    "\x1b[<99;5;5m",
    "\x1b[M !!",
    "\x1b[I",
    "\x1b[O",
    "\x1b[200~Иванов\x1b[201~",
    "\x1b[200~31\x1b[201~",
    "\x1b[200~\x00\ufffd\u202e\x07\r\n\t\x1b[201~",
    "\x1b[200~" + "x" * 3000 + "\x1b[201~",
    "\x1b[201~",
    "\x1b]11;rgb:0000/0000/0000\x07",
    "\x1b]52;c;!!\x1b\\",
    "\x1bP1+r5463=\x1b\\",
    "\x1b[?2026;2$y",
    "\x1b[?2048;9$y",
    "\x1b[?1;2c",
    "\x1b[24;80R",
    "\x1b[5n",
    "\x1b[1;1",
    "\x1b\x1b\x1b[",
    "\x9b31~",
    "\x00",
    "\ufffd\ufffd",
    "\x1b[57441;1u",
    "\x1b[57358u",
)
"""What terminals answer, send by mistake, or never should send. Escape sequences without an end
are followed by others."""


@dataclass(frozen=True)
class Step:
    """One thing that happens: `input` (text of the terminal, by hand), `scan` (in one go), `size`,
    `home` (every window is closed) or `settle`.

    What is `safe` can never change anything in the database.
    """

    kind: str
    data: Any = None
    safe: bool = True


def key(name: str) -> Step:
    """A key, as a terminal sends it."""
    return Step("input", _NAMED.get(name, name), safe=name not in _CONFIRMS)


def steps(seed: int, count: int) -> Iterator[Step]:
    """So many keys and other inputs, the same ones for the same seed."""
    chance = random.Random(seed)
    sent = 0
    while sent < count:
        yield Step("home")
        yield from map(key, chance.choice(_WINDOWS).split())
        yield Step("settle")
        careful = chance.random() < 0.4
        for _batch in range(chance.randrange(1, 6)):
            length = chance.randrange(1, 25)
            sent += length
            for _key in range(length):
                yield _random_step(chance, careful=careful)
            yield Step("settle")


def _scan(chance: random.Random) -> Step:
    number = chance.choice((26, 31, 40, 312, 500, 2147483647))
    codes = (
        *(f"{number}", f"{number:07}", f"№ {number}", f"Билет {number}", f"INV-{number:05}"),
        *(f"olvery:{number}", f"A{number:05}", f"4600000000{number:03}", "RV0KUWZ", "vrls31"),
    )
    code = chance.choice(codes)
    return Step("scan", code + chance.choice(("\r", "\n", "\r\n", "\t")))


def _random_step(chance: random.Random, *, careful: bool) -> Step:
    kind = chance.random()
    if kind < 0.36:
        return key(chance.choice(_MOVES))
    if kind < 0.56:
        return key(chance.choice(_OPENS))
    if kind < 0.72:
        return key(chance.choice(_LETTERS))
    if kind < 0.84:
        return key(chance.choice(_MOVES if careful else _CONFIRMS))
    if kind < 0.92:
        return Step("input", chance.choice(_BROKEN))
    if kind < 0.94:
        return _scan(chance)
    if kind < 0.98:
        return _mouse(chance, careful=careful)
    return Step("size", chance.choice(SIZES + _ODD_SIZES))


def _mouse(chance: random.Random, *, careful: bool) -> Step:
    x, y = chance.randrange(1, 170), chance.randrange(1, 52)
    if careful or chance.random() < 0.5:
        button = chance.choice((35, 64, 65, 66, 67))  # moved, or its wheel turned
        return Step("input", f"\x1b[<{button};{x};{y}M")
    clicks = chance.choice((1, 1, 2, 3))
    press, release = f"\x1b[<0;{x};{y}M", f"\x1b[<0;{x + chance.choice((0, 0, 7))};{y}m"
    return Step("input", (press + release) * clicks, safe=False)


# What is recorded must have been asked for

_FORMS = {"enter", "ctrl+s", "ctrl+ы", "click"}
_ASKED_BY: dict[str, tuple[set[str], set[str]]] = {
    "ticket.validate": ({"TicketScreen"}, {*"vмVМ", "enter", "click"}),
    "ticket.validation_reset": ({"TicketScreen"}, {*"rкRК", "enter", "click"}),
    "ticket.reset": ({"TicketScreen"}, {*"rкRК", "enter", "click"}),
    "ticket.visitor": ({"VisitorForm"}, _FORMS),
    "ticket.workplace": ({"WorkplaceForm"}, _FORMS),
    "ticket.created": ({"NewOrderForm"}, _FORMS),
    "ticket.moved": ({"OrderStatusForm", "ManyOrdersForm", "ConfirmScreen"}, _FORMS),
    "order.created": ({"NewOrderForm"}, _FORMS),
    "order.move": ({"OrderStatusForm", "ManyOrdersForm", "ConfirmScreen"}, _FORMS),
    "person.created": ({"NewPersonForm"}, _FORMS),
    "settings.changed": ({"SettingsForm", "ConfirmScreen"}, _FORMS),
    "export.started": ({"ExportForm", "ConfirmScreen"}, _FORMS),
    "manager.unlock": ({"LockScreen"}, {"enter", "click"}),
}
"""For each kind of event, by how it begins: in which windows and by which keys it is asked for."""


def is_asked_for(kind: str, done: list[tuple[str, str]]) -> bool:
    """Whether one of the keys that were handled, each in its window, asks for such an event."""
    for beginning, (windows, keys) in _ASKED_BY.items():
        if kind.startswith(beginning):
            return any(
                (window in windows and pressed in keys)
                or (window == "Palette" and pressed in ("enter", "click"))
                for window, pressed in done
            )
    return False


class WatchedApp(OlveryApp):
    """Notes which key was handled in which window, how deep windows were, and paints for real."""

    def __init__(self, *words: Any, **options: Any) -> None:
        super().__init__(*words, **options)
        self.done: list[tuple[str, str]] = []
        self.seen: Counter[str] = Counter()
        self.deepest = 0

    def _note(self, pressed: str) -> None:
        if self.screen_stack:
            window = type(self.screen).__name__
            self.done.append((window, pressed))
            self.seen[window] += 1

    def ignores_key(self, key: events.Key) -> bool:
        """Note it where it is not ignored."""
        is_ignored = super().ignores_key(key)
        if not is_ignored:
            self._note(key.key)
        return is_ignored

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.MouseUp):
            self._note("click")
        await super().on_event(event)

    def push_screen(self, *words: Any, **options: Any) -> Any:
        result = super().push_screen(*words, **options)
        stack = self.screen_stack
        lock = next((at for at, one in enumerate(stack) if isinstance(one, LockScreen)), None)
        depth = sum(isinstance(one, Overlay) for one in stack[:lock])
        self.deepest = max(self.deepest, depth)
        return result

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        super()._display(screen, renderable)
        update = self._frame.changes(renderable)
        if isinstance(update, CompositorUpdate) and not self._batch_count:
            update.render_segments(self.console)


class Faults(logging.Handler):
    """What went wrong, as the log has it."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.setFormatter(logging.Formatter("%(message)s"))
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(self.format(record))


@contextmanager
def faults() -> Iterator[Faults]:
    """Collect what is logged as an error."""
    handler = Faults()
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield handler
    finally:
        root.removeHandler(handler)


def answer_late(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Let some answers of the desk come late."""
    chance = random.Random(seed)
    ask = Asking.ask

    def asked(self: Asking, group: str, call: Callable[[], Any], *words: Any, **more: Any) -> None:
        pause = chance.choice((0, 0, 0, 0, 0.03, 0.2))

        def late() -> Any:
            time.sleep(pause)
            return call()

        ask(self, group, late, *words, **more)

    monkeypatch.setattr(Asking, "ask", asked)


class Monkey:
    """Sends steps to applications on one database, one after the other, and watches them.

    Args:
        make: A new application.
        url: Its database.
    """

    def __init__(self, make: Callable[[], WatchedApp], url: str) -> None:
        self._make = make
        self._store = Store.open(url)
        self._last_event = 0
        self._now = 0.0
        self.seen: Counter[str] = Counter()
        self.explained: Counter[str] = Counter()

    def close(self) -> None:
        """Close the connection to the database."""
        self._store.close()

    def _events_after(self, last: int) -> tuple[list[str], int]:
        question = text("SELECT id, kind, actor FROM event WHERE id > :last ORDER BY id")
        with self._store.reading() as session:
            rows = session.connection().execute(question, {"last": last}).all()
        kinds = [kind for _id, kind, actor in rows if actor == "manager"]
        return kinds, max([last, *(row[0] for row in rows)])

    async def run(self, wanted: list[Step], size: tuple[int, int]) -> None:
        """Let all of it happen.

        Raises:
            AssertionError: With what is wrong.
        """
        waiting = iter(wanted)
        with faults() as told:
            left = True
            while left:
                left = await self._run_one(waiting, size, told)

    async def _run_one(self, waiting: Iterator[Step], size: tuple[int, int], told: Faults) -> bool:
        """Go on until the steps are done, or the application is left; whether any may be left."""
        app = self._make()
        async with app.run_test(size=size) as _pilot:
            await self._settled(app)
            parser, safe = SteadyParser(), True
            app.done.clear()
            self._last_event = self._events_after(self._last_event)[1]  # the sign-in
            for step in waiting:
                safe = safe and step.safe
                if step.kind in ("input", "scan"):
                    self._send(app, parser, step)
                elif step.kind == "size":
                    app.post_message(events.Resize(Size(*step.data), Size(*step.data)))
                elif step.kind == "home":
                    await self._go_home(app)
                if step.kind in ("settle", "home"):
                    await self._settled(app)
                    self._check(app, told, safe=safe)
                    safe = True
                if app._exit:
                    break
            else:
                self.seen += app.seen
                return False
            self.seen += app.seen
            return True

    def _send(self, app: WatchedApp, parser: SteadyParser, step: Step) -> None:
        assert app._driver is not None
        for at, event in enumerate(parser.feed(step.data)):
            if step.kind == "input" or at == 0:  # a hand pauses, a scanner only before its code
                self._now = max(self._now + 1.5 * GAP_SECONDS, time.monotonic())
            event.time = self._now
            if isinstance(event, events.Resize):
                app.post_message(event)
            else:
                app._driver.process_message(event)

    async def _go_home(self, app: WatchedApp) -> None:
        await self._settled(app)
        if app.is_locked:
            app.unlock()
            await self._settled(app)
        while len(app.screen_stack) > 1 and not app._exit:
            top = app.screen
            if isinstance(top, Window):
                top.forget_result()
            app.pop_screen()
            await self._settled(app)
        bottom = app.screen
        if isinstance(bottom, TicketsScreen) and not app._exit:
            bottom.action_reset_filter()
            bottom.table.mark(())

    async def _settled(self, app: WatchedApp) -> None:
        deadline = time.monotonic() + 60
        calm = 0
        while calm < 3 and not app._exit:
            await asyncio.sleep(0.002)
            assert time.monotonic() < deadline, "the application did not settle"
            if not app.is_open or _busy(app) or quiet.passes(app) or app._opening:
                calm = 0
            else:
                calm += 1

    def _check(self, app: WatchedApp, told: Faults, *, safe: bool) -> None:
        assert not told.told, "\n".join(told.told)
        assert app._exception is None, repr(app._exception)
        assert app.deepest <= DEEPEST, app.screen_stack
        kinds, self._last_event = self._events_after(self._last_event)
        assert not (safe and kinds), f"{kinds} by keys that change nothing: {app.done}"
        for kind in kinds:
            assert is_asked_for(kind, app.done), f"{kind} was not asked for by {app.done}"
            self.explained[kind] += 1
        app.done.clear()


def shortened(
    failing: list[Step], fails: Callable[[list[Step]], bool], seconds: float
) -> list[Step]:
    """The fewest of the steps, found in so much time, that still fail."""
    deadline = time.monotonic() + seconds
    parts = 2
    while len(failing) > 1 and time.monotonic() < deadline:
        size = -(-len(failing) // parts)
        for start in range(0, len(failing), size):
            fewer = failing[:start] + failing[start + size :]
            if time.monotonic() < deadline and fails(fewer):
                failing, parts = fewer, max(2, parts - 1)
                break
        else:
            if size == 1:
                break
            parts = min(len(failing), 2 * parts)
    return failing
