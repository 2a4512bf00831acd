"""The application's lock: when it falls, what is held back behind it, how it opens."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual import events
from textual.await_complete import AwaitComplete
from textual.screen import Screen

from olvery_tui.domain.access import DeskSettings, SignIn
from olvery_tui.domain.errors import OlveryError
from olvery_tui.i18n import _
from olvery_tui.widgets.application import Application

if TYPE_CHECKING:
    from olvery_tui.screens.access.lock import LockScreen

_LOOK_SECONDS = 5.0
_SIGNS_OF_LIFE = (
    events.Key,
    events.Paste,
    events.MouseDown,
    events.MouseScrollDown,
    events.MouseScrollUp,
)


def elapsed() -> float:
    """Seconds on a clock that also runs while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Locking(Application):
    """Mixed into the application.

    While it is locked, answers that come late may want to open a window or say something: that
    waits behind the lock, and is dropped where another manager takes over.
    """

    def __init__(self, *words: Any, **options: Any) -> None:
        super().__init__(*words, **options)
        self._touched = elapsed()
        self._shared: DeskSettings | None = None
        self._lock: LockScreen | None = None
        self._held: list[Callable[[], object]] = []
        self._watching = False

    # What is known of it

    @property
    def is_locked(self) -> bool:
        """Whether the lock stands over everything."""
        return self._lock is not None

    @property
    def can_lock(self) -> bool:
        """Whether somebody is signed in and the terminal is open."""
        return self.is_ready and not self.is_locked

    @property
    def way(self) -> SignIn:
        """How managers come in here, as far as is known."""
        return self._shared.sign_in if self._shared is not None else SignIn.PASSWORD

    def has_unsaved(self) -> bool:
        """Whether a form of the stack holds something that would be lost."""
        return any(
            screen.has_unsaved() for screen in self.screen_stack if hasattr(screen, "has_unsaved")
        )

    # When it falls

    async def on_event(self, event: events.Event) -> None:
        """Note that somebody is there."""
        if isinstance(event, _SIGNS_OF_LIFE):
            self._touched = elapsed()
        await super().on_event(event)

    def watch_idleness(self) -> None:
        """Somebody has signed in: from now on look whether they are still there."""
        self._touched = elapsed()
        self.read_lock_settings()
        if not self._watching:
            self._watching = True
            self.set_interval(_LOOK_SECONDS, self.lock_if_idle)

    def read_lock_settings(self) -> None:
        """Ask anew what all terminals agree on: somebody may have changed it."""
        if self.is_ready:
            self.run_worker(self._read_in_thread, thread=True, exit_on_error=False, name="settings")

    def _read_in_thread(self) -> None:
        try:
            shared = self.desk.settings.get()
        except OlveryError as error:
            self.call_later(self.sign_out_after, error)
        else:
            self.call_later(setattr, self, "_shared", shared)

    def lock_if_idle(self) -> None:
        """Lock where nobody has touched anything for as long as the settings allow."""
        minutes = self._shared.lock_minutes if self._shared is not None else 0
        if minutes and self.can_lock and elapsed() - self._touched >= 60 * minutes:
            self.action_lock_now()

    def action_lock(self) -> None:
        """Lock the terminal."""
        self.action_lock_now()

    def action_lock_now(self) -> None:
        """Lock the terminal, whatever stands on it; it is all there again after."""
        from olvery_tui.screens.access.lock import LockScreen

        manager = self.manager
        if not self.can_lock or manager is None:
            return
        takeover = self.way is SignIn.PASSWORD and not self.settings.demo
        self._lock = LockScreen(manager, takeover=takeover, hint=self._hint())
        self.clear_notifications()
        super().push_screen(self._lock)

    def _hint(self) -> str:
        password = self.demo_password
        if password is None:
            return ""
        return _("This is the demonstration; its password is {text}").format(text=password)

    # What is held back behind it

    def push_screen(self, screen: Any, *words: Any, **options: Any) -> Any:
        """As Textual's; what is not for the lock itself waits until it is gone."""
        from olvery_tui.screens.help import HelpScreen

        if self.is_locked and not isinstance(screen, HelpScreen):
            self._held.append(lambda: self.push_screen(screen, *words, **options))
            return AwaitComplete()
        self.clear_notifications()  # they would cover the window
        if getattr(screen, "fills_later", False):
            self.hold_keys(screen)
        return super().push_screen(screen, *words, **options)

    def push_over_lock(self, screen: Screen[Any], then: Callable[[Any], None]) -> None:
        """What the lock itself asks."""
        super().push_screen(screen, then)

    def notify(self, message: str, **options: Any) -> None:
        """As Textual's; behind a lock nothing is said, for it may hold a name."""
        if self.is_locked:
            self._held.append(lambda: self.notify(message, **options))
        else:
            super().notify(message, **options)

    # How it opens

    def unlock(self) -> None:
        """The password was right: what was there comes back."""
        if self._lock is not None:
            self.call_later(self._take_lock_away, self._lock)

    async def _take_lock_away(self, lock: LockScreen) -> None:
        while self.screen is not lock and lock in self.screen_stack:
            await self.pop_screen()
        if self.screen is lock:
            await self.pop_screen()
        held, self._held = self._held, []
        self._lock = None
        self._touched = elapsed()
        for each in held:
            each()

    def forget_lock(self) -> None:
        """Another manager begins: what waited behind the lock was not for them."""
        self._lock = None
        self._held.clear()
