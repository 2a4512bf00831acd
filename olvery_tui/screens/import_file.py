"""Import a table: choose a file, see what its columns mean, check every row, bring them in.

Nothing is written before the rows were checked with these very columns; `Esc` stops between two
chunks, and what was refused is written beside the file to be corrected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from olvery_tui.desk.importing import RowProblem, SheetReport, Step, Table
from olvery_tui.domain.errors import FileRefused, OlveryError
from olvery_tui.domain.row_kinds import FIELDS, RowKind, lacks
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.screens.form import FormScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.widgets.chrome.progress import Progress
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.choice import Choice, Choosable
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.fields.labelled import Labelled
from olvery_tui.wording.errors import field_name
from olvery_tui.wording.files import export_trouble
from olvery_tui.wording.import_tables import (
    ROW_KINDS,
    column_text,
    meaning_text,
    row_problem_text,
    row_reason,
    table_summary,
)

_PATH_MAX = 1_000
_PATH = r".*[./~].*"
_TOLD_MAX = 200


class ImportForm(FormScreen[None], inherit_bindings=False):
    """Imports one file.

    `_checked` says that its rows were checked as they are to be read now. `_picked` is the column
    whose meaning is being changed, and what all meant before.
    """

    CSS_PATH: ClassVar = [
        f"../styles/{name}.tcss" for name in ("modal", "choice", "progress", "import_file")
    ]
    BINDINGS: ClassVar = [*ModalScreen.BINDINGS, *bindings("import_file"), *bindings("modal")]

    def __init__(self) -> None:
        super().__init__()
        self._table: Table | None = None
        self._checked = False
        self._picked: tuple[int, Mapping[str, int]] = (-1, {})

    def compose(self) -> ComposeResult:
        with self.window(_("Import a table"), "-large"):
            path = Field(limit=_PATH_MAX, takes=_PATH, acts=True, id="path")
            yield Labelled("file", field_name("file"), path)
            yield Static(_hint(), id="hint", markup=False)
            yield Labelled("kind", _("Each row"), Choice(id="kinds"))
            yield OptionList(id="lines", classes="grows", markup=False)
            yield Labelled("meaning", _("Means"), Choice(_("Nothing"), id="meanings"))
            yield OptionList(id="problems", classes="grows", markup=False)
            yield Progress()
            yield StatusLine()
            yield self.buttons("import_file.next", _("Check"))
        yield KeyBar()

    def on_mount(self) -> None:
        self._offer_kinds(RowKind.PEOPLE)
        self.add_class("-empty")
        self.query_one("#path", Field).focus()

    def has_unsaved(self) -> bool:
        """Return False: nothing but a path is typed."""
        return False

    def _offer_kinds(self, kind: RowKind) -> None:
        kinds = [Choosable(each, _(text)) for each, text in ROW_KINDS.items()]
        self.query_one("#kinds", Choice).offer(kinds, kind)

    # The file and its columns

    @on(Input.Submitted)
    def _file_named(self) -> None:
        self._read(None)

    @on(Choice.Changed, "#kinds")
    def _kind_changed(self, message: Choice.Changed) -> None:
        self._read(RowKind(str(message.control.value)))

    def _read(self, kind: RowKind | None) -> None:
        """Read the file that is named, as rows of a kind or of the likely one."""
        self._complain("")
        typed = self.query_one("#path", Field).value.strip()
        if not typed:
            return
        try:
            self.load_table(self.app.exports.target(typed), kind)
        except FileRefused as refused:
            self._complain(export_trouble(refused, Path(typed)))

    @work(exclusive=True, group="table")
    async def load_table(self, file: Path, kind: RowKind | None) -> None:
        """Read the first rows and list the columns."""
        self._show_table(None)
        self._picked = (-1, {})
        try:
            table = await self.call_desk(self.app.desk.importing.preview, file, kind)
            services = await self.call_desk(self.app.desk.catalogue.services)
        except FileNotFoundError:
            self._complain(_("There is no such file."))
        except (OSError, FileRefused) as error:
            self._complain(export_trouble(error, file))
        except OlveryError as error:
            self.not_done(error)
        else:
            self.remove_class("-empty")
            self._offer_kinds(table.kind)
            self._show_table(table)
            if advice := _advice(table, sells=bool(services)):
                self.tell(advice, "told")
            self.query_one("#lines").focus()

    def _show_table(self, table: Table | None, at: int = 0) -> None:
        self._table, self._checked = table, False
        self.query_one("#save", KeyButton).rename(_("Check"))
        lines = self.query_one("#lines", OptionList)
        lines.clear_options()
        self._show_problems([])
        self.query_one(StatusLine).clear()
        if table is not None:
            meanings = {column: name for name, column in table.columns.items()}
            lines.add_options(
                Option(column_text(heading, meanings.get(column), table.sample(column)))
                for column, heading in enumerate(table.headings)
            )
            lines.highlighted = at

    def _show_problems(self, told: list[RowProblem]) -> None:
        problems = self.query_one("#problems", OptionList)
        problems.clear_options()
        in_order = sorted(told, key=lambda one: one.row)
        problems.add_options(Option(row_problem_text(one)) for one in in_order)
        self.set_class(bool(told), "-told")

    @on(OptionList.OptionHighlighted, "#lines")
    def _column_shown(self, message: OptionList.OptionHighlighted) -> None:
        table = self._table
        if table is None:
            return
        if message.option_index != self._picked[0]:
            self._picked = message.option_index, table.columns
        names = {column: name for name, column in table.columns.items()}
        offered = [Choosable("", _("Nothing"))]
        offered += [Choosable(name, meaning_text(name)) for name in FIELDS[table.kind]]
        meaning = names.get(message.option_index, "")
        self.query_one("#meanings", Choice).offer(offered, meaning)

    @on(OptionList.OptionSelected, "#lines")
    def _column_picked(self) -> None:
        self.query_one("#meanings", Choice).take_focus()

    @on(Choice.Changed, "#meanings")
    def _meaning_changed(self, message: Choice.Changed) -> None:
        """Let the highlighted column mean something else; one column of a meaning at most.

        What is only passed on the way stays another column's.
        """
        column, before = self._picked
        if self._table is None or column < 0:
            return
        name = str(message.control.value)
        columns = {known: at for known, at in before.items() if at != column and known != name}
        if name:
            columns[name] = column
        self._show_table(replace(self._table, columns=columns), column)

    # Checking and importing

    def action_save(self) -> None:
        """Check the rows; once they were checked, import them."""
        if self.is_working("save"):
            return
        self.clear_status()
        if self._table is None:
            self._complain(_("Name the file, then press Enter."))
            self.query_one("#path", Field).focus()
        elif lacks(self._table.columns, self._table.kind):
            self.tell(_("Columns that every row needs have no meaning yet."), "refused")
        else:
            self.save_rows(self._table, dry_run=not self._checked)

    @work(group="save")
    async def save_rows(self, table: Table, *, dry_run: bool) -> None:
        """Check or import the rows, and show what came of it."""
        progress = self.query_one(Progress)
        reached, stopped = progress.begin(0)
        told: list[RowProblem] = []
        reasons: dict[int, str] = {}

        def tell(found: RowProblem) -> None:
            if len(told) < _TOLD_MAX:
                told.append(found)
            if found.refuses:
                known = f"{reasons[found.row]} " if found.row in reasons else ""
                reasons[found.row] = known + row_reason(found)

        def run() -> tuple[SheetReport, Path | None]:
            importing = self.app.desk.importing
            report = importing.run(
                table,
                dry_run=dry_run,
                on_progress=_steps(reached),
                on_problem=tell,
                cancelled=stopped,
            )
            if dry_run or not reasons:
                return report, None
            return report, importing.write_rejects(table, reasons, self.app.exports)

        try:
            report, rejects = await self.call_desk(run)
        except (OSError, FileRefused) as error:
            self._complain(export_trouble(error, table.sheet.path))
        except OlveryError as error:
            self.not_done(error)
        else:
            self._show_result(report, told, rejects)
        finally:
            if self.is_attached:
                progress.end()

    def _show_result(
        self, report: SheetReport, told: list[RowProblem], rejects: Path | None
    ) -> None:
        self._show_problems(told)
        text = table_summary(report)
        if report.lines.dry_run:
            text = f"{_('Nothing is written yet.')} {text}"
        if report.lines.interrupted:
            text = f"{_('Stopped.')} {text}"
        self._checked = report.lines.dry_run and not report.lines.interrupted
        label = _("Bring in") if self._checked else _("Check")
        self.query_one("#save", KeyButton).rename(label)
        if rejects is not None:
            written = _("The refused rows are in {file}.").format(file=shown(str(rejects)))
            text = f"{text} {written}"
        self.tell(text, "told")

    def _complain(self, text: str) -> None:
        self.query_one("#file", Labelled).complain(text)
        if text and self._table is None:
            self.add_class("-empty")

    def action_back(self) -> None:
        """Stop after the present chunk, or else close."""
        if self.is_working("save"):
            self.query_one(Progress).stop()
        else:
            super().action_back()


def _advice(table: Table, *, sells: bool) -> str:
    """Return what a table needs before it is brought in, or where its columns come from."""
    is_of_orders = table.kind in (RowKind.ORDERS, RowKind.ORDERS_ONLY)
    if is_of_orders and not sells:
        return _(
            "There are no services yet. An order needs its service, place and tariff: set them up "
            "first, or bring in a table of places and one of tariffs."
        )
    if {"order", "ticket"} <= table.columns.keys() and "price" not in table.columns:
        return _(
            "An export of tickets has no prices and payments: bring in the export of orders first."
        )
    return _("The columns are those of the last time.") if table.recalled else ""


def _hint() -> str:
    return _(
        "Type where the file is and press Enter: CSV, XLSX, or an export of this application. "
        "What its rows and columns mean is recognised by the headings and can be changed here; "
        "before you have seen it checked, nothing is written."
    )


def _steps(reached: Callable[[int, int], None]) -> Callable[[Step], None]:
    """Report progress in lines while rows are read, in bytes while they are written."""
    return lambda step: reached(step.done or step.lines, step.total)
