"""The calendar: who sits where until when, what is free, and a booking that changes its place."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from olvery_tui.app.app import DeskApp
from olvery_tui.desk.calendar import Calendar
from olvery_tui.domain.calendar import Scale
from olvery_tui.domain.orders import OrderDraft
from olvery_tui.domain.periods import Period
from olvery_tui.screens.calendar.calendar import CalendarScreen
from olvery_tui.screens.list.orders import OrdersScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.new_order.new_order import NewOrderForm
from olvery_tui.screens.ticket.period import PeriodForm
from olvery_tui.screens.ticket.ticket import TicketScreen
from olvery_tui.themes import for_terminal
from olvery_tui.widgets.calendar.calendar_table import CalendarTable
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.messages import DeskChanged
from olvery_tui.widgets.pickers.seat_ticks import SeatTicks
from tests.screens.conftest import settle
from tests.screens.front_desk import front_desk, running, scan
from tests.screens.ticket_desk import another_terminal, on_screen, press


def table(app: DeskApp) -> CalendarTable:
    return next(one for one in app.screen_stack if isinstance(one, CalendarScreen)).table


def told(app: DeskApp) -> str:
    """The lines below the calendar."""
    return str(table(app).screen.query_one("#told", Static).content)


def rows(app: DeskApp) -> list[str]:
    return [strip.text.rstrip() for strip in table(app).picture() if strip.text.strip()]


def row(app: DeskApp, label: str) -> str:
    return next(line for line in rows(app) if label in line)


def seat_of(app: DeskApp, ticket: int) -> str:
    path = app.settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        query = (
            "SELECT label FROM ticket JOIN workplace ON workplace.id = workplace_id"
            " WHERE number = ?"
        )
        (label,) = connection.execute(query, (ticket,)).fetchone()
    return str(label)


async def test_who_sits_at_a_place_now_and_until_when_is_two_keys(tmp_path: Path) -> None:
    async with running(front_desk(tmp_path)) as pilot:
        await press(pilot, "c", "3")
        assert "312 ● Активен  Ирина Иванова" in told(pilot.app)
        assert "до 13:00" in told(pilot.app)
        await press(pilot, "2")
        assert "40 ◇ Подтвержден" in told(pilot.app)  # comes at one
        assert "сейчас свободно" in told(pilot.app)


async def test_what_the_key_read_ahead_is_shown_unless_something_has_changed_since(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[None] = []
    load = Calendar.load
    monkeypatch.setattr(Calendar, "load", lambda *args: (asked.append(None), load(*args))[1])
    async with running(front_desk(tmp_path)) as pilot:
        app = pilot.app
        app.windows.expect_calendar()
        app.windows.show_calendar()
        await settle(pilot)
        await press(pilot, "3")
        assert len(asked) == 1
        assert "312" in told(app)

        await press(pilot, "z")
        app.windows.expect_calendar()
        with another_terminal(tmp_path / "front-desk.db", app.clock) as other:
            other.tickets.change_workplace(other.tickets.get(312), 2)
        app.post_message(DeskChanged())
        await settle(pilot)
        app.windows.show_calendar()
        await settle(pilot)
        await press(pilot, "2")
        assert "312" in told(app)


async def test_a_calendar_mounted_ahead_comes_in_the_size_and_theme_of_when_it_is_opened(
    tmp_path: Path,
) -> None:
    async with running(front_desk(tmp_path), size=(120, 40)) as pilot:
        app = pilot.app
        app.windows.expect_calendar()  # and the key was the first of a scanned code
        await settle(pilot)
        await pilot.resize_terminal(80, 24)
        app.theme = "olvery-contrast"
        await settle(pilot)
        await press(pilot, "c", "3")
        assert app.screen.has_class("-narrow", "-short")
        assert app.screen.styles.background == app.screen_stack[0].styles.background
        assert table(app).size.width == 80
        assert "312" in told(app)
        assert "Enter Открыть" in on_screen(app)[-1]


async def test_at_80_columns_heading_and_hints_are_whole(tmp_path: Path) -> None:
    async with running(front_desk(tmp_path), size=(80, 24)) as pilot:
        await press(pilot, "c", "3")
        assert "9 – 22 марта 2026" in on_screen(pilot.app)[1]
        await press(pilot, "m")
        hint = on_screen(pilot.app)[-2].strip()
        assert hint == "Уже началось: стрелки переносят только на другое место."
        await press(pilot, "escape", "pagedown")
        assert "23.03 – 05.04.2026" in on_screen(pilot.app)[1]
        assert "занято 2 из 3" in on_screen(pilot.app)[1]


async def test_in_sixteen_colours_cursor_selection_and_bars_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their backgrounds are all bright black there."""
    sixteen = partial(for_terminal, color_system="standard")
    monkeypatch.setattr("olvery_tui.app.app.for_terminal", lambda theme, _colours: sixteen(theme))
    async with running(front_desk(tmp_path)) as pilot:
        await press(pilot, "c")
        cursor, selected, bar = (
            table(pilot.app).get_component_rich_style(f"calendar--{name}")
            for name in ("cursor", "selected", "status-active")
        )
        assert [bool(one.reverse) for one in (cursor, selected, bar)] == [True, False, False]
        assert [bool(one.underline) for one in (cursor, selected, bar)] == [False, True, False]


