"""The filter beside the list; on a narrow screen a drawer that makes the list narrower.

The drawer is shown while it has the class `-open` or the focus. Its form, `FilterForm`, is mounted
after the first frame, that of a closed drawer later, so that opening the list doesn't wait for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from textual import events
from textual.containers import Vertical
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from olvery_tui.domain.presets import Preset
from olvery_tui.keys import binding
from olvery_tui.widgets.layer import Layer
from olvery_tui.widgets.messages import WidgetMessage

if TYPE_CHECKING:
    from olvery_tui.domain.filters import OrderFilter, TicketFilter
    from olvery_tui.domain.people import PersonDetails
    from olvery_tui.widgets.filters.filter_form import FilterForm

_HOLD_SECONDS = 1.5
"""Longest time in seconds that a held sidebar stays empty: the database may be away."""

_CLOSED_SECONDS = 2.0
"""Delay in seconds before the form of a closed drawer is mounted, while nobody waits for it."""

W = TypeVar("W", bound="TicketFilter | OrderFilter")


class FilterSidebar(Layer, Vertical, Generic[W]):
    """The sidebar with a list's filter.

    Requests made before the form is mounted run once it is.

    Args:
        empty: The initial filter.
        make_form: Creates the form; called after the first frame.
        hold: Mount the form only when `fill` is called or one of its fields is needed.
    """

    BINDINGS: ClassVar = [
        binding(f"list.{preset}", f"screen.preset('{preset}')") for preset in Preset
    ]
    """Presets fill the form in, so their keys work in a drawer too, whatever is typed there."""

    class Changed(WidgetMessage["FilterSidebar[Any]"]):
        """The filter has changed."""

        filters: Any

    class Restored(Message):
        """The conditions from before a person search are about to be restored."""

    class Left(WidgetMessage["FilterSidebar[Any]"]):
        """Return to the list. With `open_single`, open the ticket if exactly one matches."""

        open_single: bool

    def __init__(
        self, empty: W, make_form: Callable[[], FilterForm[W]], *, hold: bool = False
    ) -> None:
        super().__init__()
        self._empty = empty
        self._make_form = make_form
        self._hold = hold
        self._loading = asyncio.Lock()
        self._closed_timer: Timer | None = None
        self._form: FilterForm[W] | None = None
        self._asked_early: list[Callable[[FilterForm[W]], None]] = []

    def render_lines(self, crop: Region) -> list[Strip]:
        """Render one line for all: they are equal, as the only border is at a side."""
        (line,) = super().render_lines(Region(crop.x, 0, crop.width, 1))
        return [line] * crop.height

    def on_mount(self) -> None:
        if self._hold:
            self.set_timer(_HOLD_SECONDS, self.fill)
        else:
            self.fill()

    def fill(self) -> None:
        """Mount the form after the next refresh, or later in a closed drawer; only once."""
        if self.display:
            self.call_after_refresh(self.load)
        elif self._closed_timer is None:
            self._closed_timer = self.set_timer(_CLOSED_SECONDS, self.load)

    async def on_show(self) -> None:
        if self._closed_timer is not None:
            await self.load()

    async def load(self) -> None:
        """Mount the form, unless that has been done; return when it is there.

        Whoever opens the drawer while a timer mounts its form waits, too: the next key is for it.
        """
        async with self._loading:
            if self._form is None:
                form = self._make_form()
                await self.mount(form)
                self._form = form
                for request in self._asked_early:
                    request(form)

    @property
    def covers(self) -> bool:
        """Whether it is a drawer, under which no key of the list works, not a column."""
        return self.screen.has_class("-drawer")

    # Public interface

    @property
    def filters(self) -> W:
        """The current filter: the last valid values."""
        return self._form.filters if self._form else self._empty

    def summary(self) -> list[tuple[str, str]]:
        """Return the current conditions in words, each with its field."""
        return self._form.summary() if self._form else []

    @property
    def person_text(self) -> str:
        """The letters or the name of the person in the current filter."""
        return self._form.person_text if self._form else ""

    def reset(self) -> None:
        """Clear every condition."""
        self._with_form(lambda form: form.reset())

    def set_filters(self, filters: W, person: PersonDetails | None = None) -> None:
        """Show a filter and apply it; `person` is the one that it names by id."""
        self._with_form(lambda form: form.set_filters(filters, person))

    def clear_field(self, field: str) -> None:
        """Clear one condition."""
        self._with_form(lambda form: form.clear_field(field))

    def focus_first(self) -> None:
        """Focus the number."""
        self._with_form(lambda form: form.focus_first())

    def search_person(self) -> None:
        """Clear every condition and focus the visitor or customer."""
        self._with_form(lambda form: form.search_person())

    @property
    def is_searching(self) -> bool:
        """Whether a person search replaced conditions that can be restored."""
        return self._form is not None and self._form.is_searching

    def restore(self) -> None:
        """Restore the conditions from before the search."""
        self._with_form(lambda form: form.restore())

    def _with_form(self, request: Callable[[FilterForm[W]], None]) -> None:
        if self._form is not None:
            request(self._form)
        else:
            self._asked_early.append(request)
            self.call_after_refresh(self.load)

    # Messages from the form

    def on_filter_form_changed(self, message: FilterForm.Changed) -> None:
        message.stop()
        self.post_message(self.Changed(self, message.filters))

    def on_filter_form_restored(self, message: FilterForm.Restored) -> None:
        message.stop()
        self.post_message(self.Restored())

    def on_filter_form_left(self, message: FilterForm.Left) -> None:
        message.stop()
        self.post_message(self.Left(self, message.open_single))

    # Drawer

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Close the drawer once the focus has left it."""
        if self.app.app_focus:
            self.call_later(self._close_if_left)

    def _close_if_left(self) -> None:
        focused = self.screen.focused
        if focused is None or self not in focused.ancestors_with_self:
            self.remove_class("-open")
