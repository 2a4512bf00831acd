"""The databases that are measured: made by the generator, loaded by the importer, kept."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.generate import write

NOW = "2022-12-06T10:00:00+03:00"
MANAGER = "Анна Орлова"
LOGIN = "bench"
"""Whose name stands above the list wherever the application is measured; they come in by key."""


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
        # Compiling what is imported would go on for seconds, into what is measured.
        "PYTHONDONTWRITEBYTECODE": "",
        **more,
    }


def database(folder: Path, tickets: int, *, keep: bool) -> Loaded:
    """The database with so many tickets: with `keep` the one that an earlier run has left there."""
    path = folder / f"{tickets}.db"
    figures = path.with_suffix(".json")
    if keep and path.exists() and figures.exists():
        run_command(path, "db", "upgrade")
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
    usage = run_command(path, "import", str(file))
    seconds = time.perf_counter() - began
    file.unlink()
    let_in(path)
    return Loaded(path, tickets, lines, seconds, usage.ru_maxrss / 1024)


def run_command(path: Path, *words: str) -> resource.struct_rusage:
    """Run one of the application's commands on a database; what it took.

    Raises:
        RuntimeError: it was refused.
    """
    pid = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "olvery_tui", *words],
        {**os.environ, **environment(path)},
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _pid, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"{' '.join(words)} was refused")
    return usage


def let_in(path: Path) -> None:
    """Make the manager, who comes in by `--login` as behind sshd."""
    first_name, last_name = MANAGER.split()
    name = ("--first-name", first_name, "--last-name", last_name)
    run_command(path, "settings", "--sign-in", "ssh-key")
    run_command(path, "managers", "add", LOGIN, *name, "--no-password")


def newest(path: Path) -> int:
    """The highest ticket number: the first line of the list."""
    with sqlite3.connect(path) as connection:
        return int(connection.execute("SELECT max(number) FROM ticket").fetchone()[0])


def first_visitor(path: Path) -> str:
    """How the visitor of the first line is written: what no colour sequence can be taken for."""
    with sqlite3.connect(path) as connection:
        row = connection.execute(
            "SELECT first_name || ' ' || last_name FROM ticket JOIN person ON id = visitor_id"
            " ORDER BY number DESC LIMIT 1"
        ).fetchone()
    return str(row[0])
