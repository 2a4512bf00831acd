"""How a ticket's status follows from its order, its period and the time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import (
    CANCELLED_ORDERS,
    CONFIRMED_ORDERS,
    VALIDATION_STATUSES,
    VISITOR_STATUSES,
    WORKPLACE_STATUSES,
    Move,
    OrderStatus,
    TicketStatus,
    due_moves,
    is_overdue,
    moves_at,
    ticket_status,
)
from tests.each import each

START = datetime(2022, 12, 6, 6, tzinfo=UTC)
END = START + timedelta(hours=3)
PERIOD = Period.hourly(START, END)
TICK = timedelta(microseconds=1)
BEFORE, DURING, AFTER = START - TICK, END - TICK, END

NEW, CONFIRMED, ACTIVE, CANCELLED, DONE = TicketStatus

ORDERS = st.sampled_from(OrderStatus)
STATUSES = st.sampled_from(TicketStatus)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2025, 1, 1), timezones=st.just(UTC))
PERIODS = st.builds(
    lambda start, length: Period.hourly(start, start + length),
    INSTANTS,
    st.timedeltas(TICK, timedelta(days=400)),
)
NEAR = INSTANTS | st.sampled_from([BEFORE, START, DURING, AFTER])


@each(
    ("order", "before", "during", "after"),
    [
        (OrderStatus.NEW, NEW, NEW, NEW),
        (OrderStatus.PAYMENT_IN_PROGRESS, NEW, NEW, NEW),
        (OrderStatus.AWAITING_INVOICE, NEW, NEW, NEW),
        (OrderStatus.INVOICE_ISSUED, NEW, NEW, NEW),
        (OrderStatus.CONFIRMED, CONFIRMED, ACTIVE, ACTIVE),
        (OrderStatus.COMPLETED, CONFIRMED, ACTIVE, DONE),
        (OrderStatus.CANCELLED, CANCELLED, CANCELLED, CANCELLED),
        (OrderStatus.PAYMENT_FAILED, CANCELLED, CANCELLED, CANCELLED),
        (OrderStatus.REFUND_IN_PROGRESS, CANCELLED, CANCELLED, CANCELLED),
        (OrderStatus.REFUNDED, CANCELLED, CANCELLED, CANCELLED),
    ],
)
def test_a_ticket_has_the_status_of_the_manuals_table(
    order: OrderStatus, before: TicketStatus, during: TicketStatus, after: TicketStatus
) -> None:
    assert ticket_status(order, PERIOD, BEFORE) is before
    assert ticket_status(order, PERIOD, START) is during
    assert ticket_status(order, PERIOD, DURING) is during
    assert ticket_status(order, PERIOD, AFTER) is after
    assert ticket_status(order, PERIOD, AFTER + timedelta(days=9_000)) is after


def test_the_families_share_no_order_status() -> None:
    assert not CANCELLED_ORDERS & CONFIRMED_ORDERS
    for order in OrderStatus:
        assert order.is_cancelled is (order in CANCELLED_ORDERS)
        assert order.is_confirmed is (order in CONFIRMED_ORDERS)


def test_a_new_ticket_whose_period_has_begun_stays_new() -> None:
    assert ticket_status(OrderStatus.NEW, PERIOD, DURING) is NEW


@each(
    ("statuses", "allowed"),
    [
        (VALIDATION_STATUSES, {CONFIRMED, ACTIVE}),
        (VISITOR_STATUSES, {NEW, CONFIRMED}),
        (WORKPLACE_STATUSES, {NEW, CONFIRMED, ACTIVE}),
    ],
)
def test_what_may_be_done_in_which_status(
    statuses: frozenset[TicketStatus], allowed: set[TicketStatus]
) -> None:
    assert statuses == allowed


@each("order", OrderStatus)
@each(("now", "overdue"), [(BEFORE, False), (START, False), (DURING, False), (AFTER, True)])
def test_a_ticket_is_overdue_when_it_ended_and_its_order_is_neither_completed_nor_cancelled(
    order: OrderStatus, now: datetime, overdue: bool
) -> None:
    is_open = not order.is_cancelled and order is not OrderStatus.COMPLETED
    assert is_overdue(order, PERIOD.ends_at, now) is (overdue and is_open)


@each(
    ("order", "status", "due"),
    [
        (OrderStatus.CONFIRMED, CONFIRMED, START),
        (OrderStatus.COMPLETED, CONFIRMED, START),
        (OrderStatus.COMPLETED, ACTIVE, END),
        (OrderStatus.CONFIRMED, ACTIVE, None),
        (OrderStatus.COMPLETED, DONE, None),
        (OrderStatus.NEW, NEW, None),
        (OrderStatus.CANCELLED, CANCELLED, None),
        (OrderStatus.CANCELLED, CONFIRMED, None),
        (OrderStatus.INVOICE_ISSUED, ACTIVE, None),
    ],
)
def test_when_time_will_move_a_ticket(
    order: OrderStatus, status: TicketStatus, due: datetime | None
) -> None:
    assert moves_at(order, PERIOD, status) == due


@given(ORDERS, PERIODS, NEAR)
def test_until_it_moves_a_status_stays_right(
    order: OrderStatus, period: Period, now: datetime
) -> None:
    status = ticket_status(order, period, now)
    due = moves_at(order, period, status)
    if due is None:
        far = now + timedelta(days=3_000)
        assert ticket_status(order, period, far) is status
    else:
        assert due > now
        assert ticket_status(order, period, due - TICK) is status
        assert ticket_status(order, period, due) is not status


def test_a_worker_that_slept_through_a_period_makes_both_moves() -> None:
    assert due_moves(OrderStatus.COMPLETED, PERIOD, CONFIRMED, AFTER + timedelta(days=3)) == (
        Move(CONFIRMED, ACTIVE, START),
        Move(ACTIVE, DONE, END),
    )


def test_a_move_is_due_from_its_very_moment() -> None:
    assert due_moves(OrderStatus.CONFIRMED, PERIOD, CONFIRMED, BEFORE) == ()
    assert due_moves(OrderStatus.CONFIRMED, PERIOD, CONFIRMED, START) == (
        Move(CONFIRMED, ACTIVE, START),
    )


def test_a_clock_that_was_set_back_is_one_move_of_now() -> None:
    assert due_moves(OrderStatus.COMPLETED, PERIOD, DONE, BEFORE) == (
        Move(DONE, CONFIRMED, BEFORE),
    )
    assert due_moves(OrderStatus.COMPLETED, PERIOD, ACTIVE, BEFORE) == (
        Move(ACTIVE, CONFIRMED, BEFORE),
    )


def test_a_status_that_something_else_wrote_is_put_right_by_one_move() -> None:
    assert due_moves(OrderStatus.CANCELLED, PERIOD, CONFIRMED, DURING) == (
        Move(CONFIRMED, CANCELLED, DURING),
    )
    assert due_moves(OrderStatus.CONFIRMED, PERIOD, NEW, DURING) == (Move(NEW, ACTIVE, DURING),)


@given(ORDERS, PERIODS, STATUSES, NEAR)
def test_the_moves_lead_from_what_is_stored_to_what_is_right(
    order: OrderStatus, period: Period, stored: TicketStatus, now: datetime
) -> None:
    moves = due_moves(order, period, stored, now)
    current = stored
    for move in moves:
        assert move.before is current
        assert move.after is not current
        assert move.due_at <= now
        current = move.after
    assert current is ticket_status(order, period, now)
    assert [move.due_at for move in moves] == sorted(move.due_at for move in moves)
    assert len(moves) <= 2


@given(ORDERS, PERIODS, st.lists(NEAR, min_size=1, max_size=6))
def test_however_often_the_worker_looked_each_move_happens_once_and_when_it_was_due(
    order: OrderStatus, period: Period, looks: list[datetime]
) -> None:
    looks.sort()
    status = ticket_status(order, period, looks[0] - timedelta(days=1))
    made: list[Move] = []
    for now in looks:
        moves = due_moves(order, period, status, now)
        made += moves
        status = moves[-1].after if moves else status
    once = ticket_status(order, period, looks[0] - timedelta(days=1))
    assert tuple(made) == due_moves(order, period, once, looks[-1])
    assert {move.due_at for move in made} <= {period.starts_at, period.ends_at}
