"""The application's interface for its screens and widgets.

The protocols exist for the type checker; at run time `Application` is a Textual `App`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from textual.app import App

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from datetime import date

    from textual.screen import Screen
    from textual.worker import Worker

    from olvery_tui.clock import Clock
    from olvery_tui.desk import Desk
    from olvery_tui.desk.authentication import Authentication
    from olvery_tui.domain.access import Actor, ManagerDetails
    from olvery_tui.domain.catalogue import LocationDetails
    from olvery_tui.domain.codes import Codes
    from olvery_tui.domain.errors import OlveryError, StoreUnavailable
    from olvery_tui.domain.filters import OrderFilter, TicketFilter
    from olvery_tui.files import Place
    from olvery_tui.settings import Settings

    class Session(Protocol):
        """The signed-in manager and how they sign in and out."""

        @property
        def manager(self) -> ManagerDetails | None: ...
        @property
        def is_by_password(self) -> bool: ...
        @property
        def lock_minutes(self) -> int: ...
        def read_settings(self) -> None: ...
        def sign_in(self, actor: Actor) -> None: ...
        def sign_out(self, reason: str = "") -> None: ...
        def sign_out_after(self, error: OlveryError, *, unlocking: bool = False) -> bool: ...

    class Lock(Protocol):
        """The lock of the terminal."""

        @property
        def is_locked(self) -> bool: ...
        @property
        def can_lock(self) -> bool: ...
        def unlock(self) -> None: ...
        def push_over(self, screen: Screen[Any], callback: Callable[[Any], None]) -> None: ...
        def discard(self) -> None: ...
        def watch(self) -> None: ...

    class Errors(Protocol):
        """Handling of refusals, unexpected errors and database outages."""

        @property
        def outage(self) -> StoreUnavailable | None: ...
        async def outage_over(self) -> None: ...
        def set_outage(self, error: StoreUnavailable | None) -> None: ...
        def show(self, error: OlveryError) -> None: ...
        def report(self, error: Exception) -> None: ...

    class Input(Protocol):
        """Keeps keys in the order in which they were typed."""

        def hold(self, opening: Hashable) -> None: ...
        def hold_for(self, worker: Worker[Any]) -> None: ...
        def release(self, opening: Hashable) -> None: ...

    class Windows(Protocol):
        """The modal windows over the list."""

        def open_ticket(
            self, number: int, filters: TicketFilter, then: Callable[[int | None], None]
        ) -> None: ...
        def open_order(
            self,
            number: int,
            filters: OrderFilter | None = None,
            then: Callable[[int | None], None] | None = None,
        ) -> None: ...
        def has_unsaved(self) -> bool: ...

    class Undo(Protocol):
        """Undo of this terminal's last change."""

        def offer(self, text: str) -> str: ...

    class Rendering(Protocol):
        """Output to the terminal."""

        def paint(self, screen: Screen[Any]) -> None: ...
        def redraw(self) -> None: ...
        def add_sheet(self, path: str, css: str) -> None: ...

    class Application(App[str]):
        """The ticket desk as a terminal application."""

        settings: Settings
        codes: Codes
        session: Session
        lock: Lock
        errors: Errors
        input: Input
        windows: Windows
        undo: Undo
        rendering: Rendering

        @property
        def is_open(self) -> bool: ...
        @property
        def is_ready(self) -> bool: ...
        @property
        def desk(self) -> Desk: ...
        @property
        def authentication(self) -> Authentication: ...
        @property
        def location(self) -> LocationDetails: ...
        @property
        def clock(self) -> Clock: ...
        @property
        def exports(self) -> Place: ...
        @property
        def demo_password(self) -> str | None: ...
        def today(self) -> date: ...
        def act_as(self, actor: Actor) -> None: ...
        def take_location(self, location: LocationDetails) -> bool: ...

else:
    Application = App
