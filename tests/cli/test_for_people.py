"""Lists for people: LibreOffice opens what was exported, with dates as dates and text as text."""

import csv
import io
import json
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from olvery_tui.domain.periods import Period
from olvery_tui.export import for_people
from tests.cli.conftest import Run
from tests.each import each

PATIENCE = 120.0
AS_RUSSIAN_EXCEL = "--infilter=Text - txt - csv (StarCalc):59,34,76,1,,1049,false,true"
"""`;` between cells, UTF-8, Russian dates and decimals, numbers and dates recognised."""

FORMULAS = ("=1+1", "+A1", "-2", "@SUM(A1)", "=HYPERLINK(0)", "＝1+1")
MOSCOW = ZoneInfo("Europe/Moscow")


def opened_in_libreoffice(folder: Path, *files: Path) -> list[list[dict[str, Any]]]:
    """The rows of each file as LibreOffice understands them; none of their cells is a formula."""
    words = [AS_RUSSIAN_EXCEL] if files[0].suffix == ".csv" else []
    subprocess.run(
        [
            *("soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", *words),
            *("--convert-to", "xlsx", "--outdir", str(folder / "opened"), *map(str, files)),
        ],
        check=True,
        capture_output=True,
        timeout=PATIENCE,
    )
    found = []
    for file in files:
        sheet = load_workbook(folder / "opened" / f"{file.stem}.xlsx").active
        assert sheet is not None
        assert not [cell for row in sheet.rows for cell in row if cell.data_type == "f"]
        headings, *rows = sheet.iter_rows(values_only=True)
        found.append([dict(zip(headings, row, strict=True)) for row in rows])
    return found


def call_them_formulas(database: Path) -> None:
    """As another program would, past every check."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        people = connection.execute("SELECT id FROM person ORDER BY id").fetchall()
        for (number,), name in zip(people, FORMULAS, strict=False):
            connection.execute("UPDATE person SET last_name = ? WHERE id = ?", (name, number))
        connection.execute("UPDATE person SET phone = '+49301234567' WHERE last_name = '=1+1'")


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_libreoffice_finds_letters_dates_times_and_sums_and_no_formula(
    run: Run, database: Path, tmp_path: Path, suffix: str
) -> None:
    call_them_formulas(database)
    files = [tmp_path / f"{of}.{suffix}" for of in ("tickets", "orders", "events")]
    for file in files:
        done = run(file.stem, "--format", suffix, "--for", "excel", "--output", file)
        assert (done.code, done.out, done.err) == (0, "", "")
    tickets, orders, events = opened_in_libreoffice(tmp_path, *files)

    by_number = {row["Номер"]: row for row in tickets}
    days, hours = by_number[26], by_number[29]
    assert (days["Дата с"], days["Дата по"]) == (datetime(2022, 12, 22), datetime(2022, 12, 24))
    assert (days["Время с"], days["Время по"]) == (None, None)
    assert by_number[30]["Дата по"] == by_number[30]["Дата с"] == datetime(2022, 12, 23)
    assert (hours["Дата с"], hours["Дата по"]) == (datetime(2022, 12, 6), datetime(2022, 12, 6))
    times = [_since_midnight(hours[name]) for name in ("Время с", "Время по")]
    assert times == [timedelta(hours=9), timedelta(hours=11)]
    assert (days["Имя"], days["Статус"], days["Место"]) == ("Мария", "Подтвержден", "PM №1")
    assert days["Модификаторы"] == "Принтер; Полка"
    assert days["Создан"] == datetime(2022, 12, 5, 19, 2)
    names = {row["Фамилия"].removeprefix("'") for row in tickets}
    assert names <= set(FORMULAS) | {"Столповский", "Иванова", "Спиридонова", "Семенова"}
    assert len(names & set(FORMULAS)) >= 3
    phones = {row["Телефон"].removeprefix("'") for row in tickets}
    assert {"+7 (926) 111-22-33", "+49301234567"} & phones

    order = next(row for row in orders if row["Номер"] == 1215)
    assert (order["Цена"], order["К оплате"], order["Валюта"]) == (2850, 0, "руб.")
    assert order["Оплачен"] == datetime(2022, 12, 5, 19, 5)
    assert isinstance(events[0]["Когда"], datetime)
    assert "Выгрузка" in events[0]["Что"]


def _since_midnight(value: object) -> object:
    """A time of day, which LibreOffice keeps as such or as a duration."""
    if isinstance(value, time):
        return timedelta(hours=value.hour, minutes=value.minute)
    return value


def test_the_sheet_has_a_frozen_heading_and_wide_columns(run: Run, tmp_path: Path) -> None:
    run("tickets", "--format", "xlsx", "--for", "excel", "--output", tmp_path / "tickets.xlsx")
    sheet = load_workbook(tmp_path / "tickets.xlsx").active
    assert sheet is not None
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.bold
    assert sheet.column_dimensions["J"].width > sheet.column_dimensions["A"].width


def test_csv_is_of_the_readers_language(run: Run) -> None:
    words = ("orders", "--number", "1215", "--format", "csv", "--for", "excel")
    russian, english = run(*words).out, run("--lang", "en", *words).out
    assert russian.startswith("\ufeffНомер;Статус;")
    assert ";2850,00;" in russian
    assert "05.12.2022 19:05" in russian
    assert english.startswith("\ufeffNumber,Status,")
    assert ",2850.00," in english
    assert "2022-12-05 19:05" in english
    (row,) = csv.DictReader(io.StringIO(russian.removeprefix("\ufeff")), delimiter=";")
    assert (row["Фамилия"], row["Телефон"]) == ("Семенова", "+7 (965) 577-65-00")


def test_hours_may_end_with_the_day() -> None:
    period = Period.hourly(
        datetime(2022, 12, 6, 19, tzinfo=UTC), datetime(2022, 12, 6, 21, tzinfo=UTC)
    )
    columns = {column.heading: column for column in for_people.TICKET_COLUMNS}
    card: Any = SimpleNamespace(period=period)
    assert columns["Time from"].value(card, MOSCOW) == timedelta(hours=22)
    assert columns["Time to"].value(card, MOSCOW) == timedelta(hours=24)
    assert columns["Date to"].value(card, MOSCOW) == columns["Date from"].value(card, MOSCOW)


@each("of", ["tickets", "orders"])
def test_json_lines_are_the_array_a_line_each(run: Run, of: str) -> None:
    array = json.loads(run(of, "--format", "json").out)
    lines = run(of, "--format", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == array


@each("form", ["table", "json", "jsonl"])
def test_for_belongs_to_spreadsheets(run: Run, form: str) -> None:
    done = run("tickets", "--format", form, "--for", "excel")
    assert (done.code, done.out) == (2, "")
    assert "--for" in done.err
