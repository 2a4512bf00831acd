"""A person is found by letters, told apart from namesakes, and chosen by keys or mouse."""

from __future__ import annotations

import pytest
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from olvery_tui.domain.people import PersonDetails
from olvery_tui.widgets.fields.field import Field, complain
from olvery_tui.widgets.pickers.person_search import PeopleList, PersonSearch
from tests.widgets.filter_host import (
    MARIA,
    MARINA,
    NAMESAKE,
    PEOPLE,
    PartsApp,
    on_screen,
    quiet,
    until,
)

HOSTILE = [
    "Иванов [/]",
    "[@click=app.quit]Нажми[/]",
    "[red]Иван[/red]",
    "\x1b]52;c;cm0gLXJm\x07Иванов",
    "\x9b31mИванов",
    "Ива\nнов\tПётр\r",
    "\u202eвонавИ\u202c",
    "Ива\u200bнов\ufeff",
    "a\x00b",
    "Z̷̧̢̛͙̼̈́̐͜a̵l̶g̷o̸",
    "山田太郎山田太郎山田太郎山田太郎山田太郎山田太郎",
    "👩‍👩‍👧‍👦 Семья 👍🏽",
    "О" * 10_000,
    "%_'\"\\ {0} %s",
]


class SearchApp(PartsApp):
    """A search whose questions the test answers."""

    def __init__(self, mode="suggest", above: int = 0, people=PEOPLE, *, answers=True) -> None:
        super().__init__()
        self.mode = mode
        self.above = above
        self.people = tuple(people)
        self.answers = answers
        self.questions: list[PersonSearch.Wanted] = []
        self.told: list[object] = []

    def compose(self) -> ComposeResult:
        with Vertical():
            for _line in range(self.above):
                yield Static("x")
            yield PersonSearch(mode=self.mode)
            yield Field(id="other")

    def on_mount(self) -> None:
        self.search.take_focus()

    @property
    def search(self) -> PersonSearch:
        return self.query_one(PersonSearch)

    @property
    def line(self) -> Field:
        return self.search.query_one(Field)

    @on(PersonSearch.Wanted)
    def _wanted(self, message: PersonSearch.Wanted) -> None:
        self.questions.append(message)
        if self.answers:
            message.control.show_suggestions(message.token, self.people)

    @on(PersonSearch.Picked)
    def _picked(self, message: PersonSearch.Picked) -> None:
        assert message.control is self.search
        self.told.append(message.person)

    @on(PersonSearch.Edited)
    def _edited(self, message: PersonSearch.Edited) -> None:
        assert message.control is self.search

    @on(Field.Submitted)
    def _submitted(self) -> None:
        self.told.append("submitted")

    def shown(self) -> list[str]:
        if not self.search.is_open:
            return []
        return [str(option.prompt) for option in self.query_one(PeopleList).options]


async def test_namesakes_are_told_apart_by_phone_and_email():
    app = SearchApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"мар")
        await until(pilot, app.shown)
        assert app.shown() == [
            "Мария Семенова      +7 (965) 577-65-00 · koshatina77@mail.ru",
            "Мария Семенова      +7 (916) 123-45-67",
            "Марина Спиридонова  marina@yandex.ru",
        ]


async def test_one_question_is_asked_when_the_typing_rests():
    app = SearchApp()
    async with app.run_test() as pilot:
        await pilot.press(*"мария")
        assert app.questions == []
        await quiet(pilot)
        assert [question.text for question in app.questions] == ["мария"]


async def test_nothing_is_asked_without_a_letter():
    app = SearchApp()
    async with app.run_test() as pilot:
        await pilot.press("space", ".", "!")
        await quiet(pilot)
        assert app.questions == []
        assert app.shown() == []


async def test_a_person_is_chosen_by_keys_and_marked():
    app = SearchApp()
    async with app.run_test() as pilot:
        await pilot.press(*"мар")
        await until(pilot, app.shown)
        await pilot.press("down", "down", "down", "up", "enter")

        assert app.told == [NAMESAKE]
        assert app.search.person == NAMESAKE
        assert app.search.text == "Мария Семенова"
        assert app.shown() == []
        assert app.focused is app.line
        assert str(app.query_one(".person-contact", Static).content) == "✓ +7 (916) 123-45-67"


async def test_up_from_the_first_person_lets_go_of_the_list():
    app = SearchApp()
    async with app.run_test() as pilot:
        await pilot.press(*"мар")
        await until(pilot, app.shown)
        await pilot.press("down", "up", "enter")
        assert app.told == ["submitted"]
        assert app.search.person is None
        assert app.shown() == []


