"""The calendar: places by days or hours, and where bookings and closings stand in it.

Pure layout. A `Timetable` is what is stored, a `Grid` is time divided into columns of whole
terminal cells, and `bars` puts the bookings of one place into it. Source: ours.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple, TypeVar

from olvery_tui.domain.hours import OpeningHours
from olvery_tui.domain.items import natural_key
from olvery_tui.domain.periods import DAY, Period, PeriodKind, day_start
from olvery_tui.domain.statuses import TicketStatus

HOUR = timedelta(hours=1)

_USUAL_HOURS = (8, 22)
"""The hours of a day in sight where the location has set none."""

_MOMENT = timedelta(microseconds=1)
_STEPS = (15, 30, 60, 120, 180)
"""Minutes of a column of a day, the finest first."""


class Scale(StrEnum):
    """How much time is in sight, the least first."""

    DAY = "day"
    WEEK = "week"
    TWO_WEEKS = "two_weeks"
    MONTH = "month"

    def next(self, step: int) -> Scale:
        """Return the scale `step` further on; at either end the last one."""
        scales = list(Scale)
        return scales[max(0, min(len(scales) - 1, scales.index(self) + step))]


# ── What is stored ───────────────────────────────────────────────────────────────────────────────


class CalendarPlace(NamedTuple):
    """A workplace: a row of the calendar."""

    id: int
    label: str
    room_id: int
    room: str
    service_id: int
    service: str
    slot_minutes: int


def place_order(place: CalendarPlace) -> tuple[object, ...]:
    """Return the sort key of rows: by service, room and label, «PM №2» before «PM №10»."""
    return (
        _natural(place.service),
        place.service_id,
        _natural(place.room),
        place.room_id,
        _natural(place.label),
        place.id,
    )


_natural = lru_cache(4_096)(natural_key)


class Booking(NamedTuple):
    """That a ticket has a place in `[starts_at, ends_at)`, which is all or part of its period.

    A tuple, for a month has thousands of them and a dataclass takes five times as long to make.
    """

    workplace_id: int
    starts_at: datetime
    ends_at: datetime
    ticket: int
    kind: PeriodKind
    begins_at: datetime
    """When the ticket's period begins, and below when it ends."""
    closes_at: datetime
    status: TicketStatus
    overdue: bool
    first_name: str
    last_name: str
    validated_at: datetime | None

    @property
    def period(self) -> Period:
        """The ticket's period, on whatever places."""
        return Period(self.kind, self.begins_at, self.closes_at)

    @property
    def has_whole_period(self) -> bool:
        """Whether it is all of the ticket's period."""
        return (self.starts_at, self.ends_at) == (self.begins_at, self.closes_at)

    @property
    def visitor(self) -> str:
        """The visitor's name as the list shows it."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def surname(self) -> str:
        """What a bar shows of the visitor's name."""
        return self.last_name or self.first_name


class ClosedTime(NamedTuple):
    """That a place is closed in `[starts_at, ends_at)`, until `FOREVER` where no end is set."""

    workplace_id: int
    starts_at: datetime
    ends_at: datetime
    closing: int
    reason: str


class Span(NamedTuple):
    """That a booking takes a place in `[starts_at, ends_at)`, and no more of it."""

    workplace_id: int
    starts_at: datetime
    ends_at: datetime


Taken = Booking | ClosedTime | Span
"""What takes a place for some time."""

Seconds = tuple[float, float]
"""From when to when something is, in seconds since 1970: thousands are made and compared."""


@dataclass(frozen=True, slots=True)
class FreePlace:
    """A place that is free at a moment; `until` the next booking or closing, None: for good."""

    place: CalendarPlace
    until: datetime | None = None


class CalendarFilter(NamedTuple):
    """Which places are rows, and which statuses stand out; empty: all.

    A service stands for all its rooms, or for those of them that are chosen too.
    """

    service_ids: frozenset[int] = frozenset()
    room_ids: frozenset[int] = frozenset()
    statuses: frozenset[TicketStatus] = frozenset()

    def places(self, places: Iterable[CalendarPlace]) -> list[CalendarPlace]:
        """Return the places that are rows."""
        there = list(places)
        if not self.service_ids and not self.room_ids:
            return there
        by_room = {one.service_id for one in there if one.room_id in self.room_ids}
        whole = self.service_ids - by_room
        return [one for one in there if one.room_id in self.room_ids or one.service_id in whole]

    def stands_out(self, booking: Booking) -> bool:
        """Whether a booking is shown in full; the others only take their cells."""
        return not self.statuses or booking.status in self.statuses


