"""The filter beside the list; on a narrow screen a drawer over it.

The drawer is there while it has the class `-open` or the focus. What is filled in, `FilterForm`,
is loaded and mounted behind the first frame: opening doesn't wait for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from textual import events
from textual.containers import Vertical
from textual.message import Message

from olvery_tui.widgets.layer import Layer

if TYPE_CHECKING:
    from olvery_tui.domain.filters import OrderFilter, TicketFilter
    from olvery_tui.widgets.filters.filter_form import FilterForm

_HOLD_SECONDS = 1.5
"""How long a sidebar that is held back waits at the most: a database may be away."""

W = TypeVar("W", bound="TicketFilter | OrderFilter")


class FilterSidebar(Layer, Vertical, Generic[W]):
    """What the list is limited to.

    What is asked of it before its form is there is done when it is.

    Args:
        empty: The filter before anything is filled in.
        make_form: Makes the form that is filled in; called behind the first frame.
        hold: Put the fields in only when `fill` is called or somebody wants one of them.
    """

    class Changed(Message):
        """Another filter is in force."""

        def __init__(self, sidebar: FilterSidebar[Any], filters: Any) -> None:
            super().__init__()
            self.sidebar = sidebar
            self.filters = filters

        @property
        def control(self) -> FilterSidebar[Any]:
            """The sidebar."""
            return self.sidebar

    class Restored(Message):
        """What was listed before a search for a person is about to be listed again."""

    class Left(Message):
        """Back to the list. With `open_single`, to the ticket where exactly one is left."""

        def __init__(self, sidebar: FilterSidebar[Any], open_single: bool) -> None:
            super().__init__()
            self.sidebar = sidebar
            self.open_single = open_single

        @property
        def control(self) -> FilterSidebar[Any]:
            """The sidebar."""
            return self.sidebar

    def __init__(
        self, empty: W, make_form: Callable[[], FilterForm[W]], *, hold: bool = False
    ) -> None:
        super().__init__()
        self._empty = empty
        self._make_form = make_form
        self._hold = hold
        self._filling = False
        self._form: FilterForm[W] | None = None
        self._asked_early: list[Callable[[FilterForm[W]], None]] = []

    def on_mount(self) -> None:
        if self._hold:
            self.set_timer(_HOLD_SECONDS, self._fill)
        else:
            self.fill()

    def fill(self) -> None:
        """Put the fields in, after what is about to be painted. Doing it twice does no harm."""
        self.call_after_refresh(self._fill)

    async def _fill(self) -> None:
        if self._filling:
            return
        self._filling = True
        form = self._make_form()
        await self.mount(form)
        self._form = form
        for request in self._asked_early:
            request(form)

    @property
    def covers(self) -> bool:
        """Whether it is a drawer over the list, not a column beside it."""
        return self.layer == "drawer"

    # What the screen asks

    @property
    def filters(self) -> W:
        """The filter in force: the last values that could be used."""
        return self._form.filters if self._form else self._empty

    def summary(self) -> list[tuple[str, str]]:
        """The conditions in force in words, each with its field."""
        return self._form.summary() if self._form else []

    def reset(self) -> None:
        """Clear every condition."""
        self._with_form(lambda form: form.reset())

    def clear_field(self, field: str) -> None:
        """Clear one condition."""
        self._with_form(lambda form: form.clear_field(field))

    def focus_first(self) -> None:
        """Go to the number."""
        self._with_form(lambda form: form.focus_first())

    def search_person(self) -> None:
        """Go to the visitor, or the customer, with every condition cleared."""
        self._with_form(lambda form: form.search_person())

    @property
    def is_searching(self) -> bool:
        """Whether there are conditions to go back to behind a search for a person."""
        return self._form is not None and self._form.is_searching

    def restore(self) -> None:
        """Put the conditions back that were in force before the search."""
        self._with_form(lambda form: form.restore())

    def _with_form(self, request: Callable[[FilterForm[W]], None]) -> None:
        if self._form is not None:
            request(self._form)
        else:
            self._asked_early.append(request)
            self.fill()

    # What the form tells

    def on_filter_form_changed(self, message: FilterForm.Changed) -> None:
        message.stop()
        self.post_message(self.Changed(self, message.filters))

    def on_filter_form_restored(self, message: FilterForm.Restored) -> None:
        message.stop()
        self.post_message(self.Restored())

    def on_filter_form_left(self, message: FilterForm.Left) -> None:
        message.stop()
        self.post_message(self.Left(self, message.open_single))

    # A drawer

    def on_descendant_focus(self) -> None:
        """A drawer that somebody is in is open."""
        self.call_after_refresh(self._tell_what_is_covered)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """A drawer that nobody is in closes."""
        if self.app.app_focus:
            self.call_later(self._close_if_left)

    def _close_if_left(self) -> None:
        focused = self.screen.focused
        if focused is None or self not in focused.ancestors_with_self:
            self.remove_class("-open")
        self.call_after_refresh(self._tell_what_is_covered)

    def on_resize(self) -> None:
        self._tell_what_is_covered()

    def _tell_what_is_covered(self) -> None:
        """What the list says of itself must not stick out from under a drawer."""
        right = self.region.right if self.display else 0
        for table in self.screen.query("ListTable").results():
            table.cover(max(0, right - table.region.x))  # type: ignore[attr-defined]
