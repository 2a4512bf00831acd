"""What every part of the desk stands on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from olvery_tui.clock import Clock
from olvery_tui.domain.actors import Actor
from olvery_tui.domain.cards import LocationCard, TicketCard
from olvery_tui.domain.errors import NoSuchOrder, NoSuchTicket
from olvery_tui.domain.order_cards import OrderCard
from olvery_tui.store import cards, locations, locks, order_cards
from olvery_tui.store.engine import Store

if TYPE_CHECKING:
    from sqlmodel import Session


class DeskBase:
    """A database, a clock and who acts. Any thread may call it; each call has its own session."""

    def __init__(self, store: Store, clock: Clock, actor: Actor) -> None:
        self._store = store
        self._clock = clock
        self._actor = actor
        self._known_location: LocationCard | None = None

    def now(self) -> datetime:
        """What time it is at the desk, in UTC."""
        return self._clock.now()

    def location(self) -> LocationCard:
        """The place that the database serves; read once.

        Raises:
            StoreUnavailable: the database can't be read.
        """
        if self._known_location is None:
            with self._store.reading() as session:
                self._known_location = locations.location(session)
        return self._known_location

    def _card(self, session: Session, number: int) -> TicketCard:
        """The ticket as it is now.

        Raises:
            NoSuchTicket: no ticket has this number.
        """
        card = cards.card(session, number, now=self._clock.now())
        if card is None:
            raise NoSuchTicket(number)
        return card

    def _locked_card(self, session: Session, number: int) -> TicketCard:
        """The ticket as it is, and stays until the transaction changes it or ends.

        Raises:
            NoSuchTicket: no ticket has this number.
        """
        locks.lock_ticket(session, number)
        return self._card(session, number)

    def _order(self, session: Session, number: int) -> OrderCard:
        """The order as it is now.

        Raises:
            NoSuchOrder: no order has this number.
        """
        card = order_cards.card(session, number, now=self._clock.now())
        if card is None:
            raise NoSuchOrder(number)
        return card
