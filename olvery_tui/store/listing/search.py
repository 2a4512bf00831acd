"""Choose the fastest way to find a filter's matches in a list.

If many rows match, a scan of the nearest fills the page. If few do, the most selective index finds
them: by person, by workplace, or by when they began. A look at the indexes, which costs a
millisecond, decides.

Of days far from the nearest numbers there may be millions of rows, in no order of numbers. Numbers
follow the calendar loosely, so the page is looked for in the nearest blocks of numbers that have
something of these days.
"""

from __future__ import annotations

import heapq
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, bindparam, select
from sqlmodel import Session

from olvery_tui.domain.codes import NUMBER_MAX
from olvery_tui.store.database.models import BLOCK
from olvery_tui.store.listing import queries
from olvery_tui.store.listing.filters import Kind, Question
from olvery_tui.store.listing.queries import Way

NEAR = 4_000
"""How many of the nearest are scanned before an index is used."""

FEW = 20_000
"""Index entries that are read within a few milliseconds; beyond it their number is estimated."""

MANY = 200_000
"""How many people are counted where it matters how many more than `FEW` they are."""

LISTED = 4
"""So many people are listed as quickly as a row's name is looked up."""

SORTED = 2.5
"""Cost of reading and sorting a person's row, relative to passing an entry by its day."""

WALKED = 2.5
"""Cost of reading a row, relative to passing its entry in an index."""

TRIED = 0.5
"""Cost of the blocks that are tried before the cheapest way, relative to that way's."""

WORTH = 4
"""How many blocks are worth a try: to see which there are costs as much as reading some."""

SAMPLED = 3
"""How many times `limit` matches are sampled to estimate where they are."""

LONGEST = 4_000
LONGEST_SHARE = 250
"""How many of the longest rentals are checked one by one, or one of how many if that is more.

Otherwise a ticket of ten years, or monthly ones, would make every query for a day read ten years,
or a month.
"""

_ALL = sys.maxsize

_Line = Row[Any]
_Ask = tuple[Select[Any], dict[str, Any]]
_in_order = itemgetter(0)


class _Totals(NamedTuple):
    people: int
    places: int
    listed: int


class Lines:
    """The columns of a list's lines, the number first.

    `joined` adds the tables of the columns by outer joins, so that every planner starts with the
    list itself.
    """

    def __init__(
        self,
        kind: Kind,
        columns: Sequence[ColumnElement[Any]],
        joined: Callable[[Select[Any]], Select[Any]],
    ) -> None:
        self._kind = kind
        self._columns = columns
        self._joined = joined
        self.of_numbers = joined(select(*columns).select_from(kind.table)).where(
            kind.number.in_(bindparam("numbers", expanding=True))
        )
        self.of = lru_cache(256)(self._of)

    def _of(self, statement: Select[Any]) -> Select[Any]:
        """Select the lines of a statement's numbers, unordered; the statement runs first."""
        keys = statement.subquery("keys")
        lines = select(*self._columns).outerjoin_from(
            keys, self._kind.table, self._kind.number == keys.c.number
        )
        return self._joined(lines)


