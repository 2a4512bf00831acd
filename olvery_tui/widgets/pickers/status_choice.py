"""Status checkboxes; none ticked means all statuses."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.keys import binding

_TICKED, _UNTICKED = "■", "□"
_CURSOR = "›"
_INDENT = 5
"""Cells before a label: cursor, tick, symbol and the spaces between."""

_TALL = 36
"""Terminal height from which labels may wrap over several lines."""


class Tick(NamedTuple):
    """One status: its code, its symbol, its labels from longest to shortest, and its look.

    The first label is shown, wrapped if the screen is tall enough; otherwise the first label that
    fits into one line. `look` names the style: a ticket status's, or `overdue`.
    """

    code: str
    symbol: str
    labels: tuple[str, ...]
    look: str


class _Line(NamedTuple):
    """One screen line: its tick's index, its text, and whether it carries the symbol."""

    tick: int
    text: str
    is_first: bool


class StatusChoice(Widget, can_focus=True):
    """One line per status, `› ■ ● Активен`: cursor, tick, symbol and word, never colour alone.

    Paints its own lines, so that a step or a tick sends only the lines that it changes.
    """

    BINDINGS: ClassVar = [
        binding("filter.tick"),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("home", "move(-99)", show=False),
        Binding("end", "move(99)", show=False),
        Binding("delete,backspace", "clear", show=False),
        Binding("enter", "submit", show=False),
    ]
    COMPONENT_CLASSES: ClassVar = {
        "status-choice--cursor",
        "status-choice--overdue",
        *(f"status-choice--{status.value}" for status in TicketStatus),
    }

    cursor: reactive[int] = reactive(0, init=False, repaint=False)
    """The line that `Space` ticks."""

    class Changed(Message):
        """A status was ticked or unticked."""

        def __init__(self, choice: StatusChoice, chosen: frozenset[str]) -> None:
            super().__init__()
            self.choice = choice
            self.chosen = chosen

        @property
        def control(self) -> StatusChoice:
            """The widget."""
            return self.choice

    class Submitted(Message):
        """`Enter` confirmed the choice."""

        def __init__(self, choice: StatusChoice) -> None:
            super().__init__()
            self.choice = choice

        @property
        def control(self) -> StatusChoice:
            """The widget."""
            return self.choice

    def __init__(self, ticks: Sequence[Tick], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._ticks = tuple(ticks)
        self._chosen: frozenset[str] = frozenset()
        self._may_wrap = False

    @property
    def chosen(self) -> frozenset[str]:
        """The codes of the ticked statuses."""
        return self._chosen

    def choose(self, statuses: frozenset[str]) -> None:
        """Tick exactly these without posting a message."""
        if statuses != self._chosen:
            self._chosen = statuses
            self.refresh()

    def validate_cursor(self, cursor: int) -> int:
        return max(0, min(cursor, len(self._ticks) - 1))

    def watch_cursor(self, before: int, after: int) -> None:
        self._refresh_lines(before, after)

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self._refresh_lines(self.cursor)

    # Keys and mouse

    def action_move(self, lines: int) -> None:
        """Move the cursor by lines."""
        self.cursor += lines

    def action_tick(self) -> None:
        """Toggle the line under the cursor."""
        self._chosen ^= {self._ticks[self.cursor].code}
        self._refresh_lines(self.cursor)
        self.post_message(self.Changed(self, self._chosen))

    def action_clear(self) -> None:
        """Untick all, as `Delete` and `Backspace` do in a text line."""
        if self._chosen:
            self.choose(frozenset())
            self.post_message(self.Changed(self, self._chosen))

    def action_submit(self) -> None:
        """Confirm the choice."""
        self.post_message(self.Submitted(self))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        # Not on the following click: an error message above may have moved the lines by then.
        at = event.get_content_offset(self)
        lines = self._lines(self.size.width)
        if at is not None and at.y < len(lines):
            event.stop()
            self.cursor = lines[at.y].tick
            self.action_tick()

    # Painting

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return 4 + max(cell_len(tick.labels[0]) + 2 for tick in self._ticks)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        self._may_wrap = viewport.height >= _TALL
        return len(self._lines(width))

    def render_line(self, y: int) -> Strip:
        lines = self._lines(self.size.width)
        if y >= len(lines):
            return Strip.blank(self.size.width, self.rich_style)
        line = lines[y]
        tick = self._ticks[line.tick]
        is_here = self.has_focus and line.tick == self.cursor
        style = (
            self.get_component_rich_style("status-choice--cursor") if is_here else self.rich_style
        )
        if not line.is_first:
            text = " " * _INDENT + line.text
            return Strip([Segment(text, style)]).adjust_cell_length(self.size.width, style)
        own = self.get_component_rich_style(f"status-choice--{tick.look}")
        box = _TICKED if tick.code in self._chosen else _UNTICKED
        return Strip(
            [
                Segment(f"{_CURSOR if is_here else ' '}{box} ", style),
                Segment(tick.symbol, style + Style(color=own.color)),
                Segment(f" {line.text}", style),
            ]
        ).adjust_cell_length(self.size.width, style)

    def _lines(self, width: int) -> list[_Line]:
        """Return the content of each line at this width in cells."""
        return [
            _Line(index, text, part == 0)
            for index, tick in enumerate(self._ticks)
            for part, text in enumerate(self._label(tick, width - _INDENT))
        ]

    def _label(self, tick: Tick, room: int) -> list[str]:
        if self._may_wrap:
            return textwrap.wrap(tick.labels[0], max(room, 1))
        fitting = (label for label in tick.labels if cell_len(label) <= room)
        return [next(fitting, tick.labels[-1])]

    def _refresh_lines(self, *ticks: int) -> None:
        for y, line in enumerate(self._lines(self.size.width)):
            if line.tick in ticks:
                self.refresh(Region(0, y, self.size.width, 1))
