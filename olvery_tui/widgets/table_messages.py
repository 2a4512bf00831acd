"""What a list tells its screen; reached as `ListTable.PageWanted` and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.message import Message

from olvery_tui.domain.pages import Count, PageStart

if TYPE_CHECKING:
    from olvery_tui.widgets.list_table import ListTable


class TableMessage(Message):
    """Something the list says of itself."""

    def __init__(self, table: ListTable[Any]) -> None:
        super().__init__()
        self.table = table

    @property
    def control(self) -> ListTable[Any]:
        """The list that says it."""
        return self.table


class PageWanted(TableMessage, namespace="list_table"):
    """Rows are needed; to be answered by `show_page` or `page_failed` with the same token."""

    def __init__(self, table: ListTable[Any], start: PageStart, limit: int, token: int) -> None:
        super().__init__(table)
        self.start = start
        self.limit = limit
        self.token = token


class Opened(TableMessage, namespace="list_table"):
    """A line was chosen: with `Enter`, a double click, or a click on the selected row."""

    def __init__(self, table: ListTable[Any], number: int) -> None:
        super().__init__(table)
        self.number = number


class Highlighted(TableMessage, namespace="list_table"):
    """The cursor came to another line; `number` is None where the list is empty."""

    def __init__(self, table: ListTable[Any], number: int | None) -> None:
        super().__init__(table)
        self.number = number

    def can_replace(self, message: Message) -> bool:
        """Of a held key's many moves the last one counts."""
        return isinstance(message, Highlighted)


class PositionChanged(TableMessage, namespace="list_table"):
    """Other rows came in sight, or how many there are became known.

    `first` and `last` count from 1 in the whole list; None where their place is not known.
    """

    def __init__(
        self, table: ListTable[Any], first: int | None, last: int | None, total: Count | None
    ) -> None:
        super().__init__(table)
        self.first = first
        self.last = last
        self.total = total

    def can_replace(self, message: Message) -> bool:
        """Of a held key's many moves the last one counts."""
        return isinstance(message, PositionChanged)


class Marked(TableMessage, namespace="list_table"):
    """Other lines are marked."""

    def __init__(self, table: ListTable[Any], numbers: frozenset[int]) -> None:
        super().__init__(table)
        self.numbers = numbers

    def can_replace(self, message: Message) -> bool:
        """Of a held key's many marks the last state counts."""
        return isinstance(message, Marked)
