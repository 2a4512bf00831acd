"""The form of the visitor: who it is, who it shall be, and what a colleague did meanwhile."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.screens.confirm import ConfirmScreen
from olvery_tui.screens.help import HelpScreen
from olvery_tui.screens.people.new_person import NewPersonForm
from olvery_tui.screens.ticket.ticket import TicketScreen
from olvery_tui.screens.ticket.visitor import VisitorForm
from olvery_tui.store.database import engine
from olvery_tui.widgets.fields.form_field import FormField
from olvery_tui.widgets.pickers.person_search import PersonSearch
from tests.screens.conftest import SIZES, settle, type_key
from tests.screens.ticket_desk import (
    another_terminal,
    click,
    find,
    is_there,
    locked,
    on_screen,
    press,
    said,
    text,
    ticket_open,
    tone,
)


def chosen(app: DeskApp) -> str | None:
    person = app.screen.query_one(PersonSearch).person
    return person.name if person else None


async def test_the_present_visitor_stands_in_the_line(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "u")
        shown = "\n".join(on_screen(app))
        for expected in (
            "Посетитель билета 26",
            "Мария Семенова",
            "+7 (965) 577-65-00 · koshatina77@mail.ru",
            "✕ Удалить",
            "+ Добавить",
            "Сохранить",
            "Отмена",
        ):
            assert expected in shown
        assert not is_there(app, "#clears")


@pytest.mark.parametrize("save", ["ctrl+s", "ctrl+ы"])
async def test_a_person_found_by_part_of_the_name_is_saved(app: DeskApp, save: str) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "u")
        await find(pilot, "толп")
        await press(pilot, "enter")
        assert chosen(app) == "Иван Столповский"
        await press(pilot, save)
        assert isinstance(app.screen, TicketScreen)
        assert text(app, "#visitor-name") == "Иван Столповский"
        assert tone(app) == "done"
        assert app.desk.tickets.get(26).visitor.last_name == "Столповский"


async def test_enter_finds_picks_and_saves_without_another_key(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "u")
        await find(pilot, "мари")  # Мария Семенова and Марина Спиридонова
        await press(pilot, "down", "down", "enter")
        picked = chosen(app)
        assert picked in ("Мария Семенова", "Марина Спиридонова")
        await press(pilot, "enter")
        assert app.focused is not None
        assert app.focused.id == "save"
        await press(pilot, "enter")
        assert isinstance(app.screen, TicketScreen)
        assert text(app, "#visitor-name") == picked


async def test_the_person_who_is_highlighted_is_the_one_who_is_saved(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "u")
        await find(pilot, "мари")
        await press(pilot, "down", "down", "ctrl+s")
        assert isinstance(app.screen, TicketScreen)
        assert app.desk.tickets.get(26).visitor.last_name == "Спиридонова"


async def test_letters_and_enter_in_one_burst_find_the_only_one_and_save(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        for key in ("u", *"спир", "enter"):
            type_key(app, key)
        await settle(pilot)
        assert chosen(app) == "Марина Спиридонова"
        await press(pilot, "enter", "enter")
        assert text(app, "#visitor-name") == "Марина Спиридонова"


async def test_a_burst_that_fits_several_marks_the_first(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        for key in ("u", *"мари", "enter"):
            type_key(app, key)
        await settle(pilot)
        assert chosen(app) is None
        await press(pilot, "enter")
        assert chosen(app) is not None


async def test_the_mouse_alone_removes_finds_and_saves(app: DeskApp) -> None:
    async with ticket_open(app, 26, size=(120, 40)) as pilot:
        await click(pilot, "#change_visitor")
        await click(pilot, "#remove")
        assert chosen(app) is None
        await find(pilot, "столп")
        await click(pilot, "PeopleList", offset=(3, 0))
        assert chosen(app) == "Иван Столповский"
        await click(pilot, "#save")
        assert text(app, "#visitor-name") == "Иван Столповский"


async def test_saving_the_same_visitor_says_so_and_leaves_no_trace(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        before = app.desk.tickets.get(26), app.desk.tickets.history(26)
        await press(pilot, "u", "ctrl+s")
        assert isinstance(app.screen, VisitorForm)
        assert "Ничего не изменено" in said(app)
        assert (app.desk.tickets.get(26), app.desk.tickets.history(26)) == before


async def test_nobody_chosen_is_said_at_the_line_and_not_saved(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "u")
        await find(pilot, "столп")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, VisitorForm)
        assert "Выберите посетителя" in "\n".join(on_screen(app))
        assert app.screen.query_one(PersonSearch).text == "столп"
        assert app.desk.tickets.get(26).visitor.first_name == "Мария"


# The identity check


async def test_that_the_check_will_be_cleared_is_said_before_saving(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "v", "u")
        assert is_there(app, "#clears")
        assert "Анна Орлова" in text(app, "#clears")
        assert "сбросит валидацию" in text(app, "#clears")
        await find(pilot, "столп")
        await press(pilot, "enter", "ctrl+s")
        assert text(app, "#checked-at") == "—"
        assert is_there(app, "#check")
        newest = app.desk.tickets.history(26)[0]
        assert newest.kind is EventKind.VISITOR_CHANGED
        assert newest.data["cleared"] is True


# Leaving


async def test_esc_without_input_goes_back_at_once(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "u", "escape")
        assert isinstance(app.screen, TicketScreen)


async def test_esc_with_unsaved_input_asks_once(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "u")
        await find(pilot, "столп")
        await press(pilot, "enter", "escape")
        assert isinstance(app.screen, ConfirmScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, VisitorForm)
        assert chosen(app) == "Иван Столповский"
        await press(pilot, "escape", "tab", "enter")
        assert isinstance(app.screen, TicketScreen)
        assert text(app, "#visitor-name") == "Мария Семенова"
        assert app.desk.tickets.get(26).visitor.first_name == "Мария"


async def test_the_mouse_answers_the_question_too(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "u")
        await find(pilot, "столп")
        await press(pilot, "enter")
        await click(pilot, "#cancel")
        await click(pilot, "#no")
        assert isinstance(app.screen, VisitorForm)
        await click(pilot, "#cancel")
        await click(pilot, "#yes")
        assert isinstance(app.screen, TicketScreen)


# What a colleague did meanwhile


async def test_a_change_made_elsewhere_never_touches_the_form(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "u")
        await find(pilot, "столп")
        with another_terminal(database, clock) as other:
            other.tickets.validate(other.tickets.get(26))
        await pilot.pause(0.6)
        await settle(pilot)
        assert isinstance(app.screen, VisitorForm)
        assert app.screen.query_one(PersonSearch).text == "столп"
        assert not is_there(app, "#clears")


async def test_a_save_over_an_unseen_change_shows_both_and_the_second_save_is_made(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "u")
        await find(pilot, "столп")
        await press(pilot, "enter")
        with another_terminal(database, clock) as other:
            (marina,) = other.people.search("спиридонова")
            other.tickets.change_visitor(other.tickets.get(26), marina.id)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, VisitorForm)
        assert text(app, "#conflict-who") == "! Билет 26 тем временем изменен: Пётр Ильин, 10:00"
        assert text(app, "#conflict-now").startswith("Марина Спиридонова")
        assert text(app, "#conflict-chosen").startswith("Иван Столповский")
        assert chosen(app) == "Иван Столповский"
        assert app.desk.tickets.get(26).visitor.last_name == "Спиридонова"
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, TicketScreen)
        assert text(app, "#visitor-name") == "Иван Столповский"


async def test_a_check_that_came_meanwhile_is_told_before_it_is_cleared(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "u")
        await find(pilot, "столп")
        await press(pilot, "enter")
        with another_terminal(database, clock) as other:
            other.tickets.validate(other.tickets.get(26))
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, VisitorForm)
        assert app.desk.tickets.get(26).validated
        assert is_there(app, "#clears")
        assert "Пётр Ильин" in text(app, "#clears")


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_with_everything_said_at_once_the_buttons_stay_in_sight(
    app: DeskApp, database: Path, clock: FrozenClock, size: tuple[int, int]
) -> None:
    async with ticket_open(app, 26, size=size) as pilot:
        await press(pilot, "u")
        await find(pilot, "столп")
        await press(pilot, "enter")
        with another_terminal(database, clock) as other:
            other.tickets.validate(other.tickets.get(26))
        await press(pilot, "ctrl+s")
        await find(pilot, "и")
        lines = on_screen(app)
        shown = "\n".join(lines)
        assert "тем временем изменен" in shown
        assert "Уже проверен" in shown
        assert any("Сохранить Ctrl+S" in line and "Отмена Esc" in line for line in lines[:-1])


async def test_a_ticket_that_has_begun_meanwhile_is_refused_and_the_choice_stays(
    app: DeskApp, clock: FrozenClock
) -> None:
    async with ticket_open(app, 23) as pilot:
        await press(pilot, "u")
        await find(pilot, "столп")
        await press(pilot, "enter")
        clock.move_to(app.desk.tickets.get(23).period.starts_at)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, VisitorForm)
        assert "«Активен»" in said(app)
        assert chosen(app) == "Иван Столповский"


async def test_a_busy_database_keeps_the_choice_and_the_next_save_works(
    app: DeskApp, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.2)
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "u")
        await find(pilot, "столп")
        await press(pilot, "enter")
        with locked(database):
            await press(pilot, "ctrl+s")
            assert isinstance(app.screen, VisitorForm)
            assert tone(app) == "trouble"
            assert chosen(app) == "Иван Столповский"
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, TicketScreen)
        assert text(app, "#visitor-name") == "Иван Столповский"


async def test_an_answer_that_comes_under_the_help_closes_the_form_after_it(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "u")
        await find(pilot, "столп")
        await press(pilot, "enter")
        go_on, change = threading.Event(), app.desk.tickets.change_visitor

        def slow(seen: TicketDetails, person_id: int) -> TicketDetails:
            assert go_on.wait(5)
            return change(seen, person_id)

        monkeypatch.setattr(app.desk.tickets, "change_visitor", slow)
        await pilot.press("ctrl+s")
        await pilot.press("escape")
        assert isinstance(app.screen, VisitorForm)
        assert said(app).startswith("Сохраняется")
        await pilot.press("f1")
        assert isinstance(app.screen, HelpScreen)
        go_on.set()
        await settle(pilot)
        assert isinstance(app.screen, HelpScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, TicketScreen)
        assert text(app, "#visitor-name") == "Иван Столповский"


# A new person


async def test_a_new_person_is_added_and_chosen(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "u")
        await find(pilot, "Ёлкин")
        await press(pilot, "ctrl+т")
        assert isinstance(app.screen, NewPersonForm)
        await pilot.press(*"Пётр", "enter", "enter", *"89161112233", "enter", *"elkin@mail.ru")
        await press(pilot, "enter", "enter")
        assert isinstance(app.screen, VisitorForm)
        assert chosen(app) == "Пётр Ёлкин"
        assert app.desk.people.search("елкин") == ()
        await press(pilot, "enter")
        assert isinstance(app.screen, TicketScreen)
        assert text(app, "#visitor-name") == "Пётр Ёлкин"
        assert text(app, "#visitor-phone") == "+7 (916) 111-22-33"
        assert text(app, "#visitor-email") == "elkin@mail.ru"


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ("+7 (916) 111-22-34", ("", "", "+7 (916) 111-22-34", "")),
        ("8916111", ("", "", "8916111", "")),
        ("Ёлкин 89161112234", ("Ёлкин", "", "89161112234", "")),
        ("elkin@mail.ru", ("", "", "", "elkin@mail.ru")),
    ],
)
async def test_a_phone_that_was_looked_for_goes_into_the_phone_of_a_new_person(
    app: DeskApp, typed: str, fields: tuple[str, ...]
) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "u")
        await find(pilot, typed)
        await press(pilot, "ctrl+n")
        assert isinstance(app.screen, NewPersonForm)
        names = ("last_name", "first_name", "phone", "email")
        assert fields == tuple(app.screen.query_one(f"#{one}", FormField).value for one in names)


async def test_who_has_no_first_name_is_added_and_shown_without_stray_spaces(
    app: DeskApp,
) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "u")
        await find(pilot, "Сукарно")
        await press(pilot, "ctrl+n", "ctrl+s")
        assert isinstance(app.screen, VisitorForm)
        assert chosen(app) == "Сукарно"
        await press(pilot, "ctrl+s")
        assert text(app, "#visitor-name") == "Сукарно"
        await press(pilot, "escape")
        while not any(" Сукарно  " in line for line in on_screen(app)):
            await settle(pilot)  # the list hears of the change from the database


async def test_a_plus_and_enter_add_a_new_person(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "u", "+")
        assert "Enter — новый посетитель" in said(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, NewPersonForm)
        assert app.screen.query_one("#last_name", FormField).value == ""
        await press(pilot, "escape")
        assert isinstance(app.screen, VisitorForm)
        assert app.screen.query_one(PersonSearch).text == ""


async def test_a_plus_also_begins_a_phone(app: DeskApp) -> None:
    async with ticket_open(app, 34) as pilot:
        await press(pilot, "u")
        await find(pilot, "+7965")
        assert said(app) == ""
        await press(pilot, "enter")
        assert isinstance(app.screen, VisitorForm)
        assert chosen(app) == "Мария Семенова"


async def test_leaving_the_new_person_keeps_what_was_chosen(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "u")
        await click(pilot, "#add")
        assert isinstance(app.screen, NewPersonForm)
        await press(pilot, "escape")
        assert isinstance(app.screen, VisitorForm)
        assert chosen(app) == "Мария Семенова"
