"""Statements that select a filter's numbers: one for each way to find them and each shape.

Every index used here covers the other conditions, so no row is read in vain. `unindexed` makes
SQLite choose the index: without statistics it would rather scan the table by number. The indexes
are named for tickets; those of orders have the same columns.

Parameters: those of `filters.Question.values`, `limit`, and where named `reach` (the earliest
start of what can overlap the days, except for the longest rentals).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
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


class Way(Enum):
    """By which index matches are found."""

    NUMBER = "number"
    """The primary key, span by span."""
    STATUS = "status"
    """ix_ticket_status_number, status by status; ix_ticket_status_checked if the check matters."""
    DEBT = "debt"
    """ix_orders_owed: what owes money."""
    END = "end"
    """ix_ticket_status_ends: what ends after `since` and by `ended`."""
    OWNER = "owner"
    """ix_ticket_visitor or ix_orders_customer of a person, or else ix_ticket_workplace."""
    PERIOD = "period"
    """ix_ticket_period, ix_ticket_status_starts and ix_ticket_length: by days."""
    PERIOD_AND_NAMES = "period and names"
    """The same; names are looked up row by row: for fewer rows than there are people."""
    BLOCK = "block"
    """ix_ticket_block: by days among the numbers of `blocks`, except for the longest rentals."""
    LENGTH = "length"
    """ix_ticket_length: the longest rentals that overlap the days."""


@lru_cache(_SHAPES)
def nearest(shape: Shape, way: Way, down: bool) -> Select[Any]:
    """Select up to `limit` numbers, from the highest down or from the lowest up."""
    parts = _PARTS[way](shape)
    if way in (Way.NUMBER, Way.STATUS, Way.DEBT):
        return _merged(shape, parts, down)
    if way is Way.OWNER:
        return _nearest(parts[0], sorted_afterwards(shape.of.number), down)
    found = union_all(*parts).subquery("found")
    return _nearest(select(found.c.number), sorted_afterwards(found.c.number), down)


@lru_cache(_SHAPES)
def among_statuses(shape: Shape, down: bool) -> Select[Any]:
    """Select up to `limit` matches among the nearest `near` rows of the statuses."""
    of_anybody = replace(shape, words=0, spared=False, person=False, places=False)
    rows = _merged(of_anybody, _of_status(of_anybody), down, "near").subquery("rows")
    table = shape.of.table
    found = select(shape.of.number).select_from(rows.join(table, shape.of.number == rows.c.number))
    return _nearest(found.where(*_others(shape)), sorted_afterwards(shape.of.number), down)


@lru_cache(_SHAPES)
def some_of_period(shape: Shape, way: Way, down: bool) -> Select[Any]:
    """Select any matches of the days, unordered: the last to begin, or the first.

    Fewer than `limit` are all there are. Otherwise they indicate where the nearest are, as later
    bookings are mostly for later days.
    """
    parts = [
        *(
            _nearest(part, shape.of.table.c.starts_at, down)
            for part in _of_stretches(shape, listed=way is Way.PERIOD)
        ),
        *(part.limit(bindparam("limit")) for part in _of_the_longest(shape)),
    ]
    return _together(parts)


@lru_cache(_SHAPES)
def blocks(shape: Shape, down: bool) -> Select[Any]:
    """Select up to `limit` blocks of numbers that may overlap the days, the nearest first.

    From block `first` to `last`, and except for the longest rentals. When a block's first and last
    rentals begin is read from the two ends of its stretch of ix_ticket_block.
    """
    number, starts_at = shape.of.block, shape.of.table.c.starts_at
    walk = select(bindparam("first", type_=Integer).label("block")).cte("walk", recursive=True)
    here, last = walk.c.block, bindparam("last", type_=Integer)
    beyond = select(func.max(number) if down else func.min(number)).where(
        number < here if down else number > here, *_has_days(shape.of)
    )
    walk = walk.union_all(
        select(beyond.scalar_subquery()).where(here > last if down else here < last)
    )
    edges: list[ColumnElement[bool]] = []
    if shape.since:
        latest = _start_in_block(shape.of, walk.c.block, starts_at.desc())
        edges.append(latest > filters.moment("reach"))
    if shape.until:
        earliest = _start_in_block(shape.of, walk.c.block, starts_at.asc())
        edges.append(earliest < filters.moment("until"))
    order = walk.c.block.desc() if down else walk.c.block.asc()
    return select(walk.c.block).where(*edges).order_by(order).limit(bindparam("limit"))


def _start_in_block(of: Kind, block: ColumnElement[int], order: ColumnElement[Any]) -> Any:
    starts = select(of.table.c.starts_at).where(of.block == block, *_has_days(of))
    return starts.order_by(order).limit(1).scalar_subquery()


@lru_cache(_SHAPES)
def count_of_some(shape: Shape) -> Select[Any]:
    """Count the matches of any `people` that match by name, up to `limit`."""
    named_so = name_index.people(shape.words, spared=shape.spared).limit(bindparam("people"))
    return _counted([_of_theirs(shape, shape.of.person_id.in_(named_so))])


@lru_cache(_SHAPES)
def count(shape: Shape, way: Way) -> Select[Any]:
    """Count the matches, up to `limit`."""
    parts = _PARTS[way](shape)
    if way is Way.DEBT:
        # In an order, or SQLite would take any index that begins with the other conditions.
        parts = [part.order_by(shape.of.number) for part in parts]
    return _counted(parts)


# ── Cost estimates ──────────────────────────────────────────────────────────────────────────────


@lru_cache(_SHAPES)
def any_then(shape: Shape) -> Select[Any]:
    """Select one that began so that, lasting as long as the longest, it may overlap the days.

    Uses ix_ticket_period.
    """
    longest = _lengths(shape.of).order_by(_length(shape.of).desc()).scalar_subquery()
    began = _began(shape, _before_since(longest))
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


def _of_debt(shape: Shape) -> list[Select[Any]]:
    return [select(shape.of.number).where(filters.numbers(shape), *_others(shape))]


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


def _of_owner(shape: Shape) -> list[Select[Any]]:
    if shape.person:
        theirs = shape.of.person_id == bindparam("person")
    elif shape.words:
        theirs = shape.of.person_id.in_(name_index.people(shape.words, spared=shape.spared))
    else:
        theirs = any_of(shape.of.table.c.workplace_id, "places")
    return [_of_theirs(shape, theirs)]


def _of_theirs(shape: Shape, theirs: ColumnElement[bool]) -> Select[Any]:
    return select(shape.of.number).where(
        theirs,
        filters.numbers(shape),
        *filters.has_status(shape),
        *filters.touches(shape),
        *filters.facts(shape),
    )


def _of_period(shape: Shape) -> list[Select[Any]]:
    return [*_of_stretches(shape, listed=True), *_of_the_longest(shape)]


def _of_period_and_names(shape: Shape) -> list[Select[Any]]:
    return [*_of_stretches(shape, listed=False), *_of_the_longest(shape)]


def _of_blocks(shape: Shape) -> list[Select[Any]]:
    return [
        select(shape.of.number).where(
            any_of(shape.of.block, "blocks"),
            *_began(shape, filters.moment("reach")),
            *filters.ends_in_time(shape),
            *_has_days(shape.of),
            filters.numbers(shape),
            *filters.has_status(shape),
            *filters.facts(shape),
            *filters.is_person(shape),
        )
    ]


def _of_stretches(shape: Shape, *, listed: bool) -> list[Select[Any]]:
    """Select by when it began; `listed`: people are found beforehand."""
    others = (
        filters.numbers(shape),
        *filters.ends_in_time(shape),
        *filters.facts(shape),
        *(filters.is_among_people(shape) if listed else filters.is_person(shape)),
    )
    return [select(shape.of.number).where(*began, *others) for began in _stretches(shape)]


def _stretches(shape: Shape) -> list[list[ColumnElement[bool]]]:
    """Return when it began if it overlaps the days, except for the longest rentals.

    One condition for each chosen status (ix_ticket_status_starts), or one for all
    (ix_ticket_period).
    """
    began = _began(shape, filters.moment("reach"))
    if not shape.statuses:
        return [began]
    column = shape.of.table.c.status
    return [[filters.status_is(index, column), *began] for index in range(shape.statuses)]


def _began(shape: Shape, reach: ColumnElement[datetime]) -> list[ColumnElement[bool]]:
    starts_at = shape.of.table.c.starts_at
    return [
        *([starts_at > reach] if shape.since else []),
        *([starts_at < filters.moment("until")] if shape.until else []),
    ]


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


_PARTS: Mapping[Way, Callable[[Shape], list[Select[Any]]]] = {
    Way.NUMBER: _of_number,
    Way.STATUS: _of_status,
    Way.DEBT: _of_debt,
    Way.END: _of_ends,
    Way.OWNER: _of_owner,
    Way.PERIOD: _of_period,
    Way.PERIOD_AND_NAMES: _of_period_and_names,
    Way.BLOCK: _of_blocks,
    Way.LENGTH: _of_the_longest,
}


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


def _nearest(
    found: Select[Any], order: ColumnElement[Any], down: bool, limit: str = "limit"
) -> Select[Any]:
    return found.order_by(order.desc() if down else order.asc()).limit(bindparam(limit))


def _merged(
    shape: Shape, parts: list[Select[Any]], down: bool, limit: str = "limit"
) -> Select[Any]:
    """Select the nearest of parts that can each be scanned by number."""
    walks = [_nearest(part, shape.of.number, down, limit) for part in parts]
    if len(walks) == 1:
        return walks[0]
    found = _together(walks).subquery("walks")
    return _nearest(select(found.c.number), found.c.number, down, limit)


def _together(parts: list[Select[Any]]) -> Select[Any]:
    """Combine parts that each have their own order or limit."""
    named = (part.subquery(f"part_{index}") for index, part in enumerate(parts))
    found = union_all(*(select(part.c.number) for part in named)).subquery("found")
    return select(found.c.number)


def _counted(parts: list[Select[Any]]) -> Select[Any]:
    found = parts[0] if len(parts) == 1 else union_all(*parts)
    return select(func.count()).select_from(found.limit(bindparam("limit")).subquery("found"))
