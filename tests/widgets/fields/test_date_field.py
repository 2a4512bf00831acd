"""A day is typed or chosen; what can't be a day is told, and the typed text stays."""

from __future__ import annotations

from datetime import date

import pytest
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from olvery_tui.domain.errors import InvalidInput
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.fields.date_field import DateField
from olvery_tui.widgets.fields.field import Field, Problem, Unfinished
from olvery_tui.widgets.fields.month_calendar import MonthCalendar
from tests.widgets.filter_host import TODAY, PartsApp, on_screen, until


class DayApp(PartsApp):
    """A form with one day in it, `above` lines below the top."""

    def __init__(self, above: int = 0) -> None:
        super().__init__()
        self.above = above
        self.told: list[object] = []

    def compose(self) -> ComposeResult:
        with Vertical():
            for _line in range(self.above):
                yield Static("x")
            yield DateField("from", "с", today=lambda: TODAY)
            yield Field(id="other")
        yield KeyBar()

    def on_mount(self) -> None:
        self.day.take_focus()

    @property
    def day(self) -> DateField:
        return self.query_one(DateField)

    @property
    def line(self) -> Field:
        return self.day.query_one(Field)

    @on(DateField.Picked)
    def _picked(self, message: DateField.Picked) -> None:
        assert message.control is self.day
        self.told.append(message.day)


async def test_a_day_is_read_as_it_is_typed():
    app = DayApp()
    async with app.run_test():
        for typed, day in (
            ("06.12.2022", date(2022, 12, 6)),
            ("6.12", date(2022, 12, 6)),
            ("6.12.22", date(2022, 12, 6)),
            ("06122022", date(2022, 12, 6)),
            ("2022-12-06", date(2022, 12, 6)),
            ("06/12/2022", date(2022, 12, 6)),
            ("5.1", date(2023, 1, 5)),
            ("  ", None),
            ("", None),
        ):
            app.line.value = typed
            assert app.day.read() == day, typed
            assert app.day.text == typed


async def test_what_is_not_a_day_is_refused():
    app = DayApp()
    async with app.run_test():
        for typed, code in (
            ("31.02", "no_such_day"),
            ("32.12.2022", "no_such_day"),
            ("вскоре", "date"),
            ("6", "date"),
        ):
            app.line.value = typed
            with pytest.raises(InvalidInput) as refused:
                app.day.read()
            assert (refused.value.field, refused.value.code) == ("from", code)


async def test_half_a_day_is_not_judged_while_it_is_typed():
    app = DayApp()
    async with app.run_test():
        for typed in ("6", "06.0", "06.12.2", "06.12.20", "06.12.202", "2022-"):
            app.line.value = typed
            with pytest.raises(Unfinished):
                app.day.read(finished=False)
        for typed in ("31.02", "вскоре"):
            app.line.value = typed
            with pytest.raises(InvalidInput):
                app.day.read(finished=False)


@pytest.mark.parametrize("key", ["down", "alt+down"])
async def test_the_calendar_opens_by_key_and_the_day_chosen_is_written(key):
    app = DayApp()
    async with app.run_test() as pilot:
        await pilot.press(key)
        assert isinstance(app.focused, MonthCalendar)
        await pilot.press("right", "down", "enter")
        assert app.told == [date(2022, 12, 14)]
        assert app.day.text == "14.12.2022"
        assert app.focused is app.line
        assert not app.day.is_open


async def test_the_calendar_opens_at_the_typed_day():
    app = DayApp()
    async with app.run_test() as pilot:
        await pilot.press(*"25.01.2023", "down")
        assert app.query_one(MonthCalendar).cursor == date(2023, 1, 25)


async def test_the_calendar_opens_at_today_when_what_is_typed_is_no_day():
    app = DayApp()
    async with app.run_test() as pilot:
        await pilot.press(*"31.02", "down")
        assert app.query_one(MonthCalendar).cursor == TODAY
        await pilot.press("escape")
        assert app.day.text == "31.02"
        assert app.focused is app.line


async def test_the_calendar_by_mouse_alone():
    app = DayApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(".drop")
        calendar = app.query_one(MonthCalendar)
        await pilot.click(calendar, offset=(2 + 4 * 4 + 1, 1 + 3))
        await until(pilot, lambda: app.told)
        assert app.told == [date(2022, 12, 9)]
        assert app.day.text == "09.12.2022"

        await pilot.click(".clear")
        await pilot.pause()
        assert app.day.text == ""
        assert not app.day.query_one(".clear").visible


async def test_the_glyph_opens_and_closes_the_calendar():
    app = DayApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(".drop")
        assert app.day.is_open
        await pilot.click(".drop")
        await until(pilot, lambda: not app.day.is_open)
        assert app.focused is app.line


async def test_the_calendar_closes_when_the_focus_goes_elsewhere():
    app = DayApp()
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.press("down", "tab")
        await until(pilot, lambda: not app.day.is_open)
        assert app.focused is app.query_one("#other")


async def test_a_digit_typed_in_the_calendar_goes_into_the_line():
    app = DayApp()
    async with app.run_test() as pilot:
        await pilot.press("down", "1")
        await until(pilot, lambda: not app.day.is_open)
        await pilot.press(*"3.12")
        assert app.day.read() == date(2022, 12, 13)


@pytest.mark.parametrize("above", [0, 9, 21])
async def test_the_calendar_is_whole_and_never_covers_its_line(above):
    app = DayApp(above)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down")
        await pilot.pause()
        calendar = app.query_one(MonthCalendar)
        assert on_screen(app, calendar)
        assert app.screen.region.contains_region(calendar.region)
        assert not calendar.region.overlaps(app.line.region)


async def test_a_problem_is_said_below_the_line_and_taken_back():
    app = DayApp()
    async with app.run_test() as pilot:
        app.day.say("Дня [/] не бывает")
        await pilot.pause()
        problem = app.query_one(Problem)
        assert problem.text == "Дня [/] не бывает"
        assert problem.region.y == app.line.region.bottom
        app.day.say("Другое")
        app.day.say("Другое")
        assert app.problems() == ["Другое"]
        app.day.say("")
        await pilot.pause()
        assert app.problems() == []


async def test_the_keys_of_the_calendar_stand_in_the_key_bar():
    app = DayApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down")
        bar = app.query_one(KeyBar)

        def text() -> str:
            return bar.render_line(0).text

        await until(pilot, lambda: "Сегодня" in text())
        assert "Enter Выбрать" in text()
        await pilot.press("escape")
        await until(pilot, lambda: "Календарь" in text())
