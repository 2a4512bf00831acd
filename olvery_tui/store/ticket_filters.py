"""A filter of the list, made ready to be asked: instants for days, spans for numbers, ranges for
words, and the SQL conditions that they stand for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_

from olvery_tui.domain.filters import NUMBER_MAX, TicketFilter
from olvery_tui.domain.period import DAY, day_start
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.store import name_index
from olvery_tui.store.hints import unindexed
from olvery_tui.store.models import Ticket
from olvery_tui.store.types import UtcDateTime

TICKETS = Ticket.metadata.tables["ticket"]

_FIRST_DAY, _LAST_DAY = date(2, 1, 1), date(9998, 12, 31)
"""A bound outside of these bounds nothing, and could not be turned into an instant."""


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers from `low` to `high`, both included."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Shape:
    """What a filter asks, without the values: statements are built once for each shape."""

    spans: int
    since: bool
    until: bool
    words: int
    visitor: bool
    statuses: int

    @property
    def by_visitor(self) -> bool:
        """Whether somebody is looked for."""
        return self.visitor or self.words > 0

    @property
    def by_period(self) -> bool:
        """Whether days are asked for."""
        return self.since or self.until

    @property
    def by_number_alone(self) -> bool:
        """Whether nothing but numbers is asked for."""
        return not (self.by_visitor or self.by_period or self.statuses)


@dataclass(frozen=True, slots=True)
class Question:
    """A filter's values. Spans are apart and ascend; `since` and `until` bound the period."""

    spans: tuple[Span, ...]
    since: datetime | None
    until: datetime | None
    words: tuple[str, ...]
    visitor: int | None
    statuses: tuple[str, ...]

    @property
    def shape(self) -> Shape:
        """What is asked, without the values."""
        return Shape(
            spans=len(self.spans),
            since=self.since is not None,
            until=self.until is not None,
            words=len(self.words),
            visitor=self.visitor is not None,
            statuses=len(self.statuses),
        )

    @property
    def width(self) -> int:
        """How many numbers the spans hold: no more tickets can match."""
        return sum(span.high - span.low + 1 for span in self.spans)

    @property
    def values(self) -> dict[str, Any]:
        """The values of the statements' parameters."""
        values: dict[str, Any] = {"since": self.since, "until": self.until, "visitor": self.visitor}
        for index, span in enumerate(self.spans):
            values[f"low_{index}"], values[f"high_{index}"] = span.low, span.high
        values.update(name_index.values(self.words))
        for index, status in enumerate(self.statuses):
            values[f"status_{index}"] = status
        return values

    def within(self, low: int, high: int) -> Question:
        """The same among the numbers from `low` to `high` only; without spans nothing matches."""
        clipped = (Span(max(span.low, low), min(span.high, high)) for span in self.spans)
        return replace(self, spans=tuple(span for span in clipped if span.low <= span.high))


def question(wanted: TicketFilter, zone: tzinfo) -> Question:
    """What `wanted` asks, with its days in the location's `zone`."""
    from_day, to_day = wanted.from_day, wanted.to_day
    return Question(
        spans=_spans(wanted),
        since=day_start(from_day, zone) if from_day and from_day > _FIRST_DAY else None,
        until=day_start(to_day + DAY, zone) if to_day and to_day < _LAST_DAY else None,
        words=() if wanted.visitor_id is not None else name_index.telling(wanted.visitor_words),
        visitor=wanted.visitor_id,
        statuses=tuple(status.value for status in TicketStatus if status in wanted.statuses)
        if len(wanted.statuses) < len(TicketStatus)
        else (),
    )


def _spans(wanted: TicketFilter) -> tuple[Span, ...]:
    if not wanted.numbers:
        return (Span(1, NUMBER_MAX),)
    merged: list[Span] = []
    for numbers in sorted(wanted.numbers, key=lambda numbers: numbers.first):
        if numbers.last < numbers.first:
            continue
        if merged and numbers.first <= merged[-1].high + 1:
            merged[-1] = Span(merged[-1].low, max(merged[-1].high, numbers.last))
        else:
            merged.append(Span(numbers.first, numbers.last))
    return tuple(merged)


# ── Conditions ───────────────────────────────────────────────────────────────────────────────────


def numbers(shape: Shape, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """The number is in one of the spans."""
    return or_(*(in_span(index, column) for index in range(shape.spans)))


def in_span(index: int, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """The number is in the span of this index."""
    return column.between(
        bindparam(f"low_{index}", type_=column.type), bindparam(f"high_{index}", type_=column.type)
    )


def touches(shape: Shape, table: Any) -> list[ColumnElement[bool]]:
    """The period has a moment in the days that are asked for; no index is chosen for it."""
    late_enough = ends_late_enough(shape, table)
    if not shape.until:
        return late_enough
    return [unindexed(table.c.starts_at) < moment("until"), *late_enough]


def ends_late_enough(shape: Shape, table: Any) -> list[ColumnElement[bool]]:
    """The period ends after the first day has begun; no index is chosen for it."""
    return [unindexed(table.c.ends_at) > moment("since")] if shape.since else []


def moment(name: str) -> ColumnElement[datetime]:
    """The parameter `since` or `until`."""
    return bindparam(name, type_=UtcDateTime())


def status_is(index: int, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """The status is the one of this index."""
    return column == bindparam(f"status_{index}", type_=column.type)


def has_status(shape: Shape, table: Any) -> list[ColumnElement[bool]]:
    """The status is one of those asked for; no index is chosen for it."""
    if not shape.statuses:
        return []
    column = unindexed(table.c.status)
    return [or_(*(status_is(index, column) for index in range(shape.statuses)))]


def is_visitor(shape: Shape, table: Any) -> list[ColumnElement[bool]]:
    """The visitor is looked up row by row (ix_person_word_person): for few rows."""
    if shape.visitor:
        return [unindexed(table.c.visitor_id) == bindparam("visitor")]
    return [name_index.is_named(index, table.c.visitor_id) for index in range(shape.words)]


def is_among_visitors(shape: Shape, table: Any) -> list[ColumnElement[bool]]:
    """The visitor is one of those found beforehand: for many rows."""
    if shape.words:
        return [unindexed(table.c.visitor_id).in_(name_index.people(shape.words))]
    return is_visitor(shape, table)
