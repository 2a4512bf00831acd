"""The people who may be visitors and customers.

Source: the manual, «Изменение данных посетителя». Editing, bans, merging and erasure are ours.
"""

from __future__ import annotations

from dataclasses import astuple, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from olvery_tui.desk.transaction import Part, Transaction
from olvery_tui.domain.conflicts import PersonChangedMeanwhile, PersonExists
from olvery_tui.domain.erasure import ErasureAct, Ground
from olvery_tui.domain.errors import ChoiceCode, NoSuchChoice
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.filters import OrderFilter, TicketFilter
from olvery_tui.domain.pages import Count, Page, PageStart, Top
from olvery_tui.domain.people import (
    Alike,
    NewPerson,
    PersonDetails,
    PersonFields,
    PersonRow,
    check_ban_reason,
    check_person,
    merged_fields,
)
from olvery_tui.domain.person_record import PersonRecord
from olvery_tui.store.audit import acts, events
from olvery_tui.store.database import locks
from olvery_tui.store.orders import orders
from olvery_tui.store.people import erasing, listing, merging, people
from olvery_tui.store.tickets import tickets

if TYPE_CHECKING:
    from olvery_tui.store.database.engine import Session

Found = TypeVar("Found")

LISTED = 50
"""Tickets and orders that a person's page lists; the lists themselves have all of them."""

ALIKE = 20
"""Possible duplicates of a person that are shown."""


