"""Times of a day as they are typed, and the rental periods made of them.

A time is told in minutes since midnight as the clock on the wall shows them; 24:00 is the end of
the day.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, tzinfo

from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.period import DAY, Period, PeriodKind, day_start

DAY_MINUTES = 24 * 60

_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.,\- ]?([0-9]{2}))?")


def parse_clock(field: str, text: str) -> int:
    """`10`, `9:30`, `9.30` or `930` as minutes since midnight; up to `24:00`.

    Raises:
        InvalidInput: `time`, not a time of the day.
    """
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        raise InvalidInput(field, "time", {"text": text.strip()})
    hours, minutes = int(found[1]), int(found[2] or 0)
    total = hours * 60 + minutes
    if minutes >= 60 or total > DAY_MINUTES:
        raise InvalidInput(field, "time", {"text": text.strip()})
    return total


def clock_text(minutes: int) -> str:
    """`09:30`; the end of the day is `24:00`."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def at_clock(day: date, minutes: int, zone: tzinfo) -> datetime:
    """The instant at which the clock of `zone` shows so many minutes of `day`, in UTC.

    Raises:
        OverflowError: beyond the end of the calendar.
    """
    if minutes == DAY_MINUTES:
        return day_start(day + DAY, zone)
    return datetime.combine(day, time(minutes // 60, minutes % 60), zone).astimezone(UTC)


def hours_of_day(field: str, day: date, start: int, end: int, zone: tzinfo) -> Period:
    """The hourly period of `day` from one time to another, both in minutes.

    Raises:
        InvalidInput: `end_at_midnight` (0:00 was meant to be 24:00); `end_before_start`, also
            where a change of clocks leaves nothing between.
    """
    if end == 0:
        raise InvalidInput(field, "end_at_midnight")
    try:
        return Period.hourly(at_clock(day, start, zone), at_clock(day, end, zone))
    except (ValueError, OverflowError):
        raise InvalidInput(field, "end_before_start") from None


def whole_days(field: str, first: date, last: date, zone: tzinfo) -> Period:
    """The daily period from one day to another, both included.

    Raises:
        InvalidInput: `end_before_start`.
    """
    try:
        return Period.daily(first, last, zone)
    except ValueError:
        raise InvalidInput(field, "end_before_start") from None


def slot_begun(now: datetime, slot_minutes: int, zone: tzinfo) -> int:
    """When the slot began that is running at `now`: who stands at the desk has this one."""
    local = now.astimezone(zone)
    minutes = local.hour * 60 + local.minute
    return minutes - minutes % slot_minutes


def begins_in_past(period: Period, now: datetime, slot_minutes: int, zone: tzinfo) -> bool:
    """Whether a period to be sold began before the slot (hours) or the day (days) of `now`."""
    today = now.astimezone(zone).date()
    first, _last = period.days(zone)
    if first != today:
        return first < today
    running = at_clock(today, slot_begun(now, slot_minutes, zone), zone)
    return period.kind is PeriodKind.HOURLY and period.starts_at < running
