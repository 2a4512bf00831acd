"""«Смена»: takings and deeds since it was opened, closing it, and notes for the next manager.

Source: ours.
"""

from __future__ import annotations

from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from olvery_tui.domain.conflicts import ShiftChangedMeanwhile
from olvery_tui.domain.errors import InvalidForm, OlveryError
from olvery_tui.domain.shifts import NOTE_MAX, Shift, ShiftSummary
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _
from olvery_tui.keys import BY_ID, bindings
from olvery_tui.screens.base import Window
from olvery_tui.screens.form import FormScreen
from olvery_tui.widgets.chrome.facts import Facts
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.fields.labelled import Labelled
from olvery_tui.widgets.messages import DeskChanged
from olvery_tui.wording.errors import sentence
from olvery_tui.wording.shifts import note_text, opened_text, summary_facts


class ShiftScreen(FormScreen[None]):
    """Shows the manager's shift, and opens or closes it.

    One that was opened on an earlier day is not closed but followed by the next.
    """

    CSS_PATH: ClassVar = [f"../styles/{name}.tcss" for name in ("modal", "choice", "shift")]
    BINDINGS: ClassVar = bindings("shift")

    _note = getters.query_one("#note-line", Field)

    def __init__(self) -> None:
        super().__init__()
        self._summary: ShiftSummary | None = None

    def compose(self) -> ComposeResult:
        with self.window(_("Shift")):
            with VerticalScroll(classes="grows", can_focus=False):
                yield Facts(_("Loading…"), id="facts")
            yield Labelled("note", _("Note"), Field(limit=NOTE_MAX, id="note-line"))
            yield StatusLine()
            yield self.buttons("shift.save")
        yield KeyBar()

    def on_mount(self) -> None:
        self._note.placeholder = _("for the next manager, shown at the next sign-in")
        self.query_one("#note").display = False
        self.query_one("#save").focus()
        self.load_shift()

    @property
    def _closes(self) -> bool:
        """Whether «Сохранить» closes the shift: where it was opened today."""
        if self._summary is None or self._summary.shift.closed_at is not None:
            return False
        opened = self._summary.shift.opened_at.astimezone(self.app.location.zone)
        return opened.date() == self.app.today()

    @work(exclusive=True, group="shift")
    async def load_shift(self) -> None:
        """Show the last shift as it is now."""
        self._show(await self.read_desk(self.app.desk.shifts.latest))

    def _show(self, summary: ShiftSummary | None) -> None:
        self._summary = summary
        facts = self.query_one("#facts", Facts)
        if summary is None:
            facts.update(Content(_("No shift was opened yet.")))
        else:
            facts.show(summary_facts(summary, self.app.location.zone))
        label = _("Close the shift") if self._closes else _("Open a shift")
        self.query_one("#save", KeyButton).rename(label)
        note, is_wanted = self.query_one("#note"), self._closes or self.has_unsaved()
        if note.display is not is_wanted:
            note.display = is_wanted
            self.set_focus(self._note if is_wanted else self.query_one("#save"))

    def on_desk_changed(self, message: DeskChanged) -> None:
        """Follow what is paid and done meanwhile."""
        self.when_idle("shift", self.load_shift)

    def has_unsaved(self) -> bool:
        """Whether a note was typed; it waits where the shift was closed elsewhere meanwhile."""
        return bool(self._note.value)

    def loses_input(self) -> bool:
        """Only a note can be lost: after a conflict the shift is shown as it is by now."""
        return self.has_unsaved()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.query_one("#save").focus()

    def action_save(self) -> None:
        """Close the shift that was opened today, or open the next one."""
        if self.is_working("save") or self.is_working("shift"):
            return
        self.clear_status()
        self.query_one("#note", Labelled).complain("")
        shift = self._summary.shift if self._summary else None
        if self._closes and shift is not None:
            self.save_closed(shift)
        else:
            self.save_opened(shift)

    @work(group="save")
    async def save_closed(self, shift: Shift) -> None:
        """Close the shift and show what was in it."""
        try:
            summary = await self.call_desk(self.app.desk.shifts.close, shift, self._note.value)
        except InvalidForm as form:
            self.query_one("#note", Labelled).complain(sentence(form.problems[0]))
        except OlveryError as error:
            self._refused(error)
        else:
            self._note.value = ""
            self._show(summary)
            self.tell(_("The shift is closed."), "done")

    @work(group="save")
    async def save_opened(self, seen: Shift | None) -> None:
        """Open a shift."""
        try:
            opened = await self.call_desk(self.app.desk.shifts.open, seen)
        except OlveryError as error:
            self._refused(error)
        else:
            text = opened_text(opened, self.app.location.zone)
            self.tell(text, "told" if opened.forgotten else "done")
            self.load_shift()

    def _refused(self, error: OlveryError) -> None:
        self.not_done(error)
        if isinstance(error, ShiftChangedMeanwhile):
            self.load_shift()


class NotesScreen(Window[None]):
    """The notes that former shifts have left, until somebody has read them."""

    CSS_PATH: ClassVar = ["../styles/modal.tcss", "../styles/shift.tcss"]
    BINDINGS: ClassVar = [*bindings("notes"), *bindings("modal")]

    def __init__(self, shifts: tuple[Shift, ...]) -> None:
        super().__init__()
        self._shifts = shifts

    def compose(self) -> ComposeResult:
        zone = self.app.location.zone
        with self.window(_("Note for the next manager")):
            with VerticalScroll(classes="grows", can_focus=False):
                for shift in self._shifts:
                    yield Static(Content(note_text(shift, zone)), classes="title-text")
                    yield Static(Content(shown(shift.note, NOTE_MAX)), classes="left-note")
            yield StatusLine()
            with Horizontal(classes="buttons"):
                yield KeyButton(_(BY_ID["notes.read"].label), "notes.read", id="read", primary=True)
                yield KeyButton(_("Show it again later"), "modal.back", id="later")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one("#read").focus()

    @on(Button.Pressed, "#read")
    def action_read(self) -> None:
        """Show these notes to nobody any more."""
        if not self.is_working("save"):
            self.save_read()

    @work(group="save")
    async def save_read(self) -> None:
        """Note that they were read, and close."""
        ids = [shift.id for shift in self._shifts]
        try:
            await self.call_desk(self.app.desk.shifts.read_notes, ids)
        except OlveryError as error:
            self.not_done(error)
        else:
            self.dismiss(None)

    @on(Button.Pressed, "#later")
    def action_back(self) -> None:
        """Close; the next sign-in shows them again."""
        self.dismiss(None)
