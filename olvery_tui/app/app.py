"""The application: theme, signals, the services behind the screens, and what went wrong."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import threading
from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.screen import Screen

from olvery_tui import terminal
from olvery_tui.app import textual_fixes
from olvery_tui.app.commands import Commands
from olvery_tui.app.errors import RETRY_SECONDS, Troubles
from olvery_tui.app.keys_in_turn import KeysInTurn
from olvery_tui.app.latin_keys import LatinKeys
from olvery_tui.app.lock import Locking
from olvery_tui.app.rendering import STYLES, Painting
from olvery_tui.app.scanning import Scanning
from olvery_tui.app.session import Entering
from olvery_tui.app.undo import Undoing
from olvery_tui.app.warming import Warming
from olvery_tui.app.windows import Windows
from olvery_tui.clock import Clock
from olvery_tui.domain.errors import (
    NoSuchManager,
    NotAllowed,
    OlveryError,
    StoreCode,
    StoreUnavailable,
)
from olvery_tui.keys import bindings
from olvery_tui.settings import Settings
from olvery_tui.themes import THEMES
from olvery_tui.widgets.messages import DeskChanged, MinutePassed

if TYPE_CHECKING:
    from types import FrameType

    from olvery_tui.desk import Desk
    from olvery_tui.desk.entrance import Entrance
    from olvery_tui.domain.access import Actor, Door, ManagerDetails
    from olvery_tui.domain.catalogue import LocationDetails
    from olvery_tui.domain.pages import Preview
    from olvery_tui.files import Place
    from olvery_tui.services import Services

log = logging.getLogger(__name__)

textual_fixes.apply()

_LIST = ("list", "list_table", "filter_sidebar")
_FILLED_IN = ("field", "number_line", "filter_form", "date_field", "person_search")
"""Of what is filled in; the list's first frame doesn't wait for them."""
_SIGN_IN = ("field", "modal", "sign_in")
_SETTLED_SECONDS = 2.0
_PREVIEW_LINES = 320
"""As many as the list holds of a tall terminal at first."""
_GLANCE_SECONDS = 0.5
_RETRIED = frozenset(
    {
        StoreCode.LOCKED,
        StoreCode.LOST,
        StoreCode.FULL,
        StoreCode.READ_ONLY,
        StoreCode.SLOW,
        StoreCode.CROWDED,
        StoreCode.STANDBY,
    }
)
"""Troubles that pass by themselves; with any other the application can't go on."""


