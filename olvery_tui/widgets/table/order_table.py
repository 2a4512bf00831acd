"""The list of orders."""

from __future__ import annotations

from olvery_tui.domain.orders import OrderRow
from olvery_tui.widgets.table.list_table import ListTable
from olvery_tui.widgets.table.order_columns import OrderColumns, Widest


class OrderTable(ListTable[OrderRow]):
    """Orders, newest first: number, customer, service, status, tickets, price, paid."""

    _widest = Widest()

    def columns_for(self, width: int, rows: tuple[OrderRow, ...]) -> OrderColumns:
        """Return columns in which the widest number and price seen so far fit."""
        self._widest = self._widest.grown(rows)
        return OrderColumns.fitting(width, self._widest)
