"""The history of a ticket on the screen: who did what when, newest first."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.domain.conflicts import AlreadyValidated
from olvery_tui.screens.history import EventList, HistoryScreen
from olvery_tui.screens.ticket.ticket import TicketScreen
from olvery_tui.status_worker import StatusWorker
from olvery_tui.store.database.connect import open_database
from tests.screens.conftest import SIZES, settle
from tests.screens.ticket_desk import another_terminal, on_screen, press, ticket_open


def lines(app: DeskApp) -> list[str]:
    """What is told, one entry an event: when, who, what."""
    told = str(app.screen.query_one(EventList).content)
    return [" | ".join(part.strip() for part in entry.split("\n")) for entry in told.split("\n\n")]


async def test_what_was_done_stands_with_time_and_name_newest_first(
    app: DeskApp, clock: FrozenClock
) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "v")
        clock.move_to(clock.now() + timedelta(minutes=7))
        await press(pilot, "r", "h")
        assert isinstance(app.screen, HistoryScreen)
        assert lines(app)[:2] == [
            "06.12.2022 10:07  Анна Орлова | "
            "Валидация сброшена; была 06.12.2022 10:00, Анна Орлова",
            "06.12.2022 10:00  Анна Орлова | Личность проверена: Мария Семенова",
        ]
        assert any("Билет создан" in line for line in lines(app)[2:])


async def test_a_refused_attempt_stands_there_with_its_reason(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "v")
        with another_terminal(database, clock) as other, pytest.raises(AlreadyValidated):
            other.tickets.validate(other.tickets.get(26))
        await press(pilot, "h")
        assert lines(app)[0] == (
            "06.12.2022 10:00  Пётр Ильин | "
            "! Отказано: проверка личности; личность уже была проверена"
        )


async def test_a_move_by_time_names_the_system_and_when_it_was_due(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    clock.move_to(clock.now() + timedelta(days=1))
    store = open_database(f"sqlite:///{database}")
    StatusWorker(store, clock).run_pass()
    store.close()
    async with ticket_open(app, 23) as pilot:
        await press(pilot, "h")
        assert lines(app)[0] == (
            "07.12.2022 10:00  Система | Статус: ◇ Подтвержден → ● Активен · срок 07.12.2022 09:00"
        )


async def test_the_history_grows_by_itself(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "h")
        before = len(lines(app))
        with another_terminal(database, clock) as other:
            other.tickets.validate(other.tickets.get(26))
        deadline = asyncio.get_running_loop().time() + 3
        while len(lines(app)) == before:
            assert asyncio.get_running_loop().time() < deadline
            await pilot.pause(0.05)
        assert "Пётр Ильин" in lines(app)[0]


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_a_long_history_scrolls_by_keys_to_its_oldest_line(
    app: DeskApp, size: tuple[int, int]
) -> None:
    async with ticket_open(app, 26, size=size) as pilot:
        card = app.desk.tickets.get(26)
        for _time in range(15):
            card = app.desk.tickets.reset_validation(app.desk.tickets.validate(card))
        await settle(pilot)
        await press(pilot, "р")
        assert "Билет создан" not in "\n".join(on_screen(app))
        await press(pilot, "end")
        await pilot.pause(0.5)
        assert "Билет создан" in "\n".join(on_screen(app))


async def test_a_hostile_name_is_told_literally(
    app: DeskApp, database: Path, clock: FrozenClock
) -> None:
    with another_terminal(database, clock, "[@click=app.quit]Ильин[/]") as other:
        other.tickets.validate(other.tickets.get(26))
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "h")
        assert "[@click=app.quit]Ильин[/]" in lines(app)[0]
        assert "[@click=app.quit]Ильин[/]" in "\n".join(on_screen(app))


@pytest.mark.parametrize("way", ["escape", "click"])
async def test_esc_and_the_arrow_go_back_to_the_ticket(app: DeskApp, way: str) -> None:
    async with ticket_open(app, 26) as pilot:
        await press(pilot, "h")
        if way == "escape":
            await press(pilot, "escape")
        else:
            shown = on_screen(app)
            row = next(row for row, line in enumerate(shown) if "История билета 26" in line)
            assert await pilot.click(offset=(shown[row].index("История"), row))
            await settle(pilot)
        assert isinstance(app.screen, TicketScreen)
