"""What a ticket's new period may be, and what it costs."""

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.domain.catalogue import TariffUnit
from olvery_tui.domain.period_changes import (
    PeriodDraft,
    Terms,
    added_units,
    extended,
    leaving,
    problems,
    shifted,
    surcharge,
)
from olvery_tui.domain.periods import Period
from olvery_tui.domain.pricing import last_day_of_months, units
from olvery_tui.domain.statuses import OrderStatus, TicketStatus, status_change, ticket_status

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
TEN = datetime(2022, 12, 6, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
TERMS = Terms(TariffUnit.HOUR, Decimal("200.00"), 24, 30)

days = st.dates(date(2000, 1, 1), date(2090, 12, 31))
zones = st.sampled_from([MOSCOW, BERLIN, ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/Havana")])
prices = st.decimals(0, 100_000, places=2)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))


@st.composite
def daily(draw):
    zone, first = draw(zones), draw(days)
    return Period.daily(first, first + timedelta(days=draw(st.integers(0, 400))), zone), zone


def hours(start, end):
    return Period.hourly(TEN + start * HOUR, TEN + end * HOUR)


@given(daily(), st.sampled_from([TariffUnit.DAY, TariffUnit.MONTH]), st.integers(1, 36), prices)
def test_so_many_units_more_cost_so_many_times_the_kept_price(booked, unit, count, price):
    period, zone = booked
    longer = extended(period, unit, count, zone)
    assert longer.starts_at == period.starts_at
    added = added_units(unit, period, longer, zone)
    whole = units(unit, period, zone)
    if unit is TariffUnit.DAY or _is_whole(period, whole, zone):
        assert added == count
    assert surcharge(Terms(unit, price, 99, 30), period, longer, zone) == added * price


def _is_whole(period, months, zone):
    first, last = period.days(zone)
    return last == last_day_of_months(first, int(months))


@given(daily(), st.integers(1, 60))
def test_whole_months_one_after_the_other_end_where_all_of_them_at_once_do(booked, count):
    period, zone = booked
    first, _last = period.days(zone)
    month = Period.daily(first, last_day_of_months(first, 1), zone)
    step = month
    for _ in range(count):
        step = extended(step, TariffUnit.MONTH, 1, zone)
    assert step == extended(month, TariffUnit.MONTH, count, zone)


@pytest.mark.parametrize(
    ("first", "last", "longer"),
    [
        (date(2023, 1, 31), date(2023, 2, 28), date(2023, 3, 30)),
        (date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 30)),
        (date(2022, 12, 22), date(2023, 1, 21), date(2023, 2, 21)),
        (date(2022, 12, 22), date(2023, 1, 25), date(2023, 2, 25)),  # the last day was typed
    ],
)
def test_a_month_is_added_from_the_day_on_which_the_first_began(first, last, longer):
    booked = Period.daily(first, last, MOSCOW)
    after = extended(booked, TariffUnit.MONTH, 1, MOSCOW)
    assert after == Period.daily(first, longer, MOSCOW)
    assert added_units(TariffUnit.MONTH, booked, after, MOSCOW) == 1


@given(daily(), st.integers(1, 30))
def test_shortening_takes_nothing_back_by_itself(booked, count):
    period, zone = booked
    longer = extended(period, TariffUnit.DAY, count, zone)
    terms = Terms(TariffUnit.DAY, Decimal(900), 999, 30)
    assert surcharge(terms, longer, period, zone) == 0
    assert extended(longer, TariffUnit.DAY, -count, zone) == period


def test_a_begun_hour_counts_whole_and_half_a_kopeck_goes_up():
    half = hours(0, 2.5)
    assert surcharge(TERMS, hours(0, 2), half, MOSCOW) == 200
    assert surcharge(TERMS, hours(0, 2), hours(1, 3), MOSCOW) == 0
    thirds = Terms(TariffUnit.HOUR, Decimal("33.335"), 24, 30)
    assert surcharge(thirds, hours(0, 1), hours(0, 4), MOSCOW) == Decimal("100.01")


