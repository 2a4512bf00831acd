"""The columns of the ticket list: their widths and texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import NamedTuple

from rich.cells import cell_len

from olvery_tui.domain.pages import TicketRow
from olvery_tui.domain.periods import PeriodKind
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _, pgettext
from olvery_tui.widgets.table.row_painting import MARKER, Cells, Column, Columns, Line, cut
from olvery_tui.wording.labels import CHECKED_SYMBOL, OVERDUE_SYMBOL, overdue, status_text
from olvery_tui.wording.people import named
from olvery_tui.wording.periods import brief_period_text, period_text

_LONG_PERIOD = 37
_SHORT_PERIOD = 23
_NUMBER_LEAST = 5
_PLACE_MOST = 24
_VISITOR_MOST = 48
_VISITOR_GOOD = 20
_VISITOR_ENOUGH = 18
_VISITOR_LEAST = 16
"""Letters of a name that the column of the check leaves."""
_VISITOR_LONG = 32
"""Letters of a name for which periods are told in short; a longer one is cut instead."""
_ROOM_MOST = 20
_GAP_MOST = 4
_BRIEF_BELOW = 60
"""Cells of a table below which a row is told in brief."""
_BRIEF_HOURS, _BRIEF_DAYS, _SYMBOLS = len("06.12 09:00–12:00"), len("22.12–25.01"), 3


class Widest(NamedTuple):
    """The widest number, name, place and room seen in the list, which never shrink.

    `hourly` is whether a period was seen whose long form takes more room than its short one.
    `rooms` are the first two rooms seen: with one alone, no column tells it.
    """

    number: int = _NUMBER_LEAST
    visitor: int = 0
    place: int = 0
    hourly: bool = False
    room: int = 0
    rooms: frozenset[str] = frozenset()

    def grown(self, rows: Sequence[TicketRow]) -> Widest:
        """Return the widths grown by `rows`, which are in descending order of numbers."""
        if not rows:
            return self
        return Widest(
            max(self.number, len(str(rows[0].number))),
            max(self.visitor, *(cell_len(row.visitor) for row in rows)),
            max(self.place, *(cell_len(row.workplace) for row in rows)),
            self.hourly or any(row.period.kind is PeriodKind.HOURLY for row in rows),
            max(self.room, *(cell_len(row.room) for row in rows)),
            frozenset(sorted(self.rooms | {row.room for row in rows})[:2]),
        )


class _Fit(NamedTuple):
    line: Line
    long_period: bool
    overdue_words: bool
    brief_period: bool = False
    is_brief: bool = False


class TicketColumns(_Fit, Columns[TicketRow]):
    """The columns of the tickets at one table width."""

    @classmethod
    def fitting(cls, width: int, widest: Widest) -> TicketColumns:
        """Return the columns for a table of `width` cells.

        Names give way last: periods are told in short, and then in brief, where a name would be
        cut. Spare room goes first to wider gaps, then to the room where there are several, words
        for an overdue ticket, whole names and places, and what is left between the columns.
        """
        if width < _BRIEF_BELOW:
            return cls._brief(width, widest)
        number = max(widest.number, cell_len(_("Number")))
        status = max(
            cell_len(_("Status")),
            *(cell_len(status_text(status)) for status in TicketStatus),
            cell_len(f"{status_text(TicketStatus.ACTIVE)} {OVERDUE_SYMBOL}"),
        )
        place = cell_len(pgettext("column", "Workplace"))
        words = cell_len(f"{status_text(TicketStatus.ACTIVE)} {OVERDUE_SYMBOL} {overdue()}")

        rest = width - len(MARKER) - 1 - number - status - place - 4
        check = len(CHECKED_SYMBOL)
        if has_check := rest - check - 1 - _SHORT_PERIOD >= _VISITOR_LEAST:
            rest -= check + 1
        enough = min(max(widest.visitor, _VISITOR_ENOUGH), _VISITOR_LONG)
        long_period = rest - _LONG_PERIOD >= enough
        brief_period = rest - _SHORT_PERIOD < min(widest.visitor, _VISITOR_ENOUGH)
        period = _LONG_PERIOD if long_period and widest.hourly else _SHORT_PERIOD
        period = _BRIEF_HOURS if brief_period else period
        name = min(max(widest.visitor, _VISITOR_GOOD), _VISITOR_MOST)
        visitor = min(max(4, rest - period), name)
        spare = max(0, rest - period - visitor)
        gap = 1
        if spare >= 4 + has_check:
            gap, spare = 2, spare - 4 - has_check
        room = max(cell_len(pgettext("column", "Room")), min(widest.room, _ROOM_MOST))
        if has_room := len(widest.rooms) > 1 and spare >= room + gap:
            spare -= room + gap
        overdue_words = spare >= words - status
        if overdue_words:
            spare -= words - status
            status = words
        wider_place = min(spare, max(0, min(widest.place, _PLACE_MOST) - place))
        place, spare = place + wider_place, spare - wider_place
        gap += min(spare // (4 + has_check + has_room), _GAP_MOST - gap)
        before = (Column(number, right=True), Column(period), Column(visitor), Column(check))
        after = (Column(place), Column(room))
        line = Line(width, gap, before[: 3 + has_check], status, after[: 1 + has_room])
        return cls(line, long_period, overdue_words, brief_period)

    @classmethod
    def _brief(cls, width: int, widest: Widest) -> TicketColumns:
        """Return the columns beside an open drawer: short days, the status's symbol, no place."""
        period = _BRIEF_HOURS if widest.hourly else _BRIEF_DAYS
        visitor = max(4, width - len(MARKER) - widest.number - period - _SYMBOLS - 4)
        before = (Column(widest.number, right=True), Column(period), Column(visitor))
        line = Line(width, 1, before, _SYMBOLS, (Column(0),))
        return cls(line, False, False, brief_period=True, is_brief=True)

    def titles(self) -> Cells:
        number, status, place = _("Number"), _("Status"), pgettext("column", "Workplace")
        if self.is_brief:
            number, status, place = "№", "", ""
        before = (number, _("Rental period"), _("Visitor"), CHECKED_SYMBOL)
        return self._cells(before, status, "", (place, pgettext("column", "Room")))

    def cells(self, row: TicketRow, zone: tzinfo) -> Cells:
        _number, period_column, visitor, *_check = self.line.before
        place, *room = self.line.after
        if self.brief_period:
            period = brief_period_text(row.period, zone)
        else:
            period = period_text(row.period, zone, short=not self.long_period)
        if cell_len(period) > period_column.width:
            period = period_text(row.period, zone, short=True)
        mark = ""
        if row.overdue:
            mark = f"{OVERDUE_SYMBOL} {overdue()}" if self.overdue_words else OVERDUE_SYMBOL
        before = (
            str(row.number),
            cut(period, period_column.width),
            cut(named(row.visitor), visitor.width),
            CHECKED_SYMBOL if row.checked else "",
        )
        status = status_text(row.status)[: 1 if self.is_brief else None]
        rooms = (cut(shown(row.room), column.width) for column in room)
        return self._cells(before, status, mark, (cut(shown(row.workplace), place.width), *rooms))

    def _cells(
        self, before: tuple[str, ...], status: str, mark: str, after: tuple[str, ...]
    ) -> Cells:
        """Return the texts of the line's columns; a narrow one has none of the check or room."""
        line = self.line
        return Cells(before[: len(line.before)], status, mark, after[: len(line.after)])

    def look(self, row: TicketRow) -> TicketStatus:
        return row.status
