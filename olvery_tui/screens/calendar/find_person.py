"""Find somebody by name or phone, to go to their next booking in the calendar."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.screen import ModalScreen

from olvery_tui.domain.people import PersonDetails
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.screens.form import FormScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.pickers.person_search import PersonSearch


class FindPersonForm(FormScreen[PersonDetails], inherit_bindings=False):
    """A search for a person. Closes with the one who was chosen."""

    CSS_PATH: ClassVar = ["../../styles/modal.tcss", "../../styles/calendar_filter.tcss"]
    BINDINGS: ClassVar = [*ModalScreen.BINDINGS, *bindings("modal")]

    def compose(self) -> ComposeResult:
        with self.window(_("Visitor")):
            yield PersonSearch(mode="search")
            yield StatusLine()
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(PersonSearch).take_focus()

    @on(PersonSearch.Picked)
    def _picked(self, message: PersonSearch.Picked) -> None:
        self.dismiss(message.person)
