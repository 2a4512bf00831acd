"""Status checkboxes; none ticked means all statuses."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.geometry import Size

from olvery_tui.domain.statuses import TicketStatus
from olvery_tui.widgets.pickers.tick_list import MARK_CELLS, TickList

_INDENT = MARK_CELLS + 2
"""Cells before a label: the mark, the symbol and a space."""

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


class StatusChoice(TickList):
    """One entry per status, `› ■ ● Активен`: cursor, tick, symbol and word, never colour alone."""

    BINDINGS: ClassVar = [Binding("delete,backspace", "clear", show=False)]
    COMPONENT_CLASSES: ClassVar = {
        "status-choice--overdue",
        *(f"status-choice--{status.value}" for status in TicketStatus),
    }

    def __init__(self, ticks: Sequence[Tick]) -> None:
        super().__init__(tuple(tick.code for tick in ticks))
        self._ticks = tuple(ticks)
        self._may_wrap = False

    @property
    def chosen(self) -> frozenset[str]:
        """The codes of the ticked statuses."""
        return self._ticked

    def choose(self, statuses: frozenset[str]) -> None:
        """Tick exactly these without posting a message."""
        if statuses != self._ticked:
            self._ticked = statuses
            self.refresh()

    def action_clear(self) -> None:
        """Untick all, as `Delete` and `Backspace` do in a text line."""
        if self._ticked:
            self.choose(frozenset())
            self.post_message(self.Changed(self))

    # Painting

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return 4 + max(cell_len(tick.labels[0]) + 2 for tick in self._ticks)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        self._may_wrap = viewport.height >= _TALL
        return super().get_content_height(container, viewport, width)

    def lines(self, width: int) -> list[tuple[int, int]]:
        return [
            (entry, part)
            for entry, tick in enumerate(self._ticks)
            for part in range(len(self._label(tick, width)))
        ]

    def line_segments(self, entry: int, part: int, style: Style) -> list[Segment]:
        tick = self._ticks[entry]
        text = self._label(tick, self.size.width)[part]
        if part:
            return [Segment(f"  {text}", style)]
        own = self.get_component_rich_style(f"status-choice--{tick.look}")
        symbol = Segment(tick.symbol, style + Style(color=own.color))
        return [symbol, Segment(f" {text}", style)]

    def _label(self, tick: Tick, width: int) -> list[str]:
        room = width - _INDENT
        if self._may_wrap:
            return textwrap.wrap(tick.labels[0], max(room, 1))
        fitting = (label for label in tick.labels if cell_len(label) <= room)
        return [next(fitting, tick.labels[-1])]
