"""A terminal that goes away takes its application with it, whatever is stuck at that moment."""

from __future__ import annotations

import contextlib
import os
import random
import select
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from olvery_tui import hangup
from tests.databases import ENGINES
from tests.e2e.terminal import Terminal

Opens = Callable[..., Terminal]

ROUNDS = int(os.environ.get("HANGUP_ROUNDS", "2"))
"""How often each way of ending is tried, by turns on each engine; `make hangups` asks for more."""

_LIMIT = 5.0 + 3.0
"""Seconds after which nothing may be left: what is promised, and a machine that is busy."""

_KEYS = [
    *(key.encode() for key in "oavzhfx/ 0123456789eéщ\r\x1b\t\x10\x13"),
    *(b"\x1b[A", b"\x1b[B", b"\x1b[5~", b"\x1b[6~", b"\x1bOP"),
]

_PATCHED = """\
import os, sys, threading, time
sys.argv = ["olvery-tui", *sys.argv[1:]]
from olvery_tui.app.app import DeskApp
from olvery_tui.app.rendering import Rendering
from textual.drivers import _writer_thread
{patch}
from olvery_tui.__main__ import main
main()
"""

_OUTPUT_DIES = """\
def run(self):
    while (text := self._queue.get()) is not None:
        if os.path.exists(os.environ["TRIGGER"]):
            return
        self._file.write(text)
        self._file.flush()
_writer_thread.WriterThread.run = run
"""
_LOOP_STANDS_STILL = """\
def stand_still(self):
    threading.Event().wait()
Rendering.redraw = stand_still
DeskApp.action_help = stand_still
"""
_CLOSING_STANDS_STILL = """\
from olvery_tui.services import Services
Services.close = lambda self: threading.Event().wait()
"""


only_sqlite = pytest.mark.only("sqlite")
"""What the output's thread does has nothing to do with the database."""


