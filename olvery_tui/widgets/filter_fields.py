"""The filter's four conditions, each a box with its label, its `←` and its complaint.

A box knows how to read what stands in it and how to empty it; what the filter is and when it
applies is the sidebar's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from rich.cells import cell_len, set_cell_size
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Static

from olvery_tui.domain.errors import InvalidInput
from olvery_tui.domain.filters import (
    TicketFilter,
    check_period,
    parse_numbers,
    parse_visitor,
)
from olvery_tui.i18n import _
from olvery_tui.widgets.date_field import DateField
from olvery_tui.widgets.field import Field, Glyph, Unfinished, complain
from olvery_tui.widgets.person_search import PersonSearch
from olvery_tui.widgets.status_choice import StatusChoice
from olvery_tui.wording.errors import field_name, sentence

_NUMBERS_MAX = 200


class FilterBox(Vertical):
    """One condition of the filter."""

    field = ""
    """As `TicketFilter.without` names it; also the widget's id."""

    is_wrong = False
    """Whether what stands here can't be used."""

    class Cleared(Message):
        """`←` emptied the box."""

        def __init__(self, box: FilterBox) -> None:
            super().__init__()
            self.box = box

    def __init__(self) -> None:
        super().__init__(id=self.field)

    def apply(self, wanted: TicketFilter, *, finished: bool) -> TicketFilter:
        """`wanted` with this box's condition, or as it is where the box can't be used.

        Says under what stands here why it can't.

        Args:
            wanted: The filter as it was.
            finished: Whether the user is done here; otherwise what may still become right is not
                judged.
        """
        self.is_wrong = False
        try:
            wanted = self.read(wanted, finished=finished)
        except Unfinished:
            self.say("")
        except InvalidInput as problem:
            self.is_wrong = True
            self.say(sentence(problem))
        else:
            self.say("")
        return wanted

    def read(self, wanted: TicketFilter, *, finished: bool) -> TicketFilter:
        """`wanted` with this box's condition.

        Raises:
            InvalidInput: what stands here can't be a condition.
            Unfinished: what stands here can't be judged yet.
        """
        return wanted

    def say(self, text: str) -> None:
        """Say what is wrong with what stands here; an empty text takes it back."""
        complain(self, text)

    def clear(self) -> None:
        """Empty the box."""

    def take_focus(self) -> None:
        """Put the cursor into the box, at once."""

    @property
    def is_in_use(self) -> bool:
        """Whether the focus is somewhere in the box."""
        focused = self.screen.focused
        return focused is not None and self in focused.ancestors_with_self

    def _label(self) -> Static:
        return Static(Content(field_name(self.field)), classes="box-label", markup=False)

    @on(Button.Pressed, ".clear")
    def _clear_pressed(self, message: Button.Pressed) -> None:
        message.stop()
        self.clear()
        self.take_focus()
        self.post_message(self.Cleared(self))


class NumberBox(FilterBox):
    """`31`, `30-40` or `31,35`."""

    field = "number"

    def compose(self) -> ComposeResult:
        yield self._label()
        with Horizontal(classes="box-line"):
            yield Field(placeholder="31, 30-40", limit=_NUMBERS_MAX)
            yield Glyph("←", _("Back"), classes="clear", by_key=False)

    @property
    def line(self) -> Field:
        """Where the number is typed."""
        return self.query_one(Field)

    def read(self, wanted: TicketFilter, *, finished: bool) -> TicketFilter:
        typed = self.line.value
        self.set_class(bool(typed), "-filled")
        try:
            return replace(wanted, numbers=parse_numbers(typed))
        except InvalidInput as problem:
            if not finished and _may_go_on(typed, problem):
                raise Unfinished from None
            raise

    def clear(self) -> None:
        self.line.value = ""

    def take_focus(self) -> None:
        self.screen.set_focus(self.line)


