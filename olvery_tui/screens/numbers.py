"""Look up a typed number: the details of a ticket or order, or a message that there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from olvery_tui.domain.errors import NoSuchOrder, NoSuchTicket
from olvery_tui.wording.codes import no_such_order, no_such_ticket, ticket_has_the_number

if TYPE_CHECKING:
    from olvery_tui.desk import Desk
    from olvery_tui.domain.orders import OrderDetails
    from olvery_tui.domain.tickets import TicketDetails


def find_ticket(desk: Desk, number: int) -> TicketDetails | str:
    """Return the ticket with this number, or a message. Called in a thread."""
    try:
        return desk.tickets.get(number)
    except NoSuchTicket:
        return no_such_ticket(str(number))


def find_order(desk: Desk, number: int) -> OrderDetails | str:
    """Return the order with this number, or a message that also names a ticket with it.

    Called in a thread.
    """
    try:
        return desk.orders.get(number)
    except NoSuchOrder:
        pass
    try:
        return ticket_has_the_number(number, order=desk.tickets.get(number).order)
    except NoSuchTicket:
        return no_such_order(str(number))
