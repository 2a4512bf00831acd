"""The application: theme, signals, the services behind the screens, and what went wrong."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import threading
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text
from textual.app import App, SystemCommand
from textual.binding import ActiveBinding
from textual.command import CommandPalette
from textual.screen import ModalScreen, Screen
from textual.widgets import Input

from olvery_tui import reporting, terminal
from olvery_tui.clock import Clock
from olvery_tui.domain.errors import (
    NoManager,
    NoSuchManager,
    NotAllowed,
    OlveryError,
    StoreUnavailable,
)
from olvery_tui.domain.managers import SignIn
from olvery_tui.frame import Frame
from olvery_tui.i18n import _
from olvery_tui.keys import BY_ID, KEYS, bindings, cap
from olvery_tui.screens.locking import Locking
from olvery_tui.screens.warming import STYLES, Sheets, import_windows
from olvery_tui.settings import Settings
from olvery_tui.themes import THEMES
from olvery_tui.widgets.keys_in_turn import KeysInTurn
from olvery_tui.widgets.messages import DeskChanged, MinutePassed

if TYPE_CHECKING:
    from olvery_tui.desk import Desk
    from olvery_tui.domain.actors import Actor
    from olvery_tui.domain.cards import Door, LocationCard
    from olvery_tui.domain.desk_settings import DeskSettings
    from olvery_tui.screens.tickets import TicketsScreen
    from olvery_tui.services import Services
    from olvery_tui.store.glance import Glance

log = logging.getLogger(__name__)

_LIST = ("list", "list_table", "filter_sidebar")
_FILLED_IN = ("field", "filter_form", "date_field", "person_search")
"""Of what is filled in; the list's first frame doesn't wait for them."""
_SIGN_IN = ("field", "modal", "sign_in")
_KEPT_SCREEN = "orders"
"""The list that stays while it is away."""
_TERMINAL_CHECK_SECONDS = 2.0
_RETRY_SECONDS = 1.0
_SETTLED_SECONDS = 2.0
_GLANCED_LINES = 320
"""As many as the list holds of a tall terminal at first."""
_GLANCE_SECONDS = 0.5
_RETRIED = frozenset({"locked", "lost", "full", "read_only", "slow", "crowded", "standby"})
"""Troubles that pass by themselves; with any other the application can't go on."""


