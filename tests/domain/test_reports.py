"""A report spreads stays over the location's days and hours, however its clocks change."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.hours import ClosedDay, OpenHours, OpeningHours
from olvery_tui.domain.reports import (
    Checks,
    Money,
    ReportFilter,
    ServicePlaces,
    Turns,
    check_days,
    report,
)

BERLIN = ZoneInfo("Europe/Berlin")
SPRING, AUTUMN = date(2022, 3, 27), date(2022, 10, 30)
"""Days of 23 and of 25 hours."""
OPEN = OpeningHours((OpenHours(540, 1260),) * 7, (ClosedDay(date(2022, 3, 26)),))
QUARTER = timedelta(minutes=15)
NOBODY = Turns({}, {})


def micros(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000


def at(day: date, hour: int, zone: ZoneInfo = BERLIN) -> int:
    return micros(datetime(day.year, day.month, day.day, hour, tzinfo=zone))


class Stay(NamedTuple):
    """So many tickets from when to when."""

    starts_at: int
    ends_at: int
    tickets: int = 1


def reported(first: date, last: date, hours: OpeningHours, *stays: Stay, places: int = 4):
    services = (ServicePlaces(1, "Коворкинг", places),)
    begun, ended = Counter(), Counter()
    for stay in stays:
        begun[stay.starts_at] += stay.tickets
        ended[stay.ends_at] += stay.tickets
    turns = Turns({1: begun}, {1: ended})
    return report(ReportFilter(first, last), BERLIN, "EUR", hours, services, turns, (), ())


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25)])
def test_a_day_is_as_long_as_the_clock_makes_it(day: date, hours: int) -> None:
    whole = Stay(at(day, 0), at(day + timedelta(days=1), 0))
    (line,) = reported(day, day, OpeningHours(), whole).lines
    assert line.sums.occupied == timedelta(hours=hours)
    assert line.sums.available == timedelta(hours=4 * hours)
    assert line.sums.share == 0.25


@given(
    st.lists(
        st.tuples(st.integers(-200, 500), st.integers(1, 400), st.integers(1, 3), st.booleans()),
        max_size=6,
    ),
    st.sampled_from([OpeningHours(), OPEN]),
)
def test_hours_are_those_that_counting_every_quarter_gives(drawn, hours) -> None:
    first, last = SPRING - timedelta(days=2), SPRING + timedelta(days=1)
    begin = datetime(2022, 3, 25, tzinfo=BERLIN).astimezone(UTC)
    stays = [
        Stay(micros(begin + start * QUARTER), micros(begin + (start + length) * QUARTER), count)
        for start, length, count, _ in drawn
    ]
    occupied: dict[date, timedelta] = {}
    for stay in stays:
        for moment in range(stay.starts_at, stay.ends_at, micros(datetime.fromtimestamp(900, UTC))):
            clock = datetime.fromtimestamp(moment // 1_000_000, BERLIN)
            of_day = hours.of(clock.date())
            minute = clock.hour * 60 + clock.minute
            if of_day is not None and of_day.opens <= minute < of_day.closes:
                before = occupied.get(clock.date(), timedelta())
                occupied[clock.date()] = before + stay.tickets * QUARTER
    found = reported(first, last, hours, *stays)
    assert {line.day: line.sums.occupied for line in found.lines} == {
        day: occupied.get(day, timedelta()) for day in (line.day for line in found.lines)
    }
    days = [line.day for line in found.lines]
    begun = [datetime.fromtimestamp(s.starts_at // 1_000_000, BERLIN).date() for s in stays]
    arrivals = sum(s.tickets for s, day in zip(stays, begun, strict=True) if day in days)
    assert found.total().arrivals == arrivals


def test_each_hour_of_the_day_has_its_share() -> None:
    day = date(2022, 12, 5)
    found = reported(day, day, OPEN, Stay(at(day, 8), at(day, 10) + 1_800_000_000, 2))
    shares = dict(enumerate(found.hours))
    assert (shares[8], shares[9], shares[10], shares[11]) == (None, 0.5, 0.25, 0.0)
    assert shares[21] is None


def test_closed_places_are_not_available() -> None:
    day = date(2022, 12, 5)
    closed = ((at(day, 12), at(day + timedelta(days=3), 0)),)
    services = (ServicePlaces(1, "Коворкинг", 2, closed),)
    found = report(ReportFilter(day, day), BERLIN, "EUR", OPEN, services, NOBODY, (), ())
    assert found.total().available == timedelta(hours=12 + 3)


def test_money_of_another_currency_has_a_line_of_its_own() -> None:
    day = date(2022, 12, 5)
    money = (
        Money(0, 1, PaymentKind.ONLINE, "EUR", Decimal("10.01"), Decimal(2)),
        Money(0, 1, PaymentKind.ON_SITE, "EUR", Decimal(5), Decimal(0)),
        Money(0, 1, PaymentKind.ONLINE, "RUB", Decimal(900), Decimal(0)),
    )
    services = (ServicePlaces(1, "Коворкинг", 2),)
    checks = (Checks(0, 1, 3),)
    found = report(ReportFilter(day, day), BERLIN, "EUR", OPEN, services, NOBODY, checks, money)
    ours, theirs = found.lines
    assert (ours.sums.paid, ours.sums.refunds, ours.sums.checks) == (Decimal("15.01"), 2, 3)
    assert (theirs.currency, theirs.sums.paid, theirs.sums.checks) == ("RUB", 900, 0)
    assert found.total().paid == Decimal("15.01")
    assert found.currencies == ("EUR", "RUB")


@pytest.mark.parametrize(
    ("first", "last"), [(date(2022, 2, 2), date(2022, 2, 1)), (date(2000, 1, 1), date(2022, 1, 1))]
)
def test_other_days_are_refused(first: date, last: date) -> None:
    with pytest.raises(InvalidInput):
        check_days(first, last)
