"""A ticket's period changes while it runs: its seat, its status and what its order costs."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from olvery_tui.desk import Desk
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.closings import ClosingDraft
from olvery_tui.domain.conflicts import ChangedMeanwhile
from olvery_tui.domain.errors import (
    InvalidForm,
    NoManager,
    NoSuchChoice,
    PeriodEnded,
    PeriodNotBegun,
    SeatTaken,
    WrongStatus,
)
from olvery_tui.domain.orders import OrderDraft, Payment
from olvery_tui.domain.period_changes import PeriodDraft
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.domain.tickets import EarlierPlace
from olvery_tui.status_worker import StatusWorker
from olvery_tui.store.audit import checks
from tests.desk.making import (
    FLOOR,
    HOUR,
    IVAN,
    MARIA,
    MOSCOW,
    NOBODY,
    NOW,
    ROOF_SEAT,
    TABLES,
    add_ticket,
    held,
    hours,
    kinds,
    ticket_row,
    trail,
)

SITE = PaymentKind.ON_SITE


def change(desk, number, period, **more):
    return desk.periods.change_period(desk.tickets.get(number), PeriodDraft(period, **more))


def undo(desk):
    return desk.undo(desk.last_changes)


def owed(desk, number):
    return desk.orders.get(1000 + number).owed


def sound(store, clock):
    """Nothing that is promised of a database is broken, its trail included."""
    found = checks.check(store, clock.now())
    assert found == ()
    return True


def sell(store, **values):
    """Sell by another tariff from now on."""
    with store.writing() as session:
        session.connection().execute(update(TABLES["tariff"]).values(values))


def book(desk, period, seats=(1, 2), **more):
    """An order of some tickets, confirmed and paid."""
    order = desk.orders.create(OrderDraft(MARIA, FLOOR, FLOOR, period, seats, **more))
    payment = Payment(desk.now(), SITE) if order.price else None
    return desk.orders.set_status(order, OrderStatus.CONFIRMED, payment=payment)


def test_a_running_ticket_goes_on_and_its_order_owes_for_it(store, desk, clock):
    add_ticket(store, 26, period=hours(-1, 2))
    desk.tickets.validate(desk.tickets.get(26))
    before = owed(desk, 26)

    card = change(desk, 26, hours(-1, 3.5))

    assert card.period == hours(-1, 3.5)
    assert card.validated
    assert card.status is TicketStatus.ACTIVE
    assert held(store, 26) == [(1, NOW - HOUR, NOW + 3.5 * HOUR)]
    assert owed(desk, 26) - before == 400  # of the half hour the whole
    line = trail(store, 26)[-1]
    assert (line["kind"], line["order_number"]) == ("ticket.period_changed", 1026)
    assert sound(store, clock)
    undo(desk)
    assert desk.tickets.get(26).period == hours(-1, 2)
    assert held(store, 26) == [(1, NOW - HOUR, NOW + 2 * HOUR)]
    assert owed(desk, 26) == before
    assert sound(store, clock)


def test_who_leaves_early_frees_the_place_and_may_be_completed_at_once(store, desk, clock):
    add_ticket(store, 26, period=hours(-1, 5))
    desk.tickets.validate(desk.tickets.get(26))
    before = owed(desk, 26)

    card = desk.periods.leave_early(desk.tickets.get(26))

    assert card.period.ends_at == NOW
    assert card.validated
    assert (card.status, card.overdue) == (TicketStatus.ACTIVE, True)
    assert owed(desk, 26) == before
    book(desk, hours(0, 5), (1,))
    order = desk.orders.set_status(desk.orders.get(1026), OrderStatus.COMPLETED)
    assert order.tickets[0].status is TicketStatus.DONE
    assert sound(store, clock)


def test_leaving_is_taken_back_while_the_place_is_free(store, desk, clock):
    add_ticket(store, 26, period=hours(-1, 5))
    desk.periods.leave_early(desk.tickets.get(26))
    clock.move_to(NOW + timedelta(minutes=5))
    undo(desk)
    assert held(store, 26) == [(1, NOW - HOUR, NOW), (1, clock.now(), NOW + 5 * HOUR)]
    assert desk.tickets.get(26).period == hours(-1, 5)
    with pytest.raises(InvalidForm):  # it has its seat since this very moment
        desk.periods.leave_early(desk.tickets.get(26))
    assert sound(store, clock)
    clock.move_to(NOW + timedelta(minutes=6))
    desk.periods.leave_early(desk.tickets.get(26))
    changes = desk.last_changes
    book(desk, hours(1, 2), (1,))
    with pytest.raises(SeatTaken):
        desk.undo(changes)


def test_a_day_that_is_left_at_noon_is_still_told_by_its_days(store, desk, clock):
    first = NOW.astimezone(MOSCOW).date()
    booked = Period.daily(first, first + timedelta(days=2), MOSCOW)
    add_ticket(store, 26, period=booked)
    card = desk.periods.leave_early(desk.tickets.get(26))
    assert card.period.ends_at == NOW
    assert card.period.days(MOSCOW) == (first, first)
    assert sound(store, clock)


def test_a_ticket_that_has_not_begun_moves_in_time(store, desk, clock):
    add_ticket(store, 26, period=hours(5, 7))
    card = change(desk, 26, hours(-1, 1))
    assert card.status is TicketStatus.ACTIVE
    assert held(store, 26) == [(1, NOW, NOW + HOUR)]
    assert kinds(store, 26) == ["ticket.period_changed", "ticket.moved"]
    assert desk.orders.get(1026).tickets[0].period == hours(-1, 1)
    assert sound(store, clock)
    undo(desk)
    assert desk.tickets.get(26).status is TicketStatus.CONFIRMED
    assert held(store, 26) == [(1, NOW + 5 * HOUR, NOW + 7 * HOUR)]
    assert sound(store, clock)


def test_a_ticket_moves_in_time_and_to_another_place_at_once(store, desk, clock):
    add_ticket(store, 26, period=hours(5, 7))
    card = change(desk, 26, hours(1, 3), workplace_id=2)
    assert (card.workplace_id, held(store, 26)) == (2, [(2, NOW + HOUR, NOW + 3 * HOUR)])
    undo(desk)
    assert held(store, 26) == [(1, NOW + 5 * HOUR, NOW + 7 * HOUR)]
    add_ticket(store, 27, period=hours(-2, 2), seat=3)
    change(desk, 27, hours(-2, 4), workplace_id=4)
    assert held(store, 27) == [(3, NOW - 2 * HOUR, NOW), (4, NOW, NOW + 4 * HOUR)]
    undo(desk)
    assert held(store, 27) == [(3, NOW - 2 * HOUR, NOW + 2 * HOUR)]
    assert sound(store, clock)


def test_who_has_the_place_is_told_from_when_and_another_one_is_taken_from_then(store, desk, clock):
    add_ticket(store, 26, period=hours(-1, 2))
    add_ticket(store, 27, period=hours(3, 5), visitor=IVAN)

    with pytest.raises(SeatTaken) as taken:
        change(desk, 26, hours(-1, 4))

    assert (taken.value.by_ticket, taken.value.since) == (27, NOW + 3 * HOUR)
    assert held(store, 26) == [(1, NOW - HOUR, NOW + 2 * HOUR)]
    card = change(desk, 26, hours(-1, 4), then={26: 2})
    assert card.workplace_id == 2
    assert card.earlier == EarlierPlace("PM №1", card.room, NOW + 3 * HOUR)
    assert held(store, 26) == [
        (1, NOW - HOUR, NOW + 3 * HOUR),
        (2, NOW + 3 * HOUR, NOW + 4 * HOUR),
    ]
    assert sound(store, clock)
    undo(desk)
    assert held(store, 26) == [(1, NOW - HOUR, NOW + 2 * HOUR)]
    assert desk.tickets.get(26).workplace_id == 1
    assert sound(store, clock)


def test_a_closed_place_is_in_the_way_too(store, desk):
    add_ticket(store, 26, period=hours(-1, 2))
    desk.closings.close(ClosingDraft((1,), NOW + 3 * HOUR, None, "ремонт"))
    with pytest.raises(SeatTaken) as taken:
        change(desk, 26, hours(-1, 4))
    assert (taken.value.closed, taken.value.since) == ("ремонт", NOW + 3 * HOUR)


def test_a_ticket_that_is_over_goes_on_from_now(store, desk, clock):
    add_ticket(store, 26, period=hours(-3, -1))
    add_ticket(store, 27, order=OrderStatus.COMPLETED, period=hours(-1, 0))
    card = change(desk, 26, hours(-3, 1))
    assert card.status is TicketStatus.ACTIVE
    assert held(store, 26) == [(1, NOW - 3 * HOUR, NOW - HOUR), (1, NOW, NOW + HOUR)]
    assert sound(store, clock)


@pytest.mark.parametrize("whole_order", [False, True])
def test_one_ticket_of_an_order_changes_or_all_of_them(store, desk, clock, whole_order):
    order = book(desk, hours(-1, 2))
    first, second = (ticket.number for ticket in order.tickets)
    change(desk, first, hours(-1, 3), whole_order=whole_order)
    after = desk.orders.get(order.number)
    assert desk.tickets.get(first).period == hours(-1, 3)
    assert desk.tickets.get(second).period == hours(-1, 3 if whole_order else 2)
    assert after.price - order.price == (400 if whole_order else 200)
    assert sound(store, clock)
    undo(desk)
    assert {desk.tickets.get(one).period for one in (first, second)} == {hours(-1, 2)}
    assert desk.orders.get(order.number).price == order.price
    assert sound(store, clock)


def test_all_of_an_order_change_or_none(store, desk):
    order = book(desk, hours(-1, 2))
    add_ticket(store, 40, period=hours(2, 4), seat=2)
    with pytest.raises(SeatTaken) as taken:
        change(desk, order.tickets[0].number, hours(-1, 3), whole_order=True)
    assert taken.value.ticket == order.tickets[1].number
    assert {ticket.period for ticket in desk.orders.get(order.number).tickets} == {hours(-1, 2)}


def test_the_price_at_booking_decides_whatever_the_tariff_costs_by_now(store, desk):
    order = book(desk, hours(-1, 2), (1,), price=Decimal("555.50"))
    sell(store, price=Decimal(999))
    change(desk, order.tickets[0].number, hours(-1, 3))
    after = desk.orders.get(order.number)
    assert (after.price, after.owed) == (Decimal("755.50"), 200)  # their own price is kept


def test_the_manager_says_another_sum(store, desk):
    add_ticket(store, 26, period=hours(-1, 2))
    price = desk.orders.get(1026).price
    change(desk, 26, hours(-1, 3), surcharge=Decimal(50))
    assert desk.orders.get(1026).price == price + 50
    change(desk, 26, hours(-1, 2), surcharge=Decimal(-150))
    assert desk.orders.get(1026).price == price - 100
    with pytest.raises(InvalidForm) as refused:
        change(desk, 26, hours(-1, 1), surcharge=-price)
    assert [one.field for one in refused.value.problems] == ["price"]


def test_statuses_are_right_where_the_worker_was_down(store, desk, clock):
    """Confirmed, not begun when it was last moved; begun, ended and prolonged since."""
    add_ticket(store, 26, period=hours(1, 2))
    clock.move_to(NOW + 3 * HOUR)
    change(desk, 26, hours(1, 5))
    moves = [line for line in trail(store, 26) if line["kind"] == "ticket.moved"]
    assert [(one["actor"], one["due_at"]) for one in moves] == [("system", NOW + HOUR)]
    assert ticket_row(store, 26).status == TicketStatus.ACTIVE
    assert StatusWorker(store, clock).run_pass() == 0
    desk.orders.set_status(desk.orders.get(1026), OrderStatus.COMPLETED, early=True)
    clock.move_to(NOW + 5 * HOUR)
    assert StatusWorker(store, clock).run_pass() == 1
    assert ticket_row(store, 26).status == TicketStatus.DONE
    assert sound(store, clock)


def test_what_can_not_be_is_refused_and_recorded(store, desk, other, clock):
    add_ticket(store, 26, period=hours(-1, 2))
    add_ticket(store, 27, period=hours(3, 5), seat=2)
    add_ticket(store, 28, order=OrderStatus.CANCELLED, period=hours(-1, 2), seat=3)
    add_ticket(store, 29, period=hours(-3, -1), seat=3)
    add_ticket(store, 30, period=hours(0, 2), seat=4)
    seen = desk.tickets.get(26)
    for number, error in (
        (27, PeriodNotBegun), (28, WrongStatus), (29, PeriodEnded), (30, PeriodNotBegun)
    ):  # fmt: skip
        with pytest.raises(error):
            desk.periods.leave_early(desk.tickets.get(number))
        assert kinds(store, number) == ["ticket.period_refused"]
    for draft, refusal in (
        (PeriodDraft(hours(0, 2)), InvalidForm),
        (PeriodDraft(hours(-1, 4), workplace_id=ROOF_SEAT), NoSuchChoice),
    ):
        with pytest.raises(refusal):
            desk.periods.change_period(seen, draft)
    change(other, 26, hours(-1, 3))
    with pytest.raises(ChangedMeanwhile):
        desk.periods.change_period(seen, PeriodDraft(hours(-1, 4)))
    with pytest.raises(NoManager):
        Desk(store, clock, NOBODY).periods.leave_early(seen)
    assert change(desk, 26, hours(-1, 3)).version == seen.version + 1  # no change, no trace
    assert sound(store, clock)


def test_days_over_a_night_of_23_hours_cost_what_days_cost(store, desk):
    berlin, first = ZoneInfo("Europe/Berlin"), date(2023, 3, 25)
    with store.writing() as session:
        session.connection().execute(update(TABLES["location"]).values(time_zone=str(berlin)))
    add_ticket(store, 26, period=Period.daily(first, first, berlin))
    sell(store, unit="day", max_units=31)
    price = desk.orders.get(1026).price
    longer = Period.daily(first, first + timedelta(days=2), berlin)
    assert longer.ends_at - longer.starts_at == 71 * HOUR
    change(desk, 26, longer)
    assert held(store, 26) == [(1, longer.starts_at, longer.ends_at)]
    assert desk.orders.get(1026).price - price == 400
