"""Tables that a manager brings in: the same import as on the command line, by whoever may."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from olvery_tui.desk.transaction import Part
from olvery_tui.domain.row_kinds import RowKind
from olvery_tui.files import Place
from olvery_tui.store.importing import Progress as Step
from olvery_tui.store.importing import spreadsheet
from olvery_tui.store.importing.spreadsheet import RowProblem, SheetReport, Table

__all__ = ["Importing", "RowProblem", "SheetReport", "Step", "Table"]


class Importing(Part):
    """Reads tables and imports them.

    Every method may raise `NoManager`, `NotAllowed` and `StoreUnavailable`.
    """

    def preview(self, file: Path, rows: RowKind | None = None) -> Table:
        """The table in a file, with what its columns probably mean, or meant the last time.

        Without `rows` also with what its rows probably are, or were the last time.

        Raises:
            FileRefused: `format`; it is none.
            OSError: it can't be read.
        """
        with self._context.reading() as session:
            found = spreadsheet.preview(file, rows)
            return spreadsheet.recall(session, found, guessed=rows is None)

    def run(
        self,
        table: Table,
        *,
        dry_run: bool = False,
        on_progress: Callable[[Step], None] = lambda _progress: None,
        on_problem: Callable[[RowProblem], None] = lambda _problem: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> SheetReport:
        """Import a table, or with `dry_run` only tell what would come of it. Whether the manager
        still may is asked before each chunk; the chunks before stay.

        Raises:
            FileRefused: `format`; it can't be read to its end, and nothing was imported.
        """

        def ended() -> bool:
            with self._context.reading():
                return cancelled()

        ended()
        return spreadsheet.run(
            self._context.bulk_store(),
            table,
            clock=self._context.clock,
            actor=self._context.actor,
            dry_run=dry_run,
            on_progress=on_progress,
            on_problem=on_problem,
            cancelled=ended,
        )

    def write_rejects(self, table: Table, reasons: Mapping[int, str], place: Place) -> Path:
        """Write the refused rows beside the file, each with what is wrong with it; where.

        Raises:
            FileRefused, OSError: the file can't be made.
        """
        with self._context.reading():
            target = _free(table.sheet.path)
        with place.new_file(target) as part:
            spreadsheet.write_rejects(table, reasons, part.file)
        return target


def _free(path: Path) -> Path:
    """A name beside a file that no file has."""
    number = 1
    while True:
        found = path.with_name(f"{path.stem}-rejects{number if number > 1 else ''}{path.suffix}")
        if not found.exists():
            return found
        number += 1
