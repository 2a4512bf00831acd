"""The databases that are measured: made by the generator, loaded by the importer, kept."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.generate import write

NOW = "2022-12-06T10:00:00+03:00"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A database and what loading it took. `peak_mb` is the importer's largest resident size."""

    path: Path
    tickets: int
    lines: int
    seconds: float
    peak_mb: float


def environment(path: Path, **more: str) -> dict[str, str]:
    """The settings under which everything is measured: that database, the demo's clock."""
    return {
        "OLVERY_DATABASE_URL": f"sqlite:///{path}",
        "OLVERY_NOW": NOW,
        "OLVERY_FREEZE": "1",
        "OLVERY_MANAGER": "Анна Орлова",
        **more,
    }


def database(folder: Path, tickets: int, *, keep: bool) -> Loaded:
    """The database with so many tickets: with `keep` the one that an earlier run has left there."""
    path = folder / f"{tickets}.db"
    figures = path.with_suffix(".json")
    if keep and path.exists() and figures.exists():
        return Loaded(path, **json.loads(figures.read_text()))
    folder.mkdir(parents=True, exist_ok=True)
    loaded = _load(path, tickets)
    kept = {name: value for name, value in asdict(loaded).items() if name != "path"}
    figures.write_text(json.dumps(kept))
    return loaded


def _load(path: Path, tickets: int) -> Loaded:
    """Generate so many tickets and import them with the application's own command."""
    print(f"loading {tickets:,} tickets …", file=sys.stderr, flush=True)
    file = path.with_suffix(".jsonl")
    lines = write(file, tickets, seed=1)
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "olvery_tui", "import", str(file)],
        env={**os.environ, **environment(path)},
        stdout=subprocess.PIPE,
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"the import of {file} was refused")
    file.unlink()
    return Loaded(path, tickets, lines, seconds, usage.ru_maxrss / 1024)


def newest(path: Path) -> int:
    """The highest ticket number: the first line of the list."""
    with sqlite3.connect(path) as connection:
        return int(connection.execute("SELECT max(number) FROM ticket").fetchone()[0])
