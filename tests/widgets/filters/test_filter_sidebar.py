"""The filter applies what is entered, says what can't be used, and never stands in the way."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
from textual.geometry import Region
from textual.pilot import Pilot
from textual.widgets import OptionList

from olvery_tui.domain.filters import EMPTY, NumberRange, TicketFilter
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.i18n import set_language
from olvery_tui.widgets.fields.field import BackGlyph
from olvery_tui.widgets.fields.month_calendar import MonthCalendar
from olvery_tui.widgets.filters.filter_form import FilterMenu
from olvery_tui.widgets.filters.filter_sidebar import FilterSidebar
from olvery_tui.widgets.filters.ticket_filter import TicketFilterForm
from olvery_tui.widgets.pickers.status_choice import StatusChoice
from tests.widgets.filter_host import (
    MARIA,
    NAMESAKE,
    FilterApp,
    List,
    on_screen,
    quiet,
    ready,
    until,
)

NARROW, WIDE = (80, 24), (120, 40)


def numbers(*ranges: tuple[int, int]) -> TicketFilter:
    return TicketFilter(numbers=tuple(NumberRange(*pair) for pair in ranges))


def is_back_of(app: FilterApp, name: str) -> bool:
    """Whether the focus is on the «Назад» of a field."""
    return app.focused is app.query_one(f"#{name} .clear", BackGlyph)


# Applied by itself


async def anew(app: FilterApp, pilot: Pilot[None]) -> None:
    """An empty filter that has told nothing yet, with the focus in the list."""
    app.filter.reset()
    for name in ("number", "from", "to", "visitor"):
        app.field(name).value = ""
    await quiet(pilot)
    app.query_one(List).focus()
    await quiet(pilot)
    app.told.clear()


async def test_a_number_applies_with_every_digit_and_enter_opens_its_ticket():
    app = FilterApp()
    async with app.run_test(size=WIDE) as pilot:
        # A number applies with every digit.
        await ready(pilot)
        app.filter.focus_first()
        await pilot.press("3", "1")

        assert app.told == [numbers((3, 3)), numbers((31, 31))]
        assert app.filters == numbers((31, 31))
        await anew(app, pilot)
        # Ranges and lists of numbers apply.
        for typed, wanted in (
            ("30-40", numbers((30, 40))),
            ("31,35", numbers((31, 31), (35, 35))),
            ("31, 35-36,", numbers((31, 31), (35, 36))),
        ):
            app.filter.focus_first()
            await pilot.press(*typed)
            assert app.told[-1] == wanted
            assert app.problems() == []
            await anew(app, pilot)
        await anew(app, pilot)
        # Enter applies at once and opens the ticket.
        app.filter.focus_first()
        await pilot.press("3", "1", "enter")

        assert app.told[-2:] == [numbers((31, 31)), "open"]
        assert isinstance(app.focused, List)
        await anew(app, pilot)
        # Enter in an empty number only goes back.
        app.filter.focus_first()
        await pilot.press("enter")
        assert app.told == ["back"]
        await anew(app, pilot)
        # Nothing is told when nothing changes.
        app.filter.focus_first()
        await pilot.press("3", "1")
        app.told.clear()

        await pilot.press("space", "backspace", "home", "0")
        app.filter.clear_field("visitor")
        await quiet(pilot)

        assert app.told == []
        assert app.filters == numbers((31, 31))
        await anew(app, pilot)
        # A reset of an empty filter tells nothing.
        app.filter.reset()
        await quiet(pilot)
        assert app.told == []
        assert app.filter.summary() == []
        await anew(app, pilot)
        # A number pasted with a line end is that number.
        app.filter.focus_first()
        from textual.events import Paste

        app.post_message(Paste("\n 31\r\n"))
        await pilot.pause()
        await quiet(pilot)
        assert app.told == [numbers((31, 31))]
        await anew(app, pilot)
        # The clipboard keys work under the russian layout.
        app.filter.focus_first()
        await pilot.press("3", "1")
        app.copy_to_clipboard("26\n")
        await pilot.press("ctrl+г", "ctrl+м", "enter")
        assert app.told[-2:] == [numbers((26, 26)), "open"]


async def test_every_condition_is_joined_with_the_others_by_keyboard_alone():
    app = FilterApp()
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        app.filter.focus_first()
        await pilot.press(*"30-40", "tab", *"6.12", "tab", *"08.12.2022", "tab")
        await pilot.press(*"сем")
        await quiet(pilot)
        await pilot.press("tab", "tab", "down", "space", "down", "space", "enter")

        assert app.told[-1] == "back"
        assert app.filters == TicketFilter(
            numbers=(NumberRange(30, 40),),
            from_day=date(2022, 12, 6),
            to_day=date(2022, 12, 8),
            visitor_words=("сем",),
            statuses=frozenset({TicketStatus.CONFIRMED, TicketStatus.ACTIVE}),
        )
        assert app.filter.summary() == [
            ("number", "№ 30-40"),
            ("period", "06.12.2022 - 08.12.2022"),
            ("visitor", "посетитель сем"),
            ("status", "◇ Подтвержден, ● Активен"),
        ]


async def test_statuses_apply_at_once_by_mouse_and_words_with_every_letter():
    app = FilterApp()
    async with app.run_test(size=WIDE) as pilot:
        # Statuses apply at once by mouse.
        await ready(pilot)
        await pilot.click(StatusChoice, offset=(3, 2))
        assert app.told == [TicketFilter(statuses=frozenset({TicketStatus.ACTIVE}))]
        await pilot.click(StatusChoice, offset=(9, 2))
        assert app.told[-1] == EMPTY
        await anew(app, pilot)
        # Fast typing filters by each letter and suggests once.
        app.filter.search_person()
        await pilot.press(*"семенова мария")
        assert app.told[0] == TicketFilter(visitor_words=("с",))
        assert app.told[-1] == TicketFilter(visitor_words=("семенова", "мария"))
        await quiet(pilot)
        assert [question.text for question in app.questions] == ["семенова мария"]


# What can't be used


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_bad_value_is_said_below_its_field_and_the_filter_stays(size):
    app = FilterApp()
    async with app.run_test(size=size) as pilot:
        await ready(pilot)
        for box, typed, said in (
            ("number", "31a", "«31a» — не номер"),
            ("number", "99999999999", "Номера 99999999999 не бывает"),
            ("from", "31.02", "Дня 31.02 не бывает"),
            ("to", "потом", "«потом» — не дата"),
            ("visitor", "!!!", "Здесь нет ни одной буквы"),
        ):
            app.filter.add_class("-open")
            await pilot.pause()
            field = app.field(box)
            app.screen.set_focus(field)
            await pilot.press(*typed)
            await quiet(pilot)

            assert len(app.problems()) == 1, typed
            assert app.problems()[0].startswith(said)
            problem = app.query("Problem").first()
            assert field.region.bottom <= problem.region.y <= field.region.bottom + 1, typed
            assert on_screen(app, problem), typed
            assert app.filters.is_empty or box == "number"
            assert field.value == typed
            await anew(app, pilot)


async def test_a_bad_value_is_kept_told_and_holds_nothing_back():
    app = FilterApp()
    async with app.run_test(size=WIDE) as pilot:
        # Enter on a bad value stays with it.
        await ready(pilot)
        app.filter.focus_first()
        await pilot.press(*"31", "enter")
        await pilot.pause()
        app.told.clear()
        app.filter.focus_first()
        await pilot.press(*"31a", "enter")
        await pilot.pause()

        assert "open" not in app.told
        assert app.filters == numbers((31, 31))
        assert app.focused is app.field("number")

        await pilot.press("backspace", "enter")
        await pilot.pause()
        assert app.told[-1] == "open"
        assert app.problems() == []
        await anew(app, pilot)
        # Escape leaves a bad value and the filter as it was.
        app.filter.focus_first()
        await pilot.press(*"abc", "escape")
        assert app.told == ["back"]
        assert app.field("number").value == "abc"
        assert len(app.problems()) == 1
        await anew(app, pilot)
        # A bad value does not hold back the other fields.
        app.filter.focus_first()
        await pilot.press("x")
        await pilot.click(StatusChoice, offset=(3, 0))
        assert app.told == [TicketFilter(statuses=frozenset({TicketStatus.NEW}))]
        assert len(app.problems()) == 1


async def test_each_day_is_told_its_own_mistake_and_the_last_one_that_the_period_runs_backwards():
    app = FilterApp()
    async with app.run_test(size=WIDE) as pilot:
        # A period that runs backwards is said below its last day.
        await ready(pilot)
        app.screen.set_focus(app.field("from"))
        await pilot.press(*"07.12.2022")
        await quiet(pilot)
        app.screen.set_focus(app.field("to"))
        await pilot.press(*"06.12.2022")
        await quiet(pilot)

        assert app.problems() == ["Период кончается раньше, чем начинается. Измените одну из дат."]
        assert app.told == [TicketFilter(from_day=date(2022, 12, 7))]

        await pilot.press("end", *["backspace"] * 10, *"07.12.2022")
        await quiet(pilot)
        assert app.problems() == []
        assert app.filters == TicketFilter(from_day=date(2022, 12, 7), to_day=date(2022, 12, 7))
        await anew(app, pilot)
        # Both days are told their own mistake.
        app.field("from").value = "31.02"
        app.field("to").value = "нет"
        await quiet(pilot)
        assert [problem.split()[0] for problem in app.problems()] == ["Дня", "«нет»"]


async def test_nothing_is_said_of_what_may_still_become_right():
    app = FilterApp()
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        for box, halves in {
            "number": ["30-", "30-4"],
            "from": ["0", "06.", "06.1", "06.12.2", "06.12.20", "06.12.202", "0612", "2022-12-0"],
        }.items():
            field = app.field(box)
            app.screen.set_focus(field)
            for half in halves:
                field.value = half
                await quiet(pilot)
                assert app.problems() == [], half
                assert app.told == [], half

            field.value = halves[0]
            app.query_one(List).focus()
            await quiet(pilot)
            assert len(app.problems()) == 1
            await anew(app, pilot)


async def test_a_day_without_its_year_is_written_out_when_it_is_entered_or_left():
    app = FilterApp()
    async with app.run_test(size=WIDE) as pilot:
        # A day without its year is written out when it is entered.
        await ready(pilot)
        app.screen.set_focus(app.field("from"))
        await pilot.press(*"6.12", "enter")
        assert app.told[-2:] == [TicketFilter(from_day=date(2022, 12, 6)), "back"]
        assert app.field("from").value == "06.12.2022"
        await quiet(pilot)
        assert app.told[-1] == "back"
        await anew(app, pilot)
        # A day is written out when the next field is entered.
        app.screen.set_focus(app.field("from"))
        await pilot.press(*"6.12", "tab", *"7.12")
        await quiet(pilot)
        assert [app.field("from").value, app.field("to").value] == ["06.12.2022", "7.12"]
        told = list(app.told)
        await pilot.press("tab")
        assert is_back_of(app, "to")
        await pilot.press("tab")
        await quiet(pilot)
        assert app.field("to").value == "07.12.2022"
        assert app.told == told  # written out, it is the same day


# Clearing


async def fill(app: FilterApp, pilot) -> None:
    app.field("number").value = "30-40"
    app.field("from").value = "06.12.2022"
    app.field("to").value = "07.12.2022"
    app.field("visitor").value = "сем"
    await pilot.click(StatusChoice, offset=(3, 1))
    await quiet(pilot)
    app.told.clear()


async def test_back_clears_its_field_alone():
    app = FilterApp()
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        for button, left_empty in {
            "#number .clear": {"numbers"},
            "#from .clear": {"from_day"},
            "#to .clear": {"to_day"},
            "#visitor .clear": {"visitor_words"},
            "#status .clear": {"statuses"},
        }.items():
            await anew(app, pilot)
            await fill(app, pilot)
            before = app.filters

            assert app.query_one(button).tooltip is not None
            assert str(app.query_one(button).tooltip) == "Назад"
            await pilot.click(button)
            await quiet(pilot)

            changed = {
                name
                for name in TicketFilter._fields
                if getattr(app.filters, name) != getattr(before, name)
            }
            assert changed == left_empty
            assert len(app.told) == 1
            assert not app.query_one(button).visible


async def test_a_field_is_cleared_by_one_key_after_coming_back_to_it():
    app = FilterApp()
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        for key in ("delete", "backspace"):
            await anew(app, pilot)
            await fill(app, pilot)
            app.filter.focus_first()
            for name in ("number", "from", "to", "visitor"):
                assert app.focused is app.field(name)
                await pilot.press(key, "tab")  # with the value its «Назад» has gone at once
            assert is_back_of(app, "status")
            await pilot.press("tab", key)
            await quiet(pilot)
            assert app.filters == EMPTY


async def test_tab_goes_to_the_next_field_past_back_which_an_empty_field_has_not():
    app = FilterApp()
    async with app.run_test(size=WIDE) as pilot:
        # Tab goes to the next field past back.
        await ready(pilot)
        await fill(app, pilot)
        app.filter.focus_first()
        for name in ("number", "from", "to", "visitor"):
            assert app.focused is app.field(name)
            await pilot.press("tab")
            assert is_back_of(app, name)
            await pilot.press("tab")
        assert is_back_of(app, "status")
        await pilot.press("tab")
        for _ in ("status", "checked", "ended"):
            assert isinstance(app.focused, StatusChoice)
            await pilot.press("tab")
        for name in ("place", "room"):
            assert app.focused is app.field(name)
            await pilot.press("tab")
        assert isinstance(app.focused, List)
        await anew(app, pilot)
        # Tab goes at once to the next field of an empty filter.
        app.filter.focus_first()
        for name in ("number", "from", "to", "visitor"):
            assert app.focused is app.field(name)
            await pilot.press("tab")
        assert isinstance(app.focused, StatusChoice)


async def test_each_field_is_cleared_by_its_name():
    app = FilterApp()
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        for field in ("number", "period", "visitor", "status"):
            await anew(app, pilot)
            await fill(app, pilot)
            before = app.filter.summary()
            app.filter.clear_field(field)
            await quiet(pilot)
            assert len(app.told) == 1
            assert app.filter.summary() == [one for one in before if one[0] != field]


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_menu_resets_everything_by_mouse(size):
    app = FilterApp()
    async with app.run_test(size=size) as pilot:
        await ready(pilot)
        app.filter.add_class("-open")
        await pilot.pause()
        await fill(app, pilot)
        app.field("number").value = "bad"
        await quiet(pilot)

        await pilot.click(".menu")
        menu = app.query_one(FilterMenu)
        assert str(menu.options[0].prompt) == "Сбросить фильтр"
        await pilot.click(menu, offset=(4, 1))
        await quiet(pilot)

        assert app.told == [EMPTY]
        assert app.problems() == []
        assert not app.query(FilterMenu)
        assert [app.field(name).value for name in ("number", "from", "to", "visitor")] == [""] * 4


async def test_the_menu_opens_and_closes_by_keyboard_and_goes_away_for_a_click():
    app = FilterApp()
    async with app.run_test(size=WIDE) as pilot:
        # The menu opens and closes by keyboard.
        await ready(pilot)
        await fill(app, pilot)
        app.filter.focus_first()
        await pilot.press("shift+tab", "enter")
        assert isinstance(app.focused, FilterMenu)
        await pilot.press("escape")
        assert not app.query(FilterMenu)
        assert app.focused is app.query_one(".menu")
        assert app.told == []

        await pilot.press("enter", "enter")
        assert app.told == [EMPTY]
        assert app.focused is app.field("number")
        await anew(app, pilot)
        # The menu goes away when something else is clicked.
        await pilot.click(".menu")
        await pilot.click(List)
        await until(pilot, lambda: not app.query(FilterMenu))
        assert isinstance(app.focused, List)


async def test_the_first_frame_does_not_wait_for_the_form():
    app = FilterApp()
    async with app.run_test(size=WIDE):
        assert app.filter.filters == EMPTY
        assert app.filter.summary() == []


# Pasted text


async def test_a_paste_is_cleaned_and_what_does_not_fit_is_not_put_in():
    app = FilterApp()
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        app.filter.search_person()
        from textual.events import Paste

        for length in (10_000, 226):
            app.post_message(Paste("\x1b[31mСеменова\r\n\tМария\u202e\x00" + "я" * length))
            await pilot.pause()
            assert app.field("visitor").value == ""
        app.post_message(Paste("\x1b[31mСеменова\r\n\tМария\u202e\x00" + "я" * 100))
        await pilot.pause()
        assert app.field("visitor").value == "[31mСеменова Мария" + "я" * 100
        await quiet(pilot)
        assert len(app.filters.visitor_words) <= 8


# Both layouts


async def test_the_filter_speaks_the_language_that_is_set():
    set_language("en")
    app = FilterApp()
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        app.field("number").value = "x"
        app.screen.set_focus(app.field("from"))
        await quiet(pilot)
        assert app.problems() == ["“x” is not a number. Type digits: 31, 30-40 or 31,35."]
        assert [str(label.content) for label in app.query(".box-label")] == [
            "Number",
            "Period",
            "Visitor",
            "Status",
            "Workplace",
            "Room",
        ]


# The drawer


async def test_a_narrow_screen_shows_the_filter_only_while_it_is_used():
    app = FilterApp()
    async with app.run_test(size=NARROW) as pilot:
        # A narrow screen shows the filter only while it is used.
        await ready(pilot)
        assert not app.filter.display
        assert app.query_one(List).region == Region(0, 0, 80, 23)

        app.filter.add_class("-open")
        app.filter.focus_first()
        await pilot.pause()
        assert app.filter.display
        assert app.query_one(List).region == Region(36, 0, 44, 23)

        await pilot.press("3", "1", "enter")
        await until(pilot, lambda: not app.filter.display)
        assert app.told[-2:] == [numbers((31, 31)), "open"]
        await anew(app, pilot)
        # The drawer closes when the list is clicked.
        app.filter.add_class("-open")
        app.filter.focus_first()
        await pilot.pause()
        await pilot.click(List, offset=(10, 5))
        await until(pilot, lambda: not app.filter.display)
        assert not app.filter.has_class("-open")


async def test_who_opens_the_drawer_while_its_form_is_mounted_waits_for_it():
    """Or the next key of `/ива` would go to the list."""
    app = FilterApp()
    focused = []

    async def open_drawer() -> None:
        await app.filter.load()
        app.filter.focus_first()
        focused.append(app.focused)

    async with app.run_test(size=NARROW):
        app.filter.add_class("-open")
        await asyncio.gather(open_drawer(), open_drawer())
        assert focused == [app.field("number")] * 2


@pytest.mark.parametrize("errors", [False, True])
async def test_every_field_is_in_view_when_it_has_the_focus(errors):
    app = FilterApp()
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        app.filter.add_class("-open")
        app.filter.focus_first()
        if errors:
            app.field("number").value = "31a"
            app.field("from").value = "31.02"
            app.field("to").value = "32.12"
            app.field("visitor").value = "!"
            await quiet(pilot)
            assert len(app.problems()) == 4
        seen = []
        for _ in range(20):
            await pilot.pause()
            seen.append(app.focused)
            assert on_screen(app, app.focused), app.focused
            if isinstance(app.focused, StatusChoice):
                break
            await pilot.press("tab")
        assert isinstance(seen[-1], StatusChoice)
        for _ in range(20):
            if app.focused is app.field("number"):
                break
            await pilot.press("shift+tab")
            await pilot.pause()
            assert on_screen(app, app.focused), app.focused


async def test_resizing_keeps_typed_text_cursor_focus_and_an_open_calendar():
    app = FilterApp()
    async with app.run_test(size=WIDE) as pilot:
        # Resizing keeps typed text cursor and focus.
        await ready(pilot)
        app.filter.search_person()
        await pilot.press(*"семен", "left", "left")
        for width, height in ((80, 24), (60, 20), (200, 60), (99, 24), (120, 40)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            field = app.field("visitor")
            assert app.focused is field, (width, height)
            assert (field.value, field.cursor_position) == ("семен", 3)
            assert on_screen(app, field)
        await anew(app, pilot)
        # Resizing keeps an open calendar.
        app.screen.set_focus(app.field("from"))
        await pilot.press("down", "right")
        await pilot.resize_terminal(*NARROW)
        await pilot.pause()
        calendar = app.query_one(MonthCalendar)
        assert app.focused is calendar
        assert calendar.cursor == date(2022, 12, 7)
        assert on_screen(app, calendar)


# A person


async def test_a_chosen_person_stands_in_place_of_the_words_until_something_is_typed():
    app = FilterApp()
    async with app.run_test(size=WIDE) as pilot:
        # A chosen person stands in place of the words.
        await ready(pilot)
        app.filter.search_person()
        await pilot.press(*"сем")
        await until(pilot, app.suggestions)
        await pilot.press("down", "down", "enter")

        assert app.told[-1] == TicketFilter(visitor_id=NAMESAKE.id)
        assert app.filter.summary() == [("visitor", "посетитель Мария Семенова")]
        assert app.focused is app.field("visitor")

        await pilot.press("enter")
        assert app.told[-1] == "back"
        await anew(app, pilot)
        # Typing after a choice takes the choice back.
        app.filter.search_person()
        await pilot.press(*"сем")
        await until(pilot, app.suggestions)
        await pilot.press("down", "enter")
        assert app.filters == TicketFilter(visitor_id=MARIA.id)

        await pilot.press("backspace")
        await quiet(pilot)
        assert app.filters == TicketFilter(visitor_words=("мария", "семенов"))


async def test_a_person_is_chosen_by_mouse_alone():
    app = FilterApp()
    async with app.run_test(size=NARROW) as pilot:
        await ready(pilot)
        app.filter.add_class("-open")
        await pilot.pause()
        await pilot.click("#visitor Field")
        app.field("visitor").value = "мар"
        await until(pilot, app.suggestions)
        await pilot.pause()
        people = app.query_one("PeopleList", OptionList)
        assert not people.region.overlaps(app.field("visitor").region)
        await pilot.click(people, offset=(5, 3))
        assert app.told[-1] == TicketFilter(visitor_id=3)


async def test_nothing_is_sent_while_nothing_changes():
    app = FilterApp()
    async with app.run_test(size=WIDE) as pilot:
        await ready(pilot)
        app.filter.focus_first()
        await quiet(pilot)
        painted = []
        app._display = lambda *what: painted.append(what)  # type: ignore[method-assign]
        await pilot.pause(1.2)
        assert painted == []


def test_the_sidebar_is_cheap_to_import():
    import subprocess
    import sys

    code = (
        "import sys, textual.app, textual.containers, olvery_tui.widgets.filters.filter_sidebar;"
        "print(*(name for name in sys.modules if name.startswith('olvery_tui.widgets.')))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert loaded.split() == [
        "olvery_tui.widgets.filters",
        "olvery_tui.widgets.layer",
        "olvery_tui.widgets.messages",
        "olvery_tui.widgets.filters.filter_sidebar",
    ]


def test_the_sidebar_names_its_messages_sender():
    sidebar = FilterSidebar(EMPTY, lambda: TicketFilterForm(today=lambda: date(2022, 12, 6)))
    assert FilterSidebar.Changed(sidebar, EMPTY).control is sidebar
    assert FilterSidebar.Left(sidebar, open_single=True).control is sidebar
