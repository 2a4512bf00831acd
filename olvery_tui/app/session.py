"""Who is signed in at the terminal: sign-in, sign-out, take-over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from olvery_tui.domain.errors import AccessCode, NoManager, NotAllowed, OlveryError
from olvery_tui.screens.base import Window

if TYPE_CHECKING:
    from textual.screen import Screen

    from olvery_tui.desk import Desk
    from olvery_tui.domain.access import Actor, DeskSettings, ManagerDetails, SignInPolicy
    from olvery_tui.domain.catalogue import LocationDetails
    from olvery_tui.domain.shifts import Shift
    from olvery_tui.screens.list.tickets import TicketsScreen
    from olvery_tui.screens.main_screen import MainScreen
    from olvery_tui.widgets.application import Application

_INSTALLED = ("orders", "calendar")
"""The modes that keep their state while they are not shown."""


class Session:
    """The manager at this terminal, and the screens that belong to them."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._shared: DeskSettings | None = None

    @property
    def manager(self) -> ManagerDetails | None:
        """The manager who is signed in."""
        return self._app.desk.actor.manager

    @property
    def is_by_password(self) -> bool:
        """Whether managers sign in with a password here, as far as is known."""
        from olvery_tui.domain.access import SignIn

        return self._shared is None or self._shared.sign_in is SignIn.PASSWORD

    @property
    def lock_minutes(self) -> int:
        """Minutes without a key or click after which the terminal locks; 0 for never."""
        return self._shared.lock_minutes if self._shared is not None else 0

    def read_settings(self) -> None:
        """Read the settings that all terminals share; another one may have changed them."""
        app = self._app
        if app.is_ready:
            app.run_worker(self._read_settings, thread=True, exit_on_error=False, name="settings")

    def _read_settings(self) -> None:
        try:
            desk = self._app.desk
            shared, location = desk.settings.get(), desk.location()
        except OlveryError as error:
            self._app.call_later(self.sign_out_after, error)
        else:
            self._app.call_later(self._take, shared, location)

    def _take(self, shared: DeskSettings, location: LocationDetails) -> None:
        """Go on with the settings, and show another name or time zone everywhere."""
        self._shared = shared
        if self._app.is_ready and self._app.take_location(location):
            for screen in self._modes():
                screen.location_changed()

    def _modes(self) -> Iterator[MainScreen]:
        """The lists and the calendar, shown or kept."""
        from olvery_tui.screens.main_screen import MainScreen

        app = self._app
        kept = [app.get_screen(name) for name in _INSTALLED if app.is_screen_installed(name)]
        for screen in dict.fromkeys((*app.screen_stack, *kept)):
            if isinstance(screen, MainScreen) and screen.is_running:
                yield screen

    # Sign in

    async def request_sign_in(self, policy: SignInPolicy) -> None:
        """Ask for a login and password, or to register the first manager."""
        from olvery_tui.screens.access.sign_in import SignInScreen

        bottom = self._app.screen_stack[0]
        if policy.first:
            from olvery_tui.screens.access.first_manager import FirstManagerScreen

            await self._reset_screens(FirstManagerScreen())
        elif isinstance(bottom, SignInScreen):
            bottom.desk_opened(self._app.location)

    def sign_in(self, actor: Actor) -> None:
        """Start a manager's session and discard the previous one."""
        self._app.act_as(actor)
        self._app.call_later(self._start_with_a_new_list)

    async def _start_with_a_new_list(self) -> None:
        from olvery_tui.screens.list.tickets import TicketsScreen

        self._discard_notifications()
        await self._reset_screens(TicketsScreen())
        await self.start()

    async def start(self) -> None:
        """Fill the lists for the manager who has signed in."""
        from olvery_tui.screens.main_screen import MainScreen

        await self.ticket_list()
        for screen in self._app.screen_stack:
            if isinstance(screen, MainScreen):
                screen.desk_opened()
        self.read_settings()
        self._app.preferences.read()
        self._app.lock.watch()
        self._read_notes()

    def _read_notes(self) -> None:
        """Show the notes for the next manager that nobody has read."""
        app, desk = self._app, self._app.desk

        def read() -> None:
            try:
                notes = desk.shifts.notes()
            except OlveryError:
                return  # the list says what is wrong with the database, or with the manager
            if notes:
                app.call_later(self._show_notes, desk, notes)

        app.run_worker(read, thread=True, exit_on_error=False, name="notes")

    def _show_notes(self, desk: Desk, notes: tuple[Shift, ...]) -> None:
        if desk is self._app.desk and self._app.lock.can_lock:
            from olvery_tui.screens.shift import NotesScreen

            self._app.push_screen(NotesScreen(notes))

    async def show_anew(self) -> None:
        """Begin with a new list, in another language. A list that is the first screen of all stays
        below it, out of sight.
        """
        from olvery_tui.screens.list.tickets import TicketsScreen

        if self._app.is_ready:
            self._discard_notifications()
            screen = TicketsScreen()
            await self._reset_screens(screen)
            screen.desk_opened()

    def fit_screens(self) -> None:
        """Arrange the lists anew, with or without what stands beside them."""
        from olvery_tui.screens.list.list_screen import ListScreen

        for screen in self._modes():
            if isinstance(screen, ListScreen):
                screen.fit_width(self._app.size.width)

    # Sign out

    def sign_out(self, reason: str = "") -> None:
        """Show the sign-in screen and nothing else, with the reason."""
        self._app.act_as(self._app.authentication.anonymous)
        self._app.call_later(self._show_sign_in, reason)

    async def _show_sign_in(self, reason: str) -> None:
        from olvery_tui.screens.access.sign_in import SignInScreen

        self._discard_notifications()
        await self._reset_screens(None)
        await self._app.preferences.forget()
        if isinstance(self._app.screen, SignInScreen):
            self._app.screen.begin_again(reason)

    def sign_out_after(self, error: OlveryError, *, unlocking: bool = False) -> bool:
        """Sign out if the desk refused because the manager may no longer work.

        Args:
            error: The refusal.
            unlocking: Whether it answers a password at the lock. Any other refusal leaves the lock
                alone: the password may be half typed, and the rest of it must not go on, readable,
                into the login of the sign-in screen.

        Returns:
            Whether that was the reason of the refusal.
        """
        app = self._app
        if not isinstance(error, NotAllowed | NoManager) or not app.is_open:
            return False
        if isinstance(error, NotAllowed) and error.code is AccessCode.ADMINISTRATOR:
            return False
        if app.is_ready and (unlocking or not app.lock.is_locked):
            from olvery_tui.wording.errors import sentence

            if app.settings.demo or not self.is_by_password:
                app.exit(sentence(error), return_code=1)
            else:
                self.sign_out(sentence(error))
        return True

    # The session's screens

    def _discard_notifications(self) -> None:
        self._app.lock.discard()
        self._app.clear_notifications()

    async def ticket_list(self) -> TicketsScreen:
        """The list of tickets; pushed, with nothing over it, where there is none yet."""
        from olvery_tui.screens.list.tickets import TicketsScreen

        for screen in self._app.screen_stack:
            if isinstance(screen, TicketsScreen):
                return screen
        screen = TicketsScreen()
        await self._reset_screens(screen)
        return screen

    async def _reset_screens(self, screen: Screen[Any] | None) -> None:
        """Remove every screen but the first, drop their results, and push this one."""
        app = self._app
        for window in app.screen_stack:
            if isinstance(window, Window):
                window.forget_result()
        while len(app.screen_stack) > 1:
            await app.pop_screen()
        for name in filter(app.is_screen_installed, _INSTALLED):
            installed = app.get_screen(name)
            app.uninstall_screen(name)
            if installed.is_running:
                await installed.remove()
        if screen is not None:
            await app.push_screen(screen)
