"""Rental periods: hours of one day, or whole days. Half-open, UTC inside.

Source: the manual's column «Период аренды» and its list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

DAY = timedelta(days=1)

PERIOD_MAX = timedelta(days=3_660)
"""The longest period: one far longer would make every search by period read the whole table."""


class PeriodKind(StrEnum):
    """Hours of one day, or whole days with both ends included."""

    HOURLY = "hourly"
    DAILY = "daily"


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open stretch of time `[starts_at, ends_at)`, both aware.

    Raises:
        ValueError: if an end is naive, or the end is not after the start.
    """

    kind: PeriodKind
    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise ValueError("a period needs aware instants")
        if self.ends_at <= self.starts_at:
            raise ValueError("a period ends after it starts")

    @classmethod
    def daily(cls, first: date, last: date, zone: tzinfo) -> Period:
        """Whole days of the location's calendar, `last` included; a day may have 23 or 25 hours.

        Raises:
            ValueError: if `last` is before `first`, or lies at the end of all time.
        """
        try:
            return cls(PeriodKind.DAILY, day_start(first, zone), day_start(last + DAY, zone))
        except OverflowError as error:
            raise ValueError("a period lies within the calendar") from error

    @classmethod
    def hourly(cls, starts_at: datetime, ends_at: datetime) -> Period:
        """From one aware instant to another.

        Raises:
            ValueError: if one is naive (the machine's zone must not slip in), or they don't follow.
        """
        if starts_at.tzinfo is None or ends_at.tzinfo is None:
            raise ValueError("a period needs aware instants")
        try:
            return cls(PeriodKind.HOURLY, starts_at.astimezone(UTC), ends_at.astimezone(UTC))
        except OverflowError as error:
            raise ValueError("a period lies within the calendar") from error

    def overlaps(self, other: Period) -> bool:
        """Whether the two share a moment; periods that only touch do not."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def contains(self, moment: datetime) -> bool:
        """Whether `moment` is in `[starts_at, ends_at)`."""
        return self.starts_at <= moment < self.ends_at

    def days(self, zone: tzinfo) -> tuple[date, date]:
        """The first and the last calendar day that the period touches in `zone`."""
        last_moment = self.ends_at - timedelta(microseconds=1)
        return self.starts_at.astimezone(zone).date(), last_moment.astimezone(zone).date()


def day_start(day: date, zone: tzinfo) -> datetime:
    """The instant at which `day` begins in `zone`, in UTC: after a midnight that a change of clocks
    leaves out, the first moment that there is.

    Raises:
        OverflowError: at either end of the calendar.
    """
    return datetime.combine(day, time(), zone).astimezone(UTC)
