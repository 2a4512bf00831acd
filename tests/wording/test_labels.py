"""Labels are the manual's, to the letter."""

from __future__ import annotations

import pytest

from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.i18n import set_language
from olvery_tui.wording import labels


@pytest.fixture(autouse=True)
def _russian():
    set_language("ru")
    yield
    set_language("ru")


def test_ticket_statuses_read_as_in_the_manual():
    assert [labels.ticket_status(status) for status in TicketStatus] == [
        "Новый",
        "Подтвержден",
        "Активен",
        "Отменен",
        "Выполнен",
    ]


def test_order_statuses_read_as_in_the_manual():
    assert [labels.order_status(status) for status in OrderStatus] == [
        "Новый",
        "Новый. В процессе оплаты",
        "Новый. Ожидает выставления счета на оплату",
        "Безналичный расчет. Счет выставлен",
        "Подтвержден",
        "Выполнен",
        "Отменен",
        "Отменен. Неуспешная оплата",
        "Отменен. Выполняется возврат",
        "Отменен. Выполнен возврат",
    ]


def test_every_status_is_told_apart_without_colour():
    texts = [labels.status_text(status) for status in TicketStatus]

    assert texts == ["○ Новый", "◇ Подтвержден", "● Активен", "✕ Отменен", "✓ Выполнен"]
    assert len({labels.status_symbol(status) for status in TicketStatus}) == len(TicketStatus)


def test_a_style_class_names_its_status():
    assert labels.status_class(TicketStatus.CONFIRMED) == "-confirmed"


def test_a_finished_period_is_said_in_words():
    assert labels.overdue() == "Время истекло"


def test_labels_follow_a_change_of_language():
    set_language("en")

    assert labels.ticket_status(TicketStatus.CONFIRMED) == "Confirmed"
    assert labels.order_status(OrderStatus.PAYMENT_FAILED) == "Cancelled. Payment failed"
    assert labels.overdue() == "Time is up"
