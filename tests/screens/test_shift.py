"""The shift's window, the note at the next sign-in, and the report by period."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.order.order_status import OrderStatusForm
from olvery_tui.screens.report import ReportScreen
from olvery_tui.screens.shift import NotesScreen, ShiftScreen
from tests.screens.conftest import settle
from tests.screens.order_desk import unpaid
from tests.screens.ticket_desk import is_there, press, said, text


def facts(app: DeskApp, selector: str = "#facts") -> str:
    return text(app, selector).replace("\N{NO-BREAK SPACE}", " ")


async def test_a_shift_is_opened_followed_and_closed_with_a_note(
    app: DeskApp, database: Path
) -> None:
    unpaid(database, 1215)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.commands.open_shared(ShiftScreen)
        await press(pilot, "ctrl+s")
        assert "Смена открыта с 06.12.2022 10:00" in said(app)
        app.desk.orders.pay(app.desk.orders.get(1215), Decimal("850.50"), PaymentKind.ONLINE)
        await settle(pilot)
        await press(pilot, *"Ключ")
        await press(pilot, "ctrl+ы")
        assert "850,50 руб." in facts(app)
        assert "1 заказ, 1 999,50 руб." in facts(app)
        assert said(app) == "Смена закрыта."
        assert not is_there(app, "#note")
        await press(pilot, "escape")
        assert isinstance(app.screen, TicketsScreen)
        (left,) = app.desk.shifts.notes()
        assert left.note == "Ключ"


async def test_what_is_paid_in_the_minute_in_which_a_shift_was_opened_is_in_it(
    app: DeskApp, clock: FrozenClock
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        clock.move_to(clock.now() + timedelta(seconds=6.8))
        app.desk.shifts.open(None)
        clock.move_to(clock.now() + timedelta(seconds=20))
        app.push_screen(OrderStatusForm(app.desk.orders.get(1223)))
        await press(pilot, "1", "enter")
        assert app.desk.orders.get(1223).paid == 15800
        summary = app.desk.shifts.latest()
        assert summary is not None
        assert [one.paid for one in summary.takings] == [15800]


async def test_a_note_is_shown_at_each_sign_in_until_it_is_read(
    app: DeskApp, database: Path
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.desk.shifts.close(app.desk.shifts.open(None).shift, "[b]Ключ[/b] у охраны")
        app.session.sign_in(app.desk.actor)
        await settle(pilot)
        assert isinstance(app.screen, NotesScreen)
        assert "[b]Ключ[/b] у охраны" in text(app, ".left-note")
        await press(pilot, "escape")
        app.session.sign_in(app.desk.actor)
        await settle(pilot)
        await press(pilot, "enter")
        assert app.desk.shifts.notes() == ()
        app.session.sign_in(app.desk.actor)
        await settle(pilot)
        assert isinstance(app.screen, TicketsScreen)


async def test_one_that_nobody_closed_is_closed_by_the_next(
    app: DeskApp, clock: FrozenClock
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.desk.shifts.open(None)
        clock.move_to(clock.now().replace(day=8))
        app.commands.open_shared(ShiftScreen)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, ShiftScreen)
        assert "никто не закрыл" in said(app)


async def test_a_report_goes_by_periods_of_any_length(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        app.commands.open_shared(ReportScreen)
        await settle(pilot)
        assert isinstance(app.screen, ReportScreen)
        assert "7 150 руб." in facts(app, "#totals")
        assert "06.12.22" in facts(app, "#charts")
        await press(pilot, "left")
        assert "01.11.2022 - 30.11.2022" in str(app.screen.query_one("#window").border_title)
        await press(pilot, "right", "plus")
        assert "01.01.2022 - 31.12.2022" in str(app.screen.query_one("#window").border_title)
        assert "Декабрь 2022" in facts(app, "#charts")
        # A month that is shortened stays the month, though its first week begins before it.
        await press(pilot, "minus", "left", "minus", "minus")
        assert "01.11.2022" in str(app.screen.query_one("#window").border_title)
        await press(pilot, "escape")
        assert isinstance(app.screen, TicketsScreen)
