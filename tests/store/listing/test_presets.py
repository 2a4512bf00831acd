"""The counts of the presets are what a plain reading of each preset's filter gives."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from olvery_tui.domain.filters import TicketFilter
from olvery_tui.domain.pages import Count
from olvery_tui.domain.presets import OPEN, TICKET_PRESETS, Preset, preset_of
from olvery_tui.store.database.engine import Store
from olvery_tui.store.listing import presets
from olvery_tui.store.tickets import tickets
from tests.store.worlds import NOW, World, fill, matching, worlds


@given(world=worlds(), cap=st.sampled_from([1, 999]))
def test_each_preset_is_counted_as_its_filter_is(empty: Store, world: World, cap: int) -> None:
    today = NOW.astimezone(world.zone).date()
    expected = {
        preset: len(matching(world, filters(today)))
        for preset, filters in TICKET_PRESETS.items()
        if preset is not Preset.ALL
    }
    expected[Preset.UNPAID] = sum(visit.order.is_confirmed for visit in world.visits)
    with empty.writing() as session, pytest.MonkeyPatch.context() as patch:
        patch.setattr(presets, "COUNT_CAP", cap)
        fill(session, world)
        found = presets.counts(session, NOW, world.zone)
        of_filters = {
            preset: tickets.count(session, filters(today), now=NOW, zone=world.zone).value
            for preset, filters in TICKET_PRESETS.items()
            if preset is not Preset.ALL
        }
        session.rollback()
    assert found.counts == {
        preset: Count(min(value, cap), capped=value > cap) for preset, value in expected.items()
    }
    assert of_filters == {preset: expected[preset] for preset in of_filters}


@given(world=worlds())
def test_time_changes_nothing_before_the_next_open_ticket_ends_or_the_day_does(
    empty: Store, world: World
) -> None:
    tomorrow = NOW.astimezone(world.zone).date() + timedelta(1)
    moments = [datetime.combine(tomorrow, time(), world.zone)]
    moments += [visit.period.ends_at for visit in world.visits if visit.status in OPEN]
    with empty.writing() as session:
        fill(session, world)
        found = presets.counts(session, NOW, world.zone)
        before = found.until - timedelta(seconds=1)
        if before > NOW:
            assert presets.counts(session, before, world.zone).counts == found.counts
        session.rollback()
    assert found.until == min(moment for moment in moments if moment > NOW)


def test_a_filter_is_a_preset_only_while_it_equals_it() -> None:
    today = NOW.date()
    for preset, filters in TICKET_PRESETS.items():
        assert preset_of(filters(today), today) is preset
    assert preset_of(TicketFilter(checked=True), today) is None
    assert preset_of(TICKET_PRESETS[Preset.TODAY](today), today + timedelta(1)) is None
