"""Rental periods: half-open, in UTC, with the days of the location's calendar."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from olvery_tui.domain.periods import DAY, Period, PeriodKind, day_start
from tests.each import each

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
APIA = ZoneInfo("Pacific/Apia")  # left out a day, 30 December 2011
ZONES = [
    MOSCOW,
    BERLIN,
    ZoneInfo("America/Sao_Paulo"),  # clocks changed at midnight: some days began at 01:00
    APIA,
    ZoneInfo("Asia/Kathmandu"),
    ZoneInfo("Australia/Lord_Howe"),
    UTC,
]
DAYS = st.dates(date(2005, 1, 1), date(2030, 1, 1))
INSTANTS = st.datetimes(datetime(2005, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
PERIODS = st.builds(
    lambda start, minutes: Period.hourly(start, start + timedelta(minutes=minutes)),
    INSTANTS,
    st.integers(1, 100_000),
)


def at(text: str, zone: ZoneInfo = MOSCOW) -> datetime:
    """An instant by the clock on the wall."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_whole_days_include_the_last_one() -> None:
    period = Period.daily(date(2022, 12, 13), date(2022, 12, 14), MOSCOW)
    assert period.kind is PeriodKind.DAILY
    assert (period.starts_at, period.ends_at) == (at("2022-12-13"), at("2022-12-15"))
    assert period.days(MOSCOW) == (date(2022, 12, 13), date(2022, 12, 14))


@each(
    ("day", "hours"),
    [(date(2022, 3, 27), 23), (date(2022, 10, 30), 25), (date(2022, 10, 31), 24)],
)
def test_a_day_has_as_many_hours_as_the_clocks_give_it(day: date, hours: int) -> None:
    period = Period.daily(day, day, BERLIN)
    assert period.ends_at - period.starts_at == timedelta(hours=hours)
    assert period.days(BERLIN) == (day, day)


def test_a_day_whose_midnight_was_left_out_begins_at_its_first_moment() -> None:
    zone = ZoneInfo("America/Sao_Paulo")
    assert day_start(date(2018, 11, 4), zone) == at("2018-11-04T01:00", zone)


def test_periods_are_kept_in_utc() -> None:
    period = Period.hourly(at("2022-12-06T09:00"), at("2022-12-06T11:00"))
    assert period.starts_at.tzinfo is UTC
    assert period.starts_at == datetime(2022, 12, 6, 6, tzinfo=UTC)
    assert Period.daily(date(2022, 12, 6), date(2022, 12, 6), MOSCOW).ends_at.tzinfo is UTC


def test_naive_times_are_refused() -> None:
    naive = datetime(2022, 12, 6, 9)
    aware = at("2022-12-06T09:00")
    for starts_at, ends_at in ((naive, aware + DAY), (aware, naive + DAY), (naive, naive + DAY)):
        with pytest.raises(ValueError, match="aware"):
            Period.hourly(starts_at, ends_at)
        with pytest.raises(ValueError, match="aware"):
            Period(PeriodKind.HOURLY, starts_at, ends_at)


def test_an_end_comes_after_its_start() -> None:
    moment = at("2022-12-06T09:00")
    for ends_at in (moment, moment - timedelta(microseconds=1)):
        with pytest.raises(ValueError, match="after"):
            Period.hourly(moment, ends_at)
    with pytest.raises(ValueError, match="after"):
        Period.daily(date(2022, 12, 7), date(2022, 12, 6), MOSCOW)


def test_the_ends_of_the_calendar_are_refused_and_not_a_crash() -> None:
    with pytest.raises(ValueError, match="calendar"):
        Period.daily(date(2022, 12, 6), date.max, MOSCOW)
    with pytest.raises(ValueError, match="calendar"):
        Period.daily(date.min, date(2022, 12, 6), MOSCOW)
    far = datetime.max.replace(tzinfo=timezone(-timedelta(hours=5)))
    with pytest.raises(ValueError, match="calendar"):
        Period.hourly(at("2022-12-06"), far)


@each(
    ("starts", "ends", "overlap"),
    [
        ("08:00", "09:00", False),  # only touches
        ("12:00", "13:00", False),
        ("08:00", "09:01", True),
        ("11:59", "13:00", True),
        ("10:00", "11:00", True),
        ("08:00", "13:00", True),
        ("09:00", "12:00", True),
    ],
)
def test_periods_that_only_touch_do_not_overlap(starts: str, ends: str, overlap: bool) -> None:
    one = Period.hourly(at("2022-12-06T09:00"), at("2022-12-06T12:00"))
    other = Period.hourly(at(f"2022-12-06T{starts}"), at(f"2022-12-06T{ends}"))
    assert one.overlaps(other) is overlap
    assert other.overlaps(one) is overlap


@given(PERIODS)
def test_a_period_holds_its_start_and_not_its_end(period: Period) -> None:
    tick = timedelta(microseconds=1)
    assert period.contains(period.starts_at)
    assert period.contains(period.ends_at - tick)
    assert not period.contains(period.ends_at)
    assert not period.contains(period.starts_at - tick)


@given(PERIODS, PERIODS)
def test_periods_overlap_when_the_later_start_is_in_both(one: Period, other: Period) -> None:
    later = max(one.starts_at, other.starts_at)
    assert one.overlaps(other) is (one.contains(later) and other.contains(later))


@given(DAYS, st.integers(0, 40), st.sampled_from(ZONES))
def test_days_are_read_as_they_were_given(first: date, more: int, zone: ZoneInfo) -> None:
    last = first + timedelta(days=more)
    assume(zone is not APIA or date(2011, 12, 30) not in (first, last))
    assert Period.daily(first, last, zone).days(zone) == (first, last)


@given(PERIODS, DAYS, st.sampled_from(ZONES))
def test_a_period_touches_the_days_that_it_names(period: Period, day: date, zone: ZoneInfo) -> None:
    begins, ends = day_start(day, zone), day_start(day + DAY, zone)
    assume(begins < ends)
    first, last = period.days(zone)
    assert (first <= day <= last) is (period.starts_at < ends and period.ends_at > begins)


def test_a_day_that_was_left_out_can_not_be_rented() -> None:
    with pytest.raises(ValueError, match="after"):
        Period.daily(date(2011, 12, 30), date(2011, 12, 30), APIA)
