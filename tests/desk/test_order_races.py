"""Two processes at once that book the last seat, or complete the same orders.

Each kind of race has a negative control: with its guards taken away it shows the damage.
"""

from dataclasses import replace
from decimal import Decimal

import pytest

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.store.audit import checks
from olvery_tui.store.database import guards
from olvery_tui.store.orders import payments
from tests.desk.making import (
    HOUR,
    NOW,
    SEATS,
    TABLES,
    add_ticket,
    add_tickets,
    hours,
    overlaps,
    trail,
)

ROUNDS = list(range(1, 6))


def rows(store, name):
    table = TABLES[name]
    with store.reading() as session:
        return list(session.connection().execute(table.select().order_by(table.c[0])))


# ── The last seat ────────────────────────────────────────────────────────────────────────────────


def book(terminals, store, without=(), begun=False, rounds=ROUNDS):
    return terminals.race("last seat", store.url, rounds, begun, without=without)


def assert_one_has_it_and_the_other_knows(store, outcomes):
    for one, other in zip(*outcomes, strict=True):
        assert [one.done, other.done].count(True) == 1, (one, other)
        told = other if one.done else one
        assert told.refusal == "SeatTaken"
        assert told.by == ("Мария Семенова" if one.done else "Иван Столповский")
    tickets = [row.number for row in rows(store, "ticket")]
    assert tickets == [row.number for row in rows(store, "orders")] == ROUNDS
    assert overlaps(store) == 0


@pytest.mark.parametrize("without", [(), ("order look",)], ids=["all", "look"])
def test_of_two_who_book_the_last_seat_one_has_it_and_the_other_knows_who(
    terminals, store, without
):
    assert_one_has_it_and_the_other_knows(store, book(terminals, store, without))
    assert checks.check(store, NOW) == ()


@pytest.mark.parametrize("without", [(), ("order look",)], ids=["all", "look"])
def test_of_two_who_book_a_seat_from_now_on_one_has_it_too(terminals, store, desk, without):
    """In the middle of the day that a refunded ticket has given back."""
    rounds = list(SEATS)
    for seat in SEATS:
        add_ticket(store, 100 + seat, period=hours(-2, 2), seat=seat, order=OrderStatus.NEW)
        desk.orders.set_status(desk.orders.get(1100 + seat), OrderStatus.CANCELLED)

    outcomes = book(terminals, store, without, begun=True, rounds=rounds)

    for one, other in zip(*outcomes, strict=True):
        assert [one.done, other.done].count(True) == 1, (one, other)
        told = other if one.done else one
        assert told.refusal == "SeatTaken"
    assert overlaps(store) == 0
    assert {piece.ends_at for piece in rows(store, "seat_assignment")} == {NOW + 2 * HOUR}
    assert all(piece.starts_at >= NOW for piece in rows(store, "seat_assignment"))
    assert checks.check(store, NOW + HOUR) == ()


def test_without_the_trigger_the_look_inside_the_lock_still_holds(terminals, store, no_trigger):
    assert_one_has_it_and_the_other_knows(store, book(terminals, store))


def test_without_the_trigger_and_the_look_two_have_one_seat(terminals, store, no_trigger):
    one, other = book(terminals, store, ("order look",))

    assert [a.done and b.done for a, b in zip(one, other, strict=True)].count(True) > 0
    assert overlaps(store) > 0


# ── Orders that complete themselves ──────────────────────────────────────────────────────────────


@pytest.fixture
def ended(store, desk):
    """Confirmed orders whose tickets have ended and begun by hour 50, and no worker ran."""
    numbers = list(range(1, 61))
    add_tickets(
        store,
        [
            {
                "number": number,
                "order": OrderStatus.CONFIRMED,
                "period": hours(number / 10, number / 10 + 0.1),
                "seat": 1,
            }
            for number in numbers
        ],
    )
    seen = desk.settings.get()
    desk.settings.change(seen, replace(seen, auto_complete_orders=True))
    return numbers


def completions(store, number):
    """How often the history says that an order was completed."""
    return sum(
        1
        for line in rows(store, "event")
        if line.order_number == 1000 + number and line.kind == "order.moved"
    )


def test_two_workers_complete_each_order_once(terminals, store, ended):
    counts = terminals.race("workers", store.url, 50, 7)

    assert sum(counts) == 2 * len(ended)  # each ticket becomes active, and then done
    for row in rows(store, "orders"):
        assert (row.status, row.version) == ("completed", 2)
    for number in ended:
        assert completions(store, number) == 1
        moves = [line["data"]["to"] for line in trail(store, number) if line["data"].get("from")]
        assert moves == ["active", "done"]
    assert checks.check(store, NOW + 50 * HOUR) == ()


def test_without_the_condition_orders_are_completed_twice(terminals, store, ended):
    terminals.race("workers", store.url, 50, 7, without=("completing",))

    assert any(completions(store, number) > 1 for number in ended)


# ── Money ────────────────────────────────────────────────────────────────────────────────────────


def give_back(terminals, store, without=()):
    add_tickets(
        store,
        (
            {
                "number": one,
                "order": OrderStatus.CONFIRMED,
                "period": hours(one, one + 1),
                "seat": 1,
            }
            for one in ROUNDS
        ),
    )
    numbers = [1000 + one for one in ROUNDS]
    with store.writing() as session:
        share = PaymentKind.ON_SITE, Decimal(600)
        payments.add(session, [payments.NewPayment(number, share, NOW) for number in numbers])
    return terminals.race("refund", store.url, numbers, without=without)


def sums(store):
    found = dict.fromkeys((1000 + one for one in ROUNDS), Decimal(0))
    for row in rows(store, "payment"):
        found[row.order_number] += row.amount
    return list(found.values())


@pytest.mark.parametrize(
    "without", [(), ("lock",), ("order version",), ("lock", "order version")], ids=str
)
def test_of_two_who_give_the_same_money_back_one_does(terminals, store, without):
    outcomes = give_back(terminals, store, without)
    for one, other in zip(*outcomes, strict=True):
        assert [one.done, other.done].count(True) == 1, (one, other)
    assert sums(store) == [0] * len(ROUNDS)


def test_without_the_guards_it_would_be_given_back_twice(terminals, store):
    with store.writing() as session:
        guards.lift(session.connection())
    give_back(terminals, store, without=("lock", "order version"))
    assert min(sums(store)) < 0
