"""Random input for the whole application: keys, scans, broken sequences, the mouse, sizes.

All of it goes the way it goes in a terminal: as text through the parser of the driver. A run is a
list of steps made of a seed, so that a failure can be repeated and shortened.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from sqlalchemy import text
from textual import events
from textual._compositor import CompositorUpdate
from textual._xterm_parser import XTermParser
from textual.geometry import Size
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from olvery_tui.app import input as key_input
from olvery_tui.app.app import DeskApp
from olvery_tui.app.input import SteadyParser
from olvery_tui.app.rendering import LARGEST
from olvery_tui.app.windows import DEEPEST
from olvery_tui.keys import TWINS, twins
from olvery_tui.screens import base
from olvery_tui.screens.access.lock import LockScreen
from olvery_tui.screens.base import DeskScreen, Window
from olvery_tui.screens.confirm import ConfirmScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.store.database.connect import open_database
from olvery_tui.widgets.bursts import GAP_SECONDS
from olvery_tui.widgets.layer import Layer
from tests import quiet
from tests.screens.conftest import is_at_work

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
    "ctrl+l": "\x0c",
    "ctrl+n": "\x0e",
    "ctrl+p": "\x10",
    "ctrl+s": "\x13",
    "ctrl+w": "\x17",
    "ctrl+x": "\x18",
    "ctrl+z": "\x1a",
    "ctrl+я": "\x1b[1103;5u",
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
        "ctrl+l",
        *"aфoщzяhрeуuгwцpзgпiшfаxчcсtеnт/.+l",
    ),
)
_CONFIRMS = (*("enter", "enter", "enter", "ctrl+s", "ctrl+ы", "ctrl+z", "ctrl+я"), *"vмrк")
_LETTERS = (*"иваноSmi ЁҐ'-@;,0123456789 12", "31", "40")
_WINDOWS = (
    *("enter", "enter h", "enter p", "enter u", "enter u ctrl+n", "enter w", "enter z"),
    *("enter z enter", "enter z h", "enter o", "enter z h f1", "o", "a", "a ctrl+n", "g", "h"),
    *("u", "w", "i", "g enter", "t", "n", "p", "delete", "enter t", "enter n", "enter delete"),
    "ctrl+p с м е н а enter",
    *("e", "z", "z enter", "z enter enter", "z o", "ctrl+a o", "f1", "ctrl+p", "f", "l"),
    *("s", "s a", "s end a", "s 2 end enter", "s enter", "s down enter", "s end x", "s end delete"),
)
"""Keys that open each window from the list."""

PREFIXES = {"": "", "f9": "\x1b[20~", "ctrl+b": "\x02"}
"""What a scanner may be set to send before each code, and how it arrives."""

_LUMPS = (
    *("o\r\r", "z\ro\r", "h\x1b[6~", "\x10\x1b[6~", "\x1b[B\x1b[6~", "u\x0eи\x13", "oo\r\x1b[C\r"),
    *("\x13\x1b[C\r", "\r\x1b[C\r", "\x10\x1bOP\x10", "vv", "26\rv", "w\x1b[B\x13", "a\x0e\x1b"),
)
"""What a slow line delivers at once."""

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

_HANGUPS = 0.01
"""How often the terminal is gone behind a row of keys."""


@dataclass(frozen=True)
class Step:
    """One thing that happens: `input` (text of the terminal, by hand), `scan` (in one go), `lump`
    (in one go too, but typed ahead over a slow line), `size`, `home` (every window is closed),
    `hangup` (the terminal is gone; another one follows) or `settle`.

    What is `safe` can never change anything in the database.
    """

    kind: str
    data: Any = None
    safe: bool = True


def key(name: str) -> Step:
    """A key, as a terminal sends it."""
    return Step("input", _NAMED.get(name, name), safe=name not in _CONFIRMS)


def prefix_of(seed: int) -> str:
    """The scanner's prefix that the settings of a run name."""
    return tuple(PREFIXES)[seed // len(SIZES) % len(PREFIXES)]


def steps(seed: int, count: int) -> Iterator[Step]:
    """So many keys and other inputs, the same ones for the same seed."""
    chance = random.Random(seed)
    prefix = PREFIXES[prefix_of(seed)]
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
                yield from _random_steps(chance, prefix, careful=careful)
            yield Step("hangup" if chance.random() < _HANGUPS else "settle")


def _scans(chance: random.Random, prefix: str, *, careful: bool) -> Iterator[Step]:
    """A scan, often one that has to change nothing by itself. Letters alone are a code only behind
    the scanner's prefix: without it they are what a slow line delivers in a lump.
    """
    end = chance.choice(("\r", "\n", "\r\n", "\t"))
    if chance.random() < 0.15 and (prefix or not careful):
        letters = chance.choice(("RVOKUWZ", "vrls", "мкоф", "INV", "zov"))
        yield Step("scan", prefix + letters + end) if prefix else Step("lump", letters + end, False)
        return
    number = chance.choice((26, 31, 40, 312, 500, 2147483647))
    codes = (
        *(f"{number}", f"{number:07}", f"№ {number}", f"Билет {number}", f"INV-{number:05}"),
        *(f"olvery:{number}", f"A{number:05}", f"4600000000{number:03}", "RV0KUWZ", "vrls31"),
    )
    is_alone = chance.random() < 0.5
    if is_alone:
        yield Step("settle")
    yield Step("scan", prefix + chance.choice(codes) + end)
    if is_alone:
        yield Step("settle")


def _random_steps(chance: random.Random, prefix: str, *, careful: bool) -> Iterator[Step]:
    kind = chance.random()
    if kind < 0.03:
        yield from _scans(chance, prefix, careful=careful)
    elif kind < 0.05 and not careful:
        yield Step("lump", chance.choice(_LUMPS), safe=False)
    else:
        yield _random_step(chance, careful=careful)


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
    if kind < 0.93:
        data = chance.choice(_BROKEN)
        return Step("input", data, safe="\r" not in data)  # its bracket may be lost in another
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

_IN_LAYER = " in a layer"
_OPENING_LETTERS = frozenset("oaeghzuwptn")
"""Letters that open a window where nothing lies over what they belong to."""
_UNDONE = "change.undone"
_FORMS = {"enter", "ctrl+s", "ctrl+ы", "click"}
_SHOWING = {
    *("TicketsScreen", "OrdersScreen", "TicketScreen", "OrderScreen", "ManyOrdersForm"),
    *("HistoryScreen", "OrderHistoryScreen", "ManagerHistoryScreen", "VisitorViewScreen"),
    *("CatalogueScreen", "ClosedPlacesScreen", "CalendarScreen"),
}
_OF_A_TICKET = {"TicketScreen", "TicketsScreen"}
_MOVING = {"OrderStatusForm", "ManyOrdersForm", "CancelForm", "PeriodForm", "ConfirmScreen"}
_ASKED_BY: dict[str, tuple[set[str], set[str]]] = {
    "ticket.validate": (_OF_A_TICKET, {*"vмVМ", "enter", "click"}),
    "ticket.validation_reset": (_OF_A_TICKET, {*"rкRК", "enter", "click"}),
    "ticket.reset": (_OF_A_TICKET, {*"rкRК", "enter", "click"}),
    "ticket.visitor": ({"VisitorForm"}, _FORMS),
    "ticket.workplace": (
        {"WorkplaceForm", "ClosePlacesForm", "HeldPlacesScreen", "CalendarScreen"},
        _FORMS,
    ),
    "ticket.period": ({"PeriodForm"}, _FORMS),
    "ticket.cancel": ({"CancelForm"}, _FORMS),
    "place.closed": ({"ClosePlacesForm"}, _FORMS),
    "place.opened": ({"CatalogueScreen", "ClosedPlacesScreen"}, {*"oщOЩ", "enter", "click"}),
    "ticket.created": ({"NewOrderForm", "RenewalForm"}, _FORMS),
    "ticket.moved": (_MOVING, _FORMS),
    "order.created": ({"NewOrderForm", "RenewalForm"}, _FORMS),
    "order.move": (_MOVING, _FORMS),
    "order.pa": ({"PaymentForm"}, _FORMS),
    "order.refund": ({"PaymentForm", "ConfirmScreen"}, _FORMS),
    "person.created": ({"NewPersonForm", "AddPersonForm"}, _FORMS),
    "person.updated": ({"EditPersonForm"}, _FORMS),
    "person.banned": ({"BanForm"}, _FORMS),
    "person.unbanned": ({"ConfirmScreen"}, _FORMS),
    "person.merged": ({"ConfirmScreen"}, _FORMS),
    "person.erased": ({"ConfirmScreen"}, _FORMS),
    "shift.": ({"ShiftScreen", "NotesScreen"}, _FORMS),
    "settings.changed": ({"SettingsForm", "ConfirmScreen"}, _FORMS),
    "catalogue.changed": (
        {"CatalogueScreen", "HoursForm", "SettingsForm", "HeldPlacesScreen", "ConfirmScreen"},
        _FORMS | {*"xчXЧ"},
    ),
    "export.started": ({"ExportForm", "ConfirmScreen"}, _FORMS),
    "manager.unlock": ({"LockScreen"}, {"enter", "click"}),
    "change.undo": (_SHOWING, {"ctrl+z", f"ctrl+z{_IN_LAYER}", "click"}),
}
"""For each kind of event, by how it begins: in which windows and by which keys it is asked for. No
key of a scan asks for anything.
"""


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


class Clock:
    """The time of keys. It jumps to each key as it comes, so that no run waits for a slow hand."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self._ahead

    def reach(self, moment: float) -> None:
        """It is at least so late now."""
        self._ahead = max(self._ahead, moment - time.monotonic())


def jump(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let everything that asks when a key was pressed ask a clock that jumps."""
    clock = Clock()
    for module in (key_input, base):
        monkeypatch.setattr(module, "monotonic", clock)
    return clock


class WatchedApp(DeskApp):
    """Notes which key was handled in which window, how deep windows were, and paints for real."""

    def __init__(self, *words: Any, clock_of_keys: Clock, **options: Any) -> None:
        super().__init__(*words, **options)
        self._clock_of_keys = clock_of_keys
        self._opened_by: WeakKeyDictionary[Screen[Any], str] = WeakKeyDictionary()
        self.scanned: set[events.Key] = set()
        self.done: list[tuple[str, str]] = []
        self.not_ignored: list[tuple[str, str]] = []
        """Keys that did something in a window that they were not meant for."""
        self._is_letter_in_layer = False
        self.seen: Counter[str] = Counter()
        self.deepest = 0
        self._is_ignored = self.input.is_ignored
        self.input.is_ignored = self._note_unless_ignored  # type: ignore[method-assign]

    def _note(self, pressed: str) -> None:
        if self.screen_stack:
            window = type(self.screen).__name__
            self.done.append((window, pressed))
            self.seen[window] += 1

    def _note_unless_ignored(self, key: events.Key) -> bool:
        is_for_another = self._is_for_another(key)
        is_ignored = self._is_ignored(key)
        if not is_ignored:
            told = self._told(key)
            opens = latin_letter(key.key) in _OPENING_LETTERS
            self._is_letter_in_layer = opens and told.endswith(_IN_LAYER)
            self._note(told)
            if is_for_another:
                self.not_ignored.append(self.done[-1])
        return is_ignored

    def _told(self, key: events.Key) -> str:
        """A key with what matters of where it came from and where it went."""
        if key in self.scanned:
            return "a key of a scan"
        around = self.focused.ancestors_with_self if self.focused is not None else ()
        if any(isinstance(each, Layer) and each.covers for each in around):
            return key.key + _IN_LAYER
        return key.key

    def _is_for_another(self, key: events.Key) -> bool:
        """Whether a key was pressed for what was there before the window on top."""
        window = self.screen
        if not isinstance(window, Window):
            return False
        painted = window.painted_at
        is_early = painted is None or key.time < painted
        if is_early and isinstance(window, ConfirmScreen) and key.key != "escape":
            return True
        if self._opened_by.get(window) != latin_letter(key.key):
            self._opened_by.pop(window, None)
            return False
        if not key.is_printable:
            return painted is None or key.time < painted + base.HELD_DOWN_SECONDS
        is_typed = isinstance(self.focused, Input)
        return not is_typed and key.key not in window._bindings.key_to_bindings

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.MouseUp):
            self._is_letter_in_layer = False
            self._note("click")
        elif isinstance(event, events.Key):
            self._clock_of_keys.reach(event.time)
        await super().on_event(event)

    def push_screen(self, *words: Any, **options: Any) -> Any:
        if self.input.current_key and isinstance(words[0], Window):
            self._opened_by[words[0]] = latin_letter(self.input.current_key)
            if self._is_letter_in_layer:
                self.not_ignored.append(self.done[-1])
        result = super().push_screen(*words, **options)
        stack = self.screen_stack
        lock = next((at for at, one in enumerate(stack) if isinstance(one, LockScreen)), None)
        depth = sum(isinstance(one, ModalScreen) for one in stack[:lock])
        self.deepest = max(self.deepest, depth)
        return result

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        super()._display(screen, renderable)
        update = self.rendering.frame.changes(renderable)
        if isinstance(update, CompositorUpdate) and not self._batch_count:
            update.render_segments(self.console)


