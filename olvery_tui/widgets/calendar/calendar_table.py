"""The calendar: places as rows, days or hours as columns, bookings as bars.

Arrows move by cell, `Tab` by booking, `Space` begins a selection. A grabbed booking follows the
cursor from place to place. The table knows no database: the screen gives it a `Timetable`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.strip import Strip

from olvery_tui.domain.calendar import (
    Bar,
    Booking,
    CalendarFilter,
    CalendarPlace,
    ClosedTime,
    Column,
    Grid,
    InView,
    Scale,
    T,
    Taken,
    Timetable,
    TimeWindow,
    bars,
    grid,
    held_at,
    occupancy,
)
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.widgets.calendar.calendar_painting import (
    CalendarStyles,
    RowLook,
    occupancy_text,
    paint_header,
    paint_heading,
    paint_row,
)
from olvery_tui.widgets.table.line_table import LineTable
from olvery_tui.widgets.table.row_painting import paint_text
from olvery_tui.wording.calendar import column_labels, heading_text, weekday_labels

_WHEEL_ROWS = 3

_DIGITS_SECONDS = 1.0
"""Seconds within which another digit belongs to the same number."""

_LABEL_LEAST, _LABEL_MOST = 8, 18

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


class CalendarTable(LineTable, inherit_bindings=False):
    """The rows and columns of a `Timetable`, with the cursor, the selection and what is grabbed."""

    BINDINGS: ClassVar = [
        *bindings("calendar_table"),
        *(
            Binding(key, f"move({rows}, {columns})", show=False)
            for key, rows, columns in (
                ("up", -1, 0),
                ("down", 1, 0),
                ("left", 0, -1),
                ("right", 0, 1),
            )
        ),
    ]
    COMPONENT_CLASSES: ClassVar = {
        "calendar--header",
        "calendar--today",
        "calendar--weekend",
        "calendar--heading",
        "calendar--quiet",
        "calendar--now",
        "calendar--faint",
        "calendar--closed",
        "calendar--selected",
        "calendar--cursor",
        "calendar--cursor-blurred",
        "calendar--grabbed",
        *(f"calendar--status-{status.value}" for status in TicketStatus),
    }
    """
    | Class | Description |
    | :- | :- |
    | `calendar--header` | The labels of the columns. |
    | `calendar--today` | The label of today. |
    | `calendar--weekend` | The label of a weekend or a closed day. |
    | `calendar--heading` | A room's heading. |
    | `calendar--quiet` | Occupancy, and until when a place is free. |
    | `calendar--now` | The line of the present moment. |
    | `calendar--faint` | A booking that the filter of statuses leaves out. |
    | `calendar--closed` | A place that is closed. |
    | `calendar--selected` | Selected cells. |
    | `calendar--cursor` | The cell under the cursor. |
    | `calendar--cursor-blurred` | The same while the focus is elsewhere. |
    | `calendar--grabbed` | Where a grabbed booking would be. |
    | `calendar--status-…` | A bar: new, confirmed, active, cancelled, done. |
    """

    @dataclass
    class Moved(Message, namespace="calendar_table"):
        """The cursor, the selection or what is under it changed; only the last one matters."""

        table: CalendarTable

        @property
        def control(self) -> CalendarTable:
            """The calendar."""
            return self.table

        def can_replace(self, message: Message) -> bool:
            """Replace an earlier message of the same kind in the queue."""
            return type(message) is type(self)

    @dataclass
    class Edge(Message, namespace="calendar_table"):
        """The cursor was moved beyond the first (-1) or the last (1) column."""

        table: CalendarTable
        step: int

        @property
        def control(self) -> CalendarTable:
            """The calendar."""
            return self.table

    @dataclass
    class Opened(Message, namespace="calendar_table"):
        """The cell under the cursor was opened, with `Enter` or a double click."""

        table: CalendarTable

        @property
        def control(self) -> CalendarTable:
            """The calendar."""
            return self.table

    @dataclass
    class Put(Message, namespace="calendar_table"):
        """The grabbed booking is to be left on the cursor's place."""

        table: CalendarTable

        @property
        def control(self) -> CalendarTable:
            """The calendar."""
            return self.table

    @dataclass
    class RowsWanted(Message, namespace="calendar_table"):
        """Rows came into view whose bookings are not there yet."""

        table: CalendarTable

        @property
        def control(self) -> CalendarTable:
            """The calendar."""
            return self.table

        def can_replace(self, message: Message) -> bool:
            """Replace an earlier message of the same kind in the queue."""
            return type(message) is type(self)

    def __init__(self) -> None:
        super().__init__(id="calendar")
        self._timetable = Timetable()
        self._filters = CalendarFilter()
        self._window: TimeWindow | None = None
        self._grid: Grid | None = None
        self._zone: tzinfo = UTC
        self._now = datetime.now(UTC)
        self._rows: tuple[Row, ...] = ()
        self._top = 0
        self._place_id: int | None = None
        self._moment: datetime | None = None
        """The cursor's column is the one that covers this moment."""
        self._ticket: int | None = None
        """The booking that was chosen within the cell."""
        self._anchor: tuple[int, datetime] | None = None
        """The place and the moment where the selection began."""
        self._grabbed: Booking | None = None
        self._free: dict[int, str] | None = None
        """Until when each place is free, where only free places are shown."""
        self._digits, self._digits_until = "", 0.0
        self._widest_label = 0
        self._empty_text = ""
        self._styles: CalendarStyles | None = None
        self._bars: dict[int, tuple[Bar, ...]] = {}
        self._shares: tuple[float, ...] = ()

    # What is shown

    @property
    def window(self) -> TimeWindow | None:
        """The days in sight; None before anything was shown."""
        return self._window

    @property
    def timetable(self) -> Timetable:
        """What is shown."""
        return self._timetable

    @property
    def in_view(self) -> InView:
        """The rows whose bookings are needed now: a screen of them on either side of the cursor."""
        return InView(self._place_id, self.app.size.height)

    def show(
        self,
        timetable: Timetable,
        window: TimeWindow,
        filters: CalendarFilter,
        *,
        zone: tzinfo,
        now: datetime,
        free: dict[int, str] | None = None,
    ) -> None:
        """Show places and bookings; the cursor, the selection and what is grabbed stay.

        Args:
            timetable: What is stored.
            window: The days in sight.
            filters: Which statuses stand out.
            zone: The location's time zone.
            now: The present moment.
            free: The only places to show, each with the text of until when it is free.
        """
        self._timetable, self._window, self._filters = timetable, window, filters
        self._zone, self._now, self._free = zone, now, free
        if self._moment is None:
            self._moment = now
        widest = max((cell_len(one.label) for one in timetable.places), default=0)
        self._widest_label = widest
        self._list_rows()
        self._lay_out()

    def show_now(self, now: datetime) -> None:
        """Move the line of the present moment."""
        self._now = now
        self._changed()

    def show_empty(self, text: str) -> None:
        """Set the text shown while there are no places."""
        self._empty_text = text
        self.repaint()

    def _list_rows(self) -> None:
        """Places under the headings of their rooms."""
        rows: list[Row] = []
        room = None
        for place in self._timetable.places:
            if self._free is not None and place.id not in self._free:
                continue
            if place.room_id != room:
                room = place.room_id
                rows.append(heading_text(place))
            rows.append(place)
        self._rows = tuple(rows)

    def _lay_out(self) -> None:
        """Divide the present width among the columns, and find the cursor's cell in them."""
        width = self.size.width - self._label_width
        if self._window is None or width < 1:
            return
        places = self._timetable.places
        slots = [place.slot_minutes for place in places] or [30]
        day = self._window.scale is Scale.DAY
        self._grid = grid(
            self._window,
            width,
            self._zone,
            self._timetable.hours,
            slot_minutes=min(slots),
            bookings=[one for each in places for one in self._timetable.of(each.id)] if day else (),
        )
        self._bars.clear()
        self._shares = occupancy(self._timetable, self._grid)
        self._place_cursor()
        self._changed()

    @property
    def _label_width(self) -> int:
        most = _LABEL_MOST if self.size.width >= 110 else 12
        return max(_LABEL_LEAST, min(self._widest_label + 2, most))

    # The cursor

    @property
    def _column(self) -> int:
        assert self._grid is not None
        assert self._moment is not None
        return self._grid.column_at(self._moment)

    @property
    def _row(self) -> int | None:
        """The index of the cursor's row."""
        return self._row_of(self._place_id)

    def _row_of(self, place_id: int | None) -> int | None:
        return next(
            (
                index
                for index, row in enumerate(self._rows)
                if isinstance(row, CalendarPlace) and row.id == place_id
            ),
            None,
        )

    @property
    def spot(self) -> Spot | None:
        """What is under the cursor; None while that is not known."""
        row = self._row
        if self._grid is None or row is None or self._place_id in self._timetable.spans:
            return None
        place, column = self._rows[row], self._grid.columns[self._column]
        assert isinstance(place, CalendarPlace)
        return Spot(place, column, self._booking_in(place, column), self._closed_in(place, column))

    def _closed_in(self, place: CalendarPlace, column: Column) -> ClosedTime | None:
        """The closing of a cell, if there is one; in the present column one that is not over."""
        closings = _within(self._timetable.closings.get(place.id, ()), column)
        if column.contains(self._now):
            closings = [one for one in closings if one.ends_at > self._now]
        return next(iter(closings), None)

    def _booking_in(self, place: CalendarPlace, column: Column) -> Booking | None:
        """The chosen booking of a cell; else who is there now, is next, or was first."""
        there = self.bookings_in(place, column)
        chosen = next((one for one in there if one.ticket == self._ticket), None)
        if chosen is not None or not there:
            return chosen
        if not column.contains(self._now):
            return there[0]
        return next((one for one in there if one.ends_at > self._now), there[-1])

    def bookings_in(self, place: CalendarPlace, column: Column) -> list[Booking]:
        """Return the bookings of a place that share a moment with a column."""
        return _within(self._timetable.of(place.id), column)

    def held_now(self, place: CalendarPlace) -> Taken | None:
        """Return what a place is taken for at the present moment, as far as it is in sight."""
        return held_at(self._timetable.taken(place.id), self._now)

    def go_to(self, place_id: int, moment: datetime, ticket: int | None = None) -> None:
        """Put the cursor on a place at a moment; the selection ends."""
        self._anchor = None
        self._place_id, self._moment, self._ticket = place_id, moment, ticket
        self._place_cursor()
        self._changed()

    def set_moment(self, moment: datetime) -> None:
        """Remember the moment whose column the cursor is to have."""
        self._moment, self._ticket = moment, None

    def _place_cursor(self) -> None:
        """Keep the cursor on its place; where that is gone, on the next one in its stead."""
        places = [row for row in self._rows if isinstance(row, CalendarPlace)]
        if self._row is None:
            self._place_id = places[0].id if places else None
            if self._grabbed is not None:
                self._grabbed = None
        self._scroll()

    def _scroll(self) -> None:
        """Bring the cursor's row into view; at the edge the view jumps by half its height."""
        height, row = self._height, self._row
        if row is None or height < 1:
            self._top = 0
            return
        first = row - 1 if row and isinstance(self._rows[row - 1], str) else row
        if first < self._top:
            self._top = max(0, first - height // 2)
        elif row >= self._top + height:
            self._top = row - height // 2
        self._top = max(0, min(self._top, len(self._rows) - height))

    @property
    def _height(self) -> int:
        """Lines for rows."""
        return self.size.height - self._header_lines

    @property
    def _header_lines(self) -> int:
        return 3 if self._weekdays_apart else 2

    @property
    def _weekdays_apart(self) -> bool:
        """Whether the weekdays need a line of their own, as columns are narrow."""
        window = self._window
        if window is None or self._grid is None or window.scale is Scale.DAY:
            return False
        return self._grid.cells < 6

    # Keys

    def action_move(self, rows: int, columns: int) -> None:
        """Move the cursor by cells; a grabbed booking only from place to place."""
        if self._grid is None or self._row is None:
            return
        if rows:
            self._move_row(rows)
        elif self._grabbed is None:
            self._move_column(columns)
        self._changed()

    def _move_row(self, step: int) -> None:
        row = self._row
        assert row is not None
        left, direction = abs(step), 1 if step > 0 else -1
        at = row
        while left and 0 <= at + direction < len(self._rows):
            at += direction
            if self._may_stop(self._rows[at]):
                row, left = at, left - 1
        place = self._rows[row]
        assert isinstance(place, CalendarPlace)
        self._place_id, self._ticket = place.id, None
        self._scroll()

    def _may_stop(self, row: Row) -> bool:
        """Whether the cursor may be on a row: a grabbed booking stays in its service."""
        if isinstance(row, str):
            return False
        return self._grabbed is None or row.service_id == self._service_of(self._grabbed)

    def _service_of(self, booking: Booking) -> int | None:
        places = self._timetable.places
        return next(
            (place.service_id for place in places if place.id == booking.workplace_id), None
        )

    def _move_column(self, step: int) -> None:
        assert self._grid is not None
        target = self._column + step
        if not 0 <= target < len(self._grid.columns):
            if self._anchor is None:
                self.post_message(self.Edge(self, step))
            return
        self._moment, self._ticket = self._grid.columns[target].starts_at, None

    def action_booking(self, step: int) -> None:
        """Go to the next booking of the row, or the one before."""
        spot = self.spot
        if spot is None or self._grabbed is not None:
            return
        there = [one for one in self._timetable.of(spot.place.id) if self._is_seen(one)]
        held = spot.booking
        if held in there:
            target = there.index(held) + step
        else:
            after = (n for n, one in enumerate(there) if one.starts_at >= spot.column.ends_at)
            following = next(after, len(there))
            target = following if step > 0 else following - 1
        if 0 <= target < len(there):
            assert self._grid is not None
            booking = there[target]
            moment = max(booking.starts_at, self._grid.starts_at)
            self.go_to(spot.place.id, moment, booking.ticket)

    def _is_seen(self, booking: Booking) -> bool:
        assert self._grid is not None
        return booking.starts_at < self._grid.ends_at and booking.ends_at > self._grid.starts_at

    def action_select(self) -> None:
        """Begin a selection at the cursor, or end it."""
        spot = self.spot
        if spot is not None and self._grabbed is None:
            same = self._anchor is not None and self.selection == ([spot.place], [spot.column])
            self._anchor = None if same else (spot.place.id, spot.column.starts_at)
            self._changed()

    def on_key(self, event: events.Key) -> None:
        """Go to the place with the number that is typed: «PM №12» by `1` and `2`."""
        character = event.character or ""
        if character.isascii() and character.isdigit() and self._grabbed is None:
            event.stop()
            longer = self._digits + character if event.time < self._digits_until else character
            place = self._numbered(longer, again=longer == self._digits)
            if place is None:
                longer = character
                place = self._numbered(longer, again=longer == self._digits)
            self._digits, self._digits_until = longer, event.time + _DIGITS_SECONDS
            if place is not None and self._moment is not None:
                self.go_to(place.id, self._moment)

    def _numbered(self, digits: str, *, again: bool = False) -> CalendarPlace | None:
        """Return the place with a number in its name, after the cursor's room from the top.

        The same number `again` leads on to the next place that has it.
        """
        places = [row for row in self._rows if isinstance(row, CalendarPlace)]
        spot = self.spot
        room = spot.place.room_id if spot is not None else None
        found = [one for one in places if digits in re.findall("[0-9]+", one.label)]
        if again and spot is not None and spot.place in found:
            return found[(found.index(spot.place) + 1) % len(found)]
        return next((one for one in found if one.room_id == room), found[0] if found else None)

    def action_open(self) -> None:
        """Open the cell under the cursor."""
        if self.spot is not None:
            self.post_message(self.Opened(self))

    def action_put(self) -> None:
        """Leave the grabbed booking on the cursor's place."""
        if self._grabbed is not None:
            self.post_message(self.Put(self))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable only the putting of a booking that is grabbed."""
        if action in ("open", "put", "select", "booking"):
            return (action == "put") is (self._grabbed is not None)
        return True

    def unselect(self) -> None:
        """End the selection."""
        self._anchor = None
        self._changed()

    @property
    def is_selecting(self) -> bool:
        """Whether cells are selected."""
        return self._anchor is not None

    @property
    def selection(self) -> tuple[list[CalendarPlace], list[Column]]:
        """The selected places and columns; without a selection those of the cursor."""
        spot = self.spot
        if spot is None or self._grid is None:
            return [], []
        anchor = self._anchor
        first_row = self._row_of(anchor[0]) if anchor is not None else None
        if anchor is None or first_row is None:
            return [spot.place], [spot.column]
        row = self._row
        assert row is not None
        rows = self._rows[min(first_row, row) : max(first_row, row) + 1]
        ends = sorted((self._grid.column_at(anchor[1]), self._column))
        places = [one for one in rows if isinstance(one, CalendarPlace)]
        return places, list(self._grid.columns[ends[0] : ends[1] + 1])

    # A grabbed booking

    @property
    def grabbed(self) -> Booking | None:
        """The booking that follows the cursor."""
        return self._grabbed

    def grab(self, booking: Booking) -> None:
        """Let a booking follow the cursor."""
        self._anchor, self._grabbed = None, booking
        self._changed()

    def put_back(self) -> None:
        """Let go of the booking; the cursor goes back to where it is."""
        booking, self._grabbed = self._grabbed, None
        if booking is not None:
            self._place_id, self._ticket = booking.workplace_id, booking.ticket
            self._place_cursor()
            self._changed()

    # Mouse

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        event.prevent_default()
        self.action_move(_WHEEL_ROWS, 0)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        event.prevent_default()
        self.action_move(-_WHEEL_ROWS, 0)

    async def on_click(self, event: events.Click) -> None:
        """Put the cursor on a cell; a double click opens it."""
        event.prevent_default()
        at = event.get_content_offset_capture(self)
        row = self._top + at.y - self._header_lines
        if event.button != 1 or self._grid is None or at.y < self._header_lines:
            return
        if row >= len(self._rows) or not self._may_stop(self._rows[row]):
            return
        event.stop()
        place = self._rows[row]
        assert isinstance(place, CalendarPlace)
        if self._grabbed is not None:
            self._place_id = place.id
            self._changed()
            return
        cell = at.x - self._label_width
        if cell < 0:
            assert self._moment is not None
            self.go_to(place.id, self._moment)
            return
        bar = next((one for one in self._row_bars(place) if one.left <= cell < one.room), None)
        column = self._grid.columns[self._grid.column_of_cell(cell)]
        item = bar.items[0] if bar else None
        self.go_to(place.id, column.starts_at, item.ticket if isinstance(item, Booking) else None)
        if event.chain > 1:
            self.action_open()

    # Effects of a change

    def _changed(self) -> None:
        if not self.is_mounted:
            return
        self.repaint()
        self.post_message(self.Moved(self))
        if self.lacks_rows:
            self.post_message(self.RowsWanted(self))

    @property
    def lacks_rows(self) -> bool:
        """Whether rows are in view whose bookings are not there."""
        spans = self._timetable.spans
        return any(row.id in spans for row in self._seen if isinstance(row, CalendarPlace))

    @property
    def _seen(self) -> tuple[Row, ...]:
        """The rows in view."""
        return self._rows[self._top : self._top + self._height]

    def on_resize(self, event: events.Resize) -> None:
        event.prevent_default()
        self._lay_out()
        self.repaint()

    # Painting

    def styles_changed(self) -> None:
        """Drop cached styles; they are read again before the next paint."""
        self._styles = None

    def picture(self) -> list[Strip]:
        """Return the labels of the columns, the occupancy, and the rows in view."""
        width, height = self.size
        if not width or not height:
            return []
        styles = self._read_styles()
        blank = paint_text("", width, styles.plain)
        if self._grid is None or not self._rows:
            return (paint_text(self._empty_text, width, styles.quiet) + blank * height)[:height]
        lines = self._paint_columns(self._grid, styles)
        for row in self._seen:
            if isinstance(row, str):
                lines.append(paint_heading(row, width, styles.heading))
            else:
                lines.append(self._paint_place(row, self._grid, styles))
        return (lines + blank * height)[:height]

    def _paint_columns(self, grid: Grid, styles: CalendarStyles) -> list[Strip]:
        looks = [self._column_look(column, styles) for column in grid.columns]
        width = self._label_width
        lines = []
        if self._weekdays_apart:
            lines.append(paint_header("", weekday_labels(grid), grid, width, looks, styles.header))
        labels = column_labels(grid, self._zone, apart=self._weekdays_apart)
        lines.append(paint_header("", labels, grid, width, looks, styles.header))
        shares = [occupancy_text(share, grid.cells) or " " for share in self._shares]
        quiet = styles.quiet
        lines.append(paint_header(_("taken"), shares, grid, width, [quiet] * len(looks), quiet))
        return lines

    def _column_look(self, column: Column, styles: CalendarStyles) -> Style:
        assert self._window is not None
        now_is_here = column.contains(self._now)
        if now_is_here:
            return styles.today
        is_off = column.day.weekday() >= 5 or self._timetable.hours.of(column.day) is None
        return styles.weekend if is_off and self._window.scale is not Scale.DAY else styles.header

    def _row_bars(self, place: CalendarPlace) -> tuple[Bar, ...]:
        assert self._grid is not None
        if place.id not in self._bars:
            self._bars[place.id] = bars(self._timetable.taken(place.id), self._grid)
        return self._bars[place.id]

    def _paint_place(self, place: CalendarPlace, grid: Grid, styles: CalendarStyles) -> Strip:
        is_here = place.id == self._place_id
        places, columns = self.selection if self._anchor is not None else ([], [])
        selected = None
        if place in places:
            selected = (
                grid.edges[grid.columns.index(columns[0])],
                grid.edges[grid.columns.index(columns[-1]) + 1],
            )
        grabbed = None
        if is_here and self._grabbed is not None:
            since = max(self._grabbed.starts_at, self._now)
            moved = self._grabbed._replace(starts_at=since)
            found = bars([moved], grid) if since < moved.ends_at else ()
            grabbed = (found[0].left, found[0].right, moved) if found else None
        look = RowLook(
            place.label,
            self._row_bars(place),
            self._cursor_cells(place, grid) if is_here and grabbed is None else None,
            selected,
            grabbed,
            self._note(place, grid),
        )
        return paint_row(
            look,
            grid,
            self._label_width,
            styles,
            self._filters,
            self._now,
            has_focus=self.has_focus,
        )

    def _cursor_cells(self, place: CalendarPlace, grid: Grid) -> tuple[int, int]:
        """The cells of the column, or within it those of the booking that is told."""
        index = self._column
        left, right = grid.edges[index], grid.edges[index + 1]
        booking = self._booking_in(place, grid.columns[index])
        bar = next((one for one in self._row_bars(place) if booking in one.items), None)
        if bar is None:
            return left, right
        return max(left, bar.left), max(max(left, bar.left) + 1, min(right, bar.room))

    def _note(self, place: CalendarPlace, grid: Grid) -> tuple[int, str] | None:
        if self._free is None or place.id not in self._free:
            return None
        left = grid.cell_of(self._now) + 1
        following = [bar.left for bar in self._row_bars(place) if bar.left >= left]
        text = self._free[place.id]
        room = (following[0] if following else grid.width) - left
        return (left, text) if cell_len(text) <= room else None

    def _read_styles(self) -> CalendarStyles:
        if self._styles is None:
            part: Callable[[str], Style] = lambda name: self.get_component_rich_style(  # noqa: E731
                f"calendar--{name}"
            )
            self._styles = CalendarStyles(
                plain=self.rich_style,
                header=part("header"),
                today=part("today"),
                weekend=part("weekend"),
                heading=part("heading"),
                quiet=part("quiet"),
                now=part("now"),
                faint=part("faint"),
                closed=part("closed"),
                selected=part("selected"),
                cursor=part("cursor"),
                cursor_blurred=part("cursor-blurred"),
                grabbed=part("grabbed"),
                statuses={status: part(f"status-{status.value}") for status in TicketStatus},
                is_tinted=not self.app.no_color
                and self.app.console.color_system in ("256", "truecolor"),
            )
        return self._styles


def _within(taken: Sequence[T], column: Column) -> list[T]:
    """Return what shares a moment with a column."""
    return [
        one for one in taken if one.starts_at < column.ends_at and one.ends_at > column.starts_at
    ]