async def test_a_person_is_chosen_by_a_click():
    app = SearchApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"мар")
        await until(pilot, app.shown)
        await pilot.pause()
        await pilot.click(PeopleList, offset=(5, 3))
        assert app.told == [MARINA]
        assert app.focused is app.line


async def test_escape_closes_the_list_and_keeps_the_text():
    app = SearchApp(mode="search")
    async with app.run_test() as pilot:
        await pilot.press(*"мар")
        await until(pilot, app.shown)
        await pilot.press("escape")
        assert app.shown() == []
        assert app.search.text == "мар"
        await quiet(pilot)
        assert app.shown() == []

        await pilot.press("down")
        await until(pilot, app.shown)


async def test_in_a_filter_escape_is_the_filters_and_the_list_goes_with_the_focus():
    app = SearchApp()
    async with app.run_test() as pilot:
        await pilot.press(*"мар")
        await until(pilot, app.shown)
        assert app.search.check_action("close_list", ()) is False
        app.query_one("#other").focus()
        await until(pilot, lambda: not app.shown())
        assert app.search.text == "мар"


async def test_typing_unfixes_the_person():
    app = SearchApp()
    async with app.run_test() as pilot:
        app.search.set_person(MARIA)
        await pilot.pause()
        assert app.search.person == MARIA
        await pilot.press("end", "а")
        await pilot.pause()
        assert app.search.person is None
        assert not app.search.has_class("-picked")
        await until(pilot, lambda: app.questions)
        assert app.questions[0].text == "Мария Семеноваа"


async def test_a_person_set_from_outside_asks_nothing():
    app = SearchApp()
    async with app.run_test() as pilot:
        app.search.set_person(MARIA)
        await quiet(pilot)
        assert app.questions == []
        assert app.search.text == "Мария Семенова"
        app.search.set_person(None)
        await quiet(pilot)
        assert (app.search.text, app.search.person, app.questions) == ("", None, [])


async def test_an_answer_to_an_older_question_is_dropped():
    app = SearchApp(answers=False)
    async with app.run_test() as pilot:
        await pilot.press("м")
        await until(pilot, lambda: len(app.questions) == 1)
        await pilot.press("а")
        await until(pilot, lambda: len(app.questions) == 2)
        old, new = app.questions

        app.search.show_suggestions(new.token, [MARINA])
        app.search.show_suggestions(old.token, [MARIA])
        assert app.shown() == ["Марина Спиридонова  marina@yandex.ru"]


async def test_an_answer_that_comes_after_the_field_was_left_is_dropped():
    app = SearchApp(answers=False)
    async with app.run_test() as pilot:
        await pilot.press("м")
        await until(pilot, lambda: app.questions)
        await pilot.press("tab")
        app.search.show_suggestions(app.questions[0].token, PEOPLE)
        await pilot.pause()
        assert app.shown() == []


async def test_an_answer_that_takes_long_is_waited_for_in_words():
    app = SearchApp(answers=False)
    async with app.run_test() as pilot:
        await pilot.press("м")
        await until(pilot, lambda: app.shown() == ["Ищу…"])
        await pilot.press("down", "enter")
        assert app.told == ["submitted"]


async def test_a_late_answer_replaces_the_waiting():
    app = SearchApp(answers=False)
    async with app.run_test() as pilot:
        await pilot.press("м")
        await until(pilot, lambda: app.shown() == ["Ищу…"])
        app.search.show_suggestions(app.questions[0].token, [MARIA])
        await pilot.press("down", "enter")
        assert app.told == [MARIA]


async def test_that_nobody_fits_is_said():
    app = SearchApp(people=())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ю")
        await until(pilot, app.shown)
        assert app.shown() == ["Никого с таким именем или телефоном нет."]
        await pilot.click(PeopleList, offset=(3, 1))
        await pilot.press("down", "enter")
        assert app.told == ["submitted"]


async def test_the_list_closes_with_the_focus():
    app = SearchApp()
    async with app.run_test() as pilot:
        await pilot.press("м")
        await until(pilot, app.shown)
        await pilot.press("tab")
        await until(pilot, lambda: not app.shown())
        assert app.search.text == "м"


@pytest.mark.parametrize("above", [0, 12, 22])
async def test_the_list_is_whole_and_never_covers_its_line(above):
    people = [PersonDetails(n, f"Иванов{n}", "Иван") for n in range(8)]
    app = SearchApp(above=above, people=people)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("и")
        await until(pilot, app.shown)
        await pilot.pause()
        found = app.query_one(PeopleList)
        assert found.region.height == 10
        assert on_screen(app, found)
        assert not found.region.overlaps(app.line.region)


