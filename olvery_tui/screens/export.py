"""Export the listed or the marked rows to a file: CSV, JSON or a spreadsheet.

An existing file is replaced only after confirmation, and never where exports are restricted to
one folder. Errors are shown at their field, and no partly written file is left behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from olvery_tui.domain.errors import FileRefused, OlveryError
from olvery_tui.domain.pages import Count
from olvery_tui.domain.text import shown
from olvery_tui.export.formats import Audience, FileFormat, why_not, write_list
from olvery_tui.export.lists import LISTS
from olvery_tui.files import Place
from olvery_tui.i18n import N_, _
from olvery_tui.keys import bindings
from olvery_tui.screens.confirm import ConfirmScreen, if_agreed
from olvery_tui.screens.form import FormScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.progress import Progress
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.choice import Choice, Choosable
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.fields.labelled import Labelled
from olvery_tui.wording.errors import field_name
from olvery_tui.wording.files import export_trouble
from olvery_tui.wording.listing import count_text, exported_text

_PATH_MAX = 1_000
_PATH = r".*[./~].*"
"""Input that arrives in one burst and yet is no scanned code: a file name or a path."""

_FORMS = (
    (FileFormat.CSV, Audience.EXCEL, N_("for Excel and other spreadsheets")),
    (FileFormat.XLSX, Audience.EXCEL, N_("for Excel, with dates, times and sums")),
    (FileFormat.CSV, Audience.PROGRAMS, N_("for programs: codes, ISO times")),
    (FileFormat.JSON, Audience.PROGRAMS, N_("for programs")),
    (FileFormat.JSON_LINES, Audience.PROGRAMS, N_("for programs, a line each")),
)
"""The formats on offer, for whom, and what is said of them; people's come first."""

_TOLD_EVERY = 100
"""Rows between two updates of the progress bar, and between two checks for a stop request."""

_TOAST_SECONDS = 12.0


@dataclass(frozen=True)
class Source:
    """Something that can be exported.

    Args:
        label: Its name for the user.
        count: The number of rows, if known.
        rows: Reads the rows from the desk one by one. Called in a thread.
    """

    label: str
    count: Count | None
    rows: Callable[[], Iterator[Any]]


class _Stopped(Exception):
    """The user stopped the export."""


