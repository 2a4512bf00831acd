"""What the calendar shows and where one is in it: rows, columns, cursor, selection.

Pure: neither a terminal nor a database. `CalendarTable` paints it and turns keys into calls.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from operator import attrgetter
from typing import NamedTuple

from rich.cells import cell_len

from olvery_tui.domain.calendar import (
    Bar,
    Booking,
    CalendarPlace,
    ClosedTime,
    Column,
    Grid,
    Scale,
    Span,
    T,
    Taken,
    Timetable,
    TimeWindow,
    bars,
    grid,
    held_at,
    occupancy,
)
from olvery_tui.domain.period_changes import shifted
from olvery_tui.wording.calendar import heading_text

Row = CalendarPlace | str
"""A place, or the heading of a room."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell: a place, a column, and the booking there that is told and opened, if any."""

    place: CalendarPlace
    column: Column
    booking: Booking | None
    closed: ClosedTime | None = None
    """That the place is closed there, perhaps besides the booking."""


class RowLook(NamedTuple):
    """How one place's row is to be painted."""

    name: str
    bars: tuple[Bar, ...]
    cursor: tuple[int, int] | None = None
    """The cells under the cursor."""
    selected: tuple[int, int] | None = None
    grabbed: tuple[int, int, Booking] | None = None
    """The cells where the grabbed booking would be."""
    note: tuple[int, str] | None = None
    """Until when the place is free, and the cell from which on there is room for it."""


