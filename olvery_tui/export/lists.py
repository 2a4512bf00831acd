"""The exportable lists: what their items look like for people and for programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Generic, TypeVar

from olvery_tui.domain.events import EventLine
from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.reports import ReportLine
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.export import columns, for_people, json_lines
from olvery_tui.export.columns import Cell
from olvery_tui.export.for_people import Column
from olvery_tui.i18n import N_

Item = TypeVar("Item")


@dataclass(frozen=True)
class Listed(Generic[Item]):
    """The content of a list. `title` is a msgid of the catalogue.

    `columns` and `cells` are the spreadsheet for programs, `object` is an item as JSON, and
    `for_people` the spreadsheet for people.
    """

    title: str
    columns: tuple[str, ...]
    cells: Callable[[Item, tzinfo], list[Cell]]
    object: Callable[[Item, tzinfo], dict[str, Any]]
    for_people: tuple[Column[Item], ...]


TICKETS = Listed[TicketDetails](
    N_("Tickets"),
    columns.TICKET_COLUMNS,
    columns.ticket_cells,
    json_lines.ticket_json,
    for_people.TICKET_COLUMNS,
)
ORDERS = Listed[OrderDetails](
    N_("Orders"),
    columns.ORDER_COLUMNS,
    columns.order_cells,
    json_lines.order_json,
    for_people.ORDER_COLUMNS,
)
EVENTS = Listed[EventLine](
    N_("Audit trail"),
    columns.EVENT_COLUMNS,
    columns.event_cells,
    json_lines.event_json,
    for_people.EVENT_COLUMNS,
)

REPORT = Listed[ReportLine](
    N_("Report"),
    columns.REPORT_COLUMNS,
    columns.report_cells,
    json_lines.report_json,
    for_people.REPORT_COLUMNS,
)

LISTS: dict[str, Listed[Any]] = {"tickets": TICKETS, "orders": ORDERS}
"""Those that the screens export, by their names for them."""
