"""A real terminal for tests: the command runs on a pty, pyte draws what it sends."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pexpect
import pyte

from tests.forked import COMMAND, Spawned, is_like_any_other, of_a_terminal

_PATIENCE = 60.0
_ENTER, _ESCAPE = "\r", "\x1b"
NAMED = {
    "Enter": _ENTER,
    "Esc": _ESCAPE,
    "Tab": "\t",
    "Up": "\x1b[A",
    "Down": "\x1b[B",
    "PgUp": "\x1b[5~",
    "PgDn": "\x1b[6~",
    "Home": "\x1b[H",
    "End": "\x1b[F",
    "F1": "\x1bOP",
    "F5": "\x1b[15~",
    "Ctrl+Q": "\x11",
    "Ctrl+S": "\x13",
    "Backspace": "\x7f",
}
"""What the keys without a letter send."""

_CLIPBOARD_OR_TITLE = re.compile(rb"\x1b\](?!8;)")
"""Operating system commands: titles, the clipboard. A link (8) would be harmless."""


class Terminal:
    """One running command and what its screen shows.

    `from_the_start`: it is no fork (`tests.forked`), for what the system knows of a process.
    """

    def __init__(
        self,
        *words: str,
        columns: int = 80,
        lines: int = 24,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        command: tuple[str, ...] = COMMAND,
        from_the_start: bool = False,
    ) -> None:
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.sent = bytearray()
        environment = {**of_a_terminal(), **(env or {})}
        forked = not from_the_start and is_like_any_other(command, environment)
        spawn = Spawned if forked else pexpect.spawn
        self.process = spawn(
            command[0],
            [*command[1:], *words],
            dimensions=(lines, columns),
            env=environment,  # type: ignore[arg-type]
            cwd=str(cwd) if cwd else None,
            timeout=_PATIENCE,
        )

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            os.kill(self.process.pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            self.process.close(force=True)

    @property
    def text(self) -> str:
        """The whole screen, a line a row."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def press(self, *keys: str) -> None:
        """Type names of `NAMED`, or anything else letter by letter."""
        for key in keys:
            self.process.send(NAMED.get(key, key))

    def take(self, seconds: float = 0.05) -> bytes:
        """Read what was sent until the terminal is quiet for so long."""
        taken = bytearray()
        while True:
            try:
                chunk = self.process.read_nonblocking(65536, timeout=seconds)
            except (pexpect.TIMEOUT, pexpect.EOF):
                break
            taken += chunk
            self._stream.feed(chunk)
        self.sent += taken
        return bytes(taken)

    def wait_until(self, holds: Callable[[str], bool], what: str = "") -> str:
        """Wait until the screen's text satisfies `holds`; the text."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            self.take()
            if holds(self.text):
                return self.text
            assert time.monotonic() < deadline, f"never saw {what}:\n{self.text}"
            assert self.process.isalive() or holds(self.text), f"ended early:\n{self.text}"

    def wait_for(self, *texts: str) -> str:
        """Wait until every one of `texts` is on the screen."""
        return self.wait_until(lambda screen: all(text in screen for text in texts), str(texts))

    def wait_gone(self, text: str) -> str:
        """Wait until `text` is not on the screen."""
        return self.wait_until(lambda screen: text not in screen, f"the end of {text!r}")

    def wait_end(self) -> int:
        """Wait until the command has ended; its exit code, or minus the signal's number."""
        deadline = time.monotonic() + _PATIENCE
        while self.process.isalive():
            self.take()
            assert time.monotonic() < deadline, f"still running:\n{self.text}"
        self.take()
        self.process.close()
        if self.process.signalstatus is not None:
            return -self.process.signalstatus
        return self.process.exitstatus or 0

    def resize(self, columns: int, lines: int) -> None:
        """Give the window another size."""
        self.take()
        self.process.setwinsize(lines, columns)
        self.screen.resize(lines, columns)

    @property
    def hostile_sequences(self) -> list[bytes]:
        """Commands to the terminal that the application itself never sends."""
        return _CLIPBOARD_OR_TITLE.findall(bytes(self.sent))
