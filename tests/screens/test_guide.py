"""The guide's table of everyday tasks: its keys, pressed as they stand there, do what it says."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from textual.pilot import Pilot

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.desk import Desk
from olvery_tui.domain.presets import Preset
from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.keys import twins
from olvery_tui.screens.order.payment_form import PaymentForm
from olvery_tui.widgets.chrome.preset_tabs import PresetTabs
from tests.screens.conftest import settle
from tests.screens.front_desk import front_desk
from tests.screens.order_desk import line, newest
from tests.screens.test_calendar import row, rows, seat_of, told
from tests.screens.test_closings import closed
from tests.screens.test_period import two_tickets
from tests.screens.ticket_desk import find, on_screen, press

GUIDE = Path(__file__).parents[2] / "docs" / "guide.ru.md"
SECTION = "## Частые дела\n"
LINE = re.compile(
    r"^\| \[(?P<name>[^]]+)\]\(#(?P<anchor>[^)]+)\) \| (?P<keys>.+) \| (?P<count>\d+) \|$"
)
STEP = re.compile(r"`(?P<key>[^`]+)`|«(?P<typed>[^»]+)»|\((?P<way>[^)]+)\)")


class Task(NamedTuple):
    """A row of the table: the steps are keys, typed texts and ways, each as `STEP` names it."""

    anchor: str
    steps: list[tuple[str, str]]
    count: int


def tasks() -> Mapping[str, Task]:
    section = GUIDE.read_text("utf-8").partition(SECTION)[2].partition("\n## ")[0]
    found = (LINE.match(line) for line in section.splitlines())
    return {
        line["name"]: Task(
            line["anchor"],
            [
                (str(step.lastgroup), step[str(step.lastgroup)])
                for step in STEP.finditer(line["keys"])
            ],
            int(line["count"]),
        )
        for line in found
        if line
    }


# ── What each task leads to ──────────────────────────────────────────────────────────────────────


def is_checked(app: DeskApp) -> bool:
    return app.desk.tickets.get(25).validated


def says_who_sits_there(app: DeskApp) -> bool:
    return "Ирина Иванова" in told(app) and "PM №1" in told(app)


def shows_what_is_free_now(app: DeskApp) -> bool:
    return "до 13:00" in row(app, "PM №2") and not any("PM №1" in line for line in rows(app))


def shows_what_is_free_until_evening(app: DeskApp) -> bool:
    return "Что свободно до вечера" in "\n".join(on_screen(app))


def lists(preset: Preset, *numbers: int) -> Callable[[DeskApp], bool]:
    def listed(app: DeskApp) -> bool:
        found = re.findall(r"(\d+) +(?:10|20)\.03\.2026", "\n".join(on_screen(app)))
        is_current = app.screen.query_one(PresetTabs).current is preset
        return is_current and {int(number) for number in found} == set(numbers)

    return listed


def is_moved(app: DeskApp) -> bool:
    return seat_of(app, 312) == "PM №2"


def is_booked(app: DeskApp) -> bool:
    period = app.desk.tickets.get(app.desk.orders.get(506).tickets[0].number).period
    return period.starts_at - app.clock.now() == timedelta(hours=12)


def are_closed(app: DeskApp) -> bool:
    seats = {app.desk.tickets.get(number).workplace for number in (23, 25)}
    return closed(app) == ["PM №1", "PM №2", "PM №3"] and not seats & set(closed(app))


def is_settled(app: DeskApp) -> bool:
    ticket = app.desk.tickets.get(newest(app.desk).tickets[0].number)
    return ticket.validated and not ticket.owed and ticket.status is TicketStatus.ACTIVE


def is_an_hour_longer_and_paid(app: DeskApp) -> bool:
    ticket = app.desk.tickets.get(27)
    order = app.desk.orders.get(ticket.order)
    return ticket.period.ends_at - app.clock.now() == timedelta(hours=3) and order.paid == 1000


def has_left(app: DeskApp) -> bool:
    return app.desk.tickets.get(27).period.ends_at == app.clock.now()


def is_renewed(app: DeskApp) -> bool:
    before, made = app.desk.tickets.get(34), app.desk.orders.get(1224).tickets[0]
    return (made.period.starts_at, made.workplace) == (before.period.ends_at, before.workplace)


def lists_debts(app: DeskApp) -> bool:
    return app.screen.query_one(PresetTabs).current is Preset.UNPAID


def proposes_a_refund(app: DeskApp) -> bool:
    assert isinstance(app.screen, PaymentForm)
    is_cancelled = app.desk.tickets.get(35).status is TicketStatus.CANCELLED
    return is_cancelled and line(app, "#amount-line") == "500"


# ── What is there before ─────────────────────────────────────────────────────────────────────────


async def one_is_inside(pilot: Pilot[Any]) -> None:
    desk = desk_of(pilot)
    desk.tickets.validate(desk.tickets.get(31))


async def two_hours_later(pilot: Pilot[Any]) -> None:
    clock_of(pilot).move_to(clock_of(pilot).now() + timedelta(hours=2))


async def a_month_ends_soon(pilot: Pilot[Any]) -> None:
    ends_at = desk_of(pilot).tickets.get(34).period.ends_at
    clock_of(pilot).move_to(ends_at - timedelta(days=5))


async def an_order_has_two_tickets(pilot: Pilot[Any]) -> None:
    assert await two_tickets(pilot.app) == (35, 36)
    await press(pilot, "f5")


def desk_of(pilot: Pilot[Any]) -> Desk:
    return pilot.app.desk


def clock_of(pilot: Pilot[Any]) -> FrozenClock:
    return pilot.app.clock


class Case(NamedTuple):
    """How many keys a task may take, what comes of it, its ways, whether in the demo, and what is
    there before.
    """

    most: int
    is_done: Callable[[DeskApp], bool]
    ways: tuple[tuple[str, ...], ...] = ()
    in_demo: bool = False
    before: Callable[[Pilot[Any]], Awaitable[None]] | None = None


CASES = {
    "Посетитель назвал имя — проверен": Case(3, is_checked, in_demo=True),
    "Билет считан сканером — проверен": Case(2, is_checked, in_demo=True),
    "Кто сейчас на PM №1 и до какого времени": Case(2, says_who_sits_there),
    "Что свободно сейчас": Case(2, shows_what_is_free_now),
    "Что свободно до вечера": Case(2, shows_what_is_free_until_evening),
    "Кого ждём сегодня": Case(1, lists(Preset.EXPECTED, 40, 312), before=one_is_inside),
    "Кто внутри": Case(1, lists(Preset.INSIDE, 31), before=one_is_inside),
    "Кто задержался": Case(1, lists(Preset.OVERDUE, 312), before=two_hours_later),
    "Перенести бронь на другое место": Case(4, is_moved, (("down", "down"), ("up",))),
    "Забронировать свободную ячейку": Case(5, is_booked, (("right",),)),
    "Закрыть три места на неделю, билеты переместить": Case(
        8, are_closed, ((*["down"] * 6, "right", "down"),), in_demo=True
    ),
    "Гость без билета: записан, оплачен, проверен": Case(7, is_settled, in_demo=True),
    "На час дольше, и деньги приняты": Case(
        5, is_an_hour_longer_and_paid, (("down",) * 5,), in_demo=True
    ),
    "Ушёл раньше, место свободно": Case(3, has_left, (("down",) * 5,), in_demo=True),
    "Продлить месяц на том же месте": Case(3, is_renewed, in_demo=True, before=a_month_ends_soon),
    "Кто должен": Case(1, lists_debts),
    "Отменить один билет заказа, предложен возврат": Case(
        4, proposes_a_refund, (("up",),), in_demo=True, before=an_order_has_two_tickets
    ),
}


NAMES = {"PgUp": "pageup"}
"""Keys that Textual calls otherwise."""


async def do(pilot: Pilot[Any], task: Task, case: Case) -> int:
    """Press what the guide says, letters on the Cyrillic layout. Return how many keys."""
    ways = iter(case.ways)
    pressed = 0
    for kind, what in task.steps:
        if kind == "typed":
            await find(pilot, what)
        elif kind == "way":
            await press(pilot, *next(ways))
        else:
            await press(pilot, twins(NAMES.get(what, what.lower()))[-1])
            pressed += 1
    return pressed


@pytest.mark.parametrize("name", CASES)
async def test_the_keys_of_the_guide_do_the_task_and_are_few(
    app: DeskApp, tmp_path: Path, clock: FrozenClock, name: str
) -> None:
    task, case = tasks()[name], CASES[name]
    if not case.in_demo:
        app = front_desk(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        if case.before is not None:
            await case.before(pilot)
        assert await do(pilot, task, case) == task.count <= case.most
        assert case.is_done(app)


def test_every_task_has_its_chapter_with_a_picture() -> None:
    text = GUIDE.read_text("utf-8")
    assert list(tasks()) == list(CASES)
    for task in tasks().values():
        title = task.anchor.replace("-", " ")
        chapters = re.split(r"^#+ ", text, flags=re.MULTILINE)
        (chapter,) = (
            each for each in chapters if each.partition("\n")[0].lower().replace(",", "") == title
        )
        picture = re.search(r"!\[.+\]\((pictures/\w+\.svg)\)", chapter)
        assert picture, title
        assert (GUIDE.parent / picture[1]).exists()
