"""The visitors: found while one types, their pages, and what is done with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import OptionList

from olvery_tui.app.app import DeskApp
from olvery_tui.domain.erasure import Ground
from olvery_tui.domain.people import PersonDetails
from olvery_tui.screens.confirm import ConfirmScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.order.order import OrderScreen
from olvery_tui.screens.people import duplicates
from olvery_tui.screens.people.act import ActScreen
from olvery_tui.screens.people.duplicates import DuplicatesScreen
from olvery_tui.screens.people.people import PeopleScreen
from olvery_tui.screens.people.person import PersonScreen
from olvery_tui.screens.ticket.ticket import TicketScreen
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.table.people_table import PeopleTable
from tests.desk.making import as_typed
from tests.screens.conftest import both_sizes, settle
from tests.screens.ticket_desk import another_terminal, on_screen, press, ticket_open

Looks = Callable[..., bool]
MARIA = "семенова мария"


def picture(app: DeskApp) -> str:
    return "\n".join(on_screen(app))


def listed(app: DeskApp) -> list[str]:
    """The names in the list, from the first line on the screen."""
    lines = [strip.text for strip in app.screen.query_one(PeopleTable).picture()[1:]]
    return [line[1:].split("  ")[0].rstrip() for line in lines if line.strip()]


def maria(app: DeskApp) -> PersonDetails:
    return app.desk.people.search(MARIA)[0]


def act_in(folder: Path) -> str:
    """The only act that was saved."""
    (file,) = folder.glob("act-*.txt")
    return file.read_text()


async def test_a_visitor_is_found_while_one_types_and_their_page_has_what_they_have(
    app: DeskApp,
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "н")  # `y` on the Russian layout
        assert isinstance(app.screen, PeopleScreen)
        assert listed(app)[:2] == ["Алёшина Ольга", "Иванова Анастасия"]
        assert "1–11 из 11" in picture(app)
        assert "Enter Открыть" in picture(app)
        await press(pilot, *"ванов", "down")
        assert listed(app) == ["Иванова Анастасия", "Иванова Анна", "Иванова Анна"]
        await press(pilot, "ctrl+u", *"577-65", "enter")
        assert isinstance(app.screen, PersonScreen)
        shown = picture(app)
        for said in ("Мария Семенова", "+7 (965) 577-65-00", "Билеты 3", "26", "Заказы 3", "1215"):
            assert said in shown
        await press(pilot, "enter")
        assert isinstance(app.screen, TicketScreen)
        await press(pilot, "escape", "end", "enter")
        assert isinstance(app.screen, OrderScreen)
        await press(pilot, "escape", "escape", "escape", "escape")
        assert isinstance(app.screen, TicketsScreen)


async def test_a_name_is_corrected_and_a_change_meanwhile_is_told(
    app: DeskApp, database: Path
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "y", *MARIA, "enter", "e")
        with another_terminal(database, app.clock) as other:
            seen = other.people.search(MARIA)[0]
            other.people.ban(seen, "шумел")
        await press(pilot, "tab", "tab", *"Петровна", "ctrl+a", *"Ивановна", "ctrl+s")
        assert "тем временем изменили" in picture(app).replace("\n", " ")
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, PersonScreen)
        shown = picture(app)
        assert "Мария Ивановна Семенова" in shown
        assert "⊘ Не пускать: шумел" in shown
        assert maria(app).patronymic == "Ивановна"


async def test_who_is_banned_is_told_on_the_ticket_and_checked_only_after_a_question(
    app: DeskApp,
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "y", *MARIA, "enter", "b", "ctrl+s")
        assert "Обязательное поле" in picture(app) or app.screen.query(".-wrong")
        await press(pilot, *"курил", "enter")
        assert maria(app).ban_reason == "курил"
        await press(pilot, "escape", "escape", "escape")
    async with ticket_open(DeskApp(app.settings, clock=app.clock), 26) as pilot:
        app = pilot.app  # type: ignore[assignment]
        assert "⊘ Не пускать: курил" in picture(app)
        await press(pilot, "v")
        assert isinstance(app.screen, ConfirmScreen)
        await press(pilot, "escape")
        assert not app.desk.tickets.get(26).validated
        await press(pilot, "v", "right", "enter")
        assert app.desk.tickets.get(26).validated


async def test_two_records_of_one_person_are_merged_after_a_question(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "y", "f3")
        assert isinstance(app.screen, DuplicatesScreen)
        await press(pilot, "enter")
        assert isinstance(app.screen, PersonScreen)
        assert "Возможно, тот же человек" in picture(app)
        await press(pilot, "m", "enter")
        assert isinstance(app.screen, ConfirmScreen)
        await press(pilot, "right", "enter")
        assert isinstance(app.screen, PersonScreen)
        assert "Возможно, тот же человек" not in picture(app)
        assert len(app.desk.people.search("иванова анна")) == 1
        await press(pilot, "escape")
        assert listed(app).count("Иванова Анна") == 1


async def test_possible_duplicates_are_merged_where_they_are_listed(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "y", "f3")
        assert "Enter Открыть  m Объединить" in picture(app)
        await press(pilot, "m", "enter", "right", "enter")
        assert isinstance(app.screen, DuplicatesScreen)
        assert "Дублей нет." in picture(app)
        assert len(app.desk.people.search("иванова анна")) == 1


async def test_possible_duplicates_keep_the_cursor_when_others_appear(
    app: DeskApp, database: Path
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "y", "f3", "down")
        groups = app.screen.query_one("#groups", OptionList)
        at = groups.highlighted_option
        with another_terminal(database, app.clock) as other:
            for _ in range(2):
                other.people.add(last_name="Абрамов", first_name="Лев")
        while "Абрамов" not in picture(app):
            await settle(pilot)
        assert groups.highlighted == 3
        assert at is not None
        assert groups.options[3].id == at.id


async def test_possible_duplicates_are_listed_a_few_at_a_time(
    app: DeskApp, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "AT_ONCE", 1)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        with another_terminal(database, app.clock) as other:
            for name in ("Абрамов", "Абрамов", "Яшин", "Яшин"):
                other.people.add(last_name=name, first_name="Лев")
        await press(pilot, "y", "f3")
        assert "Яшин" not in picture(app)
        for _ in range(2):
            await press(pilot, "end", "enter")
            assert isinstance(app.screen, DuplicatesScreen)
        assert "Яшин" in picture(app)
        assert "Показать ещё" not in picture(app)


async def test_who_is_erased_leaves_an_act_that_can_be_saved(
    app: DeskApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "y", *MARIA, "enter", "b", *"шумит", "ctrl+s", "delete", "ctrl+s")
        assert isinstance(app.screen, ConfirmScreen)
        await press(pilot, "right", "enter")
        assert isinstance(app.screen, ActScreen)
        assert "об уничтожении персональных данных" in picture(app)
        assert "фамилия, имя, телефон, эл. почта, причина запрета" in picture(app)
        await press(pilot, "ctrl+s")
        assert "Уничтожил: Анна Орлова" in act_in(app.services.exports.root or home)
        assert "act-" in str(app.screen.query_one(StatusLine).content)
        await press(pilot, "escape", "ctrl+u")
        assert isinstance(app.screen, PeopleScreen)
        assert "Семенова Мария" not in listed(app)


async def test_a_new_visitor_is_added_and_shown(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "y", *"Орлов Пётр Ильич", "ctrl+n", "ctrl+s")
        assert isinstance(app.screen, PeopleScreen)
        (person,) = app.desk.people.search("орлов")
        assert person.full_name == "Пётр Ильич Орлов"
        assert app.screen.table.cursor_number == person.id


async def test_what_another_terminal_changes_appears_and_the_cursor_stays(
    app: DeskApp, database: Path
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "y", "down", "down", "down")
        assert isinstance(app.screen, PeopleScreen)
        at = app.screen.table.cursor_number
        with another_terminal(database, app.clock) as other:
            other.people.add(last_name="Абрамов", first_name="Лев")
        while "Абрамов Лев" not in listed(app):
            await settle(pilot)
        assert app.screen.table.cursor_number == at


async def test_who_is_erased_at_another_terminal_gives_the_cursor_to_the_next_one(
    app: DeskApp, database: Path
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "y", "down", "down", "down", "down")
        assert isinstance(app.screen, PeopleScreen)
        gone, after = app.screen.table.cursor_number, listed(app)[5]
        assert gone is not None
        with another_terminal(database, app.clock) as other:
            other.people.erase(gone, Ground.REQUEST)
        while app.screen.table.cursor_number == gone:
            await settle(pilot)
        assert app.screen.table.get_row_at(app.screen.table.cursor_row)[0] == after


async def test_a_new_customer_of_a_form_that_is_left_is_nobody(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "a", *"Новиков Ян", "ctrl+n", "ctrl+s")
        assert "✓ новый, сохранится" in picture(app)
        await press(pilot, "escape", "right", "enter")
        assert isinstance(app.screen, TicketsScreen)
        assert app.desk.people.search("новиков") == ()


async def test_the_mouse_selects_scrolls_and_opens_while_one_goes_on_typing(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for number in range(30):
            app.desk.people.add(last_name=f"Яковлев{number:02}", first_name="Ян")
        await press(pilot, "y")
        await pilot.click(PeopleTable, offset=(5, 4))
        await settle(pilot)
        table = app.screen.query_one(PeopleTable)
        assert isinstance(app.screen, PeopleScreen)
        assert table.cursor_row == 3
        top = listed(app)[0]
        table.post_message(events.MouseScrollDown(table, 5, 5, 0, 1, 0, False, False, False))
        await settle(pilot)
        assert listed(app)[0] != top
        await press(pilot, *"яковлев07")
        assert listed(app) == ["Яковлев07 Ян"]
        await pilot.click(PeopleTable, offset=(5, 1), times=2)
        await settle(pilot)
        assert isinstance(app.screen, PersonScreen)
        assert "Яковлев07 Ян" in picture(app).replace("Ян Яковлев07", "Яковлев07 Ян")


# ── Snapshots ────────────────────────────────────────────────────────────────────────────────────


@both_sizes
def test_the_visitors(looks: Looks) -> None:
    assert looks("y")


def test_the_page_of_a_banned_visitor_with_a_note(looks: Looks, app: DeskApp) -> None:
    def bans(pilot: Pilot[Any]) -> None:
        person = app.desk.people.edit(
            maria(app), **as_typed(*astuple(maria(app))[1:5], "Ильинична", "приходит с собакой")
        )
        app.desk.people.ban(person, "шумит и не платит")

    assert looks(bans, "y", *"семенова", "enter")


def test_a_ban_with_its_reason(looks: Looks) -> None:
    assert looks("y", *"семенова", "enter", "b", *"шумит")


def test_the_possible_duplicates(looks: Looks) -> None:
    assert looks("y", "f3")


def test_with_whom_somebody_may_be_merged(looks: Looks) -> None:
    assert looks("y", "f3", "enter", "m")


def test_the_question_before_a_merge(looks: Looks) -> None:
    assert looks("y", "f3", "enter", "m", "enter")


def test_the_form_of_a_visitor_with_a_mistake(looks: Looks) -> None:
    assert looks("y", *"семенова", "enter", "e", "enter", "enter", "enter", *"12", "ctrl+s")
