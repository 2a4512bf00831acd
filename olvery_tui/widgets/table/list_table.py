"""A long list: arrows, pages and the mouse move the cursor, `Enter` opens, `Space` marks.

The list may have a million lines, and the line to the terminal may be slow. So the table holds a
window of some hundred rows that it asks for with a message, paints each row as one line, and sends
only the lines that changed. What stands in the columns is the subclass's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar

from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from olvery_tui.domain.pages import Count, PageStart
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.i18n import _
from olvery_tui.keys import binding
from olvery_tui.widgets.table.held_rows import Position, R, Row, RowPage
from olvery_tui.widgets.table.line_table import LineTable
from olvery_tui.widgets.table.row_painting import RowStyles, paint_text
from olvery_tui.widgets.table.table_window import TableWindow

_LOADING_AFTER = 0.15
"""Seconds without an answer after which the table says that it is loading."""

_DOUBLE_CLICK = 0.35
"""Seconds for which a click on the selected row waits for a second one."""

_PATIENCE = 5.0
"""Seconds after which an answer is not waited for any more: the next occasion asks again."""

_WHEEL_LINES = 3

_STRIPS_KEPT = 1000

_MARKER_CELLS = 2
"""Cells at the left of a row where a click marks it: the marker, and one more to hit it."""

R_contra = TypeVar("R_contra", bound=Row, contravariant=True)


class Columns(Protocol[R_contra]):
    """The columns of one kind of row, for one width of the table. Equal ones paint the same."""

    def paint_titles(self, styles: RowStyles, note: str = "") -> Strip:
        """The headings; a `note` stands at their right end."""

    def paint(
        self,
        row: R_contra,
        zone: tzinfo,
        styles: RowStyles,
        cursor: Style | None,
        marked: bool = False,
    ) -> Strip:
        """A row; under the cursor it is in the cursor's style as a whole."""

    def texts(self, row: R_contra, zone: tzinfo) -> list[str]:
        """What each column says about a row."""


class _Reported(NamedTuple):
    """What the screen has been told last."""

    has_rows: bool = False
    number: int | None = None
    position: Position = (None, None, None)


