"""The guide's table of everyday tasks: its keys, pressed as they stand there, do what it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from textual.pilot import Pilot

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.domain.presets import Preset
from olvery_tui.keys import twins
from olvery_tui.widgets.chrome.preset_tabs import PresetTabs
from tests.screens.conftest import settle
from tests.screens.front_desk import front_desk
from tests.screens.test_calendar import row, rows, seat_of, told
from tests.screens.test_closings import closed
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


class Case(NamedTuple):
    """How many keys a task may take, its ways, what comes of it, and whether in the demo."""

    most: int
    is_done: Callable[[DeskApp], bool]
    ways: tuple[tuple[str, ...], ...] = ()
    in_demo: bool = False


CASES = {
    "Посетитель назвал имя — проверен": Case(3, is_checked, in_demo=True),
    "Билет считан сканером — проверен": Case(2, is_checked, in_demo=True),
    "Кто сейчас на PM №1 и до какого времени": Case(2, says_who_sits_there),
    "Что свободно сейчас": Case(2, shows_what_is_free_now),
    "Что свободно до вечера": Case(2, shows_what_is_free_until_evening),
    "Кого ждём сегодня": Case(1, lists(Preset.EXPECTED, 40, 312)),
    "Кто внутри": Case(1, lists(Preset.INSIDE, 31)),
    "Кто задержался": Case(1, lists(Preset.OVERDUE, 312)),
    "Перенести бронь на другое место": Case(4, is_moved, (("down", "down"), ("up",))),
    "Забронировать свободную ячейку": Case(5, is_booked, (("right",),)),
    "Закрыть три места на неделю, билеты переместить": Case(
        8, are_closed, ((*["down"] * 6, "right", "down"),), in_demo=True
    ),
}


async def do(pilot: Pilot[Any], task: Task, case: Case, layout: int) -> int:
    """Press what the guide says in a layout: 0 for Latin, 1 for Cyrillic. Return how many keys."""
    ways = iter(case.ways)
    pressed = 0
    for kind, what in task.steps:
        if kind == "typed":
            await find(pilot, what)
        elif kind == "way":
            await press(pilot, *next(ways))
        else:
            names = twins(what.lower())
            await press(pilot, names[min(layout, len(names) - 1)])
            pressed += 1
    return pressed


@pytest.mark.parametrize("layout", [0, 1], ids=["latin", "cyrillic"])
@pytest.mark.parametrize("name", CASES)
async def test_the_keys_of_the_guide_do_the_task_and_are_few(
    app: DeskApp, tmp_path: Path, clock: FrozenClock, name: str, layout: int
) -> None:
    task, case = tasks()[name], CASES[name]
    if not case.in_demo:
        app = front_desk(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        if name in ("Кого ждём сегодня", "Кто внутри"):
            app.desk.tickets.validate(app.desk.tickets.get(31))
        if name == "Кто задержался":
            app.clock.move_to(app.clock.now() + timedelta(hours=2))
        assert await do(pilot, task, case, layout) == task.count <= case.most
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
