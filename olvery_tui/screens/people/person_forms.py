"""The forms of the list of visitors: a new one, another's fields, a ban, an erasure.

Source: ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from olvery_tui.domain.conflicts import PersonChangedMeanwhile
from olvery_tui.domain.erasure import ErasureAct, Ground
from olvery_tui.domain.errors import InvalidForm, OlveryError
from olvery_tui.domain.people import NOTE_MAX, PERSON_CHECKS, PersonDetails
from olvery_tui.domain.text import shown
from olvery_tui.i18n import N_, _
from olvery_tui.keys import bindings
from olvery_tui.screens.confirm import ConfirmScreen, if_agreed
from olvery_tui.screens.form import FormScreen
from olvery_tui.screens.people.new_person import NewPersonForm
from olvery_tui.widgets.chrome.key_bar import KeyBar
from olvery_tui.widgets.chrome.status_line import StatusLine
from olvery_tui.widgets.fields.choice import Choice, Choosable
from olvery_tui.widgets.fields.form_fields import FormFields
from olvery_tui.widgets.fields.labelled import Labelled
from olvery_tui.wording.acts import GROUNDS, ground_text
from olvery_tui.wording.people import full_name, person_line, phone_text


class AddPersonForm(NewPersonForm):
    """Registers a person who has nothing here yet."""

    def take(self, typed: Mapping[str, str], *, anyway: bool) -> PersonDetails:
        """Register the person. Called in a thread."""
        return self.app.desk.people.add(anyway=anyway, **typed)


class EditPersonForm(NewPersonForm):
    """Changes a person's fields. Closes with them, or with another who has the phone or email.

    Args:
        seen: The person as shown when the form was opened.
    """

    ANYWAY: ClassVar = N_("Save anyway")

    def __init__(self, seen: PersonDetails) -> None:
        given = {name: shown(getattr(seen, name) or "", NOTE_MAX) for name in PERSON_CHECKS}
        given["phone"] = phone_text(seen.phone)
        super().__init__(given, title=_("Visitor: {name}").format(name=full_name(seen)))
        self._seen = seen

    def take(self, typed: Mapping[str, str], *, anyway: bool) -> PersonDetails:
        """Save the person. Called in a thread."""
        return self.app.desk.people.edit(self._seen, anyway=anyway, **typed)

    def refused(self, error: OlveryError) -> None:
        """Show who changed the person meanwhile; the next save is made over that."""
        if isinstance(error, PersonChangedMeanwhile):
            self._seen = error.person
            text = _("Changed meanwhile; it is now: {person}. Save once more to make it yours.")
            self.tell(text.format(person=person_line(error.person)))
        else:
            super().refused(error)


class BanForm(FormScreen[PersonDetails]):
    """«Не пускать»: asks for the reason. Closes with the banned person.

    Args:
        seen: The person as shown when the form was opened.
    """

    CSS_PATH: ClassVar = ["../../styles/modal.tcss", "../../styles/new_person.tcss"]
    BINDINGS: ClassVar = bindings("ban")

    def __init__(self, seen: PersonDetails) -> None:
        super().__init__()
        self._seen = seen

    def compose(self) -> ComposeResult:
        with self.window(_("Do not let in")):
            yield Static(Content(person_line(self._seen)), id="who", markup=False)
            yield Static(
                _("The door refuses them, and every ticket of theirs says so, with the reason."),
                id="what",
                markup=False,
            )
            yield FormFields({"ban_reason": ""})
            yield StatusLine()
            yield self.buttons("ban.save")
        yield KeyBar()

    def on_mount(self) -> None:
        self.query_one(FormFields).field("ban_reason").take_focus()

    def has_unsaved(self) -> bool:
        """Whether a reason is typed."""
        return self.query_one(FormFields).is_changed

    @on(FormFields.Submitted)
    def action_save(self) -> None:
        """Ban the person."""
        if not self.is_working("save"):
            self.clear_status()
            self.save_ban()

    @work(group="save")
    async def save_ban(self) -> None:
        """Save the ban and close."""
        reason = self.query_one(FormFields).values["ban_reason"]
        try:
            self.dismiss(await self.call_desk(self.app.desk.people.ban, self._seen, reason))
        except InvalidForm as error:
            self.query_one(FormFields).complain(error)
        except OlveryError as error:
            self.not_done(error)


class EraseForm(FormScreen[ErasureAct]):
    """Erases a person's data after a question. Closes with the act.

    Args:
        seen: The person as shown when the form was opened.
    """

    CSS_PATH: ClassVar = ["../../styles/modal.tcss", "../../styles/new_person.tcss"]
    BINDINGS: ClassVar = bindings("erase")

    def __init__(self, seen: PersonDetails) -> None:
        super().__init__()
        self._seen = seen

    def compose(self) -> ComposeResult:
        with self.window(_("Erase personal data")):
            yield Static(Content(person_line(self._seen)), id="who", markup=False)
            yield Static(
                _(
                    "Names, phone, email and note are removed for good, everywhere. "
                    "Tickets and orders stay, without a name. Former backups still hold them."
                ),
                id="what",
                markup=False,
            )
            yield Labelled("ground", _("Ground"), Choice(id="grounds"))
            yield StatusLine()
            yield self.buttons("erase.save")
        yield KeyBar()

    def on_mount(self) -> None:
        choosable = [Choosable(ground, ground_text(ground)) for ground in GROUNDS]
        self.query_one("#grounds", Choice).offer(choosable, Ground.REQUEST)
        self.query_one("#grounds", Choice).take_focus()

    @on(Choice.Submitted)
    def action_save(self) -> None:
        """Ask, for nothing brings the data back."""
        if self.is_working("save"):
            return
        question = ConfirmScreen(
            _("Erase the personal data?"),
            _("{name}: nothing brings it back.").format(name=full_name(self._seen)),
            yes=_("Erase"),
            no=_("Keep it"),
        )
        self.app.push_screen(question, if_agreed(self.save_erasure))

    @work(group="save")
    async def save_erasure(self) -> None:
        """Erase the data and close."""
        ground = Ground(str(self.query_one("#grounds", Choice).value))
        try:
            self.dismiss(await self.call_desk(self.app.desk.people.erase, self._seen.id, ground))
        except OlveryError as error:
            self.not_done(error)
