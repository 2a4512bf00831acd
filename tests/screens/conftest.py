"""The application over a copy of the demo database, with a clock that stands still."""

from __future__ import annotations

import asyncio
import shutil
import threading
import unicodedata
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.app import App
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot
from textual.timer import Timer
from textual.widgets import Input
from textual.widgets._toast import Toast

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.settings import Settings
from olvery_tui.store import demo
from olvery_tui.store.database.engine import Seen
from olvery_tui.store.database.sqlite.store import _Watched
from tests import quiet
from tests.quick_textual import make_quick
from tests.ways_in import by_key

make_quick()

SIZES = {"80x24": (80, 24), "120x40": (120, 40)}
_SETTLE_SECONDS = 60.0
"""Never so long, but for a machine on which much else is going on."""

_SOON_SECONDS = 0.5

_POLL_SECONDS = 0.01
"""Between two polls of the database for changes, where a test waits for one."""

_LOOK_SECONDS = 0.01
"""Between two looks at every widget of a screen; later, thrice as long."""


@pytest.fixture(scope="session")
def demo_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The manual's example, made once by the importer; its managers come in by key."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    with closing(demo.create(f"sqlite:///{path}")) as store:
        by_key(store)
    return path


@pytest.fixture
def database(demo_database: Path, tmp_path: Path) -> Path:
    """A copy of the demo database that the test may change."""
    return Path(shutil.copy(demo_database, tmp_path / "olvery.db"))


@pytest.fixture(autouse=True)
def lasting_toasts(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told in the corner is still there when a busy machine comes to look."""
    monkeypatch.setattr(DeskApp, "NOTIFICATION_TIMEOUT", 600.0)


@pytest.fixture(autouse=True)
def quiet_when_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typed text waits until `settle`, however long the machine takes from letter to letter."""
    quiet.hold(monkeypatch)


@pytest.fixture(autouse=True)
def all_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Themes are those of a terminal with all colours, whatever terminal runs the tests."""
    monkeypatch.setattr("olvery_tui.app.app.for_terminal", lambda theme, _colours: theme)


@pytest.fixture
def clock() -> FrozenClock:
    """2022-12-06 10:00 in Moscow, until the test moves it."""
    return FrozenClock(demo.DEMO_NOW)


@pytest.fixture
def settings(database: Path, tmp_path: Path) -> Settings:
    """The demo manager at the copied database."""
    return Settings(
        database_url=f"sqlite:///{database}",
        log_file=tmp_path / "olvery-tui.log",
        login=demo.DEMO_LOGIN,
    )


@pytest.fixture
def app(settings: Settings, clock: FrozenClock) -> DeskApp:
    """The whole application, not yet running."""
    return DeskApp(settings, clock=clock)


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until the database is open, every question is answered and the screen is painted."""
    app = pilot.app
    assert isinstance(app, DeskApp)
    deadline = asyncio.get_running_loop().time() + _SETTLE_SECONDS
    pause = _LOOK_SECONDS
    while True:
        assert app._exception is None, "the application broke"
        in_time = asyncio.get_running_loop().time() < deadline
        assert in_time, f"the application did not settle: {'; '.join(_at_work(app))}"
        await asyncio.sleep(pause)  # not `pilot.pause`, which asks every widget each time
        pause = min(1.5 * pause, 3 * _LOOK_SECONDS)
        if app.is_open and not is_at_work(app) and not quiet.passes(app):
            await app.animator.wait_until_complete()
            await pilot.pause()  # until the process rests
            if not is_at_work(app) and not quiet.passes(app):
                break


def type_key(app: DeskApp, key: str) -> None:
    """Send one key as a terminal does; what follows from it has not happened yet."""
    name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
    try:
        letter = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(name, name)))
    except KeyError:
        letter = key if len(key) == 1 else None
    app.post_message(events.Key(name, letter))


def is_at_work(app: App[Any]) -> bool:
    """Whether anything is still going on."""
    assert isinstance(app, DeskApp)
    return any(_at_work(app))


