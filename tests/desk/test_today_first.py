"""Of a searched visitor the tickets of today stand first, in a list that stays whole."""

from __future__ import annotations

from olvery_tui.desk import Desk
from olvery_tui.domain.filters import TicketFilter
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.store.database.engine import Store
from olvery_tui.widgets.table.table_window import TableWindow
from tests.desk.making import IVAN, MARIA, SEATS, add_ticket, hours

MARIAS = TicketFilter(visitor_words=("мария",))
DAY = 24


def settle(window: TableWindow, desk: Desk) -> list[int]:
    """Answer until nothing is asked; the numbers that the window holds."""
    while (question := window.next_question()) is not None:
        page = desk.tickets.page(MARIAS, question.start, question.limit, today_first=True)
        assert window.answer(question.token, page)
    numbers = [row.number for row in window.rows]
    assert len(numbers) == len(set(numbers))
    return numbers


def walk(window: TableWindow, desk: Desk, step: int) -> list[int | None]:
    """Move by a row until nothing moves any more; the numbers under the cursor."""
    passed = [window.cursor_number]
    while True:
        window.step(step)
        settle(window, desk)
        if window.cursor_number == passed[-1]:
            return passed
        passed.append(window.cursor_number)


def test_hundreds_of_namesakes_are_read_through_while_others_sell_and_cancel(
    store: Store, desk: Desk, other: Desk
) -> None:
    for number in range(1, 261):
        later = hours(DAY * (number + 1), DAY * (number + 1) + 1)
        add_ticket(store, number, period=later, visitor=MARIA if number % 20 else IVAN)
    today = (3, 77, 150)
    for seat, number in enumerate(today, 1):
        add_ticket(store, 1000 + number, seat=SEATS[seat], period=hours(1, 2), visitor=MARIA)
    first = sorted((1000 + number for number in today), reverse=True)
    add_ticket(store, 2000, period=hours(DAY * 300, DAY * 300 + 1), visitor=MARIA)
    rest = [2000, *(number for number in range(260, 0, -1) if number % 20)]

    window = TableWindow()
    window.resize(10)
    window.restart(by_number=False)
    settle(window, desk)
    assert walk(window, desk, 1) == first + rest
    assert walk(window, desk, -1) == (first + rest)[::-1]
    window.end()
    settle(window, desk)
    assert window.cursor_number == 1
    window.home()
    settle(window, desk)
    assert window.cursor_number == first[0]

    # The cursor stays on its ticket while one of today comes and one goes.
    window.seek(rest[0])
    settle(window, desk)
    add_ticket(store, 3000, seat=SEATS[0], period=hours(3, 4), visitor=MARIA)
    order = other.tickets.get(first[1]).order
    other.orders.set_status(other.orders.get(order), OrderStatus.CANCELLED)
    window.refresh()
    numbers = settle(window, desk)
    assert window.cursor_number == rest[0]
    assert numbers[:4] == [3000, first[0], first[2], rest[0]]
    window.total = desk.tickets.count(MARIAS)
    assert window.position[0] == 1
    assert window.total.value == len(rest) + 4
    assert first[1] in numbers
    exported = [ticket.number for ticket in desk.tickets.export(MARIAS)]
    assert exported == sorted([*rest, *first, 3000], reverse=True)
