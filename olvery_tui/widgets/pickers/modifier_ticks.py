"""The modifiers of a new order, each a line ticked by `Space` or a click."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from olvery_tui.domain.catalogue import ModifierDetails
from olvery_tui.domain.text import shown
from olvery_tui.widgets.pickers.tick_list import MARK_CELLS, TickList
from olvery_tui.widgets.table.row_painting import cut
from olvery_tui.wording.money import money_text


class ModifierTicks(TickList):
    """`› ■ Шкафчик  300 руб.`: cursor, tick, name and price. Each applies to every ticket."""

    COMPONENT_CLASSES: ClassVar = {"modifier-ticks--price"}

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._modifiers: tuple[ModifierDetails, ...] = ()
        self._currency = ""

    @property
    def chosen(self) -> tuple[ModifierDetails, ...]:
        """The ticked modifiers."""
        return tuple(one for one in self._modifiers if one.id in self._ticked)

    def offer(self, modifiers: Sequence[ModifierDetails], currency: str) -> None:
        """Replace the modifiers; none is ticked."""
        self._modifiers, self._currency = tuple(modifiers), currency
        self._keys, self._ticked = tuple(one.id for one in modifiers), frozenset()
        self.cursor = 0
        self.can_focus = bool(modifiers)
        self.refresh(layout=True)

    def line_segments(self, entry: int, part: int, style: Style) -> list[Segment]:
        modifier = self._modifiers[entry]
        price_style = style + self.get_component_rich_style("modifier-ticks--price", partial=True)
        price = f"  {money_text(modifier.price, self._currency)} "
        room = self.size.width - MARK_CELLS - cell_len(price)
        name = cut(shown(modifier.name), room)
        gap = " " * max(0, room - cell_len(name))
        return [Segment(f"{name}{gap}", style), Segment(price, price_style)]
