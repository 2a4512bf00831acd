"""The list: every page, count and neighbour is what a plain reading of the filter gives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import date
from itertools import pairwise
from unittest.mock import patch
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.domain.codes import NUMBER_MAX
from olvery_tui.domain.filters import EMPTY, NumberRange, TicketFilter
from olvery_tui.domain.pages import After, Around, Before, Bottom, Count, Page, PageStart, Top
from olvery_tui.domain.periods import Period
from olvery_tui.domain.statuses import OrderStatus, TicketStatus
from olvery_tui.store.database.engine import Store
from olvery_tui.store.listing import pages as list_pages
from olvery_tui.store.listing import search as list_search
from olvery_tui.store.tickets import tickets
from tests.each import each
from tests.store.worlds import (
    FILTERS,
    NOW,
    NUMBERS,
    STARTS,
    WIDE_FILTERS,
    Visit,
    World,
    cut,
    expected_page,
    living,
    matching,
    worlds,
)

MOSCOW = ZoneInfo("Europe/Moscow")

# However the answer is looked for, it is the same: what decides between the ways is turned
# to each of them.
NEVER = 10**9
_DAYS = {"NEAR": 1, "FEW": 1, "SAMPLED": 1, "SORTED": NEVER, "WALKED": NEVER}
_DAYS |= {"LONGEST_SHARE": NEVER}
WAYS: dict[str, dict[str, float]] = {
    "as it is": {},
    "the nearest first": {"NEAR": 3},
    "visitors or places first": {"NEAR": 1, "FEW": 1, "SORTED": 1e-9},
    "days first": _DAYS,
    "days first, then a walk": {**_DAYS, "WALKED": 1},
    "days first, names row by row": {**_DAYS, "LISTED": 0},
    "block by block": {**_DAYS, "TRIED": NEVER, "WALKED": 1},
    "no rental is looked at alone": {**_DAYS, "LONGEST": 0},
    "some rentals are": {**_DAYS, "LONGEST": 2},
}
ANY_FILTER = FILTERS | WIDE_FILTERS
UNLIKE = ("as it is", "days first", "block by block")
each_way = each("way", WAYS.values(), ids=WAYS.keys())
each_of_some_ways = each("way", [WAYS[name] for name in UNLIKE], ids=UNLIKE)


@contextmanager
def searching(way: dict[str, float]) -> Iterator[None]:
    """Look for the answer in this way."""
    with patch.multiple(list_search, **way) if way else nullcontext():
        yield


@given(world=worlds(), wanted=ANY_FILTER, start=STARTS, limit=st.integers(1, 9))
def test_a_page_is_cut_out_of_the_whole_list(
    empty: Store, world: World, wanted: TicketFilter, start: PageStart, limit: int
) -> None:
    expected = expected_page(world, wanted, start, limit, list_pages.COUNT_CAP)
    with living(empty, world) as session:
        for name, way in WAYS.items():
            with searching(way):
                found = tickets.page(session, wanted, start, limit, now=NOW, zone=world.zone)
            assert found == expected, name


@given(world=worlds(), wanted=ANY_FILTER, cap=st.integers(1, 50))
def test_a_count_is_right_up_to_its_cap(
    empty: Store, world: World, wanted: TicketFilter, cap: int
) -> None:
    matches = len(matching(world, wanted))
    with living(empty, world) as session:
        for name, way in WAYS.items():
            with searching(way):
                found = tickets.count(session, wanted, now=NOW, zone=world.zone, cap=cap)
            assert found == Count(min(matches, cap), capped=matches > cap), name


@given(world=worlds(), wanted=ANY_FILTER, number=NUMBERS)
def test_a_neighbour_is_the_next_line_of_the_list(
    empty: Store, world: World, wanted: TicketFilter, number: int
) -> None:
    numbers = [visit.number for visit in matching(world, wanted)]
    with living(empty, world) as session:
        for name in UNLIKE:
            with searching(WAYS[name]):
                down = tickets.neighbour(session, wanted, number, 1, now=NOW, zone=world.zone)
                up = tickets.neighbour(session, wanted, number, -1, now=NOW, zone=world.zone)
            assert down == max((other for other in numbers if other < number), default=None), name
            assert up == min((other for other in numbers if other > number), default=None), name


@given(world=worlds(), wanted=ANY_FILTER, limit=st.integers(1, 9))
def test_pages_put_together_are_the_whole_list_in_either_direction(
    empty: Store, world: World, wanted: TicketFilter, limit: int
) -> None:
    numbers = [visit.number for visit in matching(world, wanted)]

    with living(empty, world) as session:

        def page(start: PageStart) -> tuple[list[int], bool, bool]:
            found = tickets.page(session, wanted, start, limit, now=NOW, zone=world.zone)
            return [row.number for row in found.rows], found.more_above, found.more_below

        for name in UNLIKE:
            with searching(WAYS[name]):
                down, above, below = page(Top())
                assert not above
                while below:
                    more, _, below = page(After(down[-1]))
                    down += more
                up, above, below = page(Bottom())
                assert not below
                while above:
                    more, above, _ = page(Before(up[0]))
                    up = more + up
            assert down == up == numbers, name


_ABOVE = 2 * NUMBER_MAX


@given(
    world=worlds(),
    wanted=ANY_FILTER,
    visitor=st.sampled_from([("с",), ("м",), ("иван",), ()]),
    start=STARTS,
    limit=st.integers(1, 9),
    most=st.integers(1, 3),
)
def test_a_searched_visitors_tickets_of_today_stand_first_on_pages_from_anywhere(
    empty: Store,
    world: World,
    wanted: TicketFilter,
    visitor: tuple[str, ...],
    start: PageStart,
    limit: int,
    most: int,
) -> None:
    wanted = wanted._replace(visitor_words=visitor, visitor_id=None)
    today = NOW.astimezone(world.zone).date()
    rows = {visit.number: visit for visit in matching(world, wanted)}
    of_today = [
        number
        for number, visit in rows.items()
        if visit.status is not TicketStatus.CANCELLED
        and visit.period.days(world.zone)[0] <= today <= visit.period.days(world.zone)[1]
    ]
    asks_today = (wanted.from_day or today) <= today <= (wanted.to_day or today)
    first = of_today[:most] if visitor and asks_today else []
    others = [number for number in rows if number not in first]

    def placed(number: int) -> int:
        """As `cut` is to see it: those that stand first have the highest numbers."""
        return number + _ABOVE if number in first else number

    numbers = [*first, *others]
    at = replace(start, number=placed(start.number)) if hasattr(start, "number") else start
    begin, end = cut([placed(number) for number in numbers], at, limit)
    with living(empty, world) as session, patch.object(tickets, "FIRST_MOST", most):

        def page(start: PageStart) -> Page:
            return tickets.page(
                session, wanted, start, limit, now=NOW, zone=world.zone, today_first=True
            )

        found = page(start)
        assert [row.number for row in found.rows] == numbers[begin:end]
        assert (found.more_above, found.more_below) == (begin > 0, end < len(numbers))
        if begin == 0 or (isinstance(start, Around) and begin < end):
            assert found.offset == begin

        down = page(Top())
        read = list(down.rows)
        while down.more_below:
            down = page(After(read[-1].number))
            read += down.rows
        assert [row.number for row in read] == numbers
        for above, below in pairwise(numbers):
            for number, step, expected in ((above, 1, below), (below, -1, above)):
                assert expected == tickets.neighbour(
                    session, wanted, number, step, now=NOW, zone=world.zone, today_first=True
                )


@given(world=worlds(), wanted=ANY_FILTER, number=NUMBERS, cap=st.integers(0, 5))
def test_an_offset_past_the_cap_is_not_counted(
    empty: Store, world: World, wanted: TicketFilter, number: int, cap: int
) -> None:
    with living(empty, world) as session, patch.object(list_pages, "COUNT_CAP", cap):
        found = tickets.page(session, wanted, Around(number), 4, now=NOW, zone=world.zone)
    assert found == expected_page(world, wanted, Around(number), 4, cap)


@given(world=worlds())
def test_a_filter_that_leaves_nothing_out_shows_everything(empty: Store, world: World) -> None:
    """The ends of the calendar bound nothing, nor do all statuses or all numbers."""
    everything = sorted((visit.number for visit in world.visits), reverse=True)
    with living(empty, world) as session:
        for wanted in (
            EMPTY,
            TicketFilter(statuses=frozenset(TicketStatus)),
            TicketFilter(numbers=(NumberRange(1, NUMBER_MAX),)),
            TicketFilter(from_day=date.min, to_day=date.max),
            TicketFilter(from_day=date.min),
            TicketFilter(to_day=date.max),
        ):
            assert (
                tickets.numbers(session, wanted, Top(), 100, now=NOW, zone=world.zone) == everything
            )
            assert tickets.count(session, wanted, now=NOW, zone=world.zone).value == len(everything)


def visit(number: int, period: Period) -> Visit:
    """A confirmed ticket of the only visitor."""
    return Visit(number, 1, 1, period, OrderStatus.CONFIRMED, TicketStatus.CONFIRMED)


def days(first: int, last: int) -> Period:
    """Days of January 2019 in Moscow."""
    return Period.daily(date(2019, 1, first), date(2019, 1, last), MOSCOW)


@each_of_some_ways
@each(
    ("ranges", "found"),
    [
        ([(1, 3), (5, 7)], [7, 6, 5, 3, 2, 1]),
        ([(1, 3), (4, 6)], [6, 5, 4, 3, 2, 1]),
        ([(5, 7), (1, 6)], [7, 6, 5, 4, 3, 2, 1]),
        ([(2, 7), (3, 4)], [7, 6, 5, 4, 3, 2]),
        ([(3, 3), (3, 3)], [3]),
        ([(8, 9)], [8]),
        ([(0, 1)], [1]),
        ([(0, 0)], []),
        ([(3, 1)], []),
        ([(3, 1), (2, 2)], [2]),
        ([(100_000, NUMBER_MAX)], []),
    ],
)
def test_ranges_of_numbers_are_taken_together(
    empty: Store, way: dict[str, float], ranges: list[tuple[int, int]], found: list[int]
) -> None:
    visits = tuple(visit(number, days(number, number)) for number in range(1, 9))
    numbers = tuple(NumberRange(*pair) for pair in ranges)
    for wanted in (
        TicketFilter(numbers=numbers),
        TicketFilter(numbers, to_day=date(2019, 2, 1)),
        TicketFilter(numbers, visitor_words=("ли",)),
    ):
        with living(empty, World(MOSCOW, (("Ли", "Мэй"),), visits)) as session, searching(way):
            assert tickets.numbers(session, wanted, Top(), 20, now=NOW, zone=MOSCOW) == found
            assert tickets.count(session, wanted, now=NOW, zone=MOSCOW) == Count(len(found))


@each_way
@each("first", [13, 14, 15, 16])
def test_a_long_rental_is_listed_once_whenever_it_began(
    empty: Store, way: dict[str, float], first: int
) -> None:
    """All others last a day, so the 15th is as far back as one looks for those that began before
    the 16th; this one may have begun earlier, just then, or later.
    """
    visits = (visit(1, days(15, 15)), visit(2, days(16, 16)), visit(3, days(first, 19)))
    world = World(MOSCOW, (("Ли", "Мэй"),), visits)
    wanted = TicketFilter(from_day=date(2019, 1, 16))
    with living(empty, world) as session, searching({**way, "LONGEST": 1}):
        assert tickets.numbers(session, wanted, Top(), 20, now=NOW, zone=MOSCOW) == [3, 2]
        assert tickets.count(session, wanted, now=NOW, zone=MOSCOW) == Count(2)


@each_way
def test_the_nearest_of_several_statuses_are_those_of_all_of_them(
    empty: Store, way: dict[str, float]
) -> None:
    """Of the new ones the nearest are somebody else's; the next one comes before any confirmed."""
    people = (("Ли", "Мэй"), ("Сен", "Рю"))
    new = [
        Visit(number, person, 1, days(number, number), OrderStatus.NEW, TicketStatus.NEW)
        for number, person in ((9, 2), (8, 2), (7, 2), (6, 2), (5, 1))
    ]
    confirmed = [visit(number, days(number, number)) for number in (4, 3, 2, 1)]
    world = World(MOSCOW, people, (*new, *confirmed))
    wanted = TicketFilter(
        visitor_words=("ли",), statuses=frozenset({TicketStatus.NEW, TicketStatus.CONFIRMED})
    )
    with living(empty, world) as session, searching(way):
        assert tickets.numbers(session, wanted, Top(), 1, now=NOW, zone=MOSCOW) == [5]


