"""What is sent in changes, over a whole journey, is what the whole screen would show."""

from __future__ import annotations

import random
import signal
from typing import Any

import pytest

from tests.e2e.terminal import Terminal

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
    """What stands there once nothing more is sent."""
    terminal.take(0.4)
    return cells(terminal)


def is_the_whole_screen(terminal: Terminal) -> None:
    """Compare with what is sent after the terminal said that it has arranged anew."""
    in_changes = settled(terminal)
    terminal.screen.erase_in_display(2)
    terminal.process.kill(signal.SIGWINCH)
    whole = settled(terminal)
    for was, now in zip(in_changes, whole, strict=True):
        assert was == now, terminal.text


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (120, 40)])
def test_after_every_window_the_screen_is_whole(columns: int, lines: int) -> None:
    with Terminal("--demo", columns=columns, lines=lines) as terminal:
        terminal.wait_for("Мария Семенова", "из 11")
        for at, key in enumerate(JOURNEY):
            terminal.press(key)
            terminal.take(0.15)
            if at % 6 == 0:
                is_the_whole_screen(terminal)
        is_the_whole_screen(terminal)


@pytest.mark.parametrize("seed", range(2))
def test_after_keys_in_any_order_and_haste_the_screen_is_whole(seed: int) -> None:
    keys = random.Random(seed).choices(JOURNEY, k=60)
    with Terminal("--demo") as terminal:
        terminal.wait_for("Мария Семенова", "из 11")
        for at, key in enumerate(keys):
            terminal.press(key)
            terminal.take(0.02)
            if at % 15 == 14:
                is_the_whole_screen(terminal)


def test_another_size_and_back_is_whole() -> None:
    with Terminal("--demo") as terminal:
        terminal.wait_for("Мария Семенова", "из 11")
        terminal.press("Enter")
        terminal.wait_for("Детали билета")
        for columns, lines in ((120, 40), (60, 15), (80, 24)):
            terminal.resize(columns, lines)
            is_the_whole_screen(terminal)


def test_f5_mends_what_another_program_wrote() -> None:
    with Terminal("--demo") as terminal:
        terminal.wait_for("Мария Семенова", "из 11")
        before = settled(terminal)
        terminal.screen.erase_in_display(2)
        terminal.press("F5")
        assert settled(terminal) == before


def test_back_from_the_shell_it_is_painted_whole() -> None:
    with Terminal("--demo") as terminal:
        terminal.wait_for("Мария Семенова", "из 11")
        before = settled(terminal)
        terminal.process.kill(signal.SIGTSTP)
        terminal.take(0.5)
        terminal.screen.erase_in_display(2)
        terminal.process.kill(signal.SIGCONT)
        terminal.wait_for("Мария Семенова", "из 11")
        assert settled(terminal) == before
