"""The modifiers of a new order, each a line ticked by `Space` or a click."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from olvery_tui.domain.catalogue import ModifierDetails
from olvery_tui.domain.text import shown
from olvery_tui.keys import binding
from olvery_tui.widgets.table.row_painting import cut
from olvery_tui.wording.money import money_text

_TICKED, _UNTICKED = "■", "□"
_CURSOR = "›"
_MARK_WIDTH = 3


class ModifierTicks(Widget, can_focus=True):
    """`› ■ Шкафчик  300 руб.`: cursor, tick, name and price. Each applies to every ticket.

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
    COMPONENT_CLASSES: ClassVar = {"modifier-ticks--cursor", "modifier-ticks--price"}

    cursor: reactive[int] = reactive(0, init=False, repaint=False)
    """The line that `Space` ticks."""

    class Changed(Message):
        """A modifier was ticked or unticked."""

    class Submitted(Message):
        """`Enter` confirmed the choice."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._modifiers: tuple[ModifierDetails, ...] = ()
        self._currency = ""
        self._chosen: frozenset[int] = frozenset()

    @property
    def chosen(self) -> tuple[ModifierDetails, ...]:
        """The ticked modifiers."""
        return tuple(one for one in self._modifiers if one.id in self._chosen)

    def offer(self, modifiers: Sequence[ModifierDetails], currency: str) -> None:
        """Replace the modifiers; none is ticked."""
        self._modifiers, self._currency = tuple(modifiers), currency
        self._chosen = frozenset()
        self.cursor = 0
        self.can_focus = bool(modifiers)
        self.refresh(layout=True)

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, len(self._modifiers) - 1))

    def watch_cursor(self, before: int, after: int) -> None:
        self._refresh_lines(before, after)
        self.call_after_refresh(self._show_cursor)

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self._refresh_lines(self.cursor)
        if has_focus:
            self._show_cursor()

    def _show_cursor(self) -> None:
        """Scroll the containing box to the cursor's line."""
        for box in self.ancestors:
            if isinstance(box, Widget) and box.allow_vertical_scroll:
                box.scroll_to_region(
                    Region(0, self.virtual_region.y + self.cursor, 1, 1), animate=False
                )
                return

    # Keys and mouse

    def action_move(self, lines: int) -> None:
        """Move the cursor by lines."""
        self.cursor += lines

    def action_tick(self) -> None:
        """Toggle the line under the cursor."""
        if self._modifiers:
            self._chosen ^= {self._modifiers[self.cursor].id}
            self._refresh_lines(self.cursor)
            self.post_message(self.Changed())

    def action_submit(self) -> None:
        """Confirm the choice."""
        self.post_message(self.Submitted())

    def on_mouse_down(self, event: events.MouseDown) -> None:
        at = event.get_content_offset(self)
        if at is not None and at.y < len(self._modifiers):
            event.stop()
            self.cursor = at.y
            self.action_tick()

    # Painting

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._modifiers)

    def render_line(self, y: int) -> Strip:
        if y >= len(self._modifiers):
            return Strip.blank(self.size.width, self.rich_style)
        modifier = self._modifiers[y]
        is_here = self.has_focus and y == self.cursor
        style = self.rich_style
        if is_here:
            style = self.get_component_rich_style("modifier-ticks--cursor")
        price_style = style + self.get_component_rich_style("modifier-ticks--price", partial=True)
        price = f"  {money_text(modifier.price, self._currency)} "
        name = cut(shown(modifier.name), self.size.width - _MARK_WIDTH - cell_len(price))
        gap = self.size.width - _MARK_WIDTH - cell_len(name) - cell_len(price)
        tick = _TICKED if modifier.id in self._chosen else _UNTICKED
        return Strip(
            [
                Segment(f"{_CURSOR if is_here else ' '}{tick} {name}{' ' * max(0, gap)}", style),
                Segment(price, price_style),
            ]
        ).adjust_cell_length(self.size.width, style)

    def _refresh_lines(self, *lines: int) -> None:
        for line in lines:
            self.refresh(Region(0, line, self.size.width, 1))