class CalendarModel:
    """Rows and columns of a `Timetable`, with the cursor, the selection and a grabbed booking.

    The cursor is a place and a moment, so it stays where it is when the columns or what is booked
    become others.
    """

    def __init__(self) -> None:
        self.timetable = Timetable()
        self.window: TimeWindow | None = None
        self.grid: Grid | None = None
        self.rows: tuple[Row, ...] = ()
        self.top = 0
        """The first row in view."""
        self.shares: tuple[float, ...] = ()
        """How much of the places is booked, for each column."""
        self.zone: tzinfo = UTC
        self.now = datetime.now(UTC)
        self.place_id: int | None = None
        self.grabbed: Booking | None = None
        """The booking that follows the cursor."""
        self.target: Booking | None = None
        """The same at the time where it would be; the place is the cursor's."""
        self._moment: datetime | None = None
        """The cursor's column is the one that covers this moment."""
        self._ticket: int | None = None
        """The booking that was chosen within the cell."""
        self._anchor: tuple[int, datetime] | None = None
        """The place and the moment where the selection began."""
        self._free: dict[int, str] | None = None
        """Until when each place is free, where only free places are shown."""
        self._numbers: dict[int, int] = {}
        """The number of each place's row."""
        self._height = 0
        self._bars: dict[int, tuple[Sequence[Taken], tuple[Bar, ...]]] = {}
        """The bars of each row, and what they were made of."""

    # What is shown

    def show(
        self,
        timetable: Timetable,
        window: TimeWindow,
        *,
        zone: tzinfo,
        now: datetime,
        free: dict[int, str] | None = None,
    ) -> None:
        """Take other places and bookings; the cursor, the selection and what is grabbed stay.

        Args:
            timetable: What is stored.
            window: The days in sight.
            zone: The location's time zone.
            now: The present moment.
            free: The only places to show, each with the text of until when it is free.
        """
        self.timetable, self.window = timetable, window
        self.zone, self.now, self._free = zone, now, free
        self._moment = self._moment or now
        rows: list[Row] = []
        room = None
        for place in timetable.places:
            if free is not None and place.id not in free:
                continue
            if place.room_id != room:
                room = place.room_id
                rows.append(heading_text(place))
            rows.append(place)
        self.rows = tuple(rows)
        self._numbers = {row.id: n for n, row in enumerate(rows) if not isinstance(row, str)}

    def lay_out(self, width: int) -> None:
        """Divide `width` cells among the columns, and find the cursor's row."""
        if self.window is None or width < 1:
            return
        places, before = self.timetable.places, self.grid
        is_day = self.window.scale is Scale.DAY
        in_sight = (one for place in places for one in self.timetable.of(place.id))
        self.grid = grid(
            self.window,
            width,
            self.zone,
            self.timetable.hours,
            slot_minutes=min((place.slot_minutes for place in places), default=30),
            bookings=list(in_sight) if is_day else (),
        )
        if self.grid != before:
            self._bars.clear()
        self.shares = occupancy(self.timetable, self.grid)
        self._keep_place()

    @property
    def weekdays_apart(self) -> bool:
        """Whether the weekdays need a line of their own, as columns are narrow."""
        if self.window is None or self.grid is None or self.window.scale is Scale.DAY:
            return False
        return self.grid.cells < 6

    def bars(self, place: CalendarPlace) -> tuple[Bar, ...]:
        """Return the bars of a place's row."""
        assert self.grid is not None
        taken = self.timetable.taken(place.id)
        known = self._bars.get(place.id)
        if known is None or known[0] != taken:
            known = self._bars[place.id] = taken, bars(taken, self.grid)
        return known[1]

    def look(self, place: CalendarPlace) -> RowLook:
        """Return how a place's row is to be painted now."""
        assert self.grid is not None
        is_here = place.id == self.place_id
        row_bars = self._bars_while_grabbed(place) if is_here else self.bars(place)
        grabbed = self._grabbed_cells(row_bars) if is_here else None
        return RowLook(
            place.label,
            row_bars,
            self._cursor_cells(place) if is_here and grabbed is None else None,
            self._selected_cells(place),
            grabbed,
            self._note(place, self.grid),
        )

    def _cursor_cells(self, place: CalendarPlace) -> tuple[int, int]:
        """Return the cells of the column, or within it those of the booking that is told."""
        assert self.grid is not None
        left, right = self.grid.edges[self.column], self.grid.edges[self.column + 1]
        booking = self._booking_in(place, self.grid.columns[self.column])
        bar = next((one for one in self.bars(place) if booking in one.items), None)
        if bar is None:
            return left, right
        return max(left, bar.left), max(max(left, bar.left) + 1, min(right, bar.room))

    def _selected_cells(self, place: CalendarPlace) -> tuple[int, int] | None:
        if self._anchor is None or self.grid is None:
            return None
        places, columns = self.selection
        if place not in places:
            return None
        first, last = (self.grid.columns.index(one) for one in (columns[0], columns[-1]))
        return self.grid.edges[first], self.grid.edges[last + 1]

    def _bars_while_grabbed(self, place: CalendarPlace) -> tuple[Bar, ...]:
        """Return the bars of a row in which the part of a grabbed booking that is over stays, and
        the rest is a bar of its own.
        """
        moved = self._moved
        taken = self.timetable.taken(place.id)
        own = next((one for one in taken if moved and _is_part(one, moved)), None)
        if self.grid is None or moved is None or own is None or own.starts_at >= moved.starts_at:
            return self.bars(place)
        over = Span(place.id, own.starts_at, moved.starts_at)
        others = [one for one in taken if one is not own]
        return bars(sorted([*others, over, moved], key=attrgetter("starts_at")), self.grid)

    def _grabbed_cells(self, row_bars: tuple[Bar, ...]) -> tuple[int, int, Booking] | None:
        moved = self._moved
        if moved is None or self.grid is None:
            return None
        own = (bar for bar in row_bars if bar.items == (moved,))
        bar = next(own, None) or next(iter(bars([moved], self.grid)), None)
        return (bar.left, bar.right, moved) if bar is not None else None

    @property
    def _moved(self) -> Booking | None:
        """The grabbed booking as it would be, from now on at the earliest."""
        if self.target is None or self.target.ends_at <= self.now:
            return None
        return self.target._replace(starts_at=max(self.target.starts_at, self.now))

    def _note(self, place: CalendarPlace, grid: Grid) -> tuple[int, str] | None:
        if self._free is None or place.id not in self._free:
            return None
        left, text = grid.cell_of(self.now) + 1, self._free[place.id]
        following = (bar.left for bar in self.bars(place) if bar.left >= left)
        return (left, text) if cell_len(text) <= next(following, grid.width) - left else None

    # The cursor

    @property
    def column(self) -> int:
        """The index of the cursor's column."""
        assert self.grid is not None
        assert self._moment is not None
        return self.grid.column_at(self._moment)

    @property
    def row(self) -> int | None:
        """The index of the cursor's row."""
        return self._row_of(self.place_id)

    def _row_of(self, place_id: int | None) -> int | None:
        return self._numbers.get(place_id) if place_id is not None else None

    def _place(self, row: int) -> CalendarPlace:
        place = self.rows[row]
        assert not isinstance(place, str)
        return place

    @property
    def _listed(self) -> list[CalendarPlace]:
        return [row for row in self.rows if not isinstance(row, str)]

    @property
    def spot(self) -> Spot | None:
        """What is under the cursor; None while that is not known."""
        row = self.row
        if self.grid is None or row is None or self.place_id in self.timetable.spans:
            return None
        place, column = self._place(row), self.grid.columns[self.column]
        return Spot(place, column, self._booking_in(place, column), self._closed_in(place, column))

    def _closed_in(self, place: CalendarPlace, column: Column) -> ClosedTime | None:
        """Return the closing of a cell; in the present column one that is not over."""
        closings = _within(self.timetable.closings.get(place.id, ()), column)
        if column.contains(self.now):
            closings = [one for one in closings if one.ends_at > self.now]
        return next(iter(closings), None)

    def _booking_in(self, place: CalendarPlace, column: Column) -> Booking | None:
        """Return the chosen booking of a cell; else who is there now, is next, or was first."""
        there = _within(self.timetable.of(place.id), column)
        chosen = next((one for one in there if one.ticket == self._ticket), None)
        if chosen is not None or not there:
            return chosen
        if not column.contains(self.now):
            return there[0]
        return next((one for one in there if one.ends_at > self.now), there[-1])

    def held_now(self, place: CalendarPlace) -> Taken | None:
        """Return what a place is taken for at the present moment, as far as it is in sight."""
        return held_at(self.timetable.taken(place.id), self.now)

    def go_to(
        self, place_id: int, moment: datetime | None = None, ticket: int | None = None
    ) -> None:
        """Put the cursor on a place, at a moment or in the same column; the selection ends."""
        self._anchor = None
        self.place_id, self._ticket = place_id, ticket
        self._moment = moment or self._moment
        self._keep_place()

    def _keep_place(self) -> None:
        """Keep the cursor on its place; where that is gone, on the first one."""
        if self.row is None:
            places = self._listed
            self.place_id = places[0].id if places else None
            self.grabbed = self.target = None
        self._scroll()

    # The view

    def set_height(self, height: int) -> None:
        """Show so many rows."""
        if height != self._height:
            self._height = height
            self._scroll()

    @property
    def seen(self) -> tuple[Row, ...]:
        """The rows in view."""
        return self.rows[self.top : self.top + self._height]

    @property
    def lacks_rows(self) -> bool:
        """Whether rows are in view whose bookings are not there."""
        spans = self.timetable.spans
        return any(not isinstance(row, str) and row.id in spans for row in self.seen)

    def _scroll(self) -> None:
        """Bring the cursor's row into view; at the edge the view jumps by half its height."""
        height, row = self._height, self.row
        if row is None or height < 1:
            self.top = 0
            return
        first = row - 1 if row and isinstance(self.rows[row - 1], str) else row
        if first < self.top:
            self.top = max(0, first - height // 2)
        elif row >= self.top + height:
            self.top = row - height // 2
        self.top = max(0, min(self.top, len(self.rows) - height))

    # Moves

    def move_rows(self, step: int) -> None:
        """Move the cursor by so many places."""
        row = self.row
        if row is None:
            return
        left, direction = abs(step), 1 if step > 0 else -1
        at = row
        while left and 0 <= at + direction < len(self.rows):
            at += direction
            if self.may_stop(self.rows[at]):
                row, left = at, left - 1
        self.place_id, self._ticket = self._place(row).id, None
        self._scroll()

    def may_stop(self, row: Row) -> bool:
        """Return whether the cursor may be on a row: a grabbed booking stays in its service."""
        if isinstance(row, str):
            return False
        if self.grabbed is None:
            return True
        places = self.timetable.places
        home = next((one for one in places if one.id == self.grabbed.workplace_id), None)
        return home is not None and row.service_id == home.service_id

    def move_column(self, step: int) -> bool:
        """Move the cursor by a column.

        Returns:
            Whether it is still in the window: a selection ends there, all else may go beyond.
        """
        assert self.grid is not None
        target = self.column + step
        if 0 <= target < len(self.grid.columns):
            self._moment, self._ticket = self.grid.columns[target].starts_at, None
            return True
        return self.is_selecting

    def move_booking(self, step: int) -> None:
        """Go to the next booking of the row, or the one before."""
        spot, grid = self.spot, self.grid
        if spot is None or grid is None:
            return
        there = [
            one
            for one in self.timetable.of(spot.place.id)
            if one.starts_at < grid.ends_at and one.ends_at > grid.starts_at
        ]
        if spot.booking in there:
            target = there.index(spot.booking) + step
        else:
            after = (n for n, one in enumerate(there) if one.starts_at >= spot.column.ends_at)
            following = next(after, len(there))
            target = following if step > 0 else following - 1
        if 0 <= target < len(there):
            booking = there[target]
            self.go_to(spot.place.id, max(booking.starts_at, grid.starts_at), booking.ticket)

    def numbered(self, digits: str, *, again: bool = False) -> CalendarPlace | None:
        """Return the place with a number in its name, after the cursor's room from the top.

        The same number `again` leads on to the next place that has it.
        """
        spot = self.spot
        room = spot.place.room_id if spot is not None else None
        found = [one for one in self._listed if digits in re.findall("[0-9]+", one.label)]
        if again and spot is not None and spot.place in found:
            return found[(found.index(spot.place) + 1) % len(found)]
        return next((one for one in found if one.room_id == room), found[0] if found else None)

    def place_at(self, line: int) -> CalendarPlace | None:
        """Return the place in a line of the view, if the cursor may be there."""
        row = self.rows[self.top + line] if 0 <= self.top + line < len(self.rows) else ""
        return row if not isinstance(row, str) and self.may_stop(row) else None

    def go_to_cell(self, place: CalendarPlace, cell: int) -> None:
        """Put the cursor on what is in a cell of a place's row."""
        assert self.grid is not None
        bar = next((one for one in self.bars(place) if one.left <= cell < one.room), None)
        item = bar.items[0] if bar else None
        column = self.grid.columns[self.grid.column_of_cell(cell)]
        ticket = item.ticket if isinstance(item, Booking) else None
        self.go_to(place.id, column.starts_at, ticket)

    # The selection

    @property
    def is_selecting(self) -> bool:
        """Whether cells are selected."""
        return self._anchor is not None

    @property
    def selection(self) -> tuple[list[CalendarPlace], list[Column]]:
        """The selected places and columns; without a selection those of the cursor."""
        spot = self.spot
        if spot is None or self.grid is None:
            return [], []
        anchor = self._anchor
        first_row = self._row_of(anchor[0]) if anchor is not None else None
        if anchor is None or first_row is None:
            return [spot.place], [spot.column]
        row = self.row
        assert row is not None
        rows = self.rows[min(first_row, row) : max(first_row, row) + 1]
        first, last = sorted((self.grid.column_at(anchor[1]), self.column))
        places = [one for one in rows if not isinstance(one, str)]
        return places, list(self.grid.columns[first : last + 1])

    def select(self) -> None:
        """Begin a selection at the cursor, or end one that has not grown."""
        spot = self.spot
        if spot is not None:
            same = self.is_selecting and self.selection == ([spot.place], [spot.column])
            self._anchor = None if same else (spot.place.id, spot.column.starts_at)

    def unselect(self) -> None:
        """End the selection."""
        self._anchor = None

    # A grabbed booking

    def grab(self, booking: Booking) -> None:
        """Let a booking follow the cursor."""
        self._anchor, self.grabbed, self.target = None, booking, booking

    @property
    def has_begun(self) -> bool:
        """Whether the grabbed booking has begun, so that only its place may change."""
        return self.grabbed is not None and self.grabbed.starts_at <= self.now

    def shift(self, steps: int) -> bool:
        """Move the grabbed booking by days, or in a single day by columns.

        Returns:
            Whether it still begins in the window.
        """
        assert self.target is not None
        assert self.grid is not None
        if self.has_begun:
            return True
        column = self.grid.columns[0]
        is_day = self.grid.window.scale is Scale.DAY
        length = column.closes_at - column.opens_at if is_day else None
        period = shifted(self.target.period, steps, self.zone, length)
        starts_at, ends_at = period.starts_at, period.ends_at
        self._moment = starts_at
        self.target = self.target._replace(
            starts_at=starts_at, ends_at=ends_at, begins_at=starts_at, closes_at=ends_at
        )
        return self.grid.starts_at <= starts_at < self.grid.ends_at

    def put_back(self) -> None:
        """Let go of the booking; the cursor goes back to where it is."""
        booking, self.grabbed, self.target = self.grabbed, None, None
        if booking is not None:
            self.place_id, self._ticket = booking.workplace_id, booking.ticket
            self._moment = max(booking.starts_at, min(self.now, booking.ends_at))
            self._keep_place()


def _is_part(taken: Taken, booking: Booking) -> bool:
    """Return whether what takes a place is a present part of a booking."""
    return (
        isinstance(taken, Booking)
        and taken.ticket == booking.ticket
        and taken.starts_at <= booking.starts_at < taken.ends_at
    )


def _within(taken: Sequence[T], column: Column) -> list[T]:
    """Return what shares a moment with a column."""
    return [
        one for one in taken if one.starts_at < column.ends_at and one.ends_at > column.starts_at
    ]