class InView(NamedTuple):
    """Rows whose bookings are wanted whole: so many above and below a place, or the first ones."""

    place_id: int | None
    rows: int

    def of(self, place_ids: Sequence[int]) -> Sequence[int]:
        """Return the places of these rows."""
        middle = place_ids.index(self.place_id) if self.place_id in place_ids else 0
        return place_ids[max(0, middle - self.rows) : middle + self.rows + 1]


@dataclass(frozen=True, slots=True)
class Timetable:
    """Places by service and room, and what each is taken for in a stretch of time."""

    places: tuple[CalendarPlace, ...] = ()
    bookings: Mapping[int, tuple[Booking, ...]] = field(default_factory=dict)
    """The bookings of each place, by its id, in the order of time."""
    spans: Mapping[int, Sequence[Seconds]] = field(default_factory=dict)
    """When the other places are booked: those whose bookings were not asked for."""
    closings: Mapping[int, tuple[ClosedTime, ...]] = field(default_factory=dict)
    """When each place is closed, by its id, in the order of time."""
    hours: OpeningHours = field(default_factory=OpeningHours)
    taken_now: int = 0
    """How many of the places are taken at the moment."""

    def of(self, place_id: int) -> tuple[Booking, ...]:
        """Return the bookings of a place in the order of time."""
        return self.bookings.get(place_id, ())

    def taken(self, place_id: int) -> Sequence[Taken]:
        """Return the bookings and the closings of a place in the order of time."""
        bookings: Sequence[Taken] = self.of(place_id)
        if place_id in self.spans:
            spans = sorted(self.spans[place_id])
            bookings = [Span(place_id, *map(_instant, seconds)) for seconds in spans]
        closings = self.closings.get(place_id, ())
        if not closings:
            return bookings
        return sorted((*bookings, *closings), key=lambda one: one.starts_at)


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


