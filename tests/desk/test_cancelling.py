"""One ticket of an order is cancelled: its place, its share of the price, and what is left."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.domain.cancelling import share_of
from olvery_tui.domain.conflicts import ChangedMeanwhile
from olvery_tui.domain.errors import ForbiddenTransition, InvalidForm, SeatTaken, WrongStatus
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.domain.tickets import Admission
from olvery_tui.status_worker import StatusWorker
from tests.desk.making import HOUR, NOW, add_ticket, held, hours, kinds
from tests.desk.test_periods import SITE, book, change, sell, sound, undo

sums = st.decimals(0, 1_000_000, places=2)


@given(sums, st.lists(sums, min_size=1, max_size=10))
def test_the_shares_of_all_tickets_come_to_the_price(price, worth):
    shares = [share_of(price, one, [*worth[:at], *worth[at + 1 :]]) for at, one in enumerate(worth)]
    assert all(0 <= share <= price for share in shares)
    assert abs(sum(shares) - price) <= Decimal("0.01") * len(worth)


def test_extras_are_shared_equally_and_a_discount_in_proportion():
    assert share_of(Decimal(1100), Decimal(300), [Decimal(600)]) == 400
    assert share_of(Decimal(450), Decimal(300), [Decimal(600)]) == 150
    assert share_of(Decimal(0), Decimal(0), [Decimal(0)]) == 0


def cancel(desk, number, *args):
    return desk.cancelling.cancel_ticket(desk.tickets.get(number), *args)


def test_one_ticket_goes_and_the_others_stay_what_they_are(store, desk, clock):
    order = book(desk, hours(-1, 2), (1, 2, 3))
    first, second, third = (ticket.number for ticket in order.tickets)
    sell(store, price=Decimal(999))  # the price at booking decides

    card = cancel(desk, second)

    after = desk.orders.get(order.number)
    assert card.status is TicketStatus.CANCELLED
    assert [one.status for one in after.tickets] == [
        TicketStatus.ACTIVE, TicketStatus.CANCELLED, TicketStatus.ACTIVE,
    ]  # fmt: skip
    assert (after.status, after.price, after.paid) == (OrderStatus.CONFIRMED, 1200, 1800)
    assert held(store, second) == []
    assert desk.tickets.admission(second) is Admission.CANCELLED
    back = desk.orders.refund(after, after.to_give_back, SITE)
    assert back.to_give_back == 0
    clock.move_to(NOW + 3 * HOUR)
    StatusWorker(store, clock).run_pass()
    done = desk.orders.set_status(desk.orders.get(order.number), OrderStatus.COMPLETED)
    assert [one.status for one in done.tickets] == [
        TicketStatus.DONE, TicketStatus.CANCELLED, TicketStatus.DONE,
    ]  # fmt: skip
    assert first < third


def test_it_is_taken_back_with_its_place_and_its_price(store, desk, clock):
    order = book(desk, hours(-1, 2))
    first, second = (ticket.number for ticket in order.tickets)
    cancel(desk, first, Decimal(100), "заболел")
    assert kinds(store, first)[-2:] == ["ticket.cancelled", "ticket.moved"]
    assert desk.orders.get(order.number).price == order.price - 100
    assert sound(store, clock)
    undo(desk)
    assert desk.tickets.get(first).status is TicketStatus.ACTIVE
    assert held(store, first) == [(1, NOW, NOW + 2 * HOUR)]
    assert desk.orders.get(order.number).price == order.price
    assert sound(store, clock)
    cancel(desk, first)
    changes = desk.last_changes
    add_ticket(store, 90, period=hours(1, 2))
    with pytest.raises(SeatTaken):
        desk.undo(changes)
    assert sound(store, clock)
    assert second


def test_the_last_one_cancels_the_order(store, desk, clock):
    order = book(desk, hours(-1, 2))
    first, second = (ticket.number for ticket in order.tickets)
    cancel(desk, first)
    assert desk.cancelling.view(second).is_last
    cancel(desk, second)
    after = desk.orders.get(order.number)
    assert after.status is OrderStatus.REFUND_IN_PROGRESS
    assert {one.status for one in after.tickets} == {TicketStatus.CANCELLED}
    assert sound(store, clock)
    undo(desk)
    after = desk.orders.get(order.number)
    assert [one.status for one in after.tickets] == [TicketStatus.CANCELLED, TicketStatus.ACTIVE]
    assert sound(store, clock)


def test_an_order_ends_with_its_last_ticket_that_was_not_cancelled(store, desk, clock):
    order = book(desk, hours(-1, 2))
    first, second = (ticket.number for ticket in order.tickets)
    change(desk, first, hours(-1, 5))
    cancel(desk, first)
    assert desk.orders.get(order.number).ends_at == NOW + 2 * HOUR
    assert sound(store, clock)
    clock.move_to(NOW + 3 * HOUR)
    desk.orders.set_status(desk.orders.get(order.number), OrderStatus.COMPLETED)
    assert desk.tickets.get(second).status is TicketStatus.DONE


def test_what_can_not_be_cancelled(store, desk, other, clock):
    add_ticket(store, 28, order=OrderStatus.CANCELLED, period=hours(-1, 2), seat=3)
    add_ticket(store, 29, order=OrderStatus.COMPLETED, period=hours(-1, 2), seat=3)
    with pytest.raises(WrongStatus):
        cancel(desk, 28)
    with pytest.raises(ForbiddenTransition):
        cancel(desk, 29)
    order = book(desk, hours(1, 2))
    seen = desk.tickets.get(order.tickets[0].number)
    with pytest.raises(InvalidForm):
        desk.cancelling.cancel_ticket(seen, order.price + 1)
    cancel(other, seen.number)
    with pytest.raises(ChangedMeanwhile):
        desk.cancelling.cancel_ticket(seen)
    assert sound(store, clock)
