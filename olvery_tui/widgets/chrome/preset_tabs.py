"""The presets above a list: `F2 Сегодня 12  F3 Ждём 3`; a click asks for one as its key does."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from olvery_tui.domain.presets import Preset, PresetCounts
from olvery_tui.keys import BY_ID, cap
from olvery_tui.wording.presets import preset_count, preset_label

_FORMS = (
    *(("long", 3), ("long", 2), ("short", 2), ("short", 1)),
    *(("fewer", 1), ("count", 2), ("count", 1)),
)
"""What each tab says, and the gap between two of them: the first form that fits is shown.

The `fewer` are without the rarest one, unless that is in force.
"""


_FREQUENT = frozenset(Preset) - {Preset.RENEWAL}


class PresetTabs(Widget):
    """One line with the presets, their keys and counts; the one in force is highlighted.

    It paints itself, so that it is sent again only when its text changes.
    """

    COMPONENT_CLASSES = {"preset-tabs--key", "preset-tabs--current"}

    def __init__(self) -> None:
        super().__init__()
        self._counts: PresetCounts | None = None
        self._current: Preset | None = Preset.ALL
        self._places: list[tuple[range, Preset]] = []

    def show_counts(self, counts: PresetCounts) -> None:
        """Show how many each preset has."""
        if self._counts is None or counts.counts != self._counts.counts:
            self.refresh()
        self._counts = counts

    def show_current(self, preset: Preset | None) -> None:
        """Highlight the preset that the filter equals, if any."""
        if preset is not self._current:
            self._current = preset
            self.refresh()

    @property
    def counts(self) -> PresetCounts | None:
        """What is shown; None before the first answer."""
        return self._counts

    @property
    def current(self) -> Preset | None:
        """The preset that is highlighted."""
        return self._current

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 1

    def render_line(self, y: int) -> Strip:
        plain, width = self.rich_style, self.size.width
        key_style = plain + self.get_component_rich_style("preset-tabs--key", partial=True)
        current = plain + self.get_component_rich_style("preset-tabs--current", partial=True)
        self._places = []
        segments: list[Segment] = []
        at = 0
        tabs, gap = self._fitting(width)
        for preset, key, text in tabs:
            size = cell_len(key) + 1 + cell_len(text)
            is_current = preset is self._current
            self._places.append((range(at, at + size), preset))
            segments += [
                Segment(f"{key} ", current if is_current else key_style),
                Segment(text, current if is_current else plain),
                Segment(" " * gap, plain),
            ]
            at += size + gap
        return Strip(segments).adjust_cell_length(width, plain)

    def _fitting(self, width: int) -> tuple[list[tuple[Preset, str, str]], int]:
        tabs: list[tuple[Preset, str, str]] = []
        for form, gap in _FORMS:
            tabs = [
                (preset, cap(BY_ID[f"list.{preset}"].key), self._text(preset, form))
                for preset in Preset
                if form != "fewer" or preset in (*_FREQUENT, self._current)
            ]
            used = sum(cell_len(key) + 1 + cell_len(text) + gap for _preset, key, text in tabs)
            if used - gap <= width:
                return tabs, gap
        return tabs, 1

    def _text(self, preset: Preset, form: str) -> str:
        label = preset_label(preset, short=form != "long")
        count = self._counts and self._counts.counts.get(preset)
        if not count:
            return label
        told = preset_count(count, short=form != "long")
        return told if form == "count" and preset is not self._current else f"{label} {told}"

    async def on_click(self, event: events.Click) -> None:
        event.stop()
        for place, preset in self._places:
            if event.get_content_offset_capture(self).x in place:
                await self.screen.run_action(f"preset('{preset}')")
                return
