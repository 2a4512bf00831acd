"""People: found by the first letters of their names, by any part of them, by phone or email."""

from __future__ import annotations

import re
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
    union,
)
from sqlmodel import Session

from olvery_tui.domain.cards import PersonCard
from olvery_tui.domain.filters import WORDS_MAX
from olvery_tui.domain.people import PersonFields, fold, folded_name, name_words, words
from olvery_tui.domain.text import clean
from olvery_tui.store import name_index
from olvery_tui.store.models import Person

_PEOPLE = Person.metadata.tables["person"]
_CARD = (
    _PEOPLE.c.id,
    _PEOPLE.c.last_name,
    _PEOPLE.c.first_name,
    _PEOPLE.c.phone,
    _PEOPLE.c.email,
)
_ONE = select(*_CARD).where(_PEOPLE.c.id == bindparam("person"))
_DIGITS_MIN = 3
_PHONE = re.compile(r"\+?[0-9\s()\-.]+")


def get(session: Session, person_id: int) -> PersonCard | None:
    """The person with this id."""
    row = session.connection().execute(_ONE, {"person": person_id}).first()
    return None if row is None else PersonCard(*row)


def suggest(session: Session, text: str, limit: int) -> tuple[PersonCard, ...]:
    """People of whom every word of `text` begins a name, in any order; nobody for an empty text.

    Those who are called as it was typed come first: last name before first name, then the other way
    round. The first of these are found by ix_person_folded; the others, by the index of words, are
    looked for only where those do not fill the list.
    """
    asked = name_index.telling(words(text)[:WORDS_MAX])
    if not asked or limit < 1:
        return ()
    typed = fold(text)
    found = _people(session, _ordered(_begins(typed)).limit(limit))
    if len(found) < limit:
        named = _PEOPLE.c.id.in_(name_index.people(len(asked)))
        rank = case((_begins(typed), 0), (_first_name_first(typed.split()), 1), else_=2)
        others = _people(session, _ordered(named, rank).limit(limit), name_index.values(asked))
        known = {person.id for person in found}
        found += tuple(person for person in others if person.id not in known)
    return found[:limit]


def _begins(typed: str) -> ColumnElement[bool]:
    """The last name, with the first name behind it, begins so: a range of ix_person_folded."""
    folded = _PEOPLE.c.folded
    return and_(folded >= typed, folded < typed + name_index.AFTER_EVERY_LETTER)


def search(session: Session, text: str, limit: int) -> tuple[PersonCard, ...]:
    """People in whose names each word of `text` stands somewhere, in any order.

    Three digits or more are looked for in the phone as well (`577-65`, `+7965`, `8 965`), letters
    without a space at the beginning of the email. Who is called as it was typed comes first, then
    those of whom each word begins a name; namesakes are all there.
    """
    typed = fold(text)
    if not typed or limit < 1:
        return ()
    terms = [term.strip(",;") or term for term in typed.split()[:WORDS_MAX]]
    named = and_(*(_PEOPLE.c.folded.contains(term, autoescape=True) for term in terms))
    rank = case(
        (_PEOPLE.c.folded == typed, 0),
        (_begins(typed), 1),
        (_first_name_first(terms), 2),
        (and_(*(_begins_a_name(term) for term in terms)), 3),
        else_=4,
    )
    return _people(session, _ordered(or_(named, *_by_contact(text)), rank).limit(limit))


def _begins_a_name(term: str) -> ColumnElement[bool]:
    folded = _PEOPLE.c.folded
    return or_(
        folded.startswith(term, autoescape=True), folded.contains(" " + term, autoescape=True)
    )


def _first_name_first(terms: list[str]) -> ColumnElement[bool]:
    """`иван ив` for Иванов Иван."""
    folded, first_name = _PEOPLE.c.folded, " " + " ".join(terms[:-1])
    return and_(
        folded.startswith(terms[-1], autoescape=True),
        folded.contains(first_name, autoescape=True),
    )


def _by_contact(text: str) -> list[ColumnElement[bool]]:
    typed = clean(text).lower()
    conditions: list[ColumnElement[bool]] = []
    digits = re.sub(r"[^0-9]", "", typed)
    if len(digits) >= _DIGITS_MIN and _PHONE.fullmatch(typed):
        plus = "+" if typed.startswith("+") else ""
        conditions.append(_PEOPLE.c.phone.contains(plus + digits, autoescape=True))
        if digits.startswith("8") and not plus:
            conditions.append(_PEOPLE.c.phone.startswith("+7" + digits[1:], autoescape=True))
    if " " not in typed and typed.isascii():
        conditions.append(func.lower(_PEOPLE.c.email).startswith(typed, autoescape=True))
    return conditions


def with_contact(session: Session, phone: str | None, email: str | None) -> tuple[PersonCard, ...]:
    """Everybody who has this phone (E.164) or this email, in any case of its letters.

    Each is looked for by itself: by ix_person_phone, and by a look through ix_person_email.
    """
    ids = []
    if phone:
        ids.append(select(_PEOPLE.c.id).where(_PEOPLE.c.phone == phone))
    if email:
        ids.append(select(_PEOPLE.c.id).where(func.lower(_PEOPLE.c.email) == email.lower()))
    if not ids:
        return ()
    return _people(session, _ordered(_PEOPLE.c.id.in_(union(*ids))))


def _ordered(condition: ColumnElement[bool], *rank: ColumnElement[Any]) -> Select[Any]:
    """The people of whom it is true, by last name within their rank."""
    return select(*_CARD).where(condition).order_by(*rank, _PEOPLE.c.folded, _PEOPLE.c.id)


def _people(
    session: Session, query: Select[Any], values: dict[str, Any] | None = None
) -> tuple[PersonCard, ...]:
    rows = session.connection().execute(query, values or {})
    return tuple(PersonCard(*row) for row in rows.all())


def add(session: Session, fields: PersonFields, key: str | None = None) -> int:
    """Register a person; every word of the name goes into the index. Returns the id.

    `key` is what an import calls the person by.
    """
    connection = session.connection()
    added = connection.execute(
        insert(_PEOPLE).values(
            key=key,
            last_name=fields.last_name,
            first_name=fields.first_name,
            phone=fields.phone,
            email=fields.email,
            folded=folded_name(fields.last_name, fields.first_name),
        )
    )
    assert added.inserted_primary_key is not None
    person_id = int(added.inserted_primary_key[0])
    found = name_words(fields.last_name, fields.first_name)
    if found:
        rows = [{"word": word, "person_id": person_id} for word in found]
        connection.execute(insert(name_index.WORDS), rows)
    return person_id