@pytest.fixture(params=range((ROUNDS + 1) // 2))
def seed(request: pytest.FixtureRequest, engine: str) -> int:
    """Of the random keys: the even ones are SQLite's, the odd ones PostgreSQL's."""
    return 2 * int(request.param) + ENGINES.index(engine)


def open_ticket(terminal: Terminal) -> None:
    """Open a ticket, as soon as the database behind the first frame is open."""
    terminal.wait_for("из 11")
    while "Проверьте личность посетителя" not in terminal.text:
        assert terminal.process.isalive()
        terminal.press("26", "Enter")
        terminal.take(1.0)


def flood(terminal: Terminal, seconds: float, seed: int, *, read: bool) -> None:
    """Send random keys for a while; what is painted is perhaps not even read."""
    chosen, handle = random.Random(seed), terminal.process.child_fd
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if read:
            terminal.take(0.001)
        if select.select([], [handle], [], 0.01)[1]:
            os.write(handle, b"".join(chosen.choices(_KEYS, k=20)))


def hang_up(terminal: Terminal) -> None:
    """Close the other end of the line, as a terminal or sshd that ends."""
    os.close(terminal.process.child_fd)
    terminal.process.closed = True


def seconds_to_the_end(terminal: Terminal, *, read: bool = False) -> float:
    """How long the process stays; meanwhile its terminal perhaps reads what it says."""
    began = time.monotonic()
    how = os.WEXITED | os.WNOHANG | os.WNOWAIT  # who has started it asks for its status
    while os.waitid(os.P_PID, terminal.process.pid, how) is None:
        assert time.monotonic() < began + _LIMIT, "it outlived its terminal"
        if read:
            terminal.take(0.02)
        time.sleep(0.02)
    return time.monotonic() - began


def patched(patch: str) -> tuple[str, ...]:
    return (sys.executable, "-c", _PATCHED.format(patch=patch))


def test_what_is_waited_for_altogether_is_less_than_five_seconds() -> None:
    waits = (hangup._LOOK_SECONDS, hangup.GRACE_SECONDS, hangup._CLOSE_SECONDS)
    assert sum(waits) < 5
    assert hangup._LOOK_SECONDS * hangup._DEAF_LOOKS + hangup._CLOSE_SECONDS < 5


@pytest.mark.parametrize("seed", range(ROUNDS))
@pytest.mark.parametrize("read", [True, False], ids=["read", "unread"])
def test_a_hangup_in_a_flood_of_keys_ends_it(
    desk: Opens, database: Path, seed: int, read: bool
) -> None:
    with desk() as terminal:
        terminal.wait_for("из 11")
        flood(terminal, 0.5 + seed % 5 / 2, seed, read=read)
        hang_up(terminal)
        seconds_to_the_end(terminal)
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_a_flood_of_keys_ends_it_also_where_nobody_reads(
    desk: Opens, seed: int, number: signal.Signals
) -> None:
    with desk() as terminal:
        terminal.wait_for("из 11")
        flood(terminal, 1.0, seed, read=False)
        os.kill(terminal.process.pid, number)
        seconds_to_the_end(terminal)


def test_one_that_was_stopped_meanwhile_ends_when_it_goes_on(desk: Opens, seed: int) -> None:
    with desk() as terminal:
        terminal.wait_for("из 11")
        flood(terminal, 0.5, seed, read=bool(seed % 2))
        os.kill(terminal.process.pid, signal.SIGSTOP)
        hang_up(terminal)
        time.sleep(0.5)
        with contextlib.suppress(ProcessLookupError):
            os.kill(terminal.process.pid, signal.SIGCONT)
        seconds_to_the_end(terminal)


@only_sqlite
def test_it_ends_and_gives_the_terminal_back_when_its_output_thread_has_died(
    desk: Opens, tmp_path: Path
) -> None:
    trigger = tmp_path / "trigger"
    with desk(command=patched(_OUTPUT_DIES), env={"TRIGGER": str(trigger)}) as terminal:
        terminal.wait_for("из 11")
        trigger.touch()
        flood(terminal, 0.3, 1, read=True)
        seconds_to_the_end(terminal, read=True)
        terminal.take()
        assert b"\x1b[?1049l" in bytes(terminal.sent)


@only_sqlite
def test_it_gives_the_terminal_back_when_it_is_left_just_after_its_output_thread_died(
    desk: Opens, tmp_path: Path
) -> None:
    trigger = tmp_path / "trigger"
    with desk(command=patched(_OUTPUT_DIES), env={"TRIGGER": str(trigger)}) as terminal:
        terminal.wait_for("из 11")
        trigger.touch()
        terminal.press("Down")
        terminal.press("Ctrl+Q")
        seconds_to_the_end(terminal, read=True)
        terminal.take()
        assert b"\x1b[?1049l" in bytes(terminal.sent)


def test_it_ends_while_its_loop_stands_still(desk: Opens, engine: str) -> None:
    """A signal on one engine, a hangup on the other: either ends it past the loop."""
    with desk(command=patched(_LOOP_STANDS_STILL)) as terminal:
        terminal.wait_for("из 11")
        terminal.press("F1")
        terminal.take(1.0)
        if engine == "sqlite":
            os.kill(terminal.process.pid, signal.SIGTERM)
        else:
            hang_up(terminal)
        seconds_to_the_end(terminal)


def test_it_ends_while_the_database_does_not_close(desk: Opens) -> None:
    with desk(command=patched(_CLOSING_STANDS_STILL)) as terminal:
        open_ticket(terminal)
        os.kill(terminal.process.pid, signal.SIGTERM)
        seconds_to_the_end(terminal)


def test_stopped_and_continued_it_reads_with_one_thread_as_before(desk: Opens) -> None:
    with desk() as terminal:
        open_ticket(terminal)

        before = len(list(Path(f"/proc/{terminal.process.pid}/task").iterdir()))
        for _ in range(3):
            os.kill(terminal.process.pid, signal.SIGSTOP)
            time.sleep(0.2)
            os.kill(terminal.process.pid, signal.SIGCONT)
            terminal.take(0.5)
        terminal.press("Esc")
        terminal.wait_gone("Проверьте личность посетителя")
        terminal.press("/", "сем")
        terminal.wait_for("сем")
        assert len(list(Path(f"/proc/{terminal.process.pid}/task").iterdir())) <= before
