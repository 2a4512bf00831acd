"""Layouts: of a window, in which what scrolls gives way, so that its buttons are always in sight;
and of a field, with what stands below its line.
"""

from __future__ import annotations

from typing import ClassVar

from textual.geometry import Size
from textual.layout import ArrangeResult
from textual.layouts.factory import LAYOUT_MAP
from textual.layouts.horizontal import HorizontalLayout
from textual.layouts.vertical import VerticalLayout
from textual.widget import Widget


class FittingLayout(VerticalLayout):
    """Children one below the other, as high as their content.

    Where they are higher than the window, those whose `max-height` is a fraction are made lower.
    Textual's own layout takes such a fraction of the whole window, whatever else is in it.
    """

    name: ClassVar = "fitting"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        placements = super().arrange(parent, children, size, greedy)
        surplus = max((each.region.bottom for each in placements if not each.overlay), default=0)
        surplus -= size.height
        if not size.height or surplus <= 0:  # without a height it is being measured
            return placements
        fitted, raised = [], 0
        for each in placements:
            region = each.region.translate((0, -raised))
            most = each.widget.styles.max_height
            if most is not None and most.is_fraction and not each.overlay:
                lost = max(0, min(surplus - raised, region.height - 1))
                region, raised = region.shrink((0, 0, lost, 0)), raised + lost
            fitted.append(each._replace(region=region))
        return fitted


BELOW = "-below"
"""The class of what stands below a line."""


class LineLayout(HorizontalLayout):
    """Children in a line, and below it those of the class `-below` and what opens over the screen.

    A container of its own for the line would be one more widget to mount and lay out in each field.
    """

    name = "line"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        below = [one for one in children if one.has_class(BELOW) or one.styles.overlay == "screen"]
        line = [one for one in children if one not in below]
        placements = super().arrange(parent, line, size, greedy)
        bottom = max((each.region.bottom + each.margin.bottom for each in placements), default=0)
        return placements + [
            each._replace(region=each.region.translate((0, bottom)))
            for each in VerticalLayout().arrange(parent, below, size, greedy)
        ]


def register() -> None:
    """Let style sheets name the layouts: `layout: fitting`, `layout: line`."""
    LAYOUT_MAP[FittingLayout.name] = FittingLayout
    LAYOUT_MAP[LineLayout.name] = LineLayout
