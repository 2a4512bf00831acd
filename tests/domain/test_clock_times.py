"""Times of a day as they are typed, and the periods made of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.domain.clock_times import (
    DAY_MINUTES,
    at_clock,
    begins_in_past,
    clock_text,
    hours_of_day,
    parse_clock,
    slot_begun,
    whole_days,
)
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.period import Period, PeriodKind

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2022, 12, 6)


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("10", 600), ("9", 540), ("9:30", 570), ("09:30", 570), ("9.30", 570), ("9,30", 570),
        ("9-30", 570), ("930", 570), ("1030", 630), (" 10 30 ", 630), ("0", 0), ("00:00", 0),
        ("24", DAY_MINUTES), ("24:00", DAY_MINUTES), ("2400", DAY_MINUTES),
    ],
)  # fmt: skip
def test_a_time_is_read_as_it_is_typed_at_a_desk(typed: str, minutes: int) -> None:
    assert parse_clock("period", typed) == minutes


@pytest.mark.parametrize(
    "typed", ["", "x", "25", "24:01", "10:60", "10:5", "10:", ":30", "-1", "10:30:00", "٣", "1 2 3"]
)
def test_what_is_no_time_is_refused_by_name(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_clock("period", typed)
    assert (refused.value.field, refused.value.code) == ("period", "time")


@given(st.integers(0, DAY_MINUTES))
def test_a_time_that_is_written_out_is_read_back(minutes: int) -> None:
    assert parse_clock("period", clock_text(minutes)) == minutes


def test_hours_are_those_of_the_clock_on_the_wall() -> None:
    period = hours_of_day("period", DAY, 600, 690, MOSCOW)
    assert period == Period.hourly(
        datetime(2022, 12, 6, 7, tzinfo=UTC), datetime(2022, 12, 6, 8, 30, tzinfo=UTC)
    )


def test_the_end_of_the_day_is_the_next_midnight() -> None:
    period = hours_of_day("period", DAY, 23 * 60, DAY_MINUTES, MOSCOW)
    assert period.ends_at - period.starts_at == timedelta(hours=1)
    assert period.days(MOSCOW) == (DAY, DAY)


@pytest.mark.parametrize(("start", "end"), [(600, 600), (600, 540), (DAY_MINUTES, DAY_MINUTES)])
def test_an_end_that_is_not_after_the_start_is_told_at_the_period(start: int, end: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        hours_of_day("period", DAY, start, end, MOSCOW)
    assert (refused.value.field, refused.value.code) == ("period", "end_before_start")


def test_an_hour_that_a_change_of_clocks_leaves_out_lasts_no_time() -> None:
    spring = date(2022, 3, 27)  # 02:00 to 03:00 is not there
    with pytest.raises(InvalidInput):
        hours_of_day("period", spring, 120, 180, BERLIN)
    long = hours_of_day("period", spring, 60, 240, BERLIN)
    assert long.ends_at - long.starts_at == timedelta(hours=2)


def test_days_include_both_ends_and_never_run_backwards() -> None:
    period = whole_days("period", DAY, DAY, MOSCOW)
    assert period.kind is PeriodKind.DAILY
    assert period.days(MOSCOW) == (DAY, DAY)
    with pytest.raises(InvalidInput) as refused:
        whole_days("period", DAY, DAY - timedelta(days=1), MOSCOW)
    assert refused.value.code == "end_before_start"


@pytest.mark.parametrize("day", [date.max, date(9999, 12, 30)])
def test_the_end_of_the_calendar_is_a_refusal_and_no_crash(day: date) -> None:
    for make in (
        lambda: whole_days("period", day, date.max, MOSCOW),
        lambda: hours_of_day("period", date.max, 600, DAY_MINUTES, MOSCOW),
    ):
        with pytest.raises(InvalidInput):
            make()


@given(st.integers(0, 23), st.integers(0, 59), st.sampled_from([5, 15, 20, 30, 60]))
def test_the_slot_that_is_running_began_within_its_length(
    hour: int, minute: int, slot: int
) -> None:
    now = datetime(2022, 12, 6, hour, minute, 30, tzinfo=MOSCOW)
    begun = slot_begun(now, slot, MOSCOW)
    assert begun % slot == 0
    assert 0 <= hour * 60 + minute - begun < slot


@pytest.mark.parametrize(
    ("start", "is_past"), [(9 * 60, True), (9 * 60 + 30, True), (10 * 60, False), (11 * 60, False)]
)
def test_hours_have_passed_once_their_first_slot_has(start: int, is_past: bool) -> None:
    now = datetime(2022, 12, 6, 10, 20, tzinfo=MOSCOW)
    period = hours_of_day("period", DAY, start, 12 * 60, MOSCOW)
    assert begins_in_past(period, now, 30, MOSCOW) is is_past


@pytest.mark.parametrize(("days", "is_past"), [(-1, True), (0, False), (1, False)])
def test_today_is_not_past_for_whole_days(days: int, is_past: bool) -> None:
    now = datetime(2022, 12, 6, 20, 0, tzinfo=MOSCOW)
    first = DAY + timedelta(days=days)
    period = whole_days("period", first, DAY + timedelta(days=3), MOSCOW)
    assert begins_in_past(period, now, 30, MOSCOW) is is_past


def test_midnight_is_the_start_of_its_day() -> None:
    assert at_clock(DAY, 0, MOSCOW) == datetime(2022, 12, 5, 21, tzinfo=UTC)
