"""The presets above the lists: one key each, live counts, highlighted while the filter is one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.domain.filters import EMPTY
from olvery_tui.domain.presets import ORDER_PRESETS, TICKET_PRESETS, Preset
from olvery_tui.screens.list.list_screen import ListScreen
from olvery_tui.screens.list.orders import OrdersScreen
from olvery_tui.widgets.chrome.preset_tabs import PresetTabs
from olvery_tui.widgets.filters.filter_fields import FilterBox
from olvery_tui.widgets.messages import MinutePassed
from olvery_tui.widgets.table.ticket_table import TicketTable
from tests.screens.conftest import settle
from tests.screens.test_late_answers import until
from tests.screens.ticket_desk import another_terminal, on_screen, press


def top(app: DeskApp) -> ListScreen:
    assert isinstance(app.screen, ListScreen)
    return app.screen


def count(app: DeskApp, preset: Preset) -> int:
    counts = top(app).query_one(PresetTabs).counts
    assert counts is not None
    return counts.counts[preset].value


async def test_each_preset_is_one_key_and_its_filter_is_seen_in_the_fields(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        today = app.today()
        tabs = next(line for line in on_screen(app) if "F2" in line)
        assert tabs.split() == [
            *("F2", "Сегодня", "3", "F3", "Ждём", "2", "F4", "Внутри", "0"),
            *("F6", "Истекло", "0", "F7", "Не", "опл.", "0", "F8", "Все"),
        ]  # there is room for no more
        for key, preset in (("f2", Preset.TODAY), ("f3", Preset.EXPECTED), ("f4", Preset.INSIDE)):
            await press(pilot, key)
            assert top(app).filters == TICKET_PRESETS[preset](today)
            assert top(app).query_one(PresetTabs).current is preset
        await press(pilot, "f7")
        assert isinstance(app.screen, OrdersScreen)
        assert top(app).filters == ORDER_PRESETS[Preset.UNPAID](today)
        await press(pilot, "f6")
        assert top(app).filters == TICKET_PRESETS[Preset.OVERDUE](today)
        await press(pilot, "f", *"2", "enter")
        assert top(app).query_one(PresetTabs).current is None
        assert len(top(app).sidebar.summary()) == 3
        await press(pilot, "f9")
        assert top(app).filters == TICKET_PRESETS[Preset.RENEWAL](today)
        assert "F9 Продл. 0" in "\n".join(on_screen(app))
        assert top(app).sidebar.summary()[-1] == ("ended", "месяц скоро кончится")
        await press(pilot, "f8")
        assert top(app).filters == EMPTY
        await pilot.click(PresetTabs, offset=(16, 0))
        await settle(pilot)
        assert top(app).filters == TICKET_PRESETS[Preset.EXPECTED](today)


async def test_counts_follow_changes_from_elsewhere_and_the_clock_and_rest_between(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert (count(app, Preset.EXPECTED), count(app, Preset.INSIDE)) == (2, 0)
        asked = 0
        counts = app.desk.presets.counts

        def counting() -> object:
            nonlocal asked
            asked += 1
            return counts()

        app.desk.presets.counts = counting  # type: ignore[method-assign, assignment]
        app.screen.post_message(MinutePassed())
        await settle(pilot)
        assert asked == 0

        with another_terminal(database, clock) as desk:
            desk.tickets.validate(desk.tickets.get(27))
        await until(pilot, lambda: count(app, Preset.INSIDE) == 1, "the counts are not live")
        assert count(app, Preset.EXPECTED) == 1

        clock.move_to(clock.now() + timedelta(hours=2))
        app.screen.post_message(MinutePassed())
        await until(pilot, lambda: count(app, Preset.INSIDE) == 0, "the counts are not live")
        assert count(app, Preset.OVERDUE) == 3


async def test_a_visitor_who_gives_a_name_is_checked_by_three_keys(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "slash", *"иванова", "enter")
        table = app.screen_stack[0].query_one(TicketTable)
        assert table.cursor_number == 27  # of today, so above her 28
        assert [table.get_row_at(at)[0] for at in range(2)] == ["27", "28"]
        await press(pilot, "v")
        assert app.desk.tickets.get(27).validated


async def test_todays_preset_becomes_the_next_days_at_midnight(
    app: DeskApp, clock: FrozenClock
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.post_message(MinutePassed())
        await press(pilot, "f2")
        clock.move_to(clock.now() + timedelta(days=1))
        app.screen.post_message(MinutePassed())
        await settle(pilot)
        assert top(app).filters == TICKET_PRESETS[Preset.TODAY](app.today())


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_preset_takes_the_place_of_what_cant_be_read_in_the_filter(
    app: DeskApp, size: tuple[int, int]
) -> None:
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for typed in (tuple("абв"), ("tab", *"xx"), ("tab", "tab", "tab", *"--")):
            await press(pilot, "f", *typed, "f3")
            assert top(app).filters == TICKET_PRESETS[Preset.EXPECTED](app.today())
            assert top(app).table.has_focus
            assert not any(box.is_wrong for box in top(app).query(FilterBox))
            await press(pilot, "f8")
