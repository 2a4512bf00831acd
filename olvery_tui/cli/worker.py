"""`olvery-tui worker`: the status worker without a screen."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from olvery_tui.cli.opening import opened
from olvery_tui.domain.errors import StoreUnavailable
from olvery_tui.i18n import _, ngettext
from olvery_tui.start import DONE, StartOptions
from olvery_tui.wording.errors import sentence

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_RETRY_SECONDS = 1.0
_PASSING = frozenset({"locked", "lost", "slow", "crowded", "standby"})
"""Troubles that a service waits out: at its start the server may not be up yet."""


def work(options: StartOptions, *, once: bool) -> int:
    """Move what is due: one pass, or until SIGINT, SIGTERM or SIGHUP."""
    if once:
        return _one_pass(options)
    stop = threading.Event()
    with _ended_by_signals(stop):
        _work_until(options, stop)
    return DONE


def _one_pass(options: StartOptions) -> int:
    from olvery_tui.status_worker import StatusWorker

    with opened(options) as services:
        print(_moved_text(StatusWorker(services.store, services.clock).run_pass()))
    return DONE


def _work_until(options: StartOptions, stop: threading.Event) -> None:
    """A database that is busy or down at the start is waited for; any other trouble ends it."""
    from olvery_tui.status_worker import StatusWorker

    told = False
    while not stop.is_set():
        try:
            with opened(options) as services:
                services.worker = StatusWorker(services.store, services.clock, on_moved=_tell_moved)
                # The threads work, so that a signal is heard at once.
                services.start(on_change=lambda: None, on_trouble=_tell_trouble)
                _say(_("The status worker is running. Ctrl+C ends it."))
                stop.wait()
        except StoreUnavailable as error:
            if error.code not in _PASSING:
                raise
            if not told:
                _tell_trouble(error)
            told = True
            stop.wait(_RETRY_SECONDS)


@contextmanager
def _ended_by_signals(stop: threading.Event) -> Iterator[None]:
    former = {number: signal.signal(number, lambda *_: stop.set()) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler or signal.SIG_DFL)


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
