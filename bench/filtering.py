"""A filter's last key to the repainted list, in the whole application; and whether the loop ever
stalls while the list is run through.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from bench.databases import LOGIN, NOW
from bench.running import Bench
from bench.timing import median, p95
from olvery_tui.app.app import DeskApp
from olvery_tui.clock import FrozenClock
from olvery_tui.settings import Settings
from olvery_tui.widgets.filters.filter_fields import PeriodBox, TicksBox
from olvery_tui.widgets.filters.filter_sidebar import FilterSidebar
from olvery_tui.widgets.table.ticket_table import TicketTable

_SIZE = (120, 40)
_TIMES = 20
_ROWS = 10_000
_PAGE = 37
_HELD_KEY_RATE = 30
_BEAT = 0.002
_LONGEST_WAIT = 10.0


@dataclass(slots=True)
class Latency:
    """Milliseconds to the repainted list: from the key, and from the filter's change by it."""

    key: list[float] = field(default_factory=list)
    change: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Typing:
    """Keys that are pressed in a field of the filter."""

    focus: Callable[[FilterSidebar[Any]], object]
    keys: Sequence[str]


def write(bench: Bench) -> None:
    """Measure, and write the section."""
    times = max(bench.times, _TIMES)
    latencies, stalls = asyncio.run(_measure(bench.large.path, times))
    bench.report.section(
        "filtering",
        "Filters in the application",
        "To the repainted list, in the whole application with"
        f" {bench.large.tickets:,} tickets; milliseconds of {times} repetitions:\nfrom a filter's"
        " last key, with every wait (a typed letter is held for 40 ms to tell a scanner from a"
        "\nperson), and from the change that the key makes. A stall is a time in which the loop"
        f" did not turn while a\nkey was held down ({_HELD_KEY_RATE} a second) through"
        f" {_ROWS:,} rows.",
    )
    bench.report.table(
        ["filter", "key: p50", "p95", "most", "change: p50", "p95", "most"],
        [
            [
                name,
                *(median(taken.key), p95(taken.key), max(taken.key)),
                *(median(taken.change), p95(taken.change), max(taken.change)),
            ]
            for name, taken in latencies.items()
        ],
    )
    goal = bench.report.goal
    slowest = {name: (p95(taken.key), p95(taken.change)) for name, taken in latencies.items()}
    bench.report.goals(
        *(goal(f"p95 from the key: {name}", key, 100, "ms") for name, (key, _) in slowest.items()),
        *(goal(f"p95: {name}", change, 60, "ms") for name, (_, change) in slowest.items()),
        *(goal(f"longest stall: {name}", gap, 100, "ms") for name, gap in stalls.items()),
    )


async def _measure(path: Path, times: int) -> tuple[dict[str, Latency], dict[str, float]]:
    """Latencies by filter, and the longest gap of the loop by key."""
    settings = Settings(database_url=f"sqlite:///{path}", login=LOGIN)
    app = DeskApp(settings, clock=FrozenClock(datetime.fromisoformat(NOW)))
    async with app.run_test(size=_SIZE) as pilot:
        await _settled(pilot)
        latencies = {
            name: await _latency(pilot, typing, times) for name, typing in _FILTERS.items()
        }
        pilot.app.screen.query_one(FilterSidebar).reset()
        await _settled(pilot)
        stalls = {
            key: await _longest_gap(pilot, key, presses)
            for key, presses in {
                "down": 500,
                "pagedown": _ROWS // _PAGE,
                "end": 1,
                "home": 1,
            }.items()
        }
    return latencies, stalls


# ── Entering filters ─────────────────────────────────────────────────────────────────────────────


def _number(text: str) -> Typing:
    return Typing(lambda sidebar: sidebar.focus_first(), text)


def _from_day(text: str) -> Typing:
    return Typing(lambda sidebar: sidebar.query_one(PeriodBox).take_focus(), text)


def _visitor(text: str) -> Typing:
    return Typing(lambda sidebar: sidebar.search_person(), text)


_STATUS = Typing(lambda sidebar: sidebar.query_one(TicksBox).take_focus(), ["space"])
_ALL_BUT_THE_VISITOR = [_number("1000-9000000"), _from_day("01.12.2022"), _STATUS]

_FILTERS = {
    "number": [_number("500001")],
    "number, a wide range": [_number("1000-900000")],
    "number, nothing matches": [_number("999999999")],
    "period, from a day on": [_from_day("06.12.2021")],
    "period, nothing matches": [_from_day("06.12.2099")],
    "visitor, one letter": [_visitor("и")],
    "visitor, two words": [_visitor("ан иван")],
    "visitor, nothing matches": [_visitor("ыыыы")],
    "status": [_STATUS],
    "all together": [*_ALL_BUT_THE_VISITOR, _visitor("ив")],
    "all together, nothing matches": [*_ALL_BUT_THE_VISITOR, _visitor("ыыы")],
}


# ── Measuring ────────────────────────────────────────────────────────────────────────────────────


async def _latency(pilot: Pilot[Any], typings: Sequence[Typing], times: int) -> Latency:
    sidebar = pilot.app.screen.query_one(FilterSidebar)
    table = pilot.app.screen.query_one(TicketTable)
    taken = Latency()
    for _ in range(times):
        sidebar.reset()
        await _settled(pilot)
        last = await _type_all_but_the_last(pilot, sidebar, typings)
        with _next_page(table) as (changed, painted):
            pressed = time.perf_counter()
            pilot.app.simulate_key(last)
            await asyncio.wait_for(painted.wait(), _LONGEST_WAIT)
            now = time.perf_counter()
        taken.key.append((now - pressed) * 1000)
        taken.change.append((now - changed[0]) * 1000)
        await _settled(pilot)
    return taken


async def _type_all_but_the_last(
    pilot: Pilot[Any], sidebar: FilterSidebar[Any], typings: Sequence[Typing]
) -> str:
    """The key that is left to press."""
    for typing in typings:
        typing.focus(sidebar)
        await _settled(pilot)
        left = 1 if typing is typings[-1] else 0
        await pilot.press(*typing.keys[: len(typing.keys) - left])
        await _settled(pilot)
    return typings[-1].keys[-1]


@contextmanager
def _next_page(table: TicketTable) -> Iterator[tuple[list[float], asyncio.Event]]:
    """When the next filter is asked for; set when its page has been painted."""
    changed: list[float] = []
    painted = asyncio.Event()
    restart, answered = table.restart, table.show_page

    def begin(*, by_number: bool | None = None) -> None:
        changed.append(time.perf_counter())
        restart(by_number=by_number)

    def note(token: int, page: Any) -> None:
        answered(token, page)
        if changed:  # not one that was still to come
            table.call_after_refresh(painted.set)

    table.restart, table.show_page = begin, note  # type: ignore[method-assign]
    yield changed, painted
    del table.restart, table.show_page


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
        await asyncio.sleep(1 / _HELD_KEY_RATE)
    await _settled(pilot)
    heart.cancel()
    return max(gaps)


async def _settled(pilot: Pilot[Any]) -> None:
    """Wait until nothing is asked and nothing moves."""
    app = pilot.app
    quiet = 0
    while quiet < 3:
        await pilot.pause()
        await asyncio.sleep(0.005)
        ready = isinstance(app, DeskApp) and app.is_ready
        quiet = quiet + 1 if ready and not any(each.is_running for each in app.workers) else 0