async def test_a_grabbed_booking_that_runs_has_its_symbol_once(tmp_path: Path) -> None:
    async with running(front_desk(tmp_path)) as pilot:
        await press(pilot, "c", "3")
        for _scale in range(3):
            before = row(pilot.app, "PM №3")
            await press(pilot, "m")
            assert row(pilot.app, "PM №3").count("●") == before.count("●") == 1
            await press(pilot, "escape", "plus")


async def test_the_same_number_again_leads_to_the_next_place_that_has_it(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "c")
        rooms = []
        for _ in range(6):
            await press(pilot, "1")
            spot = table(app).model.spot
            assert spot is not None
            assert spot.place.label == "PM №1"
            rooms.append(spot.place.room_id)
        assert len(set(rooms)) == 5
        assert rooms[5] == rooms[0]


async def test_what_is_free_is_two_keys_and_says_until_when(tmp_path: Path) -> None:
    async with running(front_desk(tmp_path)) as pilot:
        await press(pilot, "c", "n")
        assert "до 13:00" in row(pilot.app, "PM №2")
        assert not any("PM №1" in line or "PM №3" in line for line in rows(pilot.app))
        assert "Что свободно сейчас" in "\n".join(on_screen(pilot.app))
        await press(pilot, "e")
        assert "Что свободно до вечера" in "\n".join(on_screen(pilot.app))
        assert "Свободных мест нет." in " ".join(rows(pilot.app))
        await press(pilot, "escape")
        assert row(pilot.app, "PM №1")
        assert "Что свободно" not in "\n".join(on_screen(pilot.app))


async def test_a_booking_moves_with_m_the_way_and_enter(tmp_path: Path) -> None:
    async with running(front_desk(tmp_path)) as pilot:
        await press(pilot, "c", "3", "m", "up")
        assert "→ PM №2" in told(pilot.app)
        assert "свободно" in told(pilot.app)
        assert seat_of(pilot.app, 312) == "PM №3"

        await press(pilot, "enter")

        assert seat_of(pilot.app, 312) == "PM №2"
        assert table(pilot.app).model.grabbed is None
        assert "312" in told(pilot.app)
        await press(pilot, "ctrl+z")
        assert seat_of(pilot.app, 312) == "PM №3"


