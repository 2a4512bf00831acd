"""Others doing the same work on the same rows: VisiData, and a plain `DataTable` filled whole."""

from __future__ import annotations

import csv
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pyte

from bench.filled_table import rows
from bench.running import Bench
from bench.wire import Wire

_TABLE_ROWS = 20_000
_PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Peer:
    """Milliseconds to the first rows, seconds until all are in, memory then."""

    name: str
    rows: int
    first_rows: float
    whole: float
    memory: float


def write(bench: Bench) -> None:
    """Measure, and write the section."""
    peers = [_data_table(bench.large.path)]
    visidata = shutil.which("vd", path=str(Path(sys.executable).parent))
    if visidata:
        peers.append(_visidata(visidata, bench.large.path))
    bench.report.section(
        "peers",
        "Peers",
        "The same rows in other programs: a Textual `DataTable` that is filled whole (the screen"
        " stands still until\nthen), and VisiData with a CSV file of all rows. Beside them stands"
        " what “Opening” says of the application."
        + ("" if visidata else "\nVisiData was not installed here."),
    )
    bench.report.table(
        ["", "rows", "first rows, ms", "all rows, s", "memory, MB"],
        [[peer.name, peer.rows, peer.first_rows, peer.whole, peer.memory] for peer in peers],
    )


def _data_table(path: Path) -> Peer:
    filling = rows(path, _TABLE_ROWS)
    command = [sys.executable, "-m", "bench.filled_table", str(path), str(_TABLE_ROWS)]
    with Wire(command) as wire:
        first = wire.reach(str(filling[0][0]), seconds=_PATIENCE)
        memory = wire.resident_mb()
    return Peer("DataTable, filled whole", len(filling), first, first / 1000, memory)


def _visidata(command: str, path: Path) -> Peer:
    file = path.with_suffix(".csv")
    filling = rows(path, -1)
    with file.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(["number", "start", "visitor", "status", "workplace"])
        writer.writerows(filling)
    try:
        with Wire([command, str(file)], environment={"PAGER": "cat"}) as wire:
            first = wire.reach(str(filling[0][0]))
            whole = _shows(wire, f"{len(filling)} rows")
            memory = wire.resident_mb()
    finally:
        file.unlink()
    return Peer("VisiData", len(filling), first, whole / 1000, memory)


def _shows(wire: Wire, text: str) -> float:
    """Milliseconds from the start of the command until `text` stands on its screen, of which only
    the letters that changed are sent.

    Raises:
        TimeoutError: it did not come to stand there.
    """
    screen = pyte.Screen(wire.columns, wire.lines)
    stream, read = pyte.ByteStream(screen), 0
    while not any(text in line for line in screen.display):
        if time.perf_counter() - wire.started > _PATIENCE:
            raise TimeoutError(f"{text!r} was not shown: {screen.display[-1].strip()!r}")
        wire.listen_for(0.1)
        stream.feed(bytes(wire.received[read:]))
        read = len(wire.received)
    return (time.perf_counter() - wire.started) * 1000
