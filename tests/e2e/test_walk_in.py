"""A visitor without a ticket stands at the desk: booked, paid, checked, in a real terminal."""

from __future__ import annotations

from collections.abc import Callable

from tests.e2e.terminal import Terminal

Opens = Callable[..., Terminal]


SIZES = {"sqlite": (80, 24), "postgresql": (120, 40)}
"""The two engines at the two sizes: neither has anything to do with the other."""


def test_a_walk_in_is_booked_paid_and_checked(desk: Opens, engine: str) -> None:
    columns, lines = SIZES[engine]
    with desk(columns=columns, lines=lines) as terminal:
        terminal.wait_for("из 11")
        terminal.press("ф")  # «Добавить заказ» on a Russian layout
        terminal.wait_for("Добавить заказ", "Не хватает: заказчик")
        terminal.press("корсак")
        terminal.wait_for("Елизавета Римская")
        terminal.press("Enter")
        terminal.wait_for("Все заполнено", "Почасовой", "PM №1")
        terminal.press("Ctrl+S")
        terminal.wait_for("Заказ 1224 создан, билет 35", "из 12")
        terminal.press("щ")  # the status of its order
        terminal.wait_for("Статус заказа 1224", "○ 1 Подтвержден", "○ 2 Отменен")
        terminal.press("1")  # nothing is chosen before
        terminal.wait_gone("○ 1 Подтвержден")
        terminal.press("Enter")
        terminal.wait_for("Заказ 1224: Подтвержден", "● Активен")
        terminal.press("Enter")
        terminal.wait_for("Билет 35", "Проверьте личность посетителя")
        terminal.press("v")
        terminal.wait_gone("Проверьте личность посетителя")
        terminal.press("Ctrl+Q")
        assert terminal.wait_end() == 0


def test_two_desks_take_the_last_place_and_the_slower_one_keeps_its_form(desk: Opens) -> None:
    """Both forms propose the same place; the first `Ctrl+S` has it."""
    with desk("Анна Орлова") as first, desk("Борис Климов") as second:
        for terminal in (first, second):
            terminal.wait_for("из 11")
            terminal.press("a")
            terminal.wait_for("Не хватает: заказчик")
            terminal.press("корсак")
            terminal.wait_for("Елизавета Римская")
            terminal.press("Enter")
            terminal.wait_for("Все заполнено")
            terminal.press("Down")
            terminal.wait_for("Коворкинг на 3 этаже")
            terminal.press("Down", "Enter")
            terminal.wait_for("■ PM №4", "Все заполнено")
            # The proposed place becomes a choice of one's own.
            for _field in range(5):
                terminal.press("Tab")
                terminal.take(0.3)
            terminal.wait_for("Space Отметить")
            terminal.press(" ")
            terminal.wait_for("Не хватает: рабочие места", "□ PM №4")
            terminal.press(" ")
            terminal.wait_for("Все заполнено", "■ PM №4")
        first.press("Ctrl+S")
        first.wait_for("Заказ 1224 создан, билет 35")
        second.press("Ctrl+S")
        # Whether the change was noticed before or the desk refuses, the form stays and names it.
        second.wait_for("PM №4 (билет 35) тем", "Исправьте: рабочие места")
        assert "Елизавета Римская" in second.text
        second.press("Down", " ")
        second.wait_for("Все заполнено")
        second.press("Ctrl+S")
        second.wait_for("Заказ 1225 создан, билет 36")
