"""A question with two answers: its keys are named, and each does what it is named for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button

from olvery_tui.app.app import DeskApp
from olvery_tui.screens.confirm import ConfirmScreen
from tests.screens.conftest import settle
from tests.screens.ticket_desk import on_screen, press

KEYS = " ← → Другой ответ  Enter Ответить  Esc Назад"


@asynccontextmanager
async def asked(app: DeskApp, answers: list[bool | None]) -> AsyncIterator[Pilot[Any]]:
    """The application with a question over the list."""
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.push_screen(ConfirmScreen("Да?", "Или нет?", yes="Да", no="Нет"), answers.append)
        await settle(pilot)
        yield pilot


async def test_the_key_bar_names_the_keys_of_a_question(app: DeskApp) -> None:
    async with asked(app, []) as pilot:
        assert on_screen(app)[-1].startswith(KEYS)
        await press(pilot, "right")
        assert on_screen(app)[-1].startswith(KEYS)


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (("enter",), False),
        (("left", "enter"), False),
        (("right", "enter"), True),
        (("right", "right", "enter"), True),
        (("right", "left", "enter"), False),
        (("escape",), False),
    ],
)
async def test_arrows_choose_and_enter_answers(
    app: DeskApp, keys: tuple[str, ...], answer: bool
) -> None:
    answers: list[bool | None] = []
    async with asked(app, answers) as pilot:
        await press(pilot, *keys)
        assert answers == [answer]


async def test_a_click_on_the_named_keys_does_the_same(app: DeskApp) -> None:
    answers: list[bool | None] = []
    async with asked(app, answers) as pilot:
        for focused in ("yes", "no", "yes"):
            assert await pilot.click("KeyBar", offset=(2, 0))
            await settle(pilot)
            assert app.focused is app.screen.query_one(f"#{focused}", Button)
        assert await pilot.click("KeyBar", offset=(KEYS.index("Enter"), 0))
        await settle(pilot)
        assert answers == [True]
