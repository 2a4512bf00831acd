"""A month of days: Monday first, in the user's language, by keys of both layouts or mouse."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events, on
from textual.app import ComposeResult

from olvery_tui.i18n import set_language
from olvery_tui.widgets.fields.month_calendar import (
    FIRST_DAY,
    LAST_DAY,
    MonthCalendar,
    _plus_months,
)
from tests.widgets.filter_host import TODAY, PartsApp


class CalendarApp(PartsApp):
    def __init__(self, chosen: date | None = None, today: date = TODAY) -> None:
        super().__init__()
        self.start = (today, chosen)
        self.told: list[object] = []

    def compose(self) -> ComposeResult:
        yield MonthCalendar(*self.start)

    def on_mount(self) -> None:
        self.calendar.focus()

    @property
    def calendar(self) -> MonthCalendar:
        return self.query_one(MonthCalendar)

    @on(MonthCalendar.Picked)
    def _picked(self, message: MonthCalendar.Picked) -> None:
        assert message.control is self.calendar
        self.told.append(message.day)

    @on(MonthCalendar.Closed)
    def _closed_calendar(self, message: MonthCalendar.Closed) -> None:
        assert message.control is self.calendar
        self.told.append("closed")

    def lines(self) -> list[str]:
        return [self.calendar.render_line(y).text.rstrip() for y in range(9)]


async def test_a_month_in_russian_begins_on_monday_and_marks_without_colour():
    app = CalendarApp(chosen=date(2022, 12, 22))
    async with app.run_test() as pilot:
        await pilot.press("up")
        assert app.lines() == [
            "  ‹     Декабрь 2022     ›",
            " Пн  Вт  Ср  Чт  Пт  Сб  Вс",
            " 28  29  30   1   2   3   4",
            "  5   6•  7   8   9  10  11",
            " 12  13  14 >15< 16  17  18",
            " 19  20  21 [22] 23  24  25",
            " 26  27  28  29  30  31   1",
            "  2   3   4   5   6   7   8",
            "    t Сегодня 06.12.2022",
        ]


async def test_it_opens_at_the_chosen_day_or_at_today():
    assert CalendarApp(chosen=date(2023, 1, 25)).start[1] == date(2023, 1, 25)
    app = CalendarApp(chosen=date(2023, 1, 25))
    async with app.run_test() as pilot:
        await pilot.press("enter")
        assert app.told == [date(2023, 1, 25)]
    app = CalendarApp()
    async with app.run_test() as pilot:
        await pilot.press("enter")
        assert app.told == [TODAY]


MOVES = (
    (["right"], date(2022, 12, 7)),
    (["left"] * 6, date(2022, 11, 30)),
    (["down"], date(2022, 12, 13)),
    (["up"], date(2022, 11, 29)),
    (["pagedown"], date(2023, 1, 6)),
    (["pageup"], date(2022, 11, 6)),
    (["ctrl+pagedown"], date(2023, 12, 6)),
    (["ctrl+pageup"], date(2021, 12, 6)),
    (["home"], date(2022, 12, 1)),
    (["end"], date(2022, 12, 31)),
    (["end", "pagedown", "pagedown"], date(2023, 2, 28)),
    (["pagedown", "down", "t"], TODAY),
    (["pagedown", "down", "е"], TODAY),
    (["pagedown", "T"], TODAY),
    (["pagedown", "Е"], TODAY),
)


async def test_keys_move_by_day_week_month_and_year():
    app = CalendarApp()
    async with app.run_test() as pilot:
        for keys, day in MOVES:
            app.calendar.show(TODAY, None)
            await pilot.press(*keys)
            assert app.calendar.cursor == day, keys
            await pilot.press("enter")
            assert app.told[-1] == day


async def test_escape_closes_without_a_choice():
    app = CalendarApp()
    async with app.run_test() as pilot:
        await pilot.press("right", "escape")
        assert app.told == ["closed"]


async def test_days_and_months_by_mouse_alone():
    app = CalendarApp()
    async with app.run_test(size=(60, 20)) as pilot:
        # one cell of border and one of padding on the left, one line of border above
        await pilot.click(MonthCalendar, offset=(2 + 25, 1))  # ›
        assert app.calendar.cursor == date(2023, 1, 6)
        await pilot.click(MonthCalendar, offset=(2 + 2, 1))  # ‹
        await pilot.click(MonthCalendar, offset=(2 + 2, 1))
        assert app.calendar.cursor == date(2022, 11, 6)
        await pilot.click(MonthCalendar, offset=(2 + 9, 1 + 8))  # today
        assert app.calendar.cursor == TODAY
        assert app.told == []
        await pilot.click(MonthCalendar, offset=(2 + 4 * 3 + 1, 1 + 2))  # 1 December
        await pilot.click(MonthCalendar, offset=(2 + 1, 1 + 2))  # 28 November
        assert app.told == [date(2022, 12, 1), date(2022, 11, 28)]


async def test_the_wheel_turns_months():
    app = CalendarApp()
    async with app.run_test() as pilot:
        await pilot._post_mouse_events([events.MouseScrollDown], MonthCalendar)
        assert app.calendar.cursor == date(2023, 1, 6)
        await pilot._post_mouse_events([events.MouseScrollUp], MonthCalendar)
        assert app.calendar.cursor == TODAY


@pytest.mark.parametrize(("start", "key"), [(FIRST_DAY, "pageup"), (LAST_DAY, "pagedown")])
async def test_the_ends_of_the_calendar_hold(start, key):
    app = CalendarApp(chosen=start)
    async with app.run_test() as pilot:
        await pilot.press(key, f"ctrl+{key}", "left" if key == "pageup" else "right")
        assert app.calendar.cursor == start
        assert len(app.lines()) == 9


@pytest.mark.parametrize("year", [date.max.year, 1])
async def test_a_day_beyond_the_calendar_opens_at_its_end(year):
    app = CalendarApp(chosen=date(year, 6, 15))
    async with app.run_test():
        assert app.calendar.cursor in (FIRST_DAY, LAST_DAY)


async def test_a_step_within_the_month_repaints_its_lines_only():
    app = CalendarApp()
    async with app.run_test() as pilot:
        await pilot.pause()
        painted: list[int] = []
        render_line = app.calendar.render_line
        app.calendar.render_line = lambda y: painted.append(y) or render_line(y)  # type: ignore[method-assign]
        await pilot.press("right")
        await pilot.pause()
        assert set(painted) == {3}
        painted.clear()
        await pilot.press("down")
        await pilot.pause()
        assert set(painted) == {3, 4}


async def test_the_calendar_follows_the_language():
    set_language("en")
    app = CalendarApp()
    async with app.run_test():
        assert app.lines()[0].strip(" ‹›") == "December 2022"
        assert app.lines()[1].split() == ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
        assert "Today 06.12.2022" in app.lines()[8]


@given(day=st.dates(FIRST_DAY, LAST_DAY))
def test_every_day_of_every_month_is_in_its_six_weeks(day):
    days = MonthCalendar(day)._days()

    assert len(days) == 42
    assert days[0].weekday() == 0
    assert all(after - before == timedelta(days=1) for before, after in pairwise(days))
    assert {d.day for d in days if (d.year, d.month) == (day.year, day.month)} >= set(range(1, 29))
    assert day in days


@given(day=st.dates(date(1950, 1, 1), date(2150, 1, 1)), months=st.integers(-300, 300))
def test_a_month_on_and_back_never_leaves_the_month(day, months):
    moved = _plus_months(day, months)

    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day <= day.day
