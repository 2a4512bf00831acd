"""Which windows stand over each other, so that they never pile up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from textual.await_complete import AwaitComplete

from olvery_tui.screens.opening import Overlay, Window
from olvery_tui.widgets.application import Application

if TYPE_CHECKING:
    from olvery_tui.domain.filters import OrderFilter, TicketFilter

DEEPEST = 6
"""The most windows over a list: an order, one of its tickets, the ticket's form, a new person, a
question, and the help over it."""


class Windows(Application):
    """Mixed into the application, before the part that locks it."""

    def push_screen(self, screen: Any, *words: Any, **options: Any) -> Any:
        """Open a window, but not a second one of its kind.

        Help and palette make room for what is opened over them.
        """
        if type(screen) is type(self.screen):
            return AwaitComplete()
        if isinstance(screen, Overlay) and not self.is_locked:
            self.close_passing()
            if any(type(one) is type(screen) for one in self.screen_stack):
                return AwaitComplete()
            if isinstance(screen, Window):
                self.hold_keys(("mounting", screen))
        return super().push_screen(screen, *words, **options)

    def close_passing(self) -> None:
        """Close help and palette, where one of them is on top."""
        while isinstance(self.screen, Overlay) and self.screen.PASSES:
            self.pop_screen()

    def open_ticket(
        self, number: int, wanted: TicketFilter, then: Callable[[int | None], None]
    ) -> None:
        """Open a ticket, with its neighbours in the result of a filter; `then` gets the number
        that was shown last.
        """
        from olvery_tui.screens.ticket.ticket import TicketScreen

        self.push_screen(TicketScreen(number, wanted), then)

    def open_order(
        self,
        number: int,
        wanted: OrderFilter | None = None,
        then: Callable[[int | None], None] | None = None,
    ) -> None:
        """Open an order, as `open_ticket` does; without a filter its neighbours are all orders."""
        from olvery_tui.domain.filters import NO_ORDER_FILTER
        from olvery_tui.screens.order.order import OrderScreen

        self.push_screen(OrderScreen(number, wanted or NO_ORDER_FILTER), then)
