"""A row of a list as one line: how its columns stand side by side, and the painted strip.

Few segments a line: each costs a colour sequence of some twenty bytes on a slow connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.domain.text import clean

MARKER = "▌"
"""Stands before the row under the cursor: seen without colours too."""

MARK = "■"
"""Stands before a row that is marked, under the cursor too."""

_ELLIPSIS = "…"


class RowStyles(NamedTuple):
    """How each part of a list looks."""

    plain: Style
    header: Style
    cursor: Style
    cursor_blurred: Style
    overdue: Style
    mark: Style
    quiet: Style
    statuses: dict[TicketStatus, Style]


class Cells(NamedTuple):
    """What the columns of one row say, each no longer than its column is wide."""

    before: tuple[str, ...]
    status: str
    overdue: str
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its width in cells, and whether what stands in it is flush right."""

    width: int
    right: bool = False

    def fill(self, text: str) -> str:
        """`text` in exactly so many cells."""
        if self.right:
            text = " " * (self.width - cell_len(text)) + text
        return fitted(text, self.width)


@dataclass(frozen=True, slots=True)
class Line:
    """The columns of a list side by side, the same in every row, so that nothing jumps.

    A marker of one cell stands before them, with no gap after it. The status and the mark of what
    is overdue share a column; the last column takes whatever room is left.
    """

    width: int
    gap: int
    before: tuple[Column, ...]
    status: int
    after: tuple[Column, ...]

    def paint_titles(self, titles: Cells, style: Style, note: str = "") -> Strip:
        """The headings. A `note` stands at the right end, where need be in place of the last."""
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
        """One row; under the cursor it is in the cursor's style as a whole.

        Args:
            cells: What stands in the columns.
            look: Whose style the status has.
            styles: How the parts look.
            cursor: The look of the cursor where it is on the row.
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


def paint_text(text: str, width: int, style: Style, *, covered: int = 0) -> list[Strip]:
    """Lines of plain text in the middle of the width, after an empty one; one empty for none.

    Of the `covered` cells at the left nothing is seen: the middle is that of the others.
    """
    room = width - covered
    lines = [""]
    for line in text.splitlines():
        lines += wrap(clean(line), max(1, room - 4)) or [""]
    before = [" " * (covered + max(0, room - cell_len(line)) // 2) for line in lines]
    return [
        Strip([Segment(fitted(indent + line, width), style)], width)
        for indent, line in zip(before, lines, strict=True)
    ]


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells; what is cut off is told by an ellipsis."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + _ELLIPSIS


def fitted(text: str, width: int) -> str:
    """`text` in exactly `width` cells."""
    return set_cell_size(text, max(0, width))


def _strip(parts: list[tuple[str, Style]], width: int) -> Strip:
    """The parts in exactly `width` cells: the last one is lengthened or cut."""
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