class Search:
    """One filter's search in one transaction; estimates are cached."""

    def __init__(self, session: Session, asked: Question, lines: Lines) -> None:
        self._connection = session.connection()
        self._asked = asked
        self._lines = lines

    def lines(self, limit: int, *, down: bool, low: int = 1, high: int = NUMBER_MAX) -> list[_Line]:
        """Return up to `limit` matching lines from `low` to `high`.

        With `down` the highest numbers, descending, else the lowest, ascending.
        """
        asked = self._asked.within(low, high)
        if not asked.spans or limit < 1:
            return []
        found = self._find(asked, limit, down)
        if isinstance(found, list):
            statement, values = self._lines.of_numbers, {"numbers": found}
        else:
            statement, values = self._lines.of(found[0]), found[1]
        lines = self._connection.execute(statement, values).all() if found else ()
        return sorted(lines, key=_in_order, reverse=down)

    def number(self, *, down: bool, low: int = 1, high: int = NUMBER_MAX) -> int | None:
        """Return the highest (`down`) or the lowest matching number from `low` to `high`."""
        asked = self._asked.within(low, high)
        if not asked.spans:
            return None
        found = self._find(asked, 1, down)
        numbers = found if isinstance(found, list) else self._numbers(*found)
        return next(iter(numbers), None)

    def count(self, most: int, *, low: int = 1) -> int:
        """Count the matches from number `low` on, up to `most`."""
        asked = self._asked.within(low, NUMBER_MAX)
        if not asked.spans or self._is_in_vain:
            return 0
        way = _plain_way(asked)
        if way is not None:
            return self._count(asked, way, most)
        shape, listed = asked.shape, self._totals.listed
        if shape.words and not shape.by_period and self._is_reached_by_some(asked, most):
            return most
        way = self._cheapest(asked, most)
        if way is Way.PERIOD:
            is_part = asked.within(1, listed).width < listed
            found = self._count_among_blocks(asked, most) if is_part else None
            if found is not None:
                return found
            way = self._by_days(most)
        return self._count(asked, way, most)

    def _find(self, asked: Question, limit: int, down: bool) -> list[int] | _Ask:
        """Return the numbers, or the statement that selects them."""
        if self._is_in_vain:
            return []
        way = _plain_way(asked)
        if way is None and self._many_are_near(limit):
            near = self._among_near(asked, limit, down)
            if len(near) < limit and asked.shape.statuses and not asked.shape.by_period:
                values = {**self._values(asked, limit), "near": NEAR}
                near = self._numbers(queries.among_statuses(asked.shape, down), values)
            if len(near) == limit:
                return near
        if way is None and (found := self._among_blocks(asked, limit, down)) is not None:
            return found
        way = way or self._cheapest(asked, limit)
        if way is Way.PERIOD:
            return self._find_by_period(asked, limit, down)
        return queries.nearest(asked.shape, way, down), self._values(asked, limit)

    def _among_near(self, asked: Question, limit: int, down: bool) -> list[int]:
        """Return the matches among the `NEAR` nearest numbers; the scan ends with a full page."""
        first, last = asked.spans[0].low, min(asked.spans[-1].high, self._totals.listed)
        near = asked.within(last - NEAR + 1, last) if down else asked.within(first, first + NEAR)
        if not near.spans:
            return []
        statement = queries.nearest(near.shape, Way.NUMBER, down)
        return self._numbers(statement, self._values(near, limit))

    def _find_by_period(self, asked: Question, limit: int, down: bool) -> list[int] | _Ask:
        """Find by days: first sample any matches, as nothing farther off can be in the result."""
        way = self._by_days(limit * SAMPLED)
        some = self._numbers(
            queries.some_of_period(asked.shape, way, down), self._values(asked, limit * SAMPLED)
        )
        if len(some) < limit * SAMPLED:
            return heapq.nlargest(limit, some) if down else heapq.nsmallest(limit, some)
        if down:
            asked = asked.within(heapq.nlargest(limit, some)[-1], NUMBER_MAX)
        else:
            asked = asked.within(1, heapq.nsmallest(limit, some)[-1])
        by_number = self._walk(asked, limit) <= self._days
        way = Way.NUMBER if by_number else self._by_days(_ALL)
        return queries.nearest(asked.shape, way, down), self._values(asked, limit)

    def _among_blocks(self, asked: Question, limit: int, down: bool) -> list[int] | None:
        """Return the matches of the nearest blocks; None if that takes more than is tried.

        With so many up to the farthest block that was read, nothing beyond it is nearer.
        """
        blocks, are_all = self._blocks(asked, limit, down)
        if not (blocks or are_all):
            return None
        nearest = heapq.nlargest if down else heapq.nsmallest
        found = self._longest(asked, limit, down)
        statement = queries.nearest(asked.shape, Way.BLOCK, down)
        for some in _doubled(blocks):
            values = {**self._values(asked, limit), "blocks": some}
            found = nearest(limit, found + self._numbers(statement, values))
            if len(found) == limit:
                farthest, edge = found[-1] // BLOCK, some[-1]
                if farthest >= edge if down else farthest <= edge:
                    return found
        return found if are_all else None

    def _longest(self, asked: Question, limit: int, down: bool) -> list[int]:
        """Return the nearest of the longest rentals, which the blocks are without."""
        if not asked.shape.since:
            return []
        statement = queries.nearest(asked.shape, Way.LENGTH, down)
        return self._numbers(statement, self._values(asked, limit))

    def _count_among_blocks(self, asked: Question, most: int) -> int | None:
        """Count as `_among_blocks` finds, upwards."""
        blocks, are_all = self._blocks(asked, most, down=False)
        if not (blocks or are_all):
            return None
        found = self._count(asked, Way.LENGTH, most) if asked.shape.since else 0
        for some in _doubled(blocks):
            if found >= most:
                break
            found += self._count(asked, Way.BLOCK, most, blocks=some)
        return min(found, most) if found >= most or are_all else None

    def _is_reached_by_some(self, asked: Question, most: int) -> bool:
        """Whether people who should have four times as many rows have so many matches."""
        totals = self._totals
        width = max(1, asked.within(1, totals.listed).width)
        people = 4 * most * totals.people // width
        if people >= self._people:
            return False
        values = {**self._values(asked, most), "people": people}
        return self._numbers(queries.count_of_some(asked.shape), values)[0] == most

    def _count(self, asked: Question, way: Way, most: int, **more: Any) -> int:
        statement = queries.count(asked.shape, way)
        return self._numbers(statement, {**self._values(asked, most), **more})[0]

    # Decisions

    def _cheapest(self, asked: Question, limit: int) -> Way:
        costs = self._costs(asked, limit)
        return min(costs, key=costs.__getitem__)  # of equal ones the first

    def _costs(self, asked: Question, limit: int) -> dict[Way, float]:
        return {
            Way.NUMBER: self._walk(asked, limit),
            Way.OWNER: self._owner_cost,
            Way.PERIOD: self._days,
        }

    def _by_days(self, matches: int) -> Way:
        """Return how to read so many matches of the days."""
        if not self._asked.shape.words:
            return Way.PERIOD
        people = self._people
        if people == FEW and self._days * LISTED > people:
            people = self._many_people
        rows = min(self._days, matches * self._totals.people // max(1, people))
        return Way.PERIOD_AND_NAMES if rows * LISTED < people else Way.PERIOD

    def _blocks(self, asked: Question, limit: int, down: bool) -> tuple[list[int], bool]:
        """Return the nearest blocks that may overlap the days, and whether these are all.

        Only as many as are worth a try beside the cheapest way: none for a short period.
        """
        most = 0
        if asked.shape.by_period:
            most = int(TRIED * min(self._costs(asked, limit).values()) / (BLOCK * WALKED))
        if most < WORTH:
            return [], False
        low, high = asked.spans[0].low, min(asked.spans[-1].high, self._totals.listed)
        first, last = (high, low) if down else (low, high)
        values = {**self._values(asked, most + 1), "first": first // BLOCK, "last": last // BLOCK}
        found = self._numbers(queries.blocks(asked.shape, down), values)
        return found[:most], len(found) <= most

    @cached_property
    def _is_in_vain(self) -> bool:
        """Whether nobody has such a name, or nothing can overlap the days; indexes' ends tell."""
        shape, values = self._asked.shape, self._asked.values
        if shape.words and not self._people:
            return True
        if not shape.by_period:
            return False
        return self._connection.execute(queries.any_then(shape), values).first() is None

    def _many_are_near(self, limit: int) -> bool:
        """Whether to scan the nearest first.

        Not if an index is as selective, nor if the people's or the workplaces' share is too small
        to expect enough there.
        """
        if self._theirs <= NEAR or self._entries(NEAR + 1) <= NEAR:
            return False
        return self._theirs is _ALL or self._theirs * NEAR >= self._totals.listed * limit

    def _walk(self, asked: Question, limit: int) -> float:
        """Return the cost of scanning these numbers, in index entries.

        A scan for a name or workplaces alone ends where `limit` matches are to be expected.
        """
        shape, listed = asked.shape, self._totals.listed
        width = asked.within(1, listed).width
        if self._theirs is not _ALL and not (shape.person or shape.by_period or shape.statuses):
            width = min(width, limit * listed // max(1, self._theirs))
        return width * WALKED

    @property
    def _owner_cost(self) -> float:
        """The cost of reading the people's or the workplaces' rows, in index entries."""
        theirs = self._theirs
        if self._asked.shape.words and self._people == FEW:
            theirs = self._many_people * self._totals.listed // self._totals.people
        return theirs * SORTED

    @cached_property
    def _theirs(self) -> int:
        """The estimated number of the people's or the workplaces' rows, as if all had equally
        many.
        """
        shape, listed = self._asked.shape, self._totals.listed
        if shape.person:
            return 0
        if shape.words:
            return int(self._people * listed // self._totals.people)
        if self._asked.places is not None:
            return len(self._asked.places) * listed // self._totals.places
        return _ALL

    @cached_property
    def _people(self) -> int:
        """The number of people matching by name, counted up to `FEW`."""
        return self._count_people(FEW)

    @cached_property
    def _many_people(self) -> int:
        """The same, counted up to `MANY`."""
        return self._count_people(MANY)

    def _count_people(self, most: int) -> int:
        values = self._values(self._asked, most)
        return self._numbers(queries.count_people(self._asked.shape), values)[0]

    @cached_property
    def _days(self) -> int:
        """The number of entries to read for the days; estimated from `FEW` on."""
        found = self._entries(FEW)
        if found < FEW:
            return found
        first, last = self._ends
        return max(found, int((last or self._totals.listed) - (first or 0)))

    def _entries(self, most: int) -> int:
        shape = self._asked.shape
        if not shape.by_period:
            return _ALL
        return self._numbers(queries.entries_of_period(shape), self._values(self._asked, most))[0]

    @cached_property
    def _ends(self) -> tuple[float | None, float | None]:
        """The estimated numbers given when the days begin, and when they end."""
        shape = self._asked.shape
        if not shape.by_period:
            return None, None
        values = self._values(self._asked, 1)
        first, last = self._connection.execute(queries.numbers_at_the_ends(shape), values).one()
        return first, last

    @cached_property
    def _totals(self) -> _Totals:
        return _Totals(*self._connection.execute(queries.totals(self._asked.of)).one())

    @cached_property
    def _reach(self) -> dict[str, datetime]:
        """The earliest start of what can overlap the days, except for the longest rentals."""
        since = self._asked.since
        if since is None:
            return {}
        longest = max(LONGEST, self._totals.listed // LONGEST_SHARE)
        values = {"since": since, "longest": longest}
        found: datetime | None = self._connection.execute(
            queries.reach(self._asked.of), values
        ).scalar_one()
        return {"reach": found or since}

    def _values(self, asked: Question, limit: int) -> dict[str, Any]:
        return {**asked.values, **self._reach, "limit": limit}

    def _numbers(self, statement: Select[Any], values: dict[str, Any]) -> list[int]:
        return list(self._connection.execute(statement, values).scalars().all())


def _doubled(blocks: Sequence[int]) -> Iterator[Sequence[int]]:
    """Divide into parts, each twice as long as the one before."""
    begin, length = 0, 1
    while begin < len(blocks):
        yield blocks[begin : begin + length]
        begin, length = begin + length, 2 * length


def _plain_way(asked: Question) -> Way | None:
    """Return the way that needs no estimate; None if costs decide."""
    shape = asked.shape
    if shape.owed:
        return Way.DEBT
    if shape.monthly:
        return Way.END
    if shape.by_number_alone or asked.width <= NEAR:
        return Way.NUMBER
    return None if shape.by_owner or shape.by_period else Way.STATUS
