"""The application: settings, services, screens and controllers, and the hooks of Textual."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from textual import events
from textual.await_complete import AwaitComplete
from textual.screen import Screen

from olvery_tui import terminal
from olvery_tui.app import input as key_input
from olvery_tui.app import rendering
from olvery_tui.app.codes import Scanner
from olvery_tui.app.commands import Commands
from olvery_tui.app.errors import Errors
from olvery_tui.app.input import SIGNS_OF_THE_USER, Input, KeyHandled
from olvery_tui.app.lock import Lock
from olvery_tui.app.preferences import Preferences
from olvery_tui.app.rendering import Rendering
from olvery_tui.app.session import Session
from olvery_tui.app.startup import Startup
from olvery_tui.app.undo import Undo
from olvery_tui.app.windows import Windows
from olvery_tui.clock import Clock
from olvery_tui.domain.codes import Codes
from olvery_tui.keys import bindings
from olvery_tui.settings import Settings
from olvery_tui.themes import STYLES, THEMES, for_terminal
from olvery_tui.widgets.application import Application
from olvery_tui.widgets.messages import DeskChanged, MinutePassed

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.dom import DOMNode
    from textual.driver import Driver
    from textual.geometry import Size
    from textual.theme import Theme

    from olvery_tui.desk import Desk
    from olvery_tui.desk.authentication import Authentication
    from olvery_tui.domain.access import Actor
    from olvery_tui.domain.catalogue import LocationDetails
    from olvery_tui.files import Place
    from olvery_tui.services import Services

key_input.correct_textual()
rendering.correct_textual()


class DeskApp(Application):
    """The ticket desk in a terminal. Returns the sentence to print after a bad end, or None."""

    TITLE = "Olvery"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS = bindings("app")
    HORIZONTAL_BREAKPOINTS = rendering.HORIZONTAL_BREAKPOINTS
    VERTICAL_BREAKPOINTS = rendering.VERTICAL_BREAKPOINTS

    def __init__(self, settings: Settings, *, clock: Clock | None = None) -> None:
        self.settings = settings
        self._variables: tuple[Theme, dict[str, str]] | None = None
        self._is_themed = False
        self.codes = Codes(settings.code_pattern)
        self.rendering: Rendering = Rendering(self)
        self.errors: Errors = Errors(self, self.rendering)
        self.session: Session = Session(self)
        self.lock: Lock = Lock(self)
        self.windows: Windows = Windows(self, self.rendering)
        self.undo: Undo = Undo(self)
        self.preferences: Preferences = Preferences(self)
        self.commands = Commands(self, self.undo)
        self.scanner = Scanner(self)
        self.input: Input = Input(self, self.rendering, self.scanner, super().on_event)
        self.startup = Startup(self, self.errors, self.session, clock, self._wait_for_minute)
        self._clock = clock
        self.changes = 0
        self._own_loop: asyncio.AbstractEventLoop | None = None
        # Textual does not load the style sheets that the first screen names.
        super().__init__(css_path=self.startup.first_styles)
        self.stylesheet = self.rendering.sheets
        for theme in THEMES:
            self.register_theme(for_terminal(theme, self.console.color_system))
        self._is_themed = True
        self.theme = settings.theme if settings.theme in self.available_themes else THEMES[0].name
        self.rendering.take_colours()
        self.preferences.begin()

    # The services

    @property
    def services(self) -> Services:
        """The database and the desk.

        Raises:
            RuntimeError: the database is not open yet.
        """
        if self.startup.services is None:
            raise RuntimeError("the database is not open yet")
        return self.startup.services

    @property
    def is_open(self) -> bool:
        """Whether the database is open."""
        return self.startup.services is not None

    @property
    def is_ready(self) -> bool:
        """Whether the database is open and somebody is signed in."""
        return self.is_open and self.session.manager is not None

    @property
    def desk(self) -> Desk:
        """What the manager who is signed in can do."""
        return self.services.desk

    @property
    def authentication(self) -> Authentication:
        """Where managers sign in."""
        return self.services.authentication

    @property
    def location(self) -> LocationDetails:
        """The coworking whose time zone makes the days."""
        return self.services.location

    @property
    def clock(self) -> Clock:
        """The clock of the application."""
        return self.services.clock

    @property
    def exports(self) -> Place:
        """Where exports may be written."""
        return self.services.exports

    @property
    def demo_password(self) -> str | None:
        """The password of the demonstration; None elsewhere."""
        return self.services.demo_password

    def act_as(self, actor: Actor) -> None:
        """Open the desk for a manager, or for nobody."""
        self.services.let_in(actor)

    def take_location(self, location: LocationDetails) -> bool:
        """Go on with the location as it is now; whether it is another one than before."""
        before, self.services.location = self.location, location
        return location != before

    def today(self) -> date:
        """The day at the location; until that is known, the day of the clock itself."""
        if not self.is_open:
            return (self._clock or self.settings.clock()).now().date()
        return self.clock.now().astimezone(self.location.zone).date()

    # The life of the application

    def get_default_screen(self) -> Screen[Any]:
        if self.startup.is_sign_in_needed:
            from olvery_tui.screens.access.sign_in import SignInScreen

            return self.rendering.fit(SignInScreen())
        from olvery_tui.screens.list.tickets import TicketsScreen

        return self.rendering.fit(TicketsScreen())

    def on_load(self) -> None:
        self._own_loop = asyncio.get_running_loop()

    def on_mount(self) -> None:
        self.app_resume_signal.subscribe(self, lambda _app: self.rendering.redraw())
        if not self.is_headless:
            signal.signal(signal.SIGCONT, self.rendering.resume)
        self.call_after_refresh(self.startup.first_frame_shown)

    async def on_unmount(self) -> None:
        # The process ends even if something still waits for a lost terminal or a stuck disk.
        if not self.is_headless:
            terminal.end_for_sure()
        await asyncio.to_thread(self.startup.close)

    def on_desk_changed(self, message: DeskChanged) -> None:
        """Tell every screen of the stack of a change, also those under a modal."""
        self.changes += 1
        self.errors.set_outage(None)
        self.session.read_settings()
        for screen in self.screen_stack:
            screen.post_message(DeskChanged())

    def _wait_for_minute(self) -> None:
        now = self.clock.now()
        left = timedelta(minutes=1) - timedelta(seconds=now.second, microseconds=now.microsecond)
        self.set_timer(left.total_seconds() + 0.05, self._minute_passed)

    def _minute_passed(self) -> None:
        if not self.screen_stack:  # the application ends
            return
        for screen in self.screen_stack:
            screen.post_message(MinutePassed())
        self.screen.refresh_bindings()  # what can be undone may have become too old
        self.session.read_settings()
        self._wait_for_minute()

    # Called by `HangupWatch`, from its own thread

    def ask_to_end(self, return_code: int) -> bool:
        """Exit from within the loop; False if there is none yet."""
        if (loop := self._own_loop) is None:
            return False
        with suppress(RuntimeError):  # it has just been closed
            loop.call_soon_threadsafe(lambda: self.exit(return_code=return_code))
        return True

    def can_write(self) -> bool:
        """Whether what is painted still reaches the terminal."""
        return self.rendering.can_write()

    def has_lost_output(self) -> bool:
        """Whether something was never written because the output thread died."""
        return self.rendering.has_lost_output()

    def close_database(self) -> None:
        """Close the database without the loop."""
        self.startup.close()

    def restore_terminal(self) -> None:
        """Restore the terminal without Textual's output thread."""
        self.rendering.restore_terminal()

    # Hooks of Textual

    async def on_event(self, event: events.Event) -> None:
        """Note that the user is there; queue keys and pasted texts, handle other events at once."""
        if isinstance(event, SIGNS_OF_THE_USER):
            self.lock.touch()
            self.errors.reset_fault_count()
        event = self.rendering.clamp(event)
        if not await self.input.take(event):
            await super().on_event(event)

    def push_screen(self, screen: Any, *args: Any, **options: Any) -> Any:
        """Open a screen, one of each kind; while the terminal is locked, once it is unlocked."""
        if not self.windows.make_room(screen):
            return AwaitComplete()
        if not self.lock.admits(screen):
            self.lock.defer(lambda: self.push_screen(screen, *args, **options))
            return AwaitComplete()
        self.clear_notifications()  # they would cover the window
        self.rendering.read_fields()
        self.input.expect(screen)
        self.rendering.fit(screen)
        return super().push_screen(screen, *args, **options)

    def notify(self, message: str, **options: Any) -> None:
        """Show a notification; while the terminal is locked, once it is unlocked: it may contain
        a name.
        """
        if self.lock.is_locked:
            self.lock.defer(lambda: self.notify(message, **options))
        else:
            super().notify(message, **options)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        self.rendering.display(screen, renderable)

    def _handle_exception(self, error: Exception) -> None:
        self.errors.handle(error)

    def panic(self, *renderables: Any) -> None:
        self.errors.panic(*renderables)

    def get_css_variables(self) -> dict[str, str]:
        """Return the theme's colours, worked out once: they are asked for three times at start,
        and before that for Textual's theme, which is never shown.
        """
        if not self._is_themed:
            return {}
        if self._variables is None or self._variables[0] is not self.current_theme:
            self._variables = self.current_theme, super().get_css_variables()
        return self._variables[1]

    def update_styles(self, node: DOMNode, animate: bool = True) -> None:
        """Style nothing that is not mounted yet: it is styled when it is mounted."""
        if node.parent is not None or node is self:
            super().update_styles(node, animate)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return STYLES

    def refresh_css(self, animate: bool = True) -> None:
        if self.rendering.take_colours():
            super().refresh_css(animate)

    @property
    def size(self) -> Size:
        """How much of the terminal is drawn."""
        return rendering.clamped(super().size)

    def get_driver_class(self) -> type[Driver]:
        return key_input.steady(super().get_driver_class())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        enabled = self.commands.is_enabled(action)
        return super().check_action(action, parameters) if enabled is None else enabled

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Open nothing: a browser (`$BROWSER`) would start on this machine, not on the user's."""

    async def on_key_handled(self, message: KeyHandled) -> None:
        await self.input.key_handled(message)

    def on_key(self, event: events.Key) -> None:
        self.undo.explain(event)

    def on_resize(self) -> None:
        self.rendering.frame.forget()  # the terminal has arranged anew, or lost, what it showed

    def action_help(self) -> None:
        self.commands.help()

    def action_command_palette(self) -> None:
        self.commands.palette()

    def action_help_quit(self) -> None:
        self.commands.name_quit_key()

    async def action_quit(self) -> None:
        self.commands.quit()

    def action_undo(self) -> None:
        self.undo.run()

    def action_lock(self) -> None:
        self.lock.lock()

    def action_lock_now(self) -> None:
        self.lock.lock()
