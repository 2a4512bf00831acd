"""The lists of tickets and orders: their pages, their lines whole, and what leaves with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from olvery_tui.desk.transaction import DeskContext
from olvery_tui.domain.filters import OrderFilter, TicketFilter, among
from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.pages import After, Count, Page, PageStart, RowT, Top
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.store.audit import following
from olvery_tui.store.listing.pages import NumberedList

if TYPE_CHECKING:
    from olvery_tui.store.database.engine import Session

PAGE = 500
"""Lines that are read at a time: the memory that a whole list takes does not grow with it."""

_NUMBERED = 50
"""Numbers that are asked for at a time."""

Item = TypeVar("Item", OrderDetails, TicketDetails)
Filter = TypeVar("Filter", OrderFilter, TicketFilter)


class Listed(Generic[Filter, Item, RowT]):
    """A list by number, the newest first. Every method may raise `StoreUnavailable`."""

    def __init__(
        self,
        context: DeskContext,
        what: str,
        of_store: NumberedList[Filter, RowT],
        load: Callable[..., tuple[Item, ...]],
        changed_in: Callable[[Session, int], list[int]],
    ) -> None:
        self._context = context
        self._what = what
        self._list: NumberedList[Filter, RowT] = of_store
        self._load: Callable[..., tuple[Item, ...]] = load
        self._changed_in = changed_in

    def page(
        self, filters: Filter, start: PageStart, limit: int, *, today_first: bool = False
    ) -> Page[RowT]:
        """Up to `limit` neighbouring lines.

        With `today_first`, tickets of a searched visitor that touch today stand above all others.
        """
        zone = self._context.location().zone
        with self._context.reading() as session:
            now = self._context.now()
            return self._list.page(
                session, filters, start, limit, now=now, zone=zone, today_first=today_first
            )

    def count(self, filters: Filter) -> Count:
        """How many match, or at least how many."""
        zone = self._context.location().zone
        with self._context.reading() as session:
            return self._list.count(session, filters, now=self._context.now(), zone=zone)

    def neighbour(
        self, filters: Filter, number: int, step: Literal[-1, 1], *, today_first: bool = False
    ) -> int | None:
        """The number of the next match, down the list (1) or up (-1); None at its end.

        The list is in the order of `page`.
        """
        zone = self._context.location().zone
        with self._context.reading() as session:
            now = self._context.now()
            return self._list.neighbour(
                session, filters, number, step, now=now, zone=zone, today_first=today_first
            )

    def details(self, filters: Filter, start: PageStart, limit: int) -> tuple[Item, ...]:
        """The same lines as `page`, whole."""
        zone = self._context.location().zone
        with self._context.reading() as session:
            now = self._context.now()
            numbers = self._list.numbers(session, filters, start, limit, now=now, zone=zone)
            return self._load(session, numbers, now=now)

    def export(self, filters: Filter) -> Iterator[Item]:
        """Everything that matches, page by page; an export is an event."""
        self._context.record_export(self._what, filters)
        return self._every(filters)

    def _every(self, filters: Filter) -> Iterator[Item]:
        start: PageStart = Top()
        while found := self.details(filters, start, PAGE):
            yield from found
            if len(found) < PAGE:
                return
            start = After(found[-1].number)

    def follow(self, filters: Filter) -> int:
        """Record an export that goes on; the seal behind which its changes come."""
        return self._context.follow(self._what, filters)

    def changed_after(self, seal: int, filters: Filter) -> tuple[int, tuple[Item, ...]] | None:
        """What matches of what the first transaction behind `seal` changed, and its own seal.

        None while there is no such transaction. What matches is as it is now.
        """
        with self._context.reading() as session:
            found = following.after(session, seal)
            if found is None:
                return None
            ranges = among(filters.numbers, self._changed_in(session, found.batch))
        changed = (
            item
            for at in range(0, len(ranges), _NUMBERED)
            for item in self.details(
                filters._replace(numbers=ranges[at : at + _NUMBERED]), Top(), _NUMBERED
            )
        )
        return found.seal, tuple(changed)
