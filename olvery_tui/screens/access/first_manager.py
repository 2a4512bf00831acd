"""The screen of a new database: the user registers as its first manager."""

from __future__ import annotations

from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from olvery_tui.domain.errors import InvalidForm, NotFirst, OlveryError, StoreUnavailable
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.screens.base import DeskScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.form_fields import FormFields
from olvery_tui.wording.errors import afterwards, sentence

_FIELDS = ("last_name", "first_name", "login", "password", "again")
_SECRET = frozenset({"password", "again"})


class FirstManagerScreen(DeskScreen[None]):
    """Creates the first manager and signs them in."""

    CSS_PATH: ClassVar = ["../../styles/modal.tcss", "../../styles/sign_in.tcss"]
    BINDINGS: ClassVar = bindings("form")
    AUTO_FOCUS = None
    desk_is_asked = False

    _fields = getters.query_one(FormFields)

    def compose(self) -> ComposeResult:
        with Vertical(id="window", classes="window") as window:
            window.border_title = Content(_("The first manager"))
            yield Static(
                _("Nobody can sign in here yet. Say who you are; others are added later."),
                id="why",
                markup=False,
            )
            yield FormFields(dict.fromkeys(_FIELDS, ""), secret=_SECRET)
            yield StatusLine()
            with Horizontal(classes="buttons"):
                yield KeyButton(_("Save"), "form.save", id="save", primary=True)
        yield KeyBar()

    def on_mount(self) -> None:
        self._fields.field(_FIELDS[0]).take_focus()

    @on(FormFields.Submitted)
    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        """Create the manager."""
        if not self.is_working("save"):
            self.query_one(StatusLine).show(_("One moment…"), "told")
            self.save_manager()

    @work(group="save")
    async def save_manager(self) -> None:
        """Create the manager and sign them in."""
        create = self.app.authentication.first_manager
        try:
            actor = await self.call_desk(create, **self._fields.values)
        except OlveryError as error:
            self._refused(error)
            return
        for name in _SECRET:
            self._fields.field(name).clear()
        self.app.session.sign_in(actor)

    def _refused(self, error: OlveryError) -> None:
        self.query_one(StatusLine).clear()
        if isinstance(error, InvalidForm):
            self._fields.complain(error)
        elif isinstance(error, NotFirst):
            self.app.session.sign_out(sentence(error))
        elif isinstance(error, StoreUnavailable):
            self.query_one(StatusLine).show_undone(sentence(error), afterwards(error))
        else:
            self.query_one(StatusLine).show(sentence(error))
