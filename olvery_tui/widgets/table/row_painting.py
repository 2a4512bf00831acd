"""Paint a list's row as one line, its columns side by side.

Lines have few segments: each costs a colour sequence of some twenty bytes on a slow connection.
"""

from __future__ import annotations

from abc import abstractmethod
from datetime import tzinfo
from textwrap import wrap
from typing import Generic, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.domain.text import clean
from olvery_tui.widgets.table.held_rows import R

MARKER = "▌"
"""Marks the row under the cursor, visible without colours too."""

MARK = "■"
"""Marks a marked row, under the cursor too."""

_ELLIPSIS = "…"


class RowStyles(NamedTuple):
    """The styles of a list's parts."""

    plain: Style
    header: Style
    cursor: Style
    cursor_blurred: Style
    overdue: Style
    mark: Style
    quiet: Style
    strong: Style
    statuses: dict[TicketStatus, Style]

    def outstanding(self) -> RowStyles:
        """Return the styles of a row that stands out."""
        return self._replace(plain=self.strong)

    def receding(self) -> RowStyles:
        """Return the styles of a row with which nothing is left to do."""
        return self._replace(plain=self.quiet, statuses=dict.fromkeys(self.statuses, self.quiet))


class Cells(NamedTuple):
    """The column texts of one row, each no wider than its column."""

    before: tuple[str, ...]
    status: str
    overdue: str
    after: tuple[str, ...]


class Column(NamedTuple):
    """A column: its width in cells, and whether its text is right-aligned."""

    width: int
    right: bool = False

    def fill(self, text: str) -> str:
        """Return `text` padded or cut to the column's width."""
        if self.right:
            text = " " * (self.width - cell_len(text)) + text
        return fitted(text, self.width)


class Line(NamedTuple):
    """The columns of a list side by side, the same in every row.

    A marker of one cell stands before them, with no gap after it. The status and the overdue mark
    share a column; the last column takes the remaining room.
    """

    width: int
    gap: int
    before: tuple[Column, ...]
    status: int
    after: tuple[Column, ...]

    def paint_titles(self, titles: Cells, style: Style, note: str = "") -> Strip:
        """Return the headings, with `note` at the right end, if need be instead of the last one."""
        columns = (*self.before, Column(self.status), *self.after)
        texts = (*titles.before, titles.status, *titles.after)
        text = " " + "".join(
            column.fill(told) + " " * self.gap
            for column, told in zip(columns[:-1], texts[:-1], strict=True)
        )
        last = columns[-1].fill(texts[-1]).rstrip()
        room = self.width - cell_len(text) - cell_len(note) - 1
        if note and cell_len(last) >= room:
            last = ""
        text += fitted(last, max(0, room)) + note
        return Strip([Segment(fitted(text, self.width), style)], self.width)

    def paint(
        self,
        cells: Cells,
        look: TicketStatus,
        styles: RowStyles,
        cursor: Style | None,
        marked: bool = False,
    ) -> Strip:
        """Return a painted row; under the cursor entirely in the cursor's style.

        Args:
            cells: The column texts.
            look: The status whose style the status text has.
            styles: The styles of the parts.
            cursor: The cursor's style if it is on the row.
            marked: Whether the row is marked.
        """
        marker = MARK if marked else " " if cursor is None else MARKER
        before = self._joined(self.before, cells.before)
        status = fitted(cells.status, min(cell_len(cells.status), self.status))
        overdue = f" {cells.overdue}" if cells.overdue else ""
        padding = " " * (self.status - cell_len(status) - cell_len(overdue) + self.gap)
        after = padding + self._joined(self.after, cells.after)
        if cursor is not None:
            return _strip([(marker + before + status + overdue + after, cursor)], self.width)
        return _strip(
            [
                (marker, styles.mark if marked else styles.plain),
                (before, styles.plain),
                (status, styles.statuses[look]),
                (overdue, styles.overdue),
                (after + " " * self.width, styles.plain),
            ],
            self.width,
        )

    def _joined(self, columns: tuple[Column, ...], texts: tuple[str, ...]) -> str:
        return "".join(
            column.fill(text) + " " * self.gap for column, text in zip(columns, texts, strict=True)
        )


class Columns(Generic[R]):
    """The columns of a row type at one table width. Equal ones paint the same."""

    @property
    @abstractmethod
    def line(self) -> Line:
        """The columns side by side."""

    @abstractmethod
    def titles(self) -> Cells:
        """Return the headings."""

    @abstractmethod
    def cells(self, row: R, zone: tzinfo) -> Cells:
        """Return a row's texts, cleaned and cut to the columns' widths."""

    @abstractmethod
    def look(self, row: R) -> TicketStatus:
        """Return the status whose style a row's status text has."""

    def paint_titles(self, styles: RowStyles, note: str = "") -> Strip:
        """Return the headings, with `note` at their right end."""
        return self.line.paint_titles(self.titles(), styles.header, note)

    def paint(
        self, row: R, zone: tzinfo, styles: RowStyles, cursor: Style | None, marked: bool = False
    ) -> Strip:
        """Return a painted row; under the cursor entirely in the cursor's style."""
        return self.line.paint(self.cells(row, zone), self.look(row), styles, cursor, marked)

    def texts(self, row: R, zone: tzinfo) -> list[str]:
        """Return the text of each column."""
        cells = self.cells(row, zone)
        return [*cells.before, f"{cells.status} {cells.overdue}".strip(), *cells.after]


def paint_text(text: str, width: int, style: Style) -> list[Strip]:
    """Return centred lines of plain text after an empty one; an empty text gives one empty line."""
    lines = [""]
    for line in text.splitlines():
        lines += wrap(clean(line), max(1, width - 4)) or [""]
    before = [" " * (max(0, width - cell_len(line)) // 2) for line in lines]
    return [
        Strip([Segment(fitted(indent + line, width), style)], width)
        for indent, line in zip(before, lines, strict=True)
    ]


def cut(text: str, width: int) -> str:
    """Return `text` in at most `width` cells, with an ellipsis if it is cut."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + _ELLIPSIS


def fitted(text: str, width: int) -> str:
    """Return `text` in exactly `width` cells."""
    return set_cell_size(text, max(0, width))


def _strip(parts: list[tuple[str, Style]], width: int) -> Strip:
    """Join the parts into exactly `width` cells, padding or cutting the last one."""
    segments: list[Segment] = []
    for text, style in parts:
        if segments and segments[-1].style == style:
            segments[-1] = Segment(segments[-1].text + text, style)
        elif text:
            segments.append(Segment(text, style))
    used = sum(segment.cell_length for segment in segments[:-1])
    last = segments[-1]
    if used < width:
        segments[-1] = Segment(fitted(last.text, width - used), last.style)
    return Strip(segments).crop(0, width)
