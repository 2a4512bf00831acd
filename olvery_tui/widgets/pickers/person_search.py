"""A person is looked for by letters of the name and chosen from a list that drops down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Literal

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from olvery_tui.domain.people import PersonDetails, words
from olvery_tui.domain.text import NAME_MAX
from olvery_tui.i18n import _
from olvery_tui.keys import binding
from olvery_tui.widgets.fields.field import PHONE, Field, complain
from olvery_tui.wording.people import contact_text, person_name

DEBOUNCE = 0.15
_PATIENCE = 0.15
"""Seconds without an answer after which the list says that it is looking."""

_NAME_WIDTH = 26

_TYPED_MAX = 2 * NAME_MAX + 40
"""Letters that fit: any name, and some more to be typed before or after it."""


class PeopleList(OptionList, can_focus=False):
    """The people found. The keys of the line above move in it; the mouse chooses."""


class PersonSearch(Vertical):
    """A line to type in and the people found; the one chosen stands in the line with a mark.

    The widget asks its screen by `Wanted` and is answered by `show_suggestions`. Typing after a
    choice takes the choice back.

    Args:
        mode: `suggest` where the typed letters are of use by themselves (the filter), `search`
            where only a chosen person is (a form): there `Enter` goes to the first one found, and
            takes the only one, also one that is found only after it.
        id: The widget's id.
    """

    BINDINGS: ClassVar = [
        binding("filter.people"),
        Binding("up", "previous_person", show=False),
        Binding("escape", "close_list", show=False),
    ]

    COMPONENT_CLASSES: ClassVar = {"person-search--contact", "person-search--note"}

    class Wanted(Message):
        """People are wanted whose names fit `text`; the answer goes back with the `token`."""

        def __init__(self, search: PersonSearch, text: str, token: int) -> None:
            super().__init__()
            self.search = search
            self.text = text
            self.token = token

        @property
        def control(self) -> PersonSearch:
            """The one who asks and is to be answered."""
            return self.search

    class Edited(Message):
        """What is typed has changed; nobody is chosen any more."""

        def __init__(self, search: PersonSearch) -> None:
            super().__init__()
            self.search = search

        @property
        def control(self) -> PersonSearch:
            """The widget."""
            return self.search

    class Picked(Message):
        """A person was chosen."""

        def __init__(self, search: PersonSearch, person: PersonDetails) -> None:
            super().__init__()
            self.search = search
            self.person = person

        @property
        def control(self) -> PersonSearch:
            """The widget."""
            return self.search

    def __init__(
        self, *, mode: Literal["suggest", "search"] = "suggest", id: str | None = None
    ) -> None:
        super().__init__(id=id, classes=f"-{mode}")
        self._mode = mode
        self._person: PersonDetails | None = None
        self._list: PeopleList | None = None
        self._found: tuple[PersonDetails, ...] = ()
        self._token = 0
        self._asking: Timer | None = None
        self._enter_waits = False
        """`Enter` was quicker than the answer, which is to be taken as if it had come first."""

    def compose(self) -> ComposeResult:
        yield Field(
            placeholder=_("name or phone")
            if self._mode == "suggest"
            else _("part of a name, phone"),
            limit=_TYPED_MAX,
            takes=PHONE,
        )

    # What the owner asks

    @property
    def text(self) -> str:
        """What stands in the line."""
        return self._line.value

    @property
    def person(self) -> PersonDetails | None:
        """The person chosen."""
        return self._person

    @property
    def is_open(self) -> bool:
        """Whether the list is there."""
        return self._list is not None and bool(self._list.display)

    def set_person(self, person: PersonDetails | None) -> None:
        """Put a person into the line without a message; None empties it."""
        self._forget_question()
        self._close()
        self._mark(person)
        self._line.value = person_name(person) if person else ""
        self._line.cursor_position = len(self._line.value)

    def set_text(self, text: str) -> None:
        """Put letters of a name into the line, as if they had been looked for already."""
        self.set_person(None)
        with self.prevent(Field.Changed):
            self._line.value = text

    def take_focus(self) -> None:
        """Put the cursor into the line, at once."""
        self.screen.set_focus(self._line)

    def take_marked(self) -> None:
        """Choose the person that is highlighted in the open list: it is what is meant."""
        marked = self._list.highlighted if self._list is not None and self.is_open else None
        if marked is not None and marked < len(self._found):
            person = self._found[marked]
            self.set_person(person)
            self.post_message(self.Edited(self))

    def say(self, text: str) -> None:
        """Say under the line what is wrong; an empty text says nothing."""
        complain(self, text)

    def show_suggestions(self, token: int, people: Sequence[PersonDetails]) -> None:
        """The answer to the question with this `token`; one to an older question is dropped."""
        if token != self._token or self.screen.focused is not self._line:
            return
        entered = self._enter_waits
        self._forget_question()
        if entered and len(people) == 1:
            self._pick(people[0])
            return
        self._found = tuple(people)
        if people:
            width = min(_NAME_WIDTH, max(cell_len(person_name(person)) for person in people))
            self._open(Option(self._option_text(person, width)) for person in people)
            if entered and self._list is not None:
                self._list.highlighted = 0
        else:
            self._open_with_note(_("Nobody has such a name or phone."))

    # Typing

    @on(Field.Changed)
    def _typed(self, message: Field.Changed) -> None:
        message.stop()
        if self._person and message.value == person_name(self._person):
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
        """No answer to a question that was asked before is of use any more."""
        self._token += 1
        self._enter_waits = False
        if self._asking is not None:
            self._asking.stop()
            self._asking = None

    # Choosing

    def action_next_person(self) -> None:
        """Down in the list; asks for it where it is closed."""
        if self._list is not None and self._found:
            self._list.action_cursor_down()
        elif not self.is_open and self._person is None:
            self._ask()

    def action_previous_person(self) -> None:
        """Up in the list; above the first person nobody is marked."""
        if self._list is not None and self._list.highlighted == 0:
            self._list.highlighted = None
        elif self._list is not None and self._list.highlighted is not None:
            self._list.action_cursor_up()

    def action_close_list(self) -> None:
        """Put the list away; what is typed stays."""
        self._forget_question()
        self._close()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "close_list":
            # In a filter `Esc` leaves the line, and the list goes with the focus.
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
                self._line.cursor_position = 0  # a long name is seen from its beginning

    # Showing

    @property
    def _line(self) -> Field:
        return self.query_one(Field)

    def _mark(self, person: PersonDetails | None) -> None:
        """Tell below the line who exactly was chosen."""
        self._person = person
        self.set_class(person is not None, "-picked")
        told = Content(f"✓ {contact_text(person)}" if person else "")
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

    def _option_text(self, person: PersonDetails, width: int) -> Content:
        name = Content(person_name(person)).truncate(width, ellipsis=True, pad=True)
        style = self.get_visual_style("person-search--contact", partial=True)
        return Content.assemble(name, "  ", (contact_text(person), style))
