"""The people who may be visitors and customers.

Source: the manual, «Изменение данных посетителя».
"""

from __future__ import annotations

from dataclasses import astuple

from olvery_tui.desk.transaction import DeskContext
from olvery_tui.domain.conflicts import PersonExists
from olvery_tui.domain.errors import ChoiceCode, NoSuchChoice
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.people import PersonDetails, check_person
from olvery_tui.store.database import locks
from olvery_tui.store.people import erasing, people


class People:
    """Finding, adding and erasing people."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def suggest(self, text: str, limit: int = 8) -> tuple[PersonDetails, ...]:
        """People of whom every word of `text` begins a name."""
        with self._context.reading() as session:
            return people.suggest(session, text, limit)

    def search(self, text: str, limit: int = 50) -> tuple[PersonDetails, ...]:
        """People in whose names every word of `text` stands somewhere, or by phone or email."""
        with self._context.reading() as session:
            return people.search(session, text, limit)

    def get(self, person_id: int) -> PersonDetails:
        """A person.

        Raises:
            NoSuchChoice: `person`; nobody has this id.
        """
        with self._context.reading() as session:
            found = people.get(session, person_id)
        if found is None:
            raise NoSuchChoice(ChoiceCode.PERSON)
        return found

    def add(self, *, anyway: bool = False, **typed: str) -> PersonDetails:
        """Register a new person, as typed into the form of «Добавить».

        Args:
            anyway: Register somebody whose phone or email is known already.
            typed: The fields by the names of `PERSON_CHECKS`.

        Raises:
            NoManager: nobody is signed in.
            InvalidForm: with a problem for each field that can't be used.
            PersonExists: somebody has this phone or email; not with `anyway`.
            StoreUnavailable: nobody was added.
        """
        self._context.actor.require_manager()
        fields = check_person(**typed)
        with self._context.writing() as transaction:
            session = transaction.session
            locks.acquire(session, locks.AdvisoryLock.PEOPLE)
            known = people.with_contact(session, fields.phone, fields.email)
            if known and not anyway:
                raise PersonExists(known)
            person = people.add(session, fields)
            transaction.record(EventKind.PERSON_CREATED, {"person": person})
        return PersonDetails(person, *astuple(fields))

    # Administration

    def with_key(self, key: str) -> PersonDetails:
        """The person who would be erased. `key`: the import's, or the id itself.

        Raises:
            NoSuchChoice: `person`; nobody has this key or id.
            NotAllowed: `administrator`.
            StoreUnavailable: the database can't be read.
        """
        with self._context.reading(administration=True) as session:
            number = erasing.find(session, key)
            found = None if number is None else people.get(session, number)
        if found is None:
            raise NoSuchChoice(ChoiceCode.PERSON)
        return found

    def erase(self, key: str) -> int:
        """Remove a person's name, phone and email everywhere; the id. `key`: the import's, or the
        id itself. Who is erased already is left so, without another event.

        Raises:
            NoSuchChoice: `person`; nobody has this key or id.
            NotAllowed: `administrator`.
            StoreUnavailable: nothing was removed.
        """
        with self._context.writing(administration=True) as transaction:
            session = transaction.session
            locks.acquire(session, locks.AdvisoryLock.PEOPLE)
            person = erasing.find(session, key)
            if person is None:
                raise NoSuchChoice(ChoiceCode.PERSON)
            if erasing.erase(session, person):
                transaction.record(EventKind.PERSON_ERASED, {"person": person})
        self._context.forget_freed()
        return person
