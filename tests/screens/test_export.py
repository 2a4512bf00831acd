"""What is listed or marked goes into a file: whole, for its owner alone, and over no other."""

from __future__ import annotations

import csv
import errno
import json
import os
import stat
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from textual import events
from textual.widgets import Static

from olvery_tui import terminal
from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.domain.access import SignIn
from olvery_tui.files import Place
from olvery_tui.screens import export as export_screen
from olvery_tui.screens.confirm import ConfirmScreen
from olvery_tui.screens.export import ExportForm
from olvery_tui.screens.list.orders import OrdersScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.settings import Settings
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.demo import DEMO_LOGIN
from olvery_tui.widgets.fields.field import Field
from tests.screens.conftest import settle
from tests.screens.ticket_desk import click, press, said
from tests.ways_in import by_key, come_in_by, login_of


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of who is at the desk."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    return home


@pytest.fixture
def settings(settings: Settings, database: Path) -> Settings:
    """Who is at the desk sits at their own machine: the account says who they are."""
    with closing(open_database(f"sqlite:///{database}")) as store:
        login_of(store, f"Анна {terminal.account()}")
        come_in_by(store, SignIn.OS_USER)
    return settings._replace(login=None)


@pytest.fixture
def from_elsewhere(settings: Settings, tmp_path: Path, clock: FrozenClock) -> DeskApp:
    """Who is at the desk came over SSH with a key."""
    with closing(open_database(settings.database_url)) as store:
        by_key(store)
    wanted = settings._replace(login=DEMO_LOGIN, export_dir=tmp_path / "exports")
    return DeskApp(wanted, clock=clock)


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=";"))


def held(folder: Path) -> list[str]:
    """The names of what is in the folder."""
    return sorted(file.name for file in folder.iterdir())


def problem(app: DeskApp) -> str:
    return " ".join(str(each.content) for each in app.screen.query("Problem").results(Static))


async def name(pilot: Any, path: str) -> None:
    """Put another path into the field."""
    await pilot.press("ctrl+u")
    pilot.app.post_message(events.Paste(path))
    await settle(pilot)


async def test_the_tickets_of_the_filter_go_into_the_home_folder(
    app: DeskApp, folder: Path
) -> None:
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "slash", *"сем", "enter", "у")
        assert isinstance(app.screen, ExportForm)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, TicketsScreen)
        file = folder / "tickets-2022-12-06.csv"
        assert [row["Номер"] for row in read(file)] == ["34", "26", "25"]
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert held(folder) == [file.name]
        (told,) = [notification.message for notification in app._notifications]
        assert "3 билета" in told
        assert str(file) in told


async def test_the_marked_orders_alone_are_written(app: DeskApp, folder: Path) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "space", "down", "space", "e", "enter")
        assert isinstance(app.screen, OrdersScreen)
        written = read(folder / "orders-2022-12-06.csv")
        assert [row["Номер"] for row in written] == ["1223", "1219"]


async def test_with_marks_the_whole_list_can_still_be_chosen(app: DeskApp, folder: Path) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "space", "e", "shift+tab", "shift+tab", "right", "ctrl+s")
        assert len(read(folder / "tickets-2022-12-06.csv")) == 11


async def test_enter_in_the_list_of_formats_only_chooses(app: DeskApp, folder: Path) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "e", "shift+tab", "down", "down", "enter")
        assert isinstance(app.screen, ExportForm)
        assert str(app.screen.query_one("#path", Field).value).endswith(".xlsx")
        await press(pilot, *["enter"] * 4)
        assert isinstance(app.screen, ExportForm)
        assert held(folder) == []


async def test_json_and_a_spreadsheet_have_their_own_endings(app: DeskApp, folder: Path) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "e", "shift+tab", *["right"] * 3, "ctrl+s")
        written = json.loads((folder / "tickets-2022-12-06.json").read_text("utf-8"))
        assert written[0]["number"] == 34
        await press(pilot, "z", "e", "shift+tab", "right", "ctrl+s")
        sheet = load_workbook(folder / "orders-2022-12-06.xlsx").active
        assert sheet is not None
        assert [row[0] for row in sheet.iter_rows(values_only=True)][:2] == ["Номер", 1223]


async def test_a_file_that_is_there_is_replaced_only_after_a_question(
    app: DeskApp, folder: Path
) -> None:
    file = folder / "tickets-2022-12-06.csv"
    file.write_text("mine")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "e", "enter")
        assert isinstance(app.screen, ConfirmScreen)
        await press(pilot, "escape")
        assert file.read_text() == "mine"
        assert isinstance(app.screen, ExportForm)
        await press(pilot, "enter", "tab", "enter")
        assert isinstance(app.screen, TicketsScreen)
        assert len(read(file)) == 11
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_what_cant_be_a_file_is_said_at_the_field_and_stays(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "e")
        for path, said_ in (
            ("nowhere/x.csv", "nowhere. Укажите"),
            ("~", "папка"),
            ("", "Введите имя файла"),
            ("а" * 300, "слишком длинное"),
            (".bashrc", "с точки"),
            ("/etc/passwd", "домашней папке"),
            (".ssh/authorized_keys", "с точки"),
        ):
            await name(pilot, path)
            await press(pilot, "enter")
            assert isinstance(app.screen, ExportForm), path
            assert said_ in problem(app), path
            assert app.screen.query_one("#path", Field).value == path


