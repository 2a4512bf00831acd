"""The list of tickets, with the manual's columns."""

from __future__ import annotations

from olvery_tui.domain.pages import TicketRow
from olvery_tui.widgets.table.list_table import ListTable
from olvery_tui.widgets.table.ticket_columns import TicketColumns


class TicketTable(ListTable[TicketRow]):
    """Tickets, newest first: number, rental period, visitor, status, workplace."""

    _digits = 1

    def columns_for(self, width: int, rows: tuple[TicketRow, ...]) -> TicketColumns:
        """Return columns sized for the longest number so far, which comes first."""
        if rows:
            self._digits = max(self._digits, len(str(rows[0].number)))
        return TicketColumns.fitting(width, self._digits)
