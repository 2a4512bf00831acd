"""What reaches the terminal: in its size and colours, and only what changed.

Corrections of Textual's painting are made once for the process, by `correct_textual`. They and
whatever else here is private to Textual depend on its version, which is pinned exactly.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events
from textual._compositor import Compositor
from textual.app import App
from textual.css.model import RuleSet
from textual.css.styles import RenderStyles
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.widget import Widget

from olvery_tui import terminal
from olvery_tui.app.frame import Frame
from olvery_tui.screens.base import DeskScreen

if TYPE_CHECKING:
    import threading
    from types import FrameType

    from rich.console import RenderableType

    from olvery_tui.widgets.application import Application

STYLES = Path(__file__).resolve().parents[1] / "styles"
"""Where the style sheets are."""

HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]
"""Classes of a screen from so many columns or rows on."""

LARGEST = Size(800, 250)
"""What is drawn of a terminal at most. One may say that it is larger than any screen can be, and
memory is taken for each cell."""


def clamped(size: Size) -> Size:
    """A size as far as it is drawn."""
    width, height = size
    return Size(max(1, min(width, LARGEST.width)), max(1, min(height, LARGEST.height)))


class ComponentStyles(dict[str, RenderStyles]):
    """The styles of a widget's component classes, each found when it is asked for.

    Textual finds all of them whenever a widget is styled: for a form a quarter of its opening,
    though few are ever painted.
    """

    def __init__(self, sheets: Sheets, node: DOMNode) -> None:
        super().__init__()
        self._sheets, self._node = sheets, node

    def __contains__(self, name: object) -> bool:
        return name in self._node._get_component_classes()

    def __missing__(self, name: str) -> RenderStyles:
        component = DOMNode(classes=name)
        component._attach(self._node)
        self._sheets.apply(component)
        self[name] = component.styles
        return component.styles


class Sheets(Stylesheet):
    """The application's style sheets. One more is read without parsing the others again, and
    component styles are found when they are asked for.
    """

    def reparse(self) -> None:
        """As Textual's, which forgets what is parsed; only other colours need that."""
        self._parse_cache.maxsize = max(64, 2 * len(self.source))
        self.parse()

    def _process_component_classes(self, node: DOMNode) -> None:
        """Forget a widget's component styles; paint it anew if one that it has used is another."""
        if node._get_component_classes():
            used = node._component_styles
            styles = node._component_styles = ComponentStyles(self, node)
            if any(styles[name] != before for name, before in used.items()):
                node.refresh()


