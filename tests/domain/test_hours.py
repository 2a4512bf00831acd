"""Opening hours: typed, and what a period outside them is told."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from olvery_tui.domain.clock_times import hours_of_day, whole_days
from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.hours import ClosedDay, OpenHours, OpeningHours, parse_closed, parse_hours

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
MONDAY = date(2022, 12, 5)
NINE_TO_NINE = OpenHours(9 * 60, 21 * 60)
WEEK = OpeningHours((NINE_TO_NINE,) * 6 + (None,), (ClosedDay(date(2022, 12, 7), "Ремонт"),))


def test_hours_are_typed_as_people_write_them() -> None:
    for text in ("9-21", "9:00–21:00", "09.00 - 21.00", "9 21", " 9—21 "):
        assert parse_hours("day", text) == NINE_TO_NINE, text
    assert parse_hours("day", "0-24") == parse_hours("day", "0-0") == OpenHours(0, 1440)
    assert parse_hours("day", "  ") is None
    for text, code in {
        "9": "hours",
        "с утра": "time",
        "21-9": "end_before_start",
        "9-9": "end_before_start",
    }.items():
        with pytest.raises(InvalidInput) as refused:
            parse_hours("day", text)
        assert refused.value.code == code, text


def test_closed_days_are_typed_with_their_reason() -> None:
    (day,) = parse_closed("closed", "1.01.2023 Новый год", MONDAY)
    assert day == ClosedDay(date(2023, 1, 1), "Новый год")
    days = parse_closed("closed", "31.12-2.01", MONDAY)
    assert [one.day.isoformat() for one in days] == ["2022-12-31", "2023-01-01", "2023-01-02"]
    for text, code in {
        "": "date", "завтра": "date", "31.02.2023": "no_such_day", "8.01.2023-1.01.2023":
        "end_before_start", "1.1.2023-1.1.2030": "days_many", "1.1.2023 " + "х" * 101: "too_long",
    }.items():  # fmt: skip
        with pytest.raises(InvalidInput) as refused:
            parse_closed("closed", text, MONDAY)
        assert refused.value.code == code, text


def test_a_period_outside_the_hours_is_noticed() -> None:
    def outside(hours: OpeningHours, day: date, start: int, end: int) -> bool:
        period = hours_of_day("period", day, start * 60, end * 60, MOSCOW)
        return hours.day_outside(period, MOSCOW) is not None

    assert not outside(WEEK, MONDAY, 9, 21)
    assert outside(WEEK, MONDAY, 8, 10)
    assert outside(WEEK, MONDAY, 20, 22)
    assert outside(WEEK, date(2022, 12, 11), 10, 12)  # a Sunday
    assert outside(WEEK, date(2022, 12, 7), 10, 12)  # under repair
    assert not outside(OpeningHours(), MONDAY, 0, 24)
    days = whole_days("period", MONDAY, date(2022, 12, 31), MOSCOW)
    assert WEEK.day_outside(days, MOSCOW) is None
    days = whole_days("period", date(2022, 12, 7), date(2022, 12, 8), MOSCOW)
    assert WEEK.day_outside(days, MOSCOW) == date(2022, 12, 7)
    assert (WEEK.opening(MONDAY), WEEK.opening(date(2022, 12, 7))) == (540, None)
    assert OpeningHours().opening(MONDAY) is None


def test_hours_are_those_of_the_clock_on_the_wall() -> None:
    """On the day on which the clocks are put forward, nine to nine is not eleven hours away."""
    day = date(2023, 3, 26)
    week = OpeningHours((NINE_TO_NINE,) * 7)
    period = hours_of_day("period", day, 9 * 60, 21 * 60, BERLIN)
    assert week.day_outside(period, BERLIN) is None
