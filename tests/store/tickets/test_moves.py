"""Which tickets the clock has overtaken, and that a move is written where nobody was quicker."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import event

from olvery_tui.domain.periods import DAY, Period
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.store.database.engine import Store
from olvery_tui.store.tickets import moves
from olvery_tui.store.tickets.moves import Edge, Plan, Situation, Step
from tests.databases import Databases
from tests.desk.making import (
    HOUR,
    NOW,
    TABLES,
    add_seat,
    add_ticket,
    add_tickets,
    hours,
    kinds,
    make,
    set_order,
    ticket_row,
    trail,
)

BEGINS = Situation(OrderStatus.CONFIRMED, TicketStatus.CONFIRMED, began=True, ended=False)
TO_ACTIVE = Plan((Step(TicketStatus.CONFIRMED, TicketStatus.ACTIVE, Edge.START),), None)


@pytest.fixture
def store(databases: Databases) -> Iterator[Store]:
    store = make(databases)
    yield store
    store.close()


def due(store, now=NOW, limit=100):
    with store.reading() as session:
        return moves.due(session, now, limit)


def ahead(store, now=NOW):
    with store.reading() as session:
        return moves.ahead(session, now, 100)


def apply(store, situation=BEGINS, plan=TO_ACTIVE, numbers=(26,), now=NOW):
    with store.writing() as session:
        return moves.apply(session, situation, plan, numbers, now)


def late(store, number=26, **facts):
    """A ticket that should have become active at `NOW`, and has not."""
    facts = {"period": hours(0, 2), "status": TicketStatus.CONFIRMED, "seat": number - 25} | facts
    add_ticket(store, number, **facts)


def next_due(store):
    with store.reading() as session:
        return moves.next_due(session)


def test_what_is_due_next_is_the_nearest_boundary(store):
    assert next_due(store) is None
    add_ticket(store, 26, period=hours(3, 4))
    add_ticket(store, 27, order=OrderStatus.COMPLETED, period=hours(-1, 2), seat=2)
    add_ticket(store, 28, order=OrderStatus.NEW, period=hours(1, 2), seat=3)
    assert next_due(store) == NOW + 2 * HOUR

    late(store, 29)
    assert next_due(store) == NOW


def test_a_ticket_is_due_from_its_boundary_on(store):
    add_ticket(store, 26, period=hours(1, 2))

    assert due(store, NOW + HOUR - timedelta.resolution) == []
    assert due(store, NOW + HOUR) == [(26, BEGINS)]


def test_what_is_due_longest_is_found_first_and_told_by_number(store):
    late(store, 28)
    late(store, 27, period=hours(-1, 2))
    late(store, 26, order=OrderStatus.COMPLETED, period=hours(-3, -2))

    done = Situation(OrderStatus.COMPLETED, TicketStatus.CONFIRMED, began=True, ended=True)
    assert due(store) == [(26, done), (27, BEGINS), (28, BEGINS)]
    assert due(store, limit=2) == [(26, done), (27, BEGINS)]


def test_nothing_is_due_or_ahead_where_the_status_is_right(store):
    cases = [
        (order, start)
        for order in OrderStatus
        for start in (hours(1, 2), hours(-1, 2), hours(-3, -1))
    ]
    for number, (order, period) in enumerate(cases, 1):
        add_seat(store, 100 + number)
        add_ticket(store, number, order=order, period=period, seat=100 + number)

    assert due(store) == []
    assert ahead(store) == []


def test_what_is_ahead_of_the_clock_is_found(store):
    completed = {"order": OrderStatus.COMPLETED}
    add_ticket(store, 26, period=hours(1, 2), status=TicketStatus.ACTIVE)
    add_ticket(store, 27, period=hours(1, 2), status=TicketStatus.DONE, seat=2, **completed)

    assert ahead(store) == [
        (26, Situation(OrderStatus.CONFIRMED, TicketStatus.ACTIVE, began=False, ended=False)),
        (27, Situation(OrderStatus.COMPLETED, TicketStatus.DONE, began=False, ended=False)),
    ]


def test_a_ticket_that_is_done_before_its_end_is_found_however_long_it_lasts(store):
    completed = {"order": OrderStatus.COMPLETED}
    year = Period.hourly(NOW - 365 * DAY, NOW + HOUR)
    add_ticket(store, 26, period=year, status=TicketStatus.DONE, **completed)
    add_ticket(store, 27, period=hours(0, 1), status=TicketStatus.DONE, seat=2, **completed)
    add_ticket(store, 28, period=hours(-1, 0), status=TicketStatus.DONE, seat=3, **completed)

    running = Situation(OrderStatus.COMPLETED, TicketStatus.DONE, began=True, ended=False)
    assert ahead(store) == [(26, running), (27, running)]


def test_a_move_is_written_with_its_event_and_a_new_version(store):
    late(store, 26, period=hours(-1, 2))

    assert apply(store) == 1

    row = ticket_row(store, 26)
    assert (row.status, row.moves_at, row.version) == ("active", None, 2)
    (line,) = trail(store, 26)[1:]
    assert (line["kind"], line["actor"], line["at"]) == ("ticket.moved", "system", NOW)
    assert line["due_at"] == NOW - HOUR
    assert line["data"] == {"from": "confirmed", "to": "active"}


def test_a_worker_that_comes_second_writes_nothing(store):
    late(store, 26)

    assert apply(store) == 1
    assert apply(store) == 0

    assert ticket_row(store, 26).version == 2
    assert kinds(store, 26) == ["ticket.moved"]


@pytest.mark.parametrize("order", [OrderStatus.COMPLETED, OrderStatus.CANCELLED, OrderStatus.NEW])
def test_an_order_that_changed_since_it_was_looked_at_is_looked_at_again(store, order):
    late(store, 26)
    with store.writing() as session:
        session.connection().execute(TABLES["orders"].update().values(status=order.value))

    assert apply(store) == 0
    assert ticket_row(store, 26).status == "confirmed"
    assert kinds(store, 26) == []


def test_a_ticket_that_was_cancelled_since_stays_cancelled(store):
    late(store, 26)
    set_order(store, 26, OrderStatus.CANCELLED, NOW)

    assert apply(store) == 0
    assert ticket_row(store, 26).status == "cancelled"


def test_a_period_that_was_changed_since_is_looked_at_again(store):
    late(store, 26)
    with store.writing() as session:
        session.connection().execute(
            TABLES["ticket"].update().values(starts_at=NOW + HOUR, moves_at=NOW + HOUR)
        )

    assert apply(store) == 0
    assert due(store) == []


def test_of_several_tickets_the_others_are_moved_all_the_same(store):
    for number in (26, 27, 28):
        late(store, number)
    set_order(store, 27, OrderStatus.CANCELLED, NOW)

    assert apply(store, numbers=(26, 27, 28)) == 2
    assert [ticket_row(store, number).status for number in (26, 27, 28)] == [
        "active",
        "cancelled",
        "active",
    ]


def test_a_check_that_was_made_since_is_no_hindrance(store):
    late(store, 26)
    with store.writing() as session:
        session.connection().execute(
            TABLES["ticket"].update().values(validated_at=NOW, validated_by=1, version=7)
        )

    assert apply(store) == 1
    row = ticket_row(store, 26)
    assert (row.status, row.validated_by, row.version) == ("active", 1, 8)


def test_a_boundary_that_was_written_wrong_is_put_right_without_an_event(store):
    add_ticket(store, 26, period=hours(1, 2))
    with store.writing() as session:
        session.connection().execute(TABLES["ticket"].update().values(moves_at=NOW - HOUR))
    ((_number, situation),) = due(store)

    assert apply(store, situation, Plan((), Edge.START)) == 0

    row = ticket_row(store, 26)
    assert (row.status, row.moves_at, row.version) == ("confirmed", NOW + HOUR, 1)
    assert kinds(store, 26) == []


@pytest.mark.only("sqlite")
def test_the_worker_finds_its_work_by_the_indexes(store):
    add_tickets(
        store,
        [
            {
                "number": number,
                "order": OrderStatus.COMPLETED,
                "period": hours(-number - 1, -number),
                "seat": 1,
            }
            for number in range(1, 200)
        ],
    )
    asked = []
    with store.reading() as session:
        connection = session.connection()

        @event.listens_for(connection, "before_cursor_execute")
        def keep(_connection, _cursor, statement, parameters, _context, _many):
            asked.append((statement, parameters))

        moves.next_due(session)
        moves.due(session, NOW, 100)
        moves.ahead(session, NOW, 100)
        plans = [
            "; ".join(
                row[3]
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            )
            for statement, parameters in list(asked)
        ]

    nearest, overdue, not_begun, not_ended = plans
    assert "ix_ticket_moves" in nearest
    assert overdue.startswith("SEARCH ticket USING INDEX ix_ticket_moves (moves_at<?)")
    assert "ix_ticket_status_starts (status=? AND starts_at>?)" in not_begun
    assert (
        "COVERING INDEX ix_ticket_status_starts (status=? AND starts_at>? AND starts_at<?)"
    ) in not_ended
    assert "ix_ticket_length" in not_ended
    assert "SCAN ticket" not in " ".join(plans[1:])
    assert "TEMP B-TREE" not in " ".join(plans)
