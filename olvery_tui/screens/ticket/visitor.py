"""Change a ticket's visitor to a registered person, found by part of the name, or to a new one.

Source: the manual, section «Изменение данных посетителя». Clearing the identity check is ours:
the passport that was checked belongs to another person.
"""

from __future__ import annotations

from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Static

from olvery_tui.domain.conflicts import ChangedMeanwhile
from olvery_tui.domain.errors import OlveryError
from olvery_tui.domain.people import NewPerson, PersonDetails, begun
from olvery_tui.domain.tickets import TicketDetails
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.screens.conflict import Conflict
from olvery_tui.screens.form import FormScreen
from olvery_tui.screens.people.new_person import NewPersonForm
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.field import Field
from olvery_tui.widgets.pickers.person_search import PersonSearch
from olvery_tui.wording.checks import already_checked
from olvery_tui.wording.people import person_line

_PLUS = "+"
"""Typed alone it means «Добавить», as on the button; it can also begin a phone number."""


class VisitorForm(FormScreen[TicketDetails]):
    """Changes the visitor of a ticket. Closes with the changed ticket.

    Args:
        seen: The ticket as shown when the form was opened.
    """

    CSS_PATH: ClassVar = ["../../styles/modal.tcss", "../../styles/visitor.tcss"]
    BINDINGS: ClassVar = bindings("visitor")

    _search = getters.query_one(PersonSearch)

    def __init__(self, seen: TicketDetails) -> None:
        super().__init__()
        self._seen = seen

    def compose(self) -> ComposeResult:
        with self.window(_("Visitor of ticket {number}").format(number=self._seen.number)):
            with Horizontal(id="visitor-line"):
                yield Static(_("Visitor"), classes="title-text", markup=False)
                yield KeyButton(_("✕ Remove"), None, id="remove")
                yield KeyButton(_("+ Add"), "visitor.add", id="add")
            yield PersonSearch(mode="search", id="visitor")
            yield Static(id="clears", markup=False)
            yield Conflict()
            yield StatusLine()
            yield self.buttons()
        yield KeyBar()

    def on_mount(self) -> None:
        self._search.set_person(self._seen.visitor)
        self._search.take_focus()
        self._show_what_is_cleared()

    def has_unsaved(self) -> bool:
        """Whether another person was chosen, or a name is partly typed."""
        person = self._search.person
        if person is None:
            return bool(self._search.text.strip())
        return person.id != self._seen.visitor.id

    def _show_what_is_cleared(self) -> None:
        note = self.query_one("#clears", Static)
        note.display = self._seen.validated
        if self._seen.validated:
            check = already_checked(self._seen, self.app.location.zone, self.app.clock.now())
            text = _("{check}. Saving another visitor clears the identity check.")
            note.update(Content(text.format(check=check)))

    # Choosing the person

    @on(PersonSearch.Edited)
    @on(PersonSearch.Picked)
    def _chosen_anew(self) -> None:
        self._search.say("")
        self.clear_status()
        if self._search.text == _PLUS:
            text = _("Enter adds a new visitor; digits go on with a phone to search for.")
            self.tell(text, "told")

    @on(Field.Submitted)
    def _entered(self) -> None:
        if self._search.person is not None:
            self.query_one("#save").focus()
        elif self._search.text == _PLUS:
            self._search.set_person(None)
            self.action_add_person()

    @on(Button.Pressed, "#remove")
    def _removed(self) -> None:
        self._search.set_person(None)
        self._search.take_focus()

    @on(Button.Pressed, "#add")
    def action_add_person(self) -> None:
        """«Добавить»: open the form of a new person, filled with what was typed here."""
        typed = "" if self._search.person else self._search.text
        self.app.push_screen(NewPersonForm(begun(typed)), self._added)

    def _added(self, person: PersonDetails | NewPerson | None) -> None:
        if person is not None:
            self._search.set_person(person)
            self._chosen_anew()
            self.query_one("#save").focus()

    # Saving

    def action_save(self) -> None:
        """Make the chosen person the ticket's visitor."""
        if self.is_working("save"):
            return
        self._search.take_marked()
        person, chosen = self._search.person, self._search.chosen
        if person is None or chosen is None:
            self._search.say(_("Choose a person from the list, or add a new one."))
            self._search.take_focus()
        elif person.id == self._seen.visitor.id:
            self.tell(_("Nothing is changed: this is the ticket's visitor already."), "told")
            self._search.take_focus()
        else:
            self.clear_status()
            self.save_visitor(person, chosen)

    @work(group="save")
    async def save_visitor(self, person: PersonDetails, chosen: int | NewPerson) -> None:
        """Save the ticket's visitor and close."""
        change = self.app.desk.tickets.change_visitor
        try:
            self.dismiss(await self.call_desk(change, self._seen, chosen))
        except OlveryError as error:
            self._refused(error, person)

    def _refused(self, error: OlveryError, person: PersonDetails) -> None:
        if not isinstance(error, ChangedMeanwhile):
            self.query_one(Conflict).hide()
            self.not_done(error)
            return
        self._seen = error.current
        self._show_what_is_cleared()
        self.query_one(Conflict).show(
            error,
            now_is=person_line(error.current.visitor),
            chosen=person_line(person),
            zone=self.app.location.zone,
            now=self.app.clock.now(),
        )
