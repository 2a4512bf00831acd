"""Whose ticket it is.

Source: the manual, «Изменение данных посетителя».
"""

from __future__ import annotations

from olvery_tui.desk.commands import Commands, require_status
from olvery_tui.desk.identity import check_data
from olvery_tui.domain.cards import PersonCard, TicketCard
from olvery_tui.domain.errors import NoSuchChoice, PersonExists
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.people import check_person
from olvery_tui.domain.statuses import VISITOR_STATUSES
from olvery_tui.store.audit import events
from olvery_tui.store.database import locks
from olvery_tui.store.people import people
from olvery_tui.store.tickets import ticket_writes


class Visitors(Commands):
    """Binding a ticket to another person, registered before or added now."""

    def change_visitor(self, seen: TicketCard, person_id: int) -> TicketCard:
        """Bind the ticket to another person; an identity check of the former one is cleared.

        The visitor that the ticket has already is no change and leaves no trace.

        Raises:
            NoManager, NoSuchTicket: see there.
            WrongStatus: the ticket is neither new nor confirmed.
            ChangedMeanwhile: the ticket is not as it was on the screen.
            NoSuchChoice: `person`; nobody has this id.
            StoreUnavailable: nothing was changed.
        """
        with (
            self._attempt(EventKind.VISITOR_REFUSED, seen.number, {"to": person_id}) as attempt,
            self._store.writing() as session,
        ):
            self._manager()
            card = self._locked_card(session, seen.number)
            now = self._clock.now()
            require_status(card, now, "visitor", VISITOR_STATUSES)
            self._require_unchanged(session, card, seen)
            if people.get(session, person_id) is None:
                raise NoSuchChoice("person")
            if person_id == card.visitor.id:
                return card
            written = ticket_writes.set_visitor(session, card.number, card.version, person_id)
            data: dict[str, object] = {"from": card.visitor.id, "to": person_id}
            data |= {"cleared": card.validated, **(check_data(card) if card.validated else {})}
            kind = EventKind.VISITOR_CHANGED
            return self._finish(session, attempt, card, written, kind, now, data)

    def add_person(
        self, last_name: str, first_name: str, phone: str, email: str, *, anyway: bool = False
    ) -> PersonCard:
        """Register a new person, as typed into the form of «Добавить».

        Raises:
            NoManager: nobody is signed in.
            InvalidForm: with a problem for each field that can't be used.
            PersonExists: somebody has this phone or email, and `anyway` was not asked for.
            StoreUnavailable: nobody was added.
        """
        self._manager()
        fields = check_person(last_name, first_name, phone, email)
        with self._store.writing() as session:
            locks.take_turn(session, locks.Turn.PEOPLE)
            known = people.with_contact(session, fields.phone, fields.email)
            if known and not anyway:
                raise PersonExists(known)
            person = people.add(session, fields)
            events.record(
                session,
                at=self._clock.now(),
                kind=EventKind.PERSON_CREATED,
                actor=self._actor,
                data={"person": person},
            )
        return PersonCard(person, fields.last_name, fields.first_name, fields.phone, fields.email)
