"""A manager's first minutes, in a real terminal."""

from __future__ import annotations

import pytest

from tests.e2e.terminal import Terminal


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (120, 40)])
def test_the_demo_opens_with_the_manuals_list_and_ends_on_ctrl_q(columns: int, lines: int) -> None:
    with Terminal("--demo", columns=columns, lines=lines, from_the_start=True) as terminal:
        text = terminal.wait_for("Мария Семенова", "из 11")
        assert text.index(" 34 ") < text.index(" 31 ") < text.index(" 22 ")
        terminal.press("Ctrl+Q")
        assert terminal.wait_end() == 0


def test_a_ticket_is_checked_with_a_russian_layout() -> None:
    with Terminal("--demo") as terminal:
        terminal.wait_for("из 11")
        terminal.press("26", "Enter")
        terminal.wait_for("Билет 26", "Проверьте личность посетителя")
        terminal.press("м")
        text = terminal.wait_for("06.12.2022 10:0", "Анна Орлова", "Дата проверки")
        assert "Проверьте личность посетителя" not in text
        terminal.press("к")
        terminal.wait_for("Проверьте личность посетителя")
        terminal.press("Esc")
        terminal.wait_gone("Дата проверки")
