"""Merge two records of one person; find people who may be recorded twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Table, func, or_, select, update
from sqlmodel import Session

from olvery_tui.domain.people import Alike, PersonDetails, folded_name
from olvery_tui.store.database import locks, versions
from olvery_tui.store.database.any_of import any_of
from olvery_tui.store.database.tables import ORDERS, PEOPLE, TICKETS
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


def namesakes_without_patronymic(session: Session, limit: int) -> Alike:
    """Groups of people of the same last and first name, of some of whom the patronymic is unknown.

    Up to `limit` groups: a walk through the names of ix_person_folded, in which one without a
    patronymic stands right before those with one; only such people's rows are read.
    """
    bare, whole = PEOPLE.alias("bare"), PEOPLE.alias("whole")
    names = select(PEOPLE.c.folded).where(PEOPLE.c.folded > "").distinct().subquery()
    after = func.lead(names.c.folded).over(order_by=names.c.folded)
    pairs = select(names.c.folded, after.label("after")).subquery()
    longer = pairs.c.folded + " "
    begins = bare.c.folded + " "
    following = (
        select(whole.c.id)
        .where(
            whole.c.folded >= begins,
            whole.c.folded < begins + name_index.AFTER_EVERY_LETTER,
            whole.c.patronymic != "",
        )
        .exists()
    )
    query = (
        select(bare.c.id)
        .join_from(pairs, bare, bare.c.folded == pairs.c.folded)
        .where(pairs.c.after >= longer, pairs.c.after < longer + name_index.AFTER_EVERY_LETTER)
        .where(bare.c.patronymic == "", bare.c.first_name != "", following)
        .order_by(bare.c.folded, bare.c.id)
        .limit(limit + 1)
    )
    ids = session.connection().execute(query).scalars().all()
    groups: dict[str, tuple[PersonDetails, ...]] = {}
    for person in people.listed(session, (PEOPLE.c.id.in_(ids[:limit]),), limit):
        if others := namesakes(session, person, _SHOWN):
            name = folded_name(person.last_name, person.first_name)
            groups[name] = (*groups.get(name, others), person)
    return Alike(tuple(groups.values()), more=len(ids) > limit)


def _folded(person_id: int) -> ScalarSelect[Any]:
    mine = PEOPLE.alias("mine")
    return select(mine.c.folded).where(mine.c.id == person_id).scalar_subquery()


def duplicates(session: Session, limit: int) -> Alike:
    """Groups of people who have the same phone, the same email or the same folded name.

    Up to `limit` groups for each of the three; those who are in two groups are shown in one.
    """
    keys = (PEOPLE.c.phone, people.lower_email, PEOPLE.c.folded)
    sharing = [list(_sharing(session, key, limit + 1)) for key in keys]
    groups: dict[frozenset[int], tuple[PersonDetails, ...]] = {}
    for found in sharing:
        for group in found[:limit]:
            groups.setdefault(frozenset(person.id for person in group), group)
    kept = [ids for ids in groups if not any(ids < other for other in groups)]
    by_name = sorted((groups[ids] for ids in kept), key=lambda group: group[0].last_name)
    return Alike(tuple(by_name), more=any(len(found) > limit for found in sharing))


def _sharing(
    session: Session, key: ColumnElement[Any], limit: int
) -> Iterator[tuple[PersonDetails, ...]]:
    """The people of each value that more than one has, by a walk through the key's index: up to
    `limit` values, and `_SHOWN` people of each.
    """
    repeated = select(key).where(key > "").group_by(key).having(func.count() > 1)
    values = session.connection().execute(repeated.order_by(key).limit(limit)).scalars().all()
    at = func.row_number().over(partition_by=key, order_by=(PEOPLE.c.folded, PEOPLE.c.id))
    shares = select(PEOPLE.c.id, key.label("value"), at.label("at")).where(any_of(key, "values"))
    theirs = shares.where(PEOPLE.c.folded > "").subquery()
    query = (
        select(theirs.c.value, *people.DETAILS)
        .join_from(theirs, PEOPLE, PEOPLE.c.id == theirs.c.id)
        .where(theirs.c.at <= _SHOWN)
        .order_by(theirs.c.value, theirs.c.at)
    )
    rows = session.connection().execute(query, {"values": values}) if values else ()
    for _value, group in groupby(rows, key=itemgetter(0)):
        yield tuple(PersonDetails(*row[1:]) for row in group)