@each_way
@each(
    ("from_day", "to_day", "found"),
    [
        (14, 14, []),
        (15, 15, [1]),
        (14, 15, [1]),
        (16, 16, [1]),
        (16, 17, [1]),
        (17, 17, []),
        (None, 14, []),
        (None, 15, [1]),
        (16, None, [1]),
        (17, None, []),
    ],
)
def test_a_period_is_found_by_the_days_that_it_touches_and_no_other(
    empty: Store,
    way: dict[str, float],
    from_day: int | None,
    to_day: int | None,
    found: list[int],
) -> None:
    world = World(MOSCOW, (("Ли", "Мэй"),), (visit(1, days(15, 16)),))
    wanted = TicketFilter(
        from_day=from_day and date(2019, 1, from_day), to_day=to_day and date(2019, 1, to_day)
    )
    with living(empty, world) as session, searching(way):
        for asked in (
            wanted,
            wanted._replace(visitor_id=1),
            wanted._replace(visitor_words=("ли",)),
            wanted._replace(numbers=(NumberRange(1, 5),)),
            wanted._replace(statuses=frozenset({TicketStatus.CONFIRMED, TicketStatus.NEW})),
        ):
            assert tickets.numbers(session, asked, Top(), 20, now=NOW, zone=MOSCOW) == found
            assert tickets.count(session, asked, now=NOW, zone=MOSCOW) == Count(len(found))
