"""Bytes that the whole application sends to a 120×40 terminal, by what the manager does."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from bench.databases import MANAGER, environment, newest
from bench.opening import APP
from bench.running import Bench
from bench.timing import median
from bench.wire import KEYS, Wire

_ALLOWED = {
    "opening": 40_000,
    "step": 800,
    "step, key held down": 1_500,
    "page": 12_000,
    "a ticket opened over the list": 12_000,
    "back from it to the list": 12_000,
    "one row changed elsewhere": 1_000,
    "standing still for 10 s": 0,
    "the pane at 160×50, when the cursor has settled": 2_000,
    "step at 160×50, key held down": 1_500,
}
_BEFORE_THE_PANE = 0.12
"""Seconds of quiet after a step, before the pane follows."""


def write(bench: Bench) -> None:
    """Measure, and write the section."""
    sizes = _measure(bench.large.path) | _measure_pane(bench.large.path)
    bench.report.section(
        "wire",
        "On the wire",
        "Bytes sent to a 120×40 terminal unless another size is named (`TERM=xterm-256color`), as "
        "over a plain SSH line.",
    )
    bench.report.goals(
        *(
            bench.report.goal(name, round(sizes[name]), most, "bytes")
            for name, most in _ALLOWED.items()
        )
    )


def _measure(path: Path) -> dict[str, float]:
    with Wire(APP, environment=environment(path)) as wire:
        wire.reach(MANAGER)
        wire.listen(1.0)
        sizes: dict[str, float] = {"opening": len(wire.received)}
        sizes["step"] = median([wire.press("down").size for _ in range(20)])
        wire.press("home")
        sizes["step, key held down"] = wire.hold("down", 150)["bytes_per_press"]
        sizes["page"] = median([wire.press("pagedown").size for _ in range(10)])
        wire.press("home")
        wire.listen(1.0)
        windows = [(wire.press("enter").size, wire.press("escape").size) for _ in range(5)]
        sizes["a ticket opened over the list"] = median([opened for opened, _back in windows])
        sizes["back from it to the list"] = median([back for _opened, back in windows])
        wire.listen(1.0)
        sizes["one row changed elsewhere"] = _change(wire, path, newest(path) - 3)
        sizes["standing still for 10 s"] = wire.listen_for(10.0)
        return sizes


def _measure_pane(path: Path) -> dict[str, float]:
    with Wire(APP, columns=160, lines=50, environment=environment(path)) as wire:
        wire.reach(MANAGER)
        wire.listen(1.0)
        settled = []
        for _ in range(20):
            wire.send(KEYS["down"], quiet=_BEFORE_THE_PANE)
            settled.append(wire.listen(0.6).size)
        wire.press("home")
        wire.listen(1.0)
        return {
            "the pane at 160×50, when the cursor has settled": max(settled),
            "step at 160×50, key held down": wire.hold("down", 150)["bytes_per_press"],
        }


def _change(wire: Wire, path: Path, number: int) -> int:
    """Give a ticket in sight another status, as another program would, and put it back."""
    with sqlite3.connect(path, isolation_level=None) as connection:
        before = connection.execute(
            "SELECT number, status FROM ticket WHERE number <= ? ORDER BY number DESC LIMIT 1",
            (number,),
        ).fetchone()
        other = "new" if before[1] != "new" else "confirmed"
        change = "UPDATE ticket SET status = ? WHERE number = ?"
        connection.execute(change, (other, before[0]))
        size = wire.listen(1.5).size
        connection.execute(change, (before[1], before[0]))
        wire.listen(1.5)
    return size
