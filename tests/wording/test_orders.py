"""Orders in words: money, tariffs, units, what a change of status does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from olvery_tui import i18n
from olvery_tui.domain.catalogue import PaymentKind, TariffDetails, TariffUnit
from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.pages import TicketRow
from olvery_tui.domain.people import PersonDetails
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import OrderStatus, TicketStatus, ticket_status
from olvery_tui.wording.money import money_text
from olvery_tui.wording.order_moves import effect_text, order_line, tickets_after
from olvery_tui.wording.orders import created_text, payment_kind, tariff_price, units_text
from tests import paying
from tests.each import each

NOW = datetime(2022, 12, 6, 7, tzinfo=UTC)
MOSCOW = ZoneInfo("Europe/Moscow")
HOUR = timedelta(hours=1)


def row(number: int, starts_in: int, status: OrderStatus) -> TicketRow:
    period = Period.hourly(NOW + starts_in * HOUR, NOW + (starts_in + 2) * HOUR)
    return TicketRow(
        number, period, "Мария Семенова", ticket_status(status, period, NOW), f"PM №{number}"
    )


def order(
    status: OrderStatus, *starts: int, price: str = "500", paid: bool = False
) -> OrderDetails:
    return OrderDetails(
        number=1224,
        version=1,
        status=status,
        created_at=NOW,
        customer=PersonDetails(1, "Семенова", "Мария"),
        service_id=1,
        service="Коворкинг",
        payment_kind=PaymentKind.ON_SITE,
        price=Decimal(price),
        currency="RUB",
        tickets=tuple(row(35 + at, start, status) for at, start in enumerate(starts)),
        payments=paying.whole(price, NOW, paid=paid),
    )


@each(
    ("amount", "told"),
    [("900", "900 руб."), ("1800", "1 800 руб."), ("1800.5", "1 800,50 руб."), ("0", "0 руб.")],
)
def test_money_is_told_as_it_is_read(amount: str, told: str) -> None:
    assert money_text(Decimal(amount), "RUB").replace("\u00a0", " ") == told


def test_money_in_english_and_of_another_currency() -> None:
    i18n.set_language("en")
    assert money_text(Decimal("1800.50"), "EUR").replace("\u00a0", " ") == "1,800.50 EUR"


@each(
    ("unit", "told"),
    [
        (TariffUnit.HOUR, "900 руб. в час"),
        (TariffUnit.DAY, "900 руб. в день"),
        (TariffUnit.MONTH, "900 руб. в месяц"),
    ],
)
def test_a_tariff_says_what_its_unit_costs(unit: TariffUnit, told: str) -> None:
    tariff = TariffDetails(1, "Тариф", unit, Decimal(900), "RUB", 1, 3)
    assert tariff_price(tariff).replace("\u00a0", " ") == told


@each(
    ("unit", "count", "told"),
    [
        (TariffUnit.HOUR, "1", "1 час"), (TariffUnit.HOUR, "2", "2 часа"),
        (TariffUnit.HOUR, "1.5", "1,5 часа"), (TariffUnit.HOUR, "11", "11 часов"),
        (TariffUnit.DAY, "21", "21 день"), (TariffUnit.MONTH, "5", "5 месяцев"),
    ],
)  # fmt: skip
def test_units_agree_with_their_number(unit: TariffUnit, count: str, told: str) -> None:
    assert units_text(unit, Decimal(count)) == told


def test_every_way_to_pay_has_its_label() -> None:
    labels = [payment_kind(kind) for kind in PaymentKind]
    assert labels == ["На месте", "Онлайн", "Безналичный расчет"]


@each(
    ("count", "told"),
    [(1, "Заказ 1224 создан, билет 35"), (3, "Заказ 1224 создан, билеты 35-37")],
)
def test_a_new_order_is_told_with_its_tickets(count: int, told: str) -> None:
    assert created_text(order(OrderStatus.NEW, *range(count))) == told


def test_what_confirming_does_is_counted_by_status() -> None:
    told = effect_text(order(OrderStatus.NEW, -1, 1, 2), OrderStatus.CONFIRMED, NOW)
    assert told == "билеты станут: ◇ Подтвержден 2, ● Активен 1"


def test_cancelling_says_that_places_become_free_and_refunding_does_not() -> None:
    assert "освободится" in effect_text(order(OrderStatus.NEW, 1), OrderStatus.CANCELLED, NOW)
    refunding = order(OrderStatus.REFUND_IN_PROGRESS, 1, paid=True)
    assert effect_text(refunding, OrderStatus.REFUNDED, NOW) == "статусы билетов не меняются"


def test_the_tickets_that_go_are_told_one_by_one() -> None:
    title, lines = tickets_after(
        order(OrderStatus.CONFIRMED, -1, 1), (), OrderStatus.CANCELLED, MOSCOW, NOW
    )
    assert title == "Будут отменены 2 билета"
    assert [line.split()[0] for line in lines.splitlines()] == ["35", "36"]
    assert all("→ ✕ Отменен" in line for line in lines.splitlines())


def test_a_ticket_that_stays_as_it_is_has_no_arrow() -> None:
    _title, lines = tickets_after(
        order(OrderStatus.CONFIRMED, 1), (), OrderStatus.COMPLETED, MOSCOW, NOW
    )
    assert "→" not in lines
    assert TicketStatus.CONFIRMED in {one.status for one in order(OrderStatus.CONFIRMED, 1).tickets}


@each(
    ("price", "paid", "told"),
    [
        ("500", False, "не оплачен"),
        ("500", True, "оплачен 06.12.2022 10:00"),
        ("0", False, "беспл"),
    ],
)
def test_the_head_says_whether_it_is_paid(price: str, paid: bool, told: str) -> None:
    assert told in order_line(order(OrderStatus.NEW, 1, price=price, paid=paid), MOSCOW)
