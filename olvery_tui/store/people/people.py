"""People: found by the first letters of their names, by any part of them, by phone or email."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    insert,
    or_,
    select,
    true,
    union,
)
from sqlmodel import Session

from olvery_tui.domain import name_search
from olvery_tui.domain.name_search import TERMS_MAX, index_words, name_parts, terms
from olvery_tui.domain.people import PersonDetails, PersonFields, fold, folded_name
from olvery_tui.domain.text import clean
from olvery_tui.store.database.tables import PEOPLE, PERSON_WORDS
from olvery_tui.store.listing import name_index

FIELDS = tuple(field.name for field in fields(PersonFields))
COLUMNS = (
    *(PEOPLE.c[name] for name in FIELDS),
    PEOPLE.c.ban_reason,
    PEOPLE.c.version.label("person_version"),
)
"""The columns of `PersonDetails`, in their order, without the id."""

CURRENT = func.coalesce(PEOPLE.c.merged_into, PEOPLE.c.id)
"""The id of the person, or of the one into whom they were merged."""

_DETAILS = (PEOPLE.c.id, *COLUMNS)
_ONE = select(*_DETAILS).where(PEOPLE.c.id == bindparam("person"))


def person_fields(row: Any) -> PersonFields:
    """The fields from anything that has them by name: a row, or a line of an import."""
    return PersonFields(*(getattr(row, name) for name in FIELDS))


def person_details(person_id: int, row: Any) -> PersonDetails:
    """A person from a row that holds `COLUMNS`."""
    return PersonDetails(person_id, *(getattr(row, column.name) for column in COLUMNS))


def stored_values(person: PersonFields) -> dict[str, Any]:
    """What a row holds of a person: the fields, and the folded names that a search looks in."""
    return asdict(person) | {"folded": folded_name(*person.searched)}


def get(session: Session, person_id: int) -> PersonDetails | None:
    """The person with this id."""
    row = session.connection().execute(_ONE, {"person": person_id}).first()
    return None if row is None else PersonDetails(*row)


def suggest(session: Session, text: str, limit: int) -> tuple[PersonDetails, ...]:
    """People of whom every term of `text` begins a name or is part of the phone, in any order;
    nobody for an empty text.

    Those who are called as it was typed come first: last name before first name, then the other way
    round. The first of these are found by ix_person_folded; the others, by the index of words, are
    looked for only where those do not fill the list.
    """
    asked = name_index.named(terms(text)[:TERMS_MAX])
    if not asked.words or limit < 1:
        return ()
    typed = fold(text)
    found = _people(session, _ordered(_begins(typed)).limit(limit))
    if len(found) < limit:
        indexed = name_index.people(len(asked.words), spared=asked.spared is not None)
        rank = case((_begins(typed), 0), (_first_name_first(typed.split()), 1), else_=2)
        others = _people(
            session, _ordered(PEOPLE.c.id.in_(indexed), rank).limit(limit), asked.values
        )
        known = {person.id for person in found}
        found += tuple(person for person in others if person.id not in known)
    return found[:limit]


def _begins(typed: str) -> ColumnElement[bool]:
    """The last name, with the first name behind it, begins so: a range of ix_person_folded."""
    folded = PEOPLE.c.folded
    return and_(folded >= typed, folded < typed + name_index.AFTER_EVERY_LETTER)


def search(session: Session, text: str, limit: int) -> tuple[PersonDetails, ...]:
    """People in whose names each word of `text` stands somewhere, in any order.

    Three digits or more are looked for in the phone as well (`577-65`, `+7965`, `8 965`), letters
    without a space at the beginning of the email. Initials begin a name, and a patronymic need not
    be stored (`name_search`). Who is called as it was typed comes first, then those of whom each
    word begins a name; namesakes are all there.
    """
    typed = fold(text)
    if not typed or limit < 1:
        return ()
    parts, runs = name_parts(text)
    asked = name_index.named(terms(text)[:TERMS_MAX])
    certain = [part for part in parts if asked.spared is None or part != asked.words[-1]]
    named = [
        *(_holds(part, alone=len(parts) == 1) for part in certain),
        *map(_has_digits, runs),
    ]
    if asked.spared is not None:
        named.append(or_(_holds(asked.words[-1]), name_index.has_word("spared", PEOPLE.c.id)))
    rank = case(
        (PEOPLE.c.folded == typed, 0),
        (_begins(" ".join(certain) or typed), 1),
        (_first_name_first(certain or [typed]), 2),
        (and_(true(), *(_begins_a_name(part) for part in certain)), 3),
        else_=4,
    )
    found = or_(and_(*named), *_by_email(text))
    return _people(session, _ordered(found, rank).limit(limit), asked.values)


def _holds(part: str, *, alone: bool = False) -> ColumnElement[bool]:
    """The name holds it somewhere; an initial beside something else begins a name."""
    if len(part) == 1 and not alone:
        return _begins_a_name(part)
    return PEOPLE.c.folded.contains(part, autoescape=True)


def _has_digits(run: str) -> ColumnElement[bool]:
    """The phone holds these digits; with a `+`, or an 8 for +7, it begins with them. Or the name
    holds them as they were typed.
    """
    phone, digits = PEOPLE.c.phone, name_search.digits_of(run)
    found = [
        PEOPLE.c.folded.contains(run, autoescape=True),
        phone.contains(digits, autoescape=True),
    ]
    if digits.startswith("8"):
        found.append(phone.startswith("+7" + digits[1:], autoescape=True))
    return or_(*found)


def _begins_a_name(term: str) -> ColumnElement[bool]:
    folded = PEOPLE.c.folded
    return or_(
        folded.startswith(term, autoescape=True), folded.contains(" " + term, autoescape=True)
    )


def _first_name_first(terms: list[str]) -> ColumnElement[bool]:
    """`иван ив` for Иванов Иван."""
    folded, first_name = PEOPLE.c.folded, " " + " ".join(terms[:-1])
    return and_(
        folded.startswith(terms[-1], autoescape=True),
        folded.contains(first_name, autoescape=True),
    )


def _by_email(text: str) -> list[ColumnElement[bool]]:
    typed = clean(text).lower()
    if " " in typed or not typed.isascii():
        return []
    return [func.lower(PEOPLE.c.email).startswith(typed, autoescape=True)]


def with_contact(
    session: Session, phone: str | None, email: str | None
) -> tuple[PersonDetails, ...]:
    """Everybody who has this phone (E.164) or this email, in any case of its letters.

    Each is looked for by itself: by ix_person_phone, and by a look through ix_person_email.
    """
    ids = []
    if phone:
        ids.append(select(PEOPLE.c.id).where(PEOPLE.c.phone == phone))
    if email:
        ids.append(select(PEOPLE.c.id).where(func.lower(PEOPLE.c.email) == email.lower()))
    if not ids:
        return ()
    return _people(session, _ordered(PEOPLE.c.id.in_(union(*ids))))


def _ordered(condition: ColumnElement[bool], *rank: ColumnElement[Any]) -> Select[Any]:
    """The people of whom it is true, by last name within their rank."""
    return select(*_DETAILS).where(condition).order_by(*rank, PEOPLE.c.folded, PEOPLE.c.id)


def _people(
    session: Session, query: Select[Any], values: dict[str, Any] | None = None
) -> tuple[PersonDetails, ...]:
    rows = session.connection().execute(query, values or {})
    return tuple(PersonDetails(*row) for row in rows.all())


def add(session: Session, person: PersonFields, key: str | None = None) -> int:
    """Register a person; all that finds them goes into the index. Returns the id.

    `key` is what an import calls the person by.
    """
    connection = session.connection()
    added = connection.execute(insert(PEOPLE).values(key=key, **stored_values(person)))
    assert added.inserted_primary_key is not None
    person_id = int(added.inserted_primary_key[0])
    if found := index_words(person):
        rows = [{"word": word, "person_id": person_id} for word in found]
        connection.execute(insert(PERSON_WORDS), rows)
    return person_id
