"""What all parts of a desk share: who acts, the clock, and the transactions that they work in."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from olvery_tui.clock import Clock
from olvery_tui.desk import permission
from olvery_tui.domain import faults
from olvery_tui.domain.access import Actor, DeskSettings
from olvery_tui.domain.catalogue import LocationDetails
from olvery_tui.domain.conflicts import ChangedMeanwhile, OrderChangedMeanwhile
from olvery_tui.domain.errors import (
    ForbiddenTransition,
    NoSuchOrder,
    NoSuchTicket,
    NotAllowed,
    Refusal,
    SeatsTaken,
    SeatTaken,
    StoreUnavailable,
    WrongStatus,
)
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.hours import OpeningHours
from olvery_tui.domain.orders import OrderDetails
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.domain.undo import Change
from olvery_tui.store.audit import events
from olvery_tui.store.catalogue import locations
from olvery_tui.store.database import chain, locks
from olvery_tui.store.database.engine import Store
from olvery_tui.store.maintenance import backups
from olvery_tui.store.orders import details as order_details
from olvery_tui.store.tickets import details as ticket_details

if TYPE_CHECKING:
    from olvery_tui.domain.statuses import StatusChange
    from olvery_tui.store.database.engine import Session

log = logging.getLogger(__name__)

_CHANGES_NOTHING = {EventKind.EXPORTED, EventKind.UNLOCKED, EventKind.SHIFT_NOTE_READ}
"""Events without a ticket or an order that tell of no change."""


class DeskContext:
    """The store, the clock and the actor of one desk, shared by all its parts.

    A part gets at the database only through `reading`, `writing` and `command`, which ask for
    permission in the transaction itself, so that no method can forget to. The few functions that
    use the plain store are named by a test.
    """

    def __init__(self, store: Store, clock: Clock, actor: Actor) -> None:
        self.actor = actor
        self.last_changes: tuple[Change, ...] = ()
        self._open_store = store
        self._clock = clock
        self._location: LocationDetails | None = None

    def now(self) -> datetime:
        """The time at the desk, in UTC."""
        return self._clock.now()

    @property
    def clock(self) -> Clock:
        """The desk's clock."""
        return self._clock

    def bulk_store(self) -> Store:
        """The store itself, for an import, whose transactions are its own; after `reading`."""
        return self._open_store

    def location(self) -> LocationDetails:
        """The place that the database serves, as it was last read; told to anybody.

        Raises:
            StoreUnavailable: the database can't be read.
        """
        if self._location is None:
            with self._open_store.reading() as session:
                self._location = locations.location(session)
        return self._location

    def take_location(self, location: LocationDetails) -> None:
        """Go on with the location as it is now: its name, zone or currency may have changed."""
        self._location = location

    @contextmanager
    def reading(self, *, administration: bool = False) -> Iterator[Session]:
        """Open a session for an actor who may work at the desk, or for `administration` alone.

        Raises:
            NoManager: nobody is signed in.
            NotAllowed: whoever is may not (any more); the attempt is recorded.
            StoreUnavailable: the database can't be read.
        """
        with self._recording_access(), self._open_store.reading() as session:
            permission.require(session, self.actor, administration=administration)
            yield session

    @contextmanager
    def writing(self, *, administration: bool = False) -> Iterator[Transaction]:
        """Open a transaction that is committed at the end; raises as `reading`, and SeatConflict.

        The changes that were recorded in it become those that can be undone, the last one first;
        none, where what was changed can't be: an older change must not be taken back in its place.
        """
        with self._recording_access(), self._open_store.writing() as session:
            permission.require(session, self.actor, administration=administration)
            transaction = Transaction(session, self._clock, self.actor)
            yield transaction
        if transaction.changes:
            self.last_changes = tuple(reversed(transaction.made))

    @contextmanager
    def command(
        self,
        refused: EventKind,
        facts: Mapping[str, object] | None = None,
        *,
        ticket: int | None = None,
        order: int | None = None,
    ) -> Iterator[Transaction]:
        """Open a transaction that changes a ticket or an order; record a refusal as `refused`."""
        with (
            self.recording_refusals(refused, facts, ticket=ticket, order=order),
            self.writing() as transaction,
        ):
            yield transaction

    @contextmanager
    def recording_refusals(
        self,
        refused: EventKind,
        facts: Mapping[str, object] | None = None,
        *,
        ticket: int | None = None,
        order: int | None = None,
    ) -> Iterator[None]:
        """Record a refusal as an event after the rollback, and raise it again."""
        try:
            yield
        except (NoSuchTicket, NoSuchOrder, NotAllowed):  # the last is recorded where it was raised
            raise
        except Refusal as refusal:
            data = {**(facts or {}), **_facts(refusal)}
            self._record_refusal(
                events.NewEvent(self.now(), refused, self.actor, ticket, order, data=data)
            )
            raise

    def _record_refusal(self, event: events.NewEvent) -> None:
        try:
            with self._open_store.writing() as session:
                if event.ticket is not None:
                    find_ticket(session, event.ticket, event.at)
                if event.order is not None:
                    find_order(session, event.order, event.at)
                events.record_many(session, (event,))
        except (StoreUnavailable, NoSuchTicket, NoSuchOrder) as error:
            # The answer is still no; that nobody could write it down does not make it a yes.
            log.warning(
                "a refusal was not recorded: %s of ticket %s, order %s, %s",
                event.kind,
                event.ticket,
                event.order,
                faults.message(error),
            )

    def record_manager_refusal(self, kind: EventKind, refusal: Refusal, manager_id: int) -> None:
        """Record that a manager was refused something about their own account."""
        permission.record_refusal(
            self._open_store, self._clock, self.actor, kind, refusal, subject=manager_id
        )

    @contextmanager
    def _recording_access(self) -> Iterator[None]:
        try:
            yield
        except NotAllowed as refusal:
            permission.record_refusal(
                self._open_store, self._clock, self.actor, EventKind.ACCESS_REFUSED, refusal
            )
            raise

    def record_export(
        self, what: str, filters: NamedTuple, *, administration: bool = False
    ) -> None:
        """Record that a list leaves the application, before it does: `what`, and the names of the
        conditions, without what they ask for, which may be a person's name.

        Raises:
            NoManager, NotAllowed: see `reading`.
            StoreUnavailable: it could not be recorded, and so must not leave.
        """
        defaults = filters._field_defaults
        names = sorted(
            name for name, wanted in filters._asdict().items() if wanted != defaults[name]
        )
        with self.writing(administration=administration) as transaction:
            transaction.record(EventKind.EXPORTED, {"what": what, "filters": names})

    def follow(self, what: str, filters: NamedTuple, *, administration: bool = False) -> int:
        """As `record_export`, for a list that leaves as it changes; the newest seal after that."""
        self.record_export(what, filters, administration=administration)
        with self.reading(administration=administration) as session:
            return chain.newest(session).number

    def back_up(self, settings: DeskSettings) -> Path:
        """Copy the database; see the store."""
        local = self.now().astimezone(self.location().zone)
        return backups.make(self._open_store, settings, local)

    def newest_backup(self, settings: DeskSettings) -> date | None:
        """The day of the newest copy; see the store."""
        return backups.newest_day(self._open_store, settings)

    def forget_freed(self) -> None:
        """Overwrite the freed space that still holds removed data; see the store."""
        self._open_store.forget_freed()


