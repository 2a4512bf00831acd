"""A table is brought in: its columns are guessed and can be changed, its rows checked first."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import OptionList, Static

from olvery_tui import terminal
from olvery_tui.app.app import DeskApp
from olvery_tui.domain.access import SignIn
from olvery_tui.screens.import_file import ImportForm, _advice
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.settings import Settings
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.importing import spreadsheet
from olvery_tui.store.importing.people import PeopleLoader
from olvery_tui.widgets.fields.choice import Choice
from tests.screens.conftest import both_sizes, settle
from tests.screens.ticket_desk import press, said
from tests.ways_in import come_in_by, login_of

TABLE = "№;Фамилия;Имя;Моб.\n1;Ёлкин;Пётр;8 (965) 577-65-11\n2;Орлова;Анна;12\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of who is at the desk."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.fixture
def settings(settings: Settings, database: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Who is at the desk sits at their own machine: the account says who they are."""
    monkeypatch.setattr(terminal, "account", lambda: "orlova")
    with closing(open_database(f"sqlite:///{database}")) as store:
        login_of(store, f"Анна {terminal.account()}")
        come_in_by(store, SignIn.OS_USER)
    return settings._replace(login=None)


@pytest.fixture
def table(folder: Path) -> Path:
    path = folder / "people.csv"
    path.write_bytes(TABLE.encode("cp1251"))
    return path


def imported(database: Path) -> list[tuple[str, str | None]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(
            "SELECT last_name, phone FROM person WHERE key LIKE 'table:%' ORDER BY 1"
        ).fetchall()


def lines(app: DeskApp, of: str = "#lines") -> list[str]:
    return [str(one.prompt) for one in app.screen.query_one(of, OptionList).options]


async def begin(pilot: Any, file: str) -> None:
    """Open the import by the palette and name a file."""
    await settle(pilot)
    await press(pilot, "ctrl+p", *"импорт", "enter")
    pilot.app.post_message(events.Paste(file))
    await settle(pilot)
    await press(pilot, "enter")


async def test_a_table_is_checked_first_and_then_brought_in(
    app: DeskApp, database: Path, table: Path
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot, str(table))
        assert isinstance(app.screen, ImportForm)
        assert lines(app) == [
            "№ → —  ·  1", "Фамилия → Фамилия  ·  Ёлкин", "Имя → Имя  ·  Пётр",
            "Моб. → Телефон  ·  8 (965) 577-65-11",
        ]  # fmt: skip
        await press(pilot, "ctrl+s")
        assert said(app).startswith("Пока ничего не записано. Строк: 2. Создано: 1,")
        assert lines(app, "#problems")[0].startswith("Строка 3, Моб.: это не номер телефона")
        assert lines(app)[1] == "Фамилия → Фамилия  ·  Ёлкин"
        assert imported(database) == []
        await press(pilot, "ctrl+s")
        rejects = table.with_name("people-rejects.csv")
        assert said(app).startswith("Строк: 2. Создано: 1,")
        assert str(rejects) in said(app)
        assert rejects.read_bytes().decode("cp1251").splitlines()[1].startswith("2;Орлова;Анна;12;")
        assert imported(database) == [("Ёлкин", "+79655776511")]
        app.screen.query_one("#path").focus()
        await press(pilot, "enter")
        assert said(app) == "Столбцы те же, что в прошлый раз."  # not the last result
        await press(pilot, "escape")
        assert isinstance(app.screen, TicketsScreen)


async def test_what_a_column_means_can_be_changed_and_is_checked_anew(
    app: DeskApp, database: Path, table: Path
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await begin(pilot, str(table))
        await press(pilot, "ctrl+s", "escape")
        await begin(pilot, str(table))
        await press(pilot, "down", "down", "down", "enter")
        choice = app.screen.query_one("#meanings", Choice)
        assert choice.value == "phone"
        while choice.value != "note":
            await press(pilot, "right")
        assert lines(app)[-1].startswith("Моб. → Заметка")
        await press(pilot, "ctrl+s")
        assert said(app).startswith("Пока ничего не записано. Строк: 2. Создано: 2,")
        assert imported(database) == []


async def test_what_the_rows_are_is_guessed_and_can_be_changed(app: DeskApp, folder: Path) -> None:
    path = folder / "bookings.csv"
    path.write_text("ФИО;Дата;Место\nЁлкин Пётр;22.12.2022;PM №1\n")
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot, str(path))
        kinds = app.screen.query_one("#kinds", Choice)
        assert kinds.value == "orders"
        assert lines(app)[1] == "Дата → Дата  ·  22.12.2022"
        kinds.take_focus()
        await press(pilot, "left")
        assert kinds.value == "tariffs"
        assert lines(app)[1] == "Дата → —  ·  22.12.2022"


async def test_before_there_is_a_table_the_window_says_what_to_do(
    app: DeskApp, folder: Path, table: Path
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot, str(folder / "none.csv"))

        def shown() -> list[str]:
            ids = ("hint", "kind", "lines", "meaning")
            return [each for each in ids if app.screen.query_one(f"#{each}").display]

        assert shown() == ["hint"]
        await press(pilot, "ctrl+u")
        app.post_message(events.Paste(str(table)))
        await settle(pilot)
        await press(pilot, "enter")
        assert shown() == ["kind", "lines", "meaning"]


async def test_what_a_table_of_orders_needs_first_is_told(app: DeskApp, folder: Path) -> None:
    def advice(headings: str, *, sells: bool = True) -> str:
        path.write_text(f"{headings}\n", encoding="utf-8")
        return _advice(spreadsheet.preview(path, None), sells=sells)

    path = folder / "export.csv"
    tickets = "Номер;Дата с;Фамилия;Место;Тариф;Заказ"
    for headings in (tickets, "Номер;Фамилия;Цена;Билеты"):
        assert advice(headings, sells=False).startswith("Услуг еще нет.")
    assert "сначала загрузите выгрузку заказов" in advice(tickets)
    assert advice(f"{tickets};Цена") == advice("Номер;Фамилия;Цена;Билеты") == ""
    assert advice("Фамилия;Телефон", sells=False) == ""
    path.write_text(f"{tickets}\n", encoding="utf-8")
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot, str(path))
        assert said(app) == advice(tickets)


