"""A whole list, read page by page: the memory that it takes does not grow with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from olvery_tui.domain.filters import OrderFilter, TicketFilter, among
from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.pages import After, PageStart, Top
from olvery_tui.domain.tickets import TicketDetails

PAGE = 500
"""Lines that are read at a time."""

_NUMBERED = 50
"""Numbers that are asked for at a time."""

Item = TypeVar("Item", OrderDetails, TicketDetails)
Filter = TypeVar("Filter", OrderFilter, TicketFilter)


def every(read: Callable[[PageStart, int], tuple[Item, ...]]) -> Iterator[Item]:
    """Yield all that `read` returns, newest number first; `read` takes a start and a limit."""
    start: PageStart = Top()
    while found := read(start, PAGE):
        yield from found
        if len(found) < PAGE:
            return
        start = After(found[-1].number)


def numbered(
    read: Callable[[Filter, PageStart, int], tuple[Item, ...]],
    filters: Filter,
    numbers: Iterable[int],
) -> tuple[Item, ...]:
    """Those of `numbers` that match, in the order of `read`."""
    ranges = among(filters.numbers, numbers)
    return tuple(
        item
        for start in range(0, len(ranges), _NUMBERED)
        for item in read(
            replace(filters, numbers=ranges[start : start + _NUMBERED]), Top(), _NUMBERED
        )
    )