class ExportForm(FormScreen[Path], inherit_bindings=False):
    """Asks what to export and where. Closes with the file that was written.

    Args:
        name: What is exported, `tickets` or `orders`; also the beginning of the file's name.
        sources: What can be exported; the first is the default.
    """

    CSS_PATH: ClassVar = [
        f"../styles/{name}.tcss" for name in ("modal", "choice", "progress", "export")
    ]
    # The bindings of a form, with «Выгрузить» in place of «Сохранить».
    BINDINGS: ClassVar = [*ModalScreen.BINDINGS, *bindings("export"), *bindings("modal")]

    _path = getters.query_one("#path", Field)

    def __init__(self, name: str, sources: Sequence[Source]) -> None:
        super().__init__()
        self._of = name
        self._sources = tuple(sources)
        self._put = ""
        """The path that the form proposed."""

    def compose(self) -> ComposeResult:
        with self.window(_("Export to a file")):
            yield Labelled("what", field_name("what"), Choice(id="sources"))
            yield Labelled("format", field_name("format"), Choice(id="formats"))
            path = Field(limit=_PATH_MAX, takes=_PATH, acts=True, id="path")
            yield Labelled("file", field_name("file"), path)
            yield Static(self._where(), id="where", markup=False)
            yield Progress()
            yield StatusLine()
            yield self.buttons("export.write")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#sources", Choice).offer(
            [
                Choosable(place, source.label, count_text(source.count) if source.count else "")
                for place, source in enumerate(self._sources)
            ],
            0,
        )
        self.query_one("#formats", Choice).offer(
            [
                Choosable(place, form.suffix[1:].upper(), _(note))
                for place, (form, _audience, note) in enumerate(_FORMS)
            ],
            0,
        )
        self._path.value = self._put = self._proposed()
        self._path.focus()

    def _where(self) -> str:
        if not self._place.flat:
            return _("The file is written on the machine that the application runs on.")
        text = _(
            "The file is written into {folder} on the machine that the application runs on. "
            "Whoever keeps that machine hands it out."
        )
        return text.format(folder=shown(str(self._place.root), _PATH_MAX))

    def _proposed(self) -> str:
        """Return the proposed path; where no file may be replaced, its name includes the minute."""
        file = f"{self._of}-{self.app.today().isoformat()}"
        if not self._place.flat:
            return str(Path.home() / f"{file}.csv")
        now = self.app.clock.now().astimezone(self.app.location.zone)
        return f"{file}-{now:%H%M}.csv"

    @property
    def _place(self) -> Place:
        return self.app.exports

    @property
    def _form(self) -> tuple[FileFormat, Audience]:
        form, audience, _note = _FORMS[int(str(self.query_one("#formats", Choice).value))]
        return form, audience

    def has_unsaved(self) -> bool:
        """Return False: a typed name is quickly typed again."""
        return False

    # Filling in

    @on(Choice.Changed, "#formats")
    def _format_changed(self) -> None:
        """Make the file's suffix follow the format, if it is the suffix of a known format."""
        path = Path(self._path.value)
        if path.suffix.lower() in {each.suffix for each in FileFormat}:
            self._path.value = str(path.with_suffix(self._form[0].suffix))

    # Writing

    @on(Input.Submitted)
    def action_save(self) -> None:
        """Write the file, unless it exists already."""
        self._write(replace=False)

    def _write(self, *, replace: bool) -> None:
        if self.is_working("save"):
            return
        self._complain("file", "")
        self._complain("format", "")
        self.clear_status()
        typed = self._path.value.strip()
        if trouble := why_not(self._form[0]):
            self._complain("format", trouble)
            return
        if not typed:
            self._complain("file", _("Name the file that is to be written."))
            self._path.focus()
            return
        place = self._place
        try:
            target = place.target(typed)
        except FileRefused as refused:
            self._complain("file", export_trouble(refused, Path(typed)))
            self._path.focus()
            return
        self.save_file(target, replace=replace)

    @work(group="save")
    async def save_file(self, target: Path, *, replace: bool) -> None:
        """Write the file and close, or show why it could not be written."""
        place, zone, listed = self._place, self.app.location.zone, LISTS[self._of]
        form, audience = self._form
        source = self._sources[int(str(self.query_one("#sources", Choice).value))]
        total = source.count.value if source.count and not source.count.capped else 0
        reached, stopped = self.query_one(Progress).begin(total)

        def rows() -> Iterator[Any]:
            for done, row in enumerate(source.rows(), 1):
                if done % _TOLD_EVERY == 0:
                    reached(done, total)
                    if stopped():
                        raise _Stopped
                yield row

        def write() -> int:
            with place.new_file(target, replace=replace) as part:
                return write_list(listed, rows(), zone, form, audience, part.file).items

        try:
            count = await self.call_desk(write)
        except (OSError, OlveryError, _Stopped) as error:
            self.query_one(Progress).end()
            self._not_written(target, error)
        else:
            self.query_one(Progress).end()
            text = exported_text(self._of, count, str(target))
            self.app.notify(text, timeout=_TOAST_SECONDS, markup=False)
            self.dismiss(target)

    def _not_written(self, target: Path, error: OSError | OlveryError | _Stopped) -> None:
        if isinstance(error, FileExistsError) and not self._place.flat:
            question = ConfirmScreen(
                _("Replace the file?"),
                _("{file} is there already.").format(file=shown(str(target), _PATH_MAX)),
                yes=_("Replace"),
                no=_("Keep it"),
            )
            write = partial(self._write, replace=True)
            self.app.push_screen(question, if_agreed(write, self._path.focus))
        elif isinstance(error, OSError | FileRefused):
            self._complain("file", export_trouble(error, target))
            self._path.focus()
        elif isinstance(error, _Stopped):
            self.tell(_("Stopped; no file was written."), "told")
        else:
            self.not_done(error)

    def _complain(self, field: str, text: str) -> None:
        self.query_one(f"#{field}", Labelled).complain(text)

    def action_back(self) -> None:
        """Stop writing, or else return to the list."""
        if self.is_working("save"):
            self.query_one(Progress).stop()
        else:
            super().action_back()
