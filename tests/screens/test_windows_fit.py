"""Windows are as large as their content, and one over another replaces it."""

from __future__ import annotations

import pytest
from textual.widgets import Button

from olvery_tui.app.app import DeskApp
from olvery_tui.keys import BY_ID, cap
from olvery_tui.widgets.chrome.key_button import KeyButton
from tests.screens.conftest import SIZES, settle
from tests.screens.ticket_desk import on_screen, press

TICKET = ("2", "6", "enter")
WINDOWS: dict[str, tuple[str, ...]] = {
    "ticket": TICKET,
    "visitor": (*TICKET, "u"),
    "workplace": (*TICKET, "w"),
    "history": (*TICKET, "h"),
    "order": (*TICKET, "z"),
    "order status": (*TICKET, "o"),
    "a new order": ("a",),
    "export": ("e",),
    "managers": ("g",),
    "settings": ("ctrl+p", *"настр", "enter"),
}

MORE_BUTTONS: dict[str, tuple[str, ...]] = {
    "cancelling": (*TICKET, "delete"),
    "period": (*TICKET, "t"),
    "shift": ("ctrl+p", *"смена", "enter"),
    "an open shift": ("ctrl+p", *"смена", "enter", "ctrl+s"),
    "import": ("ctrl+p", *"импорт", "enter"),
}
"""Windows whose buttons are compared with the bar of keys, too."""


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_a_window_has_no_empty_lines_and_its_buttons_in_sight_and_in_the_key_bar(
    app: DeskApp, size: tuple[int, int]
) -> None:
    """What a window is for is named in the bar of keys as its button names it."""
    named = {}
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for name, keys in (WINDOWS | MORE_BUTTONS if size == SIZES["80x24"] else WINDOWS).items():
            await press(pilot, *keys)
            if name in WINDOWS:
                window = app.screen.query_one("#window")
                inside = window.content_region
                shown = [child.region for child in window.children if child.display]
                empty = inside.bottom - max(region.bottom for region in shown)
                assert empty <= 1, name
                for button in app.screen.query(Button):
                    parents = button.ancestors_with_self
                    if all(each.display for each in parents) and button.parent.has_class("buttons"):
                        assert inside.contains_region(button.region), name
            for button in app.screen.query(KeyButton):
                key, bar = BY_ID.get(button.key_id or ""), on_screen(app)[-1]
                if button.has_class("primary") and key is not None and f" {cap(key.key)} " in bar:
                    named[name] = f"{cap(key.key)} {button.says}"
                    assert f" {named[name]} " in bar, name
            while len(app.screen_stack) > 1:
                await press(pilot, "escape")
    if size == SIZES["80x24"]:
        assert named["cancelling"] == "Ctrl+S Отменить билет"
        assert named["shift"] != named["an open shift"]
        assert len(named) > 10


async def test_a_window_over_a_window_replaces_it(app: DeskApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, *TICKET, "u", "ctrl+n")
        lines = [strip.text for strip in app.screen._compositor.render_strips()]
        assert sum("Сохранить" in line for line in lines[:-1]) == 1
        assert not any("Билет 26" in line or "Посетитель билета" in line for line in lines)
        assert any("Номер места" in line for line in lines)  # the list around it
