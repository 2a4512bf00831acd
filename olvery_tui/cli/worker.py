"""`olvery-tui worker`: the status worker without a screen."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from typer import Context, Option, Typer

from olvery_tui.cli.opening import opened
from olvery_tui.cli.parsing import Command
from olvery_tui.cli.signals import PASSING, End, ended_by_signals, say, tell_trouble
from olvery_tui.domain.errors import StoreUnavailable
from olvery_tui.i18n import N_, _, ngettext
from olvery_tui.start import DONE, StartOptions
from olvery_tui.wording.backups import failed_backup

commands = Typer()

_RETRY_SECONDS = 1.0


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
    with ended_by_signals() as end:
        _work_until(context.obj, end)
    return DONE


def _one_pass(options: StartOptions) -> int:
    from olvery_tui.status_worker import StatusWorker

    with opened(options) as services:
        print(_moved_text(StatusWorker(services.store, services.clock).run_pass()))
    return DONE


def _work_until(options: StartOptions, end: End) -> None:
    """A database that is busy or down at the start is waited for; any other trouble ends it."""
    from olvery_tui.status_worker import StatusWorker

    told = False
    while not end.has_come():
        try:
            with opened(options) as services:
                services.worker = StatusWorker(services.store, services.clock, on_moved=_tell_moved)
                if services.daily_backup is not None:
                    services.daily_backup.on_failure = lambda error: say(failed_backup(error))
                # The threads work, so that a signal is heard at once.
                services.start(on_change=lambda: None, on_trouble=tell_trouble)
                say(_("The status worker is running. Ctrl+C ends it."))
                end.wait()
        except StoreUnavailable as error:
            if error.code not in PASSING:
                raise
            if not told:
                tell_trouble(error)
            told = True
            end.wait(_RETRY_SECONDS)


def _tell_moved(moved: int) -> None:
    with suppress(OSError):  # nobody may be reading; the work goes on
        print(_moved_text(moved), flush=True)


def _moved_text(moved: int) -> str:
    return ngettext("{count} ticket moved", "{count} tickets moved", moved).format(count=moved)
