"""How many bytes an application sends to its terminal, and how soon: on a real pseudo-terminal.

    python -m bench.wire

measures the list of tickets alone, over 10,000 rows in memory, and prints JSON. `Wire` is for
other measurements too: it runs any command, presses keys and counts what comes back.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import signal
import statistics
import struct
import sys
import termios
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

KEYS = {
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "pageup": b"\x1b[5~",
    "pagedown": b"\x1b[6~",
    "home": b"\x1b[H",
    "end": b"\x1b[F",
    "tab": b"\t",
    "enter": b"\r",
    "escape": b"\x1b",
}
_TICK = os.sysconf("SC_CLK_TCK")
_UNSET = frozenset({"COLORTERM", "PYTHONDONTWRITEBYTECODE"})
"""More colours than SSH passes on; and what would have the application, but not the libraries that
were compiled when they were installed, compiled anew at every start.
"""

_QUIET = 0.25
_START_SECONDS = 30.0
_HELD_KEY_RATE = 30


@dataclass(frozen=True, slots=True)
class Burst:
    """What one action made the application send. Times in milliseconds after the action."""

    size: int
    first: float
    last: float


class Wire:
    """A command on a pseudo-terminal of a given size, as a plain SSH session gives it."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 120,
        lines: int = 40,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.columns, self.lines = columns, lines
        self.received = bytearray()
        self.started = time.perf_counter()
        self._pid, self._file = pty.fork()
        if self._pid == 0:
            signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it would never end
            kept = {name: value for name, value in os.environ.items() if name not in _UNSET}
            os.execvpe(
                command[0],
                list(command),
                {**kept, "TERM": "xterm-256color", **(environment or {})},
            )
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def __enter__(self) -> Wire:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def wait_for(self, text: str, seconds: float = _START_SECONDS) -> None:
        """Read until `text` was sent, then until it is quiet.

        Raises:
            TimeoutError: it was not sent in time.
        """
        end = time.monotonic() + seconds
        while text.encode() not in self.received:
            if time.monotonic() > end:
                raise TimeoutError(f"{text!r} was not shown")
            self._read(0.05)
        self.listen()

    def reach(self, text: str, seconds: float = _START_SECONDS) -> float:
        """Milliseconds from the start of the command until `text` was sent.

        Raises:
            TimeoutError: it was not sent in time.
        """
        wanted = text.encode()
        while wanted not in self.received:
            if time.perf_counter() - self.started > seconds:
                raise TimeoutError(f"{text!r} was not shown")
            self._read(0.5)
        return (time.perf_counter() - self.started) * 1000

    def press(self, *keys: str) -> Burst:
        """Press keys, by name or as they are, and count what is sent until it is quiet."""
        return self.send(b"".join(KEYS.get(key, key.encode()) for key in keys))

    def send(self, data: bytes, quiet: float = _QUIET) -> Burst:
        """The same for raw input: mouse reports, pasted text."""
        os.write(self._file, data)
        return self.listen(quiet)

    def listen(self, quiet: float = _QUIET) -> Burst:
        """Count what is sent until nothing came for `quiet` seconds."""
        start = time.monotonic()
        size, first, last = 0, 0.0, 0.0
        while True:
            got = self._read(quiet)
            if not got:
                return Burst(size, first, last)
            last = (time.monotonic() - start) * 1000
            first = first or last
            size += got

    def listen_for(self, seconds: float) -> int:
        """The bytes that are sent in so many seconds, whether it is quiet in between or not."""
        end = time.monotonic() + seconds
        size = 0
        while (left := end - time.monotonic()) > 0:
            size += self._read(left)
        return size

    def hold(self, key: str, presses: int, rate: float = _HELD_KEY_RATE) -> dict[str, Any]:
        """Hold a key down: presses at a steady rate; the longest silence is a stall."""
        before = len(self.received)
        longest, heard = 0.0, time.monotonic()
        start = heard
        for press in range(presses):
            os.write(self._file, KEYS[key])
            while (left := start + (press + 1) / rate - time.monotonic()) > 0:
                if self._read(left):
                    now = time.monotonic()
                    longest, heard = max(longest, now - heard), now
        self.listen()
        return {
            "presses": presses,
            "bytes_per_press": round((len(self.received) - before) / presses),
            "longest_silence_ms": round(longest * 1000),
        }

    def resident_mb(self) -> float:
        """The memory that the command holds now."""
        for line in Path(f"/proc/{self._pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError("no resident size")

    def cpu_seconds(self) -> float:
        """The processor's time that the command has taken so far."""
        fields = Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK

    def close(self) -> None:
        """End the command as a closed terminal would."""
        os.kill(self._pid, signal.SIGHUP)
        os.close(self._file)
        os.waitpid(self._pid, 0)

    def _read(self, seconds: float) -> int:
        ready, _, _ = select.select([self._file], [], [], max(0.0, seconds))
        if not ready:
            return 0
        try:
            data = os.read(self._file, 1 << 16)
        except OSError:
            return 0
        self.received += data
        return len(data)


def summary(action: Callable[[], Burst], times: int) -> dict[str, float]:
    """Bytes and milliseconds to the last byte of an action that is done several times."""
    bursts = [action() for _ in range(times)]
    latencies = sorted(burst.last for burst in bursts)
    return {
        "bytes_median": statistics.median(burst.size for burst in bursts),
        "bytes_most": max(burst.size for burst in bursts),
        "ms_p50": round(statistics.median(latencies), 1),
        "ms_p95": round(latencies[max(0, int(len(latencies) * 0.95) - 1)], 1),
    }


def measure_table(rows: int = 10_000) -> dict[str, Any]:
    """The list of tickets in a small application of its own, 120×40 with a sidebar."""
    with Wire([sys.executable, "-m", "tests.widgets.ticket_list", str(rows)]) as wire:
        wire.wait_for("PM №")
        opening = len(wire.received)
        return {
            "opening": opening,
            "idle_1s": wire.listen(1.0).size,
            "step": summary(lambda: wire.press("down"), 20),
            "step_at_edge": wire.press(*["down"] * 17).size,
            "page": summary(lambda: wire.press("pagedown"), 10),
            "end": summary(lambda: wire.press("end"), 1),
            "home": summary(lambda: wire.press("home"), 1),
            "changed_row": summary(lambda: wire.press("c"), 5),
            "changed_nothing": wire.press("r").size,
            "mouse_passing": wire.send(
                b"".join(b"\x1b[<35;%d;%dM" % (60, line) for line in range(5, 30))
            ).size,
            "wheel": wire.send(b"\x1b[<65;60;20M").size,
            "click": wire.send(b"\x1b[<0;60;20M\x1b[<0;60;20m").size,
            "focus_away": wire.press("tab").size,
            "focus_back": wire.press("tab").size,
            "held_down": wire.hold("down", 150),
            "held_pagedown": wire.hold("pagedown", rows // 37),
        }


if __name__ == "__main__":
    print(json.dumps(measure_table(), indent=2))
