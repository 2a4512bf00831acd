"""Statements that select a filter's numbers: one for each strategy and shape.

Every index used here covers the other conditions, so no row is read in vain. `unindexed` makes
SQLite choose the index: without statistics it would rather scan the table by number. The indexes
are named for tickets; those of orders have the same columns.

Parameters: those of `filters.Question.values`, `limit`, and where named `reach` (the earliest
start of what can overlap the days, except for the longest rentals).
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    func,
    literal_column,
    null,
    select,
    type_coerce,
    union_all,
)

from olvery_tui.store.database.any_of import any_of
from olvery_tui.store.database.hints import sorted_afterwards, unindexed
from olvery_tui.store.database.tables import PEOPLE, WORKPLACES
from olvery_tui.store.database.types import UtcDateTime
from olvery_tui.store.listing import filters, name_index
from olvery_tui.store.listing.filters import Kind, Shape

_ONE: ColumnElement[Any] = literal_column("1")
_SHAPES = 256

# ── The nearest: numbers from the highest down or from the lowest up ────────────────────────────


@lru_cache(_SHAPES)
def by_number(shape: Shape, down: bool) -> Select[Any]:
    """Scan the numbers down or up, span by span (the primary key)."""
    return _merged(shape, _of_number(shape), down)


@lru_cache(_SHAPES)
def by_status(shape: Shape, down: bool) -> Select[Any]:
    """Scan the numbers of each status down or up.

    Uses ix_ticket_status_number, or ix_ticket_status_checked where the check matters.
    """
    return _merged(shape, _of_status(shape), down)


@lru_cache(_SHAPES)
def by_debt(shape: Shape, down: bool) -> Select[Any]:
    """Scan the numbers of what owes money down or up (ix_orders_owed)."""
    return _nearest(_of_debt(shape), shape.of.number, down)


@lru_cache(_SHAPES)
def by_end(shape: Shape, down: bool) -> Select[Any]:
    """Select what ends after `since` and by `ended` (ix_ticket_status_ends)."""
    found = union_all(*_of_ends(shape)).subquery("found")
    return _nearest(select(found.c.number), sorted_afterwards(found.c.number), down)


@lru_cache(_SHAPES)
def by_owner(shape: Shape, down: bool) -> Select[Any]:
    """Select what belongs to the person (ix_ticket_visitor, ix_orders_customer), or else to the
    workplaces (ix_ticket_workplace).
    """
    return _nearest(_of_owner(shape), sorted_afterwards(shape.of.number), down)


@lru_cache(_SHAPES)
def by_period(shape: Shape, down: bool) -> Select[Any]:
    """Select by days (ix_ticket_period, ix_ticket_status_starts, ix_ticket_length)."""
    found = union_all(*_of_stretches(shape), *_of_the_longest(shape)).subquery("found")
    return _nearest(select(found.c.number), sorted_afterwards(found.c.number), down)


@lru_cache(_SHAPES)
def some_of_period(shape: Shape, down: bool) -> Select[Any]:
    """Select any matches of the days, unordered: the last to begin, or the first.

    Fewer than `limit` are all there are. Otherwise they indicate where the nearest are, as later
    bookings are mostly for later days.
    """
    parts = [
        *(_nearest(part, shape.of.table.c.starts_at, down) for part in _of_stretches(shape)),
        *(part.limit(bindparam("limit")) for part in _of_the_longest(shape)),
    ]
    return _together(parts)


# ── Counts ──────────────────────────────────────────────────────────────────────────────────────


@lru_cache(_SHAPES)
def count_by_number(shape: Shape) -> Select[Any]:
    """Count the matches, up to `limit` (the primary key)."""
    return _counted(_of_number(shape))


@lru_cache(_SHAPES)
def count_by_status(shape: Shape) -> Select[Any]:
    """Count the matches, up to `limit` (the indexes of `by_status`)."""
    return _counted(_of_status(shape))


@lru_cache(_SHAPES)
def count_by_debt(shape: Shape) -> Select[Any]:
    """Count the matches, up to `limit` (ix_orders_owed)."""
    # In an order, or SQLite would take any index that begins with the other conditions.
    return _counted([_of_debt(shape).order_by(shape.of.number)])


@lru_cache(_SHAPES)
def count_by_end(shape: Shape) -> Select[Any]:
    """Count the matches, up to `limit` (the index of `by_end`)."""
    return _counted(_of_ends(shape))


@lru_cache(_SHAPES)
def count_by_owner(shape: Shape) -> Select[Any]:
    """Count the matches, up to `limit` (the index of `by_owner`)."""
    return _counted([_of_owner(shape)])


@lru_cache(_SHAPES)
def count_by_period(shape: Shape) -> Select[Any]:
    """Count the matches, up to `limit` (the indexes of `by_period`)."""
    return _counted([*_of_stretches(shape), *_of_the_longest(shape)])


# ── Cost estimates ──────────────────────────────────────────────────────────────────────────────


@lru_cache(_SHAPES)
def any_then(shape: Shape) -> Select[Any]:
    """Select one that began so that, lasting as long as the longest, it may overlap the days.

    Uses ix_ticket_period.
    """
    longest = _lengths(shape.of).order_by(_length(shape.of).desc()).scalar_subquery()
    began = []
    if shape.since:
        began.append(shape.of.table.c.starts_at > _before_since(longest))
    if shape.until:
        began.append(shape.of.table.c.starts_at < filters.moment("until"))
    return (
        select(shape.of.number).where(*began).order_by(shape.of.table.c.starts_at.desc()).limit(1)
    )


@lru_cache(_SHAPES)
def entries_of_period(shape: Shape) -> Select[Any]:
    """Count the index entries to read for the days, up to `limit`."""
    return _counted([select(_ONE).where(*began) for began in _stretches(shape)])


@lru_cache(_SHAPES)
def count_people(shape: Shape) -> Select[Any]:
    """Count the people matching by name, up to `limit`; one with two such names counts twice."""
    return _counted([name_index.people(shape.words, spared=shape.spared)])


@lru_cache
def totals(of: Kind) -> Select[Any]:
    """Estimate the numbers of people, workplaces and the list's rows from the ends of indexes."""
    highest = {"people": PEOPLE.c.id, "places": WORKPLACES.c.id, "listed": of.number}
    return select(
        *(
            func.coalesce(select(func.max(column)).scalar_subquery(), 1).label(name)
            for name, column in highest.items()
        )
    )


