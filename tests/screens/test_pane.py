"""The ticket under the cursor beside the list, and its keys in the list at every width."""

from __future__ import annotations

from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from olvery_tui.app.app import DeskApp
from olvery_tui.desk.tickets import Tickets
from olvery_tui.screens.history import HistoryScreen, OrderHistoryScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.ticket.ticket_blocks import TicketBlocks
from olvery_tui.screens.ticket.visitor import VisitorForm
from olvery_tui.screens.ticket.workplace import WorkplaceForm
from olvery_tui.widgets.chrome.facts import Line
from olvery_tui.widgets.chrome.status_line import StatusLine
from tests.screens.conftest import SIZES, settle, type_key
from tests.screens.ticket_desk import press

WIDE = (160, 50)


def pane_text(app: DeskApp, selector: str) -> str:
    (tickets,) = (each for each in app.screen_stack if isinstance(each, TicketsScreen))
    return str(tickets.pane.query_one(selector, Line).content)


def told(app: DeskApp) -> str:
    """What is told in the corner, or below the ticket."""
    lines = [line.text for line in app.screen.query(StatusLine)]
    return " ".join([*lines, *(each.message for each in app._notifications)])


async def to_ticket(pilot: Pilot[Any], number: int) -> None:
    """Put the list's cursor on a ticket."""
    screen = pilot.app.screen
    assert isinstance(screen, TicketsScreen)
    screen.table.select(number)
    await settle(pilot)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The tickets that were asked for."""
    numbers: list[int] = []
    get = Tickets.get

    def noted(tickets: Tickets, number: int) -> Any:
        numbers.append(number)
        return get(tickets, number)

    monkeypatch.setattr(Tickets, "get", noted)
    return numbers


async def test_the_ticket_under_the_cursor_stands_beside_a_wide_list(
    app: DeskApp, asked: list[int]
) -> None:
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        assert pane_text(app, "#visitor-name") == "Мария Семенова"
        assert asked == [34]

        for _step in range(5):  # a key that is held down
            type_key(app, "down")
        await settle(pilot)
        assert "27" in pane_text(app, "#made")
        assert pane_text(app, "#entry") == "Не войдёт: личность не проверена"
        assert asked == [34, 27]

        await press(pilot, "i", "down")
        assert not app.screen.query(TicketBlocks).first().is_on_screen
        assert asked == [34, 27]
        await press(pilot, "i")
        assert "26" in pane_text(app, "#made")

        await pilot.resize_terminal(120, 40)
        await settle(pilot)
        assert not app.screen.query(TicketBlocks).first().is_on_screen


@pytest.mark.parametrize("size", [SIZES["80x24"], WIDE], ids=["80x24", "160x50"])
async def test_a_visitor_gives_a_name_and_is_checked_with_three_keys(
    app: DeskApp, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await press(pilot, "slash", *"ивано", "enter", "v")  # of two tickets, today's is first
        assert app.desk.tickets.get(27).validated
        assert "Личность посетителя проверена" in told(app)
        if size == WIDE:
            assert pane_text(app, "#entry") == "Может войти до 12:00"

        await press(pilot, "v")
        assert "Уже проверен 10:00" in told(app)
        await press(pilot, "r")
        assert not app.desk.tickets.get(27).validated
        await press(pilot, "ctrl+z")
        assert app.desk.tickets.get(27).validated


async def test_the_keys_of_a_ticket_open_its_windows_from_the_list(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await to_ticket(pilot, 26)
        for key, window in (("u", VisitorForm), ("w", WorkplaceForm), ("h", HistoryScreen)):
            await press(pilot, key)
            assert isinstance(app.screen, window)
            await press(pilot, "escape")
        await to_ticket(pilot, 34)
        await press(pilot, "v")
        assert told(app).count("Билет 34") == 1
        assert isinstance(app.screen, TicketsScreen)
        await press(pilot, "z", "h")
        assert isinstance(app.screen, OrderHistoryScreen)


async def test_no_ticket_is_changed_by_a_key_that_was_not_meant_for_it(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await to_ticket(pilot, 27)

        for letter in "vr":  # a badge without a digit, scanned into the list
            app.post_message(events.Key(letter, letter))
        await settle(pilot)
        early = events.Key("v", "v")  # typed before another list was seen
        early.time = app.screen.query_one("TicketTable").shown_at - 0.1  # type: ignore[attr-defined]
        app.post_message(early)
        await settle(pilot)
        await press(pilot, "f", "tab", "tab", "tab", "tab", "v")  # on the ticks of the statuses
        assert not app.desk.tickets.get(27).validated

        await press(pilot, "escape", "v")
        assert app.desk.tickets.get(27).validated
