"""A `DataTable` that is painted line by line and sends only the lines that changed."""

from __future__ import annotations

from functools import cache

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widgets import DataTable


class LineTable(DataTable[str], inherit_bindings=False):
    """What fills the lines is the subclass's: `picture` makes all of them, `repaint` compares.

    What is `DataTable`'s own is put to rest, each for its cost:

    - rows (`add_row`, `_data`): 0.12 s a thousand; a subclass has its own, and `rows` stays empty,
      so that nothing is measured or moved when the loop is idle;
    - cells: five padded ones make twice the bytes of one line;
    - component classes: theirs look different with `:focus`, and a changed component repaints all;
    - the hover cursor: two rows are sent for each row that the mouse passes;
    - scrolling: an offset in lines that are all there; here the view is a part of a longer list, so
      the virtual size stays empty and there is no scrollbar.
    """

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(cursor_type="row", id=id, classes=classes)
        self._lines: list[Strip] = []

    def picture(self) -> list[Strip]:
        """What each line shows now, from the header on."""
        return []

    def styles_changed(self) -> None:
        """The theme or a style class changed: styles that were kept are old."""

    def repaint(self) -> None:
        """Send the lines that look otherwise than before."""
        before, self._lines = self._lines, self.picture()
        width = self.size.width
        changed = [
            Region(0, y, width, 1)
            for y, line in enumerate(self._lines)
            if y >= len(before) or (line is not before[y] and line != before[y])
        ]
        if changed:
            self.refresh(*changed)

    def render_line(self, y: int) -> Strip:
        """A line as the last `repaint` made it."""
        if y < len(self._lines):
            return self._lines[y]
        return Strip([Segment(" " * self.size.width, self.rich_style)], self.size.width)

    # What a DataTable would do

    def add_row(self, *cells: object, **options: object) -> object:  # type: ignore[override]
        """Not here: the rows are the subclass's.

        Raises:
            TypeError: always.
        """
        raise TypeError(f"{type(self).__name__} paints its own rows")

    @classmethod
    @cache
    def _get_component_classes(cls) -> frozenset[str]:
        """Without those of `DataTable`."""
        found = super()._get_component_classes()
        return frozenset(name for name in found if not name.startswith("datatable--"))

    def notify_style_update(self) -> None:
        """`DataTable` repaints itself whole at every change of style, a mere focus too."""
        super(DataTable, self).notify_style_update()
        self._styles_cache.clear()
        self.call_next(self._styles_changed)

    def _styles_changed(self) -> None:
        self.styles_changed()
        self.repaint()

    def on_resize(self, event: events.Resize) -> None:
        event.prevent_default()
        self.repaint()

    def on_focus(self, event: events.Focus) -> None:
        """As `Widget` does it, but for repainting the whole."""
        event.prevent_default()
        self._take_focus(True)
        if self.parent is not None:
            self.parent.post_message(events.DescendantFocus(self))

    def on_blur(self, event: events.Blur) -> None:
        """As `Widget` does it, but for repainting the whole."""
        event.prevent_default()
        self._take_focus(False)
        if self.parent is not None:
            self.parent.post_message(events.DescendantBlur(self))

    def _take_focus(self, has_focus: bool) -> None:
        self.has_focus = has_focus
        self.repaint()

    def _set_hover_cursor(self, active: bool) -> None:
        """The mouse leaves no trace where it only passes."""

    def _scroll_cursor_into_view(self, animate: bool = False) -> None:
        """The view is not an offset: there is nothing to scroll."""

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """All there is: the virtual size, which `ScrollView` takes for it, stays empty."""
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """All there is, as with the width."""
        return container.height
