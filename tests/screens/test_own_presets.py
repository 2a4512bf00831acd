"""A manager's own presets: `p` in a list, and in the palette."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.filters import OrderFilter, TicketFilter
from olvery_tui.domain.presets import TICKET_PRESETS, Preset
from olvery_tui.screens.confirm import ConfirmScreen
from olvery_tui.screens.list.list_screen import ListScreen
from olvery_tui.screens.list.orders import OrdersScreen
from olvery_tui.screens.list.own_presets import OwnPresetsScreen, PresetNameForm
from olvery_tui.screens.palette import Palette
from olvery_tui.widgets.messages import MinutePassed
from tests.hostile import WORST
from tests.screens.conftest import settle
from tests.screens.test_late_answers import until
from tests.screens.ticket_desk import another_terminal, on_screen, press, said


def top(app: DeskApp) -> ListScreen:
    assert isinstance(app.screen, ListScreen)
    return app.screen


async def test_the_filter_in_force_is_saved_applied_and_moves_on_at_midnight(
    app: DeskApp, clock: FrozenClock
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.post_message(MinutePassed())
        await press(pilot, "p", "a")
        assert isinstance(app.screen, OwnPresetsScreen)
        assert "фильтр пуст" in said(app)
        await press(pilot, "escape", "f3", "f", *"2", "enter")
        wanted = top(app).filters
        await press(pilot, "з", "ф", *"Ждём", "enter")
        assert isinstance(app.screen, OwnPresetsScreen)
        assert any("Ждём  Билеты: № 2 · сегодня · ◇" in line for line in on_screen(app))
        await press(pilot, "escape", "f8", "p", "enter")
        assert top(app).filters == wanted

        clock.move_to(clock.now() + timedelta(days=1))
        app.screen.post_message(MinutePassed())
        await settle(pilot)
        assert (top(app).filters.from_day, top(app).filters.to_day) == (app.today(),) * 2

        await press(pilot, "p", "a", *"Ждём", "enter")
        assert isinstance(app.screen, ConfirmScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, PresetNameForm)
        await press(pilot, "enter", "right", "enter")
        await press(pilot, "r", "end", *" 2", "enter")
        assert [each.name for each in app.desk.presets.own()] == ["Ждём 2"]
        await press(pilot, "delete", "enter")  # the safe answer
        await press(pilot, "delete", "right", "enter")
        assert app.desk.presets.own() == ()
        assert any("Наборов пока нет" in line for line in on_screen(app))


async def test_the_palette_has_them_and_one_leads_to_its_list(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.desk.presets.save("Долги", OrderFilter(paid=False))
        app.desk.presets.save(WORST[0].typed, TicketFilter(checked=True))
        top(app).load_presets()
        await settle(pilot)
        await press(pilot, "ctrl+p", *"фильтр: долги", "enter")
        assert isinstance(app.screen, OrdersScreen)
        assert top(app).filters == OrderFilter(paid=False)
        await press(pilot, "p", "down" if app.desk.presets.own()[0].name == "Долги" else "up")
        await press(pilot, "enter")
        assert not isinstance(app.screen, OrdersScreen)
        assert top(app).filters == TicketFilter(checked=True)


async def test_a_preset_that_another_terminal_removed_says_so(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.desk.presets.save("Первый", TicketFilter(checked=True))
        app.desk.presets.save("Второй", TicketFilter(checked=False))
        top(app).load_presets()
        await settle(pilot)
        first, second = (each.id for each in app.desk.presets.own())
        await press(pilot, "ctrl+p")
        assert isinstance(app.screen, Palette)
        with another_terminal(database, clock) as other:
            Desk(other._open_store, clock, app.desk.actor).presets.remove(first)
        await press(pilot, *"фильтр: второй", "enter")
        assert "тем временем удалили" in [each.message for each in app._notifications][-1]
        await press(pilot, "p")
        with another_terminal(database, clock) as other:
            Desk(other._open_store, clock, app.desk.actor).presets.remove(second)
        await until(pilot, lambda: "Наборов пока нет" in "".join(on_screen(app)), "still there")
        await press(pilot, "enter")
        assert isinstance(app.screen, PresetNameForm | OwnPresetsScreen)
        assert TICKET_PRESETS[Preset.ALL](app.today()) == app.screen_stack[0].filters
