"""The columns of the ticket list: their widths and texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import NamedTuple

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from olvery_tui.domain.pages import TicketRow
from olvery_tui.domain.periods import PeriodKind
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _, pgettext
from olvery_tui.widgets.table.row_painting import MARKER, Cells, Column, Line, RowStyles, cut
from olvery_tui.wording.labels import OVERDUE_SYMBOL, overdue, status_text
from olvery_tui.wording.people import named
from olvery_tui.wording.periods import brief_period_text, period_text

_LONG_PERIOD = 37
_SHORT_PERIOD = 23
_NUMBER_LEAST = 5
_PLACE_MOST = 24
_VISITOR_MOST = 48
_VISITOR_GOOD = 20
_VISITOR_ENOUGH = 18
_VISITOR_LONG = 32
"""Letters of a name for which periods are told in short; a longer one is cut instead."""
_GAP_MOST = 4
_BRIEF_BELOW = 60
"""Cells of a table below which a row is told in brief."""
_BRIEF_HOURS, _BRIEF_DAYS, _SYMBOLS = len("06.12 09:00–12:00"), len("22.12–25.01"), 3


@dataclass(frozen=True, slots=True)
class Widest:
    """The widest number, name and place seen in the list, which never shrink.

    `hourly` is whether a period was seen whose long form takes more room than its short one.
    """

    number: int = _NUMBER_LEAST
    visitor: int = _VISITOR_ENOUGH
    place: int = 0
    hourly: bool = False

    def grown(self, rows: Sequence[TicketRow]) -> Widest:
        """Return the widths grown by `rows`, which are in descending order of numbers."""
        if not rows:
            return self
        return Widest(
            max(self.number, len(str(rows[0].number))),
            max(self.visitor, *(cell_len(row.visitor) for row in rows)),
            max(self.place, *(cell_len(row.workplace) for row in rows)),
            self.hourly or any(row.period.kind is PeriodKind.HOURLY for row in rows),
        )


class TicketCells(NamedTuple):
    """The column texts of a ticket."""

    number: str
    period: str
    visitor: str
    status: str
    overdue: str
    place: str

    def in_line(self) -> Cells:
        """Return the texts grouped as the line needs them."""
        return Cells(
            (self.number, self.period, self.visitor), self.status, self.overdue, (self.place,)
        )


class TicketColumns(NamedTuple):
    """The columns of the tickets at one table width."""

    line: Line
    long_period: bool
    overdue_words: bool
    is_brief: bool = False

    @classmethod
    def fitting(cls, width: int, widest: Widest) -> TicketColumns:
        """Return the columns for a table of `width` cells.

        Names give way last: periods are told in short where a name would be cut. Spare room goes
        first to wider gaps, then to words for an overdue ticket, whole names and places, and what
        is left between the columns.
        """
        if width < _BRIEF_BELOW:
            return cls._brief(width, widest)
        header = titles()
        number = max(widest.number, cell_len(header.number))
        status = max(
            cell_len(header.status),
            *(cell_len(status_text(status)) for status in TicketStatus),
            cell_len(f"{status_text(TicketStatus.ACTIVE)} {OVERDUE_SYMBOL}"),
        )
        place = cell_len(header.place)
        words = cell_len(f"{status_text(TicketStatus.ACTIVE)} {OVERDUE_SYMBOL} {overdue()}")

        rest = width - len(MARKER) - 1 - number - status - place - 4
        long_period = rest - _LONG_PERIOD >= min(widest.visitor, _VISITOR_LONG)
        period = _LONG_PERIOD if long_period and widest.hourly else _SHORT_PERIOD
        name = min(max(widest.visitor, _VISITOR_GOOD), _VISITOR_MOST)
        visitor = min(max(4, rest - period), name)
        spare = max(0, rest - period - visitor)
        gap = 1
        if spare >= 4:
            gap, spare = 2, spare - 4
        overdue_words = spare >= words - status
        if overdue_words:
            spare -= words - status
            status = words
        wider_place = min(spare, max(0, min(widest.place, _PLACE_MOST) - place))
        place, spare = place + wider_place, spare - wider_place
        gap += min(spare // 4, _GAP_MOST - gap)
        before = (Column(number, right=True), Column(period), Column(visitor))
        return cls(Line(width, gap, before, status, (Column(place),)), long_period, overdue_words)

    @classmethod
    def _brief(cls, width: int, widest: Widest) -> TicketColumns:
        """Return the columns beside an open drawer: short days, the status's symbol, no place."""
        period = _BRIEF_HOURS if widest.hourly else _BRIEF_DAYS
        visitor = max(4, width - len(MARKER) - widest.number - period - _SYMBOLS - 4)
        before = (Column(widest.number, right=True), Column(period), Column(visitor))
        return cls(Line(width, 1, before, _SYMBOLS, (Column(0),)), False, False, is_brief=True)

    def paint_titles(self, styles: RowStyles, note: str = "") -> Strip:
        """Return the headings, with `note` at their right end."""
        header = titles()
        if self.is_brief:
            header = header._replace(number="№", status="", place="")
        return self.line.paint_titles(header.in_line(), styles.header, note)

    def paint(
        self,
        row: TicketRow,
        zone: tzinfo,
        styles: RowStyles,
        cursor: Style | None,
        marked: bool = False,
    ) -> Strip:
        """Return a painted ticket; under the cursor entirely in the cursor's style."""
        cells = row_cells(row, self, zone).in_line()
        return self.line.paint(cells, row.status, styles, cursor, marked)

    def texts(self, row: TicketRow, zone: tzinfo) -> list[str]:
        """Return the text of each column."""
        cells = row_cells(row, self, zone)
        status = f"{cells.status} {cells.overdue}".rstrip()
        return [cells.number, cells.period, cells.visitor, status, cells.place]


def titles() -> TicketCells:
    """Return the column headings, as in the manual."""
    return TicketCells(
        number=_("Number"),
        period=_("Rental period"),
        visitor=_("Visitor"),
        status=_("Status"),
        overdue="",
        place=pgettext("column", "Workplace"),
    )


def row_cells(row: TicketRow, columns: TicketColumns, zone: tzinfo) -> TicketCells:
    """Return the column texts of a ticket, cleaned and cut to the column widths."""
    _number, period_column, visitor = columns.line.before
    (place,) = columns.line.after
    if columns.is_brief:
        period = brief_period_text(row.period, zone)
    else:
        period = period_text(row.period, zone, short=not columns.long_period)
    if cell_len(period) > period_column.width:
        period = period_text(row.period, zone, short=True)
    mark = ""
    if row.overdue:
        mark = f"{OVERDUE_SYMBOL} {overdue()}" if columns.overdue_words else OVERDUE_SYMBOL
    return TicketCells(
        number=str(row.number),
        period=cut(period, period_column.width),
        visitor=cut(named(row.visitor), visitor.width),
        status=status_text(row.status)[: 1 if columns.is_brief else None],
        overdue=mark,
        place=cut(shown(row.workplace), place.width),
    )
