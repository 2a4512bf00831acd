"""The form that filters a list, applied while typing; subclasses provide the boxes.

Each condition has a `←` that clears it; the menu `≡` clears them all.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, ClassVar, Generic

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from olvery_tui.domain.people import PersonDetails
from olvery_tui.i18n import _
from olvery_tui.keys import binding
from olvery_tui.widgets.fields.date_field import DateField
from olvery_tui.widgets.fields.field import Field, Glyph
from olvery_tui.widgets.filters.filter_fields import FilterBox, NumberBox, PersonBox, W
from olvery_tui.widgets.layer import Layer
from olvery_tui.widgets.messages import DataMessage
from olvery_tui.widgets.pickers.person_search import PersonSearch
from olvery_tui.widgets.pickers.status_choice import StatusChoice

LEFT_SECONDS = 0.18
"""Seconds after which a field that was left is validated: a click is over by then."""


class FilterMenu(Layer, OptionList):
    """The filter's menu: «Сбросить фильтр»."""

    BINDINGS: ClassVar = [binding("modal.back", "close")]

    class Closed(Message):
        """The menu is to be closed."""

    def __init__(self) -> None:
        super().__init__(Option(Content(_("Reset the filter")), id="reset"))

    @property
    def covers(self) -> bool:
        """True: the menu is open as long as it exists."""
        return True

    def action_close(self) -> None:
        """Close without a choice."""
        self.post_message(self.Closed())

    def on_blur(self) -> None:
        self.post_message(self.Closed())


class FilterForm(Vertical, Generic[W]):
    """A list's filter. Every filter has a number box and a person box.

    Args:
        empty: The filter that matches everything.
        today: Called for dates without a year and for the calendar.
    """

    BINDINGS: ClassVar = [binding("filter.leave")]

    class Changed(DataMessage):
        """The filter has changed."""

        filters: Any

    class Restored(Message):
        """The conditions from before a person search are about to be restored."""

    class Left(DataMessage):
        """The user has finished; with `open_single`, open the ticket if exactly one matches."""

        open_single: bool

    def __init__(self, empty: W, *, today: Callable[[], date]) -> None:
        super().__init__()
        self.filters: W = empty
        """The current filter: the last valid values."""
        self.today = today
        self._timer: Timer | None = None
        self._before: list[Any] | None = None
        """The boxes' content before a person search."""

    def compose(self) -> ComposeResult:
        with Horizontal(id="filter-title"):
            yield Static(Content(_("Filter")), id="filter-name", markup=False)
            yield Glyph("≡", _("Filter menu"), classes="menu")
        with VerticalScroll(id="filter-boxes", can_focus=False):
            yield from self.boxes()

    # Hooks of the subclasses

    @abstractmethod
    def boxes(self) -> Iterable[FilterBox[W]]:
        """Return the conditions, from the top."""

    @abstractmethod
    def summary(self) -> list[tuple[str, str]]:
        """Return the current conditions in words, each with its field."""

    # Called by the sidebar

    def reset(self) -> None:
        """Clear every condition."""
        self._before = None
        for box in self._boxes:
            box.clear()
        self._apply(finished=True)

    def set_filters(self, filters: W, person: PersonDetails | None = None) -> None:
        """Show a filter in the boxes and apply it; `person` is the one that it names by id."""
        self._before = None
        for box in self._boxes:
            box.fill(filters, person)
        self._apply(finished=True)

    def clear_field(self, field: str) -> None:
        """Clear one condition."""
        next(box for box in self._boxes if box.field == field).clear()
        self._apply(finished=True)

    def focus_first(self) -> None:
        """Focus the number."""
        self.query_one(NumberBox).take_focus()

    @property
    def is_searching(self) -> bool:
        """Whether a person search replaced conditions that can be restored."""
        return self._before is not None

    def search_person(self) -> None:
        """Begin a search over the whole list, at the visitor or customer.

        The boxes' content is kept for `restore`.
        """
        before = self._before if self.is_searching else [box.content for box in self._boxes]
        self.reset()
        self._before = before
        self.query_one(PersonBox).take_focus()

    def restore(self) -> None:
        """Restore the boxes' content from before the search."""
        if self._before is None:
            return
        for box, content in zip(self._boxes, self._before, strict=True):
            box.content = content
        self._before = None
        self.post_message(self.Restored())
        self._apply(finished=True)

    @property
    def person_text(self) -> str:
        """The letters or the name that the person box's current condition was read from."""
        return self.query_one(PersonBox).told

    # User input

    @on(Input.Changed)
    @on(DateField.Edited)
    @on(DateField.Picked)
    @on(PersonSearch.Edited)
    @on(PersonSearch.Picked)
    @on(StatusChoice.Changed)
    @on(FilterBox.Cleared)
    def _edited(self, message: Message) -> None:
        """Apply at once: the list drops the rows of a filter that has changed meanwhile."""
        message.stop()
        self._apply()

    @on(Field.Submitted)
    @on(StatusChoice.Submitted)
    def _entered(self, message: Field.Submitted | StatusChoice.Submitted) -> None:
        """Apply at once on `Enter` and go to the list; invalid content stays, with its error."""
        message.stop()
        self._apply(finished=True)
        box = message.control.query_ancestor(FilterBox)
        if box.is_wrong:
            return
        open_single = isinstance(box, NumberBox) and bool(self.filters.numbers)
        self.post_message(self.Left(open_single))

    def action_leave(self) -> None:
        """Go to the list on `Esc`, with the current filter; a person search is undone."""
        if self.is_searching and self.query_one(PersonBox).is_in_use:
            self.restore()
        else:
            self._apply(finished=True)
        self.post_message(self.Left(open_single=False))

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Validate unfinished content, but not between the press and release of a click.

        An error message moves what is below it.
        """
        if self.app.app_focus and self._timer is None:
            self._timer = self.set_timer(LEFT_SECONDS, self._apply)

    @property
    def _boxes(self) -> Iterable[FilterBox[W]]:
        return self.query(FilterBox).results()

    def _apply(self, *, finished: bool = False) -> None:
        """Apply the boxes' content; an invalid box keeps its previous condition."""
        self._stop_waiting()
        filters = self.filters
        for box in self._boxes:
            filters = box.apply(filters, finished=finished or not box.is_in_use)
        if filters != self.filters:
            self.filters = filters
            self.post_message(self.Changed(filters))

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    # The menu

    @on(Button.Pressed, ".menu")
    async def _open_menu(self, message: Button.Pressed) -> None:
        message.stop()
        if self.query(FilterMenu):
            await self._close_menu()
            return
        menu = FilterMenu()
        await self.mount(menu, after="#filter-title")
        menu.highlighted = 0
        self.screen.set_focus(menu)

    @on(OptionList.OptionSelected, "FilterMenu")
    async def _menu_chosen(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.reset()
        self.focus_first()
        await self._close_menu()

    @on(FilterMenu.Closed)
    async def _menu_closed(self, message: FilterMenu.Closed) -> None:
        message.stop()
        await self._close_menu()

    async def _close_menu(self) -> None:
        menu = self.query(FilterMenu)
        if menu and self.screen.focused is menu.first():
            self.screen.set_focus(self.query_one(".menu", Glyph))
        await menu.remove()
