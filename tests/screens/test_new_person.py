"""A new person: each field is checked, and nobody is registered twice without being asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from olvery_tui.app.app import DeskApp
from olvery_tui.domain.people import PERSON_CHECKS, NewPerson, PersonDetails
from olvery_tui.screens.confirm import ConfirmScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.people.new_person import NewPersonForm
from olvery_tui.screens.people.person_forms import AddPersonForm
from olvery_tui.store.database import engine
from olvery_tui.widgets.fields.field import Problem
from olvery_tui.widgets.fields.form_field import FormField
from tests.screens.conftest import SIZES, settle
from tests.screens.ticket_desk import click, is_there, locked, on_screen, press, tone

MARIAS_PHONE = "+7 (965) 577-65-00"


class Closed:
    """What the form was closed with."""

    def __init__(self) -> None:
        self.results: list[PersonDetails | None] = []

    def __call__(self, person: PersonDetails | NewPerson | None) -> None:
        """Keep who came of it; nobody new is registered yet."""
        self.results.append(person.details if isinstance(person, NewPerson) else person)


@asynccontextmanager
async def form_open(
    app: DeskApp, *names: str, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Pilot[Any], Closed]]:
    closed = Closed()
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        app.push_screen(NewPersonForm(dict(zip(PERSON_CHECKS, names, strict=False))), closed)
        await settle(pilot)
        yield pilot, closed


async def fill(pilot: Pilot[Any], *values: str) -> None:
    """Type last name, first name, phone and email; the patronymic is passed by."""
    for number, value in enumerate(values):
        if number:
            await pilot.press(*(["tab", "tab"] if number == 2 else ["tab"]))
        await pilot.press(*value)
    await settle(pilot)


def problem(app: DeskApp, field: str) -> str:
    return "".join(said.text for said in app.screen.query(f"#{field} Problem").results(Problem))


async def test_the_fields_are_those_of_the_manual(app: DeskApp) -> None:
    async with form_open(app):
        shown = "\n".join(on_screen(app))
        for label in (
            "Новый посетитель",
            "Фамилия",
            "Имя",
            "Отчество",
            "Телефон",
            "почта",
            "Заметка",
        ):
            assert label in shown


async def test_a_person_is_added_with_the_phone_in_international_form(app: DeskApp) -> None:
    async with form_open(app) as (pilot, closed):
        await fill(pilot, "Ёлкин", "Пётр", "8 (916) 111-22-33", "elkin@mail.ru")
        await press(pilot, "ctrl+ы")
        (person,) = closed.results
        assert person is not None
        assert (person.name, person.phone, person.email) == (
            "Пётр Ёлкин",
            "+79161112233",
            "elkin@mail.ru",
        )
        assert app.desk.people.search("елкин") == ()


async def test_what_is_wrong_is_said_at_each_field_and_the_rest_stays(app: DeskApp) -> None:
    async with form_open(app) as (pilot, closed):
        await fill(pilot, "", "Пётр", "12", "elkin@")
        await press(pilot, "ctrl+s")
        assert problem(app, "last_name")
        assert problem(app, "first_name") == ""
        assert "телефон" in problem(app, "phone")
        assert "name@mail.ru" in problem(app, "email")
        assert app.screen.query_one("#first_name", FormField).value == "Пётр"
        assert closed.results == []
        # The cursor is in the first field that is wrong, and typing takes its complaint back.
        await press(pilot, "Ё")
        assert problem(app, "last_name") == ""
        assert problem(app, "phone")


async def test_a_name_that_is_too_long_is_refused_with_the_limit(app: DeskApp) -> None:
    async with form_open(app, "Ы" * 150, "Пётр") as (pilot, closed):
        await press(pilot, "ctrl+s")
        assert "100" in problem(app, "last_name")
        assert closed.results == []


async def test_a_note_of_the_whole_length_can_be_typed(app: DeskApp) -> None:
    async with form_open(app, "Ёлкин", "Пётр", "", "", "", "ы" * 499) as (pilot, closed):
        app.screen.query_one("#note", FormField).take_focus()
        await press(pilot, "end", "ы", "ctrl+s")
        assert [person and person.note for person in closed.results] == ["ы" * 500]


async def test_enter_goes_from_field_to_field_and_saves_in_the_last(app: DeskApp) -> None:
    async with form_open(app) as (pilot, closed):
        await pilot.press(*"Ёлкин", "enter", *"Пётр", "enter", *"Ильич", "enter", "enter")
        await press(pilot, "enter", "enter")
        assert [person and person.full_name for person in closed.results] == ["Пётр Ильич Ёлкин"]


# Somebody has this phone or email


async def test_a_person_with_the_same_phone_is_offered_and_picked_by_enter(
    app: DeskApp,
) -> None:
    async with form_open(app) as (pilot, closed):
        await fill(pilot, "Семёнова", "Маша", MARIAS_PHONE, "")
        await press(pilot, "ctrl+s")
        assert is_there(app, "#existing")
        assert closed.results == []
        assert "Мария Семенова · +7 (965) 577-65-00" in "\n".join(on_screen(app))
        assert isinstance(app.focused, OptionList)
        await press(pilot, "enter", "enter")
        assert closed.results == []  # nobody is meant before one of them is highlighted
        await press(pilot, "down", "enter")
        (person,) = closed.results
        assert person == app.desk.people.search("семенова мария")[0]
        assert len(app.desk.people.search("семенова")) == 1


async def test_the_mouse_picks_the_person_too(app: DeskApp) -> None:
    async with form_open(app) as (pilot, closed):
        await fill(pilot, "Семёнова", "Маша", "", "koshatina77@mail.ru")
        await click(pilot, "#save")
        await click(pilot, "#people", offset=(3, 0))
        assert [person and person.first_name for person in closed.results] == ["Мария"]


async def test_a_namesake_with_the_same_phone_may_be_created_all_the_same(
    app: DeskApp,
) -> None:
    async with form_open(app) as (pilot, closed):
        await fill(pilot, "Семёнова", "Маша", MARIAS_PHONE, "")
        await press(pilot, "ctrl+s")
        await click(pilot, "#anyway")
        assert [person and person.first_name for person in closed.results] == ["Маша"]


async def test_another_phone_takes_the_offer_back(app: DeskApp) -> None:
    async with form_open(app) as (pilot, closed):
        await fill(pilot, "Семёнова", "Маша", MARIAS_PHONE, "")
        await press(pilot, "ctrl+s")
        await click(pilot, "#phone Field", offset=(30, 0))
        await press(pilot, "backspace", "1")
        assert not is_there(app, "#existing")
        await press(pilot, "ctrl+s")
        assert [person and person.phone for person in closed.results] == ["+79655776501"]


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_with_everything_said_at_once_the_buttons_stay_in_sight(
    app: DeskApp, size: tuple[int, int]
) -> None:
    async with form_open(app, size=size) as (pilot, _closed):
        await fill(pilot, "", "", "12", "x")
        await press(pilot, "ctrl+s")
        lines = on_screen(app)
        assert any("Сохранить Ctrl+S" in line and "Отмена Esc" in line for line in lines[:-1])
        await pilot.press(*"Ы", "tab", *"Ы", "tab", "tab", "ctrl+u", *MARIAS_PHONE, "tab", "ctrl+u")
        await press(pilot, "ctrl+s")
        lines = on_screen(app)
        assert any("Создать все равно" in line for line in lines)
        assert any("Сохранить Ctrl+S" in line and "Отмена Esc" in line for line in lines[:-1])


# Leaving


async def test_esc_asks_once_what_was_typed_and_not_what_was_given(app: DeskApp) -> None:
    async with form_open(app, "Ёлкин") as (pilot, closed):
        await press(pilot, "П", "escape")
        assert isinstance(app.screen, ConfirmScreen)
        await pilot.pause(0.4)  # the Esc that asked may still be held down before that
        await press(pilot, "escape")
        assert isinstance(app.screen, NewPersonForm)
        await press(pilot, "backspace", "escape")
        assert isinstance(app.screen, TicketsScreen)
        assert closed.results == [None]


async def test_a_busy_database_keeps_what_was_typed_and_the_next_save_works(
    app: DeskApp, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.2)
    closed = Closed()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.push_screen(AddPersonForm(), closed)
        await settle(pilot)
        await fill(pilot, "Ёлкин", "Пётр")
        with locked(database):
            await press(pilot, "ctrl+s")
            assert tone(app) == "trouble"
            assert app.screen.query_one("#last_name", FormField).value == "Ёлкин"
            assert closed.results == []
        await press(pilot, "ctrl+s")
        assert [person and person.name for person in closed.results] == ["Пётр Ёлкин"]


async def test_two_presses_add_one_person(app: DeskApp) -> None:
    async with form_open(app) as (pilot, closed):
        await fill(pilot, "Ёлкин", "Пётр")
        await pilot.press("ctrl+s", "ctrl+s")
        await settle(pilot)
        assert len(closed.results) == 1
