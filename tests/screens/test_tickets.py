"""The main screen: the manual's list, its filters, the way into a ticket and back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input, Static

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.keys import KEYS, cap
from olvery_tui.screens.help import HelpScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.ticket.ticket import TicketScreen
from olvery_tui.settings import Settings
from olvery_tui.store.database import schema
from olvery_tui.store.database.connect import open_database
from olvery_tui.widgets.filters.filter_fields import NumberBox
from olvery_tui.widgets.filters.filter_sidebar import FilterSidebar
from olvery_tui.widgets.table.ticket_table import TicketTable
from tests.screens.conftest import SIZES, settle
from tests.screens.ticket_desk import on_screen, press
from tests.ways_in import by_key, login_of

THE_MANUALS_LIST = """\
34 22.12.2022 - 25.01.2023 Мария Семенова Новый PM №1
31 13.12.2022 - 14.12.2022 Марина Спиридонова Подтвержден PM №1
30 23.12.2022 - 23.12.2022 Иван Столповский Новый PM №2
29 6 декабря 2022 г., с 09:00 до 11:00 Иван Столповский Новый PM №3
28 07.12.2022 - 07.12.2022 Анастасия Иванова Новый PM №2
27 6 декабря 2022 г., с 09:00 до 12:00 Анастасия Иванова Активен PM №2
26 22.12.2022 - 24.12.2022 Мария Семенова Подтвержден PM №1
25 6 декабря 2022 г., с 09:00 до 12:00 Мария Семенова Активен PM №1
24 20.12.2022 - 23.12.2022 Марина Спиридонова Новый PM №1
23 7 декабря 2022 г., с 09:00 до 13:00 Марина Спиридонова Подтвержден PM №1
22 5 декабря 2022 г., с 15:00 до 17:00 Марина Спиридонова Отменен PM №1
"""


def lines(app: DeskApp) -> list[str]:
    """The rows as they stand on the screen, without the status's symbol and the gaps."""
    table = app.screen_stack[0].query_one(TicketTable)
    painted = [strip.text for strip in table.picture()[1:]]
    words = [[word for word in line.split() if word not in "▌○◇●✕✓"] for line in painted]
    return [" ".join(line) for line in words if line]


def numbers(app: DeskApp) -> list[int]:
    return [int(line.split()[0]) for line in lines(app) if line[0].isdigit()]


def cursor(app: DeskApp) -> int | None:
    return app.screen_stack[0].query_one(TicketTable).cursor_number


