"""A search for a person by letters of the name, with a dropdown of suggestions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Literal, cast

from rich.cells import cell_len
from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from olvery_tui.domain.people import NewPerson, PersonDetails, words
from olvery_tui.domain.text import NAME_MAX
from olvery_tui.i18n import _
from olvery_tui.keys import binding
from olvery_tui.widgets.fields.field import PHONE, Field, complain
from olvery_tui.widgets.messages import WidgetMessage
from olvery_tui.wording.people import contact_text, full_name, person_name

DEBOUNCE = 0.15
_PATIENCE = 0.15
"""Seconds without a result after which the list shows that it is searching."""

_NAME_WIDTH, _WHOLE_NAME_WIDTH = 26, 38

_TYPED_MAX = 2 * NAME_MAX + 40
"""Maximum length: any name, with room to type before or after it."""


class PeopleList(OptionList, can_focus=False):
    """The people found. The line above handles its keys; the mouse chooses."""


class PersonSearch(Vertical):
    """A line to type in and the people found; a chosen person is shown in the line with a mark.

    The widget requests suggestions by `Wanted` and gets them by `show_suggestions`. Typing after a
    choice discards the choice.

    Args:
        mode: `suggest` if the typed letters are useful by themselves (the filter), `search` if only
        a chosen person is (a form): there `Enter` goes to the first suggestion and takes a single
        one, even one that arrives only after it. The list tells whole names then.
        exclude: The id of somebody who is never offered.
        id: The widget's id.
    """

    BINDINGS: ClassVar = [
        binding("filter.people"),
        Binding("up", "previous_person", show=False),
        Binding("escape", "close_list", show=False),
    ]

    COMPONENT_CLASSES: ClassVar = {"person-search--contact", "person-search--note"}

    class Wanted(WidgetMessage["PersonSearch"]):
        """Suggestions for `text` are requested; the result is returned with the `token`."""

        text: str
        token: int

    class Edited(WidgetMessage["PersonSearch"]):
        """The text was edited; no person is chosen."""

    class Picked(WidgetMessage["PersonSearch"]):
        """A person was chosen."""

        person: PersonDetails

    _line = getters.query_one(Field)

    def __init__(
        self,
        *,
        mode: Literal["suggest", "search"] = "suggest",
        exclude: int | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=f"-{mode}")
        self._mode = mode
        self._exclude = exclude
        self._person: PersonDetails | None = None
        self._new: NewPerson | None = None
        """The chosen person, if they are to be saved with what is made for them."""
        self._list: PeopleList | None = None
        self._found: tuple[PersonDetails, ...] = ()
        self._token = 0
        self._asking: Timer | None = None
        self._enter_waits = False
        """`Enter` was pressed before the result arrived and applies to it."""

    def compose(self) -> ComposeResult:
        yield Field(
            placeholder=_("name or phone")
            if self._mode == "suggest"
            else _("part of a name, phone"),
            limit=_TYPED_MAX,
            takes=PHONE,
        )

    # Public interface

    @property
    def text(self) -> str:
        """The line's text."""
        return self._line.value

    @property
    def person(self) -> PersonDetails | None:
        """The chosen person."""
        return self._person

    @property
    def chosen(self) -> int | NewPerson | None:
        """The chosen person's id, or who is to be registered."""
        return self._new or (self._person.id if self._person else None)

    @property
    def is_open(self) -> bool:
        """Whether the list is open."""
        return self._list is not None and bool(self._list.display)

    def set_person(self, person: PersonDetails | NewPerson | None) -> None:
        """Set the person without posting a message; None empties the line."""
        self._forget_question()
        self._close()
        new = person if isinstance(person, NewPerson) else None
        person = new.details if new else cast("PersonDetails | None", person)
        self._mark(person, new)
        self._line.value = self._called(person) if person else ""
        self._line.cursor_position = len(self._line.value)

    def set_text(self, text: str) -> None:
        """Set the text without searching for it."""
        self.set_person(None)
        with self.prevent(Field.Changed):
            self._line.value = text

    def take_focus(self) -> None:
        """Focus the line at once."""
        self.screen.set_focus(self._line)

    def take_marked(self) -> None:
        """Choose the person highlighted in the open list."""
        marked = self._list.highlighted if self._list is not None and self.is_open else None
        if marked is not None and marked < len(self._found):
            person = self._found[marked]
            self.set_person(person)
            self.post_message(self.Edited(self))

    def say(self, text: str) -> None:
        """Show an error under the line; an empty text removes it."""
        complain(self, text)

    def show_suggestions(self, token: int, people: Sequence[PersonDetails]) -> None:
        """Show the result for this `token`; a stale result is ignored."""
        if token != self._token or self.screen.focused is not self._line:
            return
        entered = self._enter_waits
        self._forget_question()
        people = [person for person in people if person.id != self._exclude]
        if entered and len(people) == 1:
            self._pick(people[0])
            return
        self._found = tuple(people)
        if people:
            most = _NAME_WIDTH if self._mode == "suggest" else _WHOLE_NAME_WIDTH
            width = min(most, max(cell_len(self._called(person)) for person in people))
            self._open(Option(self._option_text(person, width)) for person in people)
            if entered and self._list is not None:
                self._list.highlighted = 0
        else:
            self._open_with_note(_("Nobody has such a name or phone."))

    # Typing

    @on(Field.Changed)
    def _typed(self, message: Field.Changed) -> None:
        message.stop()
        if self._person and message.value == self._called(self._person):
            return
        self._mark(None)
        self._forget_question()
        if words(message.value):
            self._asking = self.set_timer(DEBOUNCE, self._ask)
        else:
            self._close()
        self.post_message(self.Edited(self))

    def _ask(self) -> None:
        self._forget_question()
        if not words(self.text) or self.screen.focused is not self._line:
            return
        self._asking = self.set_timer(_PATIENCE, self._say_looking)
        self.post_message(self.Wanted(self, self.text, self._token))

    def _say_looking(self) -> None:
        self._found = ()
        self._open_with_note(_("Looking…"))

    def _forget_question(self) -> None:
        """Invalidate pending requests."""
        self._token += 1
        self._enter_waits = False
        if self._asking is not None:
            self._asking.stop()
            self._asking = None

    # Choosing

    def action_next_person(self) -> None:
        """Move down in the list; request it if it is closed."""
        if self._list is not None and self._found:
            self._list.action_cursor_down()
        elif not self.is_open and self._person is None:
            self._ask()

    def action_previous_person(self) -> None:
        """Move up in the list; above the first person none is highlighted."""
        if self._list is not None and self._list.highlighted == 0:
            self._list.highlighted = None
        elif self._list is not None and self._list.highlighted is not None:
            self._list.action_cursor_up()

    def action_close_list(self) -> None:
        """Close the list; the text stays."""
        self._forget_question()
        self._close()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "close_list":
            # In a filter `Esc` leaves the line, and the list closes with the focus.
            return self._mode == "search" and (self.is_open or self._enter_waits)
        return self.is_open if action == "previous_person" else True

    @on(Field.Submitted)
    def _entered(self, message: Field.Submitted) -> None:
        people = self._list
        if people is None or not self._found or not people.display:
            if self._mode == "search" and self._person is None and words(self.text):
                message.stop()
                if not self._enter_waits:
                    self._ask()
                    self._enter_waits = True
            else:
                self.action_close_list()
            return
        marked = people.highlighted
        if marked is None and self._mode == "search":
            message.stop()
            people.highlighted = 0
            if len(self._found) == 1:
                self._pick(self._found[0])
        elif marked is None:
            self.action_close_list()
        else:
            message.stop()
            self._pick(self._found[marked])

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        if message.option_index < len(self._found):
            self._pick(self._found[message.option_index])

    def _pick(self, person: PersonDetails) -> None:
        self.set_person(person)
        self.take_focus()
        self.post_message(self.Picked(self, person))

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        if self.app.app_focus:
            self.take_marked()
            self.action_close_list()
            if self._person is not None:
                self._line.cursor_position = 0  # show a long name from its beginning

    # Display

    def _mark(self, person: PersonDetails | None, new: NewPerson | None = None) -> None:
        """Set the chosen person and show their contact below the line."""
        self._person, self._new = person, new
        self.set_class(person is not None, "-picked")
        parts = (contact_text(person) if person else "", _("new, saved with it") if new else "")
        told = Content(f"✓ {' · '.join(filter(None, parts))}" if person else "")
        contact = next(iter(self.query(".person-contact").results(Static)), None)
        if contact is not None:
            contact.update(told)
        elif person is not None:
            contact = Static(told, classes="person-contact", markup=False)
            self.mount(contact, after=self._line)

    def _open(self, options: Iterable[Option]) -> None:
        if self._list is None:
            self._list = PeopleList()
            self.mount(self._list, after=self._line)
        self._list.set_options(options)
        self._list.display = True
        self.refresh_bindings()  # Esc closes the list now

    def _open_with_note(self, text: str) -> None:
        style = self.get_visual_style("person-search--note", partial=True)
        self._open([Option(Content.styled(text, style), disabled=True)])

    def _close(self) -> None:
        self._found = ()
        if self._list is not None:
            self._list.display = False
            self._list.clear_options()
            self.refresh_bindings()

    def _called(self, person: PersonDetails) -> str:
        """Return the name as it is shown: in a form, namesakes must be told apart."""
        return person_name(person) if self._mode == "suggest" else full_name(person)

    def _option_text(self, person: PersonDetails, width: int) -> Content:
        name = Content(self._called(person)).truncate(width, ellipsis=True, pad=True)
        style = self.get_visual_style("person-search--contact", partial=True)
        return Content.assemble(name, "  ", (contact_text(person), style))
