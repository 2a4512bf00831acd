"""Lines to tick, `› ■ Шкафчик`: the statuses of a filter, the modifiers of an order."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from olvery_tui.keys import binding
from olvery_tui.widgets.messages import WidgetMessage

_TICKED, _UNTICKED = "■", "□"
_CURSOR = "›"

MARK_CELLS = 3
"""Cells before a line's text: cursor, tick, a space."""


class TickList(Widget, can_focus=True):
    """Entries ticked by `Space` or a click, each on one line or more.

    Paints its own lines, so that a step or a tick sends only the lines that it changes.
    """

    BINDINGS: ClassVar = [
        binding("filter.tick", "tick"),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("home", "move(-1000)", show=False),
        Binding("end", "move(1000)", show=False),
        Binding("enter", "submit", show=False),
    ]
    COMPONENT_CLASSES: ClassVar = {"tick-list--cursor"}

    cursor: reactive[int] = reactive(0, init=False, repaint=False)
    """The entry that `Space` ticks."""

    class Changed(WidgetMessage["TickList"]):
        """An entry was ticked or unticked."""

    class Submitted(WidgetMessage["TickList"]):
        """`Enter` confirmed the choice."""

    def __init__(self, keys: tuple[Any, ...] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._keys = keys
        self._ticked: frozenset[Any] = frozenset()

    # Hooks of the subclasses

    @abstractmethod
    def line_segments(self, entry: int, part: int, style: Style) -> list[Segment]:
        """Return one line of an entry, without cursor and tick, in the line's style."""

    def lines(self, width: int) -> list[tuple[int, int]]:
        """Return the entry of each line at this width in cells, and which of its lines it is."""
        return [(entry, 0) for entry in range(len(self._keys))]

    @property
    def shows_cursor(self) -> bool:
        """Whether keys go to the entry under the cursor."""
        return self.has_focus

    # Keys and mouse

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, len(self._keys) - 1))

    def watch_cursor(self, before: int, after: int) -> None:
        self._refresh_lines(before, after)
        self.call_after_refresh(self._show_cursor)

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self._refresh_lines(self.cursor)
        if has_focus:
            self._show_cursor()

    def action_move(self, entries: int) -> None:
        """Move the cursor."""
        self.cursor += entries

    def action_tick(self) -> None:
        """Toggle the entry under the cursor."""
        if self._keys:
            self._ticked ^= {self._keys[self.cursor]}
            self._refresh_lines(self.cursor)
            self.post_message(self.Changed(self))

    def action_submit(self) -> None:
        """Confirm the choice."""
        self.post_message(self.Submitted(self))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        # Not on the following click: an error message above may have moved the lines by then.
        at = event.get_content_offset(self)
        lines = self.lines(self.size.width)
        if at is not None and at.y < len(lines):
            event.stop()
            self.cursor = lines[at.y][0]
            self.action_tick()

    # Painting

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self.lines(width))

    def render_line(self, y: int) -> Strip:
        lines = self.lines(self.size.width)
        if y >= len(lines):
            return Strip.blank(self.size.width, self.rich_style)
        entry, part = lines[y]
        is_here = self.shows_cursor and entry == self.cursor
        style = self.get_component_rich_style("tick-list--cursor") if is_here else self.rich_style
        tick = _TICKED if self._keys[entry] in self._ticked else _UNTICKED
        mark = " " * MARK_CELLS if part else f"{_CURSOR if is_here else ' '}{tick} "
        segments = [Segment(mark, style), *self.line_segments(entry, part, style)]
        return Strip(segments).adjust_cell_length(self.size.width, style)

    def _refresh_lines(self, *entries: int) -> None:
        for y, (entry, _part) in enumerate(self.lines(self.size.width)):
            if entry in entries:
                self.refresh(Region(0, y, self.size.width, 1))

    def _show_cursor(self) -> None:
        for box in self.ancestors:
            if isinstance(box, Widget) and box.allow_vertical_scroll:
                entries = [entry for entry, _part in self.lines(self.size.width)]
                line = entries.index(self.cursor) if self.cursor in entries else 0
                region = Region(0, self.virtual_region.y + line, 1, 1)
                box.scroll_to_region(region, animate=False)
                return
