"""However it ends, the terminal is given back and nothing is half-written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.program import environment
from tests.cli.program import run as run_program
from tests.e2e.terminal import Terminal
from tests.forked import COMMAND

Opens = Callable[..., Terminal]
only_sqlite = pytest.mark.only("sqlite")
"""For what the terminal alone decides, before or without the database."""

_ALTERNATE_OFF, _CURSOR_ON, _MOUSE_OFF = b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l"


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_and_gives_the_terminal_back(
    desk: Opens, number: signal.Signals
) -> None:
    with desk() as terminal:
        terminal.wait_for("из 11")
        terminal.press("26", "Enter")
        terminal.wait_for("Проверьте личность посетителя")
        os.kill(terminal.process.pid, number)
        assert terminal.wait_end() == 0
        ending = bytes(terminal.sent)[-400:]
        assert _ALTERNATE_OFF in ending
        assert _CURSOR_ON in ending
        assert _MOUSE_OFF in ending


@only_sqlite
def test_a_byte_that_is_no_letter_ends_nothing(desk: Opens) -> None:
    """A terminal that speaks KOI8-R, or a damaged paste."""
    with desk() as terminal:
        terminal.wait_for("из 11")
        terminal.press("a")
        terminal.wait_for("Заказчик")
        terminal.process.write(b"\xf4\xc5")
        terminal.press("кор")
        terminal.wait_for("кор")
        terminal.press("Escape")
        assert terminal.process.isalive()


def test_a_dropped_connection_ends_it_even_where_hangups_are_ignored(desk: Opens) -> None:
    deaf = (
        sys.executable,
        "-c",
        "import signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN);"
        "sys.argv = ['olvery-tui', *sys.argv[1:]]; from olvery_tui.__main__ import main; main()",
    )
    with desk(command=deaf) as terminal:
        terminal.wait_for("из 11")
        pid = terminal.process.pid
        os.close(terminal.process.child_fd)
        terminal.process.closed = True
        deadline = time.monotonic() + 60
        while True:
            ended, _status = os.waitpid(pid, os.WNOHANG)
            if ended:
                break
            assert time.monotonic() < deadline, "it outlived its terminal"
            time.sleep(0.1)
        terminal.process.terminated = True


def test_a_killed_application_leaves_a_sound_database(desk: Opens, database: Path) -> None:
    for _ in range(3):
        with desk() as terminal:
            terminal.wait_for("из 11")
            terminal.press("26\r")
            terminal.wait_for("Дата проверки")
            terminal.press("v")
            os.kill(terminal.process.pid, signal.SIGKILL)
            terminal.wait_end()
    checked = run_program("db", "check", env=environment(database, "2022-12-06T10:00:00+03:00"))
    assert (checked.returncode, checked.stderr) == (0, b"")


@only_sqlite
@pytest.mark.parametrize(
    ("term", "extra"),
    [
        ("linux", {"LANG": "C", "LC_ALL": "C"}),
        ("screen", {"NO_COLOR": "1"}),
        ("vt100", {"PYTHONIOENCODING": "koi8-r"}),
    ],
)
def test_it_opens_on_any_terminal_with_cyrillic_right(
    desk: Opens, term: str, extra: dict[str, str]
) -> None:
    with desk(env={"TERM": term, **extra}) as terminal:
        text = terminal.wait_for("из 11", "◇ Подтвержден", "Марина Спиридонова")
        assert "\N{REPLACEMENT CHARACTER}" not in text


@only_sqlite
def test_a_terminal_that_can_show_nothing_is_told_so(desk: Opens) -> None:
    with desk(env={"TERM": "dumb"}) as terminal:
        assert terminal.wait_end() == 2
        assert "TERM=xterm-256color" in terminal.text


def test_without_a_terminal_it_says_so_and_ends() -> None:
    done = subprocess.run(
        COMMAND, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert "ssh -t" in done.stderr
    assert done.stdout == ""
