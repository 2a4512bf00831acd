"""A number typed in a list is a way to a ticket or an order; the filter in force stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from olvery_tui.app.app import DeskApp
from olvery_tui.screens.list.list_screen import ListScreen
from olvery_tui.screens.list.orders import OrdersScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.order.order import OrderScreen
from olvery_tui.screens.ticket.ticket import TicketScreen
from olvery_tui.widgets.fields.field import BackGlyph
from olvery_tui.widgets.fields.number_line import NumberLine
from tests.screens.front_desk import front_desk, running
from tests.screens.ticket_desk import on_screen, press


@pytest.fixture
def desk(tmp_path: Path) -> DeskApp:
    """The application at the front desk."""
    return front_desk(tmp_path)


def listed(app: DeskApp) -> list[int]:
    screen = app.screen
    assert isinstance(screen, ListScreen)
    return [row.number for row in screen.table._window.rows]


def number_line(app: DeskApp) -> NumberLine:
    return app.screen.query_one(NumberLine)


def picture(app: DeskApp) -> str:
    return "\n".join(on_screen(app))


async def test_a_number_opens_its_ticket_and_filters_nothing(desk: DeskApp) -> None:
    async with running(desk) as pilot:
        await press(pilot, "4", "0")
        assert listed(desk) == [312, 42, 40, 31]
        assert number_line(desk).field.value == "40"
        await press(pilot, "enter")
        assert isinstance(desk.screen, TicketScreen)
        assert desk.screen.number == 40
        await press(pilot, "escape")
        assert listed(desk) == [312, 42, 40, 31]
        assert not number_line(desk).is_open
        screen = desk.screen
        assert isinstance(screen, TicketsScreen)
        assert screen.table.cursor_number == 40
        assert screen.table.has_focus


async def test_a_filter_in_force_is_not_touched_by_a_number(desk: DeskApp) -> None:
    async with running(desk) as pilot:
        await press(pilot, "/", *"ирина", "enter")
        assert listed(desk) == [312, 31]
        await press(pilot, "down", "4", "2", "enter")
        assert isinstance(desk.screen, TicketScreen)
        assert desk.screen.number == 42
        await press(pilot, "escape")
        assert listed(desk) == [312, 31]
        screen = desk.screen
        assert isinstance(screen, TicketsScreen)
        assert screen.table.cursor_number == 31


async def test_escape_drops_the_number(desk: DeskApp) -> None:
    async with running(desk) as pilot:
        await press(pilot, "4", "escape")
        assert not number_line(desk).is_open
        await press(pilot, "enter")
        assert isinstance(desk.screen, TicketScreen)
        assert desk.screen.number == 312


async def test_no_letter_is_a_command_or_typed_while_a_number_is(desk: DeskApp) -> None:
    async with running(desk) as pilot:
        await press(pilot, "4")
        for key in "oщavx/l":
            await press(pilot, key)
            assert isinstance(desk.screen, TicketsScreen)
            assert number_line(desk).field.value == "4"
        await press(pilot, "backspace", "3", "1", "enter")
        assert isinstance(desk.screen, TicketScreen)
        assert desk.screen.number == 31


async def test_an_impossible_number_is_refused_whole(desk: DeskApp) -> None:
    async with running(desk) as pilot:
        await press(pilot, *"4600000000312", "enter")
        assert "Такого билета нет: 4600000000312" in picture(desk)
        await press(pilot, *"31", "enter")
        assert isinstance(desk.screen, TicketScreen)
        assert desk.screen.number == 31
        await press(pilot, *"9999999999940", "enter")
        assert desk.screen.number == 31
        assert "Такого билета нет: 9999999999940" in picture(desk)
        await press(pilot, "escape", *"4" * 41)
        assert isinstance(desk.screen, TicketsScreen)
        assert number_line(desk).field.value == ""
        assert "Такого билета нет: 444444" in picture(desk)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_enter_is_named_only_while_there_is_a_number_to_open(
    desk: DeskApp, size: tuple[int, int]
) -> None:
    async with running(desk, size=size) as pilot:
        await press(pilot, *"99", "enter")
        assert "Такого билета нет: 99" in picture(desk)
        assert "Enter" not in on_screen(desk)[-1]
        await press(pilot, "4")
        assert on_screen(desk)[-1].startswith(" Enter Открыть  Esc ")
        await press(pilot, "backspace")
        assert "Enter" not in on_screen(desk)[-1]
        await press(pilot, "enter")
        assert isinstance(desk.screen, TicketsScreen)
        assert not number_line(desk).is_open


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_in_orders_a_number_opens_the_order_or_says_which_ticket_has_it(
    desk: DeskApp, size: tuple[int, int]
) -> None:
    async with running(desk, window="orders", size=size) as pilot:
        await press(pilot, *"505", "enter")
        assert isinstance(desk.screen, OrderScreen)
        assert desk.screen.number == 505
        await press(pilot, *"31", "enter")
        assert "Заказа 31 нет. Билет 31 — в заказе 500." in picture(desk)
        await press(pilot, "escape", *"40", "enter")
        assert isinstance(desk.screen, OrdersScreen)
        assert "Заказа 40 нет. Билет 40 — в заказе 501." in picture(desk)
        await press(pilot, *"7", "enter")
        assert "Такого заказа нет: 7" in picture(desk)
        assert listed(desk) == [505, 502, 501, 500]


# ── A new search, and back ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_search_looks_through_everything_and_escape_comes_back(
    desk: DeskApp, size: tuple[int, int]
) -> None:
    async with running(desk, size=size) as pilot:
        await press(pilot, "f", *"31-42", "enter", "down")
        for slash in "/.":
            assert listed(desk) == [42, 40, 31]
            await press(pilot, slash, *"ирина")
            assert listed(desk) == [312, 31]
            await press(pilot, "escape")
            assert listed(desk) == [42, 40, 31]
            screen = desk.screen
            assert isinstance(screen, TicketsScreen)
            assert screen.table.has_focus
            assert screen.table.cursor_number == 40
            assert "№ 31-42" in picture(desk)


async def test_escape_comes_back_from_what_a_search_has_found(desk: DeskApp) -> None:
    async with running(desk) as pilot:
        await press(pilot, "f", *"31-42", "enter")
        await press(pilot, "/", *"ирина", "enter", "enter")
        assert isinstance(desk.screen, TicketScreen)
        await press(pilot, "escape")
        assert listed(desk) == [312, 31]
        await press(pilot, "/", *"семенов", "enter")
        assert listed(desk) == [40, 42]
        await press(pilot, "escape")
        assert listed(desk) == [42, 40, 31]
        await press(pilot, "escape")
        assert listed(desk) == [42, 40, 31]


async def test_in_orders_a_search_and_back_too(desk: DeskApp) -> None:
    async with running(desk, window="orders") as pilot:
        await press(pilot, "f", *"501-505", "enter")
        await press(pilot, "/", *"семенов", "enter")
        assert listed(desk) == [505, 501]
        await press(pilot, "escape")
        assert listed(desk) == [505, 502, 501]


# ── «Назад» beside a field ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_back_is_reached_by_tab_says_its_word_and_empties_its_field(
    desk: DeskApp, size: tuple[int, int]
) -> None:
    async with running(desk, size=size) as pilot:
        screen = desk.screen
        assert isinstance(screen, TicketsScreen)
        for keys, told in (
            (["f", *"31-42"], "№ 31-42"),
            (["f", "tab", *"10.03.2026"], "с 10.03.2026"),
            (["/", *"ирина"], "посетитель ирина"),
            (["f", "tab", "tab", "tab", "tab", "space", "shift+tab", "shift+tab"], "Новый"),
        ):
            await press(pilot, *keys, "tab")
            assert isinstance(desk.focused, BackGlyph)
            assert "← Назад" in picture(desk)
            assert told in " ".join(value for _field, value in screen.sidebar.summary())
            await press(pilot, "enter")
            assert not screen.sidebar.summary()
            assert not isinstance(desk.focused, BackGlyph)
            assert "← Назад" not in picture(desk)
            await press(pilot, "escape")


async def test_what_is_typed_on_back_goes_to_the_next_field(desk: DeskApp) -> None:
    async with running(desk, size=(120, 40)) as pilot:
        await press(pilot, "f", *"31-42", "tab", *"10.03.2026", "tab", "tab", "tab")
        await press(pilot, *"ир", "tab", "space")
        screen = desk.screen
        assert isinstance(screen, TicketsScreen)
        assert [field for field, _value in screen.sidebar.summary()] == [
            "number", "period", "visitor", "status",
        ]  # fmt: skip
