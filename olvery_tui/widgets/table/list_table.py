"""A long list: arrows, pages and the mouse move the cursor, `Enter` opens, `Space` marks.

The list may have a million rows, and the connection to the terminal may be slow. So the table holds
a window of some hundred rows that it requests with a message, paints each row as one line, and
sends only changed lines. Subclasses provide the columns.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, tzinfo
from typing import Any, ClassVar, Generic, NamedTuple

from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.strip import Strip
from textual.timer import Timer

from olvery_tui.domain.pages import Count, PageStart
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.i18n import _
from olvery_tui.keys import Key, binding, cap, twins
from olvery_tui.widgets.messages import LatestMessage, WidgetMessage
from olvery_tui.widgets.table.held_rows import Position, R, RowPage
from olvery_tui.widgets.table.line_table import LineTable
from olvery_tui.widgets.table.row_painting import Columns, RowStyles, paint_text
from olvery_tui.widgets.table.table_window import TableWindow

_LOADING_AFTER = 0.15
"""Seconds without a result after which the table shows that it is loading."""

_DOUBLE_CLICK = 0.35
"""Seconds that a click on the selected row waits for a second one."""

_PATIENCE = 5.0
"""Seconds after which a pending request counts as lost and may be repeated."""

_WHEEL_LINES = 3

_STRIPS_KEPT = 1000

_MARKER_CELLS = 2
"""Cells at the left of a row where a click marks it: the marker, and one more as a target."""


class _Reported(NamedTuple):
    """The state last reported to the screen."""

    has_rows: bool = False
    number: int | None = None
    position: Position = (None, None, None)


class ListTable(LineTable, Generic[R], inherit_bindings=False):
    """A `DataTable` over a window of a list.

    It knows no database: it posts `PageWanted` and is given `show_page`. There is no scrollbar;
    `PositionChanged` reports the visible part of the list. Marks belong to numbers, not to rows:
    they survive refreshes, filters and scrolling until removed.
    """

    BINDINGS: ClassVar = [
        binding("list.open", "select_cursor"),
        binding("list.mark", "mark"),
        binding("list.unmark", "unmark"),
        Binding("up", "cursor_up", show=False),
        Binding("down", "cursor_down", show=False),
        Binding("pageup", "page_up", show=False),
        Binding("pagedown", "page_down", show=False),
        Binding("home,ctrl+home", "scroll_home", show=False),
        Binding("end,ctrl+end", "scroll_end", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | enter | Open the row under the cursor. |
    | space | Toggle its mark and go to the next row. |
    | escape | Remove all marks. |
    | up, down | Move the cursor by a row; at the edge the view jumps by half its height. |
    | pageup, pagedown | Move by a view. |
    | home, end | Go to the first or the last row of the list. |
    """

    COMPONENT_CLASSES: ClassVar = {
        "list-table--header",
        "list-table--cursor",
        "list-table--cursor-blurred",
        "list-table--quiet",
        "list-table--strong",
        "list-table--overdue",
        "list-table--mark",
        *(f"list-table--status-{status.value}" for status in TicketStatus),
    }
    """
    | Class | Description |
    | :- | :- |
    | `list-table--header` | The column headings. |
    | `list-table--cursor` | The row under the cursor. |
    | `list-table--cursor-blurred` | The same while the focus is elsewhere. |
    | `list-table--quiet` | The text shown if there are no rows. |
    | `list-table--overdue` | The sign of an overdue ticket or order. |
    | `list-table--mark` | The mark of a marked row. |
    | `list-table--status-…` | A status: new, confirmed, active, cancelled, done. |
    """

    class PageWanted(WidgetMessage[Any], namespace="list_table"):
        """Rows are needed; answer by `show_page` or `page_failed` with the same token."""

        start: PageStart
        limit: int
        token: int

    class Opened(WidgetMessage[Any], namespace="list_table"):
        """A row was opened: with `Enter`, a double click, or a click on the selected row."""

        number: int

    class _State(WidgetMessage[Any], LatestMessage, namespace="list_table"):
        """A state change; of many changes from a held key only the last is delivered."""

    class Highlighted(_State, namespace="list_table"):
        """The cursor moved to another row; `number` is None if the list is empty."""

        number: int | None

    class PositionChanged(_State, namespace="list_table"):
        """Other rows became visible, or the number of rows became known.

        `first` and `last` are 1-based positions in the whole list; None if unknown.
        """

        first: int | None
        last: int | None
        total: Count | None

    class Marked(_State, namespace="list_table"):
        """The marked rows changed."""

        numbers: frozenset[int]

    BY_NUMBER: ClassVar = True
    """Whether the list is by number, the highest first; else a number only names a row."""
    MARKS: ClassVar = True
    """Whether rows can be marked."""

    def __init__(
        self, *, zone: tzinfo = UTC, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._zone = zone
        self._today: Period | None = None
        """The day at the location; None until the time is known."""
        self._window = TableWindow[R](by_number=self.BY_NUMBER)
        self._columns = self.columns_for(80, ())
        self._fitted: tuple[int, tuple[R, ...]] = (80, ())
        """The width and rows that the columns were made for."""
        self._marked: frozenset[int] = frozenset()
        self._styles: RowStyles | None = None
        self._strips: dict[tuple[R, Style | None, bool], Strip] = {}
        """Painted rows of today, by row, cursor style (None away from the cursor) and mark."""
        self._empty_text = ""
        self._empty_key: Key | None = None
        self._answered = False
        """Whether any request was answered or refused; before, the list isn't known to be empty."""
        self._opening = False
        """Enter was pressed while the cursor's target was loading: open it on arrival."""
        self._asked_at = 0.0
        self.shown_at = 0.0
        """When the rows or the row under the cursor last changed by themselves, on the clock of
        key events: an earlier key was not meant for it."""
        self._loading_timer: Timer | None = None
        self._click_timer: Timer | None = None
        self._last_reported = _Reported()

    def columns_for(self, width: int, rows: tuple[R, ...]) -> Columns[R]:
        """Return the columns of a table `width` cells wide that holds `rows`.

        A column that grows with its content never shrinks while the width stays, so that nothing
        shifts back and forth; the subclass keeps that state.
        """
        raise NotImplementedError  # not abstract: `query_one` takes the class

    def styles_of(self, row: R, styles: RowStyles, today: Period | None) -> RowStyles:
        """Return the styles of a row, where it stands out or stands back."""
        return styles

    # Called by the screen

    @property
    def cursor_number(self) -> int | None:
        """The number of the row under the cursor."""
        return self._window.cursor_number

    @property
    def is_waiting(self) -> bool:
        """Whether the cursor's target is still being loaded."""
        return self._window.is_waiting

    @property
    def marked(self) -> frozenset[int]:
        """The numbers of the marked rows, visible or not."""
        return self._marked

    def mark(self, numbers: Iterable[int]) -> None:
        """Mark exactly these rows."""
        marked = frozenset(numbers)
        if marked != self._marked:
            was_any, self._marked = bool(self._marked), marked
            self.post_message(self.Marked(self, marked))
            self._update()
            if was_any != bool(marked):
                self.refresh_bindings()

    def row(self, number: int) -> R | None:
        """Return a loaded row by its number."""
        return next((row for row in self._window.rows if row.number == number), None)

    @property
    def row_count(self) -> int:
        """The number of loaded rows, not of the whole list."""
        return len(self._window.rows)

    @property
    def cursor_row(self) -> int:
        """The cursor's index among the loaded rows."""
        return self._window.cursor

    def get_row_at(self, row_index: int) -> list[str]:
        """Return the column texts of a loaded row."""
        return self._columns.texts(self._window.rows[row_index], self._zone)

    def set_time(self, now: datetime, zone: tzinfo) -> None:
        """Set the day that is today, and the time zone in which periods are shown."""
        day = now.astimezone(zone).date()
        today = Period.daily(day, day, zone)
        if (zone, today) != (self._zone, self._today):
            self._zone, self._today = zone, today
            self._strips.clear()
            self._update()

    def restart(self, *, by_number: bool | None = None) -> None:
        """Request another list from its first row; keep the current rows until it arrives.

        `by_number` is the other list's order; by default that of the class.
        """
        self._opening = False
        self._window.restart(by_number=self.BY_NUMBER if by_number is None else by_number)
        self._update()

    def reload(self, keep_cursor: bool = True) -> None:
        """Reload the shown rows; the cursor stays on its row or moves to the next one.

        Only changed rows are painted. Without `keep_cursor` the same as `restart`.
        """
        if not keep_cursor:
            self.restart()
            return
        self._lose_patience()
        self._window.refresh()
        self._update()

    def select(self, number: int) -> None:
        """Put the cursor on a row, or on the following one if the list lacks it."""
        self._window.seek(number)
        self._update()

    def show_page(self, token: int, page: RowPage[R]) -> None:
        """Show a page requested by `PageWanted`; a stale one is ignored."""
        before, was_jumping = self.cursor_number, self._window.is_jumping
        if self._window.answer(token, page):
            self._answered = True
            if was_jumping or self.cursor_number != before:
                self.shown_at = time.monotonic()
            self._update()

    def page_failed(self, token: int) -> None:
        """Report that a `PageWanted` failed; it is repeated at the next key or `reload`."""
        self._window.give_up(token)
        self._answered = True
        self._opening = False
        self._update()

    def show_count(self, count: Count) -> None:
        """Set the number of rows in the whole list."""
        self._window.total = count
        self._update()

    def show_empty(self, text: str, key: Key | None = None) -> None:
        """Set the text shown while the list has no rows.

        A click on the line that begins with `key` presses it.
        """
        self._empty_text = text
        self._empty_key = key
        self._update()

    # Keys

    def action_cursor_up(self) -> None:
        """Move up by a row."""
        self._move(lambda: self._window.step(-1))

    def action_cursor_down(self) -> None:
        """Move down by a row."""
        self._move(lambda: self._window.step(1))

    def action_page_up(self) -> None:
        """Move up by a view."""
        self._move(lambda: self._window.page(-1))

    def action_page_down(self) -> None:
        """Move down by a view."""
        self._move(lambda: self._window.page(1))

    def action_scroll_home(self) -> None:
        """Go to the first row."""
        self._move(self._window.home)

    def action_scroll_end(self) -> None:
        """Go to the last row."""
        self._move(self._window.end)

    def action_select_cursor(self) -> None:
        """Open the row under the cursor, once the cursor has reached its target."""
        self._opening = True
        self._move(self._window.wake)

    def action_mark(self) -> None:
        """Toggle the mark of the row under the cursor and go to the next one."""
        number = self.cursor_number
        if number is not None and not self._window.is_waiting:
            self.mark(self._marked ^ {number})
            self.action_cursor_down()

    def action_unmark(self) -> None:
        """Remove all marks."""
        self.mark(())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable opening and marking without rows, and unmarking without marks."""
        if action == "unmark":
            return bool(self._marked)
        return action not in ("select_cursor", "mark") or bool(self._window.rows)

    # Mouse

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        event.prevent_default()
        self._move(lambda: self._window.scroll(_WHEEL_LINES))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        event.prevent_default()
        self._move(lambda: self._window.scroll(-_WHEEL_LINES))

    async def on_click(self, event: events.Click) -> None:
        """Select a row; a second click on the selected row opens it.

        On the marker before a row, or with `Ctrl`, the click toggles the row's mark.

        A single click on the selected row waits for the second click of a double click: otherwise
        that one would hit the form that has opened.
        """
        event.prevent_default()
        at = event.get_content_offset_capture(self)
        line = at.y - 1
        before = self.cursor_number
        self._stop_click_timer()
        if event.button == 1 and not self._window.seen:
            self._press_key_told(at.y)
        if event.button != 1 or not self._window.point(line):
            return
        event.stop()
        self._update()
        number = self.cursor_number
        if number is not None and self.MARKS and (event.ctrl or at.x < _MARKER_CELLS):
            self.mark(self._marked ^ {number})
            return
        if number is None or number != before:
            return
        if event.chain > 1:
            self.post_message(self.Opened(self, number))
        else:
            self._click_timer = self.set_timer(_DOUBLE_CLICK, lambda: self._open_clicked(number))

    def _press_key_told(self, line: int) -> None:
        """Press the key that a line of the empty list's text tells of."""
        key, lines = self._empty_key, self.picture()
        if key and line < len(lines) and lines[line].text.split()[:1] == [cap(key.key)]:
            self.app.simulate_key(twins(key.key)[0])

    def _open_clicked(self, number: int) -> None:
        if self._click_timer is not None:  # nothing else happened meanwhile
            self._click_timer = None
            self.post_message(self.Opened(self, number))

    def _stop_click_timer(self) -> None:
        if self._click_timer is not None:
            self._click_timer.stop()
            self._click_timer = None

    # Effects of a change

    def _move(self, how: Callable[[], object]) -> None:
        """Run a user's movement; repeat a request that got stuck."""
        self._stop_click_timer()
        self._lose_patience()
        how()
        self._update()

    def _lose_patience(self) -> None:
        if time.monotonic() - self._asked_at > _PATIENCE:
            self._window.give_up()

    def _update(self) -> None:
        """Request missing rows, paint changed lines, post changes."""
        if not self.is_mounted:
            return
        question = self._window.next_question()
        if question is not None:
            self._asked_at = time.monotonic()
            self.post_message(self.PageWanted(self, question.start, question.limit, question.token))
        self._watch_the_wait()
        self.repaint()
        self._tell()

    def _tell(self) -> None:
        window = self._window
        had_rows, number, position = self._last_reported
        self._last_reported = _Reported(
            bool(window.rows),
            window.cursor_number,
            position if window.is_jumping else window.position,
        )
        if self._last_reported.number != number:
            self.post_message(self.Highlighted(self, window.cursor_number))
        if self._last_reported.position != position:
            self.post_message(self.PositionChanged(self, *window.position))
        if self._last_reported.has_rows != had_rows:
            self.refresh_bindings()
        if self._opening and not window.is_waiting:
            self._opening = False
            if window.cursor_number is not None:
                self.post_message(self.Opened(self, window.cursor_number))

    def _watch_the_wait(self) -> None:
        if self._window.is_waiting or not self._answered:
            if self._loading_timer is None:
                self._loading_timer = self.set_timer(_LOADING_AFTER, self._show_loading)
        elif self._loading_timer is not None:
            self._loading_timer.stop()
            self._loading_timer = None
            self._show_loading()

    def _show_loading(self) -> None:
        """Update the loading state; a stopped timer may still fire, so check that one exists."""
        self.set_class(self._loading_timer is not None, "-loading")
        self.repaint()

    # Painting

    @property
    def is_led(self) -> bool:
        """Whether keys move the cursor now."""
        return self.has_focus

    def on_mount(self) -> None:
        self._update()

    def on_resize(self, event: events.Resize) -> None:
        self._window.resize(self.size.height - 1)
        self._update()

    def styles_changed(self) -> None:
        self._styles = None
        self._strips.clear()

    def picture(self) -> list[Strip]:
        """Return the header, the visible rows, and a text if there are none."""
        width, height = self.size
        if not width or not height:
            return []
        styles = self._read_styles()
        self._fit_columns(width)
        loading = _("Loading…") if self.has_class("-loading") else ""
        rows = self._window.seen[: height - 1]
        lines = [self._columns.paint_titles(styles, loading if rows else "")]
        if rows:
            under_cursor = self._window.cursor - self._window.top
            look = styles.cursor if self.is_led else styles.cursor_blurred
            lines += [
                self._row_strip(row, look if line == under_cursor else None)
                for line, row in enumerate(rows)
            ]
        elif loading or self._answered:
            text = loading or self._empty_text
            lines += paint_text(text, width, styles.quiet)
        blank = paint_text("", width, styles.plain)
        return (lines + blank * height)[:height]

    def _row_strip(self, row: R, cursor: Style | None) -> Strip:
        key = (row, cursor, row.number in self._marked)
        if key not in self._strips:
            if len(self._strips) > _STRIPS_KEPT:
                self._strips.clear()
            styles = self.styles_of(row, self._read_styles(), self._today)
            self._strips[key] = self._columns.paint(row, self._zone, styles, cursor, key[2])
        return self._strips[key]

    def _fit_columns(self, width: int) -> None:
        rows = self._window.rows
        if self._fitted[0] == width and self._fitted[1] is rows:
            return
        self._fitted = (width, rows)
        columns = self.columns_for(width, rows)
        if columns != self._columns:
            self._columns = columns
            self._strips.clear()

    def _read_styles(self) -> RowStyles:
        if self._styles is None:
            part = self.get_component_rich_style
            self._styles = RowStyles(
                plain=self.rich_style,
                header=part("list-table--header"),
                cursor=part("list-table--cursor"),
                cursor_blurred=part("list-table--cursor-blurred"),
                overdue=part("list-table--overdue"),
                mark=part("list-table--mark"),
                quiet=part("list-table--quiet"),
                strong=part("list-table--strong"),
                statuses={
                    status: part(f"list-table--status-{status.value}") for status in TicketStatus
                },
            )
        return self._styles
