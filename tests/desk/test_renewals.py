"""The order that follows a ticket: the same seat, from the day after, and what is in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from olvery_tui.domain.catalogue import TariffUnit
from olvery_tui.domain.closings import ClosingDraft
from olvery_tui.domain.errors import InputCode, InvalidForm, NoSuchChoice, SeatTaken
from olvery_tui.domain.pages import Top
from olvery_tui.domain.periods import Period
from olvery_tui.domain.presets import TICKET_PRESETS, Preset
from olvery_tui.domain.renewals import following_period
from olvery_tui.domain.statuses import OrderStatus
from tests.desk.making import IVAN, MARIA, MOSCOW, NOW, TABLES, add_ticket, hours
from tests.desk.test_periods import sell, undo


def days(first, last):
    return Period.daily(date(*first), date(*last), MOSCOW)


@pytest.mark.parametrize(
    ("unit", "period", "following"),
    [
        (TariffUnit.MONTH, days((2023, 1, 31), (2023, 2, 28)), days((2023, 3, 1), (2023, 3, 31))),
        (TariffUnit.MONTH, days((2022, 12, 7), (2023, 2, 6)), days((2023, 2, 7), (2023, 4, 6))),
        (TariffUnit.DAY, days((2022, 12, 7), (2022, 12, 9)), days((2022, 12, 10), (2022, 12, 12))),
    ],
)
def test_it_begins_the_day_after_and_lasts_as_long(unit, period, following):
    assert following_period(period, unit, MOSCOW) == following


@pytest.fixture
def month(store):
    """A month ticket that ends in three days, of Maria for Ivan."""
    sell(store, unit="month", price=Decimal(7000))
    first = NOW.astimezone(MOSCOW).date() - timedelta(days=27)
    add_ticket(store, 26, period=Period.daily(first, first + timedelta(days=29), MOSCOW))
    with store.writing() as session:
        of_ivan = update(TABLES["ticket"]).values(visitor_id=IVAN)
        session.connection().execute(of_ivan)
    return 26


def test_a_month_that_ends_soon_is_renewed_on_its_seat(store, desk, clock, month):
    (renewal,) = desk.renewals.soon()
    assert (renewal.ticket.number, renewal.price, renewal.obstacle) == (month, 7000, None)
    order = desk.renewals.renew(renewal.ticket)
    (ticket,) = order.tickets
    made, before = desk.tickets.get(ticket.number), desk.tickets.get(month)
    assert made.period.starts_at == before.period.ends_at
    assert (made.workplace_id, made.visitor, order.price) == (1, before.visitor, 7000)
    assert (order.customer.id, made.visitor.id) == (MARIA, IVAN)
    assert order.status is OrderStatus.NEW
    assert desk.renewals.next_order(month).obstacle is not None  # it is renewed
    assert desk.renewals.soon() == ()
    undo(desk)
    assert desk.renewals.next_order(month).obstacle is None
    assert desk.renewals.soon() == (renewal,)


def test_what_ends_soon_is_a_preset_within_the_days_of_the_settings(store, desk, month):
    filters = TICKET_PRESETS[Preset.RENEWAL](NOW.date())
    for days, found in ((1, ()), (2, (month,))):
        seen = desk.settings.get()
        desk.settings.change(seen, replace(seen, renewal_days=days))
        page = desk.tickets.page(filters, Top(), 9)
        assert tuple(row.number for row in page.rows) == found
        assert desk.tickets.count(filters).value == len(found)
        assert desk.presets.counts().counts[Preset.RENEWAL].value == len(found)
        assert tuple(one.ticket.number for one in desk.renewals.soon()) == found


def test_what_stands_in_the_way_is_told_and_another_seat_can_be_had(store, desk, month):
    since = desk.tickets.get(month).period.ends_at
    desk.closings.close(ClosingDraft((1,), since, None, "ремонт"))
    renewal = desk.renewals.next_order(month)
    assert isinstance(renewal.obstacle, SeatTaken)
    assert renewal.obstacle.closed == "ремонт"
    free = [one for one in desk.renewals.places(renewal) if one.free]
    order = desk.renewals.renew(renewal.ticket, free[0].workplace_id)
    assert order.tickets[0].workplace == free[0].label
    sell(store, archived=True)
    with pytest.raises(NoSuchChoice):
        desk.renewals.renew(renewal.ticket)


def test_hours_and_what_ends_later_are_not_proposed(store, desk, month):
    add_ticket(store, 30, period=hours(0, 2), seat=2)
    first = NOW.astimezone(MOSCOW).date()
    add_ticket(store, 31, period=Period.daily(first, first + timedelta(8), MOSCOW), seat=3)
    assert [one.ticket.number for one in desk.renewals.soon()] == [month]
    with pytest.raises(InvalidForm) as refused:
        desk.renewals.next_order(30)
    assert [problem.code for problem in refused.value.problems] == [InputCode.NO_RENEWAL]
