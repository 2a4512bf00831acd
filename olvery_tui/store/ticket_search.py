"""Finding the tickets of a filter in the quickest way.

Where many tickets match, the nearest ones fill the page. Where few do, they are found from the
index that leaves least to look at: the visitors' tickets, or those that began in a stretch of time.
Which of these it is, is found out by a look at the indexes that costs a millisecond.
"""

from __future__ import annotations

import heapq
import sys
from datetime import datetime
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, bindparam, select
from sqlmodel import Session

from olvery_tui.domain.filters import NUMBER_MAX
from olvery_tui.store import ticket_queries as queries
from olvery_tui.store.models import Order, Person, Workplace
from olvery_tui.store.ticket_filters import TICKETS, Question

NEAR = 4_000
"""How many of the nearest tickets are looked at before an index is asked."""

FEW = 20_000
"""So many entries of an index are read in a few milliseconds; more are not counted but guessed."""

SORTED = 2.5
"""How much longer it takes to read and sort a visitor's ticket than to pass over one by its day."""

WALKED = 2.5
"""How much longer it takes to read a ticket whole than to pass over its entry in an index."""

SAMPLED = 3
"""How many times more tickets than are wanted are taken for a guess of where they are."""

LONGEST = 4_000
"""How many of the longest rentals are looked at one by one, so that a ticket of ten years, or those
by the month, don't make every question about a day read ten years, or a month.
"""

_ORDERS = Order.metadata.tables["orders"]
_PEOPLE = Person.metadata.tables["person"]
_WORKPLACES = Workplace.metadata.tables["workplace"]

_ALL = sys.maxsize

_Line = Row[Any]
_Ask = tuple[Select[Any], dict[str, Any]]
_in_order = itemgetter(0)


class _Totals(NamedTuple):
    people: int
    tickets: int


