"""Many orders at once: marked in either list, asked for once more, done one by one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Static

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.desk.orders import Orders
from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.screens.confirm import ConfirmScreen
from olvery_tui.screens.list.list_screen import ListScreen
from olvery_tui.screens.list.orders import OrdersScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.order.many_orders import ManyOrdersForm
from olvery_tui.widgets.chrome.progress import Progress
from olvery_tui.widgets.fields.field import Field
from tests.screens.conftest import settle
from tests.screens.order_desk import unpaid
from tests.screens.ticket_desk import another_terminal, click, press, said

NEW_YEAR = datetime(2023, 2, 1, 9, 0, tzinfo=UTC)
YES = ("tab", "enter")


def question(app: DeskApp) -> str:
    assert isinstance(app.screen, ConfirmScreen)
    return "\n".join(
        str(app.screen.query_one(part, Static).content) for part in ("#question", "#text")
    )


def outcome(app: DeskApp) -> str:
    assert isinstance(app.screen, ManyOrdersForm)
    return "\n".join(
        str(app.screen.query_one(part, Static).content)
        for part in ("#outcome-text", "#refused-lines")
    )


def statuses(app: DeskApp, *numbers: int) -> list[OrderStatus]:
    return [app.desk.orders.get(number).status for number in numbers]


def marked(app: DeskApp) -> frozenset[int]:
    assert isinstance(app.screen, ListScreen)
    return app.screen.table.marked


async def test_marked_orders_are_completed_and_those_that_cant_be_are_named_with_the_reason(
    app: DeskApp,
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "space", "space", "down", "down", "down", "space", "o")
        assert isinstance(app.screen, ManyOrdersForm)
        await press(pilot, "enter")
        assert isinstance(app.screen, ManyOrdersForm)
        assert "Сначала выберите статус" in said(app)
        await press(pilot, "1", "enter")
        assert "Перевести 3 заказа в «Выполнен»?" in question(app)
        assert "1223, 1220, 1216" in question(app)
        await press(pilot, *YES)
        told = outcome(app)
        assert "«Выполнен»: 2 из 3" in told
        assert "1223  Заказ 1223 в статусе «Новый»" in told
        assert statuses(app, 1223, 1220, 1216) == ["new", "completed", "completed"]
        await press(pilot, "escape")
        assert isinstance(app.screen, OrdersScreen)
        assert marked(app) == {1223}


async def test_the_question_names_what_goes_and_what_has_not_ended_or_is_not_paid(
    app: DeskApp, database: Path
) -> None:
    unpaid(database, 1215)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "space", "space", *["down"] * 4, "space", "o", "1", "enter")
        told = question(app).replace("\xa0", " ")
        assert "1215  Мария Семенова · 26 PM №1 · 2 850 руб." in told
        assert "1223  " not in told  # it is new and can't be completed
        assert "Всего: 2 билета" in told
        assert "Еще не закончились: 1220, 1215" in told
        assert "Не оплачены: 1215" in told
        await press(pilot, *["enter"] * 5)
        assert statuses(app, 1220, 1215) == ["confirmed", "confirmed"]


async def test_when_all_are_done_the_list_is_back_and_has_no_marks(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "down", "space", "o", "1", "enter", *YES)
        assert isinstance(app.screen, OrdersScreen)
        assert statuses(app, 1220) == ["completed"]
        assert marked(app) == frozenset()


async def test_cancelling_takes_a_reason_that_the_history_keeps(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "space", "o", "3", "tab", *"ремонт", "enter")
        assert "Отменить 1 заказ со всеми билетами?" in question(app)
        await press(pilot, *YES)
        assert statuses(app, 1223) == ["cancelled"]
        assert app.desk.tickets.get(34).status == "cancelled"
        events = [line.data.get("reason") for line in app.desk.orders.history(1223)]
        assert "ремонт" in events


async def test_confirming_takes_when_and_how_it_was_paid(app: DeskApp, clock: FrozenClock) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "space", "o", "2", "enter")
        assert "Подтвердить оплату: 1 заказ?" in question(app)
        await press(pilot, *YES)
        order = app.desk.orders.get(1223)
        assert (order.status, order.paid_at) == ("confirmed", clock.now())


async def test_a_payment_in_time_to_come_is_said_at_its_field_and_nothing_is_changed(
    app: DeskApp,
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "space", "o", "2", "tab", "ctrl+u", *"7.12.2022", "ctrl+s", *YES)
        assert isinstance(app.screen, ManyOrdersForm)
        problems = [str(each.content) for each in app.screen.query("Problem").results(Static)]
        assert len(problems) == 1
        assert statuses(app, 1223) == ["new"]


async def test_in_the_tickets_list_it_is_their_orders_and_that_is_said(
    app: DeskApp, database: Path
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "space", "down", "space", "o", "3", "enter")
        assert "2 заказа по 2 отмеченным билетам: 1223, 1219" in question(app)
        await press(pilot, *YES)
        assert isinstance(app.screen, TicketsScreen)
        assert statuses(app, 1223, 1219) == ["cancelled", "cancelled"]
        assert marked(app) == frozenset()


async def test_saying_no_changes_nothing_and_keeps_what_was_typed(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "space", "o", "3", "tab", *"ошибка", "enter", "escape")
        assert isinstance(app.screen, ManyOrdersForm)
        assert statuses(app, 1223) == ["new"]
        await press(pilot, "escape")
        assert "Закрыть без сохранения?" in question(app)
        await press(pilot, *YES)
        assert marked(app) == {1223}


async def test_all_whose_time_is_up_are_completed_in_one_go(
    app: DeskApp, clock: FrozenClock
) -> None:
    clock.move_to(NEW_YEAR)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "slash", "tab", "space", "enter", "ctrl+ф")
        confirmed, new = {1220, 1216, 1215, 1214, 1212}, {1223, 1219, 1218, 1217, 1213}
        assert marked(app) == confirmed | new
        assert "Отмечено: 10" in str(app.screen.query_one("#list-marked", Static).content)
        await press(pilot, "o", "1", "ctrl+s", *YES)
        assert "«Выполнен»: 5 из 10" in outcome(app)
        assert app.desk.orders.overdue(10) == ()
        assert set(statuses(app, *confirmed)) == {OrderStatus.COMPLETED}
        await click(pilot, "#close")
        assert marked(app) == new


async def test_progress_is_shown_and_escape_stops_between_two_orders(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    half, go_on = threading.Event(), threading.Event()
    one = Orders.set_status

    def slowly(orders: Orders, *words: Any, **options: Any) -> Any:
        done = one(orders, *words, **options)
        if not half.is_set():
            half.set()
            go_on.wait(10)
        return done

    monkeypatch.setattr(Orders, "set_status", slowly)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "space", "space", "space", "o", "3", "enter", "tab")
        await pilot.press("enter")
        while not half.is_set():
            await pilot.pause(0.01)
        form = app.screen
        assert isinstance(form, ManyOrdersForm)
        assert form.query_one(Progress).has_class("-working")
        assert "0 из 3" in str(form.query_one("#reached", Static).content)
        await pilot.press("escape")
        assert "Останавливаюсь" in said(app)
        go_on.set()
        await settle(pilot)
        assert "«Отменен»: 1 из 3. Остановлено, не тронуто: 2" in outcome(app)
        await click(pilot, "#close")
        assert marked(app) == {1220, 1219}


async def test_letters_typed_among_the_statuses_are_the_reasons_own(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "space", "o", "3", *"долг")
        assert isinstance(app.screen, ManyOrdersForm)
        assert app.screen.query_one("#reason-line", Field).value == "долг"
        await press(pilot, "enter", *YES)
        assert app.desk.orders.get(1223).status is OrderStatus.CANCELLED


async def test_in_the_tickets_too_only_what_was_refused_stays_marked(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "space", "space", "space")
        assert marked(app) == {34, 31, 30}  # 31 is of an order that is confirmed already
        await press(pilot, "o", "2", "enter", *YES)
        assert "«Подтвержден»: 2 из 3" in outcome(app)
        await click(pilot, "#close")
        assert marked(app) == {31}


async def test_a_lost_database_keeps_the_form_and_says_so(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(orders: Orders, *words: Any, **options: Any) -> None:
        raise StoreUnavailable(StoreCode.LOST, "")

    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "space", "o", "3", "tab", *"да")
        monkeypatch.setattr(Orders, "set_status_of_many", lost)
        await press(pilot, "enter", *YES)
        assert isinstance(app.screen, ManyOrdersForm)
        assert "связь" in said(app).lower() or "базой" in said(app)
        assert app.screen.has_unsaved()


async def test_an_order_changed_meanwhile_is_changed_as_it_is_now(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "z", "space", "down", "space", "o", "3")
        with another_terminal(database, clock) as desk:
            desk.orders.set_status(desk.orders.get(1223), OrderStatus.CANCELLED)
        await press(pilot, "enter", *YES)
        told = outcome(app)
        assert "«Отменен»: 1 из 2" in told
        assert "1223" in told
