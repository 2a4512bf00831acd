"""The screen of a new database: the user registers as its first manager."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from olvery_tui.domain.errors import InvalidForm, NotFirst, OlveryError, StoreUnavailable
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.screens.base import DeskScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.form_field import FormField
from olvery_tui.wording.errors import afterwards, field_name, sentence

_FIELDS = ("last_name", "first_name", "login", "password", "again")
_SECRET = frozenset({"password", "again"})


class FirstManagerScreen(DeskScreen[None]):
    """Creates the first manager and signs them in."""

    CSS_PATH: ClassVar = ["../../styles/modal.tcss", "../../styles/sign_in.tcss"]
    BINDINGS: ClassVar = bindings("form")
    AUTO_FOCUS = None
    desk_is_asked = False

    def compose(self) -> ComposeResult:
        with Vertical(id="window", classes="window") as window:
            window.border_title = Content(_("The first manager"))
            yield Static(
                _("Nobody can sign in here yet. Say who you are; others are added later."),
                id="why",
                markup=False,
            )
            with VerticalScroll(id="fields", can_focus=False):
                for name in _FIELDS:
                    yield FormField(name, field_name(name), secret=name in _SECRET)
            yield StatusLine()
            with Horizontal(classes="buttons"):
                yield KeyButton(_("Save"), "form.save", id="save")
        yield KeyBar()

    def on_mount(self) -> None:
        self._field(_FIELDS[0]).take_focus()

    def _field(self, name: str) -> FormField:
        return self.query_one(f"#{name}", FormField)

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.input.query_ancestor(FormField).complain("")

    @on(Input.Submitted)
    def _entered(self, message: Input.Submitted) -> None:
        name = message.input.query_ancestor(FormField).id or ""
        following = _FIELDS[_FIELDS.index(name) + 1 :]
        if following:
            self._field(following[0]).take_focus()
        else:
            self.action_save()

    @on(Button.Pressed, "#save")
    def _save_pressed(self) -> None:
        self.action_save()

    def action_save(self) -> None:
        """Create the manager."""
        if not self.is_working("save"):
            self.query_one(StatusLine).show(_("One moment…"), "told")
            self.save_manager()

    @work(group="save")
    async def save_manager(self) -> None:
        """Create the manager and sign them in."""
        values = {name: self._field(name).value for name in _FIELDS}
        try:
            actor = await self.call_desk(self.app.authentication.first_manager, **values)
        except OlveryError as error:
            self._refused(error)
            return
        for name in _SECRET:
            self._field(name).clear()
        self.app.session.sign_in(actor)

    def _refused(self, error: OlveryError) -> None:
        self.query_one(StatusLine).clear()
        if isinstance(error, InvalidForm):
            for problem in error.problems:
                self._field(problem.field).complain(sentence(problem))
            wrong = {problem.field for problem in error.problems}
            self._field(next(name for name in _FIELDS if name in wrong)).take_focus()
        elif isinstance(error, NotFirst):
            self.app.session.sign_out(sentence(error))
        elif isinstance(error, StoreUnavailable):
            self.query_one(StatusLine).show_undone(sentence(error), afterwards(error))
        else:
            self.query_one(StatusLine).show(sentence(error))
