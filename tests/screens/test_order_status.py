"""The status of an order: only what may follow, what it does, and who was quicker."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.desk.orders import Orders
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.errors import ForbiddenTransition
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.orders import OrderDetails, Payment, possible_next
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.screens.access.lock import LockScreen
from olvery_tui.screens.confirm import ConfirmScreen
from olvery_tui.screens.conflict import Conflict
from olvery_tui.screens.order.order_status import OrderStatusForm
from olvery_tui.screens.ticket.ticket import TicketScreen
from olvery_tui.widgets.fields.choice import Choice
from olvery_tui.widgets.fields.labelled import Labelled
from olvery_tui.widgets.pickers.status_moves import StatusMoves
from olvery_tui.wording.labels import order_status
from tests.screens.conftest import settle, type_key
from tests.screens.order_desk import choice, draft, line, money, outside, over, unpaid
from tests.screens.ticket_desk import (
    another_terminal,
    click,
    is_there,
    on_screen,
    press,
    said,
    text,
    ticket_open,
    tone,
)

S = OrderStatus
NEW, PAYING, AWAITING, ISSUED, CONFIRMED, CANCELLED = 1218, 1213, 1217, 1219, 1215, 1211
"""Orders of the demo by their status."""

YES = ("tab", "enter")
"""The answer that agrees; the other one has the focus."""


@asynccontextmanager
async def status_open(
    app: DeskApp, number: int, *, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Pilot[Any]]:
    """The application with the form of an order's status over the list."""
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        app.push_screen(OrderStatusForm(app.desk.orders.get(number)))
        await settle(pilot)
        yield pilot


def offered(app: DeskApp) -> list[str]:
    """The first lines of what is offered: `1 Подтвержден`."""
    options = app.screen.query_one(StatusMoves).options
    return [str(option.prompt).splitlines()[0][2:] for option in options]


def paid(app: DeskApp, number: int) -> OrderDetails:
    """Confirm an order as paid, from another terminal."""
    desk = app.desk
    payment = Payment(desk.now(), PaymentKind.ON_SITE)
    return desk.orders.set_status(desk.orders.get(number), S.CONFIRMED, payment=payment)


