"""The first day: from an empty database to the first visitor, in the application alone."""

from __future__ import annotations

from pathlib import Path

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.domain.hours import OpenHours
from olvery_tui.domain.items import ItemKind
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.settings import Settings
from olvery_tui.store.audit.checks import check
from tests.screens.conftest import settle
from tests.screens.ticket_desk import press

KEYS_MAX = 90

FIRST_DAY = (
    # the first manager
    "=Орлова", "enter", "=Анна", "enter", "=anna", "enter",
    "=correct horse", "enter", "=correct horse", "enter",
    # name, time zone and currency: Moscow and roubles are there already
    "s", "enter", "=Лофт", "enter", "enter", "ctrl+s",
    # a service with two rooms, and forty places by one pattern
    "a", "=Коворкинг", "enter", "enter",
    "a", "=Зал", "enter",
    "a", "=PM №{1..40}", "enter",
    "left", "up", "a", "=Холл", "enter",
    # an hourly, a daily and a monthly tariff
    "2", "a", "=Почасовой", "enter", "enter", "=250", "ctrl+s",
    "a", "=Суточный", "enter", "right", "enter", "=900", "ctrl+s",
    "a", "=Месячный", "enter", "right", "right", "enter", "=7000", "ctrl+s",
    # a modifier
    "4", "a", "=Шкафчик", "enter", "=300", "enter",
    # opening hours
    "home", "down", "enter", "=9-21", "ctrl+s",
    "escape",
    # the first booking: a new customer, then what is proposed
    "a", "=Семенова Мария", "ctrl+n", "=+7 965 577 65 00", "ctrl+s", "ctrl+s",
    # paid and confirmed, then checked
    "o", "1", "enter", "enter", "v",
)  # fmt: skip
"""Keys in the order in which they are pressed; behind `=` stands what is typed."""


async def test_a_coworking_is_set_up_and_takes_its_first_visitor(
    tmp_path: Path, size: tuple[int, int], clock: FrozenClock
) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'olvery.db'}", log_file=tmp_path / "olvery-tui.log"
    )
    app = DeskApp(settings, clock=clock)
    pressed = 0
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for step in FIRST_DAY:
            if step.startswith("="):
                await press(pilot, *("space" if sign == " " else sign for sign in step[1:]))
            else:
                pressed += 1
                await press(pilot, step)
        assert pressed <= KEYS_MAX
        desk = app.desk
        location = desk.location()
        assert (location.name, location.zone.key, location.currency) == (
            "Лофт", "Europe/Moscow", "RUB",
        )  # fmt: skip
        found = desk.catalogue.details()
        (service,) = found.children(ItemKind.SERVICE)
        rooms = found.children(ItemKind.ROOM, service.id)
        assert [one.name for one in rooms] == ["Зал", "Холл"]
        assert len(found.children(ItemKind.WORKPLACE, rooms[0].id)) == 40
        tariffs = found.children(ItemKind.TARIFF, service.id)
        assert {(one.values["unit"], int(one.values["price"])) for one in tariffs} == {
            ("hour", 250), ("day", 900), ("month", 7000),
        }  # fmt: skip
        assert [one.name for one in found.children(ItemKind.MODIFIER, service.id)] == ["Шкафчик"]
        assert desk.catalogue.hours().week == (OpenHours(540, 1260),) * 7
        ticket = desk.tickets.get(1)
        assert ticket.visitor.name.startswith("Мария")
        assert ticket.status is TicketStatus.ACTIVE
        assert ticket.validated
        assert check(app.services.store, clock.now()) == ()