async def test_a_file_that_is_no_table_is_told_where_it_was_typed(
    app: DeskApp, folder: Path
) -> None:
    (folder / "a.pdf").write_bytes(b"%PDF-1.7\n\0\1\xff")
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot, str(folder / "a.pdf"))
        told = " ".join(str(each.content) for each in app.screen.query("Problem").results(Static))
        assert "не загрузить" in told
        assert lines(app) == []


async def test_what_columns_meant_is_offered_for_the_next_table_with_these_headings(
    app: DeskApp, database: Path, folder: Path
) -> None:
    path = folder / "people.csv"
    for turn, person in enumerate(("Ёлкин", "Орлова")):
        path.write_text(f"Список;;\nКто;Куда звонить;Итог\n{person};8 965 577-65-1{turn};\n")
        async with app.run_test(size=(80, 24)) as pilot:
            await begin(pilot, str(path))
            if not turn:
                assert lines(app)[0] == f"Кто → —  ·  {person}"
                for column, meaning in ((0, "full_name"), (1, "phone")):
                    app.screen.query_one("#lines", OptionList).focus()
                    await settle(pilot)
                    await press(pilot, *["down"] * column, "enter")
                    choice = app.screen.query_one("#meanings", Choice)
                    while choice.value != meaning:
                        await press(pilot, "right")
            else:
                assert said(app) == "Столбцы те же, что в прошлый раз."
            await press(pilot, "ctrl+s", "ctrl+s", "escape")
        app = DeskApp(app.settings, clock=app.clock)
    assert imported(database) == [("Ёлкин", "+79655776510"), ("Орлова", "+79655776511")]


async def test_escape_stops_after_the_chunk_and_keeps_what_was_brought_in(
    app: DeskApp, database: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("olvery_tui.store.importing.pipeline.CHUNK", 1)
    begun, go_on, load = threading.Event(), threading.Event(), PeopleLoader.load

    def slow(*arguments: Any) -> Any:
        begun.set()
        assert go_on.wait(60)
        return load(*arguments)

    (folder / "people.csv").write_text(TABLE.replace(";12", ";8 903 111-22-33"))
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(pilot, str(folder / "people.csv"))
        await press(pilot, "ctrl+s")
        monkeypatch.setattr(PeopleLoader, "load", slow)
        await pilot.press("ctrl+s")
        await asyncio.to_thread(begun.wait, 60)
        await pilot.press("escape")
        go_on.set()
        await settle(pilot)
        assert isinstance(app.screen, ImportForm)
        assert said(app).startswith("Остановлено. Строк: 2. Создано: 1,")
        assert [name for name, _phone in imported(database)] == ["Ёлкин"]
        await press(pilot, "ctrl+s", "ctrl+s")
        assert said(app).startswith("Строк: 2. Создано: 1, изменено: 0, без изменений: 1,")


@both_sizes
def test_a_table_with_its_columns_and_problems(looks: Callable[..., bool], table: Path) -> None:
    def begins(pilot: Any) -> None:
        pilot.app.commands.import_file()

    def named(pilot: Any) -> None:
        pilot.app.post_message(events.Paste(f"~/{table.name}"))

    assert looks(begins, named, "enter", "ctrl+s")