async def test_only_what_may_follow_is_offered_in_the_manuals_words(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for number in (NEW, PAYING, AWAITING, ISSUED, CONFIRMED):
            card = app.desk.orders.get(number)
            app.push_screen(OrderStatusForm(card))
            await settle(pilot)
            following = possible_next(card.status, card.payment_kind, paid=card.paid > 0)
            assert offered(app) == [
                f"{at} {order_status(status)}" for at, status in enumerate(following, 1)
            ]
            assert order_status(card.status) in text(app, "#now")
            await press(pilot, "escape")


async def test_a_last_status_says_that_nothing_follows(app: DeskApp, database: Path) -> None:
    with outside(database) as program:
        program.execute("UPDATE orders SET status = 'refunded' WHERE number = ?", (CANCELLED,))
    async with status_open(app, CANCELLED) as pilot:
        assert is_there(app, "#nowhere")
        assert not is_there(app, "#moves")
        assert not is_there(app, "#save")
        assert "Подтвердить" not in "\n".join(on_screen(app))
        await press(pilot, "ctrl+s", "enter")
        assert app.desk.orders.get(CANCELLED).status is S.REFUNDED


async def test_a_completed_order_is_put_back_in_work(app: DeskApp) -> None:
    async with status_open(app, CONFIRMED) as pilot:
        desk = app.desk
        await press(pilot, "escape")
        for keys in (("enter",), ("1", "ctrl+s"), ("в", "enter")):
            desk.orders.set_status(desk.orders.get(CONFIRMED), S.COMPLETED, early=True)
            app.push_screen(OrderStatusForm(desk.orders.get(CONFIRMED)))
            await settle(pilot)
            assert offered(app) == ["1 Вернуть в работу: Подтвержден"]
            await press(pilot, *keys)

            assert desk.orders.get(CONFIRMED).status is S.CONFIRMED, keys


async def test_a_cancelled_order_is_restored_with_its_places(app: DeskApp) -> None:
    async with status_open(app, NEW) as pilot:
        desk = app.desk
        desk.orders.set_status(desk.orders.get(NEW), S.CANCELLED)
        await press(pilot, "escape")
        app.push_screen(OrderStatusForm(desk.orders.get(NEW)))
        await settle(pilot)
        assert offered(app) == ["1 Восстановить: Новый"]
        assert "с прежним местом" in str(app.screen.query_one(StatusMoves).options[0].prompt)
        await press(pilot, "enter")

        assert desk.orders.get(NEW).status is S.NEW


async def test_who_has_the_places_of_a_cancelled_order_is_named(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        desk = app.desk
        days = (app.today() + timedelta(days=60), app.today() + timedelta(days=61))
        made = desk.orders.create(draft(desk, days=days))
        desk.orders.set_status(made, S.CANCELLED)
        place = desk.tickets.get(made.tickets[0].number).workplace_id
        other = desk.orders.create(draft(desk, days=days, place=place))
        app.push_screen(OrderStatusForm(desk.orders.get(made.number)))
        await settle(pilot)
        await press(pilot, "enter")

        assert tone(app) == "refused"
        assert f"билет {other.tickets[0].number}, Иван Столповский" in said(app)
        assert desk.orders.get(made.number).status is S.CANCELLED


async def test_three_keys_confirm_an_order_as_paid_now(app: DeskApp) -> None:
    async with ticket_open(app, 29) as pilot:
        await press(pilot, "щ")
        assert isinstance(app.screen, OrderStatusForm)
        await press(pilot, "1", "enter")
        assert isinstance(app.screen, TicketScreen)
        assert tone(app) == "done"
        order = app.desk.orders.get(NEW)
        assert (order.status, order.payment_kind) == (S.CONFIRMED, PaymentKind.ON_SITE)
        assert order.paid_at == app.clock.now()
        assert text(app, "#status") == "● Активен"


async def test_the_list_opens_it_for_the_ticket_under_the_cursor(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "down", "down", "o")
        assert isinstance(app.screen, OrderStatusForm)
        await press(pilot, "1", "enter")
        assert app.desk.orders.get(ISSUED).status is S.CONFIRMED
        assert f"Заказ {ISSUED}: Подтвержден" in "\n".join(on_screen(app))


async def test_when_and_how_it_was_paid_may_be_changed(app: DeskApp) -> None:
    async with status_open(app, NEW) as pilot:
        await press(pilot, "1")
        assert not is_there(app, "#backdated")
        await over(pilot, "#paid-day", "5.12")
        await over(pilot, "#paid-time", "18:30")
        assert is_there(app, "#backdated")
        await press(pilot, "tab", "right", "ctrl+s")
        order = app.desk.orders.get(NEW)
        assert order.paid_at == app.clock.now() - timedelta(hours=15, minutes=30)
        assert app.desk.orders.history(NEW)[-1].kind is not EventKind.ORDER_MOVED
        moved = next(
            one for one in app.desk.orders.history(NEW) if one.kind is EventKind.ORDER_MOVED
        )
        assert moved.data["payment"] == PaymentKind.ONLINE


async def test_a_moment_that_cant_be_is_told_at_its_field(app: DeskApp) -> None:
    async with status_open(app, NEW) as pilot:
        await press(pilot, "1")
        for day, time, told in (
            ("7.12.2022", "10", "ещё"),
            ("31.02", "10", "31.02"),
            ("6.12", "25", "время"),
            ("", "", ""),
        ):
            await over(pilot, "#paid-day", day)
            await over(pilot, "#paid-time", time)
            await press(pilot, "ctrl+s")
            assert isinstance(app.screen, OrderStatusForm)
            complaint = app.screen.query_one("#paid_at", Labelled).complaint
            assert complaint
            assert told.casefold().replace("ё", "е") in complaint.casefold().replace("ё", "е")
            assert app.desk.orders.get(NEW).status is S.NEW


async def test_free_of_charge_asks_for_no_payment(app: DeskApp, database: Path) -> None:
    with outside(database) as connection:
        connection.execute("UPDATE orders SET price = 0 WHERE number = ?", (NEW,))
    async with status_open(app, NEW) as pilot:
        await press(pilot, "1")
        assert is_there(app, "#free")
        assert not is_there(app, "#paying")
        await press(pilot, "enter")
        order = app.desk.orders.get(NEW)
        assert (order.status, order.paid_at, order.price) == (S.CONFIRMED, None, money("0"))


async def test_an_invoice_is_issued_and_paid(app: DeskApp) -> None:
    async with status_open(app, AWAITING) as pilot:
        assert not is_there(app, "#paying")
        await press(pilot, "1", "enter")
        assert app.desk.orders.get(AWAITING).status is S.INVOICE_ISSUED


async def test_cancelling_shows_the_tickets_that_go_and_keeps_the_reason(
    app: DeskApp, database: Path
) -> None:
    unpaid(database, CONFIRMED)
    async with status_open(app, CONFIRMED) as pilot:
        app.desk.tickets.validate(app.desk.tickets.get(26))
        app.screen.load_tickets()  # type: ignore[attr-defined]
        await settle(pilot)
        await press(pilot, "2")
        assert text(app, "#tickets-title") == "Будет отменен 1 билет, из них проверено: 1"
        lines = text(app, "#ticket-lines").splitlines()
        assert lines[0].split()[0] == "26"
        assert "◇ → ✕ Отменен" in lines[0]
        assert "Анна Орлова" in lines[1]
        assert is_there(app, "#reason")
        await over(pilot, "#reason-line", "болеет")
        await press(pilot, "enter", *YES)
        assert app.desk.orders.get(CONFIRMED).status is S.CANCELLED
        assert app.desk.tickets.get(26).status is TicketStatus.CANCELLED
        history = app.desk.orders.history(CONFIRMED)
        assert "болеет" in [line.data.get("reason") for line in history]


async def test_what_was_paid_is_given_back_in_two_steps(app: DeskApp) -> None:
    async with app.run_test() as pilot:
        await settle(pilot)
        card = paid(app, NEW)
        app.push_screen(OrderStatusForm(card))
        await settle(pilot)
        assert offered(app) == ["1 Выполнен", "2 Отменен. Выполняется возврат"]
        await press(pilot, "2", "enter", *YES)
        assert app.desk.orders.get(NEW).status is S.REFUND_IN_PROGRESS
        app.push_screen(OrderStatusForm(app.desk.orders.get(NEW)))
        await settle(pilot)
        assert "не меняются" in str(app.screen.query_one(StatusMoves).options[0].prompt)
        await press(pilot, "1", "enter", *YES)
        assert app.desk.orders.get(NEW).status is S.REFUNDED


async def test_completing_an_unpaid_order_proposes_no_payment(app: DeskApp, database: Path) -> None:
    unpaid(database, CONFIRMED)
    async with status_open(app, CONFIRMED) as pilot:
        await press(pilot, "1")
        assert (line(app, "#paid-day"), line(app, "#paid-time")) == ("", "")
        await press(pilot, "enter", *YES)
        order = app.desk.orders.get(CONFIRMED)
        assert (order.status, order.paid_at) == (S.COMPLETED, None)


async def test_letters_and_arrows_choose_and_a_click_only_chooses(app: DeskApp) -> None:
    async with status_open(app, NEW) as pilot:
        moves = app.screen.query_one(StatusMoves)
        await press(pilot, "о")
        assert moves.chosen is S.CANCELLED
        await press(pilot, "1")
        assert moves.chosen is S.CONFIRMED
        await press(pilot, "down", "9")
        assert moves.chosen is S.CANCELLED
        await click(pilot, "#moves", offset=(6, 0))
        assert moves.chosen is S.CONFIRMED
        assert app.desk.orders.get(NEW).status is S.NEW
        await click(pilot, "#moves", offset=(6, 3))
        await click(pilot, "#save")
        await click(pilot, "#yes")
        assert app.desk.orders.get(NEW).status is S.CANCELLED


@pytest.mark.parametrize("reason", ["Врач: 2 раза", "д", "l", "Долг", "Lost", "п"])
async def test_letters_are_the_reasons_own_where_one_is_asked_for(
    app: DeskApp, reason: str
) -> None:
    async with status_open(app, CONFIRMED) as pilot:
        moves = app.screen.query_one(StatusMoves)
        # In one go, what has a digit would be a code that was scanned: its first letter is typed.
        by_hand = reason[0] if any(map(str.isdigit, reason)) else ""
        await press(pilot, "2", *by_hand)
        for letter in reason.removeprefix(by_hand):
            type_key(app, letter)
        await settle(pilot)
        assert isinstance(app.screen, OrderStatusForm)
        assert (moves.chosen, line(app, "#reason-line")) == (S.REFUND_IN_PROGRESS, reason)
        moves.focus()
        await press(pilot, "!", "up")
        assert line(app, "#reason-line") == f"{reason}!"
        moves.focus()
        await press(pilot, "1")
        assert moves.chosen is S.COMPLETED
        assert line(app, "#reason-line") == f"{reason}!"


async def test_without_a_reason_the_list_leaves_the_key_of_the_lock_alone(app: DeskApp) -> None:
    async with status_open(app, CONFIRMED) as pilot:
        assert "l Заблокировать" in on_screen(app)[-1]
        await press(pilot, "2")
        assert "l Заблокировать" not in on_screen(app)[-1]
        await press(pilot, "1", "д")
        assert isinstance(app.screen, LockScreen)


# No final step by default


def asked(app: DeskApp) -> str:
    """The question that stands there: its title and what it names."""
    assert isinstance(app.screen, ConfirmScreen)
    return "\n".join(text(app, part) for part in ("#question", "#text"))


async def test_nothing_is_chosen_beforehand_so_enter_changes_nothing(app: DeskApp) -> None:
    async with ticket_open(app, 26) as pilot:
        for keys in (("o", "enter"), ("щ", "enter"), ("o", "ctrl+s"), ("щ", "ctrl+ы")):
            await press(pilot, *keys, "enter")
            assert isinstance(app.screen, OrderStatusForm)
            assert app.screen.query_one(StatusMoves).chosen is None
            assert "Сначала выберите статус" in said(app)
            assert app.desk.orders.get(CONFIRMED).status is S.CONFIRMED
            await press(pilot, "escape")


async def test_a_letter_that_only_looks_like_the_first_one_chooses_nothing(app: DeskApp) -> None:
    async with status_open(app, NEW) as pilot:
        for letter in "oOpbщ":
            await press(pilot, letter, "enter")
            assert app.screen.query_one(StatusMoves).chosen is None
            assert app.desk.orders.get(NEW).status is S.NEW


async def test_completing_early_and_unpaid_asks_and_names_what_is_at_stake(
    app: DeskApp, database: Path
) -> None:
    unpaid(database, CONFIRMED)
    async with status_open(app, CONFIRMED) as pilot:
        await press(pilot, "1", "enter")
        told = asked(app).replace("\xa0", " ")
        assert "Завершить заказ 1215 раньше срока?" in told
        assert "Мария Семенова · 2 850 руб." in told
        assert "билет 26  22.12.2022 - 24.12.2022  PM №1" in told
        assert "еще не закончился: до 24.12.2022" in told
        assert "Не оплачен, остаток: 2 850 руб." in told
        await press(pilot, "escape")
        assert isinstance(app.screen, OrderStatusForm)
        assert app.desk.orders.get(CONFIRMED).status is S.CONFIRMED
        assert app.desk.orders.history(CONFIRMED)[0].kind is not EventKind.ORDER_MOVE_REFUSED


async def test_an_order_that_ended_and_is_paid_is_completed_without_a_question(
    app: DeskApp, clock: FrozenClock
) -> None:
    async with app.run_test() as pilot:
        await settle(pilot)
        paid(app, NEW)
        clock.move_to(clock.now() + timedelta(days=1))
        app.push_screen(OrderStatusForm(app.desk.orders.get(NEW)))
        await settle(pilot)
        await press(pilot, "1", "enter")
        assert app.desk.orders.get(NEW).status is S.COMPLETED


async def test_cancelling_and_refunding_ask_and_name_what_goes(
    app: DeskApp, database: Path
) -> None:
    unpaid(database, CONFIRMED)
    async with status_open(app, CONFIRMED) as pilot:
        await press(pilot, "2", "enter")
        told = asked(app)
        assert "Отменить заказ 1215?" in told
        assert "билет 26  22.12.2022 - 24.12.2022  PM №1" in told
        await press(pilot, "escape", "escape")
        assert app.desk.orders.get(CONFIRMED).status is S.CONFIRMED
        app.push_screen(OrderStatusForm(paid(app, NEW)))
        await settle(pilot)
        await press(pilot, "2", "enter")
        told = asked(app).replace("\xa0", " ")
        assert f"Вернуть деньги за заказ {NEW}?" in told
        assert "оплачено 06.12.2022 10:00, на месте" in told
        await press(pilot, *["enter"] * 7)
        assert app.desk.orders.get(NEW).status is S.CONFIRMED


async def test_enter_in_the_list_of_payments_only_chooses_however_often_it_is_pressed(
    app: DeskApp,
) -> None:
    async with status_open(app, NEW) as pilot:
        await press(pilot, "1")
        app.screen.query_one("#payments", Choice).take_focus()
        await press(pilot, "down", "down", "enter")
        assert choice(app, "payments") == "Онлайн"
        await press(pilot, *["enter"] * 5)
        assert isinstance(app.screen, OrderStatusForm)
        assert app.desk.orders.get(NEW).status is S.NEW
        await press(pilot, "ctrl+s" if not app.screen.query("ChoiceList") else "escape")
        await press(pilot, "ctrl+s")
        assert app.desk.orders.get(NEW).payment_kind is PaymentKind.ONLINE


async def test_enter_on_the_days_of_a_payment_goes_on_and_confirms_nothing(app: DeskApp) -> None:
    async with status_open(app, NEW) as pilot:
        await press(pilot, "1", "tab", "down", *["enter"] * 6)
        assert isinstance(app.screen, OrderStatusForm)
        assert app.desk.orders.get(NEW).status is S.NEW


# Refused


async def test_a_colleague_was_quicker_both_states_are_shown_and_nothing_is_lost(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with status_open(app, NEW) as pilot:
        await press(pilot, "2")
        await over(pilot, "#reason-line", "болеет")
        with another_terminal(database, clock) as other:
            payment = Payment(other.now(), PaymentKind.ON_SITE)
            other.orders.set_status(other.orders.get(NEW), S.CONFIRMED, payment=payment)
        await press(pilot, "ctrl+s", *YES)
        assert isinstance(app.screen, OrderStatusForm)
        assert app.screen.query_one(Conflict).has_class("-shown")
        assert "Пётр Ильин" in text(app, "#conflict-who")
        assert text(app, "#conflict-now") == "Подтвержден"
        assert text(app, "#conflict-chosen") == "Отменен"
        assert offered(app) == ["1 Выполнен", "2 Отменен. Выполняется возврат"]
        assert line(app, "#reason-line") == "болеет"
        app.screen.query_one(StatusMoves).focus()
        await press(pilot, "2", "ctrl+s", *YES)
        assert app.desk.orders.get(NEW).status is S.REFUND_IN_PROGRESS


async def test_a_forbidden_transition_is_said_with_both_states(
    app: DeskApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbid(
        orders: Orders, seen: OrderDetails, to: OrderStatus, **_more: object
    ) -> OrderDetails:
        raise ForbiddenTransition(seen.number, S.COMPLETED, to)

    monkeypatch.setattr(Orders, "set_status", forbid)
    async with status_open(app, NEW) as pilot:
        await press(pilot, "2")
        await over(pilot, "#reason-line", "болеет")
        await press(pilot, "ctrl+s", *YES)
        assert isinstance(app.screen, OrderStatusForm)
        assert "Выполнен" in said(app)
        assert "Отменен" in said(app)
        assert line(app, "#reason-line") == "болеет"


async def test_esc_asks_only_where_something_was_typed(app: DeskApp) -> None:
    async with ticket_open(app, 29) as pilot:
        await press(pilot, "o", "2", "escape")
        assert isinstance(app.screen, TicketScreen)
        await press(pilot, "o", "2")
        await over(pilot, "#reason-line", "нет")
        await press(pilot, "escape")
        assert isinstance(app.screen, ConfirmScreen)
        await press(pilot, "tab", "enter")
        assert isinstance(app.screen, TicketScreen)
        assert app.desk.orders.get(NEW).status is S.NEW


async def test_a_change_made_elsewhere_leaves_the_form_alone(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with status_open(app, NEW) as pilot:
        await press(pilot, "2")
        await over(pilot, "#reason-line", "болеет")
        with another_terminal(database, clock) as other:
            other.orders.set_status(other.orders.get(NEW), S.CANCELLED)
        await settle(pilot)
        assert line(app, "#reason-line") == "болеет"
        assert app.screen.query_one(StatusMoves).chosen is S.CANCELLED
