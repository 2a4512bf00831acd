"""«Закрыть место»: workplaces that can't be sold for a time, and their opening. Source: ours."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from olvery_tui.desk.tickets import require_status, seat_ticket
from olvery_tui.desk.transaction import Part, Transaction
from olvery_tui.domain.closings import (
    FOREVER,
    MOVES_MAX,
    Closing,
    ClosingDraft,
    ProposedMove,
    check_draft,
)
from olvery_tui.domain.conflicts import PlacesHeld
from olvery_tui.domain.errors import ChoiceCode, NoSuchChoice, SeatTaken
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.replay import fingerprint
from olvery_tui.domain.statuses import TicketChange
from olvery_tui.store.database import locks
from olvery_tui.store.database.errors import SeatConflict
from olvery_tui.store.tickets import closings, held, seats

if TYPE_CHECKING:
    from olvery_tui.store.database.engine import Session


class Closings(Part):
    """Workplaces that are closed.

    Every method may raise `StoreUnavailable`, and every change `NoManager` and `NotAllowed`; then
    nothing was changed. A change is one transaction with an event for each place and ticket.
    """

    def standing(self) -> tuple[Closing, ...]:
        """What is closed now or will be, by service, room, place and time."""
        with self._context.reading() as session:
            return closings.within(session, self._context.now())

    def within(self, starts_at: datetime, ends_at: datetime) -> tuple[Closing, ...]:
        """The closings that touch `[starts_at, ends_at)`, in the same order."""
        with self._context.reading() as session:
            return closings.within(session, starts_at, ends_at)

    def proposed(
        self, workplace_ids: Collection[int], starts_at: datetime, ends_at: datetime | None = None
    ) -> tuple[ProposedMove, ...]:
        """The tickets that hold workplaces in that time, by time, each with where it can go.

        At most `MOVES_MAX` of them.
        """
        with self._context.reading() as session:
            now = self._context.now()
            since, until = max(starts_at, now), ends_at or FOREVER
            found, _count = held.held(session, workplace_ids, since, until, MOVES_MAX)
            return held.proposed(session, found, workplace_ids, now)

    def close(
        self, draft: ClosingDraft, moves: Mapping[int, int] | None = None
    ) -> tuple[Closing, ...]:
        """Close workplaces, from now on where the draft begins before.

        `moves` is the workplace for each ticket in the way, by number; it may name tickets that are
        in nobody's way any more. They are moved first, as `Tickets.change_workplace` does.

        Raises:
            InvalidForm: see `check_draft`.
            NoSuchChoice: `workplace`; archived, or a ticket can't go to one of another service.
            PlacesHeld: the tickets in the way that `moves` doesn't name.
            SeatTaken: a place is closed already, or where a ticket was to go is taken.
            WrongStatus, PeriodEnded, ChangedMeanwhile: see `Tickets.change_workplace`.
        """
        with self._context.writing() as transaction:
            session = transaction.session
            locks.acquire(session, locks.AdvisoryLock.SEATS)
            draft = check_draft(draft, transaction.now())
            _check_open(session, draft.workplace_ids)
            found, count = held.held(
                session, draft.workplace_ids, draft.starts_at, draft.until, MOVES_MAX
            )
            staying = tuple(one for one in found if one.ticket not in (moves or {}))
            if staying or count > len(found):
                raise PlacesHeld(staying[: held.HELD_MAX], len(staying) + count - len(found))
            _move(transaction, {one.ticket: (moves or {})[one.ticket] for one in found})
            now = transaction.now()  # a running ticket has left its place only just now
            draft = check_draft(draft, now)
            return tuple(
                _close_one(transaction, workplace_id, draft, now)
                for workplace_id in draft.workplace_ids
            )

    def open(self, closing_ids: Collection[int]) -> None:
        """Open closed workplaces from now on.

        Raises:
            NoSuchChoice: `closing`; one of them is open already.
        """
        with self._context.writing() as transaction:
            locks.acquire(transaction.session, locks.AdvisoryLock.SEATS)
            for closing_id in dict.fromkeys(closing_ids):
                open_again(transaction, closing_id, transaction.now())

    def move(self, moves: Mapping[int, int]) -> None:
        """Move tickets to other workplaces of their services, by number, all or none.

        Raises what `Tickets.change_workplace` does.
        """
        with self._context.writing() as transaction:
            locks.acquire(transaction.session, locks.AdvisoryLock.SEATS)
            _move(transaction, moves)


def open_again(transaction: Transaction, closing_id: int, now: datetime) -> None:
    """Open one workplace and record it; raises as `Closings.open`."""
    closing = closings.get(transaction.session, closing_id)
    if closing is None or (closing.ends_at or FOREVER) <= now:
        raise NoSuchChoice(ChoiceCode.CLOSING)
    at = closings.end(transaction.session, closing, now)
    data = {**_facts(closing), "at": at and at.isoformat()}
    transaction.record_place(EventKind.PLACE_OPENED, closing.id, now, data)


def close_again(transaction: Transaction, opened: Mapping[str, str | int | None]) -> None:
    """Close a workplace as it was before an event that opened it, and record it.

    Raises:
        SeatTaken: a ticket or another closing has it by now.
        NoSuchChoice: `workplace`; it was archived since.
    """
    session, now = transaction.session, transaction.now()
    closing_id, workplace_id = int(opened["closing"] or 0), int(opened["workplace"] or 0)
    starts_at = datetime.fromisoformat(str(opened["from"]))
    ends_at = datetime.fromisoformat(str(opened["to"])) if opened["to"] else FOREVER
    _check_open(session, (workplace_id,))
    try:
        closings.hold(session, closing_id, workplace_id, starts_at, ends_at)
    except SeatConflict:
        raise _taken(session, workplace_id, now, ends_at) from None
    _record_closed(transaction, closing_id, now)


def _check_open(session: Session, workplace_ids: Collection[int]) -> None:
    for workplace_id in workplace_ids:
        seat = seats.seat(session, workplace_id)
        if seat is None or seat.archived:
            raise NoSuchChoice(ChoiceCode.WORKPLACE)


def _move(transaction: Transaction, moves: Mapping[int, int]) -> None:
    locks.lock_tickets(transaction.session, moves)
    for number in sorted(moves):
        card = transaction.ticket(number)
        require_status(card, transaction.now(), TicketChange.WORKPLACE)
        seat_ticket(transaction, card, moves[number])


def _close_one(
    transaction: Transaction, workplace_id: int, draft: ClosingDraft, now: datetime
) -> Closing:
    session = transaction.session
    try:
        closing_id = closings.add(session, workplace_id, draft.starts_at, draft.until, draft.reason)
    except SeatConflict:
        raise _taken(session, workplace_id, draft.starts_at, draft.until) from None
    return _record_closed(transaction, closing_id, now)


def _record_closed(transaction: Transaction, closing_id: int, now: datetime) -> Closing:
    closing = closings.get(transaction.session, closing_id)
    assert closing is not None
    data = {**_facts(closing), "reason": fingerprint(closing.reason)}
    transaction.record_place(EventKind.PLACE_CLOSED, closing.id, now, data)
    return closing


def _facts(closing: Closing) -> dict[str, object]:
    return {
        "workplace": closing.workplace_id,
        "from": closing.starts_at.isoformat(),
        "to": closing.ends_at and closing.ends_at.isoformat(),
    }


def _taken(session: Session, workplace_id: int, since: datetime, until: datetime) -> SeatTaken:
    seat = seats.seat(session, workplace_id)
    assert seat is not None  # or it would not have been tried
    return seats.refusal(seat, seats.holder(session, workplace_id, since, until, exclude=0))
