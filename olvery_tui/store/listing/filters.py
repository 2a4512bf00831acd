"""Translate a list filter into query values and SQL conditions.

Days become instants, numbers spans, and words ranges.

Tickets and orders are queried alike: both have a number, a status, a first and a last moment, and a
person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Integer, Table, bindparam, exists, literal_column, or_

from olvery_tui.domain.codes import NUMBER_MAX
from olvery_tui.domain.filters import NumberRange, OrderFilter, TicketFilter
from olvery_tui.domain.periods import DAY, day_start
from olvery_tui.domain.statuses import OPEN_ORDERS, OrderStatus, TicketStatus
from olvery_tui.store.database.any_of import any_of
from olvery_tui.store.database.hints import unindexed
from olvery_tui.store.database.models import BLOCK
from olvery_tui.store.database.tables import IS_OWED, IS_UNRENEWED_MONTH, ORDERS, TICKETS
from olvery_tui.store.database.types import UtcDateTime
from olvery_tui.store.listing.name_index import NOBODY_ASKED, Named, are_named, named, people


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of a list: its table, and its column of the person."""

    table: Table
    person: str
    gaps: bool = False
    """Whether nothing may belong to some days between its first and its last moment."""

    @property
    def number(self) -> Any:
        """The column of the number."""
        return self.table.c.number

    @property
    def block(self) -> Any:
        """The block of the number, as it is indexed."""
        return self.number // literal_column(str(BLOCK), Integer)

    @property
    def person_id(self) -> Any:
        """The column of the person."""
        return self.table.c[self.person]


TICKET_LIST = Kind(TICKETS, "visitor_id")
ORDER_LIST = Kind(ORDERS, "customer_id", gaps=True)

_FIRST_DAY, _LAST_DAY = date(2, 1, 1), date(9998, 12, 31)
"""A bound outside of these limits nothing, and could not be converted to an instant."""


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers from `low` to `high`, inclusive."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Shape:
    """A filter's structure without its values: statements are cached per shape."""

    of: Kind
    spans: int
    since: bool
    until: bool
    words: int
    person: bool
    statuses: int
    ended: bool = False
    spared: bool = False
    """Whether the last word is not required of some people (`name_index.Named`)."""
    checked: bool | None = None
    places: bool = False
    paid: bool | None = None
    monthly: bool = False

    @property
    def by_person(self) -> bool:
        """Whether a person is searched for."""
        return self.person or self.words > 0

    @property
    def by_period(self) -> bool:
        """Whether the period is limited."""
        return self.since or self.until

    @property
    def by_owner(self) -> bool:
        """Whether a person or workplaces are searched for: each has an index of its own."""
        return self.by_person or self.places

    @property
    def by_number_alone(self) -> bool:
        """Whether only numbers are limited."""
        return not (self.by_owner or self.by_period or self.statuses or self.owed)

    @property
    def owed(self) -> bool:
        """Whether only what owes money matches: there is little of it."""
        return self.paid is False


@dataclass(frozen=True, slots=True)
class Question:
    """A filter's values. Spans are disjoint and ascending; `since` and `until` bound the period.

    With `ended`, only what has ended by that moment matches; `until` is then no later. With
    `checked`, the statuses are named. `places` are workplaces. `paid` is for orders. With
    `monthly`, only unrenewed months; statuses are named then, `since` and `ended` given.
    """

    of: Kind
    spans: tuple[Span, ...]
    since: datetime | None
    until: datetime | None
    named: Named
    person: int | None
    statuses: tuple[str, ...]
    ended: datetime | None = None
    checked: bool | None = None
    places: tuple[int, ...] | None = None
    paid: bool | None = None
    monthly: bool = False

    @property
    def shape(self) -> Shape:
        """The filter's structure, without the values."""
        return Shape(
            of=self.of,
            spans=len(self.spans),
            since=self.since is not None,
            until=self.until is not None,
            words=len(self.named.words),
            person=self.person is not None,
            statuses=len(self.statuses),
            ended=self.ended is not None,
            spared=self.named.spared is not None,
            checked=self.checked,
            places=self.places is not None,
            paid=self.paid,
            monthly=self.monthly,
        )

    @property
    def width(self) -> int:
        """The total of numbers in the spans: an upper bound of the matches."""
        return sum(span.high - span.low + 1 for span in self.spans)

    @property
    def values(self) -> dict[str, Any]:
        """The values of the statements' parameters."""
        values: dict[str, Any] = {
            "since": self.since,
            "until": self.until,
            "ended": self.ended,
            "person": self.person,
            "places": self.places,
        }
        for index, span in enumerate(self.spans):
            values[f"low_{index}"], values[f"high_{index}"] = span.low, span.high
        values.update(self.named.values)
        for index, status in enumerate(self.statuses):
            values[f"status_{index}"] = status
        return values

    def within(self, low: int, high: int) -> Question:
        """Limit the question to numbers from `low` to `high`; without spans nothing matches."""
        clipped = (Span(max(span.low, low), min(span.high, high)) for span in self.spans)
        return replace(self, spans=tuple(span for span in clipped if span.low <= span.high))


