"""Windows over windows: they don't pile up, and each is painted over the one below it."""

from __future__ import annotations

from copy import copy

import pytest
from textual.widgets import OptionList

from olvery_tui.app.app import DeskApp
from olvery_tui.screens.help import HelpScreen
from olvery_tui.screens.history import HistoryScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.new_order.new_order import NewOrderForm
from olvery_tui.screens.order.order import OrderScreen
from olvery_tui.screens.palette import Palette
from olvery_tui.screens.people.new_person import NewPersonForm
from olvery_tui.screens.ticket.ticket import TicketScreen
from olvery_tui.screens.ticket.visitor import VisitorForm
from tests.screens.conftest import settle, type_key
from tests.screens.ticket_desk import press, ticket_open


def windows(app: DeskApp) -> list[type]:
    return [type(screen) for screen in app.screen_stack]


# One window of a kind


async def test_a_ticket_of_an_order_is_shown_in_the_form_that_led_to_the_order(
    app: DeskApp,
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        first = app.screen
        assert isinstance(first, TicketScreen)
        for _round in range(3):
            await press(pilot, "z", *"40", "enter", "enter")
            assert app.screen is first
            assert windows(app) == [TicketsScreen, TicketScreen]


async def test_another_tickets_order_is_shown_in_the_form_that_led_to_the_ticket(
    app: DeskApp,
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "enter")
        orders = app.screen
        assert isinstance(orders, OrderScreen)
        before = orders.number
        await press(pilot, "z")  # another key than the one that opened the order
        assert isinstance(app.screen, TicketScreen)
        await press(pilot, *"31", "enter", "z")
        assert app.screen is orders
        assert orders.number != before
        assert orders.number == app.desk.tickets.get(31).order


async def test_help_and_palette_make_room_for_each_other(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p", "f1")
        assert windows(app) == [TicketsScreen, HelpScreen]
        await press(pilot, "ctrl+p")
        assert windows(app) == [TicketsScreen, Palette]
        await press(pilot, "escape")
        assert windows(app) == [TicketsScreen]


async def test_the_palette_opens_while_the_one_before_it_is_still_being_taken_away(
    app: DeskApp,
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p")
        app.screen.dismiss()
        app.action_command_palette()
        await settle(pilot)
        assert windows(app) == [TicketsScreen, Palette]


async def test_a_command_chosen_twice_in_one_go_closes_the_palette_and_nothing_below_it(
    app: DeskApp,
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "ctrl+p", *"истор")
        palette = app.screen
        commands = palette.query_one(OptionList)
        chosen = OptionList.OptionSelected(commands, commands.get_option_at_index(0), 0)
        palette.post_message(chosen)
        palette.post_message(copy(chosen))
        await settle(pilot)
        assert app._exception is None
        assert windows(app) == [TicketsScreen, TicketScreen, HistoryScreen]


async def test_help_over_help_is_the_same_help(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "f1")
        shown = app.screen
        await press(pilot, "f1", "f1")
        assert app.screen is shown
        await press(pilot, "escape")
        assert windows(app) == [TicketsScreen]


async def test_two_clicks_open_one_form(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await app.run_action("screen.add_order")
        await app.run_action("screen.add_order")  # what a list in the background is still asked
        app.screen_stack[0].call_later(app.screen_stack[0].run_action, "add_order")
        await settle(pilot)
        assert windows(app) == [TicketsScreen, NewOrderForm]


# Painting


async def test_no_two_windows_become_each_others_background(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "a", "ctrl+n", "x", "escape", "f1")
        assert len(windows(app)) == 5
        _list, form, person, question, _help = app.screen_stack
        for screen in (person, question):
            screen.query("*").last().refresh()
            await settle(pilot)
            form.refresh(layout=True)  # it looks anew for its background; the others have theirs
            await settle(pilot)
        assert app._exception is None


async def test_keys_wait_until_the_window_that_they_are_for_has_its_widgets(
    app: DeskApp,
) -> None:
    async with ticket_open(app, 31) as pilot:
        form = VisitorForm(app.desk.tickets.get(31))
        app.push_screen(form)
        assert not form.is_mounted
        assert app.input.is_holding  # what holds keys back
        type_key(app, "ctrl+n")
        await settle(pilot)
        assert not app.input.is_holding
        assert isinstance(app.screen, NewPersonForm)


# Keys that come before the window's first layout


@pytest.mark.parametrize("direction", ["pagedown", "pageup"])
async def test_a_page_in_a_list_that_has_no_lines_yet_is_gone_when_it_has(
    app: DeskApp, direction: str
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        type_key(app, "ctrl+p")
        type_key(app, direction)
        await settle(pilot)
        assert app.screen.query_one(OptionList).highlighted is not None
