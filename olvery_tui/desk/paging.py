"""A whole list, read page by page: the memory that it takes does not grow with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.pages import After, PageStart, Top
from olvery_tui.domain.tickets import TicketDetails

PAGE = 500
"""Lines that are read at a time."""

Item = TypeVar("Item", OrderDetails, TicketDetails)


def every(read: Callable[[PageStart, int], tuple[Item, ...]]) -> Iterator[Item]:
    """All that `read` has, newest number first. It is given a start and how many are wanted."""
    start: PageStart = Top()
    while found := read(start, PAGE):
        yield from found
        if len(found) < PAGE:
            return
        start = After(found[-1].number)