def question(
    filters: TicketFilter,
    zone: tzinfo,
    now: datetime,
    places: tuple[int, ...] | None = None,
    renewed_until: datetime | None = None,
) -> Question:
    """Translate a filter of tickets, its days in the location's `zone`.

    `now` decides which periods are over; `places` are the workplaces that the filter names, and
    `renewed_until` is when the last ends that is to be renewed, if it asks for that.
    """
    asked = Question(
        of=TICKET_LIST,
        spans=() if places == () else _spans(filters.numbers),
        since=_since(filters.from_day, zone),
        until=_until(filters.to_day, zone),
        named=_named(filters.visitor_id, filters.visitor_words),
        person=filters.visitor_id,
        statuses=_codes(filters.statuses, TicketStatus),
        places=places,
    )
    if filters.checked is not None or filters.renewal:
        named = asked.statuses or tuple(status.value for status in TicketStatus)
        asked = replace(asked, statuses=named, checked=filters.checked)
    if filters.renewal:
        assert renewed_until is not None
        asked = replace(_not_ended(asked, now), ended=renewed_until, monthly=True)
    if filters.ended is None:
        return asked
    if filters.ended:
        return _ended(asked, now)
    return _not_ended(asked, now)


def order_question(filters: OrderFilter, zone: tzinfo, now: datetime) -> Question:
    """Translate a filter of orders; `now` decides which have ended."""
    asked = Question(
        of=ORDER_LIST,
        spans=_spans(filters.numbers),
        since=_since(filters.from_day, zone),
        until=_until(filters.to_day, zone),
        named=_named(filters.customer_id, filters.customer_words),
        person=filters.customer_id,
        statuses=_codes(filters.statuses, OrderStatus),
        paid=filters.paid,
    )
    if not filters.overdue:
        return asked
    statuses = _codes(OPEN_ORDERS & (filters.statuses or OPEN_ORDERS), OrderStatus)
    return replace(_ended(asked, now), statuses=statuses) if statuses else replace(asked, spans=())


def _ended(asked: Question, now: datetime) -> Question:
    """Only what has ended: it has begun, so the indexes that start with the beginning find it."""
    return replace(asked, until=now if asked.until is None else min(asked.until, now), ended=now)


def _not_ended(asked: Question, now: datetime) -> Question:
    return replace(asked, since=now if asked.since is None else max(asked.since, now))


def _named(person_id: int | None, terms: tuple[str, ...]) -> Named:
    return NOBODY_ASKED if person_id is not None else named(terms)


def _since(day: date | None, zone: tzinfo) -> datetime | None:
    return day_start(day, zone) if day and day > _FIRST_DAY else None


def _until(day: date | None, zone: tzinfo) -> datetime | None:
    return day_start(day + DAY, zone) if day and day < _LAST_DAY else None


def _codes(chosen: frozenset[Any], statuses: type[StrEnum]) -> tuple[str, ...]:
    """Return the codes; none if every status is chosen."""
    if len(chosen) == len(statuses):
        return ()
    return tuple(status.value for status in statuses if status in chosen)


def _spans(ranges: tuple[NumberRange, ...]) -> tuple[Span, ...]:
    if not ranges:
        return (Span(1, NUMBER_MAX),)
    merged: list[Span] = []
    for numbers in sorted(ranges, key=lambda numbers: numbers.first):
        if numbers.last < numbers.first:
            continue
        if merged and numbers.first <= merged[-1].high + 1:
            merged[-1] = Span(merged[-1].low, max(merged[-1].high, numbers.last))
        else:
            merged.append(Span(numbers.first, numbers.last))
    return tuple(merged)


# ── Conditions ───────────────────────────────────────────────────────────────────────────────────