async def test_a_move_to_a_taken_place_is_refused_and_escape_puts_back(tmp_path: Path) -> None:
    async with running(front_desk(tmp_path)) as pilot:
        await press(pilot, "c", "1", "m", "down")
        assert "Занято: 40 " in told(pilot.app)
        await press(pilot, "enter")
        assert seat_of(pilot.app, 31) == "PM №1"
        assert table(pilot.app).model.grabbed is not None
        await press(pilot, "escape")
        assert table(pilot.app).model.grabbed is None
        assert told(pilot.app).startswith("31 ")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids="{0[0]}".format)
async def test_no_notification_covers_what_is_told_of_the_cursor(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with running(front_desk(tmp_path), size=size) as pilot:
        await press(pilot, "c", "1", "m", "down")
        foot = on_screen(pilot.app)[-3:]
        for number in range(3):
            pilot.app.notify(f"Билет {number} теперь на месте PM №1. " * 3, severity="warning")
        await settle(pilot)
        shown = on_screen(pilot.app)
        assert "Билет 2 теперь" in "\n".join(shown)
        assert shown[-3:] == foot


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids="{0[0]}".format)
async def test_who_is_in_the_way_and_when_is_told_whole_however_long_the_names(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = front_desk(tmp_path)
    with closing(sqlite3.connect(tmp_path / "front-desk.db")) as connection:
        connection.execute("UPDATE person SET first_name = 'Анна-Мария-Александрина-Констанция'")
        connection.execute("UPDATE service SET name = name || ' в самом дальнем крыле здания'")
        connection.commit()
    async with running(app, size=size) as pilot:
        await press(pilot, "c", "1", "m", "down")
        grabbed, way = on_screen(app)[-3:-1]
        assert re.match(r" 31 . \S+  Анна-\S.*  \d\d[. ]\S+ .*\d\d", grabbed)
        assert re.match(r" → PM №2 · Занято: 40 Анна-\S.*, 10.03.2026 13:00–\d\d:\d\d", way)
        await press(pilot, "escape", "2")
        booking, place = on_screen(app)[-3:-1]
        assert re.match(r" 40 ◇ Подтвержден  Анна-\S.* 13:00", booking)
        assert place.startswith(" PM №2 · сейчас свободно · ")


async def test_a_booking_that_is_there_already_is_let_go_and_nothing_is_undone(
    tmp_path: Path,
) -> None:
    async with running(front_desk(tmp_path)) as pilot:
        await press(pilot, "c", "3", "m", "up")
        with another_terminal(tmp_path / "front-desk.db", pilot.app.clock) as other:
            other.tickets.change_workplace(other.tickets.get(312), 2)
        await press(pilot, "enter")
        assert table(pilot.app).model.grabbed is not None
        assert "стрелки переносят только на другое место" in told(pilot.app)
        await press(pilot, "enter")
        assert table(pilot.app).model.grabbed is None
        assert "Ctrl+Z — отменить" not in "\n".join(on_screen(pilot.app))


async def test_a_booking_moves_in_time_and_comes_back_from_beyond_the_window(
    tmp_path: Path,
) -> None:
    async with running(front_desk(tmp_path)) as pilot:
        desk = pilot.app.desk
        before = desk.tickets.get(40).period
        await press(pilot, "c", "2", "tab", "m", "right", "right", "down")
        assert "12 марта 2026" in told(pilot.app)
        await press(pilot, "enter")
        after = desk.tickets.get(40)
        assert after.period.starts_at - before.starts_at == timedelta(days=2)
        assert after.period.ends_at - before.ends_at == timedelta(days=2)
        assert seat_of(pilot.app, 40) == "PM №3"
        assert "40 ◇" in told(pilot.app)

        await press(pilot, "ctrl+z")
        assert desk.tickets.get(40).period == before

        await press(pilot, "home", "2", "m", *["left"] * 40)
        assert "40 ◇" in told(pilot.app)
        assert "29 января 2026" in told(pilot.app)
        await press(pilot, "escape")
        assert table(pilot.app).model.grabbed is None
        assert desk.tickets.get(40).period == before
        assert "40 ◇" in told(pilot.app)


async def book_two(app: DeskApp) -> tuple[int, ...]:
    """Places 2 and 3 for 11 March, in one order; the tickets."""
    desk, day = app.desk, app.today() + timedelta(days=1)
    (sold,), (person, *_) = desk.catalogue.services(), desk.people.search("семенов")
    (tariff,) = (one for one in sold.tariffs if one.name == "Суточный")
    period = Period.daily(day, day, app.location.zone)
    order = desk.orders.create(OrderDraft(person.id, sold.id, tariff.id, period, (2, 3)))
    return tuple(ticket.number for ticket in order.tickets)


async def test_a_move_in_time_of_one_of_several_tickets_asks_which_and_moves_only_that(
    tmp_path: Path,
) -> None:
    async with running(front_desk(tmp_path)) as pilot:
        first, second = await book_two(pilot.app)
        desk = pilot.app.desk
        before = desk.tickets.get(first).period
        await press(pilot, "c", "f5", "2", "right", "m", "right", "enter")
        form = pilot.app.screen
        assert isinstance(form, PeriodForm)
        assert desk.tickets.get(first).period == before
        await press(pilot, "escape")
        assert table(pilot.app).model.grabbed is not None
        await press(pilot, "enter", "enter")
        assert table(pilot.app).model.grabbed is None
        moved = desk.tickets.get(first).period
        assert moved.starts_at - before.starts_at == timedelta(days=1)
        assert desk.tickets.get(second).period == before


async def test_a_move_in_time_that_costs_more_asks_first(tmp_path: Path) -> None:
    """A month from the 31st ends with April; from the 1st it takes a day of a second one."""
    async with running(front_desk(tmp_path)) as pilot:
        path = pilot.app.settings.database_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE tariff SET unit = 'month' WHERE name = 'Суточный'")
        number, desk = book_month(pilot.app), pilot.app.desk
        before = desk.tickets.get(number)
        await press(pilot, "c", "f5", "2", *["right"] * 21, "m", "right", "enter")
        assert isinstance(pilot.app.screen, PeriodForm)
        assert pilot.app.screen.query_one("#price-line", Field).value == "900"
        assert desk.tickets.get(number) == before
        await press(pilot, "enter")
        after = desk.tickets.get(number)
        assert after.period.starts_at - before.period.starts_at == timedelta(days=1)
        assert desk.orders.get(after.order).price == 1800


def book_month(app: DeskApp) -> int:
    """Place 2 from 31 March to 30 April; the ticket."""
    desk = app.desk
    (sold,), (person, *_) = desk.catalogue.services(), desk.people.search("семенов")
    (tariff,) = (one for one in sold.tariffs if one.name == "Суточный")
    period = Period.daily(date(2026, 3, 31), date(2026, 4, 30), app.location.zone)
    order = desk.orders.create(OrderDraft(person.id, sold.id, tariff.id, period, (2,)))
    return order.tickets[0].number


async def test_the_period_of_a_bar_is_changed_in_its_form(tmp_path: Path) -> None:
    async with running(front_desk(tmp_path)) as pilot:
        await press(pilot, "c", "2", "t")
        form = pilot.app.screen
        assert isinstance(form, PeriodForm)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, CalendarScreen)
        assert pilot.app.focused is table(pilot.app)

        await press(pilot, "right", "t")
        assert isinstance(pilot.app.screen, CalendarScreen)


