"""The list of tickets, with the manual's columns."""

from __future__ import annotations

from olvery_tui.domain.pages import TicketRow
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import SETTLED_TICKETS
from olvery_tui.widgets.table.list_table import ListTable
from olvery_tui.widgets.table.row_painting import RowStyles
from olvery_tui.widgets.table.ticket_columns import TicketColumns, Widest


class TicketTable(ListTable[TicketRow]):
    """Tickets, newest first: number, rental period, visitor, status, workplace."""

    _widest = Widest()

    def columns_for(self, width: int, rows: tuple[TicketRow, ...]) -> TicketColumns:
        """Return columns in which the widest texts seen so far fit, as far as there is room."""
        self._widest = self._widest.grown(rows)
        return TicketColumns.fitting(width, self._widest)

    def styles_of(self, row: TicketRow, styles: RowStyles, today: Period | None) -> RowStyles:
        """Let today's tickets stand out, and those stand back with which nothing is left to do."""
        if row.status in SETTLED_TICKETS:
            return styles.receding()
        is_today = today is not None and row.period.overlaps(today)
        return styles.outstanding() if is_today else styles
