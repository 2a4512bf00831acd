"""Six real terminals on one database, random keys on each of them: all live, none has a fault.

`make monkey` lets them run for five minutes on each engine; `TERMINALS_SECONDS` says how long.
"""

from __future__ import annotations

import os
import random
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import count
from pathlib import Path

import pytest

from olvery_tui.store.database.connect import open_database
from tests.forked import COMMAND
from tests.monkey import SIZES, steps
from tests.ways_in import login_of

SECONDS = float(os.environ.get("TERMINALS_SECONDS", "6"))
SEED = int(os.environ.get("MONKEY_SEED", "1"))
_TERMINALS = 6
_HANG_UP_EVERY = 15.0
"""After so many seconds one of them is closed, and another opened: it may be locked for good."""

_PAUSE = 0.02
_GONE_SECONDS = 8.0
_LOCKS = {"l", "\x0c"}


class Tmux:
    """A tmux server of its own, and a client that is told what to type where.

    Args:
        folder: Where its socket is.
        env: The environment of what runs in it.
    """

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self._command = ["tmux", "-f", "/dev/null", "-S", str(folder / "tmux")]
        self._env = env
        self._run("new-session", "-d", "-s", "none", "sleep", "100000")
        self._run("set-option", "-g", "remain-on-exit", "on")
        self._client = subprocess.Popen(
            [*self._command, "-C", "attach-session", "-t", "none"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=env,
        )

    def _run(self, *words: str) -> str:
        done = subprocess.run(
            [*self._command, *words], env=self._env, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def open(self, name: str, size: tuple[int, int], command: list[str]) -> int:
        """Start a command in a terminal of its own; its process."""
        columns, lines = map(str, size)
        shell = "exec " + shlex.join(command)
        self._run("new-session", "-d", "-s", name, "-x", columns, "-y", lines, shell)
        return int(self._run("display-message", "-p", "-t", name, "#{pane_pid}"))

    def type(self, name: str, text: str) -> None:
        """Send what a keyboard would, byte by byte."""
        self._tell(f"send-keys -t {name} -H {text.encode().hex(' ')}")

    def resize(self, name: str, size: tuple[int, int]) -> None:
        """Give a terminal another size, as far as tmux has such ones."""
        columns, lines = (min(max(one, 10), 500) for one in size)
        self._tell(f"resize-window -t {name} -x {columns} -y {lines}")

    def _tell(self, command: str) -> None:
        assert self._client.stdin is not None
        self._client.stdin.write(command.encode() + b"\n")
        self._client.stdin.flush()

    def ending(self, name: str) -> str:
        """How the command ended: its exit status or a signal; nothing where it goes on."""
        how = "#{?pane_dead,#{pane_dead_status}#{pane_dead_signal},}"
        return self._run("display-message", "-p", "-t", name, how)

    def hang_up(self, name: str) -> None:
        """Take a terminal away."""
        self._run("kill-session", "-t", name)

    def close(self) -> None:
        """End it with everything in it."""
        with suppress(subprocess.CalledProcessError):
            self._run("kill-server")
        with suppress(BrokenPipeError):
            self._client.communicate()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "olvery-tui.log"


@pytest.fixture
def tmux(url: str, tmp_path: Path, log: Path) -> Iterator[Tmux]:
    """A tmux whose terminals are on the database, at the demo's hour."""
    env = {
        name: text
        for name, text in os.environ.items()
        if not name.startswith(("OLVERY_", "TEXTUAL", "TMUX"))
    }
    env |= {
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
        "OLVERY_DATABASE_URL": url,
        "OLVERY_NOW": "2022-12-06T10:00:00+03:00",
        "OLVERY_LOG_FILE": str(log),
        "TERM": "tmux-256color",
    }
    made = Tmux(tmp_path, env)
    yield made
    made.close()


def is_alive(process: int) -> bool:
    """Whether a process runs; one that has ended and waits for tmux doesn't."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


def wait_gone(processes: list[int]) -> None:
    """Wait until processes have ended, each within the promised time."""
    deadline = time.monotonic() + _GONE_SECONDS
    while any(map(is_alive, processes)):
        assert time.monotonic() < deadline, "one outlived its terminal"
        time.sleep(0.05)


def typed(seed: int) -> Iterator[str | tuple[int, int]]:
    """Random keys and sizes without end; none that locks the terminal: it wants a password."""
    for step in steps(seed, sys.maxsize):
        if step.kind == "home":
            yield "\x1b[27u" * 3
        elif step.kind in ("input", "scan", "lump", "size") and step.data not in _LOCKS:
            yield step.data


def test_random_keys_on_six_terminals_end_none_of_them(
    tmux: Tmux, url: str, log: Path, tmp_path: Path
) -> None:
    with closing(open_database(url)) as store:
        logins = [login_of(store, name) for name in ("Анна Орлова", "Олег Тихонов")]
    chance, numbers = random.Random(SEED), count(1)
    open_now: dict[str, int] = {}
    hands: dict[str, Iterator[str | tuple[int, int]]] = {}
    left = 0

    def open_one() -> None:
        number = next(numbers)
        name = f"desk{number}"
        login = logins[number % len(logins)]
        open_now[name] = tmux.open(name, SIZES[number % len(SIZES)], [*COMMAND, "--login", login])
        hands[name] = typed(SEED * 1000 + number)

    for _terminal in range(_TERMINALS):
        open_one()
    began = time.monotonic()
    hung_up, keys = began, 0
    while time.monotonic() < began + SECONDS:
        for name in open_now:
            keys += 1
            match next(hands[name]):
                case str(text):
                    tmux.type(name, text)
                case size:
                    tmux.resize(name, size)
        time.sleep(_PAUSE)
        if time.monotonic() < hung_up + _HANG_UP_EVERY:
            continue
        hung_up = time.monotonic()
        for name in list(open_now):
            if ending := tmux.ending(name):
                assert ending == "0", f"{name} ended with {ending}"  # it was told to
                tmux.hang_up(name)
                del open_now[name]
                left += 1
                open_one()
        name = chance.choice(list(open_now))
        tmux.hang_up(name)
        wait_gone([open_now.pop(name)])
        open_one()
    assert {tmux.ending(name) for name in open_now} <= {"", "0"}
    for name in open_now:
        tmux.hang_up(name)
    wait_gone(list(open_now.values()))
    told = log.read_text() if log.exists() else ""
    print(f"{keys} keys in {next(numbers) - 1} terminals, {left} left by a key; the log:\n{told}")
    assert "Traceback" not in told
    assert "ERROR" not in told
