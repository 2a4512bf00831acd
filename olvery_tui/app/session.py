"""Who is at the terminal: asked at the door, let in, sent away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from olvery_tui.domain.access import SignIn
from olvery_tui.domain.errors import AccessCode, NoManager, NotAllowed, OlveryError
from olvery_tui.widgets.application import Application

if TYPE_CHECKING:
    from olvery_tui.domain.access import Actor, Door
    from olvery_tui.screens.list.tickets import TicketsScreen

_KEPT_SCREEN = "orders"
"""The list that stays while it is away."""


class Entering(Application):
    """Mixed into the application."""

    async def _ask_who(self, door: Door) -> None:
        from olvery_tui.screens.access.sign_in import SignInScreen

        if door.first:
            from olvery_tui.screens.access.first_manager import FirstManagerScreen

            await self._put_over_the_first(FirstManagerScreen())
        elif isinstance(self.screen_stack[0], SignInScreen):
            self.screen_stack[0].desk_opened(self.location)

    def let_in(self, actor: Actor) -> None:
        """Open the desk for who has signed in; of who was there before nothing stays."""
        self.act_as(actor)
        self.call_later(self._begin_for_another)

    async def _begin_for_another(self) -> None:
        from olvery_tui.screens.list.tickets import TicketsScreen

        self.forget_lock()
        self.clear_notifications()
        await self._put_over_the_first(TicketsScreen())
        await self._begin()

    async def _begin(self) -> None:
        """Somebody is signed in: the lists can be filled, the orders too where they are shown."""
        from olvery_tui.screens.list.list_screen import ListScreen

        await self._list()
        for screen in self.screen_stack:
            if isinstance(screen, ListScreen):
                screen.desk_opened()
        self.watch_idleness()

    def ask_to_sign_in(self, told: str = "") -> None:
        """Show the sign-in screen and nothing else."""
        self.act_as(self.entrance.nobody)
        self.call_later(self._show_sign_in, told)

    async def _show_sign_in(self, told: str) -> None:
        from olvery_tui.screens.access.sign_in import SignInScreen

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
        if isinstance(error, NotAllowed) and error.code is AccessCode.ADMINISTRATOR:
            return False
        if self.is_ready and (unlocking or not self.is_locked):
            from olvery_tui.wording.errors import sentence

            if self.settings.demo or self.way is not SignIn.PASSWORD:
                self.exit(sentence(error), return_code=1)
            else:
                self.ask_to_sign_in(sentence(error))
        return True

    # What is on the screen for them

    async def _list(self) -> TicketsScreen:
        """The list, with nothing over it; made where it is not there yet."""
        from olvery_tui.screens.list.tickets import TicketsScreen

        for screen in self.screen_stack:
            if isinstance(screen, TicketsScreen):
                return screen
        screen = TicketsScreen()
        await self._put_over_the_first(screen)
        return screen

    async def _put_over_the_first(self, screen: Screen[Any] | None) -> None:
        """Take every window away, down to the screen that was there first, and begin with this."""
        from olvery_tui.screens.opening import Window

        for window in self.screen_stack:
            if isinstance(window, Window):
                window.forget_result()  # of who was here
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        if self.is_screen_installed(_KEPT_SCREEN):  # with filter and marks of who was here
            kept = self.get_screen(_KEPT_SCREEN)
            self.uninstall_screen(_KEPT_SCREEN)
            if kept.is_running:
                await kept.remove()
        if screen is not None:
            await self.push_screen(screen)
