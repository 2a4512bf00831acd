"""What all commands share: who may, what was refused, what somebody else changed meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from olvery_tui.desk.base import DeskBase
from olvery_tui.domain import faults
from olvery_tui.domain.cards import ManagerCard, TicketCard
from olvery_tui.domain.errors import (
    ChangedMeanwhile,
    ForbiddenTransition,
    NoManager,
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
from olvery_tui.domain.statuses import TicketStatus, ticket_status
from olvery_tui.domain.undo import Change
from olvery_tui.store.audit import events

if TYPE_CHECKING:
    from olvery_tui.store.database.engine import Session

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Attempt:
    """A command that is being carried out. `change` is what can be taken back of it."""

    change: Change | None = None


class Commands(DeskBase):
    """The frame of a command: permission, the ticket as it is now, a write and its event.

    Everything of one command happens in one transaction that holds the write lock, so what was
    checked is still true when it is written; the version says so once more to the database.
    """

    @property
    def last_changes(self) -> tuple[Change, ...]:
        """What was last done at this desk and can be taken back: one change, or many made at once.

        A desk is one manager's at one terminal, so nobody else is ever told of it.
        """
        return self._last_changes

    def _manager(self) -> ManagerCard:
        """Who is responsible for what is being done.

        Raises:
            NoManager: nobody could be named.
        """
        if self._actor.manager is None:
            raise NoManager
        return self._actor.manager

    def _require_actor(self) -> None:
        """For what needs nobody's answer for a passport: the command line may do it too.

        Raises:
            NoManager: nobody is signed in.
        """
        if not self._actor.can_answer:
            raise NoManager

    @contextmanager
    def _attempt(
        self, refused: EventKind, number: int, data: Mapping[str, object] | None = None
    ) -> Iterator[Attempt]:
        """Keep a refusal as a ticket's event, after what it refused was undone, and pass it on.

        Once the command is done, keep in mind what it has changed.
        """
        with self._refusals(refused, data, ticket=number) as attempt:
            yield attempt

    @contextmanager
    def _order_attempt(
        self, refused: EventKind, number: int, data: Mapping[str, object]
    ) -> Iterator[Attempt]:
        """The same as an order's event."""
        with self._refusals(refused, data, order=number) as attempt:
            yield attempt

    @contextmanager
    def _refusals(
        self,
        refused: EventKind,
        data: Mapping[str, object] | None,
        *,
        ticket: int | None = None,
        order: int | None = None,
    ) -> Iterator[Attempt]:
        attempt = Attempt()
        try:
            yield attempt
        except (NoSuchTicket, NoSuchOrder, NotAllowed):  # the last is recorded where it was said
            raise
        except Refusal as refusal:
            now = self._clock.now()
            facts = {**(data or {}), **_facts(refusal)}
            self._record_refusal(
                events.NewEvent(now, refused, self._actor, ticket, order, data=facts)
            )
            raise
        if attempt.change is not None:
            self._last_changes = (attempt.change,)

    def _record_refusal(self, event: events.NewEvent) -> None:
        try:
            with self._open_store.writing() as session:
                if event.ticket is not None:
                    self._card(session, event.ticket)
                if event.order is not None:
                    self._order(session, event.order)
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

    def _finish(
        self,
        session: Session,
        attempt: Attempt,
        card: TicketCard,
        written: bool,
        kind: EventKind,
        now: datetime,
        data: Mapping[str, object],
    ) -> TicketCard:
        """Record a change that was written and return the ticket as it is after it.

        Raises:
            ChangedMeanwhile: it was not written, for the ticket has another version by now.
        """
        if not written:
            raise self._changed(session, self._card(session, card.number))
        events.record(session, at=now, kind=kind, actor=self._actor, ticket=card.number, data=data)
        event = events.latest(session, kind, ticket=card.number)
        attempt.change = Change(event, kind, card.number, now)
        return self._card(session, card.number)

    def _require_unchanged(self, session: Session, card: TicketCard, seen: TicketCard) -> None:
        if card.version != seen.version:
            raise self._changed(session, card)

    def _changed(self, session: Session, card: TicketCard) -> ChangedMeanwhile:
        who, at = events.last_change(session, card.number) or (None, card.created_at)
        return ChangedMeanwhile(card, who, at)


def require_status(
    card: TicketCard, now: datetime, action: str, allowed: frozenset[TicketStatus]
) -> None:
    """Judge by the status that the ticket has at `now`; the stored one may lag behind the clock.

    Raises:
        WrongStatus: the action is not for tickets in this status.
    """
    status = ticket_status(card.order_status, card.period, now)
    if status not in allowed:
        raise WrongStatus(card.number, action, status)


def _facts(refusal: Refusal) -> dict[str, object]:
    """Codes and numbers that tell later why the answer was no."""
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
