"""A `DataTable` painted line by line that sends only the changed lines."""

from __future__ import annotations

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widgets import DataTable


class LineTable(DataTable[str], inherit_bindings=False, inherit_css=False):
    """Subclasses provide the lines: `picture` builds them, `repaint` compares and sends them.

    Features of `DataTable` that are disabled, each for its cost:

    - rows (`add_row`, `_data`): 0.12 s per thousand; subclasses keep their own, and `rows` stays
      empty, so that nothing is measured or moved while the loop is idle;
    - cells: five padded ones take twice the bytes of one line;
    - style sheet and component classes: they look different with `:focus`, and a changed one
      repaints everything;
    - the hover cursor: two rows are sent for each row that the mouse passes;
    - scrolling: it needs all lines in memory; here the view is part of a longer list, so the
      virtual size stays empty and there is no scrollbar.
    """

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(cursor_type="row", id=id, classes=classes)
        self._lines: list[Strip] = []
        self._blank: Strip | None = None
        """A line below the last one; working out its style takes longer than painting it."""

    def picture(self) -> list[Strip]:
        """Return the current lines, starting with the header."""
        return []

    def styles_changed(self) -> None:
        """Drop cached styles: the theme or a style class changed."""

    def repaint(self) -> None:
        """Send the lines that changed."""
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
        """Return a line as built by the last `repaint`."""
        if y < len(self._lines):
            return self._lines[y]
        width = self.size.width
        if self._blank is None or self._blank.cell_length != width:
            self._blank = Strip([Segment(" " * width, self.rich_style)], width)
        return self._blank

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return lines as they are: the table has no border, padding or opacity to add to each."""
        width = self.size.width
        strips = [self.render_line(y).adjust_cell_length(width) for y in crop.line_range]
        _below, background = self.background_colors
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        if crop.column_span != (0, width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    # Overrides of `DataTable`

    def add_row(self, *cells: object, **options: object) -> object:  # type: ignore[override]
        """Not supported: the rows are the subclass's.

        Raises:
            TypeError: Always.
        """
        raise TypeError(f"{type(self).__name__} paints its own rows")

    def notify_style_update(self) -> None:
        """Avoid `DataTable`'s full repaint at every style change, even a mere focus."""
        super(DataTable, self).notify_style_update()
        self._styles_cache.clear()
        self._blank = None
        self.call_next(self._styles_changed)

    def _styles_changed(self) -> None:
        self.styles_changed()
        self.repaint()

    def on_resize(self, event: events.Resize) -> None:
        event.prevent_default()
        self.repaint()

    def on_focus(self, event: events.Focus) -> None:
        """Handle focus as `Widget` does, without a full repaint."""
        event.prevent_default()
        self._take_focus(True)
        if self.parent is not None:
            self.parent.post_message(events.DescendantFocus(self))

    def on_blur(self, event: events.Blur) -> None:
        """Handle blur as `Widget` does, without a full repaint."""
        event.prevent_default()
        self._take_focus(False)
        if self.parent is not None:
            self.parent.post_message(events.DescendantBlur(self))

    def _take_focus(self, has_focus: bool) -> None:
        self.has_focus = has_focus
        self.repaint()

    def _set_hover_cursor(self, active: bool) -> None:
        """Do nothing: hovering changes no line."""

    def _scroll_cursor_into_view(self, animate: bool = False) -> None:
        """Do nothing: the view is not a scroll offset."""

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Return the container's width; the virtual size that `ScrollView` uses stays empty."""
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the container's height, as for the width."""
        return container.height
