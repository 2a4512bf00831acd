"""The application ends at whatever moment, with keys and changes still on their way."""

from __future__ import annotations

import pytest
from textual import events

from olvery_tui.app.app import DeskApp
from olvery_tui.app.input import KeyHandled
from olvery_tui.widgets.messages import DeskChanged, MinutePassed
from tests.screens.conftest import settle
from tests.screens.ticket_desk import press


async def test_a_key_is_done_when_every_screen_has_gone(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await app.on_event(events.Key("down", None))
        await app.on_event(events.Key("down", None))  # waits for the first
        screens = list(app._screen_stack)
        app._screen_stack.clear()
        await app.on_key_handled(KeyHandled(app.input._turn, 1))
        app._screen_stack.extend(screens)
        await settle(pilot)
        assert app._exception is None
        assert not app.input._waiting


async def test_the_minute_passes_when_every_screen_has_gone(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screens = list(app._screen_stack)
        app._screen_stack.clear()
        app._minute_passed()
        app._screen_stack.extend(screens)


@pytest.mark.parametrize("keys", [(), ("enter",), ("a",), ("enter", "h"), ("enter", "p"), ("2",)])
async def test_a_change_comes_while_the_windows_are_taken_down(
    app: DeskApp, keys: tuple[str, ...]
) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, *keys)
        for screen in app.screen_stack:
            await screen.query("*").remove()
            screen._pruning = True  # as every widget is from the moment the application ends
            screen.post_message(DeskChanged())
            screen.post_message(MinutePassed())
    assert app._exception is None