async def test_places_of_two_services_are_no_order_and_stay_selected(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "c", "space")
        calendar = table(app)
        for _ in calendar.model.timetable.places:
            await press(pilot, "down")
            if len({place.service_id for place in calendar.model.selection[0]}) > 1:
                break
        selected = calendar.model.selection
        await press(pilot, "enter")
        assert app.screen is calendar.screen
        assert "В заказе — одна услуга" in "\n".join(on_screen(app))
        assert calendar.model.selection == selected


async def test_a_free_cell_is_booked_with_its_place_and_day(tmp_path: Path) -> None:
    async with running(front_desk(tmp_path)) as pilot:
        await press(pilot, "c", "3", "right", "enter")
        form = pilot.app.screen
        assert isinstance(form, NewOrderForm)
        assert not form.has_unsaved()
        await press(pilot, *"сем", "enter", "ctrl+s")
        assert isinstance(pilot.app.screen, CalendarScreen)
        assert "Иван Семенов" in told(pilot.app)
        assert "11.03.2026 - 11.03.2026" in told(pilot.app)
        assert "PM №3" in told(pilot.app)


async def test_selected_days_and_places_are_booked_together(tmp_path: Path) -> None:
    async with running(front_desk(tmp_path)) as pilot:
        await press(pilot, "c", "2", "right", "space", "right", "down", "enter")
        seats = pilot.app.screen.query_one(SeatTicks)
        assert len(seats.chosen) == 2
        assert not seats.lost
        await press(pilot, "escape", "escape")
        assert not table(pilot.app).model.is_selecting


