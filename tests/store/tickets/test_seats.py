"""What a ticket holds from when to when."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import pairwise

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.errors import SeatConflict
from olvery_tui.store.tickets import seats
from tests.databases import Databases
from tests.desk.making import (
    HOUR,
    IVAN,
    NOW,
    TABLES,
    add_ticket,
    held,
    hours,
    make,
    overlaps,
)


@pytest.fixture
def store(databases: Databases) -> Iterator[Store]:
    store = make(databases)
    yield store
    store.close()


def holder(store, seat, start, end, exclude=0):
    with store.reading() as session:
        return seats.holder(session, seat, NOW + start * HOUR, NOW + end * HOUR, exclude=exclude)


def test_a_seat_is_told_with_its_room_and_service(store):
    with store.reading() as session:
        assert seats.seat(session, 2) == seats.Seat(2, "PM №2", "Коворкинг №1", 1)
        assert seats.seat(session, 5) == seats.Seat(5, "PM №5", "Коворкинг №2", 2)
        assert seats.seat(session, 404) is None


@pytest.mark.parametrize(
    ("start", "end", "there"),
    [
        (-1, 1, False),
        (-1, 1.1, True),
        (1, 3, True),
        (1.5, 1.6, True),
        (2.9, 9, True),
        (3, 9, False),
    ],
)
def test_the_holder_is_who_shares_a_moment(store, start, end, there):
    add_ticket(store, 31, period=hours(1, 3), visitor=IVAN)

    found = holder(store, 1, start, end)

    since = hours(1, 3).starts_at
    assert found == (seats.Holder(31, "Иван Столповский", None, since) if there else None)
    assert holder(store, 2, start, end) is None
    assert holder(store, 1, start, end, exclude=31) is None


def test_of_several_holders_the_first_in_time_is_told(store):
    add_ticket(store, 30, period=hours(3, 4))
    add_ticket(store, 31, period=hours(1, 2))

    assert holder(store, 1, 0, 9).ticket == 31
    assert holder(store, 1, 0, 9, exclude=31).ticket == 30


def test_who_moved_away_is_no_holder_of_what_is_to_come(store):
    add_ticket(store, 31, period=hours(-2, 3))
    with store.writing() as session:
        seats.release(session, 31, NOW)
        seats.hold(session, 31, 2, NOW, NOW + 3 * HOUR)

    assert holder(store, 1, 0, 3) is None
    assert holder(store, 1, -1, 3).ticket == 31
    assert holder(store, 2, 0, 3).ticket == 31


def test_a_conflict_undoes_the_statement_and_leaves_the_transaction_usable(store):
    add_ticket(store, 31, period=hours(1, 3))
    add_ticket(store, 26, period=hours(1, 3), seat=2)

    with store.writing() as session:
        with pytest.raises(SeatConflict):
            seats.hold(session, 26, 1, NOW + 2 * HOUR, NOW + 5 * HOUR)
        seats.release(session, 26, NOW + 2 * HOUR)

    assert held(store, 26) == [(2, NOW + HOUR, NOW + 2 * HOUR)]


def test_a_longer_hold_does_not_run_into_the_next_ticket(store):
    add_ticket(store, 26, period=hours(0, 1))
    add_ticket(store, 31, period=hours(2, 3))

    with pytest.raises(SeatConflict), store.writing() as session:
        seats.hold(session, 26, 1, NOW + HOUR, NOW + 3 * HOUR)

    assert held(store, 26) == [(1, NOW, NOW + HOUR)]


STEPS = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from([1, 2, 3]), st.booleans()), max_size=8
)


@given(steps=STEPS)
def test_any_moves_leave_one_seat_for_each_moment(shared, steps):
    """`steps`: at which hour the ticket moves to which seat, or gives up the rest for good."""
    with shared.writing() as session:
        run = session.connection().execute
        run(TABLES["seat_assignment"].delete())
        start = NOW
        end = NOW + 12 * HOUR
        seats.hold(session, 26, 1, start, end)
        expected = dict.fromkeys(range(12), 1)
        for hour, seat, gives_up in steps:
            since = NOW + hour * HOUR
            if since >= end:
                continue
            seats.release(session, 26, since)
            expected = {at: one for at, one in expected.items() if at < hour}
            if not gives_up:
                seats.hold(session, 26, seat, since, end)
                expected |= dict.fromkeys(range(hour, 12), seat)
        found = seats.assignments(session, 26)

    assert all(piece.starts_at < piece.ends_at for piece in found)
    assert {
        at: piece.workplace_id
        for piece in found
        for at in range(12)
        if piece.starts_at <= NOW + at * HOUR < piece.ends_at
    } == expected
    assert len(found) <= len({hour for hour, _, _ in steps}) + 1
    assert all(
        (one.workplace_id, one.ends_at) != (other.workplace_id, other.starts_at)
        for one, other in pairwise(found)
    )
    assert overlaps(shared) == 0


@pytest.fixture(scope="module")
def shared(module_databases) -> Iterator[Store]:
    store = make(module_databases)
    add_ticket(store, 26, period=hours(0, 12))
    yield store
    store.close()


def test_a_moment_is_kept_to_the_microsecond(store):
    moment = datetime(2022, 12, 6, 7, 0, 0, 999_999, tzinfo=UTC)
    add_ticket(store, 26, period=hours(-1, 2))
    with store.writing() as session:
        seats.release(session, 26, moment)

    assert held(store, 26) == [(1, NOW - HOUR, moment)]
    assert moment - NOW == timedelta(microseconds=999_999)


def test_the_migration_takes_what_cancelled_tickets_kept_without_a_check(store):
    for number, checked in ((26, False), (27, True), (28, False)):
        order = OrderStatus.CONFIRMED if number == 28 else OrderStatus.CANCELLED
        add_ticket(store, number, period=hours(-2, 2), seat=number - 25, order=order)
        with store.writing() as session:
            if number != 28:  # as former versions left it
                seats.hold(session, number, number - 25, NOW - 2 * HOUR, NOW)
            if checked:
                tickets = TABLES["ticket"]
                session.connection().execute(
                    tickets.update()
                    .where(tickets.c.number == number)
                    .values(validated_at=NOW, validated_by=1)
                )
    module = import_module("olvery_tui.store.migrations.versions.0006_seats_given_back")
    with store.writing() as session:
        context = MigrationContext.configure(session.connection())
        with Operations.context(context):
            module.upgrade()

    assert held(store, 26) == []
    assert held(store, 27) == [(2, NOW - 2 * HOUR, NOW)]
    assert held(store, 28) == [(3, NOW - 2 * HOUR, NOW + 2 * HOUR)]
