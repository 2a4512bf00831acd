"""Windows over the list: how soon each is there, with 200,000 people."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from itertools import islice
from pathlib import Path
from random import Random
from typing import NamedTuple

from bench.databases import MANAGER, environment, run_command
from bench.generate import persons
from bench.opening import APP
from bench.running import Bench
from bench.timing import median, p95
from bench.wire import KEYS, Wire

_PEOPLE = 200_000
_MOST = 150
"""Milliseconds that the opening of a window may take, until the last byte of it is sent."""

_SETTLED = 5.0
"""Seconds after which every window is imported, behind the list."""
_TIMES = 20

_QUIET = 0.7
"""Seconds without a byte after which a window is there: the first paint may wait for a query."""

_PALETTE, _F3 = "\x10", "\x1bOR"


class _Window(NamedTuple):
    """The keys that lead to a window, the one that opens it, and a text that it shows."""

    before: tuple[str, ...]
    key: str
    shows: str
    most: int = _MOST


_WINDOWS = {
    "«Посетители»": _Window((), "y", "начало почты"),
    "a visitor": _Window(("y",), "enter", "Заказы"),
    "possible duplicates": _Window(("y",), _F3, "Возможные дубли"),
    "«Услуги и места»": _Window((), "s", "Часы работы"),
    "«Менеджеры»": _Window((), "g", MANAGER),
    "«Импорт таблицы»": _Window((_PALETTE, "импорт таб"), "enter", "Импорт таблицы"),
    "«Часы работы»": _Window((_PALETTE, "часы работы"), "enter", "выходной"),
    "«Изменить период»": _Window((_F3,), "t", "Доплата", 100),
    "«Настройки»": _Window((_PALETTE, "настройки"), "enter", "Валюта"),
}


class _Opened(NamedTuple):
    """Milliseconds of the first opening and of those after it, and the processor's of these."""

    first: float
    later: list[float]
    cpu: float


def write(bench: Bench) -> None:
    """Measure, and write the section."""
    path, tickets = _database(bench), bench.large.tickets
    found = {name: _opened(path, one, max(bench.times, _TIMES)) for name, one in _WINDOWS.items()}
    report = bench.report
    report.section(
        "windows",
        "Windows",
        f"Milliseconds from the key to the last byte of a window, filled, on a 120×40 terminal;"
        f" {tickets:,} tickets and\n{_PEOPLE:,} people. The first opening is apart. The processor's"
        " time is the mean of an opening.",
    )
    report.table(
        ["window", "first", "median", "p95", "processor"],
        [
            [name, one.first, median(one.later), p95(one.later), one.cpu]
            for name, one in found.items()
        ],
    )
    report.goals(
        *(
            report.goal(f"{name} opened, median", median(one.later), _WINDOWS[name].most, "ms")
            for name, one in found.items()
        )
    )


def _opened(path: Path, window: _Window, times: int) -> _Opened:
    """Open a window so many times in one run of the application."""
    taken: list[float] = []
    cpu = 0.0
    with Wire(APP, environment=environment(path)) as wire:
        wire.reach(MANAGER)
        wire.listen(1.0)
        wire.listen_for(_SETTLED)
        for _turn in range(times + 1):
            for step in window.before:
                wire.send(KEYS.get(step, step.encode()), quiet=_QUIET)
            began, seen = wire.cpu_seconds(), len(wire.received)
            key = KEYS.get(window.key, window.key.encode())
            taken.append(wire.send(key, quiet=_QUIET).last)
            cpu += (wire.cpu_seconds() - began) * 1000 if len(taken) > 1 else 0
            if len(taken) == 1 and window.shows.encode() not in wire.received[seen:]:
                raise RuntimeError(f"{window.shows} was not shown")
            for _key in range(len(window.before[:1]) + 1):
                wire.press("escape")
    return _Opened(taken[0], taken[1:], cpu / times)


def _database(bench: Bench) -> Path:
    """A copy of the large database with so many people; what an earlier run has left is kept."""
    path = bench.large.path.with_name(f"windows-{bench.large.tickets}.db")
    if not path.exists():
        shutil.copyfile(bench.large.path, path)
    run_command(path, "db", "upgrade")
    with closing(sqlite3.connect(path)) as connection:
        known: int = connection.execute("SELECT count(*) FROM person").fetchone()[0]
    if known < _PEOPLE:
        file = path.with_suffix(".jsonl")
        lines = islice(persons(_PEOPLE, Random(1)), known, None)
        file.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
        run_command(path, "import", str(file))
        file.unlink()
    return path
