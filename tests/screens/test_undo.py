"""`Ctrl+Z` in the application: what it takes back, where it does nothing, and what is said."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from olvery_tui.app import input
from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.i18n import _
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.order.many_orders import ManyOrdersForm
from olvery_tui.screens.ticket.ticket import TicketScreen
from olvery_tui.store.database.engine import Store
from olvery_tui.widgets.chrome.key_bar import KeyBar
from tests.desk.making import TABLES
from tests.screens.conftest import settle, type_key
from tests.screens.order_desk import draft, newest
from tests.screens.ticket_desk import (
    another_terminal,
    find,
    on_screen,
    press,
    said,
    ticket_open,
    tone,
)

UNDO = ["ctrl+z", "ctrl+я"]


def changes(app: DeskApp) -> int:
    """How many lines the audit trail has."""
    with app.services.store.reading() as session:
        return len(session.connection().execute(TABLES["event"].select()).all())


def toasts(app: DeskApp) -> list[str]:
    return [str(toast.render()) for toast in app.screen.query(Toast)]


def offers_undo(app: DeskApp) -> bool:
    """Whether the key bar names it."""
    return any(key.id == "app.undo" for key in app.screen.query_one(KeyBar)._keys)


@pytest.mark.parametrize("key", UNDO)
async def test_a_check_is_offered_to_be_taken_back_and_is(app: DeskApp, key: str) -> None:
    async with ticket_open(app, 26, size=(120, 40)) as pilot:
        assert not offers_undo(app)
        await press(pilot, "v")
        assert said(app) == "Личность посетителя проверена · Ctrl+Z — отменить"
        assert offers_undo(app)
        await press(pilot, key)

        assert not app.desk.tickets.get(26).validated
        assert (said(app), tone(app)) == ("Отменено: проверка личности, билет 26.", "done")
        assert not offers_undo(app)
        await press(pilot, key)
        assert said(app).startswith("Отменять нечего")


async def test_each_change_of_a_ticket_offers_it(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "w", "down", "enter", "ctrl+s")
        assert said(app) == "Рабочее место изменено · Ctrl+Z — отменить"
        await press(pilot, "ctrl+z")
        assert said(app) == "Отменено: смена рабочего места, билет 26."
        assert app.desk.tickets.get(26).workplace == "PM №1"
        await press(pilot, "u", "ctrl+u")
        await find(pilot, "столп")
        await press(pilot, "enter", "ctrl+s")
        assert said(app) == "Посетитель изменен · Ctrl+Z — отменить"
        await press(pilot, "ctrl+z")
        assert app.desk.tickets.get(26).visitor.name == "Мария Семенова"


async def test_the_list_takes_back_what_was_done_in_a_window(app: DeskApp) -> None:
    async with app.run_test(notifications=True) as pilot:
        await press(pilot, "2", "6", "enter", "v", "escape", "ctrl+z")

        assert isinstance(app.screen, TicketsScreen)
        assert not app.desk.tickets.get(26).validated
        assert toasts(app) == ["Отменено: проверка личности, билет 26."]


async def test_a_line_that_one_types_in_keeps_the_key_to_itself(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "v")
        before = changes(app)
        await press(pilot, "escape", "slash", *UNDO)
        assert not offers_undo(app)
        await press(pilot, "escape", "enter", "u", *UNDO)

        assert changes(app) == before
        assert app.desk.tickets.get(26).validated
        assert app.desk.last_changes


async def test_nothing_is_taken_back_under_an_open_form(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "v")
        before = changes(app)
        for window in ("o", "u", "w", "f1", "ctrl+p", "l"):
            await press(pilot, window)
            assert not isinstance(app.screen, TicketScreen), window
            await press(pilot, *UNDO)

            assert changes(app) == before, window
            assert app.desk.tickets.get(26).validated, window
            await press(pilot, "escape")


async def test_the_palette_has_it_while_there_is_something_to_undo(app: DeskApp) -> None:
    def listed() -> list[str]:
        return [_(command.label) for command in app.commands.list_enabled(app.screen)]

    async with ticket_open(app, 26) as pilot:
        assert "Отменить последнее изменение" not in listed()
        await press(pilot, "v")
        assert "Отменить последнее изменение" in listed()
        await press(pilot, "ctrl+p")
        await find(pilot, "отменить посл")
        await press(pilot, "enter")
        await settle(pilot)

        assert not app.desk.tickets.get(26).validated


async def test_what_somebody_has_changed_since_is_told_and_stays(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "v")
        with another_terminal(database, clock) as other:
            other.tickets.reset_validation(other.tickets.get(26))
        await settle(pilot)
        await press(pilot, "ctrl+z")

        assert (said(app), tone(app)) == (
            "Билет 26 изменён с тех пор: Пётр Ильин (06.12.2022 10:00). Ничего не отменено.",
            "refused",
        )
        assert not offers_undo(app)


async def test_after_ten_minutes_it_is_not_offered_any_more(
    app: DeskApp, clock: FrozenClock
) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "v")
        clock.move_to(clock.now() + timedelta(minutes=11))
        await press(pilot, "ctrl+z")

        assert app.desk.tickets.get(26).validated
        assert said(app).startswith("Отменять нечего")


async def test_whoever_takes_the_terminal_over_finds_nothing_to_undo(app: DeskApp) -> None:
    async with app.run_test(notifications=True) as pilot:
        await press(pilot, "2", "6", "enter", "v")
        app.session.sign_in(app.desk.actor)
        await settle(pilot)
        await press(pilot, "ctrl+z")

        assert app.desk.tickets.get(26).validated
        assert toasts(app)[0].startswith("Отменять нечего")


async def test_a_booking_is_taken_back_from_the_list(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(pilot)
        list_screen = app.screen
        assert isinstance(list_screen, TicketsScreen)
        made = app.desk.orders.create(draft(app.desk, days=two_days(app)))
        list_screen._order_made(made)
        await settle(pilot)
        assert toasts(app) == [f"Заказ {made.number} создан, билет 35 · Ctrl+Z — отменить"]
        await press(pilot, "ctrl+z")

        assert newest(app.desk).status is OrderStatus.CANCELLED
        assert toasts(app)[-1] == f"Отменено: создание заказа, заказ {made.number}."


def two_days(app: DeskApp) -> tuple[Any, Any]:
    return app.today() + timedelta(days=60), app.today() + timedelta(days=61)


async def many(app: DeskApp, pilot: Pilot[Any], *numbers: int) -> None:
    """Complete orders in the window of many."""
    app.push_screen(ManyOrdersForm(numbers))
    await settle(pilot)


def all_confirmed(store: Store) -> tuple[int, ...]:
    orders = TABLES["orders"]
    with store.reading() as session:
        query = orders.select().where(orders.c.status == "confirmed").order_by(orders.c.number)
        return tuple(row.number for row in session.connection().execute(query))


async def test_many_are_taken_back_as_one(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(pilot)
        orders = all_confirmed(app.services.store)
        outcomes = app.desk.orders.set_status_of_many(orders, OrderStatus.COMPLETED, early=orders)
        done = [each.number for each in outcomes if each.error is None]
        assert len(done) > 1
        await press(pilot, "ctrl+z")

        assert all_confirmed(app.services.store) == orders
        assert toasts(app) == [f"Отменено: смена статуса, {len(done)} заказа."] or len(done) > 4


async def test_help_names_the_key(app: DeskApp) -> None:
    async with ticket_open(app, 26, size=(120, 40)) as pilot:
        await press(pilot, "f1")
        app.screen.query_one("VerticalScroll").scroll_end(animate=False)
        await settle(pilot)

        assert any("Ctrl+Z" in line for line in on_screen(app))


async def test_undo_held_down_acts_and_is_answered_once(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(input, "HELD_SECONDS", 60.0)  # however slow this machine is
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        app.desk.tickets.validate(app.desk.tickets.get(26))
        await settle(pilot)
        for _repeat in range(4):
            type_key(app, "ctrl+z")
            await settle(pilot)
        assert not app.desk.tickets.get(26).validated
        assert len(toasts(app)) == 1
