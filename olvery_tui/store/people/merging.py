"""Merge two records of one person; find people who may be recorded twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Table,
    and_,
    false,
    func,
    or_,
    select,
    update,
)
from sqlmodel import Session

from olvery_tui.domain.people import Alike, PersonDetails, SharedKind, folded_name
from olvery_tui.store.database import locks, versions
from olvery_tui.store.database.any_of import any_of
from olvery_tui.store.database.tables import ORDERS, PEOPLE, SHARED_VALUES, TICKETS
from olvery_tui.store.listing import name_index
from olvery_tui.store.people import erasing, people

_SHOWN = 100
"""People that a group shows at most."""


class Moved(NamedTuple):
    """The numbers of the tickets and orders that changed hands."""

    tickets: tuple[int, ...]
    orders: tuple[int, ...]


def merge(session: Session, kept: int, gone: int) -> Moved:
    """Give `kept` the tickets and orders of `gone`, of whom an empty row stays.

    The row says into whom they were merged, so that their import key and the events that name them
    lead there. Both persons are locked by the caller.
    """
    orders, tickets = _numbers(session, ORDERS, gone), _numbers(session, TICKETS, gone)
    locks.lock_orders(session, orders)
    locks.lock_tickets(session, tickets)
    _move(session, ORDERS, "customer_id", orders, kept)
    _move(session, TICKETS, "visitor_id", tickets, kept)
    erasing.clear(session, gone)
    theirs = or_(PEOPLE.c.id == gone, PEOPLE.c.merged_into == gone)
    session.connection().execute(update(PEOPLE).where(theirs).values(merged_into=kept))
    return Moved(tickets, orders)


def _numbers(session: Session, table: Table, person: int) -> tuple[int, ...]:
    """What a person has of orders or tickets (ix_orders_customer, ix_ticket_visitor)."""
    whose = table.c.customer_id if table is ORDERS else table.c.visitor_id
    query = select(table.c.number).where(whose == person).order_by(table.c.number)
    return tuple(session.connection().execute(query).scalars())


def _move(session: Session, table: Table, column: str, numbers: Sequence[int], person: int) -> None:
    if numbers:
        session.connection().execute(
            update(table)
            .where(any_of(table.c.number, "numbers"))
            .values({column: person, "version": versions.following(table.c.version)}),
            {"numbers": list(numbers)},
        )


def alike(session: Session, person: PersonDetails, limit: int) -> tuple[PersonDetails, ...]:
    """Others who have the same phone, the same email, or the same name as it is folded."""
    found = PEOPLE.c
    ids = [
        select(found.id).where(found.folded == _folded(person.id), found.folded > ""),
        *people.same_contact(person.phone, person.email),
    ]
    same = or_(*(found.id.in_(query) for query in ids))
    return people.listed(session, (same, found.id != person.id), limit)


def namesakes(session: Session, person: PersonDetails, limit: int) -> tuple[PersonDetails, ...]:
    """Others of the same last and first name of whom, or of this person, no patronymic is known."""
    if not person.first_name:
        return ()
    name, found = folded_name(person.last_name, person.first_name), PEOPLE.c
    if person.patronymic:
        same = (found.folded == name, found.patronymic == "")
        others = people.listed(session, same, limit)
    else:
        others = people.listed(session, (people.begins(f"{name} "), found.patronymic != ""), limit)
    return tuple(one for one in others if folded_name(one.last_name, one.first_name) == name)


def _folded(person_id: int) -> ScalarSelect[Any]:
    mine = PEOPLE.alias("mine")
    return select(mine.c.folded).where(mine.c.id == person_id).scalar_subquery()


def duplicates(session: Session, limit: int) -> Alike:
    """Groups of people who have the same phone, the same email or the same folded name.

    Up to `limit` groups for each of the three; those who are in two groups are shown in one.
    """
    groups: dict[frozenset[int], tuple[PersonDetails, ...]] = {}
    more = False
    for kind, key in _EQUAL.items():
        values = _shared(session, kind, limit + 1)
        more |= len(values) > limit
        for _value, group in _people_of(session, values[:limit], key, any_of(key, "values")):
            if len(group) > 1:
                groups.setdefault(frozenset(person.id for person in group), group)
    kept = [ids for ids in groups if not any(ids < other for other in groups)]
    by_name = sorted((groups[ids] for ids in kept), key=lambda group: group[0].last_name)
    return Alike(tuple(by_name), more)


def namesakes_without_patronymic(session: Session, limit: int) -> Alike:
    """Up to `limit` groups of people of the same last and first name, of some of whom the
    patronymic is unknown; these come last.
    """
    names = _shared(session, SharedKind.NAMESAKE, limit + 1)
    name, unknown = SHARED_VALUES.c.value, PEOPLE.c.patronymic == ""
    called = (
        SHARED_VALUES.c.kind == SharedKind.NAMESAKE,
        any_of(name, "values"),
        PEOPLE.c.folded >= name,
        PEOPLE.c.folded < name + name_index.AFTER_THE_WORD,
        or_(
            and_(unknown, PEOPLE.c.folded == name, PEOPLE.c.first_name != ""),
            and_(~unknown, PEOPLE.c.folded != name),
        ),
    )
    groups = []
    for value, people_of in _people_of(session, names[:limit], name, *called, apart=unknown):
        group = tuple(
            one for one in people_of if folded_name(one.last_name, one.first_name) == value
        )
        if len({bool(one.patronymic) for one in group}) > 1:
            groups.append(group)
    return Alike(tuple(groups), more=len(names) > limit)


_EQUAL: Mapping[SharedKind, ColumnElement[Any]] = {
    SharedKind.PHONE: PEOPLE.c.phone,
    SharedKind.EMAIL: people.lower_email,
    SharedKind.NAME: PEOPLE.c.folded,
}


def _shared(session: Session, kind: SharedKind, limit: int) -> Sequence[str]:
    """The first values of this kind that several persons share."""
    value = SHARED_VALUES.c.value
    query = select(value).where(SHARED_VALUES.c.kind == kind).order_by(value).limit(limit)
    return session.connection().execute(query).scalars().all()


def _people_of(
    session: Session,
    values: Sequence[str],
    value: ColumnElement[Any],
    *conditions: ColumnElement[bool],
    apart: ColumnElement[bool] | None = None,
) -> Iterator[tuple[str, tuple[PersonDetails, ...]]]:
    """Yield each of the values with the people who share it: up to `_SHOWN` by name, and as many
    for whom `apart` holds behind them.
    """
    apart = false() if apart is None else apart
    at = func.row_number().over(
        partition_by=(value, apart), order_by=(PEOPLE.c.folded, PEOPLE.c.id)
    )
    theirs = (
        select(PEOPLE.c.id, value.label("value"), apart.label("apart"), at.label("at"))
        .where(*conditions, PEOPLE.c.folded > "")
        .subquery()
    )
    query = (
        select(theirs.c.value, *people.DETAILS)
        .join_from(theirs, PEOPLE, PEOPLE.c.id == theirs.c.id)
        .where(theirs.c.at <= _SHOWN)
        .order_by(theirs.c.value, theirs.c.apart, theirs.c.at)
    )
    rows = session.connection().execute(query, {"values": values}) if values else ()
    for shared, group in groupby(rows, key=itemgetter(0)):
        yield shared, tuple(PersonDetails(*row[1:]) for row in group)
