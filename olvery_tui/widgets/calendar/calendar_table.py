"""The calendar: places as rows, days or hours as columns, bookings as bars.

Arrows move by cell, `Tab` by booking, `Space` begins a selection. A grabbed booking follows the
cursor to another place or time. The table knows no database: the screen gives it a `Timetable`.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.strip import Strip

from olvery_tui.domain.calendar import (
    Booking,
    CalendarFilter,
    CalendarPlace,
    Column,
    Grid,
    InView,
    Scale,
    Timetable,
    TimeWindow,
)
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.widgets.calendar.calendar_model import CalendarModel, RowLook
from olvery_tui.widgets.calendar.calendar_painting import (
    CalendarStyles,
    occupancy_text,
    paint_header,
    paint_heading,
    paint_row,
)
from olvery_tui.widgets.messages import LatestMessage, WidgetMessage
from olvery_tui.widgets.table.line_table import LineTable
from olvery_tui.widgets.table.row_painting import paint_text
from olvery_tui.wording.calendar import column_labels, weekday_labels

_WHEEL_ROWS = 3

_DIGITS_SECONDS = 1.0
"""Seconds within which another digit belongs to the same number."""

_LABEL_LEAST, _LABEL_MOST = 8, 18


class CalendarTable(LineTable, inherit_bindings=False):
    """Paints a `CalendarModel`, and takes keys and the mouse for it."""

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

    class Moved(WidgetMessage["CalendarTable"], LatestMessage):
        """The cursor, the selection or what is under it changed."""

    class Edge(WidgetMessage["CalendarTable"]):
        """The cursor was moved beyond the first (-1) or the last (1) column."""

        step: int

    class Opened(WidgetMessage["CalendarTable"]):
        """The cell under the cursor was opened, with `Enter` or a double click."""

    class Put(WidgetMessage["CalendarTable"]):
        """The grabbed booking is to be left where the cursor has taken it."""

    class RowsWanted(WidgetMessage["CalendarTable"], LatestMessage):
        """Rows came into view whose bookings are not there yet."""

    def __init__(self) -> None:
        super().__init__(id="calendar")
        self.model = CalendarModel()
        """What is shown, and where one is in it; changed through the table, which paints it."""
        self._filters = CalendarFilter()
        self._digits, self._digits_until = "", 0.0
        self._widest_label = 0
        self._empty_text = ""
        self._styles: CalendarStyles | None = None
        self._painted: dict[int, tuple[RowLook, Strip]] = {}
        """The lines of places as they were painted last."""
        self._painted_on: tuple[object, ...] = ()
        """What all of them depend on."""

    # What is shown

    @property
    def in_view(self) -> InView:
        """The rows whose bookings are needed now: a screen of them on either side of the cursor."""
        return InView(self.model.place_id, self.app.size.height)

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
        """Show places and bookings as `CalendarModel.show` takes them; `filters` say which of them
        stand out.
        """
        self._filters = filters
        self.model.show(timetable, window, zone=zone, now=now, free=free)
        self._widest_label = max((cell_len(one.label) for one in timetable.places), default=0)
        self._lay_out()

    def show_empty(self, text: str) -> None:
        """Set the text shown while there are no places."""
        self._empty_text = text
        self.repaint()

    def _lay_out(self) -> None:
        self.model.lay_out(self.size.width - self._label_width)
        self.model.set_height(self.size.height - self._header_lines)
        self._changed()

    def _forget_lines(self, grid: Grid) -> None:
        """Forget the painted lines if columns, filter, width or the cell of now are others."""
        now = self.model.now
        now_cell = grid.cell_of(now) if grid.starts_at <= now < grid.ends_at else None
        base = grid, self._filters, self._label_width, now_cell
        if base != self._painted_on:
            self._painted.clear()
            self._painted_on = base

    @property
    def _label_width(self) -> int:
        most = _LABEL_MOST if self.size.width >= 110 else 12
        return max(_LABEL_LEAST, min(self._widest_label + 2, most))

    @property
    def _header_lines(self) -> int:
        return 3 if self.model.weekdays_apart else 2

    def _changed(self) -> None:
        if not self.is_mounted:
            return
        self.repaint()
        self.post_message(self.Moved(self))
        if self.model.lacks_rows:
            self.post_message(self.RowsWanted(self))

    # The cursor, the selection, a grabbed booking

    def go_to(self, place_id: int, moment: datetime, ticket: int | None = None) -> None:
        """Put the cursor on a place at a moment; the selection ends."""
        self.model.go_to(place_id, moment, ticket)
        self._changed()

    def unselect(self) -> None:
        """End the selection."""
        self.model.unselect()
        self._changed()

    def grab(self, booking: Booking) -> None:
        """Let a booking follow the cursor."""
        self.model.grab(booking)
        self._changed()

    def put_back(self) -> None:
        """Let go of the booking; the cursor goes back to where it is."""
        self.model.put_back()
        self._changed()

    # Keys

    def action_move(self, rows: int, columns: int) -> None:
        """Move the cursor by cells, and a grabbed booking with it."""
        model = self.model
        if model.grid is None or model.row is None:
            return
        if rows:
            model.move_rows(rows)
        elif not (model.move_column if model.grabbed is None else model.shift)(columns):
            self.post_message(self.Edge(self, columns))
        self._changed()

    def action_booking(self, step: int) -> None:
        """Go to the next booking of the row, or the one before."""
        if self.model.grabbed is None:
            self.model.move_booking(step)
            self._changed()

    def action_select(self) -> None:
        """Begin a selection at the cursor, or end it."""
        if self.model.grabbed is None:
            self.model.select()
            self._changed()

    def on_key(self, event: events.Key) -> None:
        """Go to the place with the number that is typed: «PM №12» by `1` and `2`."""
        character = event.character or ""
        if not (character.isascii() and character.isdigit() and self.model.grabbed is None):
            return
        event.stop()
        longer = self._digits + character if event.time < self._digits_until else character
        place = self.model.numbered(longer, again=longer == self._digits)
        if place is None:
            longer = character
            place = self.model.numbered(longer, again=longer == self._digits)
        self._digits, self._digits_until = longer, event.time + _DIGITS_SECONDS
        if place is not None:
            self.model.go_to(place.id)
            self._changed()

    def action_open(self) -> None:
        """Open the cell under the cursor."""
        if self.model.spot is not None:
            self.post_message(self.Opened(self))

    def action_put(self) -> None:
        """Leave the grabbed booking on the cursor's place."""
        if self.model.grabbed is not None:
            self.post_message(self.Put(self))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable only the putting of a booking that is grabbed."""
        if action in ("open", "put", "select", "booking"):
            return (action == "put") is (self.model.grabbed is not None)
        return True

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
        line = at.y - self._header_lines
        if event.button != 1 or self.model.grid is None or line < 0:
            return
        place = self.model.place_at(line)
        if place is None:
            return
        event.stop()
        cell = at.x - self._label_width
        if self.model.grabbed is not None:
            self.model.place_id = place.id
        elif cell < 0:
            self.model.go_to(place.id)
        else:
            self.model.go_to_cell(place, cell)
        self._changed()
        if event.chain > 1 and cell >= 0 and self.model.grabbed is None:
            self.action_open()

    # Painting

    def on_resize(self, event: events.Resize) -> None:
        event.prevent_default()
        self._lay_out()

    def styles_changed(self) -> None:
        self._styles = None
        self._painted.clear()

    def picture(self) -> list[Strip]:
        """Return the labels of the columns, the occupancy, and the rows in view."""
        width, height = self.size
        if not width or not height:
            return []
        styles, grid = self._read_styles(), self.model.grid
        blank = paint_text("", width, styles.plain)
        if grid is None or not self.model.rows:
            return (paint_text(self._empty_text, width, styles.quiet) + blank * height)[:height]
        self._forget_lines(grid)
        lines = self._paint_columns(grid, styles)
        for row in self.model.seen:
            if isinstance(row, str):
                lines.append(paint_heading(row, width, styles.heading))
            else:
                lines.append(self._paint_place(row, grid, styles))
        return (lines + blank * height)[:height]

    def _paint_columns(self, grid: Grid, styles: CalendarStyles) -> list[Strip]:
        looks = [self._column_look(column, styles) for column in grid.columns]
        width, apart = self._label_width, self.model.weekdays_apart
        lines = []
        if apart:
            lines.append(paint_header("", weekday_labels(grid), grid, width, looks, styles.header))
        labels = column_labels(grid, self.model.zone, apart=apart)
        lines.append(paint_header("", labels, grid, width, looks, styles.header))
        shares = [occupancy_text(share, grid.cells) or " " for share in self.model.shares]
        quiet = styles.quiet
        lines.append(paint_header(_("taken"), shares, grid, width, [quiet] * len(looks), quiet))
        return lines

    def _column_look(self, column: Column, styles: CalendarStyles) -> Style:
        assert self.model.window is not None
        if column.contains(self.model.now):
            return styles.today
        is_off = column.day.weekday() >= 5 or self.model.timetable.hours.of(column.day) is None
        return (
            styles.weekend if is_off and self.model.window.scale is not Scale.DAY else styles.header
        )

    def _paint_place(self, place: CalendarPlace, grid: Grid, styles: CalendarStyles) -> Strip:
        """Return a place's line, the same object as before where it looks as before."""
        look = self.model.look(place)
        before, line = self._painted.get(place.id, (None, None))
        if line is None or look != before or look.cursor is not None:  # which shows the focus
            line = paint_row(
                look,
                grid,
                self._label_width,
                styles,
                self._filters,
                self.model.now,
                has_focus=self.has_focus,
            )
            self._painted[place.id] = look, line
        return line

    def _read_styles(self) -> CalendarStyles:
        if self._styles is None:
            self._styles = CalendarStyles.read(
                lambda name: self.get_component_rich_style(f"calendar--{name}"),
                self.rich_style,
                is_tinted=not self.app.no_color
                and self.app.console.color_system in ("256", "truecolor"),
            )
        return self._styles