@lru_cache(_SHAPES)
def numbers_at_the_ends(shape: Shape) -> Select[Any]:
    """Estimate the numbers given when the days begin and end: so many were sold in between.

    Uses ix_ticket_period.
    """
    starts_at = shape.of.table.c.starts_at
    nothing: Select[Any] = select(null())
    first, last = nothing, nothing
    if shape.since:
        first = _about(shape.of, starts_at > filters.moment("reach"), starts_at.asc())
    if shape.until:
        last = _about(shape.of, starts_at < filters.moment("until"), starts_at.desc())
    return select(first.scalar_subquery(), last.scalar_subquery())


def _about(of: Kind, condition: ColumnElement[bool], order: ColumnElement[Any]) -> Select[Any]:
    some = select(of.number).where(condition).order_by(order).limit(9).subquery("some")
    return select(func.avg(some.c.number))


def _length(of: Kind) -> ColumnElement[Any]:
    length: ColumnElement[Any] = of.table.c.ends_at - of.table.c.starts_at
    return length


def _before_since(length: ColumnElement[Any]) -> ColumnElement[datetime]:
    return type_coerce(filters.moment("since") - length, UtcDateTime())


def _lengths(of: Kind) -> Select[Any]:
    """Select lengths that are not null: engines sort nulls differently."""
    return select(_length(of)).where(*_has_days(of)).limit(1).correlate(None)


def _has_days(of: Kind) -> list[ColumnElement[bool]]:
    """Exclude orders without tickets, which have no days and are not in the indexes of days."""
    return [of.table.c.starts_at.is_not(None)] if of.gaps else []


@lru_cache
def reach(of: Kind) -> Select[Any]:
    """Select `since` less the length of all but the `longest` rentals (ix_ticket_length)."""
    longest = _lengths(of).order_by(_length(of).desc())
    return select(
        _before_since(
            func.coalesce(
                longest.offset(bindparam("longest")).scalar_subquery(),
                _lengths(of).order_by(_length(of)).scalar_subquery(),
            )
        )
    )


# ── Parts ───────────────────────────────────────────────────────────────────────────────────────


def _of_number(shape: Shape) -> list[Select[Any]]:
    others = _others(shape)
    spans = (filters.in_span(index, shape.of.number) for index in range(shape.spans))
    return [select(shape.of.number).where(span, *others) for span in spans]


def _of_status(shape: Shape) -> list[Select[Any]]:
    return [
        select(shape.of.number).where(
            filters.status_is(index, shape.of.table.c.status),
            *filters.is_checked(shape, indexed=True),
            *filters.is_paid(shape),
            *_in_spans(shape),
        )
        for index in range(shape.statuses)
    ]


