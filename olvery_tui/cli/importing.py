"""`olvery-tui import FILE`: loads a data set or a table, with a progress bar and a line for each
mistake.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Annotated

from typer import Argument, Context, Option, Typer

from olvery_tui.cli.opening import cli_actor, opened
from olvery_tui.cli.parsing import Command
from olvery_tui.cli.progress import ProgressBar
from olvery_tui.cli.usage import wrong
from olvery_tui.domain.errors import FileCode, FileRefused, StoreCode, StoreUnavailable
from olvery_tui.domain.row_kinds import FIELDS, RowKind, lacks
from olvery_tui.domain.text import shown
from olvery_tui.i18n import N_, _
from olvery_tui.start import DONE, INTERRUPTED, NO, StartOptions
from olvery_tui.wording.import_errors import problem_text
from olvery_tui.wording.import_tables import row_problem_text, row_reason, table_summary
from olvery_tui.wording.listing import number_text

if TYPE_CHECKING:
    from olvery_tui.services import Services
    from olvery_tui.store.importing import ImportReport
    from olvery_tui.store.importing import Progress as Step
    from olvery_tui.store.importing.spreadsheet import RowProblem

commands = Typer()

_REPORTED_MAX = 1_000
"""Mistakes that are reported one by one; the rest are counted."""

_START = 1 << 16
"""Bytes in which a file of JSON lines has at least one."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@commands.command(
    "import",
    cls=Command,
    help=N_(
        "Load services, people, orders and tickets from a file of JSON lines, or the rows of a"
        " table (CSV, XLSX) as one of them."
    ),
)
def import_file(
    context: Context,
    file: Annotated[
        Path, Argument(metavar=N_("FILE"), help=N_("The file; a dash (-) for the input."))
    ],
    rows_as: Annotated[
        RowKind | None, Option("--as", help=N_("What each row of a table is."))
    ] = None,
    meanings: Annotated[
        Path | None,
        Option("--map", metavar=N_("FILE"), help=N_("A JSON object: what each heading means.")),
    ] = None,
    rejects: Annotated[
        Path | None,
        Option("--rejects", metavar=N_("FILE"), help=N_("Write refused rows into a new table.")),
    ] = None,
    dry_run: Annotated[
        bool, Option("--dry-run", help=N_("Check everything, write nothing."))
    ] = False,
) -> int:
    """Load `file` (`-`: the standard input); exit 1 where anything was refused.

    Raises:
        OSError: a file can't be read or made; nothing was made or changed.
        FileRefused: it is no table with the headings that are needed.
    """
    if rows_as is not None:
        return _import_table(context.obj, file, rows_as, meanings, rejects, dry_run=dry_run)
    for option, value in (("--map", meanings), ("--rejects", rejects)):
        if value is not None:
            raise wrong(context, _("{option} goes with --as.").format(option=option))
    source = sys.stdin.buffer if str(file) == "-" else file
    if isinstance(source, Path) and not _may_be_lines(source):  # before a database is made for it
        text = _(
            "{file} has no JSON Lines. If it is a table (CSV, XLSX), say with --as what each row"
            " is: {kinds}."
        )
        raise wrong(context, text.format(file=shown(file.name), kinds=", ".join(RowKind)))
    return _import_lines(context.obj, source, dry_run=dry_run)


def _may_be_lines(path: Path) -> bool:
    """Whether one of a file's first lines begins like an object, or there is none."""
    with path.open("rb") as file:
        start = file.read(_START).removeprefix(b"\xef\xbb\xbf")
    lines = [line.lstrip() for line in start.splitlines()]
    return not any(lines) or any(line.startswith(b"{") for line in lines)


def _import_lines(options: StartOptions, source: Path | IO[bytes], *, dry_run: bool) -> int:
    from olvery_tui.store import importing as importer

    with _Reporter().running() as reporter, _opened(options, dry_run=dry_run) as services:
        report = importer.run(
            services.store,
            source,
            clock=services.clock,
            actor=cli_actor(),
            dry_run=dry_run,
            on_progress=reporter.step,
            on_problem=lambda found: reporter.problem(problem_text(found)),
            cancelled=lambda: reporter.cancelled,
        )
    reporter.tell_rest()
    return _ended(report, _summary(report), refused=report.refused)