def _at_work(app: DeskApp) -> Iterator[str]:
    """What is still going on, each in a few words."""
    if not app.is_open:
        yield "the database is being opened"
    if app.input.is_busy:
        yield f"a key is at work: {app.input.current_key!r}"
    running = [worker for worker in app.workers if worker.is_running]
    if len(running) > len(app.errors._is_over._waiters):  # what waits for the end of an outage
        yield f"running: {running}"
    if app.message_queue_size:
        yield "the application has messages"
    told = 0 if app._disable_notifications else len(app._notifications)
    if told and told > len(app.screen.query(Toast)):
        yield f"not shown on {app.screen}: {[each.message for each in app._notifications]}"
    for screen in app.screen_stack:
        for widget in screen.walk_children(with_self=True):
            if widget.message_queue_size:
                yield f"{widget} has messages"
            if widget._timers:  # few have any, and going through nothing takes time, too
                yield from (
                    f"{widget} waits: {timer}" for timer in widget._timers if _comes_soon(timer)
                )


def _comes_soon(timer: Timer) -> bool:
    """What waits for a moment of quiet: typed text that is not applied yet, a second click."""
    runs = timer._task is not None and not timer._task.done()
    return runs and timer._repeat == 0 and timer._interval <= _SOON_SECONDS


def pressing(*keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """For `snap_compare(run_before=…)`: settle, press the keys one by one, settle."""

    async def run(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        for key in keys:
            type_key(pilot.app, key)
            await settle(pilot)

    return run


# ── Snapshots ────────────────────────────────────────────────────────────────────────────────────

Step = str | Callable[[Pilot[Any]], object]

both_sizes = pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
"""For a screen whose layout differs between a small and a large terminal. Where the large one only
shows more of the list behind the same window, one size is enough.
"""


@pytest.fixture
def size() -> tuple[int, int]:
    """The terminal of a snapshot: the small one, where room is scarce."""
    return SIZES["80x24"]


class Watch:
    """The watch for changes of the database, with its polls counted and close to each other.

    What was changed is reported some time later, and only then shown in full. A picture waits for
    that: nothing that `settle` looks at is at work in between.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        wait = _Watched.wait

        def counted(watched: _Watched, stop: threading.Event, _seconds: float) -> Seen:
            self._begun += 1  # what the one before has seen is reported
            return wait(watched, stop, _POLL_SECONDS)

        self._begun = 0
        monkeypatch.setattr(_Watched, "wait", counted)

    async def reports(self, pilot: Pilot[Any]) -> None:
        """Wait until everything that was written is reported, and shown."""
        app = pilot.app
        assert isinstance(app, DeskApp)
        reported = -1
        while app.changes != reported:
            reported, begun = app.changes, self._begun
            while begun and self._begun < begun + 2:  # the first may have looked before
                if app.errors.outage is not None:
                    return  # nothing is watched
                await asyncio.sleep(_POLL_SECONDS)
            await settle(pilot)


@pytest.fixture
def looks(
    snap_compare: Callable[..., bool],
    app: DeskApp,
    size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., bool]:
    """Whether the demo looks as before, after these steps: keys, or calls with the pilot."""
    watch = Watch(monkeypatch)

    def compare(*steps: Step, of: DeskApp = app) -> bool:
        async def run(pilot: Pilot[Any]) -> None:
            await doing(*steps)(pilot)
            await watch.reports(pilot)

        return snap_compare(of, terminal_size=size, run_before=run)

    return compare


def doing(*steps: Step) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Letters are typed into a line in a run; before and after anything else the screen settles."""

    async def run(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        typing = False
        for step in steps:
            if isinstance(step, str) and len(step) == 1 and isinstance(pilot.app.focused, Input):
                type_key(pilot.app, step)
                typing = True
                continue
            if typing:
                await settle(pilot)
                typing = False
            if isinstance(step, str):
                type_key(pilot.app, step)
            else:
                step(pilot)
            await settle(pilot)
        if typing:
            await settle(pilot)

    return run
