"""Pages of some days, or of some statuses, are what a plain reading gives, however far they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.domain.filters import NumberRange, TicketFilter
from olvery_tui.domain.pages import After, Around, Before, Bottom, Count, Top
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.store.database.engine import Store
from olvery_tui.store.database.models import BLOCK
from olvery_tui.store.listing import pages as list_pages
from olvery_tui.store.listing import search as list_search
from olvery_tui.store.listing.queries import Way
from olvery_tui.store.listing.search import Search
from olvery_tui.store.tickets import tickets
from tests.store.worlds import (
    DATES,
    IN_BLOCKS,
    NOW,
    STATUSES,
    World,
    expected_page,
    filters,
    living,
    matching,
    worlds,
)

RANGES = st.builds(NumberRange, IN_BLOCKS, IN_BLOCKS)
DAYS = st.tuples(DATES, DATES).map(sorted)
WANTED = st.builds(
    lambda days, ends, **more: TicketFilter(
        from_day=days[0] if ends != "to" else None,
        to_day=days[1] if ends != "from" else None,
        **more,
    ),
    DAYS,
    st.sampled_from(["both", "from", "to"]),
    numbers=st.just(()) | st.lists(RANGES, max_size=3).map(tuple),
    visitor_words=st.sampled_from([(), (), (), ("м",)]),
    statuses=st.just(frozenset[TicketStatus]()) | STATUSES,
    checked=st.sampled_from([None, None, None, True]),
    place=st.sampled_from([(), (), (), ("1",)]),
)
WORLDS = worlds(IN_BLOCKS, least=16)


@contextmanager
def trying(blocks: int, longest: int) -> Iterator[list[bool]]:
    """Look by days, after so many blocks; so many rentals are looked at alone.

    Gives whether all blocks were tried, search by search.
    """
    constants = {"NEAR": 1, "FEW": 1, "TRIED": 1, "WALKED": 1, "WORTH": 1, "SAMPLED": 1}
    tried: list[bool] = []
    look = Search._blocks

    def heard(*asked, **more) -> tuple[list[int], bool]:
        found = look(*asked, **more)
        tried.append(found[1])
        return found

    with ExitStack() as stack:
        for each in (
            patch.multiple(list_search, LONGEST=longest, LONGEST_SHARE=10**9, **constants),
            patch.object(Search, "_costs", lambda *_: {Way.PERIOD: BLOCK * blocks}),
            patch.object(Search, "_blocks", heard),
        ):
            stack.enter_context(each)
        yield tried


WAYS = [(1, 0), (2, 4_000), (3, 2), (99, 0), (99, 2), (99, 4_000)]
"""How many blocks are tried, and how many rentals are looked at alone."""


@given(world=WORLDS, wanted=WANTED, number=IN_BLOCKS, limit=st.integers(1, 5))
def test_a_page_of_blocks_is_cut_out_of_the_whole_list(
    empty: Store, world: World, wanted: TicketFilter, number: int, limit: int
) -> None:
    starts = (Top(), Bottom(), After(number), Before(number), Around(number))
    with living(empty, world) as session:
        for start in starts:
            expected = expected_page(world, wanted, start, limit, list_pages.COUNT_CAP)
            for blocks, longest in WAYS:
                with trying(blocks, longest):
                    found = tickets.page(session, wanted, start, limit, now=NOW, zone=world.zone)
                assert found == expected, (start, blocks, longest)


@given(world=WORLDS, wanted=WANTED, cap=st.integers(1, 9))
def test_a_count_of_blocks_is_right_up_to_its_cap(
    empty: Store, world: World, wanted: TicketFilter, cap: int
) -> None:
    matches = len(matching(world, wanted))
    with living(empty, world) as session:
        for blocks, longest in WAYS:
            with trying(blocks, longest):
                found = tickets.count(session, wanted, now=NOW, zone=world.zone, cap=cap)
            assert found == Count(min(matches, cap), capped=matches > cap), (blocks, longest)


NAMED = filters(
    TicketFilter(),
    numbers=st.just(()) | st.lists(RANGES, max_size=3).map(tuple),
    visitor_words=st.sampled_from([("м",), ("с",), ("и",)]),
    statuses=st.frozensets(st.sampled_from(TicketStatus), min_size=1),
    checked=st.sampled_from([None, None, True, False]),
    place=st.sampled_from([(), (), ("1",)]),
)


@given(world=WORLDS, wanted=NAMED, number=IN_BLOCKS, limit=st.integers(1, 3))
def test_a_page_of_statuses_is_cut_out_of_the_whole_list(
    empty: Store, world: World, wanted: TicketFilter, number: int, limit: int
) -> None:
    """Rows of these statuses may be far from the nearest numbers."""
    with living(empty, world) as session:
        for start in (Top(), Bottom(), After(number), Before(number), Around(number)):
            expected = expected_page(world, wanted, start, limit, list_pages.COUNT_CAP)
            for near in (3, 8, list_search.NEAR):
                with patch.object(list_search, "NEAR", near):
                    found = tickets.page(session, wanted, start, limit, now=NOW, zone=world.zone)
                assert found == expected, (start, near)
