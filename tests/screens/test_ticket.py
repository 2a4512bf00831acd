"""The ticket's form: what it shows, what it allows, what it says when it doesn't."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.filters import TicketFilter
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.screens.history import HistoryScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.ticket.ticket import TicketScreen
from olvery_tui.screens.ticket.ticket_blocks import TicketBlocks
from olvery_tui.screens.ticket.visitor import VisitorForm
from olvery_tui.screens.ticket.visitor_view import VisitorViewScreen
from olvery_tui.screens.ticket.workplace import WorkplaceForm
from olvery_tui.store.database import changes, engine
from olvery_tui.widgets.messages import DeskChanged
from olvery_tui.widgets.table.ticket_table import TicketTable
from tests.desk.making import as_typed
from tests.screens.conftest import SIZES, settle
from tests.screens.ticket_desk import (
    another_terminal,
    click,
    is_there,
    locked,
    on_screen,
    press,
    said,
    text,
    ticket_open,
    tone,
)

ACTIONS = {"validate", "reset_validation", "change_visitor", "change_workplace"}


@pytest.fixture
def unwatched(monkeypatch: pytest.MonkeyPatch) -> None:
    """The terminal doesn't hear of changes made elsewhere: the moment before it would."""
    monkeypatch.setattr(changes, "watch", lambda store, changed, stop, trouble: stop.wait())


def buttons(app: DeskApp) -> set[str]:
    return {name for name in ACTIONS if is_there(app, f"#{name}")}


# What it shows


async def test_ticket_26_is_shown_as_in_the_manual(app: DeskApp) -> None:
    async with ticket_open(app, 26):
        shown = "\n".join(on_screen(app))
        for expected in (
            "← Билет 26",
            "№ 26   05.12.2022 19:02",
            "◇ Подтвержден",
            "Коворкинг на 3 этаже",
            "Заказ 1215 · Подтвержден",
            "Проверьте личность посетителя",
            "Выполнить v",
            "Посетитель",
            "Мария Семенова",
            "+7 (965) 577-65-00",
            "koshatina77@mail.ru",
            "Изменить u",
            "Детали билета",
            "Изменить w",
            "Модификаторы",
            "• Принтер   • Полка",
            "Информация об идентификации посетителя",
        ):
            assert expected in shown
        assert text(app, "#period") == "22.12.2022 - 24.12.2022"
        assert text(app, "#tariff") == "Суточный"
        assert text(app, "#workplace") == "PM №1"
        assert text(app, "#room") == "Коворкинг №1"
        assert text(app, "#checked-at") == "—"
        assert text(app, "#checked-by") == "—"
        assert not is_there(app, "#variant")
        assert not is_there(app, "#overdue")


async def test_ticket_34_shows_its_variant_and_no_identity_check(app: DeskApp) -> None:
    async with ticket_open(app, 34):
        assert text(app, "#made") == "№ 34   06.12.2022 09:34"
        assert text(app, "#status") == "○ Новый"
        assert text(app, "#service") == "Коворкинг на 2 этаже"
        assert text(app, "#order") == "Заказ 1223 · Новый"
        assert text(app, "#period") == "22.12.2022 - 25.01.2023"
        assert is_there(app, "#variant")
        assert text(app, "#variant") == "Резидент +"
        assert text(app, "#tariff") == "1-3 мес (7000 руб в месяц)"
        assert text(app, "#room") == "Коворкинг на 2 этаже"
        assert text(app, "#modifiers") == "• Шкафчик   • Юридическое сопровождение"
        assert not is_there(app, "#check")


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_every_block_is_in_sight_without_scrolling(
    app: DeskApp, size: tuple[int, int]
) -> None:
    async with ticket_open(app, 34, size=size):
        body = app.screen.query_one(TicketBlocks)
        assert body.max_scroll_y == 0
        assert "Ответственный" in "\n".join(on_screen(app))


async def test_the_service_variant_is_there_for_the_tickets_that_have_one(app: DeskApp) -> None:
    async with ticket_open(app, 34) as pilot:
        await press(pilot, "pagedown")
        assert text(app, "#made").startswith("№ 31 ")
        assert not is_there(app, "#variant")


