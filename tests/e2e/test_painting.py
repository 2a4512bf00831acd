"""What is sent in changes, over a whole journey, is what the whole screen would show."""

from __future__ import annotations

import contextlib
import random
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.terminal import Terminal

_PATIENCE = 60.0
_RESTED = 4
"""Looks, a tenth of a second apart, at which nothing happened."""

JOURNEY = (
    "Enter", "u", "+", "Ё", "Esc", "Enter", "Esc", "w", "Down", "Esc", "h", "Esc", "p", "Esc",
    "PgDn", "PgUp", "Esc", "2", "Esc", "x", "Down", "Down", "End", "Home", "PgDn", "z", "x",
    "a", "Esc", "F1", "Esc", "Tab", "Tab", "Esc", "f", "Down", "Esc", "x", "v", "Esc", "F5",
)  # fmt: skip
"""Keys of every window, there and back; most of them also make sense in another order."""


def cells(terminal: Terminal) -> list[list[tuple[Any, ...]]]:
    """Letters and colours; of a blank only what is seen of it."""
    screen = terminal.screen
    return [
        [
            (" ", cell.bg)
            if cell.data == " " and not (cell.underscore or cell.reverse)
            else (cell.data, cell.fg, cell.bg, cell.bold, cell.underscore, cell.reverse)
            for cell in (screen.buffer[y][x] for x in range(screen.columns))
        ]
        for y in range(screen.lines)
    ]


def settled(terminal: Terminal) -> list[list[tuple[Any, ...]]]:
    """What stands there once nothing more is sent, and nothing of the application works on it."""
    rested = 0
    deadline = time.monotonic() + _PATIENCE
    while rested < _RESTED:
        assert time.monotonic() < deadline, f"never rested:\n{terminal.text}"
        rested = 0 if terminal.take(0.1) or _is_working(terminal.process.pid) else rested + 1
    return cells(terminal)


def _is_working(pid: int) -> bool:
    """Whether a thread runs, or would if a busy machine let it."""
    for task in Path(f"/proc/{pid}/task").glob("*/stat"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if task.read_text().rpartition(")")[2].split()[0] in "RD":
                return True
    return False


Both = tuple[list[list[tuple[Any, ...]]], list[list[tuple[Any, ...]]]]


def both_ways(terminal: Terminal) -> Both:
    """What came in changes; what is sent after the terminal said that it has arranged anew."""
    in_changes = settled(terminal)
    terminal.screen.erase_in_display(2)
    terminal.process.kill(signal.SIGWINCH)
    return in_changes, settled(terminal)


def demo(columns: int = 80, lines: int = 24) -> Terminal:
    """The demonstration, whose clock stands still: no minute passes between two looks."""
    env = {"OLVERY_FREEZE": "1"}
    terminal = Terminal("--demo", columns=columns, lines=lines, env=env)
    terminal.wait_for("Мария Семенова", "из 11")
    return terminal


@pytest.mark.parametrize(
    ("columns", "lines", "keys", "pause", "every"),
    [
        pytest.param(80, 24, JOURNEY, 0.15, 6, id="80x24"),
        pytest.param(120, 40, JOURNEY, 0.15, 6, id="120x40"),
        pytest.param(80, 24, random.Random(0).choices(JOURNEY, k=60), 0.02, 15, id="any order"),
        pytest.param(80, 24, random.Random(1).choices(JOURNEY, k=60), 0.02, 15, id="another"),
    ],
)
def test_after_every_window_the_screen_is_whole(
    columns: int, lines: int, keys: Sequence[str], pause: float, every: int
) -> None:
    with demo(columns, lines) as terminal:
        for at, key in enumerate(keys, 1):
            terminal.press(key)
            terminal.take(pause)
            if at % every == 0 or at == len(keys):
                in_changes, whole = both_ways(terminal)
                assert in_changes == whole, (keys[:at], terminal.text)


def test_another_size_and_back_is_whole() -> None:
    with demo() as terminal:
        terminal.press("Enter")
        terminal.wait_for("Детали билета")
        for columns, lines in ((120, 40), (60, 15), (80, 24)):
            terminal.resize(columns, lines)
            in_changes, whole = both_ways(terminal)
            assert in_changes == whole, terminal.text


def test_f5_mends_what_another_program_wrote() -> None:
    with demo() as terminal:
        before = settled(terminal)
        terminal.screen.erase_in_display(2)
        terminal.press("F5")
        assert settled(terminal) == before


def test_back_from_the_shell_it_is_painted_whole() -> None:
    with demo() as terminal:
        before = settled(terminal)
        terminal.process.kill(signal.SIGTSTP)
        terminal.take(0.5)
        terminal.screen.erase_in_display(2)
        terminal.process.kill(signal.SIGCONT)
        terminal.wait_for("Мария Семенова", "из 11")
        assert settled(terminal) == before
