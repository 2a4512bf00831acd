"""The list of orders."""

from __future__ import annotations

from olvery_tui.domain.orders import OrderRow
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import OPEN_ORDERS
from olvery_tui.widgets.table.list_table import ListTable
from olvery_tui.widgets.table.order_columns import OrderColumns, Widest
from olvery_tui.widgets.table.row_painting import RowStyles


class OrderTable(ListTable[OrderRow]):
    """Orders, newest first: number, customer, service, status, tickets, price, paid."""

    _widest = Widest()

    def columns_for(self, width: int, rows: tuple[OrderRow, ...]) -> OrderColumns:
        """Return columns in which the widest number and price seen so far fit."""
        self._widest = self._widest.grown(rows)
        return OrderColumns.fitting(width, self._widest)

    def styles_of(self, row: OrderRow, styles: RowStyles, today: Period | None) -> RowStyles:
        """Let orders stand back with which nothing is left to do."""
        return styles if row.status in OPEN_ORDERS else styles.receding()
