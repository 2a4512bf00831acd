"""Filter conditions: boxes with a label, a `←` and an error.

A box can read and clear its content; the form decides which boxes a filter has and when it applies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, ClassVar, Generic, TypeVar

from rich.cells import cell_len, set_cell_size
from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from olvery_tui.domain.errors import InputCode, InvalidInput
from olvery_tui.domain.filters import (
    OrderFilter,
    TicketFilter,
    check_period,
    day_word,
    parse_numbers,
    parse_place,
    parse_visitor,
)
from olvery_tui.domain.people import PersonDetails
from olvery_tui.widgets.fields.date_field import DateField
from olvery_tui.widgets.fields.field import BackGlyph, Field, Unfinished, complain
from olvery_tui.widgets.messages import DataMessage
from olvery_tui.widgets.pickers.person_search import PersonSearch
from olvery_tui.widgets.pickers.status_choice import StatusChoice, Tick
from olvery_tui.wording.errors import field_name, sentence
from olvery_tui.wording.periods import day_words

_NUMBERS_MAX = 200

W = TypeVar("W", bound=TicketFilter | OrderFilter)


class FilterBox(Vertical, Generic[W]):
    """One condition of a filter.

    Args:
        field: The field's name in the checks; also the widget's id.
    """

    is_wrong = False
    """Whether the content is invalid."""

    class Cleared(DataMessage):
        """`←` cleared the box."""

        box: FilterBox[Any]

    def __init__(self, field: str) -> None:
        super().__init__(id=field)
        self.field = field

    def apply(self, filters: W, *, finished: bool) -> W:
        """Return `filters` with this box's condition, or unchanged if the content is invalid.

        Shows the error below the content.

        Args:
            filters: The current filter.
            finished: Whether the user has finished here; otherwise text that may still become valid
            is not judged.
        """
        self.is_wrong = False
        try:
            filters = self.read(filters, finished=finished)
        except Unfinished:
            self.say("")
        except InvalidInput as problem:
            self.is_wrong = True
            self.say(sentence(problem))
        else:
            self.say("")
        return filters

    def fill(self, filters: W, person: PersonDetails | None) -> None:
        """Show the filter's condition; `person` is the one that it names by id."""
        raise NotImplementedError  # not abstract: `query` takes the class

    def read(self, filters: W, *, finished: bool) -> W:
        """Return `filters` with this box's condition.

        Raises:
            InvalidInput: The content is not a valid condition.
            Unfinished: The content can't be judged yet.
        """
        return filters

    def say(self, text: str) -> None:
        """Show an error; an empty text removes it."""
        complain(self, text)

    def _offer_back(self, filled: bool) -> None:
        """Show `←` only beside content that can be cleared.

        The class is set on the glyph: one on the box would restyle everything in it.
        """
        self.query(".clear").set_class(filled, "-usable")

    @on(Field.Changed)
    @on(PersonSearch.Edited)
    def _emptied(self) -> None:
        """Hide `←` of an empty box at once, so that `Tab` never stops at it."""
        if not self.content:
            self._offer_back(filled=False)

    empty: ClassVar[Any] = ""
    """The content of a cleared box."""

    content: Any
    """The box's content, to be restored later: a property of the subclass."""

    def clear(self) -> None:
        """Clear the box."""
        self.content = self.empty

    def take_focus(self) -> None:
        """Focus the box at once."""

    @property
    def is_in_use(self) -> bool:
        """Whether the focus is within the box."""
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


