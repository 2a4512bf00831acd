"""Which status of an order may follow which: the whole table, ten by ten."""

from decimal import Decimal

import pytest

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.orders import (
    TRANSITIONS,
    first_status,
    needs_payment,
    possible_next,
    takes_payment,
)
from olvery_tui.domain.statuses import OrderStatus

S = OrderStatus
ON_SITE, ONLINE, INVOICE = PaymentKind.ON_SITE, PaymentKind.ONLINE, PaymentKind.INVOICE

# Written out apart from the code: each status, what may follow it, and for whom.
TABLE: dict[S, dict[S, str]] = {
    S.NEW: {
        S.CONFIRMED: "all",
        S.PAYMENT_IN_PROGRESS: "online",
        S.AWAITING_INVOICE: "invoice",
        S.CANCELLED: "all",
    },
    S.PAYMENT_IN_PROGRESS: {S.CONFIRMED: "all", S.PAYMENT_FAILED: "all", S.CANCELLED: "all"},
    S.AWAITING_INVOICE: {S.INVOICE_ISSUED: "all", S.CANCELLED: "all"},
    S.INVOICE_ISSUED: {S.CONFIRMED: "all", S.CANCELLED: "all"},
    S.CONFIRMED: {S.COMPLETED: "all", S.CANCELLED: "unpaid", S.REFUND_IN_PROGRESS: "paid"},
    S.REFUND_IN_PROGRESS: {S.REFUNDED: "all"},
    S.COMPLETED: {},
    S.CANCELLED: {},
    S.PAYMENT_FAILED: {},
    S.REFUNDED: {},
}


def is_for(whom: str, kind: PaymentKind, paid: bool) -> bool:
    return {
        "all": True,
        "online": kind is ONLINE,
        "invoice": kind is INVOICE,
        "paid": paid,
        "unpaid": not paid,
    }[whom]


@pytest.mark.parametrize("paid", [True, False])
@pytest.mark.parametrize("kind", PaymentKind)
@pytest.mark.parametrize("to", OrderStatus)
@pytest.mark.parametrize("status", OrderStatus)
def test_a_status_follows_another_where_the_table_says_so(
    status: S, to: S, kind: PaymentKind, paid: bool
) -> None:
    expected = to in TABLE[status] and is_for(TABLE[status][to], kind, paid)

    assert (to in possible_next(status, kind, paid=paid)) is expected


def test_what_may_follow_is_the_table_and_nothing_else() -> None:
    assert {status: set(following) for status, following in TRANSITIONS.items()} == {
        status: set(following) for status, following in TABLE.items()
    }


def test_no_way_leads_back_and_none_out_of_a_cancelled_order_but_the_refund() -> None:
    def reached(status: S) -> set[S]:
        return {one for to in TRANSITIONS[status] for one in (to, *reached(to))}

    for status in OrderStatus:
        assert status not in reached(status)
        if status.is_cancelled:
            assert reached(status) <= {S.REFUNDED}


@pytest.mark.parametrize("to", OrderStatus)
@pytest.mark.parametrize("price", [Decimal(0), Decimal("0.01"), Decimal(900)])
@pytest.mark.parametrize("paid", [True, False])
def test_only_what_costs_something_is_confirmed_as_paid(to: S, price: Decimal, paid: bool) -> None:
    expected = to is S.CONFIRMED and price > 0 and not paid

    assert needs_payment(to, price, paid=paid) is expected


def test_a_payment_is_recorded_with_a_confirmed_or_completed_order_only() -> None:
    assert {status for status in OrderStatus if takes_payment(status)} == {S.CONFIRMED, S.COMPLETED}


def test_an_invoice_is_awaited_from_the_start() -> None:
    assert first_status(INVOICE) is S.AWAITING_INVOICE
    assert {first_status(ON_SITE), first_status(ONLINE)} == {S.NEW}
