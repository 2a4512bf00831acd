"""The real command in processes of its own, started in a twentieth of the time.

Half of a second goes into the imports of each start. Here a process imports them once, does nothing
else, and forks: each fork is given its words, variables, folder and terminal or pipes, and runs
what `python -m olvery_tui` or `python -c …` would. It is the caller's child, as any other program.

What only a start from the beginning can show is started so: see `is_like_any_other`.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import pkgutil
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pexpect
import ptyprocess

COMMAND = (sys.executable, "-m", "olvery_tui")

AT_START = ("PYTHON", "LC_", "LANG", "TZ", "TERM", "TEXTUAL", "COLOR", "NO_COLOR", "FORCE_COLOR")
"""How the names of those variables begin that Python and the libraries read while they start."""

_FOREIGN = {"NO_COLOR", "COLORTERM", "COLUMNS", "LINES"}
"""Of the terminal in which the tests run; the last two would be stronger than the size given."""

_ROOT = Path(__file__).parent.parent
_PR_SET_CHILD_SUBREAPER = 36
_REQUEST_MAX = 1 << 20
_LEFT_OUT = ("olvery_tui.store.migrations.env",)
"""Imported by Alembic alone."""


def of_a_terminal() -> dict[str, str]:
    """The variables of a command on a terminal that pyte draws."""
    left = {
        name: text
        for name, text in os.environ.items()
        if not name.startswith(("OLVERY_", "TEXTUAL")) and name not in _FOREIGN
    }
    # pyte prints a stray letter for the kitty protocol's sequences.
    return {**left, "TERM": "xterm-256color", "TEXTUAL_DISABLE_KITTY_KEY": "1"}


def is_like_any_other(command: Sequence[str], env: Mapping[str, str]) -> bool:
    """Whether a start from the beginning would show nothing else: Python runs the module or a text,
    and no variable says how Python, the C library or Textual have to start.
    """
    known = command[0] == sys.executable and command[1] in ("-m", "-c")
    return known and _read_at_start(env) == _read_at_start(of_a_terminal())


def _read_at_start(env: Mapping[str, str]) -> dict[str, str]:
    own = ("TEXTUAL_DISABLE_KITTY_KEY", "COLORTERM")  # of terminals alone
    known = [name for name in env if name.startswith(AT_START) and name not in own]
    return {name: env[name] for name in known}


class Running(subprocess.Popen):
    """`subprocess.Popen` of a fork."""

    def _execute_child(self, args, _executable, _preexec, _close_fds, _pass_fds, cwd, env, *more):
        own = dict(zip(("stdin", "_", "_", "stdout", "_", "stderr"), more[3:9], strict=True))
        files = [own[name] for name in ("stdin", "stdout", "stderr")]
        assert -1 not in files, "it has nothing of the caller's"
        self.pid, self._child_created = the_forks().start(args, env, cwd, files), True
        for one in files:
            os.close(one)


class Spawned(pexpect.spawn):
    """`pexpect.spawn` of a fork."""

    def _spawnpty(self, args, *, env, cwd=None, dimensions, **_):
        master, slave = os.openpty()
        ptyprocess.ptyprocess._setwinsize(slave, *dimensions)
        pid = the_forks().start(args, env, cwd, [slave])
        os.close(slave)
        return ptyprocess.PtyProcess(pid, master)


class Forks:
    """The process that has imported everything, and forks."""

    def __init__(self) -> None:
        self._asked, theirs = socket.socketpair()
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.forked", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            cwd=_ROOT,
            env=of_a_terminal(),
            stdin=subprocess.DEVNULL,
        )
        theirs.close()

    def start(
        self, command: Sequence[str], env: Mapping[str, str], cwd: str | None, files: list[int]
    ) -> int:
        """Start a command on a terminal, or on its input and two outputs; its process."""
        what = {"command": command, "env": dict(env), "cwd": cwd or os.getcwd()}
        # A process whose parent has ended becomes the child of whoever asks for such ones.
        prctl = ctypes.CDLL(None).prctl
        with self._lock:
            prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
            socket.send_fds(self._asked, [json.dumps(what).encode()], files)
            told = self._asked.recv(16)
            prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
        return int(told)

    def remove(self) -> None:
        """End it."""
        self._asked.close()
        self._process.wait()


@cache
def the_forks() -> Forks:
    """The process of the tests of this one, from its first use until `remove_the_forks`."""
    return Forks()


def remove_the_forks() -> None:
    """End it, if it was ever used."""
    if the_forks.cache_info().currsize:
        the_forks().remove()
        the_forks.cache_clear()


# ── In the process that forks ────────────────────────────────────────────────────────────────────


def _import_everything() -> None:
    for one in pkgutil.walk_packages(importlib.import_module("olvery_tui").__path__, "olvery_tui."):
        if one.name not in _LEFT_OUT:
            importlib.import_module(one.name)
    assert threading.active_count() == 1, "a thread would be missing in the forks"
    gc.collect()
    gc.freeze()


def _serve(asking: socket.socket) -> dict[str, Any]:
    """Fork for each request. What it returns is a fork's request; the process itself exits."""
    while True:
        request, files, *_ = socket.recv_fds(asking, _REQUEST_MAX, 3)
        if not request:
            os._exit(0)
        mine, theirs = os.pipe()
        if (middle := os.fork()) == 0:
            if child := os.fork():
                os.write(theirs, str(child).encode())
                os._exit(0)  # so that the child becomes the caller's
            for one in (asking.detach(), mine, theirs):
                os.close(one)
            _take(files)
            return dict(json.loads(request))
        os.waitpid(middle, 0)
        asking.send(os.read(mine, 16))
        for one in (mine, theirs, *files):
            os.close(one)


def _take(files: list[int]) -> None:
    """Make them the terminal, or the input and the outputs, and open Python's streams anew."""
    if len(files) == 1:
        os.login_tty(files[0])
    else:
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        old = getattr(sys, name)
        how = {"encoding": old.encoding, "errors": old.errors, "closefd": False}
        stream = open(number, old.mode, **how)  # noqa: SIM115
        if name == "stderr":
            stream.reconfigure(line_buffering=True)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _run(request: dict[str, Any]) -> None:
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    _python, how, what, *words = request["command"]
    if how == "-c":
        sys.argv = ["-c", *words]
        exec(compile(what, "<string>", "exec"), {"__name__": "__main__"})
    else:
        sys.argv = [what, *words]
        importlib.import_module(f"{what}.__main__").main()


if __name__ == "__main__":
    _import_everything()
    _run(_serve(socket.socket(fileno=int(sys.argv[1]))))