class NumberBox(FilterBox[W]):
    """`31`, `30-40` or `31,35`."""

    line = getters.query_one(Field)
    """The line in which the number is typed."""

    def __init__(self) -> None:
        super().__init__("number")

    def compose(self) -> ComposeResult:
        yield self._label()
        with Horizontal(classes="box-line"):
            yield Field(placeholder="31, 30-40", limit=_NUMBERS_MAX)
            yield BackGlyph()

    def fill(self, filters: W, person: PersonDetails | None) -> None:
        self.content = ", ".join(
            str(one.first) if one.first == one.last else f"{one.first}-{one.last}"
            for one in filters.numbers
        )

    def read(self, filters: W, *, finished: bool) -> W:
        typed = self.line.value
        self._offer_back(bool(typed))
        try:
            return _with(filters, numbers=parse_numbers(typed))
        except InvalidInput as problem:
            if not finished and _may_go_on(typed, problem):
                raise Unfinished from None
            raise

    @property
    def content(self) -> str:
        return self.line.value

    @content.setter
    def content(self, content: str) -> None:
        self.line.value = content

    def take_focus(self) -> None:
        self.screen.set_focus(self.line)


class PeriodBox(FilterBox[W]):
    """From one day to another; either may be empty."""

    empty = ("", "")

    first = getters.query_one("#from", DateField)
    """The field of the first day."""
    last = getters.query_one("#to", DateField)
    """The field of the last day."""

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__("period")
        self._today = today

    def compose(self) -> ComposeResult:
        yield self._label()
        labels = {name: field_name(name) for name in ("from", "to")}
        width = max(map(cell_len, labels.values())) + 1
        for name, label in labels.items():
            yield DateField(
                name, set_cell_size(label, width), today=self._today, back_by_key=True, id=name
            )

    def fill(self, filters: W, person: PersonDetails | None) -> None:
        self.first.set_day(filters.from_day)
        self.last.set_day(filters.to_day)

    def _spread_week(self, *, finished: bool) -> None:
        """Let a week that is typed as the first day be the last one too, where that is empty."""
        word = day_word(self.first.text, day_words())
        first, last = word.days(self._today()) if word else (None, None)
        if first != last and not self.last.text and (finished or not self._is_used(self.first)):
            self.last.text = self.first.text

    def apply(self, filters: W, *, finished: bool) -> W:
        """Apply both days; a valid one is written out in full once finished.

        Each shows its own error; a reversed range is reported below the last day.
        """
        self._spread_week(finished=finished)
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
                filters = _with(filters, from_day=days[0], to_day=days[1])
        for end, text in said.items():
            end.say(text)
        self.is_wrong = any(said.values())
        return filters

    @property
    def content(self) -> tuple[str, str]:
        return self.first.text, self.last.text

    @content.setter
    def content(self, content: tuple[str, str]) -> None:
        self.first.text, self.last.text = content

    def take_focus(self) -> None:
        self.first.take_focus()

    def _is_used(self, day: DateField) -> bool:
        focused = self.screen.focused
        return focused is not None and day in focused.ancestors_with_self


class PersonBox(FilterBox[W]):
    """The beginnings of names, or a person chosen from the suggestions: `visitor` or `customer`."""

    told = ""
    """The line's text when the current condition was read: typed letters, or a whole name."""

    search = getters.query_one(PersonSearch)
    """The person search in the box."""

    def compose(self) -> ComposeResult:
        yield self._label()
        with Horizontal(classes="box-line"):
            yield PersonSearch()
            yield BackGlyph()

    def apply(self, filters: W, *, finished: bool) -> W:
        """Apply the condition and remember in `told` the text that it was read from."""
        applied = super().apply(filters, finished=finished)
        if applied != filters:
            self.told = self.search.text
        return applied

    def fill(self, filters: W, person: PersonDetails | None) -> None:
        self.content = person or " ".join(getattr(filters, f"{self.field}_words"))

    def read(self, filters: W, *, finished: bool) -> W:
        self._offer_back(bool(self.search.text))
        person = self.search.person
        words = () if person else parse_visitor(self.search.text)
        limits: dict[str, Any] = {
            f"{self.field}_words": words,
            f"{self.field}_id": person.id if person else None,
        }
        return _with(filters, **limits)

    @property
    def content(self) -> PersonDetails | str:
        return self.search.person or self.search.text

    @content.setter
    def content(self, content: PersonDetails | str) -> None:
        if isinstance(content, str):
            self.search.set_text(content)
        else:
            self.search.set_person(content)

    def take_focus(self) -> None:
        self.search.take_focus()

    def say(self, text: str) -> None:
        self.search.say(text)


