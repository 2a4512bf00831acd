"""`olvery-tui worker`: the status worker without a screen."""

from __future__ import annotations

import select
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Annotated

from typer import Context, Option, Typer

from olvery_tui.cli.opening import opened
from olvery_tui.cli.parsing import Command
from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.i18n import N_, _, ngettext
from olvery_tui.start import DONE, StartOptions
from olvery_tui.wording.errors import sentence

commands = Typer()

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_RETRY_SECONDS = 1.0
_PASSING = frozenset(
    {StoreCode.LOCKED, StoreCode.LOST, StoreCode.SLOW, StoreCode.CROWDED, StoreCode.STANDBY}
)
"""Troubles that a service waits out: at its start the server may not be up yet."""


@commands.command(
    cls=Command, help=N_("Move the statuses of tickets without a screen, for a service manager.")
)
def worker(
    context: Context,
    once: Annotated[
        bool, Option("--once", help=N_("Move what is due, say how many tickets, and end."))
    ] = False,
) -> int:
    """Move what is due: one pass, or until SIGINT, SIGTERM or SIGHUP."""
    if once:
        return _one_pass(context.obj)
    with _ended_by_signals() as end:
        _work_until(context.obj, end)
    return DONE


def _one_pass(options: StartOptions) -> int:
    from olvery_tui.status_worker import StatusWorker

    with opened(options) as services:
        print(_moved_text(StatusWorker(services.store, services.clock).run_pass()))
    return DONE


def _work_until(options: StartOptions, end: _End) -> None:
    """A database that is busy or down at the start is waited for; any other trouble ends it."""
    from olvery_tui.status_worker import StatusWorker

    told = False
    while not end.has_come():
        try:
            with opened(options) as services:
                services.worker = StatusWorker(services.store, services.clock, on_moved=_tell_moved)
                # The threads work, so that a signal is heard at once.
                services.start(on_change=lambda: None, on_trouble=_tell_trouble)
                _say(_("The status worker is running. Ctrl+C ends it."))
                end.wait()
        except StoreUnavailable as error:
            if error.code not in _PASSING:
                raise
            if not told:
                _tell_trouble(error)
            told = True
            end.wait(_RETRY_SECONDS)


class _End:
    """Comes with a signal, at whatever moment of the waiting that is.

    A lock or an Event would not do. Its `set` in the handler wants what the interrupted `wait` may
    hold; and a signal just before the wait falls asleep is not heard until it wakes. So a signal
    writes into a socket, and the waiting is for that.
    """

    def __init__(self, heard: socket.socket) -> None:
        self._heard = heard

    def has_come(self) -> bool:
        return self.wait(0)

    def wait(self, seconds: float | None = None) -> bool:
        """Until it comes, or for so long; whether it came."""
        return bool(select.select([self._heard], [], [], seconds)[0])


@contextmanager
def _ended_by_signals() -> Iterator[_End]:
    heard, told = socket.socketpair()
    with heard, told:
        told.setblocking(False)
        former_fd = signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
        # What is written is written by the interpreter; the handlers only keep the process alive.
        former = {number: signal.signal(number, lambda *_: None) for number in _SIGNALS}
        try:
            yield _End(heard)
        finally:
            for number, handler in former.items():
                signal.signal(number, handler or signal.SIG_DFL)
            signal.set_wakeup_fd(former_fd)


def _tell_moved(moved: int) -> None:
    with suppress(OSError):  # nobody may be reading; the work goes on
        print(_moved_text(moved), flush=True)


def _tell_trouble(error: StoreUnavailable | None) -> None:
    _say(_("The database answers again.") if error is None else sentence(error))


def _say(text: str) -> None:
    with suppress(OSError):
        print(text, file=sys.stderr, flush=True)


def _moved_text(moved: int) -> str:
    return ngettext("{count} ticket moved", "{count} tickets moved", moved).format(count=moved)