class OlveryApp(Locking, KeysInTurn, App[str]):
    """The ticket desk in a terminal. Returns the sentence to print after a bad end, or None."""

    TITLE = "Olvery"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS = bindings("app")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]

    def __init__(self, settings: Settings, *, clock: Clock | None = None) -> None:
        self._lets_in_by_itself = settings.demo or settings.login is not None
        first, others = (
            (_LIST, _FILLED_IN) if self._lets_in_by_itself else (_SIGN_IN, _LIST + _FILLED_IN)
        )
        # A first screen's own style sheets are not looked for: they are the application's.
        super().__init__(css_path=[STYLES / f"{name}.tcss" for name in ("app", *first)])
        self.stylesheet = Sheets()
        self._later_styles = [name for name in others if name not in first]
        self.settings = settings
        self._given_clock = clock
        self._services: Services | None = None
        self._trouble: StoreUnavailable | None = None
        self._frame = Frame()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = settings.theme if settings.theme in self.available_themes else THEMES[0].name
        self._css_variables = self.get_css_variables()
        self.stylesheet.set_variables(self._css_variables)

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
    def location(self) -> LocationCard:
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

    @property
    def trouble(self) -> StoreUnavailable | None:
        """What is wrong with the database now, for the banner."""
        return self._trouble

    def tell(self, error: OlveryError) -> None:
        """Say a refusal in one sentence."""
        from olvery_tui.wording.errors import sentence

        zone = self.location.zone if self.is_open else None
        self.notify(sentence(error, zone), severity="warning", markup=False)

    def tell_fault(self, error: Exception) -> None:
        """Say that something unexpected happened; the log file has it under the code."""
        self.notify(self._fault_sentence(reporting.fault(error)), severity="error", markup=False)

    def database_trouble(self, error: StoreUnavailable | None) -> None:
        """Show or take away the banner; while it is there the database is tried again and again."""
        was, self._trouble = self._trouble, error
        if (was is None) != (error is None) or (was and error and was.code != error.code):
            self._broadcast_trouble()
        if error is not None and was is None:
            self.set_timer(_RETRY_SECONDS, self._try_again)

    # The life of the application

    def push_screen(self, screen: Any, *words: Any, **options: Any) -> Any:
        """As Textual's; what comes knows the terminal's size already."""
        if isinstance(screen, Screen):
            self._sized(screen)
        return super().push_screen(screen, *words, **options)

    def get_default_screen(self) -> Screen[Any]:
        if self._lets_in_by_itself:
            from olvery_tui.screens.tickets import TicketsScreen

            return self._sized(TicketsScreen())
        from olvery_tui.screens.sign_in import SignInScreen

        return self._sized(SignInScreen())

    def _sized(self, screen: Screen[Any]) -> Screen[Any]:
        """A screen that knows the terminal's size already; told by its first `Resize`, all that is
        on it would be styled twice before the first frame.
        """
        for extent, breakpoints in zip(
            self.size, (self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS), strict=True
        ):
            _least, fitting = max(one for one in breakpoints if one[0] <= extent)
            screen.add_class(fitting, update=False)
        return screen

    def refresh_css(self, animate: bool = True) -> None:
        """Parse the style sheets anew where a theme changed something.

        Textual asks for it at the start too, when they were parsed with the same theme a moment
        ago: that would double the time to the first frame and send it twice.
        """
        variables = self.get_css_variables()
        if variables != self._css_variables:
            self._css_variables = variables
            super().refresh_css(animate)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, self._frame.changes(renderable))

    def redraw(self) -> None:
        """Send the whole screen anew: something else may have written to the terminal."""
        self._frame.forget()
        self.screen.refresh()

    def on_resize(self) -> None:
        """The terminal has arranged anew, or lost, what it showed."""
        self._frame.forget()

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, lambda _app: self.redraw())
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            loop.add_signal_handler(number, self.exit)
        if not self.is_headless:
            self.set_interval(_TERMINAL_CHECK_SECONDS, self._check_terminal)
        self.call_after_refresh(self._first_frame_shown)

    def _first_frame_shown(self) -> None:
        for name in self._later_styles:
            self.stylesheet.read(STYLES / f"{name}.tcss")
        self._open()

    def _open(self) -> None:
        self.run_worker(self._open_in_thread, thread=True, exit_on_error=False, name="opening")

    def _open_in_thread(self) -> None:
        try:
            from olvery_tui.services import come_in, glance, open_services

            first = glance(self.settings, clock=self._given_clock, limit=_GLANCED_LINES)
            if first is not None:
                # What is imported next would hold up the painting of these lines.
                shown = threading.Event()
                self.call_later(self._show_glance, first, shown)
                shown.wait(_GLANCE_SECONDS)
            services = open_services(self.settings, clock=self._given_clock)
            try:
                door = come_in(services, self.settings)
            except BaseException:
                services.close()
                raise
            import olvery_tui.screens.tickets  # noqa: F401  whoever signs in need not wait for it
        except StoreUnavailable as error:
            self.call_later(self._could_not_open, error)
        except (NotAllowed, NoSuchManager) as error:
            self.call_later(self._not_let_in, error)
        except Exception as error:
            self.call_later(self._end_with_fault, error)
        else:
            self.call_later(self._opened, services, door)

    async def _show_glance(self, first: Glance, shown: threading.Event) -> None:
        if not self.is_ready:
            (await self._list()).show_glance(first)
        self.call_after_refresh(shown.set)

    async def _list(self) -> TicketsScreen:
        """The list, with nothing over it; made where it is not there yet."""
        from olvery_tui.screens.tickets import TicketsScreen

        for screen in self.screen_stack:
            if isinstance(screen, TicketsScreen):
                return screen
        screen = TicketsScreen()
        await self._put_over_the_first(screen)
        return screen

    async def _put_over_the_first(self, screen: Screen[Any] | None) -> None:
        """Take every window away, down to the screen that was there first, and begin with this."""
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        if self.is_screen_installed(_KEPT_SCREEN):  # with filter and marks of who was here
            kept = self.get_screen(_KEPT_SCREEN)
            self.uninstall_screen(_KEPT_SCREEN)
            if kept.is_running:
                await kept.remove()
        if screen is not None:
            await self.push_screen(screen)

    def _not_let_in(self, error: OlveryError) -> None:
        from olvery_tui.wording.errors import sentence

        self.exit(sentence(error), return_code=1)

    def _could_not_open(self, error: StoreUnavailable) -> None:
        from olvery_tui.wording.errors import sentence

        if error.code in _RETRIED:
            gc.enable()
            self._trouble = error
            self._broadcast_trouble()
            self.set_timer(_RETRY_SECONDS, self._open)
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
        self.set_timer(_SETTLED_SECONDS, self._warm_up)
        if door is None:
            await self._begin()
        else:
            await self._ask_who(door)

    # Who is at the terminal

    async def _ask_who(self, door: Door) -> None:
        from olvery_tui.screens.sign_in import SignInScreen

        if door.first:
            from olvery_tui.screens.first_manager import FirstManagerScreen

            await self._put_over_the_first(FirstManagerScreen())
        elif isinstance(self.screen_stack[0], SignInScreen):
            self.screen_stack[0].desk_opened(self.location)

    def let_in(self, actor: Actor) -> None:
        """Open the desk for who has signed in; of who was there before nothing stays."""
        self.services.let_in(actor)
        self.call_later(self._begin_for_another)

    async def _begin_for_another(self) -> None:
        from olvery_tui.screens.tickets import TicketsScreen

        self.forget_lock()
        self.clear_notifications()
        await self._put_over_the_first(TicketsScreen())
        await self._begin()

    async def _begin(self) -> None:
        """Somebody is signed in: the lists can be filled, the orders too where they are shown."""
        from olvery_tui.screens.list_screen import ListScreen

        await self._list()
        for screen in self.screen_stack:
            if isinstance(screen, ListScreen):
                screen.desk_opened()
        self.watch_idleness()

    def ask_to_sign_in(self, told: str = "") -> None:
        """Show the sign-in screen and nothing else."""
        self.services.let_in(self.services.entrance.nobody)
        self.call_later(self._show_sign_in, told)

    async def _show_sign_in(self, told: str) -> None:
        from olvery_tui.screens.sign_in import SignInScreen

        self.forget_lock()
        self.clear_notifications()
        await self._put_over_the_first(None)
        if isinstance(self.screen, SignInScreen):
            self.screen.begin_again(told)

    def sign_out_after(self, error: OlveryError, *, unlocking: bool = False) -> bool:
        """Sign out whom the desk has just sent away; whether that was the refusal's reason.

        Behind the lock that waits for the password (`unlocking`): half of it may be typed, and its
        other half must not go on, readable, into the login of the sign-in screen.
        """
        if not isinstance(error, NotAllowed | NoManager) or not self.is_open:
            return False
        if isinstance(error, NotAllowed) and error.code == "administrator":
            return False
        if self.is_ready and (unlocking or not self.is_locked):
            from olvery_tui.wording.errors import sentence

            if self.settings.demo or self.way is not SignIn.PASSWORD:
                self.exit(sentence(error), return_code=1)
            else:
                self.ask_to_sign_in(sentence(error))
        return True

    def _warm_up(self) -> None:
        self.run_worker(self._warm_up_in_thread, thread=True, exit_on_error=False, name="warming")

    def _warm_up_in_thread(self) -> None:
        for sheet in import_windows():
            self.call_later(self._read_sheet, sheet)
        self.call_later(self._collect_garbage)

    def _read_sheet(self, sheet: Path) -> None:
        """One at a time: keys are answered between two."""
        if not self.stylesheet.has_source(str(sheet)):
            self.stylesheet.read(sheet)
            self.stylesheet.reparse()

    @staticmethod
    def _collect_garbage() -> None:
        """What was imported stays: it is set aside, and only what comes later is looked through."""
        gc.collect()
        gc.freeze()
        gc.enable()

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

    def _broadcast_trouble(self) -> None:
        for screen in self.screen_stack:
            show = getattr(screen, "show_trouble", None)
            # A screen that is being taken away, while the application ends, has nothing on it.
            if show is not None and screen.children:
                show(self._trouble)

    def _try_again(self) -> None:
        if self._trouble is not None and self._services is not None:
            self.run_worker(self._probe, thread=True, exit_on_error=False, name="probe")

    def _probe(self) -> None:
        try:
            self.desk.ping()
        except StoreUnavailable:
            self.call_later(self.set_timer, _RETRY_SECONDS, self._try_again)
        else:
            self.post_message(DeskChanged())

    def _next_minute(self) -> None:
        now = self.clock.now()
        left = timedelta(minutes=1) - timedelta(seconds=now.second, microseconds=now.microsecond)
        self.set_timer(left.total_seconds() + 0.05, self._minute_passed)

    def _minute_passed(self) -> None:
        for screen in self.screen_stack:
            screen.post_message(MinutePassed())
        self.read_lock_settings()
        self._next_minute()

    def _check_terminal(self) -> None:
        if terminal.is_gone():
            log.info("the terminal is gone")
            terminal.end_for_sure()
            self.exit(return_code=1)

    # When something breaks

    def _fatal_error(self) -> None:
        # Textual would print the traceback with local variables, names and phones among them.
        if self._exception is not None:
            self._end_with_fault(self._exception)
        self._close_messages_no_wait()

    def _end_with_fault(self, error: Exception) -> None:
        text = self._fault_sentence(reporting.fault(error))
        self._exit_renderables.append(Text(text))
        self._return_code = 1
        self._close_messages_no_wait()

    @staticmethod
    def _fault_sentence(code: str) -> str:
        return _("Something went wrong ({code}). The log file has the details.").format(code=code)

    # Commands

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Locking is for who is signed in; its letter types itself where one types."""
        match action:
            case "lock":
                return self.can_lock and not isinstance(self.focused, Input)
            case "lock_now":
                return self.can_lock
            case "command_palette":
                return self.is_ready and not self.is_locked
        return super().check_action(action, parameters)

    def action_help(self) -> None:
        """The keys of every place."""
        from olvery_tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen())

    def action_settings(self) -> None:
        """What all terminals agree on."""
        from olvery_tui.screens.settings import SettingsForm

        if self.is_ready and not isinstance(self.screen, SettingsForm):
            self.push_screen(SettingsForm(), self._settings_saved)

    def _settings_saved(self, saved: DeskSettings | None) -> None:
        if saved is not None:
            self.notify(_("The settings are saved."), markup=False)

    def action_command_palette(self) -> None:
        if self.use_command_palette and not CommandPalette.is_open(self):
            from olvery_tui.screens.palette import Palette

            self.push_screen(Palette())

    def action_help_quit(self) -> None:
        """`Ctrl+C`: pressed to leave, but with text selected it copies."""
        text = _("{key} leaves the application.").format(key=cap(BY_ID["app.quit"].key))
        self.notify(text, markup=False)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every command that works on this screen now, by its label."""
        if self.is_ready and not isinstance(screen, ModalScreen):
            about = _("What holds at every terminal")
            yield SystemCommand(_("Settings"), about, self.action_settings)
        # The application's own keys go through every window; Textual leaves them out under a modal.
        own = [ActiveBinding(self, each, True) for _key, each in self._bindings if each.priority]
        bound = [*own, *screen.active_bindings.values()]
        active = {binding.binding.id: binding for binding in bound if binding.enabled}
        for key in KEYS:
            if key.id in active and key.id not in ("app.palette", "app.lock"):
                found = active[key.id]
                yield SystemCommand(
                    _(key.label),
                    cap(key.key),
                    lambda found=found: self.call_later(
                        self.run_action, found.binding.action, found.node
                    ),
                )