async def test_a_name_is_shown_literally_and_in_one_line():
    app = SearchApp()
    async with app.run_test(size=(80, 24)) as pilot:
        for name in HOSTILE:
            hostile = PersonDetails(1, name, name, name, name)
            app.people = (hostile, MARIA)
            app.search.set_person(None)
            await pilot.press("и")
            await until(pilot, app.shown)
            await pilot.pause()

            assert len(app.shown()) == 2
            assert app.query_one(PeopleList).region.height == 4
            strips = app.screen._compositor.render_strips(app.screen.size)
            seen = "\n".join(strip.text for strip in strips)
            assert not set(seen) & set("\x1b\x07\x9b\u202e\u200b\x00\t\r")
            if name.startswith("["):
                assert name[:20] in seen

            await pilot.press("down", "enter")
            await pilot.pause()
            assert app.told[-1] is hostile
            assert app.search.person is hostile
            await pilot.press("x")
            await pilot.pause()
            assert app.search.person is None


# Where only a chosen person is of use


async def test_enter_in_a_form_takes_the_only_person_found():
    app = SearchApp("search", people=[MARINA])
    async with app.run_test() as pilot:
        await pilot.press(*"рин")
        await until(pilot, app.shown)
        await pilot.press("enter")
        assert app.told == [MARINA]
        await pilot.press("enter")
        assert app.told == [MARINA, "submitted"]


async def test_enter_in_a_form_goes_to_the_first_of_several():
    app = SearchApp("search")
    async with app.run_test() as pilot:
        await pilot.press(*"ма")
        await until(pilot, app.shown)
        await pilot.press("enter")
        assert app.told == []
        assert len(app.shown()) == 3
        await pilot.press("enter")
        assert app.told == [MARIA]


@pytest.mark.parametrize("on_its_way", [False, True], ids=["not asked yet", "on its way"])
async def test_enter_in_a_form_before_the_answer_takes_the_only_person_found(on_its_way):
    app = SearchApp("search", answers=False)
    async with app.run_test() as pilot:
        await pilot.press(*"рин")
        if on_its_way:
            await until(pilot, lambda: app.questions)
        await pilot.press("enter", "enter")
        await until(pilot, lambda: app.questions)
        app.search.show_suggestions(app.questions[-1].token, [MARINA])
        await pilot.pause()
        assert app.told == [MARINA]
        assert app.focused is app.line


async def test_enter_in_a_form_before_the_answer_goes_to_the_first_of_several():
    app = SearchApp("search")
    async with app.run_test() as pilot:
        await pilot.press(*"ма", "enter")
        await until(pilot, app.shown)
        assert app.told == []
        assert app.query_one(PeopleList).highlighted == 0
        await pilot.press("enter")
        assert app.told == [MARIA]


@pytest.mark.parametrize("key", ["escape", "а"])
async def test_escape_and_typing_take_an_early_enter_back(key):
    app = SearchApp("search", answers=False)
    async with app.run_test() as pilot:
        await pilot.press(*"рин", "enter", key)
        if key == "escape":
            await pilot.press("down")
        await until(pilot, lambda: len(app.questions) == 2)
        for question in app.questions:
            app.search.show_suggestions(question.token, [MARINA])
        await pilot.pause()
        assert app.told == []
        assert app.search.text == ("рин" if key == "escape" else "рина")
        assert len(app.shown()) == 1


async def test_enter_in_a_form_looks_again_after_the_list_was_closed():
    app = SearchApp("search", people=[MARINA])
    async with app.run_test() as pilot:
        await pilot.press(*"рин")
        await until(pilot, app.shown)
        await pilot.press("escape", "enter")
        await until(pilot, lambda: app.told)
        assert app.told == [MARINA]


async def test_enter_in_a_filter_does_not_wait_for_the_suggestions():
    app = SearchApp(people=[MARINA])
    async with app.run_test() as pilot:
        await pilot.press(*"рин", "enter")
        await quiet(pilot)
        assert app.told == ["submitted"]
        assert app.questions == []


async def test_the_people_found_in_a_form_push_what_is_below_them():
    app = SearchApp("search")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("м")
        await until(pilot, app.shown)
        await pilot.pause()
        found = app.query_one(PeopleList)
        assert found.region.y == app.line.region.bottom
        assert app.query_one("#other").region.y == found.region.bottom


async def test_a_complaint_stands_below_the_line():
    app = SearchApp("search")
    async with app.run_test() as pilot:
        app.search.say("Выберите [человека]")
        await pilot.pause()
        assert app.problems() == ["Выберите [человека]"]
        app.search.say("")
        await pilot.pause()
        assert app.problems() == []


async def test_a_complaint_about_a_field_of_no_window_is_told_nobody():
    app = SearchApp("search")
    async with app.run_test():
        field = Widget()
        complain(field, "Поздно")
        assert not field.children
