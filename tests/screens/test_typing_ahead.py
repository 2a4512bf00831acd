"""Keys that are typed behind one that opens a window are for that window, however long it takes."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from textual import events
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from olvery_tui.app import input as key_input
from olvery_tui.app.app import DeskApp
from olvery_tui.desk.orders import Orders
from olvery_tui.desk.tickets import Tickets
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.screens.confirm import ConfirmScreen
from olvery_tui.screens.history import HistoryScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.new_order.new_order import NewOrderForm
from olvery_tui.screens.order.order_status import OrderStatusForm
from olvery_tui.screens.palette import Palette
from olvery_tui.screens.ticket.ticket import TicketScreen
from tests.screens.conftest import settle, type_key
from tests.screens.ticket_desk import press, said, ticket_open


@pytest.fixture(params=[0.0, 0.6])
def slow(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> float:
    """How long a ticket and an order take to come, in seconds."""
    seconds = float(request.param)
    for part in (Tickets, Orders):
        real = part.get

        def slowly(self: Any, number: int, real: Any = real) -> Any:
            time.sleep(seconds)
            return real(self, number)

        monkeypatch.setattr(part, "get", slowly)
    return seconds


async def burst(pilot: Pilot[Any], *keys: str) -> None:
    for key in keys:
        type_key(pilot.app, key)
    await settle(pilot)


async def ends(pilot: Pilot[Any], *keys: str) -> None:
    """The keys leave the application."""
    for key in keys:
        type_key(pilot.app, key)
    deadline = time.monotonic() + 20
    while not pilot.app._exit:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


@pytest.mark.usefixtures("slow")
async def test_the_status_of_an_order_is_set_from_the_list(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await burst(pilot, "щ", "down", "enter")
        assert isinstance(app.screen, TicketsScreen)
        assert app.desk.orders.get(1223).status is OrderStatus.CONFIRMED


@pytest.mark.usefixtures("slow")
async def test_the_status_of_an_order_is_set_from_its_ticket(app: DeskApp) -> None:
    async with ticket_open(app, 34) as pilot:
        await burst(pilot, "o", "2")
        form = app.screen
        assert isinstance(form, OrderStatusForm)
        assert form.moves.chosen is OrderStatus.CANCELLED


@pytest.mark.usefixtures("slow")
async def test_a_number_its_check_and_its_history_in_one_go(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await burst(pilot, "2", "6", "enter", "v", "h")
        assert isinstance(app.screen, HistoryScreen)
        assert app.desk.tickets.get(26).validated


async def test_escape_is_not_held_and_takes_back_what_was_typed_ahead(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        ticket = Tickets.get

        def slowly(tickets: Tickets, number: int) -> Any:
            time.sleep(1.5)
            return ticket(tickets, number)

        monkeypatch.setattr(Tickets, "get", slowly)
        began = time.monotonic()
        type_key(app, "enter")
        while not isinstance(app.screen, TicketScreen):
            await pilot.pause(0.01)
        type_key(app, "w")
        type_key(app, "escape")
        while not isinstance(app.screen, TicketsScreen):
            assert time.monotonic() - began < 20
            await pilot.pause(0.01)
        await settle(pilot)
        assert isinstance(app.screen, TicketsScreen)


async def test_leaving_asks_where_something_is_not_saved(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "a", *"кор")
        await press(pilot, "escape", "ctrl+q")
        assert isinstance(app.screen, ConfirmScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, NewOrderForm)
        assert not said(app)
        await press(pilot, "ctrl+й")
        await ends(pilot, "tab", "enter")


async def test_leaving_asks_nothing_where_nothing_is_lost(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        await ends(pilot, "ctrl+q")


@pytest.mark.parametrize(
    ("key", "window"), [("a", NewOrderForm), ("ф", NewOrderForm), ("ctrl+p", Palette)]
)
async def test_letters_behind_a_key_that_came_before_the_database_are_for_its_form(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch, key: str, window: type[Screen[Any]]
) -> None:
    """The first lines are shown before the desk is open: letters must not be commands there."""
    opened, go_on = app.startup._opened, asyncio.Event()

    async def late(*words: Any) -> None:
        await go_on.wait()
        await opened(*words)

    monkeypatch.setattr(app.startup, "_opened", lambda *words: app.run_worker(late(*words)))
    async with app.run_test(size=(80, 24)) as pilot:
        assert not app.is_ready
        for each in (key, *"сем"):
            type_key(app, each)
            await asyncio.sleep(0.1)  # by hand
        assert not app.is_ready
        go_on.set()
        await settle(pilot)
        assert isinstance(app.screen, window)
        assert isinstance(app.focused, Input)
        assert app.focused.value == "сем"


async def test_what_is_typed_before_a_click_is_for_the_field_that_it_leaves(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "a", "ctrl+n")
        for text, next_field in (("ким", "#first_name .field-label"), ("яна", "#phone Field")):
            for letter in text:
                type_key(app, letter)
            click(app, place(app, next_field))  # in one lump, as a slow line delivers it
        type_key(app, "7")
        await settle(pilot)
        fields = ("last_name", "first_name", "phone")
        values = [app.screen.query_one(f"#{name} Field", Input).value for name in fields]
        assert values == ["ким", "яна", "7"]


async def test_a_click_behind_a_key_that_opens_a_window_does_not_reach_it(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "a", "ctrl+n")
        phone = place(app, "#phone Field")
        await press(pilot, "escape")
        type_key(app, "ctrl+n")
        click(app, phone)  # on the order, which was seen at that moment
        await settle(pilot)
        assert app.screen.query_one("#last_name Field").has_focus


def place(app: DeskApp, selector: str) -> Offset:
    return app.screen.query(selector).first().region.offset


def click(app: DeskApp, at: Offset) -> None:
    """Click as a terminal reports it."""
    for kind in (events.MouseDown, events.MouseUp):
        app.post_message(kind(None, *at, 0, 0, 1, False, False, False, *at))


async def test_letters_for_a_window_that_does_not_come_are_no_commands(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_input, "_OPENING_SECONDS", 0.2)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.input.hold("a window")
        await burst(pilot, "o", "a")
        await asyncio.sleep(0.4)
        await settle(pilot)
        assert isinstance(app.screen, TicketsScreen)
        await press(pilot, "a")
        assert isinstance(app.screen, NewOrderForm)
