"""What a manager looks at before and after selling: the list of orders, one of them, what is sold.

Source: ours; the manual shows an order only as a line of the ticket's form.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Literal

from olvery_tui.desk.base import DeskBase
from olvery_tui.desk.paging import every
from olvery_tui.domain.cards import EventLine, PlaceCard
from olvery_tui.domain.order_cards import OrderCard, OrderPage, ServiceCard
from olvery_tui.domain.order_filters import OrderFilter
from olvery_tui.domain.pages import Count, PageStart
from olvery_tui.domain.period import Period
from olvery_tui.domain.seating import held_from
from olvery_tui.store.audit import events
from olvery_tui.store.catalogue import offers
from olvery_tui.store.orders import order_cards, orders
from olvery_tui.store.tickets import places

_READ_AT_ONCE = 200
"""Orders that are read whole by one question."""


class OrderReading(DeskBase):
    """Nothing here changes anything. Every method may raise `StoreUnavailable`."""

    def order_page(self, wanted: OrderFilter, start: PageStart, limit: int) -> OrderPage:
        """Up to `limit` neighbouring lines of the list of orders, newest number first."""
        now, zone = self._clock.now(), self.location().zone
        with self._store.reading() as session:
            return orders.page(session, wanted, start, limit, now=now, zone=zone)

    def order_count(self, wanted: OrderFilter) -> Count:
        """How many orders match, or at least how many."""
        now, zone = self._clock.now(), self.location().zone
        with self._store.reading() as session:
            return orders.count(session, wanted, now=now, zone=zone)

    def orders(self, wanted: OrderFilter, start: PageStart, limit: int) -> tuple[OrderCard, ...]:
        """The same orders as `order_page`, whole."""
        now, zone = self._clock.now(), self.location().zone
        with self._store.reading() as session:
            found = orders.numbers(session, wanted, start, limit, now=now, zone=zone)
            return order_cards.cards(session, found, now=now)

    def order(self, number: int) -> OrderCard:
        """An order, whole.

        Raises:
            NoSuchOrder: no order has this number.
        """
        with self._store.reading() as session:
            return self._order(session, number)

    def orders_numbered(self, numbers: Sequence[int]) -> tuple[OrderCard, ...]:
        """These orders, whole, in their order; without those that are not there."""
        now = self._clock.now()
        with self._store.reading() as session:
            return tuple(
                card
                for start in range(0, len(numbers), _READ_AT_ONCE)
                for card in order_cards.cards(
                    session, numbers[start : start + _READ_AT_ONCE], now=now
                )
            )

    def order_neighbour(self, wanted: OrderFilter, number: int, step: Literal[-1, 1]) -> int | None:
        """The number of the next matching order, down the list (1) or up (-1); None at its end."""
        now, zone = self._clock.now(), self.location().zone
        with self._store.reading() as session:
            return orders.neighbour(session, wanted, number, step, now=now, zone=zone)

    def order_history(self, number: int) -> tuple[EventLine, ...]:
        """Who did what with an order and its tickets when, newest first.

        Raises:
            NoSuchOrder: no order has this number.
        """
        with self._store.reading() as session:
            self._order(session, number)
            return events.order_history(session, number)

    def overdue_numbers(self, limit: int) -> tuple[int, ...]:
        """The orders that are «Время истекло», those that ended longest ago first."""
        with self._store.reading() as session:
            return orders.overdue(session, self._clock.now(), limit)

    def orders_of_tickets(self, numbers: Collection[int]) -> dict[int, int]:
        """The order that each of these tickets is of; without those that are not there."""
        with self._store.reading() as session:
            return orders.of_tickets(session, numbers)

    def services(self) -> tuple[ServiceCard, ...]:
        """Everything that can be sold, by name."""
        with self._store.reading() as session:
            return offers.services(session)

    def free_places(self, service_id: int, period: Period) -> tuple[PlaceCard, ...]:
        """The workplaces of a service by room, first those that are free in what is left of the
        period (`held_from`).
        """
        since = held_from(period, self._clock.now())
        with self._store.reading() as session:
            return places.places(session, service_id, since, period.ends_at)

    def order_rows_for_export(self, wanted: OrderFilter) -> Iterator[OrderCard]:
        """Every order that matches, newest number first, page by page; an export is an event."""
        self._record_export("orders", wanted)
        return every(partial(self.orders, wanted))
