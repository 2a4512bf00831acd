"""People: found by the first letters of their names, by any part of them, by phone or email."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    intersect,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlmodel import Session

from olvery_tui.domain import name_search
from olvery_tui.domain.name_search import TERMS_MAX, index_words, name_parts, part_keys, terms
from olvery_tui.domain.people import PersonDetails, PersonFields, fold, folded_name
from olvery_tui.domain.text import clean
from olvery_tui.store.database import locks, rows
from olvery_tui.store.database.bulk import insert_values
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

lower_email = func.lower(PEOPLE.c.email)
"""The email as it is compared, and as ix_person_email has it."""

DETAILS = (PEOPLE.c.id, *COLUMNS)
_ONE = select(*DETAILS).where(PEOPLE.c.id == bindparam("person"))


def person_fields(row: Any) -> PersonFields:
    """The fields from anything that has them by name: a row, or a line of an import."""
    return PersonFields(*(getattr(row, name) for name in FIELDS))


def person_details(person_id: int, row: Any) -> PersonDetails:
    """A person from a row that holds `COLUMNS`."""
    return PersonDetails(person_id, *(getattr(row, column.name) for column in COLUMNS))


def stored_values(person: PersonFields) -> dict[str, Any]:
    """What a row holds of a person: the fields, and the folded names that a search looks in."""
    values = {name: getattr(person, name) for name in FIELDS}
    return {**values, "folded": folded_name(*person.searched)}


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
    found = _people(session, _ordered(begins(typed)).limit(limit))
    if len(found) < limit:
        indexed = name_index.people(len(asked.words), spared=asked.spared is not None)
        rank = case((begins(typed), 0), (_first_name_first(typed.split()), 1), else_=2)
        others = _people(
            session, _ordered(PEOPLE.c.id.in_(indexed), rank).limit(limit), asked.values
        )
        known = {person.id for person in found}
        found += tuple(person for person in others if person.id not in known)
    return found[:limit]


def begins(typed: str) -> ColumnElement[bool]:
    """The last name, with the first name behind it, begins so: a range of ix_person_folded."""
    folded = PEOPLE.c.folded
    return and_(folded >= typed, folded < typed + name_index.AFTER_EVERY_LETTER)


FEW = 4_000
"""People whose rows are read and sorted within a few milliseconds; more are walked in order."""

MANY = 40_000
"""Entries of the index that are read within a few milliseconds."""


class Matching(NamedTuple):
    """The conditions of a partial search, and their parameters.

    `certain` are the parts of names that are asked of everybody; `few` is whether an index finds
    all of them at once.
    """

    conditions: tuple[ColumnElement[bool], ...]
    values: dict[str, Any]
    certain: tuple[str, ...] = ()
    few: bool = False


def matching(session: Session, text: str) -> Matching:
    """Match people in whose names each word of `text` stands somewhere, in any order.

    Three digits or more are looked for in the phone as well (`577-65`, `+7965`, `8 965`), letters
    without a space at the beginning of the email. Initials begin a name, and a patronymic need not
    be stored (`name_search`). An empty text matches everybody.

    Where few have one of the parts, the index of words finds them; where each has many, a walk
    through the list fills a page soon.
    """
    if not fold(text):
        return Matching((), {})
    parts, runs = name_parts(text)
    asked = name_index.named(terms(text)[:TERMS_MAX])
    certain = [part for part in parts if asked.spared is None or part != asked.words[-1]]
    named = [
        *(_holds(part, alone=len(parts) == 1) for part in certain),
        *map(_has_digits, runs),
    ]
    if asked.spared is not None:
        named.append(or_(_holds(asked.words[-1]), name_index.has_word("spared", PEOPLE.c.id)))
    values = {} if asked.spared is None else {"spared": asked.spared}
    few = _narrowed(session, [*certain, *map(name_search.digits_of, runs)])
    by_email = [PEOPLE.c.id.in_(query) for query in _by_email(session, text)]
    condition = or_(and_(*named), *by_email)
    if few is None:
        return Matching((condition,), values, tuple(certain))
    ids = union(few, *_by_email(session, text)) if by_email else few
    return Matching((PEOPLE.c.id.in_(ids), condition), values, tuple(certain), few=True)


def _narrowed(session: Session, parts: Sequence[str]) -> Select[Any] | None:
    """The ids of the few who have all of the parts that are not too common; None of many."""
    count = session.connection()
    found: list[Select[Any]] = []
    for part in parts:
        run, inner = part_keys(part)
        begins = (run,) if len(part) == 1 < len(parts) else (run, inner)  # an initial begins a name
        theirs = union_all(*map(_with_word, begins))
        if run and _count(count, theirs.limit(MANY + 1)) <= MANY:
            found.append(select(theirs.subquery().c.person_id))
    if not found:
        return None
    all_of_them = select(intersect(*found).subquery().c.person_id) if found[1:] else found[0]
    return all_of_them if _count(count, all_of_them.limit(FEW + 1)) <= FEW else None


def _count(connection: Connection, query: Any) -> int:
    counted = select(func.count()).select_from(query.subquery())
    found: int = connection.execute(counted).scalar_one()
    return found


def _with_word(begin: str) -> Select[Any]:
    word = PERSON_WORDS.c.word
    return select(PERSON_WORDS.c.person_id).where(
        word >= begin, word < begin + name_index.AFTER_EVERY_LETTER
    )


def search(session: Session, text: str, limit: int) -> tuple[PersonDetails, ...]:
    """People who match (`matching`); nobody for an empty text.

    Who is called as it was typed comes first, then those of whom each word begins a name; namesakes
    are all there.
    """
    typed = fold(text)
    if not typed or limit < 1:
        return ()
    found, values, certain, _few = matching(session, text)
    rank = case(
        (PEOPLE.c.folded == typed, 0),
        (begins(" ".join(certain) or typed), 1),
        (_first_name_first(list(certain) or [typed]), 2),
        (and_(true(), *(_begins_a_name(part) for part in certain)), 3),
        else_=4,
    )
    return _people(session, _ordered(and_(*found), rank).limit(limit), values)


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


def _by_email(session: Session, text: str) -> list[Select[Any]]:
    """Who has an email that begins so (on SQLite a range of ix_person_email)."""
    typed = clean(text).lower()
    if " " in typed or not typed.isascii():
        return []
    found = select(PEOPLE.c.id).where(lower_email.startswith(typed, autoescape=True))
    if session.connection().dialect.name == "sqlite":
        found = found.where(lower_email >= typed, lower_email < typed + "\x7f")
    return [found]


def with_contact(
    session: Session, phone: str | None, email: str | None
) -> tuple[PersonDetails, ...]:
    """Everybody who has this phone (E.164) or this email, in any case of its letters."""
    found = same_contact(phone, email)
    return _people(session, _ordered(PEOPLE.c.id.in_(union(*found)))) if found else ()


def same_contact(phone: str | None, email: str | None) -> list[Select[Any]]:
    """Queries for the ids of who has this phone or this email: each a look-up in its index."""
    found = [
        *([PEOPLE.c.phone == phone] if phone else []),
        *([lower_email == func.lower(email)] if email else []),
    ]
    return [select(PEOPLE.c.id).where(condition) for condition in found]


def listed(
    session: Session, conditions: Sequence[ColumnElement[bool]], limit: int
) -> tuple[PersonDetails, ...]:
    """People by last name, without those who were erased or merged."""
    return _people(session, _ordered(and_(PEOPLE.c.folded > "", *conditions)).limit(limit))


def current(session: Session, person_id: int) -> PersonDetails | None:
    """Hold and return the person, or the one into whom they were merged; None who was erased."""
    while True:
        locks.hold_person(session, person_id)
        query = select(CURRENT).where(PEOPLE.c.id == person_id)
        now: int | None = session.connection().execute(query).scalar()
        if now is None or now == person_id:
            found = get(session, person_id)
            return found if found is not None and found.full_name else None
        person_id = now  # merged while this waited, or before


def change(session: Session, person_id: int, version: int, person: PersonFields) -> bool:
    """Write a person's fields and all that finds them; False where they have another version."""
    if not rows.change(session, PEOPLE, person_id, version, **stored_values(person)):
        return False
    forget = delete(PERSON_WORDS).where(PERSON_WORDS.c.person_id == person_id)
    session.connection().execute(forget)
    add_words(session, {person_id: person})
    return True


