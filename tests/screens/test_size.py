"""A terminal may say any size: what is drawn of it has a limit, and what it shows comes back."""

from __future__ import annotations

from textual import events
from textual.geometry import Size

from olvery_tui.app.app import DeskApp
from olvery_tui.app.rendering import LARGEST, clamped
from olvery_tui.screens.list.tickets import TicketsScreen
from tests.screens.conftest import settle
from tests.screens.ticket_desk import press


def resize(app: DeskApp, *size: int) -> None:
    app.post_message(events.Resize(Size(*size), Size(*size)))


async def test_of_an_impossible_size_only_so_much_is_drawn(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for size in ((9000, 9000), (9000, 1), (1, 9000)):
            drawn = Size(min(size[0], LARGEST.width), min(size[1], LARGEST.height))
            resize(app, *size)
            await press(pilot, "enter")
            assert app.size == app.screen.size == drawn
            await press(pilot, "escape")
            assert app.screen.size == drawn


async def test_an_impossible_size_at_the_start_is_drawn_as_far_as_later(app: DeskApp) -> None:
    async with app.run_test(size=(9000, 9000)) as pilot:
        await settle(pilot)
        assert app.size == app.screen.size == LARGEST


async def test_a_size_that_shows_nothing_loses_nothing(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for keys in ((), ("h",), ("enter",), ("a",), ("ctrl+p",)):
            await press(pilot, *keys)
            window = app.screen
            for size in ((0, 0), (1, 1), (2, 1), (80, 0)):
                resize(app, *size)
                await press(pilot, "down", "pagedown", "home", "tab")
                resize(app, 80, 24)
                await settle(pilot)
                assert app.screen is window, keys
                assert window.size == Size(80, 24), keys
            while len(app.screen_stack) > 1:
                await press(pilot, "escape")


def test_at_least_a_cell_is_drawn_of_any_size() -> None:
    for size in (Size(0, 0), Size(-1, -1)):
        assert clamped(size) == Size(1, 1)


async def test_a_storm_of_sizes_ends_with_the_last(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for width in [*range(0, 200, 7), 9000, *range(200, 0, -3), 100]:
            resize(app, width, 1 + width // 4)
        await settle(pilot)
        assert isinstance(app.screen, TicketsScreen)
        assert app.screen.size == Size(100, 26)
