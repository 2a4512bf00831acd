"""Tickets: the list, one of them, and what a manager does with it.

Source: the manual, «Просмотр списка билетов», «Фильтрация билетов», «Просмотр и обработка билетов»,
«Валидация билета», «Сброс валидации билета», «Изменение данных посетителя», «Изменение рабочего
места в билете». What is moved of a running ticket is ours.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from olvery_tui.desk.paging import Listed
from olvery_tui.desk.people import chosen_person
from olvery_tui.desk.transaction import DeskContext, Transaction, find_ticket
from olvery_tui.domain.conflicts import AlreadyValidated, NotValidated, VisitorBanned
from olvery_tui.domain.errors import ChoiceCode, NoSuchChoice, PeriodEnded, WrongStatus
from olvery_tui.domain.events import EventKind, EventLine
from olvery_tui.domain.filters import TicketFilter
from olvery_tui.domain.pages import TicketRow
from olvery_tui.domain.people import NewPerson
from olvery_tui.domain.statuses import TicketChange
from olvery_tui.domain.tickets import Admission, PlaceDetails, TicketDetails
from olvery_tui.store.audit import following, history
from olvery_tui.store.database import locks
from olvery_tui.store.database.errors import SeatConflict
from olvery_tui.store.tickets import details, moves, places, seats, ticket_writes, tickets

STUCK = timedelta(minutes=2)
"""Overdue moves older than this mean that no status worker is running."""


class Tickets(Listed[TicketFilter, TicketDetails, TicketRow]):
    """The list and the ticket's form.

    Every method may raise `StoreUnavailable`, and every change `NoManager` and `NoSuchTicket`; then
    nothing was changed.
    """

    def __init__(self, context: DeskContext) -> None:
        changed_in = following.tickets
        super().__init__(context, "tickets", tickets.LIST, details.load_many, changed_in)

    def get(self, number: int) -> TicketDetails:
        """A ticket, whole. Raises `NoSuchTicket`."""
        with self._context.reading() as session:
            return find_ticket(session, number, self._context.now())

    def history(self, number: int) -> tuple[EventLine, ...]:
        """Who did what with a ticket and its order when, newest first. Raises `NoSuchTicket`."""
        with self._context.reading() as session:
            find_ticket(session, number, self._context.now())
            return history.of_ticket(session, number)

    def admission(self, number: int) -> Admission:
        """Whether the visitor may come in now, judged by the facts and not by the stored status."""
        with self._context.reading() as session:
            now = self._context.now()
            ticket = details.load(session, number, now=now)
        if ticket is None:
            return Admission.NO_SUCH_TICKET
        return ticket.admission(now)

    def stuck_since(self) -> datetime | None:
        """When the oldest move was due that nobody has made for two minutes; None if all is well.

        Admission and seats never depend on it: they are judged by the period itself.
        """
        with self._context.reading() as session:
            due = moves.next_due(session)
        return due if due is not None and due <= self._context.now() - STUCK else None

    def places(self, seen: TicketDetails) -> tuple[PlaceDetails, ...]:
        """The workplaces of the ticket's service, as free or taken in what is left of its period.

        Raises:
            NoSuchTicket: no ticket has this number.
            PeriodEnded: nothing is left of it.
        """
        with self._context.reading() as session:
            now = self._context.now()
            ticket = find_ticket(session, seen.number, now)
            since, end = still_to_come(ticket, now), ticket.period.ends_at
            return places.places(session, ticket.service_id, since, end, ticket.number)

    def validate(self, seen: TicketDetails, *, banned: bool = False) -> TicketDetails:
        """Record that the signed-in manager has checked the identity of the visitor in `seen`.

        The first record stands: whoever comes second is told who made it and when. `banned` says
        that the manager knows of the ban.

        Raises:
            AlreadyValidated: with the ticket as it is, whoever checked it.
            WrongStatus: the ticket is neither confirmed nor active.
            ChangedMeanwhile: the passport that was seen is not the present visitor's.
            VisitorBanned: they must not be let in; not with `banned`.
        """
        with self._context.command(EventKind.VALIDATE_REFUSED, ticket=seen.number) as transaction:
            manager = transaction.actor.require_manager()
            ticket = transaction.locked_ticket(seen.number)
            now = transaction.now()
            if ticket.validated:
                raise AlreadyValidated(ticket)
            require_status(ticket, now, TicketChange.VALIDATE)
            if ticket.visitor.id != seen.visitor.id:
                raise transaction.changed(ticket)
            if ticket.visitor.banned and not banned:
                raise VisitorBanned(ticket)
            written = ticket_writes.set_validation(
                transaction.session, ticket.number, ticket.version, now, manager.id
            )
            data = {"visitor": ticket.visitor.id}
            return transaction.record_ticket(EventKind.TICKET_VALIDATED, ticket, written, now, data)

    def reset_validation(self, seen: TicketDetails) -> TicketDetails:
        """Clear the identity check that `seen` shows.

        Raises:
            NotValidated: there was none to clear when the manager looked, and there is none now.
            ChangedMeanwhile: the check that was seen was reset or made anew since.
            WrongStatus: the ticket is neither confirmed nor active.
        """
        with self._context.command(EventKind.RESET_REFUSED, ticket=seen.number) as transaction:
            transaction.actor.require_manager()
            ticket = transaction.locked_ticket(seen.number)
            now = transaction.now()
            if not ticket.validated and not seen.validated:
                raise NotValidated(ticket)
            if identity_check(ticket) != identity_check(seen):
                raise transaction.changed(ticket)
            require_status(ticket, now, TicketChange.RESET)
            session, data = transaction.session, check_data(identity_check(ticket))
            written = ticket_writes.clear_validation(session, ticket.number, ticket.version)
            return transaction.record_ticket(EventKind.VALIDATION_RESET, ticket, written, now, data)

    def change_visitor(self, seen: TicketDetails, person: int | NewPerson) -> TicketDetails:
        """Bind the ticket to another person; an identity check of the former one is cleared.

        A new person is registered with it. The visitor that the ticket has already is no change and
        leaves no trace.

        Raises:
            WrongStatus: the ticket is neither new nor confirmed.
            ChangedMeanwhile: the ticket is not as it was on the screen.
            NoSuchChoice: `person`; nobody has this id.
            PersonExists: somebody has the phone or email of the new person by now.
        """
        facts = {"to": person} if isinstance(person, int) else {}
        with self._context.command(
            EventKind.VISITOR_REFUSED, facts, ticket=seen.number
        ) as transaction:
            transaction.actor.require_manager()
            visitor = chosen_person(transaction, person)  # before the ticket: the order of locks
            ticket = transaction.locked_ticket(seen.number)
            now = transaction.now()
            require_status(ticket, now, TicketChange.VISITOR)
            if ticket.version != seen.version:
                raise transaction.changed(ticket)
            if visitor.id == ticket.visitor.id:
                return ticket
            written = ticket_writes.set_visitor(
                transaction.session, ticket.number, ticket.version, visitor.id
            )
            hands = {"from": ticket.visitor.id, "to": visitor.id, "cleared": ticket.validated}
            data = hands | (check_data(identity_check(ticket)) if ticket.validated else {})
            return transaction.record_ticket(EventKind.VISITOR_CHANGED, ticket, written, now, data)

    def change_workplace(self, seen: TicketDetails, workplace_id: int) -> TicketDetails:
        """Move the ticket to another workplace of its service, from now on.

        The past of a running ticket stays where it was, so it may move to a place that was taken
        until a moment ago. The place that the ticket has already is no change and leaves no trace.

        Raises:
            WrongStatus: the ticket is cancelled or done.
            ChangedMeanwhile: the ticket is not as it was on the screen.
            NoSuchChoice: `workplace`; not one of the ticket's service.
            PeriodEnded: the order is not completed, but nothing of the period is left to move.
            SeatTaken: naming the ticket that has the workplace, or why it is closed.
        """
        with self._context.command(
            EventKind.WORKPLACE_REFUSED, {"to": workplace_id}, ticket=seen.number
        ) as transaction:
            locks.acquire(transaction.session, locks.AdvisoryLock.SEATS)
            ticket = transaction.locked_ticket(seen.number)
            require_status(ticket, transaction.now(), TicketChange.WORKPLACE)
            if ticket.version != seen.version:
                raise transaction.changed(ticket)
            return seat_ticket(transaction, ticket, workplace_id)


def require_status(ticket: TicketDetails, now: datetime, change: TicketChange) -> None:
    """Raise `WrongStatus` unless the status at `now`, not the stored one, allows the change."""
    status = ticket.status_at(now)
    if status not in change.allowed:
        raise WrongStatus(ticket.number, change, status)


def check_data(check: tuple[datetime, int] | None) -> dict[str, object]:
    """What an event records of an identity check."""
    at, manager_id = check or (None, None)
    return {"validated_at": at.isoformat() if at else None, "validated_by": manager_id}


def identity_check(ticket: TicketDetails) -> tuple[datetime, int] | None:
    """When the identity was checked, and the id of who did it."""
    if ticket.validated_at is None or ticket.validated_by is None:
        return None
    return ticket.validated_at, ticket.validated_by.id


def seat_ticket(
    transaction: Transaction, ticket: TicketDetails, workplace_id: int
) -> TicketDetails:
    """Put the ticket on a workplace from now on, and record it; raises as `change_workplace`."""
    session, now = transaction.session, transaction.now()
    seat = seats.seat(session, workplace_id)
    if seat is None or seat.service_id != ticket.service_id:
        raise NoSuchChoice(ChoiceCode.WORKPLACE)
    if seat.id == ticket.workplace_id:
        return ticket
    if seat.archived:
        raise NoSuchChoice(ChoiceCode.WORKPLACE)
    since, end = still_to_come(ticket, now), ticket.period.ends_at
    find_holder = partial(seats.holder, session, seat.id, since, end, exclude=ticket.number)
    if (holder := find_holder()) is not None:
        raise seats.refusal(seat, holder)
    written = ticket_writes.set_workplace(session, ticket.number, ticket.version, seat.id)
    if written:
        seats.release(session, ticket.number, since)
        try:
            seats.hold(session, ticket.number, seat.id, since, end)
        except SeatConflict:  # the database has the last word
            raise seats.refusal(seat, find_holder()) from None
    data: dict[str, object] = {"from": ticket.workplace_id, "to": seat.id}
    if since > ticket.period.starts_at:
        data["since"] = since.isoformat()
    return transaction.record_ticket(EventKind.WORKPLACE_CHANGED, ticket, written, now, data)


def still_to_come(ticket: TicketDetails, now: datetime) -> datetime:
    """When what is left of the period begins, from `now` on. Raises `PeriodEnded`."""
    if now >= ticket.period.ends_at:
        raise PeriodEnded(ticket.number, ticket.period.ends_at)
    return max(now, ticket.period.starts_at)
