"""Base of forms: «Сохранить», «Отмена», and a question before unsaved input is discarded."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import ClassVar, TypeVar

from textual import on, work
from textual.containers import Horizontal
from textual.widgets import Button

from olvery_tui.domain.conflicts import ChangedElsewhere
from olvery_tui.domain.errors import StoreUnavailable
from olvery_tui.i18n import _
from olvery_tui.keys import BY_ID, bindings
from olvery_tui.screens.base import Window
from olvery_tui.screens.confirm import ConfirmScreen, if_agreed
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.widgets.pickers.person_search import PersonSearch

_T = TypeVar("_T")
_A = TypeVar("_A")


class FormScreen(Window[_T | None]):
    """A form. Closes with what was saved, or with None.

    Changes made elsewhere leave its input untouched. Subclasses provide `action_save` and
    `has_unsaved`.
    """

    CSS_PATH: ClassVar = ["../styles/modal.tcss"]
    BINDINGS: ClassVar = [*bindings("form"), *bindings("modal")]

    _is_undone = False

    def has_unsaved(self) -> bool:
        """Whether anything was entered."""
        return False

    def loses_input(self) -> bool:
        """Whether closing now would lose input: what was entered, or what was to be saved when
        others had changed what it was for, or the database could not save it.
        """
        return self._is_undone or self.has_unsaved()

    async def answer_of(self, asked: Awaitable[_A]) -> _A:
        """As for every screen; after a save that may be repeated no form closes unasked."""
        try:
            return await super().answer_of(asked)
        except (ChangedElsewhere, StoreUnavailable):
            self._is_undone = self._is_undone or self.is_working("save")
            raise

    @staticmethod
    def buttons(key_id: str = "form.save", save: str = "", cancel: str = "") -> Horizontal:
        """Return the row of «Сохранить» (or another key's label) and «Отмена», always visible.

        `save` and `cancel` name what they do where that says more.
        """
        return Horizontal(
            KeyButton(save or _(BY_ID[key_id].label), key_id, id="save", primary=True),
            KeyButton(cancel or _("Cancel"), "modal.back", id="cancel"),
            classes="buttons",
        )

    @on(Button.Pressed, "#save")
    async def _save_pressed(self) -> None:
        await self.run_action("save")

    @on(Button.Pressed, "#cancel")
    def _cancel_pressed(self) -> None:
        self.action_back()

    @on(PersonSearch.Wanted)
    @work(exclusive=True, group="people")
    async def load_people(self, message: PersonSearch.Wanted) -> None:
        """Offer the people whose name is typed."""
        people = await self.read_desk(self.app.desk.people.search, message.text)
        message.control.show_suggestions(message.token, people)

    def action_back(self) -> None:
        """«Отмена»: close, after a question if input would be lost."""
        if self.is_working("save"):
            self.tell(_("Saving… One moment."), "told")
        elif self.loses_input():
            question = ConfirmScreen(
                _("Close without saving?"),
                _("What you have entered will be lost."),
                yes=_("Close"),
                no=_("Keep editing"),
            )
            self.app.push_screen(question, if_agreed(self.dismiss))
        else:
            self.dismiss()
