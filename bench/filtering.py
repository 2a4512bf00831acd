"""A filter's last keystroke to the repainted list, in the whole application without its debounce;
and whether the loop ever stalls while the list is run through.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from bench.databases import LOGIN, NOW
from olvery_tui.app import OlveryApp
from olvery_tui.clock import FrozenClock
from olvery_tui.settings import Settings
from olvery_tui.widgets import filter_form
from olvery_tui.widgets.asking import Asking
from olvery_tui.widgets.filter_sidebar import FilterSidebar
from olvery_tui.widgets.ticket_table import TicketTable

_SIZE = (120, 40)
_BEAT = 0.002


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds over some repetitions."""

    p50: float
    p95: float
    most: float


def run(path: Path, times: int, rows: int) -> tuple[dict[str, Latency], dict[str, float]]:
    """Latencies by filter, and the longest gap of the loop by movement."""
    return asyncio.run(_run(path, times, rows))


async def _run(path: Path, times: int, rows: int) -> tuple[dict[str, Latency], dict[str, float]]:
    filter_form.DEBOUNCE = 0.0
    settings = Settings(database_url=f"sqlite:///{path}", login=LOGIN)
    app = OlveryApp(settings, clock=FrozenClock(datetime.fromisoformat(NOW)))
    async with app.run_test(size=_SIZE) as pilot:
        await _settled(pilot)
        latencies = {
            name: await _latency(pilot, prepare, last, times)
            for name, (prepare, last) in _FILTERS.items()
        }
        stalls = {
            name: await _longest_gap(pilot, key, presses)
            for name, (key, presses) in {
                "down": ("down", 500),
                "pagedown": ("pagedown", rows // 37),
                "end": ("end", 1),
                "home": ("home", 1),
            }.items()
        }
    return latencies, stalls


def _type_day(sidebar: FilterSidebar, text: str) -> None:
    from olvery_tui.widgets.field import Field
    from olvery_tui.widgets.filter_fields import PeriodBox

    box = sidebar.query_one(PeriodBox)
    box.take_focus()
    line = box.first.query_one(Field)
    line.value = text
    line.cursor_position = len(text)


def _type_visitor(sidebar: FilterSidebar, text: str) -> None:
    from olvery_tui.widgets.field import Field
    from olvery_tui.widgets.filter_fields import VisitorBox

    sidebar.focus_visitor()
    line = sidebar.query_one(VisitorBox).query_one(Field)
    line.value = text
    line.cursor_position = len(text)


def _choose_status(sidebar: FilterSidebar) -> None:
    from olvery_tui.widgets.filter_fields import StatusBox

    sidebar.query_one(StatusBox).take_focus()


def _everything(sidebar: FilterSidebar, visitor: str) -> None:
    _type_day(sidebar, "01.12.2022")
    _choose_status(sidebar)
    from olvery_tui.widgets.status_choice import StatusChoice

    choice = sidebar.query_one(StatusChoice)
    choice.action_toggle()
    sidebar.type_number("1000-9000000")
    _type_visitor(sidebar, visitor)


_FILTERS: dict[str, tuple[Callable[[FilterSidebar], object], str]] = {
    "number": (lambda sidebar: sidebar.type_number("50000"), "1"),
    "number, a wide range": (lambda sidebar: sidebar.type_number("1000-90000"), "0"),
    "number, nothing matches": (lambda sidebar: sidebar.type_number("99999999"), "9"),
    "period, today on": (lambda sidebar: _type_day(sidebar, "06.12.202"), "2"),
    "period, nothing matches": (lambda sidebar: _type_day(sidebar, "06.12.209"), "9"),
    "visitor, one letter": (lambda sidebar: sidebar.focus_visitor(), "и"),
    "visitor, two words": (lambda sidebar: _type_visitor(sidebar, "ан ива"), "н"),
    "visitor, nothing matches": (lambda sidebar: _type_visitor(sidebar, "ыыы"), "ы"),
    "status": (_choose_status, "space"),
    "all together": (lambda sidebar: _everything(sidebar, "и"), "в"),
    "all together, nothing matches": (lambda sidebar: _everything(sidebar, "ыы"), "ы"),
}


async def _latency(
    pilot: Pilot[Any], prepare: Callable[[FilterSidebar], object], last: str, times: int
) -> Latency:
    sidebar = pilot.app.screen.query_one(FilterSidebar)
    table = pilot.app.screen.query_one(TicketTable)
    taken = []
    for _ in range(times):
        sidebar.reset()
        await _settled(pilot)
        prepare(sidebar)
        await _settled(pilot)
        painted = asyncio.Event()
        answered = table.show_page

        def note(*words: Any, answered: Any = answered, painted: asyncio.Event = painted) -> None:
            answered(*words)
            table.call_after_refresh(painted.set)

        table.show_page = note  # type: ignore[method-assign]
        began = time.perf_counter()
        pilot.app.simulate_key(last)
        await asyncio.wait_for(painted.wait(), 10)
        taken.append((time.perf_counter() - began) * 1000)
        del table.show_page
        await _settled(pilot)
    return Latency(statistics.median(taken), _p95(taken), max(taken))


async def _longest_gap(pilot: Pilot[Any], key: str, presses: int) -> float:
    """Milliseconds for which the loop did not turn while a key was held down."""
    gaps = [0.0]

    async def beat() -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(_BEAT)
            now = time.perf_counter()
            gaps.append((now - last - _BEAT) * 1000)
            last = now

    table = pilot.app.screen.query_one(TicketTable)
    pilot.app.screen.set_focus(table)
    await _settled(pilot)
    heart = asyncio.create_task(beat())
    for _ in range(presses):
        pilot.app.simulate_key(key)
        await asyncio.sleep(1 / 30)
    await _settled(pilot)
    heart.cancel()
    return max(gaps)


async def _settled(pilot: Pilot[Any]) -> None:
    app = pilot.app
    quiet = 0
    while quiet < 3:
        await pilot.pause()
        await asyncio.sleep(0.005)
        asking = [screen for screen in app.screen_stack if isinstance(screen, Asking)]
        ready = isinstance(app, OlveryApp) and app.is_ready
        quiet = quiet + 1 if ready and not any(screen.asking for screen in asking) else 0


def _p95(taken: list[float]) -> float:
    return sorted(taken)[max(0, round(len(taken) * 0.95) - 1)]
