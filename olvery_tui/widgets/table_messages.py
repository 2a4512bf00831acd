"""What the list of tickets tells its screen; reached as `TicketTable.PageWanted` and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from olvery_tui.domain.cards import Count, PageStart

if TYPE_CHECKING:
    from olvery_tui.widgets.ticket_table import TicketTable


class TableMessage(Message):
    """Something the list says of itself."""

    def __init__(self, table: TicketTable) -> None:
        super().__init__()
        self.table = table

    @property
    def control(self) -> TicketTable:
        """The list that says it."""
        return self.table


class PageWanted(TableMessage, namespace="ticket_table"):
    """Rows are needed; to be answered by `show_page` or `page_failed` with the same token."""

    def __init__(self, table: TicketTable, start: PageStart, limit: int, token: int) -> None:
        super().__init__(table)
        self.start = start
        self.limit = limit
        self.token = token


class Opened(TableMessage, namespace="ticket_table"):
    """A ticket was chosen: with `Enter`, a double click, or a click on the selected row."""

    def __init__(self, table: TicketTable, number: int) -> None:
        super().__init__(table)
        self.number = number


class Highlighted(TableMessage, namespace="ticket_table"):
    """The cursor came to another ticket; `number` is None where the list is empty."""

    def __init__(self, table: TicketTable, number: int | None) -> None:
        super().__init__(table)
        self.number = number

    def can_replace(self, message: Message) -> bool:
        """Of a held key's many moves the last one counts."""
        return isinstance(message, Highlighted)


class PositionChanged(TableMessage, namespace="ticket_table"):
    """Other rows came in sight, or how many there are became known.

    `first` and `last` count from 1 in the whole list; None where their place is not known.
    """

    def __init__(
        self, table: TicketTable, first: int | None, last: int | None, total: Count | None
    ) -> None:
        super().__init__(table)
        self.first = first
        self.last = last
        self.total = total

    def can_replace(self, message: Message) -> bool:
        """Of a held key's many moves the last one counts."""
        return isinstance(message, PositionChanged)
