"""Orders whose tickets have all ended complete themselves, where the location wants it."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.orders import OrderDraft, Payment
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.status_worker import StatusWorker
from olvery_tui.store.audit import checks
from olvery_tui.store.database.engine import Store
from tests.databases import Databases
from tests.desk.making import (
    AS_ANNA,
    FLOOR,
    HOUR,
    MARIA,
    NOW,
    TABLES,
    add_ticket,
    hours,
    make,
    ticket_row,
    trail,
)

SOON = 30.0
"""Seconds to wait for a thread before a test fails."""


@pytest.fixture
def store(databases: Databases) -> Iterator[Store]:
    store = make(databases)
    yield store
    store.close()


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW)


@pytest.fixture
def desk(store: Store, clock: FrozenClock) -> Desk:
    return Desk(store, clock, AS_ANNA)


@pytest.fixture
def wanted(desk: Desk) -> None:
    """The location wants it."""
    seen = desk.settings.get()
    desk.settings.change(seen, replace(seen, auto_complete_orders=True))


def moved(store: Store, number: int) -> list[dict[str, object]]:
    table = TABLES["event"]
    query = table.select().where(table.c.order_number == number, table.c.kind == "order.moved")
    with store.reading() as session:
        return [dict(row) for row in session.connection().execute(query).mappings()]


def test_it_is_off_until_somebody_wants_it(store: Store, desk: Desk, clock: FrozenClock) -> None:
    add_ticket(store, 1, period=hours(-3, -1))

    assert StatusWorker(store, clock).run_pass() == 0
    assert desk.orders.get(1001).status is OrderStatus.CONFIRMED
    assert StatusWorker(store, clock).next_due() is None


def test_a_pass_completes_the_order_and_its_tickets_as_the_system(
    store: Store, desk: Desk, clock: FrozenClock, wanted: None
) -> None:
    add_ticket(store, 1, period=hours(-3, -1))

    assert StatusWorker(store, clock).run_pass() == 1
    assert desk.orders.get(1001).status is OrderStatus.COMPLETED
    (line,) = moved(store, 1001)
    assert (line["actor"], line["at"], line["due_at"]) == ("system", NOW, NOW - HOUR)
    assert line["data"] == {"from": "confirmed", "to": "completed"}
    *_, done = trail(store, 1)
    assert (done["actor"], done["due_at"]) == ("system", NOW - HOUR)
    row = ticket_row(store, 1)
    assert (row.status, row.moves_at, row.version) == ("done", None, 2)
    assert checks.check(store, NOW) == ()


def test_a_worker_that_slept_through_all_of_it_makes_every_move(
    store: Store, desk: Desk, clock: FrozenClock, wanted: None
) -> None:
    add_ticket(store, 1, period=hours(1, 2))
    clock.move_to(NOW + 9 * HOUR)
    StatusWorker(store, clock).run_pass()

    assert [
        (line["data"]["to"], line["due_at"]) for line in trail(store, 1) if line["data"].get("to")
    ] == [("active", NOW + HOUR), ("done", NOW + 2 * HOUR)]


def test_an_order_waits_for_the_last_of_its_tickets(
    store: Store, desk: Desk, clock: FrozenClock, wanted: None
) -> None:
    card = desk.orders.create(OrderDraft(MARIA, FLOOR, FLOOR, hours(0, 1), (1, 2)))
    paid = Payment(NOW, card.payment_kind)
    desk.orders.set_status(card, OrderStatus.CONFIRMED, payment=paid)
    with store.writing() as session:
        run, until = session.connection().execute, {"ends_at": NOW + 2 * HOUR}
        tickets, orders, seats = (
            TABLES["ticket"], TABLES["orders"], TABLES["seat_assignment"],
        )  # fmt: skip
        run(tickets.update().where(tickets.c.number == 2).values(until))
        run(seats.update().where(seats.c.ticket_number == 2).values(until))
        run(orders.update().values(until))
    worker = StatusWorker(store, clock)
    clock.move_to(NOW + HOUR)
    worker.run_pass()

    assert desk.orders.get(card.number).status is OrderStatus.CONFIRMED
    assert worker.next_due() == NOW + 2 * HOUR
    clock.move_to(NOW + 2 * HOUR)
    assert worker.run_pass() == 2
    assert {row.status for row in desk.orders.get(card.number).tickets} == {TicketStatus.DONE}
    told = [(one.code, one.params["name"]) for one in checks.check(store, clock.now())]
    assert told == [("fact", "period")]  # the period that was moved from outside, and no more


@pytest.mark.parametrize(
    "status", [status for status in OrderStatus if status is not OrderStatus.CONFIRMED]
)
def test_no_other_status_is_touched(
    store: Store, desk: Desk, clock: FrozenClock, wanted: None, status: OrderStatus
) -> None:
    add_ticket(store, 1, order=status, period=hours(-3, -1))

    assert StatusWorker(store, clock).run_pass() == 0
    assert desk.orders.get(1001).status is status


def test_many_are_completed_in_chunks_that_leave_room_for_others(
    store: Store, desk: Desk, clock: FrozenClock, wanted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("olvery_tui.status_worker.ORDERS", 2)
    for number in range(1, 6):
        add_ticket(store, number, period=hours(-2 * number, -2 * number + 1))
    told: list[int] = []

    assert StatusWorker(store, clock, told.append).run_pass() == 5
    assert told == [2, 2, 1]
    assert desk.orders.overdue(9) == ()


def test_a_worker_that_runs_hears_of_the_setting_and_wakes_at_the_end(
    store: Store, desk: Desk, clock: FrozenClock
) -> None:
    add_ticket(store, 1, period=hours(-3, -1))
    worker, stop = StatusWorker(store, clock), threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        seen = desk.settings.get()
        desk.settings.change(seen, replace(seen, auto_complete_orders=True))
        worker.wake()
        until = time.monotonic() + SOON
        while (
            desk.orders.get(1001).status is not OrderStatus.COMPLETED and time.monotonic() < until
        ):
            time.sleep(0.01)
        assert desk.orders.get(1001).status is OrderStatus.COMPLETED
    finally:
        stop.set()
        thread.join(SOON)
