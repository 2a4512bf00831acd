"""Others doing the same work on the same rows: VisiData, and a plain `DataTable` filled whole."""

from __future__ import annotations

import asyncio
import csv
import shutil
import sqlite3
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult
from textual.widgets import DataTable

from bench.opening import resident_mb
from bench.wire import Wire

_TABLE_ROWS = 20_000
_COLUMNS = "t.number, t.starts_at, p.first_name || ' ' || p.last_name, t.status, w.label"


@dataclass(frozen=True, slots=True)
class Peer:
    """Milliseconds to the first rows, seconds until all are in, memory then."""

    name: str
    rows: int
    first_rows: float
    whole: float
    memory: float


def measure(path: Path) -> list[Peer]:
    """The peers that are here."""
    peers = [asyncio.run(_data_table(path))]
    if visidata := shutil.which("vd", path=str(Path(sys.executable).parent)):
        peers.append(_visidata(visidata, path))
    return peers


def _rows(path: Path, limit: int) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as connection:
        return connection.execute(
            f"SELECT {_COLUMNS} FROM ticket t JOIN person p ON p.id = t.visitor_id"
            " JOIN workplace w ON w.id = t.workplace_id ORDER BY t.number DESC LIMIT ?",
            (limit,),
        ).fetchall()


class _Filled(App[None]):
    def __init__(self, rows: list[tuple[Any, ...]]) -> None:
        super().__init__()
        self.rows = rows

    def compose(self) -> ComposeResult:
        yield DataTable()

    def on_mount(self) -> None:
        table: DataTable[Any] = self.query_one(DataTable)
        table.add_columns("Номер", "Период", "Посетитель", "Статус", "Место")
        table.add_rows(self.rows)


async def _data_table(path: Path) -> Peer:
    """Headless: what is shown first is shown when all rows are in."""
    import resource

    rows = _rows(path, _TABLE_ROWS)
    began = time.perf_counter()
    async with _Filled(rows).run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Peer("DataTable, filled whole", len(rows), seconds * 1000, seconds, memory)


def _visidata(command: str, path: Path) -> Peer:
    file = path.with_suffix(".csv")
    rows = _rows(path, -1)
    with file.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(["number", "start", "visitor", "status", "workplace"])
        writer.writerows(rows)
    shown = str(rows[0][0])
    total = f"{len(rows)} rows"
    count = len(rows)
    del rows
    with Wire([command, str(file)], environment={"PAGER": "cat"}) as wire:
        first = wire.reach(shown)
        whole = wire.reach(total, seconds=300)
        memory = resident_mb(wire.pid)
    file.unlink()
    return Peer("VisiData", count, first, whole / 1000, memory)