class Rendering:
    """Paints for the terminal of an application."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._colours: dict[str, str] = {}
        self.frame = Frame()
        self.sheets = Sheets()

    def take_colours(self) -> bool:
        """Parse style sheets with the colours of the theme from now on.

        Returns:
            Whether they are others. Textual asks for a new parse at the start too, when the sheets
            were parsed with the same theme a moment ago: that would double the time to the first
            frame and send it twice.
        """
        colours = self._app.get_css_variables()
        if colours == self._colours:
            return False
        self._colours = colours
        self.sheets.set_variables(colours)
        return True

    def add_sheet(self, path: str, css: str) -> None:
        """Parse one more style sheet; keys are answered between two."""
        if not self.sheets.has_source(path):
            self.sheets.add_source(css, read_from=(path, ""))
            self.sheets.reparse()

    def fit(self, screen: Screen[Any]) -> Screen[Any]:
        """Give a screen the classes of the terminal's size. Told by its first `Resize`, all that is
        on it would be styled twice before the first frame.
        """
        breakpoints = (HORIZONTAL_BREAKPOINTS, VERTICAL_BREAKPOINTS)
        for extent, classes in zip(self._app.size, breakpoints, strict=True):
            _least, fitting = max(each for each in classes if each[0] <= extent)
            screen.add_class(fitting, update=False)
        return screen

    def mount_ahead(self, screen: Screen[Any]) -> None:
        """Mount, style and lay out a screen that will probably be pushed in a moment."""

        def lay_out() -> None:
            if not screen.is_current:
                screen._refresh_layout(self._app.size)

        if not screen.is_running:
            self._app._load_screen_css(self.fit(screen))
            self._app._get_screen(screen)
            screen.call_later(lay_out)

    def clamp(self, event: events.Event) -> events.Event:
        """The event with a size that is drawn, where it tells one."""
        if isinstance(event, events.Resize):
            drawn = clamped(event.size)
            return events.Resize(drawn, drawn, pixel_size=event.pixel_size)
        return event

    def display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Send what changed of what a screen has painted."""
        App._display(self._app, screen, self.frame.changes(renderable))

    def paint(self, screen: Screen[Any]) -> None:
        """Lay a screen out and paint it now. A `refresh` would wait for the next tick of the
        screen's clock, and paint it twice where a new layout is asked for too.
        """
        screen._layout_required = screen._repaint_required = False
        screen._refresh_layout()

    def redraw(self) -> None:
        """Send the whole screen anew: something else may have written to the terminal."""
        self.frame.forget()
        self._app.screen.refresh()

    # Private state of Textual

    def is_notified(self, text: str) -> bool:
        """Whether a notification with this text is shown."""
        return any(each.message == text for each in self._app._notifications)

    @staticmethod
    def is_removed(widget: Widget) -> bool:
        """Whether a widget is being removed, or was."""
        return widget._pruning or widget._closing or not widget.is_attached

    # The terminal itself

    def can_write(self) -> bool:
        """Whether Textual's output thread is alive. The loop would wait for a dead one for ever."""
        writer: threading.Thread | None = self._writer
        return writer is None or writer.ident is None or writer.is_alive()

    def has_lost_output(self) -> bool:
        """Whether the output thread ended with writes in its queue: it died before its stop."""
        writer = self._writer
        return writer is not None and not (writer.is_alive() or writer._queue.empty())

    @property
    def _writer(self) -> Any:
        return getattr(self._app._driver, "_writer_thread", None)

    def restore_terminal(self) -> None:
        """Restore the terminal without Textual's output thread."""
        terminal.give_back(getattr(self._app._driver, "attrs_before", None))

    def resume(self, number: int, frame: FrameType | None) -> None:
        """Resume after a stop (SIGCONT). Unless Textual suspended itself, its threads are alive,
        and its own handler would start them a second time.
        """
        driver: Any = self._app._driver
        if getattr(driver, "_must_signal_resume", True):
            driver._sigcont_application(number, frame)
        else:
            with suppress(RuntimeError):  # the loop has ended meanwhile
                asyncio.get_running_loop().call_soon_threadsafe(self.redraw)


_compositor_refresh = Screen._compositor_refresh
_screen_resized = Screen._screen_resized
_visible_widgets: Any = Compositor.visible_widgets


def correct_textual() -> None:
    """Put the corrections in place. A second call changes nothing."""
    screen: Any = Screen
    screen._compositor_refresh = _refresh_when_painted
    screen._screen_resized = _resize_if_other
    rules: Any = RuleSet
    rules.__hash__ = object.__hash__  # the same, in C: asked of every rule for every widget
    compositor: Any = Compositor
    compositor.visible_widgets = property(_widgets_in_place)
    # Textual's returns the id too, in Python: a widget with many styles asks for it 20,000 times.
    RuleSet.__hash__ = object.__hash__  # type: ignore[method-assign]


def _refresh_when_painted(screen: Screen[Any]) -> None:
    """Send nothing of a screen before its first layout is settled."""
    if not isinstance(screen, DeskScreen) or screen.is_painted:
        _compositor_refresh(screen)


def _resize_if_other(screen: Screen[Any], size: Size) -> None:
    """Lay a screen out anew where its size has changed. Textual does so with every screen of the
    stack when one more is pushed.
    """
    if not isinstance(screen, DeskScreen) or size != screen._size:
        _screen_resized(screen, size)
    elif screen.is_current:
        screen.refresh()


def _widgets_in_place(compositor: Compositor) -> dict[Widget, tuple[Region, Region]]:
    """The widgets that are seen, without those that were removed since the last layout.

    A removed widget has no parent, region or component styles. Textual leaves it in place until the
    next layout: a click on it, or painting it under a window, would fail.
    """
    visible: dict[Widget, tuple[Region, Region]] = _visible_widgets.fget(compositor)
    removed = [widget for widget in visible if widget.parent is None]
    for widget in removed:
        del visible[widget]
    if removed:
        compositor._layers_visible = None
    return visible
