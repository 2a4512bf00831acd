"""Statements that find the tickets of a filter by their numbers: one for each way and each shape.

Every index used here holds all that the other conditions ask, so no row is read for nothing. SQLite
is told which index by `unindexed`: without figures about its tables it would rather walk through
all tickets in the order of their numbers.

Parameters: those of `ticket_filters.Question.values`, `limit`, and where they are named `near` (how
many of the nearest tickets are looked at) and `reach` (when the earliest ticket may have begun that
reaches into the days, but for the longest rentals).
"""

from __future__ import annotations

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

from olvery_tui.store import name_index
from olvery_tui.store import ticket_filters as filters
from olvery_tui.store.hints import sorted_afterwards, unindexed
from olvery_tui.store.models import Person
from olvery_tui.store.ticket_filters import TICKETS, Shape
from olvery_tui.store.types import UtcDateTime

_PEOPLE = Person.metadata.tables["person"]
_NUMBER = TICKETS.c.number
_ONE: ColumnElement[Any] = literal_column("1")
_SHAPES = 256

# ── The nearest tickets: their numbers, from the highest down or from the lowest up ──────────────


@lru_cache(_SHAPES)
def by_number(shape: Shape, down: bool) -> Select[Any]:
    """A walk down or up the numbers, span by span (the primary key)."""
    return _merged(_of_number(shape), down)


@lru_cache(_SHAPES)
def by_status(shape: Shape, down: bool, limit: str = "limit") -> Select[Any]:
    """A walk down or up the numbers of each status (ix_ticket_status_number)."""
    return _merged(_of_status(shape), down, limit)


@lru_cache(_SHAPES)
def among_near(shape: Shape, down: bool) -> Select[Any]:
    """Those that match among the `near` nearest: by number, or of the statuses asked for."""
    if shape.statuses:
        near = by_status(shape, down, "near").subquery("near")
        found = select(_NUMBER).join_from(near, TICKETS, near.c.number == _NUMBER)
        others = _others(shape, TICKETS, status=False)
    else:
        columns = (_NUMBER, TICKETS.c.starts_at, TICKETS.c.ends_at, TICKETS.c.visitor_id)
        walk = select(*columns).where(*_in_spans(shape))
        near = _nearest(walk, _NUMBER, down, "near").subquery("near")
        found = select(near.c.number)
        others = _others(shape, near)
    return _nearest(found.where(*others), near.c.number, down)


@lru_cache(_SHAPES)
def by_visitor(shape: Shape, down: bool) -> Select[Any]:
    """The visitors' tickets (ix_ticket_visitor)."""
    return _nearest(_of_visitor(shape), sorted_afterwards(_NUMBER), down)


@lru_cache(_SHAPES)
def by_period(shape: Shape, down: bool) -> Select[Any]:
    """The tickets of some days (ix_ticket_period, ix_ticket_status_starts, ix_ticket_length)."""
    found = union_all(*_of_stretches(shape), *_of_the_longest(shape)).subquery("found")
    return _nearest(select(found.c.number), sorted_afterwards(found.c.number), down)


@lru_cache(_SHAPES)
def some_of_period(shape: Shape, down: bool) -> Select[Any]:
    """Any tickets of some days, in no order: the last that began, or the first.

    Fewer than `limit` are all there are. Otherwise they tell where the nearest are, for who books
    later mostly comes later.
    """
    parts = [
        *(_nearest(part, TICKETS.c.starts_at, down) for part in _of_stretches(shape)),
        *(part.limit(bindparam("limit")) for part in _of_the_longest(shape)),
    ]
    return _together(parts)


# ── How many ─────────────────────────────────────────────────────────────────────────────────────


@lru_cache(_SHAPES)
def count_by_number(shape: Shape) -> Select[Any]:
    """How many match, at most `limit` (the primary key)."""
    return _counted(_of_number(shape))


@lru_cache(_SHAPES)
def count_by_status(shape: Shape) -> Select[Any]:
    """How many match, at most `limit` (ix_ticket_status_number)."""
    return _counted(_of_status(shape))


@lru_cache(_SHAPES)
def count_by_visitor(shape: Shape) -> Select[Any]:
    """How many match, at most `limit` (ix_ticket_visitor)."""
    return _counted([_of_visitor(shape)])


@lru_cache(_SHAPES)
def count_by_period(shape: Shape) -> Select[Any]:
    """How many match, at most `limit` (the indexes of `by_period`)."""
    return _counted([*_of_stretches(shape), *_of_the_longest(shape)])


# ── What decides between the ways ────────────────────────────────────────────────────────────────


@lru_cache(_SHAPES)
def entries_of_period(shape: Shape) -> Select[Any]:
    """How many tickets would be read for the days, at most `limit`."""
    return _counted([select(_ONE).where(*began) for began in _stretches(shape)])


@lru_cache(_SHAPES)
def count_people(shape: Shape) -> Select[Any]:
    """How many people are found by name, at most `limit`; one with two such names counts twice."""
    return _counted([name_index.people(shape.words)])


TOTALS = select(
    func.coalesce(select(func.max(_PEOPLE.c.id)).scalar_subquery(), 1).label("people"),
    func.coalesce(select(func.max(_NUMBER)).scalar_subquery(), 1).label("tickets"),
)
"""About how many people and tickets there are, by the ends of two indexes."""


