"""Workplaces of all services to tick, those that are closed greyed with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style

from olvery_tui.domain.closings import Closing
from olvery_tui.domain.text import shown
from olvery_tui.widgets.pickers.tick_list import MARK_CELLS, TickList
from olvery_tui.widgets.table.row_painting import cut, fitted
from olvery_tui.wording.closings import closed_text

_LABEL_CELLS = 16


class PlaceTicks(TickList):
    """`› ■ PM №1  Коворкинг №1, Коворкинг на 2 этаже`."""

    COMPONENT_CLASSES: ClassVar = {"place-ticks--note"}

    def __init__(self, *, zone: tzinfo, id: str | None = None) -> None:
        super().__init__(id=id)
        self._zone = zone
        self._places: tuple[tuple[str, str], ...] = ()
        self._closings: Mapping[int, Closing] = {}

    @property
    def chosen(self) -> tuple[int, ...]:
        """The ticked workplaces, in the list's order."""
        return tuple(key for key in self._keys if key in self._ticked)

    def offer(self, places: Mapping[int, tuple[str, str]], closed: Sequence[Closing]) -> None:
        """List workplaces by id, none ticked: each one's label, and where it is."""
        self._keys, self._places = tuple(places), tuple(places.values())
        self._closings = {one.workplace_id: one for one in reversed(closed)}
        self._ticked = frozenset()
        self.refresh(layout=True)

    def line_segments(self, entry: int, part: int, style: Style) -> list[Segment]:
        label, where = self._places[entry]
        closing = self._closings.get(self._keys[entry])
        note_style = style + self.get_component_rich_style("place-ticks--note", partial=True)
        note = shown(where)
        if closing is not None:
            note = closed_text(closing.reason, closing.ends_at, self._zone)
        room = self.size.width - MARK_CELLS - _LABEL_CELLS - 1
        name = fitted(cut(shown(label), _LABEL_CELLS), _LABEL_CELLS + 1)
        name_style = style if closing is None else note_style
        return [Segment(name, name_style), Segment(cut(note, room), note_style)]
