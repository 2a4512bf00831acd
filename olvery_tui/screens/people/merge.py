"""Merge two records of one person: choose the other one, see what happens, agree.

Source: ours.
"""

from __future__ import annotations

from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from olvery_tui.domain.errors import OlveryError
from olvery_tui.domain.people import PersonDetails
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.screens.confirm import ConfirmScreen, if_agreed
from olvery_tui.screens.form import FormScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.pickers.person_search import PersonSearch
from olvery_tui.wording.people import person_line


class MergeForm(FormScreen[PersonDetails]):
    """Merges another record into that of a person. Closes with who is kept.

    Args:
        kept: The person who stays.
        alike: Others who look like them; the first is proposed.
    """

    CSS_PATH: ClassVar = ["../../styles/modal.tcss", "../../styles/visitor.tcss"]
    BINDINGS: ClassVar = bindings("merge")

    _search = getters.query_one(PersonSearch)

    def __init__(self, kept: PersonDetails, alike: tuple[PersonDetails, ...]) -> None:
        super().__init__()
        self._kept = kept
        self._proposed = next(iter(alike), None)

    def compose(self) -> ComposeResult:
        with self.window(_("Merge with another record")):
            kept = _("Stays: {person}").format(person=person_line(self._kept))
            yield Static(Content(kept), classes="title-text", markup=False)
            yield Static(
                _("The other record; its tickets, orders and what is missing here move over:"),
                markup=False,
            )
            yield PersonSearch(mode="search", exclude=self._kept.id, id="visitor")
            yield StatusLine()
            yield self.buttons("merge.save")
        yield KeyBar()

    def on_mount(self) -> None:
        self._search.set_person(self._proposed)
        if self._proposed is None:
            self._search.take_focus()
        else:
            self.query_one("#save").focus()

    def has_unsaved(self) -> bool:
        """Whether somebody else than the proposed one was chosen."""
        return self._search.person not in (None, self._proposed)

    @on(PersonSearch.Picked)
    @on(Field.Submitted)
    def _chosen(self) -> None:
        if self._search.person is not None:
            self.query_one("#save").focus()

    def action_save(self) -> None:
        """Ask, for nothing takes a merge back."""
        self._search.take_marked()
        other = self._search.person
        if other is None or other.id == self._kept.id:
            self._search.say(_("Choose the other record of this person."))
            self._search.take_focus()
            return
        question = ConfirmScreen(
            _("Merge the two records?"),
            _("{gone}\nbecomes part of\n{kept}\nNothing takes it back.").format(
                gone=person_line(other), kept=person_line(self._kept)
            ),
            yes=_("Merge"),
            no=_("Keep both"),
        )
        self.app.push_screen(question, if_agreed(lambda: self.save_merge(other)))

    @work(group="save")
    async def save_merge(self, other: PersonDetails) -> None:
        """Merge and close."""
        self.clear_status()
        try:
            self.dismiss(await self.call_desk(self.app.desk.people.merge, self._kept, other))
        except OlveryError as error:
            self.not_done(error)
