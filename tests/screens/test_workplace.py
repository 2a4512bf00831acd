"""The form of the workplace: free and busy places by room, and who was quicker."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.tickets import PlaceDetails
from olvery_tui.screens.confirm import ConfirmScreen
from olvery_tui.screens.ticket.ticket import TicketScreen
from olvery_tui.screens.ticket.workplace import WorkplaceForm
from olvery_tui.store.database import engine
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.pickers.place_list import PlaceList, narrowed
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


def listed(app: DeskApp) -> list[str]:
    """The lines of the list, as they are read."""
    return [str(option.prompt).strip() for option in app.screen.query_one(PlaceList).options]


def free_places(desk: Desk, number: int) -> list[PlaceDetails]:
    """The free places of the ticket's service other than its own, in the form's order."""
    places = desk.tickets.places(desk.tickets.get(number))
    return [place for place in places if place.free and not place.current]


def busy_places(desk: Desk, number: int) -> list[PlaceDetails]:
    return [place for place in desk.tickets.places(desk.tickets.get(number)) if not place.free]


async def test_places_stand_under_their_rooms_free_ones_first(app: DeskApp) -> None:
    async with ticket_open(app, 27) as pilot:
        await press(pilot, "w")
        lines = listed(app)
        places = app.desk.tickets.places(app.desk.tickets.get(27))
        rooms = list(dict.fromkeys(place.room for place in places))
        assert [line for line in lines if line in rooms] == rooms
        assert len(lines) == len(places) + len(rooms)
        for room in rooms:
            of_room = [place.free for place in places if place.room == room]
            assert of_room == sorted(of_room, reverse=True)
        assert sum(line.startswith("◉") and line.endswith("сейчас") for line in lines) == 1


async def test_a_busy_place_names_the_ticket_the_visitor_and_the_end(app: DeskApp) -> None:
    async with ticket_open(app, 27) as pilot:
        await press(pilot, "w")
        (busy,) = [line for line in listed(app) if "билет 25" in line]
        assert busy.startswith("✕ PM №1")
        assert busy.endswith("билет 25, Мария Семенова, до 06.12.2022 12:00")


@pytest.mark.parametrize("save", ["ctrl+s", "ctrl+ы"])
async def test_a_free_place_is_chosen_and_saved(app: DeskApp, save: str) -> None:
    async with ticket_open(app, 26) as pilot:
        wanted = free_places(app.desk, 26)[0]
        await press(pilot, "w", "down", "enter", save)
        assert isinstance(app.screen, TicketScreen)
        assert text(app, "#workplace") == wanted.label
        assert text(app, "#room") == wanted.room
        assert tone(app) == "done"
        assert app.desk.tickets.get(26).workplace_id == wanted.workplace_id


async def test_enter_chooses_and_a_second_enter_saves(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        wanted = free_places(app.desk, 26)[0]
        await press(pilot, "w", "down", "enter", "enter")
        assert isinstance(app.screen, TicketScreen)
        assert app.desk.tickets.get(26).workplace_id == wanted.workplace_id


async def test_the_mouse_alone_chooses_and_saves(app: DeskApp) -> None:
    async with ticket_open(app, 26, size=(120, 40)) as pilot:
        await click(pilot, "#change_workplace")
        wanted = free_places(app.desk, 26)[0]
        row = next(
            row
            for row in range(len(listed(app)))
            if app.screen.query_one(PlaceList).place_at(row) == wanted
        )
        await click(pilot, "#places", offset=(4, row))
        await click(pilot, "#save")
        assert isinstance(app.screen, TicketScreen)
        assert app.desk.tickets.get(26).workplace_id == wanted.workplace_id


async def test_a_busy_place_can_be_chosen_neither_by_mouse_nor_by_key(app: DeskApp) -> None:
    async with ticket_open(app, 27, size=(120, 40)) as pilot:
        await press(pilot, "w")
        places = app.screen.query_one(PlaceList)
        busy = next(row for row, line in enumerate(listed(app)) if line.startswith("✕"))
        await click(pilot, "#places", offset=(4, busy))
        assert isinstance(app.screen, WorkplaceForm)
        assert not app.screen.has_unsaved()
        for _row in range(places.option_count + 1):
            await pilot.press("down")
            under = places.place_under_cursor
            assert under is not None
            assert under.free


@pytest.mark.parametrize("keys", [("ц", "ctrl+ы")])
async def test_the_place_that_is_highlighted_is_the_one_that_is_saved(
    app: DeskApp, keys: tuple[str, str]
) -> None:
    async with ticket_open(app, 26) as pilot:
        wanted = free_places(app.desk, 26)[1]
        await press(pilot, keys[0], "down", "down")
        assert [line for line in listed(app) if line.startswith("◉")] == [
            f"◉ {wanted.label}    свободно"
        ]
        await press(pilot, keys[1])
        assert isinstance(app.screen, TicketScreen)
        assert app.desk.tickets.get(26).workplace_id == wanted.workplace_id


async def test_a_place_found_by_typing_is_highlighted_and_saved(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "w", *"тих")
        wanted = app.screen.query_one(PlaceList).place_under_cursor
        assert wanted is not None
        await press(pilot, "ctrl+s")
        assert app.desk.tickets.get(26).workplace_id == wanted.workplace_id


async def test_where_no_place_is_listed_none_is_saved(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        before = app.desk.tickets.get(26)
        await press(pilot, "w", "down", *"нет такого", "ctrl+s")
        assert isinstance(app.screen, WorkplaceForm)
        assert "Сначала выберите рабочее место" in said(app)
        assert app.desk.tickets.get(26) == before


async def test_saving_the_present_place_says_so_stays_and_leaves_no_trace(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        before = app.desk.tickets.get(26), app.desk.tickets.history(26)
        await press(pilot, "w", "ctrl+s")
        assert isinstance(app.screen, WorkplaceForm)
        assert "Ничего не изменено" in said(app)
        assert (app.desk.tickets.get(26), app.desk.tickets.history(26)) == before


# Typing narrows


def place(label: str, room: str) -> PlaceDetails:
    return PlaceDetails(hash((label, room)), label, room)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ["PM №1", "РМ №2", "Ёлка 3"]),
        ("рм", ["PM №1", "РМ №2"]),  # Cyrillic finds the Latin label too
        ("pm", ["PM №1", "РМ №2"]),
        ("PM №1", ["PM №1"]),
        ("pm1", ["PM №1"]),
        ("1", ["PM №1"]),
        ("ЕЛК", ["Ёлка 3"]),
        ("малый", ["Ёлка 3"]),
        ("зал", ["PM №1", "РМ №2", "Ёлка 3"]),
        ("%", ["PM №1", "РМ №2", "Ёлка 3"]),
        ("нет такого", []),
    ],
)
def test_typing_narrows_by_words_of_label_and_room(typed: str, found: list[str]) -> None:
    places = [
        place("PM №1", "Большой зал"),
        place("РМ №2", "Большой зал"),
        place("Ёлка 3", "Малый зал"),
    ]
    assert [one.label for one in narrowed(places, typed)] == found


async def test_what_is_typed_narrows_the_list_and_arrows_still_move_in_it(
    app: DeskApp,
) -> None:
    async with ticket_open(app, 26) as pilot:
        wanted = free_places(app.desk, 26)[-1]
        await press(pilot, "w", *wanted.label.replace("№", "").replace(" ", ""))
        assert all(wanted.label.split("№")[-1] in line for line in listed(app) if "○" in line)
        places = app.screen.query_one(PlaceList)
        for _row in range(places.option_count):
            if places.place_under_cursor == wanted:
                break
            await press(pilot, "down")
        await press(pilot, "enter", "enter")
        assert app.desk.tickets.get(26).workplace_id == wanted.workplace_id


async def test_a_name_that_no_place_has_is_said_and_backspace_brings_them_back(
    app: DeskApp,
) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "w")
        before = listed(app)
        await press(pilot, "ъ")
        assert is_there(app, "#no-places")
        assert not is_there(app, "#places")
        await press(pilot, "enter")
        assert isinstance(app.screen, WorkplaceForm)
        await press(pilot, "backspace")
        assert listed(app) == before
        assert not is_there(app, "#no-places")


# A running ticket


async def test_a_running_ticket_moves_from_now_on_and_the_form_says_so(
    app: DeskApp, clock: FrozenClock
) -> None:
    async with ticket_open(app, 27) as pilot:
        await press(pilot, "w")
        assert is_there(app, "#running")
        assert "прошлое остается на прежнем" in text(app, "#running")
        await press(pilot, "down", "enter", "enter")
        assert isinstance(app.screen, TicketScreen)
        newest = app.desk.tickets.history(27)[0]
        assert newest.kind is EventKind.WORKPLACE_CHANGED
        assert newest.data["since"] == clock.now().isoformat()


async def test_a_ticket_that_has_not_begun_moves_whole(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "w")
        assert not is_there(app, "#running")


# Who was quicker


async def test_a_place_taken_a_moment_ago_is_refused_with_the_ticket_that_has_it(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with ticket_open(app, 27) as pilot:
        await press(pilot, "w")
        wanted = free_places(app.desk, 27)[0]
        line = app.screen.query_one("#narrow", Field)
        await press(pilot, "p", "m")
        form, places = app.screen, app.screen.query_one(PlaceList)
        assert isinstance(form, WorkplaceForm)
        places.go_to({wanted.workplace_id})
        with another_terminal(database, clock) as other:
            other.tickets.change_workplace(other.tickets.get(25), wanted.workplace_id)
        await press(pilot, "ctrl+s")
        assert app.screen is form
        assert "25" in said(app)
        assert "Мария Семенова" in said(app)
        assert line.value == "pm"
        assert any(wanted.label in row and "билет 25" in row for row in listed(app))
        assert app.desk.tickets.get(27).workplace_id != wanted.workplace_id
        # The place that ticket 25 has left is free now, and the second save is made.
        left = free_places(app.desk, 27)[0]
        under = places.place_under_cursor
        assert under is not None
        assert under.current  # not another one that nobody chose
        await pilot.click("#narrow")
        for _row in range(places.option_count):
            under = places.place_under_cursor
            if under is not None and under.workplace_id == left.workplace_id:
                break
            await press(pilot, "down")
        await press(pilot, "enter", "enter")
        assert isinstance(app.screen, TicketScreen)
        assert app.desk.tickets.get(27).workplace_id == left.workplace_id


async def test_a_save_over_an_unseen_change_shows_both_and_the_second_save_is_made(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with ticket_open(app, 26) as pilot:
        mine, theirs = free_places(app.desk, 26)[:2]
        await press(pilot, "w", "down", "enter")
        with another_terminal(database, clock) as other:
            other.tickets.change_workplace(other.tickets.get(26), theirs.workplace_id)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, WorkplaceForm)
        assert text(app, "#conflict-who") == "! Билет 26 тем временем изменен: Пётр Ильин, 10:00"
        assert text(app, "#conflict-now") == f"{theirs.label}, {theirs.room}"
        assert text(app, "#conflict-chosen") == f"{mine.label}, {mine.room}"
        assert app.desk.tickets.get(26).workplace_id == theirs.workplace_id
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, TicketScreen)
        assert app.desk.tickets.get(26).workplace_id == mine.workplace_id


async def test_a_period_that_ended_meanwhile_is_told_and_the_form_stays(
    app: DeskApp, clock: FrozenClock
) -> None:
    async with ticket_open(app, 27) as pilot:
        await press(pilot, "w", "down", "enter")
        clock.move_to(clock.now() + timedelta(hours=3))
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, WorkplaceForm)
        assert said(app)
        assert app.screen.has_unsaved()


async def test_a_busy_database_keeps_the_choice_and_the_next_save_works(
    app: DeskApp, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.2)
    async with ticket_open(app, 26) as pilot:
        wanted = free_places(app.desk, 26)[0]
        await press(pilot, "w", "down", "enter")
        with locked(database):
            await press(pilot, "ctrl+s")
            assert isinstance(app.screen, WorkplaceForm)
            assert tone(app) == "trouble"
        await press(pilot, "ctrl+s")
        assert app.desk.tickets.get(26).workplace_id == wanted.workplace_id


# Leaving


async def test_esc_asks_once_where_a_place_was_chosen(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "w", "escape")
        assert isinstance(app.screen, TicketScreen)
        await press(pilot, "w", "down", "enter", "escape")
        assert isinstance(app.screen, ConfirmScreen)
        await press(pilot, "tab", "enter")
        assert isinstance(app.screen, TicketScreen)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_with_everything_said_at_once_the_buttons_stay_in_sight(
    app: DeskApp, database: Path, clock: FrozenClock, size: tuple[int, int]
) -> None:
    async with ticket_open(app, 26, size=size) as pilot:
        theirs = free_places(app.desk, 26)[1]
        await press(pilot, "w", "down", "enter")
        with another_terminal(database, clock) as other:
            other.tickets.change_workplace(other.tickets.get(26), theirs.workplace_id)
        await press(pilot, "ctrl+s")
        lines = on_screen(app)
        assert any("тем временем изменен" in line for line in lines)
        assert any("Сохранить Ctrl+S" in line and "Отмена Esc" in line for line in lines[:-1])
        assert any("◉" in line for line in lines)


async def test_the_first_places_room_is_in_sight_when_the_cursor_comes_back_to_it(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ticket_open(app, 26) as pilot:
        seen: Any = app.desk.tickets.places(app.desk.tickets.get(26))
        many = seen + tuple(
            PlaceDetails(1000 + number, f"PM №{number}", "Большой зал") for number in range(60)
        )
        monkeypatch.setattr(app.desk.tickets, "places", lambda card: many)
        await press(pilot, "w", "pagedown", "pagedown", "pagedown")
        places = app.screen.query_one(PlaceList)
        assert places.scroll_offset.y > 0
        for _step in range(80):
            await pilot.press("up")
            if places.highlighted == 1:
                break
        await settle(pilot)
        assert places.highlighted == 1
        assert places.scroll_offset.y == 0
