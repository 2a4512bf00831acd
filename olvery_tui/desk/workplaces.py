"""Where the visitor sits.

Source: the manual, «Изменение рабочего места в билете»; what is moved of a running ticket is ours.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from olvery_tui.desk.commands import Attempt, Commands, require_status
from olvery_tui.domain.cards import PlaceCard, TicketCard
from olvery_tui.domain.errors import NoSuchChoice, PeriodEnded, SeatTaken
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.statuses import WORKPLACE_STATUSES
from olvery_tui.store.database import locks
from olvery_tui.store.database.errors import SeatConflict
from olvery_tui.store.tickets import places, seats, ticket_writes
from olvery_tui.store.tickets.seats import Seat

if TYPE_CHECKING:
    from olvery_tui.store.database.engine import Session


class Workplaces(Commands):
    """The chooser's content, and the move."""

    def places(self, seen: TicketCard) -> tuple[PlaceCard, ...]:
        """The workplaces of the ticket's service, as free or taken in what is left of its period.

        Raises:
            NoSuchTicket: see there.
            PeriodEnded: nothing is left of it.
            StoreUnavailable: the database can't be read.
        """
        with self._store.reading() as session:
            card = self._card(session, seen.number)
            since = still_to_come(card, self._clock.now())
            return places.places(session, card.service_id, since, card.period.ends_at, card.number)

    def change_workplace(self, seen: TicketCard, workplace_id: int) -> TicketCard:
        """Move the ticket to another workplace of its service, from now on.

        The past of a running ticket stays where it was, so it may move to a place that was taken
        until a moment ago. The place that the ticket has already is no change and leaves no trace.

        Raises:
            NoManager, NoSuchTicket: see there.
            WrongStatus: the ticket is cancelled or done.
            ChangedMeanwhile: the ticket is not as it was on the screen.
            NoSuchChoice: `workplace`; not one of the ticket's service.
            PeriodEnded: the order is not completed, but nothing of the period is left to move.
            SeatTaken: naming the ticket that has the workplace.
            StoreUnavailable: nothing was changed.
        """
        with (
            self._attempt(
                EventKind.WORKPLACE_REFUSED, seen.number, {"to": workplace_id}
            ) as attempt,
            self._store.writing() as session,
        ):
            self._manager()
            locks.take_turn(session, locks.Turn.SEATS)
            card = self._locked_card(session, seen.number)
            require_status(card, self._clock.now(), "workplace", WORKPLACE_STATUSES)
            self._require_unchanged(session, card, seen)
            return self._seat(session, attempt, card, workplace_id)

    def _seat(
        self, session: Session, attempt: Attempt, card: TicketCard, workplace_id: int
    ) -> TicketCard:
        """Put the ticket on a workplace from now on, and record it; raises as `change_workplace`"""
        now = self._clock.now()
        seat = seats.seat(session, workplace_id)
        if seat is None or seat.service_id != card.service_id:
            raise NoSuchChoice("workplace")
        if seat.id == card.workplace_id:
            return card
        since = still_to_come(card, now)
        _refuse_if_taken(session, card, seat, since)
        written = ticket_writes.set_workplace(session, card.number, card.version, seat.id)
        if written:
            _sit(session, card, seat, since)
        data: dict[str, object] = {"from": card.workplace_id, "to": seat.id}
        if since > card.period.starts_at:
            data["since"] = since.isoformat()
        kind = EventKind.WORKPLACE_CHANGED
        return self._finish(session, attempt, card, written, kind, now, data)


def still_to_come(card: TicketCard, now: datetime) -> datetime:
    """When what is left of the ticket's period begins: now, or its start where that is later.

    Raises:
        PeriodEnded: nothing is left.
    """
    if now >= card.period.ends_at:
        raise PeriodEnded(card.number, card.period.ends_at)
    return max(now, card.period.starts_at)


def _sit(session: Session, card: TicketCard, seat: Seat, since: datetime) -> None:
    """Leave the former seat at `since` and take the new one until the end of the period.

    Raises:
        SeatTaken: said by the database, which nobody gets around.
    """
    seats.release(session, card.number, since)
    try:
        seats.hold(session, card.number, seat.id, since, card.period.ends_at)
    except SeatConflict:
        _refuse_if_taken(session, card, seat, since)
        raise SeatTaken(seat.label, seat.room, by_ticket=None) from None


def _refuse_if_taken(session: Session, card: TicketCard, seat: Seat, since: datetime) -> None:
    holder = seats.holder(session, seat.id, since, card.period.ends_at, but=card.number)
    if holder is not None:
        raise SeatTaken(seat.label, seat.room, holder.ticket, holder.visitor)