def latin_letter(key: str) -> str:
    """The key of a letter by its name in the Latin layout."""
    return next((names[0] for each in TWINS if key in (names := twins(each))), key)


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


PAUSES = (0, 0, 0, 0, 0.03, 0.2)
"""For how many seconds an answer of the desk is on its way."""


def answer_late(
    monkeypatch: pytest.MonkeyPatch, seed: int = 0, pauses: Sequence[float] = PAUSES
) -> None:
    """Let some answers of the desk come late."""
    chance = random.Random(seed)
    call_desk = DeskScreen.call_desk

    async def called(
        self: DeskScreen[Any], call: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Any:
        pause = chance.choice(pauses)

        def late() -> Any:
            time.sleep(pause)
            return call(*args, **kwargs)

        return await call_desk(self, late)

    monkeypatch.setattr(DeskScreen, "call_desk", called)


class Monkey:
    """Sends steps to applications on one database, one after the other, and watches them.

    Args:
        make: A new application.
        url: Its database.
    """

    def __init__(self, make: Callable[[], WatchedApp], url: str, clock: Clock) -> None:
        self._make = make
        self._store = open_database(url)
        self._clock = clock
        self._last_event = 0
        self._now = 0.0
        self.screens_left = 0
        """The most screens that were in memory when an application ended, without those shown."""
        self.seen: Counter[str] = Counter()
        self.explained: Counter[str] = Counter()

    def close(self) -> None:
        """Close the connection to the database."""
        self._store.close()

    def _events_after(self, last: int) -> tuple[list[str], int]:
        question = text("SELECT id, kind, actor, batch FROM event WHERE id > :last ORDER BY id")
        with self._store.reading() as session:
            rows = session.connection().execute(question, {"last": last}).all()
        # What an undo changes is recorded with it.
        undone = {batch for _id, kind, _actor, batch in rows if kind == _UNDONE}
        kinds = [
            kind
            for _id, kind, actor, batch in rows
            if actor == "manager" and (kind == _UNDONE or batch not in undone)
        ]
        return kinds, max([last, *(row[0] for row in rows)])

    def run(self, wanted: list[Step], size: tuple[int, int]) -> None:
        """Let all of it happen. Each application has a loop of its own: its threads end with it.

        Raises:
            AssertionError: With what is wrong.
        """
        waiting = iter(wanted)
        with faults() as told:
            left = True
            while left:
                left = asyncio.run(self._run_one(waiting, size, told))
                # Textual keeps here the parsers, each with its last key and whose that was.
                XTermParser._parse_extended_key.cache_clear()

    async def _run_one(self, waiting: Iterator[Step], size: tuple[int, int], told: Faults) -> bool:
        """Go on until the steps are done, or the application is left; whether any may be left."""
        app = self._make()
        are_left, safe = False, True
        async with app.run_test(size=size, notifications=True, tooltips=True) as _pilot:
            await self._settled(app)
            parser = SteadyParser()
            app.done.clear()
            self._last_event = self._events_after(self._last_event)[1]  # the sign-in
            for step in waiting:
                safe = safe and step.safe
                match step.kind:
                    case "input" | "scan" | "lump":
                        self._send(app, parser, step)
                    case "size":
                        size = step.data
                        app.post_message(events.Resize(Size(*size), Size(*size)))
                    case "home":
                        await self._go_home(app)
                    case "hangup":  # whatever is going on
                        app.ask_to_end(129)
                        await asyncio.sleep(0)
                if step.kind in ("settle", "home"):
                    await self._settled(app)
                    self._check(app, told, safe=safe)
                    safe = True
                if app._exit:
                    are_left = True
                    break
            self.screens_left = max(self.screens_left, _screens_beside(app))
        self._check(app, told, safe=safe)
        self.seen += app.seen
        return are_left

    def _send(self, app: WatchedApp, parser: SteadyParser, step: Step) -> None:
        assert app._driver is not None
        if step.kind != "input" and parser._timeout_time is not None:
            parser._timeout_time = 0.0  # a sequence without an end is not waited for so long
            for event in parser.tick():
                app._driver.process_message(event)
        for at, event in enumerate(parser.feed(step.data)):
            if step.kind == "input" or at == 0:  # a hand pauses, a scanner only before its code
                self._now = max(self._now + 1.5 * GAP_SECONDS, self._clock())
            event.time = self._now
            if isinstance(event, events.Key) and step.kind == "scan":
                app.scanned.add(event)
            if isinstance(event, events.Resize):
                app.post_message(event)
            else:
                app._driver.process_message(event)

    async def _go_home(self, app: WatchedApp) -> None:
        await self._settled(app)
        if app.lock.is_locked:
            app.lock.unlock()
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
            is_busy = is_at_work(app) or quiet.passes(app) or app.input.is_holding
            if is_busy or any(screen._layout_required for screen in app.screen_stack[-1:]):
                calm = 0
            else:
                calm += 1

    def _check(self, app: WatchedApp, told: Faults, *, safe: bool) -> None:
        assert not told.told, "\n".join(told.told)
        assert app._exception is None, repr(app._exception)
        assert app.deepest <= DEEPEST, app.screen_stack
        assert not app.not_ignored, f"not ignored: {app.not_ignored}"
        drawn = app.screen.size if app.screen_stack else LARGEST
        assert drawn.width <= LARGEST.width, f"too large: {drawn}"
        assert drawn.height <= LARGEST.height, f"too large: {drawn}"
        if app.is_running:
            are_locks = [isinstance(one, LockScreen) for one in app.screen_stack]
            assert app.lock.is_locked == any(are_locks), "the lock was closed"
        kinds, self._last_event = self._events_after(self._last_event)
        assert not (safe and kinds), f"{kinds} by keys that change nothing: {app.done}"
        for kind in kinds:
            assert is_asked_for(kind, app.done), f"{kind} was not asked for by {app.done}"
            self.explained[kind] += 1
        app.done.clear()


def screens() -> list[Screen[Any]]:
    """Every screen that is in memory."""
    gc.collect()
    return [one for one in gc.get_objects() if isinstance(one, Screen)]


def _screens_beside(app: WatchedApp) -> int:
    """How many screens are in memory beside those that an application shows or keeps."""
    kept = {*app.screen_stack, *app._installed_screens.values()} if app.is_running else set()
    return sum(one not in kept for one in screens())


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
