"""An order's line has the table's width, and everything that matters in it at 80 columns."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from olvery_tui.domain.orders import OrderRow
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.i18n import set_language
from olvery_tui.widgets.table.order_columns import OrderColumns, Widest
from tests.each import each
from tests.widgets.table.test_row_painting import CURSOR, HOSTILE, STYLES
from tests.widgets.ticket_list import MOSCOW

ORDER = OrderRow(
    number=1223,
    customer="Марина Спиридонова",
    service="Коворкинг на 2 этаже",
    status=OrderStatus.CONFIRMED,
    tickets=12,
    price=Decimal("15800.00"),
    currency="RUB",
    paid=Decimal("15800.00"),
    paid_at=datetime(2022, 12, 5, 22, 30, tzinfo=UTC),
    overdue=True,
)


SPACE = "\N{NO-BREAK SPACE}"
PRICE = f"15{SPACE}800"


def columns(width: int, *rows: OrderRow) -> OrderColumns:
    return OrderColumns.fitting(width, Widest().grown(rows or (ORDER,)))


def line(row: OrderRow, width: int) -> str:
    return columns(width, row).paint(row, MOSCOW, STYLES, None).text


@each("width", [40, 78, 80, 89, 90, 118, 130, 172, 200])
@each("name", HOSTILE)
def test_every_line_is_exactly_as_wide_as_the_table_and_printable(width, name):
    for row in (replace(ORDER, customer=name), replace(ORDER, service=name)):
        strip = columns(width, row).paint(row, MOSCOW, STYLES, None)
        assert strip.cell_length == cell_len(strip.text) == width
        assert strip.text.replace(SPACE, " ").isprintable()


@given(
    customer=st.text(max_size=80),
    service=st.text(max_size=80),
    price=st.decimals(0, 9_999_999, places=2),
    status=st.sampled_from(OrderStatus),
    width=st.integers(20, 200),
)
def test_any_order_is_one_printable_line(customer, service, price, status, width):
    row = replace(ORDER, customer=customer, service=service, price=price, status=status)

    text = line(row, width)
    assert text.replace(SPACE, " ").isprintable()
    assert cell_len(text) == width


@each("width", [80, 81, 85, 89, 92, 100, 117, 118, 131, 132, 150, 172, 200])
@each("status", OrderStatus)
def test_from_80_columns_on_all_is_there_and_only_names_are_cut(width, status):
    open_still = not status.is_cancelled and status is not OrderStatus.COMPLETED
    row = replace(ORDER, status=status, overdue=open_still)
    fitting = columns(width, row)
    number, customer, service, told, tickets, price, paid = fitting.texts(row, MOSCOW)
    text = fitting.paint(row, MOSCOW, STYLES, None).text

    assert (number, tickets, price) == ("1223", "12", PRICE)
    assert customer.rstrip("…") in "Марина Спиридонова"
    assert len(customer) >= 16
    assert service.startswith("Коворкинг на 2")
    assert paid in ("06.12.22", "06.12.2022")  # of Moscow, where it was past midnight
    assert ("!" in told) is row.overdue
    for cell in (number, customer, service, told, tickets, price, paid):
        assert cell in text
    titles = fitting.paint_titles(STYLES).text
    for title in ("Номер", "Заказчик", "Услуга", "Статус", "Бил", "Цена", "Оплачен"):
        assert title in titles


@each("width", range(80, 201, 7))
def test_every_column_begins_or_ends_with_its_title(width):
    fitting = columns(width)
    titles = fitting.paint_titles(STYLES).text
    text = fitting.paint(ORDER, MOSCOW, STYLES, None).text

    assert titles.index("Заказчик") == text.index("Марина")
    assert titles.index("Услуга") == text.index("Коворкинг")
    assert titles.index("Статус") == text.index("◇")
    assert titles.index("Оплачен") == text.index("06.12")
    assert titles.index("Номер") + len("Номер") == text.index("1223") + len("1223")
    assert titles.index("Цена") + len("Цена") == text.index(PRICE) + len(PRICE)


@each("width", [80, 120, 200])
def test_a_confirmed_order_that_is_not_paid_shows_how_much_is_owed(width):
    unpaid = replace(ORDER, paid=Decimal(0), paid_at=None)
    for price, owed in ("250", "долг 250"), ("9800", "800"), ("1234567.89", "к оплате"):
        told = line(replace(unpaid, price=Decimal(price)), width).rstrip()
        assert told.endswith(owed), price
    free = replace(unpaid, price=Decimal(0))
    assert line(free, width).rstrip().endswith("—")
    new = replace(unpaid, status=OrderStatus.NEW)
    assert line(new, width).rstrip().endswith("—")


def test_a_wide_table_has_the_manuals_statuses_and_a_narrow_one_short_ones():
    waiting = replace(ORDER, status=OrderStatus.AWAITING_INVOICE)

    assert "○ Новый. Ожидает выставления счета на оплату" in line(waiting, 160)
    assert "○ Ожидает счета " in line(waiting, 80)
    assert "◇ Подтвержден ! Время истекло" in line(ORDER, 120)
    assert "◇ Подтвержден ! " in line(ORDER, 80)


def test_no_two_statuses_look_alike_in_the_narrowest_table():
    told = {line(replace(ORDER, status=status, overdue=False), 80) for status in OrderStatus}

    assert len(told) == len(OrderStatus)


def test_a_price_that_needs_more_room_gets_it_and_keeps_it():
    dear = replace(ORDER, price=Decimal("1234567.50"))
    grown = Widest().grown([ORDER]).grown([dear]).grown([ORDER])

    assert "1 234 567,50".replace(" ", SPACE) in line(dear, 80)
    assert grown == Widest().grown([dear])


def test_prices_name_their_currency_once_there_is_more_than_one():
    euro = replace(ORDER, currency="EUR")
    mixed = OrderColumns.fitting(100, Widest().grown([ORDER, euro]))

    assert "руб" not in line(ORDER, 100)
    assert f"{PRICE}{SPACE}руб." in mixed.paint(ORDER, MOSCOW, STYLES, None).text
    assert f"{PRICE}{SPACE}EUR" in mixed.paint(euro, MOSCOW, STYLES, None).text


def test_a_row_is_few_segments():
    fitting = columns(90)
    assert len(list(fitting.paint(replace(ORDER, overdue=False), MOSCOW, STYLES, None))) == 3
    assert len(list(fitting.paint(ORDER, MOSCOW, STYLES, CURSOR))) == 1


def test_titles_follow_the_language():
    set_language("en")

    assert "Customer" in columns(100).paint_titles(STYLES).text
    assert "15,800" in line(ORDER, 100)
