"""What a stretch of days brought, by day and service: visitors, hours, money. Source: ours."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from olvery_tui.domain.catalogue import PaymentKind
from olvery_tui.domain.clock_times import DAY_MINUTES
from olvery_tui.domain.errors import InputCode, InvalidInput
from olvery_tui.domain.filters import check_period
from olvery_tui.domain.hours import OpeningHours
from olvery_tui.domain.periods import DAY, day_start

DAYS_MAX = 3_660
"""The most days of one report."""

_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_SECOND = 1_000_000
_HOUR_MINUTES = 60


Counts = Mapping[int, Mapping[int, int]]
"""How many, by service and then by moment: microseconds since 1970, in UTC."""


class Turns(NamedTuple):
    """How many tickets begin and end when.

    How long places are occupied depends on when tickets begin and on when they end, but not on
    which beginning belongs to which end. So a year has some ten thousand moments instead of some
    hundred thousand periods.
    """

    begun: Counts
    ended: Counts


class Checks(NamedTuple):
    """How many identities were checked on a day; `day` counts from the report's first."""

    day: int
    service: int
    made: int


class Money(NamedTuple):
    """What was paid and given back, above zero, on a day by one kind in one currency."""

    day: int
    service: int
    kind: PaymentKind
    currency: str
    paid: Decimal
    refunded: Decimal


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """Which days are reported, both included."""

    first: date
    last: date


class ReportSpan(StrEnum):
    """How long the periods of a report are that one leafs through."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    def around(self, day: date) -> ReportFilter:
        """Return the period that a day is in."""
        match self:
            case ReportSpan.DAY:
                return ReportFilter(day, day)
            case ReportSpan.WEEK:
                monday = day - day.weekday() * DAY
                return ReportFilter(monday, monday + 6 * DAY)
            case ReportSpan.MONTH:
                first = day.replace(day=1)
                return ReportFilter(first, (first + 31 * DAY).replace(day=1) - DAY)
            case ReportSpan.YEAR:
                return ReportFilter(day.replace(month=1, day=1), day.replace(month=12, day=31))

    def beside(self, days: ReportFilter, step: int) -> ReportFilter:
        """Return the period before (-1) or after (1), or the same one at the calendar's end."""
        day = days.last + DAY if step > 0 else days.first - DAY
        return self.around(day) if _FIRST_YEAR <= day.year < _LAST_YEAR else days


@dataclass(frozen=True, slots=True)
class ServicePlaces:
    """A service with the number of its places, and from when to when one of them is closed."""

    id: int
    name: str
    places: int
    closed: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Sums:
    """What one or several lines come to.

    `occupied` and `available` are hours of places while the location is open. `revenue` is what
    came in by each kind, `refunds` what was given back.
    """

    arrivals: int = 0
    checks: int = 0
    occupied: timedelta = timedelta()
    available: timedelta = timedelta()
    revenue: Mapping[PaymentKind, Decimal] = field(default_factory=dict)
    refunds: Decimal = Decimal(0)

    @property
    def share(self) -> float | None:
        """The share of the available hours that was occupied; None where there were none."""
        return self.occupied / self.available if self.available else None

    @property
    def paid(self) -> Decimal:
        """What came in by all kinds."""
        return sum(self.revenue.values(), Decimal(0))

    def __add__(self, other: Sums) -> Sums:
        kinds = {**self.revenue, **other.revenue}
        nothing = Decimal(0)
        return Sums(
            self.arrivals + other.arrivals,
            self.checks + other.checks,
            self.occupied + other.occupied,
            self.available + other.available,
            {
                kind: self.revenue.get(kind, nothing) + other.revenue.get(kind, nothing)
                for kind in kinds
            },
            self.refunds + other.refunds,
        )


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A day of a service; where orders have another currency, their money has a line of its own."""

    day: date
    service: str
    currency: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class Report:
    """The lines by day and service; `hours` is the share that was occupied in each hour of a day,
    None while the location is closed.
    """

    first: date
    last: date
    currency: str
    lines: tuple[ReportLine, ...]
    hours: tuple[float | None, ...]

    def total(self, currency: str | None = None) -> Sums:
        """What all lines of a currency come to, of the location's unless told."""
        wanted = currency or self.currency
        return sum((one.sums for one in self.lines if one.currency == wanted), Sums())

    def days(self) -> Iterator[tuple[date, Sums]]:
        """Each day with what its services come to, in the location's currency."""
        ours = (one for one in self.lines if one.currency == self.currency)
        for day, lines in groupby(ours, key=attrgetter("day")):
            yield day, sum((one.sums for one in lines), Sums())

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies of the lines, the location's first."""
        others = {one.currency for one in self.lines} - {self.currency}
        return (self.currency, *sorted(others))


def check_days(first: date, last: date) -> None:
    """Refuse days that run backwards, or more than a report has.

    Raises:
        InvalidInput: `period`.
    """
    check_period(first, last)
    if (last - first).days >= DAYS_MAX:
        raise InvalidInput("period", InputCode.TOO_LONG, {"limit": DAYS_MAX})


