"""What a manager chooses for themself: a theme with its preview, the language, the pane."""

from __future__ import annotations

from olvery_tui import i18n
from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.domain.preferences import Preference
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.settings import Settings
from tests.screens.conftest import settle
from tests.screens.ticket_desk import find, on_screen, press


async def test_a_theme_is_seen_before_it_is_chosen_and_there_the_next_time(
    app: DeskApp, settings: Settings, clock: FrozenClock
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p")
        await find(pilot, "оформление")
        assert app.theme == "olvery-dark"
        await press(pilot, "down")
        assert app.theme == "olvery-light"
        await press(pilot, "escape")
        assert app.theme == "olvery-dark"
        await press(pilot, "ctrl+p")
        await find(pilot, "контраст")
        await press(pilot, "enter")
        assert app.theme == "olvery-contrast"
    again = DeskApp(settings, clock=clock)
    async with again.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert again.theme == "olvery-contrast"


async def test_the_language_changes_at_once_and_is_there_the_next_time(
    app: DeskApp, settings: Settings, clock: FrozenClock
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p")
        await find(pilot, "english")
        await press(pilot, "enter")
        assert isinstance(app.screen, TicketsScreen)
        picture = "\n".join(on_screen(app))
        assert "Rental period" in picture
        assert "Filter" in picture
        assert "1–11" in picture
        assert app.desk.preferences.get() == {Preference.LANGUAGE: "en"}
        await press(pilot, "z", "z", "enter", "escape")
        assert isinstance(app.screen, TicketsScreen)
    i18n.set_language("ru")
    again = DeskApp(settings, clock=clock)
    async with again.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "Rental period" in "\n".join(on_screen(again))


async def test_a_hidden_pane_stays_hidden_the_next_time(
    app: DeskApp, settings: Settings, clock: FrozenClock
) -> None:
    async with app.run_test(size=(160, 50)) as pilot:
        await settle(pilot)
        await press(pilot, "i")
    again = DeskApp(settings, clock=clock)
    async with again.run_test(size=(160, 50)) as pilot:
        await settle(pilot)
        assert isinstance(again.screen, TicketsScreen)
        assert not again.screen.pane.display
        await press(pilot, "i")
        assert again.screen.pane.display