def set_ban(session: Session, person_id: int, version: int, reason: str | None) -> bool:
    """Ban a person with a reason, or let them in again; False where they have another version."""
    return rows.change(session, PEOPLE, person_id, version, ban_reason=reason)


def _ordered(condition: ColumnElement[bool], *rank: ColumnElement[Any]) -> Select[Any]:
    """The people of whom it is true, by last name within their rank."""
    return select(*DETAILS).where(condition).order_by(*rank, PEOPLE.c.folded, PEOPLE.c.id)


def _people(
    session: Session, query: Select[Any], values: dict[str, Any] | None = None
) -> tuple[PersonDetails, ...]:
    found = session.connection().execute(query, values or {})
    return tuple(PersonDetails(*row) for row in found.all())


def add(session: Session, person: PersonFields, key: str | None = None) -> int:
    """Register a person; all that finds them goes into the index. Returns the id.

    `key` is what an import calls the person by.
    """
    person_id = rows.add(session, PEOPLE, key=key, **stored_values(person))
    add_words(session, {person_id: person})
    return person_id


def add_words(session: Session, persons: Mapping[int, PersonFields]) -> None:
    """Put all words that find these people, by id, into the index."""
    found = [
        (word, person_id) for person_id, person in persons.items() for word in index_words(person)
    ]
    found.sort()  # neighbours in the index are written together
    insert_values(session, PERSON_WORDS, ("word", "person_id"), found)