async def test_a_selected_hour_begins_an_order_of_hours(tmp_path: Path) -> None:
    async with running(front_desk(tmp_path), size=(120, 30)) as pilot:
        await press(pilot, "c", "2", "+", "+")
        assert table(pilot.app).model.window.scale is Scale.DAY
        await press(pilot, *["right"] * 6, "space", *["right"] * 3, "enter")
        lines = {one.id: one.value for one in pilot.app.screen.query(Input)}
        assert (lines["from-time"], lines["to-time"]) == ("15:00", "17:00")


async def test_tab_goes_from_booking_to_booking_and_enter_opens_the_ticket(tmp_path: Path) -> None:
    async with running(front_desk(tmp_path)) as pilot:
        await press(pilot, "c", "1", "tab")
        assert told(pilot.app).startswith("42 ")
        await press(pilot, "shift+tab", "enter")
        assert isinstance(pilot.app.screen, TicketScreen)
        await press(pilot, "escape")
        assert told(pilot.app).startswith("31 ")


async def test_windows_follow_each_other_and_home_is_now(tmp_path: Path) -> None:
    async with running(front_desk(tmp_path)) as pilot:
        await press(pilot, "c", "pagedown", "left")
        first = table(pilot.app).model.window.first
        await press(pilot, *["left"] * 14)
        assert table(pilot.app).model.window.first < first
        await press(pilot, "pageup", "-", "home")
        assert table(pilot.app).model.window.scale is Scale.MONTH
        assert table(pilot.app).model.spot.column.contains(pilot.app.clock.now())


async def test_a_change_made_elsewhere_keeps_cursor_selection_and_what_is_grabbed(
    tmp_path: Path,
) -> None:
    async with running(front_desk(tmp_path)) as pilot:
        await press(pilot, "c", "3", "m", "up")
        path = tmp_path / "front-desk.db"
        with another_terminal(path, pilot.app.clock) as other:
            other.tickets.change_workplace(other.tickets.get(40), 3)
            await settled_after_change(pilot)
            assert table(pilot.app).model.grabbed is not None
            assert "→ PM №2" in told(pilot.app)
            await press(pilot, "escape", "right", "space", "down", "right")
            before = table(pilot.app).model.selection
            other.tickets.change_workplace(other.tickets.get(40), 2)
            await settled_after_change(pilot)
        assert table(pilot.app).model.selection == before
        await pilot.resize_terminal(140, 45)
        await settle(pilot)
        places, columns = table(pilot.app).model.selection
        assert [place.id for place in places] == [place.id for place in before[0]]
        assert [column.day for column in columns] == [column.day for column in before[1]]


async def settled_after_change(pilot: Pilot[Any]) -> None:
    from olvery_tui.widgets.messages import DeskChanged

    pilot.app.post_message(DeskChanged())
    await settle(pilot)


