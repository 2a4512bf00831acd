"""The audit trail as administration reads it, what leaves the house, and who is forgotten."""

from __future__ import annotations

from collections.abc import Iterator

from olvery_tui.desk.commands import Commands
from olvery_tui.domain.cards import EventLine, ManagerCard, PersonCard
from olvery_tui.domain.errors import NoSuchChoice, NoSuchManager
from olvery_tui.domain.events import EventFilter, EventKind
from olvery_tui.domain.managers import fold_login
from olvery_tui.store.access import managers
from olvery_tui.store.audit import events
from olvery_tui.store.database import locks
from olvery_tui.store.people import erasing, people

_PAGE = 500
"""Events that are read at a time: memory does not grow with the trail."""


class Auditing(Commands):
    """Reading events, erasing people."""

    def events(self, wanted: EventFilter, before: int | None, limit: int) -> tuple[EventLine, ...]:
        """Up to `limit` matching events, newest first; those older than event `before`.

        Raises:
            NotAllowed: `administrator`.
            StoreUnavailable: the database can't be read.
        """
        zone = self.location().zone
        with self._administration.reading() as session:
            return events.matching(session, wanted, before, limit, zone=zone)

    def manager(self, login: str) -> ManagerCard:
        """The manager who has this login.

        Raises:
            NoSuchManager, NoManager, NotAllowed, StoreUnavailable: see there.
        """
        with self._store.reading() as session:
            found = managers.by_login(session, fold_login(login))
        if found is None:
            raise NoSuchManager(login)
        return found

    def manager_history(self, manager_id: int) -> tuple[EventLine, ...]:
        """What a manager did and what was done with their account, newest first.

        Raises:
            NoManager, NotAllowed, StoreUnavailable: see there.
        """
        with self._store.reading() as session:
            return events.manager_history(session, manager_id)

    def events_for_export(self, wanted: EventFilter) -> Iterator[EventLine]:
        """Every matching event, newest first, page by page; an export is an event itself.

        Raises:
            NotAllowed: `administrator`.
            StoreUnavailable: the database can't be used.
        """
        self._record_export("events", wanted, self._administration)
        return self._pages(wanted)

    def _pages(self, wanted: EventFilter) -> Iterator[EventLine]:
        before: int | None = None
        while lines := self.events(wanted, before, _PAGE):
            yield from lines
            before = lines[-1].id

    def person_of_key(self, key: str) -> PersonCard:
        """The person who would be erased. `key`: the import's, or the id itself.

        Raises:
            NoSuchChoice: `person`; nobody has this key or id.
            NotAllowed: `administrator`.
            StoreUnavailable: the database can't be read.
        """
        with self._administration.reading() as session:
            number = erasing.find(session, key)
            found = None if number is None else people.get(session, number)
        if found is None:
            raise NoSuchChoice("person")
        return found

    def erase_person(self, key: str) -> int:
        """Remove a person's name, phone and email everywhere; the id. `key`: the import's, or the
        id itself. Who is erased already is left so, without another event.

        Raises:
            NoSuchChoice: `person`; nobody has this key or id.
            NotAllowed: `administrator`.
            StoreUnavailable: nothing was removed.
        """
        with self._administration.writing() as session:
            locks.take_turn(session, locks.Turn.PEOPLE)
            person = erasing.find(session, key)
            if person is None:
                raise NoSuchChoice("person")
            if erasing.erase(session, person):
                self._record(session, EventKind.PERSON_ERASED, None, {"person": person})
        self._open_store.forget_freed()
        return person
