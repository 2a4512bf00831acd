"""The preview of what the visitor sees on the phone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.screens.ticket.ticket import TicketScreen
from olvery_tui.screens.ticket.visitor_view import VisitorViewScreen
from tests.screens.conftest import SIZES
from tests.screens.ticket_desk import (
    another_terminal,
    is_there,
    on_screen,
    press,
    text,
    ticket_open,
)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_until_the_check_the_first_visit_is_explained_and_the_ticket_can_be_sent(
    app: DeskApp, size: tuple[int, int]
) -> None:
    async with ticket_open(app, 26, size=size) as pilot:
        await press(pilot, "p")
        assert isinstance(app.screen, VisitorViewScreen)
        shown = "\n".join(on_screen(app))
        for expected in (
            "Что видит посетитель",
            "Билет 26",
            "◇ Подтвержден",
            "Мария Семенова",
            "22.12.2022 - 24.12.2022",
            "PM №1 · Коворкинг №1",
            "первое посещение",
            "Отправить билет",
        ):
            assert expected in shown
        assert text(app, "#service") == "Коворкинг на 3 этаже"


@pytest.mark.parametrize(
    ("number", "promise"),
    [(26, "открываться с 22.12.2022 00:00"), (25, "дверь откроется."), (29, "по аренде.")],
    ids=["to come", "running", "not confirmed"],
)
async def test_no_door_is_promised_before_the_period_begins_or_the_order_is_confirmed(
    app: DeskApp, number: int, promise: str
) -> None:
    async with ticket_open(app, number, size=(120, 40)) as pilot:
        await press(pilot, "p")
        notice = " ".join(text(app, "#first-visit").split())
        assert notice.endswith(promise if promise[-1] == "." else f"{promise}.")
        assert ("двер" in notice) is (number != 29)


async def test_a_visit_that_can_not_be_any_more_is_not_announced(app: DeskApp) -> None:
    async with ticket_open(app, 22) as pilot:
        await press(pilot, "p")
        assert not is_there(app, "#first-visit")


async def test_after_the_check_both_are_gone_and_after_a_reset_back_again(
    app: DeskApp,
) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "v", "p")
        assert not is_there(app, "#first-visit")
        assert not is_there(app, "#send")
        assert text(app, "#ticket") == "Билет 26"
        await press(pilot, "escape", "r", "з")
        assert is_there(app, "#first-visit")
        assert is_there(app, "#send")


async def test_a_check_made_elsewhere_changes_the_open_preview(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "p")
        with another_terminal(database, clock) as other:
            other.tickets.validate(other.tickets.get(26))
        deadline = asyncio.get_running_loop().time() + 3
        while is_there(app, "#send"):
            assert asyncio.get_running_loop().time() < deadline
            await pilot.pause(0.05)
        assert not is_there(app, "#first-visit")


async def test_the_preview_sends_nothing_and_esc_leaves_it(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        before = app.desk.tickets.get(26)
        await press(pilot, "p")
        assert await pilot.click("#send")
        assert app.desk.tickets.get(26) == before
        await press(pilot, "escape")
        assert isinstance(app.screen, TicketScreen)
