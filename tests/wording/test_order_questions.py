"""What is asked before an order goes: everything at stake is named, and it fits on a screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.orders import Caution, OrderDetails
from olvery_tui.domain.pages import TicketRow
from olvery_tui.domain.people import PersonDetails
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.wording.order_questions import many_lines, one_question
from tests import paying
from tests.each import each

MOSCOW = ZoneInfo("Europe/Moscow")
ENDS = datetime(2026, 3, 10, 12, tzinfo=UTC)
LONG = "Христорождественская-Преображенская"


def order(tickets: int, *, visitor: str = "Мария Семенова") -> OrderDetails:
    period = Period.hourly(ENDS - timedelta(hours=2), ENDS)
    return OrderDetails(
        number=500,
        version=1,
        status=OrderStatus.CONFIRMED,
        created_at=ENDS,
        customer=PersonDetails(1, "Семенова", "Мария", None, None),
        service_id=1,
        service="Коворкинг",
        payment_kind=PaymentKind.ON_SITE,
        price=Decimal(900),
        currency="RUB",
        tickets=tuple(
            TicketRow(number, period, visitor, TicketStatus.ACTIVE, "PM №1")
            for number in range(31, 31 + tickets)
        ),
        payments=paying.whole(900, ENDS),
    )


@each(
    ("to", "found", "title"),
    [
        (OrderStatus.CANCELLED, {Caution.CANCELS}, "Отменить заказ 500?"),
        (
            OrderStatus.REFUND_IN_PROGRESS,
            {Caution.CANCELS, Caution.REFUNDS},
            "Вернуть деньги за заказ 500?",
        ),
        (OrderStatus.REFUNDED, {Caution.REFUNDS}, "Деньги за заказ 500 возвращены?"),
        (OrderStatus.COMPLETED, {Caution.EARLY}, "Завершить заказ 500 раньше срока?"),
        (OrderStatus.COMPLETED, {Caution.UNPAID}, "Завершить заказ 500 без оплаты?"),
    ],
)
def test_every_question_names_order_customer_tickets_seats_and_sum(
    to: OrderStatus, found: set[Caution], title: str
) -> None:
    asked, text, yes = one_question(order(1), to, found, MOSCOW)

    assert asked == title
    assert "Мария Семенова · 900\N{NO-BREAK SPACE}руб." in text
    assert "билет 31  10.03.2026 13:00–15:00  PM №1" in text
    assert yes not in ("", "Да")


def test_a_visitor_who_is_not_the_customer_is_named_with_the_ticket() -> None:
    _title, text, _yes = one_question(order(1, visitor="Пётр"), OrderStatus.CANCELLED, (), MOSCOW)
    assert "PM №1  Пётр" in text


def test_many_tickets_and_long_names_still_fit() -> None:
    card, found = order(30, visitor=LONG), {Caution.CANCELS, Caution.REFUNDS}
    _title, text, _yes = one_question(card, OrderStatus.REFUND_IN_PROGRESS, found, MOSCOW)
    assert "и еще 26 билетов" in text
    assert _height(text) <= 15


def test_of_many_orders_the_first_are_told_and_all_are_summed_up() -> None:
    cards = [replace(order(2), number=500 + nth) for nth in range(9)]
    lines = many_lines(cards, early={501, 502}, unpaid={508})

    assert lines[0].replace("\N{NO-BREAK SPACE}", " ") == (
        "500  Мария Семенова · 31 PM №1 +1 · 900 руб."
    )
    assert lines[4:] == [
        "и еще 5 заказов",
        "Всего: 18 билетов, 8\N{NO-BREAK SPACE}100\N{NO-BREAK SPACE}руб.",
        "! Еще не закончились: 501-502",
        "! Не оплачены: 508",
    ]


def _height(text: str, width: int = 54) -> int:
    """Lines that it takes in the question's window."""
    return sum(1 + max(0, len(line) - 1) // width for line in text.split("\n"))