class OlveryApp(
    Entering,
    Windows,
    Locking,
    Troubles,
    Undoing,
    Commands,
    LatinKeys,
    Scanning,
    Warming,
    Painting,
    KeysInTurn,
    App[str],
):
    """The ticket desk in a terminal. Returns the sentence to print after a bad end, or None."""

    TITLE = "Olvery"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS = bindings("app")

    def __init__(self, settings: Settings, *, clock: Clock | None = None) -> None:
        self._lets_in_by_itself = settings.demo or settings.login is not None
        first, others = (
            (_LIST, _FILLED_IN) if self._lets_in_by_itself else (_SIGN_IN, _LIST + _FILLED_IN)
        )
        # A first screen's own style sheets are not looked for: they are the application's.
        super().__init__(css_path=[STYLES / f"{name}.tcss" for name in ("app", *first)])
        self._later_styles = [name for name in others if name not in first]
        self.settings = settings
        self._given_clock = clock
        self._services: Services | None = None
        self.send_codes_by(settings.scanner_prefix)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = settings.theme if settings.theme in self.available_themes else THEMES[0].name
        self.take_colours()

    # What the screens ask of the application

    @property
    def services(self) -> Services:
        """What stands behind the screens; only there once the database is open."""
        if self._services is None:
            raise RuntimeError("the database is not open yet")
        return self._services

    @property
    def is_open(self) -> bool:
        """Whether the database is open."""
        return self._services is not None

    @property
    def is_ready(self) -> bool:
        """Whether the database is open and somebody is signed in."""
        return self._services is not None and self._services.desk.actor.manager is not None

    @property
    def desk(self) -> Desk:
        """What a manager can do."""
        return self.services.desk

    @property
    def manager(self) -> ManagerDetails | None:
        """Who is signed in."""
        return self.desk.actor.manager

    @property
    def demo_password(self) -> str | None:
        """What unlocks the demonstration."""
        return self.services.demo_password

    def act_as(self, actor: Actor) -> None:
        """Open the desk for somebody, or for nobody."""
        self.services.let_in(actor)

    @property
    def entrance(self) -> Entrance:
        """How one signs in."""
        return self.services.entrance

    @property
    def exports(self) -> Place:
        """Where files may be written."""
        return self.services.exports

    @property
    def location(self) -> LocationDetails:
        """The place whose calendar makes the days."""
        return self.services.location

    @property
    def clock(self) -> Clock:
        """What time it is."""
        return self.services.clock

    def today(self) -> date:
        """Which day it is at the location; by the terminal's own reckoning until that is known."""
        if self._services is None:
            return (self._given_clock or self.settings.clock()).now().date()
        return self.clock.now().astimezone(self.location.zone).date()

    # The life of the application

    def get_default_screen(self) -> Screen[Any]:
        if self._lets_in_by_itself:
            from olvery_tui.screens.list.tickets import TicketsScreen

            return self.sized(TicketsScreen())
        from olvery_tui.screens.access.sign_in import SignInScreen

        return self.sized(SignInScreen())

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, lambda _app: self.redraw())
        if not self.is_headless:
            signal.signal(signal.SIGCONT, self._continued)
        self.call_after_refresh(self._first_frame_shown)

    def _first_frame_shown(self) -> None:
        self.go_on_after_faults()
        for name in self._later_styles:
            self.stylesheet.read(STYLES / f"{name}.tcss")
        self._open()

    def _open(self) -> None:
        self.run_worker(self._open_in_thread, thread=True, exit_on_error=False, name="opening")

    def _open_in_thread(self) -> None:
        try:
            from olvery_tui.services import come_in, open_services, preview

            first = preview(self.settings, clock=self._given_clock, limit=_PREVIEW_LINES)
            if first is not None:
                # What is imported next would hold up the painting of these lines.
                shown = threading.Event()
                self.call_later(self._show_preview, first, shown)
                shown.wait(_GLANCE_SECONDS)
            services = open_services(self.settings, clock=self._given_clock)
            try:
                door = come_in(services, self.settings)
            except BaseException:
                services.close()
                raise
            import olvery_tui.screens.list.tickets  # noqa: F401  whoever signs in need not wait for it
        except StoreUnavailable as error:
            self.call_later(self._could_not_open, error)
        except (NotAllowed, NoSuchManager) as error:
            self.call_later(self._not_let_in, error)
        except Exception as error:
            self.call_later(self._end_with_fault, error)
        else:
            self.call_later(self._opened, services, door)

    async def _show_preview(self, first: Preview, shown: threading.Event) -> None:
        if not self.is_ready:
            (await self._list()).show_preview(first)
        self.call_after_refresh(shown.set)

    def _not_let_in(self, error: OlveryError) -> None:
        from olvery_tui.wording.errors import sentence

        self.exit(sentence(error), return_code=1)

    def _could_not_open(self, error: StoreUnavailable) -> None:
        from olvery_tui.wording.errors import sentence

        if error.code in _RETRIED:
            gc.enable()
            self._trouble = error
            self._broadcast_trouble()
            self.set_timer(RETRY_SECONDS, self._open)
        else:
            self.exit(sentence(error), return_code=2)

    async def _opened(self, services: Services, door: Door | None) -> None:
        if self._exit:
            services.close()
            return
        self._services = services
        services.start(
            on_change=lambda: self.post_message(DeskChanged()),
            on_trouble=lambda error: self.call_later(self.database_trouble, error),
        )
        self.database_trouble(None)
        self._next_minute()
        self.set_timer(_SETTLED_SECONDS, self.warm_up)
        if door is None:
            await self._begin()
        else:
            await self._ask_who(door)

    async def on_unmount(self) -> None:
        # Whatever still waits for a lost terminal or a stuck disk then: the process ends.
        if not self.is_headless:
            terminal.end_for_sure()
        if self._services is not None:
            await asyncio.to_thread(self._services.close)

    def on_desk_changed(self, message: DeskChanged) -> None:
        """Every screen of the stack hears of a change, also those under a modal."""
        self.database_trouble(None)
        for screen in self.screen_stack:
            screen.post_message(DeskChanged())

    def _next_minute(self) -> None:
        now = self.clock.now()
        left = timedelta(minutes=1) - timedelta(seconds=now.second, microseconds=now.microsecond)
        self.set_timer(left.total_seconds() + 0.05, self._minute_passed)

    def _minute_passed(self) -> None:
        if not self.screen_stack:  # the application ends
            return
        for screen in self.screen_stack:
            screen.post_message(MinutePassed())
        self.screen.refresh_bindings()  # what can be undone may have become too old
        self.read_lock_settings()
        self._next_minute()

    # Of the watch over the terminal, which asks from a thread of its own

    def ask_to_end(self, return_code: int) -> bool:
        """End as soon as the loop comes to it; False where there is none yet."""
        loop = self._loop
        if loop is None:
            return False
        with suppress(RuntimeError):  # it has just been closed
            loop.call_soon_threadsafe(lambda: self.exit(return_code=return_code))
        return True

    def can_write(self) -> bool:
        """Whether Textual's output thread is alive: the loop would wait for a dead one for ever."""
        writer: threading.Thread | None = getattr(self._driver, "_writer_thread", None)
        return writer is None or writer.ident is None or writer.is_alive()

    def let_go(self) -> None:
        """Close the database, without the loop."""
        if self._services is not None:
            self._services.close()

    def give_back(self) -> None:
        """Set the terminal as it was, without Textual's output thread."""
        terminal.give_back(getattr(self._driver, "attrs_before", None))

    def _continued(self, number: int, frame: FrameType | None) -> None:
        """Back from a stop: Textual would start its threads once more beside those that only stood
        still, unless it was the one who had ended them.
        """
        if getattr(self._driver, "_must_signal_resume", True):
            self._driver._sigcont_application(number, frame)  # type: ignore[union-attr]
        elif (loop := self._loop) is not None:
            loop.call_soon_threadsafe(self.redraw)
