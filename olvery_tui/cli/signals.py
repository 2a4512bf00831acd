"""Commands that go on until a signal ends them, and what they wait out."""

from __future__ import annotations

import select
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.i18n import _
from olvery_tui.wording.errors import sentence

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

PASSING = frozenset(
    {StoreCode.LOCKED, StoreCode.LOST, StoreCode.SLOW, StoreCode.CROWDED, StoreCode.STANDBY}
)
"""Troubles that a service waits out: at its start the server may not be up yet."""


class End:
    """Set by a signal, at any moment of the waiting.

    A lock or an Event would not do: its `set` in the handler may need a lock that the interrupted
    `wait` holds, and a signal just before the wait falls asleep would be noticed only when it
    wakes. So a signal writes into a socket, and that is what is waited for.
    """

    def __init__(self, heard: socket.socket) -> None:
        self._heard = heard

    def fileno(self) -> int:
        """What to wait for together with something else."""
        return self._heard.fileno()

    def has_come(self) -> bool:
        """Whether a signal has come."""
        return self.wait(0)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until a signal comes, for `seconds` at most; return whether it came."""
        return bool(select.select([self._heard], [], [], seconds)[0])


@contextmanager
def ended_by_signals() -> Iterator[End]:
    """Turn the signals that end a program into an `End`, for as long as this lasts."""
    heard, told = socket.socketpair()
    with heard, told:
        told.setblocking(False)
        former_fd = signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
        # What is written is written by the interpreter; the handlers only keep the process alive.
        former = {number: signal.signal(number, lambda *_signal: None) for number in _SIGNALS}
        try:
            yield End(heard)
        finally:
            for number, handler in former.items():
                signal.signal(number, handler or signal.SIG_DFL)
            signal.set_wakeup_fd(former_fd)


def tell_trouble(error: StoreUnavailable | None) -> None:
    """Say what is wrong with the database; None: that it answers again."""
    say(_("The database answers again.") if error is None else sentence(error))


def say(text: str) -> None:
    """Print a line on stderr, where somebody may be reading it or not."""
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)
