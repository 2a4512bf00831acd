"""Names that carry markup and escape sequences are letters on every screen of a real terminal."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.program import environment
from tests.cli.program import run as run_program
from tests.e2e.terminal import Terminal

Opens = Callable[..., Terminal]

HOSTILE = {
    "closing markup": "Иванов [/]",
    "a clipboard write": "Иван\x1b]52;c;cm0gLXJm\x07ов",
    "C1 controls": "\x9b31mИван\x9d0;owned\x9c\u202e",
    "a family": "Иван 👨‍👩‍👧‍👦 И\u200bв\u2060",
    "nine thousand letters": "Ж" * 9_000,
    "a formula": "=cmd|' /C calc'!A0",
}
_OURS = re.compile(rb"\x1b\[[0-9;?<>=$]*[A-Za-z$p]|\x1b\]22;[a-z]*\x07|\x1b[78=>(][B0]?")
"""What the application itself sends: control sequences, the pointer's shape."""


def assert_harmless(sent: bytes) -> None:
    """No escape, no control of the eight-bit set and no NUL but the application's own."""
    left = _OURS.sub(b"", sent)
    assert b"\x1b" not in left, left[max(0, left.find(b"\x1b") - 40) :][:120]
    assert b"\x00" not in left
    text = left.decode("utf-8", "replace")
    assert not [char for char in text if "\x80" <= char <= "\x9f" or char in "\u202e\u200b\u2060"]


def plant(database: Path, name: str) -> None:
    """Write a name into every person and label, as another program would."""
    with closing(sqlite3.connect(database)) as outside, outside:
        outside.execute("UPDATE person SET last_name = ?, first_name = 'Мария'", (name,))
        outside.execute("UPDATE service SET name = ? || id", (name,))
        outside.execute("UPDATE room SET name = ? || id", (name,))
        outside.execute("UPDATE workplace SET label = ? || id", (name,))
        outside.execute("UPDATE modifier SET name = ? || id", (name,))
        outside.execute("UPDATE manager SET last_name = ?", (name,))


@pytest.mark.parametrize(
    "what",
    ["closing markup", "a clipboard write", "C1 controls", "nine thousand letters", "a family"],
)
def test_every_screen_shows_hostile_names_as_letters(
    desk: Opens, database: Path, what: str
) -> None:
    plant(database, HOSTILE[what])
    with desk("Ольга Н") as terminal:
        terminal.wait_for("из 11")
        terminal.press("26\r")
        terminal.wait_for("Проверьте личность посетителя")
        terminal.press("v")
        terminal.wait_for("Личность посетителя проверена")
        for key, shown in (
            ("h", "История"),
            ("p", "Превью"),
            ("u", "Посетитель билета 26"),
            ("w", "Рабочее место в билете 26"),
        ):
            terminal.press(key)
            terminal.wait_until(lambda text, shown=shown: shown in text or "26" in text, shown)
            terminal.take(0.5)
            terminal.press("Esc")
            terminal.take(0.5)
        terminal.press("Esc")
        terminal.take(0.5)
        terminal.press("/", "мар")
        terminal.take(1.0)
        assert terminal.process.isalive()
        assert_harmless(bytes(terminal.sent))
        terminal.press("Ctrl+Q")
        assert terminal.wait_end() == 0


def test_a_sheet_never_holds_a_formula_and_a_table_no_escapes(database: Path) -> None:
    plant(database, HOSTILE["a formula"])
    sheet = run_program("tickets", "--format", "csv", env=environment(database)).stdout.decode()
    cells = [cell for line in sheet.splitlines()[1:] for cell in line.split(",")]
    assert not [cell for cell in cells if cell.lstrip('"')[:1] in ("=", "@")]
    plant(database, HOSTILE["a clipboard write"])
    with Terminal("--database", str(database), "tickets", columns=120) as terminal:
        assert terminal.wait_end() == 0
        assert_harmless(bytes(terminal.sent))
