"""Keyset pages: a slice of a list at any depth, found by number, not by counting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Row
from sqlmodel import Session

from olvery_tui.domain.codes import NUMBER_MAX
from olvery_tui.domain.pages import (
    After,
    Around,
    Before,
    Bottom,
    Count,
    Page,
    PageStart,
    RowT,
    Top,
)
from olvery_tui.store.listing.filters import Question
from olvery_tui.store.listing.search import Lines, Search

FilterT = TypeVar("FilterT")

COUNT_CAP = 10_000
"""Matches beyond this are not counted: nobody reads that far, and counting takes time."""


class _Slice(NamedTuple):
    """Adjacent lines, whether there are more, and the number of lines above if known."""

    lines: list[Row[Any]]
    more_above: bool
    more_below: bool
    offset: int | None


@dataclass(frozen=True, slots=True)
class NumberedList(Generic[FilterT, RowT]):
    """A list of tickets or orders, the highest number first.

    `question` translates a filter at a moment in a time zone, `row` makes a line of the columns of
    `lines`. `first` finds matches that stand above all others, where that is asked for.
    """

    lines: Lines
    question: Callable[[Session, FilterT, datetime, tzinfo], Question]
    row: Callable[[Sequence[Any], datetime], RowT]
    first: Callable[[Session, FilterT, datetime, tzinfo], Sequence[Row[Any]]] = lambda *_: ()

    def search(self, session: Session, filters: FilterT, now: datetime, zone: tzinfo) -> Search:
        """Return the search for what matches."""
        return Search(session, self.question(session, filters, now, zone), self.lines)

    def page(
        self,
        session: Session,
        filters: FilterT,
        start: PageStart,
        limit: int,
        *,
        now: datetime,
        zone: tzinfo,
        today_first: bool = False,
    ) -> Page[RowT]:
        """Return up to `limit` neighbouring lines, those of today above all others if so wished.

        Costs the same at any depth: the lines are found by number and never by counting from the
        top. `zone` makes the days of the filter, `now` tells what is overdue.
        """
        search = self.search(session, filters, now, zone)
        first = self.first(session, filters, now, zone) if today_first else ()
        found = _Pages(search, first).cut_out(start, limit)
        rows = tuple(self.row(line, now) for line in found.lines)
        return Page(rows, found.more_above, found.more_below, found.offset)

    def numbers(
        self,
        session: Session,
        filters: FilterT,
        start: PageStart,
        limit: int,
        *,
        now: datetime,
        zone: tzinfo,
    ) -> list[int]:
        """Return the numbers of the lines that `page` shows."""
        pages = _Pages(self.search(session, filters, now, zone))
        return [line[0] for line in pages.cut_out(start, limit).lines]

    def count(
        self,
        session: Session,
        filters: FilterT,
        *,
        now: datetime,
        zone: tzinfo,
        cap: int = COUNT_CAP,
    ) -> Count:
        """Count the matches, up to `cap`."""
        found = self.search(session, filters, now, zone).count(cap + 1)
        return Count(min(found, cap), capped=found > cap)

    def neighbour(
        self,
        session: Session,
        filters: FilterT,
        number: int,
        step: int,
        *,
        now: datetime,
        zone: tzinfo,
        today_first: bool = False,
    ) -> int | None:
        """Return the next match below (`step` 1) or above (`step` -1) a number in the list."""
        search = self.search(session, filters, now, zone)
        if today_first and (first := self.first(session, filters, now, zone)):
            start = After(number) if step > 0 else Before(number)
            return next((line[0] for line in _Pages(search, first).cut_out(start, 1).lines), None)
        if step > 0:
            return search.number(down=True, high=number - 1)
        return search.number(down=False, low=number + 1)


class _Pages:
    """A list whose `first` lines stand above all others, which follow by number without them."""

    def __init__(self, search: Search, first: Sequence[Row[Any]] = ()) -> None:
        self._search = search
        self._first = list(first)
        self._places = {line[0]: place for place, line in enumerate(first)}

    def cut_out(self, start: PageStart, limit: int) -> _Slice:
        """Return up to `limit` adjacent lines."""
        match start:
            case Top() | After():
                number = start.number if isinstance(start, After) else None
                found = self._below(number, limit + 1)
                lines, below = found[:limit], len(found) > limit
                above = number is not None and bool(
                    self._above(lines[0][0] if lines else number, 1, inclusive=not lines)
                )
            case Bottom() | Before():
                number = start.number if isinstance(start, Before) else None
                found = self._above(number, limit + 1)
                lines, above = found[-limit:], len(found) > limit
                below = number is not None and bool(
                    self._below(lines[-1][0] if lines else number, 1, inclusive=not lines)
                )
            case Around(number):
                upper = self._above(number, limit + 1)
                lower = self._below(number, limit + 1, inclusive=True)
                many = min(len(upper), max(limit // 2, limit - len(lower)))
                few = min(len(lower), limit - many)
                lines = [*upper[len(upper) - many :], *lower[:few]]
                above, below = many < len(upper), few < len(lower)
        return _Slice(lines, above, below, self._offset(start, lines) if above else 0)

    def _below(self, number: int | None, limit: int, *, inclusive: bool = False) -> list[Row[Any]]:
        """Return the nearest lines below a number, or the list's first ones."""
        if number is None or number in self._places:
            place = 0 if number is None else self._places[number] + (not inclusive)
            head, high = self._first[place : place + limit], NUMBER_MAX
        else:
            head, high = [], number if inclusive else number - 1
        return head + self._others(limit - len(head), down=True, high=high)

    def _above(self, number: int | None, limit: int, *, inclusive: bool = False) -> list[Row[Any]]:
        """Return the nearest lines above a number, or the list's last ones, from the top."""
        if number in self._places:
            return self._first[: self._places[number] + inclusive][-limit:]
        low = 1 if number is None else number + (not inclusive)
        tail = self._others(limit, down=False, low=low)[::-1]
        missing = limit - len(tail)
        return (self._first[-missing:] if missing else []) + tail

    def _others(self, limit: int, **bounds: Any) -> list[Row[Any]]:
        found = self._search.lines(limit + len(self._first), **bounds) if limit > 0 else []
        return [line for line in found if line[0] not in self._places][:limit]

    def _offset(self, start: PageStart, lines: list[Row[Any]]) -> int | None:
        if not isinstance(start, Around) or not lines:
            return None
        number = lines[0][0]
        if number in self._places:
            return self._places[number]
        found = self._search.count(COUNT_CAP + 1, low=number + 1)
        if found > COUNT_CAP:
            return None
        return found + sum(1 for other in self._places if other < number)
