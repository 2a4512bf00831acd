"""Two desks on one database: one wins, the other is told, both see the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tests.cli.program import environment
from tests.cli.program import run as run_program
from tests.e2e.terminal import Terminal

Opens = Callable[..., Terminal]


def test_two_managers_check_one_ticket_and_the_first_ones_record_stands(desk: Opens) -> None:
    with desk("Анна Орлова") as first, desk("Борис Климов") as second:
        for terminal in (first, second):
            terminal.wait_for("из 11")
            terminal.press("26\r")
            terminal.wait_for("Проверьте личность посетителя")
        first.press("м")
        first.wait_for("Ответственный", "Анна Орлова")
        # The other form shows the new state by itself; its key then says who was quicker.
        second.wait_gone("Проверьте личность посетителя")
        second.press("v")
        second.wait_for("Уже проверен", "Анна Орлова")


def test_a_scan_in_one_burst_opens_its_own_ticket(desk: Opens) -> None:
    with desk() as terminal:
        terminal.wait_for("из 11")
        terminal.press("25\r")
        terminal.wait_for("Билет 25", "● Активен")
        terminal.press("31\r")
        terminal.wait_for("Билет 31", "13.12.2022 - 14.12.2022")
        terminal.press("99\r")
        assert "Билет 31" in terminal.wait_for("99")


def test_a_colleagues_change_appears_and_leaves_typed_text_alone(desk: Opens) -> None:
    with desk("Анна Орлова") as writer, desk("Борис Климов") as other:
        for terminal in (writer, other):
            terminal.wait_for("из 11")
            terminal.press("26\r")
            terminal.wait_for("Проверьте личность посетителя")
        writer.press("u")
        writer.wait_for("Посетитель билета 26")
        writer.press("Ал")
        writer.wait_for("Ал")
        other.press("v")
        other.wait_for("Борис Климов", "Дата проверки")
        writer.take(1.0)
        assert "Ал" in writer.text
        assert "Посетитель билета 26" in writer.text


def test_the_worker_of_another_process_moves_what_this_one_shows(desk: Opens, url: str) -> None:
    later = datetime.fromisoformat("2022-12-07T09:30:00+03:00")
    with desk(env={"OLVERY_EMBEDDED_WORKER": "0"}) as terminal:
        terminal.wait_for("из 11", "◇ Подтвержден PM №1")
        moved = run_program("worker", "--once", env=environment(url, later.isoformat()))
        assert (moved.returncode, moved.stdout.decode()) == (0, "Переведён 1 билет\n")
        terminal.press("23\r")
        terminal.wait_for("Билет 23", "● Активен")


def test_the_first_start_makes_a_private_database_and_its_first_manager(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    with Terminal(env=env) as terminal:
        terminal.wait_for("Первый менеджер")
        for word in ("Орлова", "Анна", "anna", "correct horse", "correct horse"):
            terminal.press(word, "Enter")
        terminal.wait_for("завести услуги и места", "olvery-tui --demo", "Анна Орлова")
        (database,) = (tmp_path / "data").rglob("olvery.db")
        assert database.stat().st_mode & 0o777 == 0o600
        assert database.parent.stat().st_mode & 0o777 == 0o700
