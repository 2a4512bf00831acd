"""The opening hours of the location. A period outside them is a warning, never an error."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from olvery_tui.domain.clock_times import DAY_MINUTES, clock_text, parse_clock
from olvery_tui.domain.errors import InputCode, InvalidInput
from olvery_tui.domain.filters import parse_day
from olvery_tui.domain.periods import DAY, Period, PeriodKind, day_start
from olvery_tui.domain.text import NAME_MAX, clean

CLOSED_DAYS_MAX = 366
"""The most closed days that may be set at once."""

_HOURS = re.compile(r"(\S+?)\s*(?:[-–—…]|\s)\s*(\S+)")
_CLOSED = re.compile(r"([0-9.]+)(?:\s*[-–—]\s*([0-9.]+))?(?:\s+(.*))?")


@dataclass(frozen=True, slots=True)
class OpenHours:
    """From when to when a day is open, in minutes since midnight."""

    opens: int
    closes: int

    def __str__(self) -> str:
        return f"{clock_text(self.opens)}–{clock_text(self.closes)}"


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day on which the location is closed."""

    day: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """The hours of each weekday, Monday first (None: closed), and the closed days.

    While no weekday has hours they are not set: every day but a closed one is open throughout.
    """

    week: tuple[OpenHours | None, ...] = (None,) * 7
    closed: tuple[ClosedDay, ...] = ()

    @property
    def is_set(self) -> bool:
        """Whether any weekday has hours."""
        return any(self.week)

    def of(self, day: date) -> OpenHours | None:
        """Return the hours of a day; None where it is closed."""
        if self.closed_day(day) is not None:
            return None
        return self.week[day.weekday()] if self.is_set else OpenHours(0, DAY_MINUTES)

    def closed_day(self, day: date) -> ClosedDay | None:
        """Return the closed day that a day is."""
        return next((one for one in self.closed if one.day == day), None)

    def opening(self, day: date) -> int | None:
        """Return when a day opens, in minutes; None where that is not set, or it is closed."""
        hours = self.of(day)
        return hours.opens if self.is_set and hours is not None else None

    def closing(self, day: date, zone: tzinfo) -> datetime:
        """Return the moment at which a day closes; its end where that is not set."""
        hours = self.of(day)
        if hours is None or hours.closes == DAY_MINUTES:
            return day_start(day + DAY, zone)
        return datetime.combine(day, time(*divmod(hours.closes, 60)), zone).astimezone(UTC)

    def day_outside(self, period: Period, zone: tzinfo) -> date | None:
        """Return the day on which a period is not within the hours; None if it is.

        Whole days only have to begin on a day that is open.
        """
        first, _last = period.days(zone)
        hours = self.of(first)
        if hours is None:
            return first
        if period.kind is PeriodKind.DAILY:
            return None
        midnight = period.starts_at.astimezone(zone).replace(hour=0, minute=0)
        starts, ends = (
            (moment.astimezone(zone).replace(tzinfo=None) - midnight.replace(tzinfo=None))
            // timedelta(minutes=1)
            for moment in (period.starts_at, period.ends_at)
        )
        return None if hours.opens <= starts and ends <= hours.closes else first


def parse_hours(field: str, text: str) -> OpenHours | None:
    """`9-21` or `9:00–21:30` as the hours of a day; nothing typed is a closed day.

    Raises:
        InvalidInput: `hours`, neither; `time`; `end_before_start`.
    """
    typed = clean(text)
    if not typed:
        return None
    found = _HOURS.fullmatch(typed)
    if not found:
        raise InvalidInput(field, InputCode.HOURS, {"text": typed})
    opens, closes = (parse_clock(field, part) for part in found.groups())
    closes = closes or DAY_MINUTES
    if opens >= closes:
        raise InvalidInput(field, InputCode.END_BEFORE_START)
    return OpenHours(opens, closes)


def parse_closed(field: str, text: str, today: date) -> tuple[ClosedDay, ...]:
    """`1.01.2027 New Year` or `1.01-8.01 holidays` as closed days.

    Raises:
        InvalidInput: `date`, `no_such_day`, `end_before_start`, `too_long`, `days_many`.
    """
    typed = clean(text)
    found = _CLOSED.fullmatch(typed)
    first = parse_day(field, found[1], today) if found else None
    if found is None or first is None:
        raise InvalidInput(field, InputCode.DATE, {"text": typed})
    last = (parse_day(field, found[2], first) if found[2] else None) or first
    reason = found[3] or ""
    if last < first:
        raise InvalidInput(field, InputCode.END_BEFORE_START)
    if (last - first).days >= CLOSED_DAYS_MAX:
        raise InvalidInput(field, InputCode.DAYS_MANY, {"limit": CLOSED_DAYS_MAX})
    if len(reason) > NAME_MAX:
        raise InvalidInput(field, InputCode.TOO_LONG, {"limit": NAME_MAX})
    return tuple(ClosedDay(first + n * DAY, reason) for n in range((last - first).days + 1))
