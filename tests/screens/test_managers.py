"""Who did what: the managers, and the history of each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from olvery_tui.app.app import DeskApp
from olvery_tui.screens.history import ManagerHistoryScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.managers import ManagersScreen
from tests.screens.conftest import SIZES, settle
from tests.screens.ticket_desk import on_screen, press

Compare = Callable[..., bool]
CHECK = ("2", "6", "enter", "v", "escape")


@pytest.fixture(autouse=True)
def one_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same host on every machine."""
    monkeypatch.setattr("olvery_tui.terminal.place", lambda: "desk1 pts/3")


def picture(app: DeskApp) -> str:
    return "\n".join(on_screen(app))


async def test_a_managers_history_tells_sign_ins_checks_and_of_which_ticket(
    app: DeskApp, database: Path
) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, *CHECK)
        await press(pilot, "h")
        assert isinstance(app.screen, ManagersScreen)
        assert "Анна Орлова · anna · Менеджер по аренде" in picture(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, ManagerHistoryScreen)
        assert "История менеджера: Анна Орлова" in picture(app)
        assert "Вход: ключ SSH" in picture(app)
        assert "Билет 26: Личность проверена: Мария Семенова" in picture(app)
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, TicketsScreen)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("keys", [("h",), ("h", "enter")], ids=["managers", "history"])
def test_the_managers_and_a_history(
    snap_compare: Compare, app: DeskApp, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, *CHECK, *keys)

    assert snap_compare(app, terminal_size=size, run_before=run)
