"""Tables on a terminal: what is looked for stands whole, whatever a name is like."""

import io
import os
import sqlite3
from contextlib import closing, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import pyte
import pytest
from rich.cells import cell_len

from olvery_tui import cli
from olvery_tui.cli.tables import Column, print_rows
from tests import paying
from tests.cli.conftest import NOW, Run
from tests.cli.program import environment

LATER = "2022-12-20T10:00:00+03:00"
"""By now some tickets' and orders' time is up, two of each still new, which is said beside their
status."""

WIDTHS = pytest.mark.parametrize("columns", [80, 120])
NAMES = pytest.mark.parametrize("letters", [6, 82, 10_000])


def call_everybody(database: Path, letters: int) -> None:
    """As another program would, past every check."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("UPDATE person SET last_name = ?", ("Ы" * letters,))


def pay_everything(database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute(paying.PAY)


def printed(database: Path, *words: str, columns: int, now: str = NOW) -> list[str]:
    """What stands on a terminal of that width, a line a row; the command runs in this process."""
    written = _Screen()
    variables = {**environment(database, now), "COLUMNS": str(columns)}
    with patch.dict(os.environ, variables), redirect_stdout(written):
        assert cli.run(list(words)) == 0
    terminal = pyte.Screen(columns, 100)
    pyte.Stream(terminal).feed(written.getvalue().replace("\n", "\r\n"))
    return [line.replace("\xa0", " ").rstrip() for line in terminal.display]


def line_of(lines: list[str], number: int) -> str:
    (line,) = (line for line in lines if line.split()[:1] == [str(number)])
    return line


class TestTickets:
    @WIDTHS
    @NAMES
    def test_number_period_status_and_seat_stand_whole(
        self, database: Path, columns: int, letters: int
    ) -> None:
        call_everybody(database, letters)
        lines = printed(database, "tickets", columns=columns)
        for heading in ("Номер", "Период аренды", "Посетитель", "Статус", "Номер места"):
            assert heading in lines[0]
        line = line_of(lines, 26)
        for cell in ("22.12.2022 - 24.12.2022", "Мария", "Подтвержден", "PM №1"):
            assert cell in line
        numbers = [line.split()[0] for line in lines if line[:5].strip().isdigit()]
        assert numbers == ["34", "31", *map(str, range(30, 21, -1))]

    @pytest.mark.parametrize(
        ("columns", "period"),
        [(80, "06.12.2022 09:00–11:00"), (120, "6 декабря 2022 г., с 09:00 до 11:00")],
    )
    def test_hours_are_told_as_briefly_as_there_is_room(
        self, database: Path, columns: int, period: str
    ) -> None:
        line = line_of(printed(database, "tickets", columns=columns), 29)
        assert f" {period} " in line
        assert "Иван Столповский" in line
        assert "…" not in line

    @WIDTHS
    def test_that_the_time_is_up_is_told_whole(self, database: Path, columns: int) -> None:
        lines = printed(database, "tickets", columns=columns, now=LATER)
        assert sum("Время истекло" in line for line in lines) == 6

    def test_in_a_pipe_the_period_is_told_at_length(self, run: Run) -> None:
        assert "\t6 декабря 2022 г., с 09:00 до 11:00\t" in run("tickets").out


class TestOrders:
    @WIDTHS
    @NAMES
    def test_number_status_tickets_price_and_payment_stand_whole(
        self, database: Path, columns: int, letters: int
    ) -> None:
        call_everybody(database, letters)
        pay_everything(database)
        lines = printed(database, "orders", columns=columns, now=LATER)
        headings = ("Номер", "Заказчик", "Услуга", "Статус", "Билеты", "Цена", "Оплачен")
        assert lines[0].split() == [*headings]
        for cell in ("Мария", "Новый", " 1 ", "15 800 руб.", "05.12.2022 17:00"):
            assert cell in line_of(lines, 1223)
        invoice = {80: "Счет выставлен", 120: "Безналичный расчет. Счет выставлен"}
        assert invoice[columns] in line_of(lines, 1219)
        assert sum("Время истекло" in line for line in lines) == 6

    def test_in_a_pipe_that_the_time_is_up_stands_behind_the_status(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OLVERY_NOW", LATER)
        assert "\tПодтвержден · Время истекло\t" in run("orders").out


class TestEvents:
    @WIDTHS
    @NAMES
    def test_number_time_and_what_it_is_about_stand_whole(
        self, database: Path, columns: int, letters: int
    ) -> None:
        call_everybody(database, letters)
        lines = printed(database, "events", "--ticket", "26", columns=columns)
        assert lines[0].split() == ["Номер", "Время", "Кто", "Где", "О", "чём", "Что"]
        first = lines[2]
        assert "06.12.2022 10:00" in first
        assert "№ 26" in first
        assert "Билет" in first

    def test_a_long_event_goes_on_in_the_next_lines(self, database: Path) -> None:
        lines = printed(database, "events", "--ticket", "26", columns=80)
        start = lines[0].index("Что")
        told = " ".join(line[start:] for line in lines)
        assert "посетитель Мария Семенова" in told
        assert "Подтвержден" in told


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


COLUMNS = (Column("Number"), Column("Name", least=6, letters=20), Column("Seat"))


def table(
    monkeypatch: pytest.MonkeyPatch, width: int, *rows: tuple[str, str, str]
) -> tuple[str, ...]:
    """The rows without heading and rule, on a terminal of that width."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("NO_COLOR", "1")
    screen = _Screen()
    print_rows(COLUMNS, rows, screen)
    return tuple(line.rstrip() for line in screen.getvalue().splitlines()[2:])


def test_a_long_name_goes_on_in_the_next_lines_and_ends_with_dots(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert table(monkeypatch, 26, ("1", "Anna Maria Elizabeth", "PM 1")) == (
        "     1 Anna Maria     PM 1",
        "       Elizabeth",
    )
    assert table(monkeypatch, 26, ("1", "A" * 100, "PM 1")) == (
        "     1 AAAAAAAAAAAAAA PM 1",
        "       AAAAA…",
    )


def test_wide_letters_count_as_two(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = table(monkeypatch, 26, ("1", "王" * 100, "PM 1"))
    assert (cell_len(first), first.endswith(" PM 1")) == (26, True)
    assert cell_len(second) <= 21
    assert third.endswith("…")


def test_a_terminal_that_is_too_narrow_for_all_of_it_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The lines run on: they are the terminal's to break."""
    assert table(monkeypatch, 9, ("1234567", "Anna Maria", "PM 1")) == (
        "1234567 Anna   PM 1",
        "        Maria",
    )
