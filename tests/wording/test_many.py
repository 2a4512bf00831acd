"""What is done to many orders is told with how many and which, before it is done and after."""

from __future__ import annotations

from datetime import UTC

from olvery_tui.desk.order_moves import ManyOutcome
from olvery_tui.domain.errors import ForbiddenTransition, NoSuchOrder, PaymentMissing
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.wording.labels import order_look, order_status_short, order_status_text
from olvery_tui.wording.many import (
    numbers_text,
    outcome_text,
    question_text,
    refused_lines,
    which_text,
)
from tests.each import each


@each(
    ("numbers", "told"),
    [
        ([7], "7"),
        ([3, 5, 4, 9], "9, 3-5"),
        ([2, 1], "1-2"),
        (range(0, 60, 2), "58, 56, 54, 52, 50, 48, 46, 44, 42, 40, 38, 36…"),
    ],
)
def test_numbers_are_told_newest_first_neighbours_as_a_range(numbers, told):
    assert numbers_text(list(numbers)) == told


def test_where_tickets_were_marked_it_is_said_that_their_orders_are_meant():
    assert which_text([1223], None) == "1 заказ: 1223"
    assert which_text([1223, 1220], 5) == "2 заказа по 5 отмеченным билетам: 1223, 1220"


@each(
    ("to", "title"),
    [
        (OrderStatus.COMPLETED, "Перевести 5 заказов в «Выполнен»?"),
        (OrderStatus.CONFIRMED, "Подтвердить оплату: 5 заказов?"),
        (OrderStatus.CANCELLED, "Отменить 5 заказов со всеми билетами?"),
    ],
)
def test_the_question_names_how_many_and_which(to, title):
    asked, text = question_text(to, [5, 4, 3, 2, 1], None, ["5  Мария"])

    assert asked == title
    assert "1-5\n5  Мария\n" in text


def test_the_result_says_how_many_and_whether_it_was_stopped():
    assert outcome_text(OrderStatus.COMPLETED, 2, 3, 3) == "«Выполнен»: 2 из 3"
    stopped = outcome_text(OrderStatus.CANCELLED, 2, 3, 9)
    assert stopped == "«Отменен»: 2 из 9. Остановлено, не тронуто: 6"


def test_each_refused_order_is_named_with_the_reason_and_the_done_ones_are_not():
    new, done = OrderStatus.NEW, OrderStatus.COMPLETED
    outcomes = [
        ManyOutcome(3),
        ManyOutcome(2, ForbiddenTransition(2, new, done)),
        ManyOutcome(1, PaymentMissing(1)),
    ]

    lines = refused_lines(outcomes, UTC).splitlines()
    assert [line.split()[0] for line in lines] == ["2", "1"]
    assert "«Новый»" in lines[0]
    assert "«Выполнен»" in lines[0]


def test_a_flood_of_refusals_is_cut_and_the_rest_counted():
    lines = refused_lines([ManyOutcome(n, NoSuchOrder(n)) for n in range(700)], UTC).splitlines()

    assert len(lines) == 501
    assert lines[-1] == "и еще 200"


def test_short_labels_tell_all_ten_statuses_apart_and_fit_a_narrow_column():
    told = {order_status_text(status, short=True) for status in OrderStatus}

    assert len(told) == 10
    assert max(map(len, told)) <= 16
    assert order_status_short(OrderStatus.CONFIRMED) == "Подтвержден"


def test_an_orders_status_has_the_symbol_of_what_its_tickets_become():
    for status in OrderStatus:
        look = order_look(status)
        assert (look == "cancelled") is status.is_cancelled
        assert (look in ("confirmed", "done")) is status.is_confirmed
