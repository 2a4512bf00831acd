"""A ticket's period is changed from the list, the pane and its form."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from textual.widgets import Static

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.closings import ClosingDraft
from olvery_tui.domain.filters import NO_ORDER_FILTER
from olvery_tui.domain.hours import OpenHours, OpeningHours
from olvery_tui.domain.orders import OrderDraft, Payment
from olvery_tui.domain.pages import Top
from olvery_tui.domain.period_changes import PeriodDraft
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.screens.order.payment_form import PaymentForm
from olvery_tui.screens.ticket.cancel import CancelForm
from olvery_tui.screens.ticket.period import PeriodForm
from olvery_tui.screens.ticket.renewal import RenewalForm
from olvery_tui.widgets.fields.labelled import Labelled
from olvery_tui.widgets.pickers.place_list import PlaceList
from olvery_tui.wording.seats import place_text
from tests.screens.conftest import settle
from tests.screens.order_desk import line, over
from tests.screens.test_pane import to_ticket, told
from tests.screens.ticket_desk import another_terminal, press, said

HOUR = timedelta(hours=1)


def later(app: DeskApp, number: int, hours: float) -> Period:
    period = app.desk.tickets.get(number).period
    return Period(period.kind, period.starts_at, period.ends_at + hours * HOUR)


def paid(app: DeskApp, number: int) -> Decimal:
    return app.desk.orders.get(app.desk.tickets.get(number).order).paid


async def test_an_hour_more_is_taken_and_paid_from_the_list(app: DeskApp) -> None:
    """Five keys at most: the period, an hour later, save, take the money."""
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await to_ticket(pilot, 27)
        wanted, before = later(app, 27, 1), paid(app, 27)
        await press(pilot, "е", "up", "up", "enter")
        assert isinstance(app.screen, PaymentForm)
        await press(pilot, "enter")
        ticket = app.desk.tickets.get(27)
        assert ticket.period == wanted
        assert (ticket.owed, paid(app, 27) - before) == (0, 250)
        assert "Принято 250" in told(app)


async def test_who_leaves_frees_the_place_with_three_keys(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await to_ticket(pilot, 27)
        await press(pilot, "t", "ctrl+e", "enter")
        assert app.desk.tickets.get(27).period.ends_at == app.clock.now()
        assert "Период изменён" in told(app)
        await press(pilot, "ctrl+z", "right", "enter")
        assert app.desk.tickets.get(27).period.ends_at > app.clock.now()


async def test_what_the_change_comes_to_is_told_while_it_is_typed(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await to_ticket(pilot, 27)
        await press(pilot, "t")
        form = app.screen
        assert isinstance(form, PeriodForm)
        await over(pilot, "#to-time", "1330")
        note = str(form.query_one("#comes-to", Static).content)
        assert note.startswith("4,5 часа")
        assert line(app, "#price-line") == "500"
        assert "+2 часа" in str(form.query_one("#price-how", Static).content)
        await over(pilot, "#to-time", "9:30")
        assert form.query_one("#period", Labelled).complaint.startswith("Это время уже прошло")
        await over(pilot, "#to-time", "11")
        assert "возврата само собой нет" in str(form.query_one("#comes-to", Static).content)
        assert line(app, "#price-line") == "0"
        await over(pilot, "#price-line", "-250")
        await press(pilot, "enter")
        order = app.desk.orders.get(app.desk.tickets.get(27).order)
        assert order.paid - order.price == 250


async def test_an_extension_past_closing_time_warns_and_is_saved(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        catalogue = app.desk.catalogue
        week = OpeningHours((OpenHours(9 * 60, 13 * 60),) * 7)
        catalogue.change_hours(catalogue.hours(), week)
        await to_ticket(pilot, 27)
        wanted = later(app, 27, 2)
        await press(pilot, "t")
        note = app.screen.query_one("#comes-to", Static)
        await over(pilot, "#to-time", "13")
        assert "вне часов" not in str(note.content)
        await over(pilot, "#to-time", "14")
        assert "! вне часов работы 09:00" in str(note.content).replace("–", "-")
        assert note.has_class("-past")
        await press(pilot, "enter")
        assert app.desk.tickets.get(27).period == wanted


async def test_who_was_quicker_is_told_and_other_places_are_offered_in_the_same_step(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    """Another desk takes the free hour meanwhile; nothing that was typed is lost."""
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await to_ticket(pilot, 27)
        wanted, one = later(app, 27, 2), app.desk.tickets.get(27)
        await press(pilot, "t")
        await over(pilot, "#to-time", "14")
        with another_terminal(database, clock) as other:
            since = one.period.ends_at + HOUR
            other.closings.close(ClosingDraft((one.workplace_id,), since, since + HOUR, "ремонт"))
        await press(pilot, "enter")
        assert "ремонт с 06.12.2022 13:00" in said(app)
        assert line(app, "#to-time") == "14:00"
        assert app.screen.query_one(PlaceList).has_focus
        await press(pilot, "enter")  # nobody has chosen a place yet
        assert app.desk.tickets.get(27) == one
        await press(pilot, "down", "enter")
        assert isinstance(app.screen, PaymentForm)
        after = app.desk.tickets.get(27)
        assert (after.period, after.workplace) == (wanted, "PM №1")
        assert place_text(after, app.location.zone) == ("PM №2 до 06.12.2022 13:00, затем PM №1")


async def two_tickets(app: DeskApp) -> tuple[int, int]:
    """An order of two tickets, paid, that begins tomorrow."""
    desk = app.desk
    seen = desk.tickets.get(27)
    hours = Period.hourly(seen.period.starts_at + 50 * HOUR, seen.period.starts_at + 52 * HOUR)
    free = [place for place in desk.catalogue.free_places(seen.service_id, hours) if place.free]
    tariff = next(
        one
        for service in desk.catalogue.services()
        for one in service.tariffs
        if (service.id, one.name) == (seen.service_id, seen.tariff)
    )
    ids = tuple(place.workplace_id for place in free[:2])
    draft = OrderDraft(seen.visitor.id, seen.service_id, tariff.id, hours, ids)
    order = desk.orders.create(draft)
    payment = Payment(app.clock.now(), PaymentKind.ON_SITE)
    order = desk.orders.set_status(order, OrderStatus.CONFIRMED, payment=payment)
    first, second = (ticket.number for ticket in order.tickets)
    return first, second


async def test_one_ticket_of_an_order_is_cancelled_and_its_share_proposed_as_a_refund(
    app: DeskApp,
) -> None:
    """Two keys until the refund is proposed, three more give it back; so with the last one."""
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        first, second = await two_tickets(app)
        await press(pilot, "f5")
        await to_ticket(pilot, first)
        await press(pilot, "delete")
        assert isinstance(app.screen, CancelForm)
        assert line(app, "#price-line") == "500"
        await press(pilot, "enter")
        assert app.desk.tickets.get(first).status is TicketStatus.CANCELLED
        assert isinstance(app.screen, PaymentForm)
        assert line(app, "#amount-line") == "500"
        await press(pilot, "enter", "right", "enter")
        order = app.desk.orders.get(app.desk.tickets.get(second).order)
        assert (order.paid, order.price, order.status) == (500, 500, OrderStatus.CONFIRMED)
        assert app.desk.tickets.get(second).status is TicketStatus.CONFIRMED

        await press(pilot, "escape")
        await to_ticket(pilot, second)
        await press(pilot, "delete", "enter")
        assert isinstance(app.screen, PaymentForm)
        assert line(app, "#amount-line") == "500"
        await press(pilot, "enter", "right", "enter")
        order = app.desk.orders.get(order.number)
        assert (order.paid, order.status) == (0, OrderStatus.REFUND_IN_PROGRESS)


async def test_all_of_an_order_change_where_that_is_chosen(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        first, second = await two_tickets(app)
        await press(pilot, "f5")
        await to_ticket(pilot, first)
        wanted = later(app, first, 1)
        await press(pilot, "t", "pageup", "tab", "right", "ctrl+s")
        assert isinstance(app.screen, PaymentForm)
        assert line(app, "#amount-line") == "500"
        assert {app.desk.tickets.get(one).period for one in (first, second)} == {wanted}


async def test_a_month_is_renewed_on_the_same_seat_with_two_keys(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await to_ticket(pilot, 34)
        before = app.desk.tickets.get(34)
        await press(pilot, "n")
        assert isinstance(app.screen, RenewalForm)
        await press(pilot, "enter")
        assert "Заказ 1224 создан" in told(app)
        (ticket,) = app.desk.orders.page(NO_ORDER_FILTER, Top(), 1).rows
        made = app.desk.orders.get(ticket.number)
        assert made.tickets[0].period.starts_at == before.period.ends_at
        assert made.tickets[0].workplace == before.workplace
        await to_ticket(pilot, 34)
        await press(pilot, "n")
        assert "PM №1" in said(app)
        assert app.screen.query_one(PlaceList).has_focus
        await press(pilot, "enter", "ctrl+s")
        assert isinstance(app.screen, RenewalForm)
        assert app.desk.orders.page(NO_ORDER_FILTER, Top(), 1).rows == (ticket,)
        await press(pilot, "down", "enter")
        assert "Заказ 1225 создан" in told(app)


async def test_after_a_conflict_what_was_typed_stays_and_the_rest_is_as_it_is_by_now(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    """Another desk moves the booking to the next day while its end is typed."""
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        first, _second = await two_tickets(app)
        app.push_screen(PeriodForm(app.desk.periods.view(first)))
        await settle(pilot)
        before = app.desk.tickets.get(first).period
        end = before.ends_at.astimezone(app.location.zone) + HOUR
        await over(pilot, "#to-time", f"{end:%H:%M}")
        moved = Period.hourly(before.starts_at + 24 * HOUR, before.ends_at + 24 * HOUR)
        with another_terminal(database, clock) as other:
            other.periods.change_period(other.tickets.get(first), PeriodDraft(moved))
        await press(pilot, "ctrl+s")
        assert "Пётр Ильин" in said(app)
        assert line(app, "#to-time") == f"{end:%H:%M}"
        await press(pilot, "ctrl+s")
        after = app.desk.tickets.get(first).period
        assert after == Period.hourly(moved.starts_at, moved.ends_at + HOUR)


async def test_after_a_conflict_nobody_leaves_who_has_left(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.push_screen(PeriodForm(app.desk.periods.view(27)))
        await press(pilot, "ctrl+e")
        with another_terminal(database, clock) as other:
            other.periods.leave_early(other.tickets.get(27))
        note = app.screen.query_one("#comes-to", Static)
        assert "освободится" in str(note.content)
        await press(pilot, "ctrl+s")
        assert isinstance(app.screen, PeriodForm)
        assert "освободится" not in str(note.content)


@pytest.mark.parametrize(
    ("number", "field", "typed", "by"),
    [
        (23, "#first", "08.12.2022", timedelta(days=1)),
        (23, "#from-time", "11:30", timedelta(hours=2.5)),
        (26, "#first", "19.12.2022", timedelta(days=-3)),
    ],
)
async def test_another_day_or_start_keeps_the_length(
    app: DeskApp, number: int, field: str, typed: str, by: timedelta
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        before = app.desk.tickets.get(number).period
        app.push_screen(PeriodForm(app.desk.periods.view(number)))
        await settle(pilot)
        await over(pilot, field, typed)
        await press(pilot, "ctrl+s")
        after = app.desk.tickets.get(number).period
        assert after == Period(before.kind, before.starts_at + by, before.ends_at + by)