def numbers(shape: Shape) -> ColumnElement[bool]:
    """Match numbers in one of the spans, without using an index."""
    column = unindexed(shape.of.number)
    return or_(*(in_span(index, column) for index in range(shape.spans)))


def in_span(index: int, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Match numbers in the span with this index."""
    return column.between(
        bindparam(f"low_{index}", type_=column.type), bindparam(f"high_{index}", type_=column.type)
    )


def touches(shape: Shape) -> list[ColumnElement[bool]]:
    """Match periods overlapping the filter's days, without using an index."""
    ends_well = ends_in_time(shape)
    if not shape.until:
        return ends_well
    return [unindexed(shape.of.table.c.starts_at) < moment("until"), *ends_well]


def ends_in_time(shape: Shape) -> list[ColumnElement[bool]]:
    """Match periods ending after the first day's start, and by `ended` if set, without an index."""
    ends_at = unindexed(shape.of.table.c.ends_at)
    found: list[ColumnElement[bool]] = []
    if shape.since:
        found.append(ends_at > moment("since"))
    if shape.ended:
        found.append(ends_at <= moment("ended"))
    if shape.of.gaps and shape.since and shape.until:
        found.append(_has_ticket_then(shape))
    return found


def _has_ticket_then(shape: Shape) -> ColumnElement[bool]:
    """Match orders with a ticket in the filter's days.

    An order that begins or ends within the days has one; for an order that spans all of them the
    tickets are looked up (ix_ticket_order).
    """
    order = shape.of.table.c
    tickets = exists().where(
        TICKETS.c.order_number == order.number,
        unindexed(TICKETS.c.starts_at) < moment("until"),
        unindexed(TICKETS.c.ends_at) > moment("since"),
    )
    return or_(
        unindexed(order.starts_at) >= moment("since"),
        unindexed(order.ends_at) <= moment("until"),
        tickets,
    )


def moment(name: str) -> ColumnElement[datetime]:
    """Return the parameter `since`, `until` or `ended`."""
    return bindparam(name, type_=UtcDateTime())


def status_is(index: int, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Match the status with this index."""
    return column == bindparam(f"status_{index}", type_=column.type)


def has_status(shape: Shape) -> list[ColumnElement[bool]]:
    """Match one of the filter's statuses, without using an index."""
    if not shape.statuses:
        return []
    column = unindexed(shape.of.table.c.status)
    return [or_(*(status_is(index, column) for index in range(shape.statuses)))]


def facts(shape: Shape) -> list[ColumnElement[bool]]:
    """Match the check, the workplace, the payment and the renewal, without using an index."""
    found = [*is_checked(shape), *is_paid(shape)]
    if shape.monthly:
        found.append(IS_UNRENEWED_MONTH)
    if shape.places:
        found.append(any_of(unindexed(TICKETS.c.workplace_id), "places"))
    return found


def is_paid(shape: Shape) -> list[ColumnElement[bool]]:
    """Match orders that are paid in full, or that owe money."""
    if shape.paid is None:
        return []
    return (
        [ORDERS.c.price > Decimal(0), ORDERS.c.paid >= ORDERS.c.price] if shape.paid else [IS_OWED]
    )


def is_checked(shape: Shape, *, indexed: bool = False) -> list[ColumnElement[bool]]:
    """Match what is checked, or is not; `indexed`: by ix_ticket_status_checked."""
    if shape.checked is None:
        return []
    column = TICKETS.c.validated_at
    if indexed:
        is_set: ColumnElement[int] = literal_column(
            f"CAST({column} IS NOT NULL AS INTEGER)", Integer
        )
        return [is_set == literal_column("1" if shape.checked else "0")]
    return [unindexed(column).is_not(None) if shape.checked else unindexed(column).is_(None)]


def is_person(shape: Shape) -> list[ColumnElement[bool]]:
    """Match the person row by row (ix_person_word_person); efficient for few rows."""
    person_id = shape.of.person_id
    if shape.person:
        return [unindexed(person_id) == bindparam("person")]
    return are_named(person_id, range(shape.words), shape.words, spared=shape.spared)


def is_among_people(shape: Shape) -> list[ColumnElement[bool]]:
    """Match the person against those found beforehand; efficient for many rows."""
    if shape.words:
        named_so = people(shape.words, spared=shape.spared)
        return [unindexed(shape.of.person_id).in_(named_so)]
    return is_person(shape)
