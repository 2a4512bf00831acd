"""Which status of an order may follow which: the whole table, ten by ten."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.orders import (
    TRANSITIONS,
    Caution,
    OrderDetails,
    Payment,
    cautions,
    first_status,
    goes_back,
    needs_payment,
    possible_next,
    proposed_next,
    takes_payment,
)
from olvery_tui.domain.pages import TicketRow
from olvery_tui.domain.people import PersonDetails
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from tests import paying
from tests.each import each

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
    S.REFUND_IN_PROGRESS: {S.REFUNDED: "all", S.CONFIRMED: "all"},
    S.COMPLETED: {S.CONFIRMED: "all"},
    S.CANCELLED: {
        S.NEW: "was",
        S.PAYMENT_IN_PROGRESS: "was",
        S.AWAITING_INVOICE: "was",
        S.INVOICE_ISSUED: "was",
        S.CONFIRMED: "was",
    },
    S.PAYMENT_FAILED: {S.NEW: "all"},
    S.REFUNDED: {},
}


def is_for(whom: str, kind: PaymentKind, paid: bool, was: bool) -> bool:
    return {
        "was": was,
        "all": True,
        "online": kind is ONLINE,
        "invoice": kind is INVOICE,
        "paid": paid,
        "unpaid": not paid,
    }[whom]


@each("paid", [True, False])
@each("kind", PaymentKind)
@each("status", OrderStatus)
def test_a_status_follows_another_where_the_table_says_so(
    status: S, kind: PaymentKind, paid: bool
) -> None:
    for previous in (None, *OrderStatus):
        # Of what nobody knows, or can't have been, an order is restored as a new one.
        was = previous if previous in TABLE[S.CANCELLED] else first_status(kind)
        expected = {to for to, whom in TABLE[status].items() if is_for(whom, kind, paid, to is was)}

        assert set(possible_next(status, kind, paid=paid, previous=previous)) == expected


def test_what_may_follow_is_the_table_and_nothing_else() -> None:
    assert {status: set(following) for status, following in TRANSITIONS.items()} == {
        status: set(following) for status, following in TABLE.items()
    }


def test_only_what_was_paid_back_is_the_end_of_an_order() -> None:
    assert {status for status in OrderStatus if not TRANSITIONS[status]} == {S.REFUNDED}


def test_what_was_over_and_is_taken_up_again_goes_back() -> None:
    found = {
        (status, to)
        for status in OrderStatus
        for to in TRANSITIONS[status]
        if goes_back(status, to)
    }

    assert found == {
        (S.COMPLETED, S.CONFIRMED),
        (S.REFUND_IN_PROGRESS, S.CONFIRMED),
        (S.PAYMENT_FAILED, S.NEW),
        *((S.CANCELLED, to) for to in TABLE[S.CANCELLED]),
    }


@each("to", OrderStatus)
@each("price", [Decimal(0), Decimal("0.01"), Decimal(900)])
@each("paid", [True, False])
def test_only_what_costs_something_is_confirmed_as_paid(to: S, price: Decimal, paid: bool) -> None:
    for status in OrderStatus:
        expected = to is S.CONFIRMED and price > 0 and not paid
        # What was confirmed before needed no payment then either.
        expected = expected and not goes_back(status, to)

        assert needs_payment(status, to, price, price if paid else Decimal(0)) is expected


def test_a_payment_is_recorded_with_a_confirmed_or_completed_order_only() -> None:
    assert {status for status in OrderStatus if takes_payment(status)} == {S.CONFIRMED, S.COMPLETED}


ENDS = datetime(2026, 3, 10, 12, tzinfo=UTC)


def order(status: S, *, paid: bool = False, price: int = 900) -> OrderDetails:
    period = Period.hourly(ENDS - timedelta(hours=2), ENDS)
    return OrderDetails(
        number=500,
        version=1,
        status=status,
        created_at=ENDS,
        customer=PersonDetails(1, "Семенова", "Мария", None, None),
        service_id=1,
        service="Коворкинг",
        payment_kind=ON_SITE,
        price=Decimal(price),
        currency="RUB",
        tickets=(TicketRow(31, period, "Мария Семенова", TicketStatus.ACTIVE, "PM №1"),),
        payments=paying.whole(price, ENDS, paid=paid),
    )


@each(
    ("order", "to", "hours", "expected"),
    [
        (order(S.CONFIRMED, paid=True), S.COMPLETED, 0, ()),
        (order(S.CONFIRMED, paid=True), S.COMPLETED, -1, (Caution.EARLY,)),
        (order(S.CONFIRMED), S.COMPLETED, 0, (Caution.UNPAID,)),
        (order(S.CONFIRMED, price=0), S.COMPLETED, 0, ()),
        (order(S.CONFIRMED), S.COMPLETED, -1, (Caution.EARLY, Caution.UNPAID)),
        (order(S.CONFIRMED), S.CANCELLED, 0, (Caution.CANCELS,)),
        (order(S.PAYMENT_IN_PROGRESS), S.PAYMENT_FAILED, 0, (Caution.CANCELS,)),
        (
            order(S.CONFIRMED, paid=True),
            S.REFUND_IN_PROGRESS,
            0,
            (Caution.REFUNDS, Caution.CANCELS),
        ),
        (order(S.REFUND_IN_PROGRESS, paid=True), S.REFUNDED, 0, (Caution.REFUNDS,)),
        (order(S.NEW), S.CONFIRMED, -1, ()),
        (order(S.AWAITING_INVOICE), S.INVOICE_ISSUED, -1, ()),
    ],
)
def test_what_can_not_simply_be_taken_back_is_asked_about(
    order: OrderDetails, to: S, hours: int, expected: tuple[Caution, ...]
) -> None:
    assert cautions(order, to, ENDS + timedelta(hours=hours)) == expected


def test_a_payment_that_comes_with_it_pays_the_order() -> None:
    assert cautions(order(S.CONFIRMED), S.COMPLETED, ENDS, Payment(ENDS, ON_SITE)) == ()


@each("paid", [True, False])
@each("kind", PaymentKind)
@each("status", OrderStatus)
def test_only_a_single_step_that_leads_back_is_proposed(
    status: S, kind: PaymentKind, paid: bool
) -> None:
    following = possible_next(status, kind, paid=paid)
    proposed = proposed_next(status, following)
    if proposed is None:
        assert len(following) != 1 or status not in TRANSITIONS[following[0]]
    else:
        assert following == (proposed,)
        assert status in TRANSITIONS[proposed]


def test_an_invoice_is_awaited_from_the_start() -> None:
    assert first_status(INVOICE) is S.AWAITING_INVOICE
    assert {first_status(ON_SITE), first_status(ONLINE)} == {S.NEW}
