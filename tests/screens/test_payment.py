"""Money that is taken and given back in the order's form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.screens.confirm import ConfirmScreen
from olvery_tui.screens.order.payment_form import PaymentForm
from olvery_tui.widgets.fields.labelled import Labelled
from tests.screens.conftest import SIZES
from tests.screens.order_desk import line, over, unpaid
from tests.screens.test_order import order_open
from tests.screens.ticket_desk import another_terminal, is_there, press, said, text


def plain(app: DeskApp, selector: str) -> str:
    return text(app, selector).replace("\N{NO-BREAK SPACE}", " ")


async def pay_in_part(pilot: Pilot[Any], amount: str) -> None:
    await press(pilot, "p")
    await over(pilot, "#amount-line", amount)
    await press(pilot, "enter")


async def test_two_keys_take_all_that_is_owed(app: DeskApp, database: Path) -> None:
    unpaid(database, 1215)
    async with order_open(app, 1215) as pilot:
        await press(pilot, "з")
        assert line(app, "#amount-line").replace("\N{NO-BREAK SPACE}", " ") == "2 850"
        await press(pilot, "enter")
        order = app.desk.orders.get(1215)
        assert (order.owed, order.payments[-1].kind) == (0, PaymentKind.ON_SITE)
        assert "Принято 2 850 руб" in said(app).replace("\N{NO-BREAK SPACE}", " ")
        assert not is_there(app, "#owed")


async def test_money_goes_back_by_undoing_only_when_that_is_agreed_to(
    app: DeskApp, database: Path
) -> None:
    unpaid(database, 1215)
    async with order_open(app, 1215) as pilot:
        await press(pilot, "p", "enter")
        await press(pilot, "ctrl+z")
        assert plain(app, "#question") == "Отменить и вернуть 2 850 руб.?"
        assert "оплата, заказ 1215" in plain(app, "#text")
        await press(pilot, "enter")
        assert app.desk.orders.get(1215).paid == 2850
        await press(pilot, "ctrl+z", "right", "enter")
        assert app.desk.orders.get(1215).paid == 0
        assert said(app) == "Отменено: оплата, заказ 1215."


async def test_undoing_a_refund_does_not_ask(app: DeskApp) -> None:
    async with order_open(app, 1215) as pilot:
        await press(pilot, "b", "enter", "right", "enter")
        assert app.desk.orders.get(1215).paid == 0
        await press(pilot, "ctrl+z")
        assert app.desk.orders.get(1215).paid == 2850


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_price_paid_owed_and_every_line_are_shown(
    app: DeskApp, database: Path, size: tuple[int, int]
) -> None:
    unpaid(database, 1215)
    async with order_open(app, 1215, size) as pilot:
        await pay_in_part(pilot, "850,50")
        assert plain(app, "#paid") == "850,50 руб."
        assert plain(app, "#owed") == "1 999,50 руб."
        lines = plain(app, "#payment-lines").splitlines()
        assert len(lines) == 3
        assert lines[0].startswith("Принято 850,50 руб. · 06.12.2022 10:00 · на месте · ")
        assert lines[1].startswith("Возвращено 2 850 руб.")


async def test_a_refund_asks_and_gives_back_as_much_as_was_paid_at_most(
    app: DeskApp, database: Path
) -> None:
    async with order_open(app, 1215) as pilot:
        await press(pilot, "b")
        await over(pilot, "#amount-line", "2850,01")
        await press(pilot, "enter")
        assert isinstance(app.screen, PaymentForm)
        complaint = app.screen.query_one("#amount", Labelled).complaint
        assert "вернуть нельзя" in complaint
        await over(pilot, "#amount-line", "100")
        await press(pilot, "enter")
        assert isinstance(app.screen, ConfirmScreen)
        await press(pilot, "right", "enter")
        assert app.desk.orders.get(1215).owed == 100


@pytest.mark.parametrize("amount", ["", "много", "0", "1,005"])
async def test_what_is_no_amount_is_told_where_it_was_typed(
    app: DeskApp, database: Path, amount: str
) -> None:
    unpaid(database, 1215)
    async with order_open(app, 1215) as pilot:
        await pay_in_part(pilot, amount)
        assert app.screen.query_one("#amount", Labelled).complaint
        assert app.desk.orders.get(1215).paid == 0


async def test_what_another_terminal_took_meanwhile_is_not_taken_again(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    unpaid(database, 1215)
    async with order_open(app, 1215) as pilot:
        await press(pilot, "p")
        with another_terminal(database, clock) as desk:
            order = desk.orders.get(1215)
            desk.orders.pay(order, order.owed - 50, PaymentKind.ONLINE)
        await press(pilot, "enter")
        assert isinstance(app.screen, PaymentForm)
        assert "Пётр Ильин" in said(app)
        assert line(app, "#amount-line") == "50"
        await press(pilot, "enter")
        assert app.desk.orders.get(1215).owed == 0


async def test_a_confirmation_takes_what_is_owed_with_its_receipt(app: DeskApp) -> None:
    async with order_open(app, 1218) as pilot:
        await press(pilot, "o", "1")
        await over(pilot, "#receipt-line", "17")
        await press(pilot, "ctrl+s")
        order = app.desk.orders.get(1218)
        assert (order.owed, order.payments[-1].receipt) == (0, "17")
