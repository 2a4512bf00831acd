"""The windows over the list: one of each kind, so that they never pile up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.screen import ModalScreen

if TYPE_CHECKING:
    from textual.screen import Screen

    from olvery_tui.app.rendering import Rendering
    from olvery_tui.domain.filters import OrderFilter, TicketFilter
    from olvery_tui.widgets.application import Application

DEEPEST = 8
"""The most windows over a list: the visitors, one of them, their order, one of its tickets, the
ticket's form, a new person, a question, and the help over it."""


class Windows:
    """Opens windows that lead to each other, and knows what is open."""

    def __init__(self, app: Application, rendering: Rendering) -> None:
        self._app = app
        self._rendering = rendering

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
        return any(screen.has_unsaved() for screen in stack if hasattr(screen, "has_unsaved"))

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
