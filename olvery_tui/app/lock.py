"""The idle lock of the terminal: when it locks, what waits behind it, how it opens."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from olvery_tui.i18n import _

if TYPE_CHECKING:
    from textual.screen import Screen

    from olvery_tui.screens.access.lock import LockScreen
    from olvery_tui.widgets.application import Application

_CHECK_SECONDS = 5.0


def elapsed() -> float:
    """Seconds on a clock that also runs while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Lock:
    """Locks the terminal by a key, or after some minutes without one.

    What late answers want to open or to say while it is locked is deferred until it is unlocked,
    and discarded when another manager takes over.
    """

    def __init__(self, app: Application) -> None:
        self._app = app
        self._touched_at = elapsed()
        self._screen: LockScreen | None = None
        self._question: Screen[Any] | None = None
        self._deferred: list[Callable[[], object]] = []
        self._is_watching = False

    @property
    def is_locked(self) -> bool:
        """Whether the lock covers everything."""
        return self._screen is not None

    @property
    def can_lock(self) -> bool:
        """Whether somebody is signed in and the terminal is not locked."""
        return self._app.is_ready and not self.is_locked

    # When it locks

    def touch(self) -> None:
        """Note that somebody is there."""
        self._touched_at = elapsed()

    def watch(self) -> None:
        """Start to watch for a manager who has left."""
        self.touch()
        if not self._is_watching:
            self._is_watching = True
            self._app.set_interval(_CHECK_SECONDS, self.lock_if_idle)

    def lock_if_idle(self) -> None:
        """Lock where nobody has touched anything for as long as the settings allow."""
        minutes = self._app.session.lock_minutes
        if minutes and elapsed() - self._touched_at >= 60 * minutes:
            self.lock()

    def lock(self) -> None:
        """Cover whatever is open; it is there again after unlocking."""
        from olvery_tui.screens.access.lock import LockScreen

        app = self._app
        if not self.can_lock or (manager := app.session.manager) is None:
            return
        takeover = app.session.is_by_password and not app.settings.demo
        self._screen = LockScreen(manager, takeover=takeover, hint=self._hint())
        app.push_screen(self._screen)

    def _hint(self) -> str:
        password = self._app.demo_password
        if password is None:
            return ""
        return _("This is the demonstration; its password is {text}").format(text=password)

    # What waits behind it

    def admits(self, screen: Screen[Any]) -> bool:
        """Whether a screen may be pushed now: over the lock only its own question, and the help."""
        from olvery_tui.screens.help import HelpScreen

        own = (self._screen, self._question)
        return not self.is_locked or screen in own or isinstance(screen, HelpScreen)

    def defer(self, call: Callable[[], object]) -> None:
        """Call something when the terminal is unlocked."""
        self._deferred.append(call)

    def push_over(self, screen: Screen[Any], callback: Callable[[Any], None]) -> None:
        """Push a question of the lock itself."""
        self._question = screen
        self._app.push_screen(screen, callback)

    # How it opens

    def unlock(self) -> None:
        """Remove the lock and make the deferred calls."""
        if self._screen is not None:
            self._app.call_later(self._remove, self._screen)

    async def _remove(self, lock: LockScreen) -> None:
        app = self._app
        while app.screen is not lock and lock in app.screen_stack:
            await app.pop_screen()
        if app.screen is lock:
            await app.pop_screen()
        deferred = self._deferred
        self.discard()
        app.screen.refresh_bindings()  # the palette and the lock work again
        self.touch()
        for call in deferred:
            call()

    def discard(self) -> None:
        """Forget the lock and what was deferred: it was not meant for the next manager."""
        self._screen = self._question = None
        self._deferred = []