class Search:
    """One filter's search in one transaction; what it learns on the way is not asked again."""

    def __init__(self, session: Session, asked: Question) -> None:
        self._connection = session.connection()
        self._asked = asked

    def lines(self, limit: int, *, down: bool, low: int = 1, high: int = NUMBER_MAX) -> list[_Line]:
        """Up to `limit` matching lines from `low` to `high`: the highest numbers, descending, or
        the lowest, ascending. The columns are those of `_with_columns`.
        """
        asked = self._asked.within(low, high)
        if not asked.spans or limit < 1:
            return []
        found = self._find(asked, limit, down)
        if isinstance(found, list):
            statement, values = _LINES, {"numbers": found}
        else:
            statement, values = _with_columns(found[0]), found[1]
        lines = self._connection.execute(statement, values).all() if found else ()
        return sorted(lines, key=_in_order, reverse=down)

    def number(self, *, down: bool, low: int = 1, high: int = NUMBER_MAX) -> int | None:
        """The highest or the lowest matching number from `low` to `high`."""
        asked = self._asked.within(low, high)
        if not asked.spans:
            return None
        found = self._find(asked, 1, down)
        numbers = found if isinstance(found, list) else self._numbers(*found)
        return next(iter(numbers), None)

    def count(self, most: int, *, low: int = 1, high: int = NUMBER_MAX) -> int:
        """How many tickets from `low` to `high` match, but at most `most`."""
        asked = self._asked.within(low, high)
        shape = asked.shape
        if not asked.spans or self._is_in_vain:
            return 0
        if shape.by_number_alone or asked.width <= NEAR:
            statement = queries.count_by_number(shape)
        elif not (shape.by_visitor or shape.by_period):
            statement = queries.count_by_status(shape)
        elif self._walk(asked) <= min(self._visitors, self._days):
            statement = queries.count_by_number(shape)
        elif self._visitors <= self._days:
            statement = queries.count_by_visitor(shape)
        else:
            statement = queries.count_by_period(shape)
        return self._numbers(statement, self._values(asked, most))[0]

    def _find(self, asked: Question, limit: int, down: bool) -> list[int] | _Ask:
        """The numbers, or what gives them."""
        if self._is_in_vain:
            return []
        shape, values = asked.shape, self._values(asked, limit)
        if shape.by_number_alone or asked.width <= NEAR:
            return queries.by_number(shape, down), values
        if not (shape.by_visitor or shape.by_period):
            return queries.by_status(shape, down), values
        if self._many_are_near(limit):
            near = self._among_near(asked, limit, down)
            if len(near) == limit:
                return near
        if self._walk(asked) <= min(self._visitors, self._days):
            return queries.by_number(shape, down), values
        if self._visitors <= self._days:
            return queries.by_visitor(shape, down), values
        return self._find_by_period(asked, limit, down)

    def _among_near(self, asked: Question, limit: int, down: bool) -> list[int]:
        """Those that match among the nearest; the walk ends with the page."""
        values = {**asked.values, "near": NEAR}
        beyond = self._connection.execute(queries.beyond_near(asked.shape, down), values).scalar()
        if beyond is not None and self._days_are_beyond(beyond, down):
            return []
        if beyond is not None:
            asked = asked.within(beyond + 1, NUMBER_MAX) if down else asked.within(1, beyond - 1)
        walk = queries.by_status_and_key if asked.shape.statuses else queries.by_number
        return self._numbers(walk(asked.shape, down), self._values(asked, limit))

    def _find_by_period(self, asked: Question, limit: int, down: bool) -> list[int] | _Ask:
        """The tickets of some days: first any, for none farther off can be among the answer."""
        some = self._numbers(
            queries.some_of_period(asked.shape, down), self._values(asked, limit * SAMPLED)
        )
        if len(some) < limit * SAMPLED:
            return heapq.nlargest(limit, some) if down else heapq.nsmallest(limit, some)
        if down:
            asked = asked.within(heapq.nlargest(limit, some)[-1], NUMBER_MAX)
        else:
            asked = asked.within(1, heapq.nsmallest(limit, some)[-1])
        walk = self._walk(asked) <= self._days
        statement = queries.by_number if walk else queries.by_period
        return statement(asked.shape, down), self._values(asked, limit)

    # What decides

    @cached_property
    def _is_in_vain(self) -> bool:
        """Whether nobody is called so, or no ticket can reach into the days: indexes' ends tell."""
        shape, values = self._asked.shape, self._asked.values
        if shape.words and not self._people:
            return True
        if not shape.by_period:
            return False
        return not self._connection.execute(queries.any_then(shape), values).scalar_one()

    def _many_are_near(self, limit: int) -> bool:
        """Whether to look at the nearest first: not where an index leaves as little to look at, nor
        where so few of all tickets are the visitors' that not enough can be expected there.
        """
        if self._visitors_tickets <= NEAR or self._entries(NEAR + 1) <= NEAR:
            return False
        return (
            not self._asked.words or self._visitors_tickets * NEAR >= self._totals.tickets * limit
        )

    def _days_are_beyond(self, beyond: int, down: bool) -> bool:
        """Whether the tickets of the days have most likely numbers that are too far to be near."""
        first, last = self._ends
        return (last or beyond) < beyond if down else (first or beyond) > beyond

    def _walk(self, asked: Question) -> float:
        """What it costs to walk through all tickets of these numbers, in entries of an index."""
        return asked.within(1, self._totals.tickets).width * WALKED

    @property
    def _visitors(self) -> float:
        """What it costs to read the visitors' tickets, in entries of an index."""
        return self._visitors_tickets * SORTED

    @cached_property
    def _visitors_tickets(self) -> int:
        """About how many tickets the visitors have, as if everybody had equally many."""
        shape = self._asked.shape
        if shape.visitor:
            return 0
        if not shape.words:
            return _ALL
        return int(self._people * self._totals.tickets // self._totals.people)

    @cached_property
    def _people(self) -> int:
        """How many people are called so; from `FEW` on only so many."""
        values = self._values(self._asked, FEW)
        return self._numbers(queries.count_people(self._asked.shape), values)[0]

    @cached_property
    def _days(self) -> int:
        """How many tickets have to be read for the days; from `FEW` on only about."""
        found = self._entries(FEW)
        if found < FEW:
            return found
        first, last = self._ends
        return max(found, int((last or self._totals.tickets) - (first or 0)))

    def _entries(self, most: int) -> int:
        """How many tickets have to be read for the days, but at most `most`."""
        shape = self._asked.shape
        if not shape.by_period:
            return _ALL
        return self._numbers(queries.entries_of_period(shape), self._values(self._asked, most))[0]

    @cached_property
    def _ends(self) -> tuple[float | None, float | None]:
        """About which numbers tickets had when the days begin, and when they end."""
        shape = self._asked.shape
        if not shape.by_period:
            return None, None
        values = self._values(self._asked, 1)
        first, last = self._connection.execute(queries.numbers_at_the_ends(shape), values).one()
        return first, last

    @cached_property
    def _totals(self) -> _Totals:
        """About how many people and tickets there are."""
        return _Totals(*self._connection.execute(queries.TOTALS).one())

    @cached_property
    def _reach(self) -> dict[str, datetime]:
        """When the earliest ticket may have begun that reaches into the days."""
        since = self._asked.since
        if since is None:
            return {}
        values = {"since": since, "longest": LONGEST}
        found: datetime | None = self._connection.execute(queries.REACH, values).scalar_one()
        return {"reach": found or since}

    def _values(self, asked: Question, limit: int) -> dict[str, Any]:
        return {**asked.values, **self._reach, "limit": limit}

    def _numbers(self, statement: Select[Any], values: dict[str, Any]) -> list[int]:
        return list(self._connection.execute(statement, values).scalars().all())


# ── Lines ────────────────────────────────────────────────────────────────────────────────────────

_COLUMNS = (
    TICKETS.c.number,
    TICKETS.c.period_kind,
    TICKETS.c.starts_at,
    TICKETS.c.ends_at,
    _PEOPLE.c.first_name,
    _PEOPLE.c.last_name,
    TICKETS.c.status,
    _WORKPLACES.c.label,
    _ORDERS.c.status,
)


def _joined(lines: Select[Any]) -> Select[Any]:
    """Outer joins, so that no planner begins with the workplaces: each line has one of each."""
    return (
        lines.outerjoin(_PEOPLE, _PEOPLE.c.id == TICKETS.c.visitor_id)
        .outerjoin(_WORKPLACES, _WORKPLACES.c.id == TICKETS.c.workplace_id)
        .outerjoin(_ORDERS, _ORDERS.c.number == TICKETS.c.order_number)
    )


_LINES = _joined(select(*_COLUMNS).select_from(TICKETS)).where(
    TICKETS.c.number.in_(bindparam("numbers", expanding=True))
)


@lru_cache(256)
def _with_columns(statement: Select[Any]) -> Select[Any]:
    """The numbers first, then what belongs to them; in no order."""
    keys = statement.subquery("keys")
    lines = select(*_COLUMNS).outerjoin_from(keys, TICKETS, TICKETS.c.number == keys.c.number)
    return _joined(lines)
