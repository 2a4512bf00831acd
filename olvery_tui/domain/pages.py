"""Pages of the lists: frozen data, safe to share between threads.

Kept apart from `domain.tickets` because the first frame needs only this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import TicketStatus

if TYPE_CHECKING:
    from olvery_tui.domain.catalogue import LocationDetails

RowT = TypeVar("RowT")


class TicketRow(NamedTuple):
    """One line of the list."""

    number: int
    period: Period
    visitor: str
    status: TicketStatus
    workplace: str
    overdue: bool = False
    room: str = ""
    checked: bool = False


@dataclass(frozen=True, slots=True)
class _Edge:
    """An end of the list."""


class Top(_Edge):
    """The list from its first line."""


class Bottom(_Edge):
    """The list up to its last line."""


@dataclass(frozen=True, slots=True)
class _Neighbour:
    """A ticket in the list."""

    number: int


class After(_Neighbour):
    """The lines that follow ticket `number` (lower numbers), nearest first."""


class Before(_Neighbour):
    """The lines that precede ticket `number` (higher numbers), the nearest ones."""


class Around(_Neighbour):
    """About half of the lines before ticket `number`, it (where it matches), the rest after."""


PageStart = Top | Bottom | After | Before | Around


class Page(NamedTuple, Generic[RowT]):
    """Some neighbouring lines of a list: tickets and orders newest number first, people by name.

    `offset` is how many lines of the result stand above the first one; None where that was not
    asked for or is past the cap of counting.
    """

    rows: tuple[RowT, ...]
    more_above: bool
    more_below: bool
    offset: int | None = None


class Count(NamedTuple):
    """How many tickets match; with `capped`, at least so many."""

    value: int
    capped: bool = False


class Preview(NamedTuple):
    """The first lines of the list without a filter, read before the store is opened."""

    location: LocationDetails
    page: Page[TicketRow]
    total: Count
    now: datetime
