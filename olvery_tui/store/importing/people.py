"""People by the exporter's key, with the words by which they are found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, select, update
from sqlmodel import Session

from olvery_tui.domain.errors import ImportCode, InvalidInput
from olvery_tui.domain.events import EventKind
from olvery_tui.domain.import_lines import PersonLine
from olvery_tui.domain.name_search import index_words
from olvery_tui.domain.people import PersonFields, words
from olvery_tui.store.audit.events import NewEvent, record_many
from olvery_tui.store.database.any_of import any_of
from olvery_tui.store.database.bulk import insert_many
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


class _Owner(NamedTuple):
    """Whose a phone or email is: an id, or the key of a new person of this chunk."""

    who: int | str
    name: str


@dataclass(frozen=True, slots=True)
class PeopleLoader:
    """Imports the lines of people."""

    context: Context

    def load(self, session: Session, entries: list[Entry]) -> list[Verdict]:
        """All of them at once."""
        keys = {entry.record.key for entry in entries if isinstance(entry.record, PersonLine)}
        stored = _stored(session, keys)
        erased = by_erased_key(session, keys - stored.keys())
        contacts = self._contacts(session, entries, stored)
        verdicts: list[Verdict] = []
        joined: dict[str, int | str] = {}
        new: dict[str, PersonFields] = {}
        changed: dict[int, PersonFields] = {}
        fields: dict[int, list[str]] = {}
        for entry in entries:
            line = entry.record
            assert isinstance(line, PersonLine)
            row = stored.get(line.key)
            if line.key in erased or (row and row["merged_into"]):  # and stays so
                verdicts.append(Verdict(entry, Outcome.UNCHANGED))
            elif row is None and (owners := _who(line, contacts)):
                if len(owners) > 1:
                    problem = InvalidInput("phone", ImportCode.TWO_PEOPLE)
                    verdicts.append(Verdict(entry, Outcome.REFUSED, (problem,)))
                    continue
                (owner,) = owners
                joined[line.key] = owner.who
                verdicts.append(Verdict(entry, Outcome.JOINED, _other_name(line, owner, contacts)))
            elif row is None:
                new[line.key] = PersonFields(**_said(line))
                if self.context.joined is not None:
                    owner = _Owner(line.key, _name(line))
                    contacts |= {one: owner for one in (line.phone, line.email) if one}
                verdicts.append(Verdict(entry, Outcome.CREATED))
            elif different := [name for name, value in _said(line).items() if row[name] != value]:
                known = {name: row[name] for name in people.FIELDS}
                changed[row["id"]] = PersonFields(**known | _said(line))
                fields[row["id"]] = different
                verdicts.append(Verdict(entry, Outcome.UPDATED))
            else:
                verdicts.append(Verdict(entry, Outcome.UNCHANGED))
        self._add(session, new)
        self._change(session, changed, fields)
        if joined:
            assert self.context.joined is not None
            added = ids(
                session, {one for one in joined.values() if isinstance(one, str)}, self.context
            )
            self.context.joined |= {
                key: added[one] if isinstance(one, str) else one for key, one in joined.items()
            }
        return verdicts

    def _contacts(
        self, session: Session, entries: list[Entry], stored: dict[str, dict[str, Any]]
    ) -> dict[str, _Owner]:
        """Whose the phones and emails of new people are, where people are joined by them."""
        if self.context.joined is None:
            return {}
        lines = [entry.record for entry in entries if isinstance(entry.record, PersonLine)]
        new = [line for line in lines if line.key not in stored]
        found: dict[str, _Owner] = {}
        names = (PEOPLE.c.last_name, PEOPLE.c.first_name, PEOPLE.c.patronymic)
        for name in ("email", "phone"):
            column = PEOPLE.c[name]
            query = (
                select(column, people.CURRENT, *names)
                .where(any_of(column, "values"))
                .order_by(PEOPLE.c.id.desc())
            )
            values = [value for line in new if (value := getattr(line, name))]
            rows = session.connection().execute(query, {"values": values})
            found |= {row[0]: _Owner(row[1], " ".join(filter(None, row[2:]))) for row in rows}
        return found

    def _add(self, session: Session, new: dict[str, PersonFields]) -> None:
        if not new:
            return
        rows = [
            {"key": key, "version": 1, **people.stored_values(person)}
            for key, person in new.items()
        ]
        insert_many(session, PEOPLE, rows)
        known = ids(session, set(new), self.context)
        _add_words(session, {known[key]: person for key, person in new.items()})
        self._record(session, EventKind.PERSON_CREATED, [{"person": known[key]} for key in new])

    def _change(
        self, session: Session, changed: dict[int, PersonFields], fields: dict[int, list[str]]
    ) -> None:
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
                | {f"to_{name}": value for name, value in people.stored_values(person).items()}
                for id_, person in changed.items()
            ],
        )
        session.connection().execute(
            delete(PERSON_WORDS).where(PERSON_WORDS.c.person_id == bindparam("of_id")),
            [{"of_id": id_} for id_ in changed],
        )
        _add_words(session, changed)
        data = [{"person": id_, "fields": fields[id_]} for id_ in changed]
        self._record(session, EventKind.PERSON_UPDATED, data)

    def _record(self, session: Session, kind: EventKind, data: list[dict[str, Any]]) -> None:
        context = self.context
        record_many(
            session, (NewEvent(context.now, kind, context.actor, data=facts) for facts in data)
        )


def _stored(session: Session, keys: set[str]) -> dict[str, dict[str, Any]]:
    columns = ("key", "id", "merged_into", *people.FIELDS)
    query = select(*(PEOPLE.c[name] for name in columns)).where(any_of(PEOPLE.c.key, "keys"))
    rows = session.connection().execute(query, {"keys": list(keys)})
    return {row.key: dict(row._mapping) for row in rows}


def _who(line: PersonLine, contacts: dict[str, _Owner]) -> set[_Owner]:
    """Whose phone and email a line has: nobody's, one person's, or two people's."""
    return {contacts[one] for one in (line.phone, line.email) if one in contacts}


def _name(line: PersonLine) -> str:
    return " ".join(filter(None, (line.last_name, line.first_name, line.patronymic)))


def _other_name(
    line: PersonLine, owner: _Owner, contacts: dict[str, _Owner]
) -> tuple[InvalidInput, ...]:
    """Whom the row joins, where they are not called the same."""
    same, other = set(words(_name(line))), set(words(owner.name))
    if same <= other or other <= same:
        return ()
    field = "phone" if line.phone in contacts else "email"
    return (InvalidInput(field, ImportCode.JOINED, {"name": owner.name}),)


def _said(line: PersonLine) -> dict[str, Any]:
    """The fields that a line says; of those that an older file hasn't got, nothing."""
    found = {name: getattr(line, name) for name in people.FIELDS}
    unsaid = {name for name in ("patronymic", "note") if found[name] is None}
    return {name: value for name, value in found.items() if name not in unsaid}


def _add_words(session: Session, persons: dict[int, PersonFields]) -> None:
    rows = [
        {"word": word, "person_id": id_}
        for id_, person in persons.items()
        for word in index_words(person)
    ]
    insert_many(session, PERSON_WORDS, rows)
