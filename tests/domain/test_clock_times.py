"""Times of a day as they are typed, and the periods made of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.domain.catalogue import TariffUnit
from olvery_tui.domain.clock_times import (
    DAY_MINUTES,
    at_clock,
    begins_in_past,
    clock_text,
    clock_time,
    hours_of_day,
    moved_clock,
    parse_clock,
    parse_clock_time,
    slot_begun,
    whole_days,
)
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.periods import Period, PeriodKind
from olvery_tui.domain.pricing import units
from olvery_tui.wording.periods import period_text
from tests.each import each

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2022, 12, 6)


@each(
    ("typed", "minutes"),
    [
        ("10", 600), ("9", 540), ("9:30", 570), ("09:30", 570), ("9.30", 570), ("9,30", 570),
        ("9-30", 570), ("930", 570), ("1030", 630), (" 10 30 ", 630), ("0", 0), ("00:00", 0),
        ("24", DAY_MINUTES), ("24:00", DAY_MINUTES), ("2400", DAY_MINUTES),
    ],
)  # fmt: skip
def test_a_time_is_read_as_it_is_typed_at_a_desk(typed: str, minutes: int) -> None:
    assert parse_clock("period", typed) == minutes


@each(
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


@each(("start", "end"), [(600, 600), (600, 540), (DAY_MINUTES, DAY_MINUTES)])
def test_an_end_that_is_not_after_the_start_is_told_at_the_period(start: int, end: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        hours_of_day("period", DAY, start, end, MOSCOW)
    assert (refused.value.field, refused.value.code) == ("period", "end_before_start")


SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
"""In Berlin 02:00 to 03:00 is not there in spring, and twice in autumn."""


def hours_between(start: str, end: str, day: date = AUTUMN) -> Period:
    clocks = (parse_clock_time("period", text) for text in (start, end))
    return hours_of_day("period", day, *clocks, BERLIN)


@each("start", ["02:00", "2:30", "0259"])
def test_a_time_that_the_clocks_leave_out_is_refused_and_not_moved(start: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        hours_between(start, "04:00", SPRING)
    assert (refused.value.field, refused.value.code) == ("period", "no_such_time")
    assert refused.value.params["after"] == "03:00"
    with pytest.raises(InvalidInput):
        hours_between("01:00", start, SPRING)
    long = hours_between("01:00", "04:00", SPRING)
    assert long.ends_at - long.starts_at == timedelta(hours=2)


def test_a_time_that_is_there_twice_asks_which() -> None:
    for start, end in (("02:00", "04:00"), ("01:00", "02:30")):
        with pytest.raises(InvalidInput) as refused:
            hours_between(start, end)
        assert (refused.value.field, refused.value.code) == ("period", "time_twice")
        text = start if start != "01:00" else end
        assert refused.value.params == {"text": text, "first": f"{text}+2", "second": f"{text}+1"}


def test_both_hours_can_be_had_and_are_told_apart() -> None:
    first, second = hours_between("02:00+2", "02:00+1"), hours_between("02:00+01:00", "03:00")
    assert first.ends_at == second.starts_at == datetime(2026, 10, 25, 1, tzinfo=UTC)
    assert first.ends_at - first.starts_at == second.ends_at - second.starts_at
    assert not first.overlaps(second)
    assert period_text(first, BERLIN) == "25 октября 2026 г., с 02:00+2 до 02:00+1"
    assert period_text(second, BERLIN) == "25 октября 2026 г., с 02:00+1 до 03:00"
    assert period_text(first, BERLIN, short=True) == "25.10.26 2:00+2–2:00+1"
    assert len(period_text(first, BERLIN, short=True)) <= 23


def test_a_whole_day_has_23_or_25_hours() -> None:
    for day, hours in ((SPRING, 23), (AUTUMN, 25)):
        period = hours_between("0:00", "24:00", day)
        assert units(TariffUnit.HOUR, period, BERLIN) == hours
        assert units(TariffUnit.DAY, Period.daily(day, day, BERLIN), BERLIN) == 1


@each(
    ("day", "start", "minutes", "end"),
    [
        (AUTUMN, "01:30", 30, "02:00+2"), (AUTUMN, "02:30+2", 30, "02:00+1"),
        (AUTUMN, "02:30+1", 30, "03:00"), (AUTUMN, "02:00+2", 60, "02:00+1"),
        (AUTUMN, "03:00", -30, "02:30+1"), (AUTUMN, "02:00+1", -30, "02:30+2"),
        (AUTUMN, "02:00+2", -30, "01:30"), (SPRING, "01:30", 30, "03:00"),
        (SPRING, "03:00", -30, "01:30"), (AUTUMN, "23:30", 60, "24:00"),
        (AUTUMN, "24:00", -30, "23:30"), (AUTUMN, "00:00", -30, "00:00"),
        (AUTUMN, "02:00", 30, "02:30"), (SPRING, "02:30", 30, "03:00"),
        (None, "02:00", 30, "02:30"),
    ],
)  # fmt: skip
def test_steps_of_the_clock_go_through_every_hour_that_there_is(
    day: date | None, start: str, minutes: int, end: str
) -> None:
    clock = parse_clock_time("period", start)
    assert str(moved_clock(day, clock, minutes, BERLIN)) == end


def test_an_offset_that_the_day_does_not_have_is_refused() -> None:
    for start in ("02:00+3", "05:00+2"):
        with pytest.raises(InvalidInput) as refused:
            hours_between(start, "06:00")
        assert refused.value.code == "no_such_offset"


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
    st.sampled_from(["Europe/Berlin", "Europe/Moscow", "America/New_York", "Australia/Lord_Howe"]),
)
def test_what_a_clock_shows_leads_back_to_the_moment(naive: datetime, name: str) -> None:
    """Whatever the change of clocks, each moment has a text of its own on its day."""
    zone, moment = ZoneInfo(name), naive.replace(second=0, microsecond=0, tzinfo=UTC)
    shown = parse_clock_time("time", str(clock_time(moment, zone)))
    assert at_clock(moment.astimezone(zone).date(), shown, zone) == moment


@each(("day", "minutes"), [(date(2026, 10, 25), range(0, 26 * 60, 30)), (DAY, range(0, 1440, 30))])
def test_the_hours_around_a_change_of_clocks_have_different_texts(
    day: date, minutes: range
) -> None:
    start = datetime.combine(day, datetime.min.time(), BERLIN).astimezone(UTC)
    moments = [start + timedelta(minutes=one) for one in minutes]
    shown = {
        (moment.astimezone(BERLIN).date(), str(clock_time(moment, BERLIN))) for moment in moments
    }
    assert len(shown) == len(moments)


def test_midnight_as_an_end_gets_a_hint() -> None:
    with pytest.raises(InvalidInput) as refused:
        hours_between("22:00", "0:00")
    assert refused.value.code == "end_at_midnight"


def test_days_include_both_ends_and_never_run_backwards() -> None:
    period = whole_days("period", DAY, DAY, MOSCOW)
    assert period.kind is PeriodKind.DAILY
    assert period.days(MOSCOW) == (DAY, DAY)
    with pytest.raises(InvalidInput) as refused:
        whole_days("period", DAY, DAY - timedelta(days=1), MOSCOW)
    assert refused.value.code == "end_before_start"


@each("day", [date.max, date(9999, 12, 30)])
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
    assert clock_time(begun, MOSCOW).minutes % slot == 0
    assert timedelta(0) <= now - begun < timedelta(minutes=slot)


def test_the_running_slot_of_an_hour_that_is_there_twice_is_the_running_one() -> None:
    for hour, text in ((0, "02:00+2"), (1, "02:00+1")):
        now = datetime(2026, 10, 25, hour, 20, tzinfo=UTC)
        assert str(clock_time(slot_begun(now, 30, BERLIN), BERLIN)) == text
        assert begins_in_past(hours_between("02:00+2", "03:00"), now, 30, BERLIN) is (hour == 1)


@each(
    ("start", "is_past"), [(9 * 60, True), (9 * 60 + 30, True), (10 * 60, False), (11 * 60, False)]
)
def test_hours_have_passed_once_their_first_slot_has(start: int, is_past: bool) -> None:
    now = datetime(2022, 12, 6, 10, 20, tzinfo=MOSCOW)
    period = hours_of_day("period", DAY, start, 12 * 60, MOSCOW)
    assert begins_in_past(period, now, 30, MOSCOW) is is_past


@each(("days", "is_past"), [(-1, True), (0, False), (1, False)])
def test_today_is_not_past_for_whole_days(days: int, is_past: bool) -> None:
    now = datetime(2022, 12, 6, 20, 0, tzinfo=MOSCOW)
    first = DAY + timedelta(days=days)
    period = whole_days("period", first, DAY + timedelta(days=3), MOSCOW)
    assert begins_in_past(period, now, 30, MOSCOW) is is_past


def test_midnight_is_the_start_of_its_day() -> None:
    assert at_clock(DAY, 0, MOSCOW) == datetime(2022, 12, 5, 21, tzinfo=UTC)
