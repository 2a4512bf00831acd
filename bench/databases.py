"""The databases that are measured: made by the generator, loaded by the importer, kept."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.generate import write

NOW = "2022-12-06T10:00:00+03:00"
LOGIN = "bench"
"""Who is signed in wherever the application is measured."""


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
        **more,
    }


def load(folder: Path, tickets: int) -> Loaded:
    """Generate so many tickets and import them with the application's own command."""
    folder.mkdir(parents=True, exist_ok=True)
    path, lines_file = folder / f"{tickets}.db", folder / f"{tickets}.jsonl"
    if not lines_file.exists():
        write(lines_file, tickets, seed=1)
    for old in folder.glob(f"{tickets}.db*"):
        old.unlink()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "olvery_tui", "import", str(lines_file)],
        env={**os.environ, **environment(path)},
        stdout=subprocess.PIPE,
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"the import of {lines_file} was refused")
    with lines_file.open("rb") as file:
        lines = sum(1 for _ in file)
    let_in(path)
    return Loaded(path, tickets, lines, seconds, usage.ru_maxrss / 1024)


def let_in(path: Path) -> None:
    """A manager of the measurements' own, who comes in by `--login` as behind sshd."""
    words = [sys.executable, "-m", "olvery_tui", "--database", str(path)]
    name = ["--last-name", "Орлова", "--first-name", "Анна"]
    subprocess.run([*words, "settings", "--sign-in", "ssh-key"], check=True, capture_output=True)
    subprocess.run(
        [*words, "managers", "add", LOGIN, *name, "--no-password"], check=True, capture_output=True
    )


def newest(path: Path) -> int:
    """The highest ticket number: the first line of the list."""
    with sqlite3.connect(path) as connection:
        return int(connection.execute("SELECT max(number) FROM ticket").fetchone()[0])