async def test_the_mouse_does_all_of_it(tmp_path: Path) -> None:
    async with running(front_desk(tmp_path), size=(120, 30)) as pilot:
        await pilot.click("#list-name", offset=(12, 0))
        await settle(pilot)
        calendar = table(pilot.app)
        lines = [strip.text for strip in calendar.picture()]
        line = next(at for at, text in enumerate(lines) if "PM №3" in text)
        await pilot.click(CalendarTable, offset=(lines[line].index("●"), line))
        await settle(pilot)
        assert told(pilot.app).startswith("312 ")
        await pilot.click(CalendarTable, offset=(lines[line].index("●"), line), times=2)
        await settle(pilot)
        assert isinstance(pilot.app.screen, TicketScreen)


async def test_the_modes_keep_their_state_while_another_is_in_front(tmp_path: Path) -> None:
    async with running(front_desk(tmp_path)) as pilot:
        await press(pilot, "c", "2", "+", "o")
        assert isinstance(pilot.app.screen, OrdersScreen)
        await press(pilot, "c")
        assert table(pilot.app).model.window.scale is Scale.WEEK
        assert told(pilot.app).startswith("40 ")
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, TicketsScreen)


async def test_the_filter_leaves_rooms_and_lets_statuses_stand_out(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "c", "f", "down", "down", "space", "end", "space", "enter")
        headings = {place.room for place in table(app).model.timetable.places}
        assert headings == {"Переговорная зона"}
        title = str(app.screen.query_one("#list-filter", Static).content)
        assert title == "Переговорная зона · Выполнен"
        await press(pilot, "x")
        assert len({place.room for place in table(app).model.timetable.places}) > 2


async def test_somebody_is_found_and_their_next_booking_shown(tmp_path: Path) -> None:
    async with running(front_desk(tmp_path)) as pilot:
        await press(pilot, "c", "pagedown", "pagedown", "slash", *"сем", "enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, CalendarScreen)
        assert told(pilot.app).startswith("40 ")


async def test_selected_places_are_closed_and_opened_again(tmp_path: Path) -> None:
    async with running(front_desk(tmp_path), size=(120, 30)) as pilot:
        await press(pilot, "c", "2", "right", "space", "down", "right", "b")
        await press(pilot, *"ремонт", "ctrl+s")
        assert isinstance(pilot.app.screen, CalendarScreen)
        assert "▒" in row(pilot.app, "PM №2")
        assert "▒" in row(pilot.app, "PM №3")
        assert "закрыто: ремонт" in told(pilot.app)
        await press(pilot, "b", "right", "enter")
        assert "▒" not in row(pilot.app, "PM №3")
        assert "▒" in row(pilot.app, "PM №2")


async def test_a_place_is_closed_again_beside_a_booking_of_the_same_day(tmp_path: Path) -> None:
    async with running(front_desk(tmp_path), size=(120, 30)) as pilot:
        app = pilot.app
        await press(pilot, "c", "3", "b", *"ремонт", "ctrl+s", "ctrl+s")  # what is left moves
        for again in (True, False):
            assert isinstance(app.screen, CalendarScreen)
            assert "закрыто: ремонт" in told(app)
            app.clock.move_to(app.clock.now() + timedelta(minutes=1))
            await press(pilot, "b", "right", "enter")
            assert not app.desk.closings.standing()
            assert "закрыто" not in told(app)
            if again:
                await press(pilot, "b", *"ремонт", "ctrl+s")


async def test_a_scanned_ticket_opens_over_the_calendar(tmp_path: Path) -> None:
    async with running(front_desk(tmp_path)) as pilot:
        await press(pilot, "c", "2")
        scan(pilot.app, "312")
        await settle(pilot)
        assert isinstance(pilot.app.screen, TicketScreen)
        await press(pilot, "escape")
        assert told(pilot.app).startswith("40 ")
