"""A ticket as one line of the list: the widths of the columns and the painted strip.

Few segments a line: each costs a colour sequence of some twenty bytes on a slow connection.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from textwrap import wrap
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from olvery_tui.domain.cards import TicketRow
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.domain.text import clean, shown
from olvery_tui.i18n import _, pgettext
from olvery_tui.wording.labels import OVERDUE_SYMBOL, overdue, status_text
from olvery_tui.wording.people import named
from olvery_tui.wording.periods import period_text

MARKER = "▌"
"""Stands before the row under the cursor: seen without colours too."""

_LONG_PERIOD = 37
_SHORT_PERIOD = 23
_NUMBER_LEAST = 5
_PLACE_MOST = 24
_VISITOR_MOST = 48
_VISITOR_GOOD = 20
_VISITOR_ENOUGH = 18
_ELLIPSIS = "…"


class RowStyles(NamedTuple):
    """How each part of the list looks."""

    plain: Style
    header: Style
    cursor: Style
    cursor_blurred: Style
    overdue: Style
    quiet: Style
    statuses: dict[TicketStatus, Style]


class Cells(NamedTuple):
    """What a ticket's columns say."""

    number: str
    period: str
    visitor: str
    status: str
    overdue: str
    place: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The widths of the columns, in cells; the same for every row, so that nothing jumps."""

    width: int
    number: int
    period: int
    visitor: int
    status: int
    place: int
    gap: int
    long_period: bool
    overdue_words: bool

    @classmethod
    def fitting(cls, width: int, digits: int) -> Columns:
        """Columns for a table of `width` cells whose longest number has `digits` digits.

        What is left over goes first to the long form of the period, then to wider gaps, a longer
        name, words for an overdue ticket, and the label of the place.
        """
        header = titles()
        number = max(_NUMBER_LEAST, digits, cell_len(header.number))
        status = max(
            cell_len(header.status),
            *(cell_len(status_text(status)) for status in TicketStatus),
            cell_len(f"{status_text(TicketStatus.ACTIVE)} {OVERDUE_SYMBOL}"),
        )
        place = cell_len(header.place)
        words = cell_len(f"{status_text(TicketStatus.ACTIVE)} {OVERDUE_SYMBOL} {overdue()}")

        rest = width - len(MARKER) - 1 - number - status - place - 4
        long_period = rest - _LONG_PERIOD >= _VISITOR_ENOUGH
        period = _LONG_PERIOD if long_period else _SHORT_PERIOD
        visitor = max(4, rest - period)
        spare = max(0, visitor - _VISITOR_GOOD)
        gap = 1
        if spare >= 4:
            gap, spare = 2, spare - 4
        overdue_words = spare >= words - status + 4
        if overdue_words:
            spare -= words - status
            status = words
        wider_name = min(spare, _VISITOR_MOST - _VISITOR_GOOD)
        return cls(
            width=width,
            number=number,
            period=period,
            visitor=min(visitor, _VISITOR_GOOD) + wider_name,
            status=status,
            place=place + min(spare - wider_name, _PLACE_MOST - place),
            gap=gap,
            long_period=long_period,
            overdue_words=overdue_words,
        )

    def paint_titles(self, styles: RowStyles, note: str = "") -> Strip:
        """The header. A `note` stands at its right end, where need be instead of the last title."""
        cells = titles()
        text = self._joined(
            [
                (" ", 1),
                (" " * (self.number - cell_len(cells.number)) + cells.number, self.number),
                (cells.period, self.period),
                (cells.visitor, self.visitor),
                (cells.status, self.status),
            ]
        )
        room = self.width - cell_len(text) - cell_len(note) - 1
        last = cells.place if not note or cell_len(cells.place) < room else ""
        text += fitted(last, max(0, room)) + note
        return Strip([Segment(fitted(text, self.width), styles.header)], self.width)

    def paint(self, row: TicketRow, zone: tzinfo, styles: RowStyles, cursor: Style | None) -> Strip:
        """One ticket; under the cursor it is in the cursor's style as a whole."""
        cells = row_cells(row, self, zone)
        before = self._joined(
            [
                (" " if cursor is None else MARKER, 1),
                (" " * (self.number - len(cells.number)) + cells.number, self.number),
                (cells.period, self.period),
                (cells.visitor, self.visitor),
            ]
        )
        status = fitted(cells.status, min(cell_len(cells.status), self.status))
        mark = f" {cells.overdue}" if cells.overdue else ""
        padding = " " * (self.status - cell_len(status) - cell_len(mark) + self.gap)
        used = cell_len(before) + self.status + self.gap
        after = padding + fitted(cells.place, self.width - used)
        if cursor is not None:
            return _strip([(before + status + mark + after, cursor)], self.width)
        return _strip(
            [
                (before, styles.plain),
                (status, styles.statuses[row.status]),
                (mark, styles.overdue),
                (after, styles.plain),
            ],
            self.width,
        )

    def _joined(self, cells: list[tuple[str, int]]) -> str:
        """Cells side by side; the marker's one cell has no gap after it."""
        (marker, _width), *others = cells
        return marker + "".join(fitted(text, width) + " " * self.gap for text, width in others)


def titles() -> Cells:
    """The headings of the columns, as the manual has them."""
    return Cells(
        number=_("Number"),
        period=_("Rental period"),
        visitor=_("Visitor"),
        status=_("Status"),
        overdue="",
        place=pgettext("column", "Workplace"),
    )


def row_cells(row: TicketRow, columns: Columns, zone: tzinfo) -> Cells:
    """What the columns say about a ticket, cleaned and no longer than they are wide."""
    period = period_text(row.period, zone, short=not columns.long_period)
    if cell_len(period) > columns.period:
        period = period_text(row.period, zone, short=True)
    mark = ""
    if row.overdue:
        mark = f"{OVERDUE_SYMBOL} {overdue()}" if columns.overdue_words else OVERDUE_SYMBOL
    return Cells(
        number=str(row.number),
        period=cut(period, columns.period),
        visitor=cut(named(row.visitor), columns.visitor),
        status=status_text(row.status),
        overdue=mark,
        place=cut(shown(row.workplace), columns.place),
    )


def paint_text(text: str, width: int, style: Style) -> list[Strip]:
    """Lines of plain text in the middle of the width, after an empty one; one empty for none."""
    lines = [""]
    for line in text.splitlines():
        lines += wrap(clean(line), max(1, width - 4)) or [""]
    return [
        Strip([Segment(fitted(" " * ((width - cell_len(line)) // 2) + line, width), style)], width)
        for line in lines
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
    segments: list[Segment] = []
    for text, style in parts:
        if segments and segments[-1].style == style:
            segments[-1] = Segment(segments[-1].text + text, style)
        elif text:
            segments.append(Segment(text, style))
    return Strip(segments).crop(0, width)