class ListTable(LineTable, Generic[R], inherit_bindings=False):
    """A `DataTable` over a window of a list.

    It knows no database: it posts `PageWanted` and is given `show_page`. There is no scrollbar;
    `PositionChanged` tells which part of the list is seen. Marks belong to numbers, not to rows:
    they stay through refreshes, filters and scrolling until they are taken away.
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
    | enter | Open the line under the cursor. |
    | space | Mark it, or take its mark away, and go on to the next. |
    | escape | Take all marks away. |
    | up, down | Move the cursor by a line; at the edge the view jumps by half its height. |
    | pageup, pagedown | Move by a view. |
    | home, end | To the first or the last line of the list. |
    """

    COMPONENT_CLASSES: ClassVar = {
        "list-table--header",
        "list-table--cursor",
        "list-table--cursor-blurred",
        "list-table--quiet",
        "list-table--overdue",
        "list-table--mark",
        *(f"list-table--status-{status.value}" for status in TicketStatus),
    }
    """
    | Class | Description |
    | :- | :- |
    | `list-table--header` | The headings of the columns. |
    | `list-table--cursor` | The row under the cursor. |
    | `list-table--cursor-blurred` | The same while the focus is elsewhere. |
    | `list-table--quiet` | What is said where there are no rows. |
    | `list-table--overdue` | The mark of a ticket or order whose time is up. |
    | `list-table--mark` | The mark of a row that was marked. |
    | `list-table--status-…` | A status: new, confirmed, active, cancelled, done. |
    """

    @dataclass
    class PageWanted(Message, namespace="list_table"):
        """Rows are needed; to be answered by `show_page` or `page_failed` with the same token."""

        table: ListTable[Any]
        start: PageStart
        limit: int
        token: int

        @property
        def control(self) -> ListTable[Any]:
            """The list that asks."""
            return self.table

    @dataclass
    class Opened(Message, namespace="list_table"):
        """A line was chosen: with `Enter`, a double click, or a click on the selected row."""

        table: ListTable[Any]
        number: int

        @property
        def control(self) -> ListTable[Any]:
            """The list of the line."""
            return self.table

    @dataclass
    class _State(Message, namespace="list_table"):
        """What has changed in a list. Of a held key's many changes only the last one counts."""

        table: ListTable[Any]

        @property
        def control(self) -> ListTable[Any]:
            """The list that has changed."""
            return self.table

        def can_replace(self, message: Message) -> bool:
            """Drop an earlier message of the same kind that waits in the queue."""
            return type(message) is type(self)

    @dataclass
    class Highlighted(_State, namespace="list_table"):
        """The cursor came to another line; `number` is None where the list is empty."""

        number: int | None

    @dataclass
    class PositionChanged(_State, namespace="list_table"):
        """Other rows came in sight, or how many there are became known.

        `first` and `last` count from 1 in the whole list; None where their place is not known.
        """

        first: int | None
        last: int | None
        total: Count | None

    @dataclass
    class Marked(_State, namespace="list_table"):
        """Other lines are marked."""

        numbers: frozenset[int]

    def __init__(
        self, *, zone: tzinfo = UTC, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._zone = zone
        self._window = TableWindow[R]()
        self._columns = self.columns_for(80, ())
        self._fitted: tuple[int, tuple[R, ...]] = (80, ())
        """For which width and which rows the columns were made."""
        self._marked: frozenset[int] = frozenset()
        self._styles: RowStyles | None = None
        self._strips: dict[tuple[R, Style | None, bool], Strip] = {}
        """Rows as they were painted, by the look of the cursor where it is on them and the mark."""
        self._empty_text = ""
        self._covered = 0
        self._answered = False
        """Whether any question was answered or refused: until then nothing is known to be empty."""
        self._opening = False
        """Enter was pressed while the cursor was still under way: open where it arrives."""
        self._asked_at = 0.0
        self._loading_timer: Timer | None = None
        self._click_timer: Timer | None = None
        self._last_reported = _Reported()

    def columns_for(self, width: int, rows: tuple[R, ...]) -> Columns[R]:
        """The columns of a table `width` cells wide that holds `rows`; the subclass's.

        A column that grows with what stands in it never shrinks again while the width stays: the
        subclass remembers, so that nothing jumps to and fro.
        """
        raise NotImplementedError

    # What the screen asks and answers

    @property
    def cursor_number(self) -> int | None:
        """The number of the line under the cursor."""
        return self._window.cursor_number

    @property
    def marked(self) -> frozenset[int]:
        """The numbers of the lines that are marked, in sight or not."""
        return self._marked

    def mark(self, numbers: Iterable[int]) -> None:
        """Mark exactly these lines."""
        marked = frozenset(numbers)
        if marked != self._marked:
            was_any, self._marked = bool(self._marked), marked
            self.post_message(self.Marked(self, marked))
            self._update()
            if was_any != bool(marked):
                self.refresh_bindings()

    @property
    def row_count(self) -> int:
        """How many rows are held, not how many there are."""
        return len(self._window.rows)

    @property
    def cursor_row(self) -> int:
        """The place of the cursor among the rows that are held."""
        return self._window.cursor

    def get_row_at(self, row_index: int) -> list[str]:
        """What the columns say about one of the rows that are held."""
        return self._columns.texts(self._window.rows[row_index], self._zone)

    def set_zone(self, zone: tzinfo) -> None:
        """The time zone whose days and hours the periods are shown in."""
        self._zone = zone
        self._strips.clear()
        self._update()

    def restart(self) -> None:
        """Ask for another list from its first row; what is shown stays until the answer."""
        self._opening = False
        self._window.restart()
        self._update()

    def reload(self, keep_cursor: bool = True) -> None:
        """Ask again for what is shown; the cursor stays on its line or goes to the next one.

        Only rows that changed are painted. Without `keep_cursor` the same as `restart`.
        """
        if not keep_cursor:
            self.restart()
            return
        self._lose_patience()
        self._window.refresh()
        self._update()

    def select(self, number: int) -> None:
        """Put the cursor on a line, or on the one that follows where the list has not got it."""
        self._window.seek(number)
        self._update()

    def show_page(self, token: int, page: RowPage[R]) -> None:
        """The answer to `PageWanted`; one that comes too late is dropped."""
        if self._window.answer(token, page):
            self._answered = True
            self._update()

    def page_failed(self, token: int) -> None:
        """There is no answer to `PageWanted`; it is asked again at the next key or `reload`."""
        self._window.give_up(token)
        self._answered = True
        self._opening = False
        self._update()

    def show_count(self, count: Count) -> None:
        """How many rows the whole list has."""
        self._window.total = count
        self._update()

    def show_empty(self, text: str) -> None:
        """What to say while the list has no rows."""
        self._empty_text = text
        self._update()

    def cover(self, cells: int) -> None:
        """So many cells at the left are behind something else: what is said stands beside it."""
        if cells != self._covered:
            self._covered = cells
            self.repaint()

    # Keys

    def action_cursor_up(self) -> None:
        """One row up."""
        self._move(lambda: self._window.step(-1))

    def action_cursor_down(self) -> None:
        """One row down."""
        self._move(lambda: self._window.step(1))

    def action_page_up(self) -> None:
        """One view up."""
        self._move(lambda: self._window.page(-1))

    def action_page_down(self) -> None:
        """One view down."""
        self._move(lambda: self._window.page(1))

    def action_scroll_home(self) -> None:
        """To the first line."""
        self._move(self._window.home)

    def action_scroll_end(self) -> None:
        """To the last line."""
        self._move(self._window.end)

    def action_select_cursor(self) -> None:
        """Open the line under the cursor, once the cursor is where it was sent."""
        self._opening = True
        self._move(self._window.wake)

    def action_mark(self) -> None:
        """Mark the line under the cursor, or take its mark away, and go on to the next one."""
        number = self.cursor_number
        if number is not None and not self._window.is_waiting:
            self.mark(self._marked ^ {number})
            self.action_cursor_down()

    def action_unmark(self) -> None:
        """Take all marks away."""
        self.mark(())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where there is no line there is none to open, and where there is no mark none to take."""
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
        """A click selects; a second one on the selected row opens it.

        On the marker before a row, or with `Ctrl`, it marks the row or takes its mark away.

        A single click on the row that is selected already waits for the second of a double click:
        otherwise that one would press whatever stands at its place in the form that has opened.
        """
        event.prevent_default()
        at = event.get_content_offset_capture(self)
        line = at.y - 1
        before = self.cursor_number
        self._stop_click_timer()
        if event.button != 1 or not self._window.point(line):
            return
        event.stop()
        self._update()
        number = self.cursor_number
        if number is not None and (event.ctrl or at.x < _MARKER_CELLS):
            self.mark(self._marked ^ {number})
            return
        if number is None or number != before:
            return
        if event.chain > 1:
            self.post_message(self.Opened(self, number))
        else:
            self._click_timer = self.set_timer(_DOUBLE_CLICK, lambda: self._open_clicked(number))

    def _open_clicked(self, number: int) -> None:
        if self._click_timer is not None:  # nothing else was done meanwhile
            self._click_timer = None
            self.post_message(self.Opened(self, number))

    def _stop_click_timer(self) -> None:
        if self._click_timer is not None:
            self._click_timer.stop()
            self._click_timer = None

    # What follows from a change

    def _move(self, how: Callable[[], object]) -> None:
        """Something the user did: whatever was going on is asked for anew if it got stuck."""
        self._stop_click_timer()
        self._lose_patience()
        how()
        self._update()

    def _lose_patience(self) -> None:
        if time.monotonic() - self._asked_at > _PATIENCE:
            self._window.give_up()

    def _update(self) -> None:
        """Ask for what is missing, paint what changed, tell what is new."""
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
        """A timer that was stopped may still come: what counts is whether one is there."""
        self.set_class(self._loading_timer is not None, "-loading")
        self.repaint()

    # Painting

    def on_mount(self) -> None:
        self._update()

    def on_resize(self, event: events.Resize) -> None:
        self._window.resize(self.size.height - 1)
        self._update()

    def styles_changed(self) -> None:
        """The style sheet is asked anew before the next line is painted."""
        self._styles = None
        self._strips.clear()

    def picture(self) -> list[Strip]:
        """The header, the rows in sight, and what is said where there are none."""
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
            look = styles.cursor if self.has_focus else styles.cursor_blurred
            lines += [
                self._row_strip(row, look if line == under_cursor else None)
                for line, row in enumerate(rows)
            ]
        elif loading or self._answered:
            text = loading or self._empty_text
            lines += paint_text(text, width, styles.quiet, covered=self._covered)
        blank = paint_text("", width, styles.plain)
        return (lines + blank * height)[:height]

    def _row_strip(self, row: R, cursor: Style | None) -> Strip:
        key = (row, cursor, row.number in self._marked)
        if key not in self._strips:
            if len(self._strips) > _STRIPS_KEPT:
                self._strips.clear()
            self._strips[key] = self._columns.paint(
                row, self._zone, self._read_styles(), cursor, key[2]
            )
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
                statuses={
                    status: part(f"list-table--status-{status.value}") for status in TicketStatus
                },
            )
        return self._styles