# ── The stretch of time in sight ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """The days in sight, from `first` on: one, a week or two from Monday, or a month."""

    scale: Scale
    first: date

    @classmethod
    def around(cls, scale: Scale, day: date) -> TimeWindow:
        """Return the window of a scale that has `day` in it."""
        if scale is Scale.MONTH:
            return cls(scale, day.replace(day=1))
        return cls(scale, day if scale is Scale.DAY else day - timedelta(days=day.weekday()))

    @property
    def days(self) -> tuple[date, ...]:
        """The days in sight."""
        return tuple(self.first + n * DAY for n in range((self.following - self.first).days))

    @property
    def following(self) -> date:
        """The first day after the window."""
        match self.scale:
            case Scale.DAY:
                return self.first + DAY
            case Scale.WEEK:
                return self.first + 7 * DAY
            case Scale.TWO_WEEKS:
                return self.first + 14 * DAY
            case Scale.MONTH:
                return (self.first.replace(day=28) + 4 * DAY).replace(day=1)

    def moved(self, step: int) -> TimeWindow:
        """Return the next window (1) or the one before (-1); at the ends of time this one.

        Two weeks begin where the last two ended.
        """
        try:
            return self._moved(step)
        except OverflowError:
            return self

    def _moved(self, step: int) -> TimeWindow:
        first = self.following if step > 0 else self.first - DAY
        if step < 0 and self.scale is not Scale.MONTH:
            first = self.first - (self.following - self.first)
        moved = TimeWindow(self.scale, first.replace(day=1) if self.scale is Scale.MONTH else first)
        _ = moved.following + DAY  # the window lies within the calendar
        return moved

    def span(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Return the instants at which the window begins and ends."""
        return day_start(self.first, zone), day_start(self.following, zone)

    def contains(self, day: date) -> bool:
        """Whether a day is in sight."""
        return self.first <= day < self.following


@dataclass(frozen=True, slots=True)
class Column:
    """A column: a day, or a step of one.

    It covers `[starts_at, ends_at)`; its width stands for `[opens_at, closes_at)`, the hours in
    sight, so that the hourly bookings of a day share it by their real hours.
    """

    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    day: date

    def contains(self, moment: datetime) -> bool:
        """Whether the column covers a moment."""
        return self.starts_at <= moment < self.ends_at


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns side by side; column `n` has the cells from `edges[n]` to `edges[n + 1]`."""

    window: TimeWindow
    columns: tuple[Column, ...]
    edges: tuple[int, ...]
    starts: tuple[datetime, ...]
    """When the columns begin."""

    @property
    def width(self) -> int:
        """How many cells the columns have together."""
        return self.edges[-1]

    @property
    def cells(self) -> int:
        """How many cells each column has at least; some have one more."""
        return self.width // len(self.columns)

    @property
    def starts_at(self) -> datetime:
        """When the first column begins."""
        return self.columns[0].starts_at

    @property
    def ends_at(self) -> datetime:
        """When the last column ends."""
        return self.columns[-1].ends_at

    def column_at(self, moment: datetime) -> int:
        """Return the column that covers a moment, the first or the last one for those outside."""
        found = bisect_right(self.starts, moment) - 1
        return max(0, min(len(self.columns) - 1, found))

    def column_of_cell(self, cell: int) -> int:
        """Return the column that has a cell."""
        return max(0, min(len(self.columns) - 1, bisect_right(self.edges, cell) - 1))

    def cell_of(self, moment: datetime) -> int:
        """Return the cell in which a moment is shown: one of its column's, whatever the hour."""
        return self.cell_in(self.column_at(moment), moment)

    def cell_in(self, column: int, moment: datetime) -> int:
        """Return the cell in which a column shows a moment."""
        return min(self._cells_before(column, moment), self.edges[column + 1] - 1)

    def cell_at(self, moment: datetime) -> int:
        """Return how many cells the time before a moment has, `width` at the end of the grid."""
        if moment >= self.ends_at:
            return self.width
        return self._cells_before(self.column_at(moment), moment)

    def _cells_before(self, index: int, moment: datetime) -> int:
        column, left = self.columns[index], self.edges[index]
        cells = self.edges[index + 1] - left
        length = column.closes_at - column.opens_at
        passed = min(max(moment - column.opens_at, timedelta()), length)
        return left + int(cells * passed / length) if length else left


def grid(
    window: TimeWindow,
    width: int,
    zone: tzinfo,
    hours: OpeningHours,
    *,
    slot_minutes: int = 30,
    bookings: Sequence[Booking] = (),
) -> Grid:
    """Divide `width` cells among the days of a window, or among the steps of its only day.

    Each column gets one cell at least; those of a day are `slot_minutes` or longer. The `bookings`
    of a single day are in sight, whatever the `hours` are.
    """
    if window.scale is Scale.DAY:
        columns = _steps(window.first, width, zone, hours, slot_minutes, bookings)
    else:
        columns = [_day_column(day, zone, hours) for day in window.days]
    count = len(columns)
    edges = tuple(n * max(width, count) // count for n in range(count + 1))
    return Grid(window, tuple(columns), edges, tuple(one.starts_at for one in columns))


def _day_column(day: date, zone: tzinfo, hours: OpeningHours) -> Column:
    opens, closes = _open_hours(day, zone, hours)
    return Column(day_start(day, zone), day_start(day + DAY, zone), opens, closes, day)


def _open_hours(day: date, zone: tzinfo, hours: OpeningHours) -> tuple[datetime, datetime]:
    """Return the hours of a day in sight: the opening hours, or the usual ones."""
    opened = hours.of(day) if hours.is_set else None
    if opened is None:
        return _clock(day, _USUAL_HOURS[0] * 60, zone), _clock(day, _USUAL_HOURS[1] * 60, zone)
    return _clock(day, opened.opens, zone), _clock(day, opened.closes, zone)


def _clock(day: date, minutes: int, zone: tzinfo) -> datetime:
    if minutes >= 24 * 60:
        return day_start(day + DAY, zone)
    return datetime.combine(day, time(minutes // 60, minutes % 60), zone).astimezone(UTC)


def _steps(
    day: date,
    width: int,
    zone: tzinfo,
    hours: OpeningHours,
    slot_minutes: int,
    bookings: Sequence[Booking],
) -> list[Column]:
    """Divide a day into steps of real time: one with a change of clocks has more or fewer."""
    begins, ends = day_start(day, zone), day_start(day + DAY, zone)
    opens, closes = _open_hours(day, zone, hours)
    for booking in bookings:
        if booking.kind is PeriodKind.HOURLY:
            opens = min(opens, max(begins, booking.starts_at))
            closes = max(closes, min(ends, booking.ends_at))
    opens = begins + (opens - begins) // HOUR * HOUR
    closes = min(ends, begins - (begins - closes) // HOUR * HOUR)
    fitting = (minutes for minutes in _STEPS if minutes >= slot_minutes)
    step = next(
        (
            timedelta(minutes=minutes)
            for minutes in fitting
            if (closes - opens) / timedelta(minutes=minutes) <= width
        ),
        closes - opens,
    )
    starts = [opens + n * step for n in range(-((opens - closes) // step))]
    edges = [begins, *starts[1:], ends]
    return [
        Column(first, last, start, min(start + step, closes), day)
        for (first, last), start in zip(pairwise(edges), starts, strict=True)
    ]


# ── Bars ─────────────────────────────────────────────────────────────────────────────────────────


T = TypeVar("T", Booking, ClosedTime, Span, Taken)


@dataclass(frozen=True, slots=True)
class Bar:
    """The cells `[left, right)` of a booking or a closing, or of several without a cell each.

    A name that is longer may go on until `room`: the next bar, or a cell before the next column.
    """

    items: tuple[Taken, ...]
    left: int
    right: int
    room: int


def touching(items: Sequence[T], grid: Grid) -> list[T]:
    """Return what shares a moment with the grid."""
    starts_at, ends_at = grid.starts_at, grid.ends_at
    return [one for one in items if one.starts_at < ends_at and one.ends_at > starts_at]


def bars(taken: Sequence[Taken], grid: Grid) -> tuple[Bar, ...]:
    """Put what takes one place, in the order of time, into the grid.

    Each has the cells of its real hours, and one at least of each column that it touches. Where
    they would share one, the later moves on within its own columns, or the earlier back; where a
    column has fewer cells than bookings, the last ones share its last cell.
    """
    shown, edges = touching(taken, grid), grid.edges
    columns = [
        (grid.column_at(item.starts_at), grid.column_at(item.ends_at - _MOMENT)) for item in shown
    ]
    latest, ceiling = [0] * len(shown), grid.width
    for index in reversed(range(len(shown))):
        first, last = columns[index]
        ceiling = latest[index] = max(edges[first], min(edges[last + 1], ceiling) - 1)
    found: list[Bar] = []
    for index, item in enumerate(shown):
        first, last = columns[index]
        highest = edges[last + 1]
        begins = found[-1].right if found else 0
        if begins >= highest:
            found[-1] = _joined(found[-1], item)
            continue
        left = max(begins, min(grid.cell_in(first, item.starts_at), latest[index]))
        right = max(left, edges[last]) + 1
        right = max(right, min(grid.cell_at(item.ends_at), highest))
        if index + 1 < len(shown):
            right = max(left + 1, min(right, max(latest[index + 1], left + 1)))
        found.append(Bar((item,), left, right, highest - 1))
    rooms = [*(following.left for following in found[1:]), grid.width][: len(found)]
    return tuple(
        Bar(bar.items, bar.left, bar.right, max(bar.right, min(bar.room, room)))
        for bar, room in zip(found, rooms, strict=True)
    )


def _joined(bar: Bar, item: Taken) -> Bar:
    return Bar((*bar.items, item), bar.left, bar.right, bar.right)


def free_until(bookings: Sequence[T], moment: datetime) -> datetime | None:
    """Return when what is next in the order of time begins; None: nothing is known."""
    return next((one.starts_at for one in bookings if one.starts_at > moment), None)


def held_at(bookings: Sequence[T], moment: datetime) -> T | None:
    """Return what has a place at a moment."""
    return next((one for one in bookings if one.starts_at <= moment < one.ends_at), None)


def occupancy(timetable: Timetable, grid: Grid) -> tuple[float, ...]:
    """Return the share of the places' hours in sight that is booked, for each column."""
    booked = [
        (one.starts_at.timestamp(), one.ends_at.timestamp())
        for bookings in timetable.bookings.values()
        for one in bookings
    ]
    columns = [
        (column.opens_at.timestamp(), column.closes_at.timestamp()) for column in grid.columns
    ]
    starts = [start.timestamp() for start in grid.starts]
    taken = [0.0] * len(columns)
    for starts_at, ends_at in chain(booked, *timetable.spans.values()):  # thousands
        index = max(0, bisect_right(starts, starts_at) - 1)
        while index < len(columns) and starts[index] < ends_at:
            opens, closes = columns[index]
            begins = opens if opens > starts_at else starts_at
            ends = closes if closes < ends_at else ends_at
            if begins < ends:
                taken[index] += ends - begins
            index += 1
    count = len(timetable.places)
    lengths = [count * (closes - opens) for opens, closes in columns]
    return tuple(
        hours / length if length else 0.0 for hours, length in zip(taken, lengths, strict=True)
    )