class People(Part):
    """Finding, adding, changing, merging and erasing people.

    Every method may raise `StoreUnavailable`, and every change `NoManager`; then nothing was
    changed.
    """

    # Looking

    def suggest(self, text: str, limit: int = 8) -> tuple[PersonDetails, ...]:
        """People of whom every word of `text` begins a name."""
        with self._context.reading() as session:
            return people.suggest(session, text, limit)

    def search(self, text: str, limit: int = 50) -> tuple[PersonDetails, ...]:
        """People in whose names every word of `text` stands somewhere, or by phone or email."""
        with self._context.reading() as session:
            return people.search(session, text, limit)

    def page(self, text: str, start: PageStart, limit: int) -> Page[PersonRow]:
        """Up to `limit` neighbouring lines of the list of who matches, by last name."""
        with self._context.reading() as session:
            return listing.page(session, text, start, limit)

    def count(self, text: str) -> Count:
        """How many people match, or at least how many."""
        with self._context.reading() as session:
            return listing.count(session, text)

    def get(self, person_id: int) -> PersonDetails:
        """A person. Raises `NoSuchChoice` (`person`)."""
        with self._context.reading() as session:
            return _there(people.get(session, person_id))

    def record(self, person_id: int) -> PersonRecord:
        """A person with their tickets, orders and debts, and others who look like the same person.

        Raises:
            NoSuchChoice: `person`; nobody has this id, or they were merged or erased.
        """
        zone = self._context.location().zone
        with self._context.reading() as session:
            now = self._context.now()
            person = _somebody(session, person_id)
            of_tickets = TicketFilter(visitor_id=person_id)
            of_orders = OrderFilter(customer_id=person_id)
            return PersonRecord(
                person,
                tickets.page(session, of_tickets, Top(), LISTED, now=now, zone=zone).rows,
                tickets.count(session, of_tickets, now=now, zone=zone),
                orders.page(session, of_orders, Top(), LISTED, now=now, zone=zone).rows,
                orders.count(session, of_orders, now=now, zone=zone),
                orders.owed_by(session, person_id),
                merging.alike(session, person, ALIKE),
                merging.namesakes(session, person, ALIKE),
            )

    def duplicates(self, limit: int) -> Alike:
        """Groups of people who have the same phone, email or folded name, `limit` of each."""
        with self._context.reading() as session:
            return merging.duplicates(session, limit)

    def namesakes(self, limit: int) -> Alike:
        """Up to `limit` groups of people of one last and first name, of some of whom no patronymic
        is known: perhaps duplicates, less surely than the others.
        """
        with self._context.reading() as session:
            return merging.namesakes_without_patronymic(session, limit)

    # Changing

    def check(self, *, anyway: bool = False, **typed: str) -> NewPerson:
        """Who may be registered with what is made for them; raises as `add`, and saves nothing."""
        fields = check_person(**typed)
        with self._context.reading() as session:
            _refuse_known(session, fields, anyway=anyway)
        return NewPerson(fields, anyway)

    def add(self, *, anyway: bool = False, **typed: str) -> PersonDetails:
        """Register a new person, as typed into the form of «Добавить».

        Args:
            anyway: Register somebody whose phone or email is known already.
            typed: The fields by the names of `PERSON_CHECKS`.

        Raises:
            InvalidForm: with a problem for each field that can't be used.
            PersonExists: somebody has this phone or email; not with `anyway`.
        """
        self._context.actor.require_manager()
        fields = check_person(**typed)
        with self._context.writing() as transaction:
            return register(transaction, NewPerson(fields, anyway))

    def edit(self, seen: PersonDetails, *, anyway: bool = False, **typed: str) -> PersonDetails:
        """Change a person's fields to what was typed.

        Raises:
            InvalidForm: with a problem for each field that can't be used.
            PersonExists: somebody else has the new phone or email; not with `anyway`.
            PersonChangedMeanwhile: they are not as they were on the screen.
            NoSuchChoice: `person`; they were merged or erased.
        """
        self._context.actor.require_manager()
        fields = check_person(**typed)
        with self._context.writing() as transaction:
            session = transaction.session
            (known,) = _locked(session, seen)
            before = people.person_fields(known)
            changed = [n for n in people.FIELDS if getattr(before, n) != getattr(fields, n)]
            if not changed:
                return known
            if {"phone", "email"}.intersection(changed):
                _refuse_known(session, fields, anyway=anyway, exclude=known.id)
            people.change(session, known.id, known.version, fields)
            data = {"person": known.id, "fields": changed}
            transaction.record(EventKind.PERSON_UPDATED, data)
            return _somebody(session, known.id)

    def ban(self, seen: PersonDetails, reason: str) -> PersonDetails:
        """«Не пускать»: the door refuses them, and their tickets say so.

        Raises:
            InvalidForm: `ban_reason`; required or too long.
            PersonChangedMeanwhile, NoSuchChoice: see `edit`.
        """
        return self._set_ban(seen, check_ban_reason(reason))

    def unban(self, seen: PersonDetails) -> PersonDetails:
        """Let a banned person in again; raises as `ban`."""
        return self._set_ban(seen, None)

    def _set_ban(self, seen: PersonDetails, reason: str | None) -> PersonDetails:
        self._context.actor.require_manager()
        kind = EventKind.PERSON_UNBANNED if reason is None else EventKind.PERSON_BANNED
        with self._context.writing() as transaction:
            session = transaction.session
            (known,) = _locked(session, seen)
            if known.ban_reason == reason:
                return known
            people.set_ban(session, known.id, known.version, reason)
            transaction.record(kind, {"person": known.id})
            return _somebody(session, known.id)

    def merge(self, kept: PersonDetails, gone: PersonDetails) -> PersonDetails:
        """Make one person of two: `kept` gets the tickets and orders of `gone`, and what they lack.

        Nothing takes it back.

        Raises:
            PersonChangedMeanwhile, NoSuchChoice: see `edit`; also where both are the same.
        """
        self._context.actor.require_manager()
        with self._context.writing() as transaction:
            session = transaction.session
            if kept.id == gone.id:
                raise NoSuchChoice(ChoiceCode.PERSON)
            locks.acquire(session, locks.AdvisoryLock.SEATS)
            one, other = _locked(session, kept, gone)
            moved = merging.merge(session, one.id, other.id)
            fields, reason = merged_fields(one, other)
            people.change(session, one.id, one.version, fields)
            if reason != one.ban_reason:
                people.set_ban(session, one.id, _somebody(session, one.id).version, reason)
            _record_merge(transaction, one.id, other.id, moved)
            return _somebody(session, one.id)

    # Erasing

    def erase(self, person_id: int, ground: Ground) -> ErasureAct:
        """Remove everything that identifies a person, everywhere; the act of it.

        The tickets and orders stay. Who is erased already is left so, without another event: the
        act is that of then.

        Raises:
            NoSuchChoice: `person`; nobody has this id.
        """
        with self._context.writing() as transaction:
            session = transaction.session
            locks.acquire(session, locks.AdvisoryLock.PEOPLE)
            locks.lock_people(session, (person_id,))
            _there(people.get(session, person_id))
            if (erased := erasing.erase(session, person_id)) is not None:
                data = {
                    "person": person_id,
                    "ground": ground.value,
                    "fields": list(erased.fields),
                    "records": erased.records,
                }
                transaction.record(EventKind.PERSON_ERASED, data)
        self._context.forget_freed()
        return self.act(person_id)

    def act(self, person_id: int) -> ErasureAct:
        """The act of a person's erasure, taken from the log. Raises `NoSuchChoice` (`person`)."""
        location = self._context.location().name
        with self._context.reading() as session:
            return replace(_there(acts.of_person(session, person_id)), location=location)

    # Administration

    def with_key(self, key: str) -> PersonDetails:
        """The person who would be erased. `key`: the import's, or the id itself.

        Raises:
            NoSuchChoice: `person`; nobody has this key or id.
            NotAllowed: `administrator`.
        """
        with self._context.reading(administration=True) as session:
            number = erasing.find(session, key)
            return _there(None if number is None else people.get(session, number))


