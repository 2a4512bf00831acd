"""Periods read as in the manual's list, in the location's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.domain.periods import Period
from olvery_tui.i18n import set_language
from olvery_tui.wording import months, periods
from tests.each import each

MOSCOW = ZoneInfo("Europe/Moscow")
SHORT_COLUMNS = 23
LONG_COLUMNS = 37


@pytest.fixture(autouse=True)
def _russian():
    set_language("ru")
    yield
    set_language("ru")


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=MOSCOW)


def hourly(start: datetime, end: datetime) -> Period:
    return Period.hourly(start, end)


MORNING = hourly(at(2022, 12, 6, 9), at(2022, 12, 6, 11))
NIGHT = hourly(at(2022, 12, 6, 22), at(2022, 12, 7, 2))


def test_hours_read_as_in_the_manual():
    assert periods.period_text(MORNING, MOSCOW) == "6 декабря 2022 г., с 09:00 до 11:00"
    assert periods.period_text(MORNING, MOSCOW, short=True) == "06.12.2022 09:00–11:00"


@each("short", [False, True])
def test_whole_days_read_as_in_the_manual_with_both_ends_included(short):
    two_days = Period.daily(date(2022, 12, 13), date(2022, 12, 14), MOSCOW)
    one_day = Period.daily(date(2022, 12, 23), date(2022, 12, 23), MOSCOW)

    assert periods.period_text(two_days, MOSCOW, short=short) == "13.12.2022 - 14.12.2022"
    assert periods.period_text(one_day, MOSCOW, short=short) == "23.12.2022 - 23.12.2022"


def test_an_evening_up_to_midnight_stays_on_its_day():
    evening = hourly(at(2022, 12, 6, 20), at(2022, 12, 7))

    assert periods.period_text(evening, MOSCOW) == "6 декабря 2022 г., с 20:00 до 24:00"
    assert periods.period_text(evening, MOSCOW, short=True) == "06.12.2022 20:00–24:00"


def test_hours_over_midnight_name_both_days():
    assert periods.period_text(NIGHT, MOSCOW) == "с 22:00 6 декабря до 02:00 7 декабря 2022 г."
    assert periods.period_text(NIGHT, MOSCOW, short=True) == "06.12.2022 22:00–02:00"


def test_hours_over_new_year_name_both_years():
    party = hourly(at(2022, 12, 31, 22), at(2023, 1, 2, 2))

    assert (
        periods.period_text(party, MOSCOW) == "с 22:00 31 декабря 2022 г. до 02:00 2 января 2023 г."
    )
    assert periods.period_text(party, MOSCOW, short=True) == "31.12.2022 22:00–02.01.2023 02:00"


def test_a_second_evening_is_never_mistaken_for_the_first():
    """From 20:00 to 22:00 of the *next* day must not read as two hours."""
    long_one = hourly(at(2022, 12, 6, 20), at(2022, 12, 7, 22))

    assert periods.period_text(long_one, MOSCOW, short=True) == "06.12.2022 20:00–07.12.2022 22:00"


def test_the_day_is_that_of_the_location_and_not_of_utc():
    late = hourly(at(2022, 12, 6, 1), at(2022, 12, 6, 2))

    assert periods.period_text(late, MOSCOW) == "6 декабря 2022 г., с 01:00 до 02:00"
    assert periods.period_text(late, ZoneInfo("UTC")).startswith("5 декабря 2022 г., с 22:00")


def test_an_instant_reads_as_in_the_ticket_form():
    assert periods.instant_text(at(2022, 12, 5, 19, 2), MOSCOW) == "05.12.2022 19:02"
    assert periods.time_text(at(2022, 12, 5, 19, 2).astimezone(UTC), MOSCOW) == "19:02"


@given(
    start=st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1)),
    minutes=st.integers(1, 24 * 60 - 1),
)
def test_a_period_of_less_than_a_day_fits_its_narrow_column(start, minutes):
    begins = start.replace(second=0, microsecond=0, tzinfo=MOSCOW)
    period = hourly(begins, begins + timedelta(minutes=minutes))

    assert len(periods.period_text(period, MOSCOW, short=True)) <= SHORT_COLUMNS


@given(day=st.dates(date(2000, 1, 1), date(2099, 1, 1)))
def test_hours_of_one_day_fit_the_wide_column(day):
    begins = datetime(day.year, day.month, day.day, 10, tzinfo=MOSCOW)
    period = hourly(begins, begins + timedelta(hours=2))

    assert len(periods.period_text(period, MOSCOW)) <= LONG_COLUMNS


def test_periods_in_english():
    set_language("en")

    assert periods.period_text(MORNING, MOSCOW) == "6 December 2022, from 09:00 to 11:00"
    assert (
        periods.period_text(NIGHT, MOSCOW) == "from 22:00 on 6 December to 02:00 on 7 December 2022"
    )


def test_months_stand_in_dates_otherwise_than_in_titles():
    assert (months.month_name(12), months.month_in_date(12)) == ("Декабрь", "декабря")
    assert (months.month_name(1), months.month_in_date(5)) == ("Январь", "мая")


def test_weeks_begin_on_monday():
    assert months.weekday_names() == ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс")
