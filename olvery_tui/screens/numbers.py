"""What has a typed number: a ticket or an order whole, or the sentence that nothing has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from olvery_tui.domain.errors import NoSuchOrder, NoSuchTicket
from olvery_tui.wording.codes import no_such_order, no_such_ticket, ticket_has_the_number

if TYPE_CHECKING:
    from olvery_tui.desk import Desk
    from olvery_tui.domain.orders import OrderDetails
    from olvery_tui.domain.tickets import TicketDetails


def find_ticket(desk: Desk, number: int) -> TicketDetails | str:
    """The ticket with this number. Called in a thread."""
    try:
        return desk.tickets.get(number)
    except NoSuchTicket:
        return no_such_ticket(str(number))


def find_order(desk: Desk, number: int) -> OrderDetails | str:
    """The order with this number; where there is none, which ticket has it. Called in a thread."""
    try:
        return desk.orders.get(number)
    except NoSuchOrder:
        pass
    try:
        return ticket_has_the_number(number, order=desk.tickets.get(number).order)
    except NoSuchTicket:
        return no_such_order(str(number))
