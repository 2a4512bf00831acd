"""What a stretch of days brought, by day and service: visitors, hours, money. Source: ours."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
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


class Stay(NamedTuple):
    """Tickets of a service for one period, or places of it that are closed then: so many.

    Moments are microseconds since 1970, in UTC: a year has some hundred thousand of them.
    """

    starts_at: int
    ends_at: int
    service: int
    places: int


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
    """A service with the number of its places, and the places of it that are closed at times."""

    id: int
    name: str
    places: int
    closed: tuple[Stay, ...] = ()


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
    stays: Iterable[Stay],
    checks: Iterable[Checks],
    money: Iterable[Money],
) -> Report:
    """Add up what was found. Hours count while the location is open; a day is the location's."""
    days = [filters.first + n * DAY for n in range((filters.last - filters.first).days + 1)]
    spread = _Spread(days, zone, hours)
    for service in services:
        spread.offer(service)
        for closed in service.closed:
            spread.take(closed, -1, spread.available, spread.offered)
    for stay in stays:
        spread.take(stay, 1, spread.occupied, spread.used)
    made = {(one.day, one.service): one.made for one in checks}
    paid: dict[tuple[int, int, str], Sums] = defaultdict(Sums)
    for one in money:
        sums = Sums(revenue={one.kind: one.paid}, refunds=one.refunded)
        paid[one.day, one.service, one.currency] += sums
    codes = [currency, *sorted({code for _day, _service, code in paid} - {currency})]
    lines = []
    for index, day in enumerate(days):
        for service in services:
            key = (index, service.id)
            for code in codes:
                sums = paid.get((*key, code), Sums())
                if code == currency:
                    sums += spread.sums(key, made.get(key, 0))
                elif not sums.revenue:
                    continue
                lines.append(ReportLine(day, service.name, code, sums))
    return Report(filters.first, filters.last, currency, tuple(lines), spread.shares())


class _Spread:
    """Spreads stays over days and hours of the day."""

    def __init__(self, days: Sequence[date], zone: tzinfo, hours: OpeningHours) -> None:
        self._zone = zone
        moments = [day_start(day, zone) for day in (*days, days[-1] + DAY)]
        self._starts = list(map(_micros, moments))
        self._open = [_open(day, zone, hours) for day in days]
        self._places: dict[int, int] = {}
        self.arrivals: dict[tuple[int, int], int] = defaultdict(int)
        self.occupied: dict[tuple[int, int], int] = defaultdict(int)
        self.available: dict[tuple[int, int], int] = defaultdict(int)
        self.used, self.offered = _Hours(), _Hours()
        self._minutes: dict[int, int] = {}
        self._days: dict[int, int] = {}

    def offer(self, service: ServicePlaces) -> None:
        """Let all places of a service be available while the location is open."""
        for index, (opens, closes) in enumerate(self._open):
            if opens < closes:
                self.available[index, service.id] = service.places * (closes - opens)
                self.offered.add(self._minute(opens), self._end(closes), service.places)

    def take(self, stay: Stay, sign: int, into: dict[tuple[int, int], int], hours: _Hours) -> None:
        """Add the open hours of a stay to each of its days, or take them away.

        What begins on one of these days is an arrival there.
        """
        starts_at, ends_at, service, places = stay
        if (index := self._days.get(starts_at)) is None:
            index = self._days[starts_at] = bisect_right(self._starts, starts_at) - 1
        if sign > 0 <= index < len(self._open):
            self.arrivals[index, service] += places
        index = max(0, index)
        while index < len(self._open) and self._starts[index] < ends_at:
            opens, closes = self._open[index]
            begins = starts_at if starts_at > opens else opens
            ends = ends_at if ends_at < closes else closes
            if begins < ends:
                into[index, service] += sign * places * (ends - begins)
                hours.add(self._minute(begins), self._end(ends), sign * places)
            index += 1

    def sums(self, key: tuple[int, int], checks: int) -> Sums:
        """What was found of a day and service."""
        return Sums(
            self.arrivals.get(key, 0),
            checks,
            timedelta(microseconds=self.occupied.get(key, 0)),
            timedelta(microseconds=self.available.get(key, 0)),
        )

    def shares(self) -> tuple[float | None, ...]:
        """The share of each hour of the day."""
        return tuple(
            used / offered if offered else None
            for used, offered in zip(self.used.all(), self.offered.all(), strict=True)
        )

    def _minute(self, moment: int) -> int:
        """Return a moment's minute of the location's day."""
        if (found := self._minutes.get(moment)) is None:
            clock = datetime.fromtimestamp(moment // _SECOND, self._zone)
            found = self._minutes[moment] = clock.hour * _HOUR_MINUTES + clock.minute
        return found

    def _end(self, moment: int) -> int:
        return self._minute(moment) or DAY_MINUTES


class _Hours:
    """Minutes by hour of the day. What lies between two minutes of a day is what there is before
    the later one, less what there is before the earlier one; so each is only counted.
    """

    def __init__(self) -> None:
        self._weights: dict[int, int] = defaultdict(int)

    def add(self, begins: int, ends: int, weight: int) -> None:
        """Add the time between two minutes, so many times."""
        self._weights[ends] += weight
        self._weights[begins] -= weight

    def all(self) -> list[int]:
        """The minutes in each hour of the day."""
        return [
            sum(
                weight * min(max(minute - hour * _HOUR_MINUTES, 0), _HOUR_MINUTES)
                for minute, weight in self._weights.items()
            )
            for hour in range(DAY_MINUTES // _HOUR_MINUTES)
        ]


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
