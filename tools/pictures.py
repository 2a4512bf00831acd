"""Makes the pictures of the documentation from the application itself: `make pictures`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.settings import Settings
from olvery_tui.store import demo
from tools.svg_to_png import with_local_font

_FOLDER = Path(__file__).parent.parent / "docs" / "pictures"

PICTURES: dict[str, tuple[tuple[int, int], Sequence[str]]] = {
    # name: size of the terminal, keys pressed before the picture is taken
    "tickets": ((120, 30), ()),
    "pane": ((160, 36), ("down",) * 5),
    "by_name": ((120, 18), ("slash", *"семенова", "enter")),
    "scanned": ((120, 34), ("2", "5", "enter", "v")),
    "who_sits": ((120, 30), ("c", "1", "1", "1")),
    "free_now": ((120, 30), ("c", "n")),
    "expected": ((120, 18), ("f3",)),
    "book_cell": ((110, 34), ("c", "right", "enter", *"корсак", "enter")),
    "ticket": ((120, 34), ("2", "6", "enter")),
    "visitor": ((100, 30), ("2", "6", "enter", "u")),
    "workplace": ((100, 30), ("2", "6", "enter", "w")),
    "period": ((100, 24), (*["down"] * 5, "t", "pageup")),
    "renewal": ((90, 20), ("n",)),
    "cancel": ((90, 20), (*["down"] * 3, "delete")),
    "new_order": (
        (110, 34),
        ("a", *"корсак", "enter", "right", "tab", "tab", "right"),
    ),
    "order_status": ((100, 30), ("2", "6", "enter", "o", "2")),
    "payment": ((100, 30), ("z", *"1215", "enter", "b")),
    "shift": ((100, 24), ("ctrl+p", *"смена", "enter", "ctrl+s")),
    "report": ((100, 34), ("ctrl+p", *"отчёт", "enter", "-")),
    "calendar": ((100, 30), ("f", "tab", "tab", "down")),
    "occupancy": ((120, 34), ("c", *["down"] * 14, "right")),
    "occupancy_move": ((120, 26), ("c", *["down"] * 14, "m", *["down"] * 3)),
    "occupancy_day": ((120, 30), ("c", *["down"] * 14, "+", "+")),
    "own_presets": (
        (100, 24),
        ("f3", "p", "a", *"Ждём сегодня", "enter", "escape", "f7", "p", "a", *"Должны", "enter"),
    ),
    "close_places": (
        (100, 20),
        ("s", *["down"] * 6, "right", "down", *["space"] * 3, "b", *"ремонт", "ctrl+s"),
    ),
    "people": ((100, 24), ("y", *"ан")),
    "person": ((100, 30), ("y", *"мария", "enter")),
    "act": ((90, 34), ("y", *"корсакова", "enter", "delete", "ctrl+s", "right", "enter")),
    "narrow": ((80, 24), ()),
    "palette": ((100, 34), ("ctrl+p",)),
    "contrast": ((120, 30), ("ctrl+p", *"контраст", "enter")),
    "backup": ((100, 34), ("ctrl+p", *"настр", "enter")),
    "lock": ((80, 24), ("l",)),
    "catalogue": ((100, 30), ("s", "end", "up", "right", "down", "down")),
    "tariffs": ((100, 30), ("s", "end", "2", "down", "down")),
    "hours": ((80, 24), ("s", "down", "enter", *"9-21")),
    "managers": ((100, 30), ("g",)),
    "import": ((100, 30), ("ctrl+p", *"импорт", "enter", *"~/люди.csv", "enter", "ctrl+s")),
}

_TABLE = """№;Фамилия;Имя;Отчество;Телефон;Email
1;Абрамова;Ольга;Петровна;8 (965) 111-22-33;abramova@example.ru
2;Кузнецов;Пётр;Ильич;8-903-555-77-88;
3;Лебедева;Анна;;12;
"""
"""What a coworking keeps of people, with a mistake in it."""


async def take(name: str, folder: Path) -> None:
    """Open the demo, press the keys, and write `NAME.svg`."""
    (size, keys) = PICTURES[name]
    app = DeskApp(Settings("", demo=True), clock=FrozenClock(demo.DEMO_NOW))
    async with app.run_test(size=size) as pilot:
        await _settled(app)
        for key in keys:
            await pilot.press(key)
            await _settled(app)
        picture = with_local_font(app.export_screenshot(title="olvery-tui"))
        (folder / f"{name}.svg").write_text(picture, encoding="utf-8")


async def _settled(app: DeskApp) -> None:
    """Until nothing is asked any more."""
    quiet = 0
    while quiet < 20:
        await asyncio.sleep(0.02)
        busy = any(worker.is_running for worker in app.workers)
        quiet = quiet + 1 if app.is_ready and not busy else 0


def main() -> None:
    """Take every picture."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as home:
        os.environ["HOME"] = home
        Path(home, "люди.csv").write_text(_TABLE, encoding="cp1251")
        for name in PICTURES:
            asyncio.run(take(name, _FOLDER))
            print(f"{_FOLDER.name}/{name}.svg")


if __name__ == "__main__":
    main()
