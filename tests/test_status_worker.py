"""Time moves tickets: on time, late, by a clock that was set back, and after an outage."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from olvery_tui import status_worker
from olvery_tui.clock import FrozenClock, ShiftedClock
from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.domain.statuses import (
    OrderStatus,
    TicketStatus,
    due_moves,
    moves_at,
    ticket_status,
)
from olvery_tui.status_worker import StatusWorker, plan
from olvery_tui.store.database.engine import Store
from olvery_tui.store.tickets import moves
from olvery_tui.store.tickets.moves import Edge, Situation
from tests.databases import Databases
from tests.desk.making import (
    HOUR,
    NOW,
    SEATS,
    add_ticket,
    add_tickets,
    hours,
    kinds,
    make,
    set_order,
    ticket_row,
    trail,
)

SOON = 5.0
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
def worker(store, clock) -> StatusWorker:
    return StatusWorker(store, clock)


@contextmanager
def running(worker):
    """The worker at work in a thread of its own."""
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(SOON)
        assert not thread.is_alive()


def becomes(store, number, status):
    """Whether the ticket gets this status while the worker works."""
    until = time.monotonic() + SOON
    while time.monotonic() < until:
        if ticket_row(store, number).status == status:
            return True
        time.sleep(0.01)
    return False


# ── The plan ─────────────────────────────────────────────────────────────────────────────────────


@given(
    order=st.sampled_from(OrderStatus),
    status=st.sampled_from(TicketStatus),
    start=st.integers(-3, 3),
    length=st.integers(1, 4),
)
def test_the_plan_of_a_situation_is_the_rule_for_each_ticket_in_it(order, status, start, length):
    period = hours(start, start + length)
    situation = Situation(order, status, period.starts_at <= NOW, period.ends_at <= NOW)
    moment = {Edge.START: period.starts_at, Edge.END: period.ends_at, Edge.NOW: NOW, None: None}

    made = plan(situation)

    by_rule = due_moves(order, period, status, NOW)
    assert [(step.before, step.after, moment[step.due]) for step in made.steps] == [
        (move.before, move.after, move.due_at) for move in by_rule
    ]
    outcome = by_rule[-1].after if by_rule else status
    assert moment[made.moves_at] == moves_at(order, period, outcome)
    assert outcome is ticket_status(order, period, NOW)


# ── A pass ───────────────────────────────────────────────────────────────────────────────────────


def test_a_ticket_becomes_active_when_its_period_begins(store, clock, worker):
    add_ticket(store, 26, period=hours(1, 2))
    assert worker.run_pass() == 0
    assert worker.next_due() == NOW + HOUR

    clock.move_to(NOW + HOUR)

    assert worker.run_pass() == 1
    assert ticket_row(store, 26).status == "active"
    assert worker.run_pass() == 0


def test_a_completed_ticket_is_done_when_its_period_ends(store, clock, worker):
    add_ticket(store, 26, order=OrderStatus.COMPLETED, period=hours(-1, 1))
    clock.move_to(NOW + HOUR)

    assert worker.run_pass() == 1
    row = ticket_row(store, 26)
    assert (row.status, row.moves_at, row.version) == ("done", None, 2)


def test_a_ticket_of_an_uncompleted_order_stays_active(store, clock, worker):
    add_ticket(store, 26, period=hours(-1, 1))
    clock.move_to(NOW + 3 * HOUR)

    assert worker.run_pass() == 0
    assert worker.next_due() is None
    assert ticket_row(store, 26).status == "active"


def test_a_late_worker_makes_both_moves_with_the_times_at_which_they_were_due(store, clock, worker):
    add_ticket(store, 26, order=OrderStatus.COMPLETED, period=hours(1, 2))
    clock.move_to(NOW + 5 * HOUR)

    assert worker.run_pass() == 1

    assert ticket_row(store, 26).status == "done"
    assert [(line["data"], line["due_at"], line["at"]) for line in trail(store, 26)[1:]] == [
        ({"from": "confirmed", "to": "active"}, NOW + HOUR, clock.now()),
        ({"from": "active", "to": "done"}, NOW + 2 * HOUR, clock.now()),
    ]
    assert {line["actor"] for line in trail(store, 26)[1:]} == {"system"}
    assert {line["manager_id"] for line in trail(store, 26)} == {None}


@pytest.mark.parametrize(("to", "status"), [(1.5, "active"), (0, "confirmed")])
def test_a_clock_that_was_set_back_takes_the_tickets_with_it(store, clock, worker, to, status):
    add_ticket(store, 26, order=OrderStatus.COMPLETED, period=hours(1, 2))
    clock.move_to(NOW + 5 * HOUR)
    worker.run_pass()
    clock.move_to(NOW + to * HOUR)

    assert worker.run_pass() == 1

    row = ticket_row(store, 26)
    assert row.status == status
    assert trail(store, 26)[-1]["data"] == {"from": "done", "to": status}
    assert trail(store, 26)[-1]["due_at"] == clock.now()
    clock.move_to(NOW + 5 * HOUR)
    assert worker.run_pass() == 1
    assert ticket_row(store, 26).status == "done"


def test_another_worker_undoes_what_a_clock_ahead_has_done(store, clock):
    add_ticket(store, 26, order=OrderStatus.COMPLETED, period=hours(1, 2))
    slow = StatusWorker(store, clock)
    slow.run_pass()
    StatusWorker(store, FrozenClock(NOW + 5 * HOUR)).run_pass()

    assert slow.run_pass() == 1
    assert ticket_row(store, 26).status == "confirmed"


def test_an_order_completed_after_the_end_is_done_at_once_and_once(store, clock, worker):
    add_ticket(store, 26, period=hours(-2, -1))
    set_order(store, 26, OrderStatus.COMPLETED, NOW)

    assert worker.run_pass() == 0
    assert kinds(store, 26) == ["ticket.moved"]


def test_many_tickets_are_moved_in_chunks_and_each_chunk_is_told(store, clock, monkeypatch):
    monkeypatch.setattr(status_worker, "CHUNK", 10)
    add_tickets(
        store,
        [
            {
                "number": number,
                "order": OrderStatus.COMPLETED if number % 2 else OrderStatus.CONFIRMED,
                "period": hours(number, number + 0.5),
                "seat": 1,
            }
            for number in range(1, 26)
        ],
    )
    told = []
    clock.move_to(NOW + 100 * HOUR)

    assert StatusWorker(store, clock, told.append).run_pass() == 25

    assert told == [10, 10, 5]
    for number in range(1, 26):
        assert ticket_row(store, number).status == ("done" if number % 2 else "active")
        assert kinds(store, number) == ["ticket.moved"] * (2 if number % 2 else 1)


def test_between_two_chunks_others_can_write(store, clock, monkeypatch):
    monkeypatch.setattr(status_worker, "CHUNK", 1)
    for number, seat in zip((26, 27, 28), SEATS, strict=False):
        add_ticket(store, number, period=hours(1, 2), seat=seat)
    clock.move_to(NOW + HOUR)

    def cancel_the_last(_moved):
        if ticket_row(store, 28).order_status == "confirmed":
            set_order(store, 28, OrderStatus.CANCELLED, clock.now())

    StatusWorker(store, clock, cancel_the_last).run_pass()

    assert [ticket_row(store, number).status for number in (26, 27, 28)] == [
        "active",
        "active",
        "cancelled",
    ]
    assert [line["data"]["to"] for line in trail(store, 28)[1:]] == ["cancelled"]


def test_what_an_outage_left_is_done_by_the_next_pass(store, clock, worker, monkeypatch):
    monkeypatch.setattr(status_worker, "CHUNK", 2)
    for number, seat in zip((26, 27, 28, 29), SEATS, strict=True):
        add_ticket(store, number, period=hours(1, 2), seat=seat)
    clock.move_to(NOW + HOUR)
    writing, opened = store.writing, []

    def breaks():
        opened.append(1)
        if len(opened) == 2:
            raise StoreUnavailable(StoreCode.FULL)
        return writing()

    monkeypatch.setattr(store, "writing", breaks)

    with pytest.raises(StoreUnavailable):
        worker.run_pass()
    halfway = [ticket_row(store, number).status for number in (26, 27, 28, 29)]
    assert worker.run_pass() == 2

    assert sorted(halfway) == ["active", "active", "confirmed", "confirmed"]
    for number in (26, 27, 28, 29):
        assert ticket_row(store, number).status == "active"
        assert kinds(store, number) == ["ticket.moved"]


def test_a_move_and_its_event_are_written_together_or_not_at_all(store, clock, worker, monkeypatch):
    add_ticket(store, 26, period=hours(1, 2))
    clock.move_to(NOW + HOUR)

    def fails(_step):
        raise StoreUnavailable(StoreCode.FULL)

    monkeypatch.setattr(moves, "_record", fails)
    with pytest.raises(StoreUnavailable):
        worker.run_pass()

    assert ticket_row(store, 26).status == "confirmed"
    assert kinds(store, 26) == []


# ── At work ──────────────────────────────────────────────────────────────────────────────────────


def test_a_running_worker_makes_a_move_as_soon_as_it_is_due(store):
    add_ticket(store, 26, period=hours(1, 2))
    clock = ShiftedClock(NOW + HOUR - timedelta(milliseconds=300))

    with running(StatusWorker(store, clock)):
        assert ticket_row(store, 26).status == "confirmed"
        assert becomes(store, 26, "active")

    late = trail(store, 26)[-1]["at"] - (NOW + HOUR)
    assert timedelta(0) <= late < timedelta(seconds=1)


def test_a_worker_that_is_woken_sees_a_nearer_boundary(store):
    clock = ShiftedClock(NOW)
    worker = StatusWorker(store, clock)
    with running(worker):
        time.sleep(0.1)
        near = hours(0.3 / 3600, 1)
        add_ticket(store, 26, period=near)
        worker.wake()

        assert becomes(store, 26, "active")

    assert trail(store, 26)[-1]["due_at"] == near.starts_at


def test_a_worker_that_is_woken_sees_a_clock_that_was_moved(store, clock, worker):
    add_ticket(store, 26, order=OrderStatus.COMPLETED, period=hours(1, 2))

    with running(worker):
        clock.move_to(NOW + 2 * HOUR)
        worker.wake()
        assert becomes(store, 26, "done")

        clock.move_to(NOW)
        worker.wake()
        assert becomes(store, 26, "confirmed")


def counted(clock):
    """The clock, with the times it was looked at."""
    looked = []
    now = clock.now

    def look():
        looked.append(1)
        return now()

    clock.now = look
    return looked


def test_a_clock_that_stands_still_before_a_boundary_keeps_nobody_busy(store):
    clock = FrozenClock(NOW + HOUR - timedelta(microseconds=1))
    looked = counted(clock)
    add_ticket(store, 26, period=hours(1, 2))

    with running(StatusWorker(store, clock)):
        time.sleep(0.6)

    assert 1 <= len(looked) < 8


def test_a_ticket_that_can_not_be_moved_keeps_nobody_busy(store):
    clock = ShiftedClock(NOW + HOUR)
    add_ticket(store, 26, period=hours(1, 2), status=TicketStatus.CONFIRMED)
    with store.raw() as connection:
        without_foreign_keys = {
            "sqlite": "PRAGMA foreign_keys = OFF",
            "postgresql": "ALTER TABLE ticket DROP CONSTRAINT ticket_order_number_fkey",
        }
        connection.execute(without_foreign_keys[store.dialect])
        connection.execute("UPDATE ticket SET order_number = 404")
    looked = counted(clock)

    with running(StatusWorker(store, clock)):
        time.sleep(0.6)

    assert 1 <= len(looked) < 8


def test_a_worker_with_nothing_to_do_sleeps(store, worker, clock):
    looked = counted(clock)

    with running(worker):
        time.sleep(0.6)

    assert 1 <= len(looked) < 5


def test_a_worker_that_is_woken_for_nothing_reads_no_more_than_the_next_boundary(
    store, worker, monkeypatch
):
    passes = []
    look = moves.ahead
    monkeypatch.setattr(moves, "ahead", lambda *facts: passes.append(1) or look(*facts))
    boundaries = []
    nearest = moves.next_due
    monkeypatch.setattr(moves, "next_due", lambda *facts: boundaries.append(1) or nearest(*facts))

    with running(worker):
        for _ in range(10):
            time.sleep(0.02)
            worker.wake()
        time.sleep(0.1)

    assert len(passes) == 1
    assert len(boundaries) > 5


def test_a_worker_looks_again_after_a_while_though_nothing_is_due(store, clock, monkeypatch):
    monkeypatch.setattr(status_worker, "LONGEST_SLEEP", timedelta(milliseconds=50))
    add_ticket(store, 26, period=hours(1, 2))

    with running(StatusWorker(store, clock)):
        time.sleep(0.1)
        clock.move_to(NOW + HOUR)

        assert becomes(store, 26, "active")


@pytest.mark.parametrize("error", [StoreUnavailable(StoreCode.LOCKED), RuntimeError("a fault")])
def test_a_worker_outlives_what_goes_wrong_and_catches_up(
    store, clock, worker, monkeypatch, caplog, error
):
    monkeypatch.setattr(status_worker, "_RETRY", timedelta(milliseconds=20))
    monkeypatch.setattr(status_worker, "LONGEST_SLEEP", timedelta(milliseconds=20))
    add_ticket(store, 26, order=OrderStatus.COMPLETED, period=hours(1, 2))
    clock.move_to(NOW + 2 * HOUR)
    reading, refused = store.reading, []

    def breaks():
        if threading.current_thread() is not threading.main_thread() and len(refused) < 5:
            refused.append(1)
            raise error
        return reading()

    monkeypatch.setattr(store, "reading", breaks)

    with running(worker):
        assert becomes(store, 26, "done")

    assert len(refused) == 5
    assert kinds(store, 26) == ["ticket.moved", "ticket.moved"]
    assert len(caplog.records) == 5


def test_a_worker_stops_soon_from_a_long_sleep(worker):
    with running(worker):
        time.sleep(0.1)
        began = time.monotonic()
    assert time.monotonic() - began < status_worker.LONGEST_SLEEP.total_seconds() / 2


def test_a_worker_that_is_stopped_makes_no_further_chunk(store, clock, monkeypatch):
    monkeypatch.setattr(status_worker, "CHUNK", 1)
    for number, seat in zip((26, 27, 28), SEATS, strict=False):
        add_ticket(store, number, period=hours(1, 2), seat=seat)
    clock.move_to(NOW + HOUR)
    stop = threading.Event()

    StatusWorker(store, clock, lambda _moved: stop.set()).run(stop)

    statuses = [ticket_row(store, number).status for number in (26, 27, 28)]
    assert statuses.count("active") == 1
