"""The real command, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

COMMAND = (sys.executable, "-m", "olvery_tui")
PATIENCE = 60.0


def environment(database: Path, now: str | None = None, **more: str) -> dict[str, str]:
    """The variables of a command that works on `database`."""
    own = {"OLVERY_DATABASE_URL": f"sqlite:///{database}", "TERM": "xterm-256color"}
    if now is not None:
        own["OLVERY_NOW"] = now
    # Test runners name a size of their own, which would be stronger than the terminal's.
    given = {name: text for name, text in os.environ.items() if name not in ("COLUMNS", "LINES")}
    return {**given, **own, **more}


def run(
    *words: object, env: Mapping[str, str], stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run it to its end; neither its input nor its output is a terminal."""
    return subprocess.run(
        [*COMMAND, *map(str, words)],
        env=env,
        input=stdin,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )


def begin(*words: object, env: Mapping[str, str]) -> subprocess.Popen[str]:
    """Start it and leave it running."""
    return subprocess.Popen(
        [*COMMAND, *map(str, words)],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
