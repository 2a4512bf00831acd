"""The order's form: everything of one order, its tickets, and the ways to and from them."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.screens.history import EventList, OrderHistoryScreen
from olvery_tui.screens.order.order import OrderScreen, OrderTickets
from olvery_tui.screens.order.order_status import OrderStatusForm
from olvery_tui.screens.ticket.ticket import TicketScreen
from tests.screens.conftest import SIZES, settle
from tests.screens.order_desk import unpaid
from tests.screens.ticket_desk import (
    another_terminal,
    click,
    is_there,
    on_screen,
    press,
    said,
    text,
    ticket_open,
)


@asynccontextmanager
async def order_open(
    app: DeskApp, number: int, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Pilot[Any]]:
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        app.push_screen(OrderScreen(number))
        await settle(pilot)
        yield pilot


@pytest.fixture
def two_tickets(database: Path) -> None:
    """Order 1215 has ticket 25 beside 26, a comment, and is paid."""
    with closing(sqlite3.connect(database)) as outside, outside:
        outside.execute("UPDATE ticket SET order_number = 1215 WHERE number = 25")
        outside.execute("UPDATE orders SET comment = 'Ключ у охраны' WHERE number = 1215")


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_every_fact_is_there_and_nothing_is_cut(
    app: DeskApp, size: tuple[int, int], two_tickets: None
) -> None:
    async with order_open(app, 1215, size):
        picture = " ".join(" ".join(on_screen(app)).split())
        for fact in (
            "Заказ 1215", "№ 1215", "05.12.2022 19:02", "◇ Подтвержден", "Коворкинг на 3 этаже",
            "Мария Семенова", "+7 (965) 577-65-00", "koshatina77@mail.ru", "2 850 руб.",
            "На месте", "05.12.2022 19:05", "Ключ у охраны", "Билеты: 2", "26 22.12.2022",
            "25 06.12.2022" if size[0] == 80 else "25", "PM №1", "● Активен",
        ):  # fmt: skip
            assert fact in picture, fact


async def test_what_is_not_there_takes_no_room(app: DeskApp) -> None:
    async with order_open(app, 1218):
        assert not is_there(app, "#comment")
        assert not is_there(app, "#overdue")
        assert text(app, "#paid-at") == "—"


async def test_what_is_owed_of_a_confirmed_order_is_shown_in_its_window_and_its_tickets(
    app: DeskApp, database: Path
) -> None:
    unpaid(database, 1215)
    async with order_open(app, 1215) as pilot:
        assert text(app, "#owed").replace("\N{NO-BREAK SPACE}", " ") == "2 850 руб."
        assert not is_there(app, "#paid-at")
        await press(pilot, "enter")
        shown = text(app, "#order").replace("\N{NO-BREAK SPACE}", " ")
        assert shown == "Заказ 1215 · Подтвержден · к оплате 2 850 руб."


async def test_of_an_order_that_is_not_confirmed_nothing_is_owed_yet(app: DeskApp) -> None:
    async with order_open(app, 1218):
        assert not is_there(app, "#owed")


async def test_an_overdue_order_says_so(app: DeskApp, clock: FrozenClock) -> None:
    clock.move_to(clock.now().replace(year=2023))
    async with order_open(app, 1220):
        assert is_there(app, "#overdue")
        assert text(app, "#overdue") == "Время истекло"


async def test_a_change_elsewhere_is_shown_at_once_and_the_cursor_stays(
    app: DeskApp, database: Path, clock: FrozenClock, two_tickets: None
) -> None:
    async with order_open(app, 1215) as pilot:
        await press(pilot, "down")
        with another_terminal(database, clock) as desk:
            desk.orders.set_status(desk.orders.get(1215), OrderStatus.REFUND_IN_PROGRESS)
        await pilot.pause(1.0)
        await settle(pilot)
        assert text(app, "#status") == "✕ Отменен. Выполняется возврат"
        table = app.screen.query_one(OrderTickets)
        assert table.cursor_number == 25
        assert "✕ Отменен" in table.picture()[1].text


async def test_enter_opens_a_ticket_whose_neighbours_are_the_orders_and_escape_comes_back(
    app: DeskApp, two_tickets: None
) -> None:
    async with order_open(app, 1215) as pilot:
        await press(pilot, "enter")
        assert isinstance(app.screen, TicketScreen)
        assert app.screen.number == 26
        await press(pilot, "pagedown")
        assert app.screen.number == 25
        await press(pilot, "pagedown")
        assert "последний" in said(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, OrderScreen)
        assert app.screen.query_one(OrderTickets).cursor_number == 25


async def test_from_a_ticket_to_its_order_and_back(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "я")
        assert isinstance(app.screen, OrderScreen)
        assert app.screen.number == 1215
        depth = len(app.screen_stack)
        await press(pilot, "я")
        assert isinstance(app.screen, TicketScreen)
        assert app.screen.number == 26
        await press(pilot, "я", "enter", "я")
        assert isinstance(app.screen, OrderScreen)
        assert len(app.screen_stack) == depth


async def test_z_in_an_order_of_the_list_goes_to_the_ticket_under_the_cursor_and_back(
    app: DeskApp, two_tickets: None
) -> None:
    async with order_open(app, 1215) as pilot:
        await press(pilot, "down", "z")
        assert isinstance(app.screen, TicketScreen)
        assert app.screen.number == 25
        await press(pilot, "z")
        assert isinstance(app.screen, OrderScreen)


async def test_pages_go_through_the_orders_of_the_list(app: DeskApp) -> None:
    async with order_open(app, 1220) as pilot:
        await press(pilot, "pageup")
        assert app.screen.number == 1223  # type: ignore[attr-defined]
        await press(pilot, "pageup")
        assert said(app) == "• Это первый заказ списка."[2:]
        await press(pilot, "pagedown", "pagedown")
        assert app.screen.number == 1219  # type: ignore[attr-defined]
        assert text(app, "#made").startswith("№ 1219")


async def test_o_brings_the_order_to_its_next_status(app: DeskApp) -> None:
    async with order_open(app, 1216) as pilot:
        await press(pilot, "щ")
        assert isinstance(app.screen, OrderStatusForm)
        await press(pilot, "2", "ctrl+s", "tab", "enter")
        assert isinstance(app.screen, OrderScreen)
        assert text(app, "#status") == "✕ Отменен. Выполняется возврат"
        assert "Выполняется возврат" in said(app)


async def test_the_history_tells_of_the_order_and_which_ticket_each_line_is_about(
    app: DeskApp,
) -> None:
    async with order_open(app, 1216, (120, 40)) as pilot:
        await press(pilot, "o", "2", "ctrl+s", "tab", "enter", "р")
        assert isinstance(app.screen, OrderHistoryScreen)
        told = str(app.screen.query_one(EventList).content)
        assert "Статус заказа: Подтвержден → Отменен. Выполняется возврат" in told
        assert "Билет 27: Билет создан 05.12.2022 19:10" in told
        created = next(line for line in told.splitlines() if "Заказ создан" in line)
        assert "05.12.2022 19:10: Анастасия Иванова, 750" in created.replace(
            "\N{NO-BREAK SPACE}", " "
        )
        await press(pilot, "escape")
        assert isinstance(app.screen, OrderScreen)


async def test_everything_can_be_done_by_mouse(app: DeskApp, two_tickets: None) -> None:
    async with order_open(app, 1215) as pilot:
        await click(pilot, "#history")
        assert isinstance(app.screen, OrderHistoryScreen)
        await press(pilot, "escape")
        await click(pilot, "#order_status")
        assert isinstance(app.screen, OrderStatusForm)
        await press(pilot, "escape")
        await pilot.click("OrderTickets", offset=(12, 2), times=2)
        await settle(pilot)
        assert isinstance(app.screen, TicketScreen)
        assert app.screen.number == 25


async def test_an_order_that_is_not_there_says_so(app: DeskApp) -> None:
    async with order_open(app, 9999) as pilot:
        waiting = str(app.screen.query_one("#waiting", Static).content)
        assert "9999" in waiting
        await press(pilot, "o", "h", "z", "enter")
        assert isinstance(app.screen, OrderScreen)
        await press(pilot, *"1215", "enter")
        assert text(app, "#made").startswith("№ 1215")