@lru_cache(_SHAPES)
def numbers_at_the_ends(shape: Shape) -> Select[Any]:
    """About which number tickets had that began when the days begin, and when they end: as many
    were sold in between (ix_ticket_period).
    """
    starts_at = TICKETS.c.starts_at
    nothing: Select[Any] = select(null())
    first, last = nothing, nothing
    if shape.since:
        first = _about(starts_at > filters.moment("reach"), starts_at.asc())
    if shape.until:
        last = _about(starts_at < filters.moment("until"), starts_at.desc())
    return select(first.scalar_subquery(), last.scalar_subquery())


def _about(condition: ColumnElement[bool], order: ColumnElement[Any]) -> Select[Any]:
    some = select(_NUMBER).where(condition).order_by(order).limit(9).subquery("some")
    return select(func.avg(some.c.number))


def _length() -> ColumnElement[Any]:
    length: ColumnElement[Any] = TICKETS.c.ends_at - TICKETS.c.starts_at
    return length


_A_LENGTH = select(_length()).limit(1)
REACH = select(
    type_coerce(
        filters.moment("since")
        - func.coalesce(
            _A_LENGTH.order_by(_length().desc()).offset(bindparam("longest")).scalar_subquery(),
            _A_LENGTH.order_by(_length()).scalar_subquery(),
        ),
        UtcDateTime(),
    )
)
"""As long before `since` as all rentals last but the `longest` ones (ix_ticket_length)."""


# ── Parts ────────────────────────────────────────────────────────────────────────────────────────


def _of_number(shape: Shape) -> list[Select[Any]]:
    others = _others(shape, TICKETS)
    spans = (filters.in_span(index, _NUMBER) for index in range(shape.spans))
    return [select(_NUMBER).where(span, *others) for span in spans]


def _of_status(shape: Shape) -> list[Select[Any]]:
    return [
        select(_NUMBER).where(filters.status_is(index, TICKETS.c.status), *_in_spans(shape))
        for index in range(shape.statuses)
    ]


def _of_visitor(shape: Shape) -> Select[Any]:
    found = select(_NUMBER).where(
        filters.numbers(shape, unindexed(_NUMBER)),
        *filters.has_status(shape, TICKETS),
        *filters.touches(shape, TICKETS),
    )
    if shape.visitor:
        return found.where(TICKETS.c.visitor_id == bindparam("visitor"))
    return found.where(TICKETS.c.visitor_id.in_(name_index.people(shape.words)))


def _of_stretches(shape: Shape) -> list[Select[Any]]:
    others = (
        filters.numbers(shape, unindexed(_NUMBER)),
        *filters.ends_late_enough(shape, TICKETS),
        *filters.is_among_visitors(shape, TICKETS),
    )
    return [select(_NUMBER).where(*began, *others) for began in _stretches(shape)]


def _stretches(shape: Shape) -> list[list[ColumnElement[bool]]]:
    """When a ticket has begun that touches the days, unless it is one of the longest: for each
    status that is asked for (ix_ticket_status_starts), or for all (ix_ticket_period).
    """
    starts_at = TICKETS.c.starts_at
    began = []
    if shape.since:
        began.append(starts_at > filters.moment("reach"))
    if shape.until:
        began.append(starts_at < filters.moment("until"))
    if not shape.statuses:
        return [began]
    statuses = (filters.status_is(index, TICKETS.c.status) for index in range(shape.statuses))
    return [[status, *began] for status in statuses]


def _of_the_longest(shape: Shape) -> list[Select[Any]]:
    """The longest rentals, that began before the reach and last into the days."""
    if not shape.since:
        return []
    return [
        select(_NUMBER).where(
            _length() > filters.moment("since") - filters.moment("reach"),
            unindexed(TICKETS.c.starts_at) <= filters.moment("reach"),
            filters.numbers(shape, unindexed(_NUMBER)),
            *_others(shape, TICKETS),
        )
    ]


def _others(shape: Shape, table: Any, *, status: bool = True) -> list[ColumnElement[bool]]:
    """Every condition but that on the number; no index is chosen for any of them."""
    return [
        *(filters.has_status(shape, table) if status else ()),
        *filters.touches(shape, table),
        *filters.is_visitor(shape, table),
    ]


def _in_spans(shape: Shape) -> list[ColumnElement[bool]]:
    """Between the lowest and the highest number asked for, and in no gap between the spans."""
    low = bindparam("low_0", type_=_NUMBER.type)
    high = bindparam(f"high_{shape.spans - 1}", type_=_NUMBER.type)
    bounds: list[ColumnElement[bool]] = [_NUMBER.between(low, high)]
    return bounds if shape.spans == 1 else [*bounds, filters.numbers(shape, unindexed(_NUMBER))]


def _nearest(
    found: Select[Any], order: ColumnElement[Any], down: bool, limit: str = "limit"
) -> Select[Any]:
    return found.order_by(order.desc() if down else order.asc()).limit(bindparam(limit))


def _merged(parts: list[Select[Any]], down: bool, limit: str = "limit") -> Select[Any]:
    """The nearest of parts that can each be walked in the order of numbers."""
    walks = [_nearest(part, _NUMBER, down, limit) for part in parts]
    if len(walks) == 1:
        return walks[0]
    found = _together(walks).subquery("walks")
    return _nearest(select(found.c.number), found.c.number, down, limit)


def _together(parts: list[Select[Any]]) -> Select[Any]:
    """All of parts that each have an order or a limit of their own."""
    named = (part.subquery(f"part_{index}") for index, part in enumerate(parts))
    found = union_all(*(select(part.c.number) for part in named)).subquery("found")
    return select(found.c.number)


def _counted(parts: list[Select[Any]]) -> Select[Any]:
    found = parts[0] if len(parts) == 1 else union_all(*parts)
    return select(func.count()).select_from(found.limit(bindparam("limit")).subquery("found"))
