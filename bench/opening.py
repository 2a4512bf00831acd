"""Opening the application: first frame, filled list, bytes, memory."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

from bench.databases import LOGIN, MANAGER, Loaded, environment, first_visitor
from bench.running import Bench
from bench.timing import median
from bench.wire import Wire

APP = [sys.executable, "-m", "olvery_tui", "--login", LOGIN]
_EMPTY = [sys.executable, "-m", "bench.empty_app"]
_FIRST_FRAME = "Билеты"
_WHOLE = ("имя или телефон", MANAGER)
"""The fields of the filter are there, and the database is open: what comes last."""
_QUIET = 1.0
_SEEN = 12
"""So many letters of a name are never cut."""


@dataclass(slots=True)
class Openings:
    """Some openings of one application: milliseconds, bytes and MB when all was there."""

    frames: list[float] = field(default_factory=list)
    filled: list[float] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    def figures(self) -> list[float]:
        """The medians."""
        return [median(taken) for taken in (self.frames, self.filled, self.sizes, self.memory)]


def write(bench: Bench) -> None:
    """Measure, and write the section."""
    bare, few, many = _measure(bench.small, bench.large, bench.times)
    empty = median(bare)
    few_frame, few_filled, _few_size, few_memory = few.figures()
    many_frame, many_filled, many_size, many_memory = many.figures()
    bench.report.section(
        "opening",
        "Opening",
        "From the start of the command, on a 120×40 terminal; medians of"
        f" {bench.times} openings in turns. The empty\napplication is one word on a Textual screen."
        " What is heavy to import (SQLModel above all) comes behind the\nfirst lines.",
    )
    bench.report.table(
        ["", "first frame, ms", "list filled, ms", "sent, bytes", "memory, MB"],
        [
            ["empty Textual application", empty, "", "", ""],
            [f"{bench.small.tickets:,} tickets", *few.figures()],
            [f"{bench.large.tickets:,} tickets", *many.figures()],
        ],
    )
    goal = bench.report.goal
    bench.report.goals(
        goal("first frame to the empty application's, few tickets", few_frame / empty, 1.2),
        goal("first frame to the empty application's, many tickets", many_frame / empty, 1.2),
        goal("list filled to the empty first frame", many_filled / empty, 1.5),
        goal("list filled, many to few tickets", many_filled / few_filled, 1.2),
        goal("memory, many to few tickets", many_memory / few_memory, 1.15),
        goal("sent on opening", many_size / 1000, 40, "KB"),
    )


def _measure(small: Loaded, large: Loaded, times: int) -> tuple[list[float], Openings, Openings]:
    """The empty application's first frames, and each database's openings, in turns."""
    bare: list[float] = []
    few, many = Openings(), Openings()
    for turn in range(times + 1):
        frame = _empty_frame()
        if not turn:  # the first of each brings the files into memory
            _open(small.path, Openings())
            _open(large.path, Openings())
            continue
        bare.append(frame)
        _open(small.path, few)
        _open(large.path, many)
    return bare, few, many


def _empty_frame() -> float:
    with Wire(_EMPTY) as wire:
        return wire.reach("empty-application")


def _open(path: Path, openings: Openings) -> None:
    with Wire(APP, environment=environment(path)) as wire:
        openings.frames.append(wire.reach(_FIRST_FRAME))
        openings.filled.append(wire.reach(first_visitor(path)[:_SEEN]))
        for text in _WHOLE:
            wire.reach(text)
        wire.listen(_QUIET)
        openings.sizes.append(len(wire.received))
        openings.memory.append(wire.resident_mb())
