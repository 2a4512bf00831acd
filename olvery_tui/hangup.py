"""End the process when its terminal is gone or a signal asks for it, even if threads are stuck.

On a hangup, Textual's output thread dies of a failed write, and the main thread may block forever
on that thread's full queue, where it handles no signal. So a separate thread watches the terminal,
asks the application to exit, and ends the process after a short grace period.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import socket
import threading
import time
from contextlib import suppress
from typing import Protocol

from olvery_tui import terminal

log = logging.getLogger(__name__)

GRACE_SECONDS = 3.0
"""How long the application may take to exit by itself, including closing the database. With one
poll and the final cleanup, the process ends within five seconds."""

_LOOK_SECONDS = 0.5
_DEAF_LOOKS = 3
"""How many polls in a row may find no output: there is none while the application resumes."""
_CLOSE_SECONDS = 0.7
_ENDING = frozenset({signal.SIGHUP, signal.SIGTERM})


class Ending(Protocol):
    """The interface of the watched application. Called from another thread."""

    def ask_to_end(self, return_code: int) -> bool:
        """Ask the application to exit; return False if it has not started yet."""
        ...

    def can_write(self) -> bool:
        """Whether output still reaches the terminal."""
        ...

    def has_lost_output(self) -> bool:
        """Whether something was never written because the output thread died."""
        ...

    def close_database(self) -> None:
        """Close the database."""
        ...

    def restore_terminal(self) -> None:
        """Restore the terminal's state without using the output thread."""
        ...


class HangupWatch:
    """Watches an application while the block runs. Enter it in the main thread."""

    def __init__(self, application: Ending) -> None:
        self._application = application
        self._ended = threading.Event()
        self._deaf_looks = 0
        self._watched_end, self._wakeup_end = socket.socketpair()
        self._wakeup_end.setblocking(False)
        self._thread = threading.Thread(target=self._watch, name="olvery-hangup", daemon=True)

    def __enter__(self) -> HangupWatch:
        # The interpreter writes the signal's number at once, even while the main thread is stuck;
        # the handlers only keep the process alive.
        self._former_fd = signal.set_wakeup_fd(self._wakeup_end.fileno(), warn_on_full_buffer=False)
        self._former = {number: signal.signal(number, lambda *_: None) for number in _ENDING}
        self._thread.start()
        return self

    def __exit__(self, *_problem: object) -> None:
        self._ended.set()
        if self._application.has_lost_output():  # the restoring sequences are part of it
            self._application.restore_terminal()
        for number, handler in self._former.items():
            signal.signal(number, handler or signal.SIG_DFL)
        signal.set_wakeup_fd(self._former_fd)

    def _watch(self) -> None:
        while not self._ended.is_set():
            asked = self._asked()
            gone = terminal.is_gone()
            self._deaf_looks = 0 if self._application.can_write() else self._deaf_looks + 1
            if asked or gone or self._deaf_looks >= _DEAF_LOOKS:
                self._end(0 if asked and not gone else 1)
                return

    def _asked(self) -> bool:
        """Wait one poll interval; return whether a signal asked the process to end."""
        if not select.select([self._watched_end], [], [], _LOOK_SECONDS)[0]:
            return False
        return not _ENDING.isdisjoint(self._watched_end.recv(4096))

    def _end(self, return_code: int) -> None:
        deadline = time.monotonic() + GRACE_SECONDS
        while not self._application.ask_to_end(return_code):
            if time.monotonic() > deadline or self._ended.wait(0.05):
                break
        if self._ended.wait(max(0.0, deadline - time.monotonic())):
            return
        closing = threading.Thread(target=self._last_things, daemon=True)
        closing.start()
        closing.join(_CLOSE_SECONDS)
        os._exit(1)

    def _last_things(self) -> None:
        """Run the final cleanup, which may get stuck itself; the terminal comes first."""
        with suppress(Exception):
            self._application.restore_terminal()
        with suppress(Exception):
            log.info("the terminal is gone or the end was asked for, and something is stuck")
        with suppress(Exception):
            self._application.close_database()
