"""`olvery-tui import FILE`: loads a data set, with a progress bar and a line for each mistake."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Context, Option, Typer

from olvery_tui.cli.opening import cli_actor, opened
from olvery_tui.cli.parsing import Command
from olvery_tui.cli.progress import ProgressBar
from olvery_tui.domain.errors import StoreCode, StoreUnavailable
from olvery_tui.i18n import N_, _
from olvery_tui.start import DONE, INTERRUPTED, NO, StartOptions
from olvery_tui.wording.import_errors import problem_text
from olvery_tui.wording.listing import number_text

if TYPE_CHECKING:
    from olvery_tui.domain.import_lines import Problem
    from olvery_tui.services import Services
    from olvery_tui.store.importing import ImportReport
    from olvery_tui.store.importing import Progress as Step

commands = Typer()

_REPORTED_MAX = 1_000
"""Mistakes that are reported one by one; the rest are counted."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@commands.command(
    "import",
    cls=Command,
    help=N_("Load services, people, orders and tickets from a file of JSON lines."),
)
def import_lines(
    context: Context,
    file: Annotated[
        Path, Argument(metavar=N_("FILE"), help=N_("The file; a dash (-) for the input."))
    ],
    dry_run: Annotated[
        bool, Option("--dry-run", help=N_("Check everything, write nothing."))
    ] = False,
) -> int:
    """Load `file` (`-`: the standard input); exit 1 where any line was refused.

    Raises:
        OSError: the file can't be read; nothing was made or changed.
    """
    from olvery_tui.store import importing as importer

    source = sys.stdin.buffer if str(file) == "-" else file
    if isinstance(source, Path):
        source.open("rb").close()  # before a database is made for it
    with _Reporter() as reporter, _opened(context.obj, dry_run=dry_run) as services:
        report = importer.run(
            services.store,
            source,
            clock=services.clock,
            actor=cli_actor(),
            dry_run=dry_run,
            on_progress=reporter.step,
            on_problem=reporter.problem,
            cancelled=lambda: reporter.cancelled,
        )
    if report.problem_count > _REPORTED_MAX:
        text = _("… and {count} more mistakes.")
        print(text.format(count=number_text(report.problem_count - _REPORTED_MAX)), file=sys.stderr)
    print(_summary(report))
    if report.interrupted:
        print(_interrupted(report), file=sys.stderr)
        return INTERRUPTED
    return NO if report.refused else DONE


@contextmanager
def _opened(options: StartOptions, *, dry_run: bool) -> Iterator[Services]:
    """The database, made where there is none; for a dry run that one is temporary."""
    with ExitStack() as stack:
        try:
            services = stack.enter_context(opened(options, create=not dry_run))
        except StoreUnavailable as error:
            if not dry_run or error.code != StoreCode.MISSING:
                raise
            folder = stack.enter_context(TemporaryDirectory(prefix="olvery-dry-run-"))
            elsewhere = replace(options, database=str(Path(folder) / "olvery.db"))
            services = stack.enter_context(opened(elsewhere, create=True))
        yield services


class _Reporter:
    """What is shown while it runs, all on stderr: a bar on a terminal, a line for each mistake."""

    def __init__(self) -> None:
        self.cancelled = False
        self._begun = False
        self._count = 0
        self._bar = ProgressBar(_("Import"))

    def __enter__(self) -> _Reporter:
        self._signals = self._listening()
        self._signals.__enter__()
        self._bar.__enter__()
        return self

    def __exit__(self, *problem: object) -> None:
        self._bar.__exit__(*problem)
        self._signals.__exit__(None, None, None)

    def step(self, step: Step) -> None:
        """The bar follows the bytes; the number beside it is of lines."""
        self._begun = True
        self._bar.update(step.done, step.total, beside=number_text(step.lines))

    def problem(self, found: Problem) -> None:
        """A mistake has a line of its own, above the bar."""
        self._count += 1
        if self._count <= _REPORTED_MAX:
            self._bar.print(problem_text(found))

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """The first signal lets the present chunk end, the second one ends it at once."""

        def heard(_number: int, _frame: object) -> None:
            if self.cancelled or not self._begun:
                raise KeyboardInterrupt
            self.cancelled = True

        former = {number: signal.signal(number, heard) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler or signal.SIG_DFL)


def _summary(report: ImportReport) -> str:
    text = _(
        "Lines: {lines}. Created: {created}, changed: {updated}, unchanged: {unchanged}, "
        "refused: {refused}."
    ).format(
        lines=number_text(report.lines),
        created=number_text(report.created),
        updated=number_text(report.updated),
        unchanged=number_text(report.unchanged),
        refused=number_text(report.refused),
    )
    return f"{text} {_('Nothing was written (dry run).')}" if report.dry_run else text


def _interrupted(report: ImportReport) -> str:
    if report.dry_run:
        return _("Interrupted.")
    return _("Interrupted. What was loaded so far is kept; the same command goes on from there.")
