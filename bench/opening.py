"""Opening the application: first frame, filled list, bytes, memory, and what idling costs."""

from __future__ import annotations

import os
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.databases import LOGIN, environment, newest
from bench.wire import Wire

_APP = [sys.executable, "-m", "olvery_tui", "--login", LOGIN]
_EMPTY = [sys.executable, "-m", "bench.empty_app"]
_FIRST_FRAME = "Билеты"
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Opening:
    """Medians in milliseconds, bytes until it was quiet, memory in MB."""

    frame: float
    filled: float
    size: int
    memory: float


def empty(times: int) -> list[float]:
    """First frames of the empty application."""
    return [_reach(_EMPTY, "empty-application", {}) for _ in range(times)]


def measure(paths: list[Path], times: int) -> tuple[float, dict[Path, Opening]]:
    """The empty application's first frame, and each database's opening, in turns."""
    bare: list[float] = []
    frames: dict[Path, list[float]] = {path: [] for path in paths}
    filled: dict[Path, list[float]] = {path: [] for path in paths}
    sizes: dict[Path, int] = {}
    memory: dict[Path, list[float]] = {path: [] for path in paths}
    for _ in range(times):
        bare += empty(1)
        for path in paths:
            with Wire(_APP, environment=environment(path)) as wire:
                frames[path].append(wire.reach(_FIRST_FRAME))
                filled[path].append(wire.reach(f"{newest(path)}"))
                wire.listen(0.5)
                sizes[path] = len(wire.received)
                memory[path].append(resident_mb(wire.pid))
    opened = {
        path: Opening(
            statistics.median(frames[path]),
            statistics.median(filled[path]),
            sizes[path],
            statistics.median(memory[path]),
        )
        for path in paths
    }
    return statistics.median(bare), opened


def idle(path: Path, seconds: float) -> tuple[float, int]:
    """Share of a core in percent, and bytes sent, while nothing happens (the clock runs on)."""
    settings = environment(path, OLVERY_FREEZE="0", OLVERY_NOW="2022-12-06T10:00:05+03:00")
    with Wire(_APP, environment=settings) as wire:
        wire.reach(f"{newest(path)}")
        wire.listen(3.0)
        before = _cpu_seconds(wire.pid)
        size = wire.listen_for(seconds)
        used = _cpu_seconds(wire.pid) - before
    return 100 * used / seconds, size


def _reach(command: list[str], text: str, settings: dict[str, str]) -> float:
    with Wire(command, environment=settings) as wire:
        return wire.reach(text)


def resident_mb(pid: int) -> float:
    """The memory that a process holds now."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no resident size")


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK
