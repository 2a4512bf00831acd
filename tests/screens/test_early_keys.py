"""Keys that were pressed for what was there before do nothing in a window that has just come."""

from __future__ import annotations

from pathlib import Path

import pytest

from olvery_tui.app.app import DeskApp
from olvery_tui.screens.confirm import ConfirmScreen
from olvery_tui.screens.new_order.new_order import NewOrderForm
from olvery_tui.screens.order.order import OrderScreen
from olvery_tui.screens.order.order_status import OrderStatusForm
from olvery_tui.screens.ticket.ticket import TicketScreen
from olvery_tui.widgets.pickers.person_search import PersonSearch
from tests.screens.conftest import settle, type_key
from tests.screens.front_desk import front_desk, running, traces
from tests.screens.ticket_desk import press


@pytest.fixture
def desk(tmp_path: Path) -> DeskApp:
    """The application at the front desk."""
    return front_desk(tmp_path)


async def test_the_letter_that_opened_the_statuses_chooses_none(desk: DeskApp) -> None:
    async with running(desk) as pilot:
        before = traces(desk)
        await press(pilot, "down", "щ")
        form = desk.screen
        assert isinstance(form, OrderStatusForm)
        chosen = form.moves.chosen
        await press(pilot, "щ", "щ")
        assert form.moves.chosen is chosen
        await press(pilot, "enter", "enter")
        assert traces(desk).orders == before.orders or chosen is not None


async def test_a_letter_is_typed_although_it_opened_the_window(desk: DeskApp) -> None:
    async with running(desk) as pilot:
        await press(pilot, "a", "a", "a")
        assert isinstance(desk.screen, NewOrderForm)
        assert desk.screen.query_one(PersonSearch).text == "aa"


async def test_a_key_with_a_meaning_of_its_own_in_the_window_keeps_it(desk: DeskApp) -> None:
    async with running(desk) as pilot:
        await press(pilot, "enter", "z")
        assert isinstance(desk.screen, OrderScreen)
        await press(pilot, "z")
        assert isinstance(desk.screen, TicketScreen)


@pytest.mark.parametrize("keys", [["tab", "enter"], ["right", "enter"], ["enter"]])
async def test_no_question_is_answered_before_it_is_painted(desk: DeskApp, keys: list[str]) -> None:
    async with running(desk, window="new order, begun") as pilot:
        await press(pilot, "escape")  # the list of people
        for key in ["escape", *keys]:
            type_key(desk, key)
        await settle(pilot)
        assert isinstance(desk.screen, ConfirmScreen)
        await press(pilot, "right", "enter")
        assert not isinstance(desk.screen, ConfirmScreen | NewOrderForm)
