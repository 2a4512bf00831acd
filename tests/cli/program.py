"""The real command, in a process of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.forked import COMMAND, Running, is_like_any_other, of_a_terminal

PATIENCE = 60.0


def environment(database: Path | str, now: str | None = None, **more: str) -> dict[str, str]:
    """The variables of a command that works on `database`: a file, or a URL."""
    url = f"sqlite:///{database}" if isinstance(database, Path) else database
    own = {"OLVERY_DATABASE_URL": url}
    if now is not None:
        own["OLVERY_NOW"] = now
    return {**of_a_terminal(), **own, **more}


def run(
    *words: object, env: Mapping[str, str], stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run it to its end; neither its input nor its output is a terminal."""
    with _begun(*words, env=env, stdin=subprocess.PIPE) as process:
        try:
            out, err = process.communicate(stdin, timeout=PATIENCE)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def begin(
    *words: object, env: Mapping[str, str], stdin: int = subprocess.DEVNULL
) -> subprocess.Popen[str]:
    """Start it and leave it running."""
    return _begun(*words, env=env, stdin=stdin, text=True, encoding="utf-8")


def _begun(*words: object, env: Mapping[str, str], **more: Any) -> subprocess.Popen[Any]:
    command = [*COMMAND, *map(str, words)]
    start = Running if is_like_any_other(command, env) else subprocess.Popen
    return start(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