def _import_table(
    options: StartOptions,
    file: Path,
    kind: RowKind,
    meanings: Path | None,
    rejects: Path | None,
    *,
    dry_run: bool,
) -> int:
    from olvery_tui.store.importing import spreadsheet

    words = None if meanings is None else _meanings(meanings)
    source = spreadsheet.preview(file, kind, words)
    only_read = dry_run or lacks(source.columns, kind)  # nothing is made for a table without them
    with _Reporter().running() as reporter, _opened(options, dry_run=only_read) as services:
        if words is None:
            with services.store.reading() as session:
                source = spreadsheet.recall(session, source)
        spreadsheet.with_columns(source)
        target = None if rejects is None else services.outputs.target(str(rejects))
        if target is not None and target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
        reasons: dict[int, str] = {}

        def tell(found: RowProblem) -> None:
            reporter.problem(row_problem_text(found))
            if found.refuses:
                known = f"{reasons[found.row]} " if found.row in reasons else ""
                reasons[found.row] = known + row_reason(found)

        report = spreadsheet.run(
            services.store,
            source,
            clock=services.clock,
            actor=cli_actor(),
            dry_run=dry_run,
            on_progress=reporter.step,
            on_problem=tell,
            cancelled=lambda: reporter.cancelled,
        )
        if target is not None and reasons:
            with services.outputs.new_file(target) as part:
                spreadsheet.write_rejects(source, reasons, part.file)
    reporter.tell_rest()
    return _ended(report.lines, table_summary(report), refused=len(report.refused))


def _meanings(path: Path) -> dict[str, str | None]:
    """What headings mean by the user's word.

    Raises:
        FileRefused: `map`; the file is something else.
    """
    try:
        found = json.loads(path.read_bytes())
    except ValueError:
        found = None
    fields = set(chain(*FIELDS.values()))
    if not isinstance(found, dict) or not set(found.values()) <= {None, *fields}:
        raise FileRefused(FileCode.MAP, path.name)
    return found


def _ended(report: ImportReport, summary: str, *, refused: int) -> int:
    """Print the sum; the exit code."""
    print(f"{summary} {_('Nothing was written (dry run).')}" if report.dry_run else summary)
    if report.interrupted:
        print(_interrupted(report), file=sys.stderr)
        return INTERRUPTED
    return NO if refused else DONE


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
            elsewhere = options._replace(database=str(Path(folder) / "olvery.db"))
            services = stack.enter_context(opened(elsewhere, create=True))
        yield services


class _Reporter:
    """What is shown while it runs, all on stderr: a bar on a terminal, a line for each mistake."""

    def __init__(self) -> None:
        self.cancelled = False
        self._begun = False
        self._count = 0
        self._bar = ProgressBar(_("Import"))

    @contextmanager
    def running(self) -> Iterator[_Reporter]:
        """Show it; the first signal lets the present chunk end, the second one ends it at once."""

        def heard(_number: int, _frame: object) -> None:
            if self.cancelled or not self._begun:
                raise KeyboardInterrupt
            self.cancelled = True

        former = {number: signal.signal(number, heard) for number in _SIGNALS}
        try:
            with self._bar:
                yield self
        finally:
            for number, handler in former.items():
                signal.signal(number, handler or signal.SIG_DFL)

    def step(self, step: Step) -> None:
        """The bar follows the bytes; the number beside it is of lines."""
        self._begun = True
        self._bar.update(step.done, step.total, beside=number_text(step.lines))

    def problem(self, text: str) -> None:
        """A mistake has a line of its own, above the bar."""
        self._count += 1
        if self._count <= _REPORTED_MAX:
            self._bar.print(text)

    def tell_rest(self) -> None:
        """Say how many more there were than were told."""
        if self._count > _REPORTED_MAX:
            text = _("… and {count} more mistakes.")
            print(text.format(count=number_text(self._count - _REPORTED_MAX)), file=sys.stderr)


def _summary(report: ImportReport) -> str:
    return _(
        "Lines: {lines}. Created: {created}, changed: {updated}, unchanged: {unchanged}, "
        "refused: {refused}."
    ).format(
        lines=number_text(report.lines),
        created=number_text(report.created),
        updated=number_text(report.updated),
        unchanged=number_text(report.unchanged),
        refused=number_text(report.refused),
    )


def _interrupted(report: ImportReport) -> str:
    if report.dry_run:
        return _("Interrupted.")
    return _("Interrupted. What was loaded so far is kept; the same command goes on from there.")