def _of_debt(shape: Shape) -> Select[Any]:
    return select(shape.of.number).where(filters.numbers(shape), *_others(shape))


def _of_ends(shape: Shape) -> list[Select[Any]]:
    of = shape.of.table.c
    until = [unindexed(of.starts_at) < filters.moment("until")] if shape.until else []
    return [
        select(shape.of.number).where(
            filters.status_is(index, of.status),
            of.ends_at > filters.moment("since"),
            of.ends_at <= filters.moment("ended"),
            *until,
            filters.numbers(shape),
            *filters.facts(shape),
            *filters.is_person(shape),
        )
        for index in range(shape.statuses)
    ]


def _of_owner(shape: Shape) -> Select[Any]:
    found = select(shape.of.number).where(
        filters.numbers(shape),
        *filters.has_status(shape),
        *filters.touches(shape),
        *filters.facts(shape),
    )
    if shape.person:
        return found.where(shape.of.person_id == bindparam("person"))
    if not shape.words:
        return found.where(any_of(shape.of.table.c.workplace_id, "places"))
    named_so = name_index.people(shape.words, spared=shape.spared)
    return found.where(shape.of.person_id.in_(named_so))


def _of_stretches(shape: Shape) -> list[Select[Any]]:
    others = (
        filters.numbers(shape),
        *filters.ends_in_time(shape),
        *filters.facts(shape),
        *filters.is_among_people(shape),
    )
    return [select(shape.of.number).where(*began, *others) for began in _stretches(shape)]


def _stretches(shape: Shape) -> list[list[ColumnElement[bool]]]:
    """Return when it began if it overlaps the days, except for the longest rentals.

    One condition for each chosen status (ix_ticket_status_starts), or one for all
    (ix_ticket_period).
    """
    starts_at = shape.of.table.c.starts_at
    began = []
    if shape.since:
        began.append(starts_at > filters.moment("reach"))
    if shape.until:
        began.append(starts_at < filters.moment("until"))
    if not shape.statuses:
        return [began]
    statuses = (
        filters.status_is(index, shape.of.table.c.status) for index in range(shape.statuses)
    )
    return [[status, *began] for status in statuses]


def _of_the_longest(shape: Shape) -> list[Select[Any]]:
    """Select the longest rentals, which began before the reach and last into the days."""
    if not shape.since:
        return []
    return [
        select(shape.of.number).where(
            _length(shape.of) > filters.moment("since") - filters.moment("reach"),
            unindexed(shape.of.table.c.starts_at) <= filters.moment("reach"),
            *_has_days(shape.of),
            filters.numbers(shape),
            *_others(shape),
        )
    ]


def _others(shape: Shape) -> list[ColumnElement[bool]]:
    """Return every condition but the number's, without using an index for any."""
    return [
        *filters.has_status(shape),
        *filters.touches(shape),
        *filters.facts(shape),
        *filters.is_person(shape),
    ]


def _in_spans(shape: Shape) -> list[ColumnElement[bool]]:
    """Match between the lowest and the highest number, and in no gap between the spans."""
    low = bindparam("low_0", type_=shape.of.number.type)
    high = bindparam(f"high_{shape.spans - 1}", type_=shape.of.number.type)
    bounds: list[ColumnElement[bool]] = [shape.of.number.between(low, high)]
    return bounds if shape.spans == 1 else [*bounds, filters.numbers(shape)]


def _nearest(found: Select[Any], order: ColumnElement[Any], down: bool) -> Select[Any]:
    return found.order_by(order.desc() if down else order.asc()).limit(bindparam("limit"))


def _merged(shape: Shape, parts: list[Select[Any]], down: bool) -> Select[Any]:
    """Select the nearest of parts that can each be scanned by number."""
    walks = [_nearest(part, shape.of.number, down) for part in parts]
    if len(walks) == 1:
        return walks[0]
    found = _together(walks).subquery("walks")
    return _nearest(select(found.c.number), found.c.number, down)


def _together(parts: list[Select[Any]]) -> Select[Any]:
    """Combine parts that each have their own order or limit."""
    named = (part.subquery(f"part_{index}") for index, part in enumerate(parts))
    found = union_all(*(select(part.c.number) for part in named)).subquery("found")
    return select(found.c.number)


def _counted(parts: list[Select[Any]]) -> Select[Any]:
    found = parts[0] if len(parts) == 1 else union_all(*parts)
    return select(func.count()).select_from(found.limit(bindparam("limit")).subquery("found"))
