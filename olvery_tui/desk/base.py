"""What every part of the desk stands on: who may, the clock, the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING

from olvery_tui.clock import Clock
from olvery_tui.desk.permission import Administration, Permitted
from olvery_tui.domain.actors import Actor
from olvery_tui.domain.cards import LocationCard, TicketCard
from olvery_tui.domain.errors import NoSuchOrder, NoSuchTicket
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.order_cards import OrderCard
from olvery_tui.domain.undo import Change
from olvery_tui.store.audit import events
from olvery_tui.store.catalogue import locations
from olvery_tui.store.database import locks
from olvery_tui.store.database.engine import Store
from olvery_tui.store.orders import order_cards
from olvery_tui.store.tickets import cards

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from olvery_tui.store.database.engine import Session


class DeskBase:
    """A database, a clock and who acts. Any thread may call it; each call has its own session.

    A method gets at the database through `_store`, which lets nobody through who may not (and
    `_administration`, which lets only the command line through), in the transaction itself. So a
    method can't forget to ask. The few that anybody may ask use `_open_store`; a test names them.
    """

    def __init__(self, store: Store, clock: Clock, actor: Actor) -> None:
        self._open_store = store
        self._store = Permitted(store, clock, actor)
        self._administration = Administration(store, clock, actor)
        self._clock = clock
        self._actor = actor
        self._known_location: LocationCard | None = None
        self._last_changes: tuple[Change, ...] = ()

    def now(self) -> datetime:
        """What time it is at the desk, in UTC."""
        return self._clock.now()

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self._actor

    def location(self) -> LocationCard:
        """The place that the database serves; read once, and told to anybody.

        Raises:
            StoreUnavailable: the database can't be read.
        """
        if self._known_location is None:
            with self._open_store.reading() as session:
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

    def _record(
        self,
        session: Session,
        kind: EventKind,
        subject: int | None,
        data: Mapping[str, object] | None = None,
    ) -> None:
        """Write down something that is about no ticket; `subject` is the manager it is about."""
        events.record(
            session,
            at=self._clock.now(),
            kind=kind,
            actor=self._actor,
            data=data,
            subject=subject,
        )

    def _record_export(
        self, what: str, wanted: DataclassInstance, store: Permitted | None = None
    ) -> None:
        """Write down that a list leaves the application, before it does: `what`, and the names of
        the conditions, without what they ask for, which may be a person's name.

        Raises:
            NoManager, NotAllowed: see there.
            StoreUnavailable: it could not be written down, and so must not leave.
        """
        filters = sorted(each.name for each in fields(wanted) if getattr(wanted, each.name))
        with (store or self._store).writing() as session:
            self._record(session, EventKind.EXPORTED, None, {"what": what, "filters": filters})
