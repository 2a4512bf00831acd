"""Who did what: the managers, and the history of each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from olvery_tui.app.app import DeskApp
from olvery_tui.domain.access import Role
from olvery_tui.screens.history import ManagerHistoryScreen
from olvery_tui.screens.list.tickets import TicketsScreen
from olvery_tui.screens.managers import ManagersScreen
from olvery_tui.store import demo
from tests.screens.conftest import SIZES, settle
from tests.screens.ticket_desk import click, on_screen, press

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
        await press(pilot, "g")
        assert isinstance(app.screen, ManagersScreen)
        assert "anna · Менеджер по аренде · вход 10:00" in picture(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, ManagerHistoryScreen)
        assert "История менеджера: Анна Орлова" in picture(app)
        assert "Вход: ключ SSH" in picture(app)
        assert "Билет 26: Личность проверена: Мария Семенова" in picture(app)
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, TicketsScreen)


async def test_a_manager_is_added_disabled_and_let_in_again(app: DeskApp) -> None:
    own = (*demo.DEMO_PASSWORD, "ctrl+s")
    secret = (*"horse4cart", "enter", *"horse4cart", "enter")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "g")
        await click(pilot, "#set_active")
        assert "Нельзя отключить себя" in picture(app)
        await click(pilot, "#add")
        await press(pilot, *"Lis", "enter", *"Vera", "enter", *"vera", "enter", *secret)
        await press(pilot, *"wrong", "ctrl+s")
        assert "Пароль неверен" in picture(app)
        await press(pilot, *own)
        assert "Vera Lis может войти с логином vera" in picture(app)
        await press(pilot, "down", "d", *own)
        assert "Vera Lis · отключён" in picture(app)
        await press(pilot, "d", *own, "r", *own)
        assert "vera · Сотрудник · ещё не входил(а)" in picture(app)
        await press(pilot, "r", *own, "p", *secret, *own)
        assert "Новый пароль задан: Vera Lis" in picture(app)
        await press(pilot, "up", "p", *secret, *own)  # one's own
    accounts = app.desk.access.accounts()
    assert [(one.manager.login, one.role, one.active) for one in accounts] == [
        ("anna", Role.RENTAL_MANAGER, True),
        ("vera", Role.RENTAL_MANAGER, True),
    ]
    app.desk.access.unlock("horse4cart")


async def test_what_is_wrong_is_said_at_its_field(app: DeskApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "g", "a", *"Lis", "enter", *"Vera", "enter", *"anna", "enter")
        await press(pilot, *"short", "enter", *"other", "ctrl+s")
        assert "Слишком коротк" in picture(app)
        await press(pilot, *"horse4cart", "enter", *"x", "enter", *demo.DEMO_PASSWORD, "ctrl+s")
        assert "Пароль другой" in picture(app)


@pytest.mark.parametrize(
    ("size", "keys"),
    [
        pytest.param(SIZES["80x24"], ("g",), id="managers-80x24"),
        pytest.param(SIZES["120x40"], ("g",), id="managers-120x40"),
        pytest.param(SIZES["80x24"], ("g", "enter"), id="history-80x24"),
        pytest.param(SIZES["120x40"], ("g", "enter"), id="history-120x40"),
        pytest.param(SIZES["80x24"], ("g", "a", "ctrl+s"), id="new-80x24"),
    ],
)
def test_the_managers_and_a_history(
    snap_compare: Compare, app: DeskApp, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    async def run(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, *CHECK, *keys)

    assert snap_compare(app, terminal_size=size, run_before=run)
