"""The windows over the list: one of each kind, so that they never pile up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from textual.screen import ModalScreen, Screen

from olvery_tui.domain.errors import OlveryError

if TYPE_CHECKING:
    from textual.worker import Worker

    from olvery_tui.app.rendering import Rendering
    from olvery_tui.domain.filters import OrderFilter, TicketFilter
    from olvery_tui.widgets.application import Application

DEEPEST = 8
"""The most windows over a list: the visitors, one of them, their order, one of its tickets, the
ticket's form, a new person, a question, and the help over it."""

_T = TypeVar("_T")
_S = TypeVar("_S", bound=Screen[Any])

_KEPT_SECONDS = 1.0
"""How long a window is kept that was mounted ahead, unless its key opens it."""


class _Ahead(NamedTuple):
    """A window that is mounted ahead, what it was made of, and how all looked then."""

    make: Callable[[Any], Screen[Any]]
    shown: object
    looks: tuple[object, ...]
    screen: Screen[Any]


class Windows:
    """Opens windows that lead to each other, and knows what is open."""

    def __init__(self, app: Application, rendering: Rendering) -> None:
        self._app = app
        self._rendering = rendering
        self._ahead: _Ahead | None = None
        self._preparing: Worker[None] | None = None

    def make_room(self, screen: Screen[Any]) -> bool:
        """Close help and palette for a window.

        Returns:
            Whether it may open: not while another of its kind is open.
        """
        app = self._app
        if not isinstance(screen, ModalScreen):
            return True
        if type(screen) is type(app.screen):
            return False
        if app.lock.is_locked:
            return True
        while getattr(app.screen, "PASSES", False):
            app.pop_screen()
        return not any(type(each) is type(screen) for each in app.screen_stack)

    def has_unsaved(self) -> bool:
        """Whether an open form holds something that would be lost."""
        stack = self._app.screen_stack
        return any(screen.loses_input() for screen in stack if hasattr(screen, "loses_input"))

    def show_orders(self) -> None:
        """Put the list of orders over the tickets."""
        from olvery_tui.screens.list.orders import OrdersScreen

        OrdersScreen.come_up_in(self._app)

    def show_calendar(self) -> None:
        """Put the calendar over the tickets."""
        from olvery_tui.screens.calendar.calendar import CalendarScreen

        CalendarScreen.come_up_in(self._app)

    def expect_calendar(self) -> None:
        """Read what the calendar will show and put its widgets together, as its key was typed."""
        from olvery_tui.screens.calendar.calendar import CalendarScreen

        screen = CalendarScreen.installed_in(self._app)
        screen.read_ahead()
        self._rendering.mount_ahead(screen)

    # What is prepared while its key is held back

    def expect(self, make: Callable[[_T], Screen[Any]], read: Callable[[], _T]) -> None:
        """Mount the window that a key will probably open, made of what is read now.

        The key may yet turn out to be the first of a scanned code: nothing of this is seen.
        """
        self.expect_nothing()
        prepare = partial(self._prepare, make, read)
        self._preparing = self._app.run_worker(prepare, exit_on_error=False)

    async def _prepare(self, make: Callable[[_T], Screen[Any]], read: Callable[[], _T]) -> None:
        with suppress(OlveryError):  # told when the key asks again
            reading = asyncio.get_running_loop().run_in_executor(None, read)
            self._rendering.render_below()
            shown = await reading
            ahead = self._ahead = _Ahead(make, shown, self._looks, make(shown))
            try:
                self._rendering.mount_ahead(ahead.screen)
                await asyncio.sleep(_KEPT_SECONDS)
            finally:
                if self._ahead is ahead:
                    self._ahead = None
                    ahead.screen.call_later(ahead.screen.remove)  # once all of it is mounted

    def expect_nothing(self) -> None:
        """Remove what is prepared: its key was something else."""
        if self._preparing is not None:
            self._preparing.cancel()

    def made(self, make: Callable[[_T], _S], shown: _T) -> _S:
        """Return the window that was mounted ahead, if it shows just this; else a new one."""
        ahead, wanted = self._ahead, (make, shown, self._looks)
        screen: Any = None
        if ahead is not None and ahead[:3] == wanted:
            self._ahead, screen = None, ahead.screen
        self.expect_nothing()
        return screen or make(shown)

    @property
    def _looks(self) -> tuple[object, ...]:
        """What a window depends on beside what it is made of."""
        return self._app.changes, self._app.size, self._app.theme

    # Windows that lead to each other

    def open_ticket(
        self, number: int, filters: TicketFilter, then: Callable[[int | None], None]
    ) -> None:
        """Open a ticket, with its neighbours in the result of a filter; `then` gets the number
        that was shown last.
        """
        from olvery_tui.screens.ticket.ticket import TicketScreen

        self._app.push_screen(TicketScreen(number, filters), then)

    def open_order(
        self,
        number: int,
        filters: OrderFilter | None = None,
        then: Callable[[int | None], None] | None = None,
    ) -> None:
        """Open an order, as `open_ticket` does; without a filter its neighbours are all orders."""
        from olvery_tui.domain.filters import NO_ORDER_FILTER
        from olvery_tui.screens.order.order import OrderScreen

        self._app.push_screen(OrderScreen(number, filters or NO_ORDER_FILTER), then)
