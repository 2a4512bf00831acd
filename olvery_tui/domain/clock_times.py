"""Times of a day as they are typed, and the rental periods made of them.

A time is told in minutes since midnight as the clock on the wall shows them; 24:00 is the end of
the day. Where the clocks are put forward some times do not exist, and where they are put back some
are there twice: those are told apart by their offset from UTC, `02:00+2` and then `02:00+1`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from olvery_tui.domain.errors import InputCode, InvalidInput
from olvery_tui.domain.periods import DAY, Period, PeriodKind, day_start

DAY_MINUTES = 24 * 60

_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.,\- ]?([0-9]{2}))?")
_MARKED = re.compile(r"(.*[0-9]{2})\s*([+\-])([0-9]{1,2})(?::?([0-9]{2}))?")
"""A time with minutes and the offset that tells it from the same time an hour later: `02:00+1`."""


@dataclass(frozen=True, slots=True)
class ClockTime:
    """What a clock on the wall shows: minutes since midnight.

    `offset` from UTC tells a time that a day has twice, where the clocks are put back; None: the
    day has it once.
    """

    minutes: int
    offset: timedelta | None = None

    def __str__(self) -> str:
        return clock_text(self.minutes) + (offset_text(self.offset) if self.offset else "")


def parse_clock(field: str, text: str) -> int:
    """`10`, `9:30`, `9.30` or `930` as minutes since midnight; up to `24:00`.

    Raises:
        InvalidInput: `time`, not a time of the day.
    """
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        raise InvalidInput(field, InputCode.TIME, {"text": text.strip()})
    hours, minutes = int(found[1]), int(found[2] or 0)
    total = hours * 60 + minutes
    if minutes >= 60 or total > DAY_MINUTES:
        raise InvalidInput(field, InputCode.TIME, {"text": text.strip()})
    return total


def parse_clock_time(field: str, text: str) -> ClockTime:
    """As `parse_clock`, and `02:00+1` or `02:00+01:00`: the 02:00 that is one hour ahead of UTC.

    Raises:
        InvalidInput: `time`, not a time of the day.
    """
    found = _MARKED.fullmatch(text.strip())
    if not found or _CLOCK.fullmatch(text.strip()):
        return ClockTime(parse_clock(field, text))
    offset = timedelta(hours=int(found[3]), minutes=int(found[4] or 0))
    return ClockTime(parse_clock(field, found[1]), -offset if found[2] == "-" else offset)


def clock_text(minutes: int) -> str:
    """`09:30`; the end of the day is `24:00`."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def offset_text(offset: timedelta) -> str:
    """`+1`, `-4` or `+10:30`."""
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    sign = "-" if offset < timedelta(0) else "+"
    return f"{sign}{hours}:{minutes:02}" if minutes else f"{sign}{hours}"


def clock_time(moment: datetime, zone: tzinfo) -> ClockTime:
    """What the clock of `zone` shows at a moment."""
    local = moment.astimezone(zone)
    other = local.replace(fold=1 - local.fold)
    twice = other.utcoffset() != local.utcoffset()
    return ClockTime(local.hour * 60 + local.minute, local.utcoffset() if twice else None)


def at_clock(day: date, clock: ClockTime | int, zone: tzinfo, *, field: str = "time") -> datetime:
    """The instant at which the clock of `zone` shows a time of `day`, in UTC.

    Raises:
        InvalidInput: `no_such_time`, left out where the clocks are put forward; `time_twice`, two
            instants where they are put back, and no offset tells which; `no_such_offset`.
        OverflowError: beyond the end of the calendar.
    """
    clock = clock if isinstance(clock, ClockTime) else ClockTime(clock)
    if clock.minutes == DAY_MINUTES:
        return day_start(day + DAY, zone)
    shown = datetime.combine(day, time(*divmod(clock.minutes, 60)))
    moments = _moments_that_show(shown, zone)
    if not moments:
        after = clock_time(_clocks_put_forward(shown, zone), zone)
        raise InvalidInput(field, InputCode.NO_SUCH_TIME, {"text": str(clock), "after": str(after)})
    if clock.offset is not None:
        moments = [one for one in moments if one.astimezone(zone).utcoffset() == clock.offset]
        if not moments:
            raise InvalidInput(field, InputCode.NO_SUCH_OFFSET, {"text": str(clock)})
    if len(moments) > 1:
        first, second = (str(clock_time(one, zone)) for one in moments)
        raise InvalidInput(
            field, InputCode.TIME_TWICE, {"text": str(clock), "first": first, "second": second}
        )
    return moments[0]