def chosen_person(transaction: Transaction, chosen: int | NewPerson) -> PersonDetails:
    """Lock the person with this id until the transaction ends, or register a new one.

    Raises:
        NoSuchChoice: `person`; nobody has this id.
        PersonExists: see `register`.
    """
    if isinstance(chosen, NewPerson):
        return register(transaction, chosen)
    return _there(people.current(transaction.session, chosen))


def register(transaction: Transaction, new: NewPerson) -> PersonDetails:
    """Register a person in a transaction that also makes something for them.

    Raises:
        PersonExists: somebody has this phone or email; not with `anyway`.
    """
    session = transaction.session
    locks.acquire(session, locks.AdvisoryLock.PEOPLE)
    _refuse_known(session, new.fields, anyway=new.anyway)
    person = people.add(session, new.fields)
    transaction.record(EventKind.PERSON_CREATED, {"person": person})
    return PersonDetails(person, *astuple(new.fields))


def _refuse_known(
    session: Session, fields: PersonFields, *, anyway: bool, exclude: int | None = None
) -> None:
    if anyway:
        return
    known = people.with_contact(session, fields.phone, fields.email)
    others = tuple(person for person in known if person.id != exclude)
    if others:
        raise PersonExists(others)


def _there(found: Found | None) -> Found:
    if found is None:
        raise NoSuchChoice(ChoiceCode.PERSON)
    return found


def _somebody(session: Session, person_id: int) -> PersonDetails:
    """The person, who was neither merged nor erased."""
    found = people.get(session, person_id)
    return _there(found if found is not None and found.full_name else None)


def _locked(session: Session, *seen: PersonDetails) -> list[PersonDetails]:
    """Lock people until the transaction ends; they must be as they were seen."""
    locks.acquire(session, locks.AdvisoryLock.PEOPLE)
    locks.lock_people(session, [one.id for one in seen])
    known = [_somebody(session, one.id) for one in seen]
    for person, one in zip(known, seen, strict=True):
        if person.version != one.version:
            raise PersonChangedMeanwhile(person)
    return known


def _record_merge(transaction: Transaction, kept: int, gone: int, moved: merging.Moved) -> None:
    new = partial(events.NewEvent, transaction.now(), actor=transaction.actor)
    tickets, orders = moved
    whole = {"person": kept, "merged": gone, "tickets": len(tickets), "orders": len(orders)}
    transaction.record(EventKind.PERSON_MERGED, whole)
    customer = {"fields": ["customer"], "to": {"customer": kept}, "merged": True}
    hands = {"from": gone, "to": kept, "merged": True}
    lines = [
        *(new(EventKind.ORDER_UPDATED, order=number, data=customer) for number in orders),
        *(new(EventKind.VISITOR_CHANGED, ticket=number, data=hands) for number in tickets),
    ]
    events.record_many(transaction.session, lines)