class Part:
    """A part of the desk."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context


class Transaction:
    """One open write: things as they are now, locked, and the events of what is done to them.

    It holds the write lock, so what was checked is still true when it is written; the version says
    so once more to the database.
    """

    def __init__(self, session: Session, clock: Clock, actor: Actor) -> None:
        self.session = session
        self.actor = actor
        self.made: list[Change] = []
        self._changed_for_good = False
        self._clock = clock

    @property
    def changes(self) -> bool:
        """Whether something was changed, be it what can be undone or not."""
        return self._changed_for_good or bool(self.made)

    def now(self) -> datetime:
        """The time at the desk, in UTC; after a lock it is later than before."""
        return self._clock.now()

    def ticket(self, number: int) -> TicketDetails:
        """The ticket as it is now. Raises `NoSuchTicket`."""
        return find_ticket(self.session, number, self.now())

    def locked_ticket(self, number: int) -> TicketDetails:
        """Lock the ticket until the transaction ends, and return it. Raises `NoSuchTicket`."""
        locks.lock_tickets(self.session, (number,))
        return self.ticket(number)

    def order(self, number: int) -> OrderDetails:
        """The order as it is now. Raises `NoSuchOrder`."""
        return find_order(self.session, number, self.now())

    def locked_order(self, number: int) -> OrderDetails:
        """The order, locked with its tickets until the transaction ends. Raises `NoSuchOrder`."""
        locks.lock_orders(self.session, (number,))
        return self.order(number)

    def changed(self, ticket: TicketDetails) -> ChangedMeanwhile:
        """The error to raise if somebody has changed the ticket, which is now as `ticket` says."""
        who, at = events.last_change(self.session, ticket.number) or (None, ticket.created_at)
        return ChangedMeanwhile(ticket, who, at)

    def order_changed(self, order: OrderDetails) -> OrderChangedMeanwhile:
        """The error to raise if somebody has changed the order meanwhile; `order` is its state."""
        who, at = events.last_order_change(self.session, order.number) or (None, order.created_at)
        return OrderChangedMeanwhile(order, who, at)

    def record(
        self,
        kind: EventKind,
        data: Mapping[str, object] | None = None,
        *,
        subject: int | None = None,
    ) -> None:
        """Record an event about no ticket or order; `subject` is the manager it is about."""
        events.record(
            self.session, at=self.now(), kind=kind, actor=self.actor, data=data, subject=subject
        )
        self._changed_for_good |= kind not in _CHANGES_NOTHING

    def record_many(self, kind: EventKind, changes: Iterable[Mapping[str, object]]) -> None:
        """Record an event of one kind for each of several changes, as `record` does for one."""
        now, actor = self.now(), self.actor
        lines = [events.NewEvent(now, kind, actor, data=data) for data in changes]
        events.record_many(self.session, lines)
        self._changed_for_good |= kind not in _CHANGES_NOTHING

    def record_ticket(
        self,
        kind: EventKind,
        ticket: TicketDetails,
        written: bool,
        now: datetime,
        data: Mapping[str, object],
        *,
        moves: StatusChange | None = None,
    ) -> TicketDetails:
        """Record a change that was written at `now`; return the ticket as it is after it.

        `moves` is what its status did, where its order changed with it.

        Raises:
            ChangedMeanwhile: it was not written, for the ticket has another version by now.
        """
        number = ticket.number
        if not written:
            raise self.changed(self.ticket(number))
        order = None if moves is None else ticket.order
        lines = [events.NewEvent(now, kind, self.actor, number, order, data=data)]
        if moves is not None:
            lines += events.moves_of(number, moves, self.actor, now)
        events.record_many(self.session, lines)
        event = events.latest(self.session, kind, ticket=number)
        self.made.append(Change(event, kind, number, now))
        return self.ticket(number)

    def record_order(
        self, kind: EventKind, number: int, now: datetime, lines: list[events.NewEvent]
    ) -> OrderDetails:
        """Record what was written of an order and its tickets; return the order after it.

        The event of this `kind` is what can be undone.
        """
        events.record_many(self.session, lines)
        event = events.latest(self.session, kind, order=number)
        facts = next((line.data for line in lines if line.kind is kind), {})
        self.made.append(Change(event, kind, number, now, *_taken(facts)))
        return self.order(number)

    def record_place(
        self, kind: EventKind, closing_id: int, now: datetime, data: Mapping[str, object]
    ) -> None:
        """Record that a workplace was closed or opened at `now`."""
        facts = {"closing": closing_id, **data}
        events.record(self.session, at=now, kind=kind, actor=self.actor, data=facts)
        event = events.latest_of_batch(self.session, kind)
        self.made.append(Change(event, kind, closing_id, now))

    def record_hours(
        self,
        before: OpeningHours,
        after: OpeningHours,
        now: datetime,
        changes: Sequence[Mapping[str, object]],
    ) -> None:
        """Record a change of the opening hours, an event for each row of them that differs."""
        kind = EventKind.CATALOGUE_CHANGED
        lines = [events.NewEvent(now, kind, self.actor, data=data) for data in changes]
        events.record_many(self.session, lines)
        if lines:
            event = events.latest_of_batch(self.session, kind)
            self.made.append(Change(event, kind, 0, now, hours=(before, after)))


def find_ticket(session: Session, number: int, now: datetime) -> TicketDetails:
    """The ticket as it is at `now`. Raises `NoSuchTicket`."""
    ticket = ticket_details.load(session, number, now=now)
    if ticket is None:
        raise NoSuchTicket(number)
    return ticket


def find_order(session: Session, number: int, now: datetime) -> OrderDetails:
    """The order as it is at `now`. Raises `NoSuchOrder`."""
    order = order_details.load(session, number, now=now)
    if order is None:
        raise NoSuchOrder(number)
    return order


def _taken(facts: Mapping[str, Any]) -> tuple[Decimal, str]:
    """The money that a change took, as its event tells, and its currency."""
    amounts = [Decimal(amount) for _payment, amount in facts.get("lines", ())]
    return sum((each for each in amounts if each > 0), Decimal(0)), facts.get("currency", "")


def _facts(refusal: Refusal) -> dict[str, object]:
    """The data of the event that records a refusal: codes and numbers only."""
    match refusal:
        case WrongStatus(status=status):
            return {"reason": refusal.reason, "status": status.value}
        case ForbiddenTransition(status=order):
            return {"reason": refusal.reason, "status": order.value}
        case SeatsTaken(taken=taken):
            return {"reason": refusal.reason, "by_tickets": [one.by_ticket for one in taken]}
        case SeatTaken(by_ticket=int(number)):
            return {"reason": refusal.reason, "by_ticket": number}
    return {"reason": refusal.reason}
