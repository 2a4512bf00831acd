"""Money that is taken and given back at the desk, line by line."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.conflicts import OrderChangedMeanwhile
from olvery_tui.domain.errors import InvalidForm, PaymentTooLarge, RefundTooLarge
from olvery_tui.domain.items import ItemKind
from olvery_tui.domain.orders import OrderDraft, Payment
from olvery_tui.domain.payments import RECEIPT_MAX
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.domain.text import clean
from olvery_tui.store.audit import checks
from tests.desk.making import FLOOR, HOUR, MARIA, NOW, add_ticket, hours
from tests.hostile import CORPUS

SITE, ONLINE = PaymentKind.ON_SITE, PaymentKind.ONLINE
DRAFT = OrderDraft(MARIA, FLOOR, FLOOR, hours(1, 3), (1,), price=Decimal("900.10"))


def lines(order):
    return [(line.kind, line.amount) for line in order.payments]


@pytest.fixture
def order(store, desk):
    """Confirmed, of 600, not paid."""
    add_ticket(store, 1)
    return desk.orders.get(1001)


def test_an_order_is_paid_in_parts_by_whom_and_when_they_came(store, desk, clock, order):
    half = desk.orders.pay(order, Decimal("250.55"), SITE, " 17\x1b ")
    assert (half.paid, half.owed, half.paid_at) == (Decimal("250.55"), Decimal("349.45"), None)
    clock.move_to(NOW + HOUR)
    whole = desk.orders.pay(half, half.owed, ONLINE)
    assert (whole.paid, whole.owed, whole.paid_at) == (600, 0, NOW + HOUR)
    first, second = whole.payments
    assert (first.at, first.by, first.receipt) == (NOW, "Анна Орлова", "17")
    assert (second.at, second.kind, second.receipt) == (NOW + HOUR, ONLINE, "")
    assert whole.version == order.version + 2
    assert checks.check(store, clock.now()) == ()


def test_what_is_given_back_is_owed_again(desk, order):
    paid = desk.orders.pay(order, Decimal(600), SITE)
    back = desk.orders.refund(paid, Decimal(100), SITE)
    assert (back.paid, back.owed, back.paid_at) == (500, 100, None)
    assert lines(back) == [(SITE, 600), (SITE, -100)]


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "10000000", "NaN", "Infinity"])
def test_no_other_amount_is_taken_or_given_back(desk, order, amount):
    paid = desk.orders.pay(order, Decimal(600), SITE)
    for command in (desk.orders.pay, desk.orders.refund):
        with pytest.raises(InvalidForm):
            command(paid, Decimal(amount), SITE)
    assert desk.orders.get(1001) == paid


def test_no_more_is_taken_than_is_owed_nor_given_back_than_was_paid(store, desk, order):
    with pytest.raises(PaymentTooLarge) as much:
        desk.orders.pay(order, Decimal("600.01"), SITE)
    assert much.value.owed == 600
    paid = desk.orders.pay(order, Decimal(200), SITE)
    with pytest.raises(RefundTooLarge) as more:
        desk.orders.refund(paid, Decimal("200.01"), SITE)
    assert more.value.paid == 200
    kinds = [line.kind for line in desk.orders.history(1001)]
    assert kinds[:3] == ["order.refund_refused", "order.paid", "order.payment_refused"]
    assert checks.check(store, NOW) == ()


def test_an_order_that_is_not_confirmed_owes_nothing_yet(desk):
    made = desk.orders.create(DRAFT)
    with pytest.raises(PaymentTooLarge):
        desk.orders.pay(made, Decimal(1), SITE)


def test_an_order_that_somebody_has_paid_meanwhile_is_told_so(desk, order):
    desk.orders.pay(order, Decimal(600), SITE)
    with pytest.raises(OrderChangedMeanwhile) as changed:
        desk.orders.pay(order, Decimal(600), SITE)
    assert changed.value.current.paid == 600


def test_the_price_at_booking_decides_and_not_the_present_tariff(desk):
    made = desk.orders.create(replace(DRAFT, price=None))
    paid = desk.orders.set_status(made, OrderStatus.CONFIRMED, payment=Payment(NOW, SITE))
    tariff = desk.catalogue.details().find(ItemKind.TARIFF, FLOOR)
    typed = {name: tariff.value(name) for name in ("name", "unit", "min_units", "max_units")}
    desk.catalogue.change(tariff, typed | {"price": "99999"})
    started = desk.orders.set_status(desk.orders.get(made.number), OrderStatus.REFUND_IN_PROGRESS)
    back = desk.orders.set_status(started, OrderStatus.REFUNDED)
    assert lines(back) == [(SITE, paid.price), (SITE, -paid.price)]
    assert paid.price == made.price


def test_confirming_takes_what_is_not_paid_yet_and_no_more(desk, order):
    """An order that was paid in part, cancelled by an import and restored."""
    part = desk.orders.pay(order, Decimal("0.01"), SITE)
    done = desk.orders.set_status(
        part, OrderStatus.COMPLETED, payment=Payment(NOW, ONLINE, "A-1"), early=True
    )
    assert lines(done) == [(SITE, Decimal("0.01")), (ONLINE, Decimal("599.99"))]
    assert done.payments[1].receipt == "A-1"


def test_what_was_paid_in_two_ways_goes_back_the_same_ways(store, desk, clock, order):
    paid = desk.orders.pay(desk.orders.pay(order, Decimal(400), SITE), Decimal(200), ONLINE)
    paid = desk.orders.refund(paid, Decimal(50), SITE)
    started = desk.orders.set_status(paid, OrderStatus.REFUND_IN_PROGRESS)
    assert started.paid == 550, "nothing has been given back yet"
    back = desk.orders.set_status(started, OrderStatus.REFUNDED)
    assert lines(back)[3:] == [(SITE, -350), (ONLINE, -200)]
    assert (back.paid, back.owed, back.paid_at) == (0, 0, None)
    desk.undo(desk.last_changes)
    again = desk.orders.get(1001)
    assert (again.status, again.paid) == (OrderStatus.REFUND_IN_PROGRESS, 550)
    assert checks.check(store, clock.now()) == ()


def test_a_payment_and_a_refund_are_taken_back_by_a_line(store, desk, order):
    paid = desk.orders.pay(order, Decimal(600), SITE)
    desk.undo(desk.last_changes)
    assert lines(desk.orders.get(1001)) == [(SITE, 600), (SITE, -600)]
    paid = desk.orders.pay(desk.orders.get(1001), Decimal(300), ONLINE)
    desk.orders.refund(paid, Decimal(100), SITE)
    desk.undo(desk.last_changes)
    assert lines(desk.orders.get(1001))[2:] == [(ONLINE, 300), (SITE, -100), (SITE, 100)]
    assert checks.check(store, NOW) == ()


def test_an_order_that_was_given_back_by_hand_is_simply_cancelled(desk, order):
    paid = desk.orders.pay(order, Decimal(600), SITE)
    assert OrderStatus.CANCELLED not in paid.possible_next
    back = desk.orders.refund(paid, Decimal(600), SITE)
    assert desk.orders.set_status(back, OrderStatus.CANCELLED).status is OrderStatus.CANCELLED


def test_a_receipt_may_be_any_text_of_one_line(desk, order):
    for text in CORPUS:
        receipt = clean(text.typed)
        if len(receipt) > RECEIPT_MAX:
            with pytest.raises(InvalidForm):
                desk.orders.pay(order, Decimal("0.01"), SITE, text.typed)
            continue
        order = desk.orders.pay(order, Decimal("0.01"), SITE, text.typed)
        assert order.payments[-1].receipt == receipt