@given(st.integers(-3, 3), prices)
def test_the_night_of_a_change_of_clocks_has_as_many_hours_as_it_lasts(step, price):
    """A day and an hour in Berlin, over the night of 25 hours and the one of 23."""
    terms = Terms(TariffUnit.DAY, price, 99, 30)
    for night in (date(2022, 10, 30), date(2022, 3, 27)):
        booked = Period.daily(night - timedelta(days=3), night, BERLIN)
        after = extended(booked, TariffUnit.DAY, step, BERLIN)
        assert after.ends_at.astimezone(BERLIN).hour == 0
        added = Decimal(max(step, 0)) * price
        assert surcharge(terms, booked, after, BERLIN) == added.quantize(
            Decimal("0.01"), ROUND_HALF_UP
        )
        midnight = datetime(night.year, night.month, night.day, tzinfo=BERLIN).astimezone(UTC)
        hour = Period.hourly(midnight + HOUR, midnight + 2 * HOUR)
        longer = extended(hour, TariffUnit.HOUR, 1, BERLIN)
        assert longer.ends_at - longer.starts_at == 2 * HOUR


@given(moments, moments, moments, st.sampled_from(OrderStatus), st.data())
def test_statuses_follow_the_new_period_whatever_nobody_had_moved(one, other, now, order, data):
    """What a change writes is what the manual's function says, for a worker that was down too."""
    starts_at, ends_at = sorted((one, other))
    if starts_at == ends_at:
        ends_at += HOUR
    before = Period.hourly(starts_at, ends_at)
    after = Period.hourly(starts_at, data.draw(moments.filter(lambda end: end > starts_at)))
    stored = ticket_status(order, before, data.draw(st.sampled_from([starts_at - HOUR, now])))
    change = status_change(stored, (order, before), (order, after), now)
    assert change.status is ticket_status(order, after, now)
    moves = [*change.late, *([change.own] if change.own else [])]
    assert [move.before for move in moves] == [stored, *(move.after for move in moves)][
        : len(moves)
    ]
    assert (moves[-1].after if moves else stored) is change.status


@given(daily(), st.integers(1, 22 * 60))
def test_who_leaves_may_be_completed_at_once(booked, minutes):
    period, zone = booked
    now = period.starts_at + timedelta(minutes=minutes)
    left = leaving(period, now)
    assert ticket_status(OrderStatus.COMPLETED, left, now) is TicketStatus.DONE
    assert left.days(zone)[0] == period.days(zone)[0]
    assert problems(PeriodDraft(left), period, TERMS, now, zone) == ()


@pytest.mark.parametrize(
    ("after", "code"),
    [
        (hours(-1, 5), "begun"),
        (hours(-2, -1), "over"),
        (Period.daily(date(2022, 12, 6), date(2022, 12, 6), MOSCOW), "hours_only"),
        (hours(-2, 15), "hours_of_one_day"),
        (hours(-2, 3.25), "slot"),
        (hours(-2, 10), "units"),
    ],
)
def test_what_is_wrong_with_a_period_is_told(after, code):
    terms = Terms(TariffUnit.HOUR, Decimal(200), 8, 30)
    found = problems(PeriodDraft(after), hours(-2, 2), terms, TEN, MOSCOW)
    assert [(one.field, one.code) for one in found] == [("period", code)]


def test_what_was_booked_is_no_problem_of_a_change():
    """A ticket that an import brought, off the slots and longer than is sold, gets shorter."""
    booked = hours(-1.1, 9.3)
    terms = Terms(TariffUnit.HOUR, Decimal(200), 8, 30)
    for after in (booked, hours(-1.1, 9), leaving(booked, TEN)):
        assert problems(PeriodDraft(after), booked, terms, TEN, MOSCOW) == ()


@pytest.mark.parametrize("amount", ["0.001", "NaN", "10000000"])
def test_the_sum_is_an_amount(amount):
    draft = PeriodDraft(hours(0, 3), Decimal(amount))
    found = problems(draft, hours(0, 2), TERMS, TEN, MOSCOW)
    assert [one.field for one in found] == ["price"]


def test_a_day_later_is_the_same_time_of_the_day_also_when_the_clocks_change():
    def at(day, hour):
        return datetime(2022, 3, day, hour, tzinfo=BERLIN).astimezone(UTC)

    eve = Period.hourly(at(26, 10), at(26, 12))
    assert shifted(eve, 1, BERLIN) == Period.hourly(at(27, 10), at(27, 12))
    assert shifted(eve, 2, BERLIN, HOUR / 2) == Period.hourly(at(26, 11), at(26, 13))


@given(daily(), st.integers(-400, 400))
def test_days_that_move_stay_as_many(case, steps):
    period, zone = case
    first, last = shifted(period, steps, zone).days(zone)
    before = period.days(zone)
    assert (first - before[0], last - before[1]) == (timedelta(days=steps),) * 2
