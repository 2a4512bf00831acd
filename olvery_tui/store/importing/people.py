"""People by the exporter's key, with the words by which they are found."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, select, update
from sqlmodel import Session

from olvery_tui.domain.errors import ImportCode, InvalidInput
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.import_lines import PersonLine
from olvery_tui.domain.people import PersonFields, fold, words
from olvery_tui.store.audit.events import NewEvent, record_many
from olvery_tui.store.database.any_of import any_of
from olvery_tui.store.database.bulk import insert_many
from olvery_tui.store.database.locks import AdvisoryLock, acquire
from olvery_tui.store.database.tables import PEOPLE, PERSON_WORDS
from olvery_tui.store.database.versions import following
from olvery_tui.store.importing.context import Context, Entry, Verdict
from olvery_tui.store.importing.report import Outcome
from olvery_tui.store.people import people
from olvery_tui.store.people.erasing import by_erased_key


def ids(session: Session, keys: set[str], context: Context) -> dict[str, int]:
    """The people who have these keys, had them before they were erased or merged, or whom a row of
    this key joined.
    """
    query = select(PEOPLE.c.key, people.CURRENT).where(any_of(PEOPLE.c.key, "keys"))
    rows = session.connection().execute(query, {"keys": list(keys)})
    found = {row[0]: row[1] for row in rows}
    if context.joined:
        found |= {key: context.joined[key] for key in keys & context.joined.keys()}
    return found | by_erased_key(session, keys - found.keys())


class _Change(NamedTuple):
    """A person as they will be, and the names of the fields that differ."""

    person: PersonFields
    fields: list[str]


Who = int | str
"""The id of a person, or the key of a new one of this chunk."""


@dataclass(slots=True)
class _Chunk:
    """What is known about the people of a chunk, and what becomes of each line.

    Args:
        stored: The rows of the keys that are there.
        gone: The keys of people who were erased or merged, and stay so.
        contacts: Whose the phones and lower-cased emails of the other keys are.
        known: Those people, as they will be.
        joins: Whether a line with a known phone or email joins that person. Somebody known is
            only added to then: what is known may have been corrected here.
    """

    stored: Mapping[str, dict[str, Any]]
    gone: Collection[str]
    contacts: dict[str, Who]
    known: dict[Who, PersonFields]
    joins: bool
    new: dict[str, PersonFields] = field(default_factory=dict)
    changed: dict[int, _Change] = field(default_factory=dict)
    joined: dict[str, Who] = field(default_factory=dict)
    bans: dict[str, str] = field(default_factory=dict)

    def decide(self, entry: Entry) -> Verdict:
        """Decide what becomes of a line."""
        line = entry.record
        assert isinstance(line, PersonLine)
        row = self.stored.get(line.key)
        if line.key in self.gone:
            return Verdict(entry, Outcome.UNCHANGED)
        if row is None:
            return self._decide_new(entry, line)
        before = self.known.get(row["id"]) or PersonFields(*(row[name] for name in people.FIELDS))
        said = _said(line).items()
        different = (
            _missing(before, line)
            if self.joins
            else {name: value for name, value in said if getattr(before, name) != value}
        )
        if not different:
            return Verdict(entry, Outcome.UNCHANGED)
        self._change(row["id"], before, different)
        return Verdict(entry, Outcome.UPDATED)

    def _decide_new(self, entry: Entry, line: PersonLine) -> Verdict:
        """Register who is new, or join who has the phone and email already."""
        owners = {self.contacts[one] for one in _contacts(line) if one in self.contacts}
        if len(owners) > 1:
            problem = InvalidInput("phone", ImportCode.TWO_PEOPLE)
            return Verdict(entry, Outcome.REFUSED, (problem,))
        if owners:
            return self._join(entry, line, owners.pop())
        self.new[line.key] = person = PersonFields(**_said(line))
        if line.ban_reason:
            self.bans[line.key] = line.ban_reason
        if self.joins:
            self.contacts |= dict.fromkeys(_contacts(line), line.key)
            self.known[line.key] = person
        return Verdict(entry, Outcome.CREATED)

    def _join(self, entry: Entry, line: PersonLine, owner: Who) -> Verdict:
        """Let the line be about `owner`, of whom it may add what is not known yet."""
        self.joined[line.key] = owner
        person = self.known[owner]
        if other := _other_name(line, person, self.contacts):
            return Verdict(entry, Outcome.JOINED, other)
        if not (missing := _missing(person, line)):
            return Verdict(entry, Outcome.JOINED)
        self._change(owner, person, missing)
        self.contacts |= dict.fromkeys(_contacts(line), owner)
        return Verdict(entry, Outcome.UPDATED)

    def _change(self, who: Who, before: PersonFields, different: Mapping[str, Any]) -> None:
        person = replace(before, **different)
        self.known[who] = person
        if isinstance(who, str):
            self.new[who] = person
            return
        fields = self.changed[who].fields if who in self.changed else []
        self.changed[who] = _Change(person, [*dict.fromkeys([*fields, *different])])


@dataclass(frozen=True, slots=True)
class PeopleLoader:
    """Imports the lines of people."""

    context: Context

    def load(self, session: Session, entries: list[Entry]) -> list[Verdict]:
        """All of them at once."""
        lines = {
            entry.record.key: entry.record
            for entry in entries
            if isinstance(entry.record, PersonLine)
        }
        joins = self.context.joined is not None
        if joins:  # whose a phone is stays so until the chunk is written
            acquire(session, AdvisoryLock.PEOPLE)
        stored = _stored(session, lines.keys())
        merged = {key for key, row in stored.items() if row["merged_into"]}
        gone = merged | by_erased_key(session, lines.keys() - stored.keys()).keys()
        unknown = [line for key, line in lines.items() if key not in stored] if joins else []
        chunk = _Chunk(stored, gone, *_owners(session, unknown), joins)
        verdicts = [chunk.decide(entry) for entry in entries]
        self.context.meanwhile()
        self._add(session, chunk.new, chunk.bans)
        self._change(session, chunk.changed)
        self._join(session, chunk.joined)
        return verdicts

    def _join(self, session: Session, joined: dict[str, Who]) -> None:
        """Keep for the lines that follow who these keys are."""
        if not joined:
            return
        assert self.context.joined is not None
        added = ids(session, {one for one in joined.values() if isinstance(one, str)}, self.context)
        self.context.joined |= {
            key: added[one] if isinstance(one, str) else one for key, one in joined.items()
        }

    def _add(self, session: Session, new: dict[str, PersonFields], bans: Mapping[str, str]) -> None:
        if not new:
            return
        rows = [
            {"key": key, "version": 1, "ban_reason": bans.get(key), **people.stored_values(person)}
            for key, person in new.items()
        ]
        insert_many(session, PEOPLE, rows)
        known = ids(session, set(new), self.context)
        people.add_words(session, {known[key]: person for key, person in new.items()})
        self._record(session, EventKind.PERSON_CREATED, [{"person": known[key]} for key in new])
        self._record(session, EventKind.PERSON_BANNED, [{"person": known[key]} for key in bans])

    def _change(self, session: Session, changed: dict[int, _Change]) -> None:
        if not changed:
            return
        statement = (
            update(PEOPLE)
            .where(PEOPLE.c.id == bindparam("of_id"))
            .values({name: bindparam(f"to_{name}") for name in (*people.FIELDS, "folded")})
            .values(version=following(PEOPLE.c.version))
        )
        session.connection().execute(
            statement,
            [
                {"of_id": id_}
                | {f"to_{name}": value for name, value in people.stored_values(one.person).items()}
                for id_, one in changed.items()
            ],
        )
        session.connection().execute(
            delete(PERSON_WORDS).where(PERSON_WORDS.c.person_id == bindparam("of_id")),
            [{"of_id": id_} for id_ in changed],
        )
        people.add_words(session, {id_: one.person for id_, one in changed.items()})
        data = [{"person": id_, "fields": one.fields} for id_, one in changed.items()]
        self._record(session, EventKind.PERSON_UPDATED, data)

    def _record(self, session: Session, kind: EventKind, data: list[dict[str, Any]]) -> None:
        context = self.context
        record_many(
            session, (NewEvent(context.now, kind, context.actor, data=facts) for facts in data)
        )


def _stored(session: Session, keys: Collection[str]) -> dict[str, dict[str, Any]]:
    columns = ("key", "id", "merged_into", *people.FIELDS)
    query = select(*(PEOPLE.c[name] for name in columns)).where(any_of(PEOPLE.c.key, "keys"))
    rows = session.connection().execute(query, {"keys": list(keys)})
    return {row.key: dict(row._mapping) for row in rows}


def _owners(
    session: Session, lines: Sequence[PersonLine]
) -> tuple[dict[str, Who], dict[Who, PersonFields]]:
    """Whose the phones and emails of these lines are (ix_person_phone, ix_person_email)."""
    contacts = [one for line in lines for one in _contacts(line)]
    owners: dict[str, Who] = {}
    known: dict[Who, PersonFields] = {}
    for column in (people.lower_email, PEOPLE.c.phone) if contacts else ():
        query = (
            select(column, people.CURRENT, *(PEOPLE.c[name] for name in people.FIELDS))
            .where(any_of(column, "contacts"))
            .order_by(PEOPLE.c.id.desc())  # of several, the first who was registered
        )
        for contact, who, *fields in session.connection().execute(query, {"contacts": contacts}):
            owners[contact] = who
            known[who] = PersonFields(*fields)
    return owners, known


def _contacts(line: PersonLine) -> list[str]:
    """The phone, and the email as it is looked for: in any case of its letters."""
    return [*filter(None, (line.phone, line.email and line.email.lower()))]


def _name(person: PersonLine | PersonFields) -> str:
    return " ".join(filter(None, (person.last_name, person.first_name, person.patronymic)))


def _other_name(
    line: PersonLine, owner: PersonFields, contacts: Mapping[str, Who]
) -> tuple[InvalidInput, ...]:
    """Whom the row joins, where they are not called the same."""
    same, other = set(words(_name(line))), set(words(_name(owner)))
    if same <= other or other <= same:
        return ()
    where = "phone" if line.phone in contacts else "email"
    return (InvalidInput(where, ImportCode.JOINED, {"name": _name(owner)}),)


def _missing(person: PersonFields, line: PersonLine) -> dict[str, Any]:
    """What a line says of a person of whom it is not known yet; parts of a name only where those
    before it are the same.
    """
    said = _said(line)
    found = {
        name: said[name]
        for name in ("phone", "email", "note")
        if said.get(name) and not getattr(person, name)
    }
    for before, name in pairwise(("last_name", "first_name", "patronymic")):
        if fold(getattr(person, before) or found.get(before, "")) != fold(said[before]):
            break
        if said.get(name) and not getattr(person, name):
            found[name] = said[name]
    return found


def _said(line: PersonLine) -> dict[str, Any]:
    """The fields that a line says; of those that an older file hasn't got, nothing."""
    found = {name: getattr(line, name) for name in people.FIELDS}
    unsaid = {name for name in ("patronymic", "note") if found[name] is None}
    return {name: value for name, value in found.items() if name not in unsaid}
