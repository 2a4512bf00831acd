"""«Настройки»: what all terminals agree on."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from olvery_tui import terminal
from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.domain.access import SignIn
from olvery_tui.screens.access.settings import SettingsForm
from olvery_tui.screens.confirm import ConfirmScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.palette import Palette
from olvery_tui.settings import Settings
from olvery_tui.store.database.connect import open_database
from olvery_tui.widgets.fields.choice import Choice
from olvery_tui.widgets.fields.field import Field
from tests.screens.conftest import settle
from tests.screens.order_desk import choice, line, over
from tests.screens.ticket_desk import another_terminal, on_screen, press, said
from tests.ways_in import come_in_by, login_of


async def opened(pilot: Pilot[Any]) -> None:
    await settle(pilot)
    await press(pilot, "ctrl+p", *"настр", "enter")
    assert isinstance(pilot.app.screen, SettingsForm)
    pilot.app.screen.query_one("#auto-complete", Choice).take_focus()


async def test_the_palette_opens_them_and_they_show_the_location(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        shown = "\n".join(on_screen(app))
        for expected in ("Olvery · Коворкинг", "Москва, Санкт-Петербург", "RUB"):
            assert expected in shown
        assert choice(app, "auto-complete") == "Нет"


async def test_the_palette_opens_them_over_what_is_shown_and_back_they_go_there(
    app: DeskApp,
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for keys in (("enter",), ("z",), ("escape", "h")):  # a ticket, its order, its history
            await press(pilot, *keys)
            window = app.screen
            assert not isinstance(window, TicketsScreen), keys
            await opened(pilot)
            await press(pilot, "escape")
            assert app.screen is window, keys


async def test_over_a_form_the_palette_says_that_it_has_to_be_finished_first(
    app: DeskApp,
) -> None:
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "a", *"Кор")
        form = app.screen
        await press(pilot, "ctrl+p", *"настр", "enter")
        assert app.screen is form
        told = [each.message for each in app._notifications]
        assert told == ["Сначала закончите с открытым окном, потом откройте это."]
        assert form.query(Input).first().value == "Кор"


async def test_the_palette_does_not_open_them_over_themselves(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        await press(pilot, "right", "escape")
        assert isinstance(app.screen, ConfirmScreen)
        for _window in range(2):
            await press(pilot, "ctrl+p", *"настр", "enter")
            assert isinstance(app.screen, Palette)
            assert "Такой команды нет." in "\n".join(on_screen(app))
            await press(pilot, "escape", "escape")


@pytest.mark.parametrize("save", ["ctrl+s", "ctrl+ы"])
async def test_a_setting_that_is_saved_holds_for_every_terminal(
    app: DeskApp, database: Path, clock: FrozenClock, save: str
) -> None:
    async with app.run_test() as pilot:
        await opened(pilot)
        await press(pilot, "right", save)
        assert isinstance(app.screen, TicketsScreen)
        with another_terminal(database, clock) as other:
            assert other.settings.get().auto_complete_orders


async def test_minutes_that_are_too_many_are_refused_whole(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        await opened(pilot)
        before = app.desk.settings.get()
        await over(pilot, "#lock-minutes", "14400")  # the first four figures could be saved
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, SettingsForm)
        assert line(app, "#lock-minutes") == "14400"
        assert app.desk.settings.get() == before


async def test_saving_what_is_set_already_changes_nothing(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        await opened(pilot)
        before = app.desk.settings.get()
        await press(pilot, "right", "right", "ctrl+s")
        assert isinstance(app.screen, SettingsForm)
        assert "Ничего не изменено" in said(app)
        assert app.desk.settings.get() == before


async def test_a_colleague_who_was_quicker_is_told_of_and_the_choice_stays(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with app.run_test() as pilot:
        await opened(pilot)
        with another_terminal(database, clock) as other:
            seen = other.settings.get()
            changed = other.settings.change(seen, replace(seen, auto_complete_orders=True))
            other.settings.change(changed, replace(changed, auto_complete_orders=False))
        await press(pilot, "right", "ctrl+s")
        assert isinstance(app.screen, SettingsForm)
        assert said(app)
        assert choice(app, "auto-complete") == "Да"
        assert not app.desk.settings.get().auto_complete_orders
        await press(pilot, "ctrl+s")
        assert app.desk.settings.get().auto_complete_orders


async def test_esc_with_another_choice_asks_once(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        await opened(pilot)
        await press(pilot, "right", "escape", "tab", "enter")
        assert isinstance(app.screen, TicketsScreen)
        assert not app.desk.settings.get().auto_complete_orders


async def test_a_backup_is_made_on_the_spot_and_the_daily_ones_are_settings(
    settings: Settings, clock: FrozenClock, database: Path, tmp_path: Path
) -> None:
    """At one's own machine, where the account says who it is."""
    with closing(open_database(settings.database_url)) as store:
        login_of(store, f"Анна {terminal.account()}")
        come_in_by(store, SignIn.OS_USER)
    app = DeskApp(settings._replace(login=None), clock=clock)
    (tmp_path / "disk").mkdir()
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await opened(pilot)
        folder = app.screen.query_one("#backup-folder", Field)
        kept = app.screen.query_one("#backups-kept", Field)
        assert (folder.value, kept.value) == ("", "7")
        folder.value, kept.value = str(tmp_path / "none"), "3"
        await press(pilot, "ctrl+s")
        told = " ".join(str(each.content) for each in app.screen.query("Problem").results(Static))
        assert "записать нельзя" in told
        assert app.focused is folder
        folder.value = str(tmp_path / "disk")
        await press(pilot, "ctrl+s")
        saved = app.desk.settings.get()
        assert (saved.backup_folder, saved.backups_kept) == (str(tmp_path / "disk"), 3)
        await press(pilot, "ctrl+p", *"резерв", "enter")
        await app.workers.wait_for_complete([one for one in app.workers if one.name == "backup"])
        await settle(pilot)
        (copy,) = (tmp_path / "disk").iterdir()
        assert copy.name.startswith(f"{database.stem}-2022-12-06-")
        assert any(str(copy) in each.message for each in app._notifications)


async def test_over_ssh_the_folder_of_backups_is_shown_and_stays(
    settings: Settings, clock: FrozenClock
) -> None:
    app = DeskApp(settings._replace(export_dir=Path("/nowhere")), clock=clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot)
        assert app.screen.query_one("#backup-folder", Field).disabled


async def test_another_name_and_time_zone_show_at_once_also_at_other_terminals(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await over(pilot, "#location-name", "Лофт")
        app.screen.query_one("#zones", Choice).choose("Asia/Yekaterinburg")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ConfirmScreen)  # whole days would begin at another moment
        await press(pilot, "right", "enter")
        top = on_screen(app)[0]
        assert "Лофт" in top
        assert "12:00" in top
        with another_terminal(database, clock) as other:
            seen = other.settings.get()
            other.settings.change(seen, replace(seen, name="Чердак"))
        while "Чердак" not in on_screen(app)[0]:
            await pilot.pause(0.05)
