"""What changed is read transaction by transaction, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.events import EventFilter, EventKind
from olvery_tui.domain.filters import EMPTY, NO_ORDER_FILTER, NumberRange, TicketFilter
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.store.database.engine import Store
from tests.desk.making import CONSOLE, add_ticket


def all_after(seal: int, read: Callable[[int], tuple[int, tuple[Any, ...]] | None]) -> list[Any]:
    """Everything in the order of the transactions."""
    found = []
    while (more := read(seal)) is not None:
        seal, items = more
        found += items
    return found


def test_a_list_is_followed_in_the_order_of_the_changes(
    store: Store, clock: FrozenClock, desk: Desk
) -> None:
    for number in (26, 27):
        add_ticket(store, number, seat=number - 25)
    console = Desk(store, clock, CONSOLE)
    only = TicketFilter(numbers=(NumberRange(27, 40),))
    kinds = EventFilter(kinds=frozenset({EventKind.TICKET_VALIDATED}))
    seal = desk.tickets.follow(EMPTY)
    assert desk.tickets.changed_after(seal, EMPTY) is None

    desk.tickets.validate(desk.tickets.get(27))
    desk.tickets.validate(desk.tickets.get(26))
    desk.orders.set_status(desk.orders.get(1027), OrderStatus.CANCELLED)

    def tickets(filters: TicketFilter) -> list[int]:
        found = all_after(seal, lambda at: desk.tickets.changed_after(at, filters))
        return [ticket.number for ticket in found]

    assert tickets(EMPTY) == [27, 26, 27]
    assert tickets(only) == [27, 27]
    orders = all_after(seal, lambda at: desk.orders.changed_after(at, NO_ORDER_FILTER))
    assert [order.number for order in orders] == [1027, 1026, 1027]
    assert orders[0].status is OrderStatus.CANCELLED, "as it is now"
    events = all_after(seal, lambda at: console.audit.changed_after(at, kinds))
    assert [event.ticket for event in events] == [27, 26]


def test_a_refused_attempt_changes_nothing(store: Store, desk: Desk) -> None:
    add_ticket(store, 26)
    card = desk.tickets.get(26)
    desk.tickets.validate(card)
    seal = desk.tickets.follow(EMPTY)
    try:
        desk.tickets.validate(card)
    except Exception:
        found = all_after(seal, lambda at: desk.tickets.changed_after(at, EMPTY))
        assert found == []
    else:
        raise AssertionError("it was checked twice")