def moved_clock(day: date | None, clock: ClockTime, minutes: int, zone: tzinfo) -> ClockTime:
    """What the clock of `zone` shows so many minutes later, no further than the day's ends.

    Where the time of the day is not known, none or told twice, only the figures are added up.
    """
    try:
        moment = at_clock(day, clock, zone) if day is not None else None
    except (InvalidInput, OverflowError):
        moment = None
    if day is None or moment is None:
        return ClockTime(max(0, min(clock.minutes + minutes, DAY_MINUTES)))
    moment += timedelta(minutes=minutes)
    shown_on = moment.astimezone(zone).date()
    if shown_on != day:
        return ClockTime(DAY_MINUTES if shown_on > day else 0)
    return clock_time(moment, zone)


def _moments_that_show(shown: datetime, zone: tzinfo) -> list[datetime]:
    """When the clock of `zone` shows a time, in UTC: once, twice or never."""
    moments = {shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(one for one in moments if one.astimezone(zone).replace(tzinfo=None) == shown)


def _clocks_put_forward(shown: datetime, zone: tzinfo) -> datetime:
    """The moment at which the clocks are put forward over a time that they never show."""
    moment = shown.replace(tzinfo=zone, fold=1).astimezone(UTC)  # before it, by the later offset
    before = moment.astimezone(zone).utcoffset()
    while moment.astimezone(zone).utcoffset() == before:
        moment += timedelta(minutes=1)
    return moment


def hours_of_day(
    field: str, day: date, start: ClockTime | int, end: ClockTime | int, zone: tzinfo
) -> Period:
    """The hourly period of `day` from one time to another.

    Raises:
        InvalidInput: as `at_clock`; `end_at_midnight` (0:00 was meant to be 24:00);
            `end_before_start`.
    """
    try:
        starts_at = at_clock(day, start, zone, field=field)
        if end in (0, ClockTime(0)):
            raise InvalidInput(field, InputCode.END_AT_MIDNIGHT)
        return Period.hourly(starts_at, at_clock(day, end, zone, field=field))
    except (ValueError, OverflowError):
        raise InvalidInput(field, InputCode.END_BEFORE_START) from None


def whole_days(field: str, first: date, last: date, zone: tzinfo) -> Period:
    """The daily period from one day to another, both included.

    Raises:
        InvalidInput: `end_before_start`.
    """
    try:
        return Period.daily(first, last, zone)
    except ValueError:
        raise InvalidInput(field, InputCode.END_BEFORE_START) from None


def slot_begun(now: datetime, slot_minutes: int, zone: tzinfo) -> datetime:
    """When the slot began that is running at `now`: who stands at the desk has this one."""
    local = now.astimezone(zone)
    into = timedelta(
        minutes=(local.hour * 60 + local.minute) % slot_minutes,
        seconds=local.second,
        microseconds=local.microsecond,
    )
    return now.astimezone(UTC) - into


def begins_in_past(period: Period, now: datetime, slot_minutes: int, zone: tzinfo) -> bool:
    """Whether a period to be sold began before the slot (hours) or the day (days) of `now`."""
    today = now.astimezone(zone).date()
    first, _last = period.days(zone)
    if first != today:
        return first < today
    is_hourly = period.kind is PeriodKind.HOURLY
    return is_hourly and period.starts_at < slot_begun(now, slot_minutes, zone)
