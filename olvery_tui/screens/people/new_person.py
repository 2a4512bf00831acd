"""The form of a new person: names, phone, email and a note.

Source: the manual, section «Изменение данных посетителя», «Создание нового пользователя».
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from olvery_tui.domain.conflicts import PersonExists
from olvery_tui.domain.errors import InvalidForm, OlveryError
from olvery_tui.domain.people import PERSON_CHECKS, NewPerson, PersonDetails
from olvery_tui.i18n import N_, _, ngettext
from olvery_tui.screens.form import FormScreen
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.key_button import KeyButton
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.form_field import FormField
from olvery_tui.widgets.fields.form_fields import FormFields
from olvery_tui.wording.people import person_line

_FIELDS = tuple(PERSON_CHECKS)
_ASKED = tuple(name for name in _FIELDS if name not in ("patronymic", "note"))
"""Where typing begins, unless something stands there."""


class NewPersonForm(FormScreen[PersonDetails | NewPerson]):
    """Asks for a new person. Closes with them, or with an existing one picked instead.

    Nobody is saved yet: they are with what is made for them.

    Args:
        given: Initial values of the fields, from what was typed into the search.
        title: The window's title; by default that of a new visitor.
    """

    CSS_PATH: ClassVar = ["../../styles/modal.tcss", "../../styles/new_person.tcss"]
    ANYWAY: ClassVar = N_("Create anyway")
    """The label of the button that takes a known phone or email."""

    _fields = getters.query_one(FormFields)

    def __init__(self, given: Mapping[str, str] | None = None, *, title: str | None = None) -> None:
        super().__init__()
        self._titled = title or _("New visitor")
        self._given = dict.fromkeys(_FIELDS, "") | dict(given or {})
        self._existing: tuple[PersonDetails, ...] = ()

    def compose(self) -> ComposeResult:
        with self.window(self._titled, "-small"):
            yield FormFields(self._given)
            with Vertical(id="existing"):
                yield Static(id="existing-text", markup=False)
                yield OptionList(id="people", markup=False)
                yield KeyButton(_(self.ANYWAY), None, id="anyway")
            yield StatusLine()
            yield self.buttons()
        yield KeyBar()

    def on_mount(self) -> None:
        first_empty = next((name for name in _ASKED if not self._given[name]), "last_name")
        self._fields.field(first_empty).take_focus()

    def has_unsaved(self) -> bool:
        """Whether any field differs from its initial value."""
        return self._fields.is_changed

    # Typing

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        self.clear_status()
        if message.input.query_ancestor(FormField).id in ("phone", "email"):
            self._offer(())

    # Saving

    def take(self, typed: Mapping[str, str], *, anyway: bool) -> PersonDetails | NewPerson:
        """Return who was typed. Called in a thread."""
        return self.app.desk.people.check(anyway=anyway, **typed)

    @on(FormFields.Submitted)
    def action_save(self) -> None:
        """Take the person; if the phone or email is known, offer the people who have it."""
        self._save(anyway=False)

    @on(Button.Pressed, "#anyway")
    def _anyway(self) -> None:
        self._save(anyway=True)

    def _save(self, *, anyway: bool) -> None:
        if not self.is_working("save"):
            self.clear_status()
            self.save_person(anyway=anyway)

    @work(group="save")
    async def save_person(self, *, anyway: bool) -> None:
        """Let the desk take what was typed, and close."""
        try:
            self.dismiss(await self.call_desk(self.take, self._fields.values, anyway=anyway))
        except InvalidForm as error:
            self._fields.complain(error)
        except PersonExists as error:
            self._offer(error.people)
        except OlveryError as error:
            self.refused(error)

    def refused(self, error: OlveryError) -> None:
        """Show why the person was not taken."""
        self.not_done(error)

    # People with this phone or email

    def _offer(self, people: tuple[PersonDetails, ...]) -> None:
        self._existing = people
        self.query_one("#existing").set_class(bool(people), "-shown")
        if not people:
            return
        text = ngettext(
            "This phone or email belongs to somebody already. Is it the same person?",
            "This phone or email belongs to several people already. Is it one of them?",
            len(people),
        )
        self.query_one("#existing-text", Static).update(Content(text))
        options = self.query_one("#people", OptionList)
        options.set_options(Option(Content(person_line(person))) for person in people)
        options.focus()  # nothing is highlighted: a second `Enter` must not pick anybody

    @on(OptionList.OptionSelected, "#people")
    def _picked(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(self._existing[message.option_index])