class TicksBox(FilterBox[W]):
    """A condition made of checkboxes.

    Args:
        field: The field's name.
        ticks: The checkboxes, from the top.
        limit: Returns a filter limited to the ticked codes.
        chosen: Returns the codes that a filter is limited to.
        labelled: Whether a label and `←` stand above the checkboxes.
    """

    empty = frozenset()

    choice = getters.query_one(StatusChoice)
    """The checkboxes."""

    def __init__(
        self,
        field: str,
        ticks: Sequence[Tick],
        limit: Callable[[W, frozenset[str]], W],
        chosen: Callable[[W], frozenset[str]],
        *,
        labelled: bool = True,
    ) -> None:
        super().__init__(field)
        self._ticks = ticks
        self._limit = limit
        self._chosen = chosen
        self._labelled = labelled

    def compose(self) -> ComposeResult:
        if self._labelled:
            with Horizontal(classes="box-line"):
                yield self._label()
                yield BackGlyph()
        yield StatusChoice(self._ticks)

    def fill(self, filters: W, person: PersonDetails | None) -> None:
        self.content = self._chosen(filters)

    def read(self, filters: W, *, finished: bool) -> W:
        self._offer_back(bool(self.choice.chosen))
        return self._limit(filters, self.choice.chosen)

    @property
    def content(self) -> frozenset[str]:
        return self.choice.chosen

    @content.setter
    def content(self, content: frozenset[str]) -> None:
        self.choice.choose(content)

    def take_focus(self) -> None:
        self.screen.set_focus(self.choice)


class PlaceBox(FilterBox[TicketFilter]):
    """Words of a workplace's label or of a room's name: `place` or `room`."""

    def compose(self) -> ComposeResult:
        yield self._label()
        with Horizontal(classes="box-line"):
            yield Field()
            yield BackGlyph()

    def fill(self, filters: TicketFilter, person: PersonDetails | None) -> None:
        self.content = " ".join(getattr(filters, self.field))

    def read(self, filters: TicketFilter, *, finished: bool) -> TicketFilter:
        self._offer_back(bool(self.content))
        limits: dict[str, Any] = {self.field: parse_place(self.field, self.content)}
        return filters._replace(**limits)

    @property
    def content(self) -> str:
        return self.query_one(Field).value

    @content.setter
    def content(self, content: str) -> None:
        self.query_one(Field).value = content

    def take_focus(self) -> None:
        self.screen.set_focus(self.query_one(Field))


def either(field: str, yes: Tick, no: Tick) -> TicksBox[Any]:
    """Return a box for a condition that holds, does not hold, or is not asked for."""

    def limit(filters: Any, chosen: frozenset[str]) -> Any:
        asked = None if len(chosen) != 1 else yes.code in chosen
        return filters._replace(**{field: asked})

    def chosen(filters: Any) -> frozenset[str]:
        asked = getattr(filters, field)
        return frozenset() if asked is None else frozenset({yes.code if asked else no.code})

    return TicksBox(field, (yes, no), limit, chosen, labelled=False)


def _with(filters: W, **conditions: Any) -> W:
    """Return the filter with other conditions."""
    return filters._replace(**conditions)  # type: ignore[return-value]  # mypy: of either class


def _may_go_on(typed: str, problem: InvalidInput) -> bool:
    """Whether the text may be continued: `30-` and `30-4` on the way to `30-40`."""
    last = typed.replace(";", ",").rpartition(",")[2].strip()
    first, dash, second = (part.strip() for part in last.partition("-"))
    if not dash or not first.isdigit():
        return False
    return not second or (problem.code == InputCode.NUMBER_ORDER and len(second) < len(first))