async def test_only_the_buttons_that_the_status_allows_are_there(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        for number, status, allowed in (
            (34, "Новый", {"change_visitor", "change_workplace"}),
            (31, "Подтвержден", {"validate", "change_visitor", "change_workplace"}),
            (27, "Активен", {"validate", "change_workplace"}),
            (22, "Отменен", set()),
        ):
            await press(pilot, *str(number), "enter")
            assert f"Билет {number}" in on_screen(app)[0]
            assert buttons(app) == allowed, status


# The identity check


async def test_the_check_is_recorded_with_time_and_manager_and_can_be_reset(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        for check, reset in (("v", "r"), ("V", "R"), ("м", "к"), ("М", "К")):
            await press(pilot, check)
            assert text(app, "#checked-at") == "06.12.2022 10:00"
            assert text(app, "#checked-by") == "Анна Орлова"
            assert not is_there(app, "#check")
            assert buttons(app) == {"reset_validation", "change_visitor", "change_workplace"}
            assert tone(app) == "done"
            assert app.desk.tickets.get(26).validated
            await press(pilot, reset)
            assert text(app, "#checked-at") == "—"
            assert text(app, "#checked-by") == "—"
            assert is_there(app, "#check")
            assert buttons(app) == {"validate", "change_visitor", "change_workplace"}
            assert not app.desk.tickets.get(26).validated


async def test_the_mouse_checks_and_resets(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        await click(pilot, "#validate")
        assert text(app, "#checked-by") == "Анна Орлова"
        await click(pilot, "#reset_validation")
        assert text(app, "#checked-by") == "—"


async def test_tab_and_enter_press_a_button(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "tab", "enter")
        assert text(app, "#checked-by") == "Анна Орлова"
        # The button that had the focus is gone: the keys must not be.
        await press(pilot, "r")
        assert text(app, "#checked-by") == "—"


async def test_a_second_press_on_a_slow_line_does_nothing(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ticket_open(app, 26) as pilot:
        arrived, go_on, presses = threading.Event(), threading.Event(), []
        validate = app.desk.tickets.validate

        def slow(seen: TicketDetails, **how: bool) -> TicketDetails:
            presses.append(seen.number)
            arrived.set()
            assert go_on.wait(60)
            return validate(seen, **how)

        monkeypatch.setattr(app.desk.tickets, "validate", slow)
        await pilot.press("v")
        await asyncio.to_thread(arrived.wait, 5)
        await pilot.press("v", "м", "pagedown", "u")
        go_on.set()
        await settle(pilot)
        assert presses == [26]
        assert isinstance(app.screen, TicketScreen)
        assert text(app, "#made").startswith("№ 26 ")
        assert text(app, "#checked-by") == "Анна Орлова"
        await press(pilot, "v")
        assert presses == [26]
        assert said(app) == "Уже проверен 10:00, Анна Орлова"
        assert tone(app) == "told"


async def test_leaving_while_the_check_is_on_its_way_waits_for_the_answer(
    app: DeskApp, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.4)
    async with ticket_open(app, 26) as pilot:
        with locked(database):
            await pilot.press("v", "escape")
            await settle(pilot)
            assert isinstance(app.screen, TicketScreen)
            assert tone(app) == "trouble"
        await pilot.press("v", "escape")
        await settle(pilot)
        assert isinstance(app.screen, TicketsScreen)
        assert app.desk.tickets.get(26).validated


@pytest.mark.usefixtures("unwatched")
async def test_who_comes_second_is_told_who_checked_and_sees_it(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with ticket_open(app, 26) as pilot:
        with another_terminal(database, clock) as other:
            other.tickets.validate(other.tickets.get(26))
        clock.move_to(clock.now() + timedelta(minutes=2))
        assert is_there(app, "#validate")
        await press(pilot, "v")
        assert said(app) == "Уже проверен 10:00, Пётр Ильин"
        assert tone(app) == "told"
        assert text(app, "#checked-at") == "06.12.2022 10:00"
        assert text(app, "#checked-by") == "Пётр Ильин"
        assert not is_there(app, "#validate")
        assert app.desk.tickets.history(26)[0].kind is EventKind.VALIDATE_REFUSED


@pytest.mark.usefixtures("unwatched")
async def test_a_check_of_another_visitors_passport_is_refused_with_the_new_state(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with ticket_open(app, 26) as pilot:
        with another_terminal(database, clock) as other:
            (ivan,) = other.people.search("столповский")
            other.tickets.change_visitor(other.tickets.get(26), ivan.id)
        await press(pilot, "v")
        assert "Пётр Ильин" in said(app)
        assert "06.12.2022 10:00" in said(app)
        assert text(app, "#visitor-name") == "Иван Столповский"
        assert text(app, "#checked-at") == "—"
        assert not app.desk.tickets.get(26).validated
        await press(pilot, "v")
        assert text(app, "#checked-by") == "Анна Орлова"


@pytest.mark.usefixtures("unwatched")
async def test_a_reset_of_a_check_that_was_made_anew_is_refused_with_the_new_state(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "v")
        clock.move_to(clock.now() + timedelta(minutes=5))
        with another_terminal(database, clock) as other:
            other.tickets.validate(other.tickets.reset_validation(other.tickets.get(26)))
        await press(pilot, "r")
        assert "Пётр Ильин" in said(app)
        assert text(app, "#checked-by") == "Пётр Ильин"
        assert text(app, "#checked-at") == "06.12.2022 10:05"
        assert app.desk.tickets.get(26).validated


# Keys that do nothing now say why


async def test_a_key_that_is_not_allowed_says_why(app: DeskApp) -> None:
    async with ticket_open(app, 31) as pilot:
        for number, keys, names in (
            (34, "vм", "«Новый»"),
            (22, "vuwц", "«Отменен»"),
            (27, "uг", "«Активен»"),
            (26, "r", "не проверена"),
        ):
            for key in keys:
                await press(pilot, *str(number), "enter")
                assert names not in said(app)
                before = app.desk.tickets.get(number)
                await press(pilot, key)
                assert isinstance(app.screen, TicketScreen)
                assert names in said(app), (number, key)
                assert app.desk.tickets.get(number) == before


async def test_an_overdue_ticket_says_so_and_keeps_its_place(
    app: DeskApp, clock: FrozenClock
) -> None:
    clock.move_to(clock.now() + timedelta(hours=3))
    async with ticket_open(app, 27) as pilot:
        assert text(app, "#status") == "● Активен"
        assert is_there(app, "#overdue")
        assert text(app, "#overdue") == "Время истекло"
        assert "change_workplace" not in buttons(app)
        await press(pilot, "w")
        assert isinstance(app.screen, TicketScreen)
        assert "27" in said(app)


async def test_time_that_runs_out_while_the_form_is_open_is_shown(
    app: DeskApp, clock: FrozenClock
) -> None:
    async with ticket_open(app, 27) as pilot:
        assert not is_there(app, "#overdue")
        clock.move_to(clock.now() + timedelta(hours=3))
        app._minute_passed()
        await settle(pilot)
        assert is_there(app, "#overdue")
        assert buttons(app) == {"validate"}


# To other windows


async def test_each_window_opens_in_both_layouts_and_esc_comes_back(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        for keys, window in (
            ("uг", VisitorForm),
            ("wц", WorkplaceForm),
            ("hр", HistoryScreen),
            ("pз", VisitorViewScreen),
        ):
            for key in keys:
                await press(pilot, key)
                assert isinstance(app.screen, window)
                await press(pilot, "escape")
                assert isinstance(app.screen, TicketScreen)


# To the neighbours and back to the list


async def test_pages_go_to_the_neighbours_and_esc_to_the_row_of_the_last_one(
    app: DeskApp,
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        table = app.screen.query_one(TicketTable)
        await press(pilot, "enter")
        assert text(app, "#made").startswith("№ 34 ")
        await press(pilot, "pageup")
        assert said(app) == "Это первый билет списка."
        await press(pilot, "pagedown", "pagedown")
        assert text(app, "#made").startswith("№ 30 ")
        assert "← Билет 30" in on_screen(app)[0]
        assert said(app) == ""
        await press(pilot, "escape")
        assert isinstance(app.screen, TicketsScreen)
        assert table.cursor_number == 30
        assert table.has_focus


async def test_the_neighbours_are_those_of_the_filtered_list(app: DeskApp) -> None:
    active = TicketFilter(statuses=frozenset({TicketStatus.ACTIVE}))
    async with ticket_open(app, 27, filters=active) as pilot:
        await press(pilot, "pagedown")
        assert text(app, "#made").startswith("№ 25 ")
        await press(pilot, "pagedown")
        assert text(app, "#made").startswith("№ 25 ")
        assert said(app) == "Это последний билет списка."


async def test_the_mouse_goes_to_the_neighbours_and_back(app: DeskApp) -> None:
    async with ticket_open(app, 31, size=(120, 40)) as pilot:
        for label, number in (("▼", 30), ("▲", 31)):
            lines = on_screen(app)
            row = next(row for row, line in enumerate(lines) if "▼ PgDn" in line)
            assert await pilot.click(offset=(lines[row].index(label), row))
            await settle(pilot)
            assert text(app, "#made").startswith(f"№ {number} ")
        lines = on_screen(app)
        row = next(row for row, line in enumerate(lines) if "← Билет 31" in line)
        assert await pilot.click(offset=(lines[row].index("Билет"), row))
        await settle(pilot)
        assert isinstance(app.screen, TicketsScreen)


# Changes made elsewhere


async def _until(pilot: Pilot[Any], condition: Any, seconds: float = 3.0) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < deadline
        await pilot.pause(0.05)


async def test_a_change_made_elsewhere_appears_by_itself(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with ticket_open(app, 26) as pilot:
        with another_terminal(database, clock) as other:
            other.tickets.validate(other.tickets.get(26))
        await _until(pilot, lambda: text(app, "#checked-by") == "Пётр Ильин")
        assert not is_there(app, "#check")


async def test_a_ticket_that_is_not_there_is_told_and_left(app: DeskApp) -> None:
    async with ticket_open(app, 32) as pilot:
        assert "32" in text(app, "#waiting")
        assert not is_there(app, "#blocks")
        await press(pilot, "v", "u", "w", "h", "p")
        assert isinstance(app.screen, TicketScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, TicketsScreen)


async def test_a_busy_database_is_told_and_the_next_press_works(
    app: DeskApp, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.2)
    async with ticket_open(app, 26) as pilot:
        with locked(database):
            await press(pilot, "v")
            assert tone(app) == "trouble"
            assert "занята" in said(app)
            app.post_message(DeskChanged())  # it can be read all the while
            await settle(pilot)
            assert "занята" in said(app)
            assert not app.desk.tickets.get(26).validated
            assert is_there(app, "#validate")
        await press(pilot, "v")
        assert text(app, "#checked-by") == "Анна Орлова"
        assert tone(app) == "done"


async def test_a_slow_answer_shows_that_it_is_loading(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        go_on, ticket = threading.Event(), app.desk.tickets.get

        def slow(number: int) -> TicketDetails:
            assert go_on.wait(60)
            return ticket(number)

        monkeypatch.setattr(app.desk.tickets, "get", slow)
        await app.push_screen(TicketScreen(26, TicketFilter()))
        await _until(pilot, lambda: text(app, "#waiting") == "Загрузка…")
        assert is_there(app, "#waiting")
        go_on.set()
        await settle(pilot)
        assert not is_there(app, "#waiting")
        assert text(app, "#made").startswith("№ 26 ")


async def test_an_answer_that_comes_after_leaving_does_no_harm(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        go_on, asked, ticket = threading.Event(), threading.Event(), app.desk.tickets.get

        def slow(number: int) -> TicketDetails:
            asked.set()
            assert go_on.wait(60)
            return ticket(number)

        monkeypatch.setattr(app.desk.tickets, "get", slow)
        await pilot.press("enter")
        assert await asyncio.to_thread(asked.wait, 5)
        await pilot.press("escape")
        go_on.set()
        await settle(pilot)
        assert isinstance(app.screen, TicketsScreen)
        monkeypatch.undo()
        for _time in range(5):
            await pilot.press("enter", "escape")
        await settle(pilot)
        assert isinstance(app.screen, TicketsScreen)
    assert app.return_code is None  # it did not end by itself
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


# What comes from outside


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_a_hostile_name_is_shown_literally_in_one_line(
    app: DeskApp, database: Path, clock: FrozenClock, size: tuple[int, int]
) -> None:
    name = "[@click=app.quit]Иванов[/] $primary " + "Ы" * 60
    with another_terminal(database, clock) as other:
        person = other.people.add(**as_typed(name, "[/]Пётр"))
        other.tickets.change_visitor(other.tickets.get(26), person.id)
    async with ticket_open(app, 26, size=size) as pilot:
        lines = [line for line in on_screen(app) if "Иванов" in line]
        assert len(lines) == 1
        assert "[/]Пётр [@click=app.quit]Иванов[/] $primary ЫЫЫ" in lines[0]
        assert "…" in lines[0]
        await click(pilot, "#visitor-name", offset=(10, 0))
        assert isinstance(app.screen, TicketScreen)
        assert app.is_running


async def test_resizing_keeps_the_ticket_and_the_focus(app: DeskApp) -> None:
    async with ticket_open(app, 26, size=(120, 40)) as pilot:
        await press(pilot, "tab")
        assert app.focused is not None
        focused = app.focused.id
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert app.focused is not None
        assert app.focused.id == focused
        assert "Ответственный" in "\n".join(on_screen(app))