def report(
    filters: ReportFilter,
    zone: tzinfo,
    currency: str,
    hours: OpeningHours,
    services: Sequence[ServicePlaces],
    turns: Turns,
    checks: Iterable[Checks],
    money: Iterable[Money],
) -> Report:
    """Add up what was found. Hours count while the location is open; a day is the location's."""
    days = [filters.first + n * DAY for n in range((filters.last - filters.first).days + 1)]
    visits = _Visits(days, zone, hours, turns)
    made = {(one.day, one.service): one.made for one in checks}
    paid: dict[tuple[int, int, str], Sums] = defaultdict(Sums)
    for one in money:
        sums = Sums(revenue={one.kind: one.paid}, refunds=one.refunded)
        paid[one.day, one.service, one.currency] += sums
    codes = [currency, *sorted({code for _day, _service, code in paid} - {currency})]
    of_service = {service.id: visits.days(service) for service in services}
    lines = []
    for index, day in enumerate(days):
        for service in services:
            key = (index, service.id)
            for code in codes:
                sums = paid.get((*key, code), Sums())
                if code == currency:
                    sums += Sums(checks=made.get(key, 0)) + of_service[service.id][index]
                elif not sums.revenue:
                    continue
                lines.append(ReportLine(day, service.name, code, sums))
    return Report(filters.first, filters.last, currency, tuple(lines), visits.shares())


class _Visits:
    """Spreads the time between beginnings and ends over days and hours of the day."""

    def __init__(
        self, days: Sequence[date], zone: tzinfo, hours: OpeningHours, turns: Turns
    ) -> None:
        self._starts = [_micros(day_start(day, zone)) for day in (*days, days[-1] + DAY)]
        self._open = [_open(day, zone, hours) for day in days]
        self._turns = turns
        self._used, self._offered = _Hours(zone), _Hours(zone)

    def days(self, service: ServicePlaces) -> list[Sums]:
        """Return the arrivals and hours of a service day by day."""
        arrivals = [0] * len(self._open)
        changes: dict[int, int] = defaultdict(int)
        for moment, tickets in self._turns.begun.get(service.id, {}).items():
            changes[moment] += tickets
            index = bisect_right(self._starts, moment) - 1
            if 0 <= index < len(arrivals):
                arrivals[index] += tickets
        for moment, tickets in self._turns.ended.get(service.id, {}).items():
            changes[moment] -= tickets
        open_places: dict[int, int] = defaultdict(int)
        for starts_at, ends_at in service.closed:
            open_places[starts_at] -= 1
            open_places[ends_at] += 1
        occupied = self._walk(0, changes, self._used)
        available = self._walk(service.places, open_places, self._offered)
        return [
            Sums(arrived, 0, timedelta(microseconds=used), timedelta(microseconds=offered))
            for arrived, used, offered in zip(arrivals, occupied, available, strict=True)
        ]

    def shares(self) -> tuple[float | None, ...]:
        """The share of each hour of the day, of all services asked for."""
        return tuple(
            used / offered if offered else None
            for used, offered in zip(self._used.all(), self._offered.all(), strict=True)
        )

    def _walk(self, places: int, changes: Mapping[int, int], hours: _Hours) -> Iterator[int]:
        """Yield the open time of each day, times how many places there are, from `places` on.

        `changes` says how many more there are from a moment on.
        """
        turns = deque(sorted(changes.items()))
        for opens, closes in self._open:
            if opens == closes:
                yield 0
                continue
            while turns and turns[0][0] <= opens:
                places += turns.popleft()[1]
            hours.begin(opens, places)
            time = places * (closes - opens)
            while turns and turns[0][0] < closes:
                moment, more = turns.popleft()
                hours.begin(moment, more)
                time += more * (closes - moment)
                places += more
            hours.end(closes, places)
            yield time


class _Hours:
    """Minutes by hour of the day. What lies between two minutes of a day is what there is before
    the later one, less what there is before the earlier one; so each is only counted.
    """

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._minutes: dict[int, int] = {}
        self._weights: dict[int, int] = defaultdict(int)

    def begin(self, moment: int, places: int) -> None:
        """Count the time from a moment on, so many times."""
        self._weights[self._minute(moment)] -= places

    def end(self, moment: int, places: int) -> None:
        """Count the time up to a moment, so many times."""
        self._weights[self._minute(moment) or DAY_MINUTES] += places

    def all(self) -> list[int]:
        """The minutes in each hour of the day."""
        return [
            sum(
                weight * min(max(minute - hour * _HOUR_MINUTES, 0), _HOUR_MINUTES)
                for minute, weight in self._weights.items()
            )
            for hour in range(DAY_MINUTES // _HOUR_MINUTES)
        ]

    def _minute(self, moment: int) -> int:
        if (found := self._minutes.get(moment)) is None:
            clock = datetime.fromtimestamp(moment // _SECOND, self._zone)
            found = self._minutes[moment] = clock.hour * _HOUR_MINUTES + clock.minute
        return found


def _open(day: date, zone: tzinfo, hours: OpeningHours) -> tuple[int, int]:
    """Return from when to when a day is open; two equal moments where it is closed."""
    of_day = hours.of(day)
    start = day_start(day, zone)
    if of_day is None:
        return _micros(start), _micros(start)
    clock = datetime.combine(day, datetime.min.time(), zone)
    opens = clock.replace(hour=of_day.opens // _HOUR_MINUTES, minute=of_day.opens % _HOUR_MINUTES)
    opens_at = _micros(opens) if of_day.opens else _micros(start)
    return opens_at, _micros(hours.closing(day, zone))


def _micros(moment: datetime) -> int:
    return int(moment.timestamp()) * _SECOND