@pytest.mark.parametrize(
    ("code", "said_"),
    [(errno.ENOSPC, "Диск"), (errno.EACCES, "Нет прав"), (errno.EROFS, "")],
)
async def test_a_full_disk_and_a_missing_right_leave_nothing_behind(
    app: DeskApp, folder: Path, monkeypatch: pytest.MonkeyPatch, code: int, said_: str
) -> None:
    real = export_screen.write_list

    def failing(*words: Any) -> int:
        real(*words)
        raise OSError(code, "broken")

    monkeypatch.setattr(export_screen, "write_list", failing)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "e", "enter")
        assert isinstance(app.screen, ExportForm)
        assert said_.lower() in problem(app).lower()
        assert problem(app)
        assert held(folder) == []


async def test_writing_can_be_stopped_and_then_there_is_no_file(
    app: DeskApp, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_screen, "_TOLD_EVERY", 1)
    real = Place.new_file

    @contextmanager
    def stopped_at_once(*words: Any, **options: Any) -> Any:
        with real(*words, **options) as part:
            app.screen.query_one("Progress").stop()  # type: ignore[attr-defined]
            yield part

    monkeypatch.setattr(Place, "new_file", stopped_at_once)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "e", "enter")
        assert isinstance(app.screen, ExportForm)
        assert "Остановлено" in said(app)
        assert held(folder) == []


async def test_the_mouse_alone_is_enough(app: DeskApp, folder: Path) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "e")
        line = app.screen.query_one("#formats ChoiceLine")
        await click(pilot, "#formats ChoiceLine", offset=(line.size.width - 1, 0))
        await click(pilot, "#save")
        assert isinstance(app.screen, TicketsScreen)
        assert held(folder) == ["tickets-2022-12-06.xlsx"]


@pytest.mark.parametrize("file", ["olvery.db", "olvery.db-wal", "log", "config.toml"])
async def test_what_the_application_itself_has_is_never_replaced(
    app: DeskApp, folder: Path, file: str
) -> None:
    kept = folder / file
    kept.write_text("own")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        own = tuple(folder / each for each in ("olvery.db", "log", "config.toml"))
        app.services.exports = app.services.exports._replace(own=own)
        await press(pilot, "e")
        await name(pilot, f"~/{file}")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ExportForm)
        assert "Выберите другое имя" in problem(app)
        assert kept.read_text() == "own"
        assert held(folder) == [file]


class TestFromElsewhere:
    async def test_it_goes_into_one_folder_that_the_form_names(
        self, from_elsewhere: DeskApp, folder: Path, tmp_path: Path
    ) -> None:
        app = from_elsewhere
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await settle(pilot)
            await press(pilot, "e")
            assert app.screen.query_one("#path", Field).value == "tickets-2022-12-06-1000.csv"
            assert str(tmp_path / "exports") in "".join(
                str(app.screen.query_one("#where", Static).content).split()
            )
            await press(pilot, "ctrl+s")
            assert isinstance(app.screen, TicketsScreen)
        written = tmp_path / "exports" / "tickets-2022-12-06-1000.csv"
        assert len(read(written)) == 11
        assert stat.S_IMODE(written.stat().st_mode) == 0o600
        assert stat.S_IMODE(written.parent.stat().st_mode) == 0o700
        assert held(folder) == []

    @pytest.mark.parametrize(
        ("path", "said_"),
        [
            ("~/.bashrc", "без папок"),
            ("../.bashrc", "без папок"),
            ("/tmp/a.csv", "без папок"),
            (".bashrc", "с точки"),
            ("there.csv", "уже есть"),
        ],
    )
    async def test_no_other_file_of_the_account_can_be_named_or_replaced(
        self, from_elsewhere: DeskApp, folder: Path, tmp_path: Path, path: str, said_: str
    ) -> None:
        app = from_elsewhere
        (folder / ".bashrc").write_text("mine")
        exports = tmp_path / "exports"
        exports.mkdir()
        (exports / "there.csv").write_text("mine")
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            await press(pilot, "e")
            await name(pilot, path)
            await press(pilot, "ctrl+s")
            assert isinstance(app.screen, ExportForm)
            assert said_ in problem(app)
            assert app.screen.query_one("#path", Field).value == path
        assert (folder / ".bashrc").read_text() == "mine"
        assert (exports / "there.csv").read_text() == "mine"
        assert held(exports) == ["there.csv"]

    @pytest.mark.parametrize("variable", ["SSH_CONNECTION", "SSH_TTY", "SUDO_UID"])
    async def test_whoever_came_through_the_network_or_sudo_is_elsewhere(
        self,
        app: DeskApp,
        home: Path,
        variable: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv(variable, str(os.getuid()))
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            assert app.services.exports.flat
            assert app.services.exports.root == home / "data" / "olvery-tui" / "exports"