def hurry(app: DeskApp, *keys: str) -> None:
    """Keys that come faster than they are handled, as from a scanner or on a slow line."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


def text_of(app: DeskApp, selector: str) -> str:
    return str(app.screen_stack[0].query_one(selector, Static).content)


async def test_the_list_is_the_manuals_to_the_letter(app: DeskApp) -> None:
    async with app.run_test(size=(124, 40)) as pilot:
        await settle(pilot)
        assert lines(app) == THE_MANUALS_LIST.splitlines()
        assert text_of(app, "#list-position") == "1–11 из 11"


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_enter_opens_a_ticket_and_escape_returns_to_its_row(
    app: DeskApp, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press("down", "down", "enter")
        await settle(pilot)
        assert isinstance(app.screen, TicketScreen)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, TicketsScreen)
        assert cursor(app) == 30
        assert app.focused is app.screen.query_one(TicketTable)


async def test_a_scanner_opens_the_ticket_and_then_the_next_one(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        hurry(app, "2", "6", "enter")
        await settle(pilot)
        assert isinstance(app.screen, TicketScreen)
        assert app.screen.number == 26
        hurry(app, "3", "1", "enter")
        await settle(pilot)
        assert isinstance(app.screen, TicketScreen)
        assert app.screen.number == 31
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, TicketsScreen)


async def test_a_pasted_number_is_taken_like_a_typed_one(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.post_message(events.Paste(" 26\n"))
        await settle(pilot)
        assert isinstance(app.screen, TicketScreen)
        assert app.screen.number == 26
        app.post_message(events.Paste("31"))
        hurry(app, "enter")
        await settle(pilot)
        assert isinstance(app.screen, TicketScreen)
        assert app.screen.number == 31


async def test_anything_else_that_is_pasted_into_the_list_is_told_and_does_nothing(
    app: DeskApp,
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for pasted in ("26 v", "2\n6", "٢٦", "1" * 11, "26" * 100_000):
            app.post_message(events.Paste(pasted))
            hurry(app, "enter")
            await settle(pilot)
            assert isinstance(app.screen, TicketsScreen), pasted[:20]
            assert len(numbers(app)) == 11, pasted[:20]


async def test_a_number_pasted_into_a_line_stays_there(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("/")
        app.post_message(events.Paste("26"))
        await settle(pilot)
        assert isinstance(app.focused, Input)
        assert app.focused.value == "26"
        assert app.screen.query_one(FilterSidebar).query_one(NumberBox).line.value == ""


async def test_a_number_of_no_ticket_opens_nothing_and_says_so(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "3", "2", "enter")
        assert isinstance(app.screen, TicketsScreen)
        assert "Такого билета нет: 32" in "\n".join(on_screen(app))
        assert len(numbers(app)) == 11


async def test_that_nothing_was_found_is_readable_beside_the_drawer(app: DeskApp) -> None:
    def beside_the_filter() -> str:
        sidebar = app.screen.query_one(FilterSidebar)
        left = sidebar.region.right if sidebar.display else 0
        return " ".join(" ".join(line[left:] for line in on_screen(app)).split())

    def margins() -> tuple[int, int]:
        line = next(line for line in on_screen(app) if "Ничего не найдено" in line)
        left = len(line) - len(line.lstrip())
        return left, len(line) - len(line.rstrip())

    said = "Ничего не найдено: № 32 x — сбросить фильтр."
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "f", "3", "2")
        assert said in beside_the_filter()
        await pilot.resize_terminal(120, 40)
        await settle(pilot)
        assert said in beside_the_filter()
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert said in beside_the_filter()
        await pilot.press("enter")
        await settle(pilot)
        assert said in beside_the_filter()
        left, right = margins()
        assert abs(left - right) <= 1


async def test_the_filter_is_reset_in_both_layouts(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        for key in ("x", "ч", "X", "Ч"):
            await press(pilot, "f", "2", "6")
            assert numbers(app) == [26], key
            await pilot.press("escape", key)
            await settle(pilot)
            assert len(numbers(app)) == 11, key


@pytest.mark.parametrize("slash", ["slash", "full_stop"])
async def test_a_visitor_is_found_by_first_letters_without_enter(app: DeskApp, slash: str) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press(slash, *"мар сем")
        await pilot.pause(0.3)
        await settle(pilot)
        assert numbers(app) == [25, 34, 26]  # that of today first


async def test_keys_typed_in_a_hurry_after_a_reset_go_where_they_belong(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        hurry(app, "x", "slash", "с", "т", "о", "enter")
        await settle(pilot)
        assert numbers(app) == [29, 30]  # that of today first


async def test_what_is_filtered_is_seen_at_80_columns(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("slash", *"сем", "enter")
        await settle(pilot)
        assert "сем" in text_of(app, "#list-filter")
        assert not app.screen.query_one(FilterSidebar).has_class("-open")


async def test_a_change_by_another_program_appears_and_the_cursor_stays(
    app: DeskApp, database: Path
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("down", "down", "down")
        with sqlite3.connect(database) as outside:
            outside.execute(
                "UPDATE person SET last_name = 'Новиков' WHERE last_name = 'Столповский'"
            )
        outside.close()
        await pilot.pause(1.0)
        await settle(pilot)
        assert "Иван Новиков" in "\n".join(lines(app))
        assert cursor(app) == 29


async def test_statuses_move_by_themselves_while_the_application_is_open(
    app: DeskApp, clock: FrozenClock
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("end")
        await settle(pilot)
        clock.move_to(clock.now() + timedelta(days=1))
        app.services.worker.wake()  # type: ignore[union-attr]
        await pilot.pause(1.5)
        await settle(pilot)
        assert "23 7 декабря 2022 г., с 09:00 до 13:00 Марина Спиридонова Активен PM №1" in lines(
            app
        ) or any(line.startswith("23 ") and "Активен" in line for line in lines(app))
        assert cursor(app) == 22


async def test_statuses_that_nobody_moves_are_told(
    settings: Settings, clock: FrozenClock, database: Path
) -> None:

    app = DeskApp(settings._replace(embedded_worker=False), clock=clock)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert not app.screen.query_one("#banner").has_class("-shown")
        clock.move_to(clock.now() + timedelta(days=1))
        await pilot.press("f5")
        app.screen.on_minute_passed(None)  # type: ignore[attr-defined]
        await settle(pilot)
        assert "olvery-tui worker" in text_of(app, "#banner")


@pytest.mark.parametrize("key", ["f1"])
async def test_the_help_names_every_key_in_both_layouts(app: DeskApp, key: str) -> None:
    async with app.run_test(size=(160, 50)) as pilot:
        await settle(pilot)
        await pilot.press(key)
        await settle(pilot)
        assert isinstance(app.screen, HelpScreen)
        assert app.screen.query_one("#help").max_scroll_y == 0
        columns = [str(each.content) for each in app.screen.query(".column").results(Static)]
        assert columns[0].startswith("▸ В списке\n")
        told = [line for text in columns for line in text.splitlines()]
        for keys in ("v  м", "Ctrl+S", "F5", "/  .", "g  п", "PgUp PgDn"):
            assert any(line.startswith(keys) for line in told)
        for one in KEYS:
            assert any(cap(one.key) in line for line in told), one.id
        await pilot.press("escape")
        assert isinstance(app.screen, TicketsScreen)


async def test_resizing_keeps_cursor_focus_and_typed_text(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("slash", *"сто")
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        await pilot.pause(0.3)
        await settle(pilot)
        sidebar = app.screen.query_one(FilterSidebar)
        assert sidebar.filters.visitor_words == ("сто",)
        assert app.focused is not None
        assert sidebar in app.focused.ancestors
        await pilot.press("enter")
        await pilot.resize_terminal(200, 60)
        await settle(pilot)
        assert numbers(app) == [29, 30]  # that of today first


async def test_an_empty_database_says_how_to_begin(tmp_path: Path, clock: FrozenClock) -> None:
    url = f"sqlite:///{tmp_path / 'olvery.db'}"
    with closing(open_database(url)) as store:
        schema.upgrade(store)
        login = login_of(store, "Анна Орлова")
        by_key(store)
    settings = Settings(database_url=url, log_file=tmp_path / "log", login=login)
    app = DeskApp(settings, clock=clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        picture = "\n".join(lines(app))
        assert "s — завести услуги и места" in picture
        assert "olvery-tui --demo" in picture


async def test_a_trouble_that_is_over_while_the_application_ends_is_no_fault(
    app: DeskApp,
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await app.screen.remove_children()
        app.errors.set_outage(StoreUnavailable(StoreCode.LOCKED, ""))
        app.errors.set_outage(None)
        assert app.errors.outage is None