class PeriodBox(FilterBox):
    """From one day to another; either may be left out."""

    field = "period"

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__()
        self._today = today

    def compose(self) -> ComposeResult:
        yield self._label()
        labels = {name: field_name(name) for name in ("from", "to")}
        width = max(map(cell_len, labels.values())) + 1
        for name, label in labels.items():
            yield DateField(name, set_cell_size(label, width), today=self._today, id=name)

    @property
    def first(self) -> DateField:
        """The first day."""
        return self.query_one("#from", DateField)

    @property
    def last(self) -> DateField:
        """The last day."""
        return self.query_one("#to", DateField)

    def apply(self, wanted: TicketFilter, *, finished: bool) -> TicketFilter:
        """As for any box, for both days: a good one is written out in full once it is done with.

        Each is told its own mistake; that they run backwards is told below the last.
        """
        days: list[date | None] = []
        said = {self.first: "", self.last: ""}
        for end in said:
            is_done = finished or not self._is_used(end)
            try:
                day = end.read(finished=is_done)
            except Unfinished:
                pass
            except InvalidInput as problem:
                said[end] = sentence(problem)
            else:
                days.append(day)
                if is_done:
                    end.set_day(day)
        if len(days) == 2:
            try:
                check_period(*days)
            except InvalidInput as problem:
                said[self.last] = sentence(problem)
            else:
                wanted = replace(wanted, from_day=days[0], to_day=days[1])
        for end, text in said.items():
            end.say(text)
        self.is_wrong = any(said.values())
        return wanted

    def clear(self) -> None:
        self.first.set_day(None)
        self.last.set_day(None)

    def take_focus(self) -> None:
        self.first.take_focus()

    def _is_used(self, day: DateField) -> bool:
        focused = self.screen.focused
        return focused is not None and day in focused.ancestors_with_self


class VisitorBox(FilterBox):
    """The first letters of names, or a person chosen from the suggestions."""

    field = "visitor"

    def compose(self) -> ComposeResult:
        yield self._label()
        with Horizontal(classes="box-line"):
            yield PersonSearch()
            yield Glyph("←", _("Back"), classes="clear", by_key=False)

    @property
    def search(self) -> PersonSearch:
        """Where the name is typed."""
        return self.query_one(PersonSearch)

    def read(self, wanted: TicketFilter, *, finished: bool) -> TicketFilter:
        self.set_class(bool(self.search.text), "-filled")
        if person := self.search.person:
            return replace(wanted, visitor_words=(), visitor_id=person.id)
        return replace(wanted, visitor_words=parse_visitor(self.search.text), visitor_id=None)

    def clear(self) -> None:
        self.search.set_person(None)

    def take_focus(self) -> None:
        self.search.take_focus()

    def say(self, text: str) -> None:
        self.search.say(text)


class StatusBox(FilterBox):
    """Any of the statuses that are ticked."""

    field = "status"

    def compose(self) -> ComposeResult:
        with Horizontal(classes="box-line"):
            yield self._label()
            yield Glyph("←", _("Back"), classes="clear", by_key=False)
        yield StatusChoice()

    @property
    def choice(self) -> StatusChoice:
        """The statuses."""
        return self.query_one(StatusChoice)

    def read(self, wanted: TicketFilter, *, finished: bool) -> TicketFilter:
        self.set_class(bool(self.choice.chosen), "-filled")
        return replace(wanted, statuses=self.choice.chosen)

    def clear(self) -> None:
        self.choice.choose(frozenset())

    def take_focus(self) -> None:
        self.screen.set_focus(self.choice)


def _may_go_on(typed: str, problem: InvalidInput) -> bool:
    """`30-` and `30-4` on the way to `30-40`."""
    last = typed.replace(";", ",").rpartition(",")[2].strip()
    first, dash, second = (part.strip() for part in last.partition("-"))
    if not dash or not first.isdigit():
        return False
    return not second or (problem.code == "number_order" and len(second) < len(first))
