"""Workplaces of all services to tick, those that are closed greyed with the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, Static

from olvery_tui.domain.closings import Closing
from olvery_tui.domain.text import shown
from olvery_tui.i18n import _
from olvery_tui.keys import bindings
from olvery_tui.widgets.pickers.place_list import is_called
from olvery_tui.widgets.pickers.seat_ticks import SeatLine
from olvery_tui.widgets.pickers.tick_list import MARK_CELLS, TickList
from olvery_tui.widgets.table.row_painting import cut, fitted
from olvery_tui.wording.closings import closed_text

_LABEL_CELLS = 16
_MOVES = {"up": -1, "down": 1, "pageup": -5, "pagedown": 5}


class PlaceTicks(TickList, can_focus=False):
    """`› ■ PM №1  Коворкинг №1, Коворкинг на 2 этаже`. The line above handles its keys."""

    COMPONENT_CLASSES: ClassVar = {"place-ticks--note"}

    def __init__(self, *, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone
        self._places: Mapping[int, tuple[str, str]] = {}
        self._closings: Mapping[int, Closing] = {}

    @property
    def chosen(self) -> tuple[int, ...]:
        """The ticked workplaces, also those that are not listed now, in the list's order."""
        return tuple(key for key in self._places if key in self._ticked)

    def offer(self, places: Mapping[int, tuple[str, str]], closed: Sequence[Closing]) -> None:
        """List workplaces by id, none ticked: each one's label, and where it is."""
        self._keys, self._places = tuple(places), places
        self._closings = {one.workplace_id: one for one in reversed(closed)}
        self._ticked = frozenset()
        self.refresh(layout=True)

    def narrow(self, typed: str) -> bool:
        """List the places that are called so; return whether there are any."""
        here = self._keys[self.cursor] if self._keys else None
        self._keys = tuple(key for key, place in self._places.items() if is_called(typed, *place))
        self.cursor = self._keys.index(here) if here in self._keys else 0
        self.refresh(layout=True)
        return bool(self._keys)

    @property
    def shows_cursor(self) -> bool:
        """Whether the line above has the focus."""
        return isinstance(self.screen.focused, SeatLine)

    def line_segments(self, entry: int, part: int, style: Style) -> list[Segment]:
        label, where = self._places[self._keys[entry]]
        closing = self._closings.get(self._keys[entry])
        note_style = style + self.get_component_rich_style("place-ticks--note", partial=True)
        note = shown(where)
        if closing is not None:
            note = closed_text(closing.reason, closing.ends_at, self._zone)
        room = self.size.width - MARK_CELLS - _LABEL_CELLS - 1
        name = fitted(cut(shown(label), _LABEL_CELLS), _LABEL_CELLS + 1)
        name_style = style if closing is None else note_style
        return [Segment(name, name_style), Segment(cut(note, room), note_style)]


class NarrowedPlaces(Vertical):
    """A line to narrow the places, and the places: `Space` ticks one."""

    BINDINGS: ClassVar = [
        *bindings("seats"),
        *(Binding(key, f"move({step})", show=False) for key, step in _MOVES.items()),
    ]

    def __init__(self, *, zone: tzinfo, id: str | None = None) -> None:
        super().__init__(id=id)
        self._zone = zone

    def compose(self) -> ComposeResult:
        yield SeatLine(placeholder=_("Workplace or room"), id="narrow")
        with VerticalScroll(can_focus=False):
            yield PlaceTicks(zone=self._zone)
        yield Static(_("No workplace is called that."), classes="nothing", markup=False)

    def on_mount(self) -> None:
        self.query_one(".nothing").display = False

    def take_focus(self) -> None:
        """Focus the line at once."""
        self.screen.set_focus(self.query_one(SeatLine))

    def on_descendant_focus(self) -> None:
        self.query_one(PlaceTicks).refresh()

    def on_descendant_blur(self) -> None:
        self.query_one(PlaceTicks).refresh()

    @on(Input.Changed)
    def _narrow(self, message: Input.Changed) -> None:
        message.stop()
        self.query_one(".nothing").display = not self.query_one(PlaceTicks).narrow(message.value)

    def action_move(self, entries: int) -> None:
        """Move in the list from the line above it."""
        self.query_one(PlaceTicks).action_move(entries)

    def action_tick(self) -> None:
        """Toggle the place under the cursor."""
        self.query_one(PlaceTicks).action_tick()
