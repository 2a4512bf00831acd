"""People by the exporter's key, with the words by which they are found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlmodel import Session

from olvery_tui.domain.events import EventKind
from olvery_tui.domain.import_lines import PersonLine
from olvery_tui.domain.name_search import index_words
from olvery_tui.store.audit.events import NewEvent, record_many
from olvery_tui.store.database.bulk import insert_many
from olvery_tui.store.database.tables import PEOPLE, PERSON_WORDS
from olvery_tui.store.importing.context import Context, Entry, Verdict
from olvery_tui.store.importing.report import Outcome
from olvery_tui.store.people import people
from olvery_tui.store.people.erasing import by_erased_key


def ids(session: Session, keys: set[str]) -> dict[str, int]:
    """The people who have these keys, or had them before they were erased."""
    query = select(PEOPLE.c.key, PEOPLE.c.id).where(PEOPLE.c.key.in_(keys))
    found = {row[0]: row[1] for row in session.connection().execute(query)}
    return found | by_erased_key(session, keys - found.keys())


@dataclass(frozen=True, slots=True)
class PeopleLoader:
    """Imports the lines of people."""

    context: Context

    def load(self, session: Session, entries: list[Entry]) -> list[Verdict]:
        """All of them at once."""
        keys = {entry.key for entry in entries}
        stored = _stored(session, keys)
        erased = by_erased_key(session, keys - stored.keys())
        verdicts: list[Verdict] = []
        new: list[PersonLine] = []
        changed: dict[int, PersonLine] = {}
        fields: dict[int, list[str]] = {}
        for entry in entries:
            line = entry.record
            assert isinstance(line, PersonLine)
            row = stored.get(line.key)
            if line.key in erased:  # and stays so
                verdicts.append(Verdict(entry, Outcome.UNCHANGED))
            elif row is None:
                new.append(line)
                verdicts.append(Verdict(entry, Outcome.CREATED))
            elif different := [name for name in people.FIELDS if row[name] != getattr(line, name)]:
                changed[row["id"]] = line
                fields[row["id"]] = different
                verdicts.append(Verdict(entry, Outcome.UPDATED))
            else:
                verdicts.append(Verdict(entry, Outcome.UNCHANGED))
        self._add(session, new)
        self._change(session, changed, fields)
        return verdicts

    def _add(self, session: Session, lines: list[PersonLine]) -> None:
        if not lines:
            return
        insert_many(session, PEOPLE, [{"key": line.key, **_values(line)} for line in lines])
        known = ids(session, {line.key for line in lines})
        _add_words(session, {known[line.key]: line for line in lines})
        self._record(
            session, EventKind.PERSON_CREATED, [{"person": known[line.key]} for line in lines]
        )

    def _change(
        self, session: Session, lines: dict[int, PersonLine], fields: dict[int, list[str]]
    ) -> None:
        if not lines:
            return
        statement = (
            update(PEOPLE)
            .where(PEOPLE.c.id == bindparam("of_id"))
            .values({name: bindparam(f"to_{name}") for name in (*people.FIELDS, "folded")})
        )
        session.connection().execute(
            statement,
            [
                {"of_id": id_, **{f"to_{name}": value for name, value in _values(line).items()}}
                for id_, line in lines.items()
            ],
        )
        session.connection().execute(
            delete(PERSON_WORDS).where(PERSON_WORDS.c.person_id == bindparam("of_id")),
            [{"of_id": id_} for id_ in lines],
        )
        _add_words(session, lines)
        data = [{"person": id_, "fields": fields[id_]} for id_ in lines]
        self._record(session, EventKind.PERSON_UPDATED, data)

    def _record(self, session: Session, kind: EventKind, data: list[dict[str, Any]]) -> None:
        context = self.context
        record_many(
            session, (NewEvent(context.now, kind, context.actor, data=facts) for facts in data)
        )


def _stored(session: Session, keys: set[str]) -> dict[str, dict[str, Any]]:
    query = select(PEOPLE.c.key, PEOPLE.c.id, *(PEOPLE.c[name] for name in people.FIELDS)).where(
        PEOPLE.c.key.in_(keys)
    )
    return {row.key: dict(row._mapping) for row in session.connection().execute(query)}


def _values(line: PersonLine) -> dict[str, Any]:
    return people.stored_values(people.person_fields(line))


def _add_words(session: Session, lines: dict[int, PersonLine]) -> None:
    rows = [
        {"word": word, "person_id": id_}
        for id_, line in lines.items()
        for word in index_words(people.person_fields(line))
    ]
    insert_many(session, PERSON_WORDS, rows)
