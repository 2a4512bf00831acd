"""The exportable lists and how their items look in each format."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import IO, Any, Generic, TextIO, TypeVar

from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.text import spreadsheet_safe
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.export.columns import (
    ORDER_COLUMNS,
    TICKET_COLUMNS,
    Cell,
    order_cells,
    ticket_cells,
)
from olvery_tui.export.json_lines import json_array, order_json, ticket_json
from olvery_tui.i18n import N_, _

Item = TypeVar("Item")


@dataclass(frozen=True)
class Listed(Generic[Item]):
    """The content of a list. `title` is a msgid of the catalogue."""

    title: str
    columns: tuple[str, ...]
    cells: Callable[[Item, tzinfo], list[Cell]]
    object: Callable[[Item, tzinfo], dict[str, Any]]

    def write_csv(self, cards: Iterator[Item], zone: tzinfo, file: TextIO) -> None:
        """Write a header and the rows; no cell can become a formula."""
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(self.columns)
        for card in cards:
            writer.writerow(
                spreadsheet_safe(cell) if isinstance(cell, str) else cell
                for cell in self.cells(card, zone)
            )

    def write_json(self, cards: Iterator[Item], zone: tzinfo, file: TextIO) -> None:
        """Write an array, one object per line."""
        file.writelines(json_array(self.object(card, zone) for card in cards))

    def write_xlsx(self, cards: Iterator[Item], zone: tzinfo, file: IO[bytes]) -> bool:
        """Write a sheet; return whether the whole list fitted."""
        from olvery_tui.export.spreadsheet import write_spreadsheet

        lines = (self.cells(card, zone) for card in cards)
        return write_spreadsheet(_(self.title), self.columns, lines, file)


TICKETS = Listed[TicketDetails](N_("Tickets"), TICKET_COLUMNS, ticket_cells, ticket_json)
ORDERS = Listed[OrderDetails](N_("Orders"), ORDER_COLUMNS, order_cells, order_json)
