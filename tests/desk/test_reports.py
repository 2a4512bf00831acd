"""A report adds up what the tables hold, by the location's days."""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.reports import ReportFilter, Sums
from olvery_tui.domain.statuses import OrderStatus
from olvery_tui.store import demo
from olvery_tui.store.catalogue import locations
from olvery_tui.store.database.connect import open_database
from olvery_tui.store.database.engine import Store
from tests.databases import Databases
from tests.desk.making import AS_ANNA, HOUR, NOW, TABLES, add_ticket, hours

TODAY = NOW.date()


@pytest.fixture
def desk(store: Store, clock: FrozenClock) -> Desk:
    return Desk(store, clock, AS_ANNA)


def of(desk: Desk, first: date = TODAY, last: date = TODAY) -> dict[tuple[date, str], Sums]:
    report = desk.reports.report(ReportFilter(first, last))
    return {
        (line.day, line.service): line.sums
        for line in report.lines
        if line.sums.arrivals or line.sums.checks or line.sums.revenue or line.sums.occupied
    }


def test_a_day_has_its_arrivals_checks_hours_and_money(
    store: Store, clock: FrozenClock, desk: Desk
) -> None:
    add_ticket(store, 1, order=OrderStatus.CONFIRMED, period=hours(-1, 2), seat=1)
    add_ticket(store, 2, order=OrderStatus.CONFIRMED, period=hours(1, 2), seat=2)
    add_ticket(store, 3, order=OrderStatus.CANCELLED, period=hours(1, 2), seat=3)
    add_ticket(store, 4, order=OrderStatus.CONFIRMED, period=hours(24 * -30, 24 * 3), seat=4)
    desk.tickets.validate(desk.tickets.get(1))
    desk.orders.pay(desk.orders.get(1001), Decimal("600"), PaymentKind.ONLINE)
    desk.orders.refund(desk.orders.get(1001), Decimal("0.01"), PaymentKind.ON_SITE)
    ((day, _service), sums), *others = of(desk).items()
    assert (day, others) == (TODAY, [])
    assert (sums.arrivals, sums.checks, sums.occupied) == (2, 1, 4 * HOUR + 24 * HOUR)
    assert sums.revenue == {PaymentKind.ONLINE: 600, PaymentKind.ON_SITE: 0}
    assert sums.refunds == Decimal("0.01")
    assert of(desk, TODAY + timedelta(days=4), TODAY + timedelta(days=5)) == {}


def test_its_days_are_the_location_s_through_a_change_of_clocks(
    store: Store, clock: FrozenClock, desk: Desk
) -> None:
    """Berlin's clocks go back at one in the morning of UTC, on 30 October."""
    with store.writing() as session:
        session.connection().execute(update(TABLES["location"]).values(time_zone="Europe/Berlin"))
    add_ticket(store, 1, order=OrderStatus.CONFIRMED, period=hours(-1, 2), seat=1)
    sums = []
    desk = Desk(store, clock, AS_ANNA)
    for hour, amount in ((29, 21.5), (29, 22.5), (30, 22.5), (30, 23.5), (31, 22.75)):
        moment = NOW.replace(month=10, day=hour, hour=0) + amount * HOUR
        clock.move_to(moment)
        desk.orders.pay(desk.orders.get(1001), Decimal(hour), PaymentKind.ONLINE)
        sums.append((moment.astimezone(desk.location().zone).date(), Decimal(hour)))
    expected: dict[date, Decimal] = {}
    for day, amount in sums:
        expected[day] = expected.get(day, Decimal(0)) + amount
    found = of(desk, date(2022, 10, 28), date(2022, 11, 1))
    assert {day: line.paid for (day, _service), line in found.items()} == expected
    assert {day.day for day in expected} == {29, 30, 31}


@pytest.fixture(params=[(date(2022, 12, 6), 1), (date(2022, 11, 1), 61)])
def days(request: pytest.FixtureRequest) -> ReportFilter:
    first, count = request.param
    return ReportFilter(first, first + timedelta(days=count - 1))


def test_it_says_what_the_tickets_and_payments_say(
    databases: Databases, days: ReportFilter
) -> None:
    with closing(open_database(databases.new(demo.fill))) as store:
        desk = Desk(store, FrozenClock(demo.DEMO_NOW), AS_ANNA)
        zone = desk.location().zone
        report = desk.reports.report(days)
        total = report.total()
        with store.reading() as session:
            rows = session.connection().execute(TABLES["ticket"].select()).all()
            lines = session.connection().execute(TABLES["payment"].select()).all()
            hours = locations.hours(session)

    def opened(day: date) -> tuple[datetime, datetime]:
        midnight, of_day = datetime.combine(day, time(), zone), hours.of(day)
        if of_day is None:
            return midnight, midnight
        return midnight + timedelta(minutes=of_day.opens), hours.closing(day, zone)

    def within(moment: object) -> bool:
        return moment is not None and days.first <= moment.astimezone(zone).date() <= days.last

    assert total.arrivals == sum(
        within(row.starts_at) and row.status != "cancelled" for row in rows
    )
    opens = [opened(day) for day, _sums in report.days()]
    assert total.occupied == sum(
        (
            max(min(row.ends_at, until) - max(row.starts_at, since), timedelta())
            for row in rows
            for since, until in opens
            if row.status != "cancelled"
        ),
        timedelta(),
    )
    assert total.checks == sum(within(row.validated_at) for row in rows)
    assert total.paid - total.refunds == sum(line.amount for line in lines if within(line.at))
